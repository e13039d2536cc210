"""The values that a plain formula works on: numbers with the error of their floats, text, truth, blank."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

_STEP: Final = 2.0**-46
"""What one operation may be off by, relative to its operands: Excel drops the last bits of a difference."""


class UnsureError(Exception):
    """The formula is not one that every spreadsheet reads in one way."""


class Number(NamedTuple):
    """A number, and how far it may be from the one that Excel has: 0 of what was typed."""

    value: float
    error: float = 0.0

    def widened(self, scale: float) -> Number:
        """The number after one more operation on values of a size."""
        if self.value - self.value != 0 or abs(self.value) > 1e300:
            raise UnsureError
        return Number(self.value, self.error + abs(scale) * _STEP)

    @property
    def whole(self) -> int:
        """The whole number that it certainly is."""
        if self.error > 1e-6 or abs(self.value - round(self.value)) > self.error or abs(self.value) > 1e9:
            raise UnsureError
        return round(self.value)


Value = Number | str | bool | None
"""What a cell or a part of a formula is; None is a blank."""


def number(value: Value) -> Number:
    """What arithmetic takes a value for: a blank is 0; text and truth are read differently by programs."""
    if isinstance(value, Number):
        return value
    if value is None:
        return Number(0.0)
    raise UnsureError


def truth(value: Value) -> bool:
    """What a condition takes a value for."""
    if isinstance(value, bool):
        return value
    held = number(value)
    if held.error and abs(held.value) <= 4 * held.error:
        raise UnsureError
    return held.value != 0


def text(value: Value) -> str:
    """What & writes for a value; truth, and a number of many digits, are written differently by programs."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        raise UnsureError
    if value is None:
        return ""
    shown = repr(value.value).removesuffix(".0")
    if value.error or "e" in shown or len(shown) > 11:
        if value.error or abs(value.value) >= 1e15 or value.value != int(value.value):
            raise UnsureError
        shown = str(int(value.value))
    return "0" if shown == "-0" else shown


def compared(one: Value, other: Value) -> int:
    """Less (-1), the same (0) or more (1); text only for being the same (0) or not (1).

    Excel takes numbers that differ beyond the 15th digit for one, and so does not everybody: of numbers that
    are so near, only the very same is sure.
    """
    if isinstance(one, bool) or isinstance(other, bool):
        if isinstance(one, bool) and isinstance(other, bool) and one == other:
            return 0
        raise UnsureError
    if isinstance(one, str) or isinstance(other, str):
        return _texts(one, other)
    first, second = number(one), number(other)
    if first.value == second.value and not (first.error or second.error):
        return 0
    gap = first.value - second.value
    near = first.error + second.error + 1e-13 * max(abs(first.value), abs(second.value))
    if abs(gap) <= 4 * near:
        raise UnsureError
    return 1 if gap > 0 else -1


def _texts(one: Value, other: Value) -> int:
    plain = ["" if side is None else side for side in (one, other)]
    if not all(isinstance(side, str) for side in plain):
        return 1  # a number is no text
    first, second = (str(side) for side in plain)
    if not (first.isascii() and second.isascii()):
        raise UnsureError
    return int(first.lower() != second.lower())


def rounded(value: Number, digits: int) -> Number:
    """A number rounded half away from zero, where it is sure on which side of the half it lies."""
    if abs(digits) > 12 or abs(value.value) > 1e14:
        raise UnsureError
    unit = Decimal(1).scaleb(-digits)
    # Excel rounds the fifteen digits that it shows: 8.445480112856497 to 12 decimals is 8.445480112857.
    shown = Decimal(f"{value.value:.15g}")
    if _on_the_half_up(Decimal(repr(value.value)) / unit) != _on_the_half_up(shown / unit):
        raise UnsureError
    scaled = Decimal(repr(value.value)) / unit
    gap = abs(abs(scaled) % 1 - Decimal("0.5"))
    if gap <= Decimal("1e-7") + Decimal(4 * value.error) / unit and (value.error or gap):
        raise UnsureError
    return Number(float(_on_the_half_up(scaled) * unit))


def _on_the_half_up(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)
