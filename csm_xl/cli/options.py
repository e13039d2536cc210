"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated, Any

import typer


def _remember(ctx: typer.Context, asked: bool) -> bool:
    ctx.find_root().obj = asked
    return asked


def wants_json(ctx: Any) -> bool:
    """Whether the command was given ``--json``, so that its errors are JSON too."""
    return bool(ctx.find_root().obj)


Force = Annotated[bool, typer.Option("--force", help="Replace the file although csm-xl did not write it.")]
MapColumn = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        help='What a header of your export means: "Termination Date = leave_date", or with its table'
        ' "roster: FTE% = fte". Repeat it.',
    ),
]
IgnoreColumn = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore-column",
        help='A column that pay does not use, though its name suggests it: "FLSA status", or with its table'
        ' "roster: FLSA status". Repeat it.',
    ),
]
Accept = Annotated[
    list[str] | None,
    typer.Option(
        "--accept",
        help="Go on although this rule finds an error, such as E607; the Log records it. Repeat it."
        " csm-xl lint --rules lists the rules.",
    ),
]
AsJson = Annotated[
    bool,
    typer.Option("--json", help="Print JSON, errors too.", callback=_remember, is_eager=True),
]
