"""The sample: 60 Customer Success Managers, identifiers only, under six plans over the quarters of 2026.

The plans are the plan templates, one of them paid by the quarter instead of the half-year. Salaries are
placed in the published wage distribution of each person's area (`csm_xl/data/README.md` names the
source); everything else is made up by a seeded generator, with attainments spread as they are in real
life, and the cases that a year brings: somebody joins, leaves, is on leave, gets a raise and another
plan in mid-quarter, is not measured yet; a team over-achieves; deals are split and credited twice.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from csm_xl.engine.components import types
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import schemas
from csm_xl.plan.templates import read_template
from csm_xl.workbook.sample.draws import Draws
from csm_xl.workbook.sample.people import CSMS, QUARTERS, YEAR, changes, make_people
from csm_xl.workbook.sample.work import Deals, events, goals, results

__all__ = ["YEAR", "sample_raw_tables", "sample_tables"]

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
    tables: dict[str, list[list[Any]]] = {}
    for name, rows in found.items():
        header = [column.name for column in schemas(types())[name].columns]
        tables[name] = [header, *([row.get(column) for column in header] for row in rows)]
    return tables


def _plans() -> dict[str, list[dict[str, Any]]]:
    """The templates' plans, components, curves and tiers, one below the other."""
    found: dict[str, list[dict[str, Any]]] = {}
    for cohort in CSMS:
        for raw in read_template(cohort.template):
            header, *rows = raw.rows
            found.setdefault(str(raw.name), []).extend(dict(zip(header, row, strict=True)) for row in rows)
    for plan in found["plans"]:
        if plan["plan_id"] in QUARTERLY:
            plan["pay_period"] = "quarter"
    for component in found["components"]:
        if isinstance(component.get("deal_kinds"), list):
            component["deal_kinds"] = ", ".join(component["deal_kinds"])
    return found
