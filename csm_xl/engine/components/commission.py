"""Commission on credited deals: a tier table or a rate, and a fixed amount per deal."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import numpy as np

from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import ComponentType, Outcome, Step, told
from csm_xl.engine.components.shared import CUMULATIVE, FIXED_AMOUNT, MAX_AMOUNT, MODIFIED, at_most
from csm_xl.engine.facts import DATES, Facts
from csm_xl.engine.group import Group
from csm_xl.engine.sources import Sources
from csm_xl.engine.wording import added, named, number, summed, tiers_words, whole
from csm_xl.pay.attainment import attainment
from csm_xl.pay.commission import commission
from csm_xl.pay.rounding import EPS, Array, exact, is_exact, numbers, reaches
from csm_xl.pay.tiers import TierTable
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.schema import DEALS, Column

COLUMNS: Final = (
    Column("measure", "id", "Whose goal the tiers are multiples of, where they stand on attainment."),
    Column("deal_kinds", "words", "Kinds of deal that count, separated by commas; blank: all.",
           choices=DEALS.column("kind").choices),
    Column("credit_role", "id", "Role in which the person must be credited; blank: any."),
    Column("credit_date", "word", "Which date of a deal says when it counts.", default="signing",
           choices=tuple(DATES)),
    Column("tier_id", "id", "Tier table; blank: the rate.", refers="tiers.tier_id"),
    Column("tier_basis", "word", "Whether tiers stand on the period's sum or on each deal alone.",
           default="period", choices=("period", "deal")),
    Column("rate", "ratio", "Commission rate on the credited amount, where there are no tiers.",
           unit="ratio"),
    FIXED_AMOUNT,
    CUMULATIVE,
    MAX_AMOUNT,
    MODIFIED,
)  # fmt: skip


def gather(facts: Facts, group: Group, terms: ComponentTerms) -> Inputs:
    """The person's credits of the period; those of earlier in the plan year where the tiers climb with
    the year; and the goal where the tiers stand on attainment."""
    inputs: Inputs = {"credits": facts.credited(group, terms, group.period.start, group.period.end)}
    if terms.values["cumulative"] != "discrete" and terms.tiers is not None:
        inputs["prior"] = facts.credited(group, terms, group.to_date[0].start, group.period.start - 1)
    if terms.tiers is not None and terms.tiers_on == "attainment":
        rows = facts.result_rows(group, terms, str(terms.values["measure"]), "individual")
        inputs["goal"] = facts.measured(rows, group.person)[1]
    return inputs


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, year_end: bool) -> Outcome:
    """Credited amounts through the tiers, or × rate; plus the fixed amount per deal; at most max_amount."""
    credits = inputs["credits"]
    assert isinstance(credits, Ragged)
    amounts = credits["amount"] * credits["share"]
    total = credits.sum(amounts)
    exactly = is_exact(amounts)
    size = credits.sum(np.abs(amounts))
    goal = np.asarray(inputs["goal"]) if "goal" in inputs else None
    added = credits.longest + 1
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
        prior: Any = 0.0
        if "prior" in inputs:
            before = inputs["prior"]
            assert isinstance(before, Ragged)
            earlier = before["amount"] * before["share"]
            prior = before.sum(earlier)
            size = size + before.sum(np.abs(earlier))
            added += before.longest
        earned = terms.tiers.pay(total, prior, doubt, goal)
        error = terms.tiers.error(size, goal) * added if not exactly else 0.0
        if doubt is not None and added > 2:
            _doubt_bounds(terms, total + prior, size * (added * EPS), goal, doubt)
            _doubt_bounds(terms, prior, size * (added * EPS), goal, doubt)
    fixed = terms.values.get("fixed_amount")
    if fixed:
        each: Any = numbers(fixed, like=amounts)
        earned = earned + each * np.diff(credits.offsets)
        error = error + 4 * np.abs(earned) if not exactly else 0.0
    outcome = Outcome(amount=np.asarray(earned), actual=np.asarray(total), goal=goal, error=error)
    if goal is not None:
        outcome.attainment = attainment(np.asarray(total), goal)
    return at_most(terms, outcome)


def _doubt_bounds(terms: ComponentTerms, total: Any, error: Array, goal: Array | None, doubt: Array) -> None:
    """Marks sums of many deals whose float error could carry them over a bound of the tiers."""
    assert terms.tiers is not None
    for start in terms.tiers.start:
        reaches(np.abs(total), start if goal is None else start * goal, doubt, error)


def words(terms: ComponentTerms, line: dict[str, Any], sources: Sources) -> list[Step]:
    """How the credited amount earns."""
    values = terms.values
    which = ", ".join(values.get("deal_kinds") or ()) or "all"
    role = f", in the role {values['credit_role']}" if values.get("credit_role") else ""
    deals = sources.credits(terms)
    rule = f"sum of amount × share over {which} deals credited in the period{role}"
    steps = _credited(sources, "Credited amount", rule, deals, line["actual"])
    total, prior = float(line["actual"]), 0.0
    if terms.tiers is None:
        rate = told(values.get("rate") or 0.0)
        rule, put_in, cells = f"credited amount × rate {rate}", f"{number(total)} × {rate}", ["rate"]
        places = []
    else:
        if values["cumulative"] != "discrete" and values["tier_basis"] != "deal":
            before = sources.credits(terms, before=True)
            exactly = sum((exact(a).item() * exact(s).item() for _, a, s, _ in before), Fraction(0))
            prior = float(exactly)
            earlier = "sum of amount × share over such deals of earlier in the plan year"
            steps += _credited(sources, "Credited before", earlier, before, prior)
            if prior:
                steps.append(Step("Credited to date", "credited before + credited amount",
                                  f"{number(prior)} + {number(total)}", prior + total,
                                  sources.term(terms, "cumulative")))  # fmt: skip
        goal = line["goal"] if terms.tiers_on == "attainment" else None
        put_in = _earned(terms.tiers, total, prior, goal)
        if values["tier_basis"] == "deal":
            put_in = added(_deal_words(terms.tiers, *deal[:3], goal) for deal in deals)
        rule = _tiers_rule(terms, prior)
        table = sources.facts.tables["tiers"]
        given = table.origin.positions if table.origin else {}
        columns = [name for name in ("from", "to", "rate") if name in given]
        places = [sources.cells("tiers", sources.rows_of("tiers", str(values["tier_id"])), *columns)]
        if goal is not None:
            result = sources.part(terms, str(values["measure"]), "individual")
            places.append(result.places.split("; ")[-1])
        cells = ["tier_id"]
    if values.get("fixed_amount"):
        rule += f"; plus {told(values['fixed_amount'])} per deal"
        put_in += f" + {len(deals)} × {told(values['fixed_amount'])}"
        cells.append("fixed_amount")
    if values.get("max_amount") is not None:
        rule += f"; at most {told(values['max_amount'])}"
        put_in = f"min({put_in}, {told(values['max_amount'])})"
        cells.append("max_amount")
    places = [place for place in (sources.term(terms, *cells), *places) if place]
    rule += f"; rounded to {told(sources.group.plan.rounding_unit)}"
    return [*steps, Step("Commission", rule, put_in, line["before_modifier"], "; ".join(places))]


def _credited(
    sources: Sources, step: str, rule: str, deals: list[tuple[str, float, float, str]], value: float
) -> list[Step]:
    parts = [
        (named(f"{number(amount)} × {told(share)}", deal), exact(amount).item() * exact(share).item(), at)
        for deal, amount, share, at in deals
    ]
    return summed(step, rule, parts or [("0", Fraction(0), sources.facts.place("deals"))], value)


def _earned(tiers: TierTable, total: float, prior: float, goal: float | None) -> str:
    """What the tiers earn, written out."""
    words, _ = tiers_words(tiers, total + prior, goal)
    return f"({words}) − ({tiers_words(tiers, prior, goal)[0]})" if prior else words


def _deal_words(tiers: TierTable, deal: str, amount: float, share: float, goal: float | None) -> str:
    """What the tiers earn on one deal, written out."""
    size = f"{told(abs(amount))}{'' if share == 1 else f' × {told(share)}'}"
    return named(whole(tiers_words(tiers, amount * share, goal, size)[0]), deal)


def _tiers_rule(terms: ComponentTerms, prior: float) -> str:
    values, tiers = terms.values, terms.tiers
    assert tiers is not None
    listed = "; ".join(
        f"from {told(start)}: {told(rate)}" for start, rate in zip(tiers.start, tiers.rate, strict=True)
    )
    on = "each deal alone" if values["tier_basis"] == "deal" else "the sum of the period"
    if values["cumulative"] != "discrete" and values["tier_basis"] != "deal":
        on += f", on top of the {told(prior)} credited earlier in the plan year"
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
    gather=gather,
    evaluate=evaluate,
    words=words,
)
