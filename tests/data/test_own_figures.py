"""Figures of one's own in place of the built-in ones, what a dataset is, and when it is stale."""

import random
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from csm_xl.data import catalogue, tax
from csm_xl.data.own_tax import OwnTaxes, Rate
from csm_xl.errors import CsmError
from csm_xl.functions import call


def test_every_dataset_names_its_source_and_has_rows():
    assert set(catalogue.HELD) == {"wages", "parities", "locations", "federal_tax", "state_tax"}
    for held in catalogue.HELD.values():
        of = held.dataset
        assert of.publisher and of.address.startswith("https://") and of.license and of.as_of
        header, *rows = held.rows()
        assert rows and all(len(row) == len(header) for row in rows)
        assert held.age(date.fromisoformat(of.until)) == 0
        assert not held.stale(date.fromisoformat(of.until))
        assert held.stale(date.fromisoformat(of.due))
        assert of.due in str(held.warning(date.fromisoformat(of.due)))


def test_ages_are_days_since_the_figures_end():
    wages = catalogue.find("wages")
    assert (wages.age(date(2025, 6, 30)), wages.age(date(2025, 1, 1))) == (30, 0)
    assert catalogue.find("State tax").stale(date(2026, 1, 1))
    assert not catalogue.find("federal-tax").stale(date(2026, 12, 31))
    with pytest.raises(CsmError) as failed:
        catalogue.find("wage")
    assert "'wages'" in str(failed.value)


@pytest.mark.parametrize("status", tax.STATUSES)
def test_rates_that_are_exported_and_given_back_are_the_same_law(status):
    header, *rows = tax.rows(tax.FEDERAL.file)
    own = [header, *([2033, *row[1:]] for row in rows if row[0] == 2026)]
    for kind in ("federal", "fica", "supplemental", "all"):
        incomes = [9000, 85000, 250000, 1500000]
        assert call("CSM_TAX", incomes, 2033, status, None, kind, None, own) == call(
            "CSM_TAX", incomes, 2026, status, None, kind
        )
    header, *rows = tax.rows(tax.STATES.file)
    own = [header, *([2033, *row[1:]] for row in rows)]
    for state in ("CA", "New York", "TX"):
        mine = OwnTaxes(Rate(2033, row[1], row[2], row[3], row[4], row[5], str) for row in rows)
        assert tax.state(state, 2033, status, mine).deduction == tax.state(state, 2025, status).deduction
        assert call("CSM_TAX", 85000, 2026, status, state, "state", None,
                    [header, *([2026, *row[1:]] for row in rows)]) == call(
            "CSM_TAX", 85000, 2025, status, state, "state"
        )  # fmt: skip


def test_places_exported_are_what_geopay_takes():
    rows = catalogue.find("locations").rows()
    for basis in ("labour", "living"):
        given = call("CSM_GEOPAY", 60000, "California", rows, basis)
        assert given == pytest.approx(call("CSM_GEOPAY", 60000, "California", None, basis), abs=1e-6)


def test_wages_exported_are_what_marketpay_takes():
    rows = catalogue.find("wages").rows()
    assert call("CSM_MARKETPAY", "13-1199", "0014460", 0.6, rows) == call(
        "CSM_MARKETPAY", "13-1199", "Boston", 0.6
    )


@pytest.mark.parametrize("seed", range(6))
def test_an_offer_under_rates_of_ones_own_against_fractions(seed):
    rng = random.Random(seed)
    laws = {}
    for name in (*tax.FEDERAL_TAXES, "Atlantis"):
        bounds = [0, *sorted(rng.sample(range(1, 200000), rng.randint(0, 3)))]
        rates = [rng.randint(0, 200) / 1000 for _ in bounds]
        laws[name] = bounds, rates, rng.randint(0, 30000) if name in ("federal", "Atlantis") else None
    own = [["year", "tax", "from", "rate", "deduction"]]
    for name, (bounds, rates, deduction) in laws.items():
        each = zip(bounds, rates, [deduction, None, None, None], strict=False)
        own += [[2040, name, bound, rate, less] for bound, rate, less in each]

    def due(income):
        whole = Fraction(0)
        for name, (bounds, rates, deduction) in laws.items():
            left = max(income - (deduction or 0), 0)
            for (low, high), rate in zip(pairwise([*bounds, None]), rates, strict=True):
                if name != "supplemental":
                    sliced = max((left if high is None else min(left, high)) - low, 0)
                    whole += sliced * Fraction(str(rate))
        return whole

    base, bonus, benefits = rng.randint(0, 200000), rng.randint(0, 40000), rng.randint(0, 9000)
    terms = {"base": base, "raise": 0.04, "target_bonus": bonus, "benefits": benefits, "tax_year": 2040,
             "state": "Atlantis"}  # fmt: skip
    expected = []
    for year in range(3):
        pay = base * Fraction(26, 25) ** year + bonus
        expected.append(float(pay + benefits - due(pay)))
    block = [list(term) for term in terms.items()]
    assert [row[5] for row in call("CSM_OFFER", block, 3, 0, own)] == pytest.approx(expected, abs=1e-6)
    (row,) = call("CSM_OFFERCOMPARE", block, 3, 0, own)
    assert row[6] == pytest.approx(sum(expected), abs=1e-6)


HEAD = ["year", "tax", "from", "rate", "status", "deduction"]
FEDERAL_2040 = [HEAD, [2040, "federal", 0, 0.1, "", 15000]]


def test_a_year_that_only_some_taxes_of_ones_own_hold_gives_these():
    """Federal rows alone are enough for the federal tax; what lacks is named where it is asked for."""
    assert call("CSM_TAX", 85000, 2040, "single", None, "federal", None, FEDERAL_2040) == 7000
    for kind, lacking in (("fica", "social_security, medicare"), ("supplemental", "supplemental"),
                          ("all", "social_security, medicare")):  # fmt: skip
        with pytest.raises(CsmError, match=f"Add rows of {lacking} for 2040 to tax_brackets"):
            call("CSM_TAX", 85000, 2040, "single", None, kind, None, FEDERAL_2040)
    payroll = [[2040, "social_security", 0, 0.06, "", None], [2040, "medicare", 0, 0.01, "", None]]
    own = [*FEDERAL_2040, *payroll]
    assert call("CSM_TAX", 85000, 2040, "single", None, "all", None, own) == 7000 + 5950
    assert call("CSM_NETPAY", 85000, 2040, "single", None, 0, own) == 85000 - 12950
    with pytest.raises(CsmError, match="Add rows of supplemental for 2040"):
        call("CSM_NETPAY", 85000, 2040, "single", None, 5000, own)
    offer = [["base", 85000], ["tax_year", 2040]]
    assert call("CSM_OFFER", offer, 1, 0, own)[0][5] == 85000 - 12950
    wisconsin = [HEAD, [2040, "WI", 0, 0.05, "", 1000]]
    assert call("CSM_TAX", 85000, 2040, "single", "WI", "state", None, wisconsin) == 4200


@pytest.mark.parametrize("kind", ["federal", "fica", "all"])
def test_rows_of_one_tax_leave_the_others_built_in(kind):
    built_in = {each: call("CSM_TAX", 85000, 2025, "single", "CA", each)
                for each in ("federal", "state", "fica")}  # fmt: skip
    own = [HEAD, [2025, "federal", 0, 0.1, "", 15000]]
    wanted = {"federal": 7000.0, "fica": built_in["fica"],
              "all": 7000 + built_in["fica"] + built_in["state"]}  # fmt: skip
    assert call("CSM_TAX", 85000, 2025, "single", "CA", kind, None, own) == pytest.approx(wanted[kind])
