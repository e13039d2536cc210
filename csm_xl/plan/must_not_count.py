"""Rows of which a text says that they must not count, and that count all the same."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from csm_xl.errors import VALUE, Issue
from csm_xl.plan.findings import Remarks
from csm_xl.plan.tables import Tables
from csm_xl.plan.unknown_columns import is_free

_ANYWHERE: Final = (
    r"do not (?:use|pay|count)|don'?t (?:use|pay|count)|not to be paid|dummy|placeholder|delete (?:me|this)"
    r"|to be deleted"
)
_NOT_YET: Final = r"pending|tbc|tbd|to be confirmed|not approved|unapproved|on hold|draft"
_TEST: Final = r"\Atest[\s\W_]*\d*\Z"
_WORDS: Final = {
    ("adjustments", "reason"): _NOT_YET,
    ("other_pay", "reason"): _NOT_YET,
    ("goals", "goal"): r"cancell?ed|void|voided|dropped|withdrawn|on hold",
    ("deals", "product"): r"cancell?ed|void|voided|withdrawn|on hold",
    ("deals", "deal_id"): "",
    ("roster", "employee_name"): r"vacant|vacancy|tbh|tbd|to be hired|open (?:position|role|req)",
}
"""Column → what says in it that its row must not count, beside what says so everywhere."""
_NOT_PAID: Final = re.compile(rf"\b(?:{_ANYWHERE}|not? pay(?:ment|out)?|on hold|hold until|withhold)\b")


def says_not_to_pay(text: str) -> bool:
    """Whether a text says that somebody or something must not be paid.

    >>> says_not_to_pay("0504 - do not pay renewals in March"), says_not_to_pay("0504 moved to Boston")
    (True, False)
    """
    return bool(_NOT_PAID.search(text.casefold()))


_EXCEPTIONS: Final = re.compile(
    r"terminat|\bleavers?\b|resign|do[ _-]not[ _-]pay|don.?t pay|no[ _-]pay|exclu|cancel|claw|disput"
    r"|on[ _-]hold|\bvoid|\blost\b|refund|revers|(?:\b|_)loa(?:\b|_)|leave[ _-]of[ _-]absence"
    r"|unpaid[ _-]leave|(?:\b|_)splits?(?:\b|_)|spiff?s?(?:\b|_)|correction|new[ _-]?hire|joiner"
)


def lists_exceptions(title: str) -> bool:
    """Whether the title of a list, or a header about deals, says that what it lists is paid otherwise.

    >>> lists_exceptions("Terminations Q2"), lists_exceptions("do_not_pay"), lists_exceptions("Team lunch")
    (True, True, False)
    """
    return bool(_EXCEPTIONS.search(title.casefold()))


def check_must_not_count(tables: Tables, out: Remarks) -> None:
    """Collect rows that count although a text of theirs says that they must not."""
    for (name, column), words in _WORDS.items():
        said = re.compile(rf"\b(?:{'|'.join(filter(None, (words, _ANYWHERE)))})\b|{_TEST}")
        table = tables[name]
        texts = table.coded(column)
        odd = np.array([bool(said.search(str(text or "").casefold())) for text in texts.values], dtype=bool)
        for row in np.flatnonzero(odd[texts.codes]).tolist():
            what = f"{column} is {texts[row]!r}, and the row counts like any other"
            out.warning(table, row, column, what, "Remove the row if it must not count.",
                        kind=f"rows of {name} count, whatever their {column} says")  # fmt: skip
    _check_gone(tables, out)
    _check_remarks(tables, out)


_GONE: Final = re.compile(
    r"\b(?:terminated|resigned|dismissed|left (?:the )?company|no longer (?:employed|here)|ex-employee|loa"
    r"|on (?:\w+ )?leave|(?:parental|maternity|paternity|unpaid|medical) leave|inactive|offboarded)\b"
)
_ABOUT_SOMEBODY: Final = (
    "employee_name", "first_name", "last_name", "role", "level", "location", "team", "division",
)  # fmt: skip


def _check_gone(tables: Tables, out: Remarks) -> None:
    """People whose name or place says that they left or are on leave, without a leave date or a day off."""
    roster, changes = tables["roster"], tables["changes"].columns
    away = {who for who, fte in zip(changes["employee_id"], changes["fte"], strict=True) if fte == 0}
    for column in _ABOUT_SOMEBODY:
        texts = roster.coded(column)
        odd = np.array([bool(_GONE.search(str(text or "").casefold())) for text in texts.values], dtype=bool)
        for row in np.flatnonzero(odd[texts.codes] & (roster.columns["leave_date"] == 0)).tolist():
            who = roster.columns["employee_id"][row]
            if who in away or roster.columns["fte"][row] == 0:
                continue
            what = f"{column} of {who} is {texts[row]!r}, and {who} has no leave_date"
            hint = "Type the leave_date; of unpaid leave a change to an fte of 0. None needed if it is paid."
            out.warning(roster, row, column, what, hint,
                        kind=f"people are paid in full, whatever their {column} says")  # fmt: skip


_REMARKS: Final = {
    "roster": rf"{_GONE.pattern}|\bleft (?:on|in) |\blast day\b",
    "deals": r"\b(?:cancell?ed|voided|refunded|lost to|deal lost|closed lost|duplicate of|reversed)\b",
    "results": r"\b(?:not final|preliminary|to be confirmed|tbc|excluded?)\b",
    "goals": r"\b(?:not final|preliminary|to be confirmed|tbc|cancell?ed|dropped)\b",
    "adjustments": r"\b(?:not approved|unapproved|rejected|declined|pending)\b",
}
"""Table → what a remark in a column of the owner's own says against its row."""


def _check_remarks(tables: Tables, out: Remarks) -> None:
    """Remarks in columns of the owner's own, such as Notes, that speak against their row."""
    for name, table in tables.items():
        said = re.compile(_REMARKS[name]) if name in _REMARKS else _NOT_PAID
        for header, remarks in table.extra.items():
            for row, remark in enumerate(remarks if is_free(name, header) else ()):
                text = str(remark or "").casefold()
                left = name == "roster" and table.columns["leave_date"][row]
                if not text or left or not (said.search(text) or _NOT_PAID.search(text)):
                    continue
                what = f"{header} says {str(remark)!r}, and remarks are not read: the row counts as it is"
                hint = "Correct or remove the row, if the remark is right. None needed if it is done."
                place, kind = table.where(row, header), f"remarks speak against rows of {name}"
                out.issues.append(
                    Issue(VALUE, what, place, None, hint, "warning", table.person(row), "", kind)
                )
