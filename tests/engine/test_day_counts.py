"""Parts of a period by a year of 360 or 365 days, and by working weeks with holidays."""

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from following import follow
from hypothesis import given, settings
from hypothesis import strategies as st
from small_company import company, issues, one, pay, result, steps

from csm_xl.errors import CsmError
from csm_xl.pay.day_counts import WorkWeek, days_360, parts_of_365, week_days

HOLIDAYS = [{"date": "2026-01-01", "name": "New Year"}, {"date": "2026-01-19", "name": None}]


def prorated(hired, period="2026-01", kind="month", left=None, target=12000, actual=1, **plan):
    """One person on an amount a year, hired on a day."""
    tables = company(period=kind)
    tables["plans"][0].update(target_basis="amount", target_value=target, **plan)
    tables["roster"][0].update(hire_date=hired, leave_date=left)
    tables["results"] = [result("E0001", actual, 1, period=period)]
    return tables


def amount(hired, period="2026-01", **more):
    return one(prorated(hired, period, **more), period)["amount"]


@pytest.mark.parametrize("valuation", ["daily", "period_end", "period_start"])
@pytest.mark.parametrize(("hired", "left", "period", "days"), [
    (date(2026, 1, 16), None, "2026-01", 15), (date(2026, 1, 31), None, "2026-01", 0),
    (date(2026, 1, 30), None, "2026-01", 1), (date(2026, 2, 15), None, "2026-02", 16),
    (date(2020, 1, 1), None, "2026-02", 30), (date(2020, 1, 1), date(2026, 1, 30), "2026-01", 30),
    (date(2020, 1, 1), date(2026, 2, 27), "2026-02", 27), (date(2020, 1, 1), None, "2026-01", 30),
])  # fmt: skip
def test_a_month_of_30_days(valuation, hired, left, period, days):
    line = one(prorated(hired, period, left=left, proration="days_360", valuation=valuation), period)
    assert line["amount"] == round(1000 * days / 30, 2)
    assert line["proration"] == pytest.approx(days / 30)


def test_a_year_of_360_days():
    assert amount(date(2026, 7, 1), "2026", kind="year", proration="days_360") == 6000
    assert amount(date(2026, 12, 31), "2026", kind="year", proration="days_360") == 0


@pytest.mark.parametrize("valuation", ["daily", "period_end"])
@pytest.mark.parametrize(("hired", "kind", "period", "paid"), [
    (date(2024, 7, 1), "year", "2024", Fraction(12000 * 184, 365)),  # a leap year
    (date(2024, 1, 2), "year", "2024", Fraction(12000)),  # 365 of its days are a whole year
    (date(2020, 1, 1), "year", "2024", Fraction(12000)), (date(2026, 2, 15), "quarter", "2026-Q1",
     Fraction(12000 * 45, 365)), (date(2020, 1, 1), "quarter", "2026-Q1", Fraction(3000)),
    (date(2026, 7, 2), "quarter", "2026-Q3", Fraction(12000 * 91, 365)),
    (date(2026, 2, 2), "month", "2026-02", Fraction(12000 * 27, 365)),
])  # fmt: skip
def test_a_day_is_a_365th_of_the_year_and_a_whole_period_is_whole(valuation, hired, kind, period, paid):
    found = amount(hired, period, kind=kind, proration="days_365", valuation=valuation)
    assert found == round(float(paid), 2)


def test_a_raise_in_a_whole_period_counts_by_its_days_and_the_period_stays_whole():
    tables = prorated(date(2020, 1, 1), "2026-Q1", "quarter", proration="days_365")
    tables["changes"] = [{"employee_id": "E0001", "from": "2026-02-15", "target_amount": 24000}]
    assert pay(tables, "2026-Q1")[0]["amount"] == 3000 * 45 / 90 + 6000 * 45 / 90


def test_runs_of_days_of_a_whole_period_are_whole_parts_of_it():
    parts, total = parts_of_365(np.array([10, 21, 5]), np.array([0, 0, 1]), 31, Fraction(1, 12))
    assert parts.tolist() == np.floor(parts).tolist()
    assert parts[0] + parts[1] == total
    assert Fraction(int(parts[2]), total) == Fraction(5 * 12, 365)


@pytest.mark.parametrize("hired", [date(2026, 1, 12), date(2020, 1, 1), date(2026, 1, 31)])
def test_calendar_is_another_word_for_calendar_days(hired):
    plan = {"valuation": "period_end"}
    assert amount(hired, proration="calendar", **plan) == amount(hired, proration="calendar_days", **plan)


@pytest.mark.parametrize(("week", "holidays", "part", "whole"), [
    (None, [], 15, 22), ("5", [], 15, 22), ("Mon-Fri", [], 15, 22), (None, HOLIDAYS, 14, 20),
    ("5.5", [], 16.5, 24.5), ("Mon-Fri, Sat 0.5", HOLIDAYS, 15.5, 22.5), ("6", [], 18, 27),
    ("Sun-Thu", [], 14, 21), ("Sat;Sun", HOLIDAYS, 5, 9),
])  # fmt: skip
def test_workdays_of_january_from_the_12th(week, holidays, part, whole):
    plan = {"proration": "workdays", "valuation": "period_end", "work_week": week}
    tables = prorated(date(2026, 1, 12), **plan) | {"holidays": holidays}
    days = [date(2026, 1, day) for day in range(1, 32)]
    off = {date.fromisoformat(row["date"]) for row in holidays}
    worked = [week_days(week)[day.weekday()] if day not in off else 0 for day in days]
    assert (sum(worked[11:]), sum(worked)) == (part, whole)
    assert one(tables, "2026-01")["amount"] == round(1000 * part / whole, 2)


def test_a_month_of_holidays_alone_has_no_workday():
    plan = {"proration": "workdays", "valuation": "period_end", "work_week": "Mon"}
    tables = prorated(date(2020, 1, 1), **plan)
    tables["holidays"] = [{"date": f"2026-01-{day:02}"} for day in (5, 12, 19, 26)]
    with pytest.raises(CsmError, match="period 2026-01 has no workday to prorate by"):
        pay(tables, "2026-01")


@pytest.mark.parametrize(("week", "says"), [
    ("9", "a week has up to 7 working days"), ("Mon-Fri, Fri 0.5", "Fri is in the week twice"),
    ("Moonday", "this is not a day of the week"), ("Sat 1.5", "a part of a day is above 0, and at most 1"),
])  # fmt: skip
def test_a_week_that_cannot_be_is_refused(week, says):
    tables = prorated(date(2020, 1, 1), proration="workdays", valuation="period_end", work_week=week)
    assert says in issues(tables)["plans, row 2 (work_week)"]


@pytest.mark.parametrize("unit", ["months", "workdays"])
def test_months_and_workdays_do_not_count_where_values_are_daily(unit):
    said = issues(prorated(date(2026, 1, 20), proration=unit))["plans, row 2 (proration)"]
    assert f"valuation is daily, so each calendar day counts, and {unit} do not" in said
    ends = prorated(date(2026, 1, 20), proration=unit, valuation="period_end")
    assert "plans, row 2 (proration)" not in issues(ends)


def test_what_is_not_used_is_named():
    tables = prorated(date(2020, 1, 1), work_week="5.5")
    assert "proration is not workdays, so work_week is not used" in issues(tables)["plans, row 2 (work_week)"]
    tables = prorated(date(2020, 1, 1)) | {"holidays": HOLIDAYS}
    assert "no plan prorates by workdays" in issues(tables)["holidays, row 2 (date)"]
    tables = prorated(date(2020, 1, 1), proration="workdays") | {"holidays": HOLIDAYS}
    assert "valuation is daily, so each calendar day counts" in issues(tables)["plans, row 2 (proration)"]
    tables["holidays"] = [HOLIDAYS[0], HOLIDAYS[0]]
    assert "duplicate date 2026-01-01 in holidays" in issues(tables)["holidays, row 3 (date)"]


@pytest.mark.parametrize("plan", [
    {"proration": "days_360"}, {"proration": "days_360", "valuation": "period_end"},
    {"proration": "workdays", "valuation": "period_end", "work_week": "5.5"},
])  # fmt: skip
def test_with_a_calculator_one_arrives_at_the_same_cent(plan):
    assert follow(prorated(date(2026, 1, 12), **plan), "2026-01").counts["Target incentive"] == 1


def test_the_explanation_says_what_is_counted():
    told = steps(prorated(date(2026, 1, 12), proration="days_360"), period="2026-01")
    assert told["Eligible days"][1].startswith("days of a year of 360 employed and on the plan")
    assert told["Eligible days"][2] == "19 / 30"
    told = steps(prorated(date(2024, 7, 1), "2024", "year", proration="days_365"), period="2024")
    assert told["Eligible days"][2] == "184 / 365"


# -- against exact arithmetic ------------------------------------------------------------------------------

days = st.dates(date(2023, 1, 1), date(2025, 12, 31))


def thirty(first, last):
    """The days of a year of 360, one by one."""
    count, day = 0, first
    while day <= last:
        count += day.day <= 30
        if day.month == 2 and day.day == monthrange(day.year, 2)[1]:
            count += 30 - day.day
        day += timedelta(1)
    return count


@given(days, st.integers(-1, 400))
def test_days_of_360_against_a_walk_over_the_calendar(first, more):
    last = first + timedelta(more)
    assert int(days_360(first, last)) == thirty(first, last)


@given(
    days,
    st.integers(0, 200),
    st.lists(days, max_size=30),
    st.lists(st.integers(0, 4), min_size=7, max_size=7),
)
def test_workdays_against_a_walk_over_the_calendar(first, more, holidays, quarters):
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    typed = [f"{name} {part / 4}" for name, part in zip(names, quarters, strict=True) if part]
    if not typed:
        return
    week, last = WorkWeek.of(typed, holidays), first + timedelta(more)
    every = [first + timedelta(n) for n in range(more + 1)]
    worked = sum(Fraction(quarters[day.weekday()], 4) for day in every if day not in holidays)
    assert Fraction(int(week.count(first, last)), week.unit) == worked
    column = np.array([first.toordinal()] * 2)
    assert week.count(column, last).tolist() == [int(worked * week.unit)] * 2


def cents(value):
    return int(value * 100 + Fraction(1, 2))


@given(
    st.sampled_from(["days_360", "days_365", "workdays"]),
    st.sampled_from(["daily", "period_start", "period_end"]),
    st.sampled_from([("2024-02", "month"), ("2024-Q1", "quarter"), ("2024", "year"), ("2023-H2", "half")]),
    st.integers(0, 400), st.integers(0, 120), st.integers(1, 10_000_000), st.integers(0, 200),
    st.sampled_from(["5", "5.5", "Sun-Thu"]),
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_random_parts_of_periods_pay_what_exact_arithmetic_gives(
    basis, valuation, period, back, before_end, target, actual, week
):
    name, kind = period
    months = {
        "2024-02": (2024, 2, 1),
        "2024-Q1": (2024, 1, 3),
        "2024": (2024, 1, 12),
        "2023-H2": (2023, 7, 6),
    }
    year, month, size = months[name]
    first, end_month = date(year, month, 1), month + size - 1
    last = date(year, end_month, monthrange(year, end_month)[1])
    hired, left = first + timedelta(40 - back), last - timedelta(before_end)
    since = max(hired, first)
    if since > left:
        return
    plan = {"proration": basis, "valuation": valuation}
    if basis == "workdays":
        plan["work_week"] = week
    tables = prorated(hired, name, kind, left, target / 100, actual / 100, **plan)
    share = Fraction(size, 12)
    whole, mine = (last - first).days + 1, (left - since).days + 1
    part = Fraction(mine, whole)
    if basis == "days_360":
        part = Fraction(thirty(since, left), thirty(first, last))
    elif basis == "days_365":
        part = Fraction(1) if mine == whole else min(Fraction(1), mine / (365 * share))
    elif valuation != "daily":
        shares = week_days(week)
        worked = [shares[(first + timedelta(n)).weekday()] for n in range(whole)]
        skip = (since - first).days
        part = sum(worked[skip : skip + mine], Fraction(0)) / sum(worked)
    expected = cents(Fraction(target, 100) * share * part * Fraction(actual, 100))
    assert round(one(tables, name)["amount"] * 100) == expected
