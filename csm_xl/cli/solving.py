"""``csm-xl solve``: goal seek on the whole plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from csm_xl.cli import show
from csm_xl.cli.files import read_source, row_writer
from csm_xl.cli.load import decided, note_open, open_within, read, whole_period
from csm_xl.cli.options import (
    Accept,
    AsJson,
    CurrencyOption,
    Force,
    IgnoreColumn,
    LatestPeriod,
    MapColumn,
    SourceArgument,
)


def solve(
    source: SourceArgument,
    what: Annotated[str, typer.Option(help="attainment, rate, target or curve.")],
    amount: Annotated[float, typer.Option(help="Target payout for the period.")],
    period: LatestPeriod = None,
    of: Annotated[
        str,
        typer.Option(
            help="The component for attainment or rate, the plan for target, CURVE@ATTAINMENT for curve."
        ),
    ] = "",
    employee: Annotated[
        str, typer.Option(help="The employee_id or plan_id to solve for. Default: everyone.")
    ] = "",
    currency: CurrencyOption = None,
    out: Annotated[Path | None, typer.Option(help="Write the answers to this .csv or .xlsx file.")] = None,
    force: Force = False,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """Goal seek: find the attainment, rate, target or curve point for a target payout, verified by paying
    everyone with it.

    Lists every answer if there are several. If there is none, it shows the nearest possible payout. For the
    attainment of one component, the target payout is that component's alone.
    """
    from csm_xl.analysis.solve import solve as analysis
    from csm_xl.engine.currency import all_in

    save = row_writer(out, (source,), force, private=True) if out else None
    given = read_source(source)
    tables, warnings = read([*given.tables, *decided(mapped, ignored, accept)], str(source), period)
    when = period or whole_period(tables, given.period)
    with show.working("Paying") as told:
        found = analysis(tables, what.casefold(), amount, when, of, employee, told, currency)
    rows = found.rows()
    if save:
        save(all_in(rows, found.currency))
    if as_json:
        answers = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        document = {"period": when, "amount": amount, "currency": found.currency, "answers": answers,
                    "warnings": [show.issue_record(issue) for issue in warnings]}  # fmt: skip
        print(show.to_json(document))
        return
    show.findings(warnings)
    note_open(open_within(tables, when))
    title = (
        f"{found.label}: target payout {amount:,.2f} {found.currency} for {when}; now {found.pays_now:,.2f}"
    )
    show.table(rows[0][1:], [row[1:] for row in rows[1:]], title, exact=True)
    if len(rows) > 2:
        show.say(f"{len(rows) - 1} answers: several values give this payout.")
    if out:
        show.note(f"{len(rows) - 1:,} rows written to {out}")
