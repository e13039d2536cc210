"""Runs of some people alone: what they are paid is what they are paid among all; comparisons in which the
component of an event goes.
"""

from __future__ import annotations

import numpy as np
import pytest

from csm_xl.analysis.diff import diff_of_plans
from csm_xl.analysis.scenario import (
    by_person,
    money,
    of_people,
    people_on,
    read,
    with_cells,
    with_table,
)
from csm_xl.analysis.sensitivity import inputs, sensitivity
from csm_xl.analysis.solve import solve
from csm_xl.engine.lines import Lines
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.table import Tables
from csm_xl.workbook.sample import sample_raw_tables

Q2 = "2026-Q2"


def cost(lines: Lines) -> float:
    return money(int(np.sum(np.rint(lines.columns["amount"] * 10_000))))


@pytest.fixture(scope="module")
def sample() -> Tables:
    return read(sample_raw_tables(), Q2)


@pytest.mark.parametrize("plans", [["starter"], ["base_quota", "revenue_am"], ["revenue_csm", "base_only"]])
def test_people_alone_are_paid_what_they_are_paid_among_all(sample: Tables, plans: list[str]) -> None:
    ids = sample["roster"].columns["employee_id"].tolist()
    people = people_on(sample, plans)
    among, alone = (by_person(run(one, Q2), ids) for one in (sample, of_people(sample, people)))
    mine = np.array([who in people for who in ids])
    assert among[mine].tolist() == alone[mine].tolist() and among[mine].sum() > 0
    assert not alone[~mine].any() and among[~mine].any()


def test_a_pool_or_a_review_keeps_everyone(sample: Tables) -> None:
    row = sample["components"].columns["component_id"].tolist().index("grr")
    pooled = with_cells(sample, "components", "pool_amount", [row], 1000.0)
    assert not of_people(pooled, ["E0001"]).left_out
    assert of_people(sample, ["E0001"]).left_out.keys() == set(
        sample["roster"].columns["employee_id"].tolist()
    ) - {"E0001"}
    assert not sample.left_out, "what was given stays as it is"


def test_each_swing_is_the_cost_of_paying_everyone_anew(sample: Tables) -> None:
    found = sensitivity(sample, Q2, 0.2)
    high = {(one.label, one.high) for one in found.swings}  # a step of a curve is two points at one place
    asked = 0
    for one in list(inputs(sample, Q2))[::6]:
        try:
            whole = cost(run(one.scaled(1.2), Q2))
        except CsmError:
            assert (one.label, None) in high
            continue
        assert (one.label, whole) in high
        asked += whole != found.base
    assert asked > 3


def test_what_a_person_needs_is_proved_among_all(sample: Tables) -> None:
    answer = solve(sample, "attainment", 3000.0, Q2, "", "E0001").answers[0]
    assert answer.pays == 3000.0
    actual = sample["results"].columns
    assert actual["period"].size  # the lever moves results and goals of the person alone, as before
    pay = run(of_people(sample, ["E0001"]), Q2)
    full = dict(zip(sample["roster"].columns["employee_id"].tolist(),
                    by_person(run(sample, Q2), sample["roster"].columns["employee_id"].tolist()),
                    strict=True))  # fmt: skip
    assert cost(pay) == money(full["E0001"])


def test_what_is_wrong_with_others_still_stops_a_solve(sample: Tables) -> None:
    goals = sample["goals"]
    rows = [row for row, who in enumerate(goals.columns["employee_id"].tolist()) if who != "E0002"]
    lacking = with_table(sample, goals.take(rows))
    with pytest.raises(CsmError, match="E0002"):
        solve(lacking, "attainment", 2000.0, Q2, "", "E0001")


@pytest.mark.parametrize(
    ("plan", "other", "gone"),
    [("base_only", "starter_am", "reference_award"), ("base_variable", "base_only", "multi_year")],
)
def test_a_component_that_events_pay_may_be_taken_away(
    sample: Tables, plan: str, other: str, gone: str
) -> None:
    found = diff_of_plans(sample, "2026-Q3", plan, other)
    before = run(sample, "2026-Q3")
    paid = sum(line["amount"] for line in before.dicts()
               if (line["plan_id"], line["component_id"]) == (plan, gone))  # fmt: skip
    steps = {label: amount for label, amount, _ in found.waterfall()[2:-1]}
    assert steps[f"component {plan}/{gone} (spif) removed"] == -paid < 0
    assert sum(steps.values()) == pytest.approx(money(int(found.after.sum() - found.before.sum())))
