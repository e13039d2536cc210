"""Standing among peers: the percentile rank of a person's result in the group that they belong to."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.columns import Inputs
from csm_xl.engine.company import Company
from csm_xl.engine.lookup.accounts import Accounts
from csm_xl.engine.lookup.answers import Answers
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.pay.rank import percentile_rank
from csm_xl.pay.rounding import exact
from csm_xl.plan.names import plain_name
from csm_xl.plan.periods import Period

_FREE_TEXT: Final = ("role", "level", "location")
"""What people spell as they like: CSM and csm are one role."""


class Peers(Lookup):
    """Everybody's rank by their own result, found once for a period, a measure and a way to form groups."""

    def __init__(self, company: Company, accounts: Accounts, answers: Answers) -> None:
        super().__init__(company)
        self.accounts, self.answers = accounts, answers
        self._ranks: dict[tuple[str, str, str, bool], tuple[Inputs, NDArray[np.object_]]] = {}

    def ranks(
        self, period: Period, measure: str, peer_group: str, lower: bool
    ) -> tuple[Inputs, NDArray[np.object_]]:
        """Everybody's percentile rank by their own result, as two columns that divide: rank, rank_of.

        peer_group: what the people ranked together share: plan, team, division, level, role or location on
            their last day of the period. Whether they are paid on the measure does not matter.
        lower: whether a lower result is better, so that the lowest is at 1.
        Returns the columns by person, 0 of 1 for those without a measured result, and each one's group, ""
        where the roster states none.
        """
        key = (period.name, measure, peer_group, lower)
        if key not in self._ranks:
            self._ranks[key] = self._rank(*key[1:], period)
        return self._ranks[key]

    def _rank(
        self, measure: str, peer_group: str, lower: bool, period: Period
    ) -> tuple[Inputs, NDArray[np.object_]]:
        label = self._labels(period, peer_group)
        who, values, _ = self.measured(measure, period)
        people = len(self.company.people.ids)
        rank, of = np.zeros(people), np.ones(people)
        labels = label[who]
        for name in dict.fromkeys(labels.tolist()):
            peers = np.flatnonzero(labels == name) if name else np.zeros(0, dtype=np.intp)
            if peers.size:
                standing = -values[peers] if lower else values[peers]
                found: list[Fraction] = percentile_rank(standing, standing).tolist()
                rank[who[peers]] = [float(one.numerator) for one in found]
                of[who[peers]] = [float(one.denominator) for one in found]
        return {"rank": rank, "rank_of": of}, label

    def of(
        self, period: Period, measure: str, label: NDArray[np.object_], person: int
    ) -> list[tuple[int, int]]:
        """Those that a person is ranked among, given everybody's group: who, and the row of results of each,
        −1 where accounts or answers state it."""
        who, _, rows = self.measured(measure, period)
        mine = label[who] == label[person]
        return list(zip(who[mine].tolist(), rows[mine].tolist(), strict=True))

    def measured(
        self, measure: str, period: Period
    ) -> tuple[NDArray[np.intp], NDArray[Any], NDArray[np.intp]]:
        """Those with a measured result of their own; it, exact; and its row of results, −1 where accounts
        or answers state what results do not."""
        table, people = self.company.tables["results"], self.company.people
        mine = (table.columns["period"] == period.name) & (table.columns["measure"] == measure)
        rows = np.flatnonzero(mine & (table.columns["scope"] == "individual")) if table.rows else np.arange(0)
        who = self.company.codes_of(table.columns["id"][rows])
        everyone, actual = np.arange(len(people.ids)), table.columns["actual"][rows]
        # A row that gives the goal alone leaves the result to the accounts or answers.
        others = np.setdiff1d(everyone, who[~np.isnan(actual) | np.isnan(table.columns["goal"][rows])])
        counted = self.answers if self.answers.gives(measure) else self.accounts
        kept, there = counted.kept(measure, "individual", period, others)
        others, kept, there = others[there > 0], kept[there > 0], there[there > 0]
        told = (who >= 0) & ~np.isnan(actual)
        return (
            np.concatenate([who[told], others]),
            np.concatenate([exact(actual[told]), exact(kept) / exact(there)]),
            np.concatenate([rows[told], np.full(len(others), -1)]),
        )

    def _labels(self, period: Period, name: str) -> NDArray[np.object_]:
        """What is stated of each person on the last day of the period on which they are employed; "" for
        those who are not."""
        history = self.company.history
        last = np.minimum(history.left, period.end)
        label = history.as_of("plan_id" if name == "plan" else name, last).astype(object)
        if name in _FREE_TEXT:
            spelled: dict[str, str] = {}
            label[:] = [spelled.setdefault(plain_name(one), one) for one in label.tolist()]
        label[(history.hired > period.end) | (history.left < period.start)] = ""
        return label
