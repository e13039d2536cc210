"""Check a workbook with LibreOffice: open the file, recalculate every formula, and compare each cell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import VALUE, Issue
from csm_xl.libreoffice import bridge
from csm_xl.libreoffice.addin import write_oxt
from csm_xl.libreoffice.install import add, answered
from csm_xl.libreoffice.office import Office, private_folder, require_file
from csm_xl.workbook.own_functions import OURS, load
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.followers import followers
from csm_xl.xlsx.mentions import mentions
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, patch
from csm_xl.xlsx.values import ErrorCell

NEAR: Final = 1e-9
"""Allowed difference from the stored number, absolute or relative."""
_FORMULAS: Final = 16  # com.sun.star.sheet.CellFlags.FORMULA
_ANSWERS_WITHIN: Final = 60.0
_NUMBERS: Final = 1  # com.sun.star.sheet.FormulaResult.VALUE
_ERROR_RESULTS: Final = 4  # com.sun.star.sheet.FormulaResult.ERROR
_ERRORS: Final = {
    502: "#VALUE!", 503: "#NUM!", 504: "#VALUE!", 519: "#VALUE!", 521: "#NULL!", 523: "#NUM!",
    524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A",
}  # fmt: skip
"""Calc's numbers of errors and Excel's error values."""


def error_of(code: int) -> ErrorCell:
    """The error value of Excel for a number of Calc; one that Excel does not have keeps Calc's name.

    >>> error_of(32767), error_of(508)
    (#N/A, Err:508)
    """
    return ErrorCell(_ERRORS.get(code, f"Err:{code}"))


def recalculated(office: Office, path: Path, within: float = 300.0) -> dict[Place, Any]:
    """The value of every formula cell of a workbook after a hard recalculation.

    Numbers, dates as serials and booleans as 1 and 0; text; errors as `ErrorCell`.
    within: stop the office after this many seconds.
    Errors: the office cannot open the file, does not answer in time, or dies.
    """
    require_file(path)
    with _as_called(path) as there, office.answering(within, path):
        document = office.open(there)
        try:
            document.calculateAll()
            return {place: value for sheet in document.getSheets() for place, value in _shown(sheet)}
        finally:
            document.close(True)


@contextmanager
def _as_called(path: Path) -> Iterator[Path]:
    """A workbook whose functions LibreOffice knows: a copy of one that has them as an Office add-in's."""
    package = Package(path)
    if not load(package).of_addin:
        yield path
        return
    with private_folder("csm_xl_plain_") as folder:
        copy = folder / path.name
        patch(package, Edit(spelled=OURS.as_called), copy)
        yield copy


def _shown(sheet: Any) -> Iterator[tuple[Place, Any]]:
    """The formula cells of a sheet, one block at a time: one call per cell would take minutes.

    For a formula that returns a blank cell, ``=INDEX(A1:A3,2)``, Calc shows nothing and counts it as 0. Excel
    shows 0, and so does this function.
    """
    name = sheet.getName()
    wrong: dict[Place, ErrorCell] = {}
    blank = {
        place
        for address in sheet.queryFormulaCells(_NUMBERS).getRangeAddresses()
        for place, value in _block(sheet, name, address)
        if value == ""
    }
    for address in sheet.queryFormulaCells(_ERROR_RESULTS).getRangeAddresses():
        for row in range(address.StartRow, address.EndRow + 1):
            for column in range(address.StartColumn, address.EndColumn + 1):
                code = sheet.getCellByPosition(column, row).getError()
                wrong[Place(name, row + 1, column + 1)] = error_of(code)
    for address in sheet.queryContentCells(_FORMULAS).getRangeAddresses():
        for place, value in _block(sheet, name, address):
            yield place, wrong.get(place, 0.0 if place in blank else value)


def _block(sheet: Any, name: str, address: Any) -> Iterator[tuple[Place, Any]]:
    """The cells of an area and their values."""
    block = sheet.getCellRangeByPosition(
        address.StartColumn, address.StartRow, address.EndColumn, address.EndRow
    )
    for down, row in enumerate(block.getDataArray(), address.StartRow + 1):
        for across, value in enumerate(row, address.StartColumn + 1):
            yield Place(name, down, across), value


def judged(office: Office, path: Path, within: float = 300.0) -> list[Issue]:
    """The cells where LibreOffice and the stored values differ, or that show an error.

    office: one with the add-in. All formula cells are compared, native and ``CSM_``.
    Errors: as `recalculated`.
    """
    return list(differences(load(Package(path)), recalculated(office, path, within)))


def judge(path: Path, within: float = 300.0) -> tuple[list[Issue], int]:
    """`judged` by a private office with the add-in of this environment; and how many cells were compared.

    Errors: as `recalculated`, and LibreOffice is missing, too old or runs another Python.
    """
    require_file(path)
    book = load(Package(path))
    with office_with_functions() as office:
        shown = recalculated(office, path, within)
    return list(differences(book, shown)), len(shown)


def answer() -> str:
    """The result of ``=CSM_VERSION()`` in a private office with the add-in of this environment.

    Errors: as `office_with_functions`; the office dies or does not answer.
    """
    with office_with_functions() as office, office.answering(_ANSWERS_WITHIN, bridge.soffice()):
        return answered(office)


@contextmanager
def office_with_functions() -> Iterator[Office]:
    """A private office with the add-in of this environment.

    Errors: LibreOffice is missing, too old or runs another Python.
    """
    bridge.require_python()
    with private_folder("csm_xl_judge_") as folder:
        profile = folder / "profile"
        oxt = write_oxt(folder / "csm_xl.oxt")
        with Office(profile) as office:
            add(office, oxt)
        with Office(profile) as office:
            yield office


def differences(book: Book, shown: dict[Place, Any]) -> Iterator[Issue]:
    """The cells of a workbook whose stored value differs from the office's value.

    Cells that call CSM_ERROR and their dependents are skipped, since each spreadsheet has its own error log.
    """
    asked = {place for place, formula in book.formulas.items() if "CSM_ERROR(" in formula.upper()}
    aside = asked | followers(book, mentions(book).areas, asked)
    for place in book.filled():
        if place in aside:
            continue
        stored, found = book.stored.get(place), shown.get(place)
        if place not in shown:
            yield Issue(
                VALUE,
                "LibreOffice has no formula in this cell",
                str(place),
                stored,
                "Build the workbook again.",
            )
        elif not agree(stored, found):
            yield Issue(VALUE, f"LibreOffice calculates {_named(found)!r}", str(place), _named(stored),
                        "Refresh the workbook.")  # fmt: skip
        elif isinstance(found, ErrorCell):
            yield Issue(
                VALUE, "the cell shows an error", str(place), found.text, "Fix the cells it depends on."
            )


def agree(stored: Any, shown: Any) -> bool:
    """Whether a stored value equals the office's value: TRUE as 1, a blank as empty text.

    >>> agree(True, 1.0), agree(None, ""), agree(0.1 + 0.2, 0.3), agree("a", "b")
    (True, True, True, False)
    """
    if isinstance(stored, ErrorCell) or isinstance(shown, ErrorCell):
        return bool(stored == shown)
    if isinstance(stored, (bool, float, int)) and isinstance(shown, float):
        return abs(stored - shown) <= NEAR * max(1.0, abs(stored), abs(shown))
    return ("" if stored is None else stored) == ("" if shown is None else shown)


def _named(value: Any) -> Any:
    return value.text if isinstance(value, ErrorCell) else value
