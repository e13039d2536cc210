"""The input tables of a workbook as plain rows, for CSV files that an import takes back unchanged."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from csm_xl.engine.components import component_types
from csm_xl.plan.cells import is_blank
from csm_xl.plan.tables import read_tables, table_of
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.xlsx.package import Package


def input_rows(source: Path | Package) -> dict[str, list[list[Any]]]:
    """Table → its header and rows, of every input table that holds any; cells as they were typed.

    Known columns have the names of the tables' reference; columns of somebody's own keep their headers.
    Errors: as `read_workbook`.
    """
    types = component_types()
    raws = read_workbook(source, types)
    tables = read_tables(raws, types)[0]
    found = {}
    for raw in raws:
        name = table_of(raw, types)
        if name is None or name in found:
            continue
        origin = tables[name].origin
        positions = {} if origin is None else {at: ours for ours, at in origin.positions.items()}
        rows = [row for row in raw.rows[1:] if any(not is_blank(cell) for cell in row)]
        needed = {at for at, ours in positions.items() if ours in tables[name].schema.required}
        filled = {at for row in rows for at, cell in enumerate(row) if not is_blank(cell)}
        used = [at for at, header in enumerate(raw.rows[0]) if not is_blank(header) and at in needed | filled]
        if rows:
            typed = raw.rows[0]
            header = [positions.get(at, str(typed[at])) for at in used]
            found[name] = [header, *([_plain(row[at]) for at in used] for row in rows)]
    return found


def _plain(cell: Any) -> Any:
    """A cell as CSV holds it: a moment at midnight is its day."""
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second or cell.microsecond):
        return date(cell.year, cell.month, cell.day)
    return None if is_blank(cell) else cell
