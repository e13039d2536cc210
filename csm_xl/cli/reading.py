"""Tables read for a command: with their warnings, and the periods that they speak of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from csm_xl.cli import show
from csm_xl.errors import NOT_FOUND, CsmError, Issue
from csm_xl.plan.raw import RawTable

if TYPE_CHECKING:
    from csm_xl.plan.periods import Calendar, Period
    from csm_xl.plan.tables import Tables


def read(
    raws: Iterable[RawTable], what: str, period: str | None = None, skip_errors: bool = False
) -> tuple[Tables, list[Issue]]:
    """The tables, and the warnings about them.

    period: what is going to be paid, where that is known. skip_errors: people of whom something wrong is
        said are left out; they are in `Tables.left_out`.
    Errors: everything that is wrong, at once, and what the period lacks.
    """
    from csm_xl.engine.components import target_based, types
    from csm_xl.engine.run import lacking
    from csm_xl.plan.load import leave_out, load_tables
    from csm_xl.plan.tables import PAY_TABLES

    with show.working(f"Reading {what}"):
        tables, issues = load_tables(raws, types(), target_based(), PAY_TABLES)
    errors = [issue for issue in issues if issue.severity == "error"]
    if errors and skip_errors:
        tables, errors = leave_out(tables, errors, target_based())
        # What is only odd about people who are not paid need not be told.
        issues = [i for i in issues if i.severity != "error" and i.person not in tables.left_out]
    if errors:
        raise CsmError.of([*errors, *lacking(tables, period, errors)])
    return tables, issues


def periods_with_results(tables: Tables) -> list[str]:
    """Every period that has results or goals, in order; one that lies inside another goes with it."""
    return [period.name for period in _outer(tables)]


def whole_period(tables: Tables) -> str:
    """The one period that a workbook shows: the year where all of it has results, else the latest."""
    outer = _outer(tables)
    last = outer[-1]
    year = _calendar(tables).find(last_year(tables))
    days = sum(period.days for period in outer if year.start <= period.start and period.end <= year.end)
    return year.name if days == year.days else last.name


def periods_beside(tables: Tables, chosen: str) -> list[str]:
    """The periods with results that lie outside the chosen one."""
    within = _calendar(tables).find(chosen)
    return [
        period.name
        for period in _outer(tables)
        if not (within.start <= period.start and period.end <= within.end)
    ]


def last_year(tables: Tables) -> str:
    """The year of the last period that has results or goals."""
    last = _outer(tables)[-1]
    return str(last.year or date.fromordinal(last.end).year)


def _calendar(tables: Tables) -> Calendar:
    from csm_xl.plan.periods import Calendar

    return Calendar(tables["periods"])


def _outer(tables: Tables) -> list[Period]:
    calendar = _calendar(tables)
    named = {name for table in ("results", "goals") for name in tables[table].columns["period"].tolist()}
    spans = [calendar.find(name) for name in sorted(named)]
    if not spans:
        raise CsmError(NOT_FOUND, "no results or goals tell which period to pay", "--period", None,
                       "Add --period 2026-Q1.")  # fmt: skip
    outer = [
        one
        for one in spans
        if not any(other.start <= one.start and one.end <= other.end for other in spans if other != one)
    ]
    return sorted(outer, key=lambda period: period.start)
