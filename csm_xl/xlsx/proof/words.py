"""Cells that a calculation did not write, listed sheet by sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from csm_xl.xlsx.addresses import Place, letters

_LISTED: Final = 8


def by_sheet(places: Iterable[Place]) -> dict[str, list[Place]]:
    """The cells of each sheet."""
    found: dict[str, list[Place]] = {}
    for place in places:
        found.setdefault(place.sheet, []).append(place)
    return found


def on_sheet(sheet: str, cells: Sequence[Place]) -> str:
    """How many cells are on a sheet, as a sentence begins.

    >>> on_sheet("My notes", [Place("My notes", 5, 2)]), on_sheet("S", [Place("S", 1, 1)] * 1200)
    ('1 cell on My notes is', '1,200 cells on S are')
    """
    return f"1 cell on {sheet} is" if len(cells) == 1 else f"{len(cells):,} cells on {sheet} are"


def left_to_excel(places: Iterable[Place]) -> Iterator[str]:
    """The cells that Excel calculates them when it opens the file.

    >>> list(left_to_excel([Place("My notes", 5, 2), Place("My notes", 6, 2)]))
    ['2 cells on My notes are calculated when Excel opens the file: B5, B6.']
    """
    for sheet, cells in by_sheet(places).items():
        yield f"{on_sheet(sheet, cells)} calculated when Excel opens the file: {_names(cells)}."


def kept_values(places: Iterable[Place], program: str) -> Iterator[str]:
    """The cells that keep the value that the file stores; program: what cannot calculate them.

    >>> list(kept_values([Place("My notes", 5, 2)], "Calc"))
    ['1 cell on My notes is kept as stored, because Calc cannot calculate it as Excel does: B5.']
    """
    for sheet, cells in by_sheet(places).items():
        them = "it" if len(cells) == 1 else "them"
        why = f"because {program} cannot calculate {them} as Excel does"
        yield f"{on_sheet(sheet, cells)} kept as stored, {why}: {_names(cells)}."


def _names(cells: list[Place]) -> str:
    named = [f"{letters(cell.column)}{cell.row}" for cell in cells]
    more = f" and {len(named) - _LISTED:,} more" if len(named) > _LISTED else ""
    return ", ".join(named[:_LISTED]) + more
