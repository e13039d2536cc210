"""Pools that are shared out by weights: what each person on a plan gets of one in a period."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.company import Company
from csm_xl.engine.eligibility import eligible_days, ineligible
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.engine.lookup.peers import Peers
from csm_xl.errors import NOT_FOUND, VALUE, Issue
from csm_xl.pay.pools import PoolShares, pool_shares
from csm_xl.pay.rounding import as_fraction
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.periods import Period

SHARE_BY: Final = ("measure", "salary", "days")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pool:
    """A pool of one period, shared out.

    terms: the version of the component in effect at last, which says how large the pool is and how it is
    shared. people: the codes of those who share it: everybody on the component, or those of one team. out:
    who of them is not eligible, so that their weight is 0. rows: where a measure is the weight, its row of
    results, −1 where accounts give it. fund: what is shared out. unit: what the shares are rounded to.
    wrong: the errors, each with the person it stops, reported each time the pool is paid.
    """

    terms: ComponentTerms
    people: NDArray[np.intp]
    out: NDArray[np.bool_]
    rows: NDArray[np.intp]
    weights: NDArray[np.object_]
    fund: Fraction
    unit: float
    shares: PoolShares
    wrong: tuple[tuple[int, Issue], ...]

    def at(self, person: NDArray[np.intp]) -> NDArray[np.intp]:
        """The position of people among those who share the pool."""
        return np.searchsorted(self.people, person)


class Pools(Lookup):
    """Each pool of a period, shared out once among everybody who is on its component."""

    def __init__(self, company: Company, peers: Peers) -> None:
        super().__init__(company)
        self.peers = peers
        self._pools: dict[tuple[str, str, str, Fraction, int | None, bytes], Pool] = {}

    def version(self, terms: ComponentTerms, period: Period) -> ComponentTerms:
        """The version of a pool that counts in a period: the last one of the component that is in effect."""
        every = (one for one in self.company.versions(terms) if one.overlaps(period.start, period.end))
        return max(every, key=lambda one: one.valid_from or 0, default=terms)

    def of(self, terms: ComponentTerms, period: Period, fund: Fraction, team: int | None = None) -> Pool:
        """The pool of a component, shared out. terms: as `version` gives it. fund: what there is to share.
        team: the code of the team whose pool it is, None for that of everybody on the plan."""
        who = self.company.wanted.tobytes()
        key = (period.name, terms.plan_id, terms.component_id, fund, team, who)
        if key not in self._pools:
            self._pools[key] = self._shared(terms, period, fund, team)
        pool = self._pools[key]
        for issue in pool.wrong:
            self.company.report(*issue)
        return pool

    def _shared(self, terms: ComponentTerms, period: Period, fund: Fraction, team: int | None) -> Pool:
        spells = self._spells(terms, period)
        if team is not None:
            spells = spells[self._teams(terms, period)[self.company.people.person[spells]] == team]
        people = np.unique(self.company.people.person[spells])
        rows = np.full(len(people), -1, dtype=np.intp)
        wrong: list[tuple[int, Issue]] = []
        if terms.values["share_by"] == "measure":
            weights, rows, wrong = self._measured(terms, period, people)
        else:
            weights = self._counted(terms, period, people)
        cap = terms.values["pool_person_cap"]
        plan = self.company.book.version(terms.plan_id, period.end)
        plan = plan or self.company.book.versions(terms.plan_id)[-1]
        waits = self._waiting(spells, period)[people]
        out = ineligible(self.company, plan, period, people, waits) != 0
        weights[out] = Fraction(0)
        unit = plan.rounding_unit
        shares = pool_shares(fund, weights, None if cap is None else as_fraction(cap), unit)
        return Pool(terms, people, out, rows, weights, fund, unit, shares, tuple(wrong))

    def _teams(self, terms: ComponentTerms, period: Period) -> NDArray[np.intp]:
        """Each one's team on the last of their days on the plan in a period: that whose pool they share."""
        people = self.company.people
        _, last, _, counts = eligible_days(self.company, period)
        mine = np.flatnonzero(counts & (people.names["plan_id"] == people.plans.get(terms.plan_id, -1)))
        in_time = mine[np.argsort(last[mine], kind="stable")]
        found = np.full(len(people.ids), -1, dtype=np.intp)
        found[people.person[in_time]] = people.names["team"][in_time]
        return found

    def report_teamless(self, terms: ComponentTerms, person: NDArray[np.intp]) -> None:
        """Reports people without a team on a component whose teams share a pool each."""
        for one in person.tolist():
            what = f"{self.company.people.ids[one]} has no team, and each team shares a pool of its own in"
            what += f" component {terms.component_id} of plan {terms.plan_id}"
            cell = self.company.roster_cell(one, "team")
            self.company.report(one, Issue(NOT_FOUND, what, cell, None, "Fill the team."))

    def _waiting(self, spells: NDArray[np.intp], period: Period) -> NDArray[np.bool_]:
        """Whose waiting period covers all of their days."""
        _, _, waits, counts = eligible_days(self.company, period)
        found = np.zeros(len(self.company.people.ids), dtype=bool)
        mine = spells[counts[spells]]
        found[self.company.people.person[mine]] = waits[mine]
        return found

    def _spells(self, terms: ComponentTerms, period: Period) -> NDArray[np.intp]:
        """The spells of those who are on the plan in the period while the component is in effect."""
        people = self.company.people
        code = people.plans.get(terms.plan_id, -1)
        mine = (people.names["plan_id"] == code) & self.company.wanted[people.person]
        here = np.zeros(len(mine), dtype=bool)
        for one in self.company.versions(terms):
            first, last = max(one.valid_from or 0, period.start), min(one.valid_to or period.end, period.end)
            here |= (people.first <= last) & (people.last >= first) & (first <= last)
        return np.flatnonzero(mine & here)

    def _measured(
        self, terms: ComponentTerms, period: Period, people: NDArray[np.intp]
    ) -> tuple[NDArray[np.object_], NDArray[np.intp], list[tuple[int, Issue]]]:
        """Each person's own result, 0 where it is missing; and an error for each person below 0."""
        measure = str(terms.values["measure"])
        who, values, rows = self.peers.measured(measure, period)
        found = {person: (value, row) for person, value, row in zip(
            who.tolist(), values.tolist(), rows.tolist(), strict=True)}  # fmt: skip
        weights = np.empty(len(people), dtype=object)
        places = np.full(len(people), -1, dtype=np.intp)
        wrong = list[tuple[int, Issue]]()
        for at, person in enumerate(people.tolist()):
            value, places[at] = found.get(person, (Fraction(0), -1))
            weights[at] = max(value, Fraction(0))
            if value < 0:
                what = f"{measure} of {self.company.people.ids[person]} is below 0, but it is the weight of a"
                what += f" share of the pool {terms.component_id} of plan {terms.plan_id}"
                cell = self.company.tables["results"].where(places[at], "actual")
                wrong.append((person, Issue(VALUE, what, cell, float(value), "Type 0 or more.")))
        return weights, places, wrong

    def _counted(
        self, terms: ComponentTerms, period: Period, people: NDArray[np.intp]
    ) -> NDArray[np.object_]:
        """Days on the plan in the period; or the sum of salary × FTE over these days, of the period's."""
        everyone = self.company.people
        code = everyone.plans[terms.plan_id]
        weights = dict.fromkeys(people.tolist(), Fraction(0))
        first, last, _, counts = eligible_days(self.company, period)
        for spell in np.flatnonzero(counts & (everyone.names["plan_id"] == code)).tolist():
            person = int(everyone.person[spell])
            weight = Fraction(int(last[spell] - first[spell]) + 1)
            if terms.values["share_by"] == "salary":
                paid = [as_fraction(everyone.numbers[name][spell]) for name in ("base_salary", "fte")]
                weight *= paid[0] * paid[1] / period.days
            if person in weights:
                weights[person] += weight
        found = np.empty(len(people), dtype=object)
        found[:] = [weights[person] for person in people.tolist()]
        return found
