"""Goals of accounts: the goal of retention of a person, a team or the company that has none in results."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from small_company import ACCOUNTS, Rows, account, company, issues, one, pay, raws, result, steps

from csm_xl.engine.run import run
from csm_xl.errors import CsmError, Issue

GOALS = {"A": 0.9, "B": 0.8, "C": 0.95, "D": 0.92}
"""E1 starts with 100, 200 and 100, E2 with 400; N is new."""


def with_goals(tables: Rows, **goals: float | None) -> Rows:
    of = GOALS | goals
    return tables | {"accounts": [row | {"goal": of.get(row["account_id"])} for row in ACCOUNTS]}


def refused(tables: Rows, period: str = "2026-Q1") -> list[Issue]:
    with pytest.raises(CsmError) as caught:
        run(raws(tables), period)
    return list(caught.value.issues)


E1, E2 = (0.9 * 100 + 0.8 * 200 + 0.95 * 100) / 400, 0.92
EVERYBODY = (E1 * 400 + E2 * 400) / 800


@pytest.mark.parametrize(("measure", "scope", "goal", "actual"), [
    ("GRR", "individual", [E1, E2], [0.5, 1]), ("NRR", "individual", [E1, E2], [0.575, 1]),
    ("LOGO", "individual", [(0.9 + 0.8 + 0.95) / 3, E2], [2 / 3, 1]),
    ("GRR", "team", [EVERYBODY] * 2, [0.75] * 2), ("NRR", "company", [EVERYBODY] * 2, [0.7875] * 2),
    ("LOGO", "company", [(0.9 + 0.8 + 0.95 + 0.92) / 4] * 2, [0.75] * 2),
])  # fmt: skip
def test_the_goal_is_the_mean_of_the_opening_accounts_as_the_measure_weighs_them(
    measure, scope, goal, actual
):
    tables = with_goals(company("E1", "E2", measure=measure, scope=scope))
    lines = pay(tables)
    assert [line["goal"] for line in lines] == pytest.approx(goal, abs=1e-15)
    assert [line["actual"] for line in lines] == pytest.approx(actual)
    assert [line["amount"] for line in lines] == [
        round(2000 * a / g, 2) for a, g in zip(actual, goal, strict=True)
    ]
    assert [line["note"] for line in lines] == [None, None]


def test_the_explanation_names_the_accounts_that_make_the_goal():
    tables = with_goals(company("E1", "E2", measure="GRR"))
    told = steps(tables, "E1")
    rule, put_in, value, cells = told["GRR to retain"][1:]
    assert rule == "sum over the own 3 opening accounts of 2026-Q1 of goal × start"
    assert (put_in, value) == ("(0.9 × 100) [A] + (0.8 × 200) [B] + (0.95 × 100) [C]", 345)
    assert cells == "accounts, rows 2 to 4 (start); accounts, rows 2 to 4 (goal)"
    assert told["GRR goal"][2:4] == ["345 / 400", 0.8625]
    assert "as results state none" in told["GRR goal"][1]
    assert told["Attainment"][1:3] == ["own GRR: actual / goal", "200 / 400 / 0.8625"]
    assert told["Attainment"][4].endswith("accounts, rows 2 to 4 (goal)")
    tables["components"][0]["scope"] = "team"
    told = steps(tables, "E1")
    assert told["GRR to retain"][1].startswith("sum over the team's 4 opening accounts")
    assert told["GRR to retain"][4] == "accounts, rows 2 to 5 (start); accounts, rows 2 to 5 (goal)"


def test_results_may_give_the_actual_alone_which_is_measured_against_the_goals_of_accounts():
    tables = with_goals(company("E1", "E2", measure="GRR"))
    tables["results"] = [result("E1", 0.69, None, "GRR")]
    lines = pay(tables)
    assert [line["actual"] for line in lines] == [0.69, 1]
    assert [line["attainment"] for line in lines] == pytest.approx([0.69 / E1, 1 / E2])
    told = steps(tables, "E1")
    assert told["GRR goal"][2:4] == ["345 / 400", 0.8625] and told["Attainment"][2] == "0.69 / 0.8625"


def test_a_blank_row_of_results_is_not_measured_yet_whatever_the_accounts_say():
    tables = with_goals(company("E1", "E2", measure="GRR"))
    tables["results"] = [result("E1", None, None, "GRR")]
    lines = pay(tables)
    assert [line["note"] for line in lines] == ["missing actual, paid at 0", None]
    assert lines[0]["goal"] is None and lines[0]["amount"] == 0


def test_the_same_goal_on_results_is_no_contradiction_and_another_one_is():
    tables = with_goals(company("E1", "E2", measure="GRR"))
    tables["results"] = [result("E1", None, 0.8625, "GRR")]
    assert [line["goal"] for line in pay(tables)] == [0.8625, 0.92]
    tables["results"] = [result("E1", None, 0.9, "GRR"), result("E2", None, 0.92, "GRR")]
    (issue,) = refused(tables)
    assert (issue.where, issue.got) == ("results, row 2 (goal)", 0.9)
    assert issue.message == (
        "the goal of GRR is 0.9 here, and the goals of the accounts come to 0.8625 (accounts, row 2 (goal))"
    )
    assert issue.hint == "Clear the goal here, or the goals of these accounts."


def test_a_goal_of_a_persons_own_is_no_contradiction_where_it_is_the_same():
    tables = with_goals(company("E1", "E2", measure="GRR"))
    tables["targets"] = [{"employee_id": "E2", "component_id": "C", "goal": 0.92}]
    assert [line["goal"] for line in pay(tables)] == [0.8625, 0.92]
    tables["targets"][0]["goal"] = 0.9
    (issue,) = refused(tables)
    assert issue.where == "targets, row 2 (goal)" and "come to 0.92" in issue.message


def test_a_goal_that_only_some_of_the_accounts_have_is_refused():
    tables = with_goals(company("E1", "E2", measure="GRR"), B=None)
    (issue,) = refused(tables)
    assert issue.where == "accounts, row 3 (goal)"
    assert issue.message == (
        "1 of 3 opening accounts of E1 in 2026-Q1 have no goal, though the others have one: B"
    )
    assert issue.hint == "Type the goal of each account, or enter the goal of GRR on results."
    tables["results"] = [result("E1", None, 0.9, "GRR")]
    (issue,) = refused(tables)
    assert issue.where == "results, row 2 (goal)" and "2 of 3 accounts have goals too" in issue.message


def test_a_new_account_needs_no_goal_and_its_goal_does_not_count():
    tables = with_goals(company("E1", "E2", measure="GRR"), N=0.1)
    assert [line["goal"] for line in pay(tables)] == [0.8625, 0.92]


def test_who_has_no_goals_of_accounts_where_others_have_some_is_named():
    tables = with_goals(company("E1", "E2", measure="GRR"), D=None)
    (issue,) = refused(tables)
    assert issue.message.startswith("there is no goal of GRR of individual E2 for 2026-Q1, though others")
    assert issue.hint.endswith("Or give each of its opening accounts a goal.")
    tables["results"] = [result("E2", None, 1, "GRR")]
    assert [line["goal"] for line in pay(tables)] == [0.8625, 1]


def two_measures(**second: Any) -> Rows:
    tables = with_goals(company("E1", "E2", measure="GRR"))
    tables["components"][0]["weight"] = 0.5
    more = {"component_id": "N", "measure": "NRR"} | second
    tables["components"].append(tables["components"][0] | more)
    return tables


def test_one_goal_cannot_be_that_of_two_measures():
    found = refused(two_measures())
    assert {issue.where for issue in found} == {"accounts, row 2 (goal)", "accounts, row 5 (goal)"}
    assert all("would be those of GRR and NRR" in issue.message for issue in found)
    assert "Enter the goals of all but one of them on results" in found[0].hint


def test_a_measure_with_goals_on_results_leaves_the_goals_of_accounts_to_the_other():
    tables = two_measures(scope="team")
    tables["results"] = [result("T1", None, 1.05, "NRR", "team")]
    lines = pay(tables)
    assert [line["goal"] for line in lines] == [0.8625, 1.05, 0.92, 1.05]
    tables["results"] = [result("E1", None, 0.98, "GRR"), result("E2", None, 0.98, "GRR")]
    assert [line["goal"] for line in pay(tables)] == [0.98, EVERYBODY, 0.98, EVERYBODY]


def test_a_measure_that_is_paid_in_its_own_unit_needs_no_goal():
    tables = two_measures(on="actual")
    assert [line["goal"] for line in pay(tables)] == [0.8625, None, 0.92, None]
    tables["components"][0]["on"] = "actual"
    assert [line["goal"] for line in pay(tables)] == [None] * 4
    assert "the goals of accounts are not used" in issues(tables)["accounts, row 2 (goal)"]


def test_gates_matrices_and_pools_are_read_at_the_goals_of_accounts():
    tables = with_goals(company("E1", "E2", gate_measure="GRR", gate_minimum=1.0))
    tables["results"] = [result("E1", 1, 1), result("E2", 1, 1)]
    assert [line["gate_met"] for line in pay(tables)] == [False, True]
    assert steps(tables, "E2")["Gate"][2].startswith("400 / 400 / 0.92 ≥ 1")
    tables = with_goals(company("E1", "E2", matrix_id="M", column_measure="GRR"))
    tables["matrices"] = [{"matrix_id": "M", "row": 1, "column": x, "payout": x} for x in (0.5, 1)]
    tables["results"] = [result("E1", 1, 1), result("E2", 1, 1)]
    assert [line["payout_ratio"] for line in pay(tables)] == [0.5, 1]
    assert [line["column_attainment"] for line in pay(tables)] == pytest.approx([0.5 / E1, 1 / E2])
    tables = with_goals(company("E1", "E2"))
    tables["components"][0] = {"plan_id": "S", "component_id": "P", "type": "pool", "share_by": "days",
                               "pool_measure": "GRR", "pool_amount": 1000}  # fmt: skip
    tables["plans"][0] |= {"model": "base_variable", "target_basis": "amount", "target_value": None}
    funded = 1000 * 0.75 / EVERYBODY
    assert [line["amount"] for line in pay(tables)] == pytest.approx([funded / 2] * 2, abs=0.01)
    assert steps(tables, "E1")["Attainment of the pool"][3] == pytest.approx(0.75 / EVERYBODY)


def test_a_gate_to_date_adds_up_goals_of_accounts_and_of_results():
    tables = company("E1")
    tables["gates"] = [{"plan_id": "S", "component_id": "C", "measure": "GRR", "minimum": 1, "span": "ytd"}]
    tables["results"] = [
        result("E1", 1, 1, period="2026-Q2"),
        result("E1", 0.8, 0.7, "GRR", period="2026-Q1"),
    ]
    tables["accounts"] = [account("A", "E1", 3, 2, goal=0.7) | {"period": "2026-Q2"},
                          account("B", "E1", 4, 4, goal=0.9) | {"period": "2026-Q2"}]  # fmt: skip
    # 0.8 + 6 / 7, of 0.7 + 5.7 / 7
    assert one(tables, "2026-Q2")["gate_met"] is True
    tables["results"][1]["goal"] = 0.85
    assert one(tables, "2026-Q2")["gate_met"] is False


def test_goals_of_accounts_add_up_over_the_year_to_date():
    tables = company("E1", measure="GRR", cumulative="ytd_sum")
    tables["accounts"] = [
        account("A", "E1", 3, 2, goal=0.7), account("B", "E1", 4, 4, goal=0.9),
        account("A", "E1", 2, 2, goal=0.8) | {"period": "2026-Q2"},
        account("B", "E1", 5, 3, goal=0.9) | {"period": "2026-Q2"},
    ]  # fmt: skip
    goal = (2.1 + 3.6) / 7 + (1.6 + 4.5) / 7
    line = one(tables, "2026-Q2")
    assert line["goal"] == pytest.approx(goal)
    assert line["attainment"] == pytest.approx((6 / 7 + 5 / 7) / goal)


def test_an_account_counts_for_its_owner_and_their_team_on_the_last_day():
    tables = company("E1", "E2", measure="GRR", scope="team")
    tables["roster"][1]["team"] = "T2"
    tables["changes"] = [{"employee_id": "E2", "from": date(2026, 3, 31), "team": "T1"}]
    tables["accounts"] = [account("A", "E1", 100, 50, goal=0.5), account("B", "E2", 300, 300, goal=0.9),
                          account("C", "E1", 100, 0, team="T2", goal=0.1)]  # fmt: skip
    assert [line["goal"] for line in pay(tables)] == pytest.approx([0.8, 0.8])


def test_people_of_other_plans_may_have_another_measure_of_which_the_goals_of_their_accounts_are():
    tables = with_goals(company("E1", "E2", measure="GRR"))
    tables["plans"].append(tables["plans"][0] | {"plan_id": "T"})
    tables["components"].append(tables["components"][0] | {"plan_id": "T", "measure": "NRR"})
    tables["roster"][1]["plan_id"] = "T"
    assert [line["goal"] for line in pay(tables)] == [0.8625, 0.92]


def test_who_is_paid_half_of_a_period_has_the_same_goal():
    tables = with_goals(company("E1", "E2", measure="GRR"))
    tables["roster"][1]["hire_date"] = date(2026, 2, 15)
    assert [(line["goal"], line["amount"]) for line in pay(tables)] == [(0.8625, 1159.42), (0.92, 1086.96)]


@pytest.mark.parametrize(("goal", "says"), [
    (90, "90"), (-0.9, "-0.9"), (0, "0"), ("ninety", "ninety"), (1.02, "GRR as a share"),
])  # fmt: skip
def test_a_goal_that_cannot_be_one_is_refused_with_its_cell(goal, says):
    tables = with_goals(company("E1", "E2", measure="GRR"))
    tables["accounts"] = deepcopy(tables["accounts"])
    tables["accounts"][1]["goal"] = goal
    found = [issue for issue in refused(tables) if issue.where == "accounts, row 3 (goal)"]
    assert len(found) == 1 and says in f"{found[0].message} {found[0].got}" and found[0].hint


@pytest.mark.parametrize(("measure", "actual"), [("GRR", 94), ("NRR", 104)])
def test_an_actual_in_percent_beside_goals_of_accounts_is_refused(measure, actual):
    tables = with_goals(company("E1", "E2", measure=measure))
    tables["results"] = [result("E1", actual, None, measure)]
    (issue,) = refused(tables)
    assert issue.where == "results, row 2 (actual)" and issue.hint.startswith(f"Type {actual / 100}")


def test_a_goal_above_1_is_one_of_net_retention():
    tables = with_goals(company("E1", "E2", measure="NRR"), B=1.2)
    assert [line["goal"] for line in pay(tables)] == pytest.approx([(90 + 240 + 95) / 400, 0.92])
    tables["accounts"].pop()
    assert issues(tables) == {}
