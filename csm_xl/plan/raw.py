"""Tables as they come in, unread: rows of cells with a header, and where each cell was."""

from __future__ import annotations

import errno
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue
from csm_xl.plan.encodings import damaged_text, decoded
from csm_xl.plan.plain_csv import plain_rows
from csm_xl.plan.raw_rows import RawRows
from csm_xl.xlsx.addresses import letters, quoted

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

DELIMITERS: Final = (",", ";", "\t", "|")
_PIECE: Final = 1 << 20
"""How many characters of a text are split into lines at a time."""
_AS_TEXT: Final = re.compile(r'\A\s*="((?:[^"]|"")*)"\s*\Z')
"""A formula that is nothing but a text."""


@dataclass(frozen=True)
class Origin:
    """Where a table was, so that a finding can say where to look.

    kind: ``sheet``, ``file``, ``range`` (an argument of a worksheet function, a list or a DataFrame) or
        ``toml``. name: the sheet, the file or the argument.
    header_row, first_column: the header's row and the table's first column, counted from 1.
    positions: column name → its place among the table's columns, counted from 0.
    labels: what to call each row where rows have no numbers (TOML): ``components[3]``.
    notes: columns that a TOML plan gives as notes: nobody's but the owner's.
    """

    kind: Literal["sheet", "file", "range", "toml"]
    name: str
    header_row: int = 1
    first_column: int = 1
    positions: Mapping[str, int] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    notes: frozenset[str] = frozenset()

    def place(self, row: int, column: str = "") -> str:
        """The cell of a row below the header (counted from 0; −1 is the header) and a column.

        >>> Origin("sheet", "Roster", header_row=4, first_column=2, positions={"fte": 1}).place(2, "fte")
        'Roster!C7'
        >>> Origin("file", "roster.csv").place(5, "base_salary")
        'roster.csv row 7 (base_salary)'
        """
        number = self.header_row + 1 + row
        if self.kind == "toml":
            label = self.labels[row] if 0 <= row < len(self.labels) else ""
            return f"{self.name} {'.'.join(part for part in (label, column) if part)}".strip()
        if self.kind == "sheet" and column in self.positions:
            return f"{quoted(self.name)}!{letters(self.first_column + self.positions[column])}{number}"
        comma = "," if self.kind == "range" else ""
        return f"{self.name}{comma} row {number}" + (f" ({column})" if column else "")


@dataclass(eq=False, repr=False)
class RawTable:
    """A table before it is read.

    name: what names the table (``tblRoster``, ``roster.csv``); None: its headers decide.
    rows: the header, then the rows; cells as their door hands them over.
    origin: where it was.
    issues: what was found around it when it was fetched, such as rows that are outside it.
    decimal_commas: whether its cells are text in which a comma may be before decimals.
    marks: what the number formats of its cells put beside numbers, such as a currency: row below the header
        and column, counted from 0 → the text.
    drawn: the columns that were in it, and in sight, when csm_xl made it, whatever they held.
    built: every column that was in it then; none where another version made it.
    """

    name: str | None
    rows: Sequence[Sequence[Any]]
    origin: Origin
    issues: tuple[Issue, ...] = ()
    decimal_commas: bool = False
    drawn: tuple[str, ...] = ()
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)
    built: tuple[str, ...] = ()

    @classmethod
    def of_rows(
        cls, rows: Sequence[Sequence[Any]], name: str | None = None, argument: int | None = None
    ) -> RawTable:
        """A table from rows with a header; `argument` is its number in a function call, from 1."""
        label = f"argument {argument}" if argument is not None else name or "table"
        return cls(name, rows, Origin("range", label))

    @classmethod
    def of_sheet(cls, sheet: str, rows: Sequence[Sequence[Any]], name: str | None = None, header_row: int = 1,
                 first_column: int = 1) -> RawTable:  # fmt: skip
        """A table from a block of a worksheet; `name` is its table name, else the sheet's name shows."""
        return cls(sheet if name is None else name, rows, Origin("sheet", sheet, header_row, first_column))

    @classmethod
    def of_frame(cls, frame: pd.DataFrame, name: str | None = None) -> RawTable:
        """A table from a pandas DataFrame; missing values are blanks, its index is left out.

        >>> import pandas as pd
        >>> RawTable.of_frame(pd.DataFrame({"period": ["2026-Q1"], "factor": [1.1]}), "modifiers").rows[1]
        ['2026-Q1', 1.1]
        """
        columns = [frame.iloc[:, i].astype(object).tolist() for i in range(frame.shape[1])]
        rows = [list(frame.columns), *map(list, zip(*columns, strict=True))]
        return cls(name, rows, Origin("range", name or "DataFrame"))

    @classmethod
    def of_csv(cls, path: str | Path) -> RawTable:
        """A table from a CSV file, every cell as text, so that "00123" stays what it is.

        UTF-8 with or without its mark, UTF-16 with its mark, else Windows-1252; separated by commas,
        semicolons or tabs, as the header shows. ``="00123"``, by which exports keep Excel from reading a text
        as a number, is that text.
        Errors: no such file, a workbook in CSV's clothes, another encoding, a quote that is never closed.
        """
        import csv
        from pathlib import Path

        file = Path(path)
        try:
            require_readable(file)
            data = file.read_bytes()
        except OSError as why:
            raise CsmError(NOT_FOUND, "the file cannot be read", str(path), why.strerror,
                           "Give the path of a CSV file that you may read.") from None  # fmt: skip
        text = decoded(data, file.name)
        del data  # of a large file as much again as its text
        issues = tuple(damaged_text(text, file.name))
        first = next((line for line in _lines(text) if line.strip()), "").rstrip("\r\n")
        told = first.strip().lower().removeprefix("sep=")
        hint = told in DELIMITERS or first.lower() == "sep=\t"  # Excel's own line above the header
        delimiter = first[4] if hint else max(DELIMITERS, key=lambda mark: _outside_quotes(first).count(mark))
        reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
        try:
            rows = plain_rows(text, first, delimiter) or RawRows.of_texts(reader)
        except csv.Error as why:
            place = f"{file.name} line {reader.line_num}"
            raise CsmError(VALUE, f"the file is not CSV: {why}", place, None,
                           "Save it as CSV again; a quote in a cell is written twice.") from None  # fmt: skip
        if '="' in text:
            rows = rows.with_texts(lambda cell: _AS_TEXT.sub(_told, cell))
        filled = rows.filled().nonzero()[0][int(hint) :]
        skipped = int(filled[0]) if len(filled) else 0
        origin = Origin("file", file.name, 1 + skipped)
        rows = rows[skipped:] if skipped else rows
        return cls(file.name, rows, origin, issues, decimal_commas=delimiter != ",")


def _lines(text: str) -> Iterator[str]:
    """The lines of a text with their ends. Split at once, a large text would take four times its size."""
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin + _PIECE) + 1 or len(text)
        yield from io.StringIO(text[begin:end], newline="")
        begin = end


def require_readable(path: Path) -> None:
    """Refuse what is neither a file nor a pipe, before it is read.

    Errors: `OSError`; a folder, or a device that never ends.
    """
    import stat

    mode = path.stat().st_mode
    if stat.S_ISDIR(mode) or stat.S_ISBLK(mode) or (stat.S_ISCHR(mode) and not path.samefile(os.devnull)):
        raise OSError(errno.EINVAL, "it is a folder" if stat.S_ISDIR(mode) else "it is a device")


def joined(first: RawTable, second: RawTable) -> RawTable:
    """Two TOML tables of one kind as one; each row keeps the file and entry it came from."""
    columns = list(dict.fromkeys([*first.rows[0], *second.rows[0]]))
    rows: list[list[Any]] = [columns]
    labels: list[str] = []
    for raw in (first, second):
        for row in raw.rows[1:]:
            said = dict(zip(raw.rows[0], row, strict=True))
            rows.append([said.get(column) for column in columns])
        labels += [f"{raw.origin.name} {label}".strip() for label in raw.origin.labels]
    notes = first.origin.notes | second.origin.notes
    return RawTable(first.name, rows, Origin("toml", "", labels=tuple(labels), notes=notes))


def _told(formula: re.Match[str]) -> str:
    return formula[1].replace('""', '"')


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
