"""Weeks, four-week periods and other calendars of a periods table: what their shares of the year pay."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_company import company, issues, one, pay, raws, result, steps

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.load import load_tables
from csm_xl.plan.periods import share_of_year
from csm_xl.plan.tables import PAY_TABLES

MONDAY = date(2025, 12, 29)
DAYS = {"week": 7, "biweek": 14, "p13": 28}
COUNTS = {"week": 52, "biweek": 26, "p13": 13}


def paid_by(kind, share, count, salary=52000, **more):
    """One person on a tenth of the salary, paid by `count` periods of a kind from 29 December 2025."""
    tables = company(period=kind)
    tables["roster"][0]["base_salary"] = salary
    step = timedelta(DAYS[kind])
    tables["periods"] = [
        {"period": f"N{n + 1}", "start": MONDAY + n * step, "end": MONDAY + (n + 1) * step - timedelta(1),
         "share": share, "kind": kind, **more}
        for n in range(count)
    ]  # fmt: skip
    tables["results"] = [result("E0001", 1, 1, period=f"N{n + 1}") for n in range(count)]
    return tables


def amounts(tables, period="2026"):
    return [line["amount"] for line in pay(tables, period)]


@pytest.mark.parametrize(("share", "paid"), [
    ("1/52", 100), ("1 / 53", 98.11), ("7/365", 99.73), (1 / 52, 100), ("0.019230769231", 100), ("2%", 104),
])  # fmt: skip
def test_a_week_pays_its_share_of_a_tenth_of_52_000(share, paid):
    assert amounts(paid_by("week", share, 3)) == [paid] * 3


def test_a_whole_year_of_weeks_pays_the_annual_target():
    assert sum(amounts(paid_by("week", "1/52", 52))) == 5200
    assert len(amounts(paid_by("week", "7/365", 53, year=2026))) == 53  # by days: 371 of 365


@pytest.mark.parametrize(("kind", "offered"), [
    ("week", "Type 1/52 (0.019230769231), 1/53 (0.018867924528) or 7/365 (0.019178082192): of an annual"
             " target of 5,200 they pay 100.00, 98.11 and 99.73."),
    ("biweek", "Type 1/26 (0.038461538462), 1/27 (0.037037037037) or 14/365 (0.038356164384): of an annual"
               " target of 5,200 they pay 200.00, 192.59 and 199.45."),
    ("p13", "Type 1/13 (0.076923076923) or 28/365 (0.076712328767): of an annual target of 5,200 they pay"
            " 400.00 and 398.90."),
])  # fmt: skip
def test_a_blank_share_is_refused_with_those_it_may_have(kind, offered):
    with pytest.raises(CsmError, match="has no share of the year") as caught:
        amounts(paid_by(kind, None, 2))
    assert caught.value.issues[0].hint == offered
    assert caught.value.issues[0].where == "periods, row 2 (share)"


@pytest.mark.parametrize(("kind", "share", "count", "says"), [
    ("week", "1/52", 53, "sum to more than 1"), ("week", "1/53", 52, "sum to 0.981132075, so the"),
    ("biweek", "1/26", 27, "sum to more than 1"), ("p13", 0.07, 13, "sum to 0.91, so the rest"),
])  # fmt: skip
def test_shares_of_a_year_that_do_not_sum_to_1_are_refused(kind, share, count, says):
    with pytest.raises(CsmError, match=says):
        amounts(paid_by(kind, share, count, year=2026))


def test_shares_with_fewer_decimals_are_those_typed_and_may_miss_1_by_their_rounding():
    assert amounts(paid_by("week", "0.019231", 52, salary=5200000))[:2] == [10000.12] * 2


def test_weeks_belong_to_the_month_and_the_year_in_which_they_end():
    tables = paid_by("week", "1/52", 14)
    assert [line["period"] for line in pay(tables, "2026-01")] == ["N1", "N2", "N3", "N4"]
    assert [line["period"] for line in pay(tables, "2026-02")] == ["N5", "N6", "N7", "N8"]
    assert [line["period"] for line in pay(tables, "2026-Q1")] == [f"N{n}" for n in range(1, 14)]
    with pytest.raises(CsmError, match="unknown period"):
        pay(tables, "2026-07")


def test_weeks_and_fiscal_months_of_4_4_5_weeks_stand_side_by_side():
    tables = paid_by("week", "1/52", 13)
    starts = [MONDAY + timedelta(7 * n) for n in (0, 4, 8, 13)]
    tables["periods"] += [
        {"period": f"FY26-P{n}", "start": first, "end": after - timedelta(1)}
        for n, (first, after) in enumerate(pairwise(starts), 1)
    ]
    tables["plans"].append({**tables["plans"][0], "plan_id": "M", "pay_period": "month"})
    tables["components"].append({**tables["components"][0], "plan_id": "M"})
    tables["roster"].append({**tables["roster"][0], "plan_id": "M", "employee_id": "E2"})
    tables["results"] += [result("E2", 1, 1, period=f"FY26-P{n}") for n in (1, 2, 3)]
    lines = pay(tables, "FY26-P3")
    assert sorted(line["period"] for line in lines) == ["FY26-P3", *sorted(f"N{n}" for n in range(9, 14))]
    assert {line["amount"] for line in lines} == {100, 433.33}


def said_of_periods(tables):
    return [str(one) for one in load_tables(raws(tables), component_types(), PAY_TABLES)[1]
            if one.where.startswith("periods")]  # fmt: skip


def test_a_share_unlike_the_days_of_its_week_is_named():
    assert not said_of_periods(paid_by("week", "1/52", 3))
    tables = paid_by("week", "1/52", 3)
    tables["periods"][2]["share"] = "1/12"
    (said,) = said_of_periods(tables)
    assert "periods, row 4 (share): N3 has 7 days, 1.92% of a year, but a share of 8.33%" in said


def test_weeks_whose_days_are_exchanged_are_named():
    tables = paid_by("week", "1/52", 3)
    tables["periods"][1]["period"], tables["periods"][2]["period"] = "N3", "N2"
    (said,) = said_of_periods(tables)
    assert "N2 comes after N3 here: are their days swapped?" in said


def test_half_months_pay_a_twenty_fourth():
    tables = company(period="semimonth")
    tables["periods"] = [
        {"period": "Jan-1", "start": "2026-01-01", "end": "2026-01-15", "share": "1/24", "kind": "semimonth"},
        {"period": "Jan-2", "start": "2026-01-16", "end": "2026-01-31", "share": "1/24", "kind": "semimonth"},
    ]
    tables["results"] = [result("E0001", 1, 1, period=f"Jan-{n}") for n in (1, 2)]
    assert amounts(tables, "2026-01") == [333.33, 333.33]


@pytest.mark.parametrize(("kind", "end", "says"), [
    (None, "2026-01-14", "neither its name nor its kind says what it is"),
    ("week", "2026-01-31", "has 31 days, too many for a week"),
    ("month", "2026-03-31", "has 90 days, too many for a month"),
])  # fmt: skip
def test_a_period_that_may_be_of_two_kinds_or_none_is_refused(kind, end, says):
    tables = company()
    tables["periods"] = [{"period": "One", "start": "2026-01-01", "end": end, "kind": kind, "share": 0.1}]
    assert says in issues(tables)["periods, row 2 (kind)"]


def test_a_plan_by_the_week_needs_its_weeks():
    tables = company(period="week")
    tables["results"] = [result("E0001", 1, 1)]
    assert (
        "pays by the week, and the periods table is not given" in issues(tables)["plans, row 2 (pay_period)"]
    )


def test_a_day_of_payment_before_the_period_is_refused():
    tables = paid_by("week", "1/52", 1, pay_date="2025-12-01")
    assert "N1 is paid before it starts, on 2025-12-01" in issues(tables)["periods, row 2 (pay_date)"]


def test_a_season_numbers_the_periods_of_the_table():
    tables = paid_by("p13", "1/13", 13)
    tables["components"][0]["season_id"] = "S"
    tables["seasons"] = [{"season_id": "S", "period_number": n, "share": 1 / 12} for n in range(1, 13)]
    assert (
        "has 12 periods, but the plan's year has 13 p13s" in issues(tables)["components, row 2 (season_id)"]
    )


def test_the_explanation_names_the_share_as_the_fraction_it_is():
    rule = steps(paid_by("week", "1/52", 2), period="N2")["Target incentive"]
    assert rule[2] == "7 × 52000 × 1 × 0.1 × 1 / 52 / 7"
    assert "periods, row 3 (share)" in rule[4]


def rounded(value):
    """Half away from zero, to cents, of a number that is not below 0."""
    return int(value * 100 + Fraction(1, 2))


@given(
    st.sampled_from(["week", "biweek", "p13"]), st.integers(1, 4_000_000), st.integers(0, 20_000),
    st.sampled_from([0, 1, 365]), st.integers(0, 60),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_random_calendars_pay_what_exact_arithmetic_gives(kind, cents, actual, basis, hired):
    share = Fraction(DAYS[kind], 365) if basis == 365 else Fraction(1, COUNTS[kind] + basis)
    tables = paid_by(kind, f"{share.numerator}/{share.denominator}", 3, salary=cents / 100)
    start = MONDAY + timedelta(hired)
    tables["roster"][0]["hire_date"] = start
    for row in tables["results"]:
        row["actual"] = actual / 10000
    expected = {}
    for n in range(3):
        first = MONDAY + timedelta(n * DAYS[kind])
        there = min(max((first + timedelta(DAYS[kind]) - start).days, 0), DAYS[kind])
        target = Fraction(cents, 100) / 10 * share * Fraction(there, DAYS[kind])
        if there:
            expected[f"N{n + 1}"] = rounded(target * Fraction(actual, 10000))
    tables["results"] = [row for row in tables["results"] if row["period"] in expected]
    if expected:
        lines = run(raws(tables), "2026").dicts()
        assert {line["period"]: round(line["amount"] * 100) for line in lines} == expected


@given(st.integers(1, 400), st.data())
def test_a_fraction_kept_to_twelve_decimals_is_found_again(denominator, data):
    share = Fraction(data.draw(st.integers(1, denominator)), denominator)
    assert share_of_year(Fraction(round(share * 10**12), 10**12)) == share


def test_a_month_that_the_table_names_holds_the_weeks_that_end_in_its_own_days():
    tables = paid_by("week", "1/52", 6)
    tables["periods"].append({"period": "2026-01", "start": MONDAY, "end": MONDAY + timedelta(34)})
    assert [line["period"] for line in pay(tables, "2026-01")] == ["N1", "N2", "N3", "N4", "N5"]
    assert one(tables, "N1")["amount"] == 100
