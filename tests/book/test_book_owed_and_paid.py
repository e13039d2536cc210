"""A clawback takes a quarter below 0, and a later one nets it: file, ledger and statement by command."""

from __future__ import annotations

import csv
import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from companies import company
from pypdf import PdfReader
from typer.testing import CliRunner

from csm_xl.cli import app, booking
from csm_xl.cli.files import csv_text

CODES = ("--pay-code", "bonus=BON", "--pay-code", "commission=COM", "--pay-code", "clawback=CLW")
CLAWBACK = [["period", "employee_id", "amount", "reason", "kind"],
            ["2026-Q2", "E1", 6000, "a customer left", "clawback"]]  # fmt: skip
DEALS = [["deal_id", "date", "amount", "employee_id", "kind"],
         ["D1", "2026-02-10", 10_000.11, "E1", "upsell"],
         ["D2", "2026-08-10", 40_000.37, "E1", "upsell"],
         ["D3", "2026-08-11", 333.33, "E2", "upsell"]]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The inputs of two people, and a book."""
    monkeypatch.setenv("CSM_XL_BOOK", str(tmp_path / "pay.book"))
    monkeypatch.setattr(booking, "today", lambda: date(2027, 1, 15))
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    raws = company(90, people=("E1", "E2"), adjustments=CLAWBACK, deals=DEALS)
    header, metric = raws[1].rows
    raws[1].rows[:] = [[*header, "rate", "deal_kinds"], [*metric, None, None],
                       ["P", "upsell", "commission", None, None, None, None, 0.05, "upsell"]]  # fmt: skip
    for raw in raws:
        (inputs / f"{raw.name}.csv").write_text(csv_text(raw.rows), encoding="utf-8")
    run("book", "create", tmp_path / "pay.book", "--by", "ann")
    return tmp_path


def run(*words: object, code: int = 0) -> Any:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done


def rows_of(path: Path) -> list[tuple[str, str, Fraction]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            (one["employee_id"], one["pay_code"], Fraction(one["amount"])) for one in csv.DictReader(file)
        ]


def test_a_clawback_below_0_is_carried_and_netted_and_all_papers_agree(folder: Path) -> None:
    inputs, said, files = folder / "inputs", {}, {}
    for quarter in (1, 2, 3):
        period, out = f"2026-Q{quarter}", folder / f"q{quarter}.csv"
        run("close", inputs, "--period", period, "--by", "ann")
        close = json.loads(run("ledger", "--json").stdout)["events"][-1]["event"]
        run("approve", close, "--by", "bob")
        said[period] = run("payroll", "--period", period, "--out", out, *CODES, "--by", "pat")
        files[period] = rows_of(out)
    # The year to date of the metric: 2,250; 4,750 − 2,250; 7,250 − 4,750. Upsell: 5% of each deal.
    assert files["2026-Q1"] == [
        ("E1", "BON", 2250), ("E1", "COM", Fraction("500.01")), ("E2", "BON", 2250),
    ]  # fmt: skip
    assert files["2026-Q2"] == [("E2", "BON", 2500)]
    assert "1 person owes" in said["2026-Q2"].stderr
    assert files["2026-Q3"] == [
        ("E1", "BON", 5000), ("E1", "COM", Fraction("2000.02")), ("E1", "CLW", -6000), ("E2", "BON", 2500),
        ("E2", "COM", Fraction("16.67")),
    ]  # fmt: skip
    assert "2 people, 3,516.69 USD" in said["2026-Q3"].stdout
    assert "By pay code: BON 7,500.00 USD, COM 2,016.69 USD, CLW -6,000.00 USD." in said["2026-Q3"].stdout

    # The ledger: what was booked for each person is what all files paid, kind by kind, to the cent.
    for who in ("E1", "E2"):
        entries = json.loads(run("ledger", "--employee", who, "--json").stdout)
        booked: dict[str, Fraction] = {}
        for one in entries:
            if one["to"] == "payable":
                code = {"nrr": "BON", "upsell": "COM", "clawback": "CLW"}[one["component_id"]]
                booked[code] = booked.get(code, Fraction(0)) + Fraction(str(one["amount"]))
        moved = sum(Fraction(str(one["amount"])) for one in entries if one["to"] == "payroll")
        paid: dict[str, Fraction] = {}
        for rows in files.values():
            for name, code, amount in rows:
                if name == who:
                    paid[code] = paid.get(code, Fraction(0)) + amount
        assert {code: amount for code, amount in booked.items() if amount} == paid
        assert moved == sum(paid.values())
    assert "The book is sound" in run("ledger", "--verify").stdout

    # The statement of the year shows the same sum, and that of Q2 what is owed.
    text = statement(folder, "2026-Q3")
    assert "2026-Q1 2,500.00 2,750.01" in text and "2026-Q2 2,500.00 −3,500.00" in text
    assert "2026-Q3 2,500.00 4,500.02" in text and "Sum 7,500.00 3,750.03" in text
    assert sum(amount for rows in files.values() for who, _, amount in rows if who == "E1") == Fraction(
        "3750.03"
    )

    # The file of a payroll is written again as it was, and with one code in one row a person.
    again = folder / "again.csv"
    number = json.loads(run("ledger", "--json").stdout)["events"][-1]["event"]
    run("payroll", "--event", number, "--out", again, *CODES)
    assert again.read_bytes() == (folder / "q3.csv").read_bytes()
    run("payroll", "--event", number, "--out", again, "--pay-code", "VAR")
    assert rows_of(again) == [("E1", "VAR", Fraction("1000.02")), ("E2", "VAR", Fraction("2516.67"))]
    record = json.loads(run("payroll", "--event", number, "--out", again, *CODES, "--json").stdout)
    assert record["pay_codes"][-1] == {"pay_code": "CLW", "currency": "USD", "amount": -6000}


def statement(folder: Path, period: str) -> str:
    """The words of E1's statement, by the book."""
    out = folder / "statements"
    run("statements", folder / "inputs", "--period", period, "--out", out, "--book", folder / "pay.book")
    (file,) = out.glob("*E1.pdf")
    return " ".join(" ".join(page.extract_text() for page in PdfReader(file).pages).split())


@pytest.mark.parametrize("named", [True, False])
def test_the_command_says_where_a_layout_names_people_whom_outputs_do_not(folder: Path, named: bool) -> None:
    inputs = folder / "inputs"
    roster = (inputs / "roster.csv").read_text().splitlines()
    added = ("first_name,last_name", "Sample,01", "Sample,02")
    lines = [f"{row},{more}" for row, more in zip(roster, added, strict=True)]
    (inputs / "roster.csv").write_text("\n".join(lines) + "\n")
    (inputs / "company.toml").write_text(f"[company]\nnames_on_outputs = {str(named).lower()}\n")
    run("close", inputs, "--period", "2026-Q1", "--by", "ann")
    run("approve", 2, "--by", "bob")
    file = folder / "out.csv"
    said = run("payroll", "--period", "2026-Q1", "--out", file, "--layout", "gusto", "--by", "pat")
    told = "names people, as gusto needs, although outputs name nobody" in " ".join(said.stderr.split())
    assert told is not named
    assert "01,Sample" in file.read_text()
    said = run("payroll", "--event", 4, "--out", folder / "ours.csv", "--names")
    assert "although" not in said.stderr and ("Sample" in (folder / "ours.csv").read_text()) is named


def test_a_kind_without_a_code_is_refused_before_anything_is_paid(folder: Path) -> None:
    run("close", folder / "inputs", "--period", "2026-Q1", "--by", "ann")
    run("approve", 2, "--by", "bob")
    words = ("payroll", "--period", "2026-Q1", "--out", folder / "out.csv", "--pay-code", "bonus=BON")
    said = run(*words, code=2).stderr
    assert "commission has no pay code" in " ".join(said.split()) and not (folder / "out.csv").exists()
    assert [one["kind"] for one in json.loads(run("ledger", "--json").stdout)["events"]][-1] == "approve"
