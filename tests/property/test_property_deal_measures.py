"""What deals measure and what finds their rate, paid by the engine against fractions: quotas reached by
credited amounts, and rates by the margin, the term and the customer's year of each deal."""

import sys
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import oracle
from examples import examples
from hypothesis import event, given
from hypothesis import strategies as st
from strategies import signed_money

sys.path.append(str(Path(__file__).parents[1] / "engine"))
from deal_company import deal, sales
from small_company import TARGET, company, pay, result

TEAM = {"E1": "T1", "E2": "T1", "E3": "T2"}
KINDS, PRODUCTS = ("upsell", "renewal"), ("Core", "Plus")


def cents(x: Fraction) -> float:
    return float(oracle.half_away(oracle.half_away(x, 9), 2))


@st.composite
def sold(draw):
    """Deals around the first quarter of 2026, each with its credits."""
    found = []
    for at in range(draw(st.integers(1, 7))):
        day = date(2025, 12, 25) + timedelta(days=draw(st.integers(0, 105)))
        shares = draw(
            st.lists(st.sampled_from(["0.5", "1", "0.25", "0.333333333333"]), min_size=1, max_size=2)
        )
        whom = draw(st.permutations(list(TEAM)))[: len(shares)]
        found.append((f"D{at}", draw(signed_money), day, draw(st.sampled_from(KINDS)),
                      draw(st.sampled_from(PRODUCTS)),
                      [(who, Fraction(share), draw(st.sampled_from(["csm", "am"])))
                       for who, share in zip(whom, shares, strict=True)]))  # fmt: skip
    return found


@given(
    sold(), st.sampled_from(["individual", "team", "company"]), st.sampled_from([None, "csm"]),
    st.sampled_from([None, "upsell"]), st.sampled_from([None, "plus", "core, plus"]),
    st.sampled_from([10_000, 33_333.33, 7_500]),
)  # fmt: skip
@examples(150)
def test_a_quota_is_reached_by_what_is_credited(deals, scope, role, kind, product, quota):
    tables = company(*TEAM, measure="Bookings", measure_from="deals", scope=scope, floor=0, cap=2)
    chosen = {"credit_role": role, "deal_kinds": kind, "deal_products": product}
    tables["components"][0] |= {name: value for name, value in chosen.items() if value}
    tables["plans"][0]["over_assignment"] = True
    tables["roster"][2]["team"] = "T2"
    whose = {"individual": TEAM, "team": ("T1", "T2"), "company": ("company",)}[scope]
    tables["results"] = [result(name, None, quota, "Bookings", scope) for name in whose]
    tables["deals"] = [deal(name, float(amount), None, day, kind=of, product=what)
                       for name, amount, day, of, what, _ in deals]  # fmt: skip
    tables["credits"] = [{"deal_id": name, "employee_id": who, "share": float(share), "role": as_}
                         for name, *_, credits in deals for who, share, as_ in credits]  # fmt: skip
    event(scope)
    for who, line in zip(TEAM, pay(tables), strict=True):
        theirs = {"individual": {who}, "team": {one for one in TEAM if TEAM[one] == TEAM[who]},
                  "company": set(TEAM)}[scope]  # fmt: skip
        total = sum(
            (amount * share for _, amount, day, of, what, credits in deals for to, share, as_ in credits
             if date(2026, 1, 1) <= day <= date(2026, 3, 31) and to in theirs and role in (None, as_)
             and kind in (None, of) and (product is None or what.casefold() in product)),
            Fraction(0),
        )  # fmt: skip
        ratio = min(max(total / oracle.typed(quota), Fraction(0)), Fraction(2))
        assert line["amount"] == cents(oracle.typed(TARGET) * ratio), (who, total)


def anniversary(start: date, years: int) -> date:
    """The same day so many years later; the last day of February where there is none."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


@st.composite
def figured(draw):
    """What finds the rate, its tiers, and deals of January 2026 with such a figure each."""
    of = draw(st.sampled_from(["margin", "term", "customer_year"]))
    if of == "margin":
        starts = draw(st.lists(st.integers(1, 99), min_size=1, max_size=3, unique=True))
        bounds = [Fraction(0), *sorted(Fraction(one, 100) for one in starts)]
    elif of == "term":
        starts = draw(st.lists(st.integers(1, 60), min_size=1, max_size=3, unique=True))
        bounds = [Fraction(0), *map(Fraction, sorted(starts))]
    else:
        starts = draw(st.lists(st.integers(2, 6), min_size=1, max_size=3, unique=True))
        bounds = [Fraction(1), *map(Fraction, sorted(starts))]
    rates = draw(st.lists(st.integers(0, 300), min_size=len(bounds), max_size=len(bounds)))
    tiers = [(start, Fraction(rate, 1000)) for start, rate in zip(bounds, rates, strict=True)]
    deals = []
    for at in range(draw(st.integers(1, 5))):
        day = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 30)))
        near = draw(st.sampled_from(bounds))
        if of == "customer_year":
            begun = anniversary(day, -draw(st.integers(1, 6))) + timedelta(days=draw(st.integers(-1, 1)))
            begun = draw(st.sampled_from([min(begun, day), date(2024, 2, 29), day]))
            year = next(n for n in range(1, 20) if anniversary(begun, n) > day)
            figure, more = Fraction(year), {"customer_start": begun}
        else:
            figure = near + draw(st.sampled_from([0, 0, 1])) * Fraction(1, 100 if of == "margin" else 1)
            figure = min(figure, Fraction(1)) if of == "margin" else figure
            more = {of: float(figure)}
        deals.append((f"D{at}", draw(signed_money), day, figure, more))
    return of, tiers, deals, draw(st.booleans())


@given(figured())
@examples(150)
def test_each_deal_s_own_figure_finds_its_rate(made):
    of, tiers, deals, strict = made
    tables = sales("E1", tier_id="T", tier_measure=of)
    tables["tiers"] = [{"tier_id": "T", "from": float(start), "rate": float(rate)} for start, rate in tiers]
    tables["tiers"][0] |= {"mode": "whole", "strict": strict and of != "customer_year"}
    tables["deals"] = [deal(name, float(amount), "E1", day, **more) for name, amount, day, _, more in deals]
    event(of)
    total = Fraction(0)
    for _, amount, _, figure, _ in deals:
        exceeds = tables["tiers"][0]["strict"]
        reached = [rate for start, rate in tiers if (figure > start if exceeds else figure >= start)]
        total += amount * (reached[-1] if reached else 0)
    (line,) = pay(tables, "2026-01")
    assert line["amount"] == cents(total)
