"""Cells and areas by their names: ``B7``, ``$A$1:C9``, ``A:B``, ``'Pay data'!B7``.

The one grammar of addresses: whatever reads a reference, in a formula or in a part of a file, reads it here.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
"""The last row and column of a sheet."""

COLUMN: Final = r"\$?[A-Za-z]{1,3}"
ROW: Final = r"\$?[1-9][0-9]{0,6}"
CELL: Final = COLUMN + ROW
"""How a formula names a column, a row and a cell."""
PARTED: Final = re.compile(r",(?=(?:[^']*'[^']*')*[^']*$)")
"""The commas between references, none of those in the names of sheets."""
_CORNER: Final = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})")


def quoted(sheet: str) -> str:
    """A sheet's name as a reference writes it.

    >>> quoted("Roster"), quoted("Pay data")
    ('Roster', "'Pay data'")
    """
    return sheet if sheet.isidentifier() else "'" + sheet.replace("'", "''") + "'"


def letters(column: int) -> str:
    """The letters of a column counted from 1.

    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    name = ""
    while column > 0:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name


class Place(NamedTuple):
    """A cell: its sheet, and its row and column counted from 1.

    >>> str(Place("Total Comp", 7, 2))
    "'Total Comp'!B7"
    """

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"{quoted(self.sheet)}!{letters(self.column)}{self.row}"


class Corner(NamedTuple):
    """A cell in a reference, and which of its two parts are fixed by a $."""

    row: int
    column: int
    row_fixed: bool = False
    column_fixed: bool = False

    def __str__(self) -> str:
        return (f"{'$' * self.column_fixed}{letters(self.column)}"
                f"{'$' * self.row_fixed}{self.row}")  # fmt: skip


class Area(NamedTuple):
    """Rows and columns, counted from 1, the last ones included.

    >>> area("B2:C9"), str(area("A5"))
    (Area(top=2, left=2, bottom=9, right=3), 'A5')
    """

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        first = f"{letters(self.left)}{self.top}"
        last = f"{letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    def meets(self, other: Area) -> bool:
        """Whether two areas share a cell."""
        return (self.top <= other.bottom and other.top <= self.bottom
                and self.left <= other.right and other.left <= self.right)  # fmt: skip

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell is in it."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


def corner(text: str) -> Corner | None:
    """A cell as a formula names it; None for what lies beyond the sheet."""
    found = _CORNER.fullmatch(text)
    if not found:
        return None
    row, column = int(found[4]), column_number(found[2])
    if not (1 <= row <= LAST_ROW and column <= LAST_COLUMN):
        return None
    return Corner(row, column, bool(found[3]), bool(found[1]))


@cache
def column_number(name: str) -> int:
    """A column's number by its letters.

    >>> column_number("A"), column_number("xfd")
    (1, 16384)
    """
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number


def area(text: str) -> Area | None:
    """An area by its name, with or without $; None for anything else."""
    first, colon, last = text.partition(":")
    start = corner(first)
    end = corner(last) if colon else start
    if start is None or end is None:
        return None
    rows, columns = sorted((start.row, end.row)), sorted((start.column, end.column))
    return Area(rows[0], columns[0], rows[1], columns[1])


def spot(reference: str) -> tuple[int, int]:
    """Row and column of a cell as a part of a file names it, in capitals; (0, 0) where it names none.

    >>> spot("B7"), spot("$XFD$1048576"), spot("XFE1"), spot("b7")
    ((7, 2), (1048576, 16384), (0, 0), (0, 0))
    """
    found = corner(reference) if reference.isupper() else None
    return (found.row, found.column) if found else (0, 0)


def end_of(reference: str, last: bool = False) -> tuple[int, int]:
    """Row and column of one end of a reference without $; of a whole row or column, the end of it.

    >>> end_of("B7"), end_of("B"), end_of("B", last=True), end_of("7", last=True)
    ((7, 2), (1, 2), (1048576, 2), (7, 16384))
    """
    digits = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    name = reference[: len(reference) - len(digits)]
    row = int(digits) if digits.isdecimal() else (LAST_ROW if last else 1)
    return row, column_number(name) if name and len(name) < 4 else (LAST_COLUMN if last else 1)


def span(reference: str) -> Area:
    """The rows and columns of a reference to cells, whole columns or whole rows, as it is written.

    >>> span("$B$2:C9"), span("A:A")
    (Area(top=2, left=2, bottom=9, right=3), Area(top=1, left=1, bottom=1048576, right=1))
    """
    first, _, last = reference.replace("$", "").partition(":")
    return Area(*end_of(first), *end_of(last or first, last=True))


def area_text(place: Area) -> str:
    """An area as a print area names it.

    >>> area_text(Area(1, 1, 9, 3))
    '$A$1:$C$9'
    """
    first, last = Corner(place.top, place.left, True, True), Corner(place.bottom, place.right, True, True)
    return f"{first}:{last}"


def unquoted(sheet: str) -> str:
    """A sheet's name without the quotes that a reference writes around it.

    >>> unquoted("'It''s'"), unquoted("Pay")
    ("It's", 'Pay')
    """
    return sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet


def sheet_named(prefix: str) -> str | None:
    """The sheet that a reference's prefix names; None for several sheets or another file.

    >>> sheet_named("'It''s'!"), sheet_named("A:B!"), sheet_named("'[1]X'!")
    ("It's", None, None)
    """
    name = unquoted(prefix.removesuffix("!"))
    return None if any(sign in name for sign in ":[]") else name
