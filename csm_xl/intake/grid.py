"""An export as rows under a header: titles above and footers below left out, where that is sure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, counted, listed
from csm_xl.intake.period_headers import joined_headers
from csm_xl.intake.sheet_notes import cell_place, pinned_notes, struck_rows, uncalculated
from csm_xl.plan import cells
from csm_xl.plan.cells import is_blank
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.stray_rows import stray_row

_TOP: Final = 40
"""The header is searched for in this many rows."""
_SHARE: Final = 0.6
"""A header fills at least this share of the widest row."""
_FOOTER: Final = re.compile(
    r"(grand total|total rows|total records|row count|copyright|©|confidential|generated (by|on|at)|"
    r"report generated|exported (by|on|at)|run (by|on|date)|as of |applied filters|filters applied|"
    r"end of report|page \d)",
    re.IGNORECASE,
)
"""How the lines below a report begin."""
_COUNTED: Final = re.compile(r"(total|count|number)\b", re.IGNORECASE)
"""How a line below a report begins that has its count in the next cell."""
_IMPORT_ID: Final = '{"ImportId"'
"""How each cell of the third header row of Qualtrics begins."""
MERGED: Final = "that are merged with"
"""What the warning about merged cells says."""
_COUNT: Final = re.compile(
    r"\((\d[\d,]*) (?:records|rows)\)|(?:total (?:rows|records)|row count|records)\s*:?\s*(\d[\d,]*)\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Block:
    """What is in a file or one of its sheets, as it is: rows of cells, the first of them row 1.

    name: the file, or what was asked. sheet: of a workbook; blank elsewhere. first_column: of its cells.
    decimal_commas: whether a comma may be before decimals, because it does not part cells. ragged: whether
    rows have their own length, as in a text file. issues: what was found when it was read. merged: the
    first and last row of cells that are merged over rows. marks: row and column → what a number format puts
    beside its number, such as a currency. lost: row and column of formulas without a value. struck: rows with
    text that is struck out. noted: row and column of cells with a note or comment. outdated: of cells by row
    and column, those whose formula gives another value than the file has, each with what is said of it.
    """

    name: str
    rows: Sequence[Sequence[Any]]
    sheet: str = ""
    first_column: int = 1
    decimal_commas: bool = False
    ragged: bool = False
    issues: tuple[Issue, ...] = ()
    merged: tuple[tuple[int, int], ...] = ()
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)
    lost: frozenset[tuple[int, int]] = frozenset()
    struck: frozenset[int] = frozenset()
    noted: frozenset[tuple[int, int]] = frozenset()
    outdated: Callable[[Collection[tuple[int, int]]], Mapping[tuple[int, int], str]] = lambda _: {}

    @property
    def place(self) -> str:
        """How findings name it."""
        return f"{self.name} {self.sheet}".strip()


@dataclass(frozen=True)
class Grid:
    """An export: its header and the rows of data.

    lines: the row of each in the file. notes: what was left out, and what is wrong.
    """

    block: Block
    header: tuple[str, ...]
    header_row: int
    rows: Sequence[Sequence[Any]]
    lines: tuple[int, ...]
    notes: tuple[Issue, ...] = field(default=())

    def column(self, header: str) -> int | None:
        """The place of a column by its header, whatever its letters and blanks; None where there is none."""
        wanted = plain_header(header)
        return next((at for at, one in enumerate(self.header) if plain_header(one) == wanted), None)

    def cells(self, at: int) -> list[Any]:
        """The cells of a column, None where a row is shorter."""
        return [row[at] if at < len(row) else None for row in self.rows]

    def missing(self, header: str, where: str) -> Issue:
        """The finding about a column that is not there."""
        there = [one for one in self.header if one]
        near = did_you_mean(header, there)
        hint = f"{near}It has {listed(there, 99)}. Correct the mapping, or export it again."
        what = f"{self.block.place} has no column {header!r}"
        return Issue(NOT_FOUND, what, where, None, hint)


def text_of(cell: Any) -> str:
    """A cell as text; as it is, if it is none."""
    try:
        return cells.text(cell) or ""
    except cells.BadCell:
        return str(cell)


def plain_header(header: str) -> str:
    """A header as it is compared.

    >>> plain_header(" Close   Date ")
    'close date'
    """
    return " ".join(header.split()).casefold()


def grid_of(block: Block, header_row: int = 0) -> Grid:
    """A block as an export. header_row: the header's row; 0: it is looked for.

    The header is the first row of texts alone that is about as wide as the widest.
    Errors: nothing in it; no header; a header without rows; a file that is cut short.
    """
    rows = [[None if is_blank(cell) else cell for cell in row] for row in block.rows]
    filled = [at for at, row in enumerate(rows) if any(cell is not None for cell in row)]
    if not filled:
        raise CsmError(VALUE, "the export is empty", block.place, None, "Export it again.")
    at = header_row - 1 if header_row else _header(rows, filled)
    if at is None or at not in filled:
        said = f"row {header_row} is blank" if header_row else "no row looks like a header"
        raise CsmError(
            NOT_FOUND,
            f"{said}, so the columns are not known",
            block.place,
            None,
            "Name the header's row in sources.toml: header_row = 4.",
        )
    header = tuple("" if cell is None else _header_text(cell) for cell in rows[at])
    while header and not header[-1]:
        header = header[:-1]
    notes = [*block.issues, *_above(block, rows, filled, at)]
    body = [one for one in filled if one > at]
    if len(body) > 1 and body[0] == at + 1 and (joined := joined_headers(rows[at], rows[at + 1])):
        header, body = joined, body[1:]
    body, more = _without_second_header(block, rows, body, at)
    notes += more
    kept, below = _without_footer(rows, body, header)
    kept, totals = _without_totals(rows, kept, header)
    notes += [*_below(block, rows, below, len(kept)), *_totals(block, rows, totals)]
    notes += [*_shape(block, rows, kept, header), *_merged(block, kept)]
    lines = {one + 1 for one in kept}
    notes += struck_rows(block.struck & lines, block.place)
    noted = sorted(spot for spot in block.noted if spot[0] in lines)
    notes += pinned_notes([cell_place(block.name, block.sheet, *spot) for spot in noted])
    notes += uncalculated(_lost(block, at, len(header), [*below, *totals]), block.name, block.sheet)
    if not kept:
        raise CsmError(
            VALUE,
            "the export has no rows below its header",
            f"{block.place} row {at + 1}",
            None,
            "Export it again; check its filters.",
        )
    width = len(header)
    whole = [rows[one][:width] + [None] * (width - len(rows[one])) for one in kept]
    return Grid(block, header, at + 1, whole, tuple(one + 1 for one in kept), tuple(notes))


def _header(rows: Sequence[Sequence[Any]], filled: Sequence[int]) -> int | None:
    wide = max(sum(cell is not None for cell in rows[at]) for at in filled)
    for at in filled[:_TOP]:
        said = [cell for cell in rows[at] if cell is not None]
        if len(said) >= _SHARE * wide and all(map(_is_name, said)):
            return at
    for at in filled[:_TOP]:  # Excel makes a date of a month
        said = [cell for cell in rows[at] if cell is not None]
        months = [cell for cell in said if isinstance(cell, date) and cell.day == 1]
        names = [cell for cell in said if not isinstance(cell, date)]
        if len(said) >= _SHARE * wide and months and names and all(map(_is_name, names)):
            return at if len(months) + len(names) == len(said) else None
    return None


def _header_text(cell: Any) -> str:
    """A header; of a date, which Excel makes of a month, the month."""
    return f"{cell:%Y-%m}" if isinstance(cell, date) else str(cell).strip()


def _is_name(cell: Any) -> bool:
    return isinstance(cell, str) and not re.fullmatch(r"[\d\s.,/:$€£%()+-]+", cell)


def _above(block: Block, rows: Sequence[Sequence[Any]], filled: Sequence[int], at: int) -> list[Issue]:
    titles = [one for one in filled if one < at]
    if not titles:
        return []
    said = next(str(cell) for cell in rows[titles[0]] if cell is not None)
    what = (
        f"the header is in row {at + 1}; {counted(len(titles), 'row')} above it {_are(len(titles))} not read"
    )
    return [Issue(VALUE, what, f"{block.place} row {titles[0] + 1}", said, "", "note")]


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _without_second_header(
    block: Block, rows: Sequence[Sequence[Any]], body: list[int], header: int
) -> tuple[list[int], list[Issue]]:
    """The rows of data without the two rows that Qualtrics writes below its header: the questions, and a row
    of ``{"ImportId":…}``."""
    for at in body[:2]:
        said = [cell for cell in rows[at] if cell is not None]
        if all(isinstance(cell, str) and cell.startswith(_IMPORT_ID) for cell in said):
            left = [one for one in body if one <= at]
            what = (
                f"{counted(len(left), 'row')} below the header {_are(len(left))} not read: names of columns"
            )
            issue = Issue(VALUE, what, f"{block.place} row {header + 2}", None, "", "note")
            return [one for one in body if one > at], [issue]
    return body, []


def _without_footer(
    rows: Sequence[Sequence[Any]], body: Sequence[int], header: Sequence[str]
) -> tuple[list[int], list[int]]:
    """The rows of data and those of the footer, which is at the very end."""
    kept, below = list(body), list[int]()
    names = [plain_header(name).replace(" ", "_") for name in header]
    filled = {at: sum(cell is not None for cell in rows[at]) for at in body}
    while kept:
        at = kept[-1]
        said = [cell for cell in rows[at] if cell is not None]
        alone = len(said) == 1 and len(header) > 2 and isinstance(said[0], str)
        parted = at - 1 not in body  # a blank row, or other footer rows
        stray = stray_row(rows[at], names)
        # Most rows, not all: a report with merged cells fills only the first row of each group.
        fewer = len(kept) > 1 and filled[at] < median(filled[one] for one in kept[:-1])
        total = stray is not None and "total" in stray[0] and fewer
        count = len(said) == 2 and _is_count(said) and len(header) > 3 and parted
        if not (total or count or (alone and (_FOOTER.match(said[0].strip()) or (parted and len(kept) > 1)))):
            break
        below.append(kept.pop())
    return kept, below[::-1]


def _is_count(said: Sequence[Any]) -> bool:
    """Whether two cells are a line such as "Total Workers" and 16."""
    text, number = said
    return isinstance(text, str) and bool(_COUNTED.match(text.strip())) and not _is_name(number)


def _without_totals(
    rows: Sequence[Sequence[Any]], body: Sequence[int], header: Sequence[str]
) -> tuple[list[int], list[int]]:
    """The rows of data and those of totals between them, as a grouped report has below each group.

    A total fills fewer cells than most rows: a row that is as full as the others may be data.
    """
    filled = {at: sum(cell is not None for cell in rows[at]) for at in body}
    usual = median(filled.values()) if filled else 0
    names = [plain_header(name).replace(" ", "_") for name in header]
    totals = [at for at in body if filled[at] < usual and (stray := stray_row(rows[at], names))
              and "total" in stray[0]]  # fmt: skip
    left = set(totals)
    return [at for at in body if at not in left], totals


def _totals(block: Block, rows: Sequence[Sequence[Any]], totals: Sequence[int]) -> list[Issue]:
    if not totals:
        return []
    said = next(str(cell) for cell in rows[totals[0]] if cell is not None)
    what = f"{counted(len(totals), 'row')} between the data {_are(len(totals))} not read: totals"
    return [Issue(VALUE, what, f"{block.place} row {totals[0] + 1}", said, "", "note")]


def _below(block: Block, rows: Sequence[Sequence[Any]], below: Sequence[int], kept: int) -> list[Issue]:
    if not below:
        return []
    said = next(str(cell) for cell in rows[below[0]] if cell is not None)
    what = f"{counted(len(below), 'row')} below the data {_are(len(below))} not read: a footer or total"
    place = f"{block.place} row {below[0] + 1}"
    found = [Issue(VALUE, what, place, said, "", "note")]
    for at in below:
        for cell in rows[at]:
            count = _COUNT.search(str(cell)) if isinstance(cell, str) else None
            if count and int((count[1] or count[2]).replace(",", "")) != kept:
                what = (
                    f"the footer says {cell.strip()!r}, but there are {kept:,} rows: is the file cut short?"
                )
                found.append(Issue(VALUE, what, f"{block.place} row {at + 1}", None, "Export it again."))
    return found


def _shape(
    block: Block, rows: Sequence[Sequence[Any]], kept: Sequence[int], header: Sequence[str]
) -> list[Issue]:
    """Rows that are longer than the header, and a last row that is cut short."""
    if not block.ragged or not kept:
        return []
    width, found = len(header), list[Issue]()
    for at in kept:
        beyond = [cell for cell in rows[at][width:] if cell is not None]
        if beyond:
            what = f"the row has {len(rows[at])} cells under {width} headers"
            found.append(
                Issue(
                    VALUE,
                    what,
                    f"{block.place} row {at + 1}",
                    str(beyond[0]),
                    "Put a cell that holds the separator in quotes.",
                )
            )
    lengths = [len(block.rows[at]) for at in kept]
    if len(kept) > 1 and lengths[-1] < width and min(lengths[:-1]) >= width:
        what = f"the last row has {lengths[-1]} of {width} cells: the file may be cut short"
        found.append(Issue(VALUE, what, f"{block.place} row {kept[-1] + 1}", None, "Export it again."))
    return found


def _lost(block: Block, at: int, width: int, left: Sequence[int]) -> set[tuple[int, int]]:
    """The formulas without a value in the header, or under it in rows that are not left out."""
    unread = {one + 1 for one in left}
    return {(row, column) for row, column in block.lost if row == at + 1 or (
        row > at + 1 and row not in unread and column < block.first_column + width)}  # fmt: skip


def _merged(block: Block, kept: Sequence[int]) -> list[Issue]:
    """A warning about rows whose cells are merged with those of a row above: all but the first are blank."""
    data = {at + 1 for at in kept}
    below = {row for top, bottom in block.merged if top in data for row in range(top + 1, bottom + 1)} & data
    if not below:
        return []
    what = (f"{counted(len(below), 'row')} {'has' if len(below) == 1 else 'have'} cells {MERGED} the row"
            " above, and are read as blank")  # fmt: skip
    hint = ("Nothing to do if only the first row of each group counts. If each row counts, unmerge the cells"
            " and fill them down, or export the report as details only.")  # fmt: skip
    return [Issue(VALUE, what, f"{block.place} row {min(below)}", None, hint, "warning")]


def shown(cell: Any) -> str:
    """A cell as a preview shows it.

    >>> shown(None), shown(81500.0), shown(date(2026, 3, 31))
    ('', '81500', '2026-03-31')
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat()[:10] if isinstance(cell, date) else str(cell)
