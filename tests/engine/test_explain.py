"""What is reported of a line leads to its amount: every number that went in, and the cells they came from."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from calculator import calculated, exactly
from small_company import company, raws, result, steps

from csm_xl.engine.explain import explain


def to_date(**component: Any) -> dict[str, list[dict[str, Any]]]:
    tables = company(cumulative="ytd_sum", **component)
    tables["results"] = [result("E0001", 1.1, 1), result("E0001", 0.8, 1, period="2026-Q2")]
    return tables


def test_a_true_up_tells_targets_to_date_and_what_was_paid() -> None:
    told = steps(to_date(), period="2026-Q2")
    cells = [f"results, row {row} ({column})" for row in (3, 2) for column in ("actual", "goal")]
    assert told["Attainment"][2:] == ["(0.8 + 1.1) / (1 + 1)", pytest.approx(0.95), "; ".join(cells)]
    rule, put_in, value, source = told["Before the modifier"][1:]
    assert rule.startswith("component targets of the plan year to date × payout ratio, less what earlier")
    assert (put_in, value) == ("(2000 [2026-Q1] + 2000) × 0.95 − 2200 [2026-Q1]", 1600.0)
    before = [f"payouts, C of 2026-Q1 ({column})" for column in ("component_target", "before_modifier")]
    assert source == "; ".join(["components, row 2 (cumulative)", *before])


def test_a_true_up_tells_the_cell_of_what_was_really_paid() -> None:
    tables = to_date()
    tables["paid"] = [
        {"period": period, "employee_id": "E0001", "plan_id": "S", "component_id": "C", "amount": 100}
        for period in ("2025-Q4", "2026-Q1")
    ]
    told = steps(tables, period="2026-Q2")["Before the modifier"]
    assert told[2:4] == ["(2000 [2026-Q1] + 2000) × 0.95 − 100 [2026-Q1]", 3700.0]
    target = "payouts, C of 2026-Q1 (component_target)"
    assert told[4] == f"components, row 2 (cumulative); {target}; paid, row 3 (amount)"


def test_what_is_not_measured_in_a_true_up_is_not_told_as_one() -> None:
    tables = to_date()
    tables["results"][1]["actual"] = None
    told = steps(tables, period="2026-Q2")["Before the modifier"]
    assert told[1].startswith("a missing actual pays nothing, and takes nothing back")
    assert told[2:4] == ["0", 0.0]


def test_a_product_of_ratios_is_written_out() -> None:
    tables = company(weight=0.5)
    tables["plans"][0]["combination"] = "multiplicative"
    tables["components"].append(tables["components"][0] | {"component_id": "D", "measure": "NPS"})
    tables["results"] = [result("E0001", 1.25, 1), result("E0001", 0.6, 1, "NPS")]
    told = [row for row in explain(raws(tables), "E0001", "2026-Q1") if row[0] == "Before the modifier"]
    assert [row[2:4] for row in told] == [["1000 × 1.25 [C] × 0.6 [D]", 750.0]] * 2


def test_a_modifier_and_a_plan_cap_tell_their_numbers() -> None:
    tables = company(modified=True)
    tables["plans"][0] |= {"modifier_cap": 1.2, "plan_cap": 1.1}
    tables["roster"][0]["division"] = "East"
    tables["results"] = [result("E0001", 1, 1)]
    tables["modifiers"] = [
        {"period": "2026-Q1", "scope": "division", "factor": 1.3, "id": "West"},
        {"period": "2026-Q1", "scope": "company", "factor": 1.1, "id": None},
        {"period": "2026-Q2", "scope": "company", "factor": 1.7, "id": None},
        {"period": "2026-Q1", "scope": "division", "factor": 1.15, "id": "East"},
    ]
    told = steps(tables)
    assert told["Modifier"][2:4] == ["min(1.1 [company] × 1.15 [East], 1.2)", 1.2]
    places = "modifiers, row 3 (factor); modifiers, row 5 (factor); plans, row 2 (modifier_cap)"
    assert told["Modifier"][4] == places
    assert told["Plan cap"][2:] == ["1.1 × 2000 / 2400 [C]", 1.1 * 2000 / 2400, "plans, row 2 (plan_cap)"]
    assert told["Amount"][3] == 2200.0


def test_each_version_of_a_component_is_told_by_its_own_terms() -> None:
    tables = company(type="spif", weight=None, measure=None, fixed_amount=500)
    tables["components"].append(
        tables["components"][0] | {"fixed_amount": 700, "valid_from": date(2026, 2, 10)}
    )
    tables["events"] = [
        {"date": date(2026, month, 5), "employee_id": "E0001", "component_id": "C"} for month in (2, 3)
    ]
    told = [row for row in explain(raws(tables), "E0001", "2026-Q1") if row[0] == "SPIF"]
    assert [row[2] for row in told] == ["1 [2026-02-05] × 500 + 1 [2026-03-05] × 700"]
    assert [row[3] for row in told] == [1200.0]


def test_a_long_sum_is_told_in_parts_that_a_cell_holds() -> None:
    tables = company(type="commission", weight=None, measure=None, rate=0.1)
    tables["deals"] = [{"deal_id": f"DEAL-{n:06}", "date": date(2026, 1, 5), "amount": 1000.25 + n,
                        "employee_id": "E0001"} for n in range(1500)]  # fmt: skip
    told = explain(raws(tables), "E0001", "2026-Q1")[1:]
    parts = [row for row in told if row[0].startswith("Credited amount, part")]
    (whole,) = (row for row in told if row[0] == "Credited amount")
    assert len(parts) == 8
    assert all(calculated(row[2]) == exactly(row[3]) for row in [*parts, whole])
    assert whole[3] == sum(row[3] for row in parts) == 1500 * 1000.25 + 1500 * 1499 / 2
    assert max(len(str(cell)) for row in told for cell in row) <= 32_767


def test_somebody_without_a_line_is_told_why() -> None:
    tables = company("E0001", "E0002")
    tables["plans"].append(tables["plans"][0] | {"plan_id": "B", "model": "base_only"})
    tables["roster"][0]["plan_id"] = "B"
    tables["roster"][1]["leave_date"] = date(2025, 12, 31)
    plan, total = explain(raws(tables), "E0001", "2026-Q1")[1:]
    assert "no component and pays nothing" in plan[1]
    assert (plan[2], total[3]) == ("2026-01-01 to 2026-03-31", 0.0)
    why, total = explain(raws(tables), "E0002", "2026-Q1")[1:]
    assert "on no plan that pays in 2026-Q1" in why[1]
    assert total[3] == 0.0
