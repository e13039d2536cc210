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
