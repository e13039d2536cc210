"""One person's pay of a period, step by step, in words, with where every number came from.

What stands under inputs is the calculation in numbers, as a person would type it into a calculator: it
gives the step's value. What stands in square brackets only names a number: a deal, an account, a day, a
component, or an earlier period, whose own explanation gives it. Every number stands in a cell that the step
or one before it names, or is the value of such a step; what is left counts days, months, deals or people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

import numpy as np

from csm_xl.analysis.target import target_steps
from csm_xl.analysis.versions import (
    VersionFigures,
    days_of,
    kicker_step,
    plan_version,
    product_step,
    since,
    version_steps,
    weight_steps,
    which_version,
)
from csm_xl.engine.cited import CitedFacts, cells_in_words, cited_terms, traced
from csm_xl.engine.component import GATE_UNMEASURED, NOTES, UNMEASURED
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group, groups
from csm_xl.engine.lines import Lines
from csm_xl.engine.run import load, settled
from csm_xl.engine.sources import Sources
from csm_xl.engine.together import rounds_with
from csm_xl.engine.versions import added as added_up
from csm_xl.engine.versions import counted
from csm_xl.engine.wording import added, named, number, rounded_down, whole, with_unit
from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.pay.rounding import round_money
from csm_xl.pay.trace import Recorder, Step, recorded, step, told
from csm_xl.plan.cells import BadCell, text
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.periods import Period
from csm_xl.plan.tables import RawTable, Tables

HEADER: Final = ("step", "formula", "inputs", "value", "source")


def explain(tables: Tables | Iterable[RawTable], employee_id: Any, period: Any) -> list[list[Any]]:
    """The calculation of one person's pay: a header, and then a step a row.

    tables: the tables of plans, people and results. employee_id: who. period: as for `run`.
    Each row: step, the formula in words, the calculation in numbers, the value, the cells they came from.
    Errors: an unknown employee; and all that stops the run.
    """
    return Explanation(tables, period, people=[_named(employee_id)]).rows(employee_id)


def _named(employee_id: Any) -> str:
    try:
        return str(text(employee_id) or "")
    except BadCell as bad:
        raise CsmError(VALUE, bad.message, "employee_id", str(employee_id), bad.hint) from None


def _rows(passages: Iterable[Passage]) -> list[list[Any]]:
    steps = [step for passage in passages for step in passage.steps]
    return [list(HEADER), *([one.step, one.formula, one.inputs, one.value, one.source] for one in steps)]


@dataclass(slots=True, eq=False, repr=False)
class Passage:
    """A part of somebody's explanation: what leads to one payout line, or stands around the lines.

    line: the payout line by column name; None for the target, the sums and what has no line.
    terms: the component that pays the line; None where none does.
    """

    period: Period
    steps: list[Step]
    line: dict[str, Any] | None = None
    terms: ComponentTerms | None = None
    group: Group | None = None


class Explanation:
    """A period that was paid, ready to be explained person by person.

    tables, period, skip_errors: as for `csm_xl.engine.run.run`. people: who alone is explained (None:
    anyone); what their pay does not depend on stops nothing. Errors: all that stops the run.
    """

    def __init__(
        self, tables: Tables | Iterable[RawTable], period: Any, skip_errors: bool = False,
        people: Iterable[str] | None = None,
    ) -> None:  # fmt: skip
        self.tables = load(tables, period, people=people)
        self.lines: Lines
        self.facts: Facts
        self.lines, self.facts = settled(self.tables, period, skip_errors)
        self.periods = [self.facts.calendar.find(name) for name in self.lines.names["period"]]
        self._people = {name: person for person, name in enumerate(self.facts.people.ids)}
        self._lines: dict[str, list[dict[str, Any]]] = {}
        for at, line in enumerate(self.lines.dicts()):
            line["telling"] = self.lines.tellings.get(at)
            self._lines.setdefault(line["employee_id"], []).append(line)
        self._groups = {period: groups(self.facts, period) for period in self.periods}

    def rows(self, employee_id: Any) -> list[list[Any]]:
        """A header, and then a step a row: what `explain` gives."""
        return _rows(self.of(employee_id))

    def of(self, employee_id: Any) -> list[Passage]:
        """The explanation of one person's pay, in the order of calculation.

        Errors: an unknown employee.
        """
        who = _named(employee_id)
        if who not in self._people:
            hint = did_you_mean(who, self._people) or "Give an employee_id of the roster."
            raise CsmError(NOT_FOUND, "the employee is not on the roster", "employee_id", employee_id, hint)
        lines = self._lines.get(who, [])
        person = self._people[who]
        found = [list(self._period(person, period, lines)) for period in self.periods]
        told_of = [each for each in found if any(passage.group or passage.line for passage in each)]
        # Where some period has a plan that pays, the periods of other plans need no word.
        return [passage for each in told_of or found for passage in each]

    def _period(self, person: int, period: Period, lines: list[dict[str, Any]]) -> Iterator[Passage]:
        theirs = [line for line in lines if line["period"] == period.name]
        earned = [line for line in theirs if line["type"] in self.facts.types]
        extras = [line for line in theirs if line["type"] not in self.facts.types]
        seats = [(group, int(at[0])) for group in self._groups[period]
                 if (at := np.flatnonzero(group.person == person)).size]  # fmt: skip
        rounding = {group.plan.plan_id: rounds_with(group.plan) for group, _ in seats}
        for group, row in seats:
            alike = [line for line in earned if rounding[line["plan_id"]] == rounding[group.plan.plan_id]]
            mine = [line for line in earned if line["plan_id"] == group.plan.plan_id]
            steps = [_plan(self.facts, group, row)]
            if mine:
                steps += target_steps(self.facts, group, row, mine[0])
            yield Passage(period, steps, group=group)
            for terms, line in zip(group.components, mine, strict=True):
                yield Passage(
                    period, list(self._line(group, row, terms, line, mine, alike)), line, terms, group
                )
        if not seats:
            why = f"on no plan that pays in {period.name}: not employed then, or paid by another period"
            yield Passage(
                period, [Step("No plan", why, "", None, self.facts.roster_cell(person, "hire_date"))]
            )
        if extras:
            yield Passage(period, [_sum("Earned", "sum of the components' amounts", earned)])
        for line in extras:
            yield Passage(period, line["telling"].steps(), line)
        yield Passage(period, [_sum("Total", f"sum of the amounts of {period.name}", theirs)])

    def _line(
        self, group: Group, row: int, terms: ComponentTerms, line: dict[str, Any],
        lines: list[dict[str, Any]], alike: list[dict[str, Any]],
    ) -> Iterator[Step]:  # fmt: skip
        component, sources = self.facts.types[terms.type], Sources(self.facts, group, row)
        cited = CitedFacts(self.facts)
        versions: list[VersionFigures] = []
        yield Step("Component", f"{terms.component_id}: {component.help}{which_version(sources, terms)}",
                   terms.component_name or "", None, terms.where)  # fmt: skip
        if line["component_target"] is not None:
            yield from weight_steps(sources, terms, line)
            yield Step("Component target", "target incentive × weight" + _stepped(group),
                       f"{told(line['target_incentive'])} × {told(line['weight'])}",
                       line["component_target"], sources.term(terms, "weight"))  # fmt: skip
        if component.target_based and len(counted(group, component, terms)) > 1:
            steps, versions = version_steps(sources, cited, terms, line)
        elif component.target_based:
            steps = traced(cited, group, row, terms)[0]
        else:
            steps = _dollars(cited, group, row, terms, line)
        yield from steps
        put_in = steps[-1].inputs
        if line["component_target"] is not None:
            steps, put_in = self._before_the_modifier(sources, terms, line, lines)
            yield from steps
        yield from _payout(sources, terms, line, lines, alike, put_in, versions)

    def _before_the_modifier(
        self, sources: Sources, terms: ComponentTerms, line: dict[str, Any], lines: list[dict[str, Any]]
    ) -> tuple[list[Step], str]:
        """The target times the ratio, or the product of all ratios; less what the year has paid before.
        With it the calculation in numbers, which goes on unrounded."""
        plan, facts = sources.group.plan, sources.facts
        steps: list[Step] = []
        rule, target = "component target × payout ratio", told(line["component_target"])
        ratio, places = told(line["payout_ratio"]), [sources.term(terms, "weight")]
        if plan.combination == "multiplicative":
            rule = "component target × the product of the payout ratios of the plan"
            if (step := product_step(sources, terms, line, lines)) is not None:
                steps.append(step)
                ratio = told(line["combined_ratio"])
            else:
                based = (one for one in lines if one["weight"] is not None)
                ratio = " × ".join(named(told(one["payout_ratio"]), one["component_id"]) for one in based)
            places.append(facts.tables["plans"].where(plan.row, "combination"))
        put_in = f"{target} × {ratio}"
        if terms.values.get("cumulative", "discrete") != "discrete":
            rule = rule.replace("target ×", "targets of the plan year to date ×")
            rule += ", less what earlier periods paid before their modifier"
            before = sources.to_date(terms)
            goals = [named(told(one.target), one.period) for one in before if one.target is not None]
            paid = added(named(number(one.paid), one.period) for one in before)
            put_in = f"{whole(added([*goals, target]))} × {ratio} − {whole(paid)}"
            places = [sources.term(terms, "cumulative"), *(one.places for one in before)]
            if any(NOTES[flag] in (line["note"] or "") for flag in (UNMEASURED, GATE_UNMEASURED)):
                rule, put_in = "what is not measured yet pays nothing, and takes nothing back", "0"
        rule += f", rounded to {told(plan.rounding_unit)}"
        last = Step("Before the modifier", rule, put_in, line["before_modifier"], "; ".join(places))
        return [*steps, last], put_in


def _dollars(
    facts: CitedFacts, group: Group, row: int, terms: ComponentTerms, line: dict[str, Any]
) -> list[Step]:
    """How a component earns dollars: each of its versions on its own days."""
    of, steps, outcomes, rules = facts.types[terms.type], [], [], []
    versions = counted(group, of, terms)
    for version in versions:
        made, outcome = traced(facts, group, row, version)
        if len(versions) > 1:
            days = f"{since(version)}, on its own days {days_of(group, version)}"
            steps.append(Step("Version", days, "", None, version.where))
        steps += made
        outcomes.append(outcome)
        rules.append(f"{since(version)}: {outcome.rule}" if len(versions) > 1 else outcome.rule)
    with recorded(Recorder(partial(cells_in_words, facts))) as found:
        total = added_up(cited_terms(facts.tables, terms), outcomes)
        rule = "; ".join(rules)
        if terms.values.get("max_amount") is not None:
            rule += f"; at most {told(terms.values['max_amount'])}"
        rule += f"; rounded to {told(group.plan.rounding_unit)}"
        assert total.amount is not None
        paid = round_money(total.amount, group.plan.rounding_unit)
        step(of.earns, rule, paid, *(cell for one in outcomes for cell in one.cells), given=total.amount)
    return [*steps, *found.steps]


def _sum(name: str, rule: str, lines: list[dict[str, Any]]) -> Step:
    amounts = [line["amount"] for line in lines]
    put_in = added(named(number(line["amount"]), line["component_id"]) for line in lines)
    return Step(name, rule, put_in, round(sum(amounts, 0.0), 4))


def _stepped(group: Group) -> str:
    plan = group.plan
    return f", rounded to {told(plan.rounding_unit)}" if plan.rounding == "step" else ""


def _plan(facts: Facts, group: Group, row: int) -> Step:
    first, last = (date.fromordinal(int(days[row])).isoformat() for days in (group.first, group.last))
    pays = "" if group.components else ", which has no component and pays nothing beyond base salary"
    rule = f"plan {group.plan.plan_id} in {group.period.name}{pays}{plan_version(group)}"
    return Step("Plan", rule, f"{first} to {last}", None, group.plan.where)


def _payout(
    sources: Sources, terms: ComponentTerms, line: dict[str, Any], lines: list[dict[str, Any]],
    alike: list[dict[str, Any]], put_in: str, versions: list[VersionFigures],
) -> Iterator[Step]:  # fmt: skip
    """From what a component earned to its amount; `put_in` is that calculation in numbers.

    lines: those of the plan. alike: those of all the person's plans that round as it does. versions: those of
    the component that pay by their own parts of the target, none where one pays by all of it.
    """
    plan = sources.group.plan
    if line["modifier"] != 1.0:
        yield _modifier(sources, line)
        put_in = f"{whole(put_in)} × {told(line['modifier'])}"
    if line.get("kicker") is not None:
        kicker, target = told(terms.values.get("kicker_ratio")), told(line["component_target"])
        if versions:
            yield kicker_step(sources, terms, line, versions)
        else:
            yield Step("Kicker", f"{kicker} × component target where the attainment reaches 1 and the gate,"
                       f" if any, is met; added after the modifier{_stepped(sources.group)}; attainment"
                       f" {told(line['attainment'])}", f"{kicker} × {target}" if line["kicker"] else "0",
                       line["kicker"], sources.term(terms, "kicker_ratio"))  # fmt: skip
        put_in += f" + {told(line['kicker'])}"
    unrounded, place = _unrounded(line), sources.facts.tables["plans"].where(plan.row, "rounding")
    if (factor := line["plan_cap_factor"]) != 1.0:
        if factor:
            yield Step("Before the plan cap", "what the component comes to before the plan's cap", put_in,
                       unrounded / factor, place)  # fmt: skip
        yield _plan_cap(sources, line, lines)
        put_in = f"{whole(put_in)} × {told(factor)}"
    telling, unit = line["telling"], told(plan.rounding_unit)
    name, paid = ("Amount", line["amount"]) if telling is None else ("Before the pool", telling.earned)
    if plan.rounding == "total":
        yield Step("Unrounded", "before rounding", put_in, unrounded, place)
        plans = list(dict.fromkeys(one["plan_id"] for one in alike))
        of = "the plan" if len(plans) == 1 else f"the plans {', '.join(plans)}"
        names = [one["component_id"] if len(plans) == 1 else f"{one['plan_id']} {one['component_id']}"
                 for one in alike]  # fmt: skip
        every = " + ".join(named(told(_unrounded(one)), name) for one, name in zip(alike, names, strict=True))
        down = rounded_down(unrounded, paid, plan.rounding_unit)
        yield Step("Rounded down", f"unrounded, rounded down to {unit}", told(unrounded), down, place)
        rule = f"rounded down, and where the remainder is among the largest {unit} of what rounding down"
        rule += f" leaves over of the sum of {of}, {every}, rounded to {unit}"
        put_in = with_unit(down, paid, plan.rounding_unit)
    else:
        rule = f"rounded to {unit} ({plan.rounding})"
    rule += f"; {line['note']}" if line["note"] and telling is None else ""
    yield Step(name, rule, put_in, paid, place)
    if telling is not None:
        yield from telling.steps()


def _unrounded(line: dict[str, Any]) -> float:
    """What a line comes to before rounding, and before its pool."""
    telling = line["telling"]
    return float(line["unrounded"] if telling is None else telling.unrounded)


def _plan_cap(sources: Sources, line: dict[str, Any], lines: list[dict[str, Any]]) -> Step:
    plan, factor = sources.group.plan, line["plan_cap_factor"]
    put_in = f"{told(plan.plan_cap)} × {told(line['target_incentive'])}"
    rule = "plan cap × target incentive"
    if factor:
        rule += " / sum of the target-based components before the cap"
        based = [one for one in lines if one["weight"] is not None]
        parts = [named(number(_unrounded(one) / factor), one["component_id"]) for one in based]
        put_in += f" / {whole(added(parts))}"
    return Step("Plan cap", rule, put_in, factor, sources.facts.tables["plans"].where(plan.row, "plan_cap"))


def _modifier(sources: Sources, line: dict[str, Any]) -> Step:
    """The factors of the company and the division, and the plan's bounds of their product."""
    facts, group = sources.facts, sources.group
    plan, table = group.plan, facts.tables["modifiers"]
    code = group.division[sources.row]
    division = next((name for name, one in facts.people.divisions.items() if one == code), "")
    rows = facts.modifier_rows(group.period.name, division)
    factors = [
        named(
            told(float(table.columns["factor"][at])),
            "company" if table.columns["scope"][at] == "company" else division,
        )
        for at in rows
    ]
    put_in, places = " × ".join(factors) or "1", [table.where(at, "factor") for at in rows]
    for name, function in (("modifier_floor", "max"), ("modifier_cap", "min")):
        if getattr(plan, name) is not None:
            put_in = f"{function}({put_in}, {told(getattr(plan, name))})"
            places.append(facts.tables["plans"].where(plan.row, name))
    return Step("Modifier", "company factor × division factor, within the plan's bounds", put_in,
                line["modifier"], "; ".join(places))  # fmt: skip
