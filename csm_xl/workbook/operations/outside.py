"""What is on a sheet outside its tables and would be passed over.

LibreOffice, and some programs that write workbooks, leave a table as large as it was when a row is typed
under it. Whoever is in that row would not be paid, and nothing would say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from csm_xl.errors import VALUE, Issue, listed
from csm_xl.intake.sheet_notes import pinned_notes
from csm_xl.plan.cells import is_blank
from csm_xl.plan.decisions import gone_table
from csm_xl.plan.names import table_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import TableSchema
from csm_xl.plan.unknown_columns import changes_pay, is_free, meant_column, pay_word
from csm_xl.workbook.settings import SETTINGS
from csm_xl.xlsx.addresses import area, letters, quoted, spot
from csm_xl.xlsx.cells import Cells
from csm_xl.xlsx.named_cells import named_places
from csm_xl.xlsx.package import Package, Region

OUTSIDE: Final = "E004"
"""The rule of rows and columns that are outside their table."""
_SCENARIOS: Final = "tblscenarios"
_MOST_SHOWN: Final = 12
_CAPTION: Final = 3
"""This many rows above a table that is below another are its own caption."""
_TOTAL: Final = re.compile(r"(grand |sub)?-?(totals?|sum|average|count|summe|gesamt)\b", re.IGNORECASE)


def outside_issues(
    package: Package, region: Region, beside: Sequence[Region], schema: TableSchema | None
) -> tuple[Issue, ...]:
    """What is below and beside a table and belongs to none, and which of its rows are hidden.

    beside: all tables of the sheet. schema: what its columns mean, where it is known.
    """
    cells = package.cells(region.sheet)
    return (
        *_rows_below(region, beside, cells),
        *_columns_beside(region, beside, cells, schema),
        *_hidden_rows(region, cells),
        *_struck_rows(region, cells),
        *_merged_rows(region, cells),
        *_pinned_notes(package, region),
    )


def _rows_below(region: Region, beside: Sequence[Region], cells: Cells) -> Iterator[Issue]:
    top, bottom = region.last_row + region.totals, _first_below(region, beside)
    waits = dict.fromkeys(spot for spot in cells.formulas if spot not in cells.values)
    rows: dict[int, dict[int, Any]] = {}
    for (row, column), value in (cells.values | waits).items():
        if not (top < row < bottom and region.first_column <= column <= region.last_column):
            continue
        if not is_blank(value) or (row, column) in waits:
            rows.setdefault(row, {})[column] = value
    data = [row for row in sorted(rows) if len(rows[row]) > 1 and not _is_total(rows[row], row, cells)]
    if data:
        what = f"{_many(len(data), 'row')} below the table {region.name}, outside it: {_rows(region, data)}"
        hint = (
            f"Drag the corner of the table down to row {max(data)}, or move the row into the table;"
            f" delete it if it does not belong there. --accept {OUTSIDE} leaves it out."
        )
        yield Issue(VALUE, what, _cell(region, data[0], min(rows[data[0]])), _typed(rows, data[0], cells),
                    hint, rule=OUTSIDE)  # fmt: skip
    rest = [row for row in sorted(rows) if row not in data]
    if rest:
        below = f"{_many(len(rest), 'row')} below the table {region.name}"
        what = f"{below} that are not used: {_rows(region, rest)}"
        yield Issue(VALUE, what, _cell(region, rest[0], min(rows[rest[0]])), _typed(rows, rest[0], cells),
                    "None needed if it is a note or a total.", "note")  # fmt: skip


def scenario_rows(package: Package) -> list[Issue]:
    """What is below the table of scenarios and belongs to none: a value that no scenario has."""
    regions = package.tables()
    return [
        issue
        for region in regions
        if region.name.casefold() == _SCENARIOS
        for issue in _rows_below(
            region, [one for one in regions if one.sheet == region.sheet], package.cells(region.sheet)
        )
    ]


def _first_below(region: Region, beside: Sequence[Region]) -> int:
    """The first row that belongs to another table below, its caption included."""
    below = [
        other.first_row - _CAPTION
        for other in beside
        if other.first_row > region.last_row
        and other.first_column <= region.last_column
        and region.first_column <= other.last_column
    ]
    return min(below, default=1 << 30)


def _is_total(row: Mapping[int, Any], number: int, cells: Cells) -> bool:
    """Whether a row only adds up what is above: it says so, or holds nothing but formulas."""
    return any(isinstance(value, str) and _TOTAL.match(value.strip()) for value in row.values()) or all(
        (number, column) in cells.formulas for column in row
    )


def _columns_beside(
    region: Region, beside: Sequence[Region], cells: Cells, schema: TableSchema | None
) -> Iterator[Issue]:
    """What was typed beside a table that did not grow: columns with a header, and cells without one."""
    columns = _beside(region, beside, cells)
    bare: list[tuple[int, int]] = []
    for column in sorted(columns):
        rows = columns[column]
        header = rows.get(region.first_row)
        if not isinstance(header, str):
            bare += [(row, column) for row in rows]
        elif len(rows) > 1 and not is_free(schema.name if schema else "", header):
            yield _column_beside(region, column, header, len(rows) - 1, schema)
    if bare:
        values = [columns[column][row] for row, column in bare]
        told = [value for value in values if value is not None]
        what = f"{_many(len(bare), 'cell')} next to the table {region.name} without a header, and not used"
        where = f"{quoted(region.sheet)}!{listed(_blocks(bare), _MOST_SHOWN)}"
        hint = "Give the column a header and drag the corner of the table over it, or clear the cells."
        remark = all(isinstance(value, str) for value in values)
        yield Issue(VALUE, what, where, listed(map(str, told), 4) if told else None, hint,
                    "note" if remark else "warning")  # fmt: skip


def _beside(region: Region, beside: Sequence[Region], cells: Cells) -> dict[int, dict[int, Any]]:
    """Column → row → what is there: the cells in the rows of a table that belong to no table, and have no
    other table between; None for a formula whose value the file does not keep."""
    others = [one for one in beside if one is not region]
    rows = range(region.first_row, region.last_row + 1)
    waits = dict.fromkeys(spot for spot in cells.formulas if spot not in cells.values)
    found: dict[int, dict[int, Any]] = {}
    for spots in (cells.values, waits):
        for (row, column), value in spots.items():
            if row not in rows or region.first_column <= column <= region.last_column:
                continue
            if (is_blank(value) and spots is not waits) or _others(region, others, row, column):
                continue
            found.setdefault(column, {})[row] = value
    return {column: dict(sorted(cell.items())) for column, cell in found.items()}


def _others(region: Region, others: Sequence[Region], row: int, column: int) -> bool:
    """Whether a cell beside a table is another table's to report: in its columns, or nearer to it. Of two
    tables, a cell between them is the left one's."""
    for one in others:
        if one.first_column <= column <= one.last_column:
            return True
        if not one.first_row <= row <= one.last_row:
            continue
        if column > region.last_column:
            nearer = region.last_column < one.first_column < column
        else:
            nearer = one.last_column < region.first_column
        if nearer:
            return True
    return False


def _column_beside(
    region: Region, column: int, header: str, filled: int, schema: TableSchema | None
) -> Issue:
    """What is reported about a column with a header. It stops the payment right beside a table, where it was
    meant to be a column of it, and its name suggests that it changes pay."""
    close = column == region.last_column + 1
    meant = meant_column(schema, header) if schema is not None else None
    pays = bool(pay_word(header, schema.name if schema is not None else "")) or changes_pay(meant)
    below = f"{_many(filled, 'cell')} below"
    place = "next to" if close else "beside"
    what = f"the column {header!r} is {place} the table {region.name}, but outside it; {below}"
    hint = "Drag the corner of the table over the column, or delete the column."
    if close and pays:
        hint += f" --accept {OUTSIDE} leaves it out."
    severity = "note" if not pays else "error" if close else "warning"
    return Issue(VALUE, what, _cell(region, region.first_row, column), header, hint,
                 severity, rule=OUTSIDE if severity == "error" else "")  # fmt: skip


def _blocks(cells: Sequence[tuple[int, int]]) -> list[str]:
    """Cells as references: those below each other as one."""
    found: list[list[tuple[int, int]]] = []
    for row, column in sorted(cells, key=lambda cell: (cell[1], cell[0])):
        if found and found[-1][-1] == (row - 1, column):
            found[-1].append((row, column))
        else:
            found.append([(row, column)])
    ends = [(f"{letters(one[0][1])}{one[0][0]}", f"{letters(one[-1][1])}{one[-1][0]}") for one in found]
    return [first if first == last else f"{first}:{last}" for first, last in ends]


def _hidden_rows(region: Region, cells: Cells) -> Iterator[Issue]:
    columns = range(region.first_column, region.last_column + 1)
    found = [
        row
        for row in sorted(cells.hidden)
        if region.first_row < row <= region.last_row
        and any(not is_blank(cells.values.get((row, column))) for column in columns)
    ]
    if found:
        what = f"{len(found):,} of the rows of {region.name} are hidden or filtered: {_rows(region, found)}"
        yield Issue(VALUE, what, _cell(region, found[0], region.first_column), None,
                    "They count like any other row; clear the filter to see them.", "note")  # fmt: skip


def _struck_rows(region: Region, cells: Cells) -> Iterator[Issue]:
    """Rows that somebody struck out instead of deleting them: they count."""
    rows = sorted({
        row for row, column in cells.struck
        if region.first_row < row <= region.last_row and region.first_column <= column <= region.last_column
    })  # fmt: skip
    if rows:
        one = len(rows) == 1
        what = f"text is struck out in {len(rows):,} {'row' if one else 'rows'} of {region.name}"
        hint = f"{'It counts' if one else 'They count'} like any other: delete what must not count."
        where = _cell(region, rows[0], region.first_column)
        yield Issue(VALUE, f"{what}: {_rows(region, rows)}", where, None, hint, "warning")


def _merged_rows(region: Region, cells: Cells) -> Iterator[Issue]:
    """Rows whose cells are merged with those above: only the first has the value that all seem to have."""
    rows = set[int]()
    for one in map(area, cells.merged):
        if one and one.left <= region.last_column and region.first_column <= one.right:
            rows |= set(range(max(one.top, region.first_row) + 1, one.bottom + 1))
    if found := sorted(rows.intersection(range(region.first_row + 1, region.last_row + 1))):
        count = f"{len(found):,} {'row' if len(found) == 1 else 'rows'}"
        what = f"cells of {count} of {region.name} are merged with those above"
        hint = "They are read as blank. Unmerge the cells, and fill them down."
        where = _cell(region, found[0], region.first_column)
        yield Issue(VALUE, f"{what}: {_rows(region, found)}", where, None, hint, "warning")


def _pinned_notes(package: Package, region: Region) -> Iterator[Issue]:
    """Notes and comments on cells of a table."""
    places = [spot(cell) for cell in package.notes(region.sheet)]
    found = sorted({
        (row, column) for row, column in places
        if region.first_row < row <= region.last_row and region.first_column <= column <= region.last_column
    })  # fmt: skip
    yield from pinned_notes([_cell(region, row, column) for row, column in found], region.name)


def unknown_settings(package: Package) -> list[Issue]:
    """A warning about each row among the settings of Control, or below them, that is none of them.

    What a refresh shows begins with the first formula; from there on nothing is a setting.
    """
    places = named_places({name.casefold(): refers for name, refers in package.names.items()},
                          list(package.sheets))  # fmt: skip
    ours = [places[rule.name] for rule in SETTINGS if rule.name in places]
    if not ours:
        return []
    sheet, top, column = ours[0].sheet, min(place.row for place in ours), ours[0].column
    cells, rows = package.cells(sheet), {place.row for place in ours}
    last = max(rows)
    end = min((row for row, at in cells.formulas if at == column and row > last), default=last + 4)
    found = []
    for row in (row for row in range(top, end) if row not in rows):
        value, label = cells.values.get((row, column)), cells.values.get((row, column - 1))
        if not is_blank(value) and (row, column) not in cells.formulas:
            what = f"{'the row' if is_blank(label) else repr(str(label))} is not a setting, so it is not used"
            names = listed((rule.name.replace("_", " ") for rule in SETTINGS), 99)
            hint = f"Clear the row. Settings: {names}."
            where = f"{quoted(sheet)}!{letters(column)}{row}"
            found.append(Issue(VALUE, what, where, str(value), hint, "warning"))
    return found


def gone_tables(
    package: Package, found: Iterable[RawTable], recognized: Iterable[str | None]
) -> list[RawTable]:
    """The input tables that the workbook had, by its defined names, and has no more; none, as a rule.

    found: the tables that it has. recognized: which table each of them is.
    """
    from csm_xl.workbook.layout import INPUTS

    there = {name for name in recognized if name} | {table_name(raw.name or "") for raw in found}
    rows = []
    for place in INPUTS:
        refers = package.names.get(place.name, "")
        if place.name in there or not _of_a_table(refers, place.excel_name):
            continue
        lost = place.sheet not in package.sheets
        how = (
            f", with its sheet {place.sheet}"
            if lost
            else ": its cells are a plain range now, or were removed"
        )
        hint = f"Select its cells with their header, insert a table (Ctrl+T) and name it {place.excel_name}"
        what = f"the table {place.excel_name} is missing from this workbook{how}"
        where = package.path.name if lost else place.sheet
        hint = (
            "Use an earlier copy of the workbook."
            if lost
            else f"{hint}; or use an earlier copy of the workbook."
        )
        rows.append((place.name, what, where, hint))
    return gone_table(rows, package.path.name)


def _of_a_table(refers: str, excel_name: str) -> bool:
    """Whether a defined name represents a whole input table, as the builder defines it, or did."""
    text = refers.removeprefix("=")
    return text.startswith(f"{excel_name}[") or "#REF!" in text or ("!$" in text and ":" in text)


def _cell(region: Region, row: int, column: int) -> str:
    return f"{quoted(region.sheet)}!{letters(column)}{row}"


def _rows(region: Region, rows: Sequence[int]) -> str:
    word = "row" if len(rows) == 1 else "rows"
    return f"{region.sheet} {word} {listed(map(str, rows), _MOST_SHOWN)}"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what} is" if count == 1 else f"{count:,} {what}s are"


def _typed(rows: Mapping[int, Mapping[int, Any]], row: int, cells: Cells) -> str | None:
    """What was typed into a row. What its formulas show is left out: a refresh changes that, so it would
    show what was there before it."""
    typed = [column for column in sorted(rows[row]) if (row, column) not in cells.formulas]
    return listed((str(rows[row][column]) for column in typed), 4) if typed else None
