"""What is one person's own: name, dated changes in the plan year, arrangements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from csm_xl.analysis.letter_pay.terms import YearTerms
from csm_xl.plan.display_names import DisplayNames
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.model import ComponentTerms, PlanBook, version_ends
from csm_xl.plan.parts import grouped
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.report.letters.sentences import PERIODS, day, money, ratio

_CHANGED: Final = {
    "base_salary": "Base salary", "fte": "FTE", "plan_id": "Plan", "target_ratio": "Target, of salary",
    "target_amount": "Annual target", "ote": "On-target earnings", "base_share": "Base share of OTE",
    "team": "Team", "division": "Division", "location": "Location", "level": "Level", "manager_id": "Manager",
}  # fmt: skip
_MONEY: Final = ("base_salary", "target_amount", "ote")
_RATIOS: Final = ("fte", "target_ratio", "base_share")


class PersonWords:
    """What the tables state about each person in a plan year, in words. book: the plans in them."""

    def __init__(self, tables: Tables, book: PlanBook) -> None:
        self.tables, self.book, self._names = tables, book, DisplayNames(tables)
        self._row = {name: row for row, name in enumerate(tables["roster"].columns["employee_id"].tolist())}
        self._changes = grouped(tables["changes"], "employee_id")
        self._arrangements = grouped(tables["arrangements"], "employee_id")
        self._targets = grouped(tables["targets"], "employee_id", "component_id")
        self._ends = version_ends(tables["arrangements"], ("employee_id", "kind"), "from", "to")

    def name(self, employee_id: str) -> str:
        """The name of a person, where outputs show names; otherwise the employee_id."""
        return self._names.of(employee_id) or employee_id

    def own_rate(self, one: YearTerms, terms: ComponentTerms) -> float | None:
        """A person's own rate of a component on the day of the terms; None where they have none."""
        targets, found = self.tables["targets"], None
        days = targets.columns["from"]
        for row in sorted(
            self._targets.get((one.employee_id, terms.component_id), ()), key=lambda at: days[at]
        ):
            rate = targets.value(row, "rate")
            if days[row] <= one.day and rate is not None:
                found = float(rate)
        return found

    def dated_changes(self, one: YearTerms) -> list[tuple[int, str]]:
        """What changes for a person inside the plan year: the day, and what it is, in time."""
        roster, changes, row = self.tables["roster"], self.tables["changes"], self._row[one.employee_id]
        found: list[tuple[int, str]] = []
        hired, left = roster.value(row, "hire_date"), roster.value(row, "leave_date")
        if hired and one.first < hired <= one.last:
            found.append((hired, "First paid day"))
        if left and one.first <= left < one.last:
            found.append((left, "Last paid day"))
        for at in self._changes.get(one.employee_id, ()):
            on = changes.value(at, "from")
            if one.first <= on <= one.last:
                found += [(on, what) for what in _changed(changes, at, one.plan.currency)]
        found += _versions(self.book, one)
        return sorted(dict.fromkeys(found), key=lambda each: each[0])

    def arrangements(self, one: YearTerms) -> list[str]:
        """A person's draws, guarantees and holdbacks of the plan year."""
        table, found = self.tables["arrangements"], []
        for row in self._arrangements.get(one.employee_id, ()):
            first, last = table.value(row, "from"), self._ends[row] or FOREVER
            if first <= one.last and last >= one.first:
                given = {column.name: table.value(row, column.name) for column in table.schema.columns}
                until = f" to {day(last)}" if last != FOREVER else ""
                found.append(f"{_arrangement(given, one)} In effect from {day(first)}{until}.")
        return found


def _changed(changes: Table, row: int, currency: str) -> Iterator[str]:
    for name, label in _CHANGED.items():
        value = changes.value(row, name)
        if value is None:
            continue
        if name == "fte" and value == 0:
            yield "Unpaid leave begins (FTE 0%)"
            continue
        shown = money(value, currency) if name in _MONEY else ratio(value) if name in _RATIOS else str(value)
        yield f"{label}: {shown}"


def _versions(book: PlanBook, one: YearTerms) -> Iterator[tuple[int, str]]:
    """Versions of the plan and its components that begin or end inside the plan year."""
    for plan in book.versions(one.plan.plan_id):
        if plan.valid_from and one.first < plan.valid_from <= one.last:
            yield plan.valid_from, "The plan has new terms; you get a letter for them"
    every = book.overlapping(one.plan.plan_id, one.first, one.last)
    for terms in every:
        name = terms.component_name or terms.component_id
        earlier = any(_precedes(other, terms) for other in every)
        later = any(_precedes(terms, other) for other in every)
        if terms.valid_from and one.first < terms.valid_from <= one.last:
            yield terms.valid_from, f"{name}: {'new terms' if earlier else 'begins'}"
        if terms.valid_to and one.first <= terms.valid_to < one.last and not later:
            yield terms.valid_to, f"{name}: last day"


def _precedes(one: ComponentTerms, other: ComponentTerms) -> bool:
    return one.component_id == other.component_id and (one.valid_from or 0) < (other.valid_from or 0)


_OF: Final = {
    "above_draw": "of what you earn above the draw",
    "earned": "of what you earn, which may leave less than the draw",
    "earned_above_draw": "of what you earn, but never so much that less than the draw is left",
}


def _arrangement(given: dict[str, Any], one: YearTerms) -> str:
    currency, period = one.plan.currency, PERIODS[one.plan.pay_period]
    if given["kind"] == "holdback":
        return (
            f"Holdback: {ratio(given['amount'])} of what you earn is held back, and paid when it is released."
        )
    amount = money(given["amount"], currency)
    if given["kind"] == "guarantee":
        return f"Guarantee: you are paid at least {amount} for a full {period}."
    said = f"Draw: {amount} for a full {period} is paid in advance. If you earn less, the difference is"
    if not given["recoverable"]:
        return f"{said} yours to keep."
    said += f" a balance that is recovered later, with at most {ratio(given['recovery_share'])}"
    said += f" {_OF[given['recovery_of']]}"
    if given["recovery_start"] and given["recovery_start"] > 1:
        said += f", from the {_ordinal(int(given['recovery_start']))} {period} of the draw on"
    if given["opening_balance"]:
        said += f". The balance before the first one is {money(given['opening_balance'], currency)}"
    return f"{said}."


def _ordinal(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ends.get(number % 10, 'th')}"
