"""``csm-xl statements``: one PDF per person, and an index of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from csm_xl.cli import show
from csm_xl.cli.files import asked_period, read_source
from csm_xl.cli.load import decided, note_open, open_within, read
from csm_xl.cli.options import Accept, IgnoreColumn, MapColumn, SourceArgument
from csm_xl.cli.outputs import refuse_among_inputs, refuse_foreign, refuse_inputs
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, counted, listed

if TYPE_CHECKING:
    from csm_xl.plan.table import Tables
    from csm_xl.report.booked import PaidToDate
    from csm_xl.report.statements import Written
    from csm_xl.xlsx.package import Package

INDEX = "index.csv"
BY: Final = ("person", "manager")
_PROCESSES: Final = 2
"""How many draw many statements at once: more have each less to do than they need to start."""


def statements(
    source: SourceArgument,
    period: Annotated[
        str | None,
        typer.Option(
            help="Such as 2026-Q1, 2026-03, or 2026 for the whole year. Default: the period on the workbook's"
            " Control."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the statements.")] = Path("statements"),
    employee: Annotated[
        list[str] | None, typer.Option(help="Only the statement of this employee_id. May be repeated.")
    ] = None,
    paper: Annotated[
        str | None, typer.Option(help="Letter or A4. Default: the paper size on Control, otherwise Letter.")
    ] = None,
    analyst: Annotated[
        bool,
        typer.Option(
            "--analyst", help="Write the analyst's copies: all digits, and the cell of every number."
        ),
    ] = False,
    password: Annotated[
        str | None,
        typer.Option(
            help="One password for all files (AES-256). It may be visible to other users of this computer."
        ),
    ] = None,
    passwords: Annotated[
        Path | None,
        typer.Option(help="CSV of employee_id and password, for a separate password per file."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The date shown. Default: the as-of date of Control, otherwise the period's last day.",
        ),
    ] = None,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    by: Annotated[
        str,
        typer.Option(
            help="person: one PDF per person. manager: one PDF per manager, with a summary of their direct"
            " reports and each one's statement."
        ),
    ] = BY[0],
    eml: Annotated[
        bool,
        typer.Option(
            "--eml",
            help="Write an .eml message next to each PDF, to the email address on the roster, with the PDF"
            " attached. Nothing is sent.",
        ),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace existing statements.")] = False,
    book: Annotated[
        str | None,
        typer.Option(
            "--book", help="The book of record that says what was paid. Without it the year is calculated."
        ),
    ] = None,
) -> None:
    """Write each person's statement for a period as a PDF, with that person's figures only and every step
    explained.

    The folder also gets an index.csv: who gets which file, the period, and the variable pay in it with its
    currency.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from csm_xl.cli.folder_index import STATEMENTS
    from csm_xl.plan.display_names import DisplayNames
    from csm_xl.plan.paper import paper_of
    from csm_xl.report.by_manager import passwords_for_all, write_by_manager
    from csm_xl.report.statements import write
    from csm_xl.report.words import one_line

    if by not in BY:
        raise CsmError(VALUE, "there is no such choice", "--by", by, f"Allowed: {', '.join(BY)}.")
    if by == "manager" and employee:
        raise CsmError(VALUE, "a manager's file holds all of their people", "--employee", employee[0],
                       "Leave out --employee, or --by manager.")  # fmt: skip
    if password is not None and passwords is not None:
        raise CsmError(VALUE, "both --password and --passwords are given", "--password",
                       None, "Use only one of them.")  # fmt: skip
    if password is not None and not password:
        raise CsmError(
            VALUE, "the password is blank", "--password", None, "Give a password, or leave the option out."
        )
    known = None if passwords is None else _passwords(passwords)
    index = out / INDEX
    refuse_inputs(index, (source, passwords))
    refuse_among_inputs(index, (source,))
    refuse_foreign(index, STATEMENTS.is_one, force)
    alone = [one_line(name) for name in employee] if employee else None
    given = read_source(source)
    period = asked_period(period, given)
    tables, warnings = read(
        [*given.tables, *decided(mapped, ignored, accept)], str(source), period, people=alone
    )
    if password is not None:
        known = dict(passwords_for_all(tables, password))
    bar = Progress("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
                   console=show.console(error=True), transient=True)  # fmt: skip
    bar.disable = not bar.console.is_terminal
    booked = None if book is None else _paid_to_date(book, tables, period)
    with bar:
        task = bar.add_task(f"Statements of {period}", total=None)
        options: dict[str, Any] = {
            "paper": paper_of(paper or given.paper, "--paper"), "analyst": analyst, "passwords": known,
            "progress": lambda at, of: bar.update(task, completed=at, total=of), "force": force, "mail": eml,
            "as_of": as_of.date() if as_of else given.as_of, "booked": booked,
        }  # fmt: skip
        if by == "manager":
            done = write_by_manager(tables, period, out, **options)
        else:
            done = write(tables, period, out, employees=employee or None, processes=_PROCESSES, **options)
        STATEMENTS.write(index, (_row(one, period, by == "manager") for one in done), DisplayNames(tables))
    warnings = [*_edited(given.package, tables, period, done), *warnings]
    show.findings([*warnings, *(issue for one in done for issue in one.warnings)])
    note_open(open_within(tables, period))
    locked = ", each locked by its password" if known is not None else ""
    files = counted(len(done), "manager's file" if by == "manager" else "statement",
                    "managers' files" if by == "manager" else "statements")  # fmt: skip
    mails = counted(sum(one.mail is not None for one in done), "message")
    beside = f", {mails} ready to be sent" if eml else ""
    show.say(f"{files} in {out}{locked}{beside}; {INDEX} lists them.")


def _row(one: Written, period: str, by_manager: bool) -> dict[str, Any]:
    """The row of a file in the index."""
    return {
        "employee_id": one.employee_id,
        "period": period,
        "file": one.path.name,
        "amount": one.amount,
        "currency": listed(one.currencies),
        "people": "; ".join(one.people) if by_manager else None,
        "message": one.mail.name if one.mail else None,
    }


def _paid_to_date(book: str, tables: Tables, period: str) -> PaidToDate:
    """What a book says was paid by the end of a period."""
    from csm_xl.book.deciding import names_are_claimed
    from csm_xl.book.paid_to_date import paid_until
    from csm_xl.book.paying import period_days
    from csm_xl.book.periods import number
    from csm_xl.cli.booking import opened
    from csm_xl.report.booked import Booked, PaidToDate

    kept = opened(book)
    found = paid_until(kept, number(period_days(tables, period).end))
    lines = {who: [Booked(*one) for one in each] for who, each in found.lines.items()}
    names = "approved by names that are not verified" if names_are_claimed(kept) else ""
    return PaidToDate(found.head, lines, found.undecided, names)


def _edited(package: Package | None, tables: Tables, period: str, done: list[Written]) -> list[Issue]:
    """The warning for a workbook whose payout lines differ from the statements."""
    if package is None:
        return []
    from csm_xl.workbook.operations.edited import paid_otherwise

    paid = {who: amount for one in done for who, amount in one.people.items()}
    return paid_otherwise(package, tables, period, paid)


def _passwords(path: Path) -> dict[str, str]:
    """Employee → password. Errors: a file without these columns; rows without a password; a person listed
    twice."""
    from csm_xl.plan.cells import text
    from csm_xl.plan.names import header_name
    from csm_xl.plan.raw import RawTable

    raw = RawTable.of_csv(path)
    header = [header_name(str(cell)) for cell in raw.rows[0]] if raw.rows else []
    lacking = [name for name in ("employee_id", "password") if name not in header]
    if lacking:
        hint = "Give the columns employee_id and password."
        which = " and ".join(lacking)
        raise CsmError(NOT_FOUND, f"the column {which} is missing", raw.origin.place(-1), None, hint)
    found: dict[str, str] = {}
    issues: list[Issue] = []
    for number, row in enumerate(raw.rows[1:]):
        cells = dict(zip(header, row, strict=False))
        if not any(row):
            continue
        who, secret = text(cells.get("employee_id")), cells.get("password") or ""
        # Passwords are secret, so no finding shows one.
        if not who or not secret:
            lack = "password" if who else "employee_id"
            issues.append(
                Issue(VALUE, f"the {lack} is blank", raw.origin.place(number, lack), None, "Fill it in.")
            )
        elif who in found:
            issues.append(
                Issue(
                    VALUE,
                    f"{who} is listed twice",
                    raw.origin.place(number, "employee_id"),
                    None,
                    "Keep one row.",
                )
            )
        else:
            found[who] = secret
    if issues:
        raise CsmError.of(issues)
    return found
