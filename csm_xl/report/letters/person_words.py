"""What is one person's own: name, dated changes in the plan year, arrangements, goals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from csm_xl.analysis.letter_pay.terms import YearTerms
from csm_xl.errors import CsmError
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.model import ComponentTerms, PlanBook, version_ends
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.report.letters.sentences import PERIODS, day, money, ratio

_NAMES: Final = ("employee_name", "first_name", "last_name")


def person_name(roster: Table, row: int) -> str:
    """The name of a person, where the roster has names; otherwise the employee_id."""
    known = {name: roster.value(row, name) for name in _NAMES if name in roster.columns}
    whole = known.get("employee_name") or " ".join(
        str(part) for part in (known.get("first_name"), known.get("last_name")) if part
    )
    return str(whole or roster.value(row, "employee_id"))


def row_of(roster: Table, employee_id: str) -> int:
    """The row of a person on the roster."""
    return int(roster.columns["employee_id"].tolist().index(employee_id))


_CHANGED: Final = {
    "base_salary": "Base salary", "fte": "FTE", "plan_id": "Plan", "target_ratio": "Target, of salary",
    "target_amount": "Annual target", "ote": "On-target earnings", "base_share": "Base share of OTE",
    "team": "Team", "division": "Division", "location": "Location", "level": "Level", "manager_id": "Manager",
}  # fmt: skip
_MONEY: Final = ("base_salary", "target_amount", "ote")
_RATIOS: Final = ("fte", "target_ratio", "base_share")


def dated_changes(tables: Tables, one: YearTerms) -> list[tuple[int, str]]:
    """What changes for a person inside the plan year: the day, and what it is, in time."""
    roster, changes = tables["roster"], tables["changes"]
    row = row_of(roster, one.employee_id)
    found: list[tuple[int, str]] = []
    hired, left = roster.value(row, "hire_date"), roster.value(row, "leave_date")
    if hired and one.first < hired <= one.last:
        found.append((hired, "First paid day"))
    if left and one.first <= left < one.last:
        found.append((left, "Last paid day"))
    for at, who in enumerate(changes.columns["employee_id"].tolist()):
        on = changes.value(at, "from")
        if who == one.employee_id and one.first <= on <= one.last:
            found += [(on, said) for said in _changed(changes, at, one.plan.currency)]
    found += _versions(tables, one)
    return sorted(dict.fromkeys(found), key=lambda each: each[0])


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


def _versions(tables: Tables, one: YearTerms) -> Iterator[tuple[int, str]]:
    """Versions of the plan and its components that begin or end inside the plan year."""
    book = PlanBook(tables)
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


def arrangements(tables: Tables, one: YearTerms) -> list[str]:
    """A person's draws, guarantees and holdbacks of the plan year, in words."""
    table = tables["arrangements"]
    ends = version_ends(table, ("employee_id", "kind"), "from", "to")
    found = []
    for row, who in enumerate(table.columns["employee_id"].tolist()):
        first, last = table.value(row, "from"), ends[row] or FOREVER
        if who == one.employee_id and first <= one.last and last >= one.first:
            given = {column.name: table.value(row, column.name) for column in table.schema.columns}
            until = f" to {day(last)}" if last != FOREVER else ""
            found.append(f"{_arrangement(given, one)} In effect from {day(first)}{until}.")
    return found


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


def goals_of(
    tables: Tables, one: YearTerms, terms: ComponentTerms, column: str = "measure"
) -> list[tuple[str, float]]:
    """The goals of a component that are known for the plan year: of the person, the team or the company.

    Each with its pay period; a goal of the person's own comes in place of that of results.
    column: the parameter that names the measure.
    """
    periods = {period.name: period for period in one.periods if period.kind == terms.pay_cycle}
    found: dict[str, float] = {}
    results, calendar = tables["results"], Calendar(tables["periods"])
    owner = _owner(tables, one, terms.scope)
    measure = str(terms.values.get(column) or "")
    for row in range(results.rows):
        goal = results.value(row, "goal")
        named = (results.columns["scope"][row], results.columns["measure"][row])
        who = results.columns["id"][row]
        if goal is None or named != (terms.scope, measure) or (terms.scope != "company" and who != owner):
            continue
        try:
            name = calendar.find(results.columns["period"][row]).name
        except CsmError:
            continue  # of a period that the calendar no longer has
        if name in periods:
            found[name] = goal
    targets = tables["targets"]
    own = [
        (targets.value(row, "from") or 0, targets.value(row, "goal")) for row in range(targets.rows)
        if (targets.columns["employee_id"][row], targets.columns["component_id"][row])
        == (one.employee_id, terms.component_id)
    ]  # fmt: skip
    for name, period in () if terms.own_unit else periods.items():
        stated = [
            goal
            for begins, goal in sorted(own, key=lambda each: each[0])
            if goal is not None and begins <= period.end
        ]
        if stated:
            found[name] = stated[-1]
    return [(name, found[name]) for name in periods if name in found]


def _owner(tables: Tables, one: YearTerms, scope: str) -> str:
    if scope == "individual":
        return one.employee_id
    roster, changes = tables["roster"], tables["changes"]
    team = roster.value(row_of(roster, one.employee_id), "team")
    dated = [
        (changes.value(row, "from"), changes.value(row, "team")) for row in range(changes.rows)
        if changes.columns["employee_id"][row] == one.employee_id and changes.value(row, "team")
    ]  # fmt: skip
    for on, name in sorted(dated):
        team = name if on <= one.day else team
    return str(team or "")


def personal_goals(tables: Tables, one: YearTerms) -> list[tuple[str, str, str]]:
    """A person's personal goals of the plan year that are known: the periods, the goal and its weight."""
    table = tables["goals"]
    names = {period.name for period in one.periods}
    found: dict[tuple[str, str], list[str]] = {}
    for row, who in enumerate(table.columns["employee_id"].tolist()):
        period = str(table.columns["period"][row])
        if who == one.employee_id and period in names:
            goal = (str(table.columns["goal"][row]), ratio(table.columns["weight"][row]))
            found.setdefault(goal, []).append(period)
    return [(", ".join(periods), goal, weight) for (goal, weight), periods in found.items()]
