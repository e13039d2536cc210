"""More calls that cannot be answered: each with its code and the argument that its message names."""

from datetime import date
from typing import Any

from case import DIV0, NUM, VALUE, Fails

CURVE = [[0.9, 0.5], [1, 1]]
TIERS = [[0, 0.05], [100000, 0.08]]
TABLE_2 = [[None, 0.9, 1], [0.9, 0.5, 0.7], [1, 0.8, 1]]
Q1 = (date(2026, 1, 1), date(2026, 3, 31))
HISTORY = [[date(2025, 1, 1), 80000], [date(2026, 2, 1), 90000]]
HUGE = 1e300

TABLE: dict[str, list[tuple[tuple[Any, ...], Any]]] = {
    "CSM_OTE": [
        (("eighty", 1), Fails(VALUE, "base_salary")),
        ((1, DIV0), Fails(VALUE, "target_variable")),
        ((HUGE, 1), Fails(NUM, "base_salary")),
        ((80000, True), Fails(VALUE, "target_variable")),
    ],
    "CSM_PAYMIX": [
        ((DIV0, 1), Fails(VALUE, "base_salary")),
        ((80000, "$20,000"), Fails(VALUE, "target_variable")),
        ((80000, HUGE), Fails(NUM, "target_variable")),
    ],
    "CSM_SPLITOTE": [
        ((None, 0.8), Fails(VALUE, "ote")),
        ((100000, "most"), Fails(VALUE, "base_share")),
        (([100000, DIV0], 0.8), Fails(VALUE, "ote row 2")),
    ],
    "CSM_TARGETINCENTIVE": [
        ((None, 0.1, 4), Fails(VALUE, "salary")),
        ((80000, "a tenth", 4), Fails(VALUE, "target_ratio")),
        ((80000, 0.1, 0), Fails(NUM, "periods_per_year")),
        ((80000, 0.1, "quarterly"), Fails(VALUE, "periods_per_year")),
    ],
    "CSM_PAYCURVE": [
        ((0.95,), Fails(VALUE, "curve")),
        ((0.95, None), Fails(VALUE, "curve")),
    ],
    "CSM_BLENDEDRATE": [
        ((100, None), Fails(VALUE, "tiers")),
        ((DIV0, TIERS), Fails(VALUE, "amount")),
        ((100, TIERS, "sliding"), Fails(VALUE, "mode")),
    ],
    "CSM_WEIGHTED": [
        (([1, 2], [0.5, "half"]), Fails(VALUE, "weights row 2")),
        (([1, DIV0], [0.5, 0.5]), Fails(VALUE, "ratios row 2")),
    ],
    "CSM_GATE": [
        (("high", 1, 1), Fails(VALUE, "measure")),
        ((1, None, 1), Fails(VALUE, "minimum")),
        ((1, 1, DIV0), Fails(VALUE, "payout")),
    ],
    "CSM_MODIFY": [
        ((1000, None), Fails(VALUE, "factor")),
        (("all", 1), Fails(VALUE, "payout")),
        ((1000, 1, "none"), Fails(VALUE, "floor")),
    ],
    "CSM_CAP": [
        ((None, 0, 1), Fails(VALUE, "payout")),
        ((1, "low"), Fails(VALUE, "floor")),
        ((1, 0, DIV0), Fails(VALUE, "cap")),
    ],
    "CSM_MATRIX": [
        ((1, None, TABLE_2), Fails(VALUE, "column_measure")),
        ((1, 1, TABLE_2, "spline"), Fails(VALUE, "mode")),
        ((1, 1, None), Fails(VALUE, "table")),
    ],
    "CSM_MBO": [
        (([1], ["done"]), Fails(VALUE, "scores")),
        (([0.5, 0.5], [1]), Fails(VALUE, "scores")),
    ],
    "CSM_COMMISSION": [
        ((None, 0.1), Fails(VALUE, "amount")),
        ((1000, "2 percent"), Fails(VALUE, "rate")),
    ],
    "CSM_CREDIT": [
        ((None, [0.5]), Fails(VALUE, "amount")),
        ((100, [0.5, "rest"]), Fails(VALUE, "shares row 2")),
    ],
    "CSM_SPIF": [
        (("three", 250), Fails(VALUE, "count")),
        ((3, None), Fails(VALUE, "amount")),
        ((3, 250, DIV0), Fails(VALUE, "cap")),
    ],
    "CSM_POOL": [
        (([100, "x"], 50), Fails(VALUE, "payouts row 2")),
        (([100, 200], None), Fails(VALUE, "pool")),
    ],
    "CSM_POOLSHARES": [
        ((None, [1, 2]), Fails(VALUE, "pool")),
        ((100, [1, "two"]), Fails(VALUE, "weights row 2")),
        ((100, None), Fails(VALUE, "weights")),
        ((100, [1, 2], DIV0), Fails(VALUE, "cap")),
    ],
    "CSM_RANKPAY": [
        ((None, [1, 2], CURVE), Fails(VALUE, "value")),
        ((1, [1, "two"], CURVE), Fails(VALUE, "peers row 2")),
        ((1, [1, 2], None), Fails(VALUE, "curve")),
    ],
    "CSM_DAYS": [
        (("soon", Q1[1]), Fails(VALUE, "period_start")),
        ((Q1[0], None), Fails(VALUE, "period_end")),
    ],
    "CSM_PRORATE": [
        (("all", *Q1), Fails(VALUE, "amount")),
        ((3000, None, Q1[1]), Fails(VALUE, "period_start")),
    ],
    "CSM_ELIGIBLESALARY": [
        ((None, *Q1), Fails(VALUE, "history")),
        ((HISTORY, *Q1, "monthly"), Fails(VALUE, "method")),
        # The 0 that a look-up gives for a blank is no first day.
        (([[0, 80000], ["2026-02-15", 90000]], *Q1), Fails(VALUE, "history from row 1")),
    ],
    "CSM_EXPLAIN": [
        ((None, "2026-Q1", [["employee_id"], ["E1"]]), Fails(VALUE, "employee_id")),
    ],
}
