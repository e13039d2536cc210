"""Commission on credited deals: a tier table or a rate, and a fixed amount per deal."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any, Final

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.collected import collected
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import (
    DEAL_OUTSIDE,
    NOT_SIGNED,
    UNMEASURED,
    ComponentType,
    Outcome,
    leave_notes,
)
from csm_xl.engine.components.credits import CREDITS
from csm_xl.engine.components.shared import CUMULATIVE, FIXED_AMOUNT, MAX_AMOUNT, MODIFIED, RATE
from csm_xl.engine.context import RunContext
from csm_xl.engine.counted_deals import refuse_shared
from csm_xl.engine.credited_sum import which_deals, whose_credits
from csm_xl.engine.earning import climbs, earn
from csm_xl.engine.lookup.deals import counted, credited_amounts
from csm_xl.engine.tier_amounts import deal_figures, figure_cells, goal_inputs, listed_tiers, tier_inputs
from csm_xl.pay.recording import step, tracing
from csm_xl.pay.rounding import Array
from csm_xl.pay.trace import Cell, cells_of, in_words, only_one, told
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.schema import SCOPES, Column
from csm_xl.plan.spans import span_words
from csm_xl.plan.tier_measures import COUNTED, PAYMENT, TIER_BASES, by_booking, tier_source

COLUMNS: Final = (
    Column("measure", "id", "For tiers on attainment, the measure with the goal."),
    *CREDITS,
    Column("ladder_on", "word", "What finds the tier of a deal that is paid as collected: its amount when it"
           " is signed (booking), or each payment.", default="booking", choices=("booking", "payment"),
           only_with=("credit_date", PAYMENT)),
    Column("tier_id", "id", "Tier table; blank: use the rate.", refers="tiers.tier_id"),
    Column("tier_basis", "word", "What tiers apply to: the period's total; each deal; or the number of deals"
           " (count), whose rates are amounts per deal.", default="period", choices=TIER_BASES,
           only_with=("tier_id", "")),
    Column("shared_deals", "word", "What an amount per deal by tiers pays for a deal that is shared: the"
           " person's share of it, or all of it (full).", choices=("share", "full"),
           only_with=("tier_id", "")),
    Column("tier_measure", "id", "What finds the tier: a measure of results; deals, for credits of every"
           " kind; margin, term or customer_year, for each deal's own. Blank: the amount paid.",
           only_with=("tier_id", "")),
    Column("tier_scope", "word", "Whose amount finds the tier.", default="individual", choices=SCOPES,
           only_with=("tier_id", "")),
    RATE,
    FIXED_AMOUNT,
    CUMULATIVE,
    MAX_AMOUNT,
    MODIFIED,
)  # fmt: skip


def gather(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Inputs:
    """The person's credits of the period under this version; those before, under any version, on top of
    which the tiers climb: of the plan year where they climb with the year, else of the period; the amount
    that finds the tier where it is another one, and the goal where the tiers are on attainment; and whether a
    deal is credited outside the days on the plan. Of a commission that is paid as collected, the payments."""
    first, last = cohort.period.start, cohort.period.end
    outside = context.deals.credited_outside(cohort, terms, first, last)
    if by_booking(terms.values):
        payments, lost = collected(context, cohort, terms)
        return {"credits": payments, "outside": outside, "lost": lost}
    context.deals.refuse_credited_twice(cohort, terms)
    credits = context.deals.credited(cohort, terms, first, last)
    refuse_shared(context, cohort, terms, credits)
    inputs: Inputs = {"credits": deal_figures(context, cohort, terms, credits), "outside": outside}
    if terms.tiers is not None and terms.values["tier_basis"] != "deal" and climbs(terms):
        yearly = terms.values["cumulative"] != "discrete"
        if yearly or cohort.versions(terms.component_id)[0].row != terms.row:
            inputs["prior"] = context.deals.credited_before(
                cohort.looking_back(terms.values["cumulative"]), terms, yearly
            )
    if terms.tiers is not None:
        inputs |= {**goal_inputs(context, cohort, terms), **tier_inputs(context, cohort, terms)}
    return inputs


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, cohort: Cohort) -> Outcome:
    """What the credited amounts earn, with the fixed amount per deal."""
    credits = inputs["credits"]
    assert isinstance(credits, Ragged)
    amounts = credited_amounts(credits.values)
    paid = terms.values["credit_date"] == PAYMENT
    nothing = () if len(amounts) else ("payments" if paid else "deals",)
    total = step(
        "Credited amount", partial(_of_deals, terms, counted(credits.values)), credits.sum(amounts), *nothing
    )
    found = earn(terms, inputs, amounts, total, doubt)
    notes = leave_notes(credits)
    flags = {DEAL_OUTSIDE: inputs["outside"], NOT_SIGNED: inputs.get("lost"), UNMEASURED: found.unmeasured}
    for note, rows in flags.items():
        if rows is not None:
            notes |= np.where(np.asarray(rows, dtype=bool), note, 0).astype(np.uint16)
    outcome = Outcome(
        amount=np.asarray(found.amount),
        actual=np.asarray(total),
        goal=found.goal,
        attainment=found.attainment,
        error=found.error,
        notes=notes,
    )
    if tracing():
        outcome.rule, cells = _rule(terms, found.prior)
        figures = figure_cells(credits) if "tier" in credits.values else ()
        outcome.cells = (*cells, *figures, *cells_of(*(() if found.goal is None else found.goal)))
    return outcome


def _rule(terms: ComponentTerms, prior: Any) -> tuple[str, tuple[Cell, ...]]:
    """How the credited amount earns, in words, and the cells that say so."""
    values, tiers, row = terms.values, terms.tiers, terms.row
    if by_booking(values):
        said = "what the payments of the period add to what their deals have earned to date"
        return said, (("components", row, "credit_date"),)
    if tiers is not None and not climbs(terms):
        return _found_rule(terms)
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


def _found_rule(terms: ComponentTerms) -> tuple[str, tuple[Cell, ...]]:
    """How a rate earns that something else than the credited amount has found."""
    cells = [("components", terms.row, "tier_measure")]
    if tier_source(terms.values) == "deal":
        of = str(terms.values["tier_measure"]).replace("_", " ")
        said = f"sum of amount × share × the rate that the {of} of the deal reaches; tiers"
        said += f" {terms.values['tier_id']}: {listed_tiers(terms)}"
        cells.append(("components", terms.row, "tier_id"))
    else:
        said = "credited amount × tier rate"
    if terms.values.get("fixed_amount"):
        said += f"; plus {in_words(terms.values['fixed_amount'])} per deal"
        cells.append(("components", terms.row, "fixed_amount"))
    return said, tuple(cells)


def _of_deals(terms: ComponentTerms, what: str) -> str:
    """Which credits count, in words. what: of each."""
    which, whose = which_deals(terms), whose_credits(terms)
    if terms.values["credit_date"] == PAYMENT:
        return f"sum of {what} over the period's payments of {which} deals credited{whose}"
    return f"sum of {what} over {which} deals credited in the period{whose}"


def _tiers_rule(terms: ComponentTerms, prior: Fraction) -> str:
    values, tiers = terms.values, terms.tiers
    assert tiers is not None
    on = "each deal alone" if values["tier_basis"] == "deal" else "the period's total"
    on = "the number of deals" if values["tier_basis"] == COUNTED else on
    if tiers.mode == "fixed" and values["tier_basis"] == "deal":
        on += ", by its size" + (", × share" if values["shared_deals"] == "share" else "")
    if values["tier_basis"] != "deal" and (prior or values["cumulative"] != "discrete"):
        span = "period" if values["cumulative"] == "discrete" else span_words(values["cumulative"])
        on += f", on top of the {told(float(prior))} credited earlier in the {span}"
        on += ": what both earn, less what that earns"
    rule = f"tiers {values['tier_id']} ({tiers.mode}) on {on}: {listed_tiers(terms)}"
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
