"""Rules about what cuts or moves whole plans: gates, modifiers, products."""

from __future__ import annotations

from collections.abc import Iterator

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View, most, ratio
from csm_xl.errors import listed


@rule("W401", "Gate one component, or let a failed gate pay a part (gate_otherwise).")
def zeroes_everything(view: View) -> Iterator[Found]:
    """A gate that zeroes everything.

    Every component that pays from the target hangs on one measure and pays nothing without it: a single
    miss, perhaps of somebody else's, makes all other work of the period worthless.
    """
    for design in view.designs:
        gates = {(one.values["gate_measure"], one.values["gate_scope"] or one.values["scope"])
                 for one in design.target}  # fmt: skip
        whole = all(one.values["gate_measure"] and one.values["gate_otherwise"] == 0 for one in design.target)
        if design.target and whole and len(gates) == 1:
            measure, _ = gates.pop()
            said = f"plan {design.plan.plan_id} pays nothing of its target where the gate on {measure} fails"
            yield view.at(design.target[0], "gate_measure"), said


@rule("W402", "Put the threshold into the curve, or gate on another measure.")
def own_gate(view: View) -> Iterator[Found]:
    """A gate on the component's own measure.

    It is a second threshold beside the curve's, and only the higher of the two counts.
    """
    for one in view.components:
        value = one.values
        gate = value.get("gate_measure")
        if (
            gate
            and gate == value.get("measure")
            and (value["gate_scope"] or value["scope"]) == value["scope"]
        ):
            yield (
                view.at(one, "gate_measure"),
                f"{one.component_id} of {one.plan_id} is gated on {gate} itself",
            )


@rule("W403", "Set a minimum that can be missed and a lower gate_otherwise, or remove the gate.")
def idle_gate(view: View) -> Iterator[Found]:
    """A gate without effect.

    Its minimum is 0 or less, or a failed gate may pay as much as one that is met.
    """
    for one in view.components:
        value = one.values
        if not value.get("gate_measure"):
            continue
        minimum, otherwise = value["gate_minimum"], value["gate_otherwise"]
        upward = value["gate_direction"] == "higher" or value["gate_on"] == "attainment"
        if minimum is not None and minimum <= 0 and upward:
            said = f"the gate of {one.component_id} of {one.plan_id} is met by anything from {minimum:g} on"
            yield view.at(one, "gate_minimum"), said
        elif one in view.shaped and most(one) <= otherwise:
            said = f"{one.component_id} of {one.plan_id} pays up to {otherwise:.4g} when its gate fails: all"
            yield view.at(one, "gate_otherwise"), said


@rule("W404", "Leave at least one component to the person's own result.")
def all_modified(view: View) -> Iterator[Found]:
    """The modifier on everything.

    The company's factor then moves the whole bonus, so that no part of it is the person's own to earn.
    """
    for design in view.designs:
        if len(design.target) > 1 and all(one.values["modified"] for one in design.target):
            said = f"every component of plan {design.plan.plan_id} is multiplied by the modifier"
            yield view.at(design.target[0], "modified"), said


@rule("W405", "Mark the components that it shall move (modified), or clear it.", (), at_pay=True)
def idle_modifier(view: View) -> Iterator[Found]:
    """A modifier that moves nothing.

    The plan bounds a factor, or factors are given, and no component is marked for it.
    """
    for plan in view.book.plan_ids:
        for terms in view.book.versions(plan):
            moved = any(one.values["modified"] for one in view.components if one.plan_id == plan)
            bound = next((name for name in ("modifier_floor", "modifier_cap")
                          if getattr(terms, name) is not None), None)  # fmt: skip
            if bound and not moved:
                said = f"plan {plan} has a {bound}, and no component of it is modified"
                yield view.of_plan(terms, bound), said
    modifiers = view.tables["modifiers"]
    if modifiers.rows and not any(one.values["modified"] for one in view.components):
        yield modifiers.where(0, "factor"), "factors are given, and no component of any plan is modified"


@rule("W406", "Bound the factor with modifier_floor and modifier_cap.", ("modifiers",))
def wild_modifier(view: View) -> Iterator[Found]:
    """A factor that doubles pay or halves it, unbounded.

    A typing mistake in one cell then doubles or halves everybody's pay.
    """
    table = view.tables["modifiers"]
    open_ = any(
        terms.modifier_floor is None or terms.modifier_cap is None
        for plan in {one.plan_id for one in view.components if one.values["modified"]}
        for terms in view.book.versions(plan)
    )
    for row, factor in enumerate(table.columns["factor"].tolist()):
        if open_ and not 0.5 <= factor <= 2:
            yield table.where(row, "factor"), f"the factor {factor:.4g} moves whole components"


@rule("W407", "Add the components up, or let none of them pay 0.")
def product_of_zero(view: View) -> Iterator[Found]:
    """Multiplied components of which one can pay 0.

    In a product a single zero takes everything, as a gate does, and nobody calls it one.
    """
    for design in view.designs:
        if design.plan.combination != "multiplicative" or len(design.target) < 2:
            continue
        zero = [
            one.component_id for one in design.target if one in view.shaped and ratio(one, [0.0]) == [0.0]
        ]
        if zero:
            said = (
                f"plan {design.plan.plan_id} multiplies its components, and these can pay 0: {listed(zero)}"
            )
            yield view.of_plan(design.plan, "combination"), said
