"""The fingerprint of a plan: the same for the same plan, however it is written down."""

from __future__ import annotations

from datetime import date
from typing import Any

from csm_xl.engine.components import component_types
from csm_xl.plan.fingerprint import fingerprint
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import Column, schemas
from csm_xl.plan.table import Table, Tables
from csm_xl.plan.tables import read_tables

Rows = list[list[Any]]


def plan(*extra: tuple[str, Any], **valid: Any) -> dict[str, Rows]:
    names = [
        "plan_id",
        "model",
        "pay_period",
        "target_basis",
        "target_value",
        *(name for name, _ in extra),
        *valid,
    ]
    row = ["p", "base_bonus", "quarter", "ratio", 0.1, *(value for _, value in extra), *valid.values()]
    return {
        "plans": [names, row],
        "components": [
            ["plan_id", "component_id", "type", "weight", "measure"],
            ["p", "m", "metric", 1, "GRR"],
        ],
    }


def of(tables: dict[str, Rows]) -> str:
    return fingerprint(
        read_tables([RawTable.of_rows(rows, name) for name, rows in tables.items()], component_types())[0]
    )


def test_defaults_and_blanks_say_nothing() -> None:
    assert of(plan()) == of(plan(("currency", "USD"), ("rounding", "line"), ("over_assignment", False)))
    assert of(plan()) == of(plan(("plan_cap", None), ("Comment", "agreed in May")))
    assert of(plan()) != of(plan(("rounding", "step"))) != of(plan(("over_assignment", True)))


def test_a_version_that_another_ends_has_the_same_end_said_or_not() -> None:
    one, two = plan(valid_from=None, valid_to=None), plan(valid_from=None, valid_to=date(2026, 6, 30))
    for tables in (one, two):
        tables["plans"].append(["p", "base_bonus", "quarter", "ratio", 0.2, date(2026, 7, 1), None])
    assert of(one) == of(two)
    two["plans"][1][-1] = date(2026, 5, 31)
    assert of(one) != of(two)


def test_a_new_column_of_a_table_leaves_it_alone() -> None:
    read = read_tables([RawTable.of_rows(rows, name) for name, rows in plan().items()], component_types())[0]
    before = fingerprint(read)
    schema = schemas(component_types())["plans"]
    fresh = Column("fresh", "word", "New.", default="x")
    grown = type(schema)(schema.name, schema.help, (*schema.columns, fresh), schema.key)
    table = read["plans"]
    columns = {**table.columns, "fresh": table.columns["plan_id"].copy()}
    columns["fresh"][:] = "x"
    assert fingerprint(Tables(read.types, {**read, "plans": Table(grown, columns, table.rows)})) == before
