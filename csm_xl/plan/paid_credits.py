"""Which credits for deals some component pays, found for all credits at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.plan.coded import Coded, merged
from csm_xl.plan.deal_kinds import wanted_deals
from csm_xl.plan.employment import DAY_SPAN, Stay
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import PAYMENT, by_booking, credited_from

CREDIT_DATES: Final = {
    "signing": "date", "effective": "effective_date", "notice": "notice_date", "invoice": "invoice_date",
}  # fmt: skip
"""Which date of a deal each credit date is."""
OWNER: Final = "csm"
"""The role of the owner of a deal for which nobody has a credit."""
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def adds_up_deals(one: ComponentTerms) -> bool:
    """Whether the actual of a component's measure is the sum of deals."""
    return bool(one.values.get("measure_from") == "deals")


def rolls_up(one: ComponentTerms) -> bool:
    """Whether the credits of people count for those they report to."""
    return credited_from(one.values) != ("own",)


class PaidCredits:
    """The credits for deals of people who are on a plan at any time, in the order of deals, then of credits.

    deal: of each its row of deals. row: its row of credits; −1 for the owner of a deal without credits.
    people, roles: whose it is, and in which role, casefolded.
    paid: whether some component pays it, to its person or to those above, or counts it for a team or the
    company. too_late: whether the person's own components ask for it, and pay it on none of the person's
    days: it counts for others alone, such as for who they report to.
    """

    def __init__(
        self,
        tables: Tables,
        commission: Mapping[str, Sequence[ComponentTerms]],
        where_on: Mapping[str, Sequence[Stay]],
        above: Mapping[str, Collection[str]],
    ) -> None:
        self._deals = tables["deals"].columns
        self._names = [name for name, stays in where_on.items() if stays]
        self._index = {name: at for at, name in enumerate(self._names)}
        self._plans = {plan: code for code, plan in enumerate(commission, start=1)}  # 0: any other plan
        self._stays(where_on)
        self.deal, self.row = _credits(tables)
        self._whose(tables)
        own, asked, rolled, counted = (np.zeros(len(self.deal), dtype=bool) for _ in range(4))
        credit, manager = self._managers(above)
        for one in (one for every in commission.values() for one in every):
            asks, day = self._asks(one), self._day(one)
            in_time = asks & ((day == 0) | _in_effect(one, day))
            if "own" in credited_from(one.values):
                asked |= asks & self._ever_on(one, self._who)
                own |= in_time & self._on(one, self._who, day)
            if rolls_up(one):
                np.logical_or.at(rolled, credit, in_time[credit] & self._on(one, manager, day[credit]))
            if adds_up_deals(one) and one.values["scope"] != "individual":
                counted |= in_time
        self.paid: Bools = own | rolled | counted
        self.too_late: Bools = asked & ~own

    def person(self, credit: int) -> str:
        """Whose a credit is."""
        return self._names[int(self._who[credit])]

    def role(self, credit: int) -> str:
        """The role of a credit, casefolded."""
        found: str = self._role[credit]
        return found

    def odd_deals(self) -> list[list[int]]:
        """The credits of each deal that not all of them pay as they ask, in the order of deals."""
        odd = np.zeros(len(self._deals["deal_id"]), dtype=bool)
        odd[self.deal[~self.paid | self.too_late]] = True
        credits = np.flatnonzero(odd[self.deal])
        begins = np.flatnonzero(np.diff(self.deal[credits], prepend=-1))
        return [each.tolist() for each in np.split(credits, begins[1:])] if len(credits) else []

    def _stays(self, where_on: Mapping[str, Sequence[Stay]]) -> None:
        every = [(self._index[name], self._plans.get(stay.plan_id, 0), stay.first, stay.last)
                 for name, stays in where_on.items() for stay in stays]  # fmt: skip
        person, plan, first, last = np.array(every, dtype=np.int64).reshape(-1, 4).T
        order = np.lexsort((first, person))
        self._person, self._plan, self._last = person[order], plan[order], last[order]
        self._starts = person[order] * DAY_SPAN + first[order]
        self._ever = np.unique(person * (len(self._plans) + 1) + plan)

    def _whose(self, tables: Tables) -> None:
        """Who has each credit and in which role; those of people who are on no plan are left out."""
        credits, given = tables["credits"], self.row >= 0
        people, role = credits.coded("employee_id"), credits.coded("role")
        at = np.array([self._index.get(name, -1) for name in people.values], dtype=np.int64)
        who, roles = np.empty(len(given), dtype=np.int64), np.full(len(given), OWNER, dtype=object)
        who[given] = at[people.codes[self.row[given]]]
        roles[given] = role.spread([name.casefold() for name in role.values])[self.row[given]]
        owners = self._deals["employee_id"][self.deal[~given]].tolist()
        who[~given] = [self._index.get(name, -1) for name in owners]
        on = who >= 0
        self.deal, self.row, self._who, self._role = self.deal[on], self.row[on], who[on], roles[on]
        self._roles = merged(Coded(self._role.tolist(), np.arange(len(self._role))))

    def _managers(self, above: Mapping[str, Collection[str]]) -> tuple[Ints, Ints]:
        """Each credit with everybody who is above its person and on a plan: the credit, and who that is."""
        over = [[self._index[one] for one in above.get(name, ()) if one in self._index] if above else []
                for name in self._names]  # fmt: skip
        pairs = [(credit, one) for credit, who in enumerate(self._who.tolist() if above else ())
                 for one in over[who]]  # fmt: skip
        credit, manager = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return credit, manager

    def _asks(self, one: ComponentTerms) -> Bools:
        """Whether a component asks for deals of each credit's kind and role."""
        found: Bools = wanted_deals(one.values, self._deals)[self.deal]
        wanted = str(one.values.get("credit_role") or "").casefold()
        if not wanted:
            return found
        of_role = np.array([name == wanted for name in self._roles.values], dtype=bool)
        found &= of_role[self._roles.codes]
        return found

    def _day(self, one: ComponentTerms) -> Ints:
        """The day on which a component takes each credit; 0 where the deal has none, or each payment has one.
        What has no such day yet, and what is collected, is reported elsewhere."""
        if one.values.get("credit_date") == PAYMENT and not by_booking(one.values):
            return np.zeros(len(self.deal), dtype=np.int64)
        column = CREDIT_DATES.get(str(one.values.get("credit_date") or "signing"), "date")
        found: Ints = self._deals[column].astype(np.int64)[self.deal]
        return found

    def _ever_on(self, one: ComponentTerms, who: Ints) -> Bools:
        """Whether people are on the plan of a component at any time."""
        found: Bools = np.isin(who * (len(self._plans) + 1) + self._plans[one.plan_id], self._ever)
        return found

    def _on(self, one: ComponentTerms, who: Ints, day: Ints) -> Bools:
        """Whether people are on the plan of a component on their day; at any time, where that is 0."""
        at = np.searchsorted(self._starts, who * DAY_SPAN + day, side="right") - 1  # −1: before everybody's
        then = (at >= 0) & (self._person[at] == who) & (day <= self._last[at]) & (day > 0)
        found: Bools = then & (self._plan[at] == self._plans[one.plan_id])
        found |= (day == 0) & self._ever_on(one, who)
        return found


def _credits(tables: Tables) -> tuple[Ints, Ints]:
    """Every credit for a deal in the order of deals, then of credits: the row of deals, and that of credits,
    −1 for the owner of a deal that nobody is credited for."""
    deals, credits = tables["deals"], tables["credits"]
    named, of = deals.coded("deal_id"), credits.coded("deal_id")
    place = {name: at for at, name in enumerate(named.values)}
    which = np.array([place.get(name, len(place)) for name in of.values], dtype=np.intp)[of.codes]
    order = np.argsort(which, kind="stable")
    times = np.bincount(which, minlength=len(place) + 1)
    begins = (np.cumsum(times) - times)[named.codes]
    count = times[named.codes]
    alone = (count == 0) & (deals.columns["employee_id"] != "").astype(bool)
    width = np.where(alone, 1, count)
    deal = np.repeat(np.arange(deals.rows), width)
    within = np.arange(len(deal)) - np.repeat(np.cumsum(width) - width, width)
    row = np.full(len(deal), -1, dtype=np.int64)
    given = ~alone[deal]
    row[given] = order[begins[deal[given]] + within[given]]
    return deal, row


def _in_effect(one: ComponentTerms, day: Any) -> Bools:
    """Whether a component is in effect on each day."""
    found: Bools = (day >= (one.valid_from or 0)) & (day <= (one.valid_to or np.iinfo(np.int64).max))
    return found
