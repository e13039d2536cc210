"""One person's pay of a period, step by step, in words, with where every number came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

import numpy as np

from csm_xl.engine.component import Step, told
from csm_xl.engine.components import component_types
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group, groups
from csm_xl.engine.run import load, run
from csm_xl.engine.sources import Sources
from csm_xl.errors import NOT_FOUND, CsmError
from csm_xl.plan.cells import text
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.periods import Period
from csm_xl.plan.tables import RawTable, Tables

HEADER: Final = ("step", "formula", "inputs", "value", "source")


def explain(tables: Tables | Iterable[RawTable], employee_id: Any, period: Any) -> list[list[Any]]:
    """The calculation of one person's pay: a header, and then a step a row.

    tables: the tables of plans, people and results. employee_id: who. period: as for `run`.
    Each row: step, the formula in words, the numbers put in, the value, the cells they came from.
    Errors: an unknown employee; and all that stops the run.
    """
    read = load(tables)
    who = str(text(employee_id) or "")
    ids = read["roster"].columns["employee_id"].tolist()
    if who not in ids:
        raise CsmError(NOT_FOUND, "the employee is not on the roster", "employee_id", employee_id,
                       did_you_mean(who, ids) or "Give an employee_id of the roster.")  # fmt: skip
    lines = run(read, period)
    facts = Facts(read, component_types())
    mine = [
        line | {"told": lines.steps.get(at)}
        for at, line in enumerate(lines.dicts())
        if line["employee_id"] == who
    ]
    steps: list[list[Any]] = [list(HEADER)]
    for name in lines.names["period"]:
        for one in _period(facts, ids.index(who), facts.calendar.find(name), mine):
            steps.append([one.step, one.formula, one.inputs, one.value, one.source])
    return steps


def _period(facts: Facts, person: int, period: Period, lines: list[dict[str, Any]]) -> Iterator[Step]:
    total = 0.0
    extras = [line for line in lines if line["period"] == period.name and line["type"] not in facts.types]
    for group in groups(facts, period):
        at = np.flatnonzero(group.person == person)
        mine = [
            line
            for line in lines
            if line["period"] == period.name
            and line["plan_id"] == group.plan.plan_id
            and line["type"] in facts.types
            and at.size
        ]
        if not mine:
            continue
        row = int(at[0])
        yield from _target(facts, group, row, mine[0])
        for line in mine:
            terms = next(c for c in group.components if c.component_id == line["component_id"])
            component = facts.types[terms.type]
            yield Step("Component", f"{terms.component_id}: {component.help}", terms.component_name or "",
                       None, terms.where)  # fmt: skip
            if line["component_target"] is not None:
                yield Step("Component target", "target incentive × weight",
                           f"{told(line['target_incentive'])} × {told(line['weight'])}",
                           line["component_target"], terms.where)  # fmt: skip
            yield from component.words(terms, line, Sources(facts, group, row))
            yield from _payout(group, terms, line)
            total += line["amount"]
    if extras:
        yield Step("Earned", "sum of the components' amounts", "", round(total, 4))
    for line in extras:
        yield line["told"]
        total += line["amount"]
    yield Step("Total", f"sum of the amounts of {period.name}", "", round(total, 4))


def _target(facts: Facts, group: Group, row: int, line: dict[str, Any]) -> Iterator[Step]:
    person, plan = int(group.person[row]), group.plan
    first, last = (date.fromordinal(int(days[row])).isoformat() for days in (group.first, group.last))
    yield Step("Plan", f"plan {plan.plan_id} in {group.period.name}", f"{first} to {last}", None, plan.where)
    yield Step("Eligible days", "days employed and on the plan, of the days of the period",
               f"{line['eligible_days']} of {line['period_days']}", line["proration"],
               facts.roster_cell(person, "hire_date"))  # fmt: skip
    spells = group.spells.take(slice(row, row + 1))
    daily = plan.valuation == "daily"
    parts = [
        (f"{time:g} × " if daily else "") + f"{told(salary)} × {told(fte)}"
        for time, salary, fte in zip(*(spells[n].tolist() for n in ("time", "salary", "fte")), strict=True)
    ]
    rule = f"sum of days × salary × FTE, / {group.time_total}" if daily else "salary × FTE of one day"
    yield Step("Eligible salary", rule, " + ".join(parts), line["eligible_salary"],
               facts.roster_cell(person, "base_salary"))  # fmt: skip
    basis, column = {
        "ratio": ("salary × FTE × target ratio", "target_ratio"),
        "amount": ("target amount × FTE", "target_amount"),
        "ote": ("OTE × (1 − base share) × FTE", "ote"),
    }[plan.target_basis]
    values = ", ".join(f"{told(value)}" for value in dict.fromkeys(spells["amount"].tolist()))
    own = not np.isnan(facts.tables["roster"].columns[column][person])
    yield Step("Target incentive",
               f"sum of time × {basis}, / {group.time_total}, × the period's share of the year",
               f"{column} {values}; share {group.period.share}", line["target_incentive"],
               facts.roster_cell(person, column) if own else plan.where)  # fmt: skip


def _payout(group: Group, terms: ComponentTerms, line: dict[str, Any]) -> Iterator[Step]:
    if line["component_target"] is not None:
        together = group.plan.combination == "multiplicative"
        ratio = "the product of the plan's payout ratios" if together else "payout ratio"
        yield Step("Before the modifier",
                   f"component target × {ratio}, less what earlier periods of a trued-up year paid",
                   f"{told(line['component_target'])} × {told(line['payout_ratio'])}" + " × …" * together,
                   line["before_modifier"])  # fmt: skip
    if line["modifier"] != 1.0:
        yield Step("Modifier", "company factor × division factor, within the plan's bounds", "",
                   line["modifier"])  # fmt: skip
    if line.get("kicker") is not None:
        kicker = terms.values["kicker_ratio"]
        yield Step("Kicker", f"{told(kicker)} × component target where the attainment reaches 1 and the gate,"
                   " if any, is met; added after the modifier",
                   f"{told(kicker)} × {told(line['component_target'])},"
                   f" attainment {told(line['attainment'])}", line["kicker"], terms.where)  # fmt: skip
    if line["plan_cap_factor"] != 1.0:
        yield Step("Plan cap", "target-based components scaled to the plan's greatest multiple of the target",
                   f"{told(group.plan.plan_cap)}", line["plan_cap_factor"])  # fmt: skip
    if line["told"]:  # the pool, which has the last word on the cents
        yield line["told"]
        return
    said = f"; {line['note']}" if line["note"] else ""
    yield Step("Amount", f"rounded to {group.plan.rounding_unit:g} ({group.plan.rounding}){said}",
               f"{told(line['unrounded'])}", line["amount"])  # fmt: skip
