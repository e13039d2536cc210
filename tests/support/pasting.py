"""A paste into the sheet Import of a workbook file, as if somebody had made it and saved."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from csm_xl.workbook.sheets.import_paste import PASTE, REPORT
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.named_cells import named_places
from csm_xl.xlsx.package import Package, Region
from csm_xl.xlsx.patch import Edit, patch

Rows = Sequence[Sequence[Any]]


def of_text(text: str) -> list[list[Any]]:
    """The rows of a CSV text, every cell as text, as Excel pastes them from a text editor."""
    return [list(row) for row in csv.reader(io.StringIO(text))]


def places(path: Path) -> dict[str, Place]:
    package = Package(path)
    names = {name.casefold(): refers for name, refers in package.names.items()}
    return named_places(names, list(package.sheets))


def write(path: Path, cells: dict[Place, Any]) -> None:
    """Set cells of a workbook file, as a save would."""
    package = Package(path)
    new = path.with_name(f"new_{path.name}")
    patch(package, Edit(cells=cells), new)
    new.replace(path)


def paste(path: Path, rows: Rows, at: Place | None = None) -> None:
    """Empty the paste of a workbook, and paste rows at its corner, or elsewhere."""
    corner = places(path)[PASTE]
    old = {Place(corner.sheet, *spot): None for spot in Package(path).cells(corner.sheet).values
           if spot[0] >= corner.row and spot[1] >= corner.column}  # fmt: skip
    at = at or corner
    new = {Place(at.sheet, at.row + down, at.column + across): cell
           for down, row in enumerate(rows) for across, cell in enumerate(row)}  # fmt: skip
    write(path, old | new)


def setting(path: Path, name: str, value: Any) -> None:
    write(path, {places(path)[name]: value})


def region(path: Path, name: str) -> Region:
    return next(one for one in Package(path).tables() if one.name == name)


def rows_of(path: Path, name: str) -> list[dict[str, Any]]:
    """The rows of an Excel table, by header."""
    package = Package(path)
    one = next(each for each in package.tables() if each.name == name)
    values = package.cells(one.sheet).values
    rows = [{header: values.get((row, column)) for column, header in enumerate(one.headers, one.first_column)}
            for row in range(one.first_row + 1, one.last_row + 1)]  # fmt: skip
    return [row for row in rows if any(cell is not None for cell in row.values())]


def report(path: Path) -> list[dict[str, Any]]:
    return rows_of(path, REPORT)


def kinds(path: Path) -> list[str]:
    return [str(row["Kind"]) for row in report(path)]


def answer(path: Path, question: str, said: Any) -> None:
    """Type an answer beside the question that begins so."""
    one = region(path, REPORT)
    at = next(
        number for number, row in enumerate(report(path)) if str(row["What was found"]).startswith(question)
    )
    column = one.first_column + one.headers.index("Answer")
    write(path, {Place(one.sheet, one.first_row + 1 + at, column): said})
