"""Each formula by itself: what it gives with every other cell as the file stores it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from csm_xl.errors import CsmError
from csm_xl.xlsx.addresses import Place, quoted
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.evaluate import recalculate
from csm_xl.xlsx.references import expand, is_plain, tokens

_SHADOW: Final = "formulas of "


def by_themselves(book: Book, places: Iterable[Place]) -> dict[Place, Any]:
    """What formulas give on the stored values of all other cells, so that no mistake spreads.

    places: of formulas. One that cannot be read is left out.
    The formulas are put on sheets of their own, each at its own address; what they refer to is on the sheets
    of the file, which hold values alone. All of them are one calculation.
    """
    import formualizer as engine

    names = {sheet: f"{_SHADOW}{at}" for at, sheet in enumerate(book.sheets)}
    formulas: dict[Place, str] = {}
    origin: dict[Place, Place] = {}
    for place in places:
        there = place._replace(sheet=names[place.sheet])
        try:
            formulas[there] = _on_sheet(expand(book.formulas[place], place, book), place.sheet)
        except (CsmError, ValueError, engine.TokenizerError, engine.ParserError):
            continue
        for cell in book.filled_by(place):
            origin[cell._replace(sheet=there.sheet)] = cell
    arrays = {there: book.arrays[origin[there]] for there in formulas if origin[there] in book.arrays}
    dynamic = {there for there in formulas if origin[there] in book.dynamic}
    apart = replace(
        book, sheets=[*book.sheets, *names.values()], values={**book.values, **book.stored},
        formulas=formulas,
        arrays=arrays, dynamic=dynamic, stored={}, tables={}, names={}, own_names={},
    )  # fmt: skip
    return {origin[there]: value for there, value in recalculate(apart).items() if there in origin}


def _on_sheet(formula: str, sheet: str) -> str:
    """A formula, each reference without a sheet with that of its cell.

    >>> _on_sheet("=A1+Pay!B2*LET(x,1,x)", "My notes")
    "='My notes'!A1+Pay!B2*LET(x,1,x)"
    """
    return "=" + "".join(
        f"{quoted(sheet)}!{value}" if subtype == "Range" and is_plain(value) else value
        for value, _, subtype in tokens(formula)
    )
