"""Old Excel workbooks (.xls), read with python-calamine where it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csm_xl.errors import VALUE, CsmError


def old_sheets(path: Path) -> dict[str, list[list[Any]]]:
    """The worksheets of an .xls file: the rows of each, from its first cell on; None for a blank.

    Errors: a file that is none, or is protected by a password.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        return {
            name: [
                [None if cell == "" else cell for cell in row]
                for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in book.sheet_names
        }
    except (CalamineError, OSError, ValueError) as why:
        raise CsmError(
            VALUE,
            "the old workbook cannot be read",
            path.name,
            str(why).splitlines()[0] if str(why) else None,
            "Open it in Excel and save it as .xlsx.",
        ) from None
