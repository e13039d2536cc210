"""Rows of which a text says that they must not count, and that count all the same."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from csm_xl.errors import VALUE, Issue
from csm_xl.pay.rounding import Array
from csm_xl.plan.findings import Remarks
from csm_xl.plan.tables import Tables
from csm_xl.plan.unknown_columns import is_free

_ANYWHERE: Final = (
    r"do not (?:use|pay|count)|don'?t (?:use|pay|count)|not to be paid|dummy|placeholder|delete (?:me|this)"
    r"|to be deleted"
)
_NOT_YET: Final = r"pending|tbc|tbd|to be confirmed|not approved|unapproved|on hold|draft"
_CALLED_OFF: Final = r"cancell?ed|void|voided|withdrawn|rescinded"
_TEST: Final = r"\Atest[\s\W_]*\d*\Z"
_WORDS: Final = {
    ("adjustments", "reason"): rf"{_NOT_YET}|\Avoid(?:ed)?\Z",
    ("other_pay", "reason"): rf"{_NOT_YET}|\Avoid(?:ed)?\Z",
    ("goals", "goal"): rf"{_CALLED_OFF}|dropped|on hold",
    ("deals", "product"): rf"{_CALLED_OFF}|on hold",
    ("deals", "deal_id"): rf"{_CALLED_OFF}|reversed|refunded|lost|duplicate|dup",
    ("accounts", "account_id"): rf"{_CALLED_OFF}|duplicate|dup",
    ("roster", "employee_name"): r"vacant|vacancy|tbh|tbd|to be hired|open (?:position|role|req)",
}
"""Column → what says in it that its row must not count, beside what says so everywhere."""
_NOT_PAID: Final = re.compile(rf"\b(?:{_ANYWHERE}|not? pay(?:ment|out)?|on hold|hold until|withhold)\b")


def _plain(text: object) -> str:
    return str(text or "").casefold().replace("_", " ")


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
        odd = np.array([bool(said.search(_plain(text))) for text in texts.values], dtype=bool)
        for row in np.flatnonzero(odd[texts.codes]).tolist():
            what = f"{column} is {texts[row]!r}, and the row counts like any other"
            out.warning(table, row, column, what, "Remove the row if it must not count.",
                        kind=f"rows of {name} count, whatever their {column} says")  # fmt: skip
    _check_gone(tables, out)
    _check_remarks(tables, out)


_MONTHS: Final = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_GONE: Final = re.compile(
    r"\b(?:terminated|termed|resigned|quit|dismissed|left (?:the )?company|no longer (?:employed|here)"
    r"|ex-employee|loa|on (?:\w+ )?leave|(?:parental|maternity|paternity|unpaid|medical) leave"
    r"|leave of absence|inactive|offboarded|(?:last|final) day|lwd)\b"
    rf"|\bleft:? (?:(?:on|in) )?(?:\d|(?:{_MONTHS})\b)"
    r"|\(left\b(?! (?:bank|coast|hand|side|wing)\b|[-_])|\s[-–—]\s*left\s*\Z"
)
"""Also "left 5/15", "(left …" and a name that ends with "- left"; not a place such as "(Left Bank)"."""
_ABOUT_SOMEBODY: Final = (
    "employee_name", "first_name", "last_name", "role", "level", "location", "team", "division", "pay_group",
    "cost_center",
)  # fmt: skip


def _check_gone(tables: Tables, out: Remarks) -> None:
    """People whose name or place says that they left or are on leave, without a leave date or a day off."""
    roster = tables["roster"]
    full = _paid_in_full(tables)
    for column in _ABOUT_SOMEBODY:
        texts = roster.coded(column)
        odd = np.array([bool(_GONE.search(_plain(text))) for text in texts.values], dtype=bool)
        for row in np.flatnonzero(odd[texts.codes] & full).tolist():
            who = roster.columns["employee_id"][row]
            what = f"{column} of {who} is {texts[row]!r}, and {who} has no leave_date"
            hint = "Type the leave_date; of unpaid leave a change to an fte of 0. None needed if it is paid."
            out.warning(roster, row, column, what, hint,
                        kind=f"people are paid in full, whatever their {column} says")  # fmt: skip


def _paid_in_full(tables: Tables) -> Array:
    """For each row of the roster, whether no leave date and no day off is typed of the person."""
    roster, changes = tables["roster"].columns, tables["changes"].columns
    away = {who for who, fte in zip(changes["employee_id"], changes["fte"], strict=True) if fte == 0}
    full: Array = (roster["leave_date"] == 0) & (roster["fte"] != 0)
    if away:
        full &= np.array([who not in away for who in roster["employee_id"].tolist()], dtype=bool)
    return full


def _unless(words: str, other: str) -> str:
    """A pattern of texts that have one of the words, and none of the others, which give them another sense.

    >>> bool(re.search(_unless("churned", "won back"), "won back: churned in 2024"))
    False
    """
    return rf"\A(?!.*\b(?:{other})\b).*\b(?:{words})\b"


_REMARKS: Final = {
    "roster": rf"{_GONE.pattern}|\bleft (?:on|in) |\bleaving\b|\A\W*left\W*\Z",
    "deals": r"\b(?:cancell?ed|voided|refunded|(?<!no )refund issued|lost to|deal lost|closed lost|reversed"
    r"|(?:dupe?|duplicate) of|never signed|not signed|unsigned|backed out)\b"
    + "|" + _unless("duplicated?", r"not? (?:an? )?duplicated?|de-duplicated?")
    + "|" + _unless("churned", r"w[io]n[ -]?back|won again|came back|previously|formerly|re-?activated")
    + "|" + _unless(r"already paid|paid (?:in )?last (?:quarter|month|period|year)|paid in q[1-4]",
                    r"invoiced?|customer|client|deposit|up ?front|prepaid|(?:to|will) be paid"),
    "results": r"\b(?:not final|preliminary|to be confirmed|tbc|excluded?)\b"
    + "|" + _unless("estimated?|forecast",
                    r"(?:beats?|above|below|over|under|against|versus|vs\.?|than|exceed(?:s|ed)?|replaces|not?)"
                    r" (?:\w+ )?(?:estimate|forecast)"),
    "goals": r"\b(?:not final|preliminary|to be confirmed|tbc|cancell?ed|dropped)\b",
    "adjustments": r"\b(?:not approved|unapproved|rejected|declined|pending)\b",
}  # fmt: skip
"""Table → what a remark in a column of the owner's own says against its row."""
_NOT_REACHED: Final = re.compile(
    r"\bnot (?:met|achieved)\b|"
    + _unless("missed|failed", r"(?:not?|none|nothing|never|zero|0) (?:\S+ ){0,3}(?:missed|failed)"
                               r"|(?:missed|failed) (?:0|no|none|nothing|zero)"),
    re.DOTALL,
)  # fmt: skip
"""What a remark says against a goal whose score is 1 or more."""


def _check_remarks(tables: Tables, out: Remarks) -> None:
    """Remarks in columns of the owner's own, such as Notes, that speak against their row."""
    full = _paid_in_full(tables)
    for name, table in tables.items():
        said = re.compile(_REMARKS[name], re.DOTALL) if name in _REMARKS else _NOT_PAID
        silent = ~full if name == "roster" else np.zeros(table.rows, dtype=bool)
        for header, remarks in table.extra.items():
            for row, remark in enumerate(remarks if is_free(name, header) else ()):
                text = str(remark or "").casefold()
                if not text or silent[row]:
                    continue
                against = said.search(text) or _NOT_PAID.search(text)
                if not against and name == "goals" and table.columns["score"][row] >= 1:
                    against = _NOT_REACHED.search(text)
                if not against:
                    continue
                what = f"{header} says {str(remark)!r}, and remarks are not read: the row counts as it is"
                hint = "Correct or remove the row, if the remark is right. None needed if it is done."
                place, kind = table.where(row, header), f"remarks speak against rows of {name}"
                out.issues.append(
                    Issue(VALUE, what, place, None, hint, "warning", table.person(row), "", kind)
                )
