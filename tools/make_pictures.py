"""``make pictures``: every sheet of the workbook that ships, its charts and a statement in docs/pictures."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from pathlib import Path

from csm_xl.cli.files import read_input
from csm_xl.cli.load import read
from csm_xl.libreoffice.judge import office_with_functions
from csm_xl.libreoffice.pictures import chart_pngs, file_name, pngs, sheet_pdfs
from csm_xl.report.statements import write

ROOT = Path(__file__).resolve().parents[1]
WORKBOOK = ROOT / "workbooks" / "csm_plan.xlsx"
PICTURES = ROOT / "docs" / "pictures"
OF_THE_PANE = "pane.png"
"""It is not drawn by an office: tests/office/test_addin_sight.py keeps what a browser shows."""
STATEMENT = ("E0001", "2026-Q4", date(2027, 1, 15))


def draw(folder: Path) -> list[Path]:
    """The first page of each sheet, every chart, and a statement, as pictures in a folder."""
    made: list[Path] = []
    with tempfile.TemporaryDirectory() as aside:
        work = Path(aside)
        with office_with_functions() as office:
            sheets = sheet_pdfs(office, WORKBOOK, work)
            made += chart_pngs(office, WORKBOOK, folder).values()
        tables, _ = read(read_input(WORKBOOK), WORKBOOK.name)
        person, period, day = STATEMENT
        sheets["Statement PDF"] = write(tables, period, work, employees=[person], as_of=day)[0].path
        for sheet, pdf in sheets.items():
            target = folder / f"{file_name(sheet)}.png"
            shutil.copy(pngs(pdf, last=1)[0], target)
            made.append(target)
    return made


def main() -> None:
    """Draw them again; what is no longer drawn is removed."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob("*.png"):
        if old.name != OF_THE_PANE:
            old.unlink()
    for path in draw(PICTURES):
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
