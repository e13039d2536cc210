"""A component in words, from its fields: what it is paid on, how that becomes a payout, what limits it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from csm_xl.pay.curves import Curve
from csm_xl.plan.measures import is_rate
from csm_xl.plan.model import ComponentTerms, PlanTerms
from csm_xl.report.letters.gate_words import WHOSE, gate_sentences
from csm_xl.report.letters.plan_words import award_words
from csm_xl.report.letters.sentences import PERIODS, Rules, day, figure, joined, money, ratio

_MOST_POINTS: Final = 12
"""A curve with more points is in the table alone."""
ELSEWHERE: Final = frozenset({"plan_id", "component_id", "component_name", "type"})
"""Fields that the heading of a component shows."""


@dataclass(frozen=True, eq=False, repr=False)
class Component:
    """A component as a person has it.

    names: component_id → name, of the plan. ratios: the measures that are ratios. year: first and last day of
    the plan year. goal: whether its measure has a goal that is known. account_goals: whether goals of
    accounts give it. few: whether so few people are on the plan that a pool would show what others are paid.
    rate: the person's own of a share of a result. together: the names of all components whose average
    attainment its curve is read at.
    """

    terms: ComponentTerms
    plan: PlanTerms
    names: Mapping[str, str] = field(default_factory=dict)
    ratios: frozenset[str] = frozenset()
    year: tuple[int, int] = (0, 0)
    goal: bool = False
    account_goals: bool = False
    few: bool = False
    rate: float | None = None
    together: tuple[str, ...] = ()

    @property
    def values(self) -> Mapping[str, Any]:
        """The parameters of its type."""
        return self.terms.values

    @property
    def period(self) -> str:
        """The period that it is paid by, in words."""
        return PERIODS[self.terms.pay_cycle]

    def value(self, number: Any) -> str:
        """A figure of its measure, as people write it."""
        measure = str(self.values.get("measure") or "")
        if self.terms.own_unit and self.terms.curve is None and self.terms.matrix is None:
            return ratio(number)  # the actual is the payout percentage
        rate = is_rate(measure) and 0 < abs(float(number)) < 2
        return ratio(number) if measure in self.ratios or rate else figure(number)


SENTENCES: Final = Rules[Component]()
"""What a component says, in the order of a letter; the sentences of commissions, SPIFs and pools are in
`dollar_words`."""


@SENTENCES.covers("weight")
def _weight(one: Component) -> str | None:
    """The share itself is beside the heading."""
    return "The weight is your own." if "weight" in one.terms.own else None


@SENTENCES.covers("measure", "scope", "on", "peer_group", "direction", "method", "column_measure",
            "column_direction", "measure_from")  # fmt: skip
def _measure(one: Component) -> str | None:
    values = one.values
    if one.terms.pays_on == "goals":
        said = (
            "Paid on your personal goals: the score is the sum of each goal’s weight × score, and 100% is"
            " fully achieved. It is paid once all goals are scored."
        )
        return f"{said} The score is its attainment. {_at_average(one)}" if one.terms.on_composite else said
    if one.terms.pays_on != "results":
        return None
    whose = WHOSE[one.terms.scope]
    said = f"Paid on {whose} {values['measure']}."
    if values.get("column_measure"):
        said = f"Paid on {whose} {values['measure']} and {values['column_measure']} together."
    if values.get("measure_from") == "deals":
        said += f" The actual is {_credits(values)}."
    said = f"{said} {_attainment(one)}"
    return f"{said} {_at_average(one)}" if one.terms.on_composite else said


def _at_average(one: Component) -> str:
    """What a composite's curve is read at."""
    return f"The curve is read at the weighted average attainment of {joined(list(one.together))}."


def _attainment(one: Component) -> str:
    values = one.values
    lower = values["direction"] == "lower"
    if one.terms.own_unit:
        said = "The actual itself decides, in its own unit"
        said += "." if one.terms.curve or one.terms.matrix else ": it is the payout percentage."
        return f"{said} Lower is better." if lower else said
    if values.get("peer_group"):
        group = "plan" if values["peer_group"] == "plan" else f"plan and {values['peer_group']}"
        best = "lowest" if lower else "highest"
        said = f"Attainment is your percentile rank among the people of your {group}:"
        return f"{said} the {best} result has 100%."
    said = f"Attainment is actual ÷ goal{'' if one.goal else '; without a goal it is the actual itself'}."
    if one.account_goals:
        whose = {"individual": "your", "team": "your team’s", "company": "the company’s"}[one.terms.scope]
        said = f"Attainment is actual ÷ goal. The goal is the mean of the goals of {whose} accounts"
        said += "." if values["measure"] == "LOGO" else ", weighted by their revenue at the start."
    if lower:
        said = "Lower is better: attainment is 2 − actual ÷ goal."
        if values["method"] == "inverse":
            said = "Lower is better: attainment is goal ÷ actual."
    if values.get("column_measure") and values["column_direction"] == "lower" and not lower:
        said += f" Of {values['column_measure']} lower is better: its attainment is 2 − actual ÷ goal."
    return said


_DATES: Final = {
    "signing": "on the day of signing", "effective": "on its effective date", "notice": "on its notice date",
    "invoice": "on its invoice date", "payment": "when the customer pays",
}  # fmt: skip
_FROM: Final = {
    "own": "to you",
    "reports": "to people who report to you",
    "all_reports": "to everybody below you",
}


@SENTENCES.covers("deal_kinds", "deal_products", "credit_role", "credit_date", "credit_from", "ladder_on")
def _deals(one: Component) -> str | None:
    if one.terms.pays_on != "deals":
        return None  # for a measure from deals, the measure's sentence names them
    said = f"Paid on {_credits(one.values)}."
    if one.values.get("credit_date") == "payment" and one.terms.tiers is not None:
        at = "when the deal is signed" if one.values["ladder_on"] == "booking" else "by each payment"
        said += f" The tier is found {at}."
    return said


def _credits(values: Mapping[str, Any]) -> str:
    """Which credits count, in words."""
    kinds = f" of kind {joined(list(values['deal_kinds']), 'or')}" if values.get("deal_kinds") else ""
    if values.get("deal_products"):
        kinds += f" for {joined(list(values['deal_products']), 'or')}"
    whose = joined([_FROM[way] for way in values.get("credit_from") or ("own",)])
    role = f" in the role {values['credit_role']}" if values.get("credit_role") else ""
    return f"the deals{kinds} that are credited {whose}{role}; a deal counts {_DATES[values['credit_date']]}"


@SENTENCES.covers("curve_id", "matrix_id")
def _curve(one: Component) -> str | None:
    if one.terms.curve is None:
        return None
    return _curve_words(one, one.terms.curve)


def _curve_words(one: Component, curve: Curve) -> str:
    """What a curve pays at its points, between them and beyond."""
    figures, payouts = curve.rising()
    shown = one.value if one.terms.own_unit else ratio
    past = "better than " if curve.lower else "above "
    over = [past if flag and not curve.strict else "" for flag in curve.exceeded()]
    points = [f"{more}{shown(x)} pays {ratio(y)}" for x, y, more in zip(figures, payouts, over, strict=True)]
    if len(points) > _MOST_POINTS:
        points = [points[0], f"the table shows the {len(points) - 2} points in between", points[-1]]
    reached = "must be exceeded" if curve.strict else "must be reached"
    between = "" if len(points) == 1 else "; in between, payout rises in a straight line"
    if curve.mode == "step" and len(points) > 1:
        between = f"; a point {reached}, and between points nothing changes"
    below = {"zero": "nothing", "hold": "the payout of that point", "extrapolate": "on the same line"}[
        curve.below
    ]
    above = {"hold": "it stays there", "extrapolate": "it continues on the same line"}[curve.above]
    more = f" A point {reached}." if curve.strict and curve.mode == "linear" else ""
    most = f", up to {ratio(curve.cap)}" if curve.cap is not None else ""
    sides = (
        ("worse than the first point", "past the last")
        if curve.lower
        else ("below the first point", "above the last")
    )
    pays = (
        f"{sides[0]} it pays {below}" if curve.below != "extrapolate" else f"{sides[0]} it continues {below}"
    )
    return f"Payout: {'; '.join(points)}{between}. {pays.capitalize()}; {sides[1]} {above}{most}.{more}"


_TO_DATE: Final = {"ytd_sum": "plan year", "ytd_latest": "plan year", "qtd_sum": "quarter"}
"""What a component to date adds up."""


@SENTENCES.covers("pay_cycle", "cumulative", "interim_cap", "take_back")
def _cycle(one: Component) -> str | None:
    said = []
    if one.terms.pay_cycle != one.plan.pay_period:
        said.append(f"This component pays every {one.period}.")
    if one.values.get("cumulative", "discrete") != "discrete":
        span = _TO_DATE[one.values["cumulative"]]
        what = f"The tiers climb with the {span} to date" if one.terms.pays_on == "deals" else (
            f"Each {one.period} is measured on the {span} to date, less what was paid earlier in the "
            f"{span.removeprefix('plan ')}"
        )  # fmt: skip
        said.append(f"{what}.")
        if one.values.get("take_back") is False:
            said.append(f"If that is below 0, the {one.period} pays 0, and later ones pay that much less.")
        if one.values.get("interim_cap") is not None:
            most, last = ratio(one.values["interim_cap"]), f"{span.removeprefix('plan ')}’s last {one.period}"
            said.append(f"Before the {last} at most {most} of target is paid; the rest follows.")
    return " ".join(said) or None


@SENTENCES.covers("floor", "cap", "max_amount")
def _limits(one: Component) -> str | None:
    values, said = one.values, []
    if values.get("floor") is not None:
        said.append(f"pays at least {ratio(values['floor'])} of its target, if its conditions are met")
    if values.get("cap") is not None:
        said.append(f"pays at most {ratio(values['cap'])} of its target")
    if values.get("max_amount") is not None:
        said.append(f"pays at most {money(values['max_amount'], one.plan.currency)} a {one.period}")
    return f"The component {joined(said)}." if said else None


@SENTENCES.covers("round_award")
def _award(one: Component) -> str | None:
    if one.terms.round_award is None:
        return None
    return f"Its payout of a {one.period} is rounded {award_words(one.plan, one.terms.round_award)}."


@SENTENCES.covers("gate_measure", "gate_scope", "gate_on", "gate_direction", "gate_minimum", "gate_otherwise")
def _gates(one: Component) -> str | None:
    said = gate_sentences(one.terms, one.ratios, lambda name: one.names.get(name, name))
    return " ".join(said) or None


@SENTENCES.covers("payout_of", "payout_of_on", "payout_of_join")
def _payout_of(one: Component) -> str | None:
    if one.terms.payout_of is None:
        return None
    what = "payout percentage" if one.terms.payout_of_on == "payout" else "attainment"
    name = one.names.get(one.terms.payout_of, one.terms.payout_of)
    if one.terms.payout_of_join == "multiply":
        return f"Its payout is multiplied by the {what} of {name}."
    which = "higher" if one.terms.payout_of_join == "greater" else "lower"
    return f"It pays the {which} of its own payout percentage and the {what} of {name}."


@SENTENCES.covers("kicker_ratio")
def _kicker(one: Component) -> str | None:
    if one.values.get("kicker_ratio") is None:
        return None
    return (
        f"If attainment reaches 100%, {ratio(one.values['kicker_ratio'])} of the component’s target is added."
    )


@SENTENCES.covers("modified")
def _modified(one: Component) -> str | None:
    if not one.values.get("modified"):
        return None
    if (one.plan.individual_floor, one.plan.individual_cap) != (None, None):
        return "The company and division modifier and your individual modifier multiply what it pays."
    return "The company and division modifier multiplies what it pays."


@SENTENCES.covers("ramp_id")
def _ramp(one: Component) -> str | None:
    if one.terms.ramp is None:
        return None
    shares = ", ".join(f"month {month}: {ratio(share)}" for month, share in enumerate(one.terms.ramp, 1))
    begins = "the month of hire"
    if one.plan.ramp_start == "next_month_after_15":
        begins = "the month of hire, or the next one for who is hired after the 15th"
    return (
        f"In your first months a part of the goal counts: {shares}, and so on from then. Month 1 is {begins}."
    )


@SENTENCES.covers("season_id")
def _season(one: Component) -> str | None:
    if one.terms.season is None:
        return None
    whole = sum(one.terms.season)
    shares = ", ".join(ratio(round(share / whole, 6)) for share in one.terms.season)
    return f"The annual goal is split over the periods of the plan year: {shares}."


@SENTENCES.covers("book_adjusted")
def _book(one: Component) -> str | None:
    if not one.values.get("book_adjusted"):
        return None
    return "The team’s rate is adjusted by what your own accounts retain above or below expectation."


@SENTENCES.covers("composite")
def _composite(one: Component) -> str | None:
    if one.terms.composite is None or one.plan.round_composite is None:
        return None
    return (
        f"It is part of the composite {one.terms.composite}, whose payout percentage is rounded as a whole."
    )


@SENTENCES.covers("valid_from", "valid_to")
def _days(one: Component) -> str | None:
    first, last = one.year
    begins = one.terms.valid_from if one.terms.valid_from and one.terms.valid_from > first else None
    ends = one.terms.valid_to if one.terms.valid_to and one.terms.valid_to < last else None
    if begins is None and ends is None:
        return None
    said = [f"from {day(begins)}"] if begins else []
    said += [f"until {day(ends)}"] if ends else []
    return f"These terms hold {' '.join(said)}."
