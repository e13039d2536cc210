"""Formulas that call a ``CSM_`` function which this version of csm_xl does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csm_xl import __version__
from csm_xl.errors import NOT_FOUND, Issue, listed
from csm_xl.workbook.operations.resaved import called_csm
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book

_LISTED: Final = 8


def newer_functions(book: Book) -> Iterator[Issue]:
    """One finding for each unknown function: Excel shows #NAME? there, and nothing can calculate it."""
    unknown: dict[str, list[Place]] = {}
    for place, formula in book.formulas.items():
        for name in called_csm(formula):
            if name not in book.functions.calls:
                unknown.setdefault(name, []).append(place)
    for name, places in unknown.items():
        first, *more = places
        also = f" It is also called in {listed(map(str, more), _LISTED)}." if more else ""
        yield Issue(
            NOT_FOUND, f"the formula calls {name}, which csm_xl {__version__} does not have", str(first),
            book.formulas[first], f"Correct the name, or update csm_xl.{also}",
        )  # fmt: skip
