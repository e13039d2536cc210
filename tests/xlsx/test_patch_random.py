"""Three hundred workbooks at random, of three makers: patched, and read again by others."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter as letters
from patching import Layout, Spec, any_layout, any_rows, cells_of, packed, write_openpyxl, write_xlsxwriter
from python_calamine import CalamineWorkbook
from sweeps import swept

from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.addresses import Place, area
from csm_xl.xlsx.evaluate import recalculate
from csm_xl.xlsx.lint import lint
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, moved, patched
from csm_xl.xlsx.serial_dates import plain
from csm_xl.xlsx.values import ErrorCell

# openpyxl, which only reads here, says what it would lose if it saved.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

# openpyxl, which only reads here, says what it would lose if it saved.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

SEEDS = swept(range(100))
SAVED = 25
"""How many workbooks LibreOffice saves; each is patched in several ways."""
MAY_CHANGE = ("xl/worksheets/", "xl/tables/", "xl/charts/", "xl/workbook.xml", "docProps/custom.xml")


@pytest.fixture(scope="module")
def libreoffice_saved(there: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first layouts, as LibreOffice saves them."""
    folder, out = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("saved")
    files = []
    for seed in SEEDS[:SAVED]:
        files.append(folder / f"{seed}.xlsx")
        write_xlsxwriter(files[-1], any_layout(random.Random(seed)))
    save_with_libreoffice(files, out, tmp_path_factory.mktemp("profile"))
    return out


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("write", [write_xlsxwriter, write_openpyxl])
def test_a_workbook_of_a_library(seed: int, write: Callable[[Path, Layout], None], tmp_path: Path) -> None:
    layout = any_layout(random.Random(seed))
    path = tmp_path / "book.xlsx"
    write(path, layout)
    round_trip(path, layout, random.Random(seed + 1000))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_workbook_saved_by_libreoffice(seed: int, libreoffice_saved: Path, tmp_path: Path) -> None:
    saved = seed % SAVED
    path = Path(shutil.copy(libreoffice_saved / f"{saved}.xlsx", tmp_path))
    round_trip(path, any_layout(random.Random(saved)), random.Random(seed + 2000))


def test_libreoffice_opens_what_is_patched(there: None, tmp_path: Path) -> None:
    """LibreOffice reads every patched workbook, and shows the new rows and what follows from them."""
    files, new = [], {}
    for seed in SEEDS[:8]:
        rng = random.Random(seed)
        layout = any_layout(rng)
        made, patched_file = tmp_path / f"made {seed}.xlsx", tmp_path / f"{seed}.xlsx"
        write_xlsxwriter(made, layout)
        new[seed] = {one.name: any_rows(rng, 15, one.width) for one in layout.tables}
        patched_file.write_bytes(patched(Package(made), Edit(dict(new[seed]))))
        files.append(patched_file)
    (tmp_path / "out").mkdir()
    save_with_libreoffice(files, tmp_path / "out", tmp_path / "profile")
    for seed in SEEDS[:8]:
        layout = any_layout(random.Random(seed))
        book = load_workbook(tmp_path / "out" / f"{seed}.xlsx", data_only=True)
        for at, one in enumerate(layout.tables, 1):
            rows = new[seed][one.name]
            for down, row in enumerate(rows, one.top + 1):
                for column, value in enumerate(row[:-1], one.left):
                    found = book["Out"].cell(down, column).value
                    if isinstance(value, float):  # LibreOffice writes fifteen digits
                        assert found == pytest.approx(value, rel=1e-14)
                    else:
                        assert same(found, value), (seed, down, column)
                assert book["Out"].cell(down, one.left + one.width - 1).value == row[-2] * 2
            place = area(book["Out"].tables[one.name].ref)
            assert place is not None
            assert place.bottom == one.top + 15 + one.totals
            notes = [book["Own"].cell(at, 3 + right).value for right in range(len(one.notes))]
            assert notes == [f"note {one.name} {down}" for down in one.notes]


def save_with_libreoffice(files: list[Path], out: Path, profile: Path) -> None:
    """Open the files with LibreOffice, and save them into another folder."""
    subprocess.run(
        [shutil.which("soffice") or "soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", str(out), *map(str, files)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip


def round_trip(path: Path, layout: Layout, rng: random.Random) -> None:
    """Patch some of the tables, and look at everything."""
    chosen = [one for one in layout.tables if rng.random() < 0.7] or layout.tables[:1]
    new = {one.name: any_rows(rng, rng.choice((1, 2, 5, 12, 30)), one.width) for one in chosen}
    for one in chosen:
        for row in new[one.name]:
            row[-1] = row[-2] * 2
    edit = Edit(tables=dict(new), cells={Place("Own", 11, 1): "another <text>", Place("Own", 15, 9): 4.5})
    package = Package(path)
    before = path.read_bytes()
    after = patched(package, edit)
    faults_before = {issue.message for issue in lint(path)}
    target = path.with_name(f"after {path.name}")
    target.write_bytes(after)
    assert [issue for issue in lint(target) if issue.message not in faults_before] == []
    old_parts, new_parts = packed(before), packed(after)
    assert list(old_parts) == list(new_parts)
    differ = [name for name in old_parts if old_parts[name] != new_parts[name]]
    assert all(name.startswith(MAY_CHANGE) for name in differ), differ
    look = Look(before, after, layout, new)
    for one in layout.tables:
        look.at_table(one)
    look.at_own()
    look.at_the_rest()
    formulas = look.recalculated(target)
    for one in layout.tables:
        rows = new.get(one.name, one.rows)
        # LibreOffice writes SUM(A1:A1) as SUM(A1), which means a cell and no column.
        if len(one.rows) > 1 or "calcPr iterateCount" not in text_of(before):
            assert formulas[f"own {one.name}"] == sum(row[-2] for row in rows)
        for down in one.notes:
            assert formulas[f"note {one.name} {down}"] == f"note {one.name} {down}"
    (book, _), loaded = moved(load(package), package, edit), load(Package(target))
    assert book.formulas == loaded.formulas
    assert {name: (one.first_row, one.last_row) for name, one in book.tables.items()} == {
        name: (one.first_row, one.last_row) for name, one in loaded.tables.items()
    }
    assert book.names == loaded.names
    assert filled(book.values) == filled(loaded.values)


def text_of(book: bytes) -> str:
    """What the workbook says about its maker and its settings."""
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        return file.read("xl/workbook.xml").decode()


def filled(values: dict[Place, Any]) -> dict[Place, Any]:
    """Values as they can be compared: what XML writes otherwise is put right."""
    return {place: shown(plain(value)) for place, value in values.items()}


@cache
def shown(value: Any) -> Any:
    if isinstance(value, str):
        for escape, sign in (("_x0007_", "\x07"), ("_x000D_", "\r"), ("_x005F_", "_"), ("x005F_", "")):
            value = value.replace(escape, sign)
        return value.replace("\r\n", "\n").replace("\r", "\n")
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


class Look:
    """What is in a workbook before and after."""

    def __init__(self, before: bytes, after: bytes, layout: Layout, new: dict[str, list[list[Any]]]) -> None:
        self.layout, self.new = layout, new
        was, self.book = load_workbook(io.BytesIO(before)), load_workbook(io.BytesIO(after))
        self.old_cells, self.cells = cells_of(was["Out"]), cells_of(self.book["Out"])
        self.own_before, self.own = cells_of(was["Own"]), cells_of(self.book["Own"])
        self.calamine = (
            CalamineWorkbook.from_filelike(io.BytesIO(after))
            .get_sheet_by_name("Out")
            .to_python(skip_empty_area=False)
        )

    def last(self, one: Spec) -> int:
        return one.top + len(self.new.get(one.name, one.rows))

    def at_table(self, one: Spec) -> None:
        """The rows, the place, the totals, the rules and the notes beneath of one table."""
        rows, last = self.new.get(one.name, one.rows), self.last(one)
        table = self.book["Out"].tables[one.name]
        place = area(table.ref)
        assert place is not None
        assert (place.top, place.left, place.bottom) == (one.top, one.left, last + one.totals)
        if table.autoFilter is not None and one.name in self.new:
            assert area(table.autoFilter.ref) == place._replace(bottom=last)
        for down, row in enumerate(rows, one.top + 1):
            for column, value in enumerate(row[:-1], one.left):
                found = self.cells.get((down, column))
                if one.name not in self.new:
                    assert found == self.old_cells.get((down, column))
                    continue
                assert same(found, value), (one.name, down, column)
                if not isinstance(value, (date, str)):
                    assert same(self.calamine[down - 1][column - 1] or None, value or None)
            assert self.cells[down, one.left + one.width - 1] == f"={one.formula}"
            if one.name in self.new:
                assert self.calamine[down - 1][one.left + one.width - 2] == row[-2] * 2
        rules = self.book["Out"].conditional_formatting
        letter = letters(one.number)
        assert f"{letter}{one.top + 1}" + (f":{letter}{last}" if last > one.top + 1 else "") in [
            str(rule.sqref) for rule in rules
        ]
        assert (
            self.book.defined_names[f"Numbers{one.name}"].attr_text.replace("$", "")
            == (f"Out!{letter}{one.top + 1}:{letter}{last}")
            or last == one.top + 1
        )

    def at_own(self) -> None:
        """The user's sheet: what was typed stays, what refers to the tables follows."""
        for place, value in self.own_before.items():
            if place == (11, 1):
                assert self.own[place] == "another <text>"
            elif isinstance(value, str) and value.startswith("="):
                assert str(self.own[place]).startswith("=")
            else:
                assert self.own[place] == value
        assert self.own[15, 9] == 4.5
        assert set(self.own) - set(self.own_before) == {(15, 9)}

    def at_the_rest(self) -> None:
        """Every cell besides the tables' rows is there once more, in its column, where it was or below."""
        data = [(one.left, one.left + one.width - 1, one.top, one.last) for one in self.layout.tables]
        now = [(one.left, one.left + one.width - 1, one.top, self.last(one)) for one in self.layout.tables]
        rest_before = beside(self.old_cells, data)
        rest = beside(self.cells, now)
        assert sorted(map(str, rest_before.values())) == sorted(map(str, rest.values()))
        for one in self.layout.tables:
            for down in one.notes:
                text = f"note {one.name} {down}"
                was = next(at for at, value in rest_before.items() if value == text)
                at = next(at for at, value in rest.items() if value == text)
                assert at[1] == was[1]
                bottom = one.last + one.totals
                first = bottom + one.notes[0]
                missing = max(0, self.last(one) + one.totals + min(1, first - bottom - 1) + 1 - first)
                assert at[0] == was[0] + missing

    def recalculated(self, target: Path) -> dict[str, Any]:
        values = recalculate(load(Package(target)))
        found = {}
        for at, one in enumerate(self.layout.tables, 1):
            found[f"own {one.name}"] = values[Place("Own", at, 1)]
            for right, down in enumerate(one.notes, 3):
                found[f"note {one.name} {down}"] = values[Place("Own", at, right)]
        return found


def beside(cells: dict[tuple[int, int], Any], tables: list[tuple[int, int, int, int]]) -> dict[Any, Any]:
    """The cells that are no header and no data of a table."""
    return {
        (row, column): value for (row, column), value in cells.items()
        if not any(left <= column <= right and top <= row <= last for left, right, top, last in tables)
    }  # fmt: skip


def same(found: Any, value: Any) -> bool:
    """Whether a reader hands over what was written; a date is a number where the cell has no format."""
    if isinstance(value, date):
        return plain(found) == plain(value) if not isinstance(found, datetime) else found.date() == value
    if isinstance(value, ErrorCell):
        return bool(found == value.text)
    return bool(shown(found) == shown(value))
