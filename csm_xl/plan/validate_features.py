"""Whether ramps, seasons, matrices, peer groups and accounts fit the components that use them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np

from csm_xl.errors import NOT_FOUND, CsmError, listed
from csm_xl.plan.calendar import table_periods
from csm_xl.plan.findings import Findings, summed
from csm_xl.plan.names import did_you_mean, plain_ids, same_id
from csm_xl.plan.parts import grouped, with_pools
from csm_xl.plan.periods import UNEVEN
from csm_xl.plan.spans import SUMMED
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.validate_names import otherwise, team_names

_A_YEAR: Final = {"month": 12, "quarter": 4, "half": 2, "year": 1}
_FEATURES: Final = {"ramp_id", "season_id", "matrix_id", "peer_group", "book_adjusted"}
_CLEAR: Final = "Clear one of the two."
_PERCENTILES: Final = ("p10", "p25", "p50", "p75", "p90")


def check_features(tables: Tables, out: Findings) -> None:
    """Collect the findings about what components name beside curves and tiers."""
    table = tables["components"]
    rich = {name for name, kind in tables.types.items() if kind.names >= _FEATURES}
    for row in range(table.rows):
        if table.columns["type"][row] in rich:
            for column, message, hint in _wrong(_values(table, row)):
                name = table.columns["component_id"][row]
                out.error(table, row, column, f"component {name}: {message}", hint)
            if table.columns["book_adjusted"][row] and not tables["risk_classes"].rows:
                out.error(table, row, "book_adjusted", "there are no risk_classes with the expected "
                                                       "retention",
                          "Give risk_classes with the columns risk_class and ratio.", NOT_FOUND)  # fmt: skip
    seasons = tables["seasons"]
    for season, rows in grouped(seasons, "season_id").items():
        if (total := summed(seasons.columns["share"][rows])) not in (0, 1):
            out.warning(seasons, rows[0], "share", f"the shares of season {season} sum to {float(total):.9g};"
                        " each counts as its part of that sum", "Make them sum to 1.")  # fmt: skip
    if "season_id" in table.columns:
        _check_seasons(tables, out)
    _check_ranks(tables, out)


def _values(table: Table, row: int) -> dict[str, Any]:
    return {column.name: table.value(row, column.name) for column in table.schema.columns}


def _wrong(value: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Column, message and hint for everything in a metric that cannot go together."""
    measured = [name for name in ("ramp_id", "season_id") if value[name]]
    individual = [*measured, *(["peer_group"] if value["peer_group"] else [])]
    for name in individual:
        if value["scope"] != "individual":
            yield (
                name,
                f"{name} applies to people, but the scope is {value['scope']}",
                ("Make the scope individual, or clear the cell."),
            )
    for name in measured:
        if value["cumulative"] == "ytd_latest":
            yield (
                name,
                f"with ytd_latest the goal already covers the year to date, so no {name} applies",
                ("Clear the cell, or give results by period and set cumulative to ytd_sum."),
            )
        if value["peer_group"]:
            yield name, "a rank among peers has no goal", _CLEAR
    if value["peer_group"] and value["cumulative"] in SUMMED:
        yield (
            "peer_group",
            "people are ranked by the result of one period, not by a sum of them",
            ("Set cumulative to discrete or ytd_latest."),
        )
    if value["matrix_id"] and value["curve_id"]:
        yield "matrix_id", f"both the curve {value['curve_id']} and the matrix would pay", _CLEAR
    if value["matrix_id"] and not value["column_measure"]:
        yield "column_measure", "the matrix has columns, but no measure for them", "Type the second measure."
    if value["column_measure"] and not value["matrix_id"]:
        yield "column_measure", "there is no matrix for it", "Type matrix_id, or clear the cell."
    if value["book_adjusted"] and value["scope"] != "team":
        yield (
            "book_adjusted",
            f"a team's rate is adjusted, but the scope is {value['scope']}",
            ("Make the scope team, or clear the cell."),
        )
    if value["book_adjusted"] and value["cumulative"] in SUMMED:
        yield (
            "book_adjusted",
            "the rate of one period is adjusted, not a sum of them",
            ("Set cumulative to discrete."),
        )


def _check_ranks(tables: Tables, out: Findings) -> None:
    """Among peers the attainment is a rank from 0 to 1, whatever place somebody has."""
    table, curves = tables["components"], tables["curves"]
    ranked = table.columns["peer_group"] != "" if "peer_group" in table.columns else ()
    of_ranks = {name for name, ranks in zip(table.columns.get("curve_id", ()), ranked, strict=False) if ranks}
    for curve, rows in grouped(curves, "curve_id").items():
        beyond = [row for row in rows if curves.columns["attainment"][row] > 1]
        if curve in of_ranks and beyond:
            what = (
                f"curve {curve} has a point above 1, and the rank among peers is from 0 (last) to 1 (first)"
            )
            hint = "State the points as ranks: 0.5 for the middle, 1 for the first."
            out.warning(curves, beyond[0], "attainment", what, hint)


def _check_seasons(tables: Tables, out: Findings) -> None:
    """A season needs a share for every pay period of its plan's year."""
    table, seasons = tables["components"], tables["seasons"]
    known = {name: len(rows) for name, rows in grouped(seasons, "season_id").items()}
    plans = tables["plans"].columns
    kinds = dict(zip(plans["plan_id"].tolist(), plans["pay_period"].tolist(), strict=True))
    try:
        fiscal = table_periods(tables["periods"])
    except CsmError:
        return  # reported about the periods table
    counted = Counter((period.kind, period.year) for period in fiscal)
    for row, name in enumerate(table.columns["season_id"].tolist()):
        kind = table.columns["pay_cycle"][row] or kinds.get(table.columns["plan_id"][row])
        if name not in known or kind is None:
            continue
        of_year = max((count for (one, _), count in counted.items() if one == kind), default=0)
        needed = of_year or _A_YEAR.get(kind, UNEVEN.get(kind, 0))
        if known[name] < needed or (known[name] > needed and not fiscal):
            out.error(table, row, "season_id", f"season {name} has {known[name]} periods, but the plan's year"
                      f" has {needed} {kind}s", f"Give season {name} a share for each {kind}.")  # fmt: skip


def check_wages(tables: Tables, out: Findings) -> None:
    """Collect the findings about wages that fall as their percentiles rise."""
    table = tables["wages"]
    for row in range(table.rows):
        known = [(name, wage) for name in _PERCENTILES if (wage := table.value(row, name)) is not None]
        for (below, less), (name, wage) in pairwise(known):
            if wage < less:
                out.error(table, row, name, f"the wage is below the {less:g} of {below}",
                          "Percentiles must rise: correct one of the two.")  # fmt: skip


def check_accounts(tables: Tables, out: Findings) -> None:
    """Collect the findings about accounts: teams nobody is in, new accounts that were there, risk classes."""
    table = tables["accounts"]
    if not table.rows:
        return
    teams = team_names(tables)
    plain = plain_ids(teams)
    new, start = table.columns["new"], table.columns["start"]
    for row, team in enumerate(table.columns["team"].tolist()):
        if team and (same := same_id(team, plain)):
            otherwise(table, row, "team", "the roster spells the team", same, out)
        elif team and team not in teams:
            out.warning(table, row, "team", f"nobody is in the team {team!r}, so the account counts for none",
                        f"{did_you_mean(team, teams)}Correct the team.", NOT_FOUND)  # fmt: skip
    for row in np.flatnonzero(new & (start > 0)).tolist():
        out.warning(table, row, "new", "a new account has revenue at the start; it does not count",
                    "Clear new, or type a start of 0.")  # fmt: skip
    for row in np.flatnonzero(~new & (start == 0)).tolist():
        what = "the account has no revenue at the start and is not new: its end revenue counts as retained"
        out.warning(table, row, "new", what, "Set new to TRUE if it was won in the period, or enter start.",
                    kind="accounts without revenue at the start are not new")  # fmt: skip
    components = tables["components"].columns
    if not np.any(components.get("book_adjusted", np.zeros(0))):
        return
    classes = tables["risk_classes"].columns["risk_class"].tolist()
    for row in np.flatnonzero(~new & (start > 0)).tolist():
        name = table.columns["risk_class"][row]
        if name not in classes:
            said = f"there is no risk class {name!r}" if name else "the account has no risk class"
            out.error(table, row, "risk_class", f"{said}, but a component is book-adjusted",
                      f"{did_you_mean(name, classes)}Type one of {listed(classes)}.", NOT_FOUND)  # fmt: skip


def check_pools(tables: Tables, members: Mapping[str, set[str]], out: Findings) -> None:
    """A pool is money of one currency: the people who share it must be paid in one.

    members: the people who are on each plan at any time.
    """
    table, roster, plans = tables["components"], tables["roster"].columns, tables["plans"].columns
    own = dict(zip(roster["employee_id"].tolist(), roster["currency"].tolist(), strict=True))
    of_plan = dict(zip(plans["plan_id"].tolist(), plans["currency"].tolist(), strict=True))
    for row in np.flatnonzero(with_pools(tables)).tolist():
        plan = table.columns["plan_id"][row]
        codes = {str(own.get(who) or of_plan.get(plan, "")).upper() for who in members.get(plan, ())} - {""}
        if len(codes) > 1:
            column = "type" if table.value(row, "pool_amount") is None else "pool_amount"
            out.error(table, row, column,
                      f"the pool of {table.columns['component_id'][row]} is shared by people paid in"
                      f" {' and '.join(sorted(codes))}, which cannot be added",
                      "Give the people of each currency a plan, with a pool, of their own.")  # fmt: skip
