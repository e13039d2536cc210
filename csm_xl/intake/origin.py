"""Where an imported cell was: the export's own file, sheet, row and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from csm_xl.plan.raw import Origin
from csm_xl.xlsx.addresses import letters, quoted


@dataclass(frozen=True)
class ExportOrigin(Origin):
    """The origin of a table that came from an export.

    name: the file; blank for the workbook itself. sheet: of a workbook. lines: the export's row of each row
    of the table. headers: our column → the export's header; columns: → its column there, counted from 1. What
    a mapping fills in is in neither. spread: our column that came from several → header and column of each
    row.
    """

    sheet: str = ""
    lines: tuple[int, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, int] = field(default_factory=dict)
    spread: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)

    def place(self, row: int, column: str = "") -> str:
        """The export's cell of a row (counted from 0; −1 is the header) and one of our columns.

        >>> made = ExportOrigin("file", "crm.csv", 4, lines=(5, 9), headers={"date": "Close Date"})
        >>> made.place(1, "date"), made.place(-1)
        ('crm.csv row 9 (Close Date)', 'crm.csv row 4')
        """
        number = self.lines[row] if 0 <= row < len(self.lines) else self.header_row
        header, at = self.headers.get(column, ""), self.columns.get(column, 0)
        if column in self.spread and 0 <= row < len(self.lines):
            header, at = self.spread[column][row]
        if self.sheet and at:
            return f"{self.name} {quoted(self.sheet)}!{letters(at)}{number}".strip()
        shown = header or (f"{column}, from the mapping" if column else "")
        file = f"{self.name} {self.sheet}".strip()
        return f"{file} row {number}" + (f" ({shown})" if shown else "")


@dataclass(frozen=True)
class StackedOrigin(Origin):
    """The origin of rows from several places: exports one below the other, and rows that stay from before.

    origins: of those places. rows: of each row, which of them it came from, and its row there.
    """

    origins: tuple[Origin, ...] = ()
    rows: tuple[tuple[int, int], ...] = ()

    def place(self, row: int, column: str = "") -> str:
        """The place of a row, where it came from; that of the first place's header for −1."""
        at, line = self.rows[row] if 0 <= row < len(self.rows) else (0, -1)
        return self.origins[at].place(line, column)
