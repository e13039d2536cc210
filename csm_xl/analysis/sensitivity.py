"""Cost drivers: each input moved up and down, with everyone paid again.

An input is moved by a fraction of itself: an attainment of 90% moved by a tenth goes to 81% and 99%. Inputs
at 0 stay there. Weights sum to 1, so none can be moved alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.analysis.counted_measures import counted_results
from csm_xl.analysis.parameters import Measure, measures, periods_inside, result_rows
from csm_xl.analysis.scenario import (
    by_person,
    currencies,
    money,
    of_people,
    one_currency,
    paid_in,
    people_on,
    read,
    with_cells,
)
from csm_xl.engine.context import RunContext
from csm_xl.engine.lines import Lines
from csm_xl.engine.run import run
from csm_xl.errors import VALUE, CsmError
from csm_xl.pay.rounding import Array
from csm_xl.pay.trace import told as in_words
from csm_xl.plan.measures import bounds_in_words, natural_bounds
from csm_xl.plan.own_goals import goals_of
from csm_xl.plan.table import Table
from csm_xl.plan.tables import RawTable, Tables
from csm_xl.plan.unused_results import looked_at

HEADER: Final = ("input", "value", "low", "base", "high", "swing", "note")
_COMPONENT: Final = ("rate", "fixed_amount", "max_amount", "floor", "cap", "interim_cap", "gate_minimum",
                     "gate_otherwise", "kicker_ratio", "pool_amount", "pool_rate")  # fmt: skip
_PLAN: Final = ("plan_cap", "max_payout", "max_salary_ratio", "modifier_floor", "modifier_cap")
_WHOSE: Final = {"individual": "each person", "team": "each team", "company": "the company"}
_WHOLE_COLUMNS: Final = (
    ("scores of goals", ("goals", "score")),
    ("amounts of deals", ("deals", "amount"), ("payments", "amount")),
    ("exchange rates", ("rates", "rate")),
    ("counts of events", ("events", "count")), ("modifiers", ("modifiers", "factor")),
    ("factors of ratings", ("ratings", "factor")),
    ("retained revenue of accounts", ("accounts", "end")),
    ("ratios of risk classes", ("risk_classes", "ratio")),
)  # fmt: skip
"""Whole columns that are moved together, by name. What customers have paid moves with its deals."""
_TARGETS: Final = {"ratio": "target", "amount": "target amount", "ote": "OTE"}
"""What the target of a plan is called, by its basis."""
_USED: Final = {"plans": "plan_id", "components": "plan_id", "curves": "curve_id", "tiers": "tier_id"}
"""Tables with rows used by particular plans, and the column that identifies them."""
_PARTS: Final = (("curves", "curve_id", "attainment", "payout", "curve {} at {}"),
                 ("tiers", "tier_id", "from", "rate", "tier table {} from {}"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """A cost driver: its name, its value if it is a single one, and the tables with it scaled.

    held: what limits the factor, in words; blank if nothing does.
    """

    label: str
    value: float | None
    scaled: Callable[[float], Tables]
    held: Callable[[float], str] = lambda _: ""


@dataclass(frozen=True, slots=True)
class Swing:
    """The cost with an input lower, unchanged, and higher; None if that value is not possible."""

    label: str
    value: float | None
    low: float | None
    base: float
    high: float | None
    note: str = ""

    @property
    def swing(self) -> float:
        """The highest cost minus the lowest."""
        every = [one for one in (self.low, self.base, self.high) if one is not None]
        return round(max(every) - min(every), 4)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The inputs, strongest first; the current cost, and its currency."""

    base: float
    currency: str
    change: float
    swings: tuple[Swing, ...]

    def rows(self) -> list[list[Any]]:
        """A header, then one row per input: cost at its low, base and high value, and the swing."""
        body = [[one.label, one.value, one.low, one.base, one.high, one.swing, one.note or None]
                for one in self.swings]  # fmt: skip
        return [list(HEADER), *body]


def sensitivity(
    tables: Tables | Iterable[RawTable],
    period: Any,
    change: float = 0.1,
    told: Callable[[str], None] = lambda _: None,
    currency: str | None = None,
) -> Sensitivity:
    """The cost of the plans with each input lower and higher by a fraction, all else unchanged.

    tables, period: as for `run`. change: the fraction, above 0 and below 1. told: called with each input.
    currency: whose pay counts, by what they are paid in; None: everybody's, in the one currency there is.
    Inputs: the attainment of each measure that a component, gate or tier looks at, the scores of goals,
    amounts of deals with what is paid of them, exchange rates, counts of events, factors of ratings, what
    accounts keep, ratios of risk classes, salaries, headcount (as everyone's FTE), each plan's target and
    caps, the rates, amounts, caps, floors and gates of components, every point of curves and rate of tiers,
    modifiers. An attainment that surveys or customers give is moved as if it were in results. An attainment
    stays within its measure's range, such as gross retention up to 1, with a note.
    Errors: a change outside 0 to 1; several currencies; any error of the run.
    """
    if not 0 < change < 1:
        raise CsmError(VALUE, "the change must be a fraction of each input", "change", change,
                       "Give one above 0 and below 1, such as 0.1.")  # fmt: skip
    given = read(tables, period)
    lines = run(given, period)
    ids = given["roster"].columns["employee_id"].tolist()
    counted = one_currency(given, lines, currency)
    several = len(set(currencies(given, lines))) > 1

    def paid(each: Lines) -> NDArray[np.int64]:
        return by_person(each, ids, paid_in(given, each, counted) if several else None)

    before = paid(lines)
    base = money(before.sum())
    swings = []
    for one in inputs(given, period):
        told(one.label)
        ends, notes = list[float | None](), dict[str, None]()
        for factor in (1 - change, 1 + change):
            if said := one.held(factor):
                notes[said] = None
            try:
                moved = one.scaled(factor)
                reached = _reached(given, moved)
                others = before[[at for at, who in enumerate(ids) if who not in reached]].sum()
                after = paid(run(of_people(moved, reached), period))
                ends.append(money(after[[at for at, who in enumerate(ids) if who in reached]].sum() + others))
            except CsmError as error:
                ends.append(None)
                notes[f"not at × {factor:g}: {error.issues[0].message}"] = None
        swings.append(Swing(one.label, one.value, ends[0], base, ends[1], "; ".join(notes)))
    swings.sort(key=lambda swing: -swing.swing)
    return Sensitivity(base, counted, change, tuple(swings))


def _reached(before: Tables, after: Tables) -> set[str]:
    """The people whose pay a change can affect: for plans, components, curves and tiers, those on plans that
    use them; otherwise everybody."""
    changed = {name for name in after if after[name] is not before[name]}
    everyone = set(before["roster"].columns["employee_id"].tolist())
    if not changed <= _USED.keys():
        return everyone
    plans: set[str] = set()
    for name in changed:
        rows = _differing(before[name], after[name])
        keys = {before[name].columns[_USED[name]][row] for row in rows}
        if name in ("plans", "components"):
            plans |= keys
        else:
            columns = before["components"].columns
            used = zip(columns["plan_id"].tolist(), columns[_USED[name]].tolist(), strict=True)
            plans |= {plan for plan, key in used if key in keys}
    return people_on(before, plans)


def _differing(before: Table, after: Table) -> list[int]:
    """The rows in which two tables of the same rows differ."""
    changed = np.zeros(before.rows, dtype=bool)
    for name, column in after.columns.items():
        if column is not before.columns[name]:
            old = before.columns[name]
            changed |= (old != column) & ((old == old) | (column == column))  # two blanks are alike
    return np.flatnonzero(changed).tolist()


def inputs(tables: Tables, period: Any) -> Iterator[Input]:
    """All possible cost drivers, in the order of calculation."""
    yield from _people(tables)
    yield from _plans(tables)
    yield from _results(tables, period)
    yield from _components(tables)
    yield from _points(tables)


def _scaler(tables: Tables, *cells: tuple[str, str, Sequence[int]]) -> Callable[[float], Tables]:
    """The tables with some cells multiplied: table, column and rows; blanks stay blank."""

    def scaled(factor: float) -> Tables:
        found = tables
        for name, column, rows in cells:
            if rows:
                values = np.round(found[name].columns[column][list(rows)] * factor, 12)
                found = with_cells(found, name, column, rows, values)
        return found

    return scaled


def _stated(tables: Tables, name: str, column: str, rows: Iterable[int] | None = None) -> list[int]:
    """The rows in which a column is not 0."""
    values = tables[name].columns[column]
    every = range(tables[name].rows) if rows is None else rows
    return [row for row in every if values[row] == values[row] and values[row] != 0]


def _people(tables: Tables) -> Iterator[Input]:
    for label, column in (("base salaries", "base_salary"), ("headcount, as everyone's FTE", "fte")):
        cells = [(name, column, _stated(tables, name, column)) for name in ("roster", "changes")]
        yield Input(label, None, _scaler(tables, *cells))


def _plans(tables: Tables) -> Iterator[Input]:
    plans = tables["plans"].columns["plan_id"].tolist()
    on = dict(zip(tables["roster"].columns["employee_id"].tolist(),
                  tables["roster"].columns["plan_id"].tolist(), strict=True))  # fmt: skip
    for plan in dict.fromkeys(plans):
        mine = [row for row, name in enumerate(plans) if name == plan]
        cells = [("plans", "target_value", _stated(tables, "plans", "target_value", mine))]
        for name in ("roster", "changes"):
            who = tables[name].columns["employee_id"].tolist()
            rows = [row for row, one in enumerate(who) if on.get(one) == plan]
            for column in ("target_ratio", "target_amount", "ote"):
                cells.append((name, column, _stated(tables, name, column, rows)))
        if any(rows for _, _, rows in cells):
            value = tables["plans"].value(mine[-1], "target_value")
            basis = str(tables["plans"].columns["target_basis"][mine[-1]])
            yield Input(f"{_TARGETS[basis]} of plan {plan}", value, _scaler(tables, *cells))
        for column in _PLAN:
            if rows := _stated(tables, "plans", column, mine):
                value = tables["plans"].value(rows[-1], column)
                yield Input(f"{column} of plan {plan}", value, _scaler(tables, ("plans", column, rows)))


def _results(tables: Tables, period: Any) -> Iterator[Input]:
    inside, actuals = periods_inside(tables, period), tables["results"].columns["actual"]
    context = RunContext(tables)
    counted = {(one.measure, one.scope): one
               for one in counted_results(context, context.calendar.find(period))}  # fmt: skip
    for measure in _every_measure(tables, context):
        given = tables
        rows = [row for row in result_rows(tables, measure, inside, None) if not np.isnan(actuals[row])]
        if own := counted.get((measure.measure, measure.scope)):
            given, more = own.stated(tables)
            rows = sorted({*rows, *more})
        if rows:
            whose = _WHOSE[measure.scope]
            yield Input(f"attainment of {measure.measure} of {whose}", None,
                        *_attained(given, measure, rows))  # fmt: skip
    for label, *columns in _WHOLE_COLUMNS:
        cells = [(name, column, _stated(tables, name, column)) for name, column in columns]
        if cells[0][2]:
            yield Input(label, None, _scaler(tables, *cells))


def _every_measure(tables: Tables, context: RunContext) -> list[Measure]:
    """The measures that any component looks at: first those that it is paid on, then those of its gates,
    columns, tiers, ranks and pools."""
    found = measures(tables, range(tables["components"].rows))
    known = {(one.measure, one.scope) for one in found}
    for one in context.book.every_component():
        for measure, scope in looked_at(one):
            if (measure, scope) not in known:
                known.add((measure, scope))
                gates = [gate.direction for gate in one.gates if gate.measure == measure]
                found.append(Measure(scope, measure, gates[0] if gates else "higher", "inverse"))
    return found


def _attained(
    tables: Tables, measure: Measure, rows: list[int]
) -> tuple[Callable[[float], Tables], Callable[[float], str]]:
    """The tables with the attainments of some results multiplied, and what limits these.

    No actual is moved past what its measure can be; one that is past it already stays where it is.
    """
    actual, goal = tables["results"].columns["actual"][rows], goals_of(tables, rows)
    least, most = natural_bounds(measure.measure, goal, actual)
    least, most = np.minimum(least, actual), np.maximum(most, actual)

    def moved_by(factor: float) -> Array:
        if measure.direction == "higher":
            moved = actual * factor
        elif measure.method == "inverse":
            moved = actual / factor
        else:  # the attainment 2 − actual / goal is what is multiplied
            moved = np.where(goal > 0, 2 * goal - (2 * goal - actual) * factor, actual)
        return np.round(moved, 12)

    def scaled(factor: float) -> Tables:
        return with_cells(tables, "results", "actual", rows, np.clip(moved_by(factor), least, most))

    def held(factor: float) -> str:
        moved = moved_by(factor)
        return bounds_in_words(measure.measure) if np.any((moved < least) | (moved > most)) else ""

    return scaled, held


def _components(tables: Tables) -> Iterator[Input]:
    table = tables["components"]
    keys = list(zip(table.columns["plan_id"].tolist(), table.columns["component_id"].tolist(), strict=True))
    for plan, component in dict.fromkeys(keys):
        mine = [row for row, key in enumerate(keys) if key == (plan, component)]
        for column in _COMPONENT:
            if rows := _stated(tables, "components", column, mine):
                label = f"{column} of component {plan}/{component}"
                yield Input(
                    label, table.value(rows[-1], column), _scaler(tables, ("components", column, rows))
                )


def _points(tables: Tables) -> Iterator[Input]:
    for name, key, at, column, label in _PARTS:
        table = tables[name]
        for row in _stated(tables, name, column):
            where = label.format(table.columns[key][row], in_words(float(table.columns[at][row])))
            yield Input(where, table.value(row, column), _scaler(tables, (name, column, [row])))
    table = tables["curves"]
    for row in _stated(tables, "curves", "cap"):
        label = f"cap of curve {table.columns['curve_id'][row]}"
        yield Input(label, table.value(row, "cap"), _scaler(tables, ("curves", "cap", [row])))
