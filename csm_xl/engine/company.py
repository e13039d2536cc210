"""The company that is paid: its tables, indexed by person, plan and period, and what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.people import people
from csm_xl.engine.segments import Segment, plan_segments
from csm_xl.errors import Issue
from csm_xl.pay.rounding import Array
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import FOREVER, History
from csm_xl.plan.model import ComponentTerms, plan_book
from csm_xl.plan.periods import Period
from csm_xl.plan.table import Tables


class Company:
    """The tables of a run: who is employed when, on which plan, and paid by which periods.

    wanted: by person, whether they are paid; `without` leaves people out. plan_kinds: by plan, the kind of
    its pay period. cycles: by plan, that kind and those of components with a pay cycle of their own.
    issues: what stops people, each with the person (−1: everyone). missing_periods: the periods of which
    somebody's result, goals or accounts were looked for and are not there.
    """

    def __init__(self, tables: Tables, without: frozenset[int] = frozenset()) -> None:
        self.tables = tables
        self.book = plan_book(tables)
        self.calendar = Calendar(tables["periods"])
        self.history = History(tables)
        self.people, self._unknown = people(self.history)
        self.plan_kinds = [self.book.pay_period(name) for name in self.people.plans]
        self.cycles = [self.book.cycles(name) for name in self.people.plans]
        self._segments: dict[tuple[str, str], list[Segment]] = {}
        self.begin(without)

    def begin(self, without: frozenset[int] = frozenset()) -> None:
        """Begins a run: nothing is reported yet but changes of people who are not on the roster."""
        self.issues: list[tuple[int, Issue]] = [(-1, issue) for issue in self._unknown]
        self.missing_periods: set[str] = set()
        self.wanted = np.ones(len(self.people.ids), dtype=bool)
        self.wanted[list(without)] = False

    def codes_of(self, names: Iterable[str]) -> NDArray[np.intp]:
        """The person of each employee_id; −1 for who is not on the roster."""
        index = self.people.index
        return np.array([index.get(name, -1) for name in names], dtype=np.intp)

    def report(self, person: int, issue: Issue) -> None:
        """Something that stops this person (−1: everyone) from being paid."""
        self.issues.append((person, issue))

    def report_all(self, persons: NDArray[np.intp], issue: Issue) -> None:
        """One finding that stops several people."""
        for person in persons.tolist():
            self.report(person, issue)

    def roster_cell(self, person: int, column: str) -> str:
        """The place of a person's value on the roster, as people find it."""
        return self.tables["roster"].where(person, column)

    def place(self, name: str) -> str:
        """A table as people know it: the sheet or file it was read from, else its name."""
        origin = self.tables[name].origin
        return origin.name if origin and origin.name else name

    def cite(self, values: Array, table: str, rows: NDArray[Any], *columns: str) -> Array:
        """Values of rows of a table, as the arithmetic takes them; where it is traced, each with the cells
        that it is in (see `csm_xl.engine.cited`)."""
        return values

    def segments(self, plan_id: str, period: Period) -> list[Segment]:
        """The days of a period by the versions of a plan and its components."""
        key = (plan_id, period.name)
        if key not in self._segments:
            self._segments[key] = plan_segments(self.book, plan_id, period)
        return self._segments[key]

    def versions(self, component: ComponentTerms) -> tuple[ComponentTerms, ...]:
        """Every dated version of a component."""
        every = self.book.overlapping(component.plan_id, 0, FOREVER)
        return tuple(version for version in every if version.component_id == component.component_id)

    @cached_property
    def eligible_from(self) -> NDArray[np.int64] | None:
        """By spell, the first day that counts as one on its plan, after the waiting period that the plan's
        version of the spell's first day states; None where no plan has one."""
        plans = list(self.people.plans)
        waiting = {name for name in plans for one in self.book.versions(name) if one.waiting_days}
        if not waiting:
            return None
        found = self.people.first.astype(np.int64)
        for spell, code in enumerate(self.people.names["plan_id"].tolist()):
            name = plans[code]
            if name not in waiting:
                continue
            version = self.book.version(name, int(found[spell])) or self.book.versions(name)[0]
            hired = int(self.history.hired[self.people.person[spell]])
            found[spell] = max(int(found[spell]), hired + int(version.waiting_days or 0))
        return found

    def plan_on(self, person: NDArray[np.intp], day: NDArray[np.int64]) -> NDArray[np.intp]:
        """The code of the plan that each person is on that day; −1 for none, as on a day on which the plan
        has no version."""
        spell = self.people.spell_of(person, day)
        plan = np.where(spell >= 0, self.people.names["plan_id"][np.maximum(spell, 0)], -1)
        if self.eligible_from is not None:
            plan = np.where((spell >= 0) & (day < self.eligible_from[np.maximum(spell, 0)]), -1, plan)
        for name, code in self.people.plans.items():
            versions = self.book.versions(name)
            if not (len(versions) == 1 and versions[0].valid_from is None and versions[0].valid_to is None):
                covered = np.zeros(len(plan), dtype=bool)
                for version in versions:
                    covered |= (day >= (version.valid_from or 0)) & (day <= (version.valid_to or FOREVER))
                plan[(plan == code) & ~covered] = -1
        return plan
