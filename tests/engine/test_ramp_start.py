"""Where a ramp begins: with the month of hire, or the next one for those hired late in a month."""

from datetime import date
from fractions import Fraction

import pytest
from following import follow
from hypothesis import given, settings
from hypothesis import strategies as st
from small_company import company, issues, one, ramps, result, steps

SHARES = (0.25, 0.25, 0.5, 0.5, 0.75, 1)


def ramped(hired, period, kind="month", start="next_month_after_15"):
    tables = company(period=kind, ramp_id="R")
    tables["plans"][0]["ramp_start"] = start
    tables["roster"][0]["hire_date"] = hired
    tables |= {"ramps": ramps(*SHARES), "results": [result("E0001", 30, 1200, period=period)]}
    return tables


@pytest.mark.parametrize(("period", "goal", "by_hire"), [
    ("2021-04", 300, 300), ("2021-05", 300, 300), ("2021-06", 300, 600), ("2021-07", 600, 600),
    ("2021-08", 600, 900), ("2021-09", 900, 1200), ("2021-10", 1200, 1200),
])  # fmt: skip
def test_hired_on_22_april_month_1_is_may(period, goal, by_hire):
    hired = date(2021, 4, 22)
    assert one(ramped(hired, period), period)["goal"] == goal
    assert one(ramped(hired, period, start="hire"), period)["goal"] == by_hire
    assert one(ramped(hired, period, start=None), period)["goal"] == by_hire


@pytest.mark.parametrize(("day", "goal"), [(15, 600), (16, 300)])
def test_who_is_hired_on_the_15th_is_in_month_1(day, goal):
    assert one(ramped(date(2021, 4, day), "2021-06"), "2021-06")["goal"] == goal


def test_pay_begins_on_the_day_of_hire_all_the_same():
    line = one(ramped(date(2021, 4, 22), "2021-04"), "2021-04")
    assert line["eligible_days"] == 9
    assert line["amount"] == round(80000 / 10 / 12 * 9 / 30 * 30 / 300, 2)


def test_a_quarter_takes_the_mean_of_its_months_the_month_of_hire_with_the_share_of_month_1():
    tables = ramped(date(2021, 5, 20), "2021-Q2", "quarter")
    assert one(tables, "2021-Q2")["goal"] == 1200 * 0.25  # May before month 1, June month 1; not April
    told = steps(tables, period="2021-Q2")["Goal"]
    assert "before month 1 of tenure" in told[2]
    assert "plans, row 2 (ramp_start)" in told[4]


@pytest.mark.parametrize("hired", [date(2021, 5, 20), date(2021, 4, 3), date(2020, 12, 31)])
def test_with_a_calculator_one_arrives_at_the_same_goal(hired):
    assert follow(ramped(hired, "2021-Q2", "quarter"), "2021-Q2").counts["Goal"] == 1


def test_a_ramp_start_without_a_ramp_is_named():
    tables = company()
    tables["plans"][0]["ramp_start"] = "next_month_after_15"
    tables["results"] = [result("E0001", 1, 1)]
    found = issues(tables)["plans, row 2 (ramp_start)"]
    assert found == "warning: plan S: no component has a ramp, so ramp_start is not used"


def test_an_unknown_ramp_start_is_refused():
    found = issues(ramped(date(2021, 4, 22), "2021-04", start="after_10"))["plans, row 2 (ramp_start)"]
    assert "unknown ramp_start 'after_10'" in found


@given(
    st.dates(date(2020, 6, 1), date(2021, 6, 30)), st.sampled_from(["2021-Q2", "2021-Q3", "2021-06"]),
    st.lists(st.integers(0, 20), min_size=1, max_size=6), st.booleans(),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_random_ramps_against_a_walk_over_the_months(hired, period, parts, later):
    kind = "quarter" if "Q" in period else "month"
    months = {"2021-Q2": (4, 5, 6), "2021-Q3": (7, 8, 9), "2021-06": (6,)}[period]
    tables = ramped(hired, period, kind, "next_month_after_15" if later else "hire")
    tables["ramps"] = ramps(*(part / 20 for part in parts))
    first = 12 * hired.year + hired.month + (1 if later and hired.day > 15 else 0)
    shares = []
    for month in months:
        if 12 * 2021 + month >= 12 * hired.year + hired.month:
            tenure = max(12 * 2021 + month - first + 1, 1)
            shares.append(Fraction(parts[min(tenure, len(parts)) - 1], 20))
    assert one(tables, period)["goal"] == pytest.approx(float(1200 * sum(shares) / len(shares)), abs=1e-9)
