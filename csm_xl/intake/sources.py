"""``sources.toml``: where each table comes from, and how its columns are read.

A mapping maps and does nothing else: the reader of `csm_xl.plan` judges every cell that it hands over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

FILE_NAME: Final = "sources.toml"
SECRET: Final = "env:"
"""How a database URL is named: by the environment variable that holds it, never by itself."""

PASTED: Final = "the sheet Import"
"""The value of `from` for a table that is pasted into the workbook and is in no file."""

Order = Literal["", "mdy", "dmy", "ymd"]
"""How the numbers of a date follow one another: month, day, year."""
ORDERS: Final = ("mdy", "dmy", "ymd")
AS_WRITTEN: Final = "as written"
"""What `times` says: the day of a timestamp counts as it is written, whatever its time."""
REPLACE: Final = "replace"
UPDATE: Final = "update"
ROWS: Final = (REPLACE, UPDATE)
"""What happens to the rows that are there already."""
FROM_OPTION: Final = "--period"
"""What `fill.period` says where the period of all rows is the one that is imported and paid."""
ABOVE: Final = "the value above"
BLANK: Final = "blank"
BLANKS: Final = (ABOVE, BLANK)
"""What a blank cell means below a filled one, as in a grouped report."""


@dataclass(frozen=True)
class Join:
    """Values looked up elsewhere, such as the employee ID of an owner's name.

    column: the column of the export to look up. file: a pattern, relative to the mapping; table: instead, the
    export of another source. key, value: that export's columns to search in and to take; several keys are
    the parts of a name, joined by a blank.
    """

    column: str
    key: str | tuple[str, ...]
    value: str
    file: str = ""
    table: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns to search in, whose texts are joined by a blank."""
        return (self.key,) if isinstance(self.key, str) else self.key


@dataclass(frozen=True)
class Unpivot:
    """Columns that become rows, such as one column per quarter.

    name: our column that says which; value: our column for the cells. columns: the export's column → what
    `name` then holds. beside: our further columns of the same row, such as the goal → their columns so.
    checked: the year in which somebody said again of which year headers without one are, if anybody did.
    """

    name: str
    value: str
    columns: Mapping[str, str]
    beside: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    checked: str = ""

    @property
    def cells(self) -> dict[str, Mapping[str, str]]:
        """Our columns that are filled from columns of the export → those, and what `name` then holds."""
        return {self.value: self.columns, **self.beside}


@dataclass(frozen=True)
class Source:
    """Where one table comes from.

    table: one of csm_xl's tables. pattern: files, relative to the mapping; the newest counts; `PASTED`: it is
    pasted into the workbook. sheet,
    header_row: where the export's header is, if it is not found by itself. encoding: of a text file that is
    neither UTF-8 nor Windows-1252. url: ``env:NAME``; query: SQL.
    columns: our column → the export's header. values: our column → what the export writes → what we use.
    where: the export's column → the values whose rows count. dates: the order of dates such as 03/04/2026.
    times: `AS_WRITTEN` where a timestamp's day counts. number: how numbers are written, by a sample.
    percent: our columns, or those of the export that become rows, whose plain numbers are percentages.
    text: our columns that stay as they are. currency: of all rows. fill: our column → one value for all rows.
    join: our column → its look-up.
    ignore: the export's columns that are not used. rows: `REPLACE` or `UPDATE`.
    place: what findings call it. blanks: the export's column → what its blank cells mean, of `BLANKS`.
    """

    table: str
    pattern: str = ""
    sheet: str = ""
    header_row: int = 0
    encoding: str = ""
    url: str = ""
    query: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: Order = ""
    times: str = ""
    number: str = ""
    percent: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    currency: str = ""
    fill: Mapping[str, object] = field(default_factory=dict)
    join: Mapping[str, Join] = field(default_factory=dict)
    unpivot: Unpivot | None = None
    ignore: tuple[str, ...] = ()
    rows: str = REPLACE
    place: str = ""
    blanks: Mapping[str, str] = field(default_factory=dict)

    @property
    def unread(self) -> bool:
        """Whether somebody answered that the export is not imported."""
        return not (self.pattern or self.url)

    def keeping(self, tables: Collection[str]) -> Source:
        """The source; where its table is one of these, with rows that its export does not have kept."""
        return replace(self, rows=UPDATE) if self.table in tables else self

    def named(self) -> dict[str, str]:
        """The export's columns that are named anywhere → the key that names them."""
        found = {theirs: f"columns.{ours}" for ours, theirs in self.columns.items()}
        found |= {theirs: f'where."{theirs}"' for theirs in self.where if theirs not in found}
        found |= {one.column: f"join.{ours}.column" for ours, one in self.join.items()}
        if self.unpivot is not None:
            found |= {theirs: f'unpivot.columns."{theirs}"'
                      for each in self.unpivot.cells.values() for theirs in each}  # fmt: skip
        return found


@dataclass(frozen=True)
class Sources:
    """A mapping file: its path, and its sources in order."""

    path: Path
    sources: tuple[Source, ...] = ()


def is_mapping(path: Path) -> bool:
    """Whether a file is a mapping, and no plan: a folder may hold both."""
    if path.name != FILE_NAME:
        return False
    try:
        return re.search(r"^\s*\[\[source\]\]", path.read_text(encoding="utf-8"), re.MULTILINE) is not None
    except (OSError, UnicodeDecodeError):
        return False  # reading it as a plan reports what is wrong
