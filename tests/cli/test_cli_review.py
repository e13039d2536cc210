"""``csm-xl review``: from files to the pack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import shell
from pypdf import PdfReader

from csm_xl.cli.files import csv_text
from csm_xl.workbook.sample import sample_raw_tables

FEW = ("--trials", "50", "--as-of", "2026-12-31")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    for raw in sample_raw_tables():
        (folder / f"{raw.name}.csv").write_text(csv_text(raw.rows), encoding="utf-8")
    return folder


def test_two_files_the_same_for_the_same_seed_and_kept_without_force(source: Path, tmp_path: Path) -> None:
    words = ("review", source, *FEW, "--against", source, "--budget", "1400000")
    status, said, _ = shell(*words, "--out", tmp_path / "a")
    assert status == 0
    names = ["review_2026.html", "review_2026.pdf"]
    first = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    assert sorted(first) == names
    for topic in ("What the plans pay", "Plan health", "Plan check findings", "Cost forecast"):
        assert f"{topic}: " in said
        assert topic in first["review_2026.html"].decode()
    assert "Proposed plans: The proposed plans are the same as today's" in said
    assert shell(*words, "--out", tmp_path / "b")[0] == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()} == first
    status, _, told = shell("review", source, *FEW, "--seed", "2", "--out", tmp_path / "a")
    assert status == 2
    assert told.count("already exists") == 2
    assert {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()} == first
    status, _, _ = shell("review", source, *FEW, "--seed", "2", "--out", tmp_path / "a", "--force")
    assert status == 0
    assert (tmp_path / "a" / names[0]).read_bytes() != first[names[0]]
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == names


def test_a_quarter_on_letter_as_json(source: Path, tmp_path: Path) -> None:
    status, said, _ = shell(
        "review", source, *FEW, "--period", "2026-Q2", "--paper", "letter", "--out", tmp_path, "--json"
    )
    assert status == 0
    told = json.loads(said)
    assert told["period"] == "2026-Q2"
    assert [Path(name).name for name in told["files"]] == ["review_2026-Q2.html", "review_2026-Q2.pdf"]
    assert len(told["findings"]) >= 7
    assert int(PdfReader(told["files"][1]).pages[0].mediabox.width) == 612


def test_a_period_that_cannot_be_paid_is_told_in_the_pack_and_beside_it(source: Path, tmp_path: Path) -> None:
    status, said, told = shell("review", source, *FEW, "--period", "2027-Q1", "--out", tmp_path)
    assert status == 0
    assert "not available" in said
    assert "Plan check findings" in said
    assert told.startswith("error ")
    assert "csm-xl pay lists what to fix" in (tmp_path / "review_2027-Q1.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (("--paper", "A3"), "--paper"),
        (("--budget", "-1"), "--budget"),
        (("--budget", "nan"), "--budget"),
        (("--period", "2026-Q9"), "2026-Q9"),
        (("--against", "nowhere.xlsx"), "nowhere.xlsx"),
        (("--trials", "1"), "trials"),
        (("--seed", "-4"), "seed"),
    ],
)
def test_bad_options_say_so_and_write_nothing(
    source: Path, tmp_path: Path, words: tuple[str, str], where: str
) -> None:
    status, _, told = shell("review", source, "--as-of", "2026-12-31", *words, "--out", tmp_path / "out")
    assert status == 2
    assert where in told
    assert not (tmp_path / "out").exists()
