"""Values looked up in another export, such as the employee ID of an owner's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.intake.grid import Grid, plain_header
from csm_xl.intake.sources import Join, Source
from csm_xl.plan import cells
from csm_xl.plan.names import near_name


@dataclass(frozen=True)
class Lookup:
    """What an export has for each key. values: the key, whatever its letters → every value beside it, and the
    key as it is written. place: what findings call the export."""

    values: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    place: str

    def find(self, cell: Any, where: str, column: str) -> str | Issue | None:
        """The value of a cell; None for a blank; the finding where there is none, or more than one."""
        said = _text(cell)
        if not said:
            return None
        found = self.values.get(plain_name(said), ())
        if len(found) == 1:
            return found[0]
        if not found:
            near = near_name(said, self.names.values())
            hint = f"{f'Did you mean {near!r}? ' if near else ''}Add it to {self.place}, or correct the name."
            return Issue(
                NOT_FOUND,
                f"nothing in {self.place} is called so",
                where,
                said,
                hint,
                kind=f"values of {column} are not in {self.place}",
                meant=near,
            )
        what = f"{self.place} has {len(found)} of that name: {listed(found)}"
        hint = "Which one is meant cannot be known: use an ID in the export, or make the names different."
        return Issue(VALUE, what, where, said, hint, kind=f"values of {column} are several in {self.place}")


def lookup_of(join: Join, exports: Sequence[tuple[Source, Grid]], place: str) -> Lookup:
    """A lookup in the exports of a table, or in one file.

    exports: each with its source, whose own header counts where it calls the column otherwise. place: of the
    join in the mapping. Errors: a column that one of them does not have.
    """
    found: dict[str, dict[str, None]] = {}
    names: dict[str, str] = {}
    issues: list[Issue] = []
    for source, grid in exports:
        said = {"key": join.key, "value": join.value}
        headers = {key: header_in(header, source, grid, exports) for key, header in said.items()}
        at = {key: grid.column(header) for key, header in headers.items()}
        issues += [grid.missing(said[key], f"{place}.{key}") for key, one in at.items() if one is None]
        cells_ = [list(map(_text, grid.cells(one))) for one in at.values() if one is not None]
        if issues:
            continue
        for key, value in zip(*cells_, strict=True):
            if key and value:
                found.setdefault(plain_name(key), {})[value] = None
                names.setdefault(plain_name(key), key)
    if issues:
        raise CsmError.of(issues)
    where = listed(dict.fromkeys(grid.block.place for _, grid in exports))
    return Lookup({key: tuple(each) for key, each in found.items()}, names, where)


def header_in(header: str, source: Source, grid: Grid, exports: Sequence[tuple[Source, Grid]]) -> str:
    """What an export calls a column that another of the same table calls so."""
    if grid.column(header) is not None:
        return header
    ours = (ours for one, _ in exports for ours, theirs in one.columns.items()
            if plain_header(theirs) == plain_header(header))  # fmt: skip
    return next((source.columns[one] for one in ours if one in source.columns), header)


Lookups = Callable[[Join, str], Lookup]
"""Gives the lookup of a join; the text is the join's place in the mapping."""


def _text(cell: Any) -> str:
    try:
        return cells.text(cell) or ""
    except cells.BadCell:
        return ""


def plain_name(text: str) -> str:
    """A name as it is compared: whatever its letters and blanks, and "Last, First" as "First Last".

    >>> plain_name("Two,  Sample"), plain_name("sample two")
    ('sample two', 'sample two')
    """
    last, comma, first = text.partition(",")
    ordered = f"{first} {last}" if comma and first.strip() and "," not in first else text
    return " ".join(ordered.split()).casefold()
