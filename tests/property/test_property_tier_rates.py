"""Rates that another amount finds, against fractions: of a table alone, and paid by the engine."""

import sys
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import oracle
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from strategies import EPS, money, near, signed_money
from test_property_tiers import RATED, exactly, tables

from csm_xl.pay.rounding import exact
from csm_xl.pay.tiers import TierTable

sys.path.append(str(Path(__file__).parents[1] / "engine"))
from deal_company import deal, sales
from small_company import pay

CENT = Fraction(1, 100)


def rate_of(x, tiers, mode, tie):
    """The rate that an amount finds, tier by tier."""
    nine = oracle.half_away(x, 9)
    reached = [t for t in tiers if (nine >= oracle.half_away(t[0], 9) if tie == "upper"
                                    else nine > oracle.half_away(t[0], 9))]  # fmt: skip
    last = tiers[-1][1]
    if mode == "whole":
        rate = reached[-1][2] if reached else Fraction(0)
        return rate * last / x if last is not None and x > last else rate
    if x < 0:
        return Fraction(0)
    ends = [*(t[0] for t in tiers[1:]), last]
    slopes = [(start, end, rate / (end - start) if mode == "interpolated" else rate)
              for (start, _, rate), end in zip(tiers, ends, strict=True)]  # fmt: skip
    if x == 0:
        return slopes[0][2] if slopes[0][0] == 0 else Fraction(0)
    return sum((max((x if end is None else min(x, end)) - start, 0) * slope for start, end, slope in slopes),
               Fraction(0)) / x  # fmt: skip


@given(tables(modes=RATED), st.data())
@examples(500)
def test_the_rate_that_an_amount_finds_against_the_oracle(made, data):
    block, mode, tie = made
    tiers = exactly(block)
    amount = data.draw(near([t[0] for t in tiers], signed_money))
    expected = rate_of(oracle.typed(amount), tiers, mode, tie)
    table = TierTable.of(block, mode, tie)
    assert table.rate_at(exact(amount))[()] == expected
    doubt = np.zeros(1, dtype=bool)
    found = table.rate_at(np.array([amount]), doubt)
    error = table.rate_error(np.array([amount]))[0] * EPS
    assert doubt[0] or abs(found[0] - float(expected)) <= error + 4 * EPS * abs(float(expected))


shares = st.sampled_from([Fraction(1), Fraction(1, 2), Fraction("0.333333333333"), Fraction("0.07")])


@st.composite
def teams(draw):
    """Deals of two people of one team, and a third on another, dated around January."""
    deals = []
    for at in range(draw(st.integers(1, 6))):
        amount = draw(st.sampled_from([50000, 25000]).map(Fraction) | signed_money)
        day = date(2025, 12, 30) + timedelta(days=draw(st.integers(0, 36)))
        deals.append((f"D{at}", amount, day, draw(st.sampled_from(["E1", "E2", "E3"])), draw(shares),
                      draw(st.sampled_from(["upsell", "renewal"]))))  # fmt: skip
    return deals


@given(tables(RATED, size=st.sampled_from([50000, 75000, 100000, 150000, 0]).map(Fraction) | money), teams(),
       st.sampled_from(["team", "company", "individual"]), st.booleans())  # fmt: skip
@examples(150)
def test_what_a_team_sold_finds_the_rate_of_each_to_the_cent(made, deals, scope, every_kind):
    block, mode, tie = made
    company = sales("E1", "E2", "E3", tier_id="T", tier_scope=scope, deal_kinds="upsell")
    if every_kind or scope == "individual":
        company["components"][0]["tier_measure"] = "deals"
    company["roster"][2]["team"] = "T2"
    company["tiers"] = [{"tier_id": "T", "from": a, "to": b, "rate": r} for a, b, r in block]
    company["tiers"][0] |= {"mode": mode, "tie": tie}
    company["deals"] = [deal(name, float(amount), None, day, kind=kind)
                        for name, amount, day, _, _, kind in deals]  # fmt: skip
    company["credits"] = [{"deal_id": name, "employee_id": who, "share": float(share)}
                          for name, _, _, who, share, _ in deals]  # fmt: skip
    team = {"E1": "T1", "E2": "T1", "E3": "T2"}
    tiers = exactly(block)
    every = every_kind or scope == "individual"
    for who, line in zip(team, pay(company, "2026-01"), strict=True):
        now = [one for one in deals if one[2].month == 1]
        own = sum((one[1] * one[4] for one in now if one[3] == who and one[5] == "upsell"), Fraction(0))
        theirs = {"individual": [who], "team": [p for p in team if team[p] == team[who]],
                  "company": list(team)}[scope]  # fmt: skip
        found = sum((one[1] * one[4] for one in now if one[3] in theirs and (every or one[5] == "upsell")),
                    Fraction(0))  # fmt: skip
        expected = own * rate_of(max(found, Fraction(0)), tiers, mode, tie)
        assert line["amount"] == float(oracle.half_away(oracle.half_away(expected, 9), 2)), (who, own, found)
