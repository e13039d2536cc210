"""Load tables for a command, with their warnings and periods."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from csm_xl.cli import show
from csm_xl.errors import NOT_FOUND, CsmError, Issue, counted, grouped
from csm_xl.plan.raw import RawTable

if TYPE_CHECKING:
    from csm_xl.engine.context import RunContext
    from csm_xl.plan.calendar import Calendar
    from csm_xl.plan.periods import Period
    from csm_xl.plan.tables import Tables

_MANY: Final = 12
"""Up to this many open periods are named one by one."""


def read(
    raws: Iterable[RawTable],
    what: str,
    period: str | None = None,
    skip_errors: bool = False,
    people: Iterable[str] | None = None,
) -> tuple[Tables, list[Issue]]:
    """The tables and the warnings about them.

    period: the period to pay, where known. skip_errors: people with errors are left out and listed in
        `Tables.left_out`. people: pay only these; data that their pay does not depend on is neither checked
        nor reported.
    Errors: all errors at once, and everything missing in the period.
    """
    from csm_xl.analysis.lint import stopping
    from csm_xl.engine.loading import missing_inputs, read_tables_to_pay
    from csm_xl.plan.calendar import last_day
    from csm_xl.plan.decisions import idle_acceptances
    from csm_xl.plan.dependence import for_people
    from csm_xl.plan.load import leave_out

    with show.working(f"Reading {what}"):
        tables, issues = read_tables_to_pay(raws)
    if not any(issue.severity == "error" for issue in issues):
        issues += stopping(tables, last_day(tables["periods"], period))
    for table in tables.values():
        table.forget_groups()
    if people is not None:
        tables, issues = for_people(tables, issues, people)
    errors = [issue for issue in issues if issue.severity == "error"]
    if errors and skip_errors:
        tables, errors = leave_out(tables, errors)
        # Warnings about people who are not paid are not shown.
        issues = [i for i in issues if i.severity != "error" and i.person not in tables.left_out]
    if errors:
        raise CsmError.of(grouped([*errors, *missing_inputs(tables, period, errors)]))
    if people is None:
        issues += idle_acceptances(tables.accepted, issues)
    return tables, grouped(issues)


def decided(
    mapped: Iterable[str] | None, ignored: Iterable[str] | None, accepted: Iterable[str] | None
) -> list[RawTable]:
    """The decisions from ``--map``, ``--ignore-column`` and ``--accept``, for loading the tables."""
    from csm_xl.plan.decisions import accepted_table, typed_choices

    return [
        *typed_choices(mapped or (), (), "--map"),
        *typed_choices((), ignored or (), "--ignore-column"),
        *accepted_table(accepted or (), "--accept"),
    ]


def periods_with_results(tables: Tables, asked: str | None = None) -> list[str]:
    """Every period with results, in order; a period inside another one is part of it.

    asked: the period on a workbook's Control, used if no period has results, as for base pay only.
    """
    return [period.name for period in _known(tables, asked)[0]]


def periods_to_pay(tables: Tables) -> tuple[list[str], list[str]]:
    """Every period with results, as `periods_with_results`, and the periods with data but no actuals yet."""
    measured, waiting = _known(tables)
    return [period.name for period in measured], [period.name for period in waiting]


def whole_period(tables: Tables, asked: str | None = None) -> str:
    """The period that a workbook shows: the year if all of it has results, otherwise the latest period.

    asked: as for `periods_with_results`.
    """
    outer, _ = _known(tables, asked)
    last = outer[-1]
    year = _calendar(tables).find(str(last.in_year))
    days = sum(period.days for period in outer if year.start <= period.start and period.end <= year.end)
    return year.name if days == year.days else last.name


def periods_beside(tables: Tables, chosen: str) -> list[str]:
    """The periods with results outside the chosen one."""
    within = _calendar(tables).find(chosen)
    return [
        period.name
        for period in _known(tables)[0]
        if not (within.start <= period.start and period.end <= within.end)
    ]


def note_asked(tables: Tables, asked: str) -> None:
    """Say that more is paid than a workbook's Control asks for; nothing where that is all there is."""
    try:
        beside = periods_beside(tables, asked)
    except CsmError:
        show.note(f"Control asks for {asked}, which is not a period; every period with results is paid.")
        return
    if beside:
        show.note(
            f"Control asks for {asked}; every period with results is paid. --period {asked} pays that one."
        )


def last_year(tables: Tables) -> str:
    """The year of the last period with results."""
    return str(_known(tables)[0][-1].in_year)


def year_around(tables: Tables, period: str) -> str:
    """The year that contains a period; for a year, the year itself."""
    found = _calendar(tables).find(period)
    return period if found.kind == "year" else str(found.in_year)


def open_within(tables: Tables, period: str) -> list[str]:
    """The pay periods inside a period that have no actuals, so nothing is paid for them."""
    from csm_xl.engine.open_periods import open_periods
    from csm_xl.engine.pay_periods import pay_periods

    context = _context(tables)
    return [each.name for each in open_periods(context, pay_periods(context, period))]


def note_open(periods: Sequence[str]) -> None:
    """Show in one line which periods have missing actuals, if any."""
    from csm_xl.errors import listed

    if periods:
        show.note(f"Missing actuals, so not paid: {listed(periods, _MANY)}.")


def note_cores(workers: int) -> None:
    """Show that more workers than processor cores are no faster."""
    cores = os.cpu_count() or 1
    if workers > cores:
        show.note(f"{workers} workers on {counted(cores, 'core')}: no faster than --workers {cores}.")


def _calendar(tables: Tables) -> Calendar:
    from csm_xl.plan.calendar import Calendar

    return Calendar(tables["periods"])


def _context(tables: Tables) -> RunContext:
    from csm_xl.engine.context import RunContext
    from csm_xl.engine.loading import not_paid

    return RunContext(tables, not_paid(tables))


def _known(tables: Tables, asked: str | None = None) -> tuple[list[Period], list[Period]]:
    from csm_xl.engine.open_periods import periods_known

    known, shut = periods_known(_context(tables))
    if not known and not shut and asked:
        return [_calendar(tables).find(asked)], []
    if not known:
        raise CsmError(
            NOT_FOUND,
            "there are no results, deals or events that show which period to pay",
            "--period",
            None,
            "Add --period 2026-Q1.",
        )
    return known, shut
