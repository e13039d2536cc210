"""Workbooks of earlier versions are refreshed: no table lacks a column that a refresh must write."""

from __future__ import annotations

import json
from pathlib import Path

from books import REFRESHED, small_tables

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.workbook.operations.laid_out import by_header, found_under
from csm_xl.workbook.operations.refresh.update import written
from csm_xl.workbook.template import template

HEADERS = json.loads((Path(__file__).parent / "headers_0_1_0.json").read_text(encoding="utf-8"))
"""Table → its headers, as version 0.1.0 laid them out."""


def test_a_workbook_of_version_0_1_0_lacks_no_column_that_a_refresh_needs() -> None:
    raws = [RawTable.of_rows(rows, name) for name, rows in small_tables().items()]
    tables = read_strict(raws, component_types(), PAY_TABLES)
    made = template(tables, "2026-Q1", run(tables, "2026-Q1").rows(), REFRESHED)
    seen, lacking = 0, []
    for one in written(made):
        there = by_header((header, header) for header in HEADERS.get(one.name, ()))
        for column in one.columns if there else ():
            seen += 1
            if not (column.folded or column.optional or found_under(there, column.header)):
                lacking.append((one.name, column.header))
    assert lacking == []
    assert seen > 100
