"""RSUs, options, share purchase, match, benefits, tax and offers at their edges."""

from fractions import Fraction
from math import erf, exp, sqrt

import numpy as np
import pytest

from csm_xl.data import tax as law
from csm_xl.errors import CsmError
from csm_xl.pay.benefits import benefits_value, employer_match
from csm_xl.pay.equity import black_scholes, espp, option_exercise, rsu
from csm_xl.pay.offers import Offer, offer_years, summed
from csm_xl.pay.rounding import exact
from csm_xl.pay.tax import income_tax, net_pay, payroll_tax, supplemental_tax, tax
from csm_xl.pay.vesting import Vesting

SINGLE = law.federal(2025)


def places(caught):
    return [(issue.code, issue.where) for issue in caught.value.issues]


def test_shares_sold_to_cover_are_exact():
    units = np.array([850, 1000, 850, 75, 3, 0, 10, 10])
    rate = np.array([0.3, 0.029, 0.22, 0.3, 1 / 3, 0.3, 0, 1])
    # A third is kept to 12 decimals, which are a little less than a third.
    assert rsu(units, 40, rate)[1].tolist() == [255, 29, 187, 23, 1, 0, 0, 10]
    assert rsu(3, 40, 0.333333333334)[1] == 2
    assert rsu(10.0**13, 1, 1e-12)[1] == 10 and rsu(10.0**13, 1, 1.1e-12)[1] == 10
    assert rsu(4e12, 1, 0.22)[1] == 88e10 and rsu(5e12, 1, 0.07)[1] == 35e10
    assert [float(part) for part in rsu(2.5, 10, 1)] == [25, 2.5, 0, 0]
    assert [float(part) for part in rsu(2.5, 10, 0.5)] == [25, 2, 0.5, 5]
    assert [part[()] for part in rsu(exact(850), exact(40), exact(0.3))] == [34000, 255, 595, 23800]


def test_every_rate_on_every_count_of_shares_sells_the_whole_shares_that_cover_it():
    units, thousandths = np.arange(1_001)[:, None], np.arange(1_001)
    sold = rsu(units, 40, thousandths / 1_000)[1]
    assert (sold == -(-units * thousandths // 1_000)).all()
    assert (
        np.ceil(units * (thousandths / 1_000)).ravel().tolist() != sold.ravel().tolist()
    )  # floats are wrong
    for places in (6, 9, 12):
        parts = np.random.default_rng(places).integers(0, 10**places, 500)
        for most in (10**2, 10**6, 2**42, 2**44):
            counts = np.random.default_rng(most).integers(0, most, 500) // 8 * 8
            wanted = [
                -(-int(count) * int(part) // 10**places) for count, part in zip(counts, parts, strict=True)
            ]
            assert rsu(counts, 1, parts / 10**places)[1].tolist() == wanted


def test_no_income_no_sale():
    assert [float(part) for part in rsu(100, 50)] == [5000, 0, 100, 5000]
    assert [part.tolist() for part in rsu([10, 10], [0, 5], 0.3)] == [[0, 50], [0, 3], [10, 7], [0, 35]]
    assert [float(part) for part in rsu(0, 40, 1)] == [0, 0, 0, 0]


def test_options_under_water():
    assert [part.tolist() for part in option_exercise([10, 10], 12, [12, 11])] == [[0, 0], [0, 0], [0, 0]]
    assert [float(part) for part in option_exercise(2, 0, 5)] == [10, 10, 0]


def test_calls_at_their_limits():
    assert float(black_scholes(42, 40, 0.1, 0.5, 0.2)) == pytest.approx(4.7594223929, abs=1e-10)  # Hull, 15.9
    assert black_scholes([42, 38], 40, 0.1, 0, 0.2).tolist() == [2, 0]
    assert float(black_scholes(42, 40, 0.1, 0.5, 0)) == pytest.approx(42 - 40 * exp(-0.05))
    assert float(black_scholes(30, 40, 0.1, 0.5, 0)) == 0
    assert float(black_scholes(100, 100, 0, 1, 0.2)) == pytest.approx(100 * erf(0.1 / sqrt(2)), rel=1e-14)
    assert float(black_scholes(100, 100, 0.05, 1, 0.2, 0.05)) == pytest.approx(
        100 * exp(-0.05) * erf(0.1 / sqrt(2)), rel=1e-14
    )
    assert float(black_scholes(100, 1e-6, 0, 1, 0.2)) == pytest.approx(100 - 1e-6)
    assert black_scholes(exact(100), [100, 90], 0, 1, 0.2).dtype == np.float64


def test_share_purchase_plans():
    price, gain, ratio = espp(0.15, 10, [20, 8, 10])
    assert price.tolist() == [8.5, 6.8, 8.5] and gain.round(12).tolist() == [11.5, 1.2, 1.5]
    assert ratio.tolist() == pytest.approx([11.5 / 8.5, 1.2 / 6.8, 1.5 / 8.5])
    assert float(espp(0.15, 10, 20, lookback=False)[0]) == 17
    assert [float(part) for part in espp(0, 10, 10)] == [10, 0, 0]
    assert [float(part) for part in espp(0.5, 1, 0.5)] == [0.25, 0.25, 1]


def test_a_match_is_never_paid_twice():
    tiers = [(0, 0.03, 1), (0.03, 0.05, 0.5), (0.05, 0.1, 0.25)]
    deferrals = [0, 0.01, 0.03, 0.04, 0.05, 0.08, 0.1, 1]
    assert employer_match(100000, deferrals, tiers).round(9).tolist() == [
        0,
        1000,
        3000,
        3500,
        4000,
        4750,
        5250,
        5250,
    ]
    assert employer_match(exact(100000), 0.04, tiers)[()] == 3500
    assert float(employer_match(1000, 0.5, [(0.1, 0.2)])) == pytest.approx(80)  # begins at 10%, no end


def test_benefits_are_amounts_and_ratios():
    assert float(benefits_value(50000, [100, 200])) == 300
    assert float(benefits_value(50000, 0, [0.01, 0.02])) == 1500
    assert benefits_value(exact([100, 0]), [1], [0.5]).tolist() == [51, 1]
    assert float(benefits_value(50000, [100, 200], 0.1)) == 10300  # one ratio represents each item


def test_income_tax_at_the_edges_of_its_brackets():
    at = np.array([0, 15750, 15750 + 11925, 15750 + 48475, 15750 + 626350, 15750 + 626351])
    found = income_tax(at, SINGLE.income)
    assert found.round(9).tolist() == [0, 0, 1192.5, 5578.5, 188769.75, 188770.12]
    assert income_tax(50000, SINGLE.income, [0, 60000]).round(9).tolist() == [5914, 0]
    assert income_tax(exact(Fraction(47251, 3)), SINGLE.income)[()] == Fraction(1, 30)


def test_payroll_tax_at_its_bounds():
    assert payroll_tax([176100, 176101, 200000, 200001], SINGLE).round(9).tolist() == [
        13471.65, 13471.6645, 13818.2, 13818.2235,
    ]  # fmt: skip
    assert payroll_tax(exact(200001), SINGLE)[()] == Fraction(138182235, 10000)
    # The same wages, other thresholds of the surtax: 250,000 for a couple, 125,000 for one of it.
    surtax = [
        float(payroll_tax(260000, law.federal(2025, status))) - 10918.2 - 3770 for status in law.STATUSES
    ]
    assert surtax == pytest.approx([540, 90, 1215, 540])


def test_flat_rates_change_at_a_million():
    assert supplemental_tax([999999, 1000000, 1000001], SINGLE).round(9).tolist() == [
        219999.78,
        220000,
        220000.37,
    ]


def test_all_taxes_are_the_sum_of_three():
    state = law.state("CA", 2025)
    parts = [tax(85000, SINGLE, state, kind, 15000) for kind in ("federal", "state", "fica")]
    assert float(tax(85000, SINGLE, state, "all", 15000)) == pytest.approx(float(sum(parts)))
    assert float(tax(85000, SINGLE, None, "all")) == pytest.approx(10149 + 6502.5)
    assert tax(exact(85000), SINGLE, None, "all")[()] == Fraction(33303, 2)


def test_net_pay_with_a_supplemental_part():
    assert net_pay(100000, SINGLE, None, [0, 20000, 100000]).round(9).tolist() == [78901, 78901, 70350]
    assert float(net_pay(100000, SINGLE, law.state("IL", 2025))) == pytest.approx(78901 - 4950)
    assert float(net_pay(0, SINGLE)) == 0


def test_every_figure_of_the_law_can_be_read():
    for year in (2024, 2025, 2026):
        rates = [law.federal(year, status).income.brackets.rate for status in law.STATUSES]
        assert rates == [(0.1, 0.12, 0.22, 0.24, 0.32, 0.35, 0.37)] * 4
    without = {"WA", "TX", "TN", "FL", "NV"}
    codes = without | {"CA", "NY", "MN", "OR", "VA", "NJ", "MA", "IL", "CO", "GA", "NC", "AZ"}
    owed = {code: float(tax(100000, SINGLE, law.state(code, 2025), "state")) for code in codes}
    assert {code for code, value in owed.items() if value == 0} == without
    assert owed["IL"] == pytest.approx(4950) and owed["AZ"] == pytest.approx(0.025 * (100000 - 15750))
    assert all(2000 < value < 9000 for value in owed.values() if value)


@pytest.mark.parametrize("typed", ["married_joint", "Married filing jointly", "MFJ", "joint", " mjoint "])
def test_a_filing_status_has_several_names(typed):
    assert law.filing_status(typed) == "married_joint"


@pytest.mark.parametrize(
    ("call", "code", "where"),
    [
        (lambda: law.federal(2023), "#N/A", "year"),
        (lambda: law.federal("2025.5"), "#N/A", "year"),
        (lambda: law.state("CA", 2026), "#N/A", "year"),
        (lambda: law.state("OH", 2025), "#N/A", "state"),
        (lambda: law.federal(2025, "married"), "#VALUE!", "status"),
        (lambda: tax(1, SINGLE, None, "state"), "#VALUE!", "state"),
        (lambda: tax(1, SINGLE, None, "local"), "#VALUE!", "kind"),
        (lambda: tax([1, -1], SINGLE), "#VALUE!", "income row 2"),
        (lambda: tax(-1, SINGLE, None, "fica"), "#VALUE!", "income"),
        (lambda: tax(-1, SINGLE, None, "supplemental"), "#VALUE!", "income"),
        (lambda: tax(1, SINGLE, None, "federal", -1), "#VALUE!", "deduction"),
        (lambda: net_pay(-1, SINGLE), "#VALUE!", "gross"),
        (lambda: net_pay(1, SINGLE, None, -1), "#VALUE!", "supplemental"),
        (lambda: net_pay([5, 1], SINGLE, None, [5, 1.01]), "#VALUE!", "supplemental row 2"),
        (lambda: rsu(-1, 1), "#VALUE!", "shares"),
        (lambda: rsu(1, -1), "#VALUE!", "price"),
        (lambda: rsu(1, 1, [0, 1.1]), "#VALUE!", "withholding row 2"),
        (lambda: rsu(1, 1, -0.1), "#VALUE!", "withholding"),
        (lambda: option_exercise(-1, 1, 1), "#VALUE!", "shares"),
        (lambda: option_exercise(1, -1, 1), "#VALUE!", "strike"),
        (lambda: option_exercise(1, 1, -1), "#VALUE!", "price"),
        (lambda: option_exercise(1, 1, 1, "RSU"), "#VALUE!", "kind"),
        (lambda: black_scholes(0, 1, 0, 1, 0.1), "#NUM!", "price"),
        (lambda: black_scholes(1, -1, 0, 1, 0.1), "#NUM!", "strike"),
        (lambda: black_scholes(1, 1, 0, -1, 0.1), "#VALUE!", "years"),
        (lambda: black_scholes(1, 1, 0, 1, [0.1, -0.1]), "#VALUE!", "volatility row 2"),
        (lambda: espp(1, 10, 10), "#VALUE!", "discount"),
        (lambda: espp(-0.1, 10, 10), "#VALUE!", "discount"),
        (lambda: espp(0.1, 0, 10), "#NUM!", "offer_price"),
        (lambda: espp(0.1, 10, 0), "#NUM!", "purchase_price"),
        (lambda: employer_match(-1, 0.1, [(0, 1)]), "#VALUE!", "salary"),
        (lambda: employer_match(1, 1.1, [(0, 1)]), "#VALUE!", "deferral_ratio"),
        (lambda: employer_match(1, -0.1, [(0, 1)]), "#VALUE!", "deferral_ratio"),
        (lambda: employer_match(1, 0.1, [(0, 0.05, 1), (0.04, 0.06, 1)]), "#VALUE!", "tiers row 1"),
        (lambda: benefits_value(-1, [1]), "#VALUE!", "salary"),
        (lambda: benefits_value(1, [1, -1]), "#VALUE!", "items amount row 2"),
        (lambda: benefits_value(1, [1, 1], [-1, 0]), "#VALUE!", "items ratio row 1"),
        (lambda: Offer(-1), "#VALUE!", "base"),
        (lambda: Offer(1, benefits_ratio=-0.1), "#VALUE!", "benefits_ratio"),
        (lambda: Offer(1, raise_ratio=-1), "#VALUE!", "raise_ratio"),
        (lambda: Offer(1, equity_growth=-1.5), "#VALUE!", "equity_growth"),
        (lambda: Offer(1, tax_ratio=1.01), "#VALUE!", "tax_ratio"),
        (lambda: Offer(1, cost_of_living=0), "#NUM!", "cost_of_living"),
        (lambda: offer_years(Offer(1), 0), "#VALUE!", "years"),
        (lambda: offer_years(Offer(1), 51), "#VALUE!", "years"),
        (lambda: offer_years(Offer(1), 1.5), "#VALUE!", "years"),
        (lambda: offer_years(Offer(1), 1, -1), "#NUM!", "discount_rate"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(call, code, where):
    with pytest.raises(CsmError) as caught:
        call()
    assert places(caught) == [(code, where)]


def test_an_offer_follows_its_years():
    terms = Offer(
        100000,
        0.1,
        target_bonus=5000,
        target_bonus_ratio=0.1,
        bonus_probability=0.5,
        one_off=-2000,
        benefits=1000,
        benefits_ratio=0.05,
        costs=500,
        tax_ratio=0.25,
        cost_of_living=1.25,
    )
    found = offer_years(terms, 3, 0.25)
    assert found.base.round(6).tolist() == [100000, 110000, 121000]
    assert found.variable.round(6).tolist() == [7500, 8000, 8550]
    assert found.benefits.round(6).tolist() == [6000, 6500, 7050]
    assert found.one_off.tolist() == [-2000, 0, 0] and found.equity.tolist() == [0, 0, 0]
    first = (100000 + 7500 - 2000) * 0.75 + 6000 - 500
    assert found.total[0] == pytest.approx(first / 1.25)
    assert found.present_value[0] == pytest.approx(first / 1.25 / 1.25)
    assert found.present_value[2] == pytest.approx(found.total[2] / 1.25**3)


def test_a_grant_is_worth_its_price_when_it_vests():
    grant = Offer(0, equity_grant=4800, equity_growth=0.1)
    assert offer_years(grant, 5).equity.round(6).tolist() == [1320, 1452, 1597.2, 1756.92, 0]
    monthly = Offer(0, equity_grant=4800, equity_growth=0.1, vesting=Vesting.of("48m cliff 12"))
    assert offer_years(monthly, 2).equity.round(6).tolist() == [1320, 1331]
    at_once = Offer(0, equity=7, equity_grant=100, vesting=Vesting.of([(0, 0.5), (1, 0.5)]))
    assert offer_years(at_once, 2).equity.tolist() == [107, 7]


def test_tax_takes_its_share_of_base_variable_equity_and_one_off_pay():
    offer = Offer(100, target_bonus=20, equity=30, benefits=40, one_off=50, tax_ratio=0.1)
    assert offer_years(offer).total.tolist() == [220, 175, 175, 175]
    assert offer_years(Offer(100, benefits=40, tax_ratio=1)).total.tolist() == [40] * 4


def test_nothing_is_taxed_below_nothing():
    assert offer_years(Offer(0, one_off=-100, tax_ratio=0.5), 1).total.tolist() == [-100]


def test_an_offer_under_the_law_of_a_year():
    found = offer_years(Offer(100000, benefits=5000), 2, taxes=lambda pay: tax(pay, SINGLE, None, "all"))
    assert found.total.round(6).tolist() == [83901, 83901]
    assert summed(found)[0] == 200000
