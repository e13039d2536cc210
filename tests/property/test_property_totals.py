"""Totals, ratios, counts, ranks and shares of cents against one-number-at-a-time arithmetic."""

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import oracle_totals as judge
import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from oracle import typed
from strategies import money, ratios, signed_money

from csm_xl.errors import CsmError
from csm_xl.pay.adjust import limit, modify, plan_cap_factor, pool
from csm_xl.pay.attainment import DIRECTIONS, METHODS, attainment
from csm_xl.pay.commission import credit, spif
from csm_xl.pay.measures import (
    churn_rate,
    coverage,
    gross_retention,
    logo_retention,
    net_promoter_score,
    satisfaction,
)
from csm_xl.pay.pay_mix import ote, pay_mix, split_ote, target_incentive, total_comp
from csm_xl.pay.pools import pool_shares
from csm_xl.pay.proration import eligible_months, eligible_salary
from csm_xl.pay.rank import percentile_rank, rank_payout
from csm_xl.pay.rounding import billionths, exact, floats, share_out
from csm_xl.pay.salary import bonus_history, compa_ratio
from csm_xl.pay.tiers import tier_pay
from csm_xl.pay.vesting import months_between

ABOVE_0 = money.filter(bool)
DATES = st.dates(date(1999, 1, 1), date(2032, 12, 31))
MONTH_ENDS = st.builds(lambda year, month: date(year, month, 1) - timedelta(1), st.integers(1999, 2032),
                       st.integers(1, 12))  # fmt: skip
CENTS = st.integers(1, 5 * 10**9).map(lambda n: Fraction(n, 100))


def agree(rule, expected, *arguments):
    """The rule is exact on fractions, and on floats next to the exact value."""
    assert rule(*map(exact, arguments))[()] == expected
    near = float(rule(*(float(x) for x in arguments)))
    assert near == pytest.approx(float(expected), rel=1e-12, abs=1e-9)


@given(money, money, ratios, money, money, signed_money)
def test_total_pay(base, target, ratio, equity, benefits, other):
    whole = base + target * ratio + equity + benefits + other
    agree(total_comp, whole, base, target, ratio, equity, benefits, other)
    assert total_comp(exact(base))[()] == base and total_comp(exact(base), exact(target))[()] == base + target
    agree(ote, base + target, base, target)
    if base + target:
        agree(pay_mix, base / (base + target), base, target)


@given(money, st.integers(0, 100).map(lambda n: Fraction(n, 100)))
def test_a_split_and_its_sum(pay, share):
    base, variable = split_ote(exact(pay), exact(share))
    assert (base[()], variable[()]) == (pay * share, pay - pay * share)
    near = [float(part) for part in split_ote(float(pay), float(share))]
    assert near == pytest.approx([float(pay * share), float(pay - pay * share)], abs=1e-8)


@given(money, ratios, st.sampled_from([1, 2, 4, 12, 26]))
def test_the_target_of_a_period(salary, ratio, periods):
    agree(target_incentive, salary * ratio / periods, salary, ratio, Fraction(periods))
    assert target_incentive(exact(salary), exact(ratio))[()] == salary * ratio
    assert float(target_incentive(float(salary), float(ratio))) == pytest.approx(float(salary * ratio))


@given(signed_money, signed_money, st.sampled_from(DIRECTIONS), st.sampled_from(METHODS))
def test_attainment(actual, goal, direction, method):
    expected = judge.attainment(actual, goal, direction, method)
    if expected is None:
        with pytest.raises(CsmError):
            attainment(exact(actual), exact(goal), direction, method)
    else:
        agree(lambda a, g: attainment(a, g, direction, method), expected, actual, goal)


@given(st.integers(0, 40), money, st.none() | money)
def test_spifs(count, amount, cap):
    most = count * amount if cap is None else min(count * amount, cap)
    assert spif(exact(count), exact(amount), None if cap is None else exact(cap))[()] == most
    found = float(spif(count, float(amount), None if cap is None else float(cap)))
    assert found == pytest.approx(float(most))


@given(
    st.lists(signed_money, min_size=1, max_size=5), st.none() | signed_money, st.none() | signed_money, ratios
)
def test_floors_caps_and_factors(values, floor, cap, factor):
    if floor is not None and cap is not None and floor > cap:
        floor, cap = cap, floor
    held = [x if floor is None else max(x, floor) for x in values]
    held = [x if cap is None else min(x, cap) for x in held]
    bounds = [None if bound is None else exact(bound) for bound in (floor, cap)]
    assert limit(exact(values), *bounds).tolist() == held
    assert modify(exact(factor), exact(values), *bounds).tolist() == [factor * x for x in held]


@given(st.lists(signed_money, min_size=1, max_size=5), money)
def test_the_plan_cap(totals, most):
    expected = [most / total if total > most else 1 for total in totals]
    assert plan_cap_factor(exact(totals), exact(most)).tolist() == expected
    assert plan_cap_factor(*(floats(exact(x)) for x in (totals, most))).tolist() == pytest.approx(
        [float(x) for x in expected])  # fmt: skip


@given(st.integers(1, 500), st.integers(0, 500), st.integers(0, 500))
def test_ratios_of_counts(start, left, new):
    left = min(left, start)
    agree(logo_retention, Fraction(left, start), Fraction(start), Fraction(left + new), Fraction(new))
    agree(churn_rate, Fraction(start - left, start), Fraction(start), Fraction(start - left))
    agree(satisfaction, Fraction(left, start), Fraction(left), Fraction(start))
    agree(net_promoter_score, judge.net_promoters(start, left, new), *map(Fraction, (start, left, new)))


@given(money, ABOVE_0)
def test_ratios_of_money(part, whole):
    agree(coverage, part / whole, part, whole)
    agree(compa_ratio, part / whole, part, whole)


@given(st.lists(ratios, min_size=1, max_size=6), ratios, st.integers(1, 4), ratios)
def test_bonus_history(history, addition, years, target):
    expected = judge.streak(history, addition, years, target)
    assert bonus_history(exact(history), exact(addition), years, exact(target))[()] == expected


@given(st.lists(st.one_of(ratios, signed_money), min_size=1, max_size=8), st.one_of(ratios, signed_money))
@examples(300)
def test_ranks_on_both_kinds(peers, other):
    values = [*peers, other]
    expected = [judge.rank(x, peers) for x in values]
    assert percentile_rank(exact(values), exact(peers)).tolist() == expected
    near = percentile_rank([float(x) for x in values], [float(x) for x in peers])
    as_typed = [judge.rank(typed(float(x)), [typed(float(p)) for p in peers]) for x in values]
    assert near.tolist() == pytest.approx([float(x) for x in as_typed], abs=1e-12)


@given(st.lists(ratios, min_size=1, max_size=8), st.lists(ratios, min_size=1, max_size=3, unique=True))
def test_pay_by_rank(peers, heads):
    knots = [(head, 1 + i + head) for i, head in enumerate(sorted(heads))]
    kept = [(typed(float(at)), typed(float(paid))) for at, paid in knots]
    assert rank_payout(exact(peers), exact(peers), exact(knots)).tolist() == [
        judge.rank_payout(x, peers, kept) for x in peers
    ]
    plain = [float(x) for x in peers]
    near = [float(judge.rank_payout(typed(x), [typed(p) for p in plain], kept)) for x in plain]
    assert rank_payout(plain, plain, exact(knots).astype(float)).tolist() == pytest.approx(near, abs=1e-12)


@given(st.lists(st.one_of(signed_money, money.map(lambda x: x / 3)), min_size=1, max_size=9),
       st.sampled_from([Fraction(1, 100), Fraction(1)]))  # fmt: skip
@examples(300)
def test_cents_left_over_go_by_largest_remainder(parts, unit):
    total = sum(parts, Fraction(0))
    expected = judge.apportioned(parts, total, unit)
    assert share_out(exact(parts), exact(total), float(unit)).tolist() == expected
    twice = share_out(exact([parts, parts]), exact([total, total]), float(unit))
    assert twice.tolist() == [expected, expected]


@given(st.lists(money, min_size=1, max_size=9), money, st.sampled_from([Fraction(1, 100), Fraction(1)]))
def test_pools_unit_by_unit(payouts, fund, unit):
    parts = [typed(float(part)) for part in payouts]
    expected = judge.pooled(parts, fund, unit)
    assert pool(exact(parts), exact(fund), float(unit)).tolist() == expected
    assert pool([float(part) for part in parts], float(fund), float(unit)).tolist() == [
        float(x) for x in expected
    ]
    both = pool(exact([parts, parts]), exact([fund, sum(parts, Fraction(0))]), float(unit))
    assert both.tolist() == [expected, judge.pooled(parts, sum(parts, Fraction(0)), unit)]


@given(st.lists(st.one_of(money, st.integers(0, 5).map(Fraction)), min_size=1, max_size=9), money,
       st.one_of(st.none(), money, st.integers(0, 40).map(lambda x: Fraction(x, 3))),
       st.sampled_from([Fraction(1, 100), Fraction(1)]))  # fmt: skip
@examples(400)
def test_pools_shared_by_weights(weights, fund, cap, unit):
    expected = judge.shared_by_weights(weights, fund, cap, unit)
    found = pool_shares(fund, exact(weights), cap, float(unit))
    assert found.paid.tolist() == expected
    assert sum(found.paid.tolist()) <= fund and (cap is None or max(found.paid.tolist()) <= cap)


@given(signed_money, st.lists(st.integers(0, 60), min_size=1, max_size=6).filter(any))
def test_credit_unit_by_unit(amount, shares):
    share = [Fraction(part, sum(shares)) for part in shares]
    given = judge.apportioned([abs(amount) * part for part in share], abs(amount), Fraction(1, 100))
    expected = given if amount >= 0 else [-part for part in given]  # a return mirrors what was credited
    assert credit(exact(amount), exact(share)).tolist() == expected


@given(st.one_of(DATES, MONTH_ENDS), st.one_of(DATES, MONTH_ENDS))
@examples(400)
def test_whole_months_against_the_calendar(start, end):
    expected = judge.months_passed(start, end)
    assert int(months_between(start, end)) == expected
    # A column longer than its span of days is worked out day by day: the same.
    assert months_between([start] * 3, [end] * 3).tolist() == [expected] * 3
    near = [end + timedelta(n) for n in (-1, 0, 1, 0, -1)]
    assert months_between(start, near).tolist() == [judge.months_passed(start, day) for day in near]


@given(MONTH_ENDS, st.lists(st.integers(0, 40), min_size=1, max_size=60))
def test_months_by_their_15th_in_long_columns(first, spans):
    last = [first + timedelta(n) for n in spans]
    expected = [sum((first + timedelta(k)).day == 15 for k in range(n + 1)) for n in spans]
    assert eligible_months(first, last).tolist() == expected


@given(st.lists(st.tuples(money, ratios), min_size=1, max_size=4), st.integers(1, 366), st.integers(0, 366))
def test_daily_salaries_are_the_floats_next_to_the_exact_ones(rates, days, before):
    begin = date(2024, 1, 1)
    history = [(begin + timedelta(90 * i - before), pay, fte) for i, (pay, fte) in enumerate(rates)]
    end = begin + timedelta(days - 1)
    plain = [(day, float(pay), float(fte)) for day, pay, fte in history]
    kept = [(day, exact(float(pay))[()], exact(float(fte))[()]) for day, pay, fte in history]
    found = eligible_salary(kept, begin, end)[()]
    assert float(eligible_salary(plain, begin, end)) == float(found)


@given(CENTS, CENTS)
def test_two_instalments_meet_the_bound_they_add_up_to(first, second):
    bound = first + second
    block = [(0, 0.01), (float(bound), 0.02)]
    expected = float(bound * Fraction(2, 100) - first / 100)
    assert float(tier_pay(float(second), block, "whole", float(first))) == pytest.approx(expected, rel=1e-9)
    assert float(gross_retention(float(bound), float(first), float(second))) == pytest.approx(0, abs=1e-12)


@given(st.lists(st.one_of(signed_money, ratios, st.floats(-4e6, 4e6), st.floats(-1e12, 1e12)), min_size=1,
                max_size=6))  # fmt: skip
def test_billionths_of_floats_are_those_of_their_decimals(values):
    plain = np.array([float(x) for x in values])
    assert billionths(plain).tolist() == billionths(exact(plain)).tolist()
