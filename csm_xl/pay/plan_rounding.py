"""Rounding where a plan says so: attainments, payout ratios, composites, targets and payouts, each to its own
unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.pay.check import one_of
from csm_xl.pay.rounding import (
    COMPARED_PLACES,
    EPS,
    Array,
    exact,
    floats,
    is_exact,
    round_money,
    to_compared,
)
from csm_xl.pay.trace import told

RoundMode = Literal["half_up", "half_even", "down", "up"]
ROUND_MODES: Final[tuple[str, ...]] = get_args(RoundMode)
_HALF_STEP: Final = 0.5 * 10.0**-COMPARED_PLACES


def round_to(
    value: ArrayLike, unit: float, mode: str = "half_up", error: ArrayLike | None = None,
    doubt: Array | None = None,
) -> Array:  # fmt: skip
    """A figure rounded to multiples of a unit: taken to 9 decimals, then to the nearest multiple.

    value: ratios or money, any shape, either kind; the result is of the same kind and shape.
    unit: above 0, such as 0.001 for a tenth of a percent.
    mode: ``half_up`` (a half goes away from zero), ``half_even`` (a half goes to the even multiple), ``down``
        (towards zero) or ``up`` (away from zero).
    error: how far each float may be from its exact value. doubt: bool array; rows that this could tip are set
        in it. Without one, such rows are decided here on the float's own decimal value.
    Errors: an unknown mode.
    Source: incentive plans state the unit, such as "rounded to the nearest tenth of one percent" (composite
        payout of a listed company's proxy statement, DEF 14A of 2024).

    >>> [float(round_to(x, 0.01, "half_even")) for x in (0.125, 0.135, -0.125)]
    [0.12, 0.14, -0.12]
    >>> float(round_to(0.8996, 0.001)), float(round_to(-0.8996, 0.001, "down"))
    (0.9, -0.899)
    >>> float(round_to(1201, 100, "up")), float(round_to(1200, 100, "up"))
    (1300.0, 1200.0)
    """
    one_of(mode, ROUND_MODES, "round_mode")
    if mode == "half_up":
        return round_money(value, unit, error, doubt)
    if is_exact(value):
        step = Fraction(str(unit))
        units = np.asarray(to_compared(value) / step, dtype=object)
        out = np.empty(units.shape, dtype=object)
        to_whole = _TO_WHOLE[mode]
        out.reshape(-1)[:] = [to_whole(Fraction(one)) * step for one in units.reshape(-1)]
        return out
    x = np.asarray(value, dtype=np.float64)
    scaled, slack = np.abs(x) / unit, _HALF_STEP / unit
    spread = scaled * (8 * EPS) + (0.0 if error is None else np.asarray(error) / unit) + 1e-12 / unit
    if mode in ("down", "up"):
        # Half a billionth below a multiple is that multiple already, and above it still is.
        edge = scaled + slack if mode == "down" else scaled - slack
        whole = np.floor(edge) if mode == "down" else np.ceil(edge)
        near = np.asarray(np.abs(edge - np.rint(edge)) <= spread)
    else:
        whole = np.rint(scaled)
        near = np.asarray(np.abs(scaled - np.floor(scaled) - 0.5) <= spread + slack)
    rounded = np.copysign(whole * unit if unit >= 1 else whole / (1 / unit), x) + 0.0
    if doubt is not None:
        doubt |= near
    elif near.any():
        rounded = np.array(rounded)
        rounded[near] = floats(round_to(exact(x[near]), unit, mode))
    return np.asarray(rounded)


def _up(units: Fraction) -> int:
    return ceil(units) if units >= 0 else floor(units)


_TO_WHOLE: Final[dict[str, Callable[[Fraction], int]]] = {"half_even": round, "down": int, "up": _up}
_IN_WORDS: Final = {
    "half_up": "rounded to", "half_even": "rounded, halves to even, to", "down": "rounded down to",
    "up": "rounded up to",
}  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Rounding:
    """The units to which a plan rounds figures on the way to pay; None: not rounded. mode: see `round_to`.
    of_award, award_mode: of each person's payout."""

    of_attainment: float | None = None
    of_ratio: float | None = None
    of_composite: float | None = None
    of_payout: float | None = None
    of_target: float | None = None
    mode: str = "half_up"
    of_award: float | None = None
    award_mode: str = "half_up"

    @property
    def units(self) -> tuple[float, ...]:
        """Those that are stated."""
        every = (self.of_attainment, self.of_ratio, self.of_composite, self.of_payout, self.of_target)
        return tuple(unit for unit in (*every, self.of_award) if unit is not None)

    def attainment(self, value: Array, doubt: Array | None) -> Array:
        """An attainment as the plan rounds it."""
        if self.of_attainment is None:
            return value
        error = None if doubt is None else 4 * EPS * np.maximum(np.abs(value), 1.0)
        return round_to(value, self.of_attainment, self.mode, error, doubt)

    def words(self, unit: Any, mode: str | None = None) -> str:
        """How the rule of a figure ends that is rounded; nothing where it is not. mode: None: that of the
        plan's ratios."""
        return "" if unit is None else f", {_IN_WORDS[mode or self.mode]} {told(float(unit))}"


NO_ROUNDING: Final = Rounding()
