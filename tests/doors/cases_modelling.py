"""Cases of the functions that model plans, worked out by hand."""

from datetime import date
from typing import Any

from case import DIV0, NOT_FOUND, NUM, VALUE, Fails

PLANS = [["plan_id", "model", "pay_period", "target_basis", "target_value"],
         ["A", "base_bonus", "quarter", "ratio", 0.1],
         ["B", "base_bonus", "quarter", "ratio", 0.12]]  # fmt: skip
COMPONENTS = [["plan_id", "component_id", "type", "weight", "measure", "cap"],
              ["A", "Retention", "metric", 1, "NRR", 1.1],
              ["B", "Retention", "metric", 1, "NRR", 1.2]]  # fmt: skip
ROSTER = [["employee_id", "plan_id", "base_salary", "hire_date", "level"],
          ["E0001", "A", 80000, date(2024, 1, 1), "L1"],
          ["E0002", "B", 80000, date(2024, 1, 1), "L2"]]  # fmt: skip
RESULTS = [["period", "scope", "id", "measure", "actual", "goal"],
           ["2026-Q1", "individual", "E0001", "NRR", 1.15, 1],
           ["2026-Q1", "individual", "E0002", "NRR", 0.5, 1]]  # fmt: skip
TABLES = (PLANS, COMPONENTS, ROSTER, RESULTS)
SOLVE_HEADER = ["what", "value", "to", "pays", "now", "note"]
SWING_HEADER = ["input", "value", "low", "base", "high", "swing", "note"]
DIFF_HEADER = ["part", "item", "currency", "people", "before", "after", "difference", "winners", "losers"]


def _same(*groups: tuple[str, str], figures: list[Any]) -> list[list[Any]]:
    return [[part, item, "USD", 1, *figures] for part, item in groups]


TABLE: dict[str, list[tuple[tuple[Any, ...], Any]]] = {
    "CSM_PLANDIFF": [
        (("2026-Q1", "A", "B", *TABLES),  # 80,000 × 0.1 / 4 × 1.1, then 80,000 × 0.12 / 4 × 1.15
         [DIFF_HEADER, ["total", "All", "USD", 1, 2200, 2760, 560, 1, 0],
          ["change", "plan A: target_value 0.1 → 0.12", "USD", 1, 2200, 2640, 440, 1, 0],
          ["change", "component A/Retention: cap 1.1 → 1.2", "USD", 1, 2640, 2760, 120, 1, 0],
          *_same(("plan", "A"), ("level", "L1"), ("location", "not stated"), ("manager", "not stated"),
                 ("person", "E0001"), figures=[2200, 2760, 560, 1, 0])]),
        (("2026-Q1", "B", "A", *TABLES),
         [DIFF_HEADER, ["total", "All", "USD", 1, 1200, 1000, -200, 0, 1],
          ["change", "plan B: target_value 0.12 → 0.1", "USD", 1, 1200, 1000, -200, 0, 1],
          ["change", "component B/Retention: cap 1.2 → 1.1", "USD", 1, 1000, 1000, 0, 0, 0],
          *_same(("plan", "B"), ("level", "L2"), ("location", "not stated"), ("manager", "not stated"),
                 ("person", "E0002"), figures=[1200, 1000, -200, 0, 1])]),
        (("2026-Q1", "A", "A", *TABLES),
         [DIFF_HEADER, ["total", "All", "USD", 1, 2200, 2200, 0, 0, 0],
          *_same(("plan", "A"), ("level", "L1"), ("location", "not stated"), ("manager", "not stated"),
                 ("person", "E0001"), figures=[2200, 2200, 0, 0, 0])]),
        (("2026-Q1", "A", "C", *TABLES), Fails(NOT_FOUND, "plan_b")),
        (("2026-Q1", "a", "B", *TABLES), Fails(NOT_FOUND, "plan_a")),
        (("2026-Q1", DIV0, "B", *TABLES), Fails(VALUE, "plan_a")),
        (("2026-Q1", "A", None, *TABLES), Fails(VALUE, "plan_b")),
        (("2026-Q2", "A", "B", *TABLES), Fails(NOT_FOUND, "NRR")),
        (("2026-Q1", "A", "B"), Fails(VALUE, "tables")),
    ],
    "CSM_SENSITIVITY": [
        # 80,000 × 0.1 / 4 × 1.1 for E0001, 80,000 × 0.12 / 4 × 0.5 for E0002: 2,200 + 1,200
        (("2026-Q1", None, *TABLES),
         [SWING_HEADER,
          ["base salaries", None, 3060, 3400, 3740, 680, None],
          ["headcount, as everyone's FTE", None, 3060, 3400, 3740, 680, None],
          ["target of plan A", 0.1, 3180, 3400, 3620, 440, None],
          ["attainment of NRR of each person", None, 3150, 3400, 3520, 370, None],
          ["cap of component A/Retention", 1.1, 3180, 3400, 3500, 320, None],
          ["target of plan B", 0.12, 3280, 3400, 3520, 240, None],
          ["cap of component B/Retention", 1.2, 3400, 3400, 3400, 0, None]]),
        (("2026-Q1", 0.5, *TABLES[:3], [RESULTS[0], ["2026-Q1", "individual", "E0001", "NRR", 1, 1],
                                        ["2026-Q1", "individual", "E0002", "NRR", 0, 1]]),
         [SWING_HEADER,
          ["base salaries", None, 1000, 2000, 3000, 2000, None],
          ["headcount, as everyone's FTE", None, 1000, 2000, 3000, 2000, None],
          ["target of plan A", 0.1, 1000, 2000, 3000, 2000, None],
          ["attainment of NRR of each person", None, 1000, 2000, 2200, 1200, None],
          ["cap of component A/Retention", 1.1, 1100, 2000, 2000, 900, None],
          ["target of plan B", 0.12, 2000, 2000, 2000, 0, None],
          ["cap of component B/Retention", 1.2, 2000, 2000, 2000, 0, None]]),
        (("2026-Q1", 1, *TABLES), Fails(VALUE, "change")),
        (("2026-Q1", 0, *TABLES), Fails(VALUE, "change")),
        (("2026-Q1", "a tenth", *TABLES), Fails(VALUE, "change")),
        (("2026-Q1", 0.1), Fails(VALUE, "tables")),
        (("2026-Q3", 0.1, *TABLES), Fails(NOT_FOUND, "2026-Q3")),
    ],
    "CSM_SOLVE": [
        # E0001 has a target of 2,000 and the cap of 1.1 of plan A; E0002 2,400 and 1.2 of plan B.
        (("attainment", 1500, "2026-Q1", None, "E0001", *TABLES),
         [SOLVE_HEADER, ["attainment of every measure of E0001", 0.75, 0.75, 1500, 2200, None]]),
        (("Attainment", 2200, "2026-Q1", "A/Retention", "E0001", *TABLES),
         [SOLVE_HEADER,
          ["attainment of A/Retention of E0001", 1.1, None, 2200, 2200, "any value from here up"]]),
        (("target", 3750, "2026-Q1", "A", None, *TABLES),
         [SOLVE_HEADER, ["target ratio of plan A", 0.115909, 0.115909, 3750, 3400, None]]),
        (("attainment", 2200.01, "2026-Q1", None, "E0001", *TABLES), Fails(NUM, "amount")),
        (("bonus", 1, "2026-Q1", None, None, *TABLES), Fails(VALUE, "what")),
        (("target", 1, "2026-Q1", None, None, *TABLES), Fails(NOT_FOUND, "of")),
        (("curve", 1, "2026-Q1", "NRR@1", None, *TABLES), Fails(NOT_FOUND, "of")),
        (("rate", 1, "2026-Q1", None, None, *TABLES), Fails(VALUE, "of")),
        (("attainment", 1, "2026-Q1", None, "E9", *TABLES), Fails(NOT_FOUND, "employee_id")),
        (("attainment", "much", "2026-Q1", None, None, *TABLES), Fails(VALUE, "amount")),
    ],
}  # fmt: skip
