"""Formulas that give another value than the file has: nobody had it calculated since its inputs changed.

LibreOffice keeps the 0 that pandas and XlsxWriter store for each formula, and the file no longer says that
it waits for a calculation.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import date
from typing import Any, Final

from csm_xl.errors import CsmError
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import load
from csm_xl.xlsx.cells import Spot
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.proof import alone_in, prove
from csm_xl.xlsx.serial_dates import day_of
from csm_xl.xlsx.uncalculated import stored_zeros

_NEAR: Final = 1e-9


def outdated(package: Package, sheet: str, spots: Collection[Spot]) -> dict[Spot, str]:
    """Of some cells of a sheet, those whose formula gives another value than is stored, with what is said.

    A formula that cannot be calculated here, such as one that reads another file, is not among them.
    """
    cells = package.cells(sheet)
    if cells.formulas.keys().isdisjoint(spots):
        return {}
    try:
        book = load(package)
    except CsmError:  # what cannot be loaded cannot be calculated
        return {}
    # A 0 says nothing of how it was calculated: it may be what was there before any calculation.
    written = prove(book, alone_in(book), lambda _: (), unset=stored_zeros(book)).written
    found = {}
    for spot in sorted(cells.formulas.keys() & set(spots)):
        place = Place(sheet, *spot)
        if place in written and place in book.stored and not _is_near(written[place], book.stored[place]):
            found[spot] = outdated_words(written[place], book.stored[place], spot in cells.numbers)
    return found


def _is_near(gives: Any, has: Any) -> bool:
    """Whether two numbers differ in their last digits alone, as two programs may."""
    numbers = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in (gives, has))
    return bool(numbers and math.isclose(gives, has, rel_tol=_NEAR, abs_tol=_NEAR))


def outdated_words(gives: Any, has: Any, of_day: bool = False) -> str:
    """What is said of a formula that gives another value than the file has. of_day: a day, as a number."""
    return f"the formula gives {_shown(gives, of_day)}, and the file has {_shown(has, of_day)}"


def _shown(value: Any, of_day: bool) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return repr(value) if isinstance(value, str) else str(value)
    if of_day and value >= 1:
        return date.fromordinal(day_of(int(value))).isoformat()
    return f"{value:,.10g}"
