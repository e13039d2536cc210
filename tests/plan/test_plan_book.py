"""The plans of tables are made once for all tables with the same plans, from the tables that plans are in."""

from __future__ import annotations

import pytest

from csm_xl.analysis.scenario import with_cells
from csm_xl.engine.components import component_types
from csm_xl.plan.model import PlanBook, plan_book
from csm_xl.plan.table import Table, Tables
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.workbook.sample import sample_of


class Read(Tables):
    """Tables that remember which of them were asked for."""

    def __getitem__(self, name: str) -> Table:
        self.__dict__.setdefault("asked", set()).add(name)
        return super().__getitem__(name)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_strict(sample_of("revenue_centric"), component_types(), PAY_TABLES)


def test_nothing_else_is_read_for_a_book(tables: Tables) -> None:
    read = Read(tables.types, tables)
    book = PlanBook(read)
    asked = set(read.asked)  # type: ignore[attr-defined]
    assert asked == set(book.read)
    for plan in book.plan_ids:
        assert book.versions(plan) and book.pay_period(plan) and book.components(plan, 740_000)
    assert set(read.asked) == asked  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "column", "same"),
    [("results", "actual", True), ("roster", "base_salary", True), ("deals", "amount", True),
     ("plans", "target_value", False), ("components", "weight", False), ("curves", "payout", False),
     ("tiers", "rate", False)],
)  # fmt: skip
def test_a_book_is_that_of_the_same_plans(tables: Tables, name: str, column: str, same: bool) -> None:
    book = plan_book(tables)
    changed = with_cells(tables, name, column, [0], 0.5)
    assert (plan_book(changed) is book) == same
    assert plan_book(changed) is plan_book(changed)
    terms = plan_book(tables).every_component()
    assert [one.values for one in terms] == [one.values for one in PlanBook(tables).every_component()]


def test_a_changed_plan_is_in_its_book(tables: Tables) -> None:
    before = plan_book(tables)
    changed = with_cells(tables, "curves", "payout", [0], 0.125)
    name = str(tables["curves"].columns["curve_id"][0])
    assert plan_book(changed).parts["curves"][name].payout != before.parts["curves"][name].payout
    assert plan_book(tables).parts["curves"][name].payout == before.parts["curves"][name].payout
