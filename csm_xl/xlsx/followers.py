"""The formulas of a workbook that depend on some of its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.dependents import Area, Dependents
from csm_xl.xlsx.references import referred

Areas = Mapping[Place, Sequence[Area]]
"""The areas that the formula at each place names."""


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


def named_areas(expanded: Mapping[Place, str]) -> Areas:
    """What formulas with plain references name, as `expand` gives them."""
    return {place: referred(formula, place.sheet) for place, formula in expanded.items()}
