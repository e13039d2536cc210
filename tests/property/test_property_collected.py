"""Commission that is paid as collected, paid by the engine against fractions, to the cent."""

import sys
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import oracle
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from strategies import money
from test_property_tiers import RATED, exactly, tables

sys.path.append(str(Path(__file__).parents[1] / "engine"))
from deal_company import deal, sales
from small_company import pay

NAMES = ("E1", "E2")
MONTHS = (1, 2, 3, 4)


def cents(x):
    return oracle.half_away(oracle.half_away(x, 9), 2)


@st.composite
def sold(draw):
    """Deals of January and February, and payments that never exceed them: deal, day, amount, who, share, and
    the days and amounts of its payments."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        day = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 50)))
        amount = draw(money.filter(lambda x: x > 0) | st.sampled_from([Fraction(5000), Fraction(100)]))
        parts = draw(st.lists(st.sampled_from([Fraction(1, 4), Fraction(1, 3), Fraction(2, 5)]), max_size=3))
        payments, left = [], amount
        for part in parts:
            paid = min(oracle.half_away(amount * part, 4), left)
            left -= paid
            when = day + timedelta(days=draw(st.integers(0, 70)))
            if paid:
                payments.append((when, paid))
        share = draw(st.sampled_from([Fraction(1), Fraction(1, 2), Fraction("0.333333333333")]))
        found.append((day, amount, draw(st.sampled_from(NAMES)), share, sorted(payments)))
    return found


def span_of(month, cumulative):
    """What a month climbs with: itself, its quarter or the year."""
    return {"discrete": month, "qtd_sum": (month - 1) // 3, "ytd_sum": 0}[cumulative]


def by_booking(deals, who, month, earned, cumulative, counts=""):
    """What the payments of a month add, deal by deal in the order of signing. counts: by what deals are
    counted, share or full; else their amounts climb."""
    total, before = Fraction(0), {}
    for day, amount, person, share, payments in sorted(deals, key=lambda one: one[0]):
        span = span_of(day.month, cumulative)
        prior = before.get((person, span), Fraction(0))
        added = {"share": share, "full": Fraction(1)}.get(counts, amount * share)
        before[person, span] = prior + added
        commission = earned(prior + added) - earned(prior)
        paid = sum((part for when, part in payments if when.month < month), Fraction(0))
        then = paid + sum((part for when, part in payments if when.month == month), Fraction(0))
        if person == who:
            total += cents(commission * then / amount) - cents(commission * paid / amount)
    return total


def by_payment(deals, who, month, earned, cumulative):
    """What the payments of a month earn on top of those before."""
    every = [(when.month, part * share) for _, _, person, share, payments in deals if person == who
             for when, part in payments]  # fmt: skip
    span = span_of(month, cumulative)
    prior = sum((part for then, part in every if then < month and span_of(then, cumulative) == span),
                Fraction(0))  # fmt: skip
    now = sum((part for then, part in every if then == month), Fraction(0))
    return cents(earned(prior + now) - earned(prior))


def _with_deals(company, deals):
    company["deals"] = [deal(f"D{at}", float(one[1]), None, one[0]) for at, one in enumerate(deals)]
    company["credits"] = [{"deal_id": f"D{at}", "employee_id": one[2], "share": float(one[3])}
                          for at, one in enumerate(deals)]  # fmt: skip
    company["payments"] = [{"deal_id": f"D{at}", "date": when, "amount": float(part)}
                           for at, one in enumerate(deals) for when, part in one[4]]  # fmt: skip


@given(tables(RATED), sold(), st.sampled_from(["discrete", "qtd_sum", "ytd_sum"]), st.booleans())
@examples(150)
def test_payments_earn_what_fractions_say(made, deals, cumulative, on_payment):
    block, mode, tie = made
    company = sales(*NAMES, tier_id="T", credit_date="payment")
    company["components"][0] |= {
        "cumulative": cumulative,
        "ladder_on": "payment" if on_payment else "booking",
    }
    company["tiers"] = [{"tier_id": "T", "from": a, "to": b, "rate": r} for a, b, r in block]
    company["tiers"][0] |= {"mode": mode, "tie": tie}
    _with_deals(company, deals)
    tiers = exactly(block)

    def earned(x):
        return oracle.earned(x, tiers, mode, tie)

    way = by_payment if on_payment else by_booking
    for month in MONTHS:
        lines = pay(company, f"2026-{month:02}")
        for who, line in zip(NAMES, lines, strict=True):
            assert line["amount"] == float(way(deals, who, month, earned, cumulative)), (who, month)


COUNTED = st.sampled_from([
    ((("0", "100"), ("1", "150.25"), ("2", "200")), "marginal"), ((("0", "100"), ("2", "133.335")), "whole"),
    ((("1", "500"), ("3", "1500")), "fixed"),
])  # fmt: skip


@given(COUNTED, sold(), st.sampled_from(["discrete", "qtd_sum", "ytd_sum"]),
       st.sampled_from(["share", "full"]))  # fmt: skip
@examples(60)
def test_amounts_by_the_number_of_deals_are_paid_in_parts(given_tiers, deals, cumulative, counts):
    steps, mode = given_tiers
    company = sales(*NAMES, tier_id="T", credit_date="payment", tier_basis="count")
    company["components"][0] |= {"cumulative": cumulative, "shared_deals": counts}
    company["tiers"] = [{"tier_id": "T", "from": float(a), "rate": float(b)} for a, b in steps]
    company["tiers"][0]["mode"] = mode
    _with_deals(company, deals)
    ends = [*(Fraction(a) for a, _ in steps[1:]), None]
    tiers = [(Fraction(a), end, Fraction(b)) for (a, b), end in zip(steps, ends, strict=True)]
    for month in MONTHS:
        lines = pay(company, f"2026-{month:02}")
        for who, line in zip(NAMES, lines, strict=True):
            told = by_booking(deals, who, month, lambda x: _earned(x, tiers, mode), cumulative, counts)
            assert line["amount"] == float(told), (who, month)


def _earned(x, tiers, mode):
    """What so many deals earn; of amounts for all of them that of the last bound reached."""
    if mode != "fixed":
        return oracle.earned(x, tiers, mode, "upper")
    return next((money for start, _, money in reversed(tiers) if x >= start and x), Fraction(0))
