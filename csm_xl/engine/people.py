"""Who was employed when, on which plan, at what pay: a roster and its changes as spells of days.

A spell is a run of days on which nothing about a person changes. Everything later (eligible days,
day-weighted salary, the plan a deal counts for) is a sum or a look-up over spells.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.errors import VALUE, Issue
from csm_xl.plan.employment import DAY_SPAN, History

_NUMBERS: Final = ("base_salary", "fte", "target_ratio", "target_amount", "ote", "base_share")
_CODES: Final = ("plan_id", "team", "division")


def codes(names: Any, index: dict[str, int]) -> NDArray[np.intp]:
    """The code of each name; names not met before get the next one, a blank is −1."""
    return np.fromiter(
        (-1 if name == "" else index.setdefault(name, len(index)) for name in names),
        dtype=np.intp,
        count=len(names),
    )


@dataclass(eq=False, repr=False)
class People:
    """Everyone on the roster, with their spells in order of person, then day.

    ids: employee ids in roster order; a person's code is the position there.
    plans, teams, divisions: code of each name.
    person, first, last: per spell, the person's code and the first and last day (inclusive).
    numbers: per spell, base_salary, fte, target_ratio, target_amount, ote, base_share (NaN: not stated).
    names: per spell, the codes of plan_id, team and division.
    """

    ids: list[str]
    plans: dict[str, int]
    teams: dict[str, int]
    divisions: dict[str, int]
    person: NDArray[np.intp]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    numbers: dict[str, NDArray[np.float64]]
    names: dict[str, NDArray[np.intp]]

    @cached_property
    def index(self) -> dict[str, int]:
        """Employee id → the person's code."""
        return {name: code for code, name in enumerate(self.ids)}

    @cached_property
    def _any_leave(self) -> bool:
        return bool((self.numbers["fte"] == 0).any())

    def spell_of(self, person: NDArray[np.intp], day: NDArray[np.int64]) -> NDArray[np.intp]:
        """The spell in which each person's day lies, −1 when they were not employed then."""
        keys = self.person.astype(np.int64) * DAY_SPAN + self.first
        at = np.searchsorted(keys, person.astype(np.int64) * DAY_SPAN + day, side="right") - 1
        safe = np.maximum(at, 0)
        inside = (at >= 0) & (self.person[safe] == person) & (self.last[safe] >= day)
        return np.where(inside, at, -1)

    def on_leave(self, person: NDArray[np.intp], day: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each person's day is one of unpaid leave, on which their FTE is 0."""
        if not self._any_leave:
            return np.zeros(len(person), dtype=bool)
        spell = self.spell_of(person, day)
        found: NDArray[np.bool_] = (spell >= 0) & (self.numbers["fte"][np.maximum(spell, 0)] == 0)
        return found


def people(history: History) -> tuple[People, list[Issue]]:
    """The roster and its changes as spells, with what is wrong in them."""
    spans = history.intervals(*_NUMBERS, *_CODES)
    numbers = {
        name: np.asarray(history.said(name), dtype=np.float64)[spans.stated[name]] for name in _NUMBERS
    }
    names: dict[str, dict[str, int]] = {name: {} for name in _CODES}
    coded = {name: codes(history.said(name), names[name])[spans.stated[name]] for name in _CODES}
    ids = [str(name) for name in history.roster.columns["employee_id"]]
    changes = history.changes
    issues = [
        Issue(VALUE, "the employee is not on the roster", changes.where(row, "employee_id"),
              str(changes.columns["employee_id"][row]), "Add the person to the roster, or correct the ID.")
        for row in np.flatnonzero(history.of_change < 0).tolist()
    ]  # fmt: skip
    return (
        People(ids, names["plan_id"], names["team"], names["division"],
               spans.person, spans.first, spans.last, numbers, coded),
        issues,
    )  # fmt: skip
