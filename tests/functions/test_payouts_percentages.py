"""Nobody is paid by the formula CSM_PAYOUTS by what no command would pay."""

from __future__ import annotations

import pytest

from csm_xl.errors import CsmError
from csm_xl.functions import call

_TABLES = {
    "plans": [["plan_id", "model", "pay_period", "target_basis", "target_value"],
              ["A", "base_variable", "quarter", "ratio", 0.1]],
    "components": [["plan_id", "component_id", "type", "rate"], ["A", "up", "commission", 0.03]],
    "roster": [["employee_id", "plan_id", "base_salary", "hire_date", "target_ratio"],
               ["E1", "A", 80000, "2024-01-01", 0.1], ["E2", "A", 90000, "2024-01-01", 0.1]],
    "deals": [["deal_id", "date", "amount", "employee_id"], ["D1", "2026-02-01", 42000, "E1"]],
}  # fmt: skip


@pytest.mark.parametrize(
    ("table", "column", "typed", "says", "of_others"),
    [
        ("plans", "target_value", 10, "row 2 .target_value.: target_value is 10, a ratio", True),
        ("components", "rate", 3, "row 2 .rate.: rate is 3, a ratio: it means 300%", True),
        ("roster", "target_ratio", 10, "row 2 .target_ratio.: target_ratio is 10, a", False),
    ],
)
def test_nobody_is_paid_by_a_ratio_that_was_typed_as_a_percentage(table, column, typed, says, of_others):
    tables = {name: [list(row) for row in rows] for name, rows in _TABLES.items()}
    header, line, *_ = call("CSM_PAYOUTS", "2026-Q1", *tables.values())
    assert line[header.index("amount")] == 1260
    tables[table][1][tables[table][0].index(column)] = typed
    for formula in (("CSM_PAYOUTS",), ("CSM_EXPLAIN", "E1")):
        with pytest.raises(CsmError, match=says):
            call(*formula, "2026-Q1", *tables.values())
    if not of_others:
        assert call("CSM_EXPLAIN", "E2", "2026-Q1", *tables.values())
