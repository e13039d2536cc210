"""Ramps, seasons, matrices, peer groups and accounts that cannot be, each told with its cell; and TOML."""

from __future__ import annotations

from typing import Any

import pytest
from small_company import (
    ACCOUNTS,
    MATRIX,
    RISKS,
    account,
    company,
    issues,
    ramps,
    raws,
    result,
    seasons,
)

from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError
from csm_xl.plan.schema import PLAN_TABLES
from csm_xl.plan.tables import PAY_TABLES, read_strict, rows_of
from csm_xl.plan.toml import from_toml, to_toml

BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"ramp_id": "R", "scope": "team"}, "ramp_id", "applies to people, but the scope is team"),
    ({"season_id": "S", "cumulative": "ytd_latest"}, "season_id", "the goal already covers the year to date"),
    ({"ramp_id": "Q"}, "ramp_id", "there is no ramp_id 'Q' in ramps"),
    ({"season_id": "Q"}, "season_id", "there is no season_id 'Q' in seasons"),
    ({"season_id": "S3"}, "season_id", "has 3 periods, but the plan's year has 4"),
    ({"matrix_id": "Q", "column_measure": "NPS"}, "matrix_id", "no matrix_id 'Q' in matrices"),
    ({"matrix_id": "M"}, "column_measure", "the matrix has columns, but no measure"),
    ({"matrix_id": "M", "column_measure": "NPS", "curve_id": "K"}, "matrix_id", "both the curve K"),
    ({"column_measure": "NPS"}, "column_measure", "there is no matrix"),
    ({"peer_group": "squad"}, "peer_group", "unknown peer_group 'squad'"),
    ({"peer_group": "team", "cumulative": "ytd_sum"}, "peer_group", "not by a sum"),
    ({"peer_group": "team", "ramp_id": "R"}, "ramp_id", "among peers has no goal"),
    ({"kicker_ratio": -0.1}, "kicker_ratio", ""),
    ({"book_adjusted": True}, "book_adjusted", "the scope is individual"),
]  # fmt: skip


@pytest.mark.parametrize(("component", "where", "words"), BAD)
def test_components_that_cannot_be_are_told_with_their_cell(component, where, words):
    tables = company(**component)
    tables |= {"ramps": ramps(0.5, 1), "seasons": [*seasons(0.25, 0.25, 0.25, 0.25), *(
        {"season_id": "S3", "period_number": n, "share": 0.25} for n in (1, 2, 3))],
        "matrices": MATRIX, "curves": [{"curve_id": "K", "attainment": 1, "payout": 1}],
        "risk_classes": RISKS, "results": [result("E0001", 1, 1)]}  # fmt: skip
    found = issues(tables)
    said = found[f"components, row 2 ({where})"]
    assert said.startswith("error: ")
    assert words in said


@pytest.mark.parametrize(("name", "rows", "where", "words"), [
    ("ramps", [*ramps(0.1, 0.2), {"ramp_id": "R", "month": 4, "share": 1}], "row 4 (month)", "no month 3"),
    ("ramps", [*ramps(0.1), {"ramp_id": "R", "month": 1, "share": 1}], "row 3 (ramp_id)", "duplicate"),
    ("ramps", [{"ramp_id": "R", "month": 1, "share": -1}], "row 2 (share)", "0"),
    ("ramps", [{"ramp_id": "R", "month": 1.5, "share": 1}], "row 2 (month)", "whole"),
    ("seasons", [{"season_id": "S", "period_number": 2, "share": 1}], "row 2 (period_number)",
     "has no period number 1"),
    ("seasons", seasons(0, 0, 0, 0), "row 2 (share)", "sum to 0"),
    ("matrices", MATRIX[:3], "row 4 (payout)", "no payout at (row, column) (1, 1)"),
    ("matrices", [*MATRIX, MATRIX[0]], "row 6 (matrix_id)", "duplicate"),
    ("matrices", [MATRIX[0], {**MATRIX[1], "mode": "bilinear"}], "row 3 (mode)", "another mode"),
    ("accounts", [account("A", "E9", 1, 1)], "row 2 (employee_id)", "no employee_id 'E9'"),
    ("accounts", [account("A", "E0001", 1, 1), account("A", "E0001", 2, 1)], "row 3 (period)", "duplicate"),
    ("accounts", [account("A", "E0001", 1, -1)], "row 2 (end)", "0"),
])  # fmt: skip
def test_tables_that_cannot_be_are_told_with_their_cell(name, rows, where, words):
    tables = company()
    tables |= {name: rows, "results": [result("E0001", 1, 1)]}
    found = issues(tables)
    assert words in found[f"{name}, {where}"], found
    assert found[f"{name}, {where}"].startswith("error: ")


def test_accounts_must_have_a_risk_class_where_a_component_is_adjusted():
    tables = company("E1", "E2", measure="GRR", scope="team", book_adjusted=True)
    more = [account("D", "E2", 400, 400), account("E", "E2", 1, 1, risk_class="lo"),
            account("F", "E1", 9, 9, risk_class="low", new=True, team="T9")]  # fmt: skip
    tables |= {"accounts": [*ACCOUNTS[:3], *more], "risk_classes": RISKS}
    del tables["results"]
    found = issues(tables)
    assert found["accounts, row 5 (risk_class)"].startswith("error: the account has no risk class, but")
    assert "there is no risk class 'lo'" in found["accounts, row 6 (risk_class)"]
    assert found["accounts, row 7 (new)"].startswith("warning: a new account has revenue at the start")
    assert found["accounts, row 7 (team)"].startswith("warning: nobody is in the team 'T9'")
    del tables["risk_classes"]
    assert issues(tables)["components, row 2 (book_adjusted)"].startswith("error: there are no risk_classes")


def test_the_new_tables_survive_toml():
    tables = company(ramp_id="R", season_id="S", kicker_ratio=0.1)
    tables["components"] += [
        {**tables["components"][0], "component_id": "D", "ramp_id": None, "season_id": None, "matrix_id": "M",
         "column_measure": "NPS", "peer_group": "team"},
    ]  # fmt: skip
    tables |= {"ramps": ramps(0, 0.5, 1), "seasons": seasons(0.1, 0.2, 0.3, 0.4), "matrices": [
        {**MATRIX[0], "mode": "bilinear"}, *MATRIX[1:]], "risk_classes": RISKS}  # fmt: skip
    read = read_strict(raws(tables), component_types(), PAY_TABLES)
    text = to_toml(read)
    assert "months = [[1, 0], [2, 0.5], [3, 1]]" in text
    assert 'mode = "bilinear"\ncells = [[0.9, 0.8, 0.4], ' in text
    again = read_strict(from_toml(text), component_types())
    for name in PLAN_TABLES:
        assert rows_of(read[name]) == rows_of(again[name])
    with pytest.raises(CsmError, match="this says not month and share"):
        from_toml('[[ramps]]\nramp_id = "R"\nmonths = [[1, 0.5, 1]]')
