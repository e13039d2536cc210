"""Ramps, seasons, guarantees, draws, true-up, holdback and clawback at their edges."""

from datetime import date

import numpy as np
import pytest

from csm_xl.errors import CsmError
from csm_xl.pay.draws import clawback, draw, guarantee, holdback, true_up
from csm_xl.pay.ramp import ramp_quota, seasonal_quota, seasons
from csm_xl.pay.rounding import exact


def places(caught):
    return [issue.where for issue in caught.value.issues]


def iso(days):
    return [date.fromordinal(int(day)).isoformat() for day in days]


def test_the_last_share_of_a_ramp_holds_on():
    assert ramp_quota(100, [0.5, 0.8], [1, 2, 3, 600]).tolist() == [50, 80, 80, 80]
    assert ramp_quota([[100], [200]], [0.5, 1], [1, 2]).tolist() == [[50, 100], [100, 200]]


def test_a_ramp_refuses_what_is_no_month():
    with pytest.raises(CsmError) as caught:
        ramp_quota(100, [0.5, 1], [1, 0, -3, 1.5])
    assert places(caught) == ["month row 2", "month row 3", "month row 4"]
    with pytest.raises(CsmError, match="first month at least"):
        ramp_quota(100, [], 1)
    with pytest.raises(CsmError, match="first month at least"):
        ramp_quota(100, [[0.5, 1]], 1)


def test_seasons_begin_on_the_day_of_the_month_on_which_the_year_begins():
    starts, ends = seasons(date(2023, 8, 31), 4)
    assert iso(starts) == ["2023-08-31", "2023-11-30", "2024-02-29", "2024-05-31"]
    assert iso(ends) == ["2023-11-29", "2024-02-28", "2024-05-30", "2024-08-30"]
    assert iso(seasons(date(2024, 2, 29), 1)[1]) == ["2025-02-27"]


@pytest.mark.parametrize("count", [0, 5, 7, 8, 13])
def test_a_year_has_no_such_seasons(count):
    with pytest.raises(CsmError) as caught:
        seasons(date(2026, 1, 1), count)
    assert places(caught) == ["weights"]


def test_seasons_of_several_people_at_once():
    quotas = seasonal_quota([100, 200], [0.25] * 4, date(2026, 1, 1), date(2026, 4, 1))
    assert quotas.tolist() == [[0, 25, 25, 25], [0, 50, 50, 50]]
    by_month = seasonal_quota(100, [0.5, 0.5], date(2026, 1, 1), date(2026, 3, 16), "months")
    assert by_month.tolist() == [25, 50]


def test_weights_of_seasons_make_one_on_9_decimals():
    assert seasonal_quota(90, [1 / 3] * 3, date(2026, 1, 1)).round(9).tolist() == [30, 30, 30]
    with pytest.raises(CsmError, match="do not sum to 1"):
        seasonal_quota(90, [0.333333333] * 3, date(2026, 1, 1))


def test_a_draw_goes_on_from_what_is_owed():
    first = draw([500, 800], 1000)
    then = draw([2000, 1500], 1000, opening_balance=first.balance[-1])
    whole = draw([500, 800, 2000, 1500], 1000)
    assert whole.paid.tolist() == [*first.paid, *then.paid]
    assert whole.balance.tolist() == [500, 700, 0, 0]


def test_recovery_begins_in_its_period_and_takes_its_share():
    after = draw([2000, 2000, 2000], 1000, recovery_share=0.25, recovery_start=2, opening_balance=400)
    assert after.recovered.tolist() == [0, 250, 150]
    assert after.paid.tolist() == [2000, 1750, 1850]
    assert draw([2000], 1000, recovery_share=0, opening_balance=400).balance.tolist() == [400]


def test_recovery_from_all_that_is_earned_may_leave_less_than_the_draw():
    """A draw of 3,000 a month, recovered from at most half of what is earned (an HR association's form)."""
    after = draw([2000, 8000, 10000], 3000, recovery_share=0.5, recovery_of="earned")
    assert after.paid.tolist() == [3000, 7000, 10000]
    assert after.recovered.tolist() == [0, 1000, 0] and after.balance.tolist() == [1000, 0, 0]
    for of, paid, owed in [
        ("above_draw", 3500, 2000),
        ("earned", 2000, 500),
        ("earned_above_draw", 3000, 1500),
    ]:
        after = draw([500, 4000], 3000, recovery_share=0.5, recovery_of=of)
        assert after.paid.tolist() == [3000, paid] and after.balance.tolist() == [2500, owed]


def test_nothing_is_recovered_of_earnings_below_the_draw():
    for of in ("earned", "earned_above_draw"):
        after = draw([2999.99, -500], 3000, opening_balance=900, recovery_of=of)
        assert after.recovered.tolist() == [0, 0]
    assert draw([3000], 3000, opening_balance=900, recovery_of="earned").paid.tolist() == [2100]
    assert draw([3000], 3000, opening_balance=900, recovery_of="earned_above_draw").paid.tolist() == [3000]


def test_draws_of_several_people_at_once():
    after = draw([[500, 3000], [1500, 1400]], 1500, opening_balance=[0, 100])
    assert after.paid.tolist() == [[1500, 2000], [1500, 1500]]
    assert after.balance.tolist() == [[1000, 0], [100, 200]]
    assert draw(exact([500, 3000]), 1500).paid.dtype == object
    assert draw([], 1500).paid.tolist() == []


def test_a_draw_refuses_what_cannot_be():
    for options, where in [
        ({"amount": -1}, "draw"),
        ({"recovery_share": 1.1}, "recovery_share"),
        ({"recovery_share": -0.1}, "recovery_share"),
        ({"recovery_start": 0}, "recovery_start"),
        ({"recovery_start": 1.5}, "recovery_start"),
        ({"opening_balance": -1}, "opening_balance"),
        ({"recovery_of": "all"}, "recovery_of"),
    ]:
        with pytest.raises(CsmError) as caught:
            draw([500, 3000], **({"amount": 1500} | options))
        assert places(caught) == [where]


def test_a_guarantee_is_a_draw_that_is_not_recovered():
    earned = [-50, 0, 999.99, 1000, 2500]
    assert guarantee(earned, 1000).tolist() == draw(earned, 1000, recoverable=False).paid.tolist()
    with pytest.raises(CsmError) as caught:
        guarantee(100, [0, -1])
    assert places(caught) == ["floor row 2"]


def test_a_true_up_pays_the_year_whatever_its_cap_before():
    """Quarters at 90, 130, 120 and 80% of 1,000 with interim pay at most at target; the last has no cap."""
    paid = 0.0
    for earned, cap in [(900, 1000), (2200, 2000), (3400, 3000), (4200, None)]:
        paid += float(true_up(earned, paid, cap))
        assert paid == (earned if cap is None else min(earned, cap))
    with pytest.raises(CsmError) as caught:
        true_up(100, 0, -1)
    assert places(caught) == ["interim_cap"]


def test_nothing_is_held_of_what_is_taken_back():
    paid, held = holdback([1000, 0, -400], [0.25, 0.25, 0.25])
    assert paid.tolist() == [750, 0, -400] and held.tolist() == [250, 0, 0]
    with pytest.raises(CsmError) as caught:
        holdback(1000, [0, 1, 1.01, -0.01])
    assert places(caught) == ["ratio row 3", "ratio row 4"]


def test_who_leaves_when_the_window_is_over_has_stayed_through_it():
    assert clawback(100, 10, [9.999999999, 10], "full").tolist() == [100, 0]
    assert clawback(100, 10, [4.9, 4.9999999999, 5], "prorata", 5).round(6).tolist() == [51, 0, 0]
    assert clawback(100, 10, [12, 11.9], "full", 12).tolist() == [0, 100]
    assert clawback(100, 10, 11, "prorata", 12).tolist() == 0
    assert clawback(100, 1, [0.25, 1], "prorata", 0.5).tolist() == [75, 0]


def test_a_clawback_refuses_what_cannot_be():
    for arguments, code, where in [
        ((-1, 12, 1), "#VALUE!", "paid"),
        ((1, 0, 1), "#NUM!", "term_months"),
        ((1, -12, 1), "#NUM!", "term_months"),
        ((1, 12, -1), "#VALUE!", "active_months"),
        ((1, 12, 1, "prorata", 0), "#NUM!", "window_months"),
        ((1, 12, 1, "part"), "#VALUE!", "method"),
    ]:
        with pytest.raises(CsmError) as caught:
            clawback(*arguments)
        assert (caught.value.code, places(caught)) == (code, [where])


def test_columns_keep_their_shape():
    column = np.array([[100.0], [200.0]])
    assert guarantee(column, [0, 150]).shape == (2, 2)
    assert clawback(column, 12, [3, 6, 9]).shape == (2, 3)
    assert true_up(column, [1, 2], [50, 60]).shape == (2, 2)
