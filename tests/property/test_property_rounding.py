"""Rounding and comparison against fractions, at the places where they are hardest."""

from fractions import Fraction

import numpy as np
import oracle
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from csm_xl.pay.rounding import exact, exceeds, floats, reaches, round_money, share_out, to_compared

EPS = float(np.finfo(float).eps)
OFFSETS = [Fraction(n, 10**12) for n in (0, 1, -1, 100, -100, 400, -400, 499, -499, 500, -500, 501, -501,
                                         600, -600, 999, -999, 1000, -1000, 1500, -1500)]  # fmt: skip

units = st.sampled_from(["0.01", "1"])
sizes = st.one_of(st.integers(-300, 300), st.integers(-(10**7), 10**7), st.integers(-(10**10), 10**10))


@st.composite
def near_ties(draw):
    """Money at, or a hair from, a cent or a half cent."""
    unit = draw(units)
    amount = (draw(sizes) + draw(st.sampled_from([0, Fraction(1, 2)]))) * Fraction(unit)
    return float(amount + draw(st.sampled_from(OFFSETS))), unit


@given(near_ties())
@examples(600)
def test_a_typed_amount_rounds_as_its_decimal_does(case):
    x, unit = case
    expected = oracle.money(oracle.typed(x), unit)
    assert float(round_money(x, float(unit))) == float(expected)
    assert round_money(exact(x), float(unit))[()] == expected


@given(near_ties(), st.one_of(st.integers(-3, 3), st.integers(-5000, 5000)))
@examples(600)
def test_an_amount_out_of_doubt_is_right_although_computed(case, steps):
    x, unit = case
    noisy = x + steps * float(np.spacing(x))
    doubt = np.zeros(1, dtype=bool)
    error = abs(steps) * float(np.spacing(abs(x)))
    rounded = round_money(np.array([noisy]), float(unit), error=np.array([error]), doubt=doubt)
    assert doubt[0] or float(rounded[0]) == float(oracle.money(oracle.typed(x), unit))


def test_ordinary_ties_are_not_in_doubt():
    x = np.arange(5, 2_000_000, 10) / 1000.0
    doubt = np.zeros(x.shape, dtype=bool)
    rounded = round_money(x, error=np.abs(x) * 4 * EPS, doubt=doubt)
    assert not doubt.any()
    assert np.array_equal(np.round(rounded * 100), np.arange(1, 200_001))


def test_more_than_12_typed_decimals_are_kept_to_12():
    x = 0.0049999994996  # to 12 decimals a tie of the ninth, and so half a cent
    assert oracle.money(oracle.typed(x)) == Fraction(1, 100)
    assert float(round_money(x)) == 0.01
    assert bool(reaches(0.8999999994996, 0.9))


@given(
    st.one_of(st.integers(0, 3 * 10**4), st.integers(-(10**11), 10**11)),
    st.sampled_from(OFFSETS),
    st.sampled_from(OFFSETS),
    st.booleans(),
)
@examples(800)
def test_comparisons_are_made_on_9_decimals_of_both_sides(n, above, extra, column):
    bound = Fraction(n, 10**4) + extra
    value = bound + above
    v, b = float(value), float(bound)
    v9, b9 = oracle.nine(oracle.typed(v)), oracle.nine(oracle.typed(b))
    given_bound = np.array([b]) if column else b
    for compare, expected in ((reaches, v9 >= b9), (exceeds, v9 > b9)):
        assert bool(compare(exact(v), exact(b))) == expected
        assert bool(compare(np.array([v]), given_bound)[0]) == expected
        doubt = np.zeros(1, dtype=bool)
        found = compare(np.array([v]), given_bound, doubt)
        assert doubt[0] or bool(found[0]) == expected


def test_a_large_bound_between_two_billionths():
    bound, value = 634083.5035000005, 634083.503500001
    assert oracle.nine(oracle.typed(bound)) == oracle.nine(oracle.typed(value))
    assert not exceeds(np.array([value]), np.array([bound]))[0]
    doubt = np.zeros(1, dtype=bool)
    exceeds(np.array([value]), np.array([bound]), doubt)
    assert doubt[0]


def test_a_met_bound_is_not_in_doubt():
    bounds = np.arange(1, 100_000) / 1000.0
    doubt = np.zeros(bounds.shape, dtype=bool)
    assert reaches(bounds, bounds, doubt).all() and not exceeds(bounds, bounds, doubt).any()
    assert not doubt.any()


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=12), st.integers(1, 7 * 10**5), units)
def test_shares_add_up_and_none_strays_by_a_unit(cents, divisor, unit):
    parts = exact([Fraction(c, divisor) for c in cents])
    total = parts.sum()
    shared = share_out(parts, total, float(unit))
    assert shared.sum() == oracle.money(total, unit)
    step = Fraction(unit)
    for part, share in zip(parts, shared, strict=True):
        assert share % step == 0
        assert abs(share - part) <= step


def test_the_largest_remainders_get_the_cents_and_ties_the_earlier_ones():
    assert floats(share_out(exact([0.011, 0.016, 0.013]), exact(0.04))).tolist() == [0.01, 0.02, 0.01]
    assert floats(share_out(exact([0.015, 0.015, 0.015]), exact(0.045))).tolist() == [0.02, 0.02, 0.01]
    assert floats(share_out(exact([-0.011, -0.016]), exact(-0.027))).tolist() == [-0.01, -0.02]


def test_shares_of_many_totals_at_once():
    parts = exact(np.full((2, 3, 3), 100 / 3))
    shared = floats(share_out(parts, parts.sum(axis=-1)))
    assert shared.shape == (2, 3, 3)
    assert np.array_equal(shared.reshape(-1, 3), np.tile([33.34, 33.33, 33.33], (6, 1)))


@given(st.fractions(-(10**6), 10**6))
def test_nine_decimals_go_half_away_from_zero(x):
    assert to_compared(exact(x))[()] == oracle.nine(x)


def test_huge_and_tiny_amounts():
    for x in (1e15 + 0.125, -1e15, 123456789012.345, -0.005, 0.0, 4e-10, 5e-10, -0.0049999995):
        assert float(round_money(x)) == float(oracle.money(oracle.typed(x)))
    assert str(float(round_money(-0.001))) == "0.0"


def test_what_is_not_measured_does_not_disturb_its_neighbours():
    assert round_money(np.array([np.nan, -1.005, 1.005]))[1:].tolist() == [-1.01, 1.01]
