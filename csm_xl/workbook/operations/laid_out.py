"""Which formulas of a workbook the builder laid out, and which somebody else wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

from csm_xl.plan.names import header_name
from csm_xl.workbook.layout import ORDER
from csm_xl.workbook.operations.resaved import spelled
from csm_xl.workbook.page import Table, Template
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book

_T = TypeVar("_T")
_FORMER: Final = {"missing_actuals": "not_measured_yet", "how_to_fix_it": "how_to_mend_it"}
"""What columns that a refresh writes were called in workbooks of version 0.1.0."""
_TRUTH: Final = re.compile(r"\b(TRUE|FALSE)\(\)")


def laid_out(template: Template, book: Book) -> set[Place]:
    """The formulas of a workbook that are those of the builder.

    template: what the builder would lay out now. A formula that somebody typed over one of the builder's,
    beside its tables or on another sheet, is not among them.
    """
    found: set[Place] = set()
    for sheet in template.sheets:
        over = {at: place for table in sheet.tables for at, place in above(table, book)}
        for at, cell in sheet.cells.items():
            place = Place(sheet.name, *over.get(at, at))
            there = book.formulas.get(place)
            wanted = (cell.formula, cell.former)
            if there is not None and any(one and same_formula(there, one) for one in wanted):
                found.add(place)
        for table in sheet.tables:
            found.update(_columns(table, book))
    return found


def on_our_sheets(book: Book) -> set[Place]:
    """Every formula on the sheets that the builder makes, for a workbook of which no template can be had."""
    return {place for place in book.formulas if place.sheet in ORDER}


def _columns(table: Table, book: Book) -> Iterator[Place]:
    """The cells of the calculated columns of a table that hold the builder's formula, as it is today or as
    the file declares it for the column."""
    region = book.tables.get(table.name.casefold())
    if region is None:
        return
    at = by_header((header, at) for at, header in enumerate(region.headers, region.first_column))
    declared = by_header(region.formulas)
    for column in table.columns:
        place = found_under(at, column.header)
        if column.formula and place is not None:
            for row in range(region.first_row + 1, region.last_row + 1):
                cell = Place(region.sheet, row, place)
                there = book.formulas.get(cell)
                if same_formula(there, column.formula) or same_formula(
                    there, found_under(declared, column.header) or "="
                ):
                    yield cell


def by_header(each: Iterable[tuple[str, _T]]) -> dict[str, _T]:
    """By the whole header, and by the name of a header that is in the file with another unit: Change and
    Change (USD) have one name.

    >>> by_header([("Change", 1), ("Change (USD)", 2)])
    {'change': 2, 'Change': 1, 'Change (USD)': 2}
    """
    known = list(each)
    return {header_name(header): one for header, one in known} | dict(known)


def found_under(each: Mapping[str, _T], header: str) -> _T | None:
    """What `by_header` has under a header, under the name of one with another unit, or under what it was
    called in an older workbook; None without any.

    >>> found_under(by_header([("Change", 1), ("Change (USD)", 2)]), "Change")
    1
    >>> found_under(by_header([("Change (USD)", 2)]), "Change (EUR)")
    2
    >>> found_under(by_header([("How to mend it", 3)]), "How to fix it")
    3
    """
    name = header_name(header)
    return each.get(header, each.get(name, each.get(_FORMER.get(name, name))))


def above(table: Table, book: Book) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The cell of each total over a table, and where it is in a workbook that has other columns."""
    region = book.tables.get(table.name.casefold())
    headers = [header_name(header) for header in region.headers] if region else []
    for at, column in enumerate(table.columns):
        if region and column.total and (name := header_name(column.header)) in headers:
            row = table.top - 1
            yield (row, table.left + at), (row, region.first_column + headers.index(name))


def same_formula(one: Any, other: str) -> bool:
    """Whether two formulas are one, in whatever letters the functions and however the values TRUE and FALSE
    are written: LibreOffice calls them.

    >>> same_formula("=iferror(AND(A1:A3),FALSE())", "=IFERROR(AND(A1:A3),FALSE)"), same_formula(1.0, "=1")
    (True, False)
    """
    if not isinstance(one, str):
        return False
    if one.removeprefix("=") == other.removeprefix("="):
        return True
    said, wanted = (_TRUTH.sub(r"\1", spelled(text.removeprefix("="))) for text in (one, other))
    return said == wanted
