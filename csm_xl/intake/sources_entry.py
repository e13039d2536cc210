"""One entry of a mapping file being read: its keys, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from csm_xl.errors import NOT_FOUND, VALUE, Issue, listed
from csm_xl.plan.names import did_you_mean, header_name
from csm_xl.plan.schema import TableSchema


class Entry:
    """An entry of a mapping file. issues: what is wrong with it; schema: its table, where that is known."""

    def __init__(self, entry: Mapping[str, Any], place: str, known: Mapping[str, TableSchema]) -> None:
        self.entry, self.known = entry, known
        table = entry.get("table")
        self.place = f"{place} ({table})" if isinstance(table, str) else place
        self.issues: list[Issue] = []
        self.schema = known.get(table) if isinstance(table, str) else None

    def known_columns(self, key: str, names: Iterable[str]) -> None:
        """Report names that are no columns of the table."""
        if self.schema is None:
            return
        for name in names:
            if name not in self.schema.names:
                plain = header_name(name)
                near = (
                    f"Did you mean {plain!r}? "
                    if plain in self.schema.names
                    else did_you_mean(name, self.schema.names)
                )
                self.add(
                    key,
                    f"{self.schema.name} has no column {name!r}",
                    None,
                    f"{near}Columns: {listed(self.schema.names, 99)}.",
                    NOT_FOUND,
                )

    def mapping(self, key: str) -> dict[str, Any]:
        """A key that holds keys and values."""
        said = self.entry.get(key, {})
        if not isinstance(said, dict):
            self.add(
                key, "this is not a table of keys and values", said, f'Write {key} = {{ KEY = "VALUE" }}.'
            )
            return {}
        return said

    def names(self, key: str) -> tuple[str, ...]:
        """A key that holds a list of names."""
        said = self.entry.get(key, [])
        if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
            self.add(key, "this is not a list of names", None, f'Write {key} = ["NAME"].')
            return ()
        return tuple(said)

    def text(self, key: str) -> str:
        """A key that holds text; blank where it is not there."""
        said = self.entry.get(key, "")
        if not isinstance(said, str) or (key in self.entry and not said.strip()):
            shown = None if key == "url" else said
            if not any(issue.where == self.at(key) for issue in self.issues):
                self.add(key, "this is not text", shown, f'Write {key} = "TEXT".')
            return ""
        return said

    def one_of(self, key: str, allowed: Sequence[str]) -> None:
        """Report a text that is none of those allowed."""
        said = self.text(key)
        if said and said not in allowed:
            self.add(
                key, f"unknown {key}", said, f"{did_you_mean(said, allowed)}Allowed: {', '.join(allowed)}."
            )

    def keys(self, said: Mapping[str, Any], allowed: Sequence[str], before: str) -> bool:
        """Report keys that are not known; always true."""
        for key in said:
            if key not in allowed:
                self.add(
                    f"{before}{key}",
                    "unknown key",
                    None,
                    f"{did_you_mean(key, allowed)}Keys: {', '.join(allowed)}.",
                    NOT_FOUND,
                )
        return True

    def at(self, key: str) -> str:
        """The place of a key."""
        return f"{self.place} {key}".strip()

    def add(self, key: str, what: str, got: Any, hint: str, code: str = VALUE) -> None:
        """Keep a finding about a key."""
        self.issues.append(Issue(code, what, self.at(key), got, hint))
