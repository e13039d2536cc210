"""Proration and eligible salary at their edges."""

from datetime import date, datetime

import numpy as np
import pytest

from csm_xl.errors import CsmError
from csm_xl.pay.proration import (
    eligible_days,
    eligible_months,
    eligible_salary,
    eligible_workdays,
    ordinals,
    prorate,
    prorate_share,
)
from csm_xl.pay.rounding import exact

QUARTER = date(2024, 1, 1), date(2024, 3, 31)


def test_ordinals_take_dates_datetimes_numbers_and_blanks():
    day = date(2024, 2, 29).toordinal()
    assert ordinals([date(2024, 2, 29), datetime(2024, 2, 29, 23), day, None]).tolist() == [day, day, day, 0]
    assert ordinals(np.array(["2024-02-29"], dtype="datetime64[s]")).tolist() == [day]
    assert ordinals(day).shape == ()


def test_hire_and_leave_dates_are_both_paid_days():
    assert int(eligible_days(*QUARTER)) == 91
    assert int(eligible_days(*QUARTER, date(2024, 3, 31))) == 1
    assert int(eligible_days(*QUARTER, None, date(2024, 1, 1))) == 1
    assert int(eligible_days(*QUARTER, date(2024, 4, 1))) == 0
    assert int(eligible_days(*QUARTER, None, date(2023, 12, 31))) == 0
    assert int(eligible_days(*QUARTER, date(2024, 2, 10), date(2024, 2, 1))) == 0


def test_a_month_counts_by_its_15th():
    assert int(eligible_months(*QUARTER, date(2024, 1, 15), date(2024, 3, 14))) == 2
    assert int(eligible_months(*QUARTER, date(2024, 1, 16), date(2024, 3, 15))) == 2
    assert int(eligible_months(date(2023, 12, 15), date(2024, 2, 14))) == 2


def test_weekdays_and_weekends():
    assert int(eligible_workdays(date(2024, 1, 6), date(2024, 1, 7))) == 0
    assert int(eligible_workdays(date(2024, 1, 5), date(2024, 1, 8))) == 2


def test_columns_broadcast():
    firsts = np.array([[0], [date(2024, 3, 1).toordinal()]])
    starts = np.array([QUARTER[0].toordinal(), date(2024, 2, 1).toordinal()])
    assert eligible_days(starts, QUARTER[1], firsts).tolist() == [[91, 60], [31, 31]]


def test_prorate():
    assert prorate(exact(91), *QUARTER, date(2024, 3, 31))[()] == 1
    assert float(prorate(900, *QUARTER, date(2024, 2, 1), basis="months")) == 600
    assert float(prorate(650, *QUARTER, date(2024, 3, 25), basis="workdays")) == 50
    assert prorate([100, 200], *QUARTER).tolist() == [100, 200]


def test_wrong_periods_are_refused():
    with pytest.raises(CsmError, match="2024-01-02 to 2024-01-01"):
        eligible_days(date(2024, 1, 2), date(2024, 1, 1))
    with pytest.raises(CsmError) as caught:
        eligible_days([5, 9, 9], [6, 6, 7])
    assert [issue.where for issue in caught.value.issues] == ["period_end row 2", "period_end row 3"]
    with pytest.raises(CsmError, match="calendar_days, months, workdays"):
        prorate(1, *QUARTER, basis="weeks")
    for basis in ("months", "workdays"):
        with pytest.raises(CsmError, match="holds nothing") as caught:
            prorate_share(date(2024, 1, 6), date(2024, 1, 7), basis=basis)
        assert caught.value.code == "#NUM!"


def test_eligible_salary_over_raises_leave_and_hire():
    leave = [(date(2024, 1, 1), 91000, 1), (date(2024, 3, 1), 91000, 0), (date(2024, 3, 31), 91000, None)]
    assert float(eligible_salary(leave, *QUARTER)) == 61000
    assert float(eligible_salary(leave, *QUARTER, "period_end")) == 91000
    hire = [(date(2024, 3, 22), 91000, 0.5)]
    assert float(eligible_salary(hire, *QUARTER)) == 5000
    assert float(eligible_salary(hire, *QUARTER, "period_start")) == 45500
    later = [(date(2025, 1, 1), 91000)]
    assert [float(eligible_salary(later, *QUARTER, m)) for m in ("daily", "period_start", "period_end")] == [
        0,
        0,
        0,
    ]
    assert eligible_salary(leave[::-1], *QUARTER) == eligible_salary(leave, *QUARTER)


@pytest.mark.parametrize(
    ("history", "said"),
    [
        ([], "history is empty"),
        ([(QUARTER[0], 1), (QUARTER[0], 2)], "history row 2: this row and row 1"),
        ([(QUARTER[0], None)], "history row 1: the salary or FTE"),
        ([(QUARTER[0], 1, -1)], "history row 1: the salary or FTE"),
        ([(QUARTER[0], float("nan"))], "history row 1: the salary or FTE"),
        ([(None, 1)], "history row 1: a row has no from"),
        ([(QUARTER[0],)], "history row 1: a row has no from"),
    ],
)
def test_wrong_histories_are_refused(history, said):
    with pytest.raises(CsmError, match=said):
        eligible_salary(history, *QUARTER)


def test_an_unknown_method_is_refused():
    with pytest.raises(CsmError, match="daily, period_start, period_end"):
        eligible_salary([(QUARTER[0], 1)], *QUARTER, "hourly")
