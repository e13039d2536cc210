"""Cases of the simulation that can be told beforehand: what does not spread, and what cannot be."""

from datetime import date
from typing import Any

from case import DIV0, NOT_FOUND, NUM, VALUE, Fails

PLANS = [["plan_id", "model", "pay_period", "target_basis", "target_value"],
         ["A", "base_bonus", "quarter", "ratio", 0.1]]  # fmt: skip
COMPONENTS = [["plan_id", "component_id", "type", "weight", "measure", "curve_id"],
              ["A", "Retention", "metric", 0.5, "NRR", "K"],
              ["A", "Care", "metric", 0.5, "CSAT", None]]  # fmt: skip
CURVES = [["curve_id", "attainment", "payout"], ["K", 0.9, 0.5], ["K", 1, 1], ["K", 1.2, 1.5]]
ROSTER = [["employee_id", "plan_id", "base_salary", "hire_date"], ["E0001", "A", 80000, date(2024, 1, 1)],
          ["E0002", "A", 40000, date(2024, 1, 1)]]  # fmt: skip
RESULTS = [["period", "scope", "id", "measure", "actual", "goal"],
           *(["2026-Q1", "individual", who, measure, actual, 1]
             for who, measure, actual in (("E0001", "NRR", 1.05), ("E0001", "CSAT", 0.9),
                                          ("E0002", "NRR", 0.95), ("E0002", "CSAT", 1.1)))]  # fmt: skip
TABLES = (PLANS, COMPONENTS, CURVES, ROSTER, RESULTS)
STILL = [["measure", "kind", "mean", "spread"], ["NRR", "normal", None, 0], ["CSAT", "normal", None, 0]]
RELATED = ["measure", "with", "correlation"]
# Targets 2,000 and 1,000, half each: 1000 × 1.125 + 1000 × 0.9, and 500 × 0.75 + 500 × 1.1.
ONE, TWO = 2025.0, 925.0


def _figures(total: float, trials: int, seed: int, base: float = ONE + TWO) -> list[list[Any]]:
    return [
        ["figure", "value"], ["people", 2], ["trials", trials], ["seed", seed],
        ["cost at current results", base], ["mean", total], ["standard error of the mean", 0],
        ["standard deviation", 0], ["P10", total], ["P50", total], ["P90", total],
    ]  # fmt: skip


TABLE: dict[str, list[tuple[tuple[Any, ...], Any]]] = {
    "CSM_SIMULATE": [
        (("2026-Q1", 50, 7, None, None, *TABLES, STILL), _figures(ONE + TWO, 50, 7)),
        (("2026-Q1", 10, 1, 2900, "cost", *TABLES, STILL),
         [*_figures(ONE + TWO, 10, 1), ["budget", 2900], ["probability over budget", 1],
          ["standard error of the probability", 0], ["expected shortfall over budget", 50],
          ["mean overrun when over budget", 50]]),
        (("2026-Q1", 5, 1, None, "People", STILL, *TABLES),
         [["employee_id", "base", "mean", "standard_deviation", "P10", "P50", "P90"],
          ["E0001", ONE, ONE, 0, ONE, ONE, ONE], ["E0002", TWO, TWO, 0, TWO, TWO, TWO]]),
        # A mean of 1 for everyone pays everybody's target; a beta or lognormal without spread is its mean.
        (("2026-Q1", 5, 1, None, None, *TABLES,
          [["measure", "kind", "mean", "spread"], ["NRR", "beta", 1, 0], ["CSAT", "lognormal", 1, 0]]),
         _figures(3000, 5, 1)),
        (("2026-Q1", 1, 1, None, None, *TABLES), Fails(VALUE, "trials")),
        (("2026-Q1", 10.5, 1, None, None, *TABLES), Fails(VALUE, "trials")),
        (("2026-Q1", 10, -1, None, None, *TABLES), Fails(VALUE, "seed")),
        (("2026-Q1", 10, 1, "much", None, *TABLES), Fails(VALUE, "budget")),
        (("2026-Q1", 10, 1, None, "all", *TABLES), Fails(VALUE, "view")),
        (("2026-Q1", 10, 1, None, None, *TABLES, [STILL[0], ["NRR", "normal", None, -0.1]]),
         Fails(VALUE, "argument 11, row 2 (spread)")),
        (("2026-Q1", 10, 1, None, None, *TABLES, [STILL[0], ["NRR", "normal", DIV0, 0.1]]),
         Fails(VALUE, "argument 11, row 2 (mean)")),
        (("2026-Q1", 10, 1, None, None, *TABLES, [STILL[0], ["GRR", "normal", 1, 0.1]]),
         Fails(NOT_FOUND, "argument 11, row 2 (measure)")),
        (("2026-Q1", 10, 1, None, None, *TABLES, [RELATED, ["NRR", "CSAT", 1.2]]),
         Fails(VALUE, "argument 11, row 2 (correlation)")),
        (("2026-Q1", 10, 1, None, None, *TABLES,
          [RELATED, ["NRR", "CSAT", 0.9], ["NRR", "GRR", 0.9], ["CSAT", "GRR", -0.9]]),
         Fails(NUM, "argument 11, row 2 (correlation)")),
        (("2026-Q1", 10, 1, None, None, *TABLES[:4]), Fails(NOT_FOUND, "results")),
        (("2026-Q1",), Fails(VALUE, "tables")),
        ((None, 10, 1, None, None, PLANS), Fails(VALUE, "period")),
    ],
}  # fmt: skip
