"""The public figures: what is in the files, how places are named, and what is not there."""

from fractions import Fraction

import pytest

from csm_xl.data import places, prices, wages
from csm_xl.data.names import Names
from csm_xl.errors import CsmError


def refused(call, *arguments):
    with pytest.raises(CsmError) as caught:
        call(*arguments)
    return caught.value


def test_every_estimate_is_whole_or_withheld():
    rows = wages.published()
    assert len(rows) == 695 and len(wages.occupations().called) == 8 and len(wages.areas().called) == 88
    withheld = [key for key, row in rows.items() if None in row.at]
    assert withheld == [("41-9031", "2800000"), ("41-9031", "5100000"), ("13-1111", "7200000")]
    for key, row in rows.items():
        if key not in withheld:
            assert list(row.at) == sorted(row.at) and row.at[0] > 0
            assert 0 < row.rse < 0.25 and row.mean > 0


def test_the_proxies_are_told_from_the_others():
    assert wages.wages("13-1199", "National").proxy and not wages.wages("11-2022", "National").proxy
    row = wages.wages("41-3091", "national")
    assert (row.at, row.rse, row.mean, row.employment) == (
        (37980, 47670, 69990, 100480, 148840), 0.004, 82430, 1256010)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("New York", "3600000"),  # the state is so named; of the metropolitan area it is the first city
        ("New York, NY", "0035620"),
        ("New York-Newark-Jersey City, NY-NJ", "0035620"),
        ("Washington", "5300000"),
        ("Washington, DC", "0047900"),
        ("DC", "1100000"),
        ("  san FRANCISCO ", "0041860"),
        ("St. Louis", "0041180"),
        ("600000", "0600000"),
        ("0000000", "0000000"),
        ("US", "0000000"),
        ("Guam", "6600000"),
        ("Nashville", "0034980"),
    ],
)
def test_what_places_are_called(typed, code):
    assert wages.areas().find(typed, "area") == code


def test_an_unknown_name_is_told_with_a_near_one():
    error = refused(wages.areas().find, "San Fransisco", "area")
    assert error.code == "#N/A" and error.where == "area" and "San Francisco" in str(error)
    error = refused(prices.states().find, "Calfornia", "location")
    assert "Did you mean 'California'?" in str(error)
    assert refused(wages.occupations().find, "Customer Success Manager", "occupation").where == "occupation"


def test_a_name_that_fits_two_things_names_neither():
    names = Names("town", {"a": ("A", "Springfield"), "b": ("B", "Springfield"), "c": ("C", "Ogden")})
    assert names.find("ogden", "town") == "c" and names.find("b", "town") == "b"
    assert refused(names.find, "Springfield", "town").code == "#N/A"


def test_what_is_withheld_or_missing_is_told_apart():
    assert "not published" in str(refused(wages.wages, "41-9031", "Virginia"))
    assert "not in the extract" in str(refused(wages.wages, "41-9031", "Wyoming"))


def test_parities_are_those_of_all_states_and_the_nation():
    parities = prices.parities()
    assert len(parities) == 52 and parities["0000000"] == 1
    assert parities["0500000"] == Fraction(865, 1000) == min(parities.values())
    assert max(parities, key=parities.get) == "0600000"
    states = {code for code, row in wages.areas().called.items() if code.endswith("00000")}
    assert set(parities) <= states


def test_factors_of_places():
    assert places.labour("National") == places.living("National") == 1
    here, there = (wages.published()[code, area].at[2] for code, area in [
        ("13-1199", "0041860"), ("13-1199", "0000000")])  # fmt: skip
    assert here / there == pytest.approx(1.39, abs=0.15)
    assert places.labour("San Francisco") == pytest.approx(1.393, abs=0.001)
    assert refused(places.living, "San Francisco").where == "location"
    assert refused(places.labour, "Nowhere").where == "location"
