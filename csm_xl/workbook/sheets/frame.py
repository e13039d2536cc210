"""What every sheet carries: its title, the master check, links, and the captions and totals of its tables."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.workbook.page import HEAD_ROW, Column, Sheet, Table
from csm_xl.workbook.sheets.results import TOTALS

STATUS: Final = '=IF(master_check,"✔ All checks pass","✖ A check fails")'
"""The master check in words."""


def framed(sheet: Sheet) -> Sheet:
    """The sheet with its title, the master check, its links, and the captions and totals of its tables."""
    sheet.put(1, 1, sheet.title, role="title")
    sheet.put(2, 1, sheet.subtitle, role="subtitle")
    sheet.put(3, 1, formula=STATUS, role="status")
    sheet.put(3, 2, "Cover", role="link", link="internal:Cover!A1")
    if sheet.name != "Checks":
        sheet.put(3, 3, "Checks", role="link", link="internal:Checks!A1")
    sheet.conditions.append(((3, 1, 3, 1), fails("=NOT(master_check)")))
    for table in sheet.tables:
        sheet.put(table.top - 2, table.left, table.caption, role="caption")
        totals = [at for at, column in enumerate(table.columns) if column.total]
        above = table.top - 1
        sheet.put(above, table.left, "Total" if totals else table.note, role="total" if totals else "note")
        if totals:
            sheet.put(table.top - 2, table.left + 4, table.note, role="note")
        for at in totals:
            column = table.columns[at]
            sheet.put(
                above, table.left + at, formula=_total(table, column), role="total", number=column.number
            )
    if sheet.tables:
        sheet.heights[4] = 24
        sheet.frozen = (HEAD_ROW, 1)
    return sheet


def _total(table: Table, column: Column) -> str:
    """The sum of a column; over CSM_ functions only where every row has its number, because a cell that
    is not connected to Python must not look like less pay."""
    cells = table.reference(column.header)
    if table.name == TOTALS:
        return f"=IF(COUNT({cells})=ROWS({cells}),SUM({cells}),NA())"
    return f"=SUM({cells})"


def fails(formula: str) -> dict[str, Any]:
    """The condition that paints a cell as a failing check."""
    return {"type": "formula", "criteria": formula, "format": "fails"}


def compared(one: str, other: str, less: str, more: str, alike: str) -> str:
    """The words of a formula for how far a sum of money is from another: ``120 under target``.

    alike: the words where the two differ by nothing that is shown. Two sums that are one may differ in a last
    binary digit, and every spreadsheet adds in its own order.
    """
    apart = f"FIXED(ABS({one}-({other})),0)"
    words = f'{apart}&IF({one}<{other},"{less}","{more}")'
    return f'IF({apart}=FIXED(0,0),"{alike}",{words})'
