"""Options shared by several commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer


def _remember(ctx: typer.Context, asked: bool) -> bool:
    ctx.find_root().obj = asked
    return asked


def wants_json(ctx: Any) -> bool:
    """Whether the command has ``--json``, so that errors are printed as JSON too."""
    return bool(ctx.find_root().obj)


SourceArgument = Annotated[
    Path, typer.Argument(help="A workbook, or a folder of CSV or Parquet files and TOML plans.")
]
LatestPeriod = Annotated[
    str | None, typer.Option(help="Such as 2026-Q1, 2026-03 or 2026. Default: the latest year or period.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace the file even if csm-xl did not write it.")]
CurrencyOption = Annotated[
    str | None,
    typer.Option(
        "--currency", help="Count only people who are paid in this currency. Needed if there are several."
    ),
]
MapColumn = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        help='The column that a header in your export means: "Termination Date = leave_date", or with'
        " its table"
        ' "roster: FTE% = fte". May be repeated.',
    ),
]
IgnoreColumn = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore-column",
        help='A column to ignore, although its name suggests that it affects pay: "FLSA status", or with'
        " its table"
        ' "roster: FLSA status". May be repeated.',
    ),
]
Accept = Annotated[
    list[str] | None,
    typer.Option(
        "--accept",
        help="Continue even if this rule finds an error, such as E607; the Log records it. May be repeated."
        " csm-xl lint --rules lists the rules.",
    ),
]
AsJson = Annotated[
    bool,
    typer.Option("--json", help="Print JSON, errors too.", callback=_remember, is_eager=True),
]
