"""The parts around the sheets that refer to cells: names, charts, pictures, notes, pivots."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from csm_xl.xlsx.addresses import LAST_ROW, PARTED, Area, area, quoted, sheet_named
from csm_xl.xlsx.package import PRINT_AREA, Package
from csm_xl.xlsx.patch.markup import Element, Markup
from csm_xl.xlsx.patch.moves import Ground, Kind, Moves, moved_down
from csm_xl.xlsx.patch.sheet import followed

_CACHES: Final = ("numCache", "strCache", "multiLvlStrCache", "lvl")
_ANCHORS: Final = ("twoCellAnchor", "oneCellAnchor")
_VML_ANCHOR: Final = re.compile(r"\s*,\s*")


def names(
    book: Markup, moves: Moves, grounds: dict[str, tuple[Ground, Ground]], printed: Mapping[str, str]
) -> None:
    """Let the defined names follow; a print area ends with what is printed.

    grounds: sheet, casefolded → what was on it before and after. printed: sheet → its new print areas.
    """
    sheets = [book.get(one, "name") or "" for one in book.root.every("sheet")]
    for one in book.root.every("definedName"):
        said = book.attributes(one)
        text = book.content(one)
        local = said.get("localSheetId", "")
        sheet = sheets[int(local)] if local.isdigit() and int(local) < len(sheets) else ""
        if said.get("name") == PRINT_AREA:
            parts = [_printed(part, moves, grounds) for part in PARTED.split(text)]
            if sheet in printed:
                parts = [f"{quoted(sheet)}!{area}" for area in printed[sheet].split(",")]
            book.write(one, ",".join(parts))
        else:
            book.write(one, moves.formula(text, sheet, kind=Kind.SERIES))


def _printed(text: str, moves: Moves, grounds: dict[str, tuple[Ground, Ground]]) -> str:
    named, mark, ranges = text.rpartition("!")
    sheet = (sheet_named(named) or "").casefold()
    place = area(ranges)
    if place is None or sheet not in grounds or place.bottom == LAST_ROW:
        return text  # whole columns print what they hold
    before, after = (ground.bottom(place) for ground in grounds[sheet])
    bottom = moves.area(sheet, place, Kind.FORMULA).bottom
    if place.bottom == before:
        bottom = after
    for move in moves.on(sheet).all:
        if move.last >= bottom and place.bottom in (move.data.bottom, move.data.bottom + move.totals):
            bottom = max(bottom, move.last + move.totals)
    if bottom == place.bottom:
        return text
    first, _, last = ranges.partition(":")
    return f"{named}{mark}{first}:{re.sub('[0-9]+', '', last or first)}{bottom}"


def calculated(book: Markup) -> None:
    """Have Excel calculate everything when it opens the file."""
    found = next(book.root.every("calcPr"), None)
    if found is not None:
        book.set(found, "fullCalcOnLoad", "1")
        return
    # The schema wants it behind these, whichever of them is the last.
    before = ("definedNames", "externalReferences", "functionGroups", "sheets")
    after = next(one for name in before for one in book.root.every(name))
    book.replace(after.end, after.end, f'<{book.root.prefix}calcPr calcId="0" fullCalcOnLoad="1"/>')


def chart(part: Markup, moves: Moves) -> None:
    """Let a chart's ranges follow; the values that it keeps of a range that changes go."""
    for one in part.root.every("f"):
        old = part.content(one)
        new = moves.formula(old, "", kind=Kind.SERIES)
        if new != old:
            part.write(one, new)
            for cache in _beside(part.root, one):
                if cache.name in _CACHES:
                    part.remove(cache)


def drawing(part: Markup, moves: Moves, sheet: str) -> None:
    """Let what floats over cells that move down go with them."""
    for anchor in part.root.every(*_ANCHORS):
        place = _anchored(part, anchor)
        if place and part.get(anchor, "editAs") != "absolute":
            down = moved_down(moves, sheet, place)
            for corner in anchor.children:
                row = corner.child("row") if corner.name in ("from", "to") else None
                if row is not None and down:
                    part.write(row, str(int(part.content(row)) + down))


def floating(part: Markup) -> list[Area]:
    """The areas over which pictures and charts float."""
    found = (_anchored(part, anchor) for anchor in part.root.every(*_ANCHORS))
    return [place for place in found if place]


def comments(part: Markup, moves: Moves, sheet: str) -> None:
    """Let notes and threaded comments go with their cells."""
    for one in part.root.every("comment", "threadedComment"):
        ref = part.get(one, "ref")
        if ref:
            part.set(one, "ref", followed(ref, lambda place: moves.shifted(sheet, place)))


def noted(part: Markup) -> list[Area]:
    """The cells with notes."""
    found = (area(part.get(one, "ref") or "") for one in part.root.every("comment", "threadedComment"))
    return [place for place in found if place]


def vml(part: Markup, moves: Moves, sheet: str) -> None:
    """Let the boxes of notes and the buttons go with their cells."""
    for data in part.root.every("ClientData"):
        row, column, anchor = data.child("Row"), data.child("Column"), data.child("Anchor")
        places = _VML_ANCHOR.split(part.content(anchor).strip()) if anchor else []
        if row is not None and column is not None:
            at = int(part.content(row)) + 1, int(part.content(column)) + 1
            down = moves.row(sheet, *at) - at[0]
            part.write(row, str(at[0] - 1 + down))
        elif len(places) == 8:
            down = moved_down(
                moves, sheet, Area(int(places[2]) + 1, int(places[0]) + 1, 0, int(places[4]) + 1)
            )
        else:
            continue
        if anchor is not None and len(places) == 8 and down:
            places[2], places[6] = (str(int(places[at]) + down) for at in (2, 6))
            part.write(anchor, ", ".join(places))


def pivot(part: Markup, moves: Moves, tables: set[str]) -> None:
    """Let a pivot's source follow, and have Excel refresh it when a table that it shows has changed.

    tables: the changed tables, casefolded.
    """
    for source in part.root.every("worksheetSource"):
        sheet, place = part.get(source, "sheet") or "", area(part.get(source, "ref") or "")
        shows = (part.get(source, "name") or "").casefold() in tables
        if place:
            new = moves.area(sheet, place, Kind.FORMULA)
            shows |= any(move.data.meets(place) for move in moves.on(sheet).all)
            if new != place:
                part.set(source, "ref", str(new))
        if shows:
            part.set(part.root, "refreshOnLoad", "1")


def related(package: Package, part: str, *kinds: str) -> Iterator[str]:
    """The parts of the kinds to which a part refers."""
    for kind, target in package._links(part).values():
        if kind.rpartition("/")[2] in kinds and target in package.parts:
            yield target


def _anchored(part: Markup, anchor: Element) -> Area | None:
    """The area from an anchor's first to its last cell."""
    cells = []
    for name in ("from", "to"):
        corner = anchor.child(name)
        column, row = (corner.child("col"), corner.child("row")) if corner else (None, None)
        if column is not None and row is not None:
            cells.append((int(part.content(row)) + 1, int(part.content(column)) + 1))
    if not cells:
        return None
    return Area(*cells[0], *cells[-1])


def _beside(root: Element, child: Element) -> list[Element]:
    """The children of an element's parent."""
    for one in root.children:
        if one is child:
            return root.children
        if one.start < child.start < one.end:
            return _beside(one, child)
    return []
