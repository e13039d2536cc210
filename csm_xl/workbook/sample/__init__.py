"""The sample: 60 Customer Success Managers, with made-up names, under six plans over the quarters of 2026.

The plans are the plan templates, one of them paid by the quarter instead of the half-year. Salaries are
placed in the published wage distribution of each person's area (`csm_xl/data/README.md` names the
source); everything else is made up by a seeded generator, with attainments spread as they are in real
life, and the cases that a year brings: somebody joins, leaves, is on leave, gets a raise and another
plan in mid-quarter, is not measured yet; a team over-achieves; deals are split and credited twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from csm_xl.engine.components import component_types
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import schemas
from csm_xl.plan.templates import read_template
from csm_xl.workbook.sample.distributions import EVERY, correlations, distributions
from csm_xl.workbook.sample.draws import Draws
from csm_xl.workbook.sample.pay_data import locations, merit_matrix, ranges
from csm_xl.workbook.sample.people import CSMS, QUARTERS, YEAR, changes, make_people
from csm_xl.workbook.sample.work import Deals, Row, events, goals, results

__all__ = ["YEAR", "sample_of", "sample_raw_tables", "sample_tables"]

SEED: Final = 2026
QUARTERLY: Final = ("base_bonus",)
"""Plans whose template pays by the half-year, and which the sample pays by the quarter."""
FACTORS: Final = (("company", None, (100, 105, 95, 110)), ("division", "West", (100, 100, 110, 100)),
                  ("division", "East", (100, 95, 100, 105)))  # fmt: skip


def sample_tables() -> dict[str, list[list[Any]]]:
    """The sample as tables: name → header and rows, every column of the table's schema.

    Money and counts are whole numbers, ratios floats, dates `date`, None a blank. Always the same.
    """
    return {name: [list(rows[0]), *map(list, rows[1:])] for name, rows in _built().items()}


def sample_raw_tables() -> list[RawTable]:
    """The sample as the engine and the workbook take it."""
    return [RawTable.of_rows(rows, name) for name, rows in _built().items()]


def sample_of(template: str) -> list[RawTable]:
    """The part of the sample that is on a template's plans: those plans, their people, what they did.

    Errors: #N/A where there is no such template.

    >>> {raw.name: len(raw.rows) - 1 for raw in sample_of("base_only") if raw.name in ("plans", "roster")}
    {'plans': 1, 'roster': 6}
    """
    plans = {row["plan_id"] for raw in read_template(template) if raw.name == "plans"
             for row in _records(raw.rows)}  # fmt: skip
    whole = {name: _records(rows) for name, rows in _built().items()}
    moved = {row["employee_id"] for row in whole["changes"] if row["plan_id"] not in (None, *plans)}
    people = {row["employee_id"] for row in whole["roster"] if row["plan_id"] in plans} - moved
    teams = {row["team"] for row in whole["roster"] if row["employee_id"] in people}
    components = [row for row in whole["components"] if row["plan_id"] in plans]
    used = {row[key] for row in components for key in ("curve_id", "tier_id")}
    looked_at = ("measure", "gate_measure", "column_measure", "pool_measure", "tier_measure")
    measures = {row[name] for row in components for name in looked_at if name in row} | {EVERY}
    credited = {row["deal_id"] for row in whole["credits"] if row["employee_id"] in people}
    results = {("individual", name) for name in people} | {("team", name) for name in teams}
    kept: dict[str, Callable[[Row], bool]] = {
        "plans": lambda row: row["plan_id"] in plans,
        "components": lambda row: row["plan_id"] in plans,
        "curves": lambda row: row["curve_id"] in used,
        "tiers": lambda row: row["tier_id"] in used,
        "deals": lambda row: row["employee_id"] in people or row["deal_id"] in credited,
        "results": lambda row: (
            row["measure"] in measures and (row["scope"] == "company" or (row["scope"], row["id"]) in results)
        ),
        "distributions": lambda row: row["measure"] in measures,
        "correlations": lambda row: {row["measure"], row["with"]} <= measures | {"company", "team"},
        "modifiers": lambda row: any(component["modified"] for component in components),
        **dict.fromkeys(("ranges", "locations", "merit_matrix"), lambda row: True),
    }

    def on_people(row: Row) -> bool:
        return row["employee_id"] in people

    return [
        RawTable.of_rows(
            [header, *(list(row.values()) for row in whole[name] if kept.get(name, on_people)(row))], name
        )
        for name, (header, *_) in _built().items()
    ]


def _records(rows: Sequence[Sequence[Any]]) -> list[Row]:
    header, *body = rows
    return [dict(zip(header, row, strict=True)) for row in body]


@cache
def _built() -> dict[str, list[list[Any]]]:
    draws = Draws(SEED)
    people = make_people(draws)
    found = _plans()
    found["roster"] = [person.row for person in people]
    found["changes"] = changes(people)
    deals = Deals(draws, people)
    found["deals"], found["credits"] = deals.rows, deals.credits
    found["results"] = results(draws, people, deals.bookings)
    found["goals"] = goals(draws, people)
    found["events"] = events(draws, people)
    found["modifiers"] = [
        {"period": period, "scope": scope, "id": name, "factor": factors[at] / 100}
        for at, period in enumerate(QUARTERS) for scope, name, factors in FACTORS
    ]  # fmt: skip
    found |= {"ranges": ranges(), "locations": locations(), "merit_matrix": merit_matrix()}
    found |= {"distributions": distributions(), "correlations": correlations()}
    tables: dict[str, list[list[Any]]] = {}
    for name, rows in found.items():
        header = [column.name for column in schemas(component_types())[name].columns]
        tables[name] = [header, *([row.get(column) for column in header] for row in rows)]
    return tables


def _plans() -> dict[str, list[Row]]:
    """The templates' plans, components, curves and tiers, one below the other."""
    found: dict[str, list[Row]] = {}
    for cohort in CSMS:
        for raw in read_template(cohort.template):
            found.setdefault(str(raw.name), []).extend(_records(raw.rows))
    for plan in found["plans"]:
        if plan["plan_id"] in QUARTERLY:
            plan["pay_period"] = "quarter"
    for component in found["components"]:
        if isinstance(component.get("deal_kinds"), list):
            component["deal_kinds"] = ", ".join(component["deal_kinds"])
    return found
