"""One person's pay of a period, step by step, in words, with where every number came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

import numpy as np

from csm_xl.engine.columns import take
from csm_xl.engine.component import GATE_UNMEASURED, NOTES, UNMEASURED, Step, told
from csm_xl.engine.evaluate import earlier_target
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group, groups
from csm_xl.engine.run import load, settled
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
    read = load(tables, period)
    who = str(text(employee_id) or "")
    ids = read["roster"].columns["employee_id"].tolist()
    if who not in ids:
        raise CsmError(NOT_FOUND, "the employee is not on the roster", "employee_id", employee_id,
                       did_you_mean(who, ids) or "Give an employee_id of the roster.")  # fmt: skip
    lines, facts = settled(read, period)
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
    total, on_a_plan = 0.0, False
    theirs = [line for line in lines if line["period"] == period.name]
    extras = [line for line in theirs if line["type"] not in facts.types]
    for group in groups(facts, period):
        at = np.flatnonzero(group.person == person)
        if not at.size:
            continue
        on_a_plan = True
        row = int(at[0])
        mine = [
            line for line in theirs if line["plan_id"] == group.plan.plan_id and line["type"] in facts.types
        ]
        yield _plan(group, row)
        if mine:
            yield from _target(facts, group, row, mine[0])
        for terms, line in zip(group.components, mine, strict=True):
            component = facts.types[terms.type]
            yield Step("Component", f"{terms.component_id}: {component.help}", terms.component_name or "",
                       None, terms.where)  # fmt: skip
            if line["component_target"] is not None:
                yield Step("Component target", "target incentive × weight",
                           f"{told(line['target_incentive'])} × {told(line['weight'])}",
                           line["component_target"], terms.where)  # fmt: skip
            yield from component.words(terms, line, Sources(facts, group, row))
            if line["component_target"] is not None:
                yield _before_the_modifier(facts, group, row, terms, line, mine)
            yield from _payout(facts, group, row, terms, line, mine)
            total += line["amount"]
    if not on_a_plan:
        yield Step("No plan", f"on no plan that pays in {period.name}: not employed then, or paid by another"
                   " period", "", None, facts.roster_cell(person, "hire_date"))  # fmt: skip
    if extras:
        yield Step("Earned", "sum of the components' amounts", "", round(total, 4))
    for line in extras:
        yield line["told"]
        total += line["amount"]
    yield Step("Total", f"sum of the amounts of {period.name}", "", round(total, 4))


def _plan(group: Group, row: int) -> Step:
    first, last = (date.fromordinal(int(days[row])).isoformat() for days in (group.first, group.last))
    pays = "" if group.components else ", which has no component and pays nothing"
    return Step("Plan", f"plan {group.plan.plan_id} in {group.period.name}{pays}", f"{first} to {last}", None,
                group.plan.where)  # fmt: skip


def _target(facts: Facts, group: Group, row: int, line: dict[str, Any]) -> Iterator[Step]:
    person, plan = int(group.person[row]), group.plan
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


def _before_the_modifier(
    facts: Facts, group: Group, row: int, terms: ComponentTerms, line: dict[str, Any],
    lines: list[dict[str, Any]],
) -> Step:  # fmt: skip
    """The target times the ratio, or the product of all ratios; less what the year has paid before."""
    rule, target = "component target × payout ratio", told(line["component_target"])
    ratio, places = told(line["payout_ratio"]), [terms.where]
    if group.plan.combination == "multiplicative":
        rule = "component target × the product of the payout ratios of the plan"
        ratio = " × ".join(told(one["payout_ratio"]) for one in lines if one["weight"] is not None)
    put_in = f"{target} × {ratio}"
    if terms.values.get("cumulative", "discrete") != "discrete":
        earlier = take(facts.year_to_date(group, terms), slice(row, row + 1))
        before, paid = (float(np.asarray(one)[0]) for one in (earlier_target(earlier), earlier["paid"]))
        rule = rule.replace("target ×", "targets of the plan year to date ×")
        rule += ", less what earlier periods paid before their modifier"
        put_in = f"({told(before)} + {target}) × {ratio} − {told(paid)}"
        if any(NOTES[flag] in (line["note"] or "") for flag in (UNMEASURED, GATE_UNMEASURED)):
            rule, put_in = "what is not measured yet pays nothing, and takes nothing back", ""
        rows = facts.paid_rows(group, terms, int(group.person[row]))
        places += [facts.tables["paid"].where(at, "amount") for at in rows]
    return Step("Before the modifier", rule, put_in, line["before_modifier"], "; ".join(places))


def _payout(
    facts: Facts, group: Group, row: int, terms: ComponentTerms, line: dict[str, Any],
    lines: list[dict[str, Any]],
) -> Iterator[Step]:  # fmt: skip
    if line["modifier"] != 1.0:
        yield _modifier(facts, group, row, line)
    if line.get("kicker") is not None:
        kicker = terms.values["kicker_ratio"]
        yield Step("Kicker", f"{told(kicker)} × component target where the attainment reaches 1 and the gate,"
                   " if any, is met; added after the modifier",
                   f"{told(kicker)} × {told(line['component_target'])},"
                   f" attainment {told(line['attainment'])}", line["kicker"], terms.where)  # fmt: skip
    if (factor := line["plan_cap_factor"]) != 1.0:
        before = sum(one["unrounded"] / factor for one in lines if one["weight"] is not None) if factor else 0
        yield Step("Plan cap", "plan cap × target incentive / sum of the target-based components",
                   f"{told(group.plan.plan_cap)} × {told(line['target_incentive'])} / {told(before)}", factor,
                   group.plan.where)  # fmt: skip
    if line["told"]:  # the pool, which has the last word on the cents
        yield line["told"]
        return
    said = f"; {line['note']}" if line["note"] else ""
    yield Step("Amount", f"rounded to {group.plan.rounding_unit:g} ({group.plan.rounding}){said}",
               f"{told(line['unrounded'])}", line["amount"])  # fmt: skip


def _modifier(facts: Facts, group: Group, row: int, line: dict[str, Any]) -> Step:
    """The factors of the company and the division, and the plan's bounds of their product."""
    plan, table = group.plan, facts.tables["modifiers"]
    division = next(
        (name for name, code in facts.people.divisions.items() if code == group.division[row]), ""
    )
    rows = facts.modifier_rows(group.period.name, division)
    factors = [
        f"{told(float(table.columns['factor'][at]))}"
        f" ({'company' if table.columns['scope'][at] == 'company' else division})"
        for at in rows
    ]
    limits = (("at least", plan.modifier_floor), ("at most", plan.modifier_cap))
    bounds = [f"{word} {told(bound)}" for word, bound in limits if bound is not None]
    put_in = ", ".join([" × ".join(factors) or "1", *bounds])
    places = [table.where(at, "factor") for at in rows] + ([plan.where] if bounds else [])
    return Step("Modifier", "company factor × division factor, within the plan's bounds", put_in,
                line["modifier"], "; ".join(places))  # fmt: skip
