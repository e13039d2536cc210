"""Inputs as people type them, and the places a hair from a bound."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st
from oracle import half_away

EPS = float(np.finfo(float).eps)
HAIRS = [Fraction(n, 10**12) for n in (0, 0, 0, 1, -1, 100, -100, 400, -400, 499, -499, 500, -500, 501, -501,
                                       600, -600, 1000, -1000)]  # fmt: skip

ratios = st.one_of(
    st.integers(0, 40).map(lambda n: Fraction(n, 20)),
    st.integers(0, 20000).map(lambda n: Fraction(n, 10000)),
    st.builds(Fraction, st.integers(0, 300), st.integers(1, 150)),
)
money = st.one_of(
    st.integers(0, 400).map(lambda n: Fraction(n * 250)),
    st.integers(0, 10**8).map(lambda n: Fraction(n, 100)),
    st.integers(0, 10**8).map(lambda n: Fraction(n, 10000)),
)
signed_money = st.one_of(money, money.map(lambda x: -x))


def kept(x: Fraction) -> float:
    """The number as it is kept on entry: to 12 decimals."""
    return float(half_away(x, 12))


def near(bounds: list[Fraction], others: st.SearchStrategy[Fraction]) -> st.SearchStrategy[float]:
    """A value on a bound or a hair from it, as often as another."""
    at = st.builds(lambda bound, hair: bound + hair, st.sampled_from(bounds), st.sampled_from(HAIRS))
    return st.one_of(at, others).map(kept)
