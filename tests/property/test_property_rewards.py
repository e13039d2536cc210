"""Vesting, RSUs, options, share purchase, match, tax and offers against fractions."""

import json
from datetime import date
from fractions import Fraction
from importlib.resources import files
from itertools import pairwise

import oracle
import oracle_rewards as judge
import pytest
from examples import examples
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import money, near, ratios, signed_money

from csm_xl.data import tax as law
from csm_xl.pay.benefits import benefits_value, employer_match
from csm_xl.pay.equity import OPTION_KINDS, black_scholes, espp, option_exercise, rsu
from csm_xl.pay.offers import Offer, offer_years, summed
from csm_xl.pay.rounding import exact, floats
from csm_xl.pay.tax import KINDS, net_pay, tax
from csm_xl.pay.vesting import Vesting, add_months, vest_schedule, vested_shares

days = st.dates(date(2023, 1, 1), date(2030, 12, 31))
shares = st.one_of(st.integers(0, 5000), st.integers(0, 10**15))
rates = st.one_of(
    st.integers(0, 100).map(lambda n: Fraction(n, 100)),
    st.integers(0, 10**4).map(lambda n: Fraction(n, 10**4)),
    st.integers(0, 10**12).map(lambda n: Fraction(n, 10**12)),
)
FEDERAL = json.loads((files("csm_xl") / "data" / "tax_federal.json").read_text())["years"]
STATES = json.loads((files("csm_xl") / "data" / "tax_states.json").read_text())["years"]["2025"]


@st.composite
def schedules(draw):
    months = sorted(draw(st.lists(st.integers(0, 72), min_size=1, max_size=8, unique=True)))
    parts = draw(st.lists(st.integers(0, 60), min_size=len(months), max_size=len(months)))
    assume(sum(parts))
    return [(month, Fraction(part, sum(parts))) for month, part in zip(months, parts, strict=True)]


def vesting_of(rows):
    return Vesting(tuple(month for month, _ in rows), tuple(share for _, share in rows))


@given(days, st.integers(0, 1200))
def test_months_later_against_the_calendar(day, months):
    assert date.fromordinal(int(add_months(day, months))) == judge.months_later(day, months)


@given(shares, days, schedules(), st.data())
@examples(300)
def test_vested_shares_against_the_calendar(granted, day, rows, data):
    vest_days = [judge.months_later(day, month) for month, _ in rows]
    beside = [date.fromordinal(d.toordinal() - 1) for d in vest_days]
    as_of = data.draw(st.sampled_from([*vest_days, *beside, day]) | days)
    expected = judge.vested(granted, day, rows, as_of)
    plan = vesting_of(rows)
    assert vested_shares(exact(granted), day, plan, as_of)[()] == expected
    assert vested_shares(float(granted), day, plan, [as_of, as_of]).tolist() == [expected] * 2


@given(shares, days, schedules())
def test_the_tranches_of_a_schedule_make_the_grant(granted, day, rows):
    tranches = vest_schedule(float(granted), day, vesting_of(rows))
    assert [when for when, _, _ in tranches] == [judge.months_later(day, month) for month, _ in rows]
    assert sum(int(part) for _, part, _ in tranches) == tranches[-1][2] == granted
    assert all(part >= 0 and part == int(part) for _, part, _ in tranches)
    for when, _, total in tranches:
        assert vested_shares(granted, day, vesting_of(rows), when) == total


@given(
    st.integers(1, 40),
    st.integers(0, 40),
    st.sampled_from([("monthly", 1), ("quarterly", 3), ("annually", 12)]),
)
def test_schedules_in_words_vest_at_one_pace(steps, cliff, every):
    word, step = every
    assume(cliff <= steps)
    plan = Vesting.of(f"{steps * step}m cliff {cliff * step} {word}")
    assert plan.months[-1] == steps * step
    assert all(later - earlier == step for earlier, later in pairwise(plan.months))
    assert plan.months[0] == max(cliff, 1) * step
    assert [total * steps * step for total in plan.cumulative] == list(plan.months)


@given(st.one_of(st.integers(0, 10**6), st.integers(0, 10**14)), money, rates)
@examples(500)
def test_rsus_against_the_oracle(units, price, rate):
    expected = judge.rsu(Fraction(units), price, rate)
    assert tuple(part[()] for part in rsu(exact(units), exact(price), exact(rate))) == expected
    income, sold, kept, value = rsu([float(units)], [float(price)], [float(rate)])
    assert sold[0] == expected[1] and kept[0] == expected[2]
    assert income[0] == pytest.approx(float(expected[0]), rel=1e-15)
    assert value[0] == pytest.approx(float(expected[3]), rel=1e-15)


@given(st.integers(1, 10**6), st.integers(1, 100))
def test_a_whole_number_of_shares_is_not_rounded_up(units, percent):
    sold = rsu(float(units), 1.0, percent / 100)[1]
    assert sold == -(-units * percent // 100)


@given(money, money, money, st.sampled_from(OPTION_KINDS))
def test_options_against_the_oracle(units, strike, price, kind):
    gain = units * (price - strike) if price > strike else Fraction(0)
    expected = (gain, gain, 0) if kind == "NSO" else (gain, 0, gain)
    found = option_exercise(exact(units), exact(strike), exact(price), kind)
    assert tuple(part[()] for part in found) == expected
    plain = option_exercise(float(units), float(strike), float(price), kind)
    assert [float(part) for part in plain] == pytest.approx(
        [float(part) for part in expected], rel=1e-9, abs=1e-6
    )


prices = st.floats(1, 500)


@given(prices, prices, st.floats(-0.05, 0.15), st.floats(0.05, 10), st.floats(0.05, 1.5), st.floats(0, 0.1))
def test_calls_against_the_two_terms_and_the_bounds(s, k, r, t, sigma, q):
    found = float(black_scholes(s, k, r, t, sigma, q))
    assert found == pytest.approx(judge.call_value(s, k, r, t, sigma, q), rel=1e-9, abs=1e-9)
    least = float(black_scholes(s, k, r, t, 0, q))
    assert least - 1e-9 <= found <= s
    put = found - s * 2.718281828459045 ** (-q * t) + k * 2.718281828459045 ** (-r * t)
    mirrored = float(black_scholes(k, s, q, t, sigma, r))
    assert put == pytest.approx(mirrored, rel=1e-9, abs=1e-7)  # a put is a call on the strike


@given(
    st.integers(0, 99).map(lambda n: Fraction(n, 100)), money.filter(bool), money.filter(bool), st.booleans()
)
def test_share_purchase_against_the_oracle(discount, first, last, lookback):
    expected = judge.espp(discount, first, last, lookback)
    found = espp(exact(discount), exact(first), exact(last), lookback)
    assert tuple(part[()] for part in found) == expected
    plain = espp(float(discount), float(first), float(last), lookback)
    for part, want in zip(plain, expected, strict=True):
        assert float(part) == pytest.approx(float(want), rel=1e-9, abs=1e-9 * float(last))


@given(money, rates, st.lists(rates, min_size=2, max_size=5, unique=True),
       st.lists(ratios, min_size=4, max_size=4), st.data())  # fmt: skip
@examples(200)
def test_matches_against_the_oracle(salary, deferral, bounds, given_rates, data):
    bounds = sorted(bounds)
    assume(all(later - earlier > Fraction(1, 10**8) for earlier, later in pairwise(bounds)))
    shares_ = [oracle.typed(float(rate)) for rate in given_rates]
    tiers = [(a, b, rate) for (a, b), rate in zip(pairwise(bounds), shares_, strict=False)]
    deferral = oracle.typed(data.draw(near(bounds, st.just(deferral))))
    assume(0 <= deferral <= 1)
    block = [[float(part) for part in tier] for tier in tiers]
    expected = judge.match(salary, deferral, tiers)
    assert employer_match(exact(salary), exact(deferral), block)[()] == expected
    plain = employer_match([float(salary)], float(deferral), block)
    assert plain[0] == pytest.approx(float(expected), rel=1e-9, abs=1e-7)


@given(st.lists(money, min_size=1, max_size=3), st.lists(st.tuples(money, rates), min_size=1, max_size=5))
def test_benefits_against_the_oracle(salaries, items):
    expected = [sum(amount + rate * salary for amount, rate in items) for salary in salaries]
    amounts, shares_ = [a for a, _ in items], [r for _, r in items]
    assert benefits_value(exact(salaries), exact(amounts), exact(shares_)).tolist() == expected
    plain = benefits_value(floats(exact(salaries)), floats(exact(amounts)), floats(exact(shares_)))
    assert plain.tolist() == pytest.approx([float(value) for value in expected], rel=1e-12, abs=1e-9)


def taxes(income, year, status, deduction=None):
    """The federal taxes by kind, from the figures as they are in the file."""
    figures = FEDERAL[year]
    standard = Fraction(figures["standard_deduction"][status])
    percent = [oracle.typed(rate) for rate in figures["rates"]]
    flat = figures["supplemental"]
    million = [flat["up_to"]], [oracle.typed(flat["rate"]), oracle.typed(flat["rate_above"])]
    return {
        "federal": judge.brackets(income, standard if deduction is None else deduction,
                                  figures["upper_bounds"][status], percent),
        "fica": judge.fica(income, figures["social_security"]["wage_base"],
                           figures["medicare"]["surtax_from"][status]),
        "supplemental": judge.brackets(income, Fraction(0), *million),
    }  # fmt: skip


def state_tax(income, code, status, deduction=None):
    figures = STATES[code]
    if figures.get("income_tax") is False:
        return Fraction(0)
    less = Fraction(figures["deduction"][status]) if deduction is None else deduction
    starts, percent = zip(*figures["brackets"][status], strict=True)
    return judge.brackets(income, less, list(starts[1:]), [oracle.typed(rate) for rate in percent])


incomes = st.one_of(
    st.integers(0, 3 * 10**8).map(lambda cents: Fraction(cents, 100)),
    st.sampled_from([0, 11925 + 15750, 176100, 200000, 200001, 250000, 10**6, 1083150, 2 * 10**6]).map(
        Fraction
    ),
)


@given(incomes, st.sampled_from(list(FEDERAL)), st.sampled_from(list(law.STATUSES)), st.none() | money)
@examples(200)
def test_federal_taxes_against_the_oracle(income, year, status, deduction):
    expected = taxes(income, year, status, deduction)
    federal = law.federal(year, status)
    less = None if deduction is None else exact(deduction)
    for kind, value in expected.items():
        assert tax(exact(income), federal, None, kind, less)[()] == value
        plain = tax([float(income)], federal, None, kind, None if less is None else float(deduction))
        assert plain[0] == pytest.approx(float(value), rel=1e-12, abs=1e-8)
    whole = tax(exact(income), federal, None, "all", less)[()]
    assert whole == expected["federal"] + expected["fica"]


@given(incomes, st.sampled_from(list(STATES)), st.sampled_from(list(law.STATUSES)), st.none() | money)
@examples(200)
def test_state_taxes_against_the_oracle(income, code, status, deduction):
    expected = state_tax(income, code, status, deduction)
    federal, state = law.federal(2025, status), law.state(code, 2025, status)
    less = None if deduction is None else exact(deduction)
    assert tax(exact(income), federal, state, "state", less)[()] == expected
    parts = {kind: tax(exact(income), federal, state, kind, less)[()] for kind in KINDS}
    assert parts["all"] == parts["federal"] + parts["state"] + parts["fica"]


@given(incomes, rates, st.sampled_from(list(law.STATUSES)), st.none() | st.sampled_from(list(STATES)))
def test_net_pay_against_the_oracle(gross, share, status, code):
    flat = oracle.half_away(gross * share, 4)
    federal = law.federal(2025, status)
    expected = gross - taxes(gross - flat, "2025", status)["federal"] - taxes(gross, "2025", status)["fica"]
    expected -= taxes(flat, "2025", status)["supplemental"]
    if code:
        expected -= state_tax(gross, code, status)
    state = law.state(code, 2025, status) if code else None
    assert net_pay(exact(gross), federal, state, exact(flat))[()] == expected
    plain = net_pay(float(gross), federal, state, float(flat))
    assert float(plain) == pytest.approx(float(expected), rel=1e-12, abs=1e-8)


FIELDS = {
    "base": money, "raise_ratio": rates, "target_bonus": money, "target_bonus_ratio": rates,
    "bonus_probability": ratios, "equity": money, "equity_grant": money, "equity_growth": rates,
    "benefits": money, "benefits_ratio": rates, "one_off": signed_money, "costs": money, "tax_ratio": rates,
    "cost_of_living": ratios.filter(bool),
}  # fmt: skip


@given(st.fixed_dictionaries(FIELDS), schedules(), st.integers(1, 6), rates)
def test_offers_against_the_oracle(terms, rows, years, rate):
    expected = judge.offer(terms, rows, years, rate)
    plan = vesting_of(rows)
    exactly = offer_years(Offer(**terms, vesting=plan), years, exact(rate)[()])
    assert [list(row) for row in zip(*exactly, strict=True)] == expected
    assert summed(exactly) == tuple(map(sum, zip(*expected, strict=True)))
    plain = offer_years(
        Offer(**{name: float(value) for name, value in terms.items()}, vesting=plan), years, float(rate)
    )
    for part, want in zip(plain, zip(*expected, strict=True), strict=True):
        scale = max(
            map(abs, map(float, [*want, *(row[2] for row in expected), *(row[0] for row in expected)]))
        )
        assert part.tolist() == pytest.approx(
            [float(value) for value in want], rel=1e-9, abs=1e-9 * (1 + 1e3 * scale)
        )
