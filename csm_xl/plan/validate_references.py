"""Whether gates, ratings, roundings and components that refer to others fit together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np

from csm_xl.errors import NOT_FOUND, listed
from csm_xl.pay.rounding import exceeds
from csm_xl.plan.findings import Findings
from csm_xl.plan.gates import Gate, gates_by_component, own_gate
from csm_xl.plan.measures import is_rate
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.parts import grouped, read_as
from csm_xl.plan.ratio_measures import ratio_measures
from csm_xl.plan.spans import SUMMED
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_parameters import NOT_USED

_References = Mapping[tuple[str, str], Sequence[str]]
_UNITS: Final = ("round_attainment", "round_ratio", "round_composite", "round_payout", "round_target")
_OWN_UNIT_ONLY: Final = {
    "peer_group": "a rank is not a figure in the measure's own unit",
    "ramp_id": "a ramp is a share of a goal",
    "season_id": "a season is a share of a goal",
    "kicker_ratio": "a kicker is earned at an attainment of 1",
}


def check_references(tables: Tables, out: Findings) -> None:
    """Collect what does not fit in gates, in components that refer to others, and in what plans round."""
    order, refers = _order(tables), _references(tables)
    _check_gates(tables, order, refers, out)
    _check_payouts_of(tables, order, refers, out)
    _check_own_units(tables, out)
    _check_sums_of_ratios(tables, out)
    _check_roundings(tables, out)


def _order(tables: Tables) -> dict[str, dict[str, int]]:
    """Plan → its components, each with the place in which it is first calculated."""
    columns = tables["components"].columns
    found: dict[str, dict[str, int]] = {}
    for plan, name in zip(columns["plan_id"].tolist(), columns["component_id"].tolist(), strict=True):
        found.setdefault(plan, {}).setdefault(name, len(found[plan]))
    return found


def _references(tables: Tables) -> _References:
    """Plan and component → the components that it refers to, by payout_of or by a gate on a payout."""
    components, gates = tables["components"].columns, tables["gates"].columns
    names = ("plan_id", "component_id")
    found: dict[tuple[str, str], list[str]] = {}
    for plan, name, other in zip(*(components[one].tolist() for one in (*names, "payout_of")), strict=True):
        if other:
            found.setdefault((plan, name), []).append(other)
    of_gates = (gates[one].tolist() for one in (*names, "measure", "on"))
    for plan, name, other, on in zip(*of_gates, strict=True):
        if name and on == "payout":
            found.setdefault((plan, name), []).append(other)
    return found


def _check_gates(
    tables: Tables, order: Mapping[str, Mapping[str, int]], refers: _References, out: Findings
) -> None:
    table = tables["gates"]
    for row in range(table.rows):
        plan, component, measure = (table.value(row, name) for name in ("plan_id", "component_id", "measure"))
        known = order.get(plan, {})
        if component and component not in known:
            out.error(table, row, "component_id", f"plan {plan} has no component {component!r}",
                      f"{did_you_mean(component, known)}Allowed: {listed(known) or 'none'}; blank for all.",
                      NOT_FOUND)  # fmt: skip
            continue
        if table.value(row, "on") != "payout":
            continue
        if table.value(row, "span") == "ytd":
            out.error(table, row, "span", "the payout of another component is that of the period",
                      "Type period, or compare the measure itself of the plan year to date.")  # fmt: skip
        if table.value(row, "scope"):
            out.warning(table, row, "scope", "a payout is the person's own, so scope is not used",
                        "Clear it.", kind=NOT_USED)  # fmt: skip
        if not component:
            out.error(table, row, "component_id", "a gate on a payout does not say which component it gates",
                      "Type the component; it must come after the one that is compared.")  # fmt: skip
        elif cycle := _cycle(plan, component, measure, refers):
            out.error(table, row, "measure", f"these components refer to each other: {' → '.join(cycle)}",
                      "Remove the gate, or what leads back to its component.")  # fmt: skip
        else:
            _check_earlier(table, row, "measure", (plan, component, measure), known, out)
    _check_contradictions(tables, out)


def _check_contradictions(tables: Tables, out: Findings) -> None:
    """Each two gates of a component: its own columns, the rows for its plan and the rows for itself."""
    table, stated, seen = tables["components"], gates_by_component(tables["gates"]), set[tuple[Any, ...]]()
    for row in range(table.rows if stated else 0):
        values = {name: table.value(row, name) for name in table.columns}
        plan, name, scope = values["plan_id"], values["component_id"], values.get("scope")
        own = own_gate(values, row) if values.get("gate_minimum") is not None else ()
        every = (*own, *stated.get((plan, ""), ()), *stated.get((plan, name), ()))
        for pair in combinations(every, 2):
            cells = tuple(gate.cell("minimum") for gate in pair)
            if cells not in seen:
                seen.add(cells)
                _check_contradiction(tables, plan, scope, *pair, out)


def _check_contradiction(
    tables: Tables, plan: str, scope: str | None, one: Gate, other: Gate, out: Findings
) -> None:
    """Two gates on one figure, of which the one must be reached and the other not exceeded."""
    alike = all(getattr(one, name) == getattr(other, name) for name in ("measure", "on", "span"))
    alike = alike and (one.scope or scope) == (other.scope or scope)
    if not alike or "any" in (one.join, other.join) or one.at_most == other.at_most:
        return
    least, most = (other, one) if one.at_most else (one, other)
    touching = least.minimum == most.minimum and (least.strict or most.strict)
    if exceeds(least.minimum, most.minimum) or touching:
        lowest = f"{'above' if least.strict else 'at least'} {least.minimum:g}"
        highest = f"{'below' if most.strict else 'at most'} {most.minimum:g}"
        table, first = tables["gates"], one.cell("minimum")
        any_of = ", or set join to any in both" if first[0] == "gates" else ""
        whose = f"{plan} {table.value(other.row, 'component_id') or ''}".rstrip()
        what = f"{whose}: {one.measure} cannot be {lowest} and {highest}"
        out.error(table, other.row, "minimum", f"{what} ({tables[first[0]].where(*first[1:])})",
                  f"Correct one of the two gates{any_of}.")  # fmt: skip


def _check_earlier(
    table: Table, row: int, column: str, of: tuple[str, str, str], known: Mapping[str, int], out: Findings
) -> bool:
    """Whether what a component refers to is calculated before it."""
    plan, component, other = of
    if other not in known:
        out.error(table, row, column, f"plan {plan} has no component {other!r}",
                  f"{did_you_mean(other, known)}Name a component of the plan.", NOT_FOUND)  # fmt: skip
        return False
    if known[other] >= known[component]:
        what = (
            f"{component} refers to itself"
            if other == component
            else (f"{component} refers to {other}, which is calculated after it")
        )
        out.error(table, row, column, what,
                  f"Move {other} above {component} in components." if other != component else
                  "Name an earlier component of the plan.")  # fmt: skip
        return False
    return True


def _check_payouts_of(
    tables: Tables, order: Mapping[str, Mapping[str, int]], refers: _References, out: Findings
) -> None:
    table = tables["components"]
    based = {name for name, kind in tables.types.items() if kind.target_based}
    types: dict[tuple[str, str], str] = {}
    columns = (table.columns[name].tolist() for name in ("plan_id", "component_id", "type"))
    for plan, name, type_ in zip(*columns, strict=True):
        types.setdefault((plan, name), type_)
    for row in range(table.rows):
        plan, name, other = (table.value(row, one) for one in ("plan_id", "component_id", "payout_of"))
        if not other:
            continue
        if cycle := _cycle(plan, name, other, refers):
            out.error(table, row, "payout_of", f"these components refer to each other: {' → '.join(cycle)}",
                      "Clear payout_of of one of them.")  # fmt: skip
        elif _multiplies(tables, plan):
            what = f"plan {plan} is multiplicative: it multiplies the payout ratios of its components already"
            out.error(table, row, "payout_of", what, "Clear payout_of, or make the plan additive.")
        elif _check_earlier(table, row, "payout_of", (plan, name, other), order[plan], out):
            _check_attainment_of(tables, row, other, out)
            _check_by_days(tables, row, other, out)
            for one in (name, other):
                if types[plan, one] not in based:
                    what = f"{one} is a {types[plan, one]}, which has no payout ratio"
                    out.error(table, row, "payout_of", what,
                              f"Allowed: {listed(sorted(based))} components of the plan.")  # fmt: skip


def _multiplies(tables: Tables, plan: str) -> bool:
    plans = tables["plans"].columns
    return bool(np.any((plans["plan_id"] == plan) & (plans["combination"] == "multiplicative")))


def _check_attainment_of(tables: Tables, row: int, other: str, out: Findings) -> None:
    """Whether the component whose attainment multiplies has one."""
    table = tables["components"]
    if table.value(row, "payout_of_on") != "attainment":
        return
    of_plan = table.columns["plan_id"] == table.columns["plan_id"][row]
    for at in np.flatnonzero(of_plan & (table.columns["component_id"] == other)).tolist():
        if "on" in table.columns and table.columns["on"][at] == "actual":
            what = f"{other} is paid on a figure in its own unit, and has no attainment"
            out.error(table, row, "payout_of_on", what, "Type payout, or name another component.")
            return


def _check_by_days(tables: Tables, row: int, other: str, out: Findings) -> None:
    """A plan that pays each version by its days has one payout of a component to multiply with, but not one
    attainment; nor may versions be combined with different things."""
    table, plans = tables["components"], tables["plans"].columns
    plan, name = table.columns["plan_id"][row], table.columns["component_id"][row]
    if not np.any((plans["plan_id"] == plan) & (plans["version_rule"] == "by_days")):
        return
    of_plan = table.columns["plan_id"] == plan
    own = np.flatnonzero(of_plan & (table.columns["component_id"] == name))
    with_what = {
        tuple(table.columns[one][at] for one in ("payout_of", "payout_of_on", "payout_of_join"))
        for at in own.tolist()
    }
    if len(with_what) > 1:
        what = f"the versions of {name} are combined with different things, and {plan} pays them by days"
        out.error(table, row, "payout_of", what, "Give all versions the same payout_of, payout_of_on and"
                  " payout_of_join, or name the new component differently.")  # fmt: skip
    several = np.count_nonzero(of_plan & (table.columns["component_id"] == other)) > 1
    if several and table.value(row, "payout_of_on") == "attainment":
        what = f"{other} has versions, which {plan} pays by days: it has no one attainment of the period"
        out.error(table, row, "payout_of_on", what, "Type payout, or last_day as version_rule.")


def _cycle(plan: str, name: str, other: str, refers: _References) -> list[str]:
    """The components through which a component's reference to another comes back; none where it does not."""
    paths, seen = [[name, other]] if other != name else [], {other}
    for path in paths:  # grows while it is read
        for further in refers.get((plan, path[-1]), ()):
            if further == name:
                return [*path, name]
            if further not in seen:
                seen.add(further)
                paths.append([*path, further])
    return []


def _check_own_units(tables: Tables, out: Findings) -> None:
    table = tables["components"]
    if "on" not in table.columns:
        return
    for row in np.flatnonzero(table.columns["on"] == "actual").tolist():
        name = f"component {table.columns['component_id'][row]}"
        for column, why in _OWN_UNIT_ONLY.items():
            if table.value(row, column) not in (None, ""):
                out.error(table, row, column, f"{name} is paid on the actual, in its own unit: {why}",
                          f"Clear {column}, or set on to attainment.")  # fmt: skip
        lower = "lower" in (table.value(row, "direction"), table.value(row, "column_direction"))
        if table.value(row, "matrix_id") and lower:
            what = f"{name}: a matrix in the measures' own units reads higher figures as better"
            out.error(table, row, "direction", what, "Use a curve, or set on to attainment.")  # fmt: skip
    rows = grouped(tables["curves"], "curve_id")
    for curve, ways in read_as(tables).items():
        if ("actual", "lower") in ways and len(ways) > 1 and curve in rows:
            what = f"curve {curve} is used for actuals where lower is better, and also in another way"
            out.error(tables["curves"], rows[curve][0], "curve_id", what,
                      "Give each way of reading a curve of its own.")  # fmt: skip


def _check_sums_of_ratios(tables: Tables, out: Findings) -> None:
    """The actuals of a year to date are added up, and ratios have no sum: 50% and 50% are not 100%."""
    ratios = ratio_measures(tables)

    def is_ratio(measure: str) -> bool:
        return measure in ratios or is_rate(measure)

    gates, table = tables["gates"], tables["components"]
    fix = "Set on to attainment, or give the figure of the year to date and"
    for row in range(gates.rows):
        summed = gates.value(row, "on") == "actual" and gates.value(row, "span") == "ytd"
        if summed and is_ratio(measure := str(gates.value(row, "measure"))):
            what = f"the actuals of {measure} are ratios, which have no sum over the year to date"
            out.error(gates, row, "span", what, f"{fix} span = period.")
    for row in range(table.rows) if "on" in table.columns else ():
        summed = table.value(row, "on") == "actual" and table.value(row, "cumulative") in SUMMED
        if summed and is_ratio(measure := str(table.value(row, "measure"))):
            what = f"the actuals of {measure} are ratios, which have no sum over the year to date"
            out.error(table, row, "cumulative", what, f"{fix} cumulative = ytd_latest.")


def _check_roundings(tables: Tables, out: Findings) -> None:
    table, components = tables["plans"], tables["components"]
    named = grouped(components, "plan_id")
    for row in range(table.rows):
        plan = table.value(row, "plan_id")
        units = [name for name in _UNITS if table.value(row, name) is not None]
        awards = table.value(row, "round_award_mode") is None and any(
            one.value(at, "round_award") is not None
            for one, rows in ((table, (row,)), (components, named.get(plan, ())))
            for at in rows
        )
        if table.value(row, "round_mode") != "half_up" and not units and not awards:
            out.warning(table, row, "round_mode", f"plan {plan} rounds none of {listed(_UNITS)}, so"
                        " round_mode is not used", "Clear it, or type a unit.",
                        kind=NOT_USED)  # fmt: skip
        if table.value(row, "combination") == "multiplicative" and "round_composite" in units:
            what = f"plan {plan} multiplies its ratios: it has no composite"
            out.error(
                table, row, "round_composite", what, "Use round_payout, or set combination to additive."
            )
        bounded = [at for at in named.get(plan, ()) if components.value(at, "max_amount") is not None]
        if "round_payout" in units and bounded:
            out.error(components, bounded[0], "max_amount", f"plan {plan} rounds its payout, which may bring"
                      " a component above its maximum", "Clear max_amount or round_payout.")  # fmt: skip
        composite = [at for at in named.get(plan, ()) if components.value(at, "composite")
                     and components.columns.get("on", {at: ""})[at] != "composite"]  # fmt: skip
        if composite and "round_composite" not in units:
            out.warning(components, composite[0], "composite", f"plan {plan} has no round_composite, so"
                        " composite is not used", "Clear it, or fill round_composite of the plan.",
                        kind=NOT_USED)  # fmt: skip
        floor, cap = (table.value(row, name) for name in ("individual_floor", "individual_cap"))
        if floor is not None and cap is not None and exceeds(floor, cap):
            out.error(table, row, "individual_floor", f"the floor of individual modifiers is above their cap"
                      f" of {cap:g}", "Type a floor at or below the cap.")  # fmt: skip


def check_ratings(tables: Tables, out: Findings) -> None:
    """Collect modifiers that say no factor, or two, and individual ones of nobody on the roster."""
    table, roster = tables["modifiers"], tables["roster"]
    known = set(roster.columns["employee_id"].tolist())
    for row in range(table.rows):
        scope, name, factor, rating = (table.value(row, one) for one in ("scope", "id", "factor", "rating"))
        if scope == "individual" and (not name or (roster.rows and name not in known)):
            what = f"nobody on the roster is {name!r}" if name else "the row does not say whose factor it is"
            out.error(table, row, "id", what, f"{_mean(name, known)}Type the employee ID.",
                      NOT_FOUND)  # fmt: skip
        whose = f"{name}'s" if name else f"the {scope}'s"
        if rating and scope != "individual":
            out.error(table, row, "rating", "a rating is a person's, and this is the factor of a "
                      f"{scope}", "Type the factor, and clear the rating.")  # fmt: skip
        elif rating and factor is not None:
            out.error(table, row, "factor", f"{whose} modifier has a factor and a rating",
                      "Clear one of them.")  # fmt: skip
        elif factor is None and not rating:
            either = " or the rating" if scope == "individual" else ""
            out.error(table, row, "factor", f"{whose} factor is missing", f"Type the factor{either}; 1"
                      " changes nothing.")  # fmt: skip


def _mean(name: Any, known: set[str]) -> str:
    return did_you_mean(str(name), known) if name else ""
