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
_MERIT = [["", 0, 1], ["B", 0.03, 0.02]]
_Q1 = ("2026-01-01", "2026-03-31")


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
        (("CSM_TARGETINCENTIVE", 100000, 0.2, 0.25), "a year has no 0.25 equal pay periods"),
        (("CSM_TARGETINCENTIVE", 100000, 0.2, 3), "a year has no 3 equal pay periods.*Give 1, 2, 4 or 12"),
        (("CSM_TARGETINCENTIVE", 100000, 0.2, 90), "a year has no 90 equal pay periods"),
        (("CSM_TARGETINCENTIVE", 100000, 0.2, [4, 5]), "a year has no 5 equal pay periods"),
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
        (
            ("CSM_BENEFITS", 85000, [["Health", 6000], ["Total:", 6000]]),
            "the item is the total of",
        ),
        (("CSM_TARGETINCENTIVE", 85000, 10, 4), "the ratio 10 is 1,000%.*Type 10% or 0.1"),
        (("CSM_MERIT", 85000, "B", [["", 0, 1], ["B", 3, 2]], 7e4, 1e5), "the ratio 3 is 300%.*3% or 0.03"),
        (("CSM_MERIT", 85000, "B", _MERIT, 7e4, 1e5, 1, 12, 1), "the ratio 1 is 100%"),
        (("CSM_MERIT", 85000, "B", _MERIT, 70, 100), "range_max is 100 and salary 85,000"),
        (("CSM_BONUSHISTORY", [1.1, 1.2, 1.3], 1), "the ratio 1 is 100%.*Type 1% or 0.01"),
        (("CSM_BLACKSCHOLES", 100, 100, 5, 4, 0.4), "the ratio 5 is 500%"),
        (("CSM_BLACKSCHOLES", 100, 100, 0.05, 48, 0.4), "years is above 30"),
        (("CSM_BLACKSCHOLES", 100, 100, 0.05, 4, 0.4, 2), "the ratio 2 is 200%"),
        (("CSM_ESPP", 0.85, 40, 50), "a discount of 0.85 leaves 0.15.*Type the discount: 0.15"),
        (("CSM_OFFER", [["base", 100000], ["raise", 3]]), "the ratio 3 is 300%"),
        (
            ("CSM_OFFER", [["base", 100000], ["bonus", 0.25]]),
            "the target bonus 0.25 is a ratio",
        ),
        (("CSM_OFFER", [["base", 100], ["bonus", 25000]]), "base_salary is 100 and target_variable 25,000"),
        (("CSM_OFFER", [["base", 100000]], 4, 5), "the ratio 5 is 500%"),
        (
            ("CSM_PLANHEALTH", [["employee_id", "plan_id", "amount"], ["E1", "A", 5]], 150),
            "is above 10",
        ),
        (("CSM_ELIGIBLESALARY", [["2025-01-01", 80000, 8]], *_Q1), "the ratio 8 is 800%"),
        (("CSM_ELIGIBLESALARY", [["2026-02-15", 90], ["2025-01-01", 80000]], *_Q1), "next one is 90 and"),
        (("CSM_ELIGIBLESALARY", [["2025-01-01", 80000], ["2026-02-15", 7500]], *_Q1), "next one is 7,500"),
        (("CSM_COMPARATIO", 7000, 90000), "salary is 7,000 and midpoint 90,000"),
        (("CSM_RANGEPENETRATION", 7000, 70000, 110000), "salary is 7,000 and maximum 110,000"),
        (("CSM_PEERGAP", 7000, [80000, 90000]), "salary is 7,000 and peers 85,000"),
        (("CSM_PEERGAP", 85000, [80000, 85, 90000]), "of a peer is 85 and the median of the peers 80,000"),
        (("CSM_PEERGAP", 85000, [90, 80000]), "of a peer is 90 and the median of the peers 40,045"),
        (("CSM_DAYS", *_Q1, "2026-03-01", "2026-02-01"), "day, 2026-02-01, is before the first, 2026-03-01"),
        (("CSM_PRORATE", 900, *_Q1, "2026-03-01", "2025-02-01"), "day, 2025-02-01, is before the first"),
        (("CSM_PEERGAP", 85000, [80000, 0, 90000]), "a peer has a salary of 0, which a look-up gives"),
        (("CSM_PROMOTE", 7000, 0.1, 95000), "salary is 7,000 and new_minimum 95,000"),
        (("CSM_GATE", 5000, 0.92, 1), "the minimum 0.92 is a ratio and the measure 5,000 is none"),
        (("CSM_PAYCURVE", 1.05, [[90000, 0.5], [100000, 1]], None, None, None, None, "actual"), "1.05 is a"),
        (("CSM_ATTAINMENT", 150000, 120), "the actual 150,000 is 1,250 times the goal 120"),
        (("CSM_TIERPAY", 120000, [[0, 0.05], [1.2, 0.08]]), "the last tier begins at 1.2, a multiple of the"),
        (("CSM_BLENDEDRATE", 120000, [[0, 0.05], [1, 0.08]]), "the last tier begins at 1, a multiple of the"),
        (("CSM_TIERPAY", 120000, [[0, 0.05], [100000, 0.08]], None, 0.5), "the prior 0.5 is a ratio"),
        (("CSM_COMMISSION", 50000, 0.02, 1, 0.5), "the fixed 0.5 is a ratio"),
        (("CSM_TIERPAY", 120000, [[0, 0.05], [100000, 0.08]], "fixed"), "the rate 0.08 is a ratio"),
        (("CSM_PRORATE", 3000, *_Q1, 45), "from: 45 is a number of days, and not a date"),
        (("CSM_DAYS", *_Q1, None, 80), "to: 80 is a number of days"),
        (("CSM_TRUEUP", 12000, 0.8), "the paid to date 0.8 is a ratio"),
        (("CSM_TAX", 85000, 2025, None, None, None, 0.1), "the deduction 0.1 is a ratio"),
        (("CSM_NETPAY", 100000, 2025, None, None, 0.15), "the supplemental 0.15 is a ratio"),
        (("CSM_RAMP", 50000, [0, 0.5, 1], 46082), "month is above 600"),
        (("CSM_CLAWBACK", 1200, 12, 46082), "active_months is above 600"),
        (("CSM_CLAWBACK", 1200, 12, 9, "full", 90), "a window of 90 months is more than four terms"),
        (("CSM_NPS", [5, 4, 3, 5, 5, 4, 2, 5]), "all 8 answers are from 1 to 5"),
        (("CSM_CSAT", [5, 4, 3], 0.8), "0.8 is a share of the scale"),
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
        (("CSM_TARGETINCENTIVE", 85000, 2, 4), 42500),
        (("CSM_BONUSHISTORY", [1.1, 1.2, 1.3], 0.1), 0.1),
        (
            (
                "CSM_ELIGIBLESALARY",
                [["2020-01-01", 12000], ["2023-01-01", 40000], ["2025-01-01", 99000]],
                *_Q1,
            ),
            99000,
        ),
        (("CSM_ELIGIBLESALARY", [["2025-01-01", 80000], ["2026-01-01", 0]], *_Q1), 0),
        (("CSM_COMPARATIO", 45000, 90000), 0.5),
        (("CSM_PEERGAP", 7000, [6000, 8000]), 0),
        (("CSM_PEERGAP", 90, [85, 90, 2500]), 0),
        (("CSM_PEERGAP", 90000, [30000, 90000, 250000]), 0),
        (("CSM_TARGETINCENTIVE", 52000, 0.1, 26), 200),
        (("CSM_TARGETINCENTIVE", 52000, 0.1, 13), 400),
        (("CSM_DAYS", *_Q1, "2026-03-01", "2026-03-01"), 1),
        (("CSM_DAYS", *_Q1, "2026-02-15", "2026-02-14"), 0),
        (("CSM_DAYS", *_Q1, "2026-04-15", None), 0),
        (("CSM_PRORATE", 900, *_Q1, None, "2025-02-01"), 0),
        (("CSM_GATE", 5000, 1, 1), 1),
        (("CSM_PAYCURVE", 0.75, [[0.5, 0.5], [1, 1]], None, None, None, None, "actual"), 0.75),
        (("CSM_PAYCURVE", 2, [[90000, 0.5], [100000, 1]], None, None, None, None, "actual"), 0),
        (("CSM_ATTAINMENT", 12000, 100), 120),
        (("CSM_ATTAINMENT", 150, 120000), 0.00125),
        (("CSM_TIERPAY", 12, [[0, 25], [10, 30]]), 310),
        (("CSM_TIERPAY", 120000, [[0, 0.05]], None, 0), 6000),
        (("CSM_TIERPAY", 1.2, [[0, 0.05], [1, 0.08]]), 0.066),
        (("CSM_TRUEUP", 12000, 0), 12000),
        (("CSM_PRORATE", 3000, *_Q1, 1), 3000),
        (("CSM_TIERPAY", 120000, [[0, 0], [100000, 250]], "fixed"), 250),
        (("CSM_TRUEUP", 3000, -500), 3500),
        (("CSM_CLAWBACK", 1200, 12, 15, "full", 24), 1200),
        (("CSM_NPS", [5, 4, 3, 5]), -100),
        (("CSM_NPS", [5, 4, 3, 5, 5, 4, 2, 6]), -100),
    ],
)
def test_numbers_in_their_unit_are_calculated(formula, result):
    assert call(*formula) == pytest.approx(result)


_BOOK = [["account_id", "start", "end"], ["A", 100000, 120000], ["B", 200000, 150000]]
_OF_TWO = [["employee_id", "from", "salary"], ["E1", "2025-01-01", 80000], ["E2", "2026-02-01", 60000]]


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        (("CSM_RETENTION", [*_BOOK, ["Total", 300000, 270000]]), "accounts row 3: the row is a total"),
        (("CSM_RETENTION", [[100, 120], [200, 150], [300, 270]]), "the last account, from 300 to 270, is"),
        (("CSM_RETENTION", [["start", "end", "currency"], [100, 90, "USD"], [200, 150, "EUR"]]),
         "the rows are of several currencies: USD, EUR"),
        (("CSM_BOOKADJUST", [["start", "end", "class", "Currency"], [1, 1, "a", "USD"], [1, 1, "a", "EUR"]],
          [["a", 0.9]]), "of several currencies"),
        (("CSM_ELIGIBLESALARY", _OF_TWO, *_Q1), "the rows are of several people: E1, E2"),
        (("CSM_WEIGHTED", [1.1, 0.9, 1.02], [0.6, 0.4, 1]), "the last weight, 1, is the sum of all others"),
        (("CSM_WEIGHTED", [0.6, 0.4], [1.1, 0.9]), "the ratios sum to 1, and the weights to 2"),
        (("CSM_WEIGHTED", [1.1, 0.9, 1], [0.5, 0.5, 0.2]), "the weights sum to 1.2, more than 1"),
        (("CSM_WEIGHTED", [1.1, 0.9], [0.6, 0.6]), "the weights sum to 1.2, more than 1"),
        (("CSM_POOL", [5120.4, 3000, 2000, 10120.4], 7000), "the last value, 10,120.4, is the sum of all"),
        (("CSM_POOLSHARES", 9000, [8e4, 9e4, 7e4, 24e4]), "the last value, 240,000, is the sum"),
        (("CSM_MATRIX", 1.2, 250, [[100, 200], [0.5, 0.8], [1, 1.5]]), "the corner holds 100, as if it were"),
    ],
)  # fmt: skip
def test_a_range_that_takes_in_too_much_or_too_little_is_refused(formula, says):
    with pytest.raises(CsmError, match=says):
        call(*formula)


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        (("CSM_RETENTION", [["start", "end", "currency"], [100, 90, "usd"], [200, 150, "USD "]]), 0.8),
        (("CSM_RETENTION", [["owner", "start", "end"], ["E1", 100, 90], ["E2", 200, 150]]), 0.8),
        (("CSM_RETENTION", [[100, 100], [200, 200], [300, 300]]), 1),
        (("CSM_WEIGHTED", [1, 1, 1], [0.25, 0.25, 0.5]), 1),
        (("CSM_WEIGHTED", [0.6, 0.4], [0.5, 0.5]), 0.5),
        (("CSM_WEIGHTED", [0.5, 0.5], [0.5, 0.4]), 0.45),
        (("CSM_WEIGHTED", [0.9, 0.9, 0.9], [1 / 3, 1 / 3, 1 / 3]), 0.9),
        (("CSM_WEIGHTED", [0.5, 0.5], [0.6, 0.6], "multiplicative"), 0.25),
        (("CSM_POOLSHARES", 6, [1, 2, 3, 6]), [[0.5], [1], [1.5], [3]]),
        (("CSM_POOL", [1000, 1000, 2000], 4000), [[1000], [1000], [2000]]),
        (("CSM_POOL", [1000, 1000, 1000, 3000], 6000), [[1000], [1000], [1000], [3000]]),
        (("CSM_TIERPAY", 120000, [[1, 0.05]]), 5999.95),
        (("CSM_MATRIX", 1.2, 250, [["GRR", 100, 200], [0.9, 0.5, 0.8], [1, 1, 1.5]]), 1.5),
        (("CSM_MATRIX", 1.2, 250, [[2026, 100, 200], [0.9, 0.5, 0.8], [1, 1, 1.5]]), 1.5),
    ],
)
def test_ranges_that_look_alike_are_calculated(formula, result):
    assert call(*formula) == (result if isinstance(result, list) else pytest.approx(result))
