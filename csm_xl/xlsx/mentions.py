"""Which cells each formula of a workbook mentions, those that cannot be calculated here included.

A formula with a link to another workbook, or over several sheets, is left to Excel. It still depends on the
cells that it names, and whoever changes one of them has to hear of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from csm_xl.errors import CsmError
from csm_xl.xlsx.addresses import LAST_COLUMN, LAST_ROW, Place, unquoted
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.dependents import Area
from csm_xl.xlsx.references import expand, is_link, is_plain, name_meaning, plainly, referred, tokens

_DEPTH: Final = 16  # of names within names
_MAKERS: Final = ("OFFSET(", "INDIRECT(", "EVALUATE(")
"""Functions that refer to cells which only their result names."""


@dataclass(frozen=True)
class Mentions:
    """What the formulas of a workbook read.

    areas: the formula at each place → the areas that it names. anywhere: the formulas that may read other
    cells too: a function of theirs makes a reference, or they cannot be read.
    """

    areas: Mapping[Place, tuple[Area, ...]]
    anywhere: frozenset[Place]


def mentions(book: Book, plain: Mapping[Place, str] | None = None) -> Mentions:
    """What every formula of a workbook names.

    plain: what `plainly` gives for the workbook, where the caller has it.
    """
    plain = plainly(book) if plain is None else plain
    areas: dict[Place, tuple[Area, ...]] = {}
    anywhere: set[Place] = set()
    for place, formula in book.formulas.items():
        known = plain.get(place)
        if known is not None and not _joins(known):
            areas[place] = referred(known, place.sheet)
            if makes_references(known):
                anywhere.add(place)
            continue
        found = _Found()
        found.read(formula if known is None else known, place, book)
        areas[place] = tuple(found.areas)
        if found.anywhere:
            anywhere.add(place)
    return Mentions(areas, frozenset(anywhere))


def makes_references(formula: str) -> bool:
    """Whether a formula refers to cells that only its result names.

    >>> makes_references("=SUM(OFFSET(A1,0,1))"), makes_references("=SUM(A1)")
    (True, False)
    """
    capitals = formula.upper()
    return any(maker in capitals for maker in _MAKERS)


class _Found:
    """The areas that one formula names, gathered part by part."""

    def __init__(self) -> None:
        self.areas: list[Area] = []
        self.anywhere = False

    def read(self, formula: str, place: Place, book: Book, depth: int = 0) -> None:
        import formualizer as engine

        self.anywhere |= makes_references(formula)
        try:
            parts = tokens(formula)
        except (ValueError, engine.TokenizerError, engine.ParserError):
            self.anywhere = True
            return
        first = len(self.areas)
        for value, kind, subtype in parts:
            if (kind, subtype) == ("Operand", "Range"):
                self._reference(value, place, book, depth)
        if _joins(formula):
            self.areas[first:] = _hulls(self.areas[first:])

    def _reference(self, text: str, place: Place, book: Book, depth: int) -> None:
        import formualizer as engine

        if is_link(text):
            return
        sheets, mark, cells = text.rpartition("!")
        if mark and ":" in sheets and is_plain(cells):
            self._several(unquoted(sheets), cells, book)
            return
        refers = name_meaning(text, place, book)
        if refers is not None:
            if depth < _DEPTH:
                self.read(refers, place, book, depth + 1)
            else:
                self.anywhere = True
            return
        try:
            plain = expand(f"={text}", place, book)
            self.areas += referred(plain, place.sheet)
        except CsmError:
            return  # a table or column that is not there
        except (ValueError, engine.TokenizerError, engine.ParserError):
            self.anywhere = True

    def _several(self, sheets: str, cells: str, book: Book) -> None:
        """The same cells on every sheet from one to another."""
        names = [one.casefold() for one in book.sheets]
        ends = [one.casefold() for one in sheets.split(":")]
        if len(ends) != 2 or not set(ends) <= set(names):
            self.anywhere = True
            return
        first, last = sorted(map(names.index, ends))
        one = referred(f"={cells}", "")[0]
        self.areas += [(name, *one[1:]) for name in names[first : last + 1]]


def _joins(formula: str) -> bool:
    """Whether a formula makes a range of two references, as in ``A1:INDEX(B:B,5)``."""
    if ":" not in formula:
        return False
    import formualizer as engine

    try:
        return any(value == ":" and kind == "OpInfix" for value, kind, _ in tokens(formula))
    except (ValueError, engine.TokenizerError, engine.ParserError):
        return False


def _hulls(areas: list[Area]) -> Iterator[Area]:
    """For each sheet the smallest area that holds all of some areas."""
    by_sheet: dict[str, list[Area]] = {}
    for area in areas:
        by_sheet.setdefault(area[0], []).append(area)
    for sheet, some in by_sheet.items():
        yield (
            sheet,
            max(1, min(one[1] for one in some)),
            max(1, min(one[2] for one in some)),
            min(LAST_ROW, max(one[3] for one in some)),
            min(LAST_COLUMN, max(one[4] for one in some)),
        )
