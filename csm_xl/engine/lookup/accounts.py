"""Retention from accounts: what people, teams and the company kept of the money and customers they had."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Ragged
from csm_xl.engine.company import Company
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.engine.people import People
from csm_xl.pay.measures import MEASURES, retained
from csm_xl.plan.periods import Period

_SMALL = 10_000  # money has 4 decimals, so sums of it are exact in ten-thousandths


class Accounts(Lookup):
    """The accounts of each period, with their owner, and their team: their own, else the owner's."""

    def __init__(self, company: Company) -> None:
        super().__init__(company)
        people, calendar = company.people, company.calendar
        self.table = company.tables["accounts"]
        self.sizes = {"individual": len(people.ids), "team": len(people.teams), "company": 1}
        columns = self.table.columns
        rows = self.table.rows
        self.owner: dict[str, NDArray[np.intp]] = {
            "individual": company.codes_of(columns["employee_id"]),
            "team": np.full(rows, -1, dtype=np.intp),
            "company": np.zeros(rows, dtype=np.intp),
        }
        # A new account opens with nothing, whatever its start says.
        self.start = np.where(columns["new"], 0.0, columns["start"])
        self.end = columns["end"]
        self.of_period: dict[str, NDArray[np.intp]] = {}
        for name in dict.fromkeys(columns["period"].tolist()):
            self.of_period[name] = at = np.flatnonzero(columns["period"] == name)
            self.owner["team"][at] = _teams(people, self.owner["individual"][at], calendar.find(name))
        for row, team in enumerate(columns["team"].tolist()):
            if team:
                self.owner["team"][row] = people.teams.get(team, -1)
        self._sums: dict[tuple[str, str, str], tuple[NDArray[np.float64], NDArray[np.float64]]] = {}

    def kept(
        self, measure: str, scope: str, period: Period, owner: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What each person, team or the company kept, and what of: 0 of 0 where there is no opening
        account, or where the measure is none that accounts can give."""
        nobody = owner < 0
        if measure not in MEASURES or period.name not in self.of_period or not self.sizes[scope]:
            return np.zeros(len(owner)), np.zeros(len(owner))
        key = (measure, scope, period.name)
        if key not in self._sums:
            at = self.of_period[period.name]
            who = self.owner[scope][at]
            parts = retained(self.start[at], self.end[at], measure)
            kept, there = (
                np.bincount(who[who >= 0], np.rint(part * _SMALL)[who >= 0], self.sizes[scope]) / _SMALL
                for part in parts
            )
            self._sums[key] = kept, there
        kept, there = self._sums[key]
        safe = np.maximum(owner, 0)
        return np.where(nobody, 0.0, kept[safe]), np.where(nobody, 0.0, there[safe])

    def rows(self, scope: str, period: Period, owner: int) -> list[int]:
        """The rows of the opening accounts of a person, a team or the company."""
        at = self.of_period.get(period.name, np.zeros(0, dtype=np.intp))
        return [int(row) for row in at[(self.owner[scope][at] == owner) & (self.start[at] > 0)]]

    def own(self, cohort: Cohort, measure: str) -> Ragged:
        """Each person's opening accounts: what was kept, what there was, and the row of each."""
        at = self.of_period.get(cohort.period.name, np.zeros(0, dtype=np.intp))
        who = self.owner["individual"][at]
        place = np.minimum(np.searchsorted(cohort.person, who), cohort.size - 1)
        mine = (cohort.person[place] == who) & (self.start[at] > 0)
        at, place = at[mine], place[mine]
        kept, there = retained(self.start[at], self.end[at], measure if measure in MEASURES else "GRR")
        return Ragged.by_row(place, cohort.size, {"kept": kept, "there": there, "row": at})


def _teams(people: People, owner: NDArray[np.intp], period: Period) -> NDArray[np.intp]:
    """The team of each owner on the last day of the period on which they are employed."""
    last = np.zeros(len(people.ids), dtype=np.int64)
    np.maximum.at(last, people.person, people.last)
    known = np.maximum(owner, 0)
    if not len(last):
        return np.full(len(owner), -1, dtype=np.intp)
    spell = people.spell_of(known, np.minimum(last[known], period.end))
    return np.where((owner >= 0) & (spell >= 0), people.names["team"][np.maximum(spell, 0)], -1)
