"""Deals in several currencies: random companies, exchanged again in exact fractions, deal by deal."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import oracle
from hypothesis import event, given
from hypothesis import strategies as st
from typed import typed

from csm_xl.engine.run import run

START, DAYS = date(2026, 1, 1), 90
CODES = ("USD", "EUR", "JPY", None)
PEOPLE = {"A": "USD", "B": "EUR", "C": "USD"}
PRICES = {("EUR", "USD"): "1.0835", ("JPY", "USD"): "0.00671234", ("USD", "EUR"): "0.92",
          ("JPY", "EUR"): "0.0061"}  # fmt: skip


@st.composite
def companies(draw: st.DrawFn) -> dict[str, Any]:
    """Three people, one of them paid in euros; deals in any currency, and rates by day or by period."""
    rates = []
    for pair, usual in PRICES.items():
        days = draw(st.lists(st.integers(1, DAYS), max_size=3, unique=True))
        by_period = draw(st.booleans())
        for at, day in enumerate([0] if by_period else [0, *sorted(days)]):
            moved = Fraction(usual) * (100 + draw(st.integers(-9, 9))) / 100
            when = {"period": "2026-Q1"} if by_period else {"date": START + timedelta(day - 30 * (at == 0))}
            rates.append({"from_currency": pair[0], "to_currency": pair[1], "rate": float(round(moved, 8)),
                          "date": None, "period": None} | when)  # fmt: skip
    deals = draw(st.lists(st.fixed_dictionaries({
        "date": st.integers(0, DAYS - 1).map(lambda n: START + timedelta(n)),
        "amount": st.integers(-50_000, 900_000).map(lambda n: n / 4),
        "currency": st.sampled_from(CODES),
        "credited": st.dictionaries(st.sampled_from(sorted(PEOPLE)), st.sampled_from((0.5, 0.25, 0.125)),
                                    min_size=1, max_size=3),
    }), min_size=1, max_size=12))  # fmt: skip
    return {"rates": rates, "deals": deals, "rate": draw(st.sampled_from((0.02, 0.0375, 1))),
            "step": draw(st.sampled_from((None, 20_000, 135_431.25)))}  # fmt: skip


def tables(made: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    given = {
        "plans": [{"plan_id": "S", "model": "base_variable", "pay_period": "quarter",
                   "target_basis": "amount", "over_assignment": True}],
        "components": [{"plan_id": "S", "component_id": "C", "type": "commission",
                        "rate": None if made["step"] else made["rate"],
                        "tier_id": "T" if made["step"] else None}],
        "roster": [{"employee_id": who, "plan_id": "S", "base_salary": 80000, "currency": code,
                    "hire_date": date(2024, 1, 1)} for who, code in PEOPLE.items()],
        "deals": [{"deal_id": f"D{n}", **{name: row[name] for name in ("date", "amount", "currency")}}
                  for n, row in enumerate(made["deals"])],
        "credits": [{"deal_id": f"D{n}", "employee_id": who, "share": share}
                    for n, row in enumerate(made["deals"]) for who, share in row["credited"].items()],
        "rates": made["rates"],
    }  # fmt: skip
    if made["step"]:
        given["tiers"] = [{"tier_id": "T", "from": 0, "rate": made["rate"], "mode": "marginal"},
                          {"tier_id": "T", "from": made["step"], "rate": 2 * made["rate"]}]  # fmt: skip
    return given


def exchanged(made: dict[str, Any], row: dict[str, Any], code: str) -> Fraction:
    """What a deal is in a currency: at the latest rate on or before its day, or at its period's."""
    if row["currency"] in (None, code):
        return Fraction(str(row["amount"]))
    known = [one for one in made["rates"] if (one["from_currency"], one["to_currency"])
             == (row["currency"], code) and (one["period"] or one["date"] <= row["date"])]  # fmt: skip
    last = max(known, key=lambda one: one["date"] or START)
    return Fraction(str(row["amount"])) * Fraction(repr(last["rate"]))


@given(companies())
def test_every_line_is_what_the_exchanged_deals_earn(made: dict[str, Any]) -> None:
    paid = {line["employee_id"]: line["amount"] for line in run(typed(tables(made)), "2026-Q1").dicts()}
    for who, code in PEOPLE.items():
        total = sum((exchanged(made, row, code) * Fraction(str(row["credited"][who]))
                     for row in made["deals"] if who in row["credited"]), Fraction(0))  # fmt: skip
        rate = Fraction(str(made["rate"]))
        earned = total * rate
        if made["step"] and total > 0:
            earned += max(Fraction(0), total - Fraction(str(made["step"]))) * rate
        if any(row["currency"] not in (None, code) for row in made["deals"] if who in row["credited"]):
            event("exchanged")
        assert Fraction(str(paid[who])) == oracle.money(earned)
