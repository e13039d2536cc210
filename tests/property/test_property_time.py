"""Days, proration and eligible salary against a walk over the calendar."""

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import oracle
from examples import examples
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import money, ratios

from csm_xl.pay.proration import (
    BASES,
    VALUATIONS,
    eligible_days,
    eligible_months,
    eligible_salary,
    eligible_workdays,
    prorate,
    prorate_share,
)
from csm_xl.pay.rounding import exact

days = st.dates(date(2023, 11, 1), date(2025, 3, 31))
maybe = st.none() | days
COUNTS = {"calendar_days": eligible_days, "months": eligible_months, "workdays": eligible_workdays}


@st.composite
def periods(draw):
    start = draw(days)
    return start, start + timedelta(draw(st.integers(0, 200)))


@given(periods(), maybe, maybe, st.sampled_from(BASES))
@examples(300)
def test_counts_against_the_calendar(period, first, last, basis):
    expected = oracle.counted(oracle.eligible(*period, first, last), basis)
    assert int(COUNTS[basis](*period, first, last)) == expected
    column = [d.toordinal() if d else 0 for d in (*period, first, last)]
    assert COUNTS[basis](*(np.array([d, d]) for d in column)).tolist() == [expected, expected]
    whole = oracle.counted(oracle.days(*period), basis)
    if whole:
        assert [int(n) for n in prorate_share(*period, first, last, basis)] == [expected, whole]


@given(periods(), days, money, st.sampled_from(BASES))
def test_prorated_parts_sum_to_the_whole(period, change, amount, basis):
    assume(oracle.counted(oracle.days(*period), basis))
    before = prorate(exact(amount), *period, None, change, basis)[()]
    after = prorate(exact(amount), *period, change + timedelta(1), None, basis)[()]
    assert before + after == amount
    assert 0 <= before <= amount
    assert abs(float(prorate(float(amount), *period, None, change, basis)) - float(before)) <= 1e-9


@given(periods(), st.lists(st.tuples(days, money, ratios), min_size=1, max_size=5, unique_by=lambda r: r[0]))
@examples(200)
def test_eligible_salary_against_the_calendar(period, history):
    for method in VALUATIONS:
        expected = oracle.salary(history, *period, method)
        found = eligible_salary(history, *period, method)
        assert found.dtype == object and found[()] == expected
        plain = [(since, float(pay), float(fte)) for since, pay, fte in history]
        assert abs(float(eligible_salary(plain, *period, method)) - float(expected)) < 1e-6


@given(st.lists(st.tuples(days, money, ratios), min_size=1, max_size=4, unique_by=lambda r: r[0]))
def test_salary_days_of_two_halves_make_those_of_the_whole(history):
    start, middle, end = date(2024, 1, 1), date(2024, 5, 17), date(2024, 12, 31)
    parts = [(start, middle), (middle + timedelta(1), end)]
    of_days = [eligible_salary(history, a, b)[()] * ((b - a).days + 1) for a, b in parts]
    assert sum(of_days, Fraction(0)) == eligible_salary(history, start, end)[()] * 366
    column = eligible_salary(history, [a.toordinal() for a, _ in parts], [b.toordinal() for _, b in parts])
    assert column.tolist() == [eligible_salary(history, a, b)[()] for a, b in parts]
