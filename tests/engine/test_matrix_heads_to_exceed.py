"""Matrices of which single rows or columns must be exceeded: "from 100%", beside "above 120%"."""

from __future__ import annotations

from typing import Any

import pytest
from small_company import company, one, result, steps

from csm_xl.errors import CsmError
from csm_xl.plan.toml import from_toml

CELLS = ((0.9, 0.8, 0.4), (0.9, 1, 0.6), (1, 0.8, 0.8), (1, 1, 1.2))


def plan(own: float, beside: float, flags: dict[int, str], **options: Any) -> dict[str, Any]:
    """flags: cell → the flag that it has."""
    tables = company(matrix_id="M", column_measure="NPS")
    tables["matrices"] = [
        {"matrix_id": "M", "row": x, "column": y, "payout": p} | ({flags[at]: True} if at in flags else {})
        for at, (x, y, p) in enumerate(CELLS)
    ]
    tables["matrices"][0] |= options
    tables["results"] = [result("E0001", own * 50, 50), result("E0001", beside * 40, 40, "NPS")]
    return tables


@pytest.mark.parametrize(("own", "beside", "ratio"), [
    (0.9, 0.8, 0.4), (1, 1, 0.6), (1, 0.8, 0.4), (1.0000001, 0.8, 0.8), (1.01, 1, 1.2), (0.89, 1, 0),
])  # fmt: skip
@pytest.mark.parametrize("cell", [2, 3])
def test_only_the_row_of_the_cell_must_be_exceeded(own, beside, ratio, cell):
    assert one(plan(own, beside, {cell: "exceed_row"}))["payout_ratio"] == ratio


@pytest.mark.parametrize(("own", "beside", "ratio"), [(1, 1, 0.8), (1, 1.01, 1.2), (0.9, 0.8, 0.4)])
def test_only_the_column_of_the_cell_must_be_exceeded(own, beside, ratio):
    assert one(plan(own, beside, {1: "exceed_column"}))["payout_ratio"] == ratio


def test_rows_and_columns_and_strict():
    both = {1: "exceed_column", 2: "exceed_row"}
    assert one(plan(1, 1, both))["payout_ratio"] == 0.4
    assert one(plan(1.01, 1.01, both))["payout_ratio"] == 1.2
    assert one(plan(0.9, 0.8, {}, strict=True))["payout_ratio"] == 0


@pytest.mark.parametrize(("own", "ratio"), [(0.9, 0), (0.95, 0.6), (1, 0.8)])
def test_straight_lines_pay_nothing_at_a_first_row_to_exceed(own, ratio):
    found = one(plan(own, 0.8, {0: "exceed_row"}, mode="bilinear"))["payout_ratio"]
    assert found == pytest.approx(ratio, abs=1e-12)


def test_the_explanation_says_which_row():
    rule = steps(plan(1, 1, {2: "exceed_row"}))["Payout ratio"][1]
    assert "of rows 0.9, above 1 and columns 0.8, 1;" in rule


def test_toml_reads_it():
    text = """
[[matrices]]
matrix_id = "M"
cells = [[0.9, 0.8, 0.4], { row = 1, column = 0.8, payout = 0.8, exceed_row = true }]
"""
    (raw,) = from_toml(text)
    at = list(raw.rows[0]).index("exceed_row")
    assert [row[at] for row in raw.rows[1:]] == [None, True]
    with pytest.raises(CsmError, match="a row of cells has no key 'exceed'") as caught:
        from_toml(text.replace("exceed_row", "exceed"))
    assert "Allowed: row, column, payout, exceed_row, exceed_column." in caught.value.issues[0].hint
