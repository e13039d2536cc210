"""Tier tables, pools and credit against fractions."""

from fractions import Fraction

import numpy as np
import oracle
import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from strategies import EPS, money, near, ratios, signed_money

from csm_xl.pay.adjust import plan_cap_factor, pool
from csm_xl.pay.commission import commission, credit
from csm_xl.pay.rounding import exact, floats, round_money
from csm_xl.pay.tiers import MODES, TIES, TierTable, blended_rate, tier_pay

RATED = tuple(mode for mode in MODES if mode != "fixed")
"""The modes whose tiers have rates; fixed ones have amounts."""
rates = st.integers(0, 3000).map(lambda n: Fraction(n, 10**4))


@st.composite
def tables(draw, modes=MODES, size=money):
    mode = draw(st.sampled_from(modes))
    bounds = sorted(draw(st.lists(size, min_size=2, max_size=5, unique=True)))
    closed = mode == "interpolated" or draw(st.booleans())
    starts = bounds[:-1] if closed else bounds
    rate = draw(
        st.lists(rates if mode != "interpolated" else money, min_size=len(starts), max_size=len(starts))
    )
    ends = [*starts[1:], bounds[-1] if closed else None]
    block = [(float(a), None if b is None else float(b), float(r))
             for a, b, r in zip(starts, ends, rate, strict=True)]  # fmt: skip
    return block, mode, draw(st.sampled_from(TIES))


def exactly(block, scale=Fraction(1)):
    return [(oracle.typed(a) * scale, None if b is None else oracle.typed(b) * scale, oracle.typed(r))
            for a, b, r in block]  # fmt: skip


@given(tables(), st.data())
@examples(500)
def test_tiers_against_the_oracle(made, data):
    block, mode, tie = made
    tiers = exactly(block)
    bounds = [t[0] for t in tiers]
    total = data.draw(near(bounds, signed_money))
    prior = data.draw(st.just(0.0) | near(bounds, money))
    x, p = oracle.typed(total), oracle.typed(prior)
    amount = float(x - p)
    x = p + oracle.typed(amount)
    expected = oracle.earned(x, tiers, mode, tie) - oracle.earned(p, tiers, mode, tie)
    assert tier_pay(exact(amount), block, mode, exact(prior), tie)[()] == expected

    table = TierTable.of(block, mode, tie)
    doubt = np.zeros(1, dtype=bool)
    found = table.pay(np.array([amount]), np.array([prior]), doubt)
    error = table.error(abs(prior) + abs(amount)) * EPS
    assert doubt[0] or abs(found[0] - float(expected)) <= error + EPS * abs(float(expected))
    cents = round_money(found, error=error, doubt=doubt)
    assert doubt[0] or cents[0] == float(oracle.money(expected))


@given(tables(size=ratios), st.data(), money.filter(bool))
@examples(300)
def test_tiers_on_attainment_are_tiers_of_the_goal(made, data, goal):
    block, mode, tie = made
    goal = oracle.typed(float(goal))
    tiers = exactly(block, goal)
    amount = data.draw(near([t[0] for t in tiers], money))
    x = oracle.typed(amount)
    table = TierTable.of(block, mode, tie)
    expected = oracle.earned(x, tiers, mode, tie)
    assert table.earned(exact(amount), scale=exact(goal))[()] == expected
    doubt = np.zeros(2, dtype=bool)
    found = table.earned(np.array([amount, amount]), doubt, scale=np.full(2, float(goal)))
    error = float(table.error(amount, scale=float(goal))) * EPS
    assert doubt[0] or abs(found[0] - float(expected)) <= error + EPS * abs(float(expected))


@given(tables(), st.lists(signed_money, min_size=1, max_size=6))
def test_instalments_add_up_to_the_whole(made, amounts):
    block, mode, tie = made
    prior, paid = Fraction(0), Fraction(0)
    for amount in amounts:
        paid += tier_pay(exact(amount), block, mode, exact(prior), tie)[()]
        prior += amount
    assert paid == tier_pay(exact(prior), block, mode, tie=tie)[()]


@given(tables(modes=("marginal", "interpolated")), st.lists(signed_money, min_size=2, max_size=8))
def test_more_earns_more_without_a_jump(made, amounts):
    block, mode, _ = made
    x = sorted(amounts)
    paid = tier_pay(exact(x), block, mode)
    steepest = max(r if mode == "marginal" else r / (b - a) for a, b, r in exactly(block))
    for i in range(len(x) - 1):
        assert 0 <= paid[i + 1] - paid[i] <= steepest * (x[i + 1] - x[i])


@given(tables(), st.lists(signed_money, min_size=1, max_size=6))
def test_a_column_pays_what_its_cells_pay(made, amounts):
    block, mode, tie = made
    x = [float(a) for a in amounts]
    one_by_one = [float(tier_pay(a, block, mode, 1000, tie)) for a in x]
    assert tier_pay(x, block, mode, 1000, tie).tolist() == one_by_one
    assert tier_pay(np.array(x)[:, None], block, mode, [1000, 0], tie).shape == (len(x), 2)


@given(tables(), money.filter(bool))
def test_the_blended_rate_gives_back_what_is_earned(made, amount):
    block, mode, _ = made
    x = exact(amount)
    assert blended_rate(x, block, mode)[()] * amount == tier_pay(x, block, mode)[()]


@given(st.lists(money, min_size=1, max_size=10), st.none() | money)
def test_a_pool_is_spent_to_the_cent_or_not_touched(payouts, fund):
    parts = [oracle.typed(float(p), 4) for p in payouts]
    if fund is None:  # enough, though not always for every payout rounded up
        fund = sum(parts, Fraction(0))
    cent = Fraction(1, 100)
    alone = [oracle.money(p) for p in parts]
    paid = pool(exact(parts), exact(fund))
    assert paid.sum() <= fund
    if fund >= sum(parts) and fund >= sum(alone):
        assert paid.tolist() == alone
    else:
        share = min(1, fund / sum(parts))
        assert paid.sum() == fund // cent * cent
        assert all(abs(got - part * share) <= cent for part, got in zip(parts, paid, strict=True))
    assert pool([float(p) for p in parts], float(fund)).tolist() == floats(paid).tolist()


@given(signed_money, st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_credit_adds_up_to_the_cent(amount, shares):
    whole = max(sum(shares), 1)
    share = [Fraction(s, whole) for s in shares]
    credited = credit(exact(amount), exact(share))
    assert credited.sum() == oracle.money(amount * sum(share))
    assert all(abs(c - amount * s) <= Fraction(1, 100) for c, s in zip(credited, share, strict=True))


@given(st.lists(signed_money, min_size=1, max_size=6), money)
def test_the_plan_cap_holds(payouts, most):
    total = sum(payouts)
    factor = plan_cap_factor(exact(total), exact(most))[()]
    assert total * factor <= most or factor == 1
    assert factor == (1 if total <= most else most / total)


@given(signed_money, rates, ratios.filter(lambda s: s <= 1), money)
def test_commission_is_its_formula(amount, rate, split, fixed):
    found = commission(exact(amount), exact(rate), exact(split), exact(fixed))
    assert found[()] == amount * rate * split + fixed
    plain = commission(float(amount), float(rate), float(split), float(fixed))
    assert float(plain) == pytest.approx(float(found[()]), rel=1e-12, abs=1e-9)
