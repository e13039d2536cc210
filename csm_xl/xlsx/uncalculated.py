"""Formulas that nobody has calculated: pandas and XlsxWriter write 0 for each, and leave it to Excel."""

from __future__ import annotations

from typing import Final

from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.cells import Cells, Spot
from csm_xl.xlsx.package import Package

_MADE_HERE: Final = "csm_xl version"
"""The property of a workbook whose formulas this program has calculated."""


def waits(package: Package) -> bool:
    """Whether a program that does not calculate wrote the file, and left that to whoever opens it."""
    if _MADE_HERE in package.properties():
        return False
    settings = (one for one in package.tree(package.book).iter() if one.tag.endswith("}calcPr"))
    return any(one.get("fullCalcOnLoad") in ("1", "true") for one in settings)


def zeros(cells: Cells) -> set[Spot]:
    """The formula cells that keep 0, whatever their format shows: a 0 in a format of days is no date."""
    kept = {spot: cells.numbers.get(spot, cells.values.get(spot)) for spot in cells.formulas}
    return {spot for spot, value in kept.items() if value == 0 and not isinstance(value, bool)}


def stored_zeros(book: Book) -> set[Place]:
    """The formula cells of a whole workbook that keep 0."""
    return {place for place, value in book.stored.items() if value == 0 and not isinstance(value, bool)}
