"""Modifiers: the factor of the company, of each division and of each person in a period."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.errors import NOT_FOUND, Issue
from csm_xl.pay.rounding import Array
from csm_xl.plan.periods import Period


@dataclass(slots=True, eq=False, repr=False)
class Factors:
    """What modifies the pay of a cohort: one factor of the company, and each person's division's and own.

    individual: None where nobody has a factor of their own.
    """

    company: Any
    division: Array
    individual: Array | None = None


class Modifiers(Lookup):
    """The rows of `modifiers`, by period and scope."""

    @cached_property
    def _rows(self) -> dict[tuple[str, str, str], int]:
        table = self.company.tables["modifiers"]
        names = (table.columns[name].tolist() for name in ("period", "scope", "id"))
        return {
            (period, scope, "" if scope == "company" else name): row
            for row, (period, scope, name) in enumerate(zip(*names, strict=True))
        }

    @cached_property
    def _factors(self) -> NDArray[np.float64]:
        """The factor of each row: as typed, or that of its rating."""
        table, ratings = self.company.tables["modifiers"], self.company.tables["ratings"].columns
        rated = dict(zip(ratings["rating"].tolist(), ratings["factor"].tolist(), strict=True))
        given = zip(table.columns["rating"].tolist(), table.columns["factor"].tolist(), strict=True)
        return np.array([rated.get(rating, factor) if rating else factor for rating, factor in given])

    def row(self, period: str, scope: str, name: str = "") -> int | None:
        """The row of the factor of a period; None where there is none."""
        return self._rows.get((period, scope, name))

    def _factor(self, period: str, scope: str, name: str = "") -> float:
        row = self.row(period, scope, name)
        return 1.0 if row is None else float(self._factors[row])

    def by_division(self, period: Period) -> bool:
        """Whether any division has a factor in a period."""
        return any(when == period.name and scope == "division" for when, scope, _ in self._rows)

    def factors(self, cohort: Cohort) -> Factors | None:
        """The factors of a cohort; None where no modifier is stated at all and the plan's bounds leave a
        factor of 1 alone. Somebody whose own factor is missing is reported."""
        plan, period = cohort.plan, cohort.period.name
        own = self._individual(cohort)
        bounds = (plan.modifier_floor, plan.modifier_cap)
        if not self._rows and bounds == (None, None) and own is None:
            return None
        by_division = np.ones(len(self.company.people.divisions) + 1)
        for name, code in self.company.people.divisions.items():
            by_division[code] = self._factor(period, "division", name)
        return Factors(self._factor(period, "company"), by_division[cohort.division], own)

    def _plans_with_own(self, period: Period) -> set[int]:
        """The plans of which somebody has a factor of their own in a period: a plan's people may be in
        several cohorts, and one of them alone does not show it."""
        if period.name not in self._own_in:
            people = self.company.people
            named = {name for when, scope, name in self._rows if (when, scope) == (period.name, "individual")}
            codes = [people.index[name] for name in named if name in people.index]
            there = (people.first <= period.end) & (people.last >= period.start)
            theirs = there & np.isin(people.person, codes)
            self._own_in[period.name] = set(people.names["plan_id"][theirs].tolist())
        return self._own_in[period.name]

    @cached_property
    def _own_in(self) -> dict[str, set[int]]:
        """Period → what `_plans_with_own` has found."""
        return {}

    def _individual(self, cohort: Cohort) -> NDArray[np.float64] | None:
        """Each person's own factor. Where a plan bounds them, or anyone on it has one in the period, everyone
        on it needs one: a forgotten rating would pay as if it were neutral."""
        plan, period = cohort.plan, cohort.period.name
        if not any(terms.values.get("modified") for terms in cohort.components):
            return None
        ids = self.company.people.ids
        rows = [self.row(period, "individual", ids[person]) for person in cohort.person.tolist()]
        bounds = (plan.individual_floor, plan.individual_cap)
        if bounds == (None, None) and cohort.plan_code not in self._plans_with_own(cohort.period):
            return None
        for person, row in zip(cohort.person.tolist(), rows, strict=True):
            if row is None:
                self.company.report(
                    person,
                    Issue(NOT_FOUND, f"{ids[person]} has no individual modifier for {period}, which plan"
                          f" {plan.plan_id} needs of everyone on it", self.company.place("modifiers"), None,
                          f"Add a row {period}, individual, {ids[person]} with the factor or the rating; a"
                          " factor of 1 changes nothing."),
                )  # fmt: skip
        return np.array([1.0 if row is None else self._factors[row] for row in rows])
