"""Cost drivers of measures that are counted: from answers, accounts, deals and payments, as if typed."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[1] / "engine"))

from deal_company import deal, sales
from small_company import account, company, pay, raws, result

from csm_xl.analysis.sensitivity import Swing, sensitivity

Q1 = "2026-Q1"


def swing(tables: Any, label: str, period: str = Q1) -> Swing:
    (found,) = [one for one in sensitivity(raws(tables), period, 0.1).swings if one.label == label]
    return found


def paid(tables: Any, period: str = Q1) -> float:
    return round(sum(line["amount"] for line in pay(tables, period)), 4)


def ends(tables: Any, change: Callable[[Any, float], None], period: str = Q1) -> list[float]:
    """The cost with something multiplied by 0.9 and by 1.1, as if it were typed so."""
    found = []
    for factor in (0.9, 1.1):
        changed = copy.deepcopy(tables)
        change(changed, factor)
        found.append(paid(changed, period))
    return found


def answers(who: str, measure: str, *scores: int) -> list[dict[str, Any]]:
    return [{"date": date(2026, 2, day), "measure": measure, "score": score, "employee_id": who}
            for day, score in enumerate(scores, 1)]  # fmt: skip


def answered(measure: str = "CSAT", **component: Any) -> Any:
    tables = company("E1", "E2", measure=measure, **component)
    tables["answers"] = [*answers("E1", measure, 5, 4, 5, 4, 5, 2), *answers("E2", measure, 5, 5, 4, 1, 1)]
    return tables


@pytest.mark.parametrize(("scope", "shares"), [
    ("individual", {"E1": 5 / 6, "E2": 3 / 5}), ("team", {"T1": 8 / 11}), ("company", {"company": 8 / 11}),
])  # fmt: skip
def test_a_measure_of_answers_moves_by_its_attainment(scope: str, shares: dict[str, float]) -> None:
    tables = answered(scope=scope)

    def typed(changed: Any, factor: float) -> None:
        changed["answers"] = []
        changed["results"] = [result(who, share * factor, 1, scope=scope) for who, share in shares.items()]

    whose = {"individual": "each person", "team": "each team", "company": "the company"}[scope]
    found = swing(tables, f"attainment of CSAT of {whose}")
    assert found.base == paid(tables)
    assert [found.low, found.high] == pytest.approx(ends(tables, typed), abs=0.02)
    assert found.low is not None and found.high is not None and found.low < found.base < found.high


def test_points_move_against_their_goal_and_stay_within_what_they_can_be() -> None:
    tables = company("E1", "E2", measure="NPS")
    tables["answers"] = [*answers("E1", "NPS", 10, 9, 9, 3), *answers("E2", "NPS", 9, 9, 9, 9)]
    tables["results"] = [result(who, None, 50, "NPS") for who in ("E1", "E2")]
    found = swing(tables, "attainment of NPS of each person")
    assert (found.low, found.base, found.high) == (5400, 6000, 6200)  # 50 and 100 points, and no more
    assert found.note == "NPS is never below −100 or above 100"


def test_a_stated_actual_moves_beside_answers_of_others() -> None:
    tables = answered()
    tables["results"] = [result("E1", 0.5, 1)]
    found = swing(tables, "attainment of CSAT of each person")
    assert (found.low, found.base, found.high) == (1980, 2200, 2420)


def test_a_row_without_actual_and_goal_stays_unmeasured() -> None:
    tables = answered()
    tables["results"] = [result("E1", None)]
    found = swing(tables, "attainment of CSAT of each person")
    assert (found.low, found.base, found.high) == (1080, 1200, 1320)


def test_retention_of_customers_moves_by_its_attainment() -> None:
    tables = company("E1", measure="LOGO")
    tables["accounts"] = [
        account(name, "E1", 100, end) for name, end in zip("ABCDE", (1, 1, 1, 0, 0), strict=True)
    ]
    found = swing(tables, "attainment of LOGO of each person")
    assert (found.low, found.base, found.high) == (1080, 1200, 1320)


def test_a_measure_that_a_gate_alone_looks_at_moves() -> None:
    tables = company("E1", gate_measure="GRR", gate_minimum=0.9, gate_otherwise=0.5)
    tables["results"] = [result("E1", 1, 1), result("E1", 0.95, 1, "GRR")]
    found = swing(tables, "attainment of GRR of each person")
    assert (found.low, found.base, found.high) == (1000, 2000, 2000)


def test_a_measure_of_deals_moves_with_their_amounts() -> None:
    tables = company("E1", measure="Bookings", measure_from="deals")
    tables["deals"] = [deal("D1", 400, "E1")]
    tables["results"] = [result("E1", None, 500, "Bookings")]
    found = swing(tables, "amounts of deals")
    assert (found.low, found.base, found.high) == (1440, 1600, 1760)


def test_what_is_paid_of_a_deal_moves_with_it() -> None:
    tables = sales("E1", credit_date="payment", rate=0.1)
    tables["deals"] = [deal("D1", 10_000, "E1")]
    tables["payments"] = [{"deal_id": "D1", "date": date(2026, 1, 20), "amount": 6000}]
    found = swing(tables, "amounts of deals", "2026-01")
    assert (found.low, found.base, found.high) == (540, 600, 660)


def test_exchange_rates_move() -> None:
    tables = sales("E1", rate=0.1)
    tables["deals"] = [deal("D1", 10_000, "E1", currency="EUR")]
    tables["rates"] = [{"from_currency": "EUR", "to_currency": "USD", "rate": 1.1, "date": date(2026, 1, 1)}]
    found = swing(tables, "exchange rates", "2026-01")
    assert (found.low, found.base, found.high) == (990, 1100, 1210)


def test_a_measure_of_the_longer_period_moves_in_each_pay_period() -> None:
    tables = answered()
    tables["answers"] += [{**one, "date": date(2026, 5, 10)} for one in answers("E1", "CSAT", 5, 1)]
    tables["answers"] += [{**one, "date": date(2026, 5, 11)} for one in answers("E2", "CSAT", 5, 5, 5, 1)]
    found = swing(tables, "attainment of CSAT of each person", "2026")
    # 5/6 and 3/5 in the first quarter, 1/2 and 3/4 in the second.
    total = round(2000 * 5 / 6, 2) + 1200 + 1000 + 1500
    assert found.base == pytest.approx(total)
    assert [found.low, found.high] == pytest.approx([0.9 * total, 1.1 * total], abs=0.02)
