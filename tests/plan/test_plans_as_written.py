"""Plans that are typed as their documents say them are paid, and nothing is said about them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder
from typer.testing import CliRunner

from csm_xl.cli import app

PLAN = f"""{A_FIFTH.rstrip()}
individual_floor = 0.8
individual_cap = 1.2
[[components]]
plan_id = "CSM"
component_id = "nrr"
type = "metric"
weight = 0.5
measure = "NRR"
cap = 2
modified = true
[[components]]
plan_id = "CSM"
component_id = "strategic"
type = "goals"
weight = 0.5
cap = 2
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date\nE1,CSM,82000,2023-02-01\n",
    "results.csv": "period,scope,id,measure,actual,goal\n2026-Q1,individual,E1,NRR,1.08,1.05\n",
    "goals.csv": "period,employee_id,goal,weight,score\n2026-Q1,E1,Integration,50%,200%\n"
    "2026-Q1,E1,Safety,50%,0%\n",
    "ratings.csv": "rating,factor\nabove,1.2\nbelow,0.8\n",
}
RATED = "period,scope,id,rating\n2026-Q1,individual,E1,above\n"
WHOLE = FILES | {"modifiers.csv": RATED}


@pytest.mark.parametrize("name", ["modifiers.csv", "reviews of the year.csv"])
def test_where_ratings_give_every_factor_no_column_of_factors_is_needed(tmp_path: Path, name: str) -> None:
    assert paid_folder(tmp_path, FILES | {name: RATED}) == (0, "")


def test_a_table_of_modifiers_with_neither_is_refused(tmp_path: Path) -> None:
    status, told = paid_folder(tmp_path, FILES | {"modifiers.csv": RATED.replace("rating", "mark")})
    assert status == 2 and "the column factor of modifiers is missing" in told


def test_goals_are_scored_up_to_the_cap_that_their_component_states(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, WHOLE) == (0, "")


@pytest.mark.parametrize("cap", ["", "cap = 1.5"])
def test_a_score_beyond_what_the_plan_states_is_named(tmp_path: Path, cap: str) -> None:
    start, _, _ = PLAN.rpartition("cap = 2")
    status, told = paid_folder(tmp_path, WHOLE | {"plan.toml": start + cap + "\n"})
    assert status == 0 and "score is 2, a ratio: it means 200%, which is rarely above 150%" in told


DRAW = {
    "plan.toml": """[[plans]]
plan_id = "AM"
model = "base_variable"
pay_period = "month"
target_basis = "amount"
[[components]]
plan_id = "AM"
component_id = "renewals"
type = "commission"
rate = 0.03
""",
    "roster.csv": "employee_id,plan_id,base_salary,hire_date\nE1,AM,60000,2026-01-01\n",
    "deals.csv": "deal_id,date,amount,employee_id\nD1,2026-01-14,20000,E1\nD2,2026-02-14,100000,E1\n"
    "D3,2026-05-14,90000,E1\n",
    "arrangements.csv": "employee_id,kind,from,to,amount,recoverable\n"
    "E1,draw,2026-01-01,2026-03-31,2000,FALSE\nE1,draw,2026-04-01,2026-06-30,1500,TRUE\n",
}


def test_months_without_a_deal_between_others_pay_their_draw(tmp_path: Path) -> None:
    for name, text in DRAW.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    out = tmp_path / "paid" / "payouts.csv"
    out.parent.mkdir()
    result = CliRunner().invoke(app, ["pay", str(tmp_path), "--out", str(out)])
    assert result.exit_code == 0 and "warning" not in result.stderr, result.stderr
    paid: dict[str, float] = {}
    for line in csv.DictReader(out.read_text(encoding="utf-8").splitlines()):
        paid[line["period"]] = paid.get(line["period"], 0) + float(line["amount"])
    # Of the 2,700 earned in May, 1,200 lie above the draw and recover the 1,500 of April.
    assert paid == {"2026-01": 2000, "2026-02": 3000, "2026-03": 2000, "2026-04": 1500, "2026-05": 1500}
