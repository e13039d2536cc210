"""Goals and actuals of counts, such as go-lives, that are unlike a person's other ones, or everybody's."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

PEOPLE = range(1, 9)
MONTHS = range(1, 7)
PLAN = f"""{A_FIFTH.rstrip().replace('"quarter"', '"month"')}
[[components]]
plan_id = "CSM"
component_id = "launches"
type = "metric"
weight = 1
measure = "go_lives"
"""
ROSTER = "employee_id,plan_id,base_salary,hire_date\n" + "".join(
    f"E{n},CSM,{80000 + 700 * n},2023-02-01\n" for n in PEOPLE
)
Cell = tuple[int, int]
"""A person and a month."""


def said(folder: Path, goals: dict[Cell, int], actuals: dict[Cell, int]) -> str:
    """What a payment says where some goals and actuals are others than usual: the goal is 7, 8 or 9, and the
    actual about as much."""
    usual = {(n, month): 7 + n % 3 for n in PEOPLE for month in MONTHS}
    results = "period,scope,id,measure,actual,goal\n" + "".join(
        f"2026-{month:02},individual,E{n},go_lives,"
        f"{actuals.get((n, month), goal + (3 * n + 5 * month) % 4 - 2)},{goals.get((n, month), goal)}\n"
        for (n, month), goal in usual.items()
    )
    files = {"plan.toml": PLAN, "roster.csv": ROSTER, "results.csv": results}
    status, told = paid_folder(folder, files, "--period", "2026")
    assert status == 0, told
    return "".join(line for line in told.splitlines(keepends=True) if not line.startswith("Missing actuals"))


def test_counts_that_are_about_their_goals_are_paid_in_silence(tmp_path: Path) -> None:
    assert said(tmp_path, {}, {}) == ""


@pytest.mark.parametrize(
    ("goals", "actuals", "says"),
    [
        ({(4, 5): 24}, {(4, 5): 7}, "the goal 24 is 3 times those of all other periods of E4, 8"),
        ({(4, 5): 16}, {(4, 5): 9}, "the goal 16 is 2 times those of all other periods of E4, 8"),
        ({(4, 3): 3}, {(4, 3): 7}, "the goal 3 is 1/2.7 of those of all other periods of E4, 8"),
        ({(4, 6): 24}, {(4, 6): 7}, "the goal 24 is 3 times those of all other periods of E4, 8"),
        ({}, {(4, 5): 70}, "the actual 70 is 875% of the goal, and the median of the others is 100%"),
        ({}, {(2, 1): 48}, "the actual 48 is 533% of the goal, and those of all others are at most 114%"),
    ],
)
def test_a_count_unlike_all_others_is_named(
    tmp_path: Path, goals: dict[Cell, int], actuals: dict[Cell, int], says: str
) -> None:
    assert says in said(tmp_path, goals, actuals)


@pytest.mark.parametrize(
    ("goals", "actuals"),
    [
        ({(4, 5): 16}, {(4, 5): 15}),  # a month of a large launch
        ({(4, 1): 4}, {(4, 1): 7}),  # hired in it
        ({(4, 6): 4}, {(4, 6): 7}),  # about to leave
        ({(4, 3): 4}, {(4, 3): 3}),  # on leave for half of it
        ({(4, 4): 16, (4, 5): 16}, {(4, 4): 9, (4, 5): 9}),  # a larger book for two months
        ({(n, 6): 2 * (7 + n % 3) for n in PEOPLE}, {(4, 6): 9}),  # a season
        ({(4, 5): 16, (7, 5): 16}, {(4, 5): 9, (7, 5): 9}),  # those who stood in for somebody
        ({}, {(4, 5): 30}),  # many, and not five times the goal
        ({}, {(4, 5): 42, (5, 5): 24}),  # a month in which others reached much too
        ({(n, month): 1 for n in PEOPLE for month in MONTHS},
         {(n, month): 6 if (n, month) == (4, 5) else 1 for n in PEOPLE for month in MONTHS}),
    ],
)  # fmt: skip
def test_a_count_that_may_well_be_right_is_not_named(
    tmp_path: Path, goals: dict[Cell, int], actuals: dict[Cell, int]
) -> None:
    told = said(tmp_path, goals, actuals)
    assert "all other" not in told and "of the goal" not in told, told
