"""One table being read: its columns, and everything that is wrong with its cells, row by row."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np

from csm_xl.errors import NOT_FOUND, VALUE, Issue, listed
from csm_xl.pay.rounding import Array
from csm_xl.plan import cells
from csm_xl.plan.coded import Coded
from csm_xl.plan.columns import NUMERIC, Read, empty, read_column
from csm_xl.plan.decisions import HeaderChoices
from csm_xl.plan.header_words import ABOUT_PEOPLE
from csm_xl.plan.names import did_you_mean, header_name, plain_ids, same_id
from csm_xl.plan.periods import calendar_cells
from csm_xl.plan.raw import RawTable
from csm_xl.plan.raw_rows import RawRows
from csm_xl.plan.schema import Column, ComponentKind, TableSchema
from csm_xl.plan.table import Table, Tables

LOOKED_UP: Final = ("curve_id", "tier_id")
"""What a component names by these is looked up when it is paid; the rest of its row can be judged."""
_SUGGESTIONS: Final = 20
_OFTEN_BLANK: Final = {"roster": ("fte",), "credits": ("role", "share"), "events": ("count",)}
"""Table → columns in which a blank means the whole of something, and is seen among values that say so."""
_OTHERWISE: Final = (
    "Did you mean {!r}? Write IDs the same way in every file: a spreadsheet drops leading zeros unless the"
    " column is formatted as text."
)


def headers_of(raw: RawTable) -> list[str]:
    """The headers of a raw table as names of columns; blank for one that names none."""
    return [header_of(cell) for cell in raw.rows[0]] if len(raw.rows) else []


def header_of(cell: Any) -> str:
    """A header as the name of a column; blank for one that names none."""
    try:
        return header_name(cells.text(cell) or "")
    except cells.BadCell:  # an Excel error names no column; one that is needed will be found missing
        return ""


def meant_columns(headers: Sequence[str], schema: TableSchema, choices: HeaderChoices) -> list[str]:
    """The column that each header names, by what was decided about it; blank where it is ignored."""
    if not choices.choices:
        return list(headers)
    chosen = (choices.of(schema, header) if header else None for header in headers)
    return [choice.column if choice else header for header, choice in zip(headers, chosen, strict=True)]


MANY_HEADERS: Final = 300
"""Of more unknown headers than this, none is compared with our columns by its spelling."""
_FEW_SHORT: Final = 0.2
"""A program that leaves blanks at the end of rows away does so in more of them."""


class TableReading:
    """One table being read: what is found wrong is kept with its row, to be reported in order."""

    def __init__(
        self, schema: TableSchema, raw: RawTable, named: Collection[str], choices: HeaderChoices
    ) -> None:
        self.schema = schema
        self.found: list[tuple[int, Issue]] = []
        self.unsound: set[int] = set()
        self.headers = headers_of(raw)
        headers = meant_columns(self.headers, schema, choices)
        self.raw = raw
        self.told: set[int] = set()  # unknown columns that are reported beside a column that is missing
        positions = self._positions(raw, headers)
        self.origin = replace(raw.origin, positions=positions)
        self.lines, self.body = RawRows.of(raw.rows)[1:].without_blank_rows()
        self.given = {name: self.body.column(at) for name, at in positions.items()}
        columns: dict[str, Array] = {}
        self.filled: dict[str, Array] = {}
        differing: dict[str, Coded] = {}
        for column in schema.columns:
            if column.name not in positions:
                columns[column.name] = empty(column, len(self.lines))
                self.filled[column.name] = np.zeros(len(self.lines), dtype=bool)
                continue
            read = self._column(column, named)
            columns[column.name], self.filled[column.name] = read.values, read.filled
            if read.differing is not None:
                differing[column.name] = read.differing
            severity = "warning" if column.name in ABOUT_PEOPLE else "error"
            for row, message, hint in read.bad:
                self.add(row, column.name, message, hint, severity=severity)
        known_at = set(positions.values())
        extra: dict[str, list[Any]] = {}
        ignored: dict[str, int] = {}
        self.others: list[tuple[int, str, list[Any]]] = []  # place, header, cells of what nobody reads
        for at, header in enumerate(raw.rows[0]):
            if at in known_at:
                continue
            own = _fresh(str(cells.text(header)), extra) if self.headers[at] else ""
            if own:
                extra[own] = self.body.column(at).tolist()
            if own and not headers[at]:
                ignored[own] = at
            else:
                self.others.append((at, own, extra[own] if own else self.body.column(at).tolist()))
        self.ignored = ignored  # header → its place among the columns
        self.table = Table(
            schema, columns, len(self.lines), self.origin, extra, self.lines, ignored=frozenset(ignored)
        )
        self.table.differs(differing)
        self._overflow(len(headers))
        self._blanks_among_defaults()
        if self.origin.kind == "toml":
            self._unknown_keys(extra)

    def _positions(self, raw: RawTable, headers: list[str]) -> dict[str, int]:
        positions: dict[str, int] = {}
        known = {column.name for column in self.schema.columns}
        origin = raw.origin
        typed = raw.rows[0] if headers else []
        for at, header in enumerate(headers):
            if header not in known:
                continue
            if origin.kind == "toml" and typed[at] in origin.notes:
                said = f"the note {typed[at]} has the name of a column"
                self.found.append((-1, Issue(VALUE, said, origin.place(-1, "notes"), None, "Rename it.")))
                continue
            if header in positions and self._replaced(header, positions, at, raw):
                continue
            if header in positions:
                both = replace(origin, positions={"first": positions[header], "second": at})
                where = both.place(-1, "second") if origin.kind == "sheet" else origin.place(-1, header)
                twice = f"duplicate header {header}, in columns {positions[header] + 1} and {at + 1}"
                hint, severity = "Keep one of the two.", "error"
                if header in ABOUT_PEOPLE:
                    twice, severity = f"{twice}: the first one is used", "warning"
                self.found.append((-1, Issue(VALUE, twice, where, typed[at], hint, severity)))
                self.told.add(at)
            else:
                positions[header] = at
        for name in self.schema.lacking(positions):
            mend = self._perhaps(name, [at for at, one in enumerate(headers) if one and one not in known])
            self.found.append((-1, Issue(
                NOT_FOUND, f"the column {name} of {self.schema.name} is missing", origin.place(-1), None,
                f"{mend}Add it: {self.schema.column(name).help}")))  # fmt: skip
        return positions

    def _replaced(self, column: str, positions: dict[str, int], at: int, raw: RawTable) -> bool:
        """Whether a header that was mapped to a column takes the place of that column, which is blank."""
        before = positions[column]
        mapped = [place for place in (before, at) if self.headers[place] != column]
        if len(mapped) != 1:
            return False
        blank = [
            place
            for place in (before, at)
            if all(place >= len(row) or cells.is_blank(row[place]) for row in raw.rows[1:])
        ]
        if len(blank) != 1:
            return False
        positions[column] = at if blank[0] == before else before
        self.told.add(blank[0])
        return True

    def _perhaps(self, missing: str, unknown: list[int]) -> str:
        """Which of the unknown headers is probably a missing column; it is not reported a second time."""
        from csm_xl.plan.unknown_columns import meant_column

        typed = self.raw.rows[0]  # once: a row of very many columns is long to make
        for at in unknown:
            shown = str(cells.text(typed[at]))
            meant = meant_column(self.schema, shown, by_spelling=len(unknown) <= MANY_HEADERS)
            if meant is not None and meant.name == missing:
                self.told.add(at)
                return f'Is it {shown!r}? Then rename it, or --map "{shown} = {missing}". '
        near = did_you_mean(missing, [self.headers[at] for at in unknown])
        self.told.update(at for at in unknown if repr(self.headers[at]) in near)
        return near.replace("Did you mean", "Is it")

    def _column(self, column: Column, named: Collection[str]) -> Read:
        given = self.given[column.name]
        if self.schema.name == "periods":
            given = Coded(calendar_cells(column.name, given.values), given.codes)
        if self.raw.decimal_commas and column.kind in NUMERIC:
            from csm_xl.plan.decimals import with_points

            given = Coded(with_points(column, given.values), given.codes)
        elif self.origin.kind == "sheet" and column.kind in NUMERIC:
            from csm_xl.plan.decimals import in_doubt

            given = Coded(in_doubt(column, given.values), given.codes)
        return read_column(column, given, named)

    def _overflow(self, width: int) -> None:
        """Cells beyond the header: a comma inside a cell that nobody quoted shifts a row's values; and rows
        that lack a cell, where nearly all have every one."""
        if self.origin.kind != "file" or self.body.lengths is None:
            return
        for row in np.flatnonzero((self.body.lengths > width) & self.body.filled(width)).tolist():
            self.add(row, "", f"the row has {self.body.lengths[row]} cells under {width} headers",
                     "Put a cell that holds the separator in quotes.", shown=False)  # fmt: skip
        short = self.body.lengths < width
        if 0 < short.sum() < _FEW_SHORT * len(short):
            for row in np.flatnonzero(short).tolist():
                what = f"the row has {self.body.lengths[row]} cells under {width} headers, and most have all"
                self.add(row, "", what, "None needed if its last cells are blank; otherwise one is missing.",
                         shown=False, severity="note", kind="rows have fewer cells than headers, and most"
                         " have all")  # fmt: skip

    def _blanks_among_defaults(self) -> None:
        """A blank counts as the default. Where others type the default itself, it was probably forgotten."""
        for name in _OFTEN_BLANK.get(self.schema.name, ()):
            if name not in self.given:
                continue
            values, filled = self.table.columns[name], self.filled[name]
            default = self.schema.column(name).default
            bad = {row for row, issue in self.found if issue.severity == "error"}
            if (values[filled] == default).any():
                for row in (row for row in np.flatnonzero(~filled).tolist() if row not in bad):
                    counts = default if isinstance(default, str) else f"{default:g}"
                    self.add(row, name, f"{name} is blank, and counts as {counts}", "Type the value.",
                             severity="warning", kind=f"cells of {name} are blank")  # fmt: skip

    def _unknown_keys(self, extra: Mapping[str, list[Any]]) -> None:
        """A sheet may carry columns of its own; in TOML a key that nobody knows is a typing mistake."""
        known = [column.name for column in self.schema.columns]
        for key, given in extra.items():
            if key in self.origin.notes:
                continue
            for row in (row for row, cell in enumerate(given) if cell is not None):
                self.add(row, key, f"{self.schema.name} have no {key}",
                         f"{did_you_mean(key, known)}Allowed: {listed(known, 99)}.", NOT_FOUND)  # fmt: skip

    def add(self, row: int, column: str, message: str, hint: str, code: str = VALUE, shown: bool = True,
            severity: str = "error", kind: str = "", meant: str = "") -> None:  # fmt: skip
        """Keep a finding about a cell."""
        got = self.given[column][row] if shown and column in self.given else None
        got = cells.text(got) if isinstance(got, date) else got
        got = None if cells.is_blank(got) else str(got) if isinstance(got, (list, dict, set)) else got
        where = self.origin.place(int(self.lines[row]), column)
        self.found.append((row, Issue(code, message, where, got, hint, severity, kind=kind, meant=meant)))
        if severity == "error" and column not in LOOKED_UP:
            self.unsound.add(row)

    def head(self, message: str, hint: str) -> None:
        """Keep a finding about the whole table."""
        self.found.append((-1, Issue(VALUE, message, self.origin.place(-1), None, hint)))

    def require_rows(self) -> None:
        """Keep a finding where the table has no row."""
        if not len(self.lines):
            words = self.schema.help
            self.head(f"the table {self.schema.name} is empty",
                      f"Add a row for each {words[0].lower()}{words[1:].rstrip('.')}.")  # fmt: skip

    def faulty(self) -> frozenset[int]:
        """The rows that an error makes unfit to be judged; every row where the error is the table's."""
        whole = any(row < 0 and issue.severity == "error" for row, issue in self.found)
        return frozenset(range(self.table.rows) if whole else self.unsound)

    def in_order(self) -> list[Issue]:
        """The findings from top to bottom, each with the person if it stops only one. A row without data gets
        one finding that says so, in place of all its other findings."""
        found = sorted(self.found, key=lambda pair: pair[0])
        wrong = {row for row, issue in found if row >= 0 and issue.severity == "error"}
        stray = {row: said for row in wrong if (said := self._stray(row)) is not None} if wrong else {}
        in_order: list[Issue] = []
        told: set[int] = set()
        for row, issue in found:
            if row in stray:
                what, hint = stray.pop(row)
                in_order.append(Issue(VALUE, what, self.origin.place(int(self.lines[row])), None, hint))
                told.add(row)
            elif row not in told:
                in_order.append(replace(issue, person=self.table.person(row)) if row >= 0 else issue)
        return in_order

    def _stray(self, row: int) -> tuple[str, str] | None:
        if self.origin.kind == "toml":
            return None
        from csm_xl.plan.stray_rows import stray_row

        return stray_row(self.body[row], self.headers)

    def check_types(self, types: Mapping[str, ComponentKind]) -> None:
        """What a component's type requires of its row, and what its row says that its type never uses."""
        every = {name for kind in types.values() for name in kind.names}
        for row, type_ in enumerate(self.table.columns["type"]):
            if type_ not in types:
                continue
            bad = {where for at, issue in self.found if at == row for where in [issue.where]}
            for column in types[type_].columns:
                place = self.origin.place(int(self.lines[row]), column.name)
                if column.required and not self.filled[column.name][row] and place not in bad:
                    self.add(row, column.name, f"{column.name} is blank, and a {type_} component needs it",
                             column.help)  # fmt: skip
            for name in sorted(every - types[type_].names):
                blank = empty(self.schema.column(name), 1)[0]
                if self.filled[name][row] and self.table.columns[name][row] != blank:
                    self.add(row, name, f"a {type_} component does not use {name}", "Clear the cell.",
                             severity="warning")  # fmt: skip

    def check_keys(self) -> None:
        """No two rows may say the same thing twice."""
        key = [name for name in self.schema.key if name in self.given or name in self.filled]
        if not key or self.table.rows < 2 or not set(self.schema.required).issubset(self.given):
            return
        same = self.table.groups(*key)
        first, started = same.first[same.of_row], self.table.columns[key[0]].astype(bool)
        for row in np.flatnonzero((first != np.arange(self.table.rows)) & started).tolist():
            before, values = int(first[row]), [self.table.columns[name][row] for name in key]
            said = [str(self.table.value(row, name) or "") for name in key]
            days = [self.schema.column(name).kind == "date" for name in key]
            shown = [date.fromordinal(v).isoformat() if d and v else str(s)
                     for v, d, s in zip(values, days, said, strict=True)]  # fmt: skip
            what = ", ".join(f"{n} {s}" for n, s in zip(key, shown, strict=True) if s)
            place = self.table.where(before, key[0])
            self.add(row, key[0], f"duplicate {what} in {self.schema.name}, first at {place}",
                     "Keep one of the two rows, or make them different.",
                     kind=f"rows of {self.schema.name} have the {listed(key)} of an earlier row")  # fmt: skip

    def check_references(self, tables: Tables, given: Collection[str], twice: Collection[str] = ()) -> None:
        """Whatever a row names must exist. twice: the tables of which only one of several is read, so that
        nobody knows what is in the others."""
        for column in self.schema.columns:
            if not column.refers or column.name not in self.given:
                continue
            target, _, target_column = column.refers.partition(".")
            if target in twice:
                continue
            names = set(tables[target].coded(target_column).values) - {""}
            suggested: dict[str, str] = {}
            values, named = self.table.columns[column.name], self.table.coded(column.name)
            absent = [at for at, value in enumerate(named.values) if value and value not in names]
            unknown = np.flatnonzero(np.isin(named.codes, absent)).tolist() if absent else []
            if unknown and not names:
                state = "has no rows" if target in given else "is not given"
                self.add(unknown[0], column.name, f"{column.name} refers to {target}, a table that {state}",
                         f"Give {target} with a row for {values[unknown[0]]}.", NOT_FOUND)  # fmt: skip
                continue
            ids = plain_ids(names) if unknown else {}
            kind = f"rows of {self.schema.name} name {_a(target_column)} that {target} does not have"
            for row in unknown:
                value = values[row]
                meant = same_id(value, ids)
                if meant:
                    suggested[value] = _OTHERWISE.format(meant)
                elif value not in suggested:
                    near = did_you_mean(value, names) if len(suggested) < _SUGGESTIONS else ""
                    if any(map(str.isdigit, value)) and len(near) == len(f"Did you mean {value!r}? "):
                        near = ""  # of E0012 and E0021 neither is the other's misspelling
                    suggested[value] = f"{near}There are, in {target}: {listed(sorted(names))}."
                self.add(row, column.name, f"there is no {target_column} {value!r} in {target}",
                         suggested[value], NOT_FOUND, kind=kind, meant=meant)  # fmt: skip


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _fresh(header: str, taken: Collection[str]) -> str:
    name, number = header, 2
    while name in taken:
        name, number = f"{header} ({number})", number + 1
    return name
