"""A mapping file read strictly: an unknown key, a column of no table or a wrong type is an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeGuard

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.intake.numbers import number_format
from csm_xl.intake.sources import AS_WRITTEN, BLANKS, ORDERS, ROWS, SECRET, Join, Source, Sources, Unpivot
from csm_xl.intake.sources_clashes import clashes
from csm_xl.intake.sources_entry import Entry
from csm_xl.intake.sources_writing import toml
from csm_xl.plan.columns import NUMERIC
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.schema import TableSchema
from csm_xl.plan.toml import parse_toml, read_toml_text

_TEXT: Final = (
    "table",
    "from",
    "sheet",
    "encoding",
    "url",
    "query",
    "dates",
    "times",
    "number",
    "currency",
    "rows",
)
_MAPS: Final = ("columns", "values", "where", "fill", "join", "unpivot", "blanks")
_LISTS: Final = ("percent", "text", "ignore")
KEYS: Final = (*_TEXT, "header_row", *_MAPS, *_LISTS)
"""The keys of a source."""
_JOIN: Final = ("column", "file", "table", "key", "value")
_YEAR: Final = re.compile(r"20\d\d")
_UNPIVOT: Final = ("name", "value", "columns", "beside", "checked")
_EXAMPLE: Final = '[[source]] with table = "roster" and from = "exports/workers*.csv"'


def read_sources(path: Path, known: Mapping[str, TableSchema]) -> Sources:
    """A mapping file.

    known: the tables by name. Errors: everything that is wrong with it, each with its place and what is
    allowed.
    """
    if path.exists() and not path.is_file():  # a named pipe would be waited for
        hint = "Use a regular file, or give it another name."
        raise CsmError(VALUE, "this is not a readable file", str(path), None, hint)
    return sources_of(read_toml_text(path), path, known)


def sources_of(text: str, path: Path, known: Mapping[str, TableSchema]) -> Sources:
    """The mapping that a text of TOML says, as `read_sources`.

    >>> from csm_xl.plan.schema import schemas
    >>> said = '[[source]]\\ntable = "deals"\\nfrom = "crm*.csv"\\ncolumns = { deal_id = "Opportunity ID" }'
    >>> sources_of(said, Path("sources.toml"), schemas({})).sources[0].columns
    {'deal_id': 'Opportunity ID'}
    """
    document = parse_toml(text, path.name)
    issues = [
        Issue(
            NOT_FOUND,
            f"unknown key {key!r}",
            path.name,
            None,
            f"{did_you_mean(key, ['source'])}Write {_EXAMPLE}.",
        )
        for key in document
        if key != "source"
    ]
    entries = document.get("source", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        issues.append(Issue(VALUE, "source is not a list of sources", path.name, None, f"Write {_EXAMPLE}."))
        entries = []
    found = []
    for number, entry in enumerate(entries, start=1):
        reading = _SourceReading(entry, f"{path.name} source {number}", known)
        source = reading.source()
        issues += reading.issues
        if source is not None:
            found.append(source)
    if issues:
        raise CsmError.of(issues)
    return Sources(path, tuple(found))


class _SourceReading(Entry):
    """A source being read."""

    def source(self) -> Source | None:
        """The source; None where something is wrong with it."""
        self.keys(self.entry, KEYS, "")
        table = self.text("table")
        if "table" not in self.entry:
            self.add(
                "table", "the source names no table", None, f"Add table = NAME: {listed(self.known, 99)}."
            )
        elif table and self.schema is None:
            hint = f"{did_you_mean(table, self.known)}Tables: {listed(self.known, 99)}."
            self.add("table", "unknown table", table, hint, NOT_FOUND)
        self._place_of_rows()
        unpivot, join = self._unpivot(), self._join()
        columns = self._columns("columns", self._pair)
        values = self._columns("values", self._value_map)
        fill = self._columns("fill", self._constant)
        where = self._where()
        lists = {key: self.names(key) for key in _LISTS}
        spread = {theirs for each in (unpivot.cells.values() if unpivot else ()) for theirs in each}
        self.known_columns("percent", [name for name in lists["percent"] if name not in spread])
        self.known_columns("text", lists["text"])
        self._kinds(lists["percent"])
        number = self.text("number")
        if number and number_format(number) is None:
            self.add(
                "number",
                "this is not a sample of a number",
                number,
                'Write one number as the export does, such as "1.234,56" or "$1,234.50".',
            )
        self.one_of("dates", ORDERS)
        self.one_of("times", (AS_WRITTEN,))
        self.one_of("rows", ROWS)
        header_row = self.entry.get("header_row", 0)
        if type(header_row) is not int or header_row < 0:
            self.add("header_row", "this is not a row", header_row, "Write the header's row, such as 4.")
        source = Source(
            table,
            self.text("from"),
            self.text("sheet"),
            header_row if type(header_row) is int else 0,
            self.text("encoding"),
            self.text("url"),
            self.text("query"),
            columns,
            values,
            where,
            self.text("dates"),  # type: ignore[arg-type]
            self.text("times"),
            number,
            lists["percent"],
            lists["text"],
            self.text("currency"),
            fill,
            join,
            unpivot,
            lists["ignore"],
            self.text("rows") or ROWS[0],
            self.place,
            self._blanks(),
        )
        for key, what, got, hint in clashes(source):
            self.add(key, what, got, hint)
        if source.currency and self.schema is not None and "currency" not in self.schema.names:
            self.add("currency", f"{source.table} has no column currency", source.currency, "Leave it out.")
        return None if self.issues else source

    def _place_of_rows(self) -> None:
        there = {key for key in ("from", "url", "query") if key in self.entry}
        if there not in ({"from"}, {"url", "query"}):
            said = " and ".join(sorted(there)) or "nothing"
            self.add(
                "",
                f"where the rows are is not clear: it gives {said}",
                None,
                'Give from = "exports/workers*.csv"; or url = "env:NAME" and query = "SELECT …".',
            )
        url = self.text("url")
        if url and (not url.startswith(SECRET) or not url.removeprefix(SECRET).isidentifier()):
            # The value may be a password, so no message repeats it.
            self.add(
                "url",
                "a database URL must not be written into the file",
                None,
                'Put it into an environment variable, and name that: url = "env:WAREHOUSE_URL".',
            )
        for key in ("sheet", "header_row", "encoding"):
            if key in self.entry and "url" in self.entry:
                self.add(key, f"a database has no {key}", None, "Leave it out.")

    def _unpivot(self) -> Unpivot | None:
        said = self.entry.get("unpivot")
        if said is None:
            return None
        columns = said.get("columns") if isinstance(said, dict) else None
        right = isinstance(said, dict) and self.keys(said, _UNPIVOT, "unpivot.")
        beside = said.get("beside", {}) if isinstance(said, dict) else {}
        right = right and isinstance(beside, dict) and all(map(_text_map, beside.values()))
        if not right or not _texts(said, ("name", "value")) or not _text_map(columns):
            self.add(
                "unpivot",
                "this does not say which columns become rows",
                None,
                'Write { name = "period", value = "actual", columns = { "Q1" = "2026-Q1" } }.',
            )
            return None
        self.known_columns("unpivot", (said["name"], said["value"], *beside))
        checked = said.get("checked", "")
        if not isinstance(checked, (str, int)) or (checked and not _YEAR.fullmatch(str(checked))):
            self.add("unpivot.checked", "this is no year", checked, 'Write it, such as "2027".')
            return None
        return Unpivot(said["name"], said["value"], dict(columns or {}), dict(beside), str(checked))

    def _join(self) -> dict[str, Join]:
        said = self.mapping("join")
        found: dict[str, Join] = {}
        for ours, entry in said.items():
            self.known_columns("join", (ours,))
            at = f"join.{ours}"
            right = isinstance(entry, dict) and self.keys(entry, _JOIN, f"{at}.")
            if (
                not right
                or not _texts(entry, ("column", "value"))
                or not _key(entry.get("key"))
                or ("file" in entry) == ("table" in entry)
            ):
                self.add(
                    at,
                    "this does not say where the value is looked up",
                    None,
                    'Write { column = "Owner", file = "people*.csv", key = "Name", value = "ID" }, or'
                    " table instead of file for the export of another source. Where a name is in two columns:"
                    ' key = ["First name", "Last name"].',
                )
                continue
            found[ours] = Join(
                entry["column"],
                entry["key"] if isinstance(entry["key"], str) else tuple(entry["key"]),
                entry["value"],
                str(entry.get("file", "")),
                str(entry.get("table", "")),
            )
        return found

    def _where(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for theirs, value in self.mapping("where").items():
            values = value if isinstance(value, list) else [value]
            if not values or not all(isinstance(one, (str, int, float, bool)) for one in values):
                self.add(
                    f'where."{theirs}"',
                    "this is no value to keep",
                    value,
                    'Write "Closed Won", or ["Closed Won", "Won"].',
                )
                continue
            found[theirs] = tuple(
                str(one) if not isinstance(one, bool) else str(one).upper() for one in values
            )
        return found

    def _blanks(self) -> dict[str, str]:
        said = self.mapping("blanks")
        for theirs, meant in said.items():
            if meant not in BLANKS:
                self.add(f'blanks."{theirs}"', "this does not say what a blank cell means", meant,
                         f"Write {' or '.join(map(toml, BLANKS))}.")  # fmt: skip
        return {theirs: str(meant) for theirs, meant in said.items()}

    def _columns(self, key: str, read: Callable[[str, str, Any], Any]) -> dict[str, Any]:
        said = self.mapping(key)
        self.known_columns(key, said)
        return {ours: read(key, ours, value) for ours, value in said.items()}

    def _pair(self, key: str, ours: str, value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            self.add(
                f"{key}.{ours}", "the export has no such header", value, f'Write {ours} = "THEIR HEADER".'
            )
            return ""
        return value

    def _value_map(self, key: str, ours: str, value: Any) -> dict[str, str]:
        if not isinstance(value, dict) or not all(
            isinstance(one, (str, int, float, bool)) for one in value.values()
        ):
            self.add(
                f"{key}.{ours}",
                "this does not map values",
                None,
                f'Write values.{ours} = {{ "Their value" = "ours" }}.',
            )
            return {}
        return {str(theirs): _plain(one) for theirs, one in value.items()}

    def _constant(self, key: str, ours: str, value: Any) -> object:
        if not isinstance(value, (str, int, float, bool, date)):
            self.add(f"{key}.{ours}", "this is not one value", None, f'Write {key}.{ours} = "VALUE".')
        return value

    def _kinds(self, percent: Iterable[str]) -> None:
        for name in percent:
            if (
                self.schema is not None
                and name in self.schema.names
                and self.schema.column(name).kind not in NUMERIC
            ):
                self.add("percent", f"{name} is not a number", name, "Leave it out.")


def _plain(value: Any) -> str:
    return str(value).upper() if isinstance(value, bool) else str(value)


def _texts(said: Mapping[str, Any], keys: Iterable[str]) -> bool:
    return all(isinstance(said.get(key), str) and said[key].strip() for key in keys)


def _key(said: Any) -> bool:
    """Whether a key is a header, or the headers of the parts of a name."""
    parts = said if isinstance(said, list) else [said]
    return bool(parts) and all(isinstance(one, str) and one.strip() for one in parts)


def _text_map(said: Any) -> TypeGuard[dict[str, str]]:
    return isinstance(said, dict) and bool(said) and all(isinstance(one, str) for one in said.values())
