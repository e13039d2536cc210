"""``csm-xl letters``: from files to letters and their index, and who has acknowledged them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from commands import shell
from pypdf import PdfReader

from csm_xl.cli.files import csv_text
from csm_xl.workbook.sample import sample_of


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    for raw in sample_of("starter"):
        (folder / f"{raw.name}.csv").write_text(csv_text(raw.rows), encoding="utf-8")
    return folder


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_everyone_on_a_plan_gets_a_letter_and_the_index_lists_them(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    status, said, told = shell("letters", source, "--period", "2026", "--out", out)
    assert (status, told) == (0, "")
    rows = listed(out / "index.csv")
    assert f"{len(rows)} plan letters in {out}; index.csv lists them." in said
    assert {path.name for path in out.iterdir()} == {"index.csv", *(row["file"] for row in rows)}
    assert {row["plan_year"] for row in rows} == {"2026"}
    text = "".join(page.extract_text() for page in PdfReader(out / rows[0]["file"]).pages)
    assert rows[0]["fingerprint"] in text
    status, _, told = shell("letters", source, "--period", "2026", "--out", out)
    assert status == 2
    assert "the plan letter already exists" in told


def test_letters_need_no_results(source: Path, tmp_path: Path) -> None:
    for path in source.iterdir():
        if path.stem not in ("results", "accounts", "goals", "deals", "credits", "events"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    status, said, told = shell(
        "letters", tmp_path, "--period", "2026", "--person", "E0001", "--out", tmp_path / "o"
    )
    assert status == 0, told
    assert "1 plan letter in" in said


def test_a_day_and_word_documents(source: Path, tmp_path: Path) -> None:
    pytest.importorskip("docx", reason="needs the extra docx")
    words = ("letters", source, "--as-of", "2026-08-01", "--person", "E0001", "--docx", "--paper", "A4")
    assert shell(*words, "--out", tmp_path)[0] == 0
    assert [row["file"] for row in listed(tmp_path / "index.csv")] == [
        "plan_2026_E0001.pdf",
        "plan_2026_E0001.docx",
    ]
    assert listed(tmp_path / "index.csv")[0]["terms_as_of"] == "2026-08-01"
    assert round(float(PdfReader(tmp_path / "plan_2026_E0001.pdf").pages[0].mediabox.height)) == 842


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--period", "2026", "--as-of", "2026-01-01"), "both --period and --as-of are given"),
        (("--period", "2026-Q1"), "a plan letter is for a plan year"),
        ((), "no plan year is given"),
        (("--period", "2026", "--person", "E9999"), "the employee is not on the roster"),
        (("--period", "1999"), "nobody is on a plan then"),
        (("--period", "2026", "--paper", "A3"), "A3"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    source: Path, tmp_path: Path, words: tuple[str, ...], expected: str
) -> None:
    status, _, told = shell("letters", source, *words, "--out", tmp_path / "out")
    assert status == 2
    assert expected in told
    assert not (tmp_path / "out").exists()


def test_who_has_acknowledged_this_plan_or_another_version(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shell("letters", source, "--period", "2026", "--out", out, "--person", "E0001")
    mark = listed(out / "index.csv")[0]["fingerprint"]
    signed = tmp_path / "signed.csv"
    signed.write_text(
        f"employee_id,date,fingerprint\nE0001,2026-01-05,{mark.upper()}\nE0001,2026-02-05,0123456789abcdef\n"
        "E0002,2026-01-06,0123456789abcdef\nZ1,2026-01-06,0123456789abcdef\n",
        encoding="utf-8",
    )
    table = tmp_path / "who.csv"
    words = ("letters", source, "--period", "2026", "--acknowledged", signed, "--out", table)
    status, said, told = shell(*words)
    assert status == 0
    rows = {row["employee_id"]: row for row in listed(table)}
    assert (rows["E0001"]["status"], rows["E0001"]["acknowledged_on"]) == ("acknowledged", "2026-01-05")
    assert rows["E0002"]["status"] == "acknowledged another version"
    assert rows["E0003"]["status"] == "not acknowledged"
    assert f"1 acknowledged, 1 another version, {len(rows) - 2} not at all." in said
    assert "signed.csv row 5 (employee_id)" in told
    assert "the signature is not used" in told


def test_a_list_of_signatures_names_all_that_is_wrong(source: Path, tmp_path: Path) -> None:
    signed = tmp_path / "signed.csv"
    signed.write_text(
        "employee_id,date,fingerprint\nE0001,05/06/2026,abc\nE0002,2026-01-05,\n", encoding="utf-8"
    )
    status, _, told = shell("letters", source, "--period", "2026", "--acknowledged", signed)
    assert status == 2
    assert "signed.csv row 2 (date)" in told
    assert "signed.csv row 3 (fingerprint): the fingerprint is blank" in told
    signed.write_text("employee_id,date\nE0001,2026-01-05\n", encoding="utf-8")
    _, _, told = shell("letters", source, "--period", "2026", "--acknowledged", signed)
    assert "the column fingerprint is missing" in told
