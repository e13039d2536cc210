"""``csm-xl forecast``: variable pay of the year, measured so far and forecast for the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from csm_xl.cli import show
from csm_xl.cli.files import read_source, row_writer
from csm_xl.cli.load import decided, last_year, read, year_around
from csm_xl.cli.options import Accept, AsJson, Force, IgnoreColumn, MapColumn, SourceArgument


def forecast(
    source: SourceArgument,
    period: Annotated[
        str | None,
        typer.Option(help="Any period of the year, such as 2026. Default: that of the last results."),
    ] = None,
    through: Annotated[
        str | None, typer.Option(help="The last measured period. Default: the last one with results.")
    ] = None,
    basis: Annotated[
        str, typer.Option(help="What later periods pay: run_rate, target or simulated.")
    ] = "run_rate",
    by: Annotated[
        str, typer.Option(help="Group by plan, team, manager or person. Default: everybody together.")
    ] = "",
    trials: Annotated[int, typer.Option(help="Number of trials, with simulated.")] = 2_000,
    seed: Annotated[int, typer.Option(help="Seed of the trials, with simulated.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Write the rows to this .csv or .xlsx file.")] = None,
    force: Force = False,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """Forecast variable pay to the end of the year, by the month in which each pay period ends.

    Periods with results are paid as they are. Later ones pay at the rate of the periods so far (run_rate), at
    target, or the mean of a simulation. Amounts in different currencies are never added.
    """
    from csm_xl.analysis import forecast as analysis
    from csm_xl.plan.display_names import DisplayNames

    save = row_writer(out, (source,), force, private=True) if out else None
    given = read_source(source)
    tables, warnings = read([*given.tables, *decided(mapped, ignored, accept)], str(source), period)
    year = year_around(tables, period) if period else last_year(tables)
    with show.working("Paying") as told:
        found = analysis.forecast(tables, year, basis, through, trials, seed, told)
    rows = found.rows(by)
    if by in ("person", "manager"):
        rows = DisplayNames(tables).beside(rows, key="group")
    if save:
        save(rows)
    if as_json:
        document = {
            "year": found.year, "basis": found.basis, "measured": list(found.measured),
            "open": list(found.open), "notes": list(found.notes),
            "months": [dict(zip(rows[0], row, strict=True)) for row in rows[1:]],
            "warnings": [show.issue_record(issue) for issue in warnings],
        }  # fmt: skip
        print(show.to_json(document))
        return
    show.findings(warnings)
    shown = rows if by else [[*row[:2], *row[3:]] for row in rows]
    if by:
        shown[0] = [by if name == "group" else name for name in rows[0]]
    show.table(shown[0], shown[1:], f"Variable pay of {found.year}, later periods by {found.basis}")
    for code, total in found.totals().items():
        show.say(f"{found.year}: {total:,.2f} {code}.")
    for note in found.notes:
        show.note(note)
    if out:
        show.note(f"{len(rows) - 1:,} rows written to {out}")
