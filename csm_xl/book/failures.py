"""What a database refuses, in words: a rule of the book, a full disk, a lock, a lost connection.

Nothing of a row is repeated: what people are paid is in no message.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from csm_xl.book.rules import BY_NAME, MARK
from csm_xl.errors import NOT_FOUND, VALUE, CsmError

_RULE: Final = re.compile(rf"{MARK} (\w+): ")
_KNOWN: Final = (
    (r"database is locked|database table is locked|lock timeout|deadlock detected",
     "somebody else is writing in the book", "Try again in a minute."),
    (r"database or disk is full|no space left|could not extend file|disk full",
     "the disk of the book is full, so nothing was written", "Make room on it, then try again."),
    (r"disk i/o error|file too large|could not write",
     "the book cannot be written, so nothing was", "Check the disk and its limits, then try again."),
    (r"readonly database|read-only transaction|unable to open database|permission denied|not permitted",
     "you are not allowed to write to this book, or to open it", "Ask its owner for the right to use it."),
    (r"must be owner|must have createrole|permission denied to create role",
     "you may not change this database", "Ask its owner to do this."),
    (r"canceling statement|statement timeout",
     "the database ended the work before it was done, so nothing was written",
     "Ask whoever runs it for more time (statement_timeout), then try again."),
    (r"not a database|malformed|disk image",
     "the file is not a book, or is damaged",
     "Restore the last backup, and verify it with csm-xl ledger --verify."),
    (r"password authentication|no password supplied|authentication failed|does not exist|permitted to log in",
     "the database does not let you in",
     "Check user, database and password; keep the password in ~/.pgpass."),
    (r"connection|server closed|terminating|timeout|resolve host|network",
     "the connection to the database was lost, or could not be made",
     "csm-xl ledger shows whether the last event was written."),
)  # fmt: skip
_FIRST_LINE: Final = 160


class RuleBroken(CsmError):  # noqa: N818 - a CsmError as every other
    """A rule of the book that a database refused something by. rule: its name."""

    def __init__(self, rule: str, where: str) -> None:
        broken = BY_NAME[rule]
        self.rule = rule
        super().__init__(VALUE, broken.message, where, None, broken.hint)


def of_database(why: Exception) -> bool:
    """Whether an error comes from a database, and not from this program."""
    return isinstance(why, (SQLAlchemyError, sqlite3.Error)) or type(why).__module__.startswith("psycopg")


def refused(why: Exception, book: str) -> CsmError:
    """What to say about an error of a database. book: how messages name the book."""
    origin = getattr(why, "orig", None) or why
    text = str(origin)
    if (found := _RULE.search(text)) and found[1] in BY_NAME:
        return RuleBroken(found[1], book)
    low = text.casefold()
    for pattern, message, hint in _KNOWN:
        if re.search(pattern, low):
            return CsmError(VALUE, message, book, None, hint)
    if type(origin).__name__ in (
        "IntegrityError",
        "UniqueViolation",
        "CheckViolation",
        "ForeignKeyViolation",
    ):
        return CsmError(VALUE, "the book refuses what breaks its form", book, _constraint(text),
                        "Use csm-xl to write in the book.")  # fmt: skip
    return CsmError(VALUE, "the database of the book fails", book, type(origin).__name__,
                    "csm-xl ledger shows whether the last event was written.")  # fmt: skip


def _constraint(text: str) -> str:
    """The name of the constraint that was broken, without any value."""
    found = re.search(r'constraint "(\w+)"|constraint failed: ([\w., ]+)', text)
    return (found[1] or found[2])[:_FIRST_LINE] if found else "a constraint"


def no_book(book: str) -> CsmError:
    """The refusal of a place where no book is, or, on PostgreSQL, none that this user may see."""
    what, hint = (
        "there is no book of record",
        "Create one with csm-xl book create, or name the one that you have.",
    )
    if "://" in book:
        what += " that you may read"
        hint = "Ask its owner for a role, such as csm_book_auditor; or create one with csm-xl book create."
    return CsmError(NOT_FOUND, what, "--book", book, hint)
