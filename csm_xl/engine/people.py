"""Who was employed when, on which plan, at what pay: a roster and its changes as spells of days.

A spell is a run of days on which nothing about a person changes. Everything later (eligible days,
day-weighted salary, the plan a deal counts for) is a sum or a look-up over spells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.errors import VALUE, Issue
from csm_xl.plan.spells import FOREVER
from csm_xl.plan.tables import Tables

_NUMBERS: Final = ("base_salary", "fte", "target_ratio", "target_amount", "ote", "base_share")
_CODES: Final = ("plan_id", "team", "division")
DAY_SPAN: Final = 4_000_000
"""More than any day ordinal, so that a pair with a day fits one sortable integer."""


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

    def spell_of(self, person: NDArray[np.intp], day: NDArray[np.int64]) -> NDArray[np.intp]:
        """The spell in which each person's day lies, −1 when they were not employed then."""
        keys = self.person.astype(np.int64) * DAY_SPAN + self.first
        at = np.searchsorted(keys, person.astype(np.int64) * DAY_SPAN + day, side="right") - 1
        safe = np.maximum(at, 0)
        inside = (at >= 0) & (self.person[safe] == person) & (self.last[safe] >= day)
        return np.where(inside, at, -1)


def people(tables: Tables) -> tuple[People, list[Issue]]:
    """The roster and its changes as spells, with what is wrong in them.

    A change counts from its day on until the next; blank means unchanged. A change dated before hire
    holds from the first paid day. Hire and leave dates are both paid days.
    """
    roster, changes = tables["roster"], tables["changes"]
    rows = roster.rows
    ids = [str(name) for name in roster.columns["employee_id"]]
    index = {name: i for i, name in enumerate(ids)}
    names: dict[str, dict[str, int]] = {name: {} for name in _CODES}
    coded = {name: codes(roster.columns[name], names[name]) for name in _CODES}
    hired = roster.columns["hire_date"].astype(np.int64)
    left = roster.columns["leave_date"].astype(np.int64)
    left = np.where(left == 0, FOREVER, left)
    issues: list[Issue] = []

    # Spells start as one a person; a person with changes gets one more at each change within employment.
    person = np.arange(rows)
    first, last = hired.copy(), left.copy()
    numbers = {name: np.array(roster.columns[name], dtype=np.float64) for name in _NUMBERS}
    if changes.rows:
        who = np.fromiter(
            (index.get(str(name), -1) for name in changes.columns["employee_id"]), np.intp, changes.rows
        )
        when = changes.columns["from"].astype(np.int64)
        for row in np.flatnonzero(who < 0).tolist():
            name = str(changes.columns["employee_id"][row])
            issues.append(Issue(VALUE, "the employee is not on the roster", changes.where(row, "employee_id"),
                                name, "Add the person to the roster or mend the id."))  # fmt: skip
        kept = np.flatnonzero(who >= 0)
        order = kept[np.lexsort((when[kept], who[kept]))]
        changed = {name: codes(changes.columns[name], names[name]) for name in _CODES}
        # Rows of roster and changes in one list, by person then day; the roster row stands first.
        all_person = np.concatenate([person, who[order]])
        all_from = np.concatenate([np.zeros(rows, dtype=np.int64), when[order]])
        by = np.lexsort((all_from, all_person))
        person, start = all_person[by], all_from[by]
        begins = np.flatnonzero(np.diff(person, prepend=-1))
        for name in _NUMBERS:
            column = np.concatenate([numbers[name], changes.columns[name][order].astype(np.float64)])[by]
            numbers[name] = _carried(column, np.isnan(column), begins)
        for name in _CODES:
            column = np.concatenate([coded[name], changed[name][order]])[by]
            coded[name] = _carried(column, column < 0, begins)
        first = np.maximum(start, hired[person])
        following = np.full(len(person), FOREVER, dtype=np.int64)
        same = person[1:] == person[:-1]
        following[:-1][same] = first[1:][same] - 1
        last = np.minimum(following, left[person])
        real = first <= last
        person, first, last = person[real], first[real], last[real]
        numbers = {name: column[real] for name, column in numbers.items()}
        coded = {name: column[real] for name, column in coded.items()}
    return (
        People(ids, names["plan_id"], names["team"], names["division"], person, first, last, numbers, coded),
        issues,
    )


def _carried(column: Any, blank: Any, begins: NDArray[np.intp]) -> Any:
    """Each blank filled with the value before it; a person's first row is never filled from another's."""
    at = np.where(blank, 0, np.arange(len(column)))
    at[begins] = begins
    return column[np.maximum.accumulate(at)]
