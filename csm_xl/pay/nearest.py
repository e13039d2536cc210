"""Numbers as people see them: floats without the noise of arithmetic, exact numbers as the nearest floats."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.pay.rounding import Array


def shown(values: ArrayLike) -> Array:
    """Floats without the noise of their arithmetic: what is within 8 units of its last place of a
    decimal of 12 digits is that decimal, such as 0.85 for 0.8499999999999996. Others stay as they are.

    >>> shown([0.8499999999999996, 999.9999999999999, 1 / 3, -0.0]).tolist()
    [0.85, 1000.0, 0.3333333333333333, 0.0]
    """
    given = np.asarray(values)
    if given.dtype.kind != "f":
        return given
    size = np.abs(given)
    ordinary = (size >= 1e-9) & (size < 1e15)
    size = np.where(ordinary, size, 1.0)
    digits = 11 - np.floor(np.log10(size)).astype(np.int64)
    up, down = _POWERS[np.maximum(digits, 0)], _POWERS[np.maximum(-digits, 0)]
    # Whole numbers and powers of ten of this size are floats, so that their quotient is rounded once.
    short = np.rint(size * up / down) * down / up
    near = ordinary & (np.abs(size - short) <= 8 * np.spacing(size))
    return np.asarray(np.where(near, np.copysign(short, given), given)) + 0.0


def shown_one(value: float) -> float:
    """One float as `shown` has it.

    >>> shown_one(0.8499999999999996), shown_one(1 / 3)
    (0.85, 0.3333333333333333)
    """
    short = float(f"{value:.12g}")
    return short if abs(short - value) <= 8 * math.ulp(value) else value


_POWERS: Final = 10.0 ** np.arange(23)
"""The powers of ten that floats hold exactly."""


def nearest(values: Any) -> Any:
    """Exact numbers as the floats nearest to them, wherever they are: alone, in arrays, tuples or rows.

    >>> from csm_xl.pay.rounding import exact
    >>> nearest(([Fraction(1, 3), "a"], exact([0.5])))
    ([0.3333333333333333, 'a'], array([0.5]))

    What no float is large enough for is infinite.
    """
    if isinstance(values, Fraction):
        try:
            return float(values)
        except OverflowError:
            return math.inf if values > 0 else -math.inf
    if isinstance(values, (list, tuple)):
        return type(values)(map(nearest, values))
    if isinstance(values, np.ndarray) and values.dtype == object:
        flat = [nearest(value) for value in values.reshape(-1).tolist()]
        if all(isinstance(value, float) for value in flat):
            return np.array(flat).reshape(values.shape)
        found = np.empty(values.shape, dtype=object)
        found.reshape(-1)[:] = flat
        return found
    return values
