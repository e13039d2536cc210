"""What is known beside an export, and the answers that say what a column of it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from csm_xl.errors import listed
from csm_xl.intake.grid import Grid, plain_header
from csm_xl.intake.mapped import implied_columns
from csm_xl.intake.questions import Answer, Change
from csm_xl.intake.sources import Source
from csm_xl.intake.sources_writing import toml
from csm_xl.plan import cells
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import TableSchema

_MOST_OF_STATE: Final = 100
"""A number above this is no state; 0 and 1 are, and so is a probability in percent."""
_DAY: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_AMOUNT: Final = re.compile(r"[$€£¥₹]|\d[.,]\d\d\Z")


@dataclass(frozen=True)
class Around:
    """What is known beside an export.

    plans: those of the workbook. currencies: theirs. exports: those of the same import. kinds: of the deals
    that components pay. measures: of components, each with its scopes. own: the tables of the
    workbook or folder. period: the one that is paid next; blank where it is not said.
    """

    plans: tuple[str, ...] = ()
    currencies: frozenset[str] = frozenset()
    exports: Sequence[tuple[Source, Grid]] = ()
    kinds: tuple[str, ...] = ()
    measures: Mapping[str, frozenset[str]] = field(default_factory=dict)
    own: Sequence[RawTable] = ()
    period: str = ""


def mapping(ours: str, theirs: str) -> Answer:
    """A column of the export is one of ours."""
    line = f"columns.{ours} = {toml(theirs)}"
    return Answer(f"{theirs!r} is {ours}", line,
                  lambda source: replace(source, columns={**source.columns, ours: theirs}))  # fmt: skip


def ignoring(*headers: str, words: str = "") -> Answer:
    """Columns of the export are not used. words: the answer in words, if it is not that."""
    line = f"ignore = {toml(list(headers))}"
    return Answer(words or f"{listed(map(repr, headers))} is not used", line,
                  lambda source: replace(source, ignore=(*source.ignore, *headers)))  # fmt: skip


def both(first: Answer, second: Answer) -> Change:
    """What two answers make of a source."""
    return lambda source: second.change(first.change(source))


def filling(name: str, value: str) -> Answer:
    """One of our columns holds one value in every row."""
    return Answer(f"every row has {name} {value!r}", f"fill.{name} = {toml(value)}",
                  lambda source: replace(source, fill={**source.fill, name: value}))  # fmt: skip


def unnamed(source: Source, grid: Grid, schema: TableSchema) -> list[str]:
    """The headers of an export of which a source says nothing."""
    implied = implied_columns(source, grid, schema).values()
    named = {plain_header(one) for one in (*source.named(), *source.ignore, *implied)}
    return [header for header in grid.header if header and plain_header(header) not in named]


def is_figure(value: str) -> bool:
    """Whether a value is an amount or a day, and names no state: not a flag or a percentage."""
    if _DAY.match(value):
        return True
    try:
        return abs(cells.number(value) or 0) > _MOST_OF_STATE or bool(_AMOUNT.search(value))
    except cells.BadCell:
        return bool(_AMOUNT.search(value))
