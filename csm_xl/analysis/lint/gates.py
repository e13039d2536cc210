"""Rules about what affects a whole plan: gates, modifiers, multiplied components."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View, most, ratio
from csm_xl.errors import listed
from csm_xl.plan.gates import Gate
from csm_xl.plan.measures import is_points, swings
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.outliers import percent_apart


@rule("W401", "Gate only one component, or pay a part when the gate fails (gate_otherwise).")
def zeroes_everything(view: View) -> Iterator[Found]:
    """A gate on everything.

    All target-based components depend on one measure and pay nothing if it fails. A single miss, perhaps by
    somebody else, makes all other work of the period worthless.
    """
    for design in view.designs:
        alone = [_alone(one) for one in design.target]
        gates = {(gate.measure, gate.scope or one.values["scope"]) for one, mine in
                 zip(design.target, alone, strict=True) for gate in mine}  # fmt: skip
        if design.target and all(alone) and len(gates) == 1:
            measure, _ = gates.pop()
            said = f"plan {design.plan.plan_id} pays none of its target if the gate on {measure} fails"
            yield _place(view, alone[0][0], "measure"), said


def _alone(one: ComponentTerms) -> list[Gate]:
    """The gates each of which alone takes all that a component pays."""
    return [gate for gate in one.gates if gate.otherwise == 0 and gate.join == "all" and gate.on != "payout"]


def _of_whole_plan(view: View, gate: Gate) -> bool:
    """Whether a gate is that of all components of its plan."""
    return gate.table == "gates" and not view.tables["gates"].value(gate.row, "component_id")


def _place(view: View, gate: Gate, name: str) -> str:
    table, row, column = gate.cell(name)
    return view.tables[table].where(row, column)


@rule("W402", "Put the threshold into the curve, or use another measure for the gate.")
def own_gate(view: View) -> Iterator[Found]:
    """A gate on the component's own measure.

    It acts as a second threshold next to the curve's, and only the higher of the two counts. Not reported
    if it is one of several gates and meeting any of them is enough.
    """
    for one in view.components:
        several = sum(gate.join == "any" for gate in one.gates) > 1
        for gate in one.gates:
            if several and gate.join == "any":
                continue
            scope = one.values.get("scope")
            own = gate.on != "payout" and gate.measure == one.values.get("measure")
            own = own and not _of_whole_plan(view, gate)
            if own and gate.span == "period" and (gate.scope or scope) == scope:
                said = f"{one.component_id} of {one.plan_id} has a gate on its own measure, {gate.measure}"
                yield _place(view, gate, "measure"), said


@rule("W403", "Set a minimum that can be missed and a lower gate_otherwise, or remove the gate.", (),
      at_pay=True)  # fmt: skip
def idle_gate(view: View) -> Iterator[Found]:
    """A gate that has no effect.

    Its minimum is 0 or less, or a failed gate pays as much as a met one.
    """
    for one in view.components:
        for gate in one.gates:
            minimum, otherwise, which = gate.minimum, gate.otherwise, f"{one.component_id} of {one.plan_id}"
            # What must be above 0 can fail at 0; an actual of money or points can be below it.
            idle = minimum is not None and minimum <= 0 and not gate.strict and gate.on == "attainment"
            legacy = minimum is not None and minimum <= 0 and gate.table == "components"
            if (idle or legacy) and not gate.at_most:
                said = f"the gate of {which} is met by any result of {minimum:g} or more"
                yield _place(view, gate, "minimum"), said
            elif one in view.shaped and most(one) <= otherwise:
                said = f"{which} pays up to {most(one):.4g} when its gate fails: everything"
                yield _place(view, gate, "otherwise"), said


@rule("W404", "Leave at least one component unmodified.")
def all_modified(view: View) -> Iterator[Found]:
    """A modifier on every component.

    The company factor then moves the whole bonus, so no part of it depends on the person alone.
    """
    for design in view.designs:
        if len(design.target) > 1 and all(one.values.get("modified") for one in design.target):
            said = f"every component of plan {design.plan.plan_id} is multiplied by the modifier"
            yield view.at(design.target[0], "modified"), said


def measured_gates(view: View) -> Iterator[tuple[str, str, Gate, float]]:
    """The gates on the actual, above 0: the place and column of the minimum, the gate, and the median of the
    actuals, 0 where there are none."""
    for one in view.components:
        for gate in one.gates:
            if gate.on != "actual" or gate.minimum is None or gate.minimum <= 0:
                continue
            table, row, column = gate.cell("minimum")
            of = (gate.measure, one.scope_of(gate))
            rows = view.reached.get(of)
            yield view.tables[table].where(row, column), column, gate, _usual(view, rows or [])


def _usual(view: View, rows: list[int]) -> float:
    """The median of the actuals of rows of results; 0 where there are none."""
    actual = view.tables["results"].columns["actual"][rows]
    return float(np.nanmedian(actual)) if rows and not np.isnan(actual).all() else 0.0


_EVERYBODY: Final = 4
"""If this many people or teams all miss a gate by far, the gate is probably wrong."""
_MISSED_BY: Final = 3.0


def gates_far_from_all(view: View) -> Iterator[tuple[str, str]]:
    """Gates on the actual that everybody misses by far in a period, as where minimum and actuals are in two
    units."""
    columns = view.tables["results"].columns
    for one in view.components:
        for gate in one.gates:
            if gate.on != "actual" or not gate.minimum or gate.minimum <= 0 or swings(gate.measure):
                continue
            rows = [row for row in view.reached.get((gate.measure, one.scope_of(gate)), [])
                    if columns["actual"][row] > 0]  # fmt: skip
            of_period: dict[str, list[float]] = {}
            for row in rows:
                of_period.setdefault(str(columns["period"][row]), []).append(float(columns["actual"][row]))
            table, at, column = gate.cell("minimum")
            for period, actuals in of_period.items():
                nearest = min(actuals) if gate.at_most else max(actuals)
                apart = nearest / gate.minimum if gate.at_most else gate.minimum / nearest
                if len(actuals) >= _EVERYBODY and apart >= _MISSED_BY:
                    what = (
                        f"{column} is {gate.minimum:g}, and all {len(actuals)} actuals of {gate.measure} in"
                    )
                    what += f" {period} miss it by far, at {nearest:g} at best"
                    yield view.tables[table].where(at, column), what


_POINTS: Final = 5.0
"""A minimum from this on is in points; an actual between −1 and 1 is then a ratio, unless it is about 0."""


def ratios_at_gates_in_points(view: View) -> Iterator[tuple[str, str]]:
    """Actuals of NPS that are ratios, under gates whose minimum is in points, unless most of them are."""
    table = view.tables["results"]
    for one in view.components:
        for gate in one.gates:
            if gate.on != "actual" or (gate.minimum or 0) < _POINTS or not is_points(gate.measure):
                continue
            rows = view.reached.get((gate.measure, one.scope_of(gate)), [])
            ratios = [row for row in rows if 0 < abs(float(table.columns["actual"][row])) < 1]
            if 2 * len(ratios) <= len(rows) or not percent_apart(gate.minimum, _usual(view, rows)):
                for row in ratios:
                    actual = float(table.columns["actual"][row])
                    what = f"the actual of {gate.measure} is {actual:g}, and {gate.cell('minimum')[2]} is"
                    yield table.where(row, "actual"), f"{what} {gate.minimum:g}: is it {100 * actual:g}?"


_ATTAINED: Final = (0.7, 1.3)
"""Minimums of gates on attainment, and usual attainments, are between these."""
_A_FIGURE: Final = 2.0
"""A measure with goals from this on is no ratio; nor is a minimum from this on an attainment."""
_NEAR: Final = 1.5


def gates_in_other_unit(view: View) -> Iterator[tuple[str, str]]:
    """Minimums that are a figure of the measure where attainments are compared, or the reverse."""
    columns = view.tables["results"].columns
    low, high = _ATTAINED
    for one in view.components:
        for gate in one.gates:
            rows = view.reached.get((gate.measure, one.scope_of(gate)), [])
            actual, goal = columns["actual"][rows], columns["goal"][rows]
            known = (actual > 0) & (goal >= _A_FIGURE)
            minimum = gate.minimum or 0.0
            if gate.on == "payout" or not known.any() or minimum <= 0:
                continue
            reached, usual = float(np.median((actual / goal)[known])), float(np.median(actual[known]))
            table, row, column = gate.cell("minimum")
            what = (
                f"{column} is {minimum:g}, and {gate.measure} is about {usual:g}, {reached:.0%} of the goal"
            )
            if gate.on == "attainment":
                apart = minimum >= _A_FIGURE > max((actual / goal)[known])
                odd = apart and 1 / _NEAR < minimum / usual < _NEAR
                ask = "set on to actual, if the minimum is one of actuals"
            else:
                odd = low <= minimum <= high and minimum != 1 and low <= reached <= high
                ask = "set on to attainment, if the minimum is one of attainments"
            if odd:
                yield view.tables[table].where(row, column), f"{what}: {ask}"


_BOUNDS: Final = ("modifier_floor", "modifier_cap", "individual_floor", "individual_cap")


@rule("W405", "Mark the components it applies to (modified), or clear it.", (), at_pay=True)
def idle_modifier(view: View) -> Iterator[Found]:
    """A modifier that applies to nothing.

    The plan limits a factor, or factors are given, but no component is marked as modified.
    """
    for plan in view.book.plan_ids:
        for terms in view.book.versions(plan):
            moved = any(one.values.get("modified") for one in view.components if one.plan_id == plan)
            bound = next((name for name in _BOUNDS if getattr(terms, name) is not None), None)
            if bound and not moved:
                said = f"plan {plan} has the bound {bound}, but none of its components is modified"
                yield view.of_plan(terms, bound), said
    modifiers = view.tables["modifiers"]
    if modifiers.rows and not any(one.values.get("modified") for one in view.components):
        yield modifiers.where(0, "factor"), "factors are given, but no component of any plan is modified"


@rule(
    "W406",
    "Limit the factor: modifier_floor and modifier_cap, or individual_floor and individual_cap.",
    ("modifiers",),
)
def wild_modifier(view: View) -> Iterator[Found]:
    """An unlimited factor that doubles or halves pay.

    A typo in one cell could double or halve everybody's pay.
    """
    table = view.tables["modifiers"]
    plans = {one.plan_id for one in view.components if one.values.get("modified")}
    terms = [one for plan in plans for one in view.book.versions(plan)]
    of_all = any(one.modifier_floor is None or one.modifier_cap is None for one in terms)
    of_one = any(one.individual_floor is None or one.individual_cap is None for one in terms)
    for row, factor in enumerate(table.columns["factor"].tolist()):
        open_ = of_one if table.columns["scope"][row] == "individual" else of_all
        if open_ and (factor < 0.5 or factor > 2):  # one that a rating gives is blank here
            yield table.where(row, "factor"), f"the factor {factor:.4g} changes whole components"


@rule("W407", "Add the components, or make sure that none of them can pay 0.")
def product_of_zero(view: View) -> Iterator[Found]:
    """Multiplied components, at least one of which can pay 0.

    In a product a single zero wipes out everything. It works like a gate, but is not presented as one.
    """
    for design in view.designs:
        if design.plan.combination != "multiplicative" or len(design.target) < 2:
            continue
        zero = [
            one.component_id for one in design.target if one in view.shaped and ratio(one, [0.0]) == [0.0]
        ]
        if zero:
            said = (
                f"plan {design.plan.plan_id} multiplies its components, some of which can pay 0: "
                f"{listed(zero)}"
            )
            yield view.of_plan(design.plan, "combination"), said
