"""Commissions, SPIFs, milestones and pools in words: what a component earns that has no target."""

from __future__ import annotations

from typing import Final

from csm_xl.analysis.letter_pay.examples import Example, counts_others
from csm_xl.plan.tier_measures import by_booking, tier_source
from csm_xl.report.letters.component_words import Component
from csm_xl.report.letters.sentences import Rules, figure, money, ratio

EARNING: Final = Rules[Component]()
"""What a component without a target earns."""

_WHOSE: Final = {"individual": "your", "team": "your team’s", "company": "the company’s"}


@EARNING.covers("rate", "fixed_amount")
def _rate(one: Component) -> str | None:
    fixed, rate = one.values.get("fixed_amount"), one.values.get("rate")
    if one.terms.pays_on == "deals":
        said = (
            [f"It earns {ratio(rate)} of the credited amount."]
            if rate is not None and not one.terms.tiers
            else []
        )
        also = " also" if said or one.terms.tiers else ""
        said += [f"Each deal{also} earns {money(fixed, one.plan.currency)}."] if fixed else []
        return " ".join(said) or None
    if one.terms.pays_on != "events" or fixed is None:
        return None
    amount = money(fixed, one.plan.currency)
    if one.terms.type == "milestone":
        return (
            f"It pays {amount} once in a plan year, in the {one.period} in which the milestone is first met."
        )
    return f"It pays {amount} for each qualifying event."


@EARNING.covers("part_period")
def _share(one: Component) -> str | None:
    if "part_period" not in one.values:
        return None
    rate = one.values.get("rate") if one.rate is None else one.rate
    pays = "a rate of your own" if rate is None else ratio(rate)
    part = "in full" if one.values["part_period"] == "full" else "by days"
    whose = _WHOSE[one.terms.scope]
    return f"It pays {pays} of {whose} {one.values['measure']}; for part of a {one.period}, {part}."


@EARNING.covers("tier_id", "tier_basis", "tier_measure", "tier_scope", "shared_deals")
def _tiers(one: Component) -> str | None:
    tiers = one.terms.tiers
    if tiers is None:
        return None
    how = {
        "marginal": "Each part of the amount earns the rate of its own tier.",
        "whole": "The rate of the tier that is reached applies to the whole amount.",
        "interpolated": "Each tier carries an amount, which is earned in proportion inside it.",
        "fixed": "The amount of the tier that is reached is paid.",
    }[tiers.mode]
    if one.values.get("tier_basis") == "count":
        how = {
            "marginal": "Each deal earns the amount of its own tier.",
            "whole": "Every deal earns the amount of the tier that is reached.",
        }.get(tiers.mode, how)
    elif one.values.get("tier_basis") == "deal" and tiers.mode == "fixed":
        how = "Each deal earns the amount of the tier that it reaches."
    if one.terms.type == "pool":
        return None  # it funds the pool, and the pool's sentence says so
    if one.values.get("shared_deals"):
        part = "your share of it" if one.values["shared_deals"] == "share" else "all of it"
        how += f" Of a deal that is shared, you are paid {part}."
    bound = " A bound must be exceeded, not only reached." if tiers.tie == "lower" else ""
    return f"{how} The tier is found by {_found_by(one)}.{bound}"


def _found_by(one: Component) -> str:
    values = one.values
    source, whose = tier_source(values), _WHOSE[str(values.get("tier_scope") or "individual")]
    if source == "deal":
        return {
            "margin": "the margin of each deal", "term": "the term of each deal, in months",
            "customer_year": "the customer’s year in which a deal is signed",
        }[str(values["tier_measure"])]  # fmt: skip
    if source == "results":
        return f"{whose} {values['tier_measure']}"
    if source == "credited":
        kinds = " on deals of every kind" if values.get("tier_measure") else ""
        return f"{whose} credited amount{kinds} of the {one.period}"
    what = "number of deals" if values.get("tier_basis") == "count" else "credited amount"
    span = {"discrete": one.period, "qtd_sum": "quarter to date"}
    over = span.get(values.get("cumulative", "discrete"), "plan year to date")
    each = (
        "the amount of each deal alone" if values.get("tier_basis") == "deal" else f"the {what} of the {over}"
    )
    goal = (
        f", as a multiple of the goal of {values.get('measure')}"
        if one.terms.tiers_on == "attainment"
        else ""
    )
    return f"{each}{goal}"


@EARNING.covers("pool_amount", "share_by", "pool_person_cap", "pool_measure", "pool_scope", "pool_rate")
def _pool(one: Component) -> str | None:
    amount, currency = one.terms.pool_amount, one.plan.currency
    if one.terms.type != "pool":
        if amount is None:
            return None
        most = "a fixed amount" if one.few else money(amount, currency)
        said = f"Everybody on the plan together is paid at most {most} a {one.period};"
        return f"{said} if it is exceeded, all are scaled."
    values = one.values
    shares = {
        "measure": f"by each person’s own {values.get('measure')}", "salary": "by salary and FTE, day by day",
        "days": "by days on the plan",
    }[values["share_by"]]  # fmt: skip
    size = "" if one.few or amount is None else f" of {money(amount, currency)}"
    among = "everybody on the plan"
    among += " who is in your team" if one.terms.by_team else ""
    said = f"Every {one.period}, a pool{size} is shared among {among} {shares}."
    if values.get("pool_measure"):
        said += f" {_funding(one)}"
    if values.get("pool_person_cap") is not None:
        most = money(values["pool_person_cap"], currency)
        said += f" One person gets at most {most}; the rest goes to the others."
    if one.few:
        said += " Its amount is not shown: few people share it, and it would show what others are paid."
    return said


def _funding(one: Component) -> str:
    """What a result of the company or the team makes of a pool."""
    values = one.values
    measure = f"{_WHOSE['team' if one.terms.by_team else 'company']} {values['pool_measure']}"
    most = "" if one.terms.pool_amount is None else ", at most its amount"
    if values.get("pool_rate") is not None:
        return f"It is {ratio(values['pool_rate'])} of {measure}{most}."
    if one.terms.tiers is not None:
        return f"Its size comes from tiers on {measure}{most}."
    return f"Its size is multiplied by the payout percentage of {measure}."


def tier_rows(one: Component) -> list[list[str]]:
    """The tiers of a component as rows of a table, under a header; none where it has none."""
    tiers = one.terms.tiers
    if tiers is None:
        return []
    unit, source = one.plan.currency, tier_source(one.values)
    money_of_tier = tiers.mode in ("interpolated", "fixed") or one.values.get("tier_basis") == "count"
    header = ["From", "To", f"Earns ({unit})" if money_of_tier else "Rate"]
    bound = figure
    if one.terms.tiers_on == "attainment" or (source == "deal" and one.values["tier_measure"] == "margin"):
        bound = ratio
    elif source in ("paid", "credited") and one.values.get("tier_basis") != "count":
        header[:2] = [f"From ({unit})", f"To ({unit})"]
    rows = [header]
    for at, (start, rate, end) in enumerate(zip(tiers.start, tiers.rate, tiers.end, strict=True)):
        after = end if end is not None else tiers.start[at + 1] if at + 1 < len(tiers.start) else None
        shown = figure(rate) if money_of_tier else ratio(rate)
        rows.append([bound(start), "no end" if after is None else bound(after), shown])
    return rows


def example_sentence(one: Component, example: Example, period: str) -> str:
    """A worked example in words. period: the name of the pay period that it is calculated for."""
    paid = money(example.amount, one.plan.currency)
    if example.events is not None:
        return f"Example: {figure(example.events)} events in {period} pay {paid}."
    assert example.credited is not None
    credited = money(example.credited, one.plan.currency)
    many, given = True, f"credited deals of {credited} in {period}"
    if example.deals is not None:
        many = example.deals > 1
        given = f"{figure(example.deals)} credited {'deals' if many else 'deal'} in {period}"
    elif one.terms.tiers is not None and one.values.get("tier_basis") == "deal":
        many, given = False, f"a credited deal of {credited} in {period}"
    if example.goal is not None:
        goal = figure(example.goal) if example.deals else money(example.goal, one.plan.currency)
        given += f", against a goal of {goal},"
    if example.found_by is not None:
        given += f", with {_figure_found(one, example.found_by)},"
    if by_booking(one.values) or one.values.get("credit_date") == "payment":
        given += " that are paid in full" if many else " that is paid in full"
    note = " Modifiers, pools, and conditions on other measures are not counted."
    return f"Example: {given} {'earn' if many else 'earns'} {paid}.{note if _depends(one) else ''}"


def _figure_found(one: Component, value: float) -> str:
    measure = str(one.values["tier_measure"])
    if measure == "margin":
        return f"a margin of {ratio(value)}"
    if measure == "term":
        return f"a term of {figure(value)} months"
    if measure == "customer_year":
        return f"the customer in year {int(value)}"
    if one.terms.tiers_on == "attainment":
        return f"a {measure} attainment of {ratio(value)}"
    return f"a {measure} of {figure(value)}"


def _depends(one: Component) -> bool:
    terms = one.terms
    return bool(
        terms.values.get("modified") or terms.gates or terms.pool_amount is not None or counts_others(terms)
    )
