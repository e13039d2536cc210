"""The formulas of a workbook that depend on some of its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.dependents import Dependents
from csm_xl.xlsx.references import referred


def followers(book: Book, expanded: Mapping[Place, str], cells: Iterable[Place]) -> set[Place]:
    """The formula cells that depend on some cells, however far.

    expanded: each formula with plain references, as `expand` gives it.
    """
    sources = {place: referred(formula, place.sheet) for place, formula in expanded.items()}
    dependents = Dependents(sources)
    fresh = set(cells)
    found = set(fresh)
    while fresh:
        reached = dependents.next((one.sheet.casefold(), one.row, one.column) for one in fresh)
        fresh = {cell for place in reached for cell in book.filled_by(place)} - found
        found |= fresh
    return found.difference(cells)


def direct_followers(expanded: Mapping[Place, str], cells: Iterable[Place]) -> set[Place]:
    """The formulas that name one of some cells.

    expanded: each formula with plain references, as `expand` gives it.
    """
    dependents = Dependents({place: referred(formula, place.sheet) for place, formula in expanded.items()})
    return set(dependents.next((one.sheet.casefold(), one.row, one.column) for one in cells))
