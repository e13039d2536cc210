"""Deals in another currency than their people's pay: exchanged at the typed rate of their day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from deal_company import deal, follow, sales
from small_company import company, issues, one, pay, raws, result, steps

from csm_xl.engine.payroll import Payroll
from csm_xl.errors import CsmError

JANUARY = date(2026, 1, 1)


def rate(value: Any, day: date | None = JANUARY, pair: str = "EUR USD", period: str | None = None) -> Any:
    one, other = pair.split()
    return {"from_currency": one, "to_currency": other, "rate": value, "date": day, "period": period}


def exchanged(*rates: Any, amounts: tuple[Any, ...] = (100.05,) * 3, **component: Any) -> Any:
    """Deals in euros on January 15th of somebody who is paid in dollars, all of it unless a rate is given."""
    if "tiers" not in component:
        component.setdefault("rate", 1)
    tables = sales(**component)
    tables["deals"] = [deal(f"D{n}", amount, currency="EUR") for n, amount in enumerate(amounts, 1)]
    tables["rates"] = list(rates or (rate(1.0835),))
    return tables


def errors(tables: Any) -> dict[str, str]:
    return {where: text for where, text in issues(tables).items() if text.startswith("error")}


def test_deals_are_exchanged_unrounded_and_the_line_is_rounded_once() -> None:
    tables = exchanged()
    assert not issues(tables)
    line = one(tables, "2026-01")
    assert line["amount"] == 325.21  # 300.15 × 1.0835 = 325.2125; rounded one by one they were 325.20
    assert line["actual"] == pytest.approx(325.212525)
    told = steps(tables, period="2026-01")["Credited amount"]
    assert told[1].startswith("sum of amount × share × exchange rate over")
    follow(tables)


def test_the_latest_rate_on_or_before_the_day_counts() -> None:
    rates = (rate(1.2, date(2026, 1, 16)), rate(1.1, date(2026, 1, 15)), rate(1.05, date(2025, 7, 1)))
    assert one(exchanged(*rates, amounts=(1000,)), "2026-01")["amount"] == 1100
    tables = exchanged(*rates, amounts=(1000,), credit_date="invoice")
    tables["deals"][0]["invoice_date"] = date(2026, 1, 31)  # the day on which it counts
    assert one(tables, "2026-01")["amount"] == 1200


def test_rates_of_periods_count_on_their_days_and_the_shortest_period_first() -> None:
    rates = (rate(1.1, None, period="2026-Q1"), rate(1.2, None, period="2026-01"))
    tables = exchanged(*rates, amounts=(1000,))
    tables["deals"].append(deal("D2", 1000, day=date(2026, 2, 1), currency="eur"))
    assert [one(tables, f"2026-0{month}")["amount"] for month in (1, 2)] == [1200, 1100]


def test_rates_of_days_count_beside_a_fiscal_calendar() -> None:
    tables = exchanged(amounts=(1000,))
    tables["periods"] = [{"period": "FY26-P1", "start": JANUARY, "end": date(2026, 1, 31), "kind": "month",
                          "year": 2026, "share": 1}]  # fmt: skip
    assert not errors(tables)
    assert one(tables, "FY26-P1")["amount"] == 1083.5
    tables["rates"] = [rate(1.1, None, period="2026-01")]
    (told,) = errors(tables).values()
    assert "the periods table has no such period" in told


def test_a_deal_in_the_currency_of_its_person_needs_no_rate() -> None:
    tables = exchanged(amounts=(1000,))
    tables["deals"].append(deal("D2", 500, currency="USD"))
    assert not issues(tables)
    assert one(tables, "2026-01")["amount"] == 1583.5
    follow(tables)
    tables["deals"][1]["currency"] = None
    assert not issues(tables)
    assert one(tables, "2026-01")["amount"] == 1583.5
    tables["deals"].append(deal("D3", 400, currency="USD"))
    (told,) = issues(tables).values()
    assert told.startswith("warning: currency is blank, but most deals")


def test_each_person_is_credited_in_the_currency_of_their_own_pay() -> None:
    tables = exchanged(amounts=(1000,)) | {}
    tables["roster"] = [{**tables["roster"][0], "employee_id": who, "currency": code}
                        for who, code in (("A", "USD"), ("B", "GBP"), ("C", "EUR"))]  # fmt: skip
    tables["deals"][0]["employee_id"] = None
    tables["credits"] = [{"deal_id": "D1", "employee_id": who, "role": "csm", "share": share}
                         for who, share in (("A", 0.5), ("B", 0.25), ("C", 0.25))]  # fmt: skip
    tables["rates"].append(rate(0.85, pair="EUR GBP"))
    assert not issues(tables)
    assert [line["amount"] for line in pay(tables, "2026-01")] == [541.75, 212.5, 250]
    follow(tables, "A")


@pytest.mark.parametrize("scope", ["team", "company"])
def test_tiers_are_found_by_what_is_exchanged(scope: str) -> None:
    tables = exchanged(tiers=[(0, 0.01), (1083.5, 0.02)], tier_scope=scope, amounts=(1000,))
    assert one(tables, "2026-01")["amount"] == 21.67
    tables["deals"][0]["amount"] = 999.99
    assert one(tables, "2026-01")["amount"] == 10.83
    follow(tables)
    tables = exchanged(tiers=[(0, 0.01), (1083.5, 0.02)], amounts=(1000,), mode="marginal")
    tables["deals"].append(deal("D2", 100, currency="USD", day=date(2026, 1, 20)))
    assert one(tables, "2026-01")["amount"] == 12.84  # 10.835 + 100 × 2%
    follow(tables)


def test_a_quota_from_deals_is_reached_in_the_currency_of_the_person() -> None:
    tables = company("E0001", period="month", measure="bookings", measure_from="deals")
    tables["plans"][0] |= {"target_basis": "amount", "target_value": 12_000}
    tables["results"] = [result("E0001", None, 10_835, "bookings", period="2026-01")]
    tables["deals"] = [deal("D1", 8000, currency="EUR")]
    tables["rates"] = [rate(1.0835)]
    assert not errors(tables)
    assert one(tables, "2026-01")["amount"] == 800
    follow(tables)


def test_payments_count_at_the_rate_of_their_day_and_bookings_at_that_of_signing() -> None:
    rates = (rate(1.1), rate(1.2, date(2026, 3, 1)))
    for ladder, paid in (("booking", [440, 660]), ("payment", [480, 720])):
        tables = exchanged(*rates, amounts=(10_000,), rate=0.1, credit_date="payment", ladder_on=ladder)
        tables["payments"] = [{"deal_id": "D1", "date": date(2026, month, 10), "amount": amount}
                              for month, amount in ((3, 4000), (4, 6000))]  # fmt: skip
        assert not issues(tables)
        assert [one(tables, f"2026-0{month}")["amount"] for month in (3, 4)] == paid
        for month in (3, 4):
            follow(tables, period=f"2026-0{month}")


def test_a_missing_rate_is_named_with_its_deal() -> None:
    tables = exchanged(rate(1.1, date(2026, 1, 16)), amounts=(1000,))
    with pytest.raises(CsmError, match="deal D1 counts on 2026-01-15, but rates has no rate of EUR in USD"):
        pay(tables, "2026-01")
    tables["rates"] = [rate(0.92, pair="USD EUR")]
    told = errors(tables)["deals, row 2 (currency)"]
    assert "D1 is in EUR but paid in USD" in told and "one of USD in EUR, but rates are never" in told
    tables["rates"] = [rate(0.85, pair="EUR GBP"), rate(1.3, pair="GBP USD")]  # nor crossed
    assert "deals, row 2 (currency)" in errors(tables)


@pytest.mark.parametrize("tiered", [{}, {"tiers": [(0, 0.01), (500, 0.02)], "tier_scope": "team"}])
def test_a_rate_that_is_missing_in_a_later_period_stops_that_one_too(tiered: dict[str, Any]) -> None:
    tables = exchanged(rate(1.1, None, period="2026-01"), amounts=(1000,), **tiered)
    tables["deals"].append(deal("D2", 1000, day=date(2026, 2, 3), currency="EUR"))
    payroll = Payroll.load(raws(tables))
    assert [line["amount"] for line in payroll.pay("2026-01").dicts()] == [22 if tiered else 1100]
    for _ in range(2):
        with pytest.raises(CsmError, match="deal D2 counts on 2026-02-03"):
            payroll.pay("2026-02")


def test_a_rate_that_is_missing_stops_everyone_whose_tier_it_finds() -> None:
    tables = exchanged(tiers=[(0, 0.01), (500, 0.02)], tier_scope="team", amounts=(1000,))
    tables["roster"].append({**tables["roster"][0], "employee_id": "B", "currency": "GBP"})
    tables["deals"].append(deal("D2", 100, who="B", currency="GBP"))
    tables["roster"][1]["currency"] = "USD"
    tables["rates"].append(rate(1.3, date(2026, 2, 1), "GBP USD"))
    left = Payroll.load(raws(tables)).pay("2026-01", skip_errors=True).left_out
    assert [who for who, _ in left] == ["E0001", "B"]


@pytest.mark.parametrize(
    ("rows", "place", "says"),
    [
        ([rate(1.1, None)], "rates, row 2 (date)", "neither a date nor a period"),
        ([rate(1.1, period="2026-01")], "rates, row 2 (date)", "a date and a period"),
        ([rate(1, pair="EUR EUR"), rate(1.1)], "rates, row 2 (to_currency)", "is of EUR in EUR"),
        ([rate(0)], "rates, row 2 (rate)", "above 0"),
        ([rate(1.1), rate(1.2, None, period="2026-02")], "rates, row 3 (period)", "by date and by period"),
        ([rate(1.1), rate(11, date(2026, 2, 1))], "rates, row 3 (rate)", "rate 11 is 10 times the closest"),
        ([rate(1.04), rate(0.9627, date(2026, 2, 1)), rate(1.08, date(2026, 3, 1))], "rates, row 3 (rate)",
         "warning: the rate 0.9627 is unlike the others of its pair, but 1 divided by it is like them"),
        ([rate(1.04), rate(1.3087, date(2026, 2, 1)), rate(1.05, date(2026, 3, 1))], "rates, row 3 (rate)",
         "warning: the rate 1.3087 is 1.2 times the closest"),
        ([rate(1.0387, date(2023, 1, 1))], "rates, row 2 (date)", "from 2023-01-01, but deal D3 is dated 20"),
        ([rate(104.21)], "rates, row 2 (rate)", "error: the rate of EUR in USD is 94 times its approximate"),
        ([rate(1.1), rate(1.1, pair="USD EUR")], "rates, row 2 (rate)", "warning: one EUR is 1.1 USD, and"),
        ([rate(1.1), rate(1.2)], "rates, row 3", "row 2"),
        ([rate(1.1), rate(160, pair="USD JPY")], "rates, row 3 (rate)", "note: no deal in USD is paid in"),
    ],
)  # fmt: skip
def test_rates_that_say_two_things_or_nothing_are_named(rows: Any, place: str, says: str) -> None:
    told = {where: text for where, text in issues(exchanged(*rows)).items() if where.startswith(place)}
    assert any(says in text for text in told.values()), told


def test_rates_that_move_as_they_do_are_no_finding() -> None:
    moving = [rate(value, date(2025, month, 1)) for month, value in
              enumerate((1.03, 1.04, 1.08, 1.13, 1.13, 1.16), 1)]  # fmt: skip
    assert not issues(exchanged(*moving))
