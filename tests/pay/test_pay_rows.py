"""Several rows at once, left-out arguments, and the kind of number that comes back."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from csm_xl.errors import CsmError
from csm_xl.pay.adjust import pool
from csm_xl.pay.benefits import employer_match
from csm_xl.pay.commission import commission, credit
from csm_xl.pay.draws import draw
from csm_xl.pay.equity import grown, rsu
from csm_xl.pay.goals import goal_score, weighted
from csm_xl.pay.market import labour_factor, market_pay, market_percentile
from csm_xl.pay.measures import (
    book_adjusted,
    gross_retention,
    health_score,
    logo_retention,
    net_retention,
    nps_of_scores,
    retained,
    retention,
    satisfaction_of_scores,
)
from csm_xl.pay.pay_mix import pay_mix, target_incentive, total_comp
from csm_xl.pay.proration import eligible_salary, eligible_workdays
from csm_xl.pay.ramp import ramp_quota, seasonal_quota
from csm_xl.pay.rank import percentile_rank, rank_payout
from csm_xl.pay.rounding import exact
from csm_xl.pay.salary import bonus_history, peer_gap, skill_premium
from csm_xl.pay.tiers import TierTable, blended_rate
from csm_xl.pay.vesting import Vesting

SAFE_HARBOUR = [(0, 0.03, 1), (0.03, 0.05, 0.5)]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (lambda: total_comp(100, 20), 120),
        (lambda: target_incentive(100, 0.1), 10),
        (lambda: gross_retention(100, 5), 0.95),
        (lambda: net_retention(100, 10, 5), 1.05),
        (lambda: logo_retention(100, 90), 0.9),
        (lambda: commission(100, 0.5), 50),
        (lambda: satisfaction_of_scores([3, 4]), 0.5),
        (lambda: retained([100], [120])[0], 100),
        (lambda: rsu(10, 5)[1], 0),
        (lambda: retention([100, 100], [150, 50]), 0.75),
        (lambda: book_adjusted([100], [120], [0.9])[0], 1),
        (lambda: book_adjusted([100], [120], [0.9], "NRR")[0], 1.2),
        (lambda: draw([500, 3000], 1500).paid.sum(), 3500),
        (lambda: draw([500, 3000], 1500, recovery_share=0.5).paid.sum(), 3750),
    ],
)
def test_what_is_left_out_has_its_default(found, expected):
    assert float(np.squeeze(found())) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (lambda: health_score([[80, 60], [40, 20]], [[1, 3], [1, 1]]), [65, 30]),
        (lambda: labour_factor([[2, 4], [1, 1]], [1, 1], [[1, 1], [3, 1]]), [3, 1]),
        (lambda: weighted([[1, 2], [3, 4]], [0.5, 0.5]), [1.5, 3.5]),
        (lambda: weighted([[1, 2], [3, 4]], [0.5, 0.5], "multiplicative"), [2, 12]),
        (lambda: goal_score([[0.5, 0.5], [0.2, 0.8]], [[1, 2], [1, 1]]), [1.5, 1]),
        (lambda: peer_gap([90, 90], [[100, 100], [50, 40]]), [-0.1, 1]),
        (lambda: nps_of_scores([[10, 9], [9, 0], [1, 2]]), [100, 0, -100]),
        (lambda: satisfaction_of_scores([[5, 4], [5, 4]], [4, 5]), [1, 0.5]),
        (lambda: retention([[100, 100], [50, 0]], [[50, 200], [10, 9]]), [0.75, 0.2]),
        (lambda: credit([100, 60], [[0.5, 0.25], [0.5, 0.5]]), [[50, 25], [30, 30]]),
        (lambda: credit([100, 60], [0.5, 0.5]), [[50, 50], [30, 30]]),
        (lambda: pool([[10, 30], [10, 30]], [20, 100]), [[5, 15], [10, 30]]),
        (lambda: skill_premium([100, 200], [0.1, 0.2], [1, 2]), [33, 63]),
        (lambda: ramp_quota([100, 200], [0.5, 1], [1, 2]), [50, 200]),
        (lambda: seasonal_quota([100, 200], [0.25, 0.75], 730000), [[25, 75], [50, 150]]),
        (lambda: draw([[5, 30], [20, 20]], [10, 10], opening_balance=[0, 15]).balance, [[5, 0], [5, 0]]),
        (lambda: employer_match([100, 200], 0.04, TierTable.of(SAFE_HARBOUR)), [3.5, 7]),
        (lambda: percentile_rank([[1, 2], [3, 9]], [[1, 2], [3, 4]]), [[0, 1 / 3], [2 / 3, 1]]),
        (lambda: percentile_rank([[1, 2], [3, 9]], [2]), [[0, 1], [1, 1]]),
        (lambda: rank_payout([[1, 2], [3, 9]], [1, 2, 3], [(0.5, 1), (1, 2)]), [[0, 1], [2, 2]]),
    ],
)
def test_rows_are_computed_apart(found, expected):
    rows = found()
    assert rows.shape == np.shape(expected)
    assert np.allclose(rows, expected)


@pytest.mark.parametrize(
    "found",
    [
        lambda: credit(exact(100), [0.5, 0.5]),
        lambda: credit(100, exact([0.5, 0.5])),
        lambda: pool(exact([1, 2]), 1),
        lambda: pool([1, 2], exact(1)),
        lambda: percentile_rank(exact([1]), [1, 2]),
        lambda: percentile_rank([1], exact([1, 2])),
        lambda: percentile_rank(exact([1]), [1]),
        lambda: rank_payout(exact([1]), [1, 2], [(0, 1)]),
        lambda: rank_payout([1], exact([1, 2]), [(0, 1)]),
        lambda: market_percentile(exact([70000]), [0.25, 0.5], [60000, 80000]),
        lambda: market_pay(exact([0.3]), [0.25, 0.5], [60000, 80000]),
        lambda: eligible_salary([(1, exact(5)[()])], [1], [2]),
        lambda: eligible_salary([(1, exact(5)[()])], [1], [2], "period_end"),
        lambda: pay_mix(80, exact([20])),
        lambda: rsu(exact([5]), 1, 0.3)[1],
    ],
)
def test_exact_stays_exact_whichever_argument_is(found):
    kept = found()
    assert kept.dtype == object and not isinstance(kept.reshape(-1)[0], float)


@pytest.mark.parametrize(
    "found",
    [
        lambda: credit(100, [0.5, 0.5]),
        lambda: pool([1, 2], 1),
        lambda: percentile_rank([1], [1, 2]),
        lambda: rank_payout([1], [1, 2], [(0, 1)]),
        lambda: market_percentile([70000], [0.25, 0.5], [60000, 80000]),
        lambda: eligible_salary([(1, 5)], [1], [2]),
        lambda: eligible_salary([(1, 5)], [1], [2], "period_start"),
        lambda: rsu([5], 1, 0.3)[1],
    ],
)
def test_floats_stay_floats(found):
    assert found().dtype == np.float64


def test_no_period_at_all_is_no_pay():
    after = draw([], 100)
    assert after.paid.shape == after.recovered.shape == after.balance.shape == (0,)


def test_wages_suppressed_in_two_places():
    at, wages = [0.1, 0.25, 0.5, 0.75, 0.9], [10, np.nan, 20, np.nan, 30]
    with pytest.raises(CsmError) as caught:
        market_percentile([15, 20, 25], at, wages)
    assert [issue.where for issue in caught.value.issues] == ["salary row 1", "salary row 3"]
    assert market_percentile([10, 20, 30], at, wages).tolist() == [0.1, 0.5, 0.9]
    with pytest.raises(CsmError, match="rising"):
        market_pay(0.5, [0.5, 0.5], [1, 2])


def test_shares_that_are_not_whole_or_too_many_are_sold_exactly():
    # 0.1 × 30 and 2^43 × 0.3 are no whole numbers as floats; as decimals the first is 3.
    assert rsu([30, 0.5, 2.5], 10, [0.1, 0.2, 0.4])[1].tolist() == [3, 0.5, 1]
    huge = 2.0**43
    assert rsu([huge, huge], 1, [0.25, 0.3])[1].tolist() == [2.0**41, float(-(-3 * 2**43 // 10))]
    assert rsu([4, 4], [0, 1], 0.5)[1].tolist() == [0, 2]


def test_a_long_history_of_odd_salaries_is_averaged_exactly():
    # The common denominator of these is beyond what 64 bits hold.
    history = [(1 + 30 * i, 1e6 / 7 + i, 0.123456789012 + i / 1000) for i in range(6)]
    plain, fine = eligible_salary(history, 1, 180), eligible_salary(
        [(day, exact(pay)[()], fte) for day, pay, fte in history], 1, 180)  # fmt: skip
    assert float(plain) == float(fine[()]) and fine.dtype == object and plain.dtype == np.float64


def test_a_bonus_history_of_several_people():
    past = [[0.9, 1.1, 1.2], [1.1, 1.2, 1.0], [1.3, 1.1, 1.2]]
    assert bonus_history(past, 0.01, 2).tolist() == [0.01, 0, 0.01]
    assert bonus_history(past, [0.01, 0.02, 0.03], 3).tolist() == [0, 0, 0.03]
    assert bonus_history(past, 0.01, 4).tolist() == [0, 0, 0]
    found = bonus_history(exact(past), exact(0.01), 1, exact(1))
    assert found.dtype == object and found.tolist() == [Fraction(1, 100), 0, Fraction(1, 100)]


@pytest.mark.parametrize(
    ("since", "day", "years"),
    [
        (date(2024, 2, 29), date(2025, 2, 27), 0),
        (date(2024, 2, 29), date(2025, 2, 28), 1),
        (date(2024, 2, 29), date(2028, 2, 28), 4),
        (date(2024, 3, 29), date(2025, 3, 28), 0),
        (date(2024, 3, 29), date(2025, 3, 29), 1),
        (date(2024, 2, 28), date(2026, 2, 27), 1),
        (date(2024, 2, 15), date(2023, 2, 14), -2),
    ],
)
def test_a_price_grows_on_its_anniversaries(since, day, years):
    assert grown(100, 0.1, since, day) == 100 * Fraction(11, 10) ** years


def test_ranks_on_the_edge_of_a_knot_are_decided_exactly():
    # Half a billionth below the curve point rounds up to it, and a hair less does not.
    paid = rank_payout([4.999999995, 4.999999994, 5], [0, 10], [(0.5, 1)])
    assert paid.tolist() == [1, 0, 1]
    assert float(rank_payout(4.999999995, [0, 10], [(0.5, 1)])) == 1


def test_weekdays_of_a_part_of_a_period():
    assert int(eligible_workdays(date(2026, 1, 1), date(2026, 1, 31), date(2026, 1, 12))) == 15
    assert int(eligible_workdays(date(2026, 1, 1), date(2026, 1, 31), None, date(2026, 1, 12))) == 8


def test_schedules_at_their_limits():
    assert Vesting.of("1200m").months[-1] == 1200
    assert Vesting.of("24m none cliff").months[0] == Vesting.of("24m no cliff").months[0] == 1
    assert Vesting.of("50% / 50%").shares == (Fraction(1, 2),) * 2


def test_small_and_zero_weights_count():
    assert float(health_score([10, 20], [0.25, 0.25])) == 15
    assert float(goal_score([0, 1], [5, 1])) == 1


def test_a_blended_rate_of_exact_money_is_exact():
    assert blended_rate(exact(300), [(0, 0.1), (100, 0.2)])[()] == Fraction(1, 6)


def test_one_salary_published_for_several_percentiles():
    assert float(market_percentile(20, [0.1, 0.25, 0.5, 0.75], [10, 20, 20, 30])) == 0.5
    found = market_percentile(exact(20), [0.1, 0.5], [10, 20])
    assert found.dtype == object and found[()] == Fraction(1, 2)
