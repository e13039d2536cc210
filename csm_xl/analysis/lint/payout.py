"""Rules about payout curves, floors and caps."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import inf, isinf
from typing import Final

import numpy as np

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View, knots, most, ratio
from csm_xl.pay.curves import Curve
from csm_xl.pay.rounding import exceeds
from csm_xl.plan.measures import is_share
from csm_xl.plan.model import ComponentTerms

STEP: Final = 0.01
"""One point of attainment: finer than goals can be set or most results measured."""
CLIFF: Final = 0.25
"""For a quarter of the component's target per point of attainment, people move deals."""
ENTRY: Final = 0.5
"""At the threshold, half the target is the usual first payment; more is a cliff there too."""
DEAD_ZONE: Final = 0.05
"""Five points of attainment without any increase, with increases before and after."""
WIDE_STEP: Final = 0.2
"""A step curve is flat by design, but twenty points of attainment on one step are still a dead zone."""
OFF_TARGET: Final = 0.1
"""Pay at goal may differ from target by up to a tenth before the word target misleads."""
FEW: Final = 10
"""The smallest number of results from which a threshold can be judged."""
MOST_REACH: Final = 0.7
"""Usually 90% reach the threshold (Cichelli, as above); below 70% it is out of reach for many."""
MANY: Final = 30
"""Excellence is set for about one in ten: that none of 30 reaches it by chance has a probability of 4%."""


def _named(one: ComponentTerms) -> str:
    return f"{one.component_id} of {one.plan_id}"


def _knot(view: View, one: ComponentTerms, at: int, column: str = "payout") -> str:
    return view.of_part("curves", str(one.values["curve_id"]), at, column)


@rule("W201", "Replace the jump by a slope, or make it smaller.")
def cliff(view: View) -> Iterator[Found]:
    """A cliff: pay jumps by over 25% of target for one point of attainment.

    When one point decides a quarter of the component, people move deals, argue about rounding and stop
    trusting the numbers. At the threshold, where pay begins, up to half is usual.
    """
    for one in view.shaped:
        told: set[float] = set()
        for at, (reached, _) in enumerate(knots(one)):
            if reached <= 0:
                continue  # nobody is below it: W206 speaks of what is paid for nothing
            low, here, high = ratio(one, [reached - STEP, reached, reached + STEP])
            for before, after, start in ((low, here, reached - STEP), (here, high, reached)):
                allowed = CLIFF if before > 0 else ENTRY
                # Two curve points one point apart, or at the same attainment, mark the same jump.
                if exceeds(after - before, allowed) and not any(abs(start - each) < STEP for each in told):
                    told.add(start)
                    said = f"{_named(one)} jumps from {before:.4g} to {after:.4g} of its target"
                    yield (
                        _knot(view, one, at),
                        f"{said} between attainments {start:.4g} and {start + STEP:.4g}",
                    )


@rule("E202", "Make the payouts of the curve rise with attainment, or stay level.")
def falling(view: View) -> Iterator[Found]:
    """Pay falls as attainment rises.

    People near that point earn more by stopping work or holding back results.
    """
    for one in view.shaped:
        for at, ((_, before), (reached, after)) in enumerate(pairwise(knots(one)), start=1):
            if exceeds(before, after):
                said = f"{_named(one)} pays {after:.4g} of its target at {reached:.4g}, after {before:.4g}"
                yield _knot(view, one, at), f"{said} below it"
    for one in view.components:
        if one.own_unit and one.curve is not None:
            yield from _falling_figures(view, one, one.curve)


@rule("W213", "Correct the cell that is out of order.", ("components",), at_pay=True)
def uneven_matrix(view: View) -> Iterator[Found]:
    """A payout matrix that rises and falls.

    Payouts should move one way from row to row and from column to column. For a measure where more is better,
    they rise. A cell out of order probably lacks a digit or is in the wrong place.
    """
    for name, rows in view.rows["matrices"].items():
        table = view.tables["matrices"]
        cells = {(float(table.columns["row"][at]), float(table.columns["column"][at])): at for at in rows}
        paid = {key: float(table.columns["payout"][at]) for key, at in cells.items()}
        for axis, other in ((0, 1), (1, 0)):
            ordered = sorted(cells, key=lambda key: (key[other], key[axis]))
            steps = [(before, after) for before, after in pairwise(ordered) if before[other] == after[other]]
            falls = [pair for pair in steps if exceeds(paid[pair[0]], paid[pair[1]])]
            rises = [pair for pair in steps if exceeds(paid[pair[1]], paid[pair[0]])]
            odd = min(falls, rises, key=len)
            if odd:
                worse, better = odd[0]
                said = f"{name} pays {paid[better]:.4g} at row {better[0]:.4g}, column {better[1]:.4g}, after"
                said += f" {paid[worse]:.4g}"
                where = table.where(cells[better], "payout")
                yield where, f"{said} at row {worse[0]:.4g}, column {worse[1]:.4g}"
                break


@rule("W214", "Swap attainment and payout, if the columns are swapped.", (), at_pay=True)
def turned_curve(view: View) -> Iterator[Found]:
    """A curve that pays too much below the goal and too little above it.

    Every point below the goal pays more than its attainment, and every point above it pays less. A
    curve from 90% paying half to 120% paying double looks like this if its two columns are swapped.
    """
    for one in view.components:
        if one.curve is None or one.own_unit or one.values.get("peer_group"):
            continue
        points = list(zip(one.curve.attainment, one.curve.payout, strict=True))
        below = [(reached, paid) for reached, paid in points if reached < 1]
        above = [(reached, paid) for reached, paid in points if reached > 1]
        generous = all(paid > reached + _TURNED for reached, paid in below)
        if below and above and generous and all(paid < reached - _TURNED for reached, paid in above):
            said = f"{_named(one)} pays {below[0][1]:.4g} of its target at {below[0][0]:.4g}, and only"
            yield _knot(view, one, 0), f"{said} {above[-1][1]:.4g} at {above[-1][0]:.4g}"


_TURNED: Final = 0.15
"""By so much more or less a curve seldom pays on both sides of the goal."""


def _falling_figures(view: View, one: ComponentTerms, curve: Curve) -> Iterator[Found]:
    """Points in the measure's own unit that pay less for a better figure."""
    figures, payouts = curve.rising()
    typed = list(zip(curve.attainment, curve.payout, strict=True))
    better = "lower is better" if curve.lower else "higher is better"
    for (worse, before), (figure, after) in pairwise(zip(figures, payouts, strict=True)):
        if exceeds(before, after):
            said = f"{_named(one)} pays {after:.4g} of its target at {figure:.12g}, after {before:.4g}"
            yield (
                _knot(view, one, typed.index((figure, after))),
                f"{said} at {worse:.12g}, and {better}",
            )


@rule("W203", "Give this part of the curve a slope, or end the curve where it starts.")
def dead_zone(view: View) -> Iterator[Found]:
    """A dead zone: higher attainment that earns nothing more.

    Between two rises of the curve, extra results are not paid: over five points on a line, or twenty on a
    step.
    """
    for one in view.shaped:
        if one.curve is None:
            continue
        stepped = one.curve.mode == "step"
        points = knots(one)
        for at, ((start, before), (end, after)) in enumerate(pairwise(points)):
            rises_later = any(exceeds(payout, before) for _, payout in points[at + 1 :])
            flat = stepped or before == after
            if (
                before > 0
                and flat
                and rises_later
                and exceeds(end - start, WIDE_STEP if stepped else DEAD_ZONE)
            ):
                said = f"{_named(one)} pays {before:.4g} of its target from {start:.4g} to {end:.4g}"
                yield _knot(view, one, at, "attainment"), f"{said} of attainment, and more after it"


@rule("E204", "Raise the cap, or the last payout, to 1 or more.")
def below_target(view: View) -> Iterator[Found]:
    """A cap below target.

    The target can never be paid in full, although the plan promises it.
    """
    for one in view.shaped:
        top = most(one)
        if top < 1:
            column = "cap" if one.values["cap"] is not None and one.values["cap"] <= top else "curve_id"
            yield view.at(one, column), f"{_named(one)} pays {top:.4g} of its target at most"
    for design in view.designs:
        cap = design.plan.plan_cap
        if cap is not None and exceeds(1.0, cap) and design.target:
            said = f"plan {design.plan.plan_id} is capped at {cap:.4g} of the target incentive"
            yield view.of_plan(design.plan, "plan_cap"), said


@rule("W205", "Make the curve pay 1 at an attainment of 1, or move the goals to where it does.")
def off_target(view: View) -> Iterator[Found]:
    """Reaching the goal does not pay the target.

    People and budgets read "target" as the pay for reaching the goal. A difference of over 10% is an
    unannounced cut or gift. Components that rank peers have no goal and are not checked.
    """
    for one in view.shaped:
        if one.values.get("peer_group") or most(one) < 1:
            continue
        (paid,) = ratio(one, [1.0])
        if exceeds(abs(paid - 1), OFF_TARGET):
            yield (
                view.at(one, "curve_id"),
                f"{_named(one)} pays {paid:.4g} of its target for reaching the goal",
            )


@rule("W206", "Start the curve at a threshold, or pay the fixed part as salary.")
def unearned(view: View) -> Iterator[Found]:
    """Pay for zero attainment.

    Pay at an attainment of 0 is salary under another name: it does not motivate, and cannot be cut. Not
    reported if a gate on the same measure pays 0 when it fails.
    """
    for one in view.shaped:
        (paid,) = ratio(one, [0.0])
        own = any(gate.measure == one.values.get("measure") and gate.otherwise == 0 for gate in one.gates)
        if paid > 0 and not own and not one.values.get("peer_group"):
            column = "floor" if one.values["floor"] else "curve_id"
            yield view.at(one, column), f"{_named(one)} pays {paid:.4g} of its target for an attainment of 0"


@rule("W207", "Lower the last curve point to what the best people reach, or lower the goal.")
def out_of_reach(view: View) -> Iterator[Found]:
    """Excellence beyond what the measure allows.

    Gross retention, logo retention and satisfaction rates cannot exceed 100%, so the top of the curve can
    never be reached.
    """
    for one in view.shaped:
        points, measure = knots(one), one.values.get("measure")
        if not points or not measure or not is_share(measure) or one.values.get("peer_group"):
            continue
        goals = np.array(view.goals(str(measure), one.scope))
        if not len(goals) or goals.max() > 1 or one.values["direction"] == "lower":
            continue
        at = _top(points)
        needed = float(goals.min()) * points[at][0]
        if exceeds(needed, 1.0):
            said = (
                f"{_named(one)} pays its most from {points[at][0]:.4g} of a goal of {goals.min():.4g} or more"
            )
            yield (
                _knot(view, one, at, "attainment"),
                f"{said}: {measure} of {needed:.4g}, and it cannot exceed 1",
            )


@rule("W208", "Lower the threshold, or the goals.", ("results", "roster"))
def threshold_too_high(view: View) -> Iterator[Found]:
    """A threshold that most people miss.

    About nine in ten people should earn something. If fewer than seven in ten results do (of ten or more),
    the plan pays only those who need it least, and the others give up.
    """
    for one in view.shaped:
        reached = view.attainments(one)
        if len(reached) < FEW:
            continue
        share = float(np.mean(np.array(ratio(one, reached.tolist())) > 0))
        if exceeds(MOST_REACH, share):
            column = "curve_id" if one.curve else "measure"
            said = f"{share:.0%} of {len(reached)} results reach the threshold of {_named(one)}"
            yield view.at(one, column), said


@rule("W209", "Lower the last curve point to what the best one in ten reach.", ("results", "roster"))
def excellence_too_high(view: View) -> Iterator[Found]:
    """Excellence that nobody has reached.

    About one in ten people should reach the top. If none of 30 or more results did, the top does not
    motivate, and the best earn no more than the others.
    """
    for one in view.shaped:
        points, reached = knots(one), view.attainments(one)
        if len(points) < 2 or len(reached) < MANY:
            continue
        at = _top(points)
        if points[at][0] > 1 and not (reached >= points[at][0]).any():
            said = (
                f"none of {len(reached)} results reached {points[at][0]:.4g}, where {_named(one)} pays most"
            )
            yield _knot(view, one, at, "attainment"), f"{said}; the best is {reached.max():.4g}"


def _top(points: list[tuple[float, float]]) -> int:
    """Index of the first curve point with the highest payout."""
    return max(range(len(points)), key=lambda at: (points[at][1], -at))


@rule("N210", "Remove it, or set it at the level where it should apply.")
def idle_cap(view: View) -> Iterator[Found]:
    """A cap or floor that never applies.

    It looks like protection but provides none.
    """
    for one in view.shaped:
        floor, cap, interim = one.values["floor"], one.values["cap"], one.values.get("interim_cap")
        bare = _without_bounds(one.curve) if one.curve else inf
        if cap is not None and bare <= cap:
            said = f"the cap of {_named(one)} is {cap:.4g}, and its curve pays {bare:.4g} at most"
            yield view.at(one, "cap"), said
        if floor == 0:
            yield view.at(one, "floor"), f"the floor of {_named(one)} is 0, and nothing pays less"
        if interim is not None and most(one) <= interim:
            said = f"the interim cap of {_named(one)} is {interim:.4g}, and it pays {most(one):.4g} at most"
            yield view.at(one, "interim_cap"), said


def _without_bounds(curve: Curve) -> float:
    far, farther = 1e6, 2e6
    paid = curve.payout_ratio(np.array([*curve.attainment, far, farther])).tolist()
    return inf if paid[-1] > paid[-2] else round(float(max(paid)), 9)


@rule("N211", "Remove the plan cap, or set it at the level where it should apply.")
def idle_plan_cap(view: View) -> Iterator[Found]:
    """A plan cap that never applies.

    The components together cannot reach it, so it does not protect the budget. Plans whose components a
    modifier can raise are not checked.
    """
    for design in view.designs:
        cap, found = design.plan.plan_cap, design.target
        lifted = any(one.values.get("modified") or one.values.get("kicker_ratio") for one in found)
        if cap is None or not found or lifted or design.plan.combination != "additive":
            continue
        if any(one.values["curve_id"] and one.curve is None for one in found):
            continue
        top = round(sum(one.values["weight"] * most(one) for one in found), 9)
        if top <= cap:
            said = f"plan {design.plan.plan_id} is capped at {cap:.4g}, and pays {top:.4g} of target at most"
            yield view.of_plan(design.plan, "plan_cap"), said


@rule("N212", "Cap the component, the curve or the plan, or confirm that no cap is intended.")
def unbounded(view: View) -> Iterator[Found]:
    """A target bonus without a cap.

    A wrong goal or a windfall is then paid in full. For an open-ended measure such as bookings, no cap may be
    intended; make sure that it is.
    """
    for design in view.designs:
        limits = (design.plan.plan_cap, design.plan.max_payout, design.plan.max_salary_ratio)
        for one in design.target if limits == (None, None, None) else ():
            bounded = is_share(str(one.values.get("measure"))) or one.values.get("peer_group")
            bounded = bounded or one.values.get("max_amount") is not None
            falls = one.values.get("direction") == "lower" and one.values.get("method") == "complement"
            goals = one.pays_on == "goals"
            if one in view.shaped and not (bounded or falls or goals) and isinf(most(one)):
                yield view.at(one, "cap"), f"{_named(one)} has no upper bound, nor has its plan"
