"""What a run knows, as numbers that know their cells: what `gather` is given where rules are traced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cited import cited_terms
from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged, exact_inputs
from csm_xl.engine.context import LOOKUPS, RunContext
from csm_xl.engine.evaluate import earlier_target
from csm_xl.engine.lookup.deals import Deals
from csm_xl.engine.lookup.events import Events
from csm_xl.engine.lookup.goals import Goals
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.engine.lookup.modifiers import Factors, Modifiers
from csm_xl.engine.lookup.year import Year
from csm_xl.pay.recording import labelled
from csm_xl.pay.rounding import Array, exact
from csm_xl.pay.trace import Cell, number
from csm_xl.plan.model import ComponentTerms


class CitedYear(Year):
    """The plan year so far, each earlier period by its name."""

    def to_date(self, cohort: Cohort, terms: ComponentTerms) -> Inputs:
        """As `Year.to_date`, the target and the payout of each earlier period with its name."""
        parts: dict[str, list[Any]] = {"paid": [Fraction(0)], "targets": [Fraction(0)]}
        really = {self.company.tables["paid"].columns["period"][row]: row
                  for row in self.paid_rows(cohort, terms, int(cohort.person[0]))}  # fmt: skip
        known = {one.cohort.period.name for one in self.earlier(cohort)
                 if terms.component_id in one.past.before}  # fmt: skip
        for period in cohort.to_date[:-1]:
            if period.name not in known and period.name not in really:
                continue
            then = super().to_date(replace(cohort, to_date=(period, cohort.period)), terms)
            line = f"payouts, {terms.component_id} of {period.name}"
            cells: list[Cell] = [f"{line} (before_modifier)"]
            if period.name in really:
                row = really[period.name]
                blank = np.isnan(self.company.tables["paid"].columns["before_modifier"][row])
                cells = [("paid", row, "amount" if blank else "before_modifier")]
            parts["paid"].append(number(np.asarray(then["paid"])[0], *cells, label=period.name))
            if period.name in known:
                target = exact(earlier_target(exact_inputs(then), True))[0]
                cell = f"{line} (component_target)"
                parts["targets"].append(number(target, cell, label=period.name))
        found: Inputs = {
            name: np.array([sum(each, Fraction(0))], dtype=object) for name, each in parts.items()
        }
        spells = super().to_date(replace(cohort, to_date=(cohort.period,)), terms)["spells"]
        return found | {"spells": spells}


class CitedModifiers(Modifiers):
    """The modifiers, each with its name and cell."""

    def factors(self, cohort: Cohort) -> Any:
        """As `Modifiers.factors`, of the one person: each factor with its name."""
        factors = super().factors(cohort)
        if factors is None:
            return None
        code = cohort.division[0]
        division = next((name for name, one in self.company.people.divisions.items() if one == code), "")
        person = self.company.people.ids[int(cohort.person[0])]
        company = self._cited(cohort, "company", "", factors.company, "company")
        own = factors.individual
        of_division = self._cited(cohort, "division", division, factors.division[0], division)
        return Factors(
            company,
            np.array([of_division], dtype=object),
            None if own is None else np.array([self._cited(cohort, "individual", person, own[0], person)],
                                              dtype=object),
        )  # fmt: skip

    def _cited(self, cohort: Cohort, scope: str, name: str, factor: Any, label: str) -> Any:
        """A factor with its cell: its own, or that of its rating; one that nobody states changes nothing."""
        row = self.row(cohort.period.name, scope, name)
        if row is None:
            return number(factor, void=True)
        rating = self.company.tables["modifiers"].columns["rating"][row]
        if not rating:
            return number(factor, ("modifiers", row, "factor"), label=label)
        ratings = self.company.tables["ratings"].columns["rating"].tolist()
        cells = (("ratings", ratings.index(rating), "factor"), ("modifiers", row, "rating"))
        return number(factor, *cells, label=f"{label}, rating {rating}")


class CitedGoals(Goals):
    """People's goals, each by its name."""

    def of(self, cohort: Cohort, component: ComponentTerms) -> Ragged:
        """As `Goals.of`, each score with the name of its goal."""
        return _named(
            super().of(cohort, component), "score", "row", self.company.tables["goals"].columns["goal"].item
        )


class CitedDeals(Deals):
    """Credits, each by the name of its deal."""

    def credited(self, cohort: Cohort, component: ComponentTerms, first: int, last: int) -> Ragged:
        """As `Deals.credited`, each share with the name of its deal."""
        found = super().credited(cohort, component, first, last)
        return _named(found, "share", "deal", self.company.tables["deals"].columns["deal_id"].item)


class CitedEvents(Events):
    """Events, each by its day."""

    def of(self, cohort: Cohort, component: ComponentTerms, first: int, last: int) -> Ragged:
        """As `Events.of`, each count with its day, and what it pays with the cells of its version."""
        found, dates = (
            super().of(cohort, component, first, last),
            self.company.tables["events"].columns["date"],
        )
        each = np.empty(len(found["each"]), dtype=object)
        for at, row in enumerate(found["row"].tolist()):
            version = next(
                one for one in self.company.versions(component) if one.overlaps(*[int(dates[row])] * 2)
            )
            days = {"valid_from": version.valid_from, "valid_to": version.valid_to}
            names = ("fixed_amount", *(name for name, day in days.items() if day))
            cells = (("components", version.row, name) for name in names)
            each[at] = number(version.values.get("fixed_amount") or 0, *cells)
        cited = Ragged({**found.values, "each": each}, found.offsets)
        return _named(cited, "count", "row", lambda row: date.fromordinal(int(dates[row])).isoformat())


def _named(found: Ragged, column: str, by: str, name: Callable[[int], str]) -> Ragged:
    """A column with each number named by the row of a table that it is in."""
    named = labelled(found[column], lambda: (str(name(row)) for row in found[by].tolist()))
    return Ragged({**found.values, column: named}, found.offsets)


_CITED: Final[Mapping[str, type[Lookup]]] = {
    **LOOKUPS, "year": CitedYear, "modifiers": CitedModifiers, "goals": CitedGoals, "deals": CitedDeals,
    "events": CitedEvents,
}  # fmt: skip


class CitedContext(RunContext):
    """What a run knows, of which every value names its cells."""

    def __init__(self, context: RunContext) -> None:
        self.__dict__.update(vars(context))
        self.issues = []
        self._terms: dict[int, ComponentTerms] = {}
        for name, of in _CITED.items():
            setattr(self, name, of.sharing(getattr(context, name), self))

    def cited(self, terms: ComponentTerms) -> ComponentTerms:
        """A component whose every parameter names its cell."""
        if terms.row not in self._terms:
            self._terms[terms.row] = cited_terms(self.tables, terms)
        return self._terms[terms.row]

    def cite(self, values: Array, table: str, rows: NDArray[Any], *columns: str) -> Array:
        """Each value as a number with its cells; of a row −1 one that nobody stated. A blank is 0."""
        found = np.empty(len(values), dtype=object)
        for at, (value, row) in enumerate(zip(np.nan_to_num(values).tolist(), rows.tolist(), strict=True)):
            cells = ((table, row, column) for column in columns) if row >= 0 else ()
            found[at] = number(value, *cells, void=row < 0)
        return found
