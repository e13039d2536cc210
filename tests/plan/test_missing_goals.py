"""A goal that is missing beside a measure that accounts or answers give, where others have one."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

PLAN = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "grr"
type = "metric"
weight = 0.6
measure = "GRR"
[[components]]
plan_id = "CSM"
component_id = "csat"
type = "metric"
weight = 0.4
measure = "CSAT"
scope = "team"
"""
ROSTER = "employee_id,plan_id,base_salary,hire_date,team\n" + "".join(
    f"E{n},CSM,{80000 + 1000 * n},2023-02-01,{'North' if n < 3 else 'South'}\n" for n in range(1, 5)
)
RESULTS = "period,scope,id,measure,actual,goal\n" + "".join(
    [f"2026-Q1,individual,E{n},GRR,,0.92\n" for n in range(1, 5)]
    + [f"2026-Q1,team,{team},CSAT,,0.8\n" for team in ("North", "South")]
)
FILES = {
    "plan.toml": PLAN,
    "roster.csv": ROSTER,
    "results.csv": RESULTS,
    "accounts.csv": "period,account_id,employee_id,start,end\n"
    + "".join(f"2026-Q1,A{n},E{n},{40000 + 100 * n},{38000 + 100 * n}\n" for n in range(1, 5)),
    "answers.csv": "date,measure,score,employee_id,account_id\n"
    + "".join(
        f"2026-0{1 + n % 3}-1{n % 9},CSAT,{5 - n % 3 % 2},E{1 + n % 4},A{1 + n % 4}\n" for n in range(12)
    ),
}


def test_goals_without_actuals_are_paid_in_silence(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, FILES) == (0, "")


def test_measures_without_any_goal_are_paid_on_themselves(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, FILES | {"results.csv": RESULTS.splitlines()[0] + "\n"}) == (0, "")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2026-Q1,individual,E3,GRR,,0.92\n", "no goal of GRR of individual E3 for 2026-Q1, though others"),
        ("2026-Q1,team,South,CSAT,,0.8\n", "no goal of CSAT of team South for 2026-Q1, though others"),
    ],
)
def test_a_goal_that_only_one_lacks_stops_the_payment(tmp_path: Path, row: str, says: str) -> None:
    assert row in RESULTS
    status, told = paid_folder(tmp_path, FILES | {"results.csv": RESULTS.replace(row, "")})
    assert status == 2 and says in told


def test_goals_of_another_period_alone_stop_the_payment(tmp_path: Path) -> None:
    moved = RESULTS.replace("2026-Q1,individual", "2025-Q4,individual")
    status, told = paid_folder(tmp_path, FILES | {"results.csv": moved})
    assert status == 2 and "no goal of GRR of individual E1 for 2026-Q1, though there is one for" in told


def test_a_team_that_is_misspelled_stops_the_payment(tmp_path: Path) -> None:
    typed = ROSTER.replace("E4,CSM,84000,2023-02-01,South", "E4,CSM,84000,2023-02-01,Souht")
    status, told = paid_folder(tmp_path, FILES | {"roster.csv": typed})
    assert status == 2 and "no goal of CSAT of team Souht for 2026-Q1" in told


def test_a_character_that_nobody_sees_is_no_part_of_a_name(tmp_path: Path) -> None:
    typed = ROSTER.replace("E4,CSM,84000,2023-02-01,South", "E4\u200b,CSM,84000,2023-02-01,\ufeffSouth")
    assert paid_folder(tmp_path, FILES | {"roster.csv": typed}) == (0, "")


def test_people_of_another_plan_may_be_paid_on_the_measure_itself(tmp_path: Path) -> None:
    other = PLAN.replace('"CSM"', '"AM"')
    rows = RESULTS.replace("2026-Q1,individual,E4,GRR,,0.92\n", "").replace(
        "2026-Q1,team,South,CSAT,,0.8\n", ""
    )
    roster = ROSTER.replace("E3,CSM", "E3,AM").replace("E4,CSM", "E4,AM")
    files = FILES | {"plan.toml": PLAN + other, "roster.csv": roster,
                     "results.csv": rows.replace("2026-Q1,individual,E3,GRR,,0.92\n", "")}  # fmt: skip
    assert paid_folder(tmp_path, files)[0] == 0


TYPED = RESULTS.replace("GRR,,", "GRR,0.93,")


def _typed(lacking: str, of: str) -> dict[str, str]:
    """Five people whose retention is typed, and one more whose row is another."""
    more = {
        "roster.csv": ROSTER + "E5,CSM,88000,2023-02-01,South\n",
        "accounts.csv": FILES["accounts.csv"] + "2026-Q1,A5,E5,40900,38900\n",
        "results.csv": TYPED + "2026-Q1,individual,E5,GRR,0.95,0.92\n",
    }
    assert lacking in more["results.csv"]
    return FILES | more | {"results.csv": more["results.csv"].replace(lacking, of)}


@pytest.mark.parametrize(
    ("lacking", "of", "says"),
    [
        ("E3,GRR,0.93,", "E3,GRR,,", "GRR of E3 in 2026-Q1 has no actual: its accounts give it, and that of"),
        (
            "2026-Q1,individual,E3",
            "2026-Q2,individual,E3",
            "GRR of E3 in 2026-Q1 has no row, so no goal:",
        ),
        ("GRR,0.93,", "GRR,,", ""),  # one actual is typed in place of the accounts'
        ("E3,GRR,0.93,", "E3,GRR,0.91,", ""),
    ],
)
def test_a_result_that_lacks_among_typed_ones_is_named(
    tmp_path: Path, lacking: str, of: str, says: str
) -> None:
    status, told = paid_folder(tmp_path, _typed(lacking, of))
    assert status == 0 and says in told and ("that of 4 others is typed" in told) == bool(says), told
