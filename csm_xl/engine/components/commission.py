"""Commission on credited deals: a tier table or a rate, and a fixed amount per deal."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any, Final

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import DEAL_OUTSIDE, ComponentType, Outcome, leave_notes
from csm_xl.engine.components.shared import CUMULATIVE, FIXED_AMOUNT, MAX_AMOUNT, MODIFIED
from csm_xl.engine.context import RunContext
from csm_xl.engine.lookup.deals import DATES
from csm_xl.pay.attainment import attainment
from csm_xl.pay.commission import commission
from csm_xl.pay.recording import step, tracing
from csm_xl.pay.rounding import EPS, Array, is_exact, numbers, reaches
from csm_xl.pay.trace import Cell, cells_of, in_words, only_one, told
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.schema import DEALS, NOT_NEGATIVE, Column

COLUMNS: Final = (
    Column("measure", "id", "For tiers on attainment, the measure with the goal."),
    Column("deal_kinds", "words", "Kinds of deal that count, separated by commas; blank: all.",
           choices=DEALS.column("kind").choices),
    Column("credit_role", "word", "Role in which the person must be credited; blank: any."),
    Column("credit_date", "word", "The date of a deal that decides when it counts.", default="signing",
           choices=tuple(DATES)),
    Column("tier_id", "id", "Tier table; blank: use the rate.", refers="tiers.tier_id"),
    Column("tier_basis", "word", "Whether tiers apply to the period's total or to each deal.",
           default="period", choices=("period", "deal"), only_with=("tier_id", "")),
    Column("rate", "ratio", "Commission rate on the credited amount, if there are no tiers.",
           unit="ratio", usual=NOT_NEGATIVE),
    FIXED_AMOUNT,
    CUMULATIVE,
    MAX_AMOUNT,
    MODIFIED,
)  # fmt: skip


def gather(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Inputs:
    """The person's credits of the period under this version; those before, under any version, on top of
    which the tiers climb: of the plan year where they climb with the year, else of the period; the goal
    where the tiers are on attainment; and whether a deal is credited outside the days on the plan."""
    context.deals.refuse_credited_twice(cohort, terms)
    first, last = cohort.period.start, cohort.period.end
    inputs: Inputs = {
        "credits": context.deals.credited(cohort, terms, first, last),
        "outside": context.deals.credited_outside(cohort, terms, first, last),
    }
    if terms.tiers is not None and terms.values["tier_basis"] != "deal":
        yearly = terms.values["cumulative"] != "discrete"
        if yearly or cohort.versions(terms.component_id)[0].row != terms.row:
            inputs["prior"] = context.deals.credited_before(cohort, terms, yearly)
    if terms.tiers is not None and terms.tiers_on == "attainment":
        rows = context.results.rows_of(cohort, terms, str(terms.values["measure"]), "individual")
        goal = context.results.actual_and_goal(rows, cohort.person, paid_by_goal=True)[1]
        inputs["goal"] = context.cite(goal, "results", rows, "goal")
    return inputs


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, year_end: bool) -> Outcome:
    """Credited amounts through the tiers, or × rate; plus the fixed amount per deal."""
    credits = inputs["credits"]
    assert isinstance(credits, Ragged)
    amounts = credits["amount"] * credits["share"]
    nothing = () if len(amounts) else ("deals",)
    total = step("Credited amount", partial(_of_deals, terms), credits.sum(amounts), *nothing)
    exactly = is_exact(amounts)
    size = credits.sum(np.abs(amounts))
    goal = np.asarray(inputs["goal"]) if "goal" in inputs else None
    added = credits.longest + 1
    prior: Any = 0.0
    if terms.tiers is None:
        rate: Any = numbers(terms.values.get("rate") or 0.0, like=amounts)
        earned = commission(total, rate)
        error: Any = 4 * added * abs(float(rate)) * size if not exactly else 0.0
    elif terms.values["tier_basis"] == "deal":
        scale = None if goal is None else goal[credits.owner()]
        near = np.zeros(len(amounts), dtype=bool)
        earned = credits.sum(terms.tiers.pay(amounts, 0.0, near, scale))
        error = credits.sum(terms.tiers.error(amounts, scale)) * added if not exactly else 0.0
        if doubt is not None:
            doubt |= credits.sum(near.astype(np.int64)) > 0
    else:
        to_date: Any = total
        if "prior" in inputs:
            before = inputs["prior"]
            assert isinstance(before, Ragged)
            earlier = before["amount"] * before["share"]
            prior = before.sum(earlier)
            size = size + before.sum(np.abs(earlier))
            added += before.longest
            prior, to_date = _to_date(terms, prior, total)
        earned = terms.tiers.pay(total, prior, doubt, goal, to_date)
        error = terms.tiers.error(size, goal) * added if not exactly else 0.0
        if doubt is not None and added > 2:
            _doubt_bounds(terms, to_date, size * (added * EPS), goal, doubt)
            _doubt_bounds(terms, prior, size * (added * EPS), goal, doubt)
    fixed = terms.values.get("fixed_amount")
    if fixed:
        each: Any = numbers(fixed, like=amounts)
        earned = earned + np.diff(credits.offsets) * each
        error = error + 4 * np.abs(earned) if not exactly else 0.0
    outcome = Outcome(amount=np.asarray(earned), actual=np.asarray(total), goal=goal, error=error)
    if goal is not None:
        outcome.attainment = attainment(np.asarray(total), goal)
    outside = np.asarray(inputs["outside"], dtype=bool)
    outcome.notes = np.where(outside, DEAL_OUTSIDE, 0).astype(np.uint16) | leave_notes(credits)
    if tracing():
        outcome.rule, cells = _rule(terms, prior)
        outcome.cells = (*cells, *cells_of(*(() if goal is None else goal)))
    return outcome


def _to_date(terms: ComponentTerms, prior: Any, total: Any) -> tuple[Any, Any]:
    """What was credited before, and with it what is credited to date."""
    if not tracing():
        return prior, prior + total
    span = "period" if terms.values["cumulative"] == "discrete" else "plan year"
    rule = f"sum of amount × share over such deals of earlier in the {span}"
    credited = cells_of(*prior)
    if not credited and span == "period":
        return prior, total
    before = step("Credited before", rule, prior, *(() if credited else ("deals",)))
    to_date = before + total
    if only_one(before):
        cell = ("components", terms.row, "cumulative")
        to_date = step("Credited to date", "credited before + credited amount", to_date, cell)
    return before, to_date


def _doubt_bounds(terms: ComponentTerms, total: Any, error: Array, goal: Array | None, doubt: Array) -> None:
    """Marks sums of many deals whose float error could carry them over a bound of the tiers."""
    assert terms.tiers is not None
    for start in terms.tiers.start:
        reaches(np.abs(total), start if goal is None else start * goal, doubt, error)


def _rule(terms: ComponentTerms, prior: Any) -> tuple[str, tuple[Cell, ...]]:
    """How the credited amount earns, in words, and the cells that say so."""
    values, tiers, row = terms.values, terms.tiers, terms.row
    if tiers is None:
        said, cells = f"credited amount × rate {in_words(values.get('rate') or 0)}", ["rate"]
        stated: tuple[Cell, ...] = ()
    else:
        said, cells = _tiers_rule(terms, only_one(prior)), ["tier_id"]
        stated = cells_of(*tiers.start, *tiers.end, *tiers.rate)
    if values.get("fixed_amount"):
        said += f"; plus {in_words(values['fixed_amount'])} per deal"
        cells.append("fixed_amount")
    return said, (*(("components", row, name) for name in cells), *stated)


def _of_deals(terms: ComponentTerms) -> str:
    """Which credits count, in words."""
    which = ", ".join(terms.values.get("deal_kinds") or ()) or "all"
    role = f", in the role {terms.values['credit_role']}" if terms.values.get("credit_role") else ""
    return f"sum of amount × share over {which} deals credited in the period{role}"


def _tiers_rule(terms: ComponentTerms, prior: Fraction) -> str:
    values, tiers = terms.values, terms.tiers
    assert tiers is not None
    listed = "; ".join(
        f"from {in_words(start)}: {in_words(rate)}"
        for start, rate in zip(tiers.start, tiers.rate, strict=True)
    )
    on = "each deal alone" if values["tier_basis"] == "deal" else "the period's total"
    if values["tier_basis"] != "deal" and (prior or values["cumulative"] != "discrete"):
        span = "period" if values["cumulative"] == "discrete" else "plan year"
        on += f", on top of the {told(float(prior))} credited earlier in the {span}"
        on += ": what both earn, less what that earns"
    rule = f"tiers {values['tier_id']} ({tiers.mode}) on {on}: {listed}"
    if terms.tiers_on == "attainment":
        rule += f"; bounds are multiples of the goal of {values['measure']}"
    return rule


TYPE: Final = ComponentType(
    name="commission",
    help="Commission on credited deals: a tier table or a rate, and a fixed amount per deal.",
    columns=COLUMNS,
    target_based=False,
    pays_on="deals",
    gather=gather,
    evaluate=evaluate,
    earns="Commission",
    per_version=True,
)
