"""Rates that were typed as percentages are refused with the reason; money for each account is not."""

from __future__ import annotations

import pytest

from csm_xl.errors import CsmError
from csm_xl.functions import call


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        (("CSM_COMMISSION", 50000, 2), "the ratio 2 is 200%"),
        (("CSM_COMMISSION", 50000, [[0.02], [8]]), "the ratio 8 is 800%"),
        (("CSM_TIERPAY", 120000, [[0, 5], [100000, 8]]), "the ratio 5 is 500%"),
        (("CSM_TIERPAY", 120000, [[0, 100000], [0.05, 0.08]]), "the ratio 100,000 is"),
    ],
)
def test_a_rate_above_1_of_money_is_refused(formula, says):
    with pytest.raises(CsmError, match=says):
        call(*formula)


@pytest.mark.parametrize(
    ("formula", "paid"),
    [
        (("CSM_COMMISSION", 40, 5), 200),
        (("CSM_TIERPAY", 40, [[0, 25], [20, 30]]), 1100),
        (("CSM_TIERPAY", 120000, [[0, 5000], [100000, 8000]], "fixed"), 8000),
    ],
)
def test_money_for_each_account_is_paid(formula, paid):
    assert call(*formula) == paid


@pytest.mark.parametrize(
    ("actual", "goal", "says"),
    [
        (0.94, 90, "the actual 0.94 is a ratio and the goal 90 a percentage .*0.9 as the goal, or 94 as the"),
        ([[0.91], [93.5]], [[0.9], [0.9]], "the goal 0.9 is a ratio and the actual 93.5 a percentage"),
        (108.5, 1.05, "1.085 as the actual, or 105 as the goal"),
    ],
)
def test_a_ratio_beside_a_percentage_is_refused(actual, goal, says):
    with pytest.raises(CsmError, match=says):
        call("CSM_ATTAINMENT", actual, goal)


@pytest.mark.parametrize(
    ("actual", "goal"), [(1, 90), (0, 60), (0.2, 90), (2.5, 100), (120, 1), (0.94, 0.9), (94, 90), (0.9, 400)]
)
def test_counts_and_figures_of_one_unit_have_an_attainment(actual, goal):
    assert call("CSM_ATTAINMENT", actual, goal) == pytest.approx(actual / goal)


_LINES = [[90, 0.5], [100, 1], [120, 1.5]]


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        (("CSM_GATE", 0.93, 90, 1000), "the measure 0.93 is a ratio and the minimum 90 a percentage"),
        (("CSM_GATE", 93, 0.9, 1000), "the minimum 0.9 is a ratio and the measure 93 a percentage"),
        (
            ("CSM_PAYCURVE", 0.95, _LINES),
            "the attainment 0.95 is a ratio and the curve point 120 a percentage",
        ),
        (("CSM_BLENDEDRATE", 120000, [[0, 5], [100000, 8]]), "the ratio 5 is 500%"),
        (("CSM_RANKPAY", 30, [10, 20, 30], [[1, 2], [3, 1]]), "a curve point is above 1"),
        (("CSM_CSAT", [9, 8, 10]), "answers are up to 10, and 4 is satisfied on a scale to 5"),
        (("CSM_TOTALCOMP", 100000, 0.25, 1.1), "0.25 of 100,000 is 25,000"),
        (("CSM_OTE", [90000, 100000], 0.2), "0.2 of 90,000 is 18,000"),
        (("CSM_PAYMIX", 80000, 0.25), "0.25 of 80,000 is 20,000"),
        (("CSM_TOTALCOMP", 100000, 25000, 1, 0.1), "the equity 0.1 is a ratio.*0.1 of 100,000 is 10,000"),
        (("CSM_TOTALCOMP", 100, 25000), "base_salary is 100 and target_variable 25,000: they are not in one"),
        (("CSM_TARGETINCENTIVE", 100000, 0.2, 0.25), "a year has 0.25 of these periods"),
        (("CSM_GATE", 0.85, 0.9, 5000, 0.5), "the otherwise 0.5 is a ratio.*0.5 of 5,000 is 2,500"),
        (("CSM_GATE", 0.85, 0.9, 1.1, 50), "the ratio 50 is 5,000%"),
        (("CSM_CAP", 5000, 0, 1.5), "the cap 1.5 is a ratio.*1.5 of 5,000 is 7,500"),
        (("CSM_CAP", [800, 5000], 0.5), "the floor 0.5 is a ratio"),
        (("CSM_SPIF", 3, 250, 3), "the cap 3 is a number of events.*3 events of 250 are 750"),
        (("CSM_POOL", [5000, 6000], 0.9), "the pool 0.9 is a ratio"),
        (("CSM_POOLSHARES", 10000, [1, 2], 0.5), "the cap 0.5 is a ratio"),
        (("CSM_GUARANTEE", 5000, 0.8), "the floor 0.8 is a ratio"),
        (("CSM_TRUEUP", 5000, 3000, 1), "the interim cap 1 is a ratio"),
        (("CSM_DRAW", [900, 5000], 0.5), "the draw 0.5 is a ratio"),
        (("CSM_GRR", 500000, 0.05), "the churn 0.05 is a ratio.*0.05 of 500,000 is 25,000"),
        (("CSM_NRR", 500000, 0.1, 25000), "the expansion 0.1 is a ratio"),
        (("CSM_CHURN", 500000, 0.05), "the lost 0.05 is a ratio"),
        (("CSM_CSATCOUNTS", 0.9, 100), "0.9 of the responses is a ratio, and a count is needed"),
        (("CSM_MBO", [0.5, 0.5], [4, 5]), "the score 5 is 500% of the goal.*4 of 5 is 0.8"),
        (("CSM_RANKPAY", 0.9, [80, 85, 90], [[0, 1], [1, 2]]), "the value 0.9 is a ratio"),
        (("CSM_PROMOTE", 85000, 1.1, 90000), "the increase 1.1 would more than double.*0.1, not 1.1"),
        (("CSM_PROMOTE", 85000, 0.1, 90), "new_minimum is 90 and salary 85,000"),
        (("CSM_COMPARATIO", 85, 90000), "salary is 85 and midpoint 90,000"),
        (("CSM_RANGEPENETRATION", 85000, 70, 110), "maximum is 110 and salary 85,000"),
        (("CSM_PEERGAP", 85, [80000, 90000]), "salary is 85 and peers 85,000"),
        (("CSM_MATCH", 85000, 0.06, [[0, 3, 1], [3, 5, 0.5]]), "the ratio 3 is 300%"),
        (("CSM_BENEFITS", 85000, [["Health", 0.05]]), "the amount 0.05 is a ratio"),
        (("CSM_BENEFITS", 85000, [["Health", 0, 5]]), "the ratio 5 is 500%"),
    ],
)
def test_a_number_in_another_unit_is_refused(formula, says):
    with pytest.raises(CsmError, match=says):
        call(*formula)


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        (("CSM_GATE", 93, 90, 1000), 1000),
        (("CSM_GATE", 1, 90, 1000), 0),
        (("CSM_PAYCURVE", 95, _LINES), 0.75),
        (("CSM_CSAT", [9, 7, 10, 8], 8), 0.75),
        (("CSM_CSAT", [7, 5, 4, 6], 5), 0.75),
        (("CSM_TOTALCOMP", 100000, 0, 1.1), 100000),
        (("CSM_OTE", 8.4, 0.5), 8.9),
        (("CSM_CAP", 2.5, 0.5, 2), 2),
        (("CSM_CAP", 5000, 0, 0), 0),
        (("CSM_SPIF", 3, 250, 100), 100),
        (("CSM_GATE", 0.85, 0.9, 1.1, 0.5), 0.5),
        (("CSM_GATE", 0.85, 0.9, 0, 500), 0),
        (("CSM_GUARANTEE", 5000, 0), 5000),
        (("CSM_GRR", 0.5, 0.05), 0.9),
        (("CSM_CHURN", 100, 0.5), 0.005),
        (("CSM_GRR", 500000, 5e-11), 1),
        (("CSM_TOTALCOMP", 0, 25000), 25000),
        (("CSM_MBO", [0.5, 0.5], [2, 1.5]), 1.75),
    ],
)
def test_numbers_in_their_unit_are_calculated(formula, result):
    assert call(*formula) == pytest.approx(result)
