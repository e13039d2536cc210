"""docs/BOOK.md as a quarter-end checklist: its commands run in order, and the book is sound."""

import shlex
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from csm_xl.book.ledger import Book
from csm_xl.book.store import Store
from csm_xl.book.verify import verify
from csm_xl.cli import app, booking
from csm_xl.cli.files import csv_text
from csm_xl.workbook.sample import sample_of

PAGE = Path(__file__).parents[2] / "docs" / "BOOK.md"


def commands() -> list[str]:
    return [
        line.strip()[2:] for line in PAGE.read_text("utf-8").splitlines() if line.strip().startswith("$ ")
    ]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSM_XL_BOOK", "pay.book")
    monkeypatch.setattr(booking, "today", lambda: date(2026, 11, 1))
    return tmp_path


@pytest.mark.slow("runs every command of a page, a workbook among them")
def test_every_command_of_the_page_runs_in_order(folder):
    for raw in sample_of("starter"):
        (folder / f"{raw.name}.csv").write_text(csv_text(raw.rows), encoding="utf-8")
    lines = commands()
    assert len(lines) > 12
    for line in lines:
        name, *words = shlex.split(line)
        assert name == "csm-xl"
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, f"{line}\n{done.output}\n{done.exception!r}"
    book = Book(Store("pay.book"))
    assert [event.kind for event in book.events()] == [
        "create", "close", "approve", "close", "reject", "close", "approve",
    ]  # fmt: skip
    assert verify(book).findings == []
    assert verify(Book(Store("restored.book"))).events == 3


def test_the_commands_say_what_they_did_and_answer_programs(folder):
    import json

    from companies import company

    for raw in company(90):
        (folder / f"{raw.name}.csv").write_text(csv_text(raw.rows), encoding="utf-8")

    def run(*words, code=0):
        done = CliRunner().invoke(app, [str(word) for word in words])
        assert done.exit_code == code, done.output
        return done

    assert "there is no book of record" in run("ledger", code=2).stderr
    assert "claimed" in run("book", "create", "pay.book", "--by", "ann").stderr
    said = run("close", ".", "--period", "2026-Q1", "--by", "ann").stdout
    assert (
        "event 2, 1 payout line for 1 person" in said
        and "2,250.00 USD" in said
        and "csm-xl approve 2 --hash" in said
    )
    event = json.loads(run("ledger", "--json").stdout)["events"][1]
    assert event["totals"][0]["amount"] == 2250 and event["state"] == "undecided"
    assert "nobody approves what they made" in run("approve", "2", "--by", "ann", code=2).stderr
    assert "is approved" in run("approve", "2", "--hash", event["hash"][:16], "--by", "bob").stdout
    for raw in company(97):
        (folder / f"{raw.name}.csv").write_text(csv_text(raw.rows), encoding="utf-8")
    assert "come to other amounts" in run("close", ".", "--period", "2026-Q2", code=2).stderr
    found = json.loads(
        run("retro", ".", "--into", "2026-Q2", "--reason", "x", "--json", "--by", "ann").stdout
    )
    assert [one["correction"] for one in found["corrections"]] == [175] and found["event"]["event"] == 4
    shown = run("ledger", "--employee", "E1").stdout
    assert "2,250.00" in shown and "175.00" in shown
    assert "every byte of every line is the same" in run("ledger", "--replay", "2").stdout
    assert "The book is sound: 4 events" in run("ledger", "--verify", "--against", event["hash"][:16]).stdout
    assert run("ledger", "--verify", "--against", "0" * 16, code=1).stdout.startswith(
        "The book does not have"
    )
    assert "do not go together" in run("ledger", "--verify", "--replay", "2", code=2).stderr
    assert "this is for --verify" in run("ledger", "--against", "0" * 16, code=2).stderr
    run("reject", "4", "--reason", "wrong file", "--by", "bob")
    assert "no entry of this person" in run("ledger", "--employee", "E9", code=2).stderr
    assert "approvals" in run("book", "policy", "--approvals", "2", "--by", "ann").stdout
    assert "0001, as before" in run("book", "upgrade").stdout
