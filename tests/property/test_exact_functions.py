"""Every function of pay gives the float nearest to the exact result on the numbers as typed."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import Any

import oracle
import oracle_pay
import oracle_rewards
import oracle_totals
import pytest

from csm_xl.functions import call
from csm_xl.functions.registry import EXACT, REGISTRY, find
from csm_xl.pay.rounding import MOST_EXACT

TURNS = 40
F = Fraction
Given = tuple[list[Any], Any]
"""The arguments of a call, and its exact result: a number, or rows of numbers."""


class Typed:
    """Numbers as people type them."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def places(self, low: float, high: float, places: int) -> float:
        return round(self.rng.uniform(low, high), places)

    def money(self, low: float = 100, high: float = 250_000) -> float:
        return self.places(low, high, self.rng.choice((0, 2, 2)))

    def ratio(self, low: float = 0.0, high: float = 1.5) -> float:
        return self.places(low, high, self.rng.choice((1, 2, 3, 4)))

    def day(self, year: int = 2026) -> date:
        return date(year, 1, 1) + timedelta(self.rng.randint(0, 364))

    def many(self, make: Callable[[], Any], least: int = 1, most: int = 6) -> list[Any]:
        return [make() for _ in range(self.rng.randint(least, most))]

    def weights(self, count: int) -> list[float]:
        cuts = sorted(self.rng.sample(range(1, 1000), count - 1))
        return [(b - a) / 1000 for a, b in zip([0, *cuts], [*cuts, 1000], strict=True)]

    def pick(self, *choices: Any) -> Any:
        return self.rng.choice(choices)


def f(x: Any) -> Fraction:
    return oracle.typed(x)


def fs(values: list[Any]) -> list[Fraction]:
    return [f(value) for value in values]


def total_comp(t: Typed) -> Given:
    base, target, ratio, equity, benefits, other = (
        t.money(9_000),
        t.money(),
        t.ratio(),
        *(t.money() for _ in "abc"),
    )
    return [base, target, ratio, equity, benefits, other], (
        f(base) + f(target) * f(ratio) + f(equity) + f(benefits) + f(other))  # fmt: skip


def ote(t: Typed) -> Given:
    a, b = t.money(), t.money()
    return [a, b], f(a) + f(b)


def pay_mix(t: Typed) -> Given:
    a, b = t.money(), t.money()
    return [a, b], f(a) / (f(a) + f(b))


def split_ote(t: Typed) -> Given:
    a, b = t.money(), t.ratio(0, 1)
    return [a, b], [[f(a) * f(b), f(a) - f(a) * f(b)]]


def target_incentive(t: Typed) -> Given:
    a, b, n = t.money(), t.ratio(), t.pick(1, 2, 4, 12)
    return [a, b, n], f(a) * f(b) / n


def attainment(t: Typed) -> Given:
    a, b, way, method = (
        t.ratio(0.01),
        t.ratio(0.01),
        t.pick("higher", "lower"),
        t.pick("complement", "inverse"),
    )
    return [a, b, way, method], oracle_totals.attainment(f(a), f(b), way, method)


def knots(t: Typed) -> list[list[float]]:
    xs = sorted({t.ratio(0.5, 1.4) for _ in range(4)})
    return [[x, t.ratio(0, 2)] for x in xs]


def pay_curve(t: Typed) -> Given:
    x, block = t.ratio(0.4, 1.6), knots(t)
    words = (t.pick("linear", "step"), t.pick("zero", "hold", "extrapolate"), t.pick("hold", "extrapolate"))
    return [x, block, *words], oracle.curve(f(x), [(f(a), f(b)) for a, b in block], *words)


def tiers(t: Typed) -> list[list[float]]:
    starts = sorted({0.0, *(t.money(1000, 90_000) for _ in range(3))})
    return [[start, t.ratio(0, 0.2)] for start in starts]


def _tiers(block: list[list[float]]) -> list[tuple[Fraction, Fraction | None, Fraction]]:
    ends = [*(f(row[0]) for row in block[1:]), None]
    return [(f(row[0]), end, f(row[1])) for row, end in zip(block, ends, strict=True)]


def tier_pay(t: Typed) -> Given:
    x, prior, block, mode, tie = t.money(), t.money(0, 90_000), tiers(t), t.pick("marginal", "whole"), "upper"
    table = _tiers(block)
    earned = (oracle.earned(amount, table, mode, tie) for amount in (f(prior) + f(x), f(prior)))
    return [x, block, mode, prior, tie], next(earned) - next(earned)


def blended_rate(t: Typed) -> Given:
    x, block = t.money(), tiers(t)
    return [x, block], oracle.earned(f(x), _tiers(block), "marginal", "upper") / f(x)


def weighted(t: Typed) -> Given:
    ratios = t.many(t.ratio, 1, 5)
    weights = t.weights(len(ratios))
    return [ratios, weights], sum(a * b for a, b in zip(fs(ratios), fs(weights), strict=True))


def gate(t: Typed) -> Given:
    measure, least, payout, otherwise = (t.ratio() for _ in range(4))
    met = f(measure) >= f(least)
    return [measure, least, payout, otherwise], f(payout) if met else min(f(payout), f(otherwise))


def modify(t: Typed) -> Given:
    pay, factor = t.money(), t.ratio(0.5, 2)
    return [pay, factor, 0.8, 1.2], f(pay) * min(max(f(factor), f(0.8)), f(1.2))


def cap(t: Typed) -> Given:
    x = t.ratio(0, 3)
    return [x, 0.5, 2], min(max(f(x), F(1, 2)), F(2))


def matrix(t: Typed) -> Given:
    rows, columns = sorted({t.ratio(0, 2) for _ in range(3)}), sorted({t.ratio(0, 2) for _ in range(3)})
    cells = [[t.ratio() for _ in columns] for _ in rows]
    block = [[None, *columns], *([head, *row] for head, row in zip(rows, cells, strict=True))]
    r, c, mode = (
        t.ratio(0, 2.5),
        t.ratio(0, 2.5),
        t.pick("lookup", "bilinear") if min(len(rows), len(columns)) > 1 else "lookup",
    )
    return [r, c, block, mode], oracle.matrix(
        f(r), f(c), fs(rows), fs(columns), [fs(row) for row in cells], mode
    )


def mbo(t: Typed) -> Given:
    scores = t.many(t.ratio, 1, 5)
    weights = t.weights(len(scores))
    return [weights, scores, 1], sum(w * min(s, F(1)) for w, s in zip(fs(weights), fs(scores), strict=True))


def commission(t: Typed) -> Given:
    x, rate, split, fixed = t.money(), t.ratio(0, 0.2), t.ratio(0, 1), t.money(0, 500)
    return [x, rate, split, fixed], f(x) * f(rate) * f(split) + f(fixed)


def credit(t: Typed) -> Given:
    x, shares = t.money(), t.weights(3)
    parts = oracle_totals.apportioned([f(x) * f(s) for s in shares], f(x), F(1, 100))
    return [x, shares], [[part] for part in parts]


def spif(t: Typed) -> Given:
    n, x, most = t.rng.randint(0, 30), t.money(10, 500), t.money(1000, 3000)
    return [n, x, most], min(n * f(x), f(most))


def pool(t: Typed) -> Given:
    parts, fund = t.many(t.money, 2, 5), t.money()
    return [parts, fund], [[part] for part in oracle_totals.pooled(fs(parts), f(fund), F(1, 100))]


def pool_shares(t: Typed) -> Given:
    weights, fund = t.many(t.money, 2, 6), t.money()
    most = (
        round(fund / t.rng.randint(1, 6) * t.rng.choice((0.9, 1, 1.7)), 2) if t.rng.random() < 0.7 else None
    )
    parts = oracle_totals.shared_by_weights(
        fs(weights), f(fund), None if most is None else f(most), F(1, 100)
    )
    return [fund, weights, most], [[part] for part in parts]


def rank_pay(t: Typed) -> Given:
    peers, x, block = t.many(t.money, 2, 7), t.money(), [[0.25, 0.5], [0.5, 1], [0.75, 2]]
    return [x, peers, block], oracle_totals.rank_payout(f(x), fs(peers), [(f(a), f(b)) for a, b in block])


def period(t: Typed) -> tuple[date, date]:
    first = t.day()
    return first, first + timedelta(t.rng.randint(20, 300))


def days(t: Typed) -> Given:
    first, last = period(t)
    return [first, last, t.day()], None  # a count, and no quotient


def prorate(t: Typed) -> Given:
    x, (first, last), since, basis = t.money(), period(t), t.day(), t.pick("calendar_days", "workdays")
    part = oracle.counted(oracle.eligible(first, last, since, None), basis)
    return [x, first, last, since, None, basis], f(x) * part / oracle.counted(oracle.days(first, last), basis)


def eligible_salary(t: Typed) -> Given:
    first, last = period(t)
    rows = {t.day(year): (t.money(40_000), t.ratio(0, 1)) for year in (2025, 2026, 2026)}
    history = [[since, *values] for since, values in sorted(rows.items())]
    return [history, first, last], oracle.salary(
        [(d, f(a), f(b)) for d, a, b in history], first, last, "daily"
    )


def ramp(t: Typed) -> Given:
    quota, shares, month = t.money(), t.many(t.ratio, 2, 5), t.rng.randint(1, 7)
    return [quota, shares, month], oracle_pay.ramp(f(quota), fs(shares), month)


def seasonal_quota(t: Typed) -> Given:
    quota, weights, start = t.money(), t.weights(4), t.day()
    parts = oracle_pay.seasonal(f(quota), fs(weights), date(2026, 1, 1), start, "calendar_days")
    return [quota, weights, date(2026, 1, 1), start], [[part] for part in parts]


def guarantee(t: Typed) -> Given:
    a, b = t.money(), t.money()
    return [a, b], max(f(a), f(b))


def draw(t: Typed) -> Given:
    earned, amount, share, opening = (
        t.many(lambda: t.money(0, 5000), 2, 8),
        t.money(500, 3000),
        t.ratio(0, 1),
        t.money(0, 900),
    )
    rows = oracle_pay.draw(fs(earned), [f(amount)] * len(earned), True, f(share), 1, f(opening))
    return [earned, amount, True, share, 1, opening], [list(row) for row in rows]


def true_up(t: Typed) -> Given:
    a, b = t.money(), t.money()
    return [a, b], f(a) - f(b)


def holdback(t: Typed) -> Given:
    a, b = t.money(), t.ratio(0, 1)
    return [a, b], [[f(a) - f(a) * f(b), f(a) * f(b)]]


def clawback(t: Typed) -> Given:
    a, term, active = t.money(), t.pick(12, 24, 7), t.places(0, 12, 1)
    return [a, term, active], oracle_pay.clawback(f(a), F(term), f(active), False, None)


def grr(t: Typed) -> Given:
    start, churn, less = t.money(50_000), t.money(1, 9000), t.money(1, 9000)
    return [start, churn, less], (f(start) - f(churn) - f(less)) / f(start)


def nrr(t: Typed) -> Given:
    start, more, churn, less = t.money(50_000), t.money(1, 9000), t.money(1, 9000), t.money(1, 9000)
    return [start, more, churn, less], (f(start) + f(more) - f(churn) - f(less)) / f(start)


def retention(t: Typed) -> Given:
    accounts, measure = t.many(lambda: [t.money(), t.money(0)], 1, 6), t.pick("GRR", "NRR", "LOGO")
    return [accounts, measure], oracle_pay.retention([(f(a), f(b)) for a, b in accounts], measure)


def logo_retention(t: Typed) -> Given:
    start = t.rng.randint(100, 300)
    return [start, start - 7, 3], F(start - 10, start)


def churn(t: Typed) -> Given:
    start, lost = t.money(50_000), t.money(1, 9000)
    return [start, lost], f(lost) / f(start)


def coverage(t: Typed) -> Given:
    a, b = t.money(), t.money()
    return [a, b], f(a) / f(b)


def nps(t: Typed) -> Given:
    scores = t.many(lambda: t.rng.randint(0, 10), 1, 40)
    return [scores], oracle_pay.nps(scores)


def nps_counts(t: Typed) -> Given:
    counts = [t.rng.randint(1, 90) for _ in range(3)]
    return list(counts), oracle_totals.net_promoters(*counts)


def csat(t: Typed) -> Given:
    scores = t.many(lambda: t.rng.randint(1, 5), 1, 40)
    return [scores], F(sum(score >= 4 for score in scores), len(scores))


def csat_counts(t: Typed) -> Given:
    n = t.rng.randint(10, 90)
    return [n - 7, n], F(n - 7, n)


def health(t: Typed) -> Given:
    values = t.many(lambda: t.places(0, 100, 1), 1, 5)
    weights = [t.ratio(0.1, 2) for _ in values]
    return [values, weights], sum(a * b for a, b in zip(fs(values), fs(weights), strict=True)) / sum(
        fs(weights)
    )


def book_adjust(t: Typed) -> Given:
    accounts = t.many(lambda: [t.money(), t.money(0), t.pick("low", "high")], 1, 6)
    expected = {"low": t.ratio(0.9, 1), "high": t.ratio(0.5, 0.9)}
    start = sum(f(a) for a, _, _ in accounts)
    kept = sum(min(f(a), f(b)) for a, b, _ in accounts) / start
    due = sum(f(a) * f(expected[c]) for a, _, c in accounts) / start
    found = {"difference": kept - due, "actual": kept, "expected": due}
    return [accounts, [[name, ratio] for name, ratio in expected.items()]], found


def compa_ratio(t: Typed) -> Given:
    a, b = t.money(40_000), t.money(40_000)
    return [a, b], f(a) / f(b)


def range_penetration(t: Typed) -> Given:
    x, low, high = t.money(40_000), t.money(30_000, 60_000), t.money(60_001)
    return [x, low, high], (f(x) - f(low)) / (f(high) - f(low))


def merit(t: Typed) -> Given:
    increases, low, high = [0.031, 0.02], t.money(50_000, 60_000), t.money(80_000, 90_000)
    x, months, scale = t.money(40_000, 95_000), t.rng.randint(1, 12), t.ratio(0.5, 1)
    block = [[None, 0, 1], ["Met", *increases]]
    rows = oracle_pay.merit(f(x), fs(increases), [F(0), F(1)], f(low), f(high), f(scale), F(months))
    return [x, "Met", block, low, high, scale, months], [list(rows or ())]


def bonus_history(t: Typed) -> Given:
    ratios, more = t.many(lambda: t.ratio(0.9, 1.5), 3, 5), t.ratio(0, 0.1)
    return [ratios, more], oracle_totals.streak(fs(ratios), f(more), 3, F(1))


def promote(t: Typed) -> Given:
    x, rise, least = t.money(40_000), t.ratio(0, 0.3), t.money(40_000)
    return [x, rise, least], oracle_pay.promote(f(x), f(rise), f(least), None)


def geo_pay(t: Typed) -> Given:
    x, factor = t.money(), t.ratio(0.7, 1.4)
    return [x, "Here", [["Here", factor]]], f(x) * f(factor)


def skill_premium(t: Typed) -> Given:
    x, share, flat = t.money(), t.ratio(0, 0.1), t.money(0, 900)
    return [x, ["SQL", "Arabic"], [["SQL", share, None], ["Arabic", None, flat]]], f(x) * f(share) + f(flat)


def peer_gap(t: Typed) -> Given:
    x, peers = t.money(40_000), t.many(partial(t.money, 40_000), 1, 6)
    return [x, peers], f(x) / oracle_pay.median(fs(peers)) - 1


def rsu(t: Typed) -> Given:
    shares, price, rate = t.rng.randint(1, 900), t.money(5, 300), t.ratio(0, 0.5)
    return [shares, price, rate], [list(oracle_rewards.rsu(F(shares), f(price), f(rate)))]


def option(t: Typed) -> Given:
    shares, strike, price = t.rng.randint(1, 900), t.money(5, 100), t.money(101, 300)
    spread = shares * (f(price) - f(strike))
    return [shares, strike, price], [[spread, spread, F(0)]]


def espp(t: Typed) -> Given:
    discount, first, last = t.ratio(0, 0.3), t.money(5, 100), t.money(5, 100)
    return [discount, first, last], [list(oracle_rewards.espp(f(discount), f(first), f(last), True))]


def match(t: Typed) -> Given:
    salary, deferral, bands = t.money(), t.ratio(0, 0.2), [[0, 0.03, 1], [0.03, 0.05, 0.5]]
    tiers = [(f(a), f(b), f(c)) for a, b, c in bands]
    return [salary, deferral, bands], oracle_rewards.match(f(salary), f(deferral), tiers)


def benefits(t: Typed) -> Given:
    salary, amount, share = t.money(), t.money(1, 9000), t.ratio(0, 0.1)
    return [salary, [["Health", amount, 0], ["Retirement", 0, share]]], f(amount) + f(salary) * f(share)


def tax(t: Typed) -> Given:
    income = t.money(0, 400_000)
    upper, rates = [50_000, 120_000], [F(1, 10), F(23, 100), F(311, 1000)]
    rows = zip([0, *upper], rates, [15_750, None, None], strict=True)
    own = [[2025, "federal", start, float(rate), less] for start, rate, less in rows]
    head = ["year", "tax", "from", "rate", "deduction"]
    return [income, 2025, None, None, None, None, [head, *own]], (
        oracle_rewards.brackets(f(income), F(15_750), upper, rates))  # fmt: skip


CASES: dict[str, Callable[[Typed], Given]] = {
    f"CSM_{make.__name__.replace('_', '').upper()}": make
    for make in (
        total_comp, ote, pay_mix, split_ote, target_incentive, attainment, pay_curve, tier_pay, blended_rate,
        weighted, gate, modify, cap, matrix, mbo, commission, credit, spif, pool, pool_shares, rank_pay, days,
        prorate,
        eligible_salary, ramp, seasonal_quota, guarantee, draw, true_up, holdback, clawback, grr, nrr,
        retention, logo_retention, churn, coverage, nps, nps_counts, csat, csat_counts, health, book_adjust,
        rsu, option, espp, match, benefits, tax,
        compa_ratio, range_penetration, merit, bonus_history, promote, geo_pay, skill_premium, peer_gap,
    )
}  # fmt: skip


def test_every_exact_function_is_judged() -> None:
    assert find("CSM_OTE").category in EXACT
    # Net pay is gross pay less what CSM_TAX gives.
    assert {name for name, each in REGISTRY.items() if each.exact} == {*CASES, "CSM_NETPAY"}


@pytest.mark.parametrize("name", CASES)
def test_results_are_the_floats_nearest_to_the_exact_ones(name: str) -> None:
    for seed in range(TURNS):
        given, expected = CASES[name](Typed(seed))
        if expected is None:
            continue
        got = call(name, *given)
        if isinstance(expected, dict):
            expected = [[expected[column] for column in find(name).result.columns]]
        if isinstance(expected, list):
            wanted: Any = [[float(value) for value in row] for row in expected]
            got = got if isinstance(got, list) else [[got]]
        else:
            wanted = float(expected)
        assert got == wanted, (given, seed)


def test_a_column_shows_what_its_cells_show() -> None:
    t = Typed(1)
    deals = [(t.money(), t.ratio(0, 0.2), t.ratio(0, 1), t.money(1, 500)) for _ in range(MOST_EXACT)]
    exact = [f(x) * f(rate) * f(split) + f(fixed) for x, rate, split, fixed in deals]
    columns = [list(column) for column in zip(*deals, strict=True)]
    assert call("CSM_COMMISSION", *columns) == [[float(value)] for value in exact]


def test_a_long_column_shows_no_noise_of_floats() -> None:
    """What has 12 digits is shown with them; what has more is within a few units of its last place."""
    t = Typed(2)
    deals = [(t.money(1, 900), t.ratio(0, 0.2), t.money(0, 9)) for _ in range(3 * MOST_EXACT)]
    columns = [[deal[at] for deal in deals] for at in range(3)]
    found = call("CSM_COMMISSION", columns[0], columns[1], 1, columns[2])
    for (x, rate, fixed), (got,) in zip(deals, found, strict=True):
        exact = f(x) * f(rate) + f(fixed)
        short = f"{float(exact):.12g}"
        if Fraction(short) == exact:
            assert got == float(exact), (x, rate, fixed)
        assert got == pytest.approx(float(exact), rel=1e-14)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (("CSM_ATTAINMENT", 0.046, 0.04, "lower"), 0.85),
        (("CSM_PAYCURVE", 0.97, [[0.9, 0.5], [1, 1]]), 0.85),
        (("CSM_WEIGHTED", [0.1] * 3 + [1], [0.1, 0.2, 0.3, 0.4]), 0.46),
        (("CSM_OTE", 0.1, 0.2), 0.3),
        (("CSM_COMMISSION", 4545.45, 0.22), 999.999),
        (("CSM_TOTALCOMP", 84998.96, 1.04), 85000.0),
        (("CSM_TOTALCOMP", 99986.1, 1.1, 3, 5.3, 5.3), 100000.0),
        (("CSM_GRR", 1, 0.1, 0.05), 0.85),
    ],
)
def test_what_a_calculator_shows(formula: tuple[Any, ...], expected: float) -> None:
    assert call(*formula) == expected
