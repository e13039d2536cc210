"""The user's own sheets with facts about people or deals that csm_xl does not read: last days, other quotas,
amounts owed, new people, canceled deals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from csm_xl.errors import VALUE, Issue, listed
from csm_xl.plan.cells import is_blank, text
from csm_xl.plan.must_not_count import lists_exceptions, says_not_to_pay
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import schemas
from csm_xl.plan.unknown_columns import header_words, meant_column, pay_word
from csm_xl.workbook.layout import CLASSES
from csm_xl.xlsx.addresses import letters, quoted
from csm_xl.xlsx.package import Package

_IDS: Final = {"roster": ("employee_id",), "deals": ("deal_id",)}
_NAMES: Final = ("employee_name", "email")
_REPORTED: Final = frozenset({
    "paid", "pay", "payout", "payouts", "payment", "amount", "total", "earned", "commission", "bonus",
    "actual", "attainment", "variable", "salary", "base", "currency",
})  # fmt: skip
"""Words of what people list about pay that is made elsewhere."""
_OWED: Final = frozenset({
    "spif", "spiffs", "spifs", "correction", "corrections", "owed", "reason",
})  # fmt: skip
"""Words by which a list is of what must still be paid."""
_LATER: Final = frozenset({"new", "revised", "corrected", "missing", "missed", "additional", "extra"})
"""Words by which what is beside them is not what was paid."""
_HEADER_WITHIN: Final = 10
_MANY: Final = 200
"""How many rows of a list are searched."""
_HEADER_ROWS: Final = 30
"""The header of a list is within this many rows with text."""
_TOLD: Final = 8
_WORD: Final = re.compile(r"[\w-]+")


def own_sheets(package: Package, tables: Sequence[RawTable], read: Collection[str]) -> list[Issue]:
    """A warning for each sheet without a table that lists people of the roster with typed figures or dates
    under a header about pay, deals that it calls canceled, or new people.

    tables: those of people and of deals. read: the sheets that are read, or are reported
    as ranges that look like tables.
    Formulas and amounts that were paid are reports of the user's own, and a sheet that formulas look up is
    used: neither gets a warning.
    """
    people = {name for raw in tables for name in (*_ids(raw, "roster"), *_people(raw))}
    deals = {name for raw in tables for name in _ids(raw, "deals")}
    found = []
    for sheet in package.sheets if people else ():
        if sheet not in read and sheet not in CLASSES:
            found += [issue for issue in _of_sheet(sheet, _typed(package, sheet), people, deals)
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


def _ids(raw: RawTable, table: str) -> Iterator[str]:
    """The IDs of a table, exactly as they are typed; of another table none."""
    headers = _headers(raw)
    if ("deal_id" in headers) == (table == "deals"):
        yield from (name for column in _IDS[table] for name in _column(raw, headers, column))


def _people(raw: RawTable) -> Iterator[str]:
    """The names and addresses of the people of a roster, casefolded."""
    headers = _headers(raw)
    for column in _NAMES:
        yield from (name.casefold() for name in _column(raw, headers, column))
    if "first_name" in headers and "last_name" in headers:
        at, behind = headers.index("first_name"), headers.index("last_name")
        for row in raw.rows[1:]:
            first, last = (str(row[one] or "") if one < len(row) else "" for one in (at, behind))
            if first and last:
                yield from (f"{first} {last}".casefold(), f"{last}, {first}".casefold())


def _headers(raw: RawTable) -> list[str]:
    from csm_xl.plan.table_reading import headers_of

    return headers_of(raw)


def _column(raw: RawTable, headers: Sequence[str], column: str) -> Iterator[str]:
    at = headers.index(column) if column in headers else len(headers)
    for row in raw.rows[1:]:
        if at < len(row) and not is_blank(row[at]) and isinstance(row[at], str | int | float):
            yield str(text(row[at]))


def _typed(package: Package, sheet: str) -> dict[tuple[int, int], Any]:
    """What is typed on a sheet, but on Control in tables: a scenario of one person is read."""
    cells = package.cells(sheet)
    tables = [one for one in package.tables() if one.sheet == sheet] if sheet == "Control" else []
    return {
        (row, column): value for (row, column), value in cells.values.items()
        if (row, column) not in cells.formulas and not is_blank(value)
        and not any(one.first_row <= row <= one.last_row and one.first_column <= column <= one.last_column
                    for one in tables)
    }  # fmt: skip


def _of_sheet(
    sheet: str, typed: Mapping[tuple[int, int], Any], people: Collection[str], deals: Collection[str]
) -> list[Issue]:
    if listing := _Listing.of(typed, people):
        said = listing.said(_is_new)
        stated = lists_exceptions(sheet)
        return [_named(sheet, listing, "people of the roster", said, "such as leave_date of the roster")
                ] if said or stated else []  # fmt: skip
    if listing := _Listing.of(typed, deals):
        said = listing.said(lists_exceptions)
        if said or lists_exceptions(sheet):
            return [_named(sheet, listing, "deals", said, "or take the deals out of deals")]
    return [*_sentences(sheet, typed, people), *_new_people(sheet, typed)]


@dataclass(frozen=True, slots=True)
class _Listing:
    """A column of a sheet that names people or deals: where, and what is above.

    headers: column → the text next above its rows.
    """

    typed: Mapping[tuple[int, int], Any]
    column: int
    rows: list[int]
    headers: Mapping[int, str]

    @classmethod
    def of(cls, typed: Mapping[tuple[int, int], Any], names: Collection[str]) -> _Listing | None:
        """The column that holds most of some names; None where none is there."""
        spots = [spot for spot, value in typed.items() if _is_one(value, names)]
        if not spots:
            return None
        columns = [column for _, column in spots]
        usual = max(dict.fromkeys(columns), key=columns.count)
        rows = sorted(row for row, column in spots if column == usual)
        return cls(typed, usual, rows, _headers_above(typed, rows[0]))

    def said(self, speaks: Callable[[str], bool]) -> list[str]:
        """The headers that speak of something, with anything typed below in the rows that are named."""
        return [header for column, header in sorted(self.headers.items()) if column != self.column
                and speaks(header) and any((row, column) in self.typed for row in self.rows)]  # fmt: skip


def _headers_above(typed: Mapping[tuple[int, int], Any], row: int) -> dict[int, str]:
    """Column → the text next above a row."""
    first = max(row - _HEADER_WITHIN, 1)
    return {column: str(value) for above in range(first, row)
            for (at, column), value in typed.items() if at == above and isinstance(value, str)}  # fmt: skip


def _named(sheet: str, listing: _Listing, what: str, said: Sequence[str], place: str) -> Issue:
    who = listed(list(dict.fromkeys(str(_name(listing.typed[row, listing.column])) for row in listing.rows)),
                 _TOLD)  # fmt: skip
    message = f"this sheet names {what}, and is not read: {f'{listed(said)} of {who}' if said else who}"
    hint = f"Type what changes pay into the table that holds it, {place}. None needed for a list of your own."
    where = f"{quoted(sheet)}!{letters(listing.column)}{listing.rows[0]}"
    return Issue(VALUE, message, where, None, hint, "warning")


_OF_HIRING: Final = ("employee_id", "hire_date")
_OF_PAY: Final = frozenset({"base_salary", "plan_id"})


def _new_people(sheet: str, typed: Mapping[tuple[int, int], Any]) -> Iterator[Issue]:
    """A list that is none of people on the roster, with hire dates and salaries or plans: who is new."""
    schema = schemas({})["roster"]
    texts: dict[int, dict[int, str]] = {}
    for (at, column), value in typed.items():
        if isinstance(value, str):
            texts.setdefault(at, {})[column] = value
    for row in sorted(texts)[:_HEADER_ROWS]:
        headers = texts[row]
        meant = {(one.name if (one := meant_column(schema, header, by_spelling=False)) else ""): column
                 for column, header in headers.items()}  # fmt: skip
        if not meant.keys() >= {*_OF_HIRING} or _OF_PAY.isdisjoint(meant):
            continue
        column = meant["employee_id"]
        below = [at for at in range(row + 1, row + _MANY) if (at, column) in typed
                 and (at, meant["hire_date"]) in typed]  # fmt: skip
        if below:
            who = listed([str(_name(typed[at, column])) for at in below], _TOLD)
            what = f"this sheet lists people with hire dates, and is not read: {who}"
            hint = "Add them to the roster, if they are new. None needed for a list of your own."
            yield Issue(VALUE, what, f"{quoted(sheet)}!{letters(column)}{below[0]}", None, hint, "warning")
            return


def _sentences(sheet: str, typed: Mapping[tuple[int, int], Any], people: Collection[str]) -> Iterator[Issue]:
    """Sentences of which one names a person of the roster and says not to pay."""
    for (row, column), value in sorted(typed.items()):
        if (
            isinstance(value, str)
            and says_not_to_pay(value)
            and any(_is_one(word, people) for word in _WORD.findall(value))
        ):
            what = "this cell says that somebody is not paid, and is not read"
            hint = "Type what changes pay into the table that holds it, such as adjustments."
            place = f"{quoted(sheet)}!{letters(column)}{row}"
            yield Issue(VALUE, what, place, value, f"{hint} None needed if it is done.", "warning")


def _name(value: Any) -> str | None:
    return text(value) if isinstance(value, str | int | float) else None


def _is_one(value: Any, names: Collection[str]) -> bool:
    """Whether a cell is an ID, exactly as it is typed, or a name in any case."""
    said = _name(value)
    return said is not None and (said in names or said.casefold() in names)


def _is_new(header: str) -> bool:
    """Whether a header speaks of what changes pay, and of nothing that reports do.

    >>> _is_new("Last day"), _is_new("Amount paid"), _is_new("Phone"), _is_new("New salary")
    (True, False, False, True)
    """
    words = header_words(header)
    later = _REPORTED.isdisjoint(words) or not _LATER.isdisjoint(words)
    return not _OWED.isdisjoint(words) or (bool(pay_word(header)) and later)
