"""Own targets: the weight, the goal and the curve points that a person has of a component."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.plan.employment import DAY_SPAN
from csm_xl.plan.own_goals import STATED

_NOBODY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OwnGoals:
    """Goals of people's own: what each is, NaN for none, and the row of `targets` that states it, else −1."""

    goal: NDArray[np.float64]
    rows: NDArray[np.intp]

    @property
    def stated(self) -> NDArray[np.bool_]:
        """Who has one."""
        return np.asarray(self.rows >= 0)

    def over(self, goal: NDArray[np.float64]) -> NDArray[np.float64]:
        """Goals, those of people's own in place of the others."""
        return np.where(self.stated, self.goal, goal)


class OwnTargets(Lookup):
    """The rows of `targets`, by component and what they state; a blank leaves unchanged what holds."""

    @cached_property
    def _stated(self) -> dict[tuple[str, str], tuple[NDArray[np.int64], NDArray[np.intp]]]:
        """(component, column) → a sortable key of person and first day, sorted, and the row of each."""
        table, index = self.company.tables["targets"], self.company.people.index
        if not table.rows:
            return {}
        who = np.array([index.get(name, -1) for name in table.columns["employee_id"].tolist()], np.int64)
        keys = who * DAY_SPAN + table.columns["from"].astype(np.int64)
        names = table.columns["component_id"]
        found = {}
        for name in dict.fromkeys(names.tolist()):
            for column in STATED:
                rows = np.flatnonzero((names == name) & ~np.isnan(table.columns[column]) & (who >= 0))
                rows = rows[np.argsort(keys[rows], kind="stable")]
                if len(rows):
                    found[name, column] = (keys[rows], rows)
        return found

    @property
    def any(self) -> bool:
        """Whether anybody has targets of their own."""
        return bool(self._stated)

    def begins(
        self, components: Collection[str], person: NDArray[np.intp], days: Collection[int]
    ) -> dict[tuple[int, ...], NDArray[np.bool_]]:
        """The people with a weight of one of the components that begins on one of the days: these days, in
        order of time → the people."""
        inside, of = np.array(sorted(days), dtype=np.int64), dict[int, set[int]]()
        for name in components:
            keys, _ = self._stated.get((name, "weight"), (_NOBODY, _NOBODY))
            for key in keys[np.isin(keys % DAY_SPAN, inside) & np.isin(keys // DAY_SPAN, person)].tolist():
                of.setdefault(key // DAY_SPAN, set()).add(key % DAY_SPAN)
        together: dict[tuple[int, ...], list[int]] = {}
        for who, own in of.items():
            together.setdefault(tuple(sorted(own)), []).append(who)
        return {own: np.isin(person, who) for own, who in together.items()}

    def rows(
        self, component_id: str, column: str, person: NDArray[np.intp], day: NDArray[np.int64] | int
    ) -> NDArray[np.intp]:
        """The row that states it for each person on a day; −1 where the plan's holds."""
        keys, rows = self._stated.get((component_id, column), (_NOBODY, _NOBODY))
        if not len(keys):
            return np.full(len(person), -1, dtype=np.intp)
        first = person.astype(np.int64) * DAY_SPAN
        at = np.searchsorted(keys, first + day, side="right") - 1
        found = (at >= 0) & (keys[np.maximum(at, 0)] >= first)
        return np.where(found, rows[np.maximum(at, 0)], -1)

    def values(self, column: str, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """What rows state; NaN for −1."""
        typed = self.company.tables["targets"].columns[column]
        if not len(typed):
            return np.full(np.shape(rows), np.nan)
        return np.asarray(np.where(rows >= 0, typed[np.maximum(rows, 0)], np.nan))

    def goals(self, component_id: str, person: NDArray[np.intp], day: NDArray[np.int64]) -> OwnGoals | None:
        """The goal of each person on a day; None where the component has none of anybody's own."""
        if (component_id, "goal") not in self._stated:
            return None
        rows = self.rows(component_id, "goal", person, day)
        return OwnGoals(self.values("goal", rows), rows)
