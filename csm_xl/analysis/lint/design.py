"""Rules about measures and weights."""

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
"""Sales compensation plans should use three measures, four at most: D. Cichelli, "Compensating the Sales
Force", 3rd ed., 2018."""
LEAST_WEIGHT: Final = 0.1
"""With less than a tenth of the target (itself a tenth to a third of pay), a measure moves pay by 1% to
3%."""
MOST_SHARED: Final = 0.5
"""Above half, other people's results count more than the person's own."""
NOT_THEIRS: Final = (
    "new_logo", "new_business", "new_customer", "market_share", "share_price", "stock", "ebitda", "profit",
    "operating_margin", "uptime", "headcount", "exchange_rate", "pipeline_generated", "leads",
)  # fmt: skip
"""Usual names of measures that sales, marketing, engineering, finance or the market decide."""
LOWER_IS_BETTER: Final = (
    "churn", "attrition", "complaint", "escalation", "response_time", "resolution_time", "time_to", "backlog",
    "overdue", "ttr", "mttr",
)  # fmt: skip
HIGHER_IS_BETTER: Final = (
    "nrr", "grr", "nps", "csat", "retention", "renewal_rate", "adoption", "health", "bookings",
)  # fmt: skip


@rule("W101", "Keep the three or four that matter most, and give them the weight.")
def too_many(view: View) -> Iterator[Found]:
    """More than four measures.

    Each measure divides attention. With five or more, none is worth a change of behavior, and nobody can work
    out their own pay.
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

    Such a small weight moves total pay by only 1% to 3% between failure and success. It costs as much to
    measure and explain as any other, and changes nothing.
    """
    for one in view.components:
        weight = one.values.get("weight")
        if weight and exceeds(LEAST_WEIGHT, weight):
            yield view.at(one, "weight"), f"{one.component_id} of {one.plan_id} has a weight of {weight:.4g}"


@rule("W103", "Give it a weight, or remove the component.")
def no_weight(view: View) -> Iterator[Found]:
    """A component with weight 0.

    It is measured and shown on every statement, but never pays anything. Not reported if another component
    or a gate refers to its payout.
    """
    asked = {
        (one.plan_id, name)
        for one in view.components
        for name in (one.payout_of, *(gate.measure for gate in one.gates if gate.on == "payout"))
    }
    for one in view.components:
        if one.values.get("weight") == 0 and (one.plan_id, one.component_id) not in asked:
            yield (
                view.at(one, "weight"),
                f"{one.component_id} of {one.plan_id} has a weight of 0, so it never pays",
            )


@rule("W104", "Move weight to the person's own results, or document why the team is paid as one.")
def mostly_shared(view: View) -> Iterator[Found]:
    """More than half of the target depends on team and company results.

    People who produce the result are paid the same as those who do not. Up to half is usual in Customer
    Success, where accounts are shared. Plans with commission are not checked, since commission is individual.
    """
    for design in view.designs:
        shared = [one for one in design.target if one.scope != "individual"]
        share = sum(one.values["weight"] for one in shared)
        if exceeds(share, MOST_SHARED) and exceeds(1.0, share) and not design.commission:
            said = f"{share:.0%} of plan {design.plan.plan_id}'s target depends on team and company results"
            yield view.at(shared[0], "scope"), f"{said} ({listed(one.component_id for one in shared)})"


@rule("W105", "Add an individual measure, or individual goals.")
def wholly_shared(view: View) -> Iterator[Found]:
    """No part of the plan depends on the person.

    Pay cannot follow performance when everyone on a team is paid the same.
    """
    for design in view.designs:
        found = design.target
        if found and not design.commission and all(one.scope != "individual" for one in found):
            said = f"plan {design.plan.plan_id} pays everyone by results of team and company only"
            yield view.at(found[0], "scope"), said


@rule(
    "W106",
    "Measure what the role controls: retention, expansion, adoption or satisfaction in the CSM's own "
    "accounts.",
)
def not_theirs(view: View) -> Iterator[Found]:
    """A measure outside the CSM's control.

    Pay that others decide does not motivate. The rule goes by the measure's name, and only looks at
    individual and team results.
    """
    for one in view.components:
        measure = one.values.get("measure")
        theirs = one.pays_on == "results" and one.scope != "company"
        if theirs and measure and named_like(measure, NOT_THEIRS):
            said = f"{one.component_id} of {one.plan_id} pays for {measure}, which a CSM does not decide"
            yield view.at(one, "measure"), said


@rule("W107", "Keep one of the two, with the weight of both, or measure something else.")
def twice_measured(view: View) -> Iterator[Found]:
    """Two components pay for the same measure.

    One good or bad figure counts twice, although the weights look balanced.
    """
    for design in view.designs:
        for one, other in combinations((one for one in design.target if one.pays_on == "results"), 2):
            alike = all(
                one.values.get(name) == other.values.get(name) for name in ("measure", "scope", "cumulative")
            )
            if alike and one.pay_cycle == other.pay_cycle:
                said = f"{other.component_id} of {other.plan_id} pays for {other.values['measure']}"
                yield view.at(other, "measure"), f"{said} of the same scope as {one.component_id} does"


@rule("E108", "Reverse the direction, or rename the measure.")
def wrong_direction(view: View) -> Iterator[Found]:
    """The direction contradicts the measure's name.

    Paying more for higher churn or lower retention rewards the wrong result. So does a gate that high churn
    or low retention meets.
    """
    for one in view.components:
        measure, direction = one.values.get("measure"), one.values.get("direction")
        for gate in one.gates:
            if gate.on != "payout" and _against(gate.measure, gate.direction):
                table, row, column = gate.cell("direction")
                said = f"the gate of {one.component_id} of {one.plan_id} takes {gate.measure} as better the"
                yield view.tables[table].where(row, column), f"{said} {gate.direction} it is"
        if measure and direction is not None and _against(measure, direction):
            said = f"{one.component_id} of {one.plan_id} pays more the {direction} {measure} is"
            yield view.at(one, "direction"), said


def _against(measure: str, direction: str) -> bool:
    """Whether a measure is better the other way by its name."""
    falls = named_like(measure, LOWER_IS_BETTER)
    return falls if direction == "higher" else not falls and named_like(measure, HIGHER_IS_BETTER)


@rule("W109", "Choose another model, or correct the components.")
def other_model(view: View) -> Iterator[Found]:
    """The model does not match the components.

    Reports and benchmarks compare plans of one model. A plan with the wrong model is compared with plans that
    are nothing like it.
    """
    for design in view.designs:
        said = _other_model(design.plan.model, design.target, design.commission)
        if said:
            yield view.of_plan(design.plan, "model"), f"plan {design.plan.plan_id} is {said}"


def _other_model(
    model: str, target: tuple[ComponentTerms, ...], commission: tuple[ComponentTerms, ...]
) -> str:
    if model in ("base_bonus", "base_quota") and commission and not target:
        return f"{model}, but pays only commission"
    if model in ("base_variable", "revenue_centric") and target and not commission:
        return f"{model}, but pays no commission"
    return ""


@rule("W111", "Choose the model that the components pay by, or remove them.", at_pay=True)
def base_only_pays(view: View) -> Iterator[Found]:
    """A plan that pays base salary only has a target or commission.

    Plan letters say that it pays base salary only, while people are paid by its components.
    """
    for design in view.designs:
        if design.plan.model == "base_only" and (design.target or design.commission):
            paid = listed(one.component_id for one in (*design.target, *design.commission))
            said = f"the model of {design.plan.plan_id} is base_only, and {paid} pay all the same"
            yield view.of_plan(design.plan, "model"), said


@rule("N110", "Give each its own label, or leave the label blank.")
def same_name(view: View) -> Iterator[Found]:
    """Two components of a plan share a label.

    People cannot distinguish the lines on their statement.
    """
    for design in view.designs:
        seen: dict[str, ComponentTerms] = {}
        for one in design.components:
            name = (one.component_name or "").casefold()
            if name and seen.setdefault(name, one) is not one:
                said = f"{one.component_id} and {seen[name].component_id} of {one.plan_id} are both labeled"
                yield view.at(one, "component_name"), f"{said} {one.component_name}"
