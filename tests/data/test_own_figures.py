"""Figures of one's own in place of the built-in ones, what a dataset is, and when it is stale."""

from datetime import date

import pytest

from csm_xl.data import catalogue, tax
from csm_xl.data.own_tax import OwnTaxes, Rate
from csm_xl.errors import CsmError
from csm_xl.functions import call


def test_every_dataset_names_its_source_and_has_rows():
    assert set(catalogue.HELD) == {"wages", "parities", "locations", "federal_tax", "state_tax"}
    for held in catalogue.HELD.values():
        of = held.dataset
        assert of.publisher and of.address.startswith("https://") and of.licence and of.as_of
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
