"""Parameters of a plan that are typed in another unit are named before anyone is paid."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

PLAN = f"""{A_FIFTH.rstrip()}
round_attainment = 0.001
[[components]]
plan_id = "CSM"
component_id = "nrr"
type = "metric"
weight = 1
measure = "NRR"
curve_id = "nrr"
gate_measure = "CSAT"
gate_on = "actual"
gate_minimum = 0.8
gate_otherwise = 0.5
kicker_ratio = 0.1
floor = 0.1
[[curves]]
curve_id = "nrr"
points = [[0.9, 0.5], [1.0, 1.0], [1.2, 2.0]]
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date\nE1,CSM,82000,2023-02-01\n"
    "E2,CSM,91000,2022-05-16\n",
    "results.csv": "period,scope,id,measure,actual,goal\n2026-Q1,individual,E1,NRR,1.08,1.05\n"
    "2026-Q1,individual,E2,NRR,1.02,1.05\n2026-Q1,individual,E1,CSAT,0.91,0.9\n"
    "2026-Q1,individual,E2,CSAT,0.78,0.9\n",
}


def test_a_clean_plan_is_paid_in_silence(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, FILES) == (0, "")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("round_attainment = 0.001", "round_attainment = 0.1", "it means 10%, which is rarely above 5%"),
        ("round_attainment = 0.001", "round_ratio = 1", "round_ratio is 1, a ratio: it means 100%"),
        ("round_attainment = 0.001", "round_target = 5000", "round_target is 5,000, which is rarely above"),
        ("gate_otherwise = 0.5", "gate_otherwise = 5", "nrr of CSM pays up to 2 when its gate fails"),
        ("kicker_ratio = 0.1", "kicker_ratio = 10", "kicker_ratio is 10, a ratio: it means 1,000%"),
        ("floor = 0.1", "floor = 1.1", "floor is 1.1, a ratio: it means 110%, which is rarely above 100%"),
    ],
)
def test_a_slip_is_paid_and_named(tmp_path: Path, before: str, after: str, says: str) -> None:
    assert before in PLAN
    status, told = paid_folder(tmp_path, FILES | {"plan.toml": PLAN.replace(before, after)})
    assert status == 0 and says in told


def test_a_maximum_below_everybodys_target_is_named(tmp_path: Path) -> None:
    people = FILES["roster.csv"] + "E3,CSM,88000,2021-03-01\n"
    results = FILES["results.csv"] + (
        "2026-Q1,individual,E3,NRR,1.06,1.05\n2026-Q1,individual,E3,CSAT,0.9,0.9\n"
    )
    for most, found in ((200, True), (4700, False)):
        plan = PLAN.replace("floor = 0.1", f"floor = 0.1\nmax_amount = {most}")
        files = FILES | {"plan.toml": plan, "roster.csv": people, "results.csv": results}
        status, told = paid_folder(tmp_path, files)
        said = f"all 3 people who earn nrr of CSM in 2026-Q1 are paid its maximum, {most:,}"
        assert status == 0 and (said in told) == found


CAPPED = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "upsell"
type = "commission"
rate = 0.03
max_amount = 20000
"""


@pytest.mark.parametrize(
    ("most", "amounts", "found"),
    [(20, (42000, 38500, 27400), True), (1000, (42000, 38500, 27400), False), (20, (42000, 38500, 0), False)],
)
def test_a_maximum_that_everybody_is_held_to_is_named(
    tmp_path: Path, most: int, amounts: tuple[int, ...], found: bool
) -> None:
    people = range(1, len(amounts) + 1)
    files = {
        "plan.toml": CAPPED.replace("20000", str(most)),
        "roster.csv": "employee_id,plan_id,base_salary,hire_date\n"
        + "".join(f"E{n},CSM,82000,2023-02-01\n" for n in people),
        "deals.csv": "deal_id,date,amount,employee_id\n"
        + "".join(f"D{n},2026-01-1{n},{amount},E{n}\n" for n, amount in zip(people, amounts, strict=True)),
    }
    status, told = paid_folder(tmp_path, files)
    assert status == 0
    assert ("all 3 people who earn upsell of CSM in 2026-Q1 are paid its maximum, 20" in told) == found
