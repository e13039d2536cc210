"""A goal whose score is blank is not scored yet: the person's goals of the period pay 0, and say so."""

from __future__ import annotations

from typing import Any

import pytest
from small_company import Rows, company, pay, raws, steps

from csm_xl.engine.components import component_types
from csm_xl.engine.remarks import remarks
from csm_xl.engine.remarks.blank_results import UNSCORED
from csm_xl.engine.run import run
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import PAY_TABLES

WAITS = "missing actual, paid at 0"


def mbo(*scores: Any, period: str = "2026-Q1", who: str = "E0001", **component: Any) -> Rows:
    given = company(type="goals", measure=None, **component)
    given["goals"] = [{"period": period, "employee_id": who, "goal": f"g{at}", "weight": 1 / len(scores),
                       "score": score} for at, score in enumerate(scores)]  # fmt: skip
    return given


@pytest.mark.parametrize(
    ("scores", "amount", "note"),
    [((1, 0.5), 1500, None), ((1, None), 0, WAITS), ((None, None), 0, WAITS), ((0, 0), 0, None)],
)
def test_goals_pay_once_every_one_is_scored(scores: tuple[Any, ...], amount: float, note: str | None) -> None:
    (line,) = pay(mbo(*scores))
    assert (line["amount"], line["note"] or None) == (amount, note)
    assert (line["attainment"] is None) == (note is not None)


def test_a_floor_does_not_pay_what_is_not_scored() -> None:
    (line,) = pay(mbo(1, None, floor=0.4))
    assert (line["amount"], line["payout_ratio"]) == (0, 0)


def test_one_whose_goals_are_scored_is_paid_beside_one_whose_are_not() -> None:
    given = mbo(1, None)
    given["roster"].append(dict(given["roster"][0], employee_id="E0002"))
    given["goals"] += [dict(row, employee_id="E0002", score=1) for row in given["goals"]]
    assert [line["amount"] for line in pay(given)] == [0, 2000]


def test_the_explanation_names_the_cells_that_wait() -> None:
    told = steps(mbo(1, None))
    assert told["Score"][1] == "not every goal of the period is scored yet"
    assert "score" in told["Score"][-1]
    assert told["Payout ratio"][1] == "a missing actual pays 0"


def test_what_waits_is_said_once_with_its_cell() -> None:
    tables, issues = load_tables(raws(mbo(1, None)), component_types(), PAY_TABLES)
    assert not [issue for issue in issues if issue.severity == "error"]
    (said,) = [one for one in remarks(tables, [run(tables, "2026-Q1")]) if one.kind == UNSCORED]
    assert said.where == "goals, row 3 (score)" and "E0001 in 2026-Q1 has no score" in said.message


def test_goals_that_are_typed_ahead_leave_the_scored_quarter_alone() -> None:
    """A quarter whose goals are all unscored is not measured, so that the year is paid without it."""
    given = mbo(1, 0.5)
    given["goals"] += [dict(row, period="2026-Q2", score=None) for row in given["goals"]]
    lines = run(raws(given), "2026")
    assert [(line["period"], line["amount"]) for line in lines.dicts()] == [("2026-Q1", 1500)]
    assert lines.open[:1] == ("2026-Q2",)
