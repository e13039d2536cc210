"""Modifiers: the factor of the company and of each division in a period."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.plan.periods import Period


class Modifiers(Lookup):
    """The rows of `modifiers`, by period and scope."""

    @cached_property
    def _factors(self) -> dict[tuple[str, str, str], float]:
        table = self.company.tables["modifiers"]
        names = (table.columns[name].tolist() for name in ("period", "scope", "id", "factor"))
        return {
            (period, scope, "" if scope == "company" else name): factor
            for period, scope, name, factor in zip(*names, strict=True)
        }

    def rows(self, period: str, division: str) -> list[int]:
        """The rows of the company's factor of a period, and of a division's."""
        names = (
            self.company.tables["modifiers"].columns[name].tolist() for name in ("period", "scope", "id")
        )
        return [
            row
            for row, (when, scope, name) in enumerate(zip(*names, strict=True))
            if when == period and (scope == "company" or name == division)
        ]

    def by_division(self, period: Period) -> bool:
        """Whether any division has a factor in a period."""
        return any(when == period.name and scope == "division" for when, scope, _ in self._factors)

    def factors(self, cohort: Cohort) -> tuple[float, NDArray[np.float64]] | None:
        """The company's factor and each person's division's; None where no modifier is stated at all and
        the plan's bounds leave a factor of 1 alone."""
        if not self._factors and cohort.plan.modifier_floor is None and cohort.plan.modifier_cap is None:
            return None
        company = self._factors.get((cohort.period.name, "company", ""), 1.0)
        by_division = np.ones(len(self.company.people.divisions) + 1)
        for name, code in self.company.people.divisions.items():
            by_division[code] = self._factors.get((cohort.period.name, "division", name), 1.0)
        return company, by_division[cohort.division]
