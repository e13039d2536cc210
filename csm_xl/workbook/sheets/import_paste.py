"""The sheet Import: where an export is pasted, and what a refresh makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from csm_xl.plan.schema import PLAN_TABLES
from csm_xl.plan.schema import Column as Rule
from csm_xl.workbook import layout
from csm_xl.workbook.page import Button, Column, Sheet, Table
from csm_xl.workbook.sheets.control import ACTIONS, SIZE
from csm_xl.workbook.sheets.frame import framed
from csm_xl.xlsx.addresses import LAST_ROW, letters

SHEET: Final = "Import"
REPORT: Final = "tblImport"
PASTE: Final = "import_paste"
TABLE: Final = "import_table"
HEADER_ROW: Final = "import_header_row"

QUESTION: Final = "question"
ANSWERED: Final = "answered"
PASTED: Final = "taken from the paste"
READ: Final = "taken from a file"
"""Kinds of rows that a later refresh reads: what is asked, what was answered, and what was taken."""
STOPPED: Final = "not taken"
NOT_PAID: Final = "not paid"
MAPPED: Final = "mapped"
FILLED: Final = "added"
UNUSED: Final = "not used"
ADDED: Final = "new row"
CHANGED: Final = "change"
REMOVED: Final = "removed"
KINDS: Final = (QUESTION, ANSWERED, PASTED, READ, STOPPED, NOT_PAID, MAPPED, FILLED, UNUSED, ADDED, CHANGED,
                REMOVED, "error", "warning", "note")  # fmt: skip
"""Every kind of row that a refresh writes."""

_SELDOM: Final = ("merit_matrix", "tax_brackets", "distributions", "correlations")
"""Tables that are not in the list, which Excel keeps to 255 letters; they are imported from files."""
IMPORTED: Final = tuple(one.name for one in layout.INPUTS if one.name not in PLAN_TABLES)
"""The tables that an export can be."""
_SETTINGS: Final = (
    Rule(TABLE, "word", "The table that the export is. Blank: its headers decide.",
         choices=tuple(name for name in IMPORTED if name not in _SELDOM)),
    Rule(HEADER_ROW, "count", "The row of this sheet with the headers. Blank: found automatically.",
         at_least=1, at_most=LAST_ROW),
)  # fmt: skip
LABELS: Final = {TABLE: "Table", HEADER_ROW: "Header row"}
"""What is left of each setting."""
_ANSWER: Final = Rule("answer", "text", "For a question: the number of an answer, or what it asks for.")
_COLUMNS: Final = (
    Column("Kind", "value", "text", least=22),
    Column("Table", "value", "text", least=26),
    Column("Row or cell", "value", "text", least=20),
    Column("What was found", "text", "text", least=52),
    Column("What it becomes", "value", "text", least=24),
    Column("Answer", "input", "text", rule=_ANSWER, least=18),
    Column("What to do", "text", "text", least=60),
)
_TOP: Final = 13
_FIRST: Final = 5
"""The first row of the paste."""
_SHOWN: Final = (30, 12)
"""Rows and columns of the paste that are yellow; it may be larger."""


FINGERPRINT: Final = "fingerprint "
"""What is before the digest of an export that was taken."""


class Line(NamedTuple):
    """A row of the report, in the order of its columns."""

    kind: str
    table: str = ""
    place: str = ""
    found: str = ""
    becomes: str = ""
    answer: Any = None
    action: str = ""


def import_sheet(lines: Sequence[Line] = ()) -> Sheet:
    """The settings, the report of the last import under them, and the paste on the right."""
    sheet = Sheet(SHEET, "input", SHEET, layout.SUBTITLES[SHEET])
    note = "What the last refresh took and asked. Type answers into the yellow column, and refresh again."
    report = Table(REPORT, "Report", note, _COLUMNS, report_rows(lines), top=_TOP)
    sheet.tables = [report]
    framed(sheet)
    sheet.frozen = (0, 0)
    corner = report.right + 2
    cell = f"{letters(corner)}{_FIRST}"
    sheet.put(3, 4, "Go to the paste", role="link", link=f"internal:{SHEET}!{letters(corner)}{_FIRST - 1}")
    said = "Headers may be in any row and order. What can be read two ways is asked below; until it is"
    sheet.put(4, 1, f"{said} answered, nothing is written.", role="note")
    for at, head in enumerate(("Setting", "Value", "What it does"), 1):
        sheet.put(5, at, head, role="head")
    for row, rule in enumerate(_SETTINGS, 6):
        sheet.put(row, 1, LABELS[rule.name], role="label")
        sheet.put(row, 2, role="setting", number="text" if rule.name == TABLE else "count")
        sheet.put(row, 3, rule.help, role="remark")
        sheet.names[rule.name] = (row, 2)
        sheet.rules[row, 2] = (rule, LABELS[rule.name])
    caption, macro, command, _ = ACTIONS[0]
    sheet.put(9, 1, caption, role="button")
    sheet.put(9, 2, command, role="code")
    sheet.put(9, 3, "Takes the paste, and pays everyone.", role="remark")
    sheet.buttons = [Button(9, 1, macro, caption, "Takes the paste, and pays everyone.", *SIZE)]
    sheet.heights[9] = 27
    sheet.put(
        _FIRST - 1, corner, f"Paste the export here, at {cell}: titles, footers and all", role="caption"
    )
    for row in range(_FIRST, _FIRST + _SHOWN[0]):
        for column in range(corner, corner + _SHOWN[1]):
            sheet.put(row, column, role="input")
    sheet.names[PASTE] = (_FIRST, corner)
    sheet.widths |= dict.fromkeys(range(corner, corner + _SHOWN[1]), 14.0)
    sheet.conditions.append(((_TOP + 1, 1, LAST_ROW, 1), _look(QUESTION, "warns")))
    sheet.conditions.append(((_TOP + 1, 1, LAST_ROW, 1), _look("error", "fails")))
    sheet.printed = (LAST_ROW, report.right)
    return sheet


def report_rows(lines: Sequence[Line]) -> list[list[Any]]:
    """The rows of the report, in the order of its columns."""
    return [[None if cell in ("", None) else cell for cell in line] for line in lines]


def _look(kind: str, role: str) -> dict[str, Any]:
    return {"type": "cell", "criteria": "==", "value": f'"{kind}"', "format": role}
