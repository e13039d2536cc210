"""Sheets of the owner's own that say something about people which nobody reads: last days, other quotas."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from csm_xl.errors import VALUE, Issue, listed
from csm_xl.plan.cells import is_blank, text
from csm_xl.plan.must_not_count import says_not_to_pay
from csm_xl.plan.raw import RawTable
from csm_xl.plan.unknown_columns import header_words, pay_word
from csm_xl.workbook.layout import CLASSES
from csm_xl.xlsx.addresses import letters, quoted
from csm_xl.xlsx.cells import Cells
from csm_xl.xlsx.package import Package

_NAMES: Final = ("employee_id", "employee_name")
_REPORTED: Final = frozenset({
    "paid", "pay", "payout", "payouts", "payment", "amount", "total", "earned", "commission", "bonus",
    "actual", "attainment", "variable", "salary", "base", "currency",
})  # fmt: skip
"""Words of what people list about pay that is made elsewhere."""
_HEADER_WITHIN: Final = 10
_TOLD: Final = 8
_WORD: Final = re.compile(r"[\w-]+")


def own_sheets(package: Package, rosters: Sequence[RawTable], read: Collection[str]) -> list[Issue]:
    """A warning for each sheet that names people of the roster beside typed figures or days whose header
    speaks of pay, and that no table is on.

    rosters: the tables of people. read: the sheets that are read, or are reported
    as ranges that look like tables.
    What formulas show, and what was paid, is a report of the owner's own; and a sheet that formulas look up
    is used.
    """
    people = {name for raw in rosters for name in _people(raw)}
    found = []
    for sheet in package.sheets if people else ():
        if sheet not in read and sheet not in CLASSES:
            found += [issue for issue in _of_sheet(sheet, package.cells(sheet), people)
                      if not _is_looked_up(package, sheet)]  # fmt: skip
    return found


def _is_looked_up(package: Package, sheet: str) -> bool:
    """Whether a formula of another sheet names a sheet."""
    named = (f"{sheet}!".casefold(), f"{quoted(sheet)}!".casefold())
    return any(
        name in formula.casefold()
        for other in package.sheets if other != sheet
        for formula in package.cells(other).formulas.values() for name in named
    )  # fmt: skip


def _people(raw: RawTable) -> Iterator[str]:
    from csm_xl.plan.table_reading import headers_of

    headers = headers_of(raw)
    for at in (headers.index(name) for name in _NAMES if name in headers):
        for row in raw.rows[1:]:
            if at < len(row) and not is_blank(row[at]) and isinstance(row[at], str | int | float):
                yield str(text(row[at]))


def _of_sheet(sheet: str, cells: Cells, people: Collection[str]) -> list[Issue]:
    typed = {spot: value for spot, value in cells.values.items()
             if spot not in cells.formulas and not is_blank(value)}  # fmt: skip
    of_people = [spot for spot, value in typed.items() if _name(value) in people]
    if not of_people:
        return list(_sentences(sheet, typed, people))
    columns = [column for _, column in of_people]
    usual = max(dict.fromkeys(columns), key=columns.count)
    rows = sorted(row for row, column in of_people if column == usual)
    first = max(rows[0] - _HEADER_WITHIN, 1)
    headers = {column: str(value) for row in range(rows[0] - 1, first - 1, -1)
               for (at, column), value in typed.items() if at == row and isinstance(value, str)}  # fmt: skip
    said = [header for column, header in sorted(headers.items()) if column != usual and _is_new(header)
            and any((row, column) in typed for row in rows)]  # fmt: skip
    if not said:
        return []
    who = list(dict.fromkeys(str(_name(typed[row, usual])) for row in rows))
    what = f"this sheet names people of the roster, and is not read: {listed(said)} of {listed(who, _TOLD)}"
    where = f"{quoted(sheet)}!{letters(usual)}{rows[0]}"
    hint = "Type what changes pay into the table that holds it, such as leave_date of the roster."
    return [Issue(VALUE, what, where, None, f"{hint} None needed for a list of your own.", "warning")]


def _sentences(sheet: str, typed: Mapping[tuple[int, int], Any], people: Collection[str]) -> Iterator[Issue]:
    """Sentences of which one names a person of the roster and says not to pay."""
    for (row, column), value in sorted(typed.items()):
        if (
            isinstance(value, str)
            and says_not_to_pay(value)
            and any(word in people for word in _WORD.findall(value))
        ):
            what = "this cell says that somebody is not paid, and is not read"
            hint = "Type what changes pay into the table that holds it, such as adjustments."
            place = f"{quoted(sheet)}!{letters(column)}{row}"
            yield Issue(VALUE, what, place, value, f"{hint} None needed if it is done.", "warning")


def _name(value: Any) -> str | None:
    return text(value) if isinstance(value, str | int | float) else None


def _is_new(header: str) -> bool:
    """Whether a header speaks of what changes pay, and of nothing that reports do.

    >>> _is_new("Last day"), _is_new("Amount paid"), _is_new("Phone")
    (True, False, False)
    """
    return bool(pay_word(header)) and _REPORTED.isdisjoint(header_words(header))
