"""Salaries that are not round: figures that formulas hand on are on no edge."""

import random
from datetime import datetime

from csm_xl.workbook.build import build
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.sample import sample_of


def test_a_workbook_of_salaries_with_cents_checks_clean(tmp_path):
    tables = {raw.name: [list(row) for row in raw.rows] for raw in sample_of("starter")}
    chance, at = random.Random(1), tables["roster"][0].index("base_salary")
    for row in tables["roster"][1:]:
        row[at] = round(row[at] * chance.uniform(0.97, 1.03), 2)  # within the range of the level
    who = tables["roster"][1][tables["roster"][0].index("employee_id")]
    tables["adjustments"] = [
        ["period", "employee_id", "amount", "reason"],
        *(["2026-Q1", who, amount, "late deal"] for amount in (100, -50.55, 5)),
    ]
    book = build(tmp_path / "cents.xlsx", tables, "2026", datetime(2026, 12, 31))
    assert check(book) == []
