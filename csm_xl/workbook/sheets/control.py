"""The Control sheet: what a refresh pays and from where, when it last did, and the buttons that do it."""

from __future__ import annotations

from typing import Final

from csm_xl.plan.schema import Column as Rule
from csm_xl.workbook import layout
from csm_xl.workbook.page import Button, Column, Sheet, Table
from csm_xl.workbook.settings import SETTINGS, Settings
from csm_xl.workbook.sheets.frame import fails, framed

_STATE: Final = (
    ("Period paid", "=paid_period", "text", "the period of the payout lines"),
    ("Last refresh", "=last_refresh", "time", "when the payout lines were written"),
    (
        "Plan fingerprint",
        "=plan_fingerprint",
        "text",
        "of the plan used; it changes when the plan changes",
    ),
    ("Version", "=version", "text", "of csm_xl that calculated them"),
)
"""Label, formula, kind of value, remark."""
ACTIONS: Final = (
    ("Refresh", "RefreshPlans", "csm-xl refresh FILE",
     "Calculates everyone's pay from the sheets, and writes Payouts, Total Comp, Checks and Log."),
    ("Check", "CheckWorkbook", "csm-xl check FILE",
     "Calculates every figure of this workbook again and compares; changes nothing."),
    ("Statements", "MakeStatements", "csm-xl statements FILE --period PERIOD --out FOLDER",
     "Writes one PDF a person, with the calculation in words."),
    ("Close", "ClosePeriod", "csm-xl close FILE --period PERIOD",
     "Records in the book of record what the period pays, for good; a colleague approves it."),
)  # fmt: skip
"""Caption of the button, its macro, the command that does the same, and what that is."""
_PLACES: Final = (
    ("Checks", "every check, and the findings of the refresh"),
    ("Payouts", "the payout lines"),
    ("Log", "every refresh"),
    ("Ledger", "what the book of record says"),
)
SCENARIOS: Final = "tblScenarios"
_SCENARIO_COLUMNS: Final = (
    Rule("scenario", "text", "Name of the scenario; rows with the same name belong together.", required=True),
    Rule("table", "text", "Table whose values it changes, such as roster.", required=True),
    Rule("id", "text", "Rows by their key: E0001, or several parts such as bonus/grr; blank: all rows."),
    Rule("column", "text", "Column, such as base_salary.", required=True),
    Rule("value", "text", "The value to use instead; *1.03 multiplies the current value.", required=True),
    Rule("comment", "text", "Source, or a note."),
)
SIZE: Final = (136, 26)
"""Width and height of a button, in pixels."""


def control_sheet(settings: Settings) -> Sheet:
    """The settings as cells under names of their own, what was paid, and what can be done."""
    sheet = Sheet("Control", "input", "Control", layout.SUBTITLES["Control"], portrait=True)
    left = 5
    columns = tuple(
        Column(layout.header_of(rule.name), "input", "text", rule=rule, least=14)
        for rule in _SCENARIO_COLUMNS
    )
    note = "Values that override those of the tables during calculation; the tables do not change."
    sheet.tables = [Table(SCENARIOS, "Scenarios", note, columns, [], left)]
    framed(sheet)
    sheet.frozen = (0, 0)
    row = 4
    sheet.put(row, 1, "Settings", role="caption")
    row += 1
    sheet.put(row, 1, "Fill in the yellow cells.", role="note")
    row += 1
    for at, head in enumerate(("Setting", "Value", "What it does"), 1):
        sheet.put(row, at, head, role="head")
    for rule in SETTINGS:
        row += 1
        number = "date" if rule.kind == "date" else "text"
        sheet.put(row, 1, layout.header_of(rule.name), role="label")
        sheet.put(row, 2, getattr(settings, rule.name) or None, role="setting", number=number)
        sheet.put(row, 3, rule.help, role="text")
        sheet.names[rule.name] = (row, 2)
        sheet.rules[row, 2] = (rule, layout.header_of(rule.name))
    row += 2
    sheet.put(row, 1, "Last refresh", role="caption")
    for label, formula, number, remark in _STATE:
        row += 1
        sheet.put(row, 1, label, role="label")
        sheet.put(row, 2, formula=formula, role="state", number=number)
        sheet.put(row, 3, remark, role="remark")
    row += 1
    sheet.put(row, 1, "Master check", role="label")
    sheet.put(row, 2, formula="=master_check", role="state")
    sheet.put(row, 3, "TRUE if every check on the sheet Checks passes", role="remark")
    sheet.conditions.append(((row, 2, row, 2), fails("=NOT(master_check)")))
    row += 2
    sheet.put(row, 1, "Actions", role="caption")
    for caption, macro, command, meaning in ACTIONS:
        row += 1
        sheet.put(row, 1, caption, role="button")
        sheet.put(row, 2, command, role="code")
        sheet.put(row, 3, meaning, role="text")
        sheet.buttons.append(Button(row, 1, macro, caption, meaning, *SIZE))
        sheet.heights[row] = 27
    row += 1
    sheet.put(row, 1, "In a workbook with macros, use the buttons; the commands do the same on any "
                      "computer. FILE is this"
              " workbook's path.", role="note")  # fmt: skip
    row += 2
    sheet.put(row, 1, "See also", role="caption")
    for name, meaning in _PLACES:
        row += 1
        sheet.put(row, 1, name, role="link", link=f"internal:'{name}'!A1")
        sheet.put(row, 2, meaning, role="remark")
    sheet.widths = {1: 24, 2: 54, 3: 90, 4: 3}
    sheet.printed = (row, 3)
    return sheet
