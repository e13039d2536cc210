"""Cases of the lint: whole findings, word for word, with their cells."""

from typing import Any

from case import NOT_FOUND, VALUE, Fails

PLANS = [["plan_id", "model", "pay_period", "target_basis", "target_value"],
         ["A", "base_bonus", "quarter", "ratio", 0.1]]  # fmt: skip
HEAD = ["plan_id", "component_id", "type", "weight", "measure"]
RETENTION: list[list[Any]] = [HEAD, ["A", "Retention", "metric", 1, "GRR"]]
FOUND = ["severity", "rule", "where", "message"]


def _with(column: str, value: Any) -> list[list[Any]]:
    return [[*HEAD, column], [*RETENTION[1], value]]


TABLE: dict[str, list[tuple[tuple[Any, ...], Any]]] = {
    "CSM_LINT": [
        ((PLANS, RETENTION), [FOUND]),
        ((PLANS, _with("cap", 0.8)), [FOUND, [
            "error", "E204", "argument 2, row 2 (cap)",
            "Retention of A pays 0.8 of its target at most. Raise the cap, or the last payout, to 1 or"
            " more."]]),
        ((PLANS, _with("direction", "lower")), [FOUND, [
            "error", "E108", "argument 2, row 2 (direction)",
            "Retention of A pays more the lower GRR is. Reverse the direction, or rename the measure."]]),
        ((_with("cap", 95), PLANS), [FOUND, [
            "error", "E607", "argument 1, row 2 (cap)",
            "cap is 95, a ratio: it means 9,500% (found 95.0). Type 95% or 0.95 if that is what it means."
            " --accept E607 pays it as entered."]]),
        ((PLANS, [HEAD, ["A", "Retention", "metric", 0.95, "GRR"], ["A", "Care", "metric", 0.05, "CSAT"]]),
         [FOUND, ["warning", "W102", "argument 2, row 3 (weight)",
                  "Care of A has a weight of 0.05. Give it 10% or more, or drop it."]]),
        ((PLANS, [HEAD, ["A", "Retention", "metric", 0.9, "GRR"]]), [FOUND, [
            "error", "E001", "argument 2, row 2 (weight)",
            "the weights of plan A sum to 0.9 from the beginning on (Retention 0.9) (found 0.9). Make the"
            " weights of the components that pay from the target sum to 1 on every day."]]),
        ((PLANS, _with("floor", 0.5)), [FOUND, [
            "warning", "W206", "argument 2, row 2 (floor)",
            "Retention of A pays 0.5 of its target for an attainment of 0. Start the curve at a threshold, or"
            " pay the fixed part as salary."]]),
        ((), Fails(VALUE, "tables")),
        ((RETENTION,), Fails(NOT_FOUND, "plans")),
        (([["colour", "size"], ["red", 3]],), Fails(NOT_FOUND, "argument 1")),
        ((5,), Fails(NOT_FOUND, "argument 1")),
        ((_with("cap", 0.8), RETENTION), Fails(VALUE, "given twice")),
    ],
}  # fmt: skip
