"""Ready .eml files: to the address on the roster, with the very PDF; nobody's address is guessed."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from named import NASTY
from people import raws

from csm_xl.errors import CsmError
from csm_xl.report.by_manager import write_by_manager
from csm_xl.report.statements import Written, write


def read(one: Written) -> EmailMessage:
    assert one.mail is not None
    found = message_from_bytes(one.mail.read_bytes(), policy=default)
    assert isinstance(found, EmailMessage) and not found.defects
    return found


def test_a_message_is_addressed_and_has_the_very_file(tmp_path: Path) -> None:
    company = {"company_name": "Sample Company", "contact_line": "pay@example.com"}
    done = {one.employee_id: one for one in write(raws(**company), "2026-Q1", tmp_path, mail=True)}
    mail = read(done["E1"])
    (to,) = mail["To"].addresses
    assert (to.display_name, to.addr_spec) == ("Sample, One Ä", "e1@example.com")
    assert mail["Subject"] == "Pay statement, 2026-Q1" and mail["X-Unsent"] == "1" and mail["From"] is None
    body = mail.get_body()
    assert body is not None
    said = body.get_content()
    assert "Hello Sample, One Ä" in said and "Questions: pay@example.com" in said and "Sample Company" in said
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "2026-Q1_E1.pdf"
    assert attached.get_content() == done["E1"].path.read_bytes()
    assert done["E1"].mail is not None and done["E1"].mail.stat().st_mode & 0o777 == 0o600


def test_whoever_has_no_address_is_named_and_gets_no_message(tmp_path: Path) -> None:
    done = write(raws(), "2026-Q1", tmp_path, mail=True)
    without = {one.employee_id for one in done if one.mail is None}
    assert (
        without
        == {"E3", "E4"}
        == {path.stem[-2:] for path in tmp_path.glob("*.pdf")}
        - {path.stem[-2:] for path in tmp_path.glob("*.eml")}
    )
    said = {issue.person: issue for one in done for issue in one.warnings if issue.person}
    assert "is not the email address of E3" in said["E3"].message and said["E3"].got == "not an address"
    assert "E4 has no email address" in said["E4"].message and set(said) == without


def test_a_managers_message_has_their_peoples_file(tmp_path: Path) -> None:
    done = {one.employee_id: one for one in write_by_manager(raws(), "2026-Q1", tmp_path, mail=True)}
    mail = read(done["M1"])
    assert mail["Subject"] == "Pay statements of your people, 2026-Q1"
    assert [one.get_filename() for one in mail.iter_attachments()] == ["2026-Q1_people_of_M1.pdf"]
    assert done["M2"].mail is None  # who is not on the roster


def test_two_people_with_one_address_are_named(tmp_path: Path) -> None:
    pair = [(who, who, None, None, "same@example.com", "M1", "p", 90000) for who in ("E1", "E2")]
    done = write(raws(*pair), "2026-Q1", tmp_path, mail=True)
    assert any("the same email address" in issue.message for one in done for issue in one.warnings)


@pytest.mark.parametrize(
    "typed",
    ["a@b", "a b@example.com", "a@example.com, b@example.com", "ä@example.com",
     "a@bücher.example", "<a@example.com>",
     "a@example.com\nBcc: b@example.com", "@example.com"],
)  # fmt: skip
def test_what_is_no_address_is_not_written_to(tmp_path: Path, typed: str) -> None:
    (one,) = write(
        raws(("E1", "Sample", None, None, typed, "M1", "p", 90000)), "2026-Q1", tmp_path, mail=True
    )
    assert one.mail is None and not list(tmp_path.glob("*.eml"))
    assert any(issue.person == "E1" for issue in one.warnings)


def test_any_name_makes_a_message_with_one_address(tmp_path: Path) -> None:
    people = [(f"E{at}", name, None, None, f"e{at}@example.com", "E0", "p", 90000)
              for at, name in enumerate(NASTY)]  # fmt: skip
    for one in write(raws(*people), "2026-Q1", tmp_path, mail=True):
        mail = read(one)
        assert [to.addr_spec for to in mail["To"].addresses] == [f"{one.employee_id.lower()}@example.com"]
        assert set(mail.keys()) == {"To", "Subject", "X-Unsent", "MIME-Version", "Content-Type"}


def test_the_same_statement_gives_the_same_message(tmp_path: Path) -> None:
    first, again = (write(raws(), "2026-Q1", tmp_path / name, mail=True) for name in ("a", "b"))
    assert [one.mail and one.mail.read_bytes() for one in first] == [
        one.mail and one.mail.read_bytes() for one in again
    ]


def test_there_is_no_message_where_outputs_name_nobody(tmp_path: Path) -> None:
    with pytest.raises(CsmError, match="neither names nor addresses"):
        write(raws(names_on_outputs=False), "2026-Q1", tmp_path / "out", mail=True)
    assert not (tmp_path / "out").exists()
