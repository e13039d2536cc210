"""Which pay periods of plans a close is about: a plan's own, and those of components with another cycle."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from csm_xl.book.paying import FEW, PlanPeriod
from csm_xl.engine.context import RunContext
from csm_xl.engine.open_periods import lacks_rows, with_rows
from csm_xl.errors import VALUE, CsmError, listed
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.model import version_ends
from csm_xl.plan.periods import Period
from csm_xl.plan.schema import PAY_PERIODS
from csm_xl.plan.table import Tables


def pay_periods(tables: Tables, asked: str, plans: Collection[str]) -> list[PlanPeriod]:
    """The pay periods of some plans that lie inside a period, each by the version of the plan at its end.

    Of a plan with several pay cycles, a longer one goes with what is asked for where it ends in it: the
    year with its last quarter, as the engine pays it.
    Errors: there is no such period; it is shorter than every one of the plans pays by.
    """
    calendar = Calendar(tables["periods"])
    wanted = calendar.find(asked)
    table = tables["plans"]
    ends = version_ends(table, ("plan_id",))
    cycles = _cycles(tables)
    found: dict[PlanPeriod, None] = {}
    short: CsmError | None = None
    for row in range(table.rows):
        plan, own = table.columns["plan_id"][row], table.columns["pay_period"][row]
        if plan not in plans:
            continue
        kinds = dict.fromkeys((own, *(kind for kind, _, _ in cycles.get(plan, ()))))
        shortest = min(kinds, key=PAY_PERIODS.index)
        if PAY_PERIODS.index(wanted.kind) < PAY_PERIODS.index(shortest):
            short = CsmError(VALUE, f"{asked} is shorter than {plan} pays by", "--period", asked,
                             f"Ask for a {shortest}, or name the plans to close: --plan.")  # fmt: skip
            continue
        start, last = int(table.columns["valid_from"][row]), ends[row]
        for kind in kinds:
            longer = PAY_PERIODS.index(wanted.kind) < PAY_PERIODS.index(kind)
            inside = (
                calendar.ending(kind, wanted.start, wanted.end) if longer else calendar.inside(wanted, kind)
            )
            for period in inside:
                in_effect = period.end >= start and (last is None or period.end <= last)
                if in_effect and (kind == own or _is_paid(cycles[plan], period)):
                    year = calendar.year_of(period, int(table.columns["year_start"][row]))
                    cycle = "" if kind == own else kind
                    one = PlanPeriod(plan, period.name, period.start, period.end, year, cycle)
                    found[one] = None
    if not found:
        raise short or CsmError(VALUE, "no plan has a pay period there", "--period", asked,
                                "Give a period in which a plan is in effect.")  # fmt: skip
    return sorted(found, key=lambda one: (one.last, one.first, one.plan_id))


def _cycles(tables: Tables) -> dict[str, list[tuple[str, int, int | None]]]:
    """Plan → the kind of period and the days of each component with a pay cycle of its own."""
    table, plans = tables["components"], tables["plans"].columns
    own = dict(zip(plans["plan_id"].tolist(), plans["pay_period"].tolist(), strict=True))
    ends = version_ends(table, ("plan_id", "component_id"))
    found: dict[str, list[tuple[str, int, int | None]]] = {}
    for row, kind in enumerate(table.columns["pay_cycle"].tolist()):
        plan = table.columns["plan_id"][row]
        if kind and kind != own.get(plan):
            found.setdefault(plan, []).append((kind, int(table.columns["valid_from"][row]), ends[row]))
    return found


def _is_paid(cycles: Sequence[tuple[str, int, int | None]], period: Period) -> bool:
    """Whether a component with this pay cycle is in effect on a day of the period."""
    return any(
        kind == period.kind and first <= period.end and (last is None or last >= period.start)
        for kind, first, last in cycles
    )


def longer_than(tables: Tables, asked: str, spans: Sequence[PlanPeriod]) -> list[PlanPeriod]:
    """Those of some pay periods that do not lie in what is asked for: longer cycles around it."""
    period = Calendar(tables["periods"]).find(asked)
    return [one for one in spans if one.first < period.start or one.last > period.end]


def measured(tables: Tables, asked: str, spans: list[PlanPeriod]) -> tuple[list[PlanPeriod], list[str]]:
    """The pay periods without the longer cycles that are not measured yet, and what is said about these: the
    quarter is closed without its year, which closes once its results are there."""
    longer = longer_than(tables, asked, spans)
    if not longer:
        return spans, []
    context, calendar = RunContext(tables), Calendar(tables["periods"])
    told = with_rows(context)
    names = [name for name in dict.fromkeys(one.period for one in longer) if name not in told]
    waiting = {name for name in names if lacks_rows(context, calendar.find(name))}
    left = [one for one in longer if one.period in waiting]
    said = [
        f"{listed(list(_plans_of(left, name)), FEW)}: {name} is not measured yet, and stays open. Close"
        f" it with"
        f" --period {name} once its results are there."
        for name in dict.fromkeys(one.period for one in left)
    ]
    return [one for one in spans if one not in left], said


def _plans_of(spans: Sequence[PlanPeriod], name: str) -> Iterator[str]:
    return (one.plan_id for one in spans if one.period == name)


def running(tables: Tables, asked: str, plans: Collection[str]) -> list[PlanPeriod]:
    """The pay periods inside a period, and the longer cycles that it is a part of, as an accrual counts them.

    Errors: as `pay_periods`.
    """
    calendar = Calendar(tables["periods"])
    wanted = calendar.find(asked)
    found = dict.fromkeys(pay_periods(tables, asked, plans))
    cycles = _cycles(tables)
    own = dict(
        zip(*(tables["plans"].columns[name].tolist() for name in ("plan_id", "pay_period")), strict=True)
    )
    around: dict[str, None] = {}
    for plan in {one.plan_id for one in found}:
        kinds = {own[plan], *(kind for kind, _, _ in cycles.get(plan, ()))}
        for kind in kinds:
            if PAY_PERIODS.index(kind) > PAY_PERIODS.index(wanted.kind):
                around |= {one.name: None for one in calendar.holding(kind, wanted.start, wanted.start)}
    for name in around:
        found |= dict.fromkeys(one for one in pay_periods(tables, name, plans) if one.period == name)
    return sorted(found, key=lambda one: (one.last, one.first, one.plan_id))
