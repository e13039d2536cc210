"""One person's pay of a period, step by step, in words, with where every number came from.

What is under inputs is the calculation in numbers, as a person would type it into a calculator: it
gives the step's value. What is in square brackets only names a number: a deal, an account, a day, a
component, or an earlier period, whose own explanation gives it. Every number is in a cell that the step
or one before it names, or is the value of such a step; what is left counts days, months, deals or people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

import numpy as np

from csm_xl.engine.cited import cells_in_words, cited_cohort, history_cells
from csm_xl.engine.cited_context import CitedContext
from csm_xl.engine.cohort import Cohort
from csm_xl.engine.cohorts import cohorts_of
from csm_xl.engine.component import ComponentType
from csm_xl.engine.components import component_types
from csm_xl.engine.context import RunContext
from csm_xl.engine.evaluate import evaluate
from csm_xl.engine.gathering import gather
from csm_xl.engine.joint_rounding import rounds_with
from csm_xl.engine.lines import Lines
from csm_xl.engine.payroll import Payroll
from csm_xl.engine.targets import Figures, time_unit
from csm_xl.engine.versions import counted, since
from csm_xl.engine.wording import added, named, number, rounded_down, with_unit
from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.pay.recording import Recorder, Step, chapter, recorded
from csm_xl.pay.trace import in_words, told
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
    """A part of somebody's explanation: what leads to one payout line, or is around the lines.

    line: the payout line by column name; None for the target, the sums and what has no line.
    terms: the component that pays the line; None where none does.
    """

    period: Period
    steps: list[Step]
    line: dict[str, Any] | None = None
    terms: ComponentTerms | None = None
    cohort: Cohort | None = None


class Explanation:
    """A period that was paid, ready to be explained person by person.

    tables, period, skip_errors: as for `csm_xl.engine.run.run`. people: who alone is explained (None:
    anyone); what their pay does not depend on stops nothing. Errors: all that stops the run.
    """

    def __init__(
        self, tables: Tables | Iterable[RawTable], period: Any, skip_errors: bool = False,
        people: Iterable[str] | None = None,
    ) -> None:  # fmt: skip
        self.payroll = Payroll.load(tables, period, people=people)
        self.tables = self.payroll.tables
        self.lines: Lines = self.payroll.pay(period, skip_errors)
        self.context: RunContext = self.payroll.context
        self.periods = [self.context.calendar.find(name) for name in self.lines.names["period"]]
        self._people = {name: person for person, name in enumerate(self.context.people.ids)}
        self._lines: dict[str, list[dict[str, Any]]] = {}
        for at, line in enumerate(self.lines.dicts()):
            line["explanation"] = self.lines.explanations.get(at)
            self._lines.setdefault(line["employee_id"], []).append(line)
        self._cohorts = {period: cohorts_of(self.context, period) for period in self.periods}
        self._cited = CitedContext(self.context)

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
        told_of = [each for each in found if any(passage.cohort or passage.line for passage in each)]
        # Where some period has a plan that pays, the periods of other plans need no word.
        return [passage for each in told_of or found for passage in each]

    def _period(self, person: int, period: Period, lines: list[dict[str, Any]]) -> Iterator[Passage]:
        theirs = [line for line in lines if line["period"] == period.name]
        earned = [line for line in theirs if line["type"] in component_types()]
        extras = [line for line in theirs if line["type"] not in component_types()]
        seats = [(cohort, int(at[0])) for cohort in self._cohorts[period]
                 if (at := np.flatnonzero(cohort.person == person)).size]  # fmt: skip
        rounding = {cohort.plan.plan_id: rounds_with(cohort.plan) for cohort, _ in seats}
        for cohort, row in seats:
            alike = [line for line in earned if rounding[line["plan_id"]] == rounding[cohort.plan.plan_id]]
            mine = [line for line in earned if line["plan_id"] == cohort.plan.plan_id]
            chapters, figures = traced(self._cited, cohort, row)
            target = [_eligible(self.context, cohort, row, mine[0]), *chapters[TARGET]] if mine else []
            yield Passage(period, [_plan(self.context, cohort, row), *target], cohort=cohort)
            for terms, line, figure in zip(cohort.components, mine, figures.lines, strict=True):
                rule = f"{terms.component_id}: {component_types()[terms.type].help}"
                rule += which_version(cohort, component_types()[terms.type], terms)
                head = Step("Component", rule, terms.component_name or "", None, terms.where)
                paid = _amount(self.context, cohort, line, figure.value, alike)
                yield Passage(period, [head, *chapters[terms.component_id], *paid], line, terms, cohort)
        if not seats:
            why = f"on no plan that pays in {period.name}: not employed then, or on another pay period"
            yield Passage(
                period, [Step("No plan", why, "", None, self.context.roster_cell(person, "hire_date"))]
            )
        if extras:
            yield Passage(period, [_sum("Earned", "sum of the components' amounts", earned)])
        for line in extras:
            yield Passage(period, line["explanation"].steps(), line)
        yield Passage(period, [_sum("Total", f"sum of the amounts of {period.name}", theirs)])


TARGET: Final = ""
"""The chapter of the target of a person on a plan; the others are those of its components."""


def traced(context: CitedContext, cohort: Cohort, row: int) -> tuple[dict[Any, list[Step]], Figures]:
    """The steps of one person's pay by chapter, recorded while the rules run once more on that person alone;
    and the figures that they come to."""
    one = cited_cohort(context, context.cited, cohort, row)
    with recorded(Recorder(partial(cells_in_words, context))) as found:
        work = gather(context, one)
        chapter(TARGET)
        figures = evaluate(work, slice(0, 1), None)
    return found.chapters, figures


def _sum(name: str, rule: str, lines: list[dict[str, Any]]) -> Step:
    amounts = [line["amount"] for line in lines]
    put_in = added(named(number(line["amount"]), line["component_id"]) for line in lines)
    return Step(name, rule, put_in, round(sum(amounts, 0.0), 4))


def _plan(context: RunContext, cohort: Cohort, row: int) -> Step:
    first, last = (date.fromordinal(int(days[row])).isoformat() for days in (cohort.first, cohort.last))
    pays = "" if cohort.components else ", which has no component and pays nothing beyond base salary"
    rule = f"plan {cohort.plan.plan_id} in {cohort.period.name}{pays}{plan_version(cohort)}"
    return Step("Plan", rule, f"{first} to {last}", None, cohort.plan.where)


def _eligible(context: RunContext, cohort: Cohort, row: int, line: dict[str, Any]) -> Step:
    """The days on which a person is on the plan, as the share of the period that the target is."""
    unit, person, last = time_unit(cohort.plan), int(cohort.person[row]), int(cohort.last[row])
    spells = cohort.spells.take(slice(row, row + 1))
    by_day = cohort.plan.valuation == "daily" and cohort.plan.time_basis == "calendar_days"
    counted = line["eligible_days"] if by_day else float(spells["time"].sum())
    cells = history_cells(context, person, last, "plan_id", "hire_date", "leave_date")
    return Step("Eligible days", f"{unit} employed and on the plan / {unit} of the period",
                f"{told(float(counted))} / {cohort.time_total}", line["proration"],
                cells_in_words(context, cells))  # fmt: skip


def _amount(
    context: RunContext, cohort: Cohort, line: dict[str, Any], value: Any, alike: list[dict[str, Any]]
) -> Iterator[Step]:
    """From what a component comes to, to its amount: rounding, and its pool.

    value: what it comes to. alike: the lines of all the person's plans that round as this one does.
    """
    plan, pooled = cohort.plan, line["explanation"]
    put_in, unit = in_words(value), told(plan.rounding_unit)
    unrounded, place = _unrounded(line), context.tables["plans"].where(plan.row, "rounding")
    name, paid = ("Amount", line["amount"]) if pooled is None else ("Before the pool", pooled.earned)
    if plan.rounding == "total":
        yield Step("Unrounded", "before rounding", put_in, unrounded, place)
        plans = list(dict.fromkeys(one["plan_id"] for one in alike))
        of = "the plan" if len(plans) == 1 else f"the plans {', '.join(plans)}"
        names = [one["component_id"] if len(plans) == 1 else f"{one['plan_id']} {one['component_id']}"
                 for one in alike]  # fmt: skip
        every = " + ".join(named(told(_unrounded(one)), name) for one, name in zip(alike, names, strict=True))
        down = rounded_down(unrounded, paid, plan.rounding_unit)
        yield Step("Rounded down", f"unrounded, rounded down to {unit}", told(unrounded), down, place)
        rule = f"rounded down; if the remainder is among the largest, plus {unit} of what rounding down"
        rule += f" leaves over of the sum of {of}, {every}, rounded to {unit}"
        put_in = with_unit(down, paid, plan.rounding_unit)
    else:
        rule = f"rounded to {unit} ({plan.rounding})"
    rule += f"; {line['note']}" if line["note"] and pooled is None else ""
    yield Step(name, rule, put_in, paid, place)
    if pooled is not None:
        yield from pooled.steps()


def _unrounded(line: dict[str, Any]) -> float:
    """What a line comes to before rounding, and before its pool."""
    pooled = line["explanation"]
    return float(line["unrounded"] if pooled is None else pooled.unrounded)


def plan_version(cohort: Cohort) -> str:
    """What is reported about a plan's versions in the period; nothing where there is one."""
    versions = {segment.plan.row: segment.plan for segment in cohort.segments}
    if len(versions) == 1:
        return ""
    said = f"; {since(cohort.plan)}, the last of {len(versions)} in the period, says how it caps and rounds"
    return f"{said}; targets count by days" if cohort.plan.valuation == "daily" else said


def which_version(cohort: Cohort, of: ComponentType, terms: ComponentTerms) -> str:
    """What is reported about a component's versions in the period; nothing where there is one."""
    versions = cohort.versions(terms.component_id)
    if len(versions) == 1:
        return ""
    if len(counted(cohort, of, terms)) > 1 or not of.target_based:
        return f"; each of its {len(versions)} versions in the period counts on its own days"
    return f"; {since(terms)} counts, the last of {len(versions)} in the period; weights count by days"
