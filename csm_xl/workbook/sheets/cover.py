"""The Cover: the workbook's period, plan, key figures and contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from csm_xl.engine.component import MISSING_ACTUAL, NOTES
from csm_xl.plan.periods import Period
from csm_xl.plan.table import Tables
from csm_xl.workbook.layout import line_header
from csm_xl.workbook.page import Cell, Sheet
from csm_xl.workbook.sheets.frame import STATUS, fails
from csm_xl.workbook.sheets.inputs import SEVERAL, currencies_of, currency_of
from csm_xl.workbook.sheets.results import PAYOUTS, TOTALS, Money
from csm_xl.workbook.sheets.total_comp import TOTAL_COMP
from csm_xl.workbook.styles import LEGEND

FINGERPRINT: Final = 16
"""How many digits of the plan's fingerprint are shown."""


@dataclass(frozen=True, slots=True)
class CoverInfo:
    """What the Cover states: the version of csm_xl, when it was refreshed, and of which plan.

    fingerprint: SHA-256 of the plan's tables, in hexadecimal.
    """

    version: str
    refreshed: datetime
    fingerprint: str
    period: Period


def cover_sheet(tables: Tables, info: CoverInfo, sheets: Sequence[Sheet]) -> Sheet:
    """The first sheet: the workbook's period, plan, key figures and contents."""
    sheet = Sheet("Cover", "cover", "Customer Success pay plan", "", portrait=True)
    sheet.put(1, 1, sheet.title, role="title")
    sheet.put(2, 1, formula='="How "&paid_period&" is paid: plans, results, and each step of the way."',
              role="subtitle")  # fmt: skip
    sheet.put(4, 2, formula=STATUS, role="status")
    sheet.conditions.append(((4, 2, 4, 2), fails("=NOT(master_check)")))
    currency = currency_of(tables)
    glance = [
        (_said(label, "label"), Cell(formula=formula, role="fact", number=number), _said(remark, "remark"))
        for label, formula, number, remark in _glance(Money(currency), currencies_of(tables))
    ]
    stated = _about(info, currency)
    about = [
        (_said(label, "label"), Cell(value, role="fact", number=number), _said(remark, "remark"))
        for _, label, value, number, remark in stated
    ]
    contents = [
        (Cell(other.name, role="link", link=f"internal:'{other.name}'!A1"),
         Cell(_CLASS_WORDS[other.kind], role=f"tab {other.kind}"), _said(other.subtitle, "text"))
        for other in sheets
    ]  # fmt: skip
    legend = [(Cell(sample, role=role), None, _said(meaning, "text")) for role, sample, meaning in LEGEND]
    row = 4
    for caption, block in (
        ("At a glance", glance),
        ("This workbook", about),
        ("Sheets", contents),
        ("Legend", legend),
        ("How to use it", [(_said(step, "plain"), None, None) for step in _STEPS]),
    ):
        sheet.put(row, 1, caption, role="caption")
        for line in block:
            row += 1
            for column, cell in enumerate(line, 1):
                if cell is not None:
                    sheet.cells[row, column] = cell
        row += 2
    rows = {cell.value: place[0] for place, cell in sheet.cells.items() if place[1] == 1}
    sheet.names = {name: (rows[label], 2) for name, label, *_ in stated}
    sheet.widths = {1: 30, 2: 22, 3: 88}
    return sheet


def _said(words: str, role: str) -> Cell:
    return Cell(words, role=role)


def _glance(money: Money, codes: Sequence[str]) -> list[tuple[str, str, str, str]]:
    """What the workbook comes to: label, formula, kind of value, remark; money of each currency apart."""
    own, gate = (f'{PAYOUTS}[{line_header("note", "")}],"*{NOTES[note]}*"' for note in MISSING_ACTUAL)
    missing = f"COUNTIFS({own})+COUNTIFS({gate})-COUNTIFS({own},{gate})"
    sums = [line for code in codes for line in _sums(money, code, len(codes) > 1)]
    return [
        ("People paid (count)", f"=ROWS({TOTALS}[Employee id])", "count", "employed or paid in the period"),
        *sums,
        ("Missing actuals (lines)", f"={missing}", "count",
         "payout lines of the period paid at 0; their notes say so"),
    ]  # fmt: skip


def _sums(money: Money, code: str, several: bool) -> list[tuple[str, str, str, str]]:
    """The sums of one currency."""

    def total(cells: str) -> str:
        return f'SUMPRODUCT(({TOTALS}[Currency]="{code}")*{cells})' if several else f"SUM({cells})"

    words = ("Base pay", "Target variable", "Target-based pay", "Variable pay")
    base, target, on_target, variable = (total(f"{TOTALS}[{money[each]}]") for each in words)
    against = f"IF({target}=0,0,{on_target}/{target})"
    name = Money(code)
    of = f", {code}" if several else ""
    return [
        (name["Base pay"], f"={base}", "money", "prorated base salary"),
        (name["Target variable"], f"={target}", "money", "at 100% of target"),
        (name["Variable pay"], f"={variable}", "money", "total of the payout lines"),
        (f"% of target paid (%{of})", f"={against}", "percent",
         "target-based components only; commissions and awards have no target"),
        (name["Total comp"], f"={total(TOTAL_COMP)}", "money", "base pay plus variable pay"),
    ]  # fmt: skip


def _about(info: CoverInfo, currency: str) -> list[tuple[str, str, Any, str, str]]:
    """What the workbook is: defined name, label, value, kind of value, remark."""
    return [
        ("paid_period", "Period", info.period.name, "text", "of the payout lines"),
        ("period_start", "From", date.fromordinal(info.period.start), "date", "its first day"),
        ("period_end", "To", date.fromordinal(info.period.end), "date", "its last day"),
        ("currency", "Currency", currency if currency != SEVERAL else "several", "text", "of every amount"),
        ("version", "Version", info.version, "text", "of csm_xl that calculated it"),
        ("last_refresh", "Refreshed", info.refreshed, "time", "when the payout lines were written"),
        ("plan_fingerprint", "Plan fingerprint", info.fingerprint[:FINGERPRINT], "text",
         "first digits of the plan's SHA-256; the full value is a document property"),
    ]  # fmt: skip


_CLASS_WORDS: Final = {"cover": "Cover", "input": "Input", "output": "Output", "check": "Check"}
_STEPS: Final = (
    "1.  Type or paste into the yellow cells, on the sheets with blue tabs. Tables grow as you add rows.",
    "2.  Click Refresh on Control to pay everyone from these sheets, or run csm-xl refresh FILE.",
    "3.  Look at Checks. csm-xl check FILE recalculates every figure of this workbook and compares.",
    "4.  A workbook with macros (.xlsm) has a hidden sheet, xlwings.conf, with the path of Python.",
)
