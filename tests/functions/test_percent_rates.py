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
    ],
)
def test_numbers_in_their_unit_are_calculated(formula, result):
    assert call(*formula) == pytest.approx(result)
