"""``csm-xl refresh``: pay a workbook again from its current inputs, and write the results into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csm_xl.cli import show
from csm_xl.cli.options import Accept, AsJson, IgnoreColumn, MapColumn

if TYPE_CHECKING:
    from csm_xl.workbook.operations.refresh.report import Report


def refresh(
    file: Annotated[Path, typer.Argument(help="The workbook, .xlsx or .xlsm.")],
    period: Annotated[
        str | None,
        typer.Option(
            help="Period to pay, such as 2026-Q1 or 2026; it is also written to Control. "
            "Default: the period on Control."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, but write nothing.")
    ] = False,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """Pay everyone from the workbook's current inputs, and write the results into it.

    Payouts, Total Comp, Checks and Log are rewritten; everything that you typed or added stays. If an input
    is wrong, nobody is paid, and each finding is shown here and on Checks. Excel is not needed; close the
    file first.
    """
    from csm_xl.book.named import recorded_for
    from csm_xl.workbook.operations.refresh.file import refresh_file
    from csm_xl.workbook.settings import DECIDED

    with _telling(file) as tell:
        decided = dict(zip(DECIDED, (mapped or (), ignored or (), accept or ()), strict=True))
        report = refresh_file(file, None, period, dry_run, tell, decided, recorded_for)
    if as_json:
        warnings = [show.issue_record(issue) for issue in report.warnings]
        print(show.to_json({"file": str(file), **report.record(), "warnings": warnings}))
        return
    show.findings(report.warnings)
    _tell(report, file)


@contextmanager
def _telling(file: Path) -> Iterator[Callable[[str], None]]:
    """Shows progress on stderr; silent if it is not a terminal."""
    out = show.console(error=True)
    if not out.is_terminal:
        yield lambda _: None
        return
    with out.status(f"Refreshing {file.name}") as status:
        yield lambda what: status.update(f"{file.name}: {what}")


def _tell(report: Report, file: Path) -> None:
    """What changed, with the largest changes by person."""
    from csm_xl.errors import counted
    from csm_xl.xlsx.proof.words import left_to_excel

    rows = [
        ("people", *report.people),
        ("payout lines", *report.lines),
        *((f"amount {code}", before, after) for code, before, after in report.amounts),
    ]
    show.table(
        ("", "before", "after", "change"),
        [(name, old, new, new - old) for name, old, new in rows],
        f"{file.name}, {report.period}",
    )
    if report.movers:
        header, *movers = report.movers_with_change()
        show.table(
            header,
            movers,
            f"Largest changes, of {report.changed:,}" if report.changed > len(report.movers) else "Changes",
        )
    for words in left_to_excel(report.left_to_excel):
        show.note(words)
    for place in report.broken:
        show.note(f"{place} had a value before and is an error now: check its formula.")
    if not report.written:
        show.say("Nothing was written (--dry-run).")
    elif report.changed:
        change = " and ".join(
            f"{round(after - before, 4):+,.2f} {code}" for code, before, after in report.amounts
        )
        people = counted(report.changed, "person", "people")
        show.say(f"Refreshed: {change}; the pay of {people} changed.")
    else:
        show.say("Refreshed: nobody's amount changed.")
