"""Statements as files: one PDF a person, named safely, complete or not there, locked where asked."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from csm_xl.engine.explain import Explanation
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue
from csm_xl.plan.filenames import mended_name, safe_names
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.paper import LETTER, paper_of
from csm_xl.plan.tables import RawTable, Tables
from csm_xl.report import words
from csm_xl.report.booked import PaidToDate, with_book
from csm_xl.report.files import already_there, private_file, private_folder
from csm_xl.report.pages import pdf
from csm_xl.report.statement import Statement, Statements
from csm_xl.report.style import glyphs


@dataclass(frozen=True, slots=True)
class Written:
    """A statement that was written: whose, where, and the variable pay on it. warnings: what it cannot show
    as it is; the first one written has those that are about several."""

    employee_id: str
    path: Path
    amount: float
    warnings: tuple[Issue, ...] = ()


def write(
    tables: Tables | Iterable[RawTable],
    period: Any,
    folder: str | Path,
    *,
    employees: Iterable[str] | None = None,
    paper: str = LETTER,
    analyst: bool = False,
    passwords: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    as_of: date | None = None,
    force: bool = False,
    booked: PaidToDate | None = None,
) -> list[Written]:
    """Write the statements of a period, one PDF a person, in the order of the roster.

    tables: as for `csm_xl.engine.run.run`. period: a pay period, or a longer one, such as a year.
    folder: where they go; made, for its owner alone, where it is not there. employees: who gets one; None:
        everybody with a day or a line in the period.
    paper: ``Letter`` or ``A4``. analyst: the analyst's copies, with the cells of every number, under names of
        their own. passwords: employee_id → the password that opens the file (AES-256); None:
        no file is locked. progress: called with the number done and the total. as_of: the date shown,
        the period's last day by default; the same inputs and day give the same bytes, but of locked files.
    force: replace statements that are there already. booked: what a book of record says was paid; None: the
        year to date is calculated.
    Errors, before anything is written: all that stops the run; people who are not on the roster or not in
        the period; people without a password; files that are there already. A file that cannot be written
        names itself; those before it are whole. A character that the font lacks is a warning of its file, an
    earlier period that cannot be calculated one of the first file.
    """
    paper = paper_of(paper)
    wanted = None if employees is None else [words.one_line(str(name)) for name in employees]
    explanation = Explanation(tables, period, people=wanted)
    last = date.fromordinal(explanation.context.calendar.find(period).end)
    every = Statements(explanation, str(period), as_of or last)
    chosen = _chosen(every, wanted)
    target = Path(folder)
    paths = {
        name: target / file
        for name, file in file_names(every.context.people.ids, every.period.name, analyst).items()
    }
    several = every.not_added(chosen)
    if wanted is None and len(several) < len(chosen):  # one person's plans stop nobody else's statement
        left_out = {issue.person for issue in several}
        chosen = [name for name in chosen if name not in left_out]
        several = [replace(issue, severity="warning") for issue in several]
    issues = [issue for issue in several if issue.severity == "error"]
    issues += [] if passwords is None else _without_password(chosen, passwords)
    if not force:
        issues += already_there([paths[name] for name in chosen], "statement")
    if issues:
        raise CsmError.of(issues)
    told = [every.of(name) for name in chosen]
    if booked is not None:
        told = [with_book(one, booked, [each.name for each in every.explanation.periods]) for one in told]
    gaps = [*several, *every.gaps(chosen)]
    private_folder(target, "statement")
    done: list[Written] = []
    for number, statement in enumerate(told, 1):
        name = statement.employee_id
        data = pdf(statement, paper, analyst)
        if passwords is not None:
            data = locked(data, passwords[name])
        private_file(paths[name], data, "statement")
        warnings = [*([] if done else gaps), *_not_shown(statement)]
        done.append(Written(name, paths[name], statement.paid, tuple(warnings)))
        if progress is not None:
            progress(number, len(told))
    return done


def file_names(ids: Iterable[str], period: str, analyst: bool = False) -> dict[str, str]:
    """A file name for each id that every file system takes, no two alike where case does not count.

    analyst: names of the analyst's copies.

    >>> list(file_names(["E0001", "../x", "e0001"], "2026-Q1").values())[1]
    '2026-Q1__.._x_d6b96a97.pdf'
    """
    start, end = mended_name(period), "_analyst" if analyst else ""
    return {name: f"{start}_{safe}{end}.pdf" for name, safe in safe_names(ids).items()}


def locked(data: bytes, password: str) -> bytes:
    """A PDF that only the password opens (AES-256)."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _chosen(every: Statements, wanted: list[str] | None) -> list[str]:
    there = every.people()
    if wanted is None:
        return there
    issues = []
    for name in wanted:
        if name not in every.context.people.ids:
            issues.append(Issue(NOT_FOUND, "the employee is not on the roster", "employee_id", name,
                                did_you_mean(name, every.context.people.ids)
                                or "Give an employee_id of the roster."))  # fmt: skip
        elif name not in there:
            why = f"the employee has no day of work and no line in {every.period.name}"
            issues.append(Issue(NOT_FOUND, why, "employee_id", name, "Choose another period."))
    if issues:
        raise CsmError.of(issues)
    return [name for name in there if name in set(wanted)]


def _without_password(chosen: Iterable[str], passwords: Mapping[str, str]) -> list[Issue]:
    return [
        Issue(VALUE, f"{name} has no password", "passwords", None, "Add a row with the id and the password.")
        for name in chosen
        if not passwords.get(name)
    ]


def _not_shown(statement: Statement) -> list[Issue]:
    """Ids and names with characters that the statement's font lacks; they are there as their codes."""
    found: dict[str, Issue] = {}
    for text in statement.texts():
        lacking = words.missing(text, glyphs())
        if lacking:
            codes = ", ".join(f"{c} (U+{ord(c):04X})" for c in lacking[:5])
            where = f"statement of {words.plain(statement.employee_id)}"
            what, hint = f"a statement cannot show {codes}", "Its code is shown instead, as in [U+6F22]."
            found[text] = Issue(VALUE, what, where, text, hint, "warning")
    return list(found.values())
