"""What the table of earlier payments says is used, or named as not used."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import NRR
from typer.testing import CliRunner

from csm_xl.cli import app

PLAN = f"""{NRR.rstrip()}
cumulative = "ytd_sum"
modified = true
"""
HEADER = "period,employee_id,plan_id,component_id,amount,before_modifier\n"
PAID = f"""{HEADER}2026-Q1,E1,CSM,nrr,4190.48,3990.93
2026-Q1,E2,CSM,nrr,4550,4333.33
2026-Q1,E3,CSM,nrr,4620,4400
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date\n"
    + "".join(f"E{n},CSM,{salary},2023-02-01\n" for n, salary in ((1, 82000), (2, 91000), (3, 88000))),
    "results.csv": "period,scope,id,measure,actual,goal\n"
    + "".join(
        f"2026-{quarter},individual,{who},NRR,{actual},1.05\n"
        for quarter, each in {
            "Q1": {"E1": 1.022006, "E2": 1, "E3": 1.05}, "Q2": {"E1": 1.04, "E2": 1.06, "E3": 1.01}
        }.items()
        for who, actual in each.items()
    ),
    "modifiers.csv": "period,scope,factor\n2026-Q1,company,1.05\n2026-Q2,company,1.05\n",
    "paid.csv": PAID,
}  # fmt: skip


def paid(folder: Path, files: dict[str, str]) -> tuple[int, str]:
    for name, text in files.items():
        (folder / name).write_text(text)
    result = CliRunner().invoke(app, ["pay", str(folder), "--period", "2026-Q2"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stderr


def test_right_payments_are_used_without_a_warning(tmp_path: Path) -> None:
    status, said = paid(tmp_path, FILES)
    assert status == 0 and "warning" not in said and "earlier payment" not in said


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("3990.93", "399093", "E1 was paid 399,093.00 for nrr in 2026-Q1, but its target is 4,100.00"),
        ("3990.93", "-3990.93", "the amount is 4,190.48, and before the modifier it was -3,990.93"),
        (",3990.93", ",", "4,190.48 was paid to E1 for nrr in 2026-Q1, after the modifier of that period"),
    ],
)
def test_a_payment_that_is_not_what_it_says_is_named(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    assert before in PAID
    status, said = paid(tmp_path, FILES | {"paid.csv": PAID.replace(before, after)})
    assert status == 0 and says in said and "warning" in said


def test_payments_that_are_all_below_0_are_named(tmp_path: Path) -> None:
    rows = "".join(f"2026-Q1,E{n},CSM,nrr,-{amount},\n" for n, amount in ((1, 3990), (2, 4333), (3, 4400)))
    plan = PLAN.replace("modified = true", "")
    files = {name: text for name, text in FILES.items() if name != "modifiers.csv"}
    status, said = paid(tmp_path, files | {"plan.toml": plan, "paid.csv": HEADER + rows})
    assert status == 0 and "all 3 earlier payments are below 0, as if everybody had paid" in said


@pytest.mark.parametrize("period", ["2026-03", "2026-H1", "2025-12"])
def test_a_payment_of_another_kind_of_period_is_refused(tmp_path: Path, period: str) -> None:
    status, said = paid(tmp_path, FILES | {"paid.csv": PAID.replace("2026-Q1,E1", f"{period},E1")})
    assert status == 2 and f"nrr of CSM is paid by the quarter, but {period} is a" in said
    assert "Type the quarter for which it was paid" in said


def test_payments_of_another_year_are_counted(tmp_path: Path) -> None:
    status, said = paid(tmp_path, FILES | {"paid.csv": PAID.replace("2026-Q1", "2025-Q1")})
    assert status == 0 and "3 earlier payments of another plan year (2025-Q1, paid.csv row 2 …)" in said


def test_somebody_whose_earlier_payment_is_lacking_is_named(tmp_path: Path) -> None:
    rows = PAID.splitlines(keepends=True)
    status, said = paid(tmp_path, FILES | {"paid.csv": "".join(rows[:-1])})
    assert status == 0 and "E3 has no earlier payment of nrr in 2026-Q1, where others have one" in said


def test_payments_of_other_people_are_named(tmp_path: Path) -> None:
    swapped = PAID.replace("E1,CSM", "E9,CSM").replace("E2,CSM", "E1,CSM").replace("E9,CSM", "E2,CSM")
    status, said = paid(tmp_path, FILES | {"paid.csv": swapped})
    assert status == 0 and "2 earlier payments differ from what these inputs calculate" in said
    assert "E1 4,333.33 instead of 3,990.69" in said and "E2 3,990.93 instead of 4,333.33" in said


def test_a_rate_that_begins_later_is_counted(tmp_path: Path) -> None:
    rates = "from_currency,to_currency,rate,date\nEUR,USD,1.1,2026-07-01\nEUR,USD,1.08,2026-01-01\n"
    status, said = paid(tmp_path, FILES | {"rates.csv": rates})
    assert status == 0 and "1 rate (from 2026-07-01 on, rates.csv row 2)" in said


@pytest.mark.parametrize(("hired", "found"), [("2026-04-10", True), ("2026-03-31", False)])
def test_a_payment_of_a_period_before_the_hire_date_is_named(tmp_path: Path, hired: str, found: bool) -> None:
    roster = FILES["roster.csv"].replace("E3,CSM,88000,2023-02-01", f"E3,CSM,88000,{hired}")
    status, said = paid(tmp_path, FILES | {"roster.csv": roster})
    told = f"E3 was paid for nrr in 2026-Q1, and starts on {hired}: the year to date counts it"
    assert status == 0 and (told in said) == found
