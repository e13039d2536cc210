"""A workbook as data: the tables and their payout lines, laid out on sheets, before anything is drawn.

A refresh needs no more than this, so nothing here writes a file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from csm_xl import __version__
from csm_xl.engine.currency import with_currency
from csm_xl.engine.recorded import Recorded
from csm_xl.engine.reviews import reviewed
from csm_xl.errors import Issue, faults
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.display_names import DisplayNames
from csm_xl.plan.fingerprint import fingerprint
from csm_xl.plan.number_style import usual
from csm_xl.plan.paid_in import CURRENCY, Currencies
from csm_xl.plan.paper import LETTER
from csm_xl.plan.table import Tables
from csm_xl.workbook import layout
from csm_xl.workbook.page import Sheet, Table, Template, absolute
from csm_xl.workbook.settings import NO, YES, Settings
from csm_xl.workbook.sheets import results
from csm_xl.workbook.sheets.checks import checks_sheet
from csm_xl.workbook.sheets.control import control_sheet
from csm_xl.workbook.sheets.cover import FINGERPRINT, CoverInfo, cover_sheet
from csm_xl.workbook.sheets.dashboard.sheet import dashboard
from csm_xl.workbook.sheets.frame import framed
from csm_xl.workbook.sheets.functions import functions_sheet
from csm_xl.workbook.sheets.import_paste import import_sheet
from csm_xl.workbook.sheets.inputs import currency_of, given_to_functions, input_tables
from csm_xl.workbook.sheets.ledger import ledger_sheet
from csm_xl.workbook.sheets.log import BUILT, REFRESHED, entry, log_sheet, row_of, what_of
from csm_xl.workbook.sheets.results import Paid
from csm_xl.workbook.sheets.statement import sheet as statement_sheet
from csm_xl.workbook.sheets.total_comp import fill_total_comp
from csm_xl.workbook.sheets.what_if.sheet import what_if
from csm_xl.workbook.version import VERSION
from csm_xl.xlsx.addresses import LAST_ROW

Rows = Sequence[Sequence[Any]]
_PAGES: Final = ("Statement", "Dashboard", "What-if")


def template(
    tables: Tables,
    period: Any,
    lines: Rows,
    refreshed: datetime,
    settings: Settings | None = None,
    log: Rows | None = None,
    findings: Sequence[Issue] = (),
    typed: Tables | None = None,
    live: bool | None = None,
    examples: bool = True,
    paper: str = LETTER,
    named: Collection[str] | None = None,
    recorded: Recorded | None = None,
    there: Collection[str] | None = None,
) -> Template:
    """The workbook as data, before it is calculated and drawn.

    tables: what is paid from.
    settings: what the Control sheet says; without them the period, and the workbook as every source.
    log: the rows that the Log has, to which one is added; None for a workbook that is new.
    findings: what a refresh found, shown on Checks.
    typed: what is on the input sheets, where people are paid from other tables than these.
    live: whether Total Comp has a formula in each person's row; None where their number shows.
    examples: whether What-if begins with made-up figures. paper: what its sheets are printed on.
    named: the input tables that the workbook names, as it was laid out; None for one that is new.
    recorded: what the book of record says, for the sheet Ledger.
    there: the named cells of the workbook, casefolded; None for one that is new.
    """
    typed = tables if typed is None else typed
    tables = reviewed(tables)
    if CURRENCY not in lines[0]:
        lines = with_currency(lines, Currencies(tables))
    paid = Paid(Calendar(tables["periods"]).find(period), DisplayNames(tables).beside(lines))
    currency = currency_of(tables)
    info = CoverInfo(__version__, refreshed, fingerprint(tables), paid.period)
    given = given_to_functions(tables, named)
    names: dict[str, str] = {}
    previews: list[Table] = []
    sheets: list[Sheet] = []
    for name in layout.ORDER[1 : layout.ORDER.index("Checks")]:
        if name == "Control":
            sheets.append(control_sheet(settings or _settings(paid.period.name, tables, paper)))
            continue
        if name == "Import":
            sheets.append(import_sheet())
            continue
        if name in _PAGES:
            totals = next(table for sheet in sheets for table in sheet.tables if table.name == results.TOTALS)
            pages: dict[str, Callable[[Tables, Paid, Table], Sheet]] = {
                "Statement": statement_sheet.statement_sheet,
                "Dashboard": partial(dashboard, given=given),
                "What-if": partial(what_if, given=given, examples=examples, new=log is None),
            }
            sheets.append(pages[name](tables, paid, totals))
            continue
        sheet = Sheet(name, layout.CLASSES.get(name, "input"), name, layout.SUBTITLES[name])
        if name == "Payouts":
            sheet.tables = [results.payouts(paid, currency)]
            sheet.printed = (LAST_ROW, len(results.read_columns(currency)))
            sheet.conditions += _line_conditions(sheet.tables[0])
        elif name == "Total Comp":
            names |= fill_total_comp(sheet, tables, paid, live)
        else:
            sheet.tables = input_tables(name, typed)
        if name == "Curves":
            for preview in (results.curve_preview, results.tier_preview):
                table = preview(typed, sheet.tables[-1].right + 2)
                if table is not None:
                    sheet.tables.append(table)
                    previews.append(table)
        sheet.widths.setdefault(1, 16 if name == "Payouts" else 18)
        sheets.append(framed(sheet))
    findings = [*findings, *(issue for sheet in sheets for issue in sheet.findings)]
    drawn = {table.name for sheet in sheets for table in sheet.tables}
    checks = checks_sheet(tables, typed, paid, previews, findings, drawn, there)
    people = next(table for sheet in sheets for table in sheet.tables if table.name == results.TOTALS)
    what = what_of(BUILT if log is None else REFRESHED, findings, tables.accepted)
    said = entry(refreshed, what, paid.period.name, info.fingerprint[:FINGERPRINT], len(people.rows),
                 paid.lines, len(faults(findings)), __version__, log or ())  # fmt: skip
    sheets += [checks, log_sheet([*(log or ()), row_of(said)], currency),
               ledger_sheet(recorded or Recorded()), functions_sheet()]  # fmt: skip
    cover = cover_sheet(tables, info, sheets)
    return Template(
        (cover, *sheets),
        {**_places((cover, *sheets)), **names, **_lists(sheets), **_whole(sheets), **statement_sheet.LISTS},
        cover.title,
        refreshed,
        {VERSION: info.version, "Period": paid.period.name, "Plan fingerprint": info.fingerprint},
        paper,
    )


def _settings(period: str, tables: Tables, paper: str) -> Settings:
    """The settings of a new workbook: the findings that were accepted stay so, and the company is named."""
    company = tables.company
    return Settings(
        period, accepted_findings="; ".join(sorted(tables.accepted)), paper_size=paper,
        company_name=company.company_name, company_logo=company.company_logo,
        contact_line=company.contact_line, names_on_outputs=YES if company.names_on_outputs else NO,
        number_style=company.number_style or usual("number_style"),
        date_style=company.date_style or usual("date_style"),
    )  # fmt: skip


def _places(sheets: Sequence[Sheet]) -> dict[str, str]:
    """The single cells that have a name."""
    return {name: absolute(sheet.name, *place) for sheet in sheets for name, place in sheet.names.items()}


def _lists(sheets: Sequence[Sheet]) -> dict[str, str]:
    """The lists of the drop-downs: the columns that others refer to, each under a name."""
    inputs = {place.excel_name: place.name for place in layout.INPUTS}
    columns = [
        (f"{inputs.get(table.name)}.{column.rule.name}", table.reference(column.header),
         {column.rule.refers, column.rule.suggests})
        for sheet in sheets
        for table in sheet.tables
        for column in table.columns
        if column.rule is not None
    ]  # fmt: skip
    wanted = {name for _, _, lists in columns for name in lists}
    return {layout.list_name(name): f"={cells}" for name, cells, _ in columns if name in wanted}


def _whole(sheets: Sequence[Sheet]) -> dict[str, str]:
    """Each input table with its header, under its own name: how functions of many tables take them."""
    there = {table.name for sheet in sheets for table in sheet.tables}
    return {place.name: f"={place.excel_name}[#All]" for place in layout.INPUTS if place.excel_name in there}


def _line_conditions(table: Table) -> list[tuple[tuple[int, int, int, int], dict[str, Any]]]:
    """Lines that say something about themselves, and amounts that are taken back."""
    note, amount = table.right, table.right - 1
    return [
        ((table.first_row, note, table.last_row, note), {"type": "no_blanks", "format": "warns"}),
        ((table.first_row, amount, table.last_row, amount),
         {"type": "cell", "criteria": "<", "value": 0, "format": "negative"}),
    ]  # fmt: skip
