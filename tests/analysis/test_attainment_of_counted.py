"""Goal seek and pay curves where answers, accounts or deals give the attainment."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[1] / "engine"))

from deal_company import deal
from small_company import account, company, pay, raws, result

from csm_xl.analysis.parameters import attainment_lever
from csm_xl.analysis.pay_curves import pay_curves
from csm_xl.analysis.scenario import read
from csm_xl.engine.run import run
from csm_xl.errors import CsmError

Q1 = "2026-Q1"


def answered() -> Any:
    tables = company("E1", "E2")
    tables["answers"] = [{"date": date(2026, 2, day), "measure": "CSAT", "score": 5 if day < 4 else 1,
                          "employee_id": who} for who in ("E1", "E2") for day in range(1, 6)]  # fmt: skip
    return tables


def kept() -> Any:
    tables = company("E1", "E2", measure="GRR")
    tables["accounts"] = [account(f"A{who}", who, 1000, 600) for who in ("E1", "E2")]
    return tables


@pytest.mark.parametrize("tables", [answered(), kept()], ids=["answers", "accounts"])
def test_a_counted_attainment_is_varied(tables: Any) -> None:
    assert [line["amount"] for line in pay(tables)] == [1200, 1200]
    given = read(raws(tables), Q1)
    for who, paid in (("", [1800, 1800]), ("E2", [1200, 1800])):
        lever = attainment_lever(given, Q1, who=who)
        assert [line["amount"] for line in run(lever.moved(0.9), Q1).dicts()] == paid
    curve = [row[3] for row in pay_curves(raws(tables), Q1, (0.5, 1, 1.1))[1:] if row[1] == "C"]
    assert curve == [1000, 2000, 2200]


@pytest.mark.parametrize("scope", ["individual", "team"])
def test_an_attainment_of_goals_of_accounts_is_varied(scope: str) -> None:
    tables = company("E1", "E2", measure="NRR", scope=scope)
    tables["accounts"] = [account("A1", "E1", 1000, 600, goal=0.9), account("A2", "E1", 500, 500, goal=0.6),
                          account("B1", "E2", 700, 900, goal=1.1)]  # fmt: skip
    given = read(raws(tables), Q1)
    for attainment in (0.5, 1, 1.1):
        lines = list(run(attainment_lever(given, Q1).moved(attainment), Q1).dicts())
        assert [line["amount"] for line in lines] == [2000 * attainment] * 2
    assert [row[3] for row in pay_curves(raws(tables), Q1, (0.5, 1))[1:] if row[1] == "C"] == [1000, 2000]
    if scope == "individual":
        tables["results"] = [result("E1", 0.4, None, "NRR")]
        assert pay(tables)[0]["attainment"] == pytest.approx(0.4 / 0.8)
        moved = attainment_lever(read(raws(tables), Q1), Q1).moved(0.75)
        assert [line["amount"] for line in run(moved, Q1).dicts()] == [1500, 1500]


def test_what_deals_give_is_named_as_not_varied() -> None:
    tables = company("E1", measure="Bookings", measure_from="deals", weight=0.5)
    tables["components"].append({"plan_id": "S", "component_id": "N", "type": "metric", "weight": 0.5,
                                 "measure": "NRR"})  # fmt: skip
    tables["deals"] = [deal("D1", 400, "E1")]
    tables["results"] = [result("E1", None, 500, "Bookings"), result("E1", 1, 1, "NRR")]
    lever = attainment_lever(read(raws(tables), Q1), Q1)
    assert lever.label.endswith("; deals give Bookings, which stays as it is")
    assert [line["amount"] for line in run(lever.moved(1.5), Q1).dicts()] == [800, 1500]
    with pytest.raises(CsmError, match="there is no result with a goal to vary"):
        attainment_lever(read(raws(tables), Q1), Q1, "C")
