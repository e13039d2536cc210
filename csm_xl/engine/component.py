"""What a component type is: its columns, how it gathers what it needs, how it pays, how it explains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.eligibility import NOT_ELIGIBLE
from csm_xl.pay.recording import Step
from csm_xl.pay.rounding import Array
from csm_xl.pay.trace import Cell
from csm_xl.plan.schema import ComponentKind

if TYPE_CHECKING:
    from csm_xl.engine.cohort import Cohort
    from csm_xl.engine.context import RunContext
    from csm_xl.plan.model import ComponentTerms

UNMEASURED: Final = 1
GATE_UNMEASURED: Final = 2
GATE_FAILED: Final = 4
AT_MOST: Final = 8
PLAN_CAPPED: Final = 16
PAID_ALREADY: Final = 32
EARLIER_UNMEASURED: Final = 64
KICKED: Final = 128
NOTHING_ASKED: Final = 256
DEAL_OUTSIDE: Final = 512
ON_LEAVE: Final = 1024
TEAM_CHANGED: Final = 2048
NOT_SIGNED: Final = 4096
POOL_CAPPED: Final = 8192
POOL_UNSHARED: Final = 16384
DIVISION_CHANGED: Final = 1 << 21
MODIFIER_BOUNDED: Final = 1 << 22
PLAN_MAXIMUM: Final = 1 << 23

NOTES: Final = {
    UNMEASURED: "missing actual, paid at 0",
    GATE_UNMEASURED: "missing gate actual, paid at 0",
    GATE_FAILED: "gate not met",
    AT_MOST: "limited to the component's maximum amount",
    PLAN_CAPPED: "scaled to the plan cap",
    PLAN_MAXIMUM: "scaled to the plan's maximum payout",
    PAID_ALREADY: "milestone was met earlier in the plan year",
    EARLIER_UNMEASURED: "missing actuals in an earlier period of the year",
    KICKED: "kicker added",
    DEAL_OUTSIDE: "a deal is credited outside the days on the plan, and not paid",
    POOL_CAPPED: "limited to the pool's maximum per person",
    POOL_UNSHARED: "nobody has a weight in the pool, so it is not paid",
    NOT_SIGNED: "a payment is of a deal signed outside the days on the plan, and not paid",
    ON_LEAVE: "a deal or event is of a day of unpaid leave, and paid",
    TEAM_CHANGED: "the team changed in the period: the result of the last day's team counts for all of it",
    DIVISION_CHANGED: "the division changed in the period: the modifier of the last day's division counts for"
    " all of it",
    MODIFIER_BOUNDED: "the modifier is held to the plan's floor or cap",
    NOTHING_ASKED: "ramp or season sets the goal to 0, so the attainment is 1",
    **{note: f"{why}, so not paid" for note, why in NOT_ELIGIBLE.items()},
}
"""What a payout line can say about itself; a line's note is a sum of these."""

MISSING_ACTUAL: Final = (UNMEASURED, GATE_UNMEASURED)
"""The notes of a line that pays 0 because an actual is missing."""


def leave_notes(events: Ragged) -> Array:
    """The note of each row with a deal or an event on a day of unpaid leave; 0 for the others."""
    if "on_leave" not in events.values:  # what customers pay is of no day of the person's
        return np.zeros(len(events.offsets) - 1, dtype=np.uint16)
    return np.where(events.sum(np.asarray(events["on_leave"])), ON_LEAVE, 0).astype(np.uint16)


@dataclass(slots=True, eq=False, repr=False)
class LineExplanation:
    """What shows a line that is no component's, or that shares a pool: its note, and its steps, which are
    made when somebody asks for them.

    earned, unrounded: what a line was before its pool cut it.
    """

    note: str
    steps: Callable[[], list[Step]]
    earned: float | None = None
    unrounded: float | None = None


@dataclass(slots=True, eq=False, repr=False)
class Outcome:
    """What a component makes of a block of people; every array has one entry a person.

    ratio: payout ratio of a target-based component, after floor, cap and gate (None: a dollar one).
    amount: money of a dollar component, before the modifier.
    product: what a multiplicative plan pays in place of `ratio`, the product of all.
    error: a bound on the float error of `ratio` or `amount`, in units of the last place of 1.0.
    kicked: whether a kicker is earned (None: the component has none). kicker: what it adds as a ratio of the
        component target, where versions of it pay together (None: the component's kicker_ratio, if earned).
    curve_ratio: the ratio before interim cap, floor, cap and gate.
    goal, actual, attainment, column_attainment, gate_met, notes: figures for the line, None where they do
        not apply.
    rule, cells: where the rules are traced, how dollars are earned, in words, and the cells that this is
        stated in.
    """

    ratio: Array | None = None
    amount: Array | None = None
    product: Array | None = None
    error: Array | float = 0.0
    goal: Array | None = None
    actual: Array | None = None
    attainment: Array | None = None
    column_attainment: Array | None = None
    curve_ratio: Array | None = None
    kicked: Array | None = None
    kicker: Array | None = None
    gate_met: Array | None = None
    notes: Array | None = None
    rule: str = ""
    cells: tuple[Cell, ...] = ()


@dataclass(slots=True, eq=False, repr=False)
class ComponentType(ComponentKind):
    """One way to pay.

    gather: looks up what the component needs of each person of a group; reports what is missing.
    evaluate: the arithmetic, on a block of those columns, on floats or on exact numbers. Rows that
        floats cannot decide are set in `doubt`. It names its figures, each a `step` of an explanation.
    per_version: of one that pays dollars, whether every version that is valid on any eligible day is gathered
        and evaluated by itself, and what they pay is added up.
    earns: of one that pays dollars, what the step is called that shows what it earned.
    """

    name: str
    help: str
    gather: Callable[[RunContext, Cohort, ComponentTerms], Inputs]
    evaluate: Callable[[ComponentTerms, Inputs, Array | None, Cohort], Outcome]
    per_version: bool = False
    earns: str = ""
