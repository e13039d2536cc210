"""Statements as files: one PDF a person, named safely, complete or not there, locked where asked."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from csm_xl.engine.explain import Explanation
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue
from csm_xl.plan.filenames import mended_name, safe_names
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.paper import LETTER, paper_of
from csm_xl.plan.tables import RawTable, Tables
from csm_xl.report import words
from csm_xl.report.booked import PaidToDate, with_book
from csm_xl.report.drawing import drawn
from csm_xl.report.files import already_there, private_file, private_folder
from csm_xl.report.letterhead import Letterhead, letterhead_of
from csm_xl.report.mail import addressed
from csm_xl.report.pages import pdf
from csm_xl.report.statement import Statement, Statements
from csm_xl.report.style import glyphs

_TITLE: Final = "Pay statement"


@dataclass(frozen=True, slots=True)
class Written:
    """A file of statements that was written: its recipient, path and contents.

    employee_id: who gets it. people: each person in it → the variable pay on their statement. amount: their
    sum; None where it would add currencies. currencies: of that pay. warnings: what it cannot show as it is;
    the first file written has those that are about several. mail: the .eml file with it, where one was asked
    for and there is an address.
    """

    employee_id: str
    path: Path
    amount: float | None
    warnings: tuple[Issue, ...] = ()
    people: Mapping[str, float] = field(default_factory=dict)
    mail: Path | None = None
    currencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """How statements are written.

    paper: ``Letter`` or ``A4``. analyst: the analyst's copies, with the cells of every number, under names of
    their own. passwords: employee_id → the password that opens the file (AES-256); None: no file is locked.
    progress: called with the number done and the total. force: replace files that are there already.
    mail: whether each file gets an .eml file beside it, ready to be sent by whoever opens it.
    processes: how many draw at once where there are many files of one statement each; a program that asks for
    several has the usual ``if __name__ == "__main__":``.
    """

    paper: str = LETTER
    analyst: bool = False
    passwords: Mapping[str, str] | None = None
    progress: Callable[[int, int], None] | None = None
    force: bool = False
    mail: bool = False
    processes: int = 1


@dataclass(frozen=True, slots=True)
class Prepared:
    """The statements of a period before they are drawn, in the order of the roster.

    every: the data they are made from. told: the statements. gaps: findings about several of them.
    """

    every: Statements
    told: list[Statement]
    gaps: list[Issue]
    letterhead: Letterhead


def write(
    tables: Tables | Iterable[RawTable],
    period: Any,
    folder: str | Path,
    *,
    employees: Iterable[str] | None = None,
    as_of: date | None = None,
    booked: PaidToDate | None = None,
    **options: Any,
) -> list[Written]:
    """Write the statements of a period, one PDF a person, in the order of the roster.

    tables: as for `csm_xl.engine.run.run`. period: a pay period, or a longer one, such as a year.
    folder: where they go; made, for its owner alone, where it is not there. employees: who gets one; None:
        everybody with a day or a line in the period.
    as_of: the date shown, the period's last day by default; the same inputs and day give the same bytes, but
        of locked files. booked: what a book of record says was paid; None: the year to date is calculated.
    options: as of `Options`.
    Errors, before anything is written: all that stops the run; people who are not on the roster or not in
        the period; people without a password; files that are there already; a logo that cannot be read. A
        file that cannot be written names itself; those before it are whole. A character that the font lacks
        is a warning of its file, an earlier period that cannot be calculated one of the first file.
    """
    how = Options(**options)
    how = replace(how, paper=paper_of(how.paper))
    given = prepared(tables, period, employees, as_of, booked)
    names = file_names(given.every.context.people.ids, given.every.period.name, how.analyst)
    files = []
    for one in given.told:
        draw = partial(pdf, one, how.paper, how.analyst, given.letterhead)
        files.append(OneFile(one.employee_id, names[one.employee_id], _TITLE, [one], draw))
    return written(given, files, Path(folder), how, how.processes)


def prepared(
    tables: Tables | Iterable[RawTable], period: Any, employees: Iterable[str] | None = None,
    as_of: date | None = None, booked: PaidToDate | None = None,
) -> Prepared:  # fmt: skip
    """The statements of a period; arguments and errors as of `write`."""
    wanted = None if employees is None else [words.one_line(str(name)) for name in employees]
    explanation = Explanation(tables, period, people=wanted)
    letterhead = letterhead_of(explanation.tables.company)
    last = date.fromordinal(explanation.context.calendar.find(period).end)
    every = Statements(explanation, str(period), as_of or last)
    chosen = _chosen(every, wanted)
    several = every.not_added(chosen)
    if wanted is None and len(several) < len(chosen):  # one person's plans stop nobody else's statement
        left_out = {issue.person for issue in several}
        chosen = [name for name in chosen if name not in left_out]
        several = [replace(issue, severity="warning") for issue in several]
    if errors := [issue for issue in several if issue.severity == "error"]:
        raise CsmError.of(errors)
    with words.styled(explanation.tables.company):
        told = [every.of(name) for name in chosen]
        if booked is not None:
            told = [with_book(one, booked, [each.name for each in every.explanation.periods]) for one in told]
    gaps = [*several, *every.gaps(chosen), *_letterhead_not_shown(letterhead)]
    return Prepared(every, told, gaps, letterhead)


@dataclass(frozen=True, slots=True)
class OneFile:
    """A file to write: who gets it, its name, what it is called in a message, the statements in it, and what
    draws it."""

    employee_id: str
    name: str
    title: str
    statements: Sequence[Statement]
    draw: Callable[[], bytes]


def written(
    given: Prepared, files: Sequence[OneFile], folder: Path, how: Options, processes: int = 1
) -> list[Written]:
    """Write files of statements, each whole, and their mails where asked for.

    processes: how many draw at once.
    Errors, before anything is written: somebody without a password; files that are there already; mails where
        outputs name nobody.
    """
    paths = {one.employee_id: folder / one.name for one in files}
    titles = {one.employee_id: (paths[one.employee_id], one.title) for one in files}
    mails, unsent = addressed(given.every, titles, how.mail)
    issues = [] if how.passwords is None else _without_password(paths, how.passwords)
    if not how.force:
        issues += already_there([*paths.values(), *(mail.path for mail in mails.values())], "statement")
    if issues:
        raise CsmError.of(issues)
    private_folder(folder, "statement")
    done: list[Written] = []
    company = given.every.explanation.tables.company
    every = drawn([partial(words.drawn_as, company, one.draw) for one in files], processes)
    for number, (one, data) in enumerate(zip(files, every, strict=True), 1):
        who, path = one.employee_id, paths[one.employee_id]
        if how.passwords is not None:
            data = locked(data, how.passwords[who])
        private_file(path, data, "statement")
        mail = mails.get(who)
        if mail is not None:
            private_file(mail.path, mail.message(path.name, data, given.letterhead), "statement")
        warnings = dict.fromkeys(issue for each in one.statements for issue in _not_shown(each))
        people = {each.employee_id: each.paid for each in one.statements}
        codes = tuple(sorted({each.currency for each in one.statements}))
        amount = round(sum(people.values()), 4) if len(codes) == 1 else None
        first = () if done else (*given.gaps, *unsent)
        letter = mail.path if mail else None
        done.append(Written(who, path, amount, (*first, *warnings), people, letter, codes))
        if how.progress is not None:
            how.progress(number, len(files))
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
    for name, who in statement.unshown.items():
        lacking = words.missing(name, glyphs())
        codes = ", ".join(f"{c} (U+{ord(c):04X})" for c in lacking[:5])
        where = f"statement of {words.plain(statement.employee_id)}"
        what = f"a statement cannot print {codes} in the name of {who}"
        id_alone = words.lacks_letters(name, glyphs())
        hint = "The ID is printed instead." if id_alone else "The rest of the name is printed."
        found[name] = Issue(VALUE, what, where, name, hint, "warning")
    return list(found.values())


def _letterhead_not_shown(letterhead: Letterhead) -> list[Issue]:
    """What of the letterhead the font lacks; it is there as its code."""
    found = []
    for setting in ("company_name", "contact_line"):
        text = getattr(letterhead, setting)
        if lacking := words.missing(text, glyphs()):
            codes = ", ".join(f"{c} (U+{ord(c):04X})" for c in lacking[:5])
            hint = "Its code is shown instead, as in [U+6F22]."
            found.append(Issue(VALUE, f"a statement cannot show {codes}", setting, text, hint, "warning"))
    return found
