"""Worksheet functions for plan health and fairness: spread of pay, plans in operation, pay gaps."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.functions.cell_range import CellRange
from csm_xl.functions.registry import Result, cells, function, money, number
from csm_xl.functions.table_shapes import read_shape
from csm_xl.pay.rounding import Array
from csm_xl.plan.schema import Column
from csm_xl.plan.schema.shared import TENFOLD

_HEALTH_COLUMNS: Final = ("plan_id", "measure", "value", "norm", "verdict")
_GAP_COLUMNS: Final = ("part", "amount", "standard_error", "share")
_LINES: Final = (
    Column("employee_id", "id", "Employee of the line.", required=True),
    Column("plan_id", "id", "Plan of the line.", required=True),
    Column("amount", "money", "Payout of the line.", required=True),
    Column("component_target", "money", "Payout at target; blank: the component has no target."),
    Column("attainment", "ratio", "Actual result; blank: missing."),
)


@function(
    "Plan, people, analysis",
    Result(
        "Gini coefficient: 0 if all amounts are equal, near 1 if one person has everything.", "ratio", "one"
    ),
    {"values": money("Amounts of 0 or more, at least one above 0.", rank="column", at_least=0)},
    examples=("CSM_GINI({0;0;0;10})", "CSM_GINI({5000;6000;7000})"),
)
def gini(values: Array) -> float:
    """Gini coefficient of inequality: Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n² mean).

    Errors: #NUM! where no amount is above 0; an amount below 0.
    Source: C. Gini, "Variabilità e mutabilità", 1912.
    """
    from csm_xl.analysis import health as analysis

    return analysis.gini(values)


@function(
    "Plan, people, analysis",
    Result("Measures for all plans, then for each plan.", "", "block", _HEALTH_COLUMNS),
    {
        "payouts": cells("Payout lines with headers, as returned by CSM_PAYOUTS.", *_LINES),
        "excellence": number(
            "Multiple of target from which a payout counts as excellent.",
            "× target",
            above=0,
            at_most=TENFOLD,
        ),
        "retained": money("Recurring revenue retained, for the payout per unit of revenue.", above=0),
    },
    examples=(
        'CSM_PLANHEALTH({"employee_id","plan_id","component_target","attainment","amount";'
        '"E1","A",100,0.8,0;"E2","A",100,1,100;"E3","A",100,1.1,120;"E4","A",100,1.2,150;"E5","A",100,1,100})',
    ),
)
def plan_health(
    payouts: CellRange, excellence: float = 1.5, retained: float | None = None
) -> list[list[Any]]:
    """Who reached threshold, target and excellence, and whether pay follows performance.

    At threshold: lines with a target paid something; at target: together they paid at least the target.
    Plans with fewer than 5 people are left out.
    Errors: a table without the columns of payout lines.
    Source: D. Cichelli, "Compensating the Sales Force", 3rd ed., 2018, for the norms.
    """
    from csm_xl.analysis import health as analysis

    read = read_shape(payouts, "payouts", [_LINES])
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
    Result("Groups, parts of the gap, and the contribution of each covariate.", "", "block", _GAP_COLUMNS),
    {
        "pay": money("One figure per person: base, variable or total, or its logarithm.", rank="column"),
        "group": cells("The group of each person; two groups in all."),
        "covariates": cells("Columns with headers that may explain pay: level, tenure, location."),
    },
    examples=(
        "CSM_PAYGAP({110;120;130;140;150;160;170;180;190;201;100;110;120;130;140;150;160;170;180;191}, "
        '{"M";"M";"M";"M";"M";"M";"M";"M";"M";"M";"F";"F";"F";"F";"F";"F";"F";"F";"F";"F"}, '
        '{"tenure";1;2;3;4;5;6;7;8;9;10;1;2;3;4;5;6;7;8;9;10})',
    ),
)
def pay_gap(pay: Array, group: CellRange, covariates: CellRange) -> list[list[Any]]:
    """The pay gap between two groups, with standard errors (Oaxaca–Blinder).

    Threefold: endowments, coefficients and interaction sum to the difference. Twofold, at pooled rates:
    explained and unexplained sum to it. Numbers enter as values, text as categories.
    Errors: not exactly two groups; #N/A for a group of fewer than 10 people; collinear covariates.
    Source: R. Oaxaca 1973; A. Blinder 1973; B. Jann, Stata Journal 8(4), 2008.
    """
    from csm_xl.analysis import paygap as analysis

    labels = _one_column(group, "group")
    return analysis.gap_rows(analysis.pay_gap(pay, labels, analysis.columns_of(covariates.as_rows)))


def _one_column(given: CellRange, name: str) -> list[Any]:
    from csm_xl.analysis.paygap import values_of

    return values_of(given.cells, name)
