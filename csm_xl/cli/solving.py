"""``csm-xl solve``: what it takes to pay a sum."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from csm_xl.cli import show
from csm_xl.cli.files import read_source, row_writer
from csm_xl.cli.options import Accept, AsJson, Force, IgnoreColumn, MapColumn
from csm_xl.cli.reading import decided, note_open, open_within, read, whole_period


def solve(
    source: Annotated[Path, typer.Argument(help="A workbook, or a folder of CSV files and TOML plans.")],
    what: Annotated[str, typer.Option(help="attainment, rate, target or curve.")],
    amount: Annotated[float, typer.Option(help="What is to be paid in the period.")],
    period: Annotated[
        str | None, typer.Option(help="2026-Q1, 2026-03, 2026 …; without it, the latest year or period.")
    ] = None,
    of: Annotated[
        str, typer.Option(help="The component of attainment or rate, the plan of target, CURVE@ATTAINMENT.")
    ] = "",
    employee: Annotated[str, typer.Option(help="Whose pay; without it, everyone's together.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write the answers to this .csv or .xlsx.")] = None,
    force: Force = False,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """Find the attainment, rate, target or curve point that pays a sum, proved by paying everyone with it.

    Says so where there is none, with the nearest that can be paid, and gives every answer where there are
    several. The attainment of one component is that at which this component pays the sum.
    """
    from csm_xl.analysis.solve import solve as analysis

    save = row_writer(out, (source,), force, private=True) if out else None
    given = read_source(source)
    tables, warnings = read([*given.tables, *decided(mapped, ignored, accept)], str(source), period)
    when = period or whole_period(tables, given.period)
    with show.working("Paying") as told:
        found = analysis(tables, what.casefold(), amount, when, of, employee, told)
    rows = found.rows()
    if save:
        save(rows)
    if as_json:
        answers = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        document = {"period": when, "amount": amount, "answers": answers,
                    "warnings": [show.issue_record(issue) for issue in warnings]}  # fmt: skip
        print(show.to_json(document))
        return
    show.findings(warnings)
    note_open(open_within(tables, when))
    title = f"{found.label}: what pays {amount:,.2f} in {when}; now {found.pays_now:,.2f}"
    show.table(rows[0][1:], [row[1:] for row in rows[1:]], title, exact=True)
    if len(rows) > 2:
        show.say(f"{len(rows) - 1} answers: pay comes to the sum more than once.")
    if out:
        show.note(f"{len(rows) - 1:,} rows written to {out}")
