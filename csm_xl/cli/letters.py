"""``csm-xl letters``: each person's plan document for a plan year, and who has acknowledged it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csm_xl.cli import show
from csm_xl.cli.files import read_source
from csm_xl.cli.load import decided, read, year_around
from csm_xl.cli.options import Accept, IgnoreColumn, MapColumn, SourceArgument
from csm_xl.cli.outputs import refuse_among_inputs, refuse_foreign, refuse_inputs, row_writer
from csm_xl.errors import VALUE, CsmError, counted

if TYPE_CHECKING:
    from csm_xl.report.letters.files import Written

INDEX = "index.csv"


def letters(
    source: SourceArgument,
    period: Annotated[
        str | None,
        typer.Option(help="The plan year, such as 2026. Default: the year of the period on Control."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The day whose terms the letters show, in place of --period. Without it: each person's first"
            " day on a plan in the year.",
        ),
    ] = None,
    person: Annotated[
        list[str] | None, typer.Option(help="Only the letter of this employee_id. May be repeated.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the letters, by default letters. With --acknowledged: a .csv or .xlsx file for"
            " the table, by default none."
        ),
    ] = None,
    word: Annotated[bool, typer.Option("--docx", help="Write each letter as a Word document too.")] = False,
    paper: Annotated[
        str | None, typer.Option(help="Letter or A4. Default: the paper size on Control, otherwise Letter.")
    ] = None,
    acknowledged: Annotated[
        Path | None,
        typer.Option(
            help="CSV of employee_id, date and fingerprint of who has signed. Shows who has acknowledged the"
            " plan, who another version, and who neither; writes no letters."
        ),
    ] = None,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    force: Annotated[bool, typer.Option("--force", help="Replace existing letters.")] = False,
) -> None:
    """Write each person's plan letter for a plan year as a PDF: the plan in words, and what each attainment
    pays in money.

    The folder also gets an index.csv of who gets which file. A letter holds that person's data only.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress

    from csm_xl.cli.folder_index import LETTERS
    from csm_xl.plan.display_names import DisplayNames
    from csm_xl.plan.paper import paper_of
    from csm_xl.report.letters.files import write
    from csm_xl.report.words import one_line

    if period is not None and as_of is not None:
        raise CsmError(VALUE, "both --period and --as-of are given", "--as-of", None, "Use only one of them.")
    folder = out or Path("letters")
    if acknowledged is None:
        index = folder / INDEX
        refuse_inputs(index, (source,))
        refuse_among_inputs(index, (source,))
        refuse_foreign(index, LETTERS.is_one, force)
    alone = [one_line(name) for name in person] if person else None
    given = read_source(source)
    tables, warnings = read([*given.tables, *decided(mapped, ignored, accept)], str(source), people=alone)
    if period is None and as_of is None:
        if given.period is None:
            raise CsmError(VALUE, "no plan year is given", "--period", None, "Give one, such as 2026.")
        period = year_around(tables, given.period)
    on = as_of.date() if as_of else None
    if acknowledged is not None:
        save = row_writer(out, (source, acknowledged), force, private=True) if out else None
        show.findings([*warnings, *_compare(tables, period, on, alone, acknowledged, save)])
        return
    size = paper_of(paper or given.paper, "--paper")
    bar = Progress("{task.description}", BarColumn(), MofNCompleteColumn(), console=show.console(error=True),
                   transient=True)  # fmt: skip
    bar.disable = not bar.console.is_terminal
    with bar:
        task = bar.add_task("Plan letters", total=None)
        done = write(
            tables, folder, period=period, as_of=on, people=alone, paper=size, word=word, force=force,
            progress=lambda at, of: bar.update(task, completed=at, total=of),
        )  # fmt: skip
        LETTERS.write(folder / INDEX, _rows(done), DisplayNames(tables))
    show.findings([*warnings, *(issue for one in done for issue in one.warnings)])
    show.say(f"{counted(len(done), 'plan letter')} in {folder}; {INDEX} lists them.")


def _compare(
    tables: Any, period: str | None, on: Any, alone: list[str] | None, path: Path, save: Any
) -> list[Any]:
    """Show who has acknowledged; the warnings about signatures of others."""
    from csm_xl.plan.display_names import DisplayNames
    from csm_xl.report.letters.acknowledged import OLDER, THIS, acknowledged, read_acknowledged
    from csm_xl.report.letters.files import letters_of

    signed = read_acknowledged(path)
    every, terms = letters_of(tables, period, on, alone)
    rows, unused = acknowledged(every, terms, signed)
    states = [row[3] for row in rows[1:]]
    rows = DisplayNames(tables).beside(rows)
    if save:
        save(rows)
    show.table(rows[0], rows[1:], "Who has acknowledged the plan letter")
    old, now = states.count(OLDER), states.count(THIS)
    show.say(f"{now:,} acknowledged, {old:,} another version, {len(states) - old - now:,} not at all.")
    return unused


def _rows(done: list[Written]) -> Iterator[dict[str, Any]]:
    """The rows of the index, one for each file."""
    for one in done:
        for written in filter(None, (one.path, one.word)):
            yield {
                "employee_id": one.employee_id,
                "plan_id": one.plan_id,
                "plan_year": one.year,
                "terms_as_of": one.dated,
                "fingerprint": one.fingerprint,
                "file": written.name,
            }
