"""Answers to surveys: the NPS and the CSAT of people, teams and the company in a period."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.company import Company
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.plan.periods import Period
from csm_xl.plan.survey_answers import SATISFIED_FROM, answered_periods, counted_as

_PROMOTER: Final = 9
_DETRACTOR: Final = 6
_POINTS: Final = 100


class Answers(Lookup):
    """The answers by day, with the person and the team each is about: the team in the row, else the
    person's team on that day, or on their first or last day if they are not employed on it."""

    def __init__(self, company: Company) -> None:
        super().__init__(company)
        people, self.table = company.people, company.tables["answers"]
        columns, rows = self.table.columns, self.table.rows
        self.sizes = {"individual": len(people.ids), "team": len(people.teams), "company": 1}
        self.day = columns["date"].astype(np.int64)
        who = company.codes_of(columns["employee_id"])
        team = np.full(rows, -1, dtype=np.intp)
        known, hired, left = np.flatnonzero(who >= 0), company.history.hired, company.history.left
        employed = np.clip(self.day[known], hired[who[known]], left[who[known]])
        spell = people.spell_of(who[known], employed)
        team[known] = np.where(spell >= 0, people.names["team"][np.maximum(spell, 0)], -1)
        for row, name in enumerate(columns["team"].tolist()):
            if name:
                team[row] = people.teams.get(name, -1)
        self.owner: dict[str, NDArray[np.intp]] = {
            "individual": who, "team": team, "company": np.zeros(rows, dtype=np.intp)
        }  # fmt: skip
        score = columns["score"]
        self.least = np.nan_to_num(columns["satisfied_from"], nan=SATISFIED_FROM)
        self.satisfied = score >= self.least
        self.promoter, self.detractor = score >= _PROMOTER, score <= _DETRACTOR
        self._given = {name for name in dict.fromkeys(columns["measure"].tolist()) if counted_as(name)}
        self._sums: dict[tuple[str, str, int, int], tuple[NDArray[np.float64], NDArray[np.float64]]] = {}

    @cached_property
    def periods(self) -> frozenset[str]:
        """The names of the pay periods of which there are answers that a component looks at."""
        return answered_periods(self.company.tables, self.company.book)

    def gives(self, measure: str) -> bool:
        """Whether there are answers of a measure, which they can give."""
        return measure in self._given

    def kept(
        self, measure: str, scope: str, period: Period, owner: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What divides to the measure of each person, team or the company: 100 × (promoters − detractors), or
        the satisfied, of all answers on days of the period; 0 of 0 where there is no answer."""
        if not self.gives(measure) or not self.sizes[scope]:
            return np.zeros(len(owner)), np.zeros(len(owner))
        key = (measure, scope, period.start, period.end)
        if key not in self._sums:
            at = self._of_period(measure, period)
            who = self.owner[scope][at]
            at, who = at[who >= 0], who[who >= 0]
            size = self.sizes[scope]
            good = self.satisfied[at].astype(np.float64)
            if counted_as(measure) == "NPS":
                good = _POINTS * (self.promoter[at].astype(np.float64) - self.detractor[at])
            self._sums[key] = (
                np.asarray(np.bincount(who, good, size), dtype=np.float64),
                np.asarray(np.bincount(who, minlength=size), dtype=np.float64),
            )
        part, answers = self._sums[key]
        safe = np.maximum(owner, 0)
        nobody = owner < 0
        return np.where(nobody, 0.0, part[safe]), np.where(nobody, 0.0, answers[safe])

    def rows(self, scope: str, period: Period, owner: int, measure: str) -> list[int]:
        """The rows of the answers that count for a person, a team or the company."""
        at = self._of_period(measure, period)
        return [int(row) for row in at[self.owner[scope][at] == owner]]

    def _of_period(self, measure: str, period: Period) -> NDArray[np.intp]:
        inside = (self.day >= period.start) & (self.day <= period.end)
        return np.flatnonzero(inside & (self.table.columns["measure"] == measure))
