"""Statements: the engine's cents, that person's data alone, safe files, passwords, the same bytes."""

from __future__ import annotations

import io
import os
import re
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hard_cases import CANARY, company, raws
from pypdf import PasswordType, PdfReader

from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.report.drawing import drawn
from csm_xl.report.pages import pdf
from csm_xl.report.statements import file_names, prepared, write
from csm_xl.report.words import money, percent

DAY = date(2026, 7, 5)
PEOPLE = [row["employee_id"] for row in company()["roster"]]


def text_of(path: Path | bytes) -> str:
    reader = PdfReader(io.BytesIO(path) if isinstance(path, bytes) else path)
    return "\n".join(page.extract_text() for page in reader.pages)


def one(given: Any, period: str, folder: Path, **said: Any) -> Path:
    (done,) = write(given, period, folder, as_of=DAY, **said)
    return done.path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("statements")
    done = write(raws(company()), "2026-H1", folder, as_of=DAY)
    assert {one.path.parent for one in done} == {folder}
    return {one.employee_id: one.path for one in done}


def test_every_amount_is_the_engines(made: dict[str, Path]) -> None:
    lines = list(run(raws(company()), "2026-H1").dicts())
    assert list(made) == PEOPLE
    for who, path in made.items():
        shown = text_of(path)
        mine = [line for line in lines if line["employee_id"] == who]
        for line in mine:
            assert money(line["amount"]) in shown, (who, line["component_id"])
            if line["component_target"] is not None:
                assert money(line["component_target"]) in shown
        total = re.search(r"Variable pay of 2026-H1\s+(\S+)", shown)
        assert total and total[1] == money(round(sum(line["amount"] for line in mine), 2)), who


def test_what_is_paid_of_the_target_is_without_what_has_no_target(made: dict[str, Path]) -> None:
    """As on the Statement sheet, the Dashboard and the terminal: commissions and awards are beyond it."""
    lines = list(run(raws(company()), "2026-H1").dicts())
    beyond = 0
    for who, path in made.items():
        mine = [line for line in lines if line["employee_id"] == who]
        target = sum(line["component_target"] for line in mine if line["weight"] is not None)
        on_target = sum(line["amount"] for line in mine if line["weight"] is not None)
        beyond += on_target != sum(line["amount"] for line in mine)
        shown = re.search(r"% of target paid\s+(\S+)\s+target-based pay / target", text_of(path))
        if target:
            assert shown and shown[1] == percent(on_target / target), who
    assert beyond


def test_without_a_date_a_statement_is_as_of_the_last_day_of_its_period(tmp_path: Path) -> None:
    (done,) = write(raws(company()), "2026-Q1", tmp_path, employees=["CON"])
    assert "as of 2026-03-31" in text_of(done.path)


def test_what_is_shown_of_a_person(made: dict[str, Path]) -> None:
    shown = text_of(made["Emp 1"])
    for said in ("Emp 1", "CSM II", "Kraków", "M-77", "The mix plan (mix)", "as of 2026-07-05", "page 1 of",
                 "Confidential: for Emp 1 only", "Holdback", "Clawback", "approved by VP", "Commission",
                 "(59 × 80000 × 1 [2026-01-01 to 2026-02-28] + 31 × 92000 × 1 [2026-03-01 to",
                 "48 / 50 ≥ 0.9", "Playbook <draft> & rollout", "<b>churned</b>", "[U+1F3AF]", "Questions",
                 "Base pay"):  # fmt: skip
        assert said in re.sub(r"\s+", " ", shown), said


def test_a_statement_holds_that_persons_data_alone(made: dict[str, Path]) -> None:
    unlike = {who: [other for other in PEOPLE if other != who] for who in PEOPLE}
    for who, path in made.items():
        shown = text_of(path)
        for other in unlike[who]:
            assert other not in shown, f"{other} on the statement of {who}"
        canary = any(f"{CANARY:{style}}" in shown for style in ("", ",", ",.2f"))
        assert canary == (who == "emp 1"), who
        data = path.read_bytes()
        assert not any(f"{other} ".encode() in data for other in unlike[who] if len(other) > 4)


def test_the_same_inputs_and_day_give_the_same_bytes(made: dict[str, Path], tmp_path: Path) -> None:
    again = write(raws(company()), "2026-H1", tmp_path, as_of=DAY)
    assert all(one.path.read_bytes() == made[one.employee_id].read_bytes() for one in again)
    other = write(raws(company()), "2026-H1", tmp_path / "later", as_of=date(2026, 7, 6), employees=["CON"])
    assert other[0].path.read_bytes() != made["CON"].read_bytes()


def ends_its_process(here: int) -> bytes:
    if os.getpid() != here:
        os._exit(1)
    return b"drawn here"


def test_several_processes_draw_the_same_bytes_in_order(made: dict[str, Path]) -> None:
    given = prepared(raws(company()), "2026-H1", as_of=DAY)
    draws = [partial(pdf, told, letterhead=given.letterhead) for told in given.told]
    found = list(drawn(draws, processes=2, few=0))
    assert found == [made[told.employee_id].read_bytes() for told in given.told]


def test_a_process_that_dies_leaves_its_files_to_this_one() -> None:
    draws = [partial(ends_its_process, os.getpid())] * 3
    assert list(drawn(draws, processes=2, few=0)) == [b"drawn here"] * 3


def test_names_no_path_and_no_file_system_stumbles_over() -> None:
    ids = [
        "../x",
        "..\\x",
        "a/b",
        "a_b",
        "A_B",
        "CON",
        "Emp 1",
        "E 1 ",
        ".",
        "",
        "x" * 300,
        "x" * 299 + "y",
        "é",
        "e\u0301",
    ]
    names = list(file_names(ids, "2026-Q1").values())
    assert len({name.casefold() for name in names}) == len(dict.fromkeys(ids)) == len(names)
    for name in names:
        assert Path(name).name == name
        assert not set(name) & set('<>:"/\\|?*')
        assert name.startswith("2026-Q1_") and name.endswith(".pdf") and len(name.encode()) < 120
    assert file_names(["E0001"], "2026-Q1") == {"E0001": "2026-Q1_E0001.pdf"}


def test_what_is_there_already_stays_unless_replaced(tmp_path: Path) -> None:
    path = one(raws(company()), "2026-Q1", tmp_path, employees=["CON"])
    path.write_bytes(b"signed")
    with pytest.raises(CsmError, match="already exists"):
        write(raws(company()), "2026-Q1", tmp_path, as_of=DAY)
    assert path.read_bytes() == b"signed"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    write(raws(company()), "2026-Q1", tmp_path, employees=["CON"], as_of=DAY, force=True)
    assert path.read_bytes().startswith(b"%PDF")


def test_each_file_is_locked_by_its_own_password(tmp_path: Path) -> None:
    passwords = {"CON": "ключ-1", "Emp 1": "second"}
    done = write(raws(company()), "2026-Q1", tmp_path, employees=passwords, passwords=passwords, as_of=DAY)
    for one in done:
        reader = PdfReader(one.path)
        assert reader.is_encrypted
        entry: Any = reader.trailer["/Encrypt"]
        assert (entry["/V"], entry["/R"], entry["/CF"]["/StdCF"]["/CFM"]) == (5, 6, "/AESV3")
        assert reader.decrypt("wrong") is PasswordType.NOT_DECRYPTED
        assert reader.decrypt(passwords[one.employee_id]) is not PasswordType.NOT_DECRYPTED
        assert one.employee_id in reader.pages[0].extract_text()
        assert one.employee_id.encode() not in one.path.read_bytes()


def test_all_who_lack_a_password_are_told_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(CsmError) as caught:
        write(raws(company()), "2026-Q1", tmp_path / "out", passwords={"CON": "x", "Emp 1": ""}, as_of=DAY)
    assert len(caught.value.issues) == len(PEOPLE) - 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("table", "column"), [("roster", "employee_id"), ("components", "component_name"),
                                               ("plans", "plan_name"), ("roster", "level")])  # fmt: skip
def test_names_that_cannot_be_shown_stop_nobody(table: str, column: str, tmp_path: Path) -> None:
    given = {name: [dict(row) for row in rows] for name, rows in company().items() if name != "arrangements"}
    given[table][0][column] = "漢字"
    if column == "employee_id":
        for name in ("results", "goals", "deals", "events", "adjustments", "changes", "grants"):
            id_column = "id" if name == "results" else "employee_id"
            for row in given[name]:
                row[id_column] = "漢字" if row.get(id_column) == "Emp 1" else row[id_column]
    done = write(raws(given), "2026-Q1", tmp_path / "out", as_of=DAY)
    everyone = write(raws(company()), "2026-Q1", tmp_path / "plain", as_of=DAY)
    assert len(done) == len(everyone)
    told = [issue for each in done for issue in each.warnings]
    assert {issue.severity for issue in told} == {"warning"}
    assert all("cannot show 漢 (U+6F22), 字 (U+5B57)" in issue.message for issue in told)
    pages = PdfReader(next(each.path for each in done if each.warnings)).pages
    assert "[U+6F22]" in "".join(page.extract_text() for page in pages)


def test_wrong_questions_are_answered(tmp_path: Path) -> None:
    for options, says in (({"employees": ["COM", "a/b"]}, "not on the roster"), ({"paper": "A3"}, "paper")):
        with pytest.raises(CsmError, match=says):
            write(raws(company()), "2026-Q2", tmp_path, as_of=DAY, **options)
    with pytest.raises(CsmError, match="no day of work"):  # who left in February
        write(raws(company()), "2026-Q2", tmp_path, employees=["a/b"], as_of=DAY)


def test_a_full_disk_leaves_no_half_statement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = one(raws(company()), "2026-Q1", tmp_path, employees=["CON"])
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CsmError, match="No space left"):
        write(raws(company()), "2026-Q1", tmp_path, employees=["CON"], as_of=date(2027, 1, 1), force=True)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


CELL = re.compile(r"\b\w+!\$?[A-Z]{1,3}\$?\d|\.csv\b|\brow \d", re.IGNORECASE)
LONG = re.compile(r"\d\.\d{5,}")


def test_an_employee_gets_words_and_an_analyst_the_cells(made: dict[str, Path], tmp_path: Path) -> None:
    copies = write(raws(company()), "2026-H1", tmp_path, as_of=DAY, analyst=True)
    for copy in copies:
        own, checked = text_of(made[copy.employee_id]), text_of(copy.path)
        assert not CELL.search(own) and not LONG.search(own), copy.employee_id
        assert CELL.search(checked), copy.employee_id
        assert "not for employees" in checked and "not for employees" not in own
        assert copy.path.name == made[copy.employee_id].name.replace(".pdf", "_analyst.pdf")
    assert LONG.search(text_of(copies[0].path))
    assert "the calculation used every digit" in text_of(made["Emp 1"])


def test_a_component_is_called_by_its_name_and_its_id_is_the_analysts(tmp_path: Path) -> None:
    given = company()
    given["components"][0]["component_name"] = "Retention of the book"
    own = text_of(one(raws(given), "2026-Q1", tmp_path, employees=["Emp 1"]))
    checked = text_of(one(raws(given), "2026-Q1", tmp_path, employees=["Emp 1"], analyst=True))
    assert "Retention of the book" in own and "(grr)" not in own
    assert "(grr)" in checked


def test_a_measure_that_is_a_ratio_is_shown_as_a_percentage(tmp_path: Path) -> None:
    given = company()
    for row in given["results"]:
        if row["measure"] == "GRR":
            row["goal"] = 0.9
            row["actual"] = 0.8775 if row["actual"] is not None else None
    shown = text_of(one(raws(given), "2026-Q1", tmp_path, employees=["CON"]))
    assert "90.0%" in shown and "87.75%" in shown
    for row in given["results"]:
        if row["measure"] == "GRR" and row["actual"] is not None:
            row["goal"], row["actual"] = 90, 87.75
    in_percent = text_of(one(raws(given), "2026-Q1", tmp_path, employees=["CON"], force=True))
    assert "87.75" in in_percent and "87.75%" not in in_percent


def test_letter_paper_unless_a4_is_asked_for_and_an_estimate_that_says_so(tmp_path: Path) -> None:
    path = one(raws(company()), "2026-Q2", tmp_path, employees=["emp 1"])
    page = PdfReader(path).pages[0]
    assert (float(page.mediabox.width), float(page.mediabox.height)) == (612, 792)
    assert "this statement is an estimate" in page.extract_text()
    path = one(raws(company()), "2026-Q2", tmp_path, employees=["emp 1"], paper="a4", force=True)
    assert round(float(PdfReader(path).pages[0].mediabox.height)) == 842
    with pytest.raises(CsmError, match="Letter, A4"):
        write(raws(company()), "2026-Q2", tmp_path, employees=["emp 1"], paper="A5", as_of=DAY, force=True)
    path = one(raws(company()), "2026-Q1", tmp_path, employees=["emp 1"])
    assert "estimate" not in text_of(path)


def test_two_plans_and_the_year_to_date(made: dict[str, Path], tmp_path: Path) -> None:
    shown = text_of(made["00123"])
    assert "plan mix" in shown
    assert "plan Ωmega" in shown
    path = one(raws(company()), "2026-Q2", tmp_path, employees=["Emp 1"])
    year = re.sub(r"\s+", " ", text_of(path))
    assert "2026-Q1 4,206.67 4,099.00 2026-Q2 4,600.00 2,401.20 Sum 8,806.67 6,500.20" in year


def test_what_was_really_paid_stands_in_the_year_to_date(tmp_path: Path) -> None:
    given = company()
    given["paid"] = [{"period": "2026-Q1", "employee_id": "Emp 1", "plan_id": "mix", "component_id": "grr",
                      "amount": 1_000.0}]  # fmt: skip
    path = one(raws(given), "2026-Q2", tmp_path, employees=["Emp 1"])
    assert money(4_099.0 - 2_738.54 + 1_000) in text_of(path)


def test_the_curve_is_drawn_with_the_point_on_it(made: dict[str, Path]) -> None:
    shown = text_of(made["CON"])
    assert "12 components on one curve" in shown
    assert "attainment (% of goal) across" in shown
    assert pdf.__doc__


def pooled(people: int, tmp_path: Path, fund: float | None = None, analyst: bool = False) -> str:
    """The statement of E1, of so many people who share a pool: of half of what they earn, if not told."""
    given: dict[str, list[dict[str, Any]]] = {
        "plans": [{"plan_id": "P", "model": "base_variable", "pay_period": "quarter",
                   "target_basis": "amount", "target_value": 0}],
        "components": [{"plan_id": "P", "component_id": "SALES", "type": "commission", "rate": 0.1,
                        "pool_amount": fund or 50.05 * sum(range(1, people + 1))}],
        "roster": [{"employee_id": f"E{n}", "plan_id": "P", "base_salary": 60_000,
                    "hire_date": date(2025, 1, 1)} for n in range(1, people + 1)],
        "deals": [{"deal_id": f"D{n}", "date": date(2026, 2, 1), "amount": 1_001 * n, "employee_id": f"E{n}"}
                  for n in range(1, people + 1)],
        "arrangements": [{"employee_id": "E1", "kind": "draw", "from": date(2025, 11, 15), "amount": 1_000}],
    }  # fmt: skip
    (done,) = write(raws(given), "2026-Q1", tmp_path, employees=["E1"], as_of=DAY, analyst=analyst)
    return re.sub(r"\s+", " ", text_of(done.path))


def test_a_pool_of_few_says_nothing_of_the_others(tmp_path: Path) -> None:
    few, many = pooled(4, tmp_path / "few"), pooled(5, tmp_path / "many")
    assert "500.5" not in few.replace("-", "") and "/ 1001" not in few
    assert "more digits would reveal their pay" in few
    assert "750.75 / 1501.5" in many and "what they earned is theirs" not in many
    assert "100.1 × 0.5" in many  # all that it takes to arrive at one's own
    for shown in (few, many):
        assert "100.1" in shown and "50.05" in shown


@pytest.mark.parametrize("funded", ["amount", "rate"])
def test_a_pool_that_few_share_by_salary_says_nothing_of_the_others(tmp_path: Path, funded: str) -> None:
    by = {"pool_amount": 1200} if funded == "amount" else {
        "pool_rate": 0.01, "pool_measure": "Expansion", "pool_scope": "company"}  # fmt: skip

    def shown(people: int) -> str:
        given: dict[str, list[dict[str, Any]]] = {
            "plans": [{"plan_id": "P", "model": "base_variable", "pay_period": "quarter",
                       "target_basis": "amount"}],
            "components": [{"plan_id": "P", "component_id": "TEAM", "type": "pool", "share_by": "salary",
                            **by}],
            "roster": [{"employee_id": f"E{n}", "plan_id": "P", "base_salary": 81_500 if n == 1 else 76_000,
                        "hire_date": date(2024, 1, 1)} for n in range(1, people + 1)],
            "results": [{"period": "2026-Q1", "scope": "company", "id": "company", "measure": "Expansion",
                         "actual": 120_000}],
        }  # fmt: skip
        folder = tmp_path / str(people)
        return re.sub(r"\s+", " ", text_of(one(raws(given), "2026-Q1", folder, employees=["E1"])))

    few, many = shown(2), shown(5)
    assert "620.95" in few and "fewer than 5 people share it, and the pool would reveal their pay" in few
    for said in ("1200", "1,200", "120000", "120,000", "579.05", "157500", "157,500"):
        assert said not in few, said
    assert "1200" in many.replace(",", "") and "the pool would reveal" not in many


def test_the_factor_of_a_pool_of_few_has_no_digits_that_tell_what_the_others_earned(tmp_path: Path) -> None:
    # 137.31 of 1,001 is 0.137172827172…: the next digits would tell 1,001 of a pool of 137.31.
    few, many = (pooled(people, tmp_path / str(people), 137.31, analyst=True) for people in (4, 5))
    for shown, factor in ((few, 137.31 / 1001), (many, 137.31 / 1501.5)):
        digits = f"{factor:.9f}"[2:]
        assert (digits[3:6] in shown) == (shown is many)
        assert f"{factor * 100:.1f}" in shown


def test_a_draw_is_told_from_its_opening(tmp_path: Path) -> None:
    shown = pooled(4, tmp_path)
    owed = "max(510.87 − 0 [2025-Q4], 0)", "510.87 + max(1000 − 50.05, 0)"
    for said in ("1000 × 47 / 92", "Owed after 2025-Q4", *owed, "1,460.82", "max(50.05, 1000) − 50.05"):
        assert said in shown, said


def test_what_is_carried_has_lines_of_its_own(tmp_path: Path) -> None:
    given: dict[str, list[dict[str, Any]]] = {
        "plans": [{"plan_id": "P", "model": "base_variable", "pay_period": "month", "target_basis": "amount",
                   "payment_threshold": 50}],
        "components": [{"plan_id": "P", "component_id": "SALES", "type": "commission", "rate": 0.1}],
        "roster": [{"employee_id": "E1", "plan_id": "P", "base_salary": 60_000,
                    "hire_date": date(2025, 1, 1)}],
        "deals": [{"deal_id": f"D{month}", "date": date(2026, month, 10), "amount": amount,
                   "employee_id": "E1"} for month, amount in enumerate((200, 123), 1)],
    }  # fmt: skip
    shown = re.sub(r"\s+", " ", text_of(one(raws(given), "2026-02", tmp_path, employees=["E1"])))
    for said in ("Carried", "Carried forward", "carried from 2026-01", "below the payment threshold of 50",
                 "-32.30", "0 − (12.3 + 20 [carried])"):  # fmt: skip
        assert said.replace("-", "−") in shown or said in shown, said
    assert re.search(r"Variable pay of 2026-02 \S*0\.00", shown)
