"""Rules about what a plan measures and how it weighs it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.errors import listed
from csm_xl.pay.rounding import exceeds
from csm_xl.plan.measures import named_like
from csm_xl.plan.model import ComponentTerms

MOST_MEASURES: Final = 4
"""Sales compensation design keeps to three measures, four at most: D. Cichelli, "Compensating the Sales
Force", 3rd ed., 2018."""
LEAST_WEIGHT: Final = 0.1
"""Below a tenth of the target, itself a tenth to a third of pay, a measure moves pay by 1% to 3%."""
MOST_SHARED: Final = 0.5
"""Where others' results decide more than half, a person's own work decides less than theirs."""
NOT_THEIRS: Final = (
    "new_logo", "new_business", "new_customer", "market_share", "share_price", "stock", "ebitda", "profit",
    "operating_margin", "uptime", "headcount", "exchange_rate", "pipeline_generated", "leads",
)  # fmt: skip
"""What sales, marketing, engineering, finance or the market decide, as measures are usually named."""
LOWER_IS_BETTER: Final = (
    "churn", "attrition", "complaint", "escalation", "response_time", "resolution_time", "time_to", "backlog",
    "overdue",
)  # fmt: skip
HIGHER_IS_BETTER: Final = (
    "nrr", "grr", "nps", "csat", "retention", "renewal_rate", "adoption", "health", "bookings",
)  # fmt: skip


@rule("W101", "Keep the three or four that matter most, and move their weight there.")
def too_many(view: View) -> Iterator[Found]:
    """More than four measures.

    Attention is divided by what is measured: with five measures and more, none is worth a change of
    behaviour, and nobody can reckon their own pay.
    """
    for design in view.designs:
        found = design.target
        if len(found) > MOST_MEASURES:
            names = listed(one.component_id for one in found)
            said = f"plan {design.plan.plan_id} pays for {len(found)} measures at once ({names})"
            yield view.at(found[MOST_MEASURES], "component_id"), said


@rule("W102", "Give it 10% or more, or drop it.")
def tiny_weight(view: View) -> Iterator[Found]:
    """A weight below 10%.

    A share that small moves total pay by 1% to 3% between failure and success: it costs as much to
    measure and explain as any other, and changes nothing.
    """
    for one in view.components:
        weight = one.values.get("weight")
        if weight and exceeds(LEAST_WEIGHT, weight):
            yield view.at(one, "weight"), f"{one.component_id} of {one.plan_id} weighs {weight:.4g}"


@rule("W103", "Give it a weight, or remove the component.")
def no_weight(view: View) -> Iterator[Found]:
    """A component of weight 0.

    It is measured, shown on every statement and pays nothing, whatever is reached.
    """
    for one in view.components:
        if one.values.get("weight") == 0:
            yield view.at(one, "weight"), f"{one.component_id} of {one.plan_id} weighs 0, so it never pays"


@rule("W104", "Move weight to what the person decides alone, or say why the team is paid as one.")
def mostly_shared(view: View) -> Iterator[Found]:
    """Results of team and company decide more than half.

    Those who carry the result are paid as those who do not. Up to half is usual for Customer Success,
    where accounts are shared. Plans with commission are left out: that is people's own.
    """
    for design in view.designs:
        shared = [one for one in design.target if one.values["scope"] != "individual"]
        share = sum(one.values["weight"] for one in shared)
        if exceeds(share, MOST_SHARED) and exceeds(1.0, share) and not design.commission:
            said = f"{share:.0%} of plan {design.plan.plan_id}'s target hangs on team and company"
            yield view.at(shared[0], "scope"), f"{said} ({listed(one.component_id for one in shared)})"


@rule("W105", "Add a measure or goals of the person's own.")
def wholly_shared(view: View) -> Iterator[Found]:
    """Nothing in the plan depends on the person.

    Pay cannot follow performance where every participant of a team is paid the same.
    """
    for design in view.designs:
        found = design.target
        if found and not design.commission and all(one.values["scope"] != "individual" for one in found):
            said = f"plan {design.plan.plan_id} pays everyone by results of team and company alone"
            yield view.at(found[0], "scope"), said


@rule("W106", "Measure what the role decides: retention, expansion, adoption, satisfaction of own accounts.")
def not_theirs(view: View) -> Iterator[Found]:
    """A measure that the CSM cannot control.

    People stop working for pay that others decide. Judged by the measure's name, and only where it is
    the person's or the team's own result.
    """
    for one in view.components:
        measure = one.values.get("measure")
        theirs = one.type == "metric" and one.values["scope"] != "company"
        if theirs and measure and named_like(measure, NOT_THEIRS):
            said = f"{one.component_id} of {one.plan_id} pays for {measure}, which a CSM does not decide"
            yield view.at(one, "measure"), said


@rule("W107", "Keep one of the two with the weight of both, or measure something else.")
def twice_measured(view: View) -> Iterator[Found]:
    """The same measure pays twice.

    One good or bad figure then counts double, though the weights look spread.
    """
    for design in view.designs:
        for one, other in combinations((one for one in design.target if one.type == "metric"), 2):
            if all(one.values[name] == other.values[name] for name in ("measure", "scope", "cumulative")):
                said = f"{other.component_id} of {other.plan_id} pays for {other.values['measure']}"
                yield view.at(other, "measure"), f"{said} of the same scope as {one.component_id} does"


@rule("E108", "Turn the direction round, or rename the measure.")
def wrong_direction(view: View) -> Iterator[Found]:
    """The direction goes against the measure's name.

    Churn that pays more the higher it is, or retention that pays more the lower it is, rewards the damage.
    """
    for one in view.components:
        measure, direction = one.values.get("measure"), one.values.get("direction")
        if not measure or direction is None:
            continue
        falls = named_like(measure, LOWER_IS_BETTER)
        against = falls if direction == "higher" else not falls and named_like(measure, HIGHER_IS_BETTER)
        if against:
            said = f"{one.component_id} of {one.plan_id} pays more the {direction} {measure} is"
            yield view.at(one, "direction"), said


@rule("W109", "Choose another model, or mend the components.")
def other_model(view: View) -> Iterator[Found]:
    """The model says one thing, the components another.

    Reports and benchmarks compare plans of one model; a plan under the wrong name is compared with
    plans that it is nothing like.
    """
    for design in view.designs:
        said = _other_model(design.plan.model, design.target, design.commission)
        if said:
            yield view.of_plan(design.plan, "model"), f"plan {design.plan.plan_id} is {said}"


def _other_model(
    model: str, target: tuple[ComponentTerms, ...], commission: tuple[ComponentTerms, ...]
) -> str:
    if model == "base_only" and (target or commission):
        return f"base_only, and pays {listed(one.component_id for one in (*target, *commission))}"
    if model in ("base_bonus", "base_quota") and commission and not target:
        return f"{model}, and pays commission alone"
    if model in ("base_variable", "revenue_centric") and target and not commission:
        return f"{model}, and pays no commission"
    return ""


@rule("N110", "Make it text of its own, or leave the words out.")
def same_name(view: View) -> Iterator[Found]:
    """Two components of a plan have one name in words.

    On a statement people cannot tell which line is which.
    """
    for design in view.designs:
        seen: dict[str, ComponentTerms] = {}
        for one in design.components:
            name = (one.component_name or "").casefold()
            if name and seen.setdefault(name, one) is not one:
                said = f"{one.component_id} and {seen[name].component_id} of {one.plan_id} are both called"
                yield view.at(one, "component_name"), f"{said} {one.component_name}"
