"""Words that differ only in how they are spelled are one: roles, kinds of deals, scopes, peer groups."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pay_oracle import Rows
from scenarios import engine, raw

from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError, Issue
from csm_xl.plan.load import load_tables


def company(*credits: tuple[str, Any, float], **component: Any) -> Rows:
    """Two people who are credited for a deal of 1,000."""
    return {
        "plans": [{"plan_id": "P", "model": "base_variable", "pay_period": "quarter",
                   "target_basis": "amount", "target_value": 100}],
        "components": [{"plan_id": "P", "component_id": "c", "type": "commission", "rate": 0.1} | component],
        "roster": [{"employee_id": who, "plan_id": "P", "base_salary": 1, "hire_date": date(2020, 1, 1)}
                   for who in ("E1", "E2")],
        "deals": [{"deal_id": "D1", "date": date(2026, 2, 1), "amount": 1000, "kind": "Cross-sell"}],
        "credits": [{"deal_id": "D1", "employee_id": who, "role": role, "share": share}
                    for who, role, share in credits],
    }  # fmt: skip


def amounts(tables: Rows) -> list[float]:
    return [line["amount"] for line in engine(tables, "2026-Q1").dicts()]


ROLES = ["CSM", "csm", " Csm ", "cSM\u00a0"]


@pytest.mark.parametrize("role", ROLES)
def test_shares_of_one_role_are_parts_of_one_whole_however_it_is_spelled(role: str) -> None:
    with pytest.raises(CsmError, match=r"the shares of deal D1 in the role csm sum to 1.1"):
        engine(company(("E1", "csm", 0.6), ("E2", role, 0.5)), "2026-Q1")
    with pytest.raises(CsmError, match=r"duplicate .* in credits"):
        engine(company(("E1", "CSM", 0.5), ("E1", role + " ", 0.5)), "2026-Q1")
    assert amounts(company(("E1", "CSM", 0.5), ("E2", role, 0.5))) == [50, 50]
    assert amounts(company(("E1", "AM", 1), ("E2", role, 1))) == [100, 100]


@pytest.mark.parametrize("paid", ROLES)
@pytest.mark.parametrize("role", [*ROLES, None])
def test_a_component_pays_its_role_however_it_is_spelled(paid: str, role: str | None) -> None:
    tables = company(("E1", role, 1), ("E2", "Account Manager", 1), credit_role=paid)
    assert amounts(tables) == [100, 0]
    assert amounts(
        company(*[("E1", role, 1), ("E2", "Account Manager", 1)], credit_role="account-manager")
    ) == [0, 100]
    found = [one.message for one in findings(tables)]
    assert found == ["no component pays the role 'account_manager'"]


def test_kinds_of_deals_are_read_alike() -> None:
    for kinds in ("cross_sell", "Cross-Sell", "CROSS SELL, renewal"):
        assert amounts(company(("E1", "csm", 1), deal_kinds=kinds)) == [100, 0]


def test_peers_of_one_role_are_ranked_together_however_it_is_spelled() -> None:
    tables = company(type="metric", measure="M", weight=1, peer_group="role", rate=None)
    tables["roster"][0]["role"], tables["roster"][1]["role"] = "CSM", "csm "
    result = {"period": "2026-Q1", "scope": "Individual", "measure": "M"}
    tables["results"] = [result | {"id": "E1", "actual": 1}, result | {"id": "E2", "actual": 2}]
    assert amounts(tables) == [0, 25]


def findings(tables: Rows) -> list[Issue]:
    return load_tables(raw(tables), component_types())[1]


def test_ids_that_differ_only_in_case_are_two_and_named() -> None:
    tables = company(("E1", "csm", 1))
    assert findings(tables) == []
    tables["roster"].append(tables["roster"][0] | {"employee_id": "e1"})
    tables["components"].append(tables["components"][0] | {"component_id": "C", "credit_role": "am"})
    found = {issue.where: issue for issue in findings(tables)}
    assert list(found) == ["components, row 3 (component_id)", "roster, row 4 (employee_id)"]
    message = "e1 and E1 (roster, row 2 (employee_id)) differ only in case, but count as two"
    assert found["roster, row 4 (employee_id)"].message == message
    assert {issue.severity for issue in found.values()} == {"warning"}
    tables["components"][1]["plan_id"] = "Q"  # components of different plans may be named alike
    tables["plans"].append(tables["plans"][0] | {"plan_id": "Q"})
    assert [issue.where for issue in findings(tables)] == ["roster, row 4 (employee_id)"]
