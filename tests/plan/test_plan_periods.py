"""Pay periods on the calendar and of fiscal calendars."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_tables import TYPES

from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.cells import BadCell
from csm_xl.plan.load import load_tables
from csm_xl.plan.periods import calendar_period, parse_period, period_kind
from csm_xl.plan.tables import PAY_TABLES, RawTable, read_strict
from csm_xl.xlsx.values import ErrorCell


def fiscal(*rows, header=("period", "start", "end", "year", "share")):
    raw = RawTable.of_rows([list(header), *map(list, rows)], "periods")
    return Calendar(read_strict([raw], TYPES)["periods"])


CALENDAR = fiscal()
# 4-4-5 weeks from Monday 29 December 2025, and the quarters they make.
MONTHS = [
    ("P1", "2025-12-29", "2026-01-25"),
    ("P2", "2026-01-26", "2026-02-22"),
    ("P3", "2026-02-23", "2026-03-29"),
    ("P4", "2026-03-30", "2026-04-26"),
    ("P5", "2026-04-27", "2026-05-24"),
    ("P6", "2026-05-25", "2026-06-28"),
]
QUARTERS = [("FY26-Q1", "2025-12-29", "2026-03-29"), ("FY26-Q2", "2026-03-30", "2026-06-28")]
SHARED = [(f"2026-Q{n}", f"2026-{3 * n - 2:02d}-01",
 date.fromordinal(calendar_period(f"2026-Q{n}").end).isoformat(),
           None, share) for n, share in ((1, 0.2), (2, 0.2), (3, 0.2), (4, 0.4))]  # fmt: skip


@pytest.mark.parametrize(("cell", "name"), [
    ("2026-q1", "2026-Q1"), (" 2026Q4 ", "2026-Q4"), ("Q3 2026", "2026-Q3"), ("2026-h2", "2026-H2"),
    ("2026", "2026"), (2026, "2026"), (2026.0, "2026"), ("2026-3", "2026-03"), ("2026-12", "2026-12"),
    (date(2026, 3, 1), "2026-03"), (datetime(2026, 3, 31), "2026-03"), ("2026-03-01", "2026-03"),
    (46082, "2026-03"), (46082.0, "2026-03"), ("46082", "2026-03"), (Decimal(2026), "2026"),
    (Decimal("46082.0"), "2026-03"), (np.int64(2026), "2026"), (np.datetime64("2026-03-31"), "2026-03"),
])  # fmt: skip
def test_what_a_cell_says(cell, name):
    assert parse_period(cell) == name


@pytest.mark.parametrize("cell", [
    "2026-13", "2026-Q5", "123456", Decimal(12), "2026-H3", "2026-00", "March", "", None, 2026.5, 12, 1899,
    3_000_000, True, -1, ErrorCell("#N/A"), "#REF!", [2026],
])  # fmt: skip
def test_what_is_no_period(cell):
    with pytest.raises(BadCell):
        parse_period(cell)


def test_a_calendar_name_wins_over_the_pattern():
    assert parse_period("march", ["March", "April"]) == "March"
    with pytest.raises(BadCell, match="not a period") as caught:
        parse_period("Aprl", ["March", "April"])
    assert "Did you mean 'April'?" in caught.value.hint


@pytest.mark.parametrize(("name", "kind", "start", "end", "share"), [
    ("2026-02", "month", "2026-02-01", "2026-02-28", Fraction(1, 12)),
    ("2028-02", "month", "2028-02-01", "2028-02-29", Fraction(1, 12)),
    ("2026-Q4", "quarter", "2026-10-01", "2026-12-31", Fraction(1, 4)),
    ("2026-H1", "half", "2026-01-01", "2026-06-30", Fraction(1, 2)),
    ("2026", "year", "2026-01-01", "2026-12-31", Fraction(1)),
])  # fmt: skip
def test_periods_of_the_calendar(name, kind, start, end, share):
    period = CALENDAR.find(name)
    assert (period.name, period.kind, period.share, period.year) == (name, kind, share, None)
    assert (date.fromordinal(period.start).isoformat(), date.fromordinal(period.end).isoformat()) == (
        start,
        end,
    )


def names(periods):
    return [period.name for period in periods]


def test_a_longer_period_gives_every_pay_period_inside():
    assert names(CALENDAR.inside(CALENDAR.find("2026"), "quarter")) == [f"2026-Q{n}" for n in range(1, 5)]
    assert names(CALENDAR.inside(CALENDAR.find("2026-H2"), "month")) == [
        f"2026-{n:02d}" for n in range(7, 13)
    ]
    assert names(CALENDAR.inside(CALENDAR.find("2026-Q2"), "quarter")) == ["2026-Q2"]


def test_a_shorter_period_is_an_error():
    with pytest.raises(CsmError, match="a month was requested, but the plan pays by the quarter") as caught:
        CALENDAR.inside(CALENDAR.find("2026-02"), "quarter")
    assert caught.value.code == "#VALUE!"


@pytest.mark.parametrize("name", ["2026-Q7", "soon", "", None, 7])
def test_an_unknown_period_is_an_error(name):
    with pytest.raises(CsmError):
        CALENDAR.find(name)


def test_the_plan_year_may_begin_in_any_month():
    quarter = CALENDAR.find("2026-Q1")
    assert names(CALENDAR.plan_year(quarter)) == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert names(CALENDAR.plan_year(quarter, 7)) == ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]
    assert names(CALENDAR.plan_year(CALENDAR.find("2026-01"), 2)) == [
        *(f"2025-{n:02d}" for n in range(2, 13)),
        "2026-01",
    ]
    assert names(CALENDAR.plan_year(CALENDAR.find("2026"), 7)) == ["2026"]


@given(st.integers(1950, 2150), st.integers(1, 12), st.integers(1, 12))
def test_every_month_is_in_its_own_plan_year_of_twelve(year, month, year_start):
    period = CALENDAR.find(f"{year}-{month:02d}")
    of_year = CALENDAR.plan_year(period, year_start)
    assert len(of_year) == 12
    assert period in of_year
    assert date.fromordinal(of_year[0].start).month == year_start
    for before, after in pairwise(of_year):
        assert after.start == before.end + 1


def test_fiscal_periods_have_their_own_days_and_names():
    calendar = fiscal(*MONTHS, *QUARTERS, header=("period", "start", "end"))
    assert [period.kind for period in calendar.periods] == ["month"] * 6 + ["quarter"] * 2
    assert calendar.find("p3").days == 35
    assert names(calendar.inside(calendar.find("fy26-q1"), "month")) == ["P1", "P2", "P3"]
    # P1 and Q1 begin in 2025 and belong to the year in which they end.
    assert names(calendar.inside(calendar.find(2026), "quarter")) == ["FY26-Q1", "FY26-Q2"]
    assert names(calendar.plan_year(calendar.find("P1"))) == ["P1", "P2", "P3", "P4", "P5", "P6"]


def test_a_year_is_made_of_its_periods_where_only_those_are_listed():
    calendar = fiscal(*SHARED)
    year = calendar.find("2026")
    assert (year.kind, year.year, year.share) == ("year", 2026, 1)
    assert names(calendar.inside(year, "quarter")) == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    with pytest.raises(CsmError, match="has no month in the period asked for"):
        calendar.inside(year, "month")


def test_shares_are_the_decimals_typed():
    assert [period.share for period in fiscal(*SHARED).periods] == [Fraction(1, 5)] * 3 + [Fraction(2, 5)]


def test_a_stated_year_beats_the_year_of_the_last_day():
    calendar = fiscal(("Q1", "2026-07-01", "2026-09-30", 2027, None), ("Q2", "2026-10-01", "2026-12-31",
     2027, None),
                      ("Q3", "2027-01-01", "2027-03-31", None, None))  # fmt: skip
    assert [period.year for period in calendar.periods] == [2027, 2027, 2027]
    assert names(calendar.plan_year(calendar.find("Q1"))) == ["Q1", "Q2", "Q3"]
    assert names(calendar.inside(calendar.find("2027"), "quarter")) == ["Q1", "Q2", "Q3"]


@pytest.mark.parametrize("name", ["2026-Q3", "2025", "2026-01", "Summer"])
def test_a_fiscal_calendar_replaces_the_calendar(name):
    calendar = fiscal(*QUARTERS, header=("period", "start", "end"))
    with pytest.raises(CsmError) as caught:
        calendar.find(name)
    assert caught.value.code == "#N/A"
    assert "The periods table has FY26-Q1, FY26-Q2." in caught.value.hint


@pytest.mark.parametrize(("name", "days", "kind"), [
    ("2026-03", 35, "month"), ("FY26-P13", 28, "month"), ("FY26 M2", 30, "month"), ("Q4", 98, "quarter"),
    ("FY26-H2", 182, "half"), ("FY26", 364, "year"), ("2026", 365, "year"), ("Spring", 91, "quarter"),
    ("Lent", 40, "month"), ("Season", 200, "half"), ("All", 371, "year"),
])  # fmt: skip
def test_the_kind_comes_from_the_name_or_the_days(name, days, kind):
    assert period_kind(name, days) == kind


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("FY26-Q1", "2026-03-01", "2026-05-02"), ("FY26-Q2", "2026-05-03", "2026-08-01"),
          ("FY26-Q3", "2026-08-02", "2026-10-31"), ("FY26-Q4", "2026-11-01", "2027-01-30")],
         ["FY26-Q1 has 63 days, but the other quarters about 91"]),
        ([("FY26-Q1", "2026-02-01", "2026-05-02"), ("FY26-Q2", "2026-05-03", "2026-08-01"),
          ("FY26-Q3", "2026-08-02", "2026-10-31"), ("FY26-Q4", "2026-11-01", "2027-02-06")], []),
        (MONTHS, []),
        (QUARTERS, []),
        ([("2026-Q1", "2026-01-01", "2026-04-30"), ("2026-Q2", "2026-05-01", "2026-06-30")],
         ["2026-Q1 has 120 days, but a quarter about 91", "2026-Q2 has 61 days, but a quarter about 91"]),
    ],
)  # fmt: skip
def test_a_period_unlike_the_others_of_its_kind_is_named(
    rows: list[tuple[str, ...]], said: list[str]
) -> None:
    plans = [["plan_id", "model", "pay_period", "target_basis"], ["p", "base_only", "quarter", "ratio"]]
    raws = [RawTable.of_rows([["period", "start", "end"], *map(list, rows)], "periods"),
            RawTable.of_rows(plans, "plans")]  # fmt: skip
    found = [one.message for one in load_tables(raws, component_types(), PAY_TABLES)[1]]
    assert [one for one in found if " about " in one] == said


def test_periods_of_one_year_that_lie_more_than_a_year_apart_are_named() -> None:
    plans = [["plan_id", "model", "pay_period", "target_basis"], ["p", "base_only", "quarter", "ratio"]]
    rows = [["period", "start", "end", "year"], ["2026-Q1", "2025-01-01", "2025-03-31", 2026],
            ["2026-Q2", "2026-04-01", "2026-06-30", 2026]]  # fmt: skip
    raws = [RawTable.of_rows(rows, "periods"), RawTable.of_rows(plans, "plans")]
    found = [one.message for one in load_tables(raws, component_types(), PAY_TABLES)[1]]
    assert "2026-Q1 starts on 2025-01-01, and 2026-Q2 of the same year, 2026, ends on 2026-06-30" in found
