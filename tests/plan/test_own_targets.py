"""What people have of their own of a component: what is refused, what is said, what explains it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from typed import typed

from csm_xl.analysis.simulate import simulate
from csm_xl.analysis.solve import solve
from csm_xl.engine.components import component_types
from csm_xl.engine.explain import explain
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import PAY_TABLES, RawTable

Rows = list[dict[str, Any]]
BASE: dict[str, Rows] = {
    "plans": [{"plan_id": "P", "model": "base_bonus", "pay_period": "quarter", "target_basis": "amount",
               "target_value": 40_000}],
    "components": [
        {"plan_id": "P", "component_id": "growth", "type": "metric", "weight": 0.6, "measure": "revenue"},
        {"plan_id": "P", "component_id": "profit", "type": "metric", "weight": 0.4, "measure": "EBIT",
         "scope": "company", "on": "actual", "curve_id": "C"},
        {"plan_id": "P", "component_id": "sales", "type": "commission", "tier_id": "T", "measure": "quota"},
        {"plan_id": "P", "component_id": "fixed", "type": "commission", "rate": 0.01},
    ],
    "curves": [{"curve_id": "C", "attainment": x, "payout": y} for x, y in ((505, 0.5), (631, 1), (694, 2))],
    "tiers": [{"tier_id": "T", "from": at, "rate": rate, "on": "attainment"}
              for at, rate in ((0, 0.01), (1, 0.02))],
    "roster": [{"employee_id": who, "plan_id": "P", "base_salary": 90_000, "hire_date": date(2025, 1, 6)}
               for who in ("A", "B")],
    "results": [
        *({"period": "2026-Q1", "scope": "individual", "id": who, "measure": name, "actual": actual,
           "goal": goal}
          for name, actual, goal in (("revenue", 90_000, 100_000), ("quota", None, 50_000)) for who in "AB"),
        {"period": "2026-Q1", "scope": "company", "id": "company", "measure": "EBIT", "actual": 553},
    ],
    "deals": [{"deal_id": f"D{who}", "date": date(2026, 2, 3), "amount": 80_000, "employee_id": who}
              for who in ("A", "B")],
}  # fmt: skip
FEB = date(2026, 2, 1)


def raws(targets: Rows, **other: Rows) -> list[RawTable]:
    return typed(BASE | {"targets": targets} | other)


def of_b(component: str, **stated: Any) -> dict[str, Any]:
    return {"employee_id": "B", "component_id": component, **stated}


def goals(goal: float | None, name: str = "revenue") -> Rows:
    """The results, the goal of B for a measure as given."""
    return [
        row | {"goal": goal} if (row["id"], row["measure"]) == ("B", name) else row for row in BASE["results"]
    ]


def paid(targets: Rows, **other: Rows) -> dict[str, float]:
    lines = run(raws(targets, **other), "2026-Q1").dicts()
    return {f"{line['employee_id']} {line['component_id']}": line["amount"] for line in lines}


def test_a_weight_a_goal_and_points_of_ones_own_pay_one_person_by_them() -> None:
    plain = paid([of_b("profit", goal=631)])
    targets = [of_b("growth", weight=0.5, goal=120_000), of_b("profit", weight=0.5, threshold=500, goal=600)]
    found = paid(targets, results=goals(None))
    assert {name: amount for name, amount in found.items() if name.startswith("A")} == {
        name: amount for name, amount in plain.items() if name.startswith("A")
    }
    assert plain["A growth"] == plain["B growth"] == 5400.00
    assert found["B growth"] == 3750.00  # 5,000 × 90,000 / 120,000
    assert found["B profit"] == 3825.00  # 5,000 × (0.5 + 0.5 × 53 / 100)


def test_a_quota_of_ones_own_finds_the_tier() -> None:
    found = paid([of_b("sales", goal=40_000)], results=goals(None, "quota"))
    assert (found["A sales"], found["B sales"]) == (500 + 600, 400 + 800)


def test_a_weight_counts_by_its_days_and_a_goal_by_the_last() -> None:
    targets = [
        of_b("growth", weight=0.9, goal=60_000) | {"from": FEB}, of_b("profit", weight=0.1) | {"from": FEB},
    ]  # fmt: skip
    lines = {
        (line["employee_id"], line["component_id"]): line
        for line in run(raws(targets, results=goals(None)), "2026-Q1").dicts()
    }
    line = lines["B", "growth"]
    assert line["weight"] == pytest.approx((31 * 0.6 + 59 * 0.9) / 90)
    assert (line["goal"], line["attainment"]) == (60_000, 1.5)
    issues = load_tables(raws(targets, results=goals(None)), component_types(), PAY_TABLES)[1]
    (said,) = [issue for issue in issues if issue.where.startswith("targets")]
    assert (
        "2026-02-01 is inside 2026-Q1: the goal and the points of its last day count for the whole period"
        in said.message
    )


def test_the_explanation_names_the_cells_of_targets() -> None:
    targets = [of_b("growth", weight=0.5, goal=120_000), of_b("profit", weight=0.5, threshold=500, goal=600)]
    steps = {(row[0], row[3]): row[4] for row in explain(raws(targets, results=goals(None)), "B", "2026-Q1")}
    assert steps["Component target", 5000.0] == "targets, row 3 (weight)"
    assert "targets, row 2 (goal)" in steps["Attainment", 0.75]
    for cell in ("targets, row 3 (threshold)", "targets, row 3 (goal)"):
        assert cell in steps["Payout ratio", 0.765]
    assert "attainment" not in steps["Payout ratio", 0.765]


BAD: dict[str, tuple[Rows, str, str]] = {
    "weights": ([of_b("growth", weight=0.7)], "weight",
                "B's weights sum to 1.1 from 2025-01-06 on (growth 0.7, profit 0.4)"),
    "weights later": (
        [of_b("growth", weight=0.7) | {"from": FEB}], "weight", "B's weights sum to 1.1 from 2026-02-01 on"),
    "nothing": ([of_b("growth")], "component_id", "the row sets nothing for B's growth"),
    "threshold of attainment": (
        [of_b("growth", threshold=5)], "threshold", "it pays by no curve in the measure's own unit"),
    "points not in order": ([of_b("profit", threshold=700)], "threshold",
                            "threshold, goal and maximum are not in order"),
    "weight of a commission": ([of_b("fixed", weight=1)], "weight",
                               "a commission is not paid from the target incentive"),
    "goal of a rate": ([of_b("fixed", goal=1)], "goal", "no tiers on attainment pay it"),
    "goal of 0": ([of_b("growth", goal=0)], "goal", "B's goal of growth is zero or negative"),
    "component of another plan": (
        [of_b("other", weight=1)], "component_id", "B is never on a plan with the component other"),
    "two goals": ([of_b("growth", goal=120_000)], "goal", "the goal is 100,000 here, and 120,000 on targets"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_is_said_with_its_place(kind: str) -> None:
    targets, column, words = BAD[kind]
    other = BASE["components"] + [
        {"plan_id": "Q", "component_id": "other", "type": "metric", "weight": 1, "measure": "m"}
    ]
    plans = BASE["plans"] + [BASE["plans"][0] | {"plan_id": "Q"}]
    with pytest.raises(CsmError) as refused:
        run(raws(targets, components=other, plans=plans), "2026-Q1")
    (found,) = [issue for issue in refused.value.issues if words in issue.message]
    table = "results" if kind == "two goals" else "targets"
    assert found.where.startswith(f"{table}, row ") and found.where.endswith(f"({column})")


def test_a_curve_with_a_band_or_more_points_has_no_goal_of_ones_own() -> None:
    for points, words in (
        (((505, 0.5), (600, 1), (640, 1), (694, 2)), "the curve has several points at 100%"),
        (((505, 0.5), (560, 0.7), (631, 1), (694, 2)), "points other than threshold, goal and maximum"),
        (((505, 0.5), (694, 2)), "the curve has no goal"),
    ):
        curves = [{"curve_id": "C", "attainment": x, "payout": y} for x, y in points]
        with pytest.raises(CsmError, match=words):
            run(raws([of_b("profit", goal=620)], curves=curves), "2026-Q1")


def test_a_row_after_somebody_left_is_named() -> None:
    left = [row | {"leave_date": date(2026, 2, 27)} for row in BASE["roster"]]
    rows = [of_b("growth", goal=90_000) | {"from": date(2026, 3, 5)}]
    issues = load_tables(raws(rows, roster=left), component_types(), PAY_TABLES)[1]
    assert any("B leaves before this day, on 2026-02-27" in issue.message for issue in issues)


def test_points_of_the_last_day_count_for_every_version_that_pays_by_days() -> None:
    plans = [BASE["plans"][0] | {"version_rule": "by_days"}]
    first, profit, *_ = BASE["components"]
    components = [first, profit | {"valid_to": date(2026, 2, 14)},
                  profit | {"valid_from": date(2026, 2, 15), "curve_id": "D"}]  # fmt: skip
    curves = [*BASE["curves"], *({"curve_id": "D", "attainment": x, "payout": y}
                                 for x, y in ((505, 0.5), (631, 1), (694, 3)))]  # fmt: skip
    other = {"plans": plans, "components": components, "curves": curves}
    targets = [of_b("profit", goal=553) | {"from": date(2026, 3, 1)}]
    assert paid(targets, **other)["B profit"] == 4000.00  # 553 pays 100% in both
    assert paid(targets, **other)["A profit"] == 2761.90


def test_a_gate_and_a_matrix_compare_with_the_goal_of_ones_own() -> None:
    gate = [
        {
            "plan_id": "P",
            "component_id": "profit",
            "measure": "revenue",
            "minimum": 0.8,
            "scope": "individual",
        }
    ]
    other: dict[str, Any] = {"gates": gate, "results": goals(None)}
    found = paid([of_b("growth", goal=120_000)], **other)
    assert (found["A profit"], found["B profit"]) == (2761.90, 0.0)  # 90,000 of 100,000, and of 120,000
    steps = explain(raws([of_b("growth", goal=120_000)], **other), "B", "2026-Q1")
    assert any(row[0] == "Gate" and "targets, row 2 (goal)" in row[4] for row in steps)


def test_what_multiplies_waits_for_its_own_actual_alone() -> None:
    components = [
        BASE["components"][0] | {"gate_measure": "audit", "gate_minimum": 0.5},
        BASE["components"][0] | {"component_id": "profit", "weight": 0.4, "payout_of": "growth",
                                 "payout_of_on": "attainment"},
    ]  # fmt: skip
    rows = [row for row in BASE["results"] if row["measure"] == "revenue"]
    rows += [row | {"measure": "audit", "actual": None, "goal": 1} for row in rows]
    tables = [raw for raw in raws([of_b("growth", goal=100_000)], components=components, results=rows)
              if raw.name not in ("deals", "tiers", "curves")]  # fmt: skip
    found = {
        (line["employee_id"], line["component_id"]): line["amount"] for line in run(tables, "2026-Q1").dicts()
    }
    assert (found["A", "growth"], found["A", "profit"]) == (0.0, 3240.00)  # 4,000 × 0.9 × 0.9


UNITS: dict[str, tuple[dict[str, Any], str]] = {
    "a percentage": (of_b("growth", goal=0.9), "error"),
    "thousands": (of_b("growth", goal=100), "error"),
    "a digit too many": (of_b("growth", goal=1_000_000), "warning"),
    "a threshold in thousands": (of_b("profit", threshold=0.5), "error"),
}


@pytest.mark.parametrize("kind", UNITS)
def test_a_goal_in_another_unit_is_named(kind: str) -> None:
    row, severity = UNITS[kind]
    issues = load_tables(raws([row], results=goals(None)), component_types(), PAY_TABLES)[1]
    (found,) = [one for one in issues if one.where.startswith("targets")]
    assert found.severity == severity and f"B's {list(row)[-1]} of {row['component_id']} is" in found.message


def test_rows_count_for_the_versions_of_their_days() -> None:
    first, profit, *rest = BASE["components"]
    old, new = {"valid_to": date(2025, 12, 31)}, {"valid_from": date(2026, 1, 1)}
    turned = [first | old, first | new | {"on": "actual", "curve_id": "G"}, profit, *rest]
    curves = [*BASE["curves"], *({"curve_id": "G", "attainment": x, "payout": y}
                                 for x, y in ((80_000, 0.5), (100_000, 1), (120_000, 2)))]  # fmt: skip
    other = {"components": turned, "curves": curves}
    year = {"from": date(2026, 1, 1)}
    found = paid([of_b("growth", threshold=90_000) | year], **other)
    assert (found["A growth"], found["B growth"]) == (4500.00, 3000.00)
    ended = [first | old, first | new | {"component_id": "new"}, profit, *rest]
    issues = load_tables(
        raws([of_b("growth", goal=90_000) | year], components=ended), component_types(), PAY_TABLES
    )[1]
    assert [one.message for one in issues if one.where.startswith("targets")] == [
        "B is not on a plan with growth on the days of this goal, so it has no effect"
    ]


def test_what_multiplies_by_days_is_one_thing() -> None:
    plans = [BASE["plans"][0] | {"version_rule": "by_days"}]
    first, _, *rest = BASE["components"]
    halves = ({"valid_to": date(2026, 2, 14)}, {"valid_from": date(2026, 2, 15)})
    other = first | {"component_id": "profit", "weight": 0.4, "payout_of": "growth"}
    for components, words in (
        ([first, other | halves[0], other | halves[1] | {"payout_of_on": "attainment"}],
         "the versions of profit are combined with different things"),
        ([*(first | half for half in halves), other | {"payout_of_on": "attainment"}],
         "growth has versions, which P pays by days: it has no one attainment"),
    ):  # fmt: skip
        with pytest.raises(CsmError, match=words):
            run(raws([of_b("growth", goal=100_000)], plans=plans, components=[*components, *rest]), "2026-Q1")


def test_attainments_that_are_sought_or_drawn_are_of_ones_own_goal() -> None:
    tables = raws([of_b("growth", goal=120_000)], results=goals(None))
    read = load_tables(tables, component_types(), PAY_TABLES)[0]
    found = solve(read, "attainment", 6000.0, "2026-Q1", "growth", "B")
    assert found.answers[0].value == pytest.approx(1.0)
    shared = [
        row | {"scope": "company"} if row["component_id"] == "growth" else row for row in BASE["components"]
    ]
    results = [row for row in BASE["results"] if row["measure"] != "revenue"]
    results.append({"period": "2026-Q1", "scope": "company", "id": "company", "measure": "revenue",
                    "actual": 90_000, "goal": 100_000})  # fmt: skip
    with pytest.raises(CsmError, match="goals of their own for revenue of the company"):
        simulate(raws([of_b("growth", goal=120_000)], components=shared, results=results), "2026-Q1", 10)
