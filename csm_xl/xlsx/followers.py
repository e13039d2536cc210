"""The formulas of a workbook that depend on some of its cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from csm_xl.xlsx.addresses import LAST_ROW, Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.dependents import Area, Dependents
from csm_xl.xlsx.references import referred

Areas = Mapping[Place, Sequence[Area]]
"""The areas that the formula at each place names."""
_WIDE: Final = 64  # columns; an area of more is not taken column by column


def followers(
    book: Book, areas: Areas, cells: Iterable[Place], ends: Callable[[Place], bool] = lambda _: False
) -> set[Place]:
    """The formula cells that depend on some cells, however far.

    areas: what each formula names. ends: the formulas through which nothing passes on.
    """
    dependents = Dependents(areas)
    fresh = set(cells)
    found = set(fresh)
    while fresh:
        reached = dependents.next((one.sheet.casefold(), one.row, one.column) for one in fresh)
        fresh = {cell for place in reached if not ends(place) for cell in book.filled_by(place)} - found
        found |= fresh
    return found.difference(cells)


def direct_followers(areas: Areas, cells: Iterable[Place]) -> set[Place]:
    """The formulas that name one of some cells.

    areas: what each formula names.
    """
    found = Dependents(areas).next((one.sheet.casefold(), one.row, one.column) for one in cells)
    return set(found)


def direct_sources(areas: Areas, cells: Iterable[Place]) -> set[Place]:
    """Those of some cells that one of the formulas names.

    areas: what each formula names.
    """
    rows: dict[tuple[str, int], list[tuple[int, int]]] = {}
    wide: set[Area] = set()
    for area in {one for some in areas.values() for one in some}:
        sheet, top, left, bottom, right = area
        if right - left >= _WIDE:
            wide.add(area)
            continue
        for column in range(left, right + 1):
            rows.setdefault((sheet, column), []).append((top, bottom))
    merged = {at: _merged(some) for at, some in rows.items()}

    def is_named(cell: Place) -> bool:
        sheet = cell.sheet.casefold()
        some = merged.get((sheet, cell.column), ())
        at = bisect_right(some, (cell.row, LAST_ROW)) - 1
        if at >= 0 and some[at][1] >= cell.row:
            return True
        return any(one[0] == sheet and one[1] <= cell.row <= one[3] and one[2] <= cell.column <= one[4]
                   for one in wide)  # fmt: skip

    return {cell for cell in cells if is_named(cell)}


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of rows in order, none of which meet.

    >>> _merged([(5, 9), (1, 3), (3, 4), (6, 7)])
    [(1, 4), (5, 9)]
    """
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def named_areas(expanded: Mapping[Place, str]) -> Areas:
    """What formulas with plain references name, as `expand` gives them."""
    return {place: referred(formula, place.sheet) for place, formula in expanded.items()}
