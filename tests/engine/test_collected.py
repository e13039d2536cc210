"""Commission that is paid as the customer pays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from deal_company import deal, follow, sales
from small_company import issues, one, pay, result, steps
from typed import typed

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.tables import RawTable

STEPS = [(0, 0.05), (5000, 0.1)]


def payment(month: int, amount: Any, name: str = "D1", day: int = 10) -> dict[str, Any]:
    return {"deal_id": name, "date": date(2026, month, day), "amount": amount}


def collected(*payments: dict[str, Any], **component: Any) -> Any:
    if "tiers" not in component:
        component.setdefault("rate", 0.05)
    tables = sales(mode="marginal", credit_date="payment", **component)
    tables["deals"] = [deal("D1", 10000)]
    tables["payments"] = list(payments)
    return tables


def months(tables: Any, *numbers: int) -> list[float]:
    return [one(tables, f"2026-{month:02}")["amount"] for month in numbers]


def errors(tables: Any) -> dict[str, str]:
    return {where: text for where, text in issues(tables).items() if text.startswith("error")}


def test_each_payment_earns_its_part_of_the_deals_commission():
    tables = collected(payment(3, 4000), payment(5, 6000))
    assert not issues(tables)
    assert months(tables, 1, 3, 4, 5) == [0, 200, 0, 300]
    assert one(tables, "2026-03")["actual"] == 4000
    told = steps(tables, period="2026-05")
    assert told["Commission"][2] == "500 − 200" and told["Commission of D1"][2] == "10000 × 0.05"
    for month in (3, 4, 5):
        follow(tables, period=f"2026-{month:02}")


def test_parts_are_rounded_so_that_the_whole_is_paid():
    tables = collected(*(payment(month, 33.33, day=month) for month in (2, 3)), payment(4, 33.34), rate=0.1)
    tables["deals"][0]["amount"] = 100.0
    assert months(tables, 2, 3, 4) == [3.33, 3.34, 3.33]
    tables["plans"][0]["rounding_unit"] = 1
    assert months(tables, 2, 3, 4) == [3, 4, 3]
    follow(tables, period="2026-03")


def test_the_tiers_of_booking_are_those_of_the_month_of_signing():
    tables = collected(payment(3, 4000), payment(5, 6000), payment(3, 1000, "D2"), tiers=STEPS)
    tables["deals"] = [
        deal("D2", 2000, day=date(2026, 1, 16)),
        deal("D1", 4000),
        deal("D3", 9000, day=date(2026, 2, 1)),
    ]
    tables["payments"] = [
        payment(3, 4000),
        payment(3, 500, "D2"),
        payment(4, 1500, "D2"),
        payment(4, 9000, "D3"),
    ]
    # D1 climbs to 4,000, D2 from there to 6,000; D3 is of another month.
    assert months(tables, 3, 4) == [200 + 37.5, 112.5 + 250 + 400]
    follow(tables, period="2026-04")
    tables["components"][0]["cumulative"] = "ytd_sum"
    assert months(tables, 3, 4) == [237.5, 112.5 + 900]
    follow(tables, period="2026-04")


def test_deals_of_one_day_climb_in_the_order_of_the_table():
    tables = collected(payment(1, 4000, "D2", 20), tiers=STEPS)
    tables["deals"] = [deal("D1", 4000), deal("D2", 4000)]
    assert months(tables, 1) == [50 + 300]
    tables["deals"].reverse()
    assert months(tables, 1) == [200]


def test_whole_tiers_and_tiers_of_each_deal():
    tables = collected(payment(2, 2500), tiers=STEPS)
    tables["deals"].append(deal("D0", 9000, day=date(2026, 1, 3)))
    tables["components"][0]["tier_basis"] = "deal"
    assert months(tables, 2) == [750 / 4]
    follow(tables, period="2026-02")
    tables["tiers"][0]["mode"] = "whole"
    assert months(tables, 2) == [1000 / 4]
    tables["components"][0]["tier_basis"] = "period"
    assert months(tables, 2) == [(1900 - 900) / 4]
    follow(tables, period="2026-02")


def test_the_goal_of_the_month_of_signing_scales_the_bounds():
    tables = collected(payment(3, 5000), tiers=[(0, 0.05), (1, 0.1)], measure="Quota")
    tables["tiers"][0]["on"] = "attainment"
    tables["results"] = [result("E0001", None, 8000, "Quota", period="2026-01"),
                         result("E0001", None, 100, "Quota", period="2026-03")]  # fmt: skip
    assert months(tables, 3) == [(400 + 200) / 2]
    follow(tables, period="2026-03")


def test_shares_roles_and_fixed_amounts():
    tables = collected(payment(3, 2500), credit_role="csm", fixed_amount=40)
    tables["deals"][0]["employee_id"] = None
    tables["credits"] = [{"deal_id": "D1", "employee_id": "E0001", "role": role, "share": share}
                         for role, share in (("csm", 0.5), ("am", 1))]  # fmt: skip
    assert months(tables, 3) == [(250 + 40) / 4]
    follow(tables, period="2026-03")


def test_the_margin_of_the_deal_finds_its_rate():
    for ladder in ("booking", "payment"):
        tables = collected(
            payment(3, 2500), tiers=[(0, 0), (0.2, 0.07)], tier_measure="margin", ladder_on=ladder
        )
        tables["tiers"][0]["mode"] = "whole"
        tables["deals"][0]["margin"] = 0.25
        assert months(tables, 3) == [175]
        follow(tables, period="2026-03")


def test_the_customers_year_is_that_of_signing_or_of_the_payment():
    for ladder, expected in (("booking", 250), ("payment", 125)):
        tables = collected(
            payment(3, 2500), tiers=[(1, 0.1), (2, 0.05)], tier_measure="customer_year", ladder_on=ladder
        )
        tables["tiers"][0]["mode"] = "whole"
        tables["deals"][0]["customer_start"] = date(2025, 2, 1)
        assert months(tables, 3) == [expected]


def test_a_refund_takes_back_and_a_return_is_paid_back():
    tables = collected(payment(2, 4000), payment(3, -1000), payment(4, 7000))
    assert months(tables, 2, 3, 4) == [200, -50, 350]
    follow(tables, period="2026-03")
    tables["deals"].append(deal("D2", -2000))
    tables["payments"] = [payment(2, -500, "D2")]
    assert months(tables, 2) == [-25]


def test_ladder_on_payment_climbs_with_the_payments_of_the_month():
    tables = collected(payment(3, 4000), payment(5, 6000), tiers=STEPS, ladder_on="payment")
    assert months(tables, 3, 5) == [200, 350]
    tables["components"][0]["cumulative"] = "ytd_sum"
    assert months(tables, 3, 5) == [200, 50 + 500]
    follow(tables, period="2026-05")


def test_what_the_team_collects_finds_the_rate_of_payments():
    tables = collected(payment(3, 4000), payment(3, 3000, "D2"), tiers=[(0, 0.05), (7000, 0.06)],
                       ladder_on="payment", tier_scope="team")  # fmt: skip
    tables["tiers"][0]["mode"] = "whole"
    tables["roster"].append(tables["roster"][0] | {"employee_id": "E2"})
    tables["deals"].append(deal("D2", 5000, "E2"))
    assert [line["amount"] for line in pay(tables, "2026-03")] == [240, 180]
    follow(tables, period="2026-03")


def test_a_deal_earns_under_the_version_of_its_day_of_signing():
    tables = collected(payment(2, 5000), payment(4, 5000), payment(4, 1000, "D2"))
    later = tables["components"][0] | {"valid_from": date(2026, 3, 1), "rate": 0.08}
    tables["components"].append(later)
    tables["deals"].append(deal("D2", 1000, day=date(2026, 3, 1)))
    assert months(tables, 2, 4) == [250, 250 + 80]
    follow(tables, period="2026-04")
    tables["components"][1]["ladder_on"] = "payment"
    (found,) = errors(tables).items()
    assert found[0] == "components, row 3 (ladder_on)" and "could count twice" in found[1]


def test_a_deal_that_was_paid_at_signing_is_not_paid_again():
    tables = collected(payment(4, 10000))
    tables["components"][0]["credit_date"] = "signing"
    tables["components"].append(
        tables["components"][0] | {"valid_from": date(2026, 3, 1), "credit_date": "payment"}
    )
    assert not errors(tables)
    assert months(tables, 1, 4) == [500, 0]
    tables["components"][1]["ladder_on"] = "payment"
    with pytest.raises(CsmError, match="deal D1 counts twice"):
        one(tables, "2026-04")


def test_a_deal_signed_before_the_plan_is_named_and_not_paid():
    tables = collected(payment(4, 10000))
    tables["components"][0]["valid_from"] = date(2026, 2, 1)
    assert "pays nobody" in issues(tables)["payments, row 2 (date)"]
    line = one(tables, "2026-04")
    assert line["amount"] == 0 and "signed outside the days on the plan" in line["note"]
    tables["components"][0]["ladder_on"] = "payment"
    assert not issues(tables)
    assert months(tables, 4) == [500]


def test_a_payment_between_two_versions_of_its_component_is_named_also_where_the_deal_counts_for_a_quota():
    tables = collected(payment(2, 5000), payment(4, 5000))
    before, after = tables["components"][0], {**tables["components"][0], "valid_from": date(2026, 4, 12)}
    before["valid_to"] = date(2026, 4, 7)
    quota = {"plan_id": before["plan_id"], "component_id": "quota", "type": "metric", "weight": 1,
             "measure": "bookings", "measure_from": "deals"}  # fmt: skip
    tables["components"] = [before, after, quota]
    tables["results"] = [result("E0001", None, 10000, measure="bookings", period="2026-04")]
    said = issues(tables)
    assert "pays nobody: no component of a plan of E0001 pays it that day" in said["payments, row 3 (date)"]
    assert "no version from 2026-04-08 to 2026-04-11" in said["components, row 3 (valid_from)"]
    assert "payments, row 2 (date)" not in said
    after["valid_from"] = date(2026, 4, 8)
    assert not any("payments" in where or "valid_from" in where for where in issues(tables))


def test_a_payment_is_paid_by_a_component_of_its_kind_of_deals_and_its_role_alone():
    tables = collected(payment(2, 5000), payment(4, 5000))
    tables["components"][0]["valid_to"] = date(2026, 3, 31)
    others = [
        {**tables["components"][0], "component_id": "other", "deal_kinds": "services"},
        {**tables["components"][0], "component_id": "am", "credit_role": "am"},
    ]
    tables["components"] += [one | {"valid_to": None} for one in others]
    assert "pays nobody" in issues(tables)["payments, row 3 (date)"]


def test_the_payment_of_a_deal_is_paid_to_whoever_the_credits_roll_up_to():
    tables = collected(payment(4, 5000), credit_from="reports", ladder_on="payment")
    boss = tables["roster"][0] | {"employee_id": "M1"}
    tables["roster"][0] |= {"manager_id": "M1", "plan_id": "Q"}
    tables["roster"].append(boss)
    tables["plans"].append(tables["plans"][0] | {"plan_id": "Q", "model": "base_only"})
    assert not any("payments" in where for where in issues(tables))


def test_a_payment_after_the_last_day_is_named_and_not_paid():
    tables = collected(payment(2, 5000), payment(2, 5000, day=20))
    tables["roster"][0]["leave_date"] = date(2026, 2, 15)
    assert "pays nobody" in issues(tables)["payments, row 3 (date)"]
    line = one(tables, "2026-02")
    assert line["amount"] == 250 and "outside the days on the plan" in line["note"]


@pytest.mark.parametrize(
    ("payments", "where", "words"),
    [
        ([payment(2, 6000), payment(3, 4000.01)], "payments, row 3 (amount)", "10,000.01 of deal D1"),
        ([payment(3, 6000), payment(2, -1)], "payments, row 3 (amount)", "-1 of deal D1"),
        ([payment(1, 100, day=14)], "payments, row 2 (date)", "signed on 2026-01-15"),
        ([payment(3, 100, "D9")], "payments, row 2 (deal_id)", "D9"),
    ],
)  # fmt: skip
def test_payments_that_cannot_be_of_their_deal_are_refused(payments, where, words):
    found = errors(collected(*payments))
    assert where in found and words in found[where]


def test_payments_that_look_like_a_slip_are_named():
    found = issues(collected(payment(2, 100), payment(2, 100), payment(3, 0)))
    assert "the same payment is also in another row" in found["payments, row 3 (date)"]
    assert "pays nothing" in found["payments, row 4 (amount)"]


def test_payments_that_no_component_uses_are_refused():
    tables = collected(payment(2, 100))
    tables["components"][0]["credit_date"] = "signing"
    assert "deals are paid in full" in errors(tables)["payments, row 2 (deal_id)"]


@pytest.mark.parametrize(
    ("component", "column"),
    [
        ({"tiers": STEPS, "tier_measure": "Total sales"}, "tier_measure"),
        ({"tiers": STEPS, "tier_scope": "team"}, "tier_scope"),
        ({"tiers": STEPS, "tier_basis": "deal", "ladder_on": "payment"}, "tier_basis"),
        ({"fixed_amount": 10, "ladder_on": "payment"}, "fixed_amount"),
    ],
)
def test_what_can_be_read_two_ways_is_refused(component, column):
    found = errors(collected(payment(2, 100), **component))
    assert list(found) == [f"components, row 2 ({column})"]
    assert "it can be read two ways" in found[f"components, row 2 ({column})"]


def test_ladder_on_without_payments_to_climb_with_is_named():
    tables = sales(rate=0.05, ladder_on="payment")
    tables["deals"] = [deal("D1", 10000)]
    assert "ladder_on is not used" in issues(tables)["components, row 2 (ladder_on)"]


def test_the_invoice_date_may_credit_a_deal():
    tables = sales(rate=0.05, credit_date="invoice")
    tables["deals"] = [deal("D1", 10000, invoice_date=date(2026, 3, 2)), deal("D2", 10000)]
    assert months(tables, 1, 3) == [0, 500]
    assert (
        "credits deals by their invoice date, but deal D2 has none"
        in issues(tables)["deals, row 3 (invoice_date)"]
    )


def test_with_errors_skipped_a_wrong_payment_stops_those_who_are_credited():
    tables = collected(payment(2, 20000), payment(2, 100, "D2"))
    tables["roster"].append(tables["roster"][0] | {"employee_id": "E2"})
    tables["deals"].append(deal("D2", 1000, "E2"))
    raws = typed(tables)
    lines = run([raw for raw in raws if len(raw.rows) > 1], "2026-02", skip_errors=True)
    assert [(line["employee_id"], line["amount"]) for line in lines.dicts()] == [("E2", 5)]
    assert [who for who, _ in lines.left_out] == ["E0001"]


def test_a_bare_range_of_deals_is_not_taken_for_payments():
    from csm_xl.plan.tables import table_of

    headers = [["deal_id", "date", "amount"]]
    assert table_of(RawTable.of_rows(headers), component_types()) == "deals"
    assert table_of(RawTable.of_rows(headers, "payments"), component_types()) == "payments"


def test_the_tiers_of_a_quarter_climb_with_what_it_signed():
    tables = collected(tiers=STEPS, cumulative="qtd_sum")
    days = (date(2025, 12, 20), date(2026, 1, 10), date(2026, 3, 10), date(2026, 4, 2))
    tables["deals"] = [deal(f"D{at}", 4000, day=day) for at, day in enumerate(days, 1)]
    tables["payments"] = [payment(5, 4000, f"D{at}") for at in (1, 2, 3, 4)]
    assert not issues(tables)
    # Each quarter begins again; D3 climbs from 4,000 to 8,000.
    assert months(tables, 5) == [200 + 200 + (50 + 300) + 200]
    follow(tables, period="2026-05")
    assert "of the quarter of its signing" in str(steps(tables, period="2026-05")["Commission of D3"][1])
    tables["components"][0]["ladder_on"] = "payment"
    tables["payments"] = [payment(month, 4000, f"D{month - 2}") for month in (3, 4, 5, 6)]
    assert months(tables, 3, 4, 5, 6) == [200, 200, 50 + 300, 400]
    follow(tables, period="2026-05")


def test_an_amount_by_the_size_of_a_deal_is_paid_in_parts():
    tables = collected(payment(3, 2500), payment(4, 7500), tiers=[(0, 250), (10000, 500)], tier_basis="deal")
    tables["tiers"][0]["mode"] = "fixed"
    assert not issues(tables)
    assert months(tables, 3, 4) == [125, 375]
    follow(tables, period="2026-04")
    tables["credits"] = [{"deal_id": "D1", "employee_id": "E0001", "share": 0.5}]
    with pytest.raises(CsmError, match="Set shared_deals to share or to full"):
        pay(tables, "2026-03")
    tables["components"][0]["shared_deals"] = "share"
    assert months(tables, 3, 4) == [62.5, 187.5]
    follow(tables, period="2026-04")
    tables["components"][0]["shared_deals"] = "full"
    assert months(tables, 3, 4) == [125, 375]
    follow(tables, period="2026-04")


def test_an_amount_by_the_number_of_deals_is_that_of_the_month_of_signing():
    tables = collected(tiers=[(0, 100), (2, 150)], tier_basis="count")
    tables["deals"] = [deal(f"D{at}", 1000, day=date(2026, 1, at)) for at in (1, 2, 3)]
    tables["payments"] = [payment(3, 1000), payment(3, 500, "D3"), payment(4, 500, "D3")]
    assert not issues(tables)
    assert months(tables, 3, 4) == [100 + 75, 75]
    follow(tables, period="2026-03")
    told = steps(tables, period="2026-04")
    assert told["Credited before D3"][2:4] == ["1 [D1] + 1 [D2]", 2]
    tables["deals"].append(deal("D4", 1000, day=date(2026, 2, 1)))
    tables["payments"].append(payment(4, 1000, "D4"))
    assert months(tables, 4) == [75 + 100]
    tables["components"][0]["cumulative"] = "qtd_sum"
    assert months(tables, 4) == [75 + 150]
    follow(tables, period="2026-04")
