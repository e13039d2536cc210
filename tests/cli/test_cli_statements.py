"""``csm-xl statements``: from files to PDFs and their index."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from commands import shell
from pypdf import PdfReader

from csm_xl.cli.files import csv_text
from csm_xl.engine.run import run
from csm_xl.workbook.sample import sample_of


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    for raw in sample_of("starter"):
        (folder / f"{raw.name}.csv").write_text(csv_text(raw.rows), encoding="utf-8")
    return folder


def listed(folder: Path) -> list[dict[str, str]]:
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_everyone_gets_one_and_the_index_lists_them(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("statements", source, "--period", "2026-Q2", "--out", out)
    status, said, told = shell(
        "statements", source, "--period", "2026-Q2", "--out", out, "--as-of", "2026-07-05"
    )
    assert (status, told) == (0, "")
    rows = listed(out)
    assert f"{len(rows)} statements in {out}" in said
    totals = {row[1]: row[3] for row in run(sample_of("starter"), "2026-Q2").totals()[1:]}
    assert {row["employee_id"]: float(row["amount"]) for row in rows} == totals
    assert {path.name for path in out.iterdir()} == {"index.csv", *(row["file"] for row in rows)}
    status, _, told = shell(*words)
    assert status == 2
    assert "already exist" in told
    status, _, _ = shell("statements", source, "--period", "2026-Q1", "--out", out, "--employee", "E0002")
    assert status == 0
    assert [row["file"] for row in listed(out)] == [*(row["file"] for row in rows), "2026-Q1_E0002.pdf"]


def test_a_year_tells_all_its_periods(source: Path, tmp_path: Path) -> None:
    words = ("statements", source, "--period", "2026", "--out", tmp_path, "--employee", "E0001")
    assert shell(*words, "--paper", "letter")[0] == 0
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "2026_E0001.pdf").pages)
    assert all(f"Sum of 2026-Q{quarter}" in text for quarter in (1, 2, 3, 4))


def test_passwords_from_a_file(source: Path, tmp_path: Path) -> None:
    keys, out = tmp_path / "keys.csv", tmp_path / "out"
    keys.write_text("employee_id,password\nE0001,s3cret\nE0002,\nE0001,again\n", encoding="utf-8")
    words = ("statements", source, "--period", "2026-Q2", "--out", out, "--passwords", keys)
    status, _, told = shell(*words)
    assert status == 2
    assert "keys.csv row 3 (password)" in told
    assert "E0001 is listed twice" in told
    assert "s3cret" not in told
    keys.write_text("employee_id,password\nE0001,s3cret\n", encoding="utf-8")
    status, _, told = shell(*words)
    assert status == 2
    assert "E0002 has no password" in told
    assert "E0001" not in told
    status, said, _ = shell(*words, "--employee", "E0001")
    assert (status, "locked" in said) == (0, True)
    assert PdfReader(out / "2026-Q2_E0001.pdf", password="s3cret").pages


def test_one_password_for_all_and_not_both(source: Path, tmp_path: Path) -> None:
    words = ("statements", source, "--period", "2026-Q2", "--out", tmp_path, "--password", "pw")
    status, _, told = shell(*words, "--passwords", tmp_path / "none.csv")
    assert (status, "both --password and --passwords are given" in told) == (2, True)
    assert shell(*words, "--employee", "E0003")[0] == 0
    assert PdfReader(tmp_path / "2026-Q2_E0003.pdf").is_encrypted
    status, _, told = shell("statements", source, "--period", "2026-Q2", "--employee", "E9999")
    assert (status, "not on the roster" in told) == (2, True)


def test_an_earlier_period_that_cannot_be_calculated_is_named(source: Path, tmp_path: Path) -> None:
    tables = {path.name: path.read_text(encoding="utf-8") for path in source.iterdir()}
    goals = tables["goals.csv"].splitlines()
    whose = next(line for line in goals if line.startswith("2026-Q1,")).split(",")[1]
    tables["goals.csv"] = "\n".join(
        line for line in goals if not line.startswith(("2026-Q1," + whose, "2026-Q3", "2026-Q4"))
    )
    folder = tmp_path / "company"
    folder.mkdir()
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    code, _, err = shell("statements", folder, "--period", "2026-Q2", "--employee", whose, "--out", out)
    assert code == 0, err
    assert f"2026-Q1 is not in the year to date of {whose}: " in err
    text = "".join(page.extract_text() for page in PdfReader(out / f"2026-Q2_{whose}.pdf").pages)
    assert "2026-Q1 could not be calculated, so the plan year to date does not include it." in text
