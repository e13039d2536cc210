"""A person's own goals of a period (MBO): their weights and scores."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Ragged
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.errors import NOT_FOUND, Issue
from csm_xl.plan.model import ComponentTerms


class Goals(Lookup):
    """The rows of `goals`, by period and person."""

    @cached_property
    def _by_period(self) -> dict[str, tuple[NDArray[np.intp], NDArray[np.intp]]]:
        table = self.company.tables["goals"]
        who = self.company.codes_of(table.columns["employee_id"])
        found = {}
        periods = table.columns["period"]
        for period in dict.fromkeys(periods.tolist()):
            rows = np.flatnonzero(periods == period)
            by = rows[np.argsort(who[rows], kind="stable")]
            found[period] = (who[by], by)
        return found

    def of(self, cohort: Cohort, component: ComponentTerms) -> Ragged:
        """Everyone's weights and scores in the period, blank scores as 0; having none is reported."""
        nobody = np.zeros(0, dtype=np.intp)
        row, rows = cohort.rows_of(*self._by_period.get(cohort.period.name, (nobody, nobody)))
        columns = self.company.tables["goals"].columns
        ragged = Ragged.by_row(row, cohort.size, {"row": rows} | {
            name: self.company.cite(np.nan_to_num(columns[name][rows]), "goals", rows, name)
            for name in ("weight", "score")
        })  # fmt: skip
        for missing in np.flatnonzero(np.diff(ragged.offsets) == 0).tolist():
            person = int(cohort.person[missing])
            self.company.missing_periods.add(cohort.period.name)
            self.company.report(
                person,
                Issue(NOT_FOUND, f"{self.company.people.ids[person]} has no goals for {cohort.period.name},"
                      f" which component {component.component_id} of plan {cohort.plan.plan_id} needs",
                      self.company.place("goals"), None,
                      "Add the person's goals of the period, weights summing to 1."),
            )  # fmt: skip
        return ragged

    def unscored(self, goals: Ragged) -> NDArray[np.bool_]:
        """Which people's goals are not all scored yet. goals: as `of` gives them."""
        blank = np.isnan(self.company.tables["goals"].columns["score"][goals["row"]])
        return np.asarray(goals.sum(blank.astype(np.intp)) > 0)
