"""A company that pays one commission on deals, as documents say it, and how its explanation is followed."""

from __future__ import annotations

from datetime import date
from typing import Any

from calculator import Cells, Chapter, Followed
from small_company import Rows, company, raws

from csm_xl.engine.explain import Explanation

MONTHS = {f"2026-{month:02}": month for month in range(1, 13)}


def sales(*people: str, tiers: Any = (), mode: str = "whole", **component: Any) -> Rows:
    """People of one plan that pays a commission by the month. tiers: pairs of a bound and a rate."""
    tables = company(*people, period="month", type="commission", **component)
    for name in ("weight", "measure"):
        if name not in component:
            tables["components"][0].pop(name)
    tables["plans"] = [
        {"plan_id": "S", "model": "base_variable", "pay_period": "month", "target_basis": "amount"}
    ]
    if tiers:
        tables["components"][0]["tier_id"] = "T"
        tables["tiers"] = [{"tier_id": "T", "from": start, "rate": rate} for start, rate in tiers]
        tables["tiers"][0]["mode"] = mode
    return tables


def deal(
    name: str, amount: Any, who: str | None = "E0001", day: date = date(2026, 1, 15), **more: Any
) -> Any:
    return {"deal_id": name, "date": day, "amount": amount, "employee_id": who, **more}


def follow(tables: Rows, who: str = "E0001", period: str = "2026-01") -> None:
    """Somebody with a calculator repeats every step of a person's explanation and finds every number."""
    given = raws(tables)
    explanation = Explanation(given, period)
    chapters = []
    for passage in explanation.of(who):
        line = passage.line or {"component_id": "", "amount": None, "type": ""}
        kind = line["type"] or ("" if passage.cohort else "sum")
        chapters.append(
            Chapter(passage.period.name, line["component_id"], passage.steps, line["amount"], kind)
        )
    days = {p.name: (date.fromordinal(p.start), date.fromordinal(p.end)) for p in explanation.periods}
    cells = Cells({str(table.name): table for table in given})
    Followed(chapters, cells, lambda _: None, lambda *_: None, days, who).follow()  # type: ignore[arg-type, return-value]
