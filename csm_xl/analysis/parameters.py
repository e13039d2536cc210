"""Inputs of a plan and its results that can be varied: the current value of each, and the tables with another
value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from csm_xl.analysis.counted_measures import counted_results
from csm_xl.analysis.scenario import with_cells
from csm_xl.engine.context import RunContext
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, listed
from csm_xl.pay.measures import MEASURES
from csm_xl.pay.trace import told
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.own_goals import goals_of, own_goals
from csm_xl.plan.tables import Tables

MOST_ATTAINMENT: Final = 2.0
"""The first upper limit when searching attainments."""


@dataclass(eq=False, repr=False)
class Lever:
    """One input that can be varied.

    label: its name in words. moved: the tables with it at a given value. now: its current value; None if it
    has several. upper: first upper limit of the search. bound: last upper limit. places: decimals of its
    values. breaks: values at which pay may jump or bend.
    """

    label: str
    moved: Callable[[float], Tables]
    now: float | None
    upper: float
    bound: float
    places: int = 12
    breaks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure as components use it: whose result counts, and how attainment is calculated."""

    scope: str
    measure: str
    direction: str
    method: str


def component_rows(tables: Tables, named: str = "", plans: Iterable[str] = ()) -> list[int]:
    """The rows of components of a name, ``component`` or ``plan/component``; a blank names all.

    plans: only those of these plans; all where there are none.
    Errors: #N/A for an unknown name.
    """
    table, wanted = tables["components"].columns, set(plans)
    ids, of = table["component_id"].tolist(), table["plan_id"].tolist()
    rows = [row for row in range(len(ids)) if not wanted or of[row] in wanted]
    found = [row for row in rows if named in ("", ids[row], f"{of[row]}/{ids[row]}")]
    if named and not found:
        known = list(dict.fromkeys(ids[row] for row in rows))
        raise CsmError(NOT_FOUND, "unknown component", "of", named,
                       f"{did_you_mean(named, known)}Components: {listed(known)}.")  # fmt: skip
    return found


def measures(tables: Tables, rows: Iterable[int]) -> list[Measure]:
    """The measures of the metric components among some rows, each once; ranks cannot be varied."""
    table, found = tables["components"], dict[Measure, None]()
    for row in rows:
        if _pays_on(tables, row) == "results" and not table.value(row, "peer_group"):
            names = ("scope", "measure", "direction", "method")
            found[Measure(*(str(table.columns[name][row]) for name in names))] = None
    return list(found)


def _pays_on(tables: Tables, row: int) -> str | None:
    """The table whose rows a row of the components pays."""
    return tables.types[str(tables["components"].columns["type"][row])].pays_on


def periods_inside(tables: Tables, period: Any) -> set[str]:
    """The names in results and goals of the periods inside one."""
    calendar = Calendar(tables["periods"])
    span = calendar.find(period)
    every = {str(name) for table in ("results", "goals") for name in tables[table].columns["period"].tolist()}
    spans = [(name, calendar.find(name)) for name in every]
    return {name for name, one in spans if span.start <= one.start and one.end <= span.end}


def result_rows(tables: Tables, measure: Measure, inside: set[str], ids: set[str] | None) -> list[int]:
    """The rows of results of a measure in some periods; ids: only of these people and teams; None means
    all."""
    columns = tables["results"].columns
    each = zip(*(columns[name].tolist() for name in ("period", "scope", "id", "measure")), strict=True)
    return [
        row
        for row, (period, scope, who, what) in enumerate(each)
        if period in inside and (scope, what) == (measure.scope, measure.measure)
        and (ids is None or scope == "company" or who in ids)
    ]  # fmt: skip


def at_attainment(tables: Tables, measure: Measure, rows: list[int], attainment: float) -> Tables:
    """The tables with the actuals of some results such that actual and goal make an attainment.

    A row without a goal above 0 has no attainment, and stays as it is.
    Errors: a result of a team or of the company for which people have goals of their own.
    """
    own = own_goals(tables).get((measure.measure, measure.scope), [])
    if measure.scope != "individual" and own:
        raise CsmError(VALUE, f"people have goals of their own for {measure.measure} of the {measure.scope}:"
                       " one result means other attainments", tables["targets"].where(own[0], "goal"),
                       None, "Vary another component, or the actual on results.")  # fmt: skip
    every = goals_of(tables, rows)
    rows, goals = [row for row, goal in zip(rows, every, strict=True) if goal > 0], every[every > 0]
    if measure.direction == "higher":
        actuals = goals * attainment
    elif measure.method == "complement":
        actuals = goals * (2 - attainment)
    else:
        actuals = goals / max(attainment, 1e-6)  # an attainment of 0 would need an infinite actual
    return with_cells(tables, "results", "actual", rows, np.round(actuals, 12))


def attainment_lever(tables: Tables, period: Any, named: str = "", who: str = "") -> Lever:
    """The attainment of everyone or of one person, in all measures and goals or those of one component.

    Attainment is actual / goal from results, or the measure itself that answers or accounts give, or the
    score of personal goals. What deals give stays as it is, and the label says so.
    Errors: an unknown person or component; a component without attainment; nothing to vary.
    """
    roster = tables["roster"].columns
    people = roster["employee_id"].tolist()
    ids: set[str] | None = None
    plans: set[str] = set()
    if who:
        if who not in people:
            raise CsmError(NOT_FOUND, "the employee is not on the roster", "employee_id", who,
                           did_you_mean(who, people) or "Give an employee_id of the roster.")  # fmt: skip
        ids = {who}
        for table, at in _own_rows(tables, who):
            ids |= {str(tables[table].columns["team"][at])} - {""}
            plans |= {str(tables[table].columns["plan_id"][at])} - {""}
    rows, given = component_rows(tables, named, plans), _counted(tables, period)
    inside, by_deals = periods_inside(given, period), _given_by_deals(tables, rows)
    every = [one for one in measures(tables, rows) if one.measure not in by_deals]
    moved = [(one, result_rows(given, one, inside, ids)) for one in every]
    scores: list[int] = []
    if any(_pays_on(tables, row) == "goals" for row in rows):
        goals = tables["goals"].columns
        each = zip(goals["period"].tolist(), goals["employee_id"].tolist(), strict=True)
        scores = [
            at for at, (name, whose) in enumerate(each) if name in inside and (ids is None or whose in ids)
        ]
    if not scores and not any(mine for _, mine in moved):
        raise CsmError(NOT_FOUND, "there is no result with a goal to vary", "of", named or None,
                       "Name a metric or goals component that has results in the period.")  # fmt: skip

    def moved_to(value: float) -> Tables:
        found = given
        for measure, mine in moved:
            found = at_attainment(found, measure, mine, value) if mine else found
        found = with_cells(found, "goals", "score", scores, value) if scores else found
        found.checked = tables.checked  # what is measured moves, on which no term of a plan depends
        return found

    label = f"attainment of {named or 'every measure'}{f' of {who}' if who else ', the same for everyone'}"
    label += f"; deals give {listed(by_deals)}, which stays as it is" if by_deals else ""
    return Lever(label, moved_to, None, MOST_ATTAINMENT, 64.0, breaks=tuple(_attainment_breaks(tables, rows)))


def _counted(tables: Tables, period: Any) -> Tables:
    """The tables with what answers and accounts give in a period as rows of results."""
    context = RunContext(tables)
    for one in counted_results(context, context.calendar.find(period), MEASURES):
        tables, _ = one.stated(tables)
    return tables


def _given_by_deals(tables: Tables, rows: Iterable[int]) -> list[str]:
    """The measures of some components whose actual is what is credited on deals."""
    columns = tables["components"].columns
    given = [row for row in rows if columns["measure_from"][row] == "deals"]
    return list(dict.fromkeys(str(columns["measure"][row]) for row in given))


def _own_rows(tables: Tables, who: str) -> Iterator[tuple[str, int]]:
    for table in ("roster", "changes"):
        for at, name in enumerate(tables[table].columns["employee_id"].tolist()):
            if name == who:
                yield table, at


def _attainment_breaks(tables: Tables, rows: list[int]) -> Iterator[float]:
    """Values where pay may bend or jump: curve points, matrix headings, tier bounds on attainment, gates,
    caps."""
    table = tables["components"]
    yield 1.0
    for row in rows:
        for key, part, names in (
            ("curve_id", "curves", ("attainment",)),
            ("tier_id", "tiers", ("from", "to")),
            ("matrix_id", "matrices", ("row", "column")),
        ):
            name, parts = table.columns[key][row], tables[part].columns
            mine = [at for at in range(tables[part].rows) if name and parts[key][at] == name]
            if part == "tiers":
                mine = [at for at in mine if parts["on"][at] == "attainment"]
            yield from (float(parts[one][at]) for one in names for at in mine if parts[one][at] >= 0)
        for name in ("gate_minimum", "floor", "cap"):
            if (value := table.value(row, name)) is not None and 0 <= value < 10:
                yield value


def rate_lever(tables: Tables, named: str) -> Lever:
    """The rate of one component, that by which a result funds its pool, or its fixed amount.

    Errors: an unknown component, several of that name in different plans, one that pays through none of them.
    """
    rows = component_rows(tables, named)
    table = tables["components"]
    ways = ("rate", "pool_rate", "fixed_amount")
    paying = [row for row in rows if any(table.value(row, one) is not None for one in ways)]
    if not paying:
        raise CsmError(VALUE, "no rate and no fixed amount pays here", "of", named or None,
                       "Name a component with a rate or a fixed amount.")  # fmt: skip
    both = zip(*(table.columns[name][paying].tolist() for name in ("plan_id", "component_id")), strict=True)
    names = dict.fromkeys(f"{plan}/{component}" for plan, component in both)
    if len(names) > 1:
        raise CsmError(VALUE, "several components have a rate or a fixed amount", "of", named or None,
                       f"Name one: {listed(names)}.")  # fmt: skip
    column = next(one for one in ways if table.value(paying[0], one) is not None)
    now = table.value(paying[0], column) or 0.0
    first, bound, places = (1.0, 1.0, 12) if column != "fixed_amount" else (max(2 * now, 100.0), 1e9, 4)
    return Lever(f"{column} of {next(iter(names))}",
                 lambda value: with_cells(tables, "components", column, paying, value), now, first, bound,
                 places)  # fmt: skip


def target_lever(tables: Tables, plan: str) -> Lever:
    """The target that a plan gives people without their own: a share of salary, an amount or an OTE.

    Errors: an unknown plan; none named where there are several.
    """
    table = tables["plans"]
    known = list(dict.fromkeys(table.columns["plan_id"].tolist()))
    plan = plan or (known[0] if len(known) == 1 else "")
    if plan not in known:
        raise CsmError(NOT_FOUND, "unknown plan" if plan else "there are several plans", "of",
                       plan or None, f"{did_you_mean(plan, known)}Name one: {listed(known)}.")  # fmt: skip
    rows = [row for row in range(table.rows) if table.columns["plan_id"][row] == plan]
    now = table.value(rows[-1], "target_value")
    ratio = table.columns["target_basis"][rows[-1]] == "ratio"
    first = max(2 * (now or 0), 1.0 if ratio else 100_000.0)
    label = {"ratio": "target ratio", "amount": "target amount", "ote": "OTE"}
    return Lever(f"{label[str(table.columns['target_basis'][rows[-1]])]} of plan {plan}",
                 lambda value: with_cells(tables, "plans", "target_value", rows, value), now, first,
                 100.0 if ratio else 1e9, 12 if ratio else 4)  # fmt: skip


def curve_lever(tables: Tables, named: str) -> Lever:
    """The payout of a curve at one point, named ``curve@attainment``; at a jump, after the jump.

    Errors: unknown curve, no curve point there.
    """
    name, _, at = named.rpartition("@")
    table = tables["curves"]
    known = list(dict.fromkeys(table.columns["curve_id"].tolist()))
    if name not in known:
        raise CsmError(NOT_FOUND, "there is no such curve", "of", named or None,
                       f"Write curve@attainment, such as {known[0] if known else 'NRR'}@1.1."
                       f" Curves: {listed(known) or 'none'}.")  # fmt: skip
    mine = [row for row in range(table.rows) if table.columns["curve_id"][row] == name]
    knots = [told(float(table.columns["attainment"][row])) for row in mine]
    try:
        wanted = told(float(at))
    except ValueError:
        wanted = at
    if wanted not in knots:
        raise CsmError(NOT_FOUND, f"curve {name} has no point there", "of", at,
                       f"Its points: {', '.join(knots)}.")  # fmt: skip
    row = mine[len(knots) - 1 - knots[::-1].index(wanted)]
    now = float(table.columns["payout"][row])
    return Lever(f"payout of curve {name} at {wanted}",
                 lambda value: with_cells(tables, "curves", "payout", [row], value), now,
                 max(2 * now, 2.0), 100.0)  # fmt: skip
