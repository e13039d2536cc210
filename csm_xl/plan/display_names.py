"""What people are called on outputs: the one place that decides it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

from csm_xl.plan.table import Tables

EMPLOYEE_NAME: Final = "employee_name"
"""The column beside employee_id on outputs."""


def name_and_id(name: str, employee_id: str) -> str:
    """A person as a text shows them: the ID too, as two people may have one name; alone where there is none.

    >>> name_and_id("Sample 01", "E0001"), name_and_id("", "E0001")
    ('Sample 01 (E0001)', 'E0001')
    """
    return f"{name} ({employee_id})" if name else employee_id


class DisplayNames:
    """The names of the people of the roster, for outputs. The employee ID stays the key everywhere.

    A person's name is employee_name, else first and last name; where there is neither, or where
    names_on_outputs says no, there is none, and the ID alone is shown.
    shown_at_all: what names_on_outputs says.
    """

    def __init__(self, tables: Tables) -> None:
        self.shown_at_all = tables.company.names_on_outputs
        self._roster = tables["roster"]

    @cached_property
    def _names(self) -> dict[str, str]:
        if not self.shown_at_all:
            return {}
        columns = (self._roster.columns[name].tolist()
                   for name in ("employee_id", EMPLOYEE_NAME, "first_name", "last_name"))  # fmt: skip
        every = ((who, one_name(name, first, last)) for who, name, first, last in zip(*columns, strict=True))
        return {who: name for who, name in every if name}

    def __bool__(self) -> bool:
        """Whether anybody has a name."""
        return bool(self._names)

    def of(self, employee_id: str) -> str:
        """A person's name; blank where there is none to show."""
        return self._names.get(employee_id, "")

    def shown(self, employee_id: str) -> str:
        """A person's name, with the ID, as two people may have one name; else the ID alone.

        An example: ``Sample 01 (E0001)``.
        """
        return name_and_id(self.of(employee_id), employee_id)

    def approver(self, typed: str) -> str:
        """Who approved something, as an output may say it. typed: an ID, a name or an email address.

        As it was typed; where outputs name nobody, the ID of that person of the roster, and blank for anybody
        else.
        """
        return typed if self.shown_at_all else self._ids.get(_plain(typed), "")

    @cached_property
    def _ids(self) -> dict[str, str]:
        """What people of the roster are called → the ID; blank where two are called so."""
        names = ("employee_id", EMPLOYEE_NAME, "first_name", "last_name", "email")
        columns = (self._roster.columns[name].tolist() for name in names)
        found: dict[str, str] = {}
        for who, name, first, last, email in zip(*columns, strict=True):
            for called in {_plain(who), _plain(one_name(name, first, last)), _plain(email or "")}:
                found[called] = who if found.get(called, who) == who else ""
        return found

    def beside(
        self, rows: Sequence[Sequence[Any]], longest: int = 0, key: str = "employee_id"
    ) -> list[list[Any]]:
        """Rows under a header, with the name as a column after the ID; as they are where nobody has one.

        rows: a header first. Whoever has no name has a blank. longest: how many characters of a name there is
        room for; 0 for all. key: the column of the ID.
        """
        header = list(rows[0]) if rows else []
        named = self.header(header, key)
        if named == header:
            return [list(row) for row in rows]
        at = header.index(key) + 1
        return [named, *([*row[:at], self.beside_id(row[at - 1], longest), *row[at:]] for row in rows[1:])]

    def header(self, columns: Sequence[str], key: str = "employee_id") -> list[str]:
        """The names of columns, with that of the name after the ID; as they are where nobody has one."""
        found = list(columns)
        if self and key in found:
            found.insert(found.index(key) + 1, EMPLOYEE_NAME)
        return found

    def beside_id(self, employee_id: str, longest: int = 0) -> str | None:
        """A person's name for the column beside the ID; None where there is none to show. longest: as for
        `beside`."""
        return _cut(self.of(employee_id), longest)


def _plain(called: str) -> str:
    return " ".join(str(called).split()).casefold()


def _cut(name: str, longest: int) -> str | None:
    return f"{name[: longest - 1]}…" if longest and len(name) > longest else name or None


def one_name(name: str, first: str = "", last: str = "") -> str:
    """A name on one line: the whole name, else first and last.

    >>> one_name("", "Sample", "01"), one_name("  Sample\\n02 ", "A", "B")
    ('Sample 01', 'Sample 02')
    """
    return " ".join((name or "").split()) or " ".join(f"{first or ''} {last or ''}".split())
