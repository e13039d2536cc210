"""Rows above a header, such as a report's title, are one finding; the table is read from its header on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from plan_tables import TYPES

from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import read_tables

HEAD = ["Deal ID", "Date", "Amount", "Kind", "Employee ID"]
ROWS: list[list[Any]] = [["D1", "2026-01-05", "1000", "upsell", "E1"], ["D2", "soon", "900", "", "E1"]]
PLANS = [["plan_id", "model", "pay_period", "target_basis"], ["p", "base_only", "month", "ratio"]]
ROSTER = [["employee_id", "plan_id", "base_salary", "hire_date"], ["E1", "p", "80000", "2024-01-01"]]


def told(tmp_path: Path, *rows: list[Any], name: str = "deals") -> list[tuple[str, str, Any]]:
    raws = []
    for table, lines in {"plans": PLANS, "roster": ROSTER, name: rows}.items():
        path = tmp_path / f"{table}.csv"
        path.write_text("".join(",".join(line) + "\n" for line in lines))
        raws.append(RawTable.of_csv(path))
    return [(str(one.message), one.where, one.got) for one in read_tables(raws, TYPES)[1]]


@pytest.mark.parametrize(
    "above",
    [
        [["Closed deals"]],
        [["Closed deals 2026-Q1"], [""], ["Exported 2026-04-02", "", "by Sample 01"]],
        [["Closed deals", "Amount"], [","]],  # a word of the title is a column
        [["", "", "USD"]],
    ],
)
def test_rows_above_the_header_are_told_in_one_finding(tmp_path: Path, above: list[list[Any]]) -> None:
    at = len(above) + 1
    first, *rest = told(tmp_path, *above, HEAD, *ROWS)
    shown = next(cell for line in above for cell in line if cell)
    assert first == (f"the header is in row {at}, not in row 1", "deals.csv row 1", shown)
    assert [where for _, where, _ in rest] == [f"deals.csv row {at + 2} (date)"]


def test_a_table_below_its_title_is_read_from_its_header_on(tmp_path: Path) -> None:
    found = told(tmp_path, ["Headcount"], *ROSTER, ["E2", "p", "lots", "2024-01-01"], name="roster")
    assert [where for _, where, _ in found] == ["roster.csv row 1", "roster.csv row 4 (base_salary)"]


@pytest.mark.parametrize("head", [HEAD, ["Deal ID", "date", "Kind", "Employee ID"], list("abcde")])
def test_a_header_in_the_first_row_is_none_below(tmp_path: Path, head: list[str]) -> None:
    assert not any("the header is in row" in said for said, _, _ in told(tmp_path, head, *ROWS))


def test_a_header_that_is_repeated_is_told_as_before(tmp_path: Path) -> None:
    head = ["deal_id", "date", "kind", "employee_id"]  # the amount is missing
    assert [said for said, _, _ in told(tmp_path, head, ["D1", "2026-01-05", "upsell", "E1"], head)] == [
        "the column amount of deals is missing",
        "the row repeats the header",
    ]
