"""A statement as an .eml file: a message ready to be sent by whoever opens it. Nothing is sent from here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue
from csm_xl.plan.display_names import DisplayNames
from csm_xl.report import words
from csm_xl.report.letterhead import Letterhead
from csm_xl.report.statement import Statements

_ENDING: Final = ".eml"


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to one person about a file. path: where it goes. name: the person's, blank for none.

    about: the period, and what of it is attached.
    """

    path: Path
    address: str
    name: str
    about: str

    def message(self, file: str, data: bytes, letterhead: Letterhead) -> bytes:
        """The message with the file attached; the same file gives the same bytes.

        It has no sender and no date: the mail program of whoever opens it fills them in.
        """
        mail = EmailMessage(policy=SMTP)
        mail["To"] = Address(words.plain(self.name), addr_spec=self.address)
        mail["Subject"] = words.plain(self.about)
        mail["X-Unsent"] = "1"  # Outlook then opens it as a draft
        greeting = f"Hello {words.plain(self.name)},\n\n" if self.name else ""
        asked = f"\nQuestions: {words.plain(letterhead.contact_line)}\n" if letterhead.contact_line else ""
        signed = f"\n{words.plain(letterhead.company_name)}\n" if letterhead.company_name else ""
        mail.set_content(f"{greeting}{words.plain(self.about)}: see the attached file.\n{asked}{signed}",
                         cte="quoted-printable")  # fmt: skip
        mail.add_attachment(data, maintype="application", subtype="pdf", filename=file)
        mail.set_boundary(f"=_{hashlib.sha256(data).hexdigest()[:32]}")
        return mail.as_bytes()


def addressed(
    every: Statements, files: Mapping[str, tuple[Path, str]], wanted: bool
) -> tuple[dict[str, Mail], list[Issue]]:
    """The messages to those who have an address on the roster, and a warning about each who has none.

    files: who gets a file → the file, and what is in it. wanted: whether messages are wanted at all.
    Errors: outputs are to have neither names nor addresses.
    """
    if not wanted:
        return {}, []
    roster, company = every.explanation.tables["roster"], every.explanation.tables.company
    if not company.names_on_outputs:
        raise CsmError(VALUE, "a message needs an address, and outputs have neither names nor addresses",
                       "names_on_outputs", "no", "Set it to yes, or leave --eml out.")  # fmt: skip
    rows = {who: row for row, who in enumerate(roster.columns["employee_id"].tolist())}
    found: dict[str, Mail] = {}
    issues = []
    taken: dict[str, str] = {}
    for who, (path, title) in files.items():
        row = rows.get(who)
        typed = str(roster.columns["email"][row]).strip() if row is not None else ""
        where = roster.where(row, "email") if row is not None else "roster"
        if not typed:
            what = f"{who} has no email address, so there is no .eml file for {path.name}"
            hint = "Type the address in the column email of the roster."
            issues.append(Issue(NOT_FOUND, what, where, None, hint, "warning", person=who))
        elif not _is_address(typed):
            what = f"this is not the email address of {who}, so there is no .eml file for {path.name}"
            issues.append(Issue(VALUE, what, where, typed, "Type one address, such as name@example.com.",
                                "warning", person=who))  # fmt: skip
        else:
            other = taken.setdefault(typed.casefold(), who)
            if other != who:
                what = f"{who} and {other} have the same email address: both messages go there"
                issues.append(Issue(VALUE, what, where, typed, "Correct it if it is not meant.", "warning",
                                    person=who))  # fmt: skip
            name = DisplayNames(every.explanation.tables).of(who)
            found[who] = Mail(path.with_suffix(_ENDING), typed, name, f"{title}, {every.period.name}")
    return found, issues


def _is_address(typed: str) -> bool:
    """Whether a text is one address that a mail program takes."""
    try:
        address = Address(addr_spec=typed)
    except (HeaderParseError, ValueError, IndexError):
        return False
    return (
        bool(address.username) and "." in address.domain.strip(".") and typed.isascii() and " " not in typed
    )
