"""Gates of any component: what they look at, and whether they are met."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.context import RunContext
from csm_xl.engine.measure_results import MeasureResults, goals_by_measure, measure_results, stated
from csm_xl.pay.adjust import gate_met
from csm_xl.pay.attainment import attainment
from csm_xl.pay.plan_rounding import Rounding
from csm_xl.pay.recording import remark, tracing
from csm_xl.pay.rounding import Array, constant
from csm_xl.pay.trace import cells_of, in_words, only_one
from csm_xl.plan.gates import Gate
from csm_xl.plan.model import ComponentTerms

GATED: Final = "gated"
"""The column that says that a component's gates were gathered."""
_HIGHEST: Final = 1e12
"""More than any ratio that a failed gate leaves."""


def payout_column(component_id: str) -> str:
    """The column of another component's payout, which a gate compares."""
    return f"payout of {component_id}"


def gate_inputs(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Inputs:
    """The results that a component's gates look at, for each person; nothing where it has none."""
    if not terms.gates:
        return {}
    found: Inputs = {GATED: np.ones(cohort.size, dtype=bool)}
    for number, gate in enumerate(terms.gates):
        if gate.on == "payout":
            continue
        scope = terms.scope_of(gate)
        needed = gate.on == "attainment"
        every = np.arange(cohort.size)
        own = goals_by_measure(context, cohort, gate.measure, scope, every) if needed else None
        now = measure_results(context, cohort, terms, gate.measure, scope, every, needed, own)
        if gate.span == "ytd":
            found[f"gate{number}_to_date"] = _to_date(context, cohort, terms, gate, scope, now)
        else:
            found |= now.columns(f"gate{number}_")
        found[f"gate{number}_unmeasured"] = np.isnan(now.actual)
    return found


def _to_date(
    context: RunContext, cohort: Cohort, terms: ComponentTerms, gate: Gate, scope: str, now: MeasureResults
) -> Ragged:
    """Each period's actual and goal from the begin of the plan year on: of a person's own those in which they
    were on the plan. A blank earlier actual is left out on both sides."""
    people = context.people
    first = people.first if context.eligible_from is None else np.maximum(people.first, context.eligible_from)
    mine = (people.names["plan_id"] == cohort.plan_code) & (first <= people.last)
    row, parts = [np.arange(cohort.size)], [now.columns()]
    for period in cohort.to_date[:-1]:
        on_it = people.person[mine & (first <= period.end) & (people.last >= period.start)]
        at = (
            np.arange(cohort.size) if scope != "individual" else np.flatnonzero(np.isin(cohort.person, on_it))
        )
        if not len(at):
            continue
        needed = gate.on == "attainment"
        earlier = replace(cohort, period=period)
        own = goals_by_measure(context, earlier, gate.measure, scope, at) if needed else None
        then = measure_results(context, earlier, terms, gate.measure, scope, at, needed, own)
        kept = ~np.isnan(then.actual)
        row.append(at[kept])
        parts.append({name: np.asarray(column)[kept] for name, column in then.columns().items()})
    return Ragged.of_parts(row, parts, cohort.size)


def gates_met(
    terms: ComponentTerms, inputs: Inputs, doubt: Array | None, rounding: Rounding, exactly: bool
) -> tuple[Array, Array, Any]:
    """Whether all gates of a component are met, whether one that decides is not measured yet, and what is
    paid at most where they are not met: the least `otherwise` of those that fail."""
    every: dict[str, list[tuple[Gate, Array, Array]]] = {"all": [], "any": []}
    for number, gate in enumerate(terms.gates):
        every[gate.join].append((gate, *_condition(terms, number, gate, inputs, doubt, rounding, exactly)))
    size = np.shape(np.asarray(inputs[GATED]))
    met, unmeasured = np.ones(size, dtype=bool), np.zeros(size, dtype=bool)
    failed: list[tuple[Gate, Array]] = []
    for gate, one, blank in every["all"]:
        met, unmeasured = met & one, unmeasured | blank
        failed.append((gate, ~one))
    if every["any"]:
        some = np.logical_or.reduce([one for _, one, _ in every["any"]])
        blank = np.logical_or.reduce([blank for *_, blank in every["any"]])
        met, unmeasured = met & some, unmeasured | (~some & blank)
        failed += [(gate, ~some) for gate, *_ in every["any"]]
    return met, unmeasured, _least(failed, exactly)


def _least(failed: list[tuple[Gate, Array]], exactly: bool) -> Any:
    """The least that any of the failed gates of each row leaves."""
    if len(failed) == 1:
        return constant(failed[0][0].otherwise, exactly)
    highest: Any = constant(_HIGHEST, exactly)
    least: Any = highest
    for gate, where in failed:
        least = np.minimum(least, np.where(where, constant(gate.otherwise, exactly), highest))
    return least


def _condition(
    terms: ComponentTerms, number: int, gate: Gate, inputs: Inputs, doubt: Array | None, rounding: Rounding,
    exactly: bool,
) -> tuple[Array, Array]:  # fmt: skip
    """Whether one gate is met, and whether it is not measured, and so not met."""
    figure: Array
    if gate.on == "payout":
        figure = np.asarray(inputs[payout_column(gate.measure)])
        unmeasured = np.zeros(np.shape(figure), dtype=bool)
    else:
        unmeasured = np.asarray(inputs[f"gate{number}_unmeasured"])
        to_date = inputs.get(f"gate{number}_to_date")
        if isinstance(to_date, Ragged):
            actual = to_date.sum(stated(to_date.values, "actual"))
            goal = to_date.sum(stated(to_date.values, "goal"))
            if doubt is not None:  # float sums may miss a bound by a rounding error
                doubt |= np.diff(to_date.offsets) > 1
        else:
            actual, goal = (stated(inputs, f"gate{number}_{name}") for name in ("actual", "goal"))
        figure = actual
        if gate.on == "attainment":
            # Attainment already turns a lower-is-better measure round, so it must reach the minimum.
            figure = rounding.attainment(attainment(actual, goal, gate.direction), doubt)
    minimum = constant(gate.minimum, exactly)
    met = gate_met(figure, minimum, "lower" if gate.at_most else "higher", doubt, gate.strict)
    if unmeasured.any():
        met = met & ~unmeasured
    if tracing():
        _told(terms, gate, met, figure, minimum, unmeasured)
    return met, unmeasured


def _told(
    terms: ComponentTerms, gate: Gate, met: Array, figure: Array, minimum: Any, unmeasured: Array
) -> None:
    """The step of a gate."""
    whose = terms.scope_of(gate)
    of = "" if gate.on == "payout" else f" ({whose})"
    what = f"{gate.on} of {gate.measure}{of}" + (" of the plan year to date" if gate.span == "ytd" else "")
    verb = {
        (False, False): "reach", (False, True): "be above", (True, False): "be at most",
        (True, True): "be below",
    }[gate.at_most, gate.strict]  # fmt: skip
    sign = {"reach": "≥", "be above": ">", "be at most": "≤", "be below": "<"}[verb]
    rule = f"{what} must {verb} {in_words(minimum)}"
    rule += " or another gate with any must be met" if gate.join == "any" else ""
    rule += f", otherwise the ratio is at most {in_words(gate.otherwise)}"
    put_in = f"{in_words(figure)} {sign} {in_words(minimum)}"
    put_in = "missing actual" if unmeasured.all() else put_in
    several = len(terms.gates) > 1
    name = f"Gate on {gate.measure}" if several else "Gate"
    remark(name, rule, put_in, bool(met[0]), *cells_of(only_one(figure), only_one(minimum)))
