"""What several component types share: columns, each declared once, and the steps they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from csm_xl.engine.columns import Inputs
from csm_xl.engine.component import AT_MOST, GATE_FAILED, GATE_UNMEASURED, Outcome, Step, told
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.engine.measured import measured
from csm_xl.engine.sources import Sources
from csm_xl.pay.adjust import gate_met, limit
from csm_xl.pay.attainment import attainment
from csm_xl.pay.rounding import Array, exact, is_exact, numbers
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.schema import DIRECTIONS, SCOPES, Column

WEIGHT: Final = Column("weight", "ratio", "Share of the target incentive; the plan's weights sum to 1.",
                       required=True, at_least=0, at_most=1, unit="ratio")  # fmt: skip
SCOPE: Final = Column("scope", "word", "Whose result counts.", default="individual", choices=SCOPES)
CURVE: Final = Column("curve_id", "id", "Payout curve; blank: the payout ratio is the attainment.",
                      refers="curves.curve_id")  # fmt: skip
FLOOR: Final = Column("floor", "ratio", "Least payout ratio.", unit="ratio", at_least=0)
CAP: Final = Column("cap", "ratio", "Greatest payout ratio.", unit="ratio", at_least=0)
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
           unit="ratio"),
)  # fmt: skip
FIXED_AMOUNT: Final = Column("fixed_amount", "money", "Amount per deal, event or milestone.", unit="money")
MAX_AMOUNT: Final = Column("max_amount", "money", "Most that the component pays in a period.", unit="money",
                           at_least=0)  # fmt: skip


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
    early = terms.values.get(interim) if interim else None
    if early is not None:
        ratio = limit(ratio, None, _as(early, exactly))
    floor, most = terms.values.get("floor"), terms.values.get("cap")
    if floor is not None or most is not None:
        ratio = limit(ratio, _as(floor, exactly), _as(most, exactly))
    outcome = Outcome(ratio=ratio, attainment=reached, column_attainment=across, error=error)
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


def at_most(terms: ComponentTerms, outcome: Outcome) -> Outcome:
    """A dollar component held to its max_amount; the note says so where it bites."""
    most = terms.values.get("max_amount")
    if most is None or outcome.amount is None:
        return outcome
    bound = numbers(most, like=outcome.amount)
    over = np.asarray(outcome.amount > bound, dtype=bool)
    outcome.amount = np.minimum(outcome.amount, bound)
    outcome.notes = np.where(over, AT_MOST, 0).astype(np.uint8)
    return outcome


def _as(value: float | None, exactly: bool) -> Any:
    return exact(value)[()] if exactly and value is not None else value


def ratio_words(terms: ComponentTerms, line: dict[str, Any], sources: Sources) -> list[Step]:
    """How the payout ratio came from the attainment, in words."""
    values = terms.values
    if terms.matrix is not None:
        way = "the last row and column reached" if terms.matrix.mode == "lookup" else "straight lines between"
        rule = f"matrix {values['matrix_id']}: {way}, of rows {_heads(terms.matrix.rows)}"
        rule += f" and columns {_heads(terms.matrix.columns)}; nothing below the first"
    elif terms.curve is None:
        rule = "the attainment itself"
    else:
        knots = ", ".join(
            f"({told(x)}, {told(y)})" for x, y in zip(terms.curve.attainment, terms.curve.payout, strict=True)
        )
        between = "straight lines between" if terms.curve.mode == "linear" else "the last reached of"
        rule = f"curve {values['curve_id']}: {between} the knots (attainment, ratio) {knots}"
        rule += f"; below the first {terms.curve.below}, after the last {terms.curve.above}"
        if terms.curve.cap is not None:
            rule += f"; at most {told(terms.curve.cap)}"
    for name, said in (("interim_cap", "before the year's last period at most"), ("floor", "at least"),
                       ("cap", "at most")):  # fmt: skip
        if name == "interim_cap" and values.get("cumulative") == "discrete":
            continue
        if values.get(name) is not None:
            rule += f"; {said} {told(values[name])}"
    steps: list[Step] = []
    if values.get("gate_measure"):
        scope = values.get("gate_scope") or values.get("scope")
        must = (
            "must be at most"
            if (values["gate_direction"], values["gate_on"]) == ("lower", "actual")
            else "must reach"
        )
        steps.append(
            Step("Gate", f"{values['gate_on']} of {values['gate_measure']} ({scope}) {must}"
             f" {told(values['gate_minimum'])}, else the ratio is at most {told(values['gate_otherwise'])}",
                 "", line["gate_met"], sources.result(terms, str(values["gate_measure"]), str(scope)))
        )  # fmt: skip
    reached = f"attainment {told(line['attainment'])}"
    if terms.matrix is not None:
        reached += f", column attainment {told(line['column_attainment'])}"
    return [*steps, Step("Payout ratio", rule, reached, line["payout_ratio"], terms.where)]


def _heads(heads: tuple[float, ...]) -> str:
    return ", ".join(told(head) for head in heads)
