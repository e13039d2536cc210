"""``csm-xl data``: the public figures included in csm_xl, their age and source."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.text import Text

from csm_xl.cli import show
from csm_xl.cli.files import row_writer
from csm_xl.cli.options import AsJson, Force
from csm_xl.errors import VALUE, CsmError

if TYPE_CHECKING:
    from csm_xl.data.catalogue import Held

_SHOWN: Final = 20
_YEAR: Final = 365.25


def data(
    name: Annotated[str | None, typer.Argument(help="A dataset to show with its rows.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write its rows to this .csv or .xlsx file.")] = None,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Calculate the age as of this date.")
    ] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """List the wages, price levels and taxes included in csm_xl, with date, age and source.

    With NAME, list the rows of one dataset, in the format of the table of your own that would replace it.
    Outdated figures give a warning.
    """
    from csm_xl.data.catalogue import HELD, find

    day = today.date() if today else date.today()
    if out and name is None:
        raise CsmError(VALUE, "only the rows of a single dataset can be written", "--out", str(out),
                       f"Name one of {', '.join(HELD)}.")  # fmt: skip
    chosen = [find(name)] if name else list(HELD.values())
    save = row_writer(out, (), force) if out else None
    if save:
        save(chosen[0].rows())
    stale = [held.warning(day) for held in chosen if held.stale(day)]
    if as_json:
        records = [_record(held, day) for held in chosen]
        document = records[0] | {"table": chosen[0].rows()} if name else {"datasets": records}
        print(show.to_json(document | {"warnings": [show.issue_record(issue) for issue in stale]}))
    elif name:
        _tell(chosen[0], day, listing=not out)
        show.findings(stale)
    else:
        _list(chosen, day)
        show.findings(stale)
    if out:
        show.note(f"{len(chosen[0].rows()) - 1:,} rows written to {out}")


def _list(chosen: list[Held], day: date) -> None:
    header = ("dataset", "what", "as of", "age\ndays", "years", "rows", "publisher", "license")
    rows = [
        (held.name, held.dataset.what, held.dataset.as_of, held.age(day), f"{held.age(day) / _YEAR:.1f}",
         len(held.rows()) - 1, held.dataset.publisher, held.dataset.license)
        for held in chosen
    ]  # fmt: skip
    show.table(header, rows)
    show.say("For details and the source: csm-xl data wages. A table of your own can replace each of them.")


def _tell(held: Held, day: date, listing: bool) -> None:
    of = held.dataset
    show.say(Text.assemble((held.name, "bold cyan"), f": {of.what}"))
    for label, said in (
        ("As of", f"{of.as_of}; {held.age(day):,} days old ({held.age(day) / _YEAR:.1f} years)"),
        ("Publisher", of.publisher),
        ("Address", of.address),
        ("License", of.license),
        ("Your own", f"a table {held.own} replaces it"),
    ):
        show.say(Text.assemble((f"{label}: ", "bold"), said))
    header, *rows = held.rows()
    if listing:
        # Years and codes are names here: no thousands separators.
        body = [[str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell for cell in row]
                for row in rows[:_SHOWN]]  # fmt: skip
        show.table(header, body, exact=True)
        if len(rows) > _SHOWN:
            show.say(f"and {len(rows) - _SHOWN:,} more: csm-xl data {held.name} --out {held.name}.csv")


def _record(held: Held, day: date) -> dict[str, Any]:
    of = held.dataset
    return {
        "name": held.name,
        "what": of.what,
        "as_of": of.as_of,
        "until": of.until,
        "age_days": held.age(day),
        "age_years": round(held.age(day) / _YEAR, 2),
        "stale": held.stale(day),
        "rows": len(held.rows()) - 1,
        "publisher": of.publisher,
        "address": of.address,
        "license": of.license,
        "licence": of.license,  # as version 0.1 called it; goes with 0.3
        "overridden_by": held.own,
    }
