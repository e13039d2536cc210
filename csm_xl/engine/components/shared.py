"""What several component types share: columns, each declared once, and the steps they have in common."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.engine.columns import Inputs
from csm_xl.engine.component import GATE_FAILED, GATE_UNMEASURED, UNMEASURED, Outcome
from csm_xl.engine.components.gates import GATED, gates_met
from csm_xl.engine.composite_curve import AVERAGE, read_at
from csm_xl.pay.adjust import limit
from csm_xl.pay.curves import Curve
from csm_xl.pay.matrix import Matrix
from csm_xl.pay.plan_rounding import NO_ROUNDING, Rounding, round_to
from csm_xl.pay.recording import forget, remark, step, tracing
from csm_xl.pay.rounding import EPS, Array, constant, floats, is_exact
from csm_xl.pay.trace import Cell, cells_of, greater, in_words, smaller
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.schema import DIRECTIONS, MOST_MONEY, NOT_NEGATIVE, SCOPES, TENFOLD, WHOLE, Column
from csm_xl.plan.spans import QUARTER_TO_DATE, SPANS

WEIGHT: Final = Column("weight", "ratio", "Share of the target incentive, such as 60% or 1/3; the plan's"
                       " weights sum to 1.", required=True, at_least=0, at_most=1, unit="ratio")  # fmt: skip
SCOPE: Final = Column(
    "scope",
    "word",
    "Level of the result that counts: individual, team or company.",
    default="individual",
    choices=SCOPES,
)
CURVE: Final = Column(
    "curve_id", "id", "Payout curve; blank: the payout ratio is the attainment.", refers="curves.curve_id"
)
ON: Final = Column(
    "on", "word", "What the points of the curve or matrix are stated in: attainment; the measure's own unit"
    " (actual), such as dollars, days or points, and without either the actual is the payout ratio; or the"
    " weighted average attainment of the composite, whose components share one curve; of goals the score"
    " counts as attainment.",
    default="attainment", choices=("attainment", "actual", "composite"),
)  # fmt: skip
FLOOR: Final = Column("floor", "ratio", "Minimum payout ratio.", unit="ratio", at_least=0, most=TENFOLD,
                      usual=WHOLE)  # fmt: skip
CAP: Final = Column("cap", "ratio", "Maximum payout ratio.", unit="ratio", at_least=0, most=TENFOLD)
CUMULATIVE: Final = Column(
    "cumulative", "word", "discrete: each period separately; ytd_sum, ytd_latest: the plan year to date;"
    " qtd_sum: the quarter to date, of plans that pay by month or half month.",
    default="discrete", choices=SPANS,
)  # fmt: skip
MODIFIED: Final = Column("modified", "flag", "Whether the company and division modifier applies.",
                         default=False)  # fmt: skip
_WITH_A_GATE: Final = ("gate_measure", "")
GATE: Final = (
    Column("gate_measure", "id", "Gate: another measure that must reach gate_minimum, otherwise at most "
                                 "gate_otherwise is paid."),
    Column("gate_scope", "word", "Level of the gate's result; blank: the component's scope.",
           choices=SCOPES, only_with=_WITH_A_GATE),
    Column("gate_on", "word", "What the gate compares.", default="attainment",
           choices=("attainment", "actual"), only_with=_WITH_A_GATE),
    Column("gate_direction", "word", "higher: must reach the minimum; lower: lower is better.",
           default="higher", choices=DIRECTIONS, only_with=_WITH_A_GATE),
    Column("gate_minimum", "number", "Minimum of the gate measure; for a lower-is-better actual, the "
                                     "maximum."),
    Column("gate_otherwise", "ratio", "Maximum payout ratio if the gate fails.", default=0.0, at_least=0,
           unit="ratio", most=TENFOLD, only_with=_WITH_A_GATE),
)  # fmt: skip
FIXED_AMOUNT: Final = Column(
    "fixed_amount",
    "money",
    "Amount per deal, event or milestone.",
    unit="money",
    most=MOST_MONEY,
    usual=NOT_NEGATIVE,
)
RATE: Final = Column(
    "rate", "ratio", "Commission rate on the credited amount, if there are no tiers; of a share of a result"
    " the rate on its actual.", unit="ratio", usual=NOT_NEGATIVE,
)  # fmt: skip
MAX_AMOUNT: Final = Column(
    "max_amount",
    "money",
    "Maximum payout of the component in a period.",
    unit="money",
    at_least=0,
    most=MOST_MONEY,
)


def apply_limits_and_gate(
    terms: ComponentTerms, reached: Array, inputs: Inputs, doubt: Array | None, terms_added: int = 1,
    interim: str | None = None, across: Array | None = None, rounding: Rounding = NO_ROUNDING,
) -> Outcome:  # fmt: skip
    """From attainment to payout ratio: curve or matrix, interim cap, floor and cap, then the gate.

    reached: attainment or score. across: the attainment of the column measure, where a matrix pays.
    terms_added: how many numbers were added up for it.
    interim: the parameter that bounds the ratio in this period (year to date), None for none.
    rounding: to which unit the plan rounds payout ratios, and the attainments that gates look at.
    A floor never lifts a failed gate. A gate that is not measured yet pays 0.
    """
    exactly = is_exact(reached)
    nothing: Any = 0 if exactly else 0.0
    gate = gates_met(terms, inputs, doubt, rounding, exactly) if GATED in inputs else None
    own, reached = reached, read_at(terms, reached, inputs)
    error: Any
    if terms.matrix is not None and across is not None:
        ratio = terms.matrix.value(reached, across, doubt)
        error = terms.matrix.error(reached, across) if not exactly else 0.0
    elif terms.curve is None:
        ratio = greater(reached, nothing)
        error = 4 * np.abs(reached) if not exactly else 0.0
    else:
        ratio = terms.curve.payout_ratio(reached, doubt)
        error = terms.curve.error(reached) if not exactly else 0.0
    if terms_added > 1:
        error = error * terms_added
    if AVERAGE in inputs:
        error = error * 32  # a mean of attainments, each of its own error
    early = terms.values.get(interim) if interim else None
    failed = tracing() and gate is not None and not gate[0].all()
    rule, given = _given(terms, ratio, early, failed) if tracing() else ("", ratio)
    ratio = given
    if early is not None:
        ratio = limit(ratio, None, constant(early, exactly))
    floor, most = terms.values.get("floor"), terms.values.get("cap")
    if floor is not None or most is not None:
        ratio = limit(ratio, constant(floor, exactly), constant(most, exactly))
    outcome = Outcome(ratio=ratio, attainment=own, column_attainment=across, curve_ratio=given, error=error)
    cells: list[Cell] = []
    if gate is not None:
        met, unmeasured, least = gate
        ratio = np.where(met, ratio, smaller(ratio, least))
        notes = np.where(met, 0, GATE_FAILED).astype(np.uint8)
        if unmeasured.any():
            ratio = np.where(unmeasured, nothing, ratio)
            notes = np.where(unmeasured, GATE_UNMEASURED, notes).astype(np.uint8)
        outcome.gate_met, outcome.notes = met, notes
        if failed:
            rule += "; 0 while the gate's actual is missing" if unmeasured.all() else "; the gate is not met"
            bounds = (interim or "", "floor", "cap")
            cells = [("components", terms.row, name) for name in bounds if terms.values.get(name) is not None]
            cells += [one.cell("otherwise") for one in terms.gates]
    stands = ("components", terms.row, "curve_id" if terms.matrix is None else "matrix_id")
    if rounding.of_ratio is not None:
        spread = None if doubt is None else error * EPS
        rounded = round_to(ratio, rounding.of_ratio, rounding.mode, spread, doubt)
        rule += rounding.words(rounding.of_ratio) if tracing() else ""
        outcome.error = 0.0 if exactly else 1.0 + np.abs(floats(rounded))
        outcome.ratio = step("Payout ratio", rule, rounded, *cells, otherwise=stands, given=ratio)
        return outcome
    outcome.ratio = step("Payout ratio", rule, ratio, *cells, otherwise=stands)
    return outcome


def pay_nothing(outcome: Outcome, unmeasured: Array) -> Outcome:
    """An outcome in which the people who are not measured yet are paid 0, and it is reported about them."""
    if not unmeasured.any():
        return outcome
    assert outcome.ratio is not None and outcome.attainment is not None and outcome.curve_ratio is not None
    nothing: Any = 0 if is_exact(outcome.attainment) else 0.0
    outcome.ratio = np.asarray(np.where(unmeasured, nothing, outcome.ratio))
    outcome.error = np.where(unmeasured, 0.0, outcome.error)
    said = np.where(unmeasured, UNMEASURED, 0).astype(np.uint8)
    outcome.notes = said if outcome.notes is None else np.where(unmeasured, said, outcome.notes)
    outcome.attainment = np.where(unmeasured, np.nan, floats(outcome.attainment))
    outcome.curve_ratio = np.where(unmeasured, np.nan, floats(outcome.curve_ratio))
    return outcome


def not_measured(step_name: str, rule: str, terms: ComponentTerms, column: str, *given: Any) -> None:
    """The steps of what is not measured yet, in place of those of a calculation.

    rule: what is missing. column: of components, which asks for it. given: the numbers that are there.
    """
    forget()
    remark(step_name, rule, "", None, *cells_of(*given))
    remark("Payout ratio", "a missing actual pays 0", "0", 0.0, ("components", terms.row, column))


def _read_at(terms: ComponentTerms) -> str:
    """What a component's curve is read at, in words."""
    return "composite attainment" if terms.on_composite else "actual" if terms.own_unit else "attainment"


def _given(terms: ComponentTerms, ratio: Array, early: float | None, failed: bool) -> tuple[str, Array]:
    """How the attainment pays, in words, and what it pays: a step of its own where something bounds it."""
    if terms.matrix is not None:
        name, rule = "Matrix", _matrix_rule(str(terms.values["matrix_id"]), terms.matrix)
    elif terms.curve is not None:
        name, rule = (
            "Curve",
            _curve_rule(str(terms.values["curve_id"]), terms.curve, _read_at(terms)),
        )
    else:
        name, rule = "", "the actual itself" if terms.own_unit else "the attainment itself"
    span = "quarter" if terms.values.get("cumulative") == QUARTER_TO_DATE else "year"
    bounds = [] if early is None else [f"before the {span}'s last period at most {in_words(early)}"]
    for parameter, how in (("floor", "at least"), ("cap", "at most")):
        if terms.values.get(parameter) is not None:
            bounds.append(f"{how} {in_words(terms.values[parameter])}")
    if name and (bounds or failed):
        ratio = step(name, rule, ratio, otherwise=("components", terms.row, f"{name.lower()}_id"))
        rule = f"what the {name.lower()} gives"
    return "; ".join([rule, *bounds]), ratio


_BEYOND: Final = {"zero": "0", "hold": "the payout ratio of that point", "extrapolate": "the same slope"}
"""What a curve gives beyond its points, in words."""


def _curve_rule(which: str, curve: Curve, figure: str) -> str:
    over = [flag and not curve.strict for flag in curve.exceeded()]
    knots = ", ".join(
        f"({'above ' if more else ''}{in_words(x)}, {in_words(y)})"
        for x, y, more in zip(*curve.rising(), over, strict=True)
    )
    reached = "exceeded" if curve.strict else "reached"
    between = (
        "straight lines between the points" if curve.mode == "linear" else f"the last point {reached} of"
    )
    rule = f"curve {which}: {between} ({figure}, payout ratio) {knots}"
    sides = (
        ("worse than the first point", "better than the last")
        if curve.lower
        else ("below the first point", "above the last")
    )
    rule += f"; {sides[0]} {_BEYOND[curve.below]}, {sides[1]} {_BEYOND[curve.above]}"
    rule += "; a point must be exceeded" if curve.strict and curve.mode == "linear" else ""
    return rule if curve.cap is None else f"{rule}; at most {in_words(curve.cap)}"


def _matrix_rule(which: str, matrix: Matrix) -> str:
    way = "straight lines between" if matrix.mode == "bilinear" else "the last row and column reached"
    way = way.replace("reached", "exceeded") if matrix.strict else way
    heads = (
        ", ".join(f"{'above ' if flag and not matrix.strict else ''}{in_words(x)}"
                  for x, flag in zip(part, over, strict=True))
        for part, over in zip((matrix.rows, matrix.columns), matrix.exceeded(), strict=True)
    )  # fmt: skip
    return f"matrix {which}: {way}, of rows {next(heads)} and columns {next(heads)}; nothing below the first"


def version_cells(terms: ComponentTerms) -> tuple[Cell, ...]:
    """The cells of what one event is paid, and of the days on which it is."""
    days = {"valid_from": terms.valid_from, "valid_to": terms.valid_to}
    names = ("fixed_amount", *(name for name, day in days.items() if day))
    return tuple(("components", terms.row, name) for name in names)
