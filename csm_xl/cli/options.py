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
AsJson = Annotated[
    bool,
    typer.Option("--json", help="Print JSON, errors too.", callback=_remember, is_eager=True),
]
