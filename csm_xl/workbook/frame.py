"""What every sheet carries: its title, the master check, links, and the captions and totals of its tables."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.workbook.page import HEAD_ROW, Column, Sheet, Table
from csm_xl.workbook.results import TOTALS

STATUS: Final = '=IF(AllChecksHold,"✔ All checks hold","✖ A check fails")'
"""The master check in words."""


def framed(sheet: Sheet) -> Sheet:
    """The sheet with its title, the master check, its links, and the captions and totals of its tables."""
    sheet.put(1, 1, sheet.title, role="title")
    sheet.put(2, 1, sheet.subtitle, role="subtitle")
    sheet.put(3, 1, formula=STATUS, role="status")
    sheet.put(3, 2, "Cover", role="link", link="internal:Cover!A1")
    if sheet.name != "Checks":
        sheet.put(3, 3, "Checks", role="link", link="internal:Checks!A1")
    sheet.conditions.append(((3, 1, 3, 1), fails("=NOT(AllChecksHold)")))
    for table in sheet.tables:
        sheet.put(4, table.left, table.caption, role="caption")
        totals = [at for at, column in enumerate(table.columns) if column.total]
        sheet.put(5, table.left, "Total" if totals else table.note, role="total" if totals else "note")
        if totals:
            sheet.put(4, table.left + 4, table.note, role="note")
        for at in totals:
            column = table.columns[at]
            sheet.put(5, table.left + at, formula=_total(table, column), role="total", number=column.number)
    sheet.heights[4] = 24
    sheet.frozen = (HEAD_ROW, 1)
    return sheet


def _total(table: Table, column: Column) -> str:
    """The sum of a column, given only where every row has a number: #N/A must not look like less pay."""
    cells = table.reference(column.header)
    rows = table.reference(table.columns[0].header)
    # A payout line may have no target; a person always has every figure.
    whole = f"COUNT({cells})=ROWS({cells})" if table.name == TOTALS else f"COUNTA({rows})=COUNTA({cells})"
    if column.header.startswith("Component target"):
        return f"=SUM({cells})"
    return f"=IF({whole},SUM({cells}),NA())"


def fails(formula: str) -> dict[str, Any]:
    """The condition that paints a cell as a failing check."""
    return {"type": "formula", "criteria": formula, "format": "fails"}
