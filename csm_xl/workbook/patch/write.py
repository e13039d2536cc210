"""The patch as a whole: which parts change, and the file that comes of it."""

from __future__ import annotations

from pathlib import Path

from csm_xl.workbook.evaluate import Book
from csm_xl.workbook.package import Package
from csm_xl.workbook.patch.edit import Edit


def moved(book: Book, package: Package, edit: Edit) -> Book:
    """The workbook with the edit's tables, cells and arrays in place, its formulas still to be calculated.

    book: the workbook as `evaluate.load` reads it from the same package; it is left as it is.
    Errors: as `patch`.
    """
    raise NotImplementedError


def patched(package: Package, edit: Edit) -> bytes:
    """The workbook file with the edit, as bytes; errors as `patch`."""
    raise NotImplementedError


def patch(package: Package, edit: Edit, target: Path) -> None:
    """Write the workbook with the edit to a file, and check that it opens and has every part.

    What stands beneath a table that needs its rows moves down, as when Excel inserts cells; references
    follow. A table that shrinks leaves blank cells and moves nothing, so that no reference is lost.
    Errors: a table, cell or array that is not there; rows of another width than the table; a cell with a
        formula where a value should go; a value that no cell can hold; a sheet that would overflow.
    """
    raise NotImplementedError
