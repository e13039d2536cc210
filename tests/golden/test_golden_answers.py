"""Measures that answers to surveys give, typed as the surveys have them and paid by the engine."""

from datetime import date

from published import records
from typed import typed

from csm_xl.engine.run import run

RECORDS = records("published_answers.jsonl")


def test_w39_the_answers_give_both_measures():
    given = RECORDS["W39"]["inputs"]
    measures = ("NPS", "CSAT")
    tables = {
        "plans": [{"plan_id": "P", "model": "base_bonus", "pay_period": "quarter",
                   "target_basis": "amount", "target_value": 8 * given["target"]}],
        "components": [{"plan_id": "P", "component_id": one, "type": "metric", "weight": 0.5, "measure": one}
                       for one in measures],
        "roster": [{"employee_id": "A", "plan_id": "P", "base_salary": 60000, "hire_date": date(2022, 1, 8)}],
        "results": [{"period": "2026-Q1", "scope": "individual", "id": "A", "measure": name, "actual": None,
                     "goal": given[name]["goal"]} for name in measures],
        "answers": [{"date": date(2026, 2, 3), "measure": name, "score": score, "employee_id": "A"}
                    for name in measures for score in given[name]["scores"]],
    }  # fmt: skip
    found = [line["amount"] for line in run(typed(tables), "2026-Q1").dicts()]
    assert found == RECORDS["W39"]["expected"]
