"""Notes on formulas that cannot be calculated here, because an extra is not installed."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

from csm_xl.errors import NOT_FOUND, Issue, listed
from csm_xl.extras import install, lack
from csm_xl.functions import REGISTRY
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.evaluate import address

_LISTED: Final = 8
LEFT_OUT: Final = "left out: "
"""What begins the kind of each note of `left_out`, which shows it from other notes."""


def left_out(book: Book, cells: Mapping[Place, str], what: str, lost: Container[Place] = ()) -> list[Issue]:
    """Notes on cells that are `unmet`, one a function.

    cells: of a book, as `unmet` gives them, all or some. what: what was not done to them, such as
    ``checked``. lost: those that kept no value.
    """
    notes = []
    for name in dict.fromkeys(cells.values()):
        places = [place for place, function in cells.items() if function == name]
        gone = [str(place) for place in places if place in lost]
        needs = REGISTRY[name].needs
        count = "1 cell was" if len(places) == 1 else f"{len(places):,} cells were"
        rest = f"; the outdated values of {listed(gone, _LISTED)} were taken away" if gone else ""
        where = listed((address(place, book) for place in places if place in book.formulas), _LISTED)
        notes.append(Issue(NOT_FOUND, f"{count} not {what}: {lack(needs, name)}{rest}", where, None,
                           install(needs), "note", kind=f"{LEFT_OUT}{name}"))  # fmt: skip
    return notes
