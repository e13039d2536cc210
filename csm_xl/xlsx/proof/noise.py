"""Sums and differences that nearly cancel: what is left of them is noise, and each spreadsheet shows another.

33.1+66.2-99.3 is 0 in Excel, which takes a last difference of the 15th digit for none, and 1.4e-14 by the
arithmetic of floats; LibreOffice has a rule of its own. To add such a value or to round it to cents does no
harm. Where a formula asks whether it is 0, or more, or divides by it, no program knows what another answers.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from typing import Any, Final

from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.dependents import Area
from csm_xl.xlsx.followers import Areas, followers
from csm_xl.xlsx.proof.familiar import bare_name
from csm_xl.xlsx.proof.local import by_themselves
from csm_xl.xlsx.references import tokens
from csm_xl.xlsx.same import NEAR

_TIGHT: Final = 2.0**-44
"""Two programs that add up the same numbers differ by no more, relative to the sum."""
_RELATIVE: Final = 2.0**-20
"""A value with more noise than this part of it is little but noise."""
_LEAST: Final = 1e-11
"""What a noisy value is tried with at least: lookups of the engine take less for nothing."""
_STEPS: Final = (2.0**-37, 2.0**-40)
"""What the inputs are changed by, relative to their size, to see what is left of it."""
_NOISE: Final = 2.0**-8  # of the second step: some bits of the last ones of a float
_GROWTH: Final = (2.0, 100.0)  # of a result, from the second step to the first: a jump does not grow
_TOLERANCE: Final = 16
_FRACTION: Final = 1024.0
_LARGEST: Final = 2.0**40
"""Multiples of 1/1024 below this are added up exactly, in whatever order."""
_EXACT_WORDS: Final = """
    ABS AND CEILING CHOOSE COLUMN COLUMNS COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS DATE DAY EDATE EOMONTH
    EXACT FALSE FIND FLOOR HLOOKUP HOUR IF IFERROR IFNA IFS INDEX INDIRECT INT ISBLANK ISERROR ISNUMBER ISTEXT
    LARGE LEFT LEN LOOKUP LOWER MATCH MAX MAXIFS MID MIN MINIFS MINUTE MONTH MROUND N NA NETWORKDAYS NOT NOW
    OFFSET OR PRODUCT RANK RANK.EQ REPT RIGHT ROUND ROUNDDOWN ROUNDUP ROW ROWS SIGN SMALL SWITCH TEXT TIME
    TODAY TRIM TRUE TRUNC UPPER VALUE VLOOKUP WEEKDAY WORKDAY XLOOKUP XMATCH XOR YEAR
"""
_EXACT: Final = frozenset(_EXACT_WORDS.split())
"""Functions that add up nothing: of exact numbers they give what every program gives."""
_ROUNDED_WORDS: Final = """
    CEILING COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS FLOOR INT LEN MATCH MROUND ROUND ROUNDDOWN ROUNDUP ROW
    ROWS SIGN TRUNC XMATCH
"""
_ROUNDED: Final = frozenset(_ROUNDED_WORDS.split())
"""Functions after which no noise is left."""


@dataclass(frozen=True)
class Noise:
    """Cells whose value is little but noise.

    off: cell → how far another spreadsheet's value may be from 0, or from the value.
    values: what the cells give here.
    """

    off: Mapping[Place, float]
    values: Mapping[Place, float]

    def may_be_zero(self, cell: Place) -> bool:
        """Whether another spreadsheet may show 0 there."""
        return abs(self.values[cell]) <= self.off[cell]

    def trials(self) -> Iterator[dict[Place, float]]:
        """The values that others may show: 0, more and less."""
        for side in (0, 1, -1):
            found = {}
            for at, (cell, off) in enumerate(self.off.items()):
                middle = 0.0 if self.may_be_zero(cell) else self.values[cell]
                found[cell] = middle + off * side * (-1) ** at * (1 + at % 7 / 16)
            yield found

    @property
    def tolerance(self) -> float:
        """How far what adds such values may be off."""
        return _TOLERANCE * max(self.off.values(), default=0.0)


def is_noise_apart(stored: Any, value: Any) -> bool:
    """Whether a stored value and a calculated one are the same but for noise that is most of one of them.

    >>> is_noise_apart(0.0, 9e-13), is_noise_apart(0.1 + 0.2, 0.3), is_noise_apart(0.0, 0.01)
    (True, False, False)
    """
    if type(stored) is not float or type(value) is not float or stored == value:
        return False
    gap = abs(stored - value)
    return gap <= NEAR and gap > _RELATIVE * max(abs(stored), abs(value))


def is_unmoved(stored: Any, value: Any) -> bool:
    """Whether a calculated value is the stored one, but for the last digits.

    >>> is_unmoved(0.30000000000000004, 0.3), is_unmoved(0.0, 9e-13), is_unmoved("a", "a")
    (True, False, True)
    """
    if type(stored) is float and type(value) is float:
        return abs(stored - value) <= _TIGHT * max(abs(stored), abs(value))
    return type(stored) is type(value) and bool(stored == value)


def noise_in(
    book: Book, values: Mapping[Place, Any], areas: Areas, moved: set[Place], places: Iterable[Place]
) -> Noise:
    """Which cells of some formulas hold little but noise.

    values: what each formula gives. areas: what each names. moved: the cells whose value is another than
    before, or new; every other cell has the very number that Excel stored.
    A formula is calculated on inputs that are changed a little, and a little less: what becomes of a number
    that is left of larger ones is many times what becomes of these.
    """
    asked = {cell: place for place in places for cell in book.filled_by(place)
             if type(values.get(cell)) is float}  # fmt: skip
    if not asked:
        return Noise({}, {})
    inexact = _inexact(book, values, areas, moved)
    some = dict.fromkeys(asked.values())
    first, second = (by_themselves(_changed(book, values, inexact, step), some) for step in _STEPS)
    off: dict[Place, float] = {}
    for cell, place in asked.items():
        value = values[cell]
        noise = _noise(value, first.get(cell), second.get(cell))
        if not noise and 0 < abs(value) <= NEAR and _adds_up(book.formulas[place]):
            noise = 2 * abs(value)
        if noise:
            off[cell] = max(noise, _LEAST)
    return Noise(off, {cell: values[cell] for cell in off})


def differs(found: list[Any], tolerance: float) -> bool:
    """Whether a cell shows something else on another trial, beyond what adding a noisy value does to it."""
    first = found[0]
    if type(first) is not float:
        return any(type(one) is not type(first) or one != first for one in found)
    if any(type(one) is not float for one in found):
        return True
    most = max(tolerance, NEAR * max(1.0, abs(first)))
    return any(not abs(one - first) <= most for one in found)


def is_noise(found: list[Any], tolerance: float) -> bool:
    """Whether what a cell shows on every trial is no more than noise itself."""
    if any(type(one) is not float for one in found) or len(set(found)) == 1:
        return False
    return bool(min(found) <= 0 <= max(found) and max(map(abs, found)) <= max(tolerance, NEAR))


def _noise(value: float, first: Any, second: Any) -> float:
    """How much of a value is noise, where that is most of it; else 0."""
    if type(first) is not float or type(second) is not float or second == value:
        return 0.0
    by = abs(second - value)
    if not _GROWTH[0] <= abs(first - value) / by <= _GROWTH[1]:
        return 0.0
    noise = by * _NOISE
    return noise if noise > _RELATIVE * abs(value) else 0.0


def _changed(book: Book, values: Mapping[Place, Any], inexact: set[Place], step: float) -> Book:
    """The workbook with every number changed a little that another program may have otherwise, or adds up in
    another order. The same number is changed alike everywhere, so that a lookup still finds it."""

    def changed(cell: Place, value: Any) -> Any:
        if type(value) is not float or (cell not in inexact and _is_plain(value)):
            return value
        drawn = zlib.crc32((str(cell) if cell in inexact else repr(value)).encode())
        return value * (1 + step * (0.5 + (drawn >> 1) / 2**32) * (1 if drawn & 1 else -1))

    return replace(
        book,
        values={cell: changed(cell, value) for cell, value in book.values.items()},
        stored={cell: changed(cell, value) for cell, value in {**book.stored, **values}.items()},
    )


def _inexact(book: Book, values: Mapping[Place, Any], areas: Areas, moved: set[Place]) -> set[Place]:
    """The cells whose last digits may be others in another program: sums, and what is made of them."""
    plain = _PlainNumbers({**book.values, **book.stored, **values})
    sums = [
        cell
        for place, formula in book.formulas.items()
        if _adds_up(formula) and not _ends_rounded(formula)
        for cell in book.filled_by(place)
        if cell in moved and not (_is_plain(values.get(cell)) and plain.alone_in(areas.get(place, ())))
    ]

    def rounded(place: Place) -> bool:
        return _ends_rounded(book.formulas[place])

    found = followers(book, areas, sums, rounded) | set(sums)
    return {cell for cell in found & moved if not _ends_rounded(book.formulas.get(cell, ""))}


class _PlainNumbers:
    """Where the numbers of a workbook are that are not added up exactly."""

    def __init__(self, values: Mapping[Place, Any]) -> None:
        rows: dict[tuple[str, int], dict[int, bool]] = {}
        for (sheet, row, column), value in values.items():
            if type(value) is float:
                rows.setdefault((sheet.casefold(), column), {})[row] = not _is_plain(value)
        self._columns = {at: sorted(some) for at, some in rows.items()}
        self._counts = {at: [0, *accumulate(some[row] for row in self._columns[at])]
                        for at, some in rows.items()}  # fmt: skip

    def alone_in(self, areas: Iterable[Area]) -> bool:
        """Whether areas hold no other numbers than those that are added up exactly."""
        return not any(self._others(area) for area in areas)

    def _others(self, area: Area) -> bool:
        sheet, top, left, bottom, right = area
        columns: Iterable[tuple[str, int]] = ((sheet, column) for column in range(left, right + 1))
        if right - left > len(self._columns):
            columns = [at for at in self._columns if at[0] == sheet and left <= at[1] <= right]
        for at in columns:
            rows = self._columns.get(at)
            if rows:
                counts = self._counts[at]
                if counts[bisect_right(rows, bottom)] > counts[bisect_left(rows, top)]:
                    return True
        return False


def _is_plain(value: Any) -> bool:
    """Whether a number is one that is added up exactly.

    >>> _is_plain(1200.0), _is_plain(37.5), _is_plain(0.1)
    (True, True, False)
    """
    return type(value) is float and abs(value) < _LARGEST and (value * _FRACTION).is_integer()


@cache
def _adds_up(formula: str) -> bool:
    """Whether a formula may add or subtract.

    >>> _adds_up("=A1*B1"), _adds_up("=IF(A1>0,A1/B1,0)"), _adds_up("=A1-B1"), _adds_up("=SUM(A1:A9)")
    (False, False, True, True)
    """
    import formualizer as engine

    try:
        parts = tokens(formula)
    except (ValueError, engine.TokenizerError, engine.ParserError):
        return True
    return any(
        (kind == "OpInfix" and value in "+-")
        or (kind == "Func" and subtype == "Open" and bare_name(value[:-1]) not in _EXACT)
        for value, kind, subtype in parts
    )


@cache
def _ends_rounded(formula: str) -> bool:
    """Whether the last that a formula does is to round, or to count.

    >>> _ends_rounded("=ROUND(A1+B1,2)"), _ends_rounded("=ROUND(A1,2)+ROUND(B1,2)"), _ends_rounded("=A1")
    (True, False, False)
    """
    import formualizer as engine

    try:
        parts = [part for part in tokens(formula) if part[1] != "Whitespace"] if formula else []
    except (ValueError, engine.TokenizerError, engine.ParserError):
        return False
    if not parts or parts[0][1:] != ("Func", "Open") or bare_name(parts[0][0][:-1]) not in _ROUNDED:
        return False
    depths = list(accumulate((subtype == "Open") - (subtype == "Close") for _, _, subtype in parts))
    return depths.index(0) == len(parts) - 1 if 0 in depths else False
