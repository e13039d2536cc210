"""Whose taxes are estimated: people in the United States, paid in dollars; the others have a note."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from test_person_year import company, raws

from csm_xl.engine.person_year import HEADER, person_years
from csm_xl.engine.taxable import NO_STATE

TAXES = ("federal_tax", "state_tax", "payroll_tax", "net")


def of(person: dict[str, Any], *changes: dict[str, Any], **tables: Any) -> tuple[dict[str, Any], list[str]]:
    """The year of a person with something else on the roster, and the notes about them."""
    given = company() | tables
    given["roster"][1] |= person
    given["changes"] += [{"employee_id": "E2", **change} for change in changes]
    done = person_years(raws(given), 2025)
    rows = {row[1]: dict(zip(HEADER, row, strict=True)) for row in done.rows[1:]}
    assert rows["E1"]["net"] is not None
    return rows["E2"], [note for note, people in done.tax_notes.items() if "E2" in people]


@pytest.mark.parametrize(
    ("person", "told"),
    [
        ({"location": "Berlin"}, "Berlin is not known as a US location"),
        ({"location": "Remote"}, "Remote is not known as a US location; type the state"),
        ({"location": "Zürich"}, "Zürich is not known as a US location"),
        ({"location": "San Juan, Puerto Rico"}, "San Juan, Puerto Rico is not known as a US location"),
        ({"location": "San Juan, PR", "state": "PR"}, "PR is not a US state, and San Juan, PR is not known"),
        ({"location": "Guam"}, "Guam is not known as"),
        ({"location": "Hybrid"}, "Hybrid is not known as"),
        ({"location": "Toronto ON"}, "Toronto ON is not known as"),
        ({"location": "Remote CA"}, "CA in Remote CA can be California or Canada"),
        ({"location": "Toronto, CA"}, "CA in Toronto, CA can be California or Canada"),
        ({"location": "Tbilisi, Georgia"}, "Georgia in Tbilisi, Georgia can be Georgia or the country"),
        ({"location": "DE"}, "DE can be Delaware or Germany; type the state"),
        ({"location": "ca"}, "ca can be California or Canada"),
        ({"location": "Georgia"}, "Georgia can be Georgia or the country Georgia"),
        ({"location": "Remote - IN"}, "IN in Remote - IN can be Indiana or India"),
        ({"location": "Berlin", "state": "Bavaria"}, "Bavaria is not a US state, and Berlin is not known as"),
        ({"location": "Berlin", "state": "DE"}, "DE with Berlin can be Delaware or Germany"),
        ({"location": "Toronto", "state": "ca"}, "ca with Toronto can be California or Canada"),
        ({"currency": "EUR"}, "paid in EUR"),
        ({"currency": "gbp", "location": "Boston"}, "paid in GBP"),
        ({"state": "WI"}, "no figures for the income tax of WI"),
    ],
)
def test_no_estimate_and_why(person: dict[str, Any], told: str) -> None:
    row, notes = of(person)
    assert [row[name] for name in TAXES] == [None] * 4
    assert row["total"] == 22418.49  # all else is as before
    assert len(notes) == 1 and notes[0].startswith("no tax estimate: ") and told in notes[0]


@pytest.mark.parametrize(
    "person",
    [
        {"location": "Boston"}, {"location": "Waco, TX"}, {"location": "Remote - US"},
        {"location": "California"}, {"location": "DE, USA"}, {"location": "TX"},
        {"location": "IL", "state": "IL"}, {"location": "Portland, Oregon"}, {"location": "United States"},
        {"location": "Washington DC"}, {"location": "NY (Remote)"}, {"location": "New York, NY (remote)"},
        {"location": "Remote US"}, {"location": "Austin TX"},
        {"location": "Berlin", "state": "TX"}, {"location": "Remote", "state": "California"},
        {"location": "Remote", "state": "CA"}, {"location": "Berlin", "state": "California"},
    ],
)  # fmt: skip
def test_an_estimate_in_the_united_states(person: dict[str, Any]) -> None:
    row, notes = of(person)
    assert row["federal_tax"] > 0 and row["net"] < row["wages"]
    # A city or a state in the location is no state that somebody typed as the one that taxes.
    assert notes == ([] if "state" in person else [NO_STATE])
    assert "state" in person or row["state_tax"] == 0


def test_what_is_assumed_where_nothing_tells_the_place() -> None:
    row, notes = of({})
    assert row["federal_tax"] > 0
    assert notes == ["taxed as in the United States: no location and no state is stated"]


def test_who_moves_within_the_year() -> None:
    berlin = {"from": date(2025, 8, 1), "location": "Berlin"}
    row, notes = of({"location": "Boston"}, berlin)
    assert row["net"] is None and "Berlin is not known as a US location" in notes[0]
    row, notes = of({"location": "Boston"}, berlin | {"from": date(2026, 1, 1)})
    assert row["net"] is not None and notes == [NO_STATE]


def brackets(*taxes: str, year: int = 2025) -> list[dict[str, Any]]:
    deducted = {"federal", "WI"}
    return [{"year": year, "tax": tax, "from": 0, "rate": 0.1, "deduction": 0 if tax in deducted else None}
            for tax in taxes]  # fmt: skip


def test_own_rates_replace_just_those_that_they_hold() -> None:
    before, _ = of({})
    federal, _ = of({}, tax_brackets=brackets("federal"))
    assert federal["federal_tax"] == round(federal["wages"] * 0.1, 2) != before["federal_tax"]
    assert federal["payroll_tax"] == before["payroll_tax"]
    medicare, _ = of({}, tax_brackets=brackets("medicare"))
    assert medicare["federal_tax"] == before["federal_tax"]
    assert medicare["payroll_tax"] == pytest.approx(medicare["wages"] * (0.062 + 0.1), abs=0.01)
    state, notes = of({"state": "WI"}, tax_brackets=brackets("WI"))
    assert state["state_tax"] == round(state["wages"] * 0.1, 2) and notes == []
    assert state["federal_tax"] == before["federal_tax"]
