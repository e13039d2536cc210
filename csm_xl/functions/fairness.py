"""Worksheet functions of plan health and fairness: spread of pay, plans in operation, gaps between groups."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.functions.forms import read_form
from csm_xl.functions.grid import Grid
from csm_xl.functions.registry import Result, cells, function, money, number
from csm_xl.pay.rounding import Array
from csm_xl.plan.schema import Column

_HEALTH_COLUMNS: Final = ("plan_id", "measure", "value", "norm", "verdict")
_GAP_COLUMNS: Final = ("part", "amount", "standard_error", "share")
_LINES: Final = (
    Column("employee_id", "id", "Whose line it is.", required=True),
    Column("plan_id", "id", "The plan of the line.", required=True),
    Column("amount", "money", "What the line pays.", required=True),
    Column("component_target", "money", "What the component pays at target; blank: it has none."),
    Column("attainment", "ratio", "What was reached; blank: not measured."),
)


@function(
    "Plan, people, analysis",
    Result("Gini coefficient: 0 where all are the same, near 1 where one has all.", "ratio", "one"),
    {"values": money("Amounts of 0 or more, one above 0.", rank="column", at_least=0)},
    examples=("CSM_GINI({0;0;0;10})", "CSM_GINI({5000;6000;7000})"),
)
def gini(values: Array) -> float:
    """How unequally amounts are spread: Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n² mean).

    Errors: #NUM! where no amount is above 0; an amount below 0.
    Source: C. Gini, "Variabilità e mutabilità", 1912.
    """
    from csm_xl.analysis import health as analysis

    return analysis.gini(values)


@function(
    "Plan, people, analysis",
    Result("The measures of all plans, then of each plan.", "", "block", _HEALTH_COLUMNS),
    {
        "payouts": cells("Payout lines with their headers, as CSM_PAYOUTS gives them.", *_LINES),
        "excellence": number(
            "Multiple of target from which a payout counts as excellent.", "× target", above=0
        ),
        "retained": money("Recurring revenue kept, for the payout per unit of it.", above=0),
    },
    examples=(
        'CSM_PLANHEALTH({"employee_id","plan_id","component_target","attainment","amount";'
        '"E1","A",100,0.8,0;"E2","A",100,1,100;"E3","A",100,1.1,120;"E4","A",100,1.2,150;"E5","A",100,1,100})',
    ),
)
def plan_health(payouts: Grid, excellence: float = 1.5, retained: float | None = None) -> list[list[Any]]:
    """Who reached threshold, target and excellence, whether pay follows performance, how it is spread.

    At threshold: lines with a target paid something; at target: they paid it in sum.
    Plans of fewer than 5 people, and one that would show them, are left out.
    Errors: a table without the columns of payout lines.
    Source: D. Cichelli, "Compensating the Sales Force", 3rd ed., 2018, for the norms.
    """
    from csm_xl.analysis import health as analysis

    read = read_form(payouts, "payouts", [_LINES])
    blank = np.full(len(read["amount"]), np.nan)
    people = analysis.people_of(
        read["employee_id"].tolist(),
        read["plan_id"].tolist(),
        read.get("component_target", blank),
        read.get("attainment", blank),
        np.nan_to_num(read["amount"]),
    )
    kept = None if retained is None else float(retained)
    return analysis.health_rows(analysis.health(people, float(excellence), kept))


@function(
    "Plan, people, analysis",
    Result("Groups, parts of the gap, and what the covariates explain.", "", "block", _GAP_COLUMNS),
    {
        "pay": money("One figure a person: base, variable or total; or its logarithm.", rank="column"),
        "group": cells("The group of each person, two in all."),
        "covariates": cells("Columns with headers of what is counted of each person: level, tenure, place."),
    },
    examples=(
        "CSM_PAYGAP({110;120;130;140;150;160;170;180;190;201;100;110;120;130;140;150;160;170;180;191}, "
        '{"M";"M";"M";"M";"M";"M";"M";"M";"M";"M";"F";"F";"F";"F";"F";"F";"F";"F";"F";"F"}, '
        '{"tenure";1;2;3;4;5;6;7;8;9;10;1;2;3;4;5;6;7;8;9;10})',
    ),
    needs="analysis",
)
def pay_gap(pay: Array, group: Grid, covariates: Grid) -> list[list[Any]]:
    """Why two groups are paid differently: Oaxaca–Blinder with standard errors.

    Threefold: endowments, coefficients and interaction sum to the difference. Twofold, at pooled rates:
    explained and unexplained do. Numbers count as they are, text as classes.
    Errors: not two groups; #N/A for a group of fewer than 10 people; covariates that say the same.
    Source: R. Oaxaca 1973; A. Blinder 1973; B. Jann, Stata Journal 8(4), 2008.
    """
    from csm_xl.analysis import paygap as analysis

    labels = _one_column(group, "group")
    return analysis.gap_rows(analysis.pay_gap(pay, labels, analysis.columns_of(covariates.as_rows)))


def _one_column(given: Grid, name: str) -> list[Any]:
    from csm_xl.analysis.paygap import values_of

    return values_of(given.cells, name)
