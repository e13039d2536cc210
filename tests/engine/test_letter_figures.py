"""Companies with every way to be paid at once: each person on a plan has the figures of a plan letter."""

from __future__ import annotations

from math import isfinite

import pytest
from everything import Everything
from scenarios import raw

from csm_xl.analysis.letter_pay.examples import examples
from csm_xl.analysis.letter_pay.pay import pay_tables
from csm_xl.analysis.letter_pay.terms import year_terms
from csm_xl.engine.loading import load


@pytest.mark.parametrize("seed", [5, 23, 40, 43])
def test_companies_with_every_way_to_be_paid_have_figures(seed: int) -> None:
    tables = load(raw(Everything(seed).tables))
    terms = year_terms(tables, 2026, None)
    assert terms
    found, cases = pay_tables(tables, terms), examples(tables, terms)
    rows = [row for table in found.values() for some in table.at.values() for row in some]
    assert rows
    assert all(isfinite(row.period) and isfinite(row.year) for row in rows)
    paying = {
        (one.employee_id, each.component_id)
        for one in terms
        for each in one.components
        if each.pays_on == "deals"
    }
    assert paying <= set(cases)
