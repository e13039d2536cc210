"""Statements rolled up by manager: one PDF a manager, a summary of their people and each one's statement."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, counted, listed
from csm_xl.plan.filenames import mended_name, safe_names
from csm_xl.plan.paper import paper_of
from csm_xl.plan.tables import RawTable, Tables
from csm_xl.report.booked import PaidToDate
from csm_xl.report.manager_summary import summary
from csm_xl.report.pages import pdf
from csm_xl.report.statement import Statement, Statements
from csm_xl.report.statements import OneFile, Options, Prepared, Written, prepared, written

TITLE: Final = "Pay statements of your people"
_LISTED: Final = 12


def write_by_manager(
    tables: Tables | Iterable[RawTable],
    period: Any,
    folder: str | Path,
    *,
    as_of: date | None = None,
    booked: PaidToDate | None = None,
    **options: Any,
) -> list[Written]:
    """Write one PDF a manager: a summary of the people who report to them, then each one's statement.

    Reports are those of manager_id at the period's end, or on somebody's last day before. Only
    direct reports are in a file. Whoever has no manager, or is their own, is in no file and named in a
    warning of the first one. Arguments as of `csm_xl.report.statements.write`.
    Errors: those of `write`; nobody has a manager.
    """
    how = Options(**options)
    how = replace(how, paper=paper_of(how.paper))
    given = prepared(tables, period, None, as_of, booked)
    teams, without = reports(given.every, given.told)
    if not teams:
        raise CsmError(NOT_FOUND, "nobody has a manager, so there is nothing to roll up", "roster", None,
                       "Fill in manager_id on the roster: the manager's employee_id.")  # fmt: skip
    given = replace(given, gaps=[*given.gaps, *_without_manager(given.every, without)])
    names = manager_files(teams, given.every.period.name, how.analyst)
    files = [
        OneFile(manager, names[manager], TITLE, people, partial(_roll_up, given, manager, people, how))
        for manager, people in teams.items()
    ]
    return written(given, files, Path(folder), how)


def reports(
    every: Statements, told: Sequence[Statement]
) -> tuple[dict[str, list[Statement]], list[Statement]]:
    """Manager → the statements of their direct reports, in the order of the roster; and those of people who
    have no manager but themselves."""
    teams: dict[str, list[Statement]] = {}
    without = []
    for one in told:
        manager = every.manager(one.employee_id)
        if manager and manager != one.employee_id:
            teams.setdefault(manager, []).append(one)
        else:
            without.append(one)
    return teams, without


def managers_of(tables: Tables) -> list[str]:
    """Everybody named as a manager in roster or changes."""
    every = [name for table in ("roster", "changes") for name in tables[table].columns["manager_id"].tolist()]
    return [name for name in dict.fromkeys(every) if name]


def manager_files(managers: Iterable[str], period: str, analyst: bool = False) -> dict[str, str]:
    """A file name for each manager.

    >>> manager_files(["M1"], "2026-Q1")
    {'M1': '2026-Q1_people_of_M1.pdf'}
    """
    start, end = mended_name(period), "_analyst" if analyst else ""
    return {name: f"{start}_people_of_{safe}{end}.pdf" for name, safe in safe_names(managers).items()}


def _without_manager(every: Statements, without: Sequence[Statement]) -> list[Issue]:
    if not without:
        return []
    who = listed([one.employee_id for one in without], _LISTED)
    what = f"{counted(len(without), 'person', 'people')} without a manager at the end of {every.period.name}"
    hint = "Fill in manager_id, or write their own statements: --employee ID."
    return [Issue(VALUE, f"{what}, so in no manager's file: {who}", "manager_id", None, hint, "warning")]


def _roll_up(given: Prepared, manager: str, people: Sequence[Statement], how: Options) -> bytes:
    """The summary and the statements of a manager's people, one after another."""
    from pypdf import PdfWriter

    every = given.every
    called = every.names.shown(manager)
    parts = [summary(called, people, every.period.name, every.as_of, how.paper, given.letterhead)]
    for one in people:
        reader = f"{one.called} and {called}"
        parts.append(pdf(one, how.paper, how.analyst, given.letterhead, reader))
    whole = PdfWriter()
    for part in parts:
        whole.append(io.BytesIO(part))
    whole.add_metadata({"/Title": f"{TITLE} {every.period.name}", "/Author": "csm-xl"})
    out = io.BytesIO()
    whole.write(out)
    return out.getvalue()


def passwords_for_all(tables: Tables, password: str) -> Mapping[str, str]:
    """One password for everybody who may get a file: people and managers."""
    people = [str(who) for who in tables["roster"].columns["employee_id"].tolist()]
    return dict.fromkeys([*people, *managers_of(tables)], password)
