"""docs/BOOK.md as a quarter-end checklist: its commands run in order, and the book is sound."""

import shlex
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from csm_xl.book import schema_versions
from csm_xl.book.ledger import Book
from csm_xl.book.store import Store
from csm_xl.book.verify import verify
from csm_xl.cli import app, booking
from csm_xl.cli.files import csv_text
from csm_xl.workbook.sample import sample_of

PAGE = Path(__file__).parents[2] / "docs" / "BOOK.md"


HISTORY = "period,employee_id,plan_id,component_id,amount\n2025-Q4,E0001,starter,retention,1200\n"


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
    (folder / "history.csv").write_text(HISTORY, encoding="utf-8")
    lines = commands()
    assert len(lines) > 12
    for line in lines:
        name, *words = shlex.split(line)
        assert name == "csm-xl"
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, f"{line}\n{done.output}\n{done.exception!r}"
    book = Book(Store("pay.book"))
    assert [event.kind for event in book.events()] == [
        "create", "open", "approve", "close", "approve", "payroll", "close", "reject", "close", "approve",
        "accrue", "dispute", "answer", "resolve", "erase", "approve",
        "key", "key", "approve", "approve", "sign", "approve",
    ]  # fmt: skip
    assert verify(book).findings == []
    assert verify(Book(Store("restored.book"))).events == 6


def run(*words, code=0):
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done


def given(folder, *raws):
    for raw in raws:
        (folder / f"{raw.name}.csv").write_text(csv_text(raw.rows), encoding="utf-8")


def test_the_commands_say_what_they_did_and_answer_programs(folder):
    import json

    from companies import company

    given(folder, *company(90))
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
    given(folder, *company(97))
    assert "would pay other amounts" in run("close", ".", "--period", "2026-Q2", code=2).stderr
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
    assert f"{schema_versions.current()}, as before" in run("book", "upgrade").stdout


def test_a_pay_group_is_closed_by_the_command(folder):
    from companies import company

    raws = {raw.name: raw for raw in company(people=("E1", "E2"))}
    raws["roster"].rows = [[*row, group] for row, group in zip(raws["roster"].rows, ("pay_group", "A", "B"),
                                                              strict=True)]  # fmt: skip
    given(folder, *raws.values())
    run("book", "create", "pay.book", "--by", "ann")
    close = ("close", ".", "--period", "2026-Q1", "--by", "ann")
    for blank in ("", " "):  # of a variable that is not set: it must not close everybody
        assert "the pay group is blank" in run(*close, "--pay-group", blank, code=2).stderr
    assert "Give one of A, B" in run(*close, "--pay-group", "C", code=2).stderr
    said = run(*close, "--pay-group", " A ").stdout
    assert "2026-Q1 is closed for the pay group A: event 2, 1 payout line for 1 person" in said
    assert "closed already for the pay group A" in run(*close, "--pay-group", "A", code=2).stderr
    assert "2026-Q1 is closed: event 3, 1 payout line for 1 person" in run(*close).stdout
    assert "every byte of every line is the same" in run("ledger", "--replay", "3").stdout


def test_the_commands_after_a_close_say_what_they_did(folder):
    import json

    from companies import company

    given(folder, *company(90, people=("E1", "E2")))
    run("book", "create", "pay.book", "--by", "ann")
    said = run("accrue", ".", "--period", "2026-Q1", "--through", "2026-01-31", "--by", "ann").stdout
    assert "2026-Q1 is accrued: event 2, 2 lines" in said
    again = run("accrue", ".", "--period", "2026-Q1", "--through", "2026-01-31", "--by", "ann").stdout
    assert "Nothing is left to accrue" in again
    run("close", ".", "--period", "2026-Q1", "--by", "ann")
    out = folder.parent / "out.csv"
    pay = ("payroll", "--period", "2026-Q1", "--out", out)
    assert "event 3, close of 2026-Q1, is not decided yet" in run(*pay, code=2).stderr
    assert "give a period to pay, or the event" in run("payroll", "--out", out, code=2).stderr
    run("approve", "3", "--by", "bob")
    said = run(*pay, "--by", "pat", "--pay-code", "B7").stdout
    head = Book(Store("pay.book")).head()[1]
    assert "2 people, 4,500.00 USD, of event 3" in said and head in said
    lines = out.read_text().splitlines()
    assert lines[0] == "employee_id,pay_code,amount,currency,period,event,book_hash"
    assert lines[1] == f"E1,B7,2250,USD,2026-Q1,5,{head}" and out.stat().st_mode & 0o077 == 0
    assert "no approved event left to pay" in run(*pay, code=2).stderr
    (folder.parent / "ids.csv").write_text("employee_id,payroll_id\nE1,0017\nE2,\n")
    ids = ("payroll", "--event", "5", "--out", out, "--force", "--ids", folder.parent / "ids.csv")
    assert "E2 has no payroll id" in run(*ids, code=2).stderr
    (folder.parent / "ids.csv").write_text("employee_id,payroll_id\nE1,0017\nE2,0018\n")
    run(*ids)
    assert out.read_text().splitlines()[2].startswith("E2,0018,variable_pay,2250,")
    shown = json.loads(run("ledger", "--employee", "E2", "--json").stdout)
    assert [(one["from"], one["to"]) for one in shown] == [
        ("expense", "accrued"), ("expense", "payable"), ("accrued", "expense"), ("payable", "payroll"),
    ]  # fmt: skip
    asked = run("dispute", "open", "3", "1", "--question", "x", "--by", "ann").stdout
    assert "Event 6 disputes line 1 of event 3." in asked
    run("dispute", "resolve", "6", "--text", "it is right", "--by", "bob")
    said = run("dispute", "show", "6").stdout
    assert "Booked: 2,250.00 USD" in said and "it is right" in said and "is resolved" in said
    (folder.parent / "paid.csv").write_text(
        "period,employee_id,plan_id,component_id,amount\n2025-Q4,E1,P,nrr,5\n"
    )
    typed = ("book", "open", ".", "--paid", folder.parent / "paid.csv")
    assert "history of 2025-Q4 is booked: event 8, 1 payment to 1 person" in run(*typed).stdout
    given(folder, *company(90, paid=[["period", "employee_id", "plan_id", "component_id", "amount"],
                                     ["2025-Q4", "E1", "P", "nrr", 5]])[-1:])  # fmt: skip
    assert "payments are given twice" in run(*typed, code=2).stderr
    assert "asks to erase the inputs before 2026-Q2" in run("erase", "--before", "2026-Q2").stdout
    assert "is undecided, so nothing is erased" in run("erase", "--event", "9", code=2).stderr
    run("approve", "9", "--by", "bob")
    assert "archived inputs erased" in run("erase", "--event", "9").stdout
    assert "The book is sound" in run("ledger", "--verify").stdout
