"""What is in the cells of the plan modeler to begin with: a case of the workbook's own people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from csm_xl.errors import CsmError
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.schema import PAY_PERIODS
from csm_xl.plan.table import Tables
from csm_xl.workbook.sheets.results import Paid

_MORE: Final = 1.1  # times the target, for a start
_STEPS: Final = (1.0, 1.1, 1.25, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class Start:
    """A measured period; somebody, and a sum that an attainment pays, a little more than the target of
    that period where one does; two plans that can be compared; and what the period costs, as the budget."""

    period: str
    person: str
    amount: float
    plan: str
    other: str
    budget: float


def start_of(tables: Tables, paid: Paid, person: str, solved: bool = True) -> Start:
    """The case of a workbook. person: whose pay is asked for; solved: whether the sum is sure to be paid, for
    which everything is solved once."""
    at = {name: place for place, name in enumerate(paid.lines[0])}
    calendar = Calendar(tables["periods"])
    period = _period(tables, paid, calendar, at)
    wanted = calendar.find(period)
    spans = {name: calendar.find(name) for name in {line[at["period"]] for line in paid.lines[1:]}}
    here = [line for line in paid.lines[1:]
            if wanted.start <= spans[line[at["period"]]].start <= wanted.end]  # fmt: skip
    own = [line for line in here if line[at["employee_id"]] == person]
    aim = sum(line[at["component_target"]] or 0.0 for line in own) or sum(line[at["amount"]] for line in own)
    whole = sum(line[at["amount"]] or 0.0 for line in here)
    people = Counter(dict.fromkeys((line[at["employee_id"]], line[at["plan_id"]]) for line in here).keys())
    plan, other = _plans(tables, Counter(plan for _, plan in people))
    amount = round(aim * _MORE, -1) or 1000.0
    if solved:
        amount = _payable(tables, period, person, amount)
    return Start(period, person, amount, plan, other, float(round(whole, -3)))


def _payable(tables: Tables, period: str, person: str, amount: float) -> float:
    """A sum that some attainment of the person pays, from the wanted one up; else the wanted one."""
    from csm_xl.analysis.solve import first_payable

    steps = [float(round(amount * step, -1)) for step in _STEPS]
    found = first_payable(tables, steps, period, person)
    return amount if found is None else found


def _period(tables: Tables, paid: Paid, calendar: Calendar, at: dict[str, int]) -> str:
    """The last part of what was paid in which every result is measured; the first where none is."""
    longest = max(set(tables["plans"].columns["pay_period"].tolist()), key=PAY_PERIODS.index)
    try:
        parts = calendar.inside(paid.period, longest)
    except CsmError:  # it is itself a part of such a period
        return paid.period.name
    gaps = [calendar.find(line[at["period"]]).start for line in paid.lines[1:]
            if line[at["weight"]] is not None and line[at["attainment"]] is None]  # fmt: skip
    whole = [part for part in parts if not any(part.start <= day <= part.end for day in gaps)]
    return (whole[-1] if whole else parts[0]).name


def _plans(tables: Tables, people: Counter[Any]) -> tuple[str, str]:
    """The plan with people on it, and another that asks for nothing which is not measured there, that have
    most in common; else the one that most people are on, and any other."""
    needs, ways = _needs(tables), _ways(tables)
    names = list(dict.fromkeys(tables["plans"].columns["plan_id"].tolist()))
    pairs = [(plan, other) for plan in people for other in names if other != plan]
    fit = [pair for pair in pairs if needs[pair[1]] <= needs[pair[0]]] or pairs
    if not fit:
        return names[0], names[0]
    return max(fit, key=lambda pair: (len(ways[pair[0]] & ways[pair[1]]), people[pair[0]]))


def _ways(tables: Tables) -> dict[str, set[Any]]:
    columns = tables["components"].columns
    found: dict[str, set[Any]] = {name: set() for name in tables["plans"].columns["plan_id"].tolist()}
    for plan, *way in zip(*(columns[name].tolist() for name in ("plan_id", "component_id", "type")),
                          strict=True):  # fmt: skip
        found[plan].add(tuple(way))
    return found


def _needs(tables: Tables) -> dict[str, set[Any]]:
    """What of each plan must be on the other tables: results, goals, on-target earnings."""
    plans, columns = tables["plans"].columns, tables["components"].columns
    found: dict[str, set[Any]] = {name: set() for name in plans["plan_id"].tolist()}
    names = ("plan_id", "type", "measure", "scope")
    for plan, kind, measure, scope in zip(*(columns[name].tolist() for name in names), strict=True):
        if tables.types[kind].target_based or measure:
            found[plan].add((kind, measure, scope if measure else ""))
    for plan, basis in zip(plans["plan_id"].tolist(), plans["target_basis"].tolist(), strict=True):
        if basis == "ote":
            found[plan].add(basis)
    return found
