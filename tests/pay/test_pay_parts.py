"""Attainment, goals, gates, caps, pools, commission, rank and pay mix at their edges."""

from fractions import Fraction

import numpy as np
import pytest

from csm_xl.errors import CsmError
from csm_xl.pay.adjust import gate, limit, modify, plan_cap_factor, pool
from csm_xl.pay.attainment import attainment
from csm_xl.pay.commission import commission, credit, spif
from csm_xl.pay.goals import goal_score, weighted
from csm_xl.pay.pay_mix import ote, pay_mix, split_ote, target_incentive, total_comp
from csm_xl.pay.pools import pool_shares
from csm_xl.pay.rank import percentile_rank, rank_payout
from csm_xl.pay.rounding import exact


def places(caught):
    return [issue.where for issue in caught.value.issues]


def test_attainment_of_a_measure_where_lower_is_better():
    assert attainment([0, 0.05, 0.15], 0.05, "lower").tolist() == pytest.approx([2, 1, -1])
    assert attainment([0.025, 0.1], 0.05, "lower", "inverse").tolist() == [2, 0.5]
    assert attainment(-5, 10) == -0.5
    assert attainment(exact(1), 3)[()] * 3 == 1


def test_attainment_refuses_goals_that_are_no_goals():
    with pytest.raises(CsmError) as caught:
        attainment(1, [5, 0, -2])
    assert caught.value.code == "#NUM!" and places(caught) == ["goal row 2", "goal row 3"]
    with pytest.raises(CsmError, match="complement") as caught:
        attainment([0.1, 0], 0.05, "lower", "inverse")
    assert places(caught) == ["actual row 2"]
    with pytest.raises(CsmError, match="Allowed: higher, lower"):
        attainment(1, 1, "up")
    with pytest.raises(CsmError, match="Allowed: complement, inverse"):
        attainment(1, 1, "lower", "ratio")


def test_goal_weights_make_one_on_9_decimals():
    assert float(goal_score([1 / 3, 1 / 3, 1 / 3], [1, 1, 1])) == pytest.approx(1)
    assert float(goal_score([0.3333333333] * 3, [1, 1, 1])) == pytest.approx(0.9999999999)
    with pytest.raises(CsmError, match=r"do not sum to 1 \(found 0\.9\)"):
        goal_score([0.4, 0.3, 0.2], [1, 1, 1])
    with pytest.raises(CsmError, match="do not sum to 1"):
        goal_score([0.333333333] * 3, [1, 1, 1])
    with pytest.raises(CsmError) as caught:
        goal_score([[0.5, 0.5], [0.5, 0.6]], [1, 1])
    assert places(caught) == ["weights row 2"]


def test_goals_refuse_what_cannot_be():
    with pytest.raises(CsmError, match="2 weights for 3 scores"):
        goal_score([0.5, 0.5], [1, 1, 1])
    with pytest.raises(CsmError, match="weight is below 0"):
        goal_score([1.5, -0.5], [1, 1])
    with pytest.raises(CsmError, match="score is below 0"):
        goal_score([1], [-0.1])
    with pytest.raises(CsmError, match="weights for"):
        goal_score([], [])
    with pytest.raises(CsmError, match="unknown method"):
        weighted([1], [1], "average")


def test_goals_of_many_people():
    assert goal_score([0.5, 0.5], [[1, 0], [1, 2]], 1.5).tolist() == [0.5, 1.25]
    assert weighted([[1.2, 0.5], [1, 0]], [0.5, 0.5], "multiplicative").tolist() == [0.6, 0]


def test_a_failed_gate_never_raises_pay():
    assert gate([0.5, 0.5], 0.8, [0.3, 0.9], 0.5).tolist() == [0.3, 0.5]
    assert gate([0.05, 0.0500000004, 0.050000001], 0.05, 1, direction="lower").tolist() == [1, 1, 0]
    assert gate([0.8 - 4e-10, 0.8 - 6e-10], 0.8, 1).tolist() == [1, 0]
    with pytest.raises(CsmError, match="unknown direction"):
        gate(1, 1, 1, direction="sideways")


def test_gate_rows_in_doubt():
    doubt = np.zeros(3, dtype=bool)
    gate(np.array([0.8 - 5e-10, 0.8, 0.8 - 1e-9]), 0.8, 1, doubt=doubt)
    assert doubt.tolist() == [True, False, False]
    gate(np.array([0.05, 0.05 + 5e-10, 0.050000001]), 0.05, 1, direction="lower", doubt=doubt)
    assert doubt.tolist() == [True, True, False]


def test_bounds():
    assert limit(5).tolist() == 5 and limit(5, cap=3).tolist() == 3 and limit(5, floor=7).tolist() == 7
    assert limit([1, 5], floor=[2, 2], cap=2).tolist() == [2, 2]
    assert modify(100, 0.5, floor=0.7).tolist() == pytest.approx(70)
    with pytest.raises(CsmError) as caught:
        limit([1, 1], floor=[1, 3], cap=2)
    assert places(caught) == ["floor row 2"]
    with pytest.raises(CsmError, match="above the cap"):
        modify(1, 1, floor=1.2, cap=0.8)


def test_plan_cap_factor():
    assert plan_cap_factor([0, -50, 100, 100], [0, 10, 0, 100]).tolist() == [1, 1, 0, 1]
    assert plan_cap_factor(exact(300), 100)[()] * 3 == 1
    with pytest.raises(CsmError, match="plan cap is below 0"):
        plan_cap_factor(1, -1)


def test_pools():
    assert pool([0.005, 0.004], 1).tolist() == [0.01, 0]
    assert pool([100, 100, 100], 0).tolist() == [0, 0, 0]
    assert pool([[10, 20], [30, 40]], [15, 1000]).tolist() == [[5, 10], [30, 40]]
    assert pool([2.5, 2.5], 3, unit=1).tolist() == [2, 1]
    assert pool([200, -100], 50).tolist() == [100, -50]


def test_a_pool_shared_by_weights_refuses_what_cannot_be():
    for given, where in [((-1, [1]), "pool"), ((1, [1, -1]), "weights row 2"), ((1, [1], -1), "person_cap")]:
        fund, weights, *cap = given
        with pytest.raises(CsmError) as caught:
            pool_shares(Fraction(fund), exact(weights), *map(Fraction, cap))
        assert [issue.where for issue in caught.value.issues] == [where]
    assert pool_shares(Fraction(10), exact([0, 0])).paid.tolist() == [0, 0]


def test_a_pool_is_never_exceeded_though_it_is_no_multiple_of_the_unit():
    assert pool([600, 600], 1000.005).tolist() == [500, 500]
    assert pool([700.5, 700.5], 1000.999).sum() == 1000.99
    assert pool([600, 401], 1000.5, unit=1).tolist() == [599, 401]
    assert pool([1000.004, 0.001], 1000.009).tolist() == [1000, 0]
    assert pool([33.335, 33.335, 33.335], 100.006).sum() == 100  # enough for all, but not once rounded up
    assert pool([33.335, 33.335, 33.335], 100.02).tolist() == [33.34, 33.34, 33.34]
    assert pool([0.3, 0.6], 0.5, unit=1).tolist() == [0, 0]
    assert pool([[0.6, 0.6], [3, 3]], [1.5, 6], unit=1).tolist() == [[1, 0], [3, 3]]
    assert pool(100, 50).tolist() == [50]
    with pytest.raises(CsmError, match="pool is below 0"):
        pool([1], -1)


def test_commission_credit_and_spifs():
    assert commission([1000, -1000], 0.1).tolist() == [100, -100]
    with pytest.raises(CsmError) as caught:
        commission([1, 1, 1], 0.1, [1, 50, -0.1])
    assert places(caught) == ["split row 2", "split row 3"]
    assert credit(0.05, [0.5, 0.5]).tolist() == [0.03, 0.02]
    assert credit(-100, [1 / 3] * 3).sum() == -100
    assert credit([100, 50], [0.5, 0.25]).tolist() == [[50, 25], [25, 12.5]]
    assert credit(100, [0.7, 0.7], allow_over=True).tolist() == [70, 70]
    assert credit(5, [0.5, 0.5], unit=1).tolist() == [3, 2]
    with pytest.raises(CsmError, match="sum to more than 1"):
        credit(100, [0.7, 0.7])
    with pytest.raises(CsmError, match="below 0"):
        credit(100, [1.1, -0.1])
    assert float(spif(4, 250)) == 1000
    with pytest.raises(CsmError, match="count row 2"):
        spif([1, -1], 250)


def test_rank_is_that_of_percentrank_inc():
    # Excel's own example: PERCENTRANK.INC(A2:A11, …) of 13, 12, 11, 8, 4, 3, 2, 1, 1, 1.
    peers = [13, 12, 11, 8, 4, 3, 2, 1, 1, 1]
    found = percentile_rank([2, 4, 8, 5], peers)
    assert np.floor(found * 1000 + 1e-9).tolist() == [333, 555, 666, 583]
    assert percentile_rank([0, 1, 13, 99], peers).tolist() == [0, 0, 1, 1]
    assert percentile_rank([4, 5, 6], [5]).tolist() == [0, 1, 1]
    assert percentile_rank([0.1 + 0.2], [0.3, 0.5, 0.1]).tolist() == [0.5]
    assert percentile_rank(exact(1), [1, 2, 3]).dtype == object
    with pytest.raises(CsmError, match="no peers"):
        percentile_rank(1, [])
    with pytest.raises(CsmError, match="curve row 2"):
        rank_payout(1, [1, 2], [(1, 1), (0, 0)])


def test_pay_mix():
    assert float(total_comp(90000, other=-5000)) == 85000
    assert ote([80000, 60000], 20000).tolist() == [100000, 80000]
    assert pay_mix(80000, [20000, 0]).tolist() == [0.8, 1]
    assert target_incentive(60000, 0.1, [1, 4, 12]).tolist() == [6000, 1500, 500]
    base, variable = split_ote(exact(100), 1 / 3)
    assert base + variable == 100


@pytest.mark.parametrize(
    ("call", "code", "where"),
    [
        (lambda: total_comp([1, -1]), "#VALUE!", "base_salary row 2"),
        (lambda: total_comp(1, -1), "#VALUE!", "target_variable"),
        (lambda: total_comp(1, 1, -0.5), "#VALUE!", "payout_ratio"),
        (lambda: ote(1, -1), "#VALUE!", "target_variable"),
        (lambda: pay_mix([1, 0], 0), "#NUM!", "base_salary row 2"),
        (lambda: split_ote(1, [0.5, 1.1]), "#VALUE!", "base_share row 2"),
        (lambda: split_ote(1, -0.1), "#VALUE!", "base_share"),
        (lambda: split_ote(-1, 0.5), "#VALUE!", "ote"),
        (lambda: target_incentive(1, 0.1, 0), "#NUM!", "periods_per_year"),
        (lambda: target_incentive(-1, 0.1), "#VALUE!", "salary"),
    ],
)
def test_pay_that_cannot_be_is_refused(call, code, where):
    with pytest.raises(CsmError) as caught:
        call()
    assert (caught.value.code, places(caught)) == (code, [where])


def test_a_pool_is_not_exceeded_by_parts_a_hair_below_a_unit():
    for people in (3, 30, 300):
        payouts = [0.0099999996] * people
        fund = people * 0.01 - 1e-9
        assert sum(map(Fraction, map(str, pool(payouts, fund).tolist()))) <= Fraction(str(round(fund, 9)))
