"""Accounts that are gone from one period to the next, or start at another revenue than they ended with."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

PLAN = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "grr"
type = "metric"
weight = 1
measure = "GRR"
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date\nE1,CSM,82000,2023-02-01\n",
    "results.csv": "period,scope,id,measure,actual,goal\n2026-Q1,individual,E1,GRR,,0.92\n",
    "accounts.csv": "period,account_id,employee_id,start,end,new\n2025-Q4,A1,E1,41000,42000,\n"
    "2025-Q4,A2,E1,52000,49000,\n2025-Q4,A3,E1,38000,38000,\n2025-Q4,A4,E1,61000,61000,\n"
    "2025-Q4,A5,E1,45000,0,\n2026-Q1,A1,E1,42000,44000,\n2026-Q1,A2,E1,49000,47000,\n"
    "2026-Q1,A3,E1,38000,0,\n2026-Q1,A4,E1,61000,62500,\n2026-Q1,A6,E1,0,30000,TRUE\n",
}


def changed(before: str, after: str) -> dict[str, str]:
    assert before in FILES["accounts.csv"]
    return FILES | {"accounts.csv": FILES["accounts.csv"].replace(before, after)}


def silent(folder: Path, files: dict[str, str]) -> bool:
    """Whether nothing is said but that the accounts of the quarter before are not paid."""
    status, told = paid_folder(folder, files)
    return status == 0 and len(told.splitlines()) == 1 and "not of 2026-Q1, so not paid with it" in told


def test_accounts_that_go_on_or_churn_need_no_remark(tmp_path: Path) -> None:
    assert silent(tmp_path, FILES)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("2026-Q1,A3,E1,38000,0,\n", "",
         "account A3 ended 2025-Q4 with 38,000 but has no row in 2026-Q1"),
        ("2026-Q1,A4,E1,61000,", "2026-Q1,A4,E1,16000,",
         "account A4 starts 2026-Q1 with 16,000, but ended 2025-Q4 with 61,000"),
        ("2025-Q4,A4,E1,61000,61000,", "2025-Q4,A4,E1,61000,0,",
         "account A4 ended 2025-Q4 at 0, as a customer lost, but starts 2026-Q1 with 61,000"),
    ],
)  # fmt: skip
def test_what_is_lost_between_two_periods_is_named(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    status, told = paid_folder(tmp_path, changed(before, after))
    assert status == 0 and says in told


def test_starts_of_the_year_in_every_quarter_are_no_slip(tmp_path: Path) -> None:
    accounts = "period,account_id,employee_id,start,end\n" + "".join(
        f"{period},A{n},E1,{40000 + 10 * n},{round((40000 + 10 * n) * (1 - n / 20 * quarter))}\n"
        for quarter, period in ((1, "2025-Q4"), (2, "2026-Q1"))
        for n in range(1, 9)
    )
    assert silent(tmp_path, FILES | {"accounts.csv": accounts})


def test_an_extract_of_a_few_accounts_is_no_slip(tmp_path: Path) -> None:
    few = "".join(
        line for line in FILES["accounts.csv"].splitlines(keepends=True) if "Q1,A2" not in line
    ).replace("2026-Q1,A3,E1,38000,0,\n", "")
    assert silent(tmp_path, FILES | {"accounts.csv": few})


def test_starts_and_ends_that_are_turned_are_named(tmp_path: Path) -> None:
    turned = FILES["accounts.csv"].replace("start,end", "end,start")
    assert "accounts start 2025-Q4 with what they end 2026-Q1 with" not in paid_folder(tmp_path, FILES)[1]
    status, told = paid_folder(tmp_path, FILES | {"accounts.csv": turned})
    assert status == 0
    assert "accounts start 2025-Q4 with what they end 2026-Q1 with: are start and end swapped?" in told


def test_accounts_of_who_has_left_are_named(tmp_path: Path) -> None:
    roster = FILES["roster.csv"].replace("\n", ",leave_date\n", 1).replace("02-01\n", "02-01,\n")
    roster += "E2,CSM,82000,2023-02-01,2025-12-12\n"
    status, told = paid_folder(tmp_path, changed("2026-Q1,A2,E1", "2026-Q1,A2,E2") | {"roster.csv": roster})
    assert status == 0 and "account A2 pays nobody in 2026-Q1: E2 left on 2025-12-12" in told


@pytest.mark.parametrize(("ends", "found"), [((0, 0, 0, 0), True), ((0, 0, 0, 62500), False)])
def test_a_period_in_which_every_account_is_lost_is_named(
    tmp_path: Path, ends: tuple[int, ...], found: bool
) -> None:
    starts = (42000, 49000, 38000, 61000)
    rows = "".join(f"2026-Q1,A{n},E1,{start},{end}\n" for n, (start, end) in enumerate(
        zip(starts, ends, strict=True)))  # fmt: skip
    accounts = {"accounts.csv": f"period,account_id,employee_id,start,end\n{rows}"}
    status, told = paid_folder(tmp_path, FILES | accounts)
    assert status == 0 and ("4 of 4 accounts of 2026-Q1 end at 0, as customers lost" in told) == found


def test_accounts_that_were_cut_off_are_named(tmp_path: Path) -> None:
    def accounts(most: int) -> str:
        return "period,account_id,employee_id,start,end\n" + "".join(
            f"{period},A{n},E1,{40000 + 10 * n + quarter},{40001 + 10 * n + quarter}\n"
            for quarter, period, last in ((0, "2025-Q4", 15), (1, "2026-Q1", most))
            for n in range(1, last)
        )

    assert silent(tmp_path, FILES | {"accounts.csv": accounts(15)})
    status, told = paid_folder(tmp_path, FILES | {"accounts.csv": accounts(8)})
    assert status == 0 and "7 of 14 accounts of 2025-Q4 have no row in 2026-Q1: were rows cut off?" in told
    assert silent(tmp_path, FILES | {"accounts.csv": accounts(4)})
