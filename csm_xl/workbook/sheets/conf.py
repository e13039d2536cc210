"""The sheet in which xlwings looks up where Python is and which module has the worksheet functions.

It is very hidden: Excel lists it nowhere, so that nobody takes it for data. The Cover names it.
"""

from __future__ import annotations

from typing import Final

from csm_xl.workbook.page import Sheet

CONF: Final = "xlwings.conf"
INTERPRETER: Final = "pythonw"
"""The Python of a template: whichever Windows finds first."""


def conf_sheet(interpreter: str = INTERPRETER) -> Sheet:
    """The settings, a name and its value a row, without a header: xlwings reads down from A1.

    interpreter: the path of the pythonw.exe in which csm_xl is installed.
    """
    sheet = Sheet(CONF, "cover", CONF, "", hidden=True)
    said = (
        ("INTERPRETER_WIN", interpreter),
        ("UDF MODULES", "csm_xl.excel.udfs"),
        # csm_xl is installed; a folder of OneDrive, where the workbook may lie, has no path for Python.
        ("ADD_WORKBOOK_TO_PYTHONPATH", "False"),
    )
    for row, (name, value) in enumerate(said, 1):
        sheet.put(row, 1, name, role="label", number="text")
        sheet.put(row, 2, value, role="value", number="text")
    sheet.widths = {1: 34, 2: 60}
    return sheet
