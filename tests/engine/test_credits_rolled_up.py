"""Credits that roll up to managers, and quota attainment that comes from deals."""

from __future__ import annotations

from datetime import date

import pytest
from deal_company import deal, follow, sales
from small_company import company, issues, pay, result, steps

from csm_xl.engine.explain import explain
from csm_xl.errors import CsmError


def errors(tables):
    return {where: text for where, text in issues(tables).items() if text.startswith("error")}


def managed(**component):
    """M manages E1 and E2, and V manages M; managers are paid 1% by a plan of their own."""
    tables = sales("V", "M", "E1", "E2", rate=0.1)
    tables["plans"].append(tables["plans"][0] | {"plan_id": "MGR"})
    override = {"plan_id": "MGR", "component_id": "override", "type": "commission", "rate": 0.01}
    tables["components"].append({**override, "credit_from": "reports", **component})
    for row, (plan, manager) in zip(
        tables["roster"], (("MGR", None), ("MGR", "V"), ("S", "M"), ("S", "M")), strict=True
    ):
        row |= {"plan_id": plan, "manager_id": manager}
    tables["deals"] = [deal("D1", 10000, "E1"), deal("D2", 5000, "E2"), deal("D3", 700, "M")]
    return tables


def amounts(tables, period="2026-01"):
    return {line["employee_id"]: line["amount"] for line in pay(tables, period)}


def test_a_manager_is_paid_on_what_the_reports_sold():
    tables = managed()
    assert not issues(tables)
    assert amounts(tables) == {"V": 7, "M": 150, "E1": 1000, "E2": 500}
    told = steps(tables, "M", "2026-01")["Credited amount"]
    assert "credited in the period to who reports to them on that day" in told[1]
    for who in ("V", "M", "E1"):
        follow(tables, who)


def test_everybody_below_and_the_persons_own_may_count():
    assert amounts(managed(credit_from="all_reports"))["V"] == 157
    assert amounts(managed(credit_from="all_reports, own"))["M"] == 157
    assert amounts(managed(credit_from="own"))["M"] == 7
    follow(managed(credit_from="all_reports"), "V")


def test_the_manager_of_the_deals_day_is_credited():
    tables = managed()
    tables["roster"].append(tables["roster"][1] | {"employee_id": "N"})
    tables["changes"] = [{"employee_id": "E1", "from": date(2026, 1, 16), "manager_id": "N"}]
    tables["deals"].append(deal("D4", 300, "E1", date(2026, 1, 16)))
    assert not issues(tables)
    assert {who: amounts(tables)[who] for who in ("M", "N")} == {"M": 150, "N": 3}


def test_shared_deals_count_by_share_and_role():
    tables = managed(credit_role="csm")
    tables["deals"] = [deal("D1", 10000, None)]
    tables["credits"] = [{"deal_id": "D1", "employee_id": who, "role": role, "share": 0.5}
                         for who, role in (("E1", "csm"), ("E2", "am"))]  # fmt: skip
    assert amounts(tables)["M"] == 50
    follow(tables, "M")


def test_a_deal_in_two_roles_that_counts_twice_for_a_manager_is_named():
    tables = managed()
    tables["deals"] = [deal("D1", 10000, None)]
    tables["credits"] = [{"deal_id": "D1", "employee_id": who, "role": role}
                         for who, role in (("E1", "csm"), ("E2", "am"))]  # fmt: skip
    found = issues(tables)["credits, row 2 (role)"]
    assert found == (
        "warning: deal D1 is credited 2 times in the roles am, csm, and override adds up all of them"
    )
    assert amounts(tables)["M"] == 200
    tables["components"][1]["credit_role"] = "csm"
    assert not [text for text in issues(tables).values() if "adds up" in text]


def test_tiers_climb_with_what_the_reports_sold():
    tables = managed(rate=None, tier_id="T", cumulative="ytd_sum")
    tables["tiers"] = [
        {"tier_id": "T", "from": 0, "rate": 0.01},
        {"tier_id": "T", "from": 16000, "rate": 0.02},
    ]
    tables["deals"].append(deal("D4", 2000, "E2", date(2026, 2, 2)))
    assert amounts(tables, "2026-02")["M"] == 10 + 20
    follow(tables, "M", "2026-02")


def test_a_report_without_a_plan_of_their_own_pays_the_manager_and_is_not_named():
    tables = managed()
    tables["roster"][2]["plan_id"] = "NONE"
    tables["plans"].append(
        {"plan_id": "NONE", "model": "base_only", "pay_period": "month", "target_basis": "amount"}
    )
    assert not issues(tables)
    assert amounts(tables)["M"] == 150


def test_an_explanation_of_the_manager_alone_needs_the_reports():
    rows = {row[0]: row for row in explain_raws(managed(), "M")}
    assert rows["Commission"][3] == 150


def explain_raws(tables, who):
    from small_company import raws

    return explain(raws(tables), who, "2026-01")


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        ({"manager_id": "Maria Long"}, "roster, row 4 (manager_id)", "no employee on the roster has the ID"),
        ({"manager_id": "m"}, "roster, row 4 (manager_id)", "Did you mean"),
    ],
)
def test_a_manager_who_cannot_be_found_is_refused(change, where, words):
    tables = managed()
    tables["roster"][2] |= change
    with pytest.raises(CsmError) as caught:
        pay(tables, "2026-01")
    assert where in str(caught.value) and words in str(caught.value)


def test_a_roster_of_wrong_rows_alone_says_what_is_wrong_in_them():
    tables = managed()
    for row in tables["roster"]:
        row["target_ratio"] = "a tenth"
    found = errors(tables)
    assert set(found) == {f"roster, row {row} (target_ratio)" for row in (2, 3, 4, 5)}


def test_a_manager_above_the_roster_is_none():
    tables = managed()
    tables["roster"][0]["manager_id"] = "CEO1"
    assert not errors(tables)


def test_nobody_with_a_manager_and_managers_in_a_circle_are_refused():
    tables = managed()
    for row in tables["roster"]:
        row["manager_id"] = None
    assert "nobody has a manager" in errors(tables)["roster, row 2 (manager_id)"]
    tables = managed(credit_from="all_reports")
    tables["roster"][0]["manager_id"] = "V"
    assert not errors(tables)
    tables["roster"][0]["manager_id"] = "M"
    assert "reporting lines form a circle" in errors(tables)["roster, row 2 (manager_id)"]
    tables["components"][1]["credit_from"] = "reports"
    assert not errors(tables)


def test_what_can_be_read_two_ways_is_refused():
    tables = managed(credit_date="payment")
    tables["payments"] = [{"deal_id": "D1", "date": date(2026, 1, 20), "amount": 1000}]
    assert "it can be read two ways: the manager" in errors(tables)["components, row 3 (credit_from)"]
    tables["components"][1]["ladder_on"] = "payment"
    assert not errors(tables)
    assert amounts(tables)["M"] == 10


# ---- quota attainment from deals ------------------------------------------------------------------


def quota(goal=20000.0, actual=None, **component):
    tables = company("E1", "E2", measure="Bookings", measure_from="deals", **component)
    tables["results"] = [result(who, actual, goal, "Bookings") for who in ("E1", "E2")]
    tables["deals"] = [deal("D1", 15000, "E1"), deal("D2", 3000, "E1", date(2026, 3, 31), kind="upsell"),
                       deal("D3", 30000, "E2", date(2026, 4, 1))]  # fmt: skip
    return tables


def test_the_credits_of_the_period_are_the_actual():
    tables = quota()
    assert not issues(tables)
    first, second = pay(tables)
    assert (first["actual"], first["goal"], first["attainment"], first["amount"]) == (18000, 20000, 0.9, 1800)
    assert (second["actual"], second["amount"], second["note"]) == (0, 0, None)
    assert steps(tables, "E1")["Attainment"][2] == "18000 / 20000"
    follow(tables, "E1", "2026-Q1")
    follow(tables, "E2", "2026-Q1")


def test_kinds_roles_and_dates_decide_what_counts():
    tables = quota(deal_kinds="upsell")
    assert [line["actual"] for line in pay(tables)] == [3000, 0]
    tables = quota(credit_date="effective", credit_role="csm")
    for row in tables["deals"]:
        row["effective_date"] = date(2026, 2, 1)
    assert [line["actual"] for line in pay(tables)] == [18000, 30000]


def test_the_year_to_date_adds_up_the_periods():
    tables = quota(cumulative="ytd_sum")
    tables["results"] += [result("E1", None, 10000, "Bookings", period="2026-Q2"),
                          result("E2", None, 10000, "Bookings", period="2026-Q2")]  # fmt: skip
    first, second = pay(tables, "2026-Q2")
    assert (first["actual"], first["goal"]) == (18000, 30000)
    assert (second["attainment"], second["amount"]) == (1, 4000)


def test_the_team_and_the_company_have_a_quota():
    tables = quota(scope="team")
    tables["results"] = [result("T1", None, 36000, "Bookings", "team")]
    assert [line["attainment"] for line in pay(tables)] == [0.5, 0.5]
    follow(tables, "E1", "2026-Q1")
    tables["components"][0]["scope"] = "company"
    tables["results"] = [result("company", None, 18000, "Bookings", "company")]
    assert [line["attainment"] for line in pay(tables)] == [1, 1]
    follow(tables, "E2", "2026-Q1")


def test_a_managers_quota_is_reached_by_the_reports():
    tables = quota(credit_from="reports")
    tables["roster"][0]["manager_id"] = "E2"
    assert [line["actual"] for line in pay(tables)] == [0, 18000]
    follow(tables, "E2", "2026-Q1")


def test_a_quota_that_is_missing_is_an_error_and_an_actual_beside_the_deals_is_refused():
    tables = quota(goal=None)
    with pytest.raises(CsmError, match="the goal is blank"):
        pay(tables)
    tables["results"] = []
    with pytest.raises(CsmError, match="no result Bookings of individual E1"):
        pay(tables)
    found = errors(quota(actual=5))
    assert list(found) == ["results, row 2 (actual)", "results, row 3 (actual)"]
    assert "from deals, but it is also here" in found["results, row 2 (actual)"]


@pytest.mark.parametrize("more", [{"peer_group": "plan"}, {"credit_from": "reports", "scope": "team"}])
def test_what_has_no_part_in_a_sum_of_deals_is_refused(more):
    tables = quota(**more)
    tables["roster"][0]["manager_id"] = "E2"
    found = errors(tables)
    assert [where for where in found if where.startswith("components")] == [
        f"components, row 2 ({next(iter(more))})"
    ]


def test_deal_columns_of_a_measure_from_results_are_named_as_not_used():
    tables = quota(actual=18000, deal_kinds="upsell", credit_from="reports")
    tables["components"][0].pop("measure_from")
    found = issues(tables)
    assert "deal_kinds is not used" in found["components, row 2 (deal_kinds)"]
    assert "credit_from is not used" in found["components, row 2 (credit_from)"]
    assert not errors(tables)


def test_people_who_are_their_own_managers_and_managers_who_are_not_here_are_named():
    tables = managed()
    tables["roster"][2]["manager_id"] = "E1"
    assert any("E1 is their own manager: the credits of E1 roll up to nobody" in text
               for text in issues(tables).values())  # fmt: skip
    tables["roster"][2]["manager_id"] = "VP9"
    assert any(text.startswith("note") and "the manager of E1, VP9, is not on the roster" in text
               for text in issues(tables).values())  # fmt: skip
