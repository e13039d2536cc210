"""The tier of a commission found by another amount than the one that is paid: a measure, what a team sold,
or a figure of each deal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.context import RunContext
from csm_xl.engine.credited_sum import credited_sum
from csm_xl.engine.measure_results import measure_results, stated
from csm_xl.errors import NOT_FOUND, VALUE, Issue
from csm_xl.pay.recording import step, tracing
from csm_xl.pay.rounding import Array, floats, is_exact
from csm_xl.pay.trace import Cell, cells_of, greater, in_words, number
from csm_xl.pay.vesting import months_between
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.periods import Period
from csm_xl.plan.tier_measures import goal_measure, tier_source

_YEAR = 12


def goal_inputs(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Inputs:
    """The goal that the bounds of tiers on attainment are multiples of, where the tier is found by credited
    amounts."""
    if terms.tiers_on != "attainment" or tier_source(terms.values) == "results":
        return {}
    return {"goal": quota(context, cohort, terms, np.arange(cohort.size))}


def quota(
    context: RunContext, cohort: Cohort, terms: ComponentTerms, at: NDArray[np.intp],
    period: Period | None = None,
) -> Array:  # fmt: skip
    """The goal of each of some rows of a group that the bounds of tiers are multiples of: a person's own,
    else that on results. period: whose (None: the group's)."""
    person = cohort.person[at]
    own = None
    if context.own_targets.any:
        day = cohort.last[at] if period is None else _last_days(context, cohort, person, period)
        own = context.own_targets.goals(terms.component_id, person, day)
    known = None if own is None else own.stated
    measure, scope = goal_measure(terms.values)
    rows = context.results.rows_of(cohort, terms, measure, scope, period, at, known)
    goal = context.results.actual_and_goal(rows, person, paid_by_goal=True, own=own)[1]
    cited = context.cite(goal, "results", rows, "goal")
    if own is None:
        return cited
    return np.where(own.stated, context.cite(goal, "targets", own.rows, "goal"), cited)


def _last_days(
    context: RunContext, cohort: Cohort, person: NDArray[np.intp], period: Period
) -> NDArray[np.int64]:
    """The last day of each person on the group's plan in a period; its end where they have none."""
    people, found = context.people, np.full(len(person), period.end, dtype=np.int64)
    on_plan = (people.names["plan_id"] == cohort.plan_code) & (people.first <= period.end)
    on_plan &= people.last >= period.start
    for at, one in enumerate(person.tolist()):
        spells = np.flatnonzero(on_plan & (people.person == one))
        if len(spells):
            found[at] = min(int(people.last[spells[-1]]), period.end)
    return found


def tier_inputs(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Inputs:
    """The amount that finds each person's tier, where it is not the amount that is paid."""
    source, scope = tier_source(terms.values), str(terms.values["tier_scope"])
    if source == "results":
        on_attainment = terms.tiers_on == "attainment"
        measure = str(terms.values["tier_measure"])
        result = measure_results(context, cohort, terms, measure, scope, goal_needed=on_attainment)
        return {**result.columns("tier_"), "tier_unmeasured": np.isnan(result.actual)}
    if source != "credited":
        return {}
    if tracing():
        owner = int(cohort.owner(scope)[0])
        why = ": it finds the tier"
        return {"tier_actual": credited_sum(context, cohort, terms, scope, owner, "Tier amount", why)}
    whole, rest = context.deal_totals.of(cohort, terms, scope)
    return {"tier_actual": whole, **({"tier_rest": rest} if rest.any() else {})}


@dataclass(slots=True, eq=False, repr=False)
class TierRate:
    """The rate that a person's credited amounts earn.

    error: a bound on its float error, in units of the last place of 1.0. attainment: what the tier was found
    by, where bounds are multiples of a goal. unmeasured: whose measure has no actual, None for nobody.
    """

    rate: Array
    error: Array | float
    attainment: Array | None
    unmeasured: NDArray[np.bool_] | None


def tier_rate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None) -> TierRate:
    """The rate of the tier that the amount of `tier_inputs` finds."""
    assert terms.tiers is not None
    amount: Any = stated(inputs, "tier_actual")
    exactly = is_exact(amount)
    if "tier_rest" in inputs:
        amount = amount + np.asarray(inputs["tier_rest"])
    waits = np.asarray(inputs["tier_unmeasured"], dtype=bool) if "tier_unmeasured" in inputs else None
    if waits is not None and waits.any():
        amount = np.where(waits, amount * 0 if exactly else 0.0, amount)
    amount = greater(amount, amount * 0)  # what is returned finds the lowest tier
    goal: Any = None
    if terms.tiers_on == "attainment":
        goal = stated(inputs, "tier_goal" if "tier_goal" in inputs else "goal")
    if tracing() and "tier_goal" in inputs and not (waits is not None and waits.all()):
        said = f"{terms.values['tier_measure']} ({terms.values['tier_scope']}): it finds the tier"
        amount = step("Tier amount", said, amount, otherwise=("components", terms.row, "tier_measure"))
    rate = terms.tiers.rate_at(amount, doubt, goal)
    attained = None if goal is None else amount / goal
    if tracing():
        rate = step("Tier rate", _rate_rule(terms, amount, goal), rate, ("components", terms.row, "tier_id"))
    error = 0.0 if exactly else terms.tiers.rate_error(amount, goal) + 4 * np.abs(rate)
    return TierRate(rate, error, attained, waits)


def _rate_rule(terms: ComponentTerms, amount: Any, goal: Any) -> str:
    """How the tier amount gives the rate, in words."""
    assert terms.tiers is not None
    found = {
        "whole": "the rate of the tier that the tier amount reaches",
        "marginal": "the mean rate of the slices that the tier amount climbs through",
        "interpolated": "what the tier amount earns, per unit of it",
    }[terms.tiers.mode]
    rule = f"{found}, {in_words(amount)}; tiers {terms.values['tier_id']} ({terms.tiers.mode}):"
    rule += f" {listed_tiers(terms)}"
    return rule if goal is None else f"{rule}; bounds are multiples of the goal {in_words(goal)}"


def listed_tiers(terms: ComponentTerms) -> str:
    """The tiers of a component, in words."""
    assert terms.tiers is not None
    above = "above" if terms.tiers.tie == "lower" else "from"
    pairs = zip(terms.tiers.start, terms.tiers.rate, strict=True)
    return "; ".join(f"{above} {in_words(start)}: {in_words(rate)}" for start, rate in pairs)


# ---- figures of each deal -------------------------------------------------------------------------


def deal_figures(context: RunContext, cohort: Cohort, terms: ComponentTerms, credits: Ragged) -> Ragged:
    """The credits with the figure of each deal that finds its tier; a deal without one is reported."""
    if terms.tiers is None or tier_source(terms.values) != "deal":
        return credits
    values = figures_of(context, cohort, terms, credits.owner(), credits["deal"], credits["day"])
    return Ragged({**credits.values, "tier": values}, credits.offsets)


def figures_of(
    context: RunContext, cohort: Cohort, terms: ComponentTerms, row: Array, deal: Array, day: Array
) -> Array:
    """The figure of each of some deals by which a component finds their rate.

    row: the person's row in the group; missing values are reported for them. day: the day on which each deal
    counts.
    """
    name = str(terms.values["tier_measure"])
    figure = _years if name == "customer_year" else _column
    values, lacks = figure(context, name, deal, day)
    for at in np.flatnonzero(lacks != "").tolist():
        table, of = context.tables["deals"], int(deal[at])
        column = "customer_start" if name == "customer_year" else name
        context.report(
            int(cohort.person[row[at]]),
            Issue(VALUE if "before" in lacks[at] else NOT_FOUND,
                  f"deal {table.columns['deal_id'][of]} {lacks[at]}, and component {terms.component_id} of"
                  f" plan {cohort.plan.plan_id} finds its rate by the {name.replace('_', ' ')}",
                  table.where(of, column), None, f"Fill {column}."),
        )  # fmt: skip
    return values


def _column(context: RunContext, name: str, deal: Array, day: Array) -> tuple[Array, NDArray[np.object_]]:
    column = context.tables["deals"].columns[name]
    values = column[deal] if len(column) else np.zeros(0)
    lacks = np.where(np.isnan(values), f"has no {name}", "").astype(object)
    return context.cite(np.nan_to_num(values), "deals", deal, name), lacks


def _years(context: RunContext, name: str, deal: Array, day: Array) -> tuple[Array, NDArray[np.object_]]:
    """The year of the customer in which each deal counts: year n begins 12 × (n − 1) months after the
    first day."""
    start, cells = context.deals.customer_starts
    begins = start[deal] if len(start) else np.zeros(0, dtype=np.int64)
    lacks = np.where(begins == 0, "has no customer_start", "").astype(object)
    early = (begins > 0) & (day < begins)
    lacks[early] = [f"is dated before the customer's first day, {date.fromordinal(int(one)).isoformat()}"
                    for one in begins[early]]  # fmt: skip
    years = np.ones(len(deal), dtype=np.float64)
    sound = lacks == ""
    if sound.any():
        years[sound] = months_between(begins[sound], day[sound]) // _YEAR + 1
    if not tracing():
        return years, lacks
    cited = [number(int(year), *cells[row]) for year, row in zip(years, deal.tolist(), strict=True)]
    return np.array([*cited, None], dtype=object)[:-1], lacks


def deal_rates(terms: ComponentTerms, credits: Ragged, doubt: Array | None) -> tuple[Array, Any, Array]:
    """The rate of each credit by the figure of its deal, a bound on its float error, and where floats cannot
    decide it."""
    assert terms.tiers is not None
    near = np.zeros(len(credits["tier"]), dtype=bool)
    rate = terms.tiers.rate_at(credits["tier"], None if doubt is None else near)
    return rate, 4 * np.abs(floats(rate)), near


def figure_cells(credits: Ragged) -> tuple[Cell, ...]:
    """The cells of the figures that find the tiers of deals."""
    return cells_of(*credits["tier"])
