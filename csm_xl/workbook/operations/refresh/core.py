"""The core of a refresh, whoever carries it: from what a workbook says to what it must show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from csm_xl.analysis.lint import stopping
from csm_xl.engine.components import component_types
from csm_xl.engine.currency import with_currency
from csm_xl.engine.loading import missing_inputs, read_tables_to_pay
from csm_xl.engine.recorded import Recorded
from csm_xl.engine.remarks import remarks
from csm_xl.engine.run import run
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, grouped, listed
from csm_xl.plan.calendar import last_day
from csm_xl.plan.decisions import idle_acceptances
from csm_xl.plan.display_names import EMPLOYEE_NAME, DisplayNames
from csm_xl.plan.names import header_name
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import Tables, read_tables
from csm_xl.workbook.layout import INPUTS
from csm_xl.workbook.operations.refresh.closed import recorded_in, with_book_payments, with_closed
from csm_xl.workbook.operations.refresh.inputs import resolved, scenario_table
from csm_xl.workbook.operations.refresh.scenario import SCENARIOS
from csm_xl.workbook.operations.refresh.state import Rows, State
from csm_xl.workbook.page import Template
from csm_xl.workbook.settings import SETTINGS, Settings, settings_of
from csm_xl.workbook.sheets.ledger import LEDGER
from csm_xl.workbook.sheets.log import LOG, log_sheet
from csm_xl.workbook.sheets.results import PAYOUTS, TOTALS
from csm_xl.workbook.template import template

ANEW: Final = "Build the workbook again from its tables: csm-xl new."
PERIOD: Final = "period"
Progress = Callable[[str], None]
"""Called with each step."""
BookOf = Callable[[str, Path], Recorded | str]
"""How a door reads the book of record: what Control names, and the folder of the workbook → what it says."""


@dataclass(frozen=True)
class Inputs:
    """What a workbook's settings say that people are paid from.

    settings, where: what is asked for, and the cell of each setting. tables: what is paid from; typed: what
    is on the input sheets. warnings: what was found and stops nobody.
    """

    settings: Settings
    where: Mapping[str, str]
    tables: Tables
    typed: Tables
    warnings: tuple[Issue, ...]


@dataclass(frozen=True)
class Outcome:
    """What a workbook must show.

    settings: what it was asked to pay. template: the workbook as `build` would write it. lines: a header,
    then the payout lines. warnings: what was found and stops nobody. names: what people are called.
    """

    settings: Settings
    template: Template
    lines: Rows
    warnings: tuple[Issue, ...]
    names: DisplayNames


def inputs_of(state: State, tell: Progress = lambda _: None) -> Inputs:
    """The tables that a workbook pays from: its own or those of the folders it names, under its scenario.

    Errors: everything that is wrong with its settings and its inputs, each finding with its cell.
    """
    settings, where = settings_in(state)
    tell("reading the tables")
    raws = _resolved(state)
    elsewhere = raws != list(state.raws)
    decided = [*settings.decisions(where), *settings.company(where, state.path.parent)]
    tables, issues = read_tables_to_pay([*raws, *decided])
    if not any(issue.severity == "error" for issue in issues):
        issues += stopping(tables, last_day(tables["periods"], settings.period))
    errors = [issue for issue in issues if issue.severity == "error"]
    if errors:
        found = [*errors, *missing_inputs(tables, settings.period, errors)]
        raise CsmError.of(grouped(_at(one, where) for one in found))
    issues += idle_acceptances(tables.accepted, issues)
    typed = read_tables([*state.raws, *decided], component_types())[0] if elsewhere else tables
    return Inputs(settings, where, tables, typed, tuple(grouped(issues)))


def tables_of(state: State) -> list[RawTable]:
    """The tables that a workbook pays from, with its decisions about findings, as they are read."""
    settings, where = settings_in(state)
    return [*_resolved(state), *settings.decisions(where)]


def _resolved(state: State) -> list[RawTable]:
    settings, where = settings_in(state)
    return resolved(state.raws, settings, state.path.parent, where, _scenarios(state))


def reckoned(
    state: State,
    when: datetime,
    tell: Progress = lambda _: None,
    recorded: Recorded | str | None = None,
) -> Outcome:
    """Pay everyone by what a workbook says now. Closed periods are as the book of record has them.

    when: what the workbook states as the time of the refresh. recorded: as for `recorded_in`.
    Errors: everything that is wrong with its settings and its inputs, each finding with its cell.
    """
    given = inputs_of(state, tell)
    period = given.settings.period
    tell(f"paying {period}")
    try:
        book = recorded_in(state, recorded)
        tables, unused = with_book_payments(given.tables, book, period)
        result = run(tables, period)
        names = DisplayNames(given.tables)
        mine = with_currency(result.rows(), Currencies(given.tables))
        lines, closed = with_closed(
            mine, given.tables, book, period, given.settings.scenario, given.where[PERIOD]
        )
        unpaid = remarks(given.tables, [result], [period])
        warnings = (
            *given.warnings,
            *closed,
            *unused,
            *unpaid,
            *_open(result.open, given.where[PERIOD]),
            *_not_named(given.tables, state),
            *_nobody_named(names, state),
            *_not_carried(book, state),
        )
        _needs(state)
        made = template(given.tables, period, lines, when, given.settings, _log_before(state, when),
                        warnings, typed=given.typed, live=state.live,
                        named=state.input_names or None, recorded=book, there=state.places)  # fmt: skip
    except CsmError as error:
        raise CsmError.of(_at(issue, given.where) for issue in error.issues) from None
    return Outcome(given.settings, made, lines, (*warnings, *made.findings), names)


def read_book(state: State, book_of: BookOf | None) -> Recorded | str:
    """What the book of a workbook says; in words, why it cannot be read; empty where none is named.

    book_of: how a door reads it; None where a door cannot.
    """
    setting = settings_in(state)[0].book
    if book_of is not None:
        return book_of(setting, state.path.parent)
    return "it cannot be opened here" if setting else ""


def _open(periods: tuple[str, ...], where: str) -> list[Issue]:
    """One finding that names the pay periods that are not measured yet; none where there are none."""
    hint = "Enter their results when available, then refresh." if periods else ""
    said = f"missing actuals, so not paid: {listed(periods)}"
    return [Issue(NOT_FOUND, said, where, None, hint, "note")] if periods else []


def _not_named(tables: Tables, state: State) -> list[Issue]:
    """A warning that names the tables that people are paid from and the workbook's own formulas do not read:
    it was laid out without them."""
    read = state.input_names
    names = [place.name for place in INPUTS if read and tables[place.name].rows and place.name not in read]
    if not names:
        return []
    what = f"the plan check on the Dashboard and the blocks of What-if do not read {listed(names)}: the"
    what += " workbook was laid out without. People are paid from them"
    hint = f"To have them read everywhere: {ANEW[0].lower()}{ANEW[1:]}"
    return [Issue(VALUE, what, state.path.name, None, hint, "warning")]


def _nobody_named(names: DisplayNames, state: State) -> list[Issue]:
    """A note where people have names and the workbook, which was laid out before, has no column for them."""
    there = {name: state.regions.get(name.casefold()) for name in (PAYOUTS, TOTALS)}
    lacking = [name for name, region in there.items()
               if region is not None and EMPLOYEE_NAME not in map(header_name, region.headers)]  # fmt: skip
    if not names or not lacking:
        return []
    what = f"no names on {listed(lacking)}: there is no column Employee name"
    hint = f"Add a column with that header to the table. Or: {ANEW[0].lower()}{ANEW[1:]}"
    return [Issue(VALUE, what, state.path.name, None, hint, "note")]


def _not_carried(book: Recorded, state: State) -> list[Issue]:
    """A warning where there are closed periods, and the workbook has no sheet to carry them on."""
    if not book.lines or LEDGER.casefold() in state.regions:
        return []
    what = "the workbook has no sheet Ledger, so it does not carry closed periods: without the book of record"
    what += " a refresh pays them again"
    return [Issue(VALUE, what, state.path.name, None, ANEW, "warning")]


def _needs(state: State) -> None:
    lacks = [name for name in (PAYOUTS, TOTALS) if name.casefold() not in state.regions]
    if lacks:
        file = state.path.name
        raise CsmError.of(
            Issue(NOT_FOUND, f"the workbook has no table {name}", file, None, ANEW) for name in lacks
        )


def settings_in(state: State) -> tuple[Settings, dict[str, str]]:
    """The settings of a workbook, and the cell of each.

    A workbook without a Control sheet says on its Cover which period was paid.
    """
    where = {column.name: str(state.places.get(column.name, column.name)) for column in SETTINGS}
    given = {column.name: state.named.get(column.name) for column in SETTINGS}
    return settings_of(given, where), where


def _at(issue: Issue, where: Mapping[str, str]) -> Issue:
    """A finding about the period, with the cell in which it is asked for."""
    return replace(issue, where=where[PERIOD]) if issue.where == PERIOD else issue


def _scenarios(state: State) -> RawTable | None:
    region = state.regions.get(SCENARIOS.casefold())
    if region is None:
        return None
    return scenario_table(region, state.held.get(SCENARIOS.casefold(), ()))


def _log_before(state: State, when: datetime) -> Rows:
    """The rows of the Log before this refresh; one of the same moment is rewritten."""
    names = [header_name(column.header) for column in log_sheet([], "").tables[0].columns]
    columns = [state.column(LOG, name) for name in names]
    if not all(columns):
        return []
    rows = [[with_time(cell) for cell in row] for row in zip(*columns, strict=True)]
    return rows[:-1] if rows and rows[-1][0] == when else rows


def with_time(cell: Any) -> Any:
    """A cell of the Log as it was written; a day without its time is a moment too."""
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime(cell.year, cell.month, cell.day)
    return cell
