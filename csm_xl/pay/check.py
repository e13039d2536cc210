"""Refusing what cannot be computed, every bad row of it at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.pay.rounding import RATIO_PLACES, Array, exceeds, floats, quantise, reaches


def refuse(bad: ArrayLike, got: ArrayLike, code: str, message: str, where: str, hint: str) -> None:
    """Raise a `CsmError` that names every row of `bad`, with what was found there; none: nothing happens.

    >>> refuse([False, True], [4, 0], "#NUM!", "the goal is not above 0", "goal", "Type a goal above 0.")
    Traceback (most recent call last):
    csm_xl.errors.CsmError: goal row 2: the goal is not above 0 (found 0.0). Type a goal above 0.
    """
    rows = np.asarray(bad, dtype=bool)
    if not rows.any():
        return
    shown = np.broadcast_to(quantise(floats(got), RATIO_PLACES), rows.shape)

    def place(index: Sequence[int]) -> str:
        if rows.size == 1:
            return where
        column = f" column {index[-1] + 1}" if rows.ndim > 1 and rows.shape[-1] > 1 else ""
        return f"{where} row {index[0] + 1}{column}"

    found = [tuple(index) for index in np.argwhere(rows).tolist()]
    raise CsmError.of(Issue(code, message, place(index), float(shown[index]), hint) for index in found)


def not_negative(values: ArrayLike, where: str) -> None:
    """Raise a `CsmError` that names every row whose value is below 0."""
    given = np.asarray(values)
    refuse(given < 0, given, VALUE, "the value is below 0", where, "Type 0 or more.")


def outside(values: Array, most: int) -> Array:
    """Which values do not lie from 0 to `most`, on 9 decimals: three thirds are no more than 1."""
    return np.asarray((values < 0) | exceeds(values, most))


def one_of(word: str, allowed: Sequence[str], what: str) -> None:
    """Raise a `CsmError` unless the option word is one of those allowed."""
    if word not in allowed:
        raise CsmError(VALUE, f"unknown {what}", what, word, f"Allowed: {', '.join(allowed)}.")


def is_one(totals: ArrayLike) -> Array:
    """Whether each total makes one whole on 9 decimals, as weights must: three thirds do."""
    return np.asarray(reaches(totals, 1) & ~exceeds(totals, 1))


def number_block(values: ArrayLike, widths: Sequence[int], what: str, columns: str) -> Array:
    """A block of numbers as float64, blanks as NaN, of one of the widths and with one row at least.

    what: the argument's name, for the error. columns: what the columns hold, for the error.
    """
    try:
        block = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        block = np.empty(0)
        got = "text, or rows of unequal length"
    else:
        got = "×".join(map(str, block.shape)) or "one number"
    if block.ndim != 2 or block.shape[1] not in widths or not len(block):
        raise CsmError(VALUE, "this is not a block of numbers with the columns it needs", what, got,
                       f"Give rows of {columns}, without a header.")  # fmt: skip
    return block
