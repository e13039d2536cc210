"""A workbook as the stand-in for Excel holds it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.serial_dates import plain
from csm_xl.xlsx.values import ErrorCell


def as_excel(path: Path) -> dict[str, Any]:
    """A workbook file for the stand-in; rows and columns count from 0."""
    package = Package(path)
    book = load(package)
    sheets: dict[str, Any] = {}
    for name in book.sheets:
        cells: dict[str, Any] = {}
        for (row, column), value in package.cells(name).values.items():
            if value is not None:
                shown = value.text if isinstance(value, ErrorCell) else plain(value)
                cells[f"{row - 1},{column - 1}"] = {"v": shown}
        sheets[name] = {"cells": cells, "locked": b"<sheetProtection" in package.read(package.sheets[name])}
    for place, formula in book.formulas.items():
        cells = sheets[place.sheet]["cells"]
        cells.setdefault(f"{place.row - 1},{place.column - 1}", {"v": ""})["f"] = formula
    tables = [
        {"name": one.name, "sheet": one.sheet, "row": one.first_row - 1, "column": one.first_column - 1,
         "height": one.last_row - one.first_row + 1, "width": len(one.headers)}
        for one in book.tables.values()
    ]  # fmt: skip
    names = {name: f"={cells.removeprefix('=')}" for name, cells in package.names.items()}
    arrays = [
        {"sheet": place.sheet, "row": place.row - 1, "column": place.column - 1, "height": rows,
         "width": columns, "dynamic": place in book.dynamic}
        for place, (rows, columns) in book.arrays.items()
    ]  # fmt: skip
    file = base64.b64encode(path.read_bytes()).decode()
    return {
        "sheets": sheets,
        "tables": tables,
        "names": names,
        "arrays": arrays,
        "name": path.name,
        "file": file,
    }
