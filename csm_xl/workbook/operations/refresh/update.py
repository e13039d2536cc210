"""What a refresh writes: of a workbook as `build` would make it, whatever can have changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.plan.cells import is_blank
from csm_xl.plan.display_names import EMPLOYEE_NAME
from csm_xl.plan.header_units import said_unit
from csm_xl.plan.names import header_name
from csm_xl.workbook import layout
from csm_xl.workbook.operations.laid_out import by_header, found_under
from csm_xl.workbook.operations.refresh.core import ANEW
from csm_xl.workbook.operations.refresh.printed import print_areas
from csm_xl.workbook.operations.refresh.state import Rows, State
from csm_xl.workbook.operations.resaved import spelled
from csm_xl.workbook.page import Cell, Sheet, Table, Template, fitting_width
from csm_xl.workbook.sheets.results import FOLDABLE, PAYOUTS, TOTALS
from csm_xl.workbook.version import VERSION
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.cells import unescaped
from csm_xl.xlsx.package import Region
from csm_xl.xlsx.serial_dates import plain

KEYS: Final = {
    PAYOUTS: ("period", "employee_id", "plan_id", "component_id", "type"),
    TOTALS: ("employee_id",),
}
"""What shows the rows of an output table apart."""
TYPED: Final = frozenset({"input", "setting"})
"""The roles of cells that a person fills, on output sheets too."""
_INPUTS: Final = frozenset(place.excel_name for place in layout.INPUTS)


@dataclass(frozen=True)
class Update:
    """What a refresh writes.

    tables: Excel table, as the workbook spells it → its new rows, a cell for each column that it has there;
        None in columns of formulas. cells: single cells → their new value.
    arrays: the first cell of an array formula → its new rows and columns.
    properties: properties of the document.
    unfolded: the header of each column that was folded away while nothing was in it → its width, in
        characters, now that something does.
    columns: Excel table → header → the formula of a calculated column that the file does not call one.
    printed: sheet → its print areas, where they change.
    """

    tables: dict[str, Rows]
    cells: dict[Place, Any]
    arrays: dict[Place, tuple[int, int]]
    properties: dict[str, str]
    unfolded: dict[Place, float] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)


def update_of(template: Template, state: State) -> Update:
    """What changes in a workbook so that it shows what its template says.

    Columns that somebody added to an output table keep their cells, by the row's key where it has one.
    Errors: the workbook lacks a column that is needed; its headers name another currency.
    """
    tables: dict[str, Rows] = {}
    unfolded: dict[Place, float] = {}
    issues: list[Issue] = []
    for table in written(template):
        region = state.regions.get(table.name.casefold())
        if region is not None:
            wrong = list(_misfits(table, region))
            issues += wrong
            if not wrong:
                tables[region.name] = _rows(table, region, state)
                unfolded |= _unfolded(table, region, state)
    # Where the currencies are others, so are the headers.
    if issues := list(_other_currencies(template, state)) or issues:
        raise CsmError.of(issues)
    cells = {
        state.places[name.casefold()]: value
        for name, value in (former_values(template) | named_values(template)).items()
        if name.casefold() in state.places
    }
    arrays = {
        place: (cell.rows, state.arrays[place][1])
        for sheet in template.sheets
        for (row, column), cell in sheet.cells.items()
        if (place := Place(sheet.name, row, column)) in state.arrays
        and state.arrays[place][0] != cell.rows
        # In a workbook that another version laid out, another formula may be in that place.
        and (place not in state.formulas or _alike(state.formulas[place], cell))
    }
    properties = {name: value for name, value in template.properties.items() if name != VERSION}
    printed = print_areas(state, tables)
    return Update(tables, cells, arrays, properties, unfolded, _columns(template, state), printed)


def _alike(formula: str, cell: Cell) -> bool:
    wanted = [spelled(one.removeprefix("=")) for one in (cell.formula, cell.former) if one]
    return spelled(formula.removeprefix("=")) in wanted


def _columns(template: Template, state: State) -> dict[str, dict[str, str]]:
    """The calculated columns that the tables of a file do not call so: those that hold our formula in some
    row, and those of tables without rows, which hold none."""
    found: dict[str, dict[str, str]] = {}
    for table in (table for sheet in template.sheets for table in sheet.tables):
        region = state.regions.get(table.name.casefold())
        if region is None:
            continue
        ours = {_words(column.header): column.formula for column in table.columns if column.formula}
        declared = {header for header, _ in region.formulas}
        for at, header in enumerate(region.headers, region.first_column):
            wanted = ours.get(_words(unescaped(header)))
            if wanted and header not in declared:
                cells = (Place(region.sheet, row, at)
                         for row in range(region.first_row + 1, region.last_row + 1))  # fmt: skip
                there = {spelled(state.formulas[cell]) for cell in cells if cell in state.formulas}
                if spelled(wanted) in there or not (there or state.held.get(table.name.casefold())):
                    found.setdefault(region.name, {})[header] = wanted
    return found


def _words(header: str) -> str:
    return " ".join(header.split())


def written(template: Template) -> list[Table]:
    """The tables that a refresh writes: those that nobody types into."""
    return [
        table
        for sheet in template.sheets
        for table in sheet.tables
        if table.name not in _INPUTS and not any(column.role in TYPED for column in table.columns)
    ]


def named_values(template: Template) -> dict[str, Any]:
    """The single cells under a name that a refresh writes: no formulas, and nothing that a person types."""
    return {
        name: sheet.cells[place].value
        for sheet in template.sheets
        for name, place in sheet.names.items()
        if place in sheet.cells and not typed(sheet, place) and not sheet.cells[place].formula
    }


def former_values(template: Template) -> dict[str, Any]:
    """The figures that a refresh writes under names which only workbooks of earlier versions have."""
    return {name: value for sheet in template.sheets for name, value in sheet.former.items()}


def typed(sheet: Sheet, place: tuple[int, int]) -> bool:
    """Whether a cell other than those of tables is a person's to fill."""
    return place in sheet.rules or (place in sheet.cells and sheet.cells[place].role in TYPED)


def _misfits(table: Table, region: Region) -> list[Issue]:
    """Columns that the workbook's table lacks, and headers that name another unit."""
    there = by_header((header, header) for header in region.headers)
    spelled = {" ".join(header.split()) for header in region.headers}
    issues = []
    for column in table.columns:
        header = found_under(there, column.header)
        if column.header in spelled or (header is None and (column.folded or column.optional)):
            continue  # as it must be, or nothing would be in it
        if header is None:
            issues.append(
                Issue(
                    NOT_FOUND,
                    f"{region.name} has no column {column.header!r}, which its lines need",
                    region.sheet,
                    None,
                    f"Add a column with that name to the table. Or: {ANEW[0].lower()}{ANEW[1:]}",
                )
            )
        elif said_unit(header) != said_unit(column.header):
            issues.append(Issue(
                VALUE, f"a header of {region.name} is not {column.header!r}: the currency paid is not the one"
                " the workbook was built for", region.sheet, header, ANEW))  # fmt: skip
    return issues


def _other_currencies(template: Template, state: State) -> Iterator[Issue]:
    """The currencies that people are paid in, where the workbook was laid out for others: the Cover has a row
    for each, and the Dashboard names them."""
    totals = next((one for one in written(template) if one.name == TOTALS), None)
    names = [header_name(column.header) for column in totals.columns] if totals else []
    if totals is None or "currency" not in names:
        return
    stood = {str(one) for one in state.column(TOTALS, "currency") if one}
    now = {str(row[names.index("currency")]) for row in totals.rows if row[names.index("currency")]}
    if stood and now and stood != now:
        what = f"people are paid in {listed(sorted(now))}, and the workbook was laid out for"
        hint = f"Correct the currencies of Roster and Plans. Or: {ANEW[0].lower()}{ANEW[1:]}"
        where = state.regions[TOTALS.casefold()].sheet
        yield Issue(VALUE, f"{what} {listed(sorted(stood))}", where, None, hint)


def _unfolded(table: Table, region: Region, state: State) -> dict[Place, float]:
    """The optional columns in which nothing was, and now something is: of payout lines, and names."""
    found: dict[Place, float] = {}
    foldable = {PAYOUTS: FOLDABLE, TOTALS: frozenset({EMPLOYEE_NAME})}.get(table.name, frozenset())
    used = {header_name(column.header): at for at, column in enumerate(table.columns) if not column.folded}
    for place, name in enumerate(map(header_name, region.headers), region.first_column):
        if name in foldable and name in used and all(map(is_blank, state.column(table.name, name))):
            column, cells = table.columns[used[name]], [row[used[name]] for row in table.rows]
            width = max(fitting_width(column.header, column.number, cells), float(column.least))
            found[Place(region.sheet, region.first_row, place)] = width
    return found


def _rows(table: Table, region: Region, state: State) -> Rows:
    """The rows of a table in the order of the workbook's own columns."""
    there = by_header((header, place) for place, header in enumerate(region.headers))
    ours = {found_under(there, column.header): at for at, column in enumerate(table.columns)}
    formulas = {header for header, _ in region.formulas}
    own = [place for place, header in enumerate(region.headers)
           if place not in ours and header not in formulas]  # fmt: skip
    written = [ours.get(place) for place in range(len(region.headers))]
    written = [None if at is None or table.columns[at].formula else at for at in written]
    rows = [[None if at is None else row[at] for at in written] for row in table.rows]
    if own:
        names = [header_name(column.header) for column in table.columns]
        kept = _kept(table, state, own, [names[ours[at]] if at in ours else "" for at in range(len(written))])
        for number, row in enumerate(rows):
            for place, cell in kept(number, row):
                row[place] = cell
    return rows


def _kept(table: Table, state: State, own: Sequence[int], there: Sequence[str]) -> Any:
    """What was in somebody's own columns: of the row with the same key, else of the row of that number."""
    before = state.held.get(table.name.casefold(), ())
    keys = [there.index(name) for name in KEYS.get(table.name, ())]
    by_key: dict[tuple[Any, ...], list[Sequence[Any]]] = {}
    for row in before:
        by_key.setdefault(tuple(row[key] for key in keys), []).append(row)

    def kept(number: int, row: Sequence[Any]) -> list[tuple[int, Any]]:
        if keys:
            found = by_key.get(tuple(row[key] for key in keys))
            source = found.pop(0) if found else None
        else:
            source = before[number] if number < len(before) else None
        return [] if source is None else [(place, source[place]) for place in own]

    return kept


def changed_tables(update: Update, state: State) -> dict[str, Rows]:
    """The tables whose rows differ from what the workbook holds."""
    return {
        name: rows
        for name, rows in update.tables.items()
        if _differ(rows, state.regions[name.casefold()], state)
    }


def _differ(rows: Rows, region: Region, state: State) -> bool:
    held = state.held.get(region.name.casefold(), ())
    computed = {header for header, _ in region.formulas}
    typed = [at for at, header in enumerate(region.headers) if header not in computed]
    return len(rows) != len(held) or any(
        not (old[at] is None and new[at] is None) and not same_figure(plain(old[at]), plain(new[at]))
        for old, new in zip(held, rows, strict=True)
        for at in typed
    )


def same_figure(stored: Any, value: Any) -> bool:
    """Whether a stored value need not be rewritten: the same, to the 16 digits that some writers keep."""
    if type(stored) is float and type(value) is float:
        return stored in (value, float(f"{value:.16g}"))
    return type(stored) is type(value) and bool(stored == value)


def changed_cells(update: Update, state: State) -> Mapping[Place, Any]:
    """The single cells whose value differs from what the workbook holds."""
    held = {state.places[name]: state.named.get(name) for name in state.places}
    return {
        place: value for place, value in update.cells.items()
        if not same_figure(plain(held.get(place)), plain(value))
    }  # fmt: skip
