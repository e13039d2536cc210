"""What several component types share: columns, each declared once, and the steps they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from csm_xl.engine.columns import Inputs
from csm_xl.engine.component import GATE_FAILED, GATE_UNMEASURED, NOTES, Outcome
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.engine.measured import measured
from csm_xl.engine.sources import Sources
from csm_xl.engine.wording import curve_words, matrix_words, number
from csm_xl.pay.adjust import gate_met, limit
from csm_xl.pay.attainment import attainment
from csm_xl.pay.curves import Curve
from csm_xl.pay.rounding import Array, exact, is_exact
from csm_xl.pay.trace import Step, told
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.schema import DIRECTIONS, MOST_MONEY, NOT_NEGATIVE, SCOPES, TENFOLD, Column

WEIGHT: Final = Column("weight", "ratio", "Share of the target incentive; the plan's weights sum to 1.",
                       required=True, at_least=0, at_most=1, unit="ratio")  # fmt: skip
SCOPE: Final = Column("scope", "word", "Whose result counts.", default="individual", choices=SCOPES)
CURVE: Final = Column("curve_id", "id", "Payout curve; blank: the payout ratio is the attainment.",
                      refers="curves.curve_id")  # fmt: skip
FLOOR: Final = Column("floor", "ratio", "Least payout ratio.", unit="ratio", at_least=0, most=TENFOLD)
CAP: Final = Column("cap", "ratio", "Greatest payout ratio.", unit="ratio", at_least=0, most=TENFOLD)
CUMULATIVE: Final = Column(
    "cumulative", "word", "discrete: each period alone; ytd_sum, ytd_latest: the plan year to date.",
    default="discrete", choices=("discrete", "ytd_sum", "ytd_latest"),
)  # fmt: skip
MODIFIED: Final = Column("modified", "flag", "Whether the company and division modifier applies.",
                         default=False)  # fmt: skip
GATE: Final = (
    Column("gate_measure", "id", "Another measure that must hold, else gate_otherwise is the most paid."),
    Column("gate_scope", "word", "Whose result the gate looks at; blank: the component's scope.",
           choices=SCOPES),
    Column("gate_on", "word", "What the gate compares.", default="attainment",
           choices=("attainment", "actual")),
    Column("gate_direction", "word", "higher: must reach the minimum; lower: lower is better.",
           default="higher", choices=DIRECTIONS),
    Column("gate_minimum", "number", "What must be reached; for a lower-is-better actual, the most allowed."),
    Column("gate_otherwise", "ratio", "Greatest payout ratio when the gate fails.", default=0.0, at_least=0,
           unit="ratio", most=TENFOLD),
)  # fmt: skip
FIXED_AMOUNT: Final = Column(
    "fixed_amount",
    "money",
    "Amount per deal, event or milestone.",
    unit="money",
    most=MOST_MONEY,
    usual=NOT_NEGATIVE,
)
MAX_AMOUNT: Final = Column("max_amount", "money", "Most that the component pays in a period.", unit="money",
                           at_least=0, most=MOST_MONEY)  # fmt: skip


def gate_inputs(facts: Facts, group: Group, terms: ComponentTerms) -> Inputs:
    """The result that the gate looks at, for each person; nothing where the component has no gate."""
    measure = terms.values.get("gate_measure")
    if not measure:
        return {}
    scope = str(terms.values.get("gate_scope") or terms.values["scope"])
    on_attainment = terms.values["gate_on"] == "attainment"
    result = measured(facts, group, terms, str(measure), scope, goal_needed=on_attainment)
    return {**result.columns("gate_"), "gate_unmeasured": np.isnan(result.actual)}


def held(
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
    error: Any
    if terms.matrix is not None and across is not None:
        ratio = terms.matrix.value(reached, across, doubt)
        error = terms.matrix.error(reached, across) if not exactly else 0.0
    elif terms.curve is None:
        nothing: Any = 0 if exactly else 0.0
        ratio = np.maximum(reached, nothing)
        error = 4 * np.abs(reached) if not exactly else 0.0
    else:
        ratio = terms.curve.payout_ratio(reached, doubt)
        error = terms.curve.error(reached) if not exactly else 0.0
    if terms_added > 1:
        error = error * terms_added
    given = ratio
    early = terms.values.get(interim) if interim else None
    if early is not None:
        ratio = limit(ratio, None, _as(early, exactly))
    floor, most = terms.values.get("floor"), terms.values.get("cap")
    if floor is not None or most is not None:
        ratio = limit(ratio, _as(floor, exactly), _as(most, exactly))
    outcome = Outcome(
        ratio=ratio, attainment=reached, column_attainment=across, curve_ratio=given, error=error
    )
    if "gate_actual" in inputs:
        _gate(terms, outcome, inputs, doubt, exactly)
    return outcome


def stated(columns: Mapping[str, Any], name: str) -> Array:
    """A result as a number: what it is a part of divides it, where accounts tell it."""
    value = np.asarray(columns[name])
    return np.asarray(value / columns[f"{name}_of"]) if f"{name}_of" in columns else value


def _gate(
    terms: ComponentTerms, outcome: Outcome, inputs: Inputs, doubt: Array | None, exactly: bool
) -> None:
    actual, goal = stated(inputs, "gate_actual"), np.asarray(inputs["gate_goal"])
    unmeasured = np.asarray(inputs["gate_unmeasured"])
    direction = str(terms.values["gate_direction"])
    minimum, otherwise = (
        _as(terms.values["gate_minimum"], exactly),
        _as(terms.values["gate_otherwise"], exactly),
    )
    if terms.values["gate_on"] == "attainment":
        # Attainment already turns a lower-is-better measure round, so it must reach the minimum.
        met = gate_met(attainment(actual, goal, direction), minimum, "higher", doubt)
    else:
        met = gate_met(actual, minimum, direction, doubt)
    assert outcome.ratio is not None
    ratio = np.where(met, outcome.ratio, np.minimum(outcome.ratio, otherwise))
    notes = np.where(met, 0, GATE_FAILED).astype(np.uint8)
    if unmeasured.any():
        nothing: Any = 0 if exactly else 0.0
        met = met & ~unmeasured
        ratio = np.where(unmeasured, nothing, ratio)
        notes = np.where(unmeasured, GATE_UNMEASURED, notes).astype(np.uint8)
    outcome.ratio, outcome.gate_met, outcome.notes = ratio, met, notes


def _as(value: float | None, exactly: bool) -> Any:
    return exact(value)[()] if exactly and value is not None else value


def ratio_words(terms: ComponentTerms, line: dict[str, Any], sources: Sources) -> list[Step]:
    """How the payout ratio came from the attainment: the curve or matrix, its bounds, the gate."""
    values, reached = terms.values, line["attainment"]
    name, places, value = "Payout ratio", "", float(reached)
    if terms.matrix is not None:
        across = line["column_attainment"]
        which, way = str(values["matrix_id"]), "straight lines between"
        if terms.matrix.mode == "lookup":
            way = "the last row and column reached"
        rule = f"matrix {which}: {way}, of rows {_heads(terms.matrix.rows)}"
        rule += f" and columns {_heads(terms.matrix.columns)}; nothing below the first"
        put_in, heads = matrix_words(terms.matrix, reached, across)
        table = sources.facts.tables["matrices"]
        rows = [row for row in sources.rows_of("matrices", which)
                if (table.value(row, "row"), table.value(row, "column")) in heads]  # fmt: skip
        heads_too = () if terms.matrix.mode == "lookup" else ("row", "column")
        places = sources.cells("matrices", rows, *heads_too, "payout")
        value = float(terms.matrix.value(reached, across))
        name = "Matrix"
    elif terms.curve is not None:
        which = str(values["curve_id"])
        rule = _curve_rule(which, terms.curve)
        put_in, knots = curve_words(terms.curve, reached)
        rows = sources.rows_of("curves", which)
        places = sources.cells("curves", [rows[at] for at in knots], "attainment", "payout")
        places += "; " + sources.cells("curves", rows[:1], "cap") if terms.curve.cap is not None else ""
        value = float(terms.curve.payout_ratio(np.asarray(reached)))
        name = "Curve"
    else:
        rule = "the attainment itself"
        put_in = told(reached) if reached >= 0 else f"max({number(reached)}, 0)"
        value = max(value, 0.0)
    gate = _gate_words(terms, line, sources)
    places = places or sources.term(terms, {"Matrix": "matrix_id"}.get(name, "curve_id"))
    bounds, held_to, cells = _bounds(terms, sources, told(value))
    failed = line["gate_met"] is False
    if failed:
        waits = NOTES[GATE_UNMEASURED] in (line["note"] or "")
        bounds.append("0 while the gate is not measured" if waits else "the gate is not met")
        held_to = "0" if waits else f"min({held_to}, {told(values['gate_otherwise'])})"
        cells.append("gate_otherwise")
    if not bounds:
        return [*gate, Step("Payout ratio", rule, put_in, line["payout_ratio"], places)]
    first = [] if name == "Payout ratio" else [Step(name, rule, put_in, value, places)]
    whose = {"Payout ratio": "the attainment itself"}.get(name, f"what the {name.lower()} gives")
    return [*gate, *first, Step("Payout ratio", "; ".join([whose, *bounds]), held_to, line["payout_ratio"],
                                sources.term(terms, *cells))]  # fmt: skip


def _curve_rule(which: str, curve: Curve) -> str:
    knots = ", ".join(f"({told(x)}, {told(y)})" for x, y in zip(curve.attainment, curve.payout, strict=True))
    between = "straight lines between" if curve.mode == "linear" else "the last reached of"
    rule = f"curve {which}: {between} the knots (attainment, ratio) {knots}"
    rule += f"; below the first {curve.below}, after the last {curve.above}"
    return rule if curve.cap is None else f"{rule}; at most {told(curve.cap)}"


def _bounds(terms: ComponentTerms, sources: Sources, words: str) -> tuple[list[str], str, list[str]]:
    """What bounds a payout ratio: in words, as a calculation on `words`, and the columns that say so."""
    values, said, cells = terms.values, [], []
    interim = values.get("cumulative", "discrete") != "discrete" and not sources.group.year_end
    if interim and values.get("interim_cap") is not None:
        said.append(f"before the year's last period at most {told(values['interim_cap'])}")
        words, cells = f"min({words}, {told(values['interim_cap'])})", ["interim_cap"]
    for name, how, function in (("floor", "at least", "max"), ("cap", "at most", "min")):
        if values.get(name) is not None:
            said.append(f"{how} {told(values[name])}")
            words = f"{function}({words}, {told(values[name])})"
            cells.append(name)
    return said, words, cells


def _gate_words(terms: ComponentTerms, line: dict[str, Any], sources: Sources) -> list[Step]:
    values = terms.values
    if not values.get("gate_measure"):
        return []
    measure, scope = str(values["gate_measure"]), str(values.get("gate_scope") or values.get("scope"))
    on_actual, lower = values["gate_on"] == "actual", values["gate_direction"] == "lower"
    most = on_actual and lower
    result = sources.part(terms, measure, scope, not on_actual)
    reached = result.actual if on_actual else f"{result.actual} / {result.goal}"
    if lower and not on_actual:
        reached = f"2 − {reached}"
    minimum = told(values["gate_minimum"])
    rule = f"{values['gate_on']} of {measure} ({scope}) must {'be at most' if most else 'reach'} {minimum}"
    rule += f", else the ratio is at most {told(values['gate_otherwise'])}"
    put_in = f"{reached} {'≤' if most else '≥'} {minimum}" if result.measured else "not measured yet"
    return [*result.steps, Step("Gate", rule, put_in, line["gate_met"],
                                "; ".join([result.places, sources.term(terms, "gate_minimum")]))]  # fmt: skip


def _heads(heads: tuple[float, ...]) -> str:
    return ", ".join(told(head) for head in heads)
