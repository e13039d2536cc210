"""What several component types share: columns, each declared once, and the steps they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs
from csm_xl.engine.component import GATE_FAILED, GATE_UNMEASURED, UNMEASURED, Outcome
from csm_xl.engine.context import RunContext
from csm_xl.engine.measure_results import measure_results
from csm_xl.pay.adjust import gate_met, limit
from csm_xl.pay.attainment import attainment
from csm_xl.pay.curves import Curve
from csm_xl.pay.matrix import Matrix
from csm_xl.pay.recording import forget, remark, step, tracing
from csm_xl.pay.rounding import Array, exact, floats, is_exact
from csm_xl.pay.trace import Cell, cells_of, greater, in_words, only_one, smaller
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.schema import DIRECTIONS, MOST_MONEY, NOT_NEGATIVE, SCOPES, TENFOLD, Column

WEIGHT: Final = Column("weight", "ratio", "Share of the target incentive; the plan's weights sum to 1.",
                       required=True, at_least=0, at_most=1, unit="ratio")  # fmt: skip
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
FLOOR: Final = Column("floor", "ratio", "Minimum payout ratio.", unit="ratio", at_least=0, most=TENFOLD)
CAP: Final = Column("cap", "ratio", "Maximum payout ratio.", unit="ratio", at_least=0, most=TENFOLD)
CUMULATIVE: Final = Column(
    "cumulative", "word", "discrete: each period separately; ytd_sum, ytd_latest: the plan year to date.",
    default="discrete", choices=("discrete", "ytd_sum", "ytd_latest"),
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
MAX_AMOUNT: Final = Column(
    "max_amount",
    "money",
    "Maximum payout of the component in a period.",
    unit="money",
    at_least=0,
    most=MOST_MONEY,
)


def gate_inputs(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Inputs:
    """The result that the gate looks at, for each person; nothing where the component has no gate."""
    measure = terms.values.get("gate_measure")
    if not measure:
        return {}
    scope = str(terms.values.get("gate_scope") or terms.values["scope"])
    on_attainment = terms.values["gate_on"] == "attainment"
    result = measure_results(context, cohort, terms, str(measure), scope, goal_needed=on_attainment)
    return {**result.columns("gate_"), "gate_unmeasured": np.isnan(result.actual)}


def apply_limits_and_gate(
    terms: ComponentTerms, reached: Array, inputs: Inputs, doubt: Array | None, terms_added: int = 1,
    interim: str | None = None, across: Array | None = None,
) -> Outcome:  # fmt: skip
    """From attainment to payout ratio: curve or matrix, interim cap, floor and cap, then the gate.

    reached: attainment or score. across: the attainment of the column measure, where a matrix pays.
    terms_added: how many numbers were added up for it.
    interim: the parameter that bounds the ratio in this period (year to date), None for none.
    A floor never lifts a failed gate. A gate that is not measured yet pays 0.
    """
    exactly = is_exact(reached)
    nothing: Any = 0 if exactly else 0.0
    gate = _gate(terms, inputs, doubt, exactly) if "gate_actual" in inputs else None
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
    early = terms.values.get(interim) if interim else None
    failed = tracing() and gate is not None and not gate[0].all()
    rule, given = _given(terms, ratio, early, failed) if tracing() else ("", ratio)
    ratio = given
    if early is not None:
        ratio = limit(ratio, None, _as(early, exactly))
    floor, most = terms.values.get("floor"), terms.values.get("cap")
    if floor is not None or most is not None:
        ratio = limit(ratio, _as(floor, exactly), _as(most, exactly))
    outcome = Outcome(
        ratio=ratio, attainment=reached, column_attainment=across, curve_ratio=given, error=error
    )
    cells: list[Cell] = []
    if gate is not None:
        met, unmeasured = gate
        ratio = np.where(met, ratio, smaller(ratio, _as(terms.values["gate_otherwise"], exactly)))
        notes = np.where(met, 0, GATE_FAILED).astype(np.uint8)
        if unmeasured.any():
            ratio = np.where(unmeasured, nothing, ratio)
            notes = np.where(unmeasured, GATE_UNMEASURED, notes).astype(np.uint8)
        outcome.gate_met, outcome.notes = met, notes
        if failed:
            rule += "; 0 while the gate's actual is missing" if unmeasured.all() else "; the gate is not met"
            bounds = (interim or "", "floor", "cap", "gate_otherwise")
            cells = [("components", terms.row, name) for name in bounds if terms.values.get(name) is not None]
    stands = ("components", terms.row, "curve_id" if terms.matrix is None else "matrix_id")
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


def _given(terms: ComponentTerms, ratio: Array, early: float | None, failed: bool) -> tuple[str, Array]:
    """How the attainment pays, in words, and what it pays: a step of its own where something bounds it."""
    if terms.matrix is not None:
        name, rule = "Matrix", _matrix_rule(str(terms.values["matrix_id"]), terms.matrix)
    elif terms.curve is not None:
        name, rule = "Curve", _curve_rule(str(terms.values["curve_id"]), terms.curve)
    else:
        name, rule = "", "the attainment itself"
    bounds = [] if early is None else [f"before the year's last period at most {in_words(early)}"]
    for parameter, how in (("floor", "at least"), ("cap", "at most")):
        if terms.values.get(parameter) is not None:
            bounds.append(f"{how} {in_words(terms.values[parameter])}")
    if name and (bounds or failed):
        ratio = step(name, rule, ratio, otherwise=("components", terms.row, f"{name.lower()}_id"))
        rule = f"what the {name.lower()} gives"
    return "; ".join([rule, *bounds]), ratio


def stated(columns: Mapping[str, Any], name: str) -> Array:
    """A result as a number: what it is a part of divides it, where accounts give it."""
    value = np.asarray(columns[name])
    return np.asarray(value / columns[f"{name}_of"]) if f"{name}_of" in columns else value


def _gate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, exactly: bool) -> tuple[Array, Array]:
    """Whether the gate is met, and whether it is not measured, and so not met."""
    actual, goal = stated(inputs, "gate_actual"), np.asarray(inputs["gate_goal"])
    unmeasured = np.asarray(inputs["gate_unmeasured"])
    direction, on_attainment = str(terms.values["gate_direction"]), terms.values["gate_on"] == "attainment"
    minimum = _as(terms.values["gate_minimum"], exactly)
    # Attainment already turns a lower-is-better measure round, so it must reach the minimum.
    reached = attainment(actual, goal, direction) if on_attainment else actual
    met = gate_met(reached, minimum, "higher" if on_attainment else direction, doubt)
    if unmeasured.any():
        met = met & ~unmeasured
    if tracing():
        _gate_step(terms, met, reached, minimum, unmeasured)
    return met, unmeasured


def _gate_step(terms: ComponentTerms, met: Array, reached: Array, minimum: Any, unmeasured: Array) -> None:
    values = terms.values
    scope = values.get("gate_scope") or values.get("scope")
    most = values["gate_on"] == "actual" and values["gate_direction"] == "lower"
    rule = f"{values['gate_on']} of {values['gate_measure']} ({scope}) must"
    rule += f" {'be at most' if most else 'reach'} {in_words(minimum)}"
    rule += f", else the ratio is at most {in_words(values['gate_otherwise'])}"
    put_in = f"{in_words(reached)} {'≤' if most else '≥'} {in_words(minimum)}"
    put_in = "missing actual" if unmeasured.all() else put_in
    remark("Gate", rule, put_in, bool(met[0]), *cells_of(only_one(reached), only_one(minimum)))


def _as(value: float | None, exactly: bool) -> Any:
    return exact(value)[()] if exactly and value is not None else value


def _curve_rule(which: str, curve: Curve) -> str:
    knots = ", ".join(
        f"({in_words(x)}, {in_words(y)})" for x, y in zip(curve.attainment, curve.payout, strict=True)
    )
    between = "straight lines between" if curve.mode == "linear" else "the last reached of"
    rule = f"curve {which}: {between} the points (attainment, ratio) {knots}"
    rule += f"; below the first {curve.below}, after the last {curve.above}"
    return rule if curve.cap is None else f"{rule}; at most {in_words(curve.cap)}"


def _matrix_rule(which: str, matrix: Matrix) -> str:
    way = "straight lines between" if matrix.mode == "bilinear" else "the last row and column reached"
    heads = (", ".join(map(in_words, part)) for part in (matrix.rows, matrix.columns))
    return f"matrix {which}: {way}, of rows {next(heads)} and columns {next(heads)}; nothing below the first"


def version_cells(terms: ComponentTerms) -> tuple[Cell, ...]:
    """The cells of what one event is paid, and of the days on which it is."""
    days = {"valid_from": terms.valid_from, "valid_to": terms.valid_to}
    names = ("fixed_amount", *(name for name, day in days.items() if day))
    return tuple(("components", terms.row, name) for name in names)
