"""Hard recalculation in LibreOffice: a CSM_TOTALCOMP cell a row, one array call, and native formulas."""

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks._table import table
from csm_xl.errors import CsmError
from csm_xl.libreoffice import install
from csm_xl.libreoffice.office import Office

ROWS = 10_000
REPEATS = 5
NATIVE = "a native formula a row"
CALLS = {
    "a cell of CSM_TOTALCOMP a row": "=CSM_TOTALCOMP(A{row};B{row};C{row})",
    "one CSM_TOTALCOMP over all rows": "=CSM_TOTALCOMP(A1:A{rows};B1:B{rows};C1:C{rows})",
    NATIVE: "=A{row}+B{row}*C{row}",
}


def _filled(office: Office, formula: str) -> Any:
    """A document with `ROWS` people and a formula each, or one array formula for all of them."""
    document = office.service("com.sun.star.frame.Desktop").loadComponentFromURL(
        "private:factory/scalc", "_blank", 0, office.properties(Hidden=True)
    )
    sheet = document.getSheets().getByIndex(0)
    people = tuple((90_000.0 + row, 20_000.0 + row % 7, 0.8 + row % 5 / 10) for row in range(ROWS))
    sheet.getCellRangeByPosition(0, 0, 2, ROWS - 1).setDataArray(people)
    block = sheet.getCellRangeByPosition(3, 0, 3, ROWS - 1)
    if "{row}" in formula:
        block.setFormulaArray(tuple((formula.format(row=row),) for row in range(1, ROWS + 1)))
    else:
        block.setArrayFormula(formula.format(rows=ROWS))
    wanted = sum(base + target * ratio for base, target, ratio in people)
    document.calculateAll()
    assert abs(sum(row[0] for row in block.getDataArray()) - wanted) < 0.01
    return document


def main() -> None:
    """Medians of five recalculations, the three documents in turns."""
    print(f"## LibreOffice: hard recalculation of {ROWS:,} people's total compensation\n")
    try:
        with tempfile.TemporaryDirectory() as folder:
            install.install(Path(folder) / "profile")
            with Office(Path(folder) / "profile") as office:
                documents = {name: _filled(office, formula) for name, formula in CALLS.items()}
                times: dict[str, list[float]] = {name: [] for name in documents}
                for _ in range(REPEATS):
                    for name, document in documents.items():
                        start = perf_counter()
                        document.calculateAll()
                        times[name].append(perf_counter() - start)
    except CsmError as missing:
        print(f"Not measured: {missing}")
        return
    native = median(times[NATIVE])
    print(table(["formulas", "time", "ratio to native"],
                [[name, f"{1e3 * median(spent):,.1f} ms", f"{median(spent) / native:.1f}×"]
                 for name, spent in times.items()]))  # fmt: skip
