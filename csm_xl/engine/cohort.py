"""The people of one plan in one period: the unit that the engine pays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.columns import Ragged
from csm_xl.engine.segments import Segment
from csm_xl.plan.model import ComponentTerms, PlanTerms
from csm_xl.plan.periods import Period
from csm_xl.plan.spans import A_QUARTER, QUARTER_TO_DATE, in_quarter


@dataclass(slots=True, eq=False, repr=False)
class Cohort:
    """Everyone who is on the same versions of a plan in one period, in the order of the roster.

    plan: its version of the last eligible day. components: of each component that is valid on any eligible
        day the last version that is. segments: the days by the versions in effect, in time, see `Segment`.
    person: codes. seat: each one's position among all who are paid in the period.
    first, last, eligible_days: their days on the plan. team, division: codes on the last of them.
    forfeits: the notes that say why somebody is paid nothing, 0 where they are paid.
    team_changed, division_changed: whether it was another one on an earlier day of them.
    basis: what the target is compared from: a plan's target_basis, or ``mixed`` where versions differ.
    spells: per spell time, salary, fte and what the target is compared from (amount, base_share); with
        ``mixed`` also `base`, the salary where the target is a ratio of it, else 1. Where there are several
        segments also `segment`, and `once`: 1 for one of each row's spells and 0 for the others.
    time_total: what `time` is a share of: days of the period, or its months or weekdays.
    whole: whether all components that pay from the target are paid by this period; some may have a pay cycle
        of their own, and the target of the period is then theirs in part.
    """

    period: Period
    plan: PlanTerms
    plan_code: int
    components: tuple[ComponentTerms, ...]
    to_date: tuple[Period, ...]
    year_end: bool
    person: NDArray[np.intp]
    seat: NDArray[np.intp]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    eligible_days: NDArray[np.int64]
    team: NDArray[np.intp]
    division: NDArray[np.intp]
    team_changed: NDArray[np.bool_]
    division_changed: NDArray[np.bool_]
    segments: tuple[Segment, ...]
    forfeits: NDArray[np.uint32]
    basis: str
    spells: Ragged
    time_total: int
    whole: bool = True

    @property
    def size(self) -> int:
        """How many people."""
        return len(self.person)

    def owner(self, scope: str) -> NDArray[np.intp]:
        """Whose result counts for each: the codes of people or teams, or the company's, 0."""
        if scope == "company":
            return np.zeros(self.size, dtype=np.intp)
        return self.person if scope == "individual" else self.team

    def component(self, component_id: str) -> ComponentTerms | None:
        """The component of that id; None where the plan has none in this period."""
        return next((terms for terms in self.components if terms.component_id == component_id), None)

    def versions(self, component_id: str) -> tuple[ComponentTerms, ...]:
        """The versions of a component that are in effect on any of the group's days, in time."""
        found = (segment.components.get(component_id) for segment in self.segments)
        return tuple({terms.row: terms for terms in found if terms is not None}.values())

    def weights(self, component_id: str, version: ComponentTerms | None = None) -> NDArray[np.float64]:
        """The weight of a component in each segment, 0 where it is not valid, or is another version."""
        valid = (segment.components.get(component_id) for segment in self.segments)
        return np.array([
            0.0 if terms is None or (version is not None and terms.row != version.row)
            else terms.values["weight"] for terms in valid
        ])  # fmt: skip

    @property
    def share(self) -> Fraction:
        """The period's share of the annual target: as the plan states it, else that of the period."""
        return share_of_period(self.plan, self.period, len(self.to_date))

    def spanned(self, cumulative: Any) -> tuple[Period, ...]:
        """The periods that a cumulative component adds up: those of the plan year, or of the quarter, up to
        this one."""
        if cumulative != QUARTER_TO_DATE:
            return self.to_date
        return self.to_date[-in_quarter(self.period.kind, len(self.to_date)) :]

    def looking_back(self, cumulative: Any) -> Cohort:
        """The group as a cumulative component of it looks back: on no more than what it adds up."""
        return self if cumulative != QUARTER_TO_DATE else replace(self, to_date=self.spanned(cumulative))

    def span_ends(self, cumulative: Any) -> bool:
        """Whether this is the last period that a cumulative component adds up: of the plan year, or the
        quarter."""
        if cumulative != QUARTER_TO_DATE:
            return self.year_end
        return len(self.spanned(cumulative)) == A_QUARTER[self.period.kind]

    @property
    def period_days(self) -> int:
        """Calendar days of the period."""
        return self.period.end - self.period.start + 1

    def rows_of(self, person: NDArray[np.intp], value: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """Of entries sorted by person, those of people in the group: their row in it, and their value."""
        place = np.searchsorted(self.person, person)
        safe = np.minimum(place, self.size - 1)
        inside = self.person[safe] == person
        return safe[inside], value[inside]


def share_of_period(plan: PlanTerms, period: Period, number: int) -> Fraction:
    """A period's share of a plan's annual target. number: of the period in the plan year, from 1."""
    shares = plan.period_shares
    # A plan with too few shares is refused; what else is missing is looked for all the same.
    own = shares is not None and plan.pay_period == period.kind and number <= len(shares)
    return shares[number - 1] if shares is not None and own else period.share
