"""References in formulas: found, moved, and copied down."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from csm_xl.xlsx.addresses import (
    CELL,
    COLUMN,
    LAST_COLUMN,
    LAST_ROW,
    ROW,
    Corner,
    column_number,
    corner,
    letters,
    sheet_named,
)

_WORD: Final = r"[\w.\\?]"
_TOKEN: Final = re.compile(
    rf"""
      "(?:[^"]|"")*"
    | (?P<bracket>\[)
    | (?P<sheet>(?:'(?:[^']|'')*'|{_WORD}+(?::{_WORD}+)?)!)?
      (?P<area>{CELL}(?::{CELL})?|{COLUMN}:{COLUMN}|{ROW}:{ROW})(?!{_WORD}|[(!\[])
    | '(?:[^']|'')*'!?
    | [\w.\\?$]+!?
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_EXTERNAL: Final = re.compile(rf"{_WORD}*'?!(?:{CELL}(?::{CELL})?)?")


Mapping = Callable[[str, Corner, Corner | None], tuple[Corner, Corner | None]]
"""Sheet, first and last cell of a reference (None: one cell) → where they are afterwards."""


def mapped(formula: str, sheet: str, mapping: Mapping) -> str:
    """A formula whose references to cells have moved.

    sheet: where the formula is: a reference that names no sheet means that one.
    References to other files, to several sheets, to whole rows and columns stay.

    >>> down = lambda sheet, a, b: (a._replace(row=a.row + 1), b and b._replace(row=b.row + 1))
    >>> mapped("SUM($A$1:B2)&\\"A1\\"&LOG10(C3)&Tbl[A1]+[1]X!A1+'It''s'!D4+A:A", "S", down)
    'SUM($A$2:B3)&"A1"&LOG10(C4)&Tbl[A1]+[1]X!A1+\\'It\\'\\'s\\'!D5+A:A'
    """

    def change(named: str, text: str) -> str:
        on = sheet_named(named) if named else sheet
        first, colon, last = text.partition(":")
        start, end = corner(first), corner(last) if colon else None
        if on is None or start is None or (colon and end is None):
            return text
        new_start, new_end = mapping(on, start, end)
        if (new_start, new_end) == (start, end):
            return text
        return str(new_start) if new_end is None else f"{new_start}:{new_end}"

    return _each(formula, change)


def copied(formula: str, down: int, right: int, around: bool = False) -> str:
    """A formula after it is copied a number of rows down and columns to the right.

    around: behind the last row or column comes the first, as in a shared formula or a name.

    >>> copied("A1+$B$2*C$3&Tbl[C1]", 2, 1), copied("SUM(A:B)+SUM($4:5)", 1, 1), copied("A1", -1, 0)
    ('B3+$B$2*D$3&Tbl[C1]', 'SUM(B:C)+SUM($4:6)', '#REF!')
    >>> copied("S!XFD1", 1, 1, around=True)
    'S!A2'
    """

    def change(_: str, text: str) -> str:
        parts = [_copied(part, down, right, around) for part in text.split(":")]
        return "#REF!" if None in parts else ":".join(str(part) for part in parts)

    return _each(formula, change) if down or right else formula


def is_relative(formula: str) -> bool:
    """Whether a formula reads otherwise one row further down."""
    return copied(formula, 1, 0) != formula


def _each(formula: str, change: Callable[[str, str], str]) -> str:
    parts: list[str] = []
    at = 0
    while at < len(formula):
        found = _TOKEN.match(formula, at)
        if found is None:
            break
        if found["bracket"]:
            end = _closing(formula, at)
            if external := _EXTERNAL.match(formula, end):
                end = external.end()
            parts.append(formula[at:end])
            at = end
            continue
        named, text = found["sheet"] or "", found["area"]
        parts.append(named + change(named, text) if text else found[0])
        at = found.end()
    return "".join([*parts, formula[at:]])


def _closing(formula: str, at: int) -> int:
    """The end of a structured reference's brackets; a letter behind a ' is not one of them."""
    depth = 0
    while at < len(formula):
        letter = formula[at]
        if letter == "'":
            at += 1
        elif letter == "[":
            depth += 1
        elif letter == "]":
            depth -= 1
            if not depth:
                return at + 1
        at += 1
    return at


def _copied(part: str, down: int, right: int, around: bool) -> str | None:
    fixed = part.startswith("$")
    bare = part.removeprefix("$")
    if bare.isdigit():
        row = _around(int(bare) + (0 if fixed else down), LAST_ROW, around)
        return f"{'$' * fixed}{row}" if 1 <= row <= LAST_ROW else None
    if bare.isalpha():
        column = _around(column_number(bare) + (0 if fixed else right), LAST_COLUMN, around)
        return f"{'$' * fixed}{letters(column)}" if 1 <= column <= LAST_COLUMN else None
    cell = corner(part)
    if cell is None:
        return part
    row = _around(cell.row if cell.row_fixed else cell.row + down, LAST_ROW, around)
    column = _around(cell.column if cell.column_fixed else cell.column + right, LAST_COLUMN, around)
    if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
        return None
    return str(cell._replace(row=row, column=column))


def _around(number: int, most: int, around: bool) -> int:
    return (number - 1) % most + 1 if around else number
