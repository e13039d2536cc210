"""Goals and exchange rates of another month, quarter or year are named before anyone is paid."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

PLAN = f"""{A_FIFTH.rstrip().replace('"quarter"', '"month"')}
[[components]]
plan_id = "CSM"
component_id = "bookings"
type = "metric"
weight = 1
measure = "Bookings"
[[components]]
plan_id = "CSM"
component_id = "upsell"
type = "commission"
rate = 0.02
[[components]]
plan_id = "CSM"
component_id = "ref"
type = "spif"
fixed_amount = 250
max_amount = 1000
"""
PEOPLE = range(1, 6)
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date\n"
    + "".join(f"E{n},CSM,{80000 + 700 * n},2023-02-01\n" for n in PEOPLE),
    "results.csv": "period,scope,id,measure,actual,goal\n"
    + "".join(
        f"2026-0{month},individual,E{n},Bookings,{38000 + 900 * n + 500 * month},40000\n"
        for month in (1, 2, 3)
        for n in PEOPLE
    ),
    "deals.csv": "deal_id,date,amount,employee_id,currency\n"
    + "".join(f"D{n},2026-0{1 + n % 3}-1{n},{21000 + 800 * n},E{n},EUR\n" for n in PEOPLE),
    "rates.csv": "from_currency,to_currency,rate,date\nEUR,USD,1.08,2026-01-01\nEUR,USD,1.09,2026-02-01\n"
    "EUR,USD,1.07,2026-03-01\n",
    "events.csv": "date,employee_id,component_id,count\n2026-01-20,E1,ref,1\n2026-02-11,E2,ref,2\n",
}


def test_a_clean_quarter_is_paid_in_silence(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, FILES) == (0, "")


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("results.csv", "2026-02,individual,E3,Bookings,41700,40000",
         "2026-02,individual,E3,Bookings,41700,120000", "is 3 times those of other months, 40,000: is it a"),
        ("rates.csv", "1.08,2026-01-01\nEUR,USD,1.09,2026-02-01\nEUR,USD,1.07",
         "0.926,2026-01-01\nEUR,USD,0.917,2026-02-01\nEUR,USD,0.935", "3 rates may be inverted"),
        ("rates.csv", "1.09", "1", "the rate of EUR in USD is exactly 1"),
        ("rates.csv", "2026-02-01", "2025-02-01", "180 days and more from every other one of rates"),
        ("rates.csv", "2026-02-01", "2027-02-01", "180 days and more from every other one of rates"),
        ("rates.csv", "EUR,USD,1.07,2026-03-01\n", "",
         "no rate from EUR to USD is of 2026-03: that of 2026-02-01 counts"),
        ("events.csv", "ref,2", "ref,200", "count is 200, at 250 for each 50,000, and at most 1,000 is paid"),
    ],
)  # fmt: skip
def test_a_slip_is_paid_and_named(tmp_path: Path, file: str, before: str, after: str, says: str) -> None:
    assert before in FILES[file]
    status, told = paid_folder(tmp_path, FILES | {file: FILES[file].replace(before, after, 1)})
    assert status == 0 and says in told


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        ("rates.csv", "EUR,USD,1.08,2026-01-01\n"),
        ("rates.csv", "EUR,USD,1.05,2025-01-01\nEUR,USD,1.08,2026-01-01\n"),
        ("rates.csv", "EUR,USD,1.05,2025-10-01\nEUR,USD,1.08,2026-01-01\n"),
    ],
)
def test_rates_that_hold_for_long_are_no_slip(tmp_path: Path, file: str, rows: str) -> None:
    head = FILES[file].splitlines(keepends=True)[0]
    assert paid_folder(tmp_path, FILES | {file: head + rows}) == (0, "")


def test_a_goal_that_all_have_three_times_is_of_the_season(tmp_path: Path) -> None:
    grown = "".join(
        line.replace(",40000", ",120000") if line.startswith("2026-03") else line
        for line in FILES["results.csv"].splitlines(keepends=True)
    )
    status, told = paid_folder(tmp_path, FILES | {"results.csv": grown})
    assert status == 0 and "is it a quarter's" not in told


def test_the_goal_of_a_month_among_those_of_quarters_is_named(tmp_path: Path) -> None:
    results = "period,scope,id,measure,actual,goal\n" + "".join(
        f"{period},individual,E{n},Bookings,{114000 + 900 * n},"
        f"{40000 if (n, period) == (3, '2026-Q1') else 120000}\n"
        for period in ("2025-Q4", "2026-Q1")
        for n in PEOPLE
    )
    status, told = paid_folder(
        tmp_path, FILES | {"plan.toml": PLAN.replace('"month"', '"quarter"'), "results.csv": results}
    )
    assert status == 0 and "those of other quarters, 120,000: is it a month's?" in told


RAMPED = PLAN.replace('measure = "Bookings"', 'measure = "Bookings"\nramp_id = "new"')
RAMP = '[[ramps]]\nramp_id = "new"\nmonths = [[1, 0.25], [2, 0.5], [3, 1]]\n'


def test_a_goal_that_is_ramped_already_is_named(tmp_path: Path) -> None:
    roster = FILES["roster.csv"].replace("E3,CSM,82100,2023-02-01", "E3,CSM,82100,2026-01-05")
    files = FILES | {"plan.toml": RAMPED + RAMP, "roster.csv": roster}
    assert "ramp" not in paid_folder(tmp_path, files)[1]
    typed = "2026-01,individual,E3,Bookings,41200,40000"
    results = FILES["results.csv"].replace(typed, "2026-01,individual,E3,Bookings,9000,10000")
    status, told = paid_folder(tmp_path, files | {"results.csv": results})
    assert typed in FILES["results.csv"] and status == 0 and "is the ramp already in it?" in told


@pytest.mark.parametrize(
    ("ramp", "says"),
    [
        (RAMP.replace("[3, 1]", "[3, 0.75]"), "ramp new ends at 0.75 of the goal, which then applies"),
        (RAMP.replace("0.25", "0.025"), "share is 0.025, a ratio: it means 2.5%, which is rarely below 5%"),
    ],
)
def test_a_ramp_that_never_ends_or_lost_a_digit_is_named(tmp_path: Path, ramp: str, says: str) -> None:
    status, told = paid_folder(tmp_path, FILES | {"plan.toml": RAMPED + ramp})
    assert status == 0 and says in told


RETENTION = FILES | {
    "plan.toml": A_FIFTH
    + '[[components]]\nplan_id = "CSM"\ncomponent_id = "nrr"\ntype = "metric"\nweight = 1\nmeasure = "NRR"\n',
    "roster.csv": "employee_id,plan_id,base_salary,hire_date,fte\n"
    + "".join(f"E{n},CSM,{80000 + 700 * n},2023-02-01,1\n" for n in range(1, 9)),
    "results.csv": "period,scope,id,measure,actual,goal\n"
    + "".join(f"2026-Q1,individual,E{n},NRR,{1 + n / 100},1.05\n" for n in range(1, 9)),
}
for beside in ("deals.csv", "rates.csv", "events.csv"):
    del RETENTION[beside]


def test_a_clean_quarter_of_retention_is_paid_in_silence(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, RETENTION) == (0, "")
    half = RETENTION["roster.csv"].replace("E3,CSM,82100,2023-02-01,1", "E3,CSM,82100,2023-02-01,0.5")
    assert paid_folder(tmp_path, RETENTION | {"roster.csv": half}) == (0, "")


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("results.csv", "NRR,1.03,", "NRR,2.9,", "the actual 2.9 is 2.8 times the goal, 1.05"),
        (
            "results.csv",
            "NRR,1.03,1.05",
            "NRR,1.03,1.5",
            "the goal 1.5 is 1.4 times the median",
        ),
    ],
)
def test_a_slip_in_retention_is_named(tmp_path: Path, file: str, before: str, after: str, says: str) -> None:
    assert before in RETENTION[file]
    files = RETENTION | {file: RETENTION[file].replace(before, after, 1)}
    status, told = paid_folder(tmp_path, files)
    assert status == 0 and says in told
