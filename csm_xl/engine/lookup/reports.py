"""Who reports to whom, day by day: by the manager on the roster and in its changes."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.lookup.lookup import Lookup

_LEVELS: Final = 50
"""No company has more levels of managers; circles are refused before anybody is paid."""


class Reports(Lookup):
    """The managers of people, by person and day."""

    @cached_property
    def _managers(self) -> NDArray[np.intp]:
        """By spell, the manager's code; −1 where there is none on the roster."""
        history = self.company.history
        stated = history.intervals("manager_id").stated["manager_id"]
        names = history.said("manager_id")[stated].tolist()
        index = self.company.people.index
        return np.array([index.get(name, -1) for name in names], dtype=np.intp)

    def manager(self, person: NDArray[np.intp], day: NDArray[np.int64]) -> NDArray[np.intp]:
        """The manager of each person on a day of employment; −1 for none. Nobody is their own."""
        spell = self.company.people.spell_of(person, day)
        if not len(self._managers):
            return np.full(len(person), -1, dtype=np.intp)
        found = np.where(spell >= 0, self._managers[np.maximum(spell, 0)], -1)
        return np.where(found == person, -1, found)

    def rolled_up(self, entries: dict[str, NDArray[Any]], ways: tuple[str, ...]) -> dict[str, NDArray[Any]]:
        """Entries of credits as they count for people: their own, those of who reports to them on the day
        (``reports``), or of everybody below them then (``all_reports``)."""
        count = len(entries["person"])
        rows = [np.arange(count)] if "own" in ways else []
        people = [entries["person"]] if "own" in ways else []
        at, who = np.arange(count), entries["person"]
        for _ in range(_LEVELS if "all_reports" in ways else 1):
            who = self.manager(who, entries["day"][at])
            at, who = at[who >= 0], who[who >= 0]
            if not len(at):
                break
            rows.append(at)
            people.append(who)
        every = np.concatenate(rows) if rows else np.zeros(0, dtype=np.intp)
        found = {name: column[every] for name, column in entries.items()}
        found["person"] = np.concatenate(people) if people else np.zeros(0, dtype=np.intp)
        return found
