"""Events: what happened on a day that a SPIF or a milestone pays for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Ragged
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.model import ComponentTerms


class Events(Lookup):
    """The rows of `events`, by person and day."""

    @cached_property
    def _day(self) -> NDArray[np.int64]:
        return self.company.tables["events"].columns["date"].astype(np.int64)

    @cached_property
    def _who(self) -> NDArray[np.intp]:
        """The person of each event; −1 for who is not on the roster."""
        return self.company.codes_of(self.company.tables["events"].columns["employee_id"])

    def of(self, cohort: Cohort, component: ComponentTerms, first: int, last: int) -> Ragged:
        """Each person's events for the component, in order of days: those in the person's days on the plan
        between `first` and `last`, while a version of the component is valid. count: how many; each: what
        that version pays for one; row: of the events table."""
        table = self.company.tables["events"]
        day, who = self._day, self._who
        each = np.full(table.rows, np.nan)
        for version in self.company.versions(component):
            valid = (day >= (version.valid_from or 0)) & (day <= (version.valid_to or FOREVER))
            each[valid] = version.values.get("fixed_amount") or 0.0
        chosen = (table.columns["component_id"] == component.component_id) & (day >= first) & (day <= last)
        chosen &= ~np.isnan(each) & (who >= 0) & (self.company.plan_on(who, day) == cohort.plan_code)
        by_person = np.flatnonzero(chosen)
        by_person = by_person[np.lexsort((day[by_person], who[by_person]))]
        row, at = cohort.rows_of(who[by_person], by_person)
        values = {"count": self.company.cite(table.columns["count"][at], "events", at, "date", "count"),
                  "each": each[at], "row": at,
                  "on_leave": self.company.people.on_leave(who[at], day[at])}  # fmt: skip
        return Ragged.by_row(row, cohort.size, values)

    def days(self) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Code of a plan → the days of the events that fall to people while they are on it."""
        plans = self.company.plan_on(self._who, self._day)
        for code in np.unique(plans[plans >= 0]).tolist():
            yield code, self._day[plans == code]
