"""Answers to surveys on another scale, or with the scale turned over, are named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

PLAN = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "csat"
type = "metric"
weight = 1
measure = "CSAT"
"""


def answered(folder: Path, score: Callable[[int], int], many: int) -> tuple[int, str]:
    """What a payment says of so many answers. score: of each, made from one of 5, 4, 5, 3 and so on."""
    usual = (5, 4, 5, 3, 4, 5, 4, 5, 5, 2)
    rows = "".join(
        f"2026-{1 + n % 3:02}-{1 + n % 28:02},CSAT,{score(usual[n % 10])},E1\n" for n in range(many)
    )
    return paid_folder(folder, {
        "plan.toml": PLAN,
        "roster.csv": "employee_id,plan_id,base_salary,hire_date\nE1,CSM,82000,2023-02-01\n",
        "results.csv": "period,scope,id,measure,actual,goal\n2026-Q1,individual,E1,CSAT,,0.8\n",
        "answers.csv": f"date,measure,score,employee_id\n{rows}",
    })  # fmt: skip


@pytest.mark.parametrize(("score", "found"), [(0, True), (7, False)])
def test_answers_of_nps_that_are_all_0_are_named(tmp_path: Path, score: int, found: bool) -> None:
    rows = "".join(f"2026-01-{1 + n:02},NPS,{score if n == 3 else 0},E1\n" for n in range(9))
    status, told = paid_folder(tmp_path, {
        "plan.toml": PLAN.replace("CSAT", "NPS"),
        "roster.csv": "employee_id,plan_id,base_salary,hire_date\nE1,CSM,82000,2023-02-01\n",
        "results.csv": "period,scope,id,measure,actual,goal\n2026-Q1,individual,E1,NPS,,30\n",
        "answers.csv": f"date,measure,score,employee_id\n{rows}",
    })  # fmt: skip
    assert status == 0
    assert ("all 9 answers of NPS are 0, which a look-up gives for a blank" in told) == found, told


@pytest.mark.parametrize(
    ("score", "many", "says"),
    [
        (lambda score: score, 40, ""),
        (lambda score: min(score, 4), 20, ""),
        (lambda score: min(score, 4), 40, "none of the 40 answers of CSAT is 5: the highest is 4, so"),
        (lambda score: 6 - score, 40, "10% of the 40 answers of CSAT are 4 or more, and so satisfied"),
    ],
)  # fmt: skip
def test_another_scale_is_paid_and_named(
    tmp_path: Path, score: Callable[[int], int], many: int, says: str
) -> None:
    status, told = answered(tmp_path, score, many)
    assert status == 0
    assert says in told and (says or not told)


@pytest.mark.parametrize(
    ("team", "found"),
    [("Norht", True), ("Noth", True), ("North", False), ("South", False), ("North2", False)],
)
def test_a_team_of_one_that_is_nearly_another_is_named(tmp_path: Path, team: str, found: bool) -> None:
    teams = {"E1": "North", "E2": "North", "E3": "North", "E4": team}
    status, told = paid_folder(tmp_path, {
        "plan.toml": PLAN.replace('"CSAT"', '"CSAT"\nscope = "team"\non = "actual"'),
        "roster.csv": "employee_id,plan_id,base_salary,hire_date,team\n"
        + "".join(f"{who},CSM,82000,2023-02-01,{name}\n" for who, name in teams.items()),
        "answers.csv": "date,measure,score,employee_id\n"
        + "".join(f"2026-03-{n + 1:02},CSAT,{(5, 4, 3)[n % 3]},E{1 + n % 4}\n" for n in range(28)),
    })  # fmt: skip
    said = (
        f"nobody else is in the team {team!r}, and 3 are in 'North' (found {team!r}). Did you mean 'North'?"
    )
    assert status == 0 and (said in told) == found and bool(told) == found, told
