"""How a table and its columns are described."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["id", "text", "word", "words", "money", "ratio", "number", "count", "date", "flag", "period"]
"""What a cell holds.

id: text kept exactly, compared trimmed and NFC. text: any text. word: one of `choices`, case ignored.
words: a list of words or ids, separated by commas or semicolons. money: kept to 4 decimals.
ratio: a fraction, 1.0 is 100%, kept to 12. number: any other number, kept to 12 (results and goals).
count: a whole number. date: a day. flag: TRUE or FALSE. period: the name of a period, or a date in it.
"""


# Records are never changed once made, but not frozen either: freezing them would double what it takes to
# import the engine, which a spreadsheet waits for.
@dataclass(slots=True, eq=False, repr=False)
class Column:
    """One column: name, kind of cell, whether it must be there and filled, default, bounds and help.

    required: the column must exist and no cell of it may be blank, but where `blank` allows it.
    instead: another column that may be there in place of a required one.
    default: what a blank cell of an optional column means (None: nothing is stated).
    at_least, at_most: inclusive bounds of a number; above: an exclusive lower bound.
    most: what no sound number exceeds: a larger one was typed in another unit (80 for 80%). near: a day that
        is never far from the period that is paid: from 1950 to two years after it. Such findings can be
        accepted.
    usual: between which a number other than 0 lies; beyond, it is probably a slip, and paid with a warning.
    other_unit: how what is measured in another unit is typed here, where people do that.
    only_with: another column and the value with which alone this one is read (blank: any value).
    refers: the ``table.column`` in which each value must exist. suggests: the one whose values are offered,
        where others may be typed.
    """

    name: str
    kind: Kind
    help: str
    required: bool = False
    blank: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    most: float | None = None
    usual: tuple[float, float] | None = None
    other_unit: str = ""
    near: bool = False
    only_with: tuple[str, str] | None = None
    refers: str = ""
    suggests: str = ""
    instead: str = ""


@dataclass(slots=True, eq=False, repr=False)
class TableSchema:
    """One table: its name, what a row of it is, its columns and their names, and which of them make a row
    unique."""

    name: str
    help: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    names: tuple[str, ...] = field(init=False)
    _named: dict[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        self.names = tuple(column.name for column in self.columns)
        self._named = {column.name: column for column in reversed(self.columns)}

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        return self._named[name]

    def lacking(self, there: Collection[str]) -> tuple[str, ...]:
        """The required columns that are not there, but for those in place of which another one is."""
        return tuple(
            column.name
            for column in self.columns
            if column.required
            and column.name not in there
            and not (column.instead and column.instead in there)
        )

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns that must be there."""
        return tuple(column.name for column in self.columns if column.required)
