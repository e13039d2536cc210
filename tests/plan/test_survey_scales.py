"""Answers to surveys on another scale, or with the scale turned over, are named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


POINTS = {
    "plan.toml": PLAN.replace("CSAT", "NPS"),
    "roster.csv": "employee_id,plan_id,base_salary,hire_date,team\n"
    + "".join(f"E{n},CSM,{82000 + 900 * n},2023-02-01,{'East' if n < 3 else 'West'}\n" for n in range(1, 5)),
    "results.csv": "period,scope,id,measure,actual,goal\n"
    + "".join(f"2026-Q1,individual,E{n},NPS,,30\n" for n in range(1, 5)),
}
OF_TEN, OF_FIVE = (9, 10, 4, 10, 7, 9, 10, 8, 2, 10), (5, 4, 5, 3, 4, 5, 4, 5, 5, 2)


@pytest.mark.parametrize(
    ("of_five", "many", "says"),
    [
        (("E1",), 12, "none of the 12 answers of NPS about E1 is above 5: all are detractors"),
        (("E1", "E2"), 6, "none of the 12 answers of NPS of the team East is above 5: all are detractors"),
        (("E1",), 9, ""),
        (("E1", "E3"), 9, ""),
        ((), 12, ""),
    ],
)
def test_answers_of_one_on_another_scale_are_named(
    tmp_path: Path, of_five: tuple[str, ...], many: int, says: str
) -> None:
    rows = "".join(
        f"2026-{1 + n % 3:02}-{5 + n:02},NPS,{(OF_FIVE if who in of_five else OF_TEN)[n % 10]},{who}\n"
        for who in ("E1", "E2", "E3", "E4")
        for n in range(many)
    )
    status, told = paid_folder(tmp_path, POINTS | {"answers.csv": f"date,measure,score,employee_id\n{rows}"})
    assert status == 0 and says in told and bool(says) == bool(told), told
    assert told.count("all are detractors") == bool(says)


@pytest.mark.parametrize(
    ("again", "otherwise", "says"),
    [
        (range(5), 0, "5 answers are listed again under other IDs, such as R0 and S0"),
        (range(4), 0, ""),
        (range(5), 6, ""),
        ((20, 21), 0, "all answers of 2026-01-21 are listed again under other IDs, such as R20 and S20"),
        ((20,), 0, ""),
    ],
)
def test_answers_under_other_ids_are_named(
    tmp_path: Path, again: Sequence[int], otherwise: int, says: str
) -> None:
    """otherwise: how many customers answer twice on a day with another score."""
    row = "2026-{month:02}-{day:02},NPS,{score},E{who},A{n},{name}{n}\n"
    every = [
        {"n": n, "month": 1 + n // 10 % 2, "day": 1 + n, "score": OF_TEN[n % 10], "who": 1 + n % 4}
        for n in range(20)
    ]
    every += [{"n": n, "month": 1, "day": 21, "score": 9, "who": 1 + n % 4} for n in (20, 21)]
    rows = [row.format(**one, name="R") for one in every]
    rows += [row.format(**every[n], name="S") for n in again]
    rows += [row.format(**every[n] | {"score": 6}, name="T") for n in range(otherwise)]
    answers = "date,measure,score,employee_id,account_id,answer_id\n" + "".join(rows)
    status, told = paid_folder(tmp_path, POINTS | {"answers.csv": answers})
    assert status == 0 and says in told and bool(says) == bool(told), told


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
