"""Commission on credited deals: a tier table or a rate, and a fixed amount per deal."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Final

import numpy as np

from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import DEAL_OUTSIDE, ComponentType, Outcome
from csm_xl.engine.components.shared import CUMULATIVE, FIXED_AMOUNT, MAX_AMOUNT, MODIFIED
from csm_xl.engine.facts import DATES, Facts
from csm_xl.engine.group import Group
from csm_xl.engine.sources import Sources
from csm_xl.engine.wording import added, named, number, summed, tiers_words, whole
from csm_xl.pay.attainment import attainment
from csm_xl.pay.commission import commission
from csm_xl.pay.rounding import EPS, Array, exact, is_exact, numbers, reaches
from csm_xl.pay.tiers import TierTable
from csm_xl.pay.trace import Step, told
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.schema import DEALS, NOT_NEGATIVE, Column

COLUMNS: Final = (
    Column("measure", "id", "Whose goal the tiers are multiples of, where they stand on attainment."),
    Column("deal_kinds", "words", "Kinds of deal that count, separated by commas; blank: all.",
           choices=DEALS.column("kind").choices),
    Column("credit_role", "word", "Role in which the person must be credited; blank: any."),
    Column("credit_date", "word", "Which date of a deal says when it counts.", default="signing",
           choices=tuple(DATES)),
    Column("tier_id", "id", "Tier table; blank: the rate.", refers="tiers.tier_id"),
    Column("tier_basis", "word", "Whether tiers stand on the period's sum or on each deal alone.",
           default="period", choices=("period", "deal")),
    Column("rate", "ratio", "Commission rate on the credited amount, where there are no tiers.",
           unit="ratio", usual=NOT_NEGATIVE),
    FIXED_AMOUNT,
    CUMULATIVE,
    MAX_AMOUNT,
    MODIFIED,
)  # fmt: skip


def gather(facts: Facts, group: Group, terms: ComponentTerms) -> Inputs:
    """The person's credits of the period under this version; those before, under any version, on top of
    which the tiers climb: of the plan year where they climb with the year, else of the period; the goal
    where the tiers stand on attainment; and whether a deal is credited outside the days on the plan."""
    facts.refuse_credited_twice(group, terms)
    first, last = group.period.start, group.period.end
    inputs: Inputs = {
        "credits": facts.credited(group, terms, first, last),
        "outside": facts.credited_outside(group, terms, first, last),
    }
    if terms.tiers is not None and terms.values["tier_basis"] != "deal":
        yearly = terms.values["cumulative"] != "discrete"
        if yearly or group.versions(terms.component_id)[0].row != terms.row:
            inputs["prior"] = facts.credited_before(group, terms, yearly)
    if terms.tiers is not None and terms.tiers_on == "attainment":
        rows = facts.result_rows(group, terms, str(terms.values["measure"]), "individual")
        inputs["goal"] = facts.measured(rows, group.person, paid_by_goal=True)[1]
    return inputs


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, year_end: bool) -> Outcome:
    """Credited amounts through the tiers, or × rate; plus the fixed amount per deal."""
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
    outside = np.asarray(inputs["outside"], dtype=bool)
    outcome.notes = np.where(outside, DEAL_OUTSIDE, 0).astype(np.uint16)
    return outcome


def _doubt_bounds(terms: ComponentTerms, total: Any, error: Array, goal: Array | None, doubt: Array) -> None:
    """Marks sums of many deals whose float error could carry them over a bound of the tiers."""
    assert terms.tiers is not None
    for start in terms.tiers.start:
        reaches(np.abs(total), start if goal is None else start * goal, doubt, error)


def words(terms: ComponentTerms, line: dict[str, Any], sources: Sources) -> list[Step]:
    """How the credited amount earns: under each version in its own days."""
    versions = sources.group.versions(terms.component_id)
    steps: list[Step] = []
    rules, put_in, places = [], [], []
    for version in versions:
        made, rule, earned, cells = _version_words(version, sources)
        from_ = date.fromordinal(version.valid_from).isoformat() if version.valid_from else ""
        steps += made
        rules.append(f"from {from_}: {rule}" if from_ and len(versions) > 1 else rule)
        put_in.append(earned)
        places += cells
    rule, earned = "; ".join(rules), " + ".join(map(whole, put_in)) if len(put_in) > 1 else put_in[0]
    if terms.values.get("max_amount") is not None:
        most = told(terms.values["max_amount"])
        rule, earned = f"{rule}; at most {most}", f"min({earned}, {most})"
        places.append(sources.term(terms, "max_amount"))
    rule += f"; rounded to {told(sources.group.plan.rounding_unit)}"
    source = "; ".join(dict.fromkeys(place for place in places if place))
    return [*steps, Step("Commission", rule, earned, line["before_modifier"], source)]


def _version_words(terms: ComponentTerms, sources: Sources) -> tuple[list[Step], str, str, list[str]]:
    """What one version pays: the steps to it, the rule, the calculation in numbers, and their cells."""
    values = terms.values
    which = ", ".join(values.get("deal_kinds") or ()) or "all"
    role = f", in the role {values['credit_role']}" if values.get("credit_role") else ""
    deals = sources.credits(terms)
    rule = f"sum of amount × share over {which} deals credited in the {sources.days_of(terms)}{role}"
    total, prior = _amount(deals), 0.0
    steps = _credited(sources, "Credited amount", rule, deals, total)
    if terms.tiers is None:
        rate = told(values.get("rate") or 0.0)
        rule, put_in, cells = f"credited amount × rate {rate}", f"{number(total)} × {rate}", ["rate"]
        places = []
    else:
        yearly, goal = values["cumulative"] != "discrete", None
        before = [] if values["tier_basis"] == "deal" else sources.credits(terms, before=True)
        if values["tier_basis"] != "deal" and (yearly or before):
            prior = _amount(before)
            earlier = (
                f"sum of amount × share over such deals of earlier in the {'plan year' * yearly or 'period'}"
            )
            steps += _credited(sources, "Credited before", earlier, before, prior)
            if prior:
                steps.append(Step("Credited to date", "credited before + credited amount",
                                  f"{number(prior)} + {number(total)}", prior + total,
                                  sources.term(terms, "cumulative")))  # fmt: skip
        table = sources.facts.tables["tiers"]
        given = table.origin.positions if table.origin else {}
        columns = [name for name in ("from", "to", "rate") if name in given]
        places = [sources.cells("tiers", sources.rows_of("tiers", str(values["tier_id"])), *columns)]
        if terms.tiers_on == "attainment":
            result = sources.part(terms, str(values["measure"]), "individual")
            places.append(result.places.split("; ")[-1])
            goal = float(result.goal)
        put_in = _earned(terms.tiers, total, prior, goal)
        if values["tier_basis"] == "deal":
            put_in = added(_deal_words(terms.tiers, *deal[:3], goal) for deal in deals)
        rule = _tiers_rule(terms, prior)
        cells = ["tier_id"]
    if values.get("fixed_amount"):
        rule += f"; plus {told(values['fixed_amount'])} per deal"
        put_in += f" + {len(deals)} × {told(values['fixed_amount'])}"
        cells.append("fixed_amount")
    return steps, rule, put_in, [sources.term(terms, *cells), *places]


def _amount(deals: list[tuple[str, float, float, str]]) -> float:
    """What credits add up to."""
    return float(
        sum((exact(amount).item() * exact(share).item() for _, amount, share, _ in deals), Fraction(0))
    )


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
    if values["tier_basis"] != "deal" and (prior or values["cumulative"] != "discrete"):
        span = "period" if values["cumulative"] == "discrete" else "plan year"
        on += f", on top of the {told(prior)} credited earlier in the {span}"
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
    per_version=True,
)
