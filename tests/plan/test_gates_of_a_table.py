"""Gates that compare the wrong way, and ratings out of order, are named before anyone is paid."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import NRR, paid_folder

PLAN = f"{NRR}modified = true\n"
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date,team\nE1,CSM,82000,2023-02-01,East\n"
    "E2,CSM,91000,2022-05-16,East\n",
    "results.csv": "period,scope,id,measure,actual,goal\n2026-Q1,individual,E1,NRR,1.08,1.05\n"
    "2026-Q1,individual,E2,NRR,1.02,1.05\n2026-Q1,team,East,GRR,0.93,0.92\n"
    "2026-Q1,team,East,Churn rate,0.04,0.05\n",
    "gates.csv": "plan_id,component_id,measure,minimum,on,scope,direction,otherwise\n"
    "CSM,nrr,GRR,0.9,actual,team,,0.5\nCSM,nrr,Churn rate,0.06,actual,team,lower,0.5\n",
    "modifiers.csv": "period,scope,factor,id,rating\n2026-Q1,individual,,E1,A\n2026-Q1,individual,,E2,C\n",
    "ratings.csv": "rating,factor\nA,1.2\nB,1\nC,0.8\nD,0\n",
}


def paid(folder: Path, file: str, before: str, after: str) -> tuple[int, str]:
    assert before in FILES[file]
    return paid_folder(folder, FILES | {file: FILES[file].replace(before, after, 1)})


def test_gates_and_ratings_that_fit_are_paid_in_silence(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, FILES) == (0, "")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("team,,0.5", "team,lower,0.5", "the gate of nrr of CSM takes GRR as better the lower it is"),
        ("team,lower,0.5", "team,,0.5", "the gate of nrr of CSM takes Churn rate as better the higher it is"),
        ("otherwise\nCSM,nrr,GRR,0.9,actual,team,,0.5", "otherwise,period\nCSM,nrr,GRR,0.9,actual,team,,0.5,"
         "2026-Q2", "no column of gates is called 'period'; it may change pay"),
        ("otherwise\nCSM,nrr,GRR,0.9,actual,team,,0.5", "otherwise,Operator\nCSM,nrr,GRR,0.9,actual,team,,"
         "0.5,<", "no column of gates is called 'Operator'; it may change pay"),
    ],
)  # fmt: skip
def test_a_gate_that_compares_otherwise_stops_the_payment(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    status, told = paid(tmp_path, "gates.csv", before, after)
    assert status == 2
    assert says in told


def test_a_gate_of_a_component_that_compares_the_wrong_way_stops_the_payment(tmp_path: Path) -> None:
    own = 'gate_measure = "Churn rate"\ngate_scope = "team"\ngate_on = "actual"\ngate_minimum = 0.06\n'
    files = {name: text for name, text in FILES.items() if name != "gates.csv"}
    lower = PLAN + own + 'gate_direction = "lower"\n'
    status, told = paid_folder(tmp_path, files | {"plan.toml": lower})
    assert status == 0 and "E108" not in told
    status, told = paid_folder(tmp_path, files | {"plan.toml": PLAN + own})
    assert status == 2 and "takes Churn rate as better the higher it is" in told


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [("roster.csv", "E1,CSM,82000", "E1,CSM,$82000"), ("plan.toml", "weight = 1", "weight = 60")],
)
def test_what_names_a_row_with_an_error_is_not_said_to_name_nothing(
    tmp_path: Path, file: str, before: str, after: str
) -> None:
    status, told = paid(tmp_path, file, before, after)
    assert status == 2
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("A,1.2", "A,0.2", "factor is 0.2, a ratio: it means 20%, which is rarely below 30%"),
        ("B,1", "B,0", "the factors rise and fall from rating to rating: A 1.2, B 0, C 0.8, D 0"),
        ("C,0.8", "C,1.3", "the factors rise and fall from rating to rating: A 1.2, B 1, C 1.3, D 0"),
        ("A,1.2\nB,1\nC,0.8\nD,0", "A,1.2\nC,1.3\n1,0.8\n10,1", ""),
        ("A,1.2\nB,1\nC,0.8\nD,0", "A,1.2\nB,1.2\nC,0.8\nD,0.8", ""),
    ],
)
def test_a_rating_out_of_order_is_paid_and_named(tmp_path: Path, before: str, after: str, says: str) -> None:
    status, told = paid(tmp_path, "ratings.csv", before, after)
    assert status == 0
    assert says in told and (says or not told)
