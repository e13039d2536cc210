"""A process that updates a workbook, again and again or once: ``python -m benchmarks._updater FILE [NAME]``.

Without a name it counts on for ever, so that it can be killed at any moment. With one it adds one row
with its name to the log, as one of several at once, and says what became of it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from csm_xl.errors import CsmError
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.atomic import held
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, patch, sound

ROWS = 150
"""How many rows of the table say which update wrote them."""


def count_on(path: Path) -> None:
    """One update: the cell, the property and every row of the table say the next number."""
    with held(path) as file:
        package = Package(file.path)
        number = int(package.properties()["Updates"]) + 1
        rows = [[f"row {at}", number, None] for at in range(ROWS + number % 7)]
        edit = Edit({"tblOut": rows}, {Place("Out", 1, 2): number}, properties={"Updates": str(number)})
        file.replace(lambda new: patch(package, edit, new), sound(package))


def add_name(path: Path, name: str) -> None:
    """Add one row to the log, behind those that are there."""
    with held(path, wait=60) as file:
        package = Package(file.path)
        said = package.properties()["Names"].split()
        edit = Edit({"tblOut": [[one, 0, None] for one in [*said, name]]},
                    properties={"Names": " ".join([*said, name])})  # fmt: skip
        file.replace(lambda new: patch(package, edit, new), sound(package))


def make(path: Path) -> Path:
    """The workbook to update: a table with a formula, a cell, and things that must stay."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    out, own = book.add_worksheet("Out"), book.add_worksheet("Own")
    out.write_row(0, 0, ["Updates", 0])
    out.add_table(2, 0, 3, 2, {"name": "tblOut", "data": [["row 0", 0]], "columns": [
        {"header": "Row"}, {"header": "Update"},
        {"header": "Twice", "formula": "tblOut[[#This Row],[Update]]*2"},
    ]})  # fmt: skip
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": ["Out", 3, 1, 3, 1]})
    own.insert_chart("D3", chart)
    own.write_row(0, 0, ["typed by hand", 12.5])
    book.set_custom_property("Updates", "0")
    book.set_custom_property("Names", "nobody")
    book.close()
    return path


if __name__ == "__main__":
    target = Path(sys.argv[1])
    print("ready", flush=True)
    while len(sys.argv) == 2:
        count_on(target)
    try:
        add_name(target, sys.argv[2])
    except CsmError as why:
        print(why)
        sys.exit(3)
