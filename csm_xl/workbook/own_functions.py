"""The worksheet functions, as a recalculation of a workbook is handed them."""

from __future__ import annotations

from functools import partial
from typing import Final

from csm_xl.functions import REGISTRY, call
from csm_xl.functions.error_log import ERROR_LOG
from csm_xl.xlsx import book as xlsx_book
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.own_functions import OwnFunctions
from csm_xl.xlsx.package import Package

OURS: Final = OwnFunctions(
    "CSM_",
    {name: partial(call, name) for name in REGISTRY},
    ERROR_LOG.place,
    frozenset({"CSM_ERROR"}),
)
"""The functions of the registry. ``CSM_ERROR`` answers from what failed before, not from its arguments."""


def load(package: Package, as_filed: bool = False) -> Book:
    """The cells, formulas and stored values of a workbook file that may call the worksheet functions.

    as_filed: as for `csm_xl.xlsx.book.load`.
    """
    return xlsx_book.load(package, OURS, as_filed)
