"""Statements rolled up by manager: their people only, each person once, nobody left out unsaid."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from people import PEOPLE, raws
from pypdf import PasswordType, PdfReader

from csm_xl.errors import CsmError
from csm_xl.report.by_manager import write_by_manager
from csm_xl.report.statements import Written, write


def pages(one: Written) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(one.path).pages]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Written]:
    folder = tmp_path_factory.mktemp("managers")
    return {one.employee_id: one for one in write_by_manager(raws(), "2026-Q1", folder)}


def test_each_manager_gets_one_file_of_their_direct_reports(done: dict[str, Written]) -> None:
    assert {who: list(one.people) for who, one in done.items()} == {"M1": ["E1", "E2"], "M2": ["E3", "E4"]}
    assert [one.path.name for one in done.values()] == [
        "2026-Q1_people_of_M1.pdf", "2026-Q1_people_of_M2.pdf",
    ]  # fmt: skip


def test_nobody_elses_name_id_or_pay_is_in_a_file(done: dict[str, Written]) -> None:
    mine = " ".join(pages(done["M1"]))
    assert "Sample, One Ä" in mine and "=cmd Two" in mine
    assert not any(said in mine for said in ("E3", "E4", "E5", "Sample Five", "70,000.00", "60,000.00"))
    assert "M1" not in " ".join(pages(done["M2"]))


def test_the_summary_adds_up_to_the_statements_behind_it(done: dict[str, Written], tmp_path: Path) -> None:
    first, *rest = pages(done["M1"])
    own = {one.employee_id: one.amount for one in write(raws(), "2026-Q1", tmp_path)}
    total = own["E1"] + own["E2"]
    assert done["M1"].amount == total and done["M1"].people == {who: own[who] for who in ("E1", "E2")}
    assert first.startswith("Summary of your people") and "Total, 2 people" in first
    assert f"{total:,.2f}" in first and all(f"{own[who]:,.2f}" in first for who in ("E1", "E2"))
    assert [page.count("Pay statement") for page in rest] == [1, 1]
    assert "Confidential: for Sample, One Ä (E1) and Sample Boss (M1) only" in rest[0]


def test_whoever_reports_to_nobody_or_to_themselves_is_named(done: dict[str, Written]) -> None:
    said = [issue for one in done.values() for issue in one.warnings if issue.where == "manager_id"]
    (issue,) = said
    assert "2 people without a manager" in issue.message and issue.message.endswith("E5, M1")


def test_the_manager_at_the_periods_end_counts(tmp_path: Path) -> None:
    done = {one.employee_id: one for one in write_by_manager(raws(), "2026-Q2", tmp_path)}
    assert {who: list(one.people) for who, one in done.items()} == {"M1": ["E1"], "M2": ["E2", "E3", "E4"]}


def test_a_company_without_managers_has_nothing_to_roll_up(tmp_path: Path) -> None:
    alone = [(who, name, first, last, mail, None, "p", pay)
             for who, name, first, last, mail, _, _, pay in PEOPLE if who != "E2"]  # fmt: skip
    with pytest.raises(CsmError, match="nobody has a manager"):
        write_by_manager(raws(*alone), "2026-Q1", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_files_are_locked_by_the_managers_password_and_for_their_owner_alone(tmp_path: Path) -> None:
    with pytest.raises(CsmError, match="M2 has no password"):
        write_by_manager(raws(), "2026-Q1", tmp_path / "no", passwords={"M1": "a", "E1": "b"})
    assert not (tmp_path / "no").exists()
    for one in write_by_manager(raws(), "2026-Q1", tmp_path / "out", passwords={"M1": "a", "M2": "b"}):
        reader = PdfReader(io.BytesIO(one.path.read_bytes()))
        assert reader.decrypt({"M1": "a", "M2": "b"}[one.employee_id]) is not PasswordType.NOT_DECRYPTED
        assert one.path.stat().st_mode & 0o777 == 0o600


def test_the_same_people_give_the_same_bytes(done: dict[str, Written], tmp_path: Path) -> None:
    again = {one.employee_id: one for one in write_by_manager(raws(), "2026-Q1", tmp_path)}
    assert {who: one.path.read_bytes() for who, one in again.items()} == {
        who: one.path.read_bytes() for who, one in done.items()
    }


def test_an_existing_file_is_not_replaced_unasked(tmp_path: Path) -> None:
    write_by_manager(raws(), "2026-Q1", tmp_path)
    with pytest.raises(CsmError, match="already exists"):
        write_by_manager(raws(), "2026-Q1", tmp_path)
    assert write_by_manager(raws(), "2026-Q1", tmp_path, force=True)
