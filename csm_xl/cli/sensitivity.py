"""``csm-xl sensitivity``: cost drivers of the plans, and pay curves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

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

_SHOWN: Final = 20


def sensitivity(
    source: SourceArgument,
    period: LatestPeriod = None,
    change: Annotated[float, typer.Option(help="How far each input is moved, as a fraction of it.")] = 0.1,
    currency: CurrencyOption = None,
    out: Annotated[Path | None, typer.Option(help="Write all inputs to this .csv or .xlsx file.")] = None,
    curves: Annotated[
        Path | None,
        typer.Option(help="Write what each plan pays at each attainment to this .csv or .xlsx file."),
    ] = None,
    force: Force = False,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """Find the cost drivers: move each input up and down and pay everyone again, strongest driver first."""
    from csm_xl.analysis import pay_curves
    from csm_xl.analysis import sensitivity as analysis
    from csm_xl.engine.currency import all_in

    save = row_writer(out, (source, curves), force, private=True) if out else None
    save_curves = row_writer(curves, (source,), force, option="--curves", private=True) if curves else None
    given = read_source(source)
    tables, warnings = read([*given.tables, *decided(mapped, ignored, accept)], str(source), period)
    when = period or whole_period(tables, given.period)
    with show.working("Paying") as told:
        found = analysis.sensitivity(tables, when, change, told, currency)
        lines = pay_curves.pay_curves(tables, when, told=told) if save_curves else None
    rows = found.rows()
    if save:
        save(all_in(rows, found.currency))
    if save_curves and lines:
        save_curves(lines)
    if as_json:
        inputs = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        document = {
            "period": when, "change": change, "base": found.base, "currency": found.currency,
            "inputs": inputs, "warnings": [show.issue_record(issue) for issue in warnings],
        }  # fmt: skip
        print(show.to_json(document))
        return
    show.findings(warnings)
    note_open(open_within(tables, when))
    moving = [row for row in rows[1:] if row[5] or row[6]]
    title = (
        f"Cost drivers, {when}: cost {found.base:,.2f} {found.currency}, each input {change:.0%} "
        f"lower and higher"
    )
    show.table(rows[0], moving[:_SHOWN], title)
    if rest := len(moving) - _SHOWN:
        show.say(f"and {rest:,} more with a smaller effect." if rest > 0 else "")
    if still := len(rows) - 1 - len(moving):
        show.say(f"{still:,} {'input has' if still == 1 else 'inputs have'} no effect.")
    for path, body in ((out, rows), (curves, lines)):
        if path and body:
            show.note(f"{len(body) - 1:,} rows written to {path}")
