"""Numbers of files that may write decimal commas: 81.500 is 81500 in Germany, and 81.5 in the United States.

Each column is judged by itself. A cell that can be only one thing, such as 0,5 or 1234.5, says how its column
writes numbers; 81.500 in a column without one can be read two ways, and is refused with both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from csm_xl.plan.cells import TwoReadings, reads_two_ways
from csm_xl.plan.schema import Column

_END: Final = r"\s?%?\Z"
_COMMA: Final = re.compile(
    rf"[+-]?(\d+,(\d{{1,2}}|\d{{4,}})|0,\d+|\d{{4,}},\d+|\d{{1,3}}(\.\d{{3}})+,\d+|\d{{1,3}}(\.\d{{3}}){{2,}}){_END}"
)
"""Numbers that only a writer of decimal commas can mean."""
_POINT: Final = re.compile(
    rf"[+-]?(\d*\.(\d{{1,2}}|\d{{4,}})|0?\.\d+|\d{{4,}}\.\d+|\d{{1,3}}(,\d{{3}})+\.\d+|\d{{1,3}}(,\d{{3}}){{2,}}){_END}"
)
"""Numbers that only a writer of decimal points can mean."""
_EITHER: Final = re.compile(rf"[+-]?[1-9]\d{{0,2}}[.,]\d{{3}}{_END}")
"""Numbers whose one separator is either between thousands, or before decimals."""


def with_points(column: Column, given: Sequence[Any]) -> list[Any]:
    """The cells of a column of numbers with decimal points and no other separator.

    Cells that can be read two ways become `TwoReadings`, which no reader takes for a number. In a column of
    ratios with a bound a separator is before decimals: nobody works 1,000 times full time.

    >>> fte = Column("fte", "ratio", "", most=2.0)
    >>> with_points(fte, ["0,5", "1.000"]), with_points(Column("goal", "number", ""), ["81.500,00", "85.000"])
    (['0.5', '1.000'], ['81500.00', '85000'])
    >>> [type(cell).__name__ for cell in with_points(Column("goal", "number", ""), ["85.000", "120"])]
    ['TwoReadings', 'str']
    """
    texts = [cell.strip() if isinstance(cell, str) else "" for cell in given]
    commas = any(_COMMA.match(text) for text in texts)
    points = any(_POINT.match(text) for text in texts)
    bounded = _bounded(column)
    return [_pointed(text, cell, commas, points, bounded) for text, cell in zip(texts, given, strict=True)]


def in_doubt(column: Column, given: Sequence[Any]) -> Sequence[Any]:
    """The cells of a column of a sheet, where a number such as 81.500 that is text can be read two ways.

    A spreadsheet makes a number of what it can read: a text was pasted, or typed where commas are decimal. In
    a column in which another text has one or two decimals it has three.

    >>> [type(cell).__name__ for cell in in_doubt(Column("amount", "money", ""), [120.5, "81.500", "-3"])]
    ['float', 'TwoReadings', 'str']
    >>> in_doubt(Column("amount", "money", ""), ["81.500", "81.25"])
    ['81.500', '81.25']
    """
    texts = [cell.strip() for cell in given if isinstance(cell, str)]
    if not texts or _bounded(column) or any(_POINT.match(text) for text in texts):
        return given
    return [TwoReadings(cell.strip()) if isinstance(cell, str) and reads_two_ways(cell.strip()) else cell
            for cell in given]  # fmt: skip


def _bounded(column: Column) -> bool:
    return column.kind == "ratio" and (column.most is not None or column.at_most is not None)


def _pointed(text: str, cell: Any, commas: bool, points: bool, bounded: bool) -> Any:
    if _COMMA.match(text):
        return _from_commas(text)
    if _POINT.match(text):
        return _from_points(text)
    if not _EITHER.match(text):
        return cell
    if bounded:
        return text.replace(",", ".")
    if commas != points:
        return _from_commas(text) if commas else _from_points(text)
    return TwoReadings(text)


def _from_commas(text: str) -> str:
    return text.replace(".", "").replace(",", ".")


def _from_points(text: str) -> str:
    return text.replace(",", "")
