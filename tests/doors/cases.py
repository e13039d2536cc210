"""Calls of every worksheet function and what they give, worked out by hand from the definitions.

The same table runs through every door. Ranges are lists of rows (a flat list is a column), dates are
dates, an Excel error is an `ErrorCell`; a door dresses them as it would hand them over. `Fails` names the
error code and what its message must point at.
"""

from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from case import DIV0, NOT_FOUND, NUM, VALUE, Case, Fails, Steps, column

from csm_xl import __version__

CURVE: list[list[Any]] = [[0.9, 0.5], [1, 1], [1.2, 1.5]]
TIERS = [[0, 0.01], [1000, 0.02], [3000, 0.03]]
MONEY_TIERS = [[0, 1000, 10], [1000, 3000, 40], [3000, 8000, 100], [8000, 20000, 2000]]
SIZES = [[0, 250], [10000, 500], [50000, 1000]]
MATRIX = [[None, 100, 200], [0.9, 0.5, 0.8], [1, 1, 1.5]]
RANKS = [[0.25, 0.5], [0.5, 1], [0.75, 2]]
PEERS = [10, 20, 30, 40, 50]
HISTORY = [["2025-01-01", 80000], ["2026-02-15", 90000]]
Q1 = (date(2026, 1, 1), date(2026, 3, 31))
JANUARY = (date(2026, 1, 1), date(2026, 1, 31))
YEAR_2025 = (date(2025, 1, 1), date(2025, 12, 31))

PLANS: list[list[Any]] = [["plan_id", "model", "pay_period", "target_basis", "target_value"],
         ["A", "base_bonus", "quarter", "ratio", 0.1]]  # fmt: skip
COMPONENTS: list[list[Any]] = [["plan_id", "component_id", "type", "weight", "measure", "curve_id"],
              ["A", "Retention", "metric", 1, "NRR", "NRR"]]  # fmt: skip
CURVES: list[list[Any]] = [["curve_id", "attainment", "payout"], *(["NRR", *knot] for knot in CURVE)]
ROSTER: list[list[Any]] = [["employee_id", "plan_id", "base_salary", "hire_date"],
                           ["E0001", "A", 80000, date(2024, 1, 1)]]  # fmt: skip
RESULTS: list[list[Any]] = [["period", "scope", "id", "measure", "actual", "goal"],
           ["2026-Q1", "individual", "E0001", "NRR", 1.05, 1]]  # fmt: skip
LINE = ["period", "employee_id", "plan_id", "component_id", "type", "eligible_days", "period_days",
        "proration", "eligible_salary", "target_incentive", "weight", "component_target", "goal", "actual",
        "attainment", "payout_ratio", "gate_met", "before_modifier", "modifier", "plan_cap_factor",
        "unrounded", "amount", "note", "line_kind"]  # fmt: skip


def _with(table: list[list[Any]], **changes: Any) -> list[list[Any]]:
    """The table with other values in its one row."""
    return [table[0], [changes.get(name, value) for name, value in zip(table[0], table[1], strict=True)]]


def _quarters(*actuals: float) -> list[list[Any]]:
    """Results of E0001 in the quarters of 2026."""
    names = [f"2026-Q{quarter}" for quarter in (1, 2, 3, 4)]
    return [RESULTS[0], *([name, "individual", "E0001", "NRR", actual, 1]
                          for name, actual in zip(names, actuals, strict=True))]  # fmt: skip


def _line(**figures: Any) -> list[list[Any]]:
    """The payout line of E0001 where the plan pays at 105%: target 80,000 × 0.1 / 4, ratio 1.125."""
    usual = dict(zip(LINE, [
        "2026-Q1", "E0001", "A", "Retention", "metric", 90, 90, 1, 80000, 2000, 1, 2000, 1, 1.05, 1.05,
        1.125, None, 2250, 1, 1, 2250, 2250, None, "earned",
    ], strict=True))  # fmt: skip
    return [LINE, list((usual | figures).values())]


_TABLE: dict[str, list[tuple[tuple[Any, ...], Any]]] = {
    "CSM_TOTALCOMP": [
        ((100000, 25000, 1.1), 127500),
        ((80000,), 80000),
        ((90000, 10000, None, 20000, 8000, -5000), 123000),
        (([90000, None, 100000], 25000), column(115000, None, 125000)),
        (([100000, 50000], [[0, 10000]]), [[100000, 110000], [50000, 60000]]),
        (("85,000.50", 1000, "10%"), 85100.5),
        ((), Fails(VALUE, "base_salary")),
        (([1, "x", "y"],), Fails(VALUE, "base_salary row 3")),
        ((-1,), Fails(VALUE, "base_salary")),
        (([1, 2], [1, 2, 3]), Fails(VALUE, "base_salary, target_variable")),
        ((DIV0, 1), Fails(VALUE, "base_salary")),
    ],
    "CSM_OTE": [
        ((80000, 20000), 100000),
        ((0, 0), 0),
        (([80000, 90000], [20000, None]), column(100000, None)),
        (([[1, 2], [3, 4]], 10), [[11, 12], [13, 14]]),
        (([[70000]], [[30000]]), 100000),
        ((80000,), Fails(VALUE, "target_variable")),
        ((80000, [1, -1]), Fails(VALUE, "target_variable row 2")),
        ((True, 1), Fails(VALUE, "base_salary")),
        ((1e16, 1), Fails(NUM, "base_salary")),
    ],
    "CSM_PAYMIX": [
        ((80000, 20000), 0.8),
        ((100000, 0), 1),
        ((0, 5), 0),
        (([70, 50], 30), column(0.7, 0.625)),
        (([[75000, None]], 25000), [[0.75, None]]),
        ((0, 0), Fails(NUM, "base_salary")),
        (("abc", 1), Fails(VALUE, "base_salary")),
        ((date(2026, 1, 1), 1), Fails(VALUE, "base_salary")),
    ],
    "CSM_SPLITOTE": [
        ((120000, 0.75), [[90000, 30000]]),
        ((100000, 1), [[100000, 0]]),
        (([120000, 80000], 0.5), [[60000, 60000], [40000, 40000]]),
        (([100000, None, 50000], [0.8, 0.8, 0.7]), [[80000, 20000], [None, None], [35000, 15000]]),
        ((0, 0.5), [[0, 0]]),
        ((100000, 1.2), Fails(VALUE, "base_share")),
        (([[1, 2]], 0.5), Fails(VALUE, "ote")),
        ((100000, None), Fails(VALUE, "base_share")),
    ],
    "CSM_TARGETINCENTIVE": [
        ((85000, 0.1, 4), 2125),
        ((60000, 0.05), Fails(VALUE, "periods_per_year")),
        ((60000, 0.05, 1), 3000),
        ((85000, 110, 4), Fails(VALUE, "target_ratio")),
        ((85000, "110%", 4), 23375),
        ((60000, 0.05, 24), 125),
        ((60000, 0.05, 5), Fails(VALUE, "periods_per_year")),
        (([84000, 120000], [0.1, 0.2], 12), column(700, 2000)),
        ((80000, 0, 4), 0),
        ((80000, 0.1, 0), Fails(NUM, "periods_per_year")),
        ((-1, 0.1, 4), Fails(VALUE, "salary")),
        ((80000, "ten", 4), Fails(VALUE, "target_ratio")),
    ],
    "CSM_ATTAINMENT": [
        ((94, 100), 0.94),
        ((0.04, 0.05, "lower"), 1.2),
        ((0.04, 0.05, "LOWER", "Inverse"), 1.25),
        ((0.12, 0.05, "lower"), -0.4),
        (([50, 150], 100, ["higher", "lower"]), column(0.5, 0.5)),
        (([1, None, 3], 2), column(0.5, None, 1.5)),
        ((1, 0), Fails(NUM, "goal")),
        (([1, None, 2, 3], [1, 5, 0, -1]), Fails(NUM, "goal row 4")),
        ((0, 1, "lower", "inverse"), Fails(NUM, "actual")),
        ((1, 1, "best"), Fails(VALUE, "direction")),
        (([[1, DIV0]], 1), Fails(VALUE, "actual column 2")),
    ],
    "CSM_PAYCURVE": [
        ((0.95, CURVE), 0.75),
        (([0.8999, 0.9, 1, 1.1, 1.2, 1.3], CURVE), column(0, 0.5, 1, 1.25, 1.5, 1.5)),
        ((1.3, CURVE, "linear", "zero", "extrapolate"), 1.75),
        ((1.3, CURVE, None, None, "extrapolate", 1.6), 1.6),
        (([1.3, 1.3], CURVE, "linear", "zero", "extrapolate", [1.6, None]), column(1.6, 1.75)),
        (([0.85, 0.5], CURVE, "linear", "extrapolate"), column(0.25, 0)),
        ((1.19, CURVE, "step"), 1),
        ((0.1, CURVE, "linear", "hold"), 0.5),
        (([7250000, 24000000], [[3000000, 0.2], [20000000, 0.6], [30000000, 1]]), column(0.3, 0.76)),
        ((0.95, [["Payout [ratio]", "note", "Attainment"], [0.5, "a", 0.9], [1, "b", 1]]), 0.75),
        (([0.99, 1], [[0.5, 0.5], [1, 0.5], [1, 1.2]]), column(0.5, 1.2)),
        ((0.1 + 0.2, [[0.3, 0.5], [1, 1]]), 0.5),
        ((553, [[505, 0.5], [631, 1], [694, 2]], None, None, None, None, "actual"), 0.690476190476190),
        (([60, 61, 67, 70, 73, 73.5], [[61, 2], [66, 1], [68, 1], [73, 0.5]], *[None] * 4, "actual"),
         column(2, 2, 1, 0.8, 0.5, 0)),
        (([70, 80], [[73, 0.5], [68, 1], [61, 2]], None, "hold", None, None, "Actual"), column(0.8, 0.5)),
        (([50, 9], [[1, 0.5], [2, 1]], *[None] * 4, "actual"), column(1, 1)),
        ((50, [[1, 0.5], [2, 1]], *[None] * 4, "attainment"), Fails(VALUE, "attainment")),
        ((1, [[1, 1]], *[None] * 4, "points"), Fails(VALUE, "on")),
        ((1, [[1, 1], [0.9, 0.5]]), Fails(VALUE, "curve")),
        ((1, [[0.9, 0.5, 1]]), Fails(VALUE, "curve")),
        ((1, [["attainment", "pay"], [1, 1]]), Fails(VALUE, "curve")),
        ((1, [[0.9, None], [1, 1]]), Fails(VALUE, "curve payout row 1")),
        ((1, CURVE, "curved"), Fails(VALUE, "mode")),
        ((None, CURVE), Fails(VALUE, "attainment")),
    ],
    "CSM_TIERPAY": [
        (([1500, 4500], TIERS), column(20, 95)),
        ((20000, [[0, 150000, 0.04], [150000, 250000, 0.06], [250000, None, 0.08]], None, 145000), 1100),
        ((4500, TIERS, "whole"), 135),
        ((1000, TIERS, "whole"), 20),
        ((1000, TIERS, "whole", None, "lower"), 10),
        (([200, 300, 1500, 1200, 2000, 4500], MONEY_TIERS, "interpolated"), column(2, 3, 20, 14, 30, 80)),
        (([0, 8000, 10000, -60000], SIZES, "fixed"), column(0, 250, 500, -1000)),
        ((-1500, TIERS), -20),
        (([500, None], TIERS, "marginal", [[0, 1000]]), [[5, 10], [None, None]]),
        ((100, [[1000, 0.02], [0, 0.01]]), Fails(VALUE, "tiers row 1")),
        ((100, [[0, 1000, 0.01], [500, None, 0.02]]), Fails(VALUE, "tiers row 1")),
        ((100, [[0, 10], [1000, 40]], "interpolated"), Fails(VALUE, "tiers row 2")),
        ((100, 5), Fails(VALUE, "tiers")),
        ((100, TIERS, "sliced"), Fails(VALUE, "mode")),
        ((["one"], TIERS), Fails(VALUE, "amount")),
    ],
    "CSM_BLENDEDRATE": [
        ((20000, [[0, 0.04], [150000, 0.06]], None, 145000), 0.055),
        ((1000, [[0, 0.05]]), 0.05),
        ((5000, TIERS), 0.022),
        ((4500, TIERS, "whole"), 0.03),
        (([1000, None], [[0, 0.1]]), column(0.1, None)),
        ((0, TIERS), Fails(NUM, "amount")),
        (([None, 5, 0], TIERS), Fails(NUM, "amount row 3")),
        ((5, None), Fails(VALUE, "tiers")),
    ],
    "CSM_WEIGHTED": [
        (([1.25, 1], [0.5, 0.5]), 1.125),
        (([1.25, 0.8], [0.5, 0.5], "multiplicative"), 1),
        (([[1.25, 1]], [[0.5, 0.5]]), 1.125),
        ((1.2, 1), 1.2),
        (([1.2, 0.5], [0.5, 0.5], [["additive", "multiplicative"]]), [[0.85, 0.6]]),
        (([1.2, 0.5, None], [0.5, 0.5]), 0.85),
        (([1, 1], [0.5, 0.3, 0.2]), Fails(VALUE, "weights")),
        (([1, None, 1], [0.4, 0.4, 0.2]), Fails(VALUE, "ratios row 2")),
        (([1, 1], [0.5, 0.5], "average"), Fails(VALUE, "method")),
        (([[1, 1], [1, 1]], [0.5, 0.5]), Fails(VALUE, "ratios")),
    ],
    "CSM_GATE": [
        ((0.8, 0.8, 1.2), 1.2),
        ((0.79, 0.8, 1.2), 0),
        ((0.79, 0.8, 1.2, 0.5), 0.5),
        ((0.5, 0.8, 0.3, 0.5), 0.3),
        (([0.9, None, 0.1], 0.8, 1), column(1, None, 0)),
        ((0.1 + 0.2, 0.3, 1), 1),
        ((0.9, 0.8), Fails(VALUE, "payout")),
        (([0.9, "high"], 0.8, 1), Fails(VALUE, "measure row 2")),
        ((0.9, DIV0, 1), Fails(VALUE, "minimum")),
    ],
    "CSM_MODIFY": [
        ((1000, 1.6, 0.8, 1.2), 1200),
        ((1000, 0.5, 0.8), 800),
        ((1000, 1.1), 1100),
        ((1000, [0.5, 1.6], 0.8, [1.2, None]), column(800, 1600)),
        ((0, 1.5), 0),
        ((1000, 1, 2, 1), Fails(VALUE, "floor")),
        ((1000,), Fails(VALUE, "factor")),
        (([1000, 1], [1, 2], [0, "low"]), Fails(VALUE, "floor row 2")),
    ],
    "CSM_CAP": [
        ((2.5, 0.5, 2), 2),
        ((0.2, 0.5), 0.5),
        ((2.5, None, 2), 2),
        ((1,), 1),
        (([0.2, 0.9, 2.5, None], 0.5, 2), column(0.5, 0.9, 2, None)),
        (([0.2, 0.2], [0.5, None]), column(0.5, 0.2)),
        ((1, 2, 1), Fails(VALUE, "floor")),
        (([1, 1], [0, 3], [1, 2]), Fails(VALUE, "floor row 2")),
        ((None, 1), Fails(VALUE, "payout")),
    ],
    "CSM_MATRIX": [
        ((1.2, 250, MATRIX), 1.5),
        ((0.95, 150, MATRIX), 0.5),
        (([0.8, 1], [250, 99], MATRIX), column(0, 0)),
        ((0.95, 150, MATRIX, "bilinear"), 0.95),
        (([0.9, 1], [[100, 200]], MATRIX), [[0.5, 0.8], [1, 1.5]]),
        ((1, 100, [["corner", 100], [1, 0.7]]), 0.7),
        ((1, 1, [[None, 100, 100], [1, 1, 1]]), Fails(VALUE, "table column head")),
        ((1, 1, [[None, 100, 200], [1, 1, None]]), Fails(VALUE, "table row 2 column 3")),
        ((1, 1, MATRIX, "cubic"), Fails(VALUE, "mode")),
        ((1, 1, 5), Fails(VALUE, "table")),
    ],
    "CSM_MBO": [
        (([0.4, 0.4, 0.2], [1, 0.5, 1.25]), 0.85),
        (([0.4, 0.4, 0.2], [1, 0.5, 1.25], 1), 0.8),
        (([[0.4, 0.4, 0.2]], [[1, 0.5, 1.25]], [1, None]), column(0.8, 0.85)),
        (([1 / 3, 1 / 3, 1 / 3], [1, 0, 0.5]), 0.5),
        ((1, 0), 0),
        (([0.5, 0.4], [1, 1]), Fails(VALUE, "weights")),
        (([0.5, 0.5], [1, -1]), Fails(VALUE, "scores row 2")),
        (([0.5, 0.5], [1, 1, 1]), Fails(VALUE, "weights")),
        (([0.5, 0.5], [1, DIV0]), Fails(VALUE, "scores row 2")),
    ],
    "CSM_COMMISSION": [
        ((50000, 0.02), 1000),
        ((50000, [0.02, 0.08]), column(1000, 4000)),
        ((50000, 0.02, 0.5, 250), 750),
        ((-1000, 0.1), -100),
        (([100, None, 300], 0.1, None, [1, 2, 3]), column(11, None, 33)),
        ((100, 0.1, 1.5), Fails(VALUE, "split")),
        ((100, 0.1, [1, -0.5]), Fails(VALUE, "split row 2")),
        ((100, "2 %%"), Fails(VALUE, "rate")),
        ((100,), Fails(VALUE, "rate")),
    ],
    "CSM_CREDIT": [
        ((100, [0.5, 0.25, 0.25]), column(50, 25, 25)),
        ((100, [[1 / 3, 1 / 3, 1 / 3]]), [[33.34, 33.33, 33.33]]),
        ((99.99, [0.5, 0.5]), column(50, 49.99)),
        ((100, [1, 1], True), column(100, 100)),
        (([100, 50], [[0.5, 0.5]]), [[50, 50], [25, 25]]),
        ((100, [0.6, None, 0.4]), column(60, None, 40)),
        ((100, 0.25), 25),
        ((100, [0.7, 0.5]), Fails(VALUE, "shares")),
        ((100, [0.7, -0.5]), Fails(VALUE, "shares row 2")),
        (([100, 50], [0.5, 0.5]), Fails(VALUE, "amount")),
        ((100, [1, 1], "perhaps"), Fails(VALUE, "allow_over")),
    ],
    "CSM_SPIF": [
        ((3, 250), 750),
        ((12, 250, 2000), 2000),
        ((0, 250), 0),
        (([3, None, 12], 250, 2000), column(750, None, 2000)),
        (([3, 12], 250, [None, 2000]), column(750, 2000)),
        ((-1, 250), Fails(VALUE, "count")),
        ((1, 250, -5), Fails(VALUE, "cap")),
        ((1,), Fails(VALUE, "amount")),
    ],
    "CSM_POOL": [
        (([500, 300, 200], 700), column(350, 210, 140)),
        (([[100, 100, 100]], 100), [[33.34, 33.33, 33.33]]),
        (([10.005, 20], 100), column(10.01, 20)),
        (([500, None, 500], 500), column(250, None, 250)),
        (([500, 300, 200], [[700, 100]]), [[350, 50], [210, 30], [140, 20]]),
        (([500, 300], -1), Fails(VALUE, "pool")),
        (([500, 300], [1, 2]), Fails(VALUE, "pool")),
        (([500, "x"], 100), Fails(VALUE, "payouts row 2")),
        ((None, 100), Fails(VALUE, "payouts")),
    ],
    "CSM_POOLSHARES": [
        ((10000, [5, 4, 1]), column(5000, 4000, 1000)),
        ((10000, [5, 4, 1], 4000), column(4000, 4000, 2000)),
        ((10000, [[5, 4, 1]], 4000), [[4000, 4000, 2000]]),
        ((100, [1, 1, 1]), column(33.34, 33.33, 33.33)),
        ((100, [1, 1, 1], 30.009), column(30, 30, 30)),
        ((100, [2, None, 3]), column(40, None, 60)),
        ((100, [0, 0]), column(0, 0)),
        ((100, 7, 50), 50),
        (([100, 10], [[1, 3]], [60, None]), [[40, 60], [2.5, 7.5]]),
        ((-1, [1, 2]), Fails(VALUE, "pool")),
        ((100, [1, -2]), Fails(VALUE, "weights row 2")),
        ((100, [1, 2], -5), Fails(VALUE, "cap")),
        (([100, 50], [1, 2]), Fails(VALUE, "pool")),
    ],
    "CSM_RANKPAY": [
        ((30, PEERS, RANKS), 1),
        (([10, 20, 30, 50], PEERS, RANKS), column(0, 0.5, 1, 2)),
        ((60, [PEERS], RANKS), 2),
        ((5, PEERS, RANKS), 0),
        (([[30, None]], PEERS, RANKS), [[1, None]]),
        ((30, [10, None, 30], RANKS), Fails(VALUE, "peers row 2")),
        ((30, PEERS, [[0.5, 1], [0.25, 0.5]]), Fails(VALUE, "curve")),
        ((30, None, RANKS), Fails(VALUE, "peers")),
    ],
    "CSM_DAYS": [
        (Q1, 90),
        (("2024-02-01", "2024-02-29"), 29),
        ((46023, 46112, date(2026, 2, 15)), 45),
        ((*Q1, [None, date(2026, 3, 31), date(2026, 5, 1)]), column(90, 1, 0)),
        ((*Q1, None, date(2026, 1, 10)), 10),
        (([date(2026, 1, 1), None], date(2026, 1, 31)), column(31, None)),
        ((Q1[1], Q1[0]), Fails(VALUE, "period_end")),
        ((*Q1, date(2026, 3, 1), date(2026, 2, 1)), Fails(VALUE, "to")),
        ((*Q1, [None, date(2026, 3, 1)], [date(2026, 1, 10), None]), column(10, 31)),
        (("1.1.2026", Q1[1]), Fails(VALUE, "period_start")),
        ((Q1[0],), Fails(VALUE, "period_end")),
        ((*Q1, True), Fails(VALUE, "from")),
    ],
    "CSM_PRORATE": [
        ((3650, *YEAR_2025, date(2025, 9, 1)), 1220),
        ((3000, *Q1, date(2026, 2, 1), None, "months"), 2000),
        ((2200, *JANUARY, date(2026, 1, 16), None, "workdays"), 1100),
        ((12000, *Q1), 12000),
        (([900, None], *Q1, None, [date(2026, 1, 10), date(2026, 1, 10)]), column(100, None)),
        ((3650, *YEAR_2025, None, date(2025, 5, 30)), 1500),
        ((1, date(2026, 1, 3), date(2026, 1, 4), None, None, "workdays"), Fails(NUM, "period")),
        ((1, *Q1, None, None, "fortnights"), Fails(VALUE, "basis")),
        ((1, Q1[1], Q1[0]), Fails(VALUE, "period_end")),
        ((900, *Q1, date(2026, 3, 1), date(2026, 2, 1)), Fails(VALUE, "to")),
        (("much", *Q1), Fails(VALUE, "amount")),
    ],
    "CSM_ELIGIBLESALARY": [
        ((HISTORY, *Q1), 85000),
        ((HISTORY, *Q1, ["daily", "period_start", "period_end"]), column(85000, 80000, 90000)),
        (([["2026-02-15", 90000]], *Q1), 45000),
        (([[date(2025, 1, 1), 90000, 1], [date(2026, 3, 1), 90000, 0]], *Q1), 59000),
        (([["Salary", "From"], [80000, "2025-01-01"]], *Q1), 80000),
        ((HISTORY, [date(2025, 1, 1), date(2026, 4, 1)], [date(2025, 3, 31), date(2026, 6, 30)]),
         column(80000, 90000)),
        (([["2025-01-01", 1], ["2025-01-01", 2]], *Q1), Fails(VALUE, "history row 2")),
        (([["2025-01-01", "much"]], *Q1), Fails(VALUE, "history salary")),
        (([["2025-01-01", -1]], *Q1), Fails(VALUE, "history salary")),
        ((HISTORY, *Q1, "average"), Fails(VALUE, "method")),
    ],
    "CSM_PAYOUTS": [
        (("2026-Q1", PLANS, COMPONENTS, CURVES, ROSTER, RESULTS), _line()),
        (("2026-q1", RESULTS, ROSTER, CURVES, COMPONENTS, PLANS), _line()),
        (("2026-Q1", PLANS, COMPONENTS, CURVES, ROSTER, _with(RESULTS, actual=0.85)),
         _line(actual=0.85, attainment=0.85, payout_ratio=0, before_modifier=0, unrounded=0, amount=0)),
        (("2026-Q1", PLANS, COMPONENTS, CURVES, _with(ROSTER, base_salary=80001), RESULTS),
         _line(eligible_salary=80001, target_incentive=2000.025, component_target=2000.025,
               before_modifier=2250.03, unrounded=2250.028125, amount=2250.03)),
        (("2026-Q1", PLANS, COMPONENTS, CURVES, _with(ROSTER, hire_date=date(2026, 2, 15)), RESULTS),
         _line(eligible_days=45, proration=0.5, eligible_salary=40000, target_incentive=1000,
               component_target=1000, before_modifier=1125, unrounded=1125, amount=1125)),
        (("2026-Q1", PLANS, COMPONENTS, CURVES, _with(ROSTER, plan_id="B"), RESULTS),
         Fails(NOT_FOUND, "argument 5, row 2 (plan_id)")),
        (("2026-Q1", PLANS, COMPONENTS, CURVES, RESULTS), Fails(NOT_FOUND, "roster")),
        (("2026-13", PLANS, COMPONENTS, CURVES, ROSTER, RESULTS), Fails(VALUE, "period")),
        (("2026-Q1", PLANS, COMPONENTS, CURVES, ROSTER, _with(RESULTS, actual=DIV0)),
         Fails(VALUE, "argument 6, row 2 (actual)")),
        (("2026-Q1",), Fails(VALUE, "tables")),
        ((None, PLANS), Fails(VALUE, "period")),
    ],
    "CSM_EXPLAIN": [
        (("E0001", "2026-Q1", PLANS, COMPONENTS, CURVES, ROSTER, RESULTS),
         Steps({"Eligible days": 1, "Eligible salary": 80000, "Target incentive": 2000, "Attainment": 1.05,
                "Payout ratio": 1.125, "Amount": 2250, "Total": 2250}, "argument 6, row 2 (base_salary)")),
        ((" E0001 ", "2026", PLANS, COMPONENTS, CURVES, ROSTER, _quarters(0.9, 1, 1.2, 1.3)),
         Steps({"Total": 3000}, "argument 7, row 5 (actual)")),
        (("E0001", "2026-Q1", RESULTS, COMPONENTS, CURVES, _with(ROSTER, base_salary=80001), PLANS),
         Steps({"Target incentive": 2000.025, "Amount": 2250.03}, "argument 3, row 2 (actual)")),
        (("E0001", date(2026, 3, 1), _with(PLANS, pay_period="month"), COMPONENTS, CURVES, ROSTER,
          _with(RESULTS, period=date(2026, 3, 1))),
         Steps({"Target incentive": 80000 * 0.1 / 12, "Amount": 750}, "argument 7, row 2 (actual)")),
        (("E0002", "2026-Q1", PLANS, COMPONENTS, CURVES, ROSTER, RESULTS), Fails(NOT_FOUND, "employee_id")),
        (("E0001", None, PLANS), Fails(VALUE, "period")),
        (("E0001", "2026-Q1"), Fails(VALUE, "tables")),
        ((["E0001", "E0002"], "2026-Q1", PLANS), Fails(VALUE, "employee_id")),
    ],
    "CSM_VERSION": [((), __version__)],
    "CSM_ERROR": [
        (("Nowhere!A1",), ""),
        (([["Nowhere!A1", "Nowhere!A2"]],), [["", ""]]),
    ],
}  # fmt: skip

for _other in sorted(Path(__file__).parent.glob("cases_*.py")):
    for _name, _rows in import_module(_other.stem).TABLE.items():
        _TABLE[_name] = [*_TABLE.get(_name, []), *_rows]

CASES = [Case(name, arguments, expected) for name, rows in _TABLE.items() for arguments, expected in rows]
