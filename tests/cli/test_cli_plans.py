"""``csm-xl plans export`` and ``import``: workbook → TOML → workbook, and nothing else is touched."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from commands import shell

from csm_xl.cli.files import read_input
from csm_xl.cli.plans import _plan_part
from csm_xl.plan.changes import said_rows
from csm_xl.plan.fingerprint import fingerprint
from csm_xl.workbook.operations.check import check


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    assert shell("new", folder / "plan.xlsx", "--plan", "starter", "--period", "2026-Q2")[0] == 0
    return folder / "plan.xlsx"


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "plan.xlsx"))


def export(book: Path, folder: Path) -> str:
    status, said, told = shell("plans", "export", book, folder)
    assert (status, told) == (0, "")
    return said


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_exported_and_imported_again_nothing_changes(book: Path, tmp_path: Path) -> None:
    said, before = export(book, tmp_path / "plans"), book.read_bytes()
    mark = said.rsplit("fingerprint ", 1)[1][:16]
    assert (tmp_path / "plans" / "starter.toml").exists()
    status, told, _ = shell("plans", "import", tmp_path / "plans", book)
    assert status == 0
    assert f"{mark} → {mark}; nothing was written" in told
    assert book.read_bytes() == before
    assert export(book, tmp_path / "plans").startswith("2 plans")  # no file was touched


def test_a_changed_plan_goes_in_and_nothing_else_is_touched(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    export(book, folder)
    before = {raw.name: list(map(list, raw.rows)) for raw in read_input(book)}
    edit(folder / "starter.toml", "rate = 0.02", "rate = 0.035")
    edit(folder / "starter.toml", "points = [[0.9, 0.5]", "points = [[0.8, 0.25], [0.9, 0.5]")
    status, said, _ = shell("plans", "import", folder, book, "--dry-run")
    assert status == 0
    assert "changed component starter/upsell (rate)" in said
    assert "changed curve retention" in said
    assert "nothing was written" in said
    assert {raw.name: list(map(list, raw.rows)) for raw in read_input(book)} == before
    status, said, _ = shell("plans", "import", folder, book)
    assert (status, "refresh the workbook" in said) == (0, True)
    after = {raw.name: list(map(list, raw.rows)) for raw in read_input(book)}
    assert {name for name in before if before[name] != after[name]} == {"tblComponents", "tblCurves"}
    knots = [row[:4] for row in after["tblCurves"] if row[0] == "retention"]
    assert [row[1:3] for row in knots] == [[0.8, 0.25], [0.9, 0.5], [1, 1], [1.2, 1.5]]
    assert [row[3] for row in knots[1:]] == [None] * 3  # what holds for the curve is on its first row
    others = [row for row in before["tblCurves"] if row[0] != "retention"]
    assert [row for row in after["tblCurves"] if row[0] != "retention"] == others
    tables, _ = _plan_part(read_input(book))
    assert said.rsplit("→ ", 1)[1].startswith(fingerprint(tables)[:16])
    assert said_rows(tables["curves"]) == said_rows(_plan_part(read_input(folder))[0]["curves"])
    # The payouts still show the plans of the last refresh; all other formulas are calculated.
    assert zipfile.ZipFile(book).testzip() is None
    assert not [issue for issue in check(book) if "formula" in issue.message]


def test_a_plan_added_and_a_plan_removed(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    export(book, folder)
    text = (folder / "starter.toml").read_text(encoding="utf-8").split("[[curves]]")[0]
    (folder / "second.toml").write_text(text.replace('"starter"', '"second"'), encoding="utf-8")
    status, _, told = shell("plans", "import", folder, book)
    assert (status, told) == (0, "")
    assert {"second", "starter"} <= set(_plan_part(read_input(book))[0]["plans"].columns["plan_id"])
    (folder / "second.toml").unlink()
    status, said, _ = shell("plans", "import", folder, book)
    assert (status, "removed plan second" in said) == (0, True)
    (folder / "starter_am.toml").unlink()
    before = book.read_bytes()
    status, _, told = shell("plans", "import", folder, book)
    assert status == 2
    assert "Roster!" in told  # people are on it still
    assert "starter_am" in told
    assert book.read_bytes() == before


def test_all_that_is_wrong_is_told_and_nothing_is_written(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    export(book, folder)
    before = book.read_bytes()
    edit(folder / "starter.toml", "weight = 0.5", "weight = 0.5\nwieght = 1")
    edit(folder / "starter.toml", 'curve_id = "retention"\n\n', 'curve_id = "retentoin"\n\n')
    edit(folder / "starter_am.toml", "rate = ", "rate = true\n# ")
    status, said, told = shell("plans", "import", folder, book)
    assert (status, said) == (2, "")
    for place in ("starter.toml components[1].wieght", "starter.toml components[1].curve_id",
                  "starter_am.toml components"):  # fmt: skip
        assert place in told, told
    assert book.read_bytes() == before
    assert shell("plans", "import", tmp_path / "none", book)[0] == 2
    assert shell("plans", "import", folder, tmp_path / "plans.csv")[0] == 2


def test_export_removes_the_files_of_plans_that_are_gone_and_no_others(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    export(book, folder)
    (folder / "gone.toml").write_text((folder / "starter.toml").read_text("utf-8"), "utf-8")
    (folder / "pyproject.toml").write_text("[project]\nname = 'x'\n", "utf-8")
    status, said, _ = shell("plans", "export", book, folder, "--dry-run")
    assert (status, "removed" in said, (folder / "gone.toml").exists()) == (0, True, True)
    assert "removed" in export(book, folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        "pyproject.toml",
        "starter.toml",
        "starter_am.toml",
    ]


def test_the_owners_comments_travel(book: Path, tmp_path: Path) -> None:
    tables = {raw.name: raw for raw in read_input(book)}
    headers = [str(cell) for cell in tables["tblPlans"].rows[0]]
    own = next(
        (header for header in headers if header.casefold() in ("comment", "source", "comments", "notes")),
        None,
    )
    if own is None:
        pytest.skip("the workbook's plans have no column of the owner's")
    folder = tmp_path / "plans"
    export(book, folder)
    edit(
        folder / "starter.toml",
        "[[components]]",
        f'notes = {{ "{own}" = "board of 3 May" }}\n\n[[components]]',
    )
    assert shell("plans", "import", folder, book)[0] == 0
    rows = next(raw.rows for raw in read_input(book) if raw.name == "tblPlans")
    assert rows[1][headers.index(own)] == "board of 3 May"
    assert "board of 3 May" in (
        shell("plans", "export", book, folder)[1] and (folder / "starter.toml").read_text("utf-8")
    )
