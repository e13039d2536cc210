"""A fixed amount for each deal, by its size or by how many there are, worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from following import follow
from small_company import company, issues, pay, steps

from csm_xl.errors import CsmError

SIZES = ((0, 250), (10000, 500), (50000, 1000))
COUNTS = ((0, 100), (5, 150))


def per_deal(amounts: Any, tiers: Any = SIZES, mode: str = "fixed", basis: str = "deal", **more: Any) -> Any:
    """One person's deals of January: their amounts, each with its share if it is a pair."""
    tables = company(period="month", type="commission", tier_id="T", tier_basis=basis, **more)
    tables["components"][0] |= {"weight": None, "measure": None}
    tables["tiers"] = [{"tier_id": "T", "from": start, "rate": rate, "mode": None if at else mode}
                       for at, (start, rate) in enumerate(tiers)]  # fmt: skip
    pairs = [one if isinstance(one, tuple) else (one, None) for one in amounts]
    tables["deals"] = [{"deal_id": f"D{at}", "date": date(2026, 1, at), "amount": amount,
                        "employee_id": "E0001"} for at, (amount, _) in enumerate(pairs, 1)]  # fmt: skip
    tables["credits"] = [{"deal_id": f"D{at}", "employee_id": "E0001", "share": share}
                         for at, (_, share) in enumerate(pairs, 1) if share is not None]  # fmt: skip
    return tables


def paid(tables: Any, period: str = "2026-01") -> float:
    (line,) = pay(tables, period)
    follow(tables, period)
    return line["amount"]


@pytest.mark.parametrize(("amounts", "amount"), [
    ([9999.99], 250), ([10000], 500), ([49999], 500), ([50000], 1000), ([8000, 20000, 90000], 1750),
    ([20000, -20000], 0), ([20000, -8000], 250), ([0], 0), ([], 0),
])  # fmt: skip
def test_the_size_of_a_deal_gives_its_amount(amounts, amount):
    assert paid(per_deal(amounts)) == amount


def test_a_bound_that_must_be_exceeded():
    tables = per_deal([10000, 10000.01])
    tables["tiers"][0]["strict"] = True
    assert paid(tables) == 750


@pytest.mark.parametrize(("count", "amount"), [(0, 0), (1, 100), (5, 500), (6, 650), (8, 950)])
def test_each_deal_from_the_sixth_on_pays_more(count, amount):
    assert paid(per_deal([700] * count, COUNTS, "marginal", "count")) == amount


def test_all_deals_pay_more_once_there_are_six():
    tiers = ((0, 100), (6, 150))
    assert paid(per_deal([700] * 5, tiers, "whole", "count")) == 500
    assert paid(per_deal([700] * 6, tiers, "whole", "count")) == 900


def test_so_many_deals_pay_one_amount():
    tiers = ((3, 500), (6, 1500))
    assert [paid(per_deal([700] * n, tiers, "fixed", "count")) for n in (2, 3, 5, 6, 9)] == [
        0, 500, 500, 1500, 1500,
    ]  # fmt: skip


def test_a_return_takes_a_deal_back():
    assert paid(per_deal([700] * 6 + [-700], COUNTS, "marginal", "count")) == 500


def test_the_year_to_date_counts_on():
    tables = per_deal([700] * 4, COUNTS, "marginal", "count", cumulative="ytd_sum")
    tables["deals"] += [row | {"deal_id": f"F{at}", "date": date(2026, 2, 3)}
                        for at, row in enumerate(tables["deals"])]  # fmt: skip
    assert paid(tables) == 400
    assert paid(tables, "2026-02") == 100 + 3 * 150


def test_a_shared_deal_is_asked_about():
    tables = per_deal([(20000, 0.5), (8000, 1)])
    with pytest.raises(CsmError, match="D1 is credited at"):
        pay(tables, "2026-01")
    assert paid(per_deal([(20000, 0.5), (8000, 1)], shared_deals="share")) == 500
    assert paid(per_deal([(20000, 0.5), (8000, 1)], shared_deals="full")) == 750
    counted = [(700, 0.5)] * 11
    assert paid(per_deal(counted, COUNTS, "marginal", "count", shared_deals="share")) == 575
    assert paid(per_deal(counted, COUNTS, "marginal", "count", shared_deals="full")) == 500 + 6 * 150


def test_a_period_s_total_gives_one_amount():
    assert paid(per_deal([8000, 4000], basis="period")) == 500
    assert paid(per_deal([], basis="period")) == 0


def test_the_explanation_has_each_deal():
    told = steps(per_deal([8000, (20000, 0.5)], shared_deals="share"), period="2026-01")
    assert told["Commission"][2:4] == ["500 × 0.5 [D2] + 250 × 1 [D1]", 500]
    told = steps(per_deal([8000, 20000]), period="2026-01")
    assert told["Commission"][2:4] == ["250 [D1] + 500 [D2]", 750]
    told = steps(per_deal([700, 700], COUNTS, "marginal", "count"), period="2026-01")
    assert told["Deals counted"][3] == 2


@pytest.mark.parametrize(("more", "where", "words"), [
    ({"tier_measure": "margin"}, "components, row 2 (tier_measure)", "finds one rate for the whole deal"),
    ({"tier_measure": "Sold"}, "components, row 2 (tier_measure)", "nothing else can find them"),
    ({"basis": "count", "tier_measure": "deals"}, "components, row 2 (tier_measure)", "nothing else can"),
    ({"tier_scope": "team"}, "components, row 2 (tier_scope)", "nothing else can find them"),
    ({"credit_date": "payment", "basis": "period"}, "components, row 2 (credit_date)",
     "no single deal has a part"),
    ({"credit_date": "payment", "ladder_on": "payment"}, "components, row 2 (ladder_on)", "are not deals"),
    ({"credit_date": "payment", "ladder_on": "payment", "basis": "count"}, "components, row 2 (ladder_on)",
     "customers' payments are not deals"),
    ({"basis": "period", "shared_deals": "full"}, "components, row 2 (shared_deals)", "is not used"),
])  # fmt: skip
def test_what_contradicts_it_is_said(more, where, words):
    assert words in issues(per_deal([700], **more))[where]
