"""A result that is missing: what is reported, and where."""

from __future__ import annotations

from datetime import date

import pytest
from books import small_tables

from csm_xl.engine.run import run
from csm_xl.errors import CsmError, Issue
from csm_xl.plan.raw import RawTable


def missing(tables: dict[str, list[list[object]]]) -> Issue:
    with pytest.raises(CsmError) as caught:
        run([RawTable.of_rows(rows, name) for name, rows in tables.items()], "2026-Q1")
    (issue,) = [one for one in caught.value.issues if "no result GRR" in one.message]
    return issue


def test_a_date_that_was_typed_for_a_quarter_is_pointed_at() -> None:
    tables = small_tables()
    tables["results"][1][0] = date(2026, 3, 31)
    issue = missing(tables)
    assert issue.where == "results, row 2 (period)" and issue.got == "2026-03"
    assert issue.hint.startswith("Type 2026-Q1 here if that is meant: a date means its month.")


def test_results_of_each_month_are_no_slip() -> None:
    tables = small_tables()
    row = tables["results"].pop()
    tables["results"] += [[f"2026-{month:02}", *row[1:]] for month in (1, 2, 3)]
    issue = missing(tables)
    assert issue.where == "results" and issue.hint.startswith("Add a row 2026-Q1, team, East, GRR;")
