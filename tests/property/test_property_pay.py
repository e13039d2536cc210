"""Ramps, draws, measures, salaries and the market against fractions calculated one at a time."""

import math
from datetime import date
from fractions import Fraction
from itertools import pairwise

import numpy as np
import oracle_pay
import pytest
from examples import examples
from hypothesis import assume, given
from hypothesis import strategies as st
from oracle import nine
from strategies import money, near, ratios, signed_money

from csm_xl.errors import CsmError
from csm_xl.pay.draws import RECOVERY_OF, clawback, draw, guarantee, holdback, true_up
from csm_xl.pay.market import geo_pay, labour_factor, location_factor, market_pay, market_percentile
from csm_xl.pay.measures import (
    MEASURES,
    book_adjusted,
    gross_retention,
    health_score,
    net_retention,
    nps_of_scores,
    retained,
    retention,
    satisfaction_of_scores,
)
from csm_xl.pay.proration import BASES
from csm_xl.pay.ramp import ramp_quota, seasonal_quota
from csm_xl.pay.rounding import exact, floats
from csm_xl.pay.salary import MeritMatrix, merit, peer_gap, promote, range_penetration, skill_premium

shares = st.integers(0, 100).map(lambda n: Fraction(n, 100))
above = money.filter(lambda x: x > 0)
caps = money.filter(lambda x: x == 0 or x > 1)
accounts = st.lists(st.tuples(st.one_of(st.just(Fraction(0)), money), money), min_size=1, max_size=8)
days = st.dates(date(2023, 1, 1), date(2025, 12, 31))


def both(rule, *arguments, **options):
    """The rule on exact numbers, and on floats, which must be near it."""
    whole = rule(*(exact(x) if x is not None else None for x in arguments), **options)
    plain = rule(*(floats(exact(x)) if x is not None else None for x in arguments), **options)
    for part, near_it in zip(np.atleast_1d(whole), np.atleast_1d(plain), strict=True):
        assert np.asarray(part).dtype == object or isinstance(part, Fraction)
        assert np.allclose(floats(part), near_it, rtol=1e-9, atol=1e-6)
    return whole


@given(signed_money, st.lists(ratios, min_size=1, max_size=14), st.integers(1, 30))
def test_ramp(quota, ramp, month):
    assert both(lambda q, s: ramp_quota(q, s, month), quota, ramp)[()] == oracle_pay.ramp(quota, ramp, month)


@st.composite
def weights_of_a_year(draw):
    count = draw(st.sampled_from([1, 2, 3, 4, 6, 12]))
    parts = draw(st.lists(st.integers(0, 20), min_size=count, max_size=count).filter(any))
    return [Fraction(part, sum(parts)) for part in parts]


@given(money, weights_of_a_year(), days, st.none() | days, st.sampled_from(BASES))
@examples(150)
def test_seasons_against_the_calendar(annual, weights, year_start, start, basis):
    try:
        expected = oracle_pay.seasonal(annual, weights, year_start, start, basis)
    except ZeroDivisionError:  # a month that holds no 15th of its own
        assume(False)
    found = seasonal_quota(exact(annual), exact(weights), year_start, start, basis)
    assert found.tolist() == expected
    if start is None:
        assert sum(expected) == annual
    assert np.allclose(
        seasonal_quota(float(annual), floats(exact(weights)), year_start, start, basis), floats(found)
    )


@given(
    st.lists(st.tuples(signed_money, st.one_of(st.just(Fraction(0)), money)), min_size=1, max_size=8),
    st.booleans(), shares, st.integers(1, 9), st.one_of(st.just(Fraction(0)), money),
    st.sampled_from(RECOVERY_OF),
)  # fmt: skip
@examples(200)
def test_draw_against_the_ledger(periods, recoverable, share, start, opening, of):
    earned, amounts = ([row[i] for row in periods] for i in (0, 1))
    expected = oracle_pay.draw(earned, amounts, recoverable, share, start, opening, of)
    after = draw(exact(earned), exact(amounts), recoverable, exact(share), start, exact(opening), of)
    rows = list(zip(after.paid, after.recovered, after.balance, strict=True))
    assert rows == expected
    plain = draw(
        *(floats(exact(x)) for x in (earned, amounts)), recoverable, float(share), start, float(opening), of
    )
    for part, whole in zip(
        (plain.paid, plain.recovered, plain.balance), zip(*expected, strict=True), strict=True
    ):
        assert np.allclose(part, floats(exact(list(whole))), atol=1e-6)
    if recoverable:  # what was paid beyond what was earned is what is owed more than at first
        assert sum(after.paid) - sum(earned) == after.balance[-1] - opening
    assert (after.balance >= 0).all()
    if of != "earned" or not recoverable:
        assert (after.paid >= np.array(amounts)).all()
    people = draw(
        np.array([exact(earned)] * 2), exact(amounts), recoverable, exact(share), start, exact(opening), of
    )
    assert people.paid.tolist() == [after.paid.tolist()] * 2


@given(signed_money, money, shares)
def test_guarantee_holdback_and_true_up_keep_what_is_earned(earned, other, share):
    assert both(guarantee, earned, other)[()] == (earned if earned > other else other)
    paid, held = holdback(exact(earned), exact(share))
    assert paid[()] + held[()] == earned and held[()] == (earned * share if earned > 0 else 0)
    assert both(true_up, earned, other)[()] == earned - other
    assert both(true_up, earned, other, other)[()] == (0 if earned > other else earned - other)


@given(money, st.integers(1, 48), st.data(), st.booleans(), st.none() | st.integers(1, 48))
@examples(200)
def test_clawback(paid, term, data, full, window):
    bounds = [Fraction(term)] + ([Fraction(window)] if window else [])
    active = data.draw(near(bounds, st.integers(0, 600).map(lambda n: Fraction(n, 10))))
    typed = exact(active)[()]
    expected = oracle_pay.clawback(
        paid, Fraction(term), typed, full, None if window is None else Fraction(window)
    )
    method = "full" if full else "prorata"
    found = clawback(
        exact(paid), exact(term), exact(active), method, None if window is None else exact(window)
    )
    assert found[()] == expected and 0 <= expected <= paid
    assert abs(float(clawback(float(paid), term, active, method, window)) - float(expected)) < 1e-6


@given(accounts, st.sampled_from(MEASURES))
@examples(200)
def test_retention_against_a_walk_over_the_accounts(book, measure):
    start, end = ([row[i] for row in book] for i in (0, 1))
    expected = oracle_pay.retention(book, measure)
    if expected is None:
        with pytest.raises(CsmError):
            retention(exact(start), exact(end), measure)
        return
    assert both(retention, start, end, measure=measure)[()] == expected
    kept, there = retained(exact(start), exact(end), measure)
    assert sum(kept) == expected * sum(there)
    if measure != "NRR":
        assert 0 <= expected <= 1


@given(above, st.lists(shares, min_size=3, max_size=3))
def test_movements_and_accounts_give_one_retention(start, parts):
    """A book as its movements and as its accounts, one of which grows, one shrinks and one leaves."""
    assume(start >= 3)
    third = start / 3
    expansion, contraction, churn = third * parts[0], third * parts[1], third
    ends = [third + expansion, third - contraction, Fraction(0)]
    book = exact([third] * 3), exact(ends)
    assert both(gross_retention, start, churn, contraction)[()] == retention(*book)[()]
    assert both(net_retention, start, expansion, churn, contraction)[()] == retention(*book, "NRR")[()]


@given(accounts, st.data())
def test_a_book_is_adjusted_account_by_account(book, data):
    assume(any(start for start, _ in book))
    allowed = data.draw(st.lists(shares, min_size=len(book), max_size=len(book)))
    start, end = ([row[i] for row in book] for i in (0, 1))
    total = sum(start)
    actual, expected, difference = both(book_adjusted, start, end, allowed)
    assert actual == oracle_pay.retention(book, "GRR")
    assert difference == sum(min(s, e) - s * r for (s, e), r in zip(book, allowed, strict=True)) / total
    assert actual - expected == difference


@given(st.lists(st.integers(0, 10), min_size=1, max_size=12), st.integers(0, 10))
def test_scores(scores, least):
    assert both(nps_of_scores, scores)[()] == oracle_pay.nps(scores)
    happy = Fraction(sum(score >= least for score in scores), len(scores))
    assert both(satisfaction_of_scores, scores, least)[()] == happy


@given(st.lists(st.tuples(ratios, st.integers(0, 9)), min_size=1, max_size=6))
def test_health_is_a_mean_of_values_each_as_often_as_it_weighs(parts):
    assume(any(weight for _, weight in parts))
    values, weights = ([part[i] for part in parts] for i in (0, 1))
    repeated = [value for value, weight in parts for _ in range(weight)]
    assert both(health_score, values, weights)[()] == sum(repeated) / len(repeated)


@given(
    st.lists(st.integers(1, 150), min_size=1, max_size=4, unique=True), st.data(), money, above, shares,
    st.integers(0, 12), shares,
)  # fmt: skip
@examples(200)
def test_merit(floors, data, least, width, scale, months, addition):
    bands = [Fraction(floor, 100) for floor in sorted(floors)]
    increases = data.draw(st.lists(shares, min_size=len(bands), max_size=len(bands)))
    most = least + width
    middle = (least + most) / 2
    salary = exact(data.draw(near([band * middle for band in bands], money)), 12)[()]
    assume(salary >= 0)
    matrix = MeritMatrix(
        ("Other", "Meets"), tuple(map(float, bands)),
        ((0.0,) * len(bands), tuple(map(float, increases))),
    )  # fmt: skip
    whole = [increase + addition for increase in increases]
    expected = oracle_pay.merit(salary, whole, bands, least, most, scale, Fraction(months))
    arguments = [exact(x) for x in (least, most, scale, months, addition)]
    if expected is None:
        with pytest.raises(CsmError) as caught:
            merit(exact(salary), "Meets", matrix, *arguments)
        assert caught.value.code == "#N/A"
        return
    found = merit(exact(salary), " meets", matrix, *arguments)
    assert [part[()] for part in found] == list(expected)
    if abs(nine(salary / middle) - salary / middle) < Fraction(4, 10**10):
        plain = merit(float(salary), "Meets", matrix, *map(float, (least, most, scale, months, addition)))
        assert np.allclose([float(part) for part in plain], [float(part) for part in expected], atol=1e-5)


@given(money, shares, money, st.none() | money)
def test_promotion_never_lowers_pay(salary, rise, least, width):
    most = None if width is None else least + width
    found = both(promote, salary, rise, least, most)[()]
    assert found == oracle_pay.promote(salary, rise, least, most) >= salary


@given(money, st.lists(st.tuples(shares, money), min_size=1, max_size=4), st.none() | caps)
def test_skills_add_up_to_the_cap(salary, skills, cap):
    total = sum(salary * share + amount for share, amount in skills)
    ratios_, amounts = ([skill[i] for skill in skills] for i in (0, 1))
    found = both(skill_premium, salary, ratios_, amounts, cap)[()]
    assert found == (total if cap is None or total < cap else cap)


@given(money, st.lists(above, min_size=1, max_size=7), money, above)
def test_standing_in_a_range_and_among_peers(salary, peers, least, width):
    assert both(peer_gap, salary, peers)[()] == salary / oracle_pay.median(peers) - 1
    place = both(range_penetration, salary, least, least + width)[()]
    assert least + place * width == salary


@given(money, st.lists(st.tuples(above, above, st.integers(1, 9)), min_size=1, max_size=4), shares)
def test_places(national, occupations, living_share):
    here, nation, weights = ([row[i] for row in occupations] for i in (0, 1, 2))
    labour = both(labour_factor, here, nation, weights)[()]
    assert labour == sum(h / n * w for h, n, w in occupations) / sum(weights)
    factor = both(location_factor, labour, Fraction(3, 2), living_share)[()]
    assert both(geo_pay, national, factor)[()] == national * (
        living_share * Fraction(3, 2) + (1 - living_share) * labour
    )


@st.composite
def series(draw):
    at = sorted(draw(st.lists(st.integers(1, 99), min_size=2, max_size=6, unique=True)))
    wages = sorted(
        draw(st.lists(st.integers(20000, 400000), min_size=len(at), max_size=len(at), unique=True))
    )
    return [(Fraction(p, 100), wage) for p, wage in zip(at, wages, strict=True)]


@given(series(), st.integers(0, 1000))
@examples(200)
def test_market_against_logarithms_of_fifty_digits(published, part):
    first, last = published[0][0], published[-1][0]
    at = first + (last - first) * Fraction(part, 1000)
    percentiles, wages = ([float(row[i]) for row in published] for i in (0, 1))
    typed = float(at)
    assume(percentiles[0] <= typed <= percentiles[-1])
    expected = oracle_pay.market_pay(at, published)
    found = float(market_pay(typed, percentiles, wages))
    assert math.isclose(found, expected, rel_tol=1e-10)
    assert (
        abs(float(market_percentile(min(max(found, wages[0]), wages[-1]), percentiles, wages)) - typed) < 1e-7
    )
    assert market_pay(percentiles, percentiles, wages).tolist() == wages
    assert market_percentile(wages, percentiles, wages).tolist() == percentiles
    between = [(a + b) / 2 for a, b in pairwise(percentiles)]
    assert np.allclose(market_pay(between, percentiles, wages) ** 2, [a * b for a, b in pairwise(wages)])
    assert market_pay(exact(typed), percentiles, wages).dtype == object
