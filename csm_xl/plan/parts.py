"""What plans are made of and name: curves, tiers, ramps, seasons and matrices, from the rows of tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.errors import VALUE, CsmError, Issue, listed
from csm_xl.pay.curves import Curve
from csm_xl.pay.matrix import Matrix
from csm_xl.pay.tiers import TierTable
from csm_xl.plan.table import Table, Tables

_ROW: Final = r"row (\d+)\Z"


def grouped(table: Table, *names: str) -> dict[Any, list[int]]:
    """The rows of a table by the value of a column (or the values of several), in table order."""
    same = table.groups(*names)
    columns = [table.columns[name][same.first].tolist() for name in names]
    keys = columns[0] if len(columns) == 1 else zip(*columns, strict=True)
    return dict(zip(keys, same.every(), strict=True))


def credited_people(credits: Table) -> dict[str, set[str]]:
    """Deal → who is credited for it. credits: the table."""
    found: dict[str, set[str]] = {}
    for deal, who in zip(
        *(credits.columns[name].tolist() for name in ("deal_id", "employee_id")), strict=True
    ):
        found.setdefault(deal, set()).add(who)
    return found


def numbered(table: Table, *names: str) -> dict[tuple[Any, ...], int]:
    """What a row is about, by the values of some columns → the row; rows about the same are distinguished by
    their order, a number from 0 behind the values."""
    found: dict[tuple[Any, ...], int] = {}
    times = Counter[tuple[Any, ...]]()
    for row in range(table.rows):
        about = tuple(table.value(row, name) for name in names)
        found[(*about, times[about])] = row
        times[about] += 1
    return found


def with_pools(tables: Tables) -> NDArray[np.bool_]:
    """Which components people share a pool in: one with an amount, or a type that shares out a pool."""
    table = tables["components"]
    kinds = {name for name, kind in tables.types.items() if "share_by" in kind.names}
    shared = np.isin(table.columns["type"], sorted(kinds))
    return np.asarray(shared | ~np.isnan(table.columns["pool_amount"].astype(np.float64)), dtype=bool)


def read_as(tables: Tables, column: str = "curve_id") -> dict[str, set[tuple[str, str]]]:
    """Curve, or matrix → how components read its points, each ``attainment`` or ``actual`` (in the measure's
    own unit), with the direction."""
    columns = tables["components"].columns
    found: dict[str, set[tuple[str, str]]] = {}
    if {"on", column} <= columns.keys():
        names = (columns[name].tolist() for name in (column, "on", "direction"))
        for part, on, direction in zip(*names, strict=True):
            if part:
                read = "actual" if on == "actual" else "attainment"
                found.setdefault(part, set()).add((read, direction))
    return found


def in_own_units(tables: Tables, column: str = "curve_id") -> set[str]:
    """The curves, or matrices, whose points are figures in a measure's own unit for all that use them."""
    return {name for name, ways in read_as(tables, column).items() if {on for on, _ in ways} == {"actual"}}


def not_on_attainment(tables: Tables) -> set[str]:
    """The curves that cannot be shown over attainment as ``CSM_PAYCURVE`` pays it: those in own units, and
    those of which points must be exceeded."""
    curves = tables["curves"].columns
    flags = curves["strict"] | curves["exceed"]
    strict = {name for name, flag in zip(curves["curve_id"].tolist(), flags.tolist(), strict=True) if flag}
    return in_own_units(tables) | strict


def curve_of(tables: Tables, rows: list[int]) -> Curve:
    """The curve whose curve points are these rows; its options are on the first one.

    Errors: every curve point that cannot be where it does, with its place.
    """
    table = tables["curves"]
    lower = ("actual", "lower") in read_as(tables).get(table.columns["curve_id"][rows[0]], ())
    knots = [tuple(float(table.columns[name][row]) for row in rows) for name in ("attainment", "payout")]
    mode, below, above, cap = (table.value(rows[0], name) for name in ("mode", "below", "above", "cap"))
    strict = bool(table.value(rows[0], "strict"))
    exceed = tuple(bool(table.value(row, "exceed")) for row in rows)
    try:
        return Curve(knots[0], knots[1], mode, below, above, cap, lower, strict, exceed * any(exceed))
    except CsmError as error:
        raise _placed(error, table, rows, "attainment") from None


def tiers_of(tables: Tables, rows: list[int]) -> tuple[TierTable, str]:
    """The tier table of these rows, and what its bounds measure; its options are on the first row.

    Errors: every tier that cannot be, with its place.
    """
    table = tables["tiers"]
    start, rate = (tuple(float(table.columns[name][row]) for row in rows) for name in ("from", "rate"))
    ends = tuple(table.value(row, "to") for row in rows)
    mode, tie, on = (str(table.columns[name][rows[0]]) for name in ("mode", "tie", "on"))
    if table.columns["strict"][rows[0]]:
        tie = "lower"
    try:
        return TierTable(start, rate, ends, mode, tie), on
    except CsmError as error:
        raise _placed(error, table, rows, "from") from None


def tier_bounds(table: Table) -> dict[str, str]:
    """Tier table → what its bounds measure, ``amount`` or ``attainment``, as its first row says."""
    return {name: str(table.columns["on"][rows[0]]) for name, rows in grouped(table, "tier_id").items()}


def ramp_of(tables: Tables, rows: list[int]) -> tuple[float, ...]:
    """The shares of a ramp by month of tenure, the first month first.

    Errors: a month that is left out, with its place.
    """
    return _numbered(tables["ramps"], rows, "month")


def season_of(tables: Tables, rows: list[int]) -> tuple[float, ...]:
    """The shares of a season by period of the plan year, the first period first.

    Errors: a period that is left out, shares that sum to 0, with their place.
    """
    table = tables["seasons"]
    shares = _numbered(table, rows, "period_number")
    if not any(shares):
        raise CsmError(VALUE, f"the shares of season {table.columns['season_id'][rows[0]]} sum to 0",
                       table.where(rows[0], "share"), 0.0, "Type each period's share.")  # fmt: skip
    return shares


def _numbered(table: Table, rows: list[int], number: str) -> tuple[float, ...]:
    """The shares in the order of their numbers, which must be 1, 2, 3 …"""
    in_order = sorted(rows, key=lambda row: float(table.columns[number][row]))
    numbers = [int(table.columns[number][row]) for row in in_order]
    gap = next((at for at, found in enumerate(numbers) if found != at + 1), None)
    if gap is not None:
        words, kind = number.replace("_", " "), table.schema.name[:-1]
        raise CsmError(VALUE, f"{kind} {table.columns[f'{kind}_id'][rows[0]]} has no {words} {gap + 1}",
                       table.where(in_order[gap], number), numbers[gap],
                       f"Give every {words} from 1 to {numbers[-1]} its share.")  # fmt: skip
    return tuple(float(table.columns["share"][row]) for row in in_order)


def matrix_of(tables: Tables, rows: list[int]) -> Matrix:
    """The matrix whose cells are these rows; its mode is on the first one.

    Errors: the cells that are missing; heads too near each other; each with its place.
    """
    table = tables["matrices"]
    name = table.columns["matrix_id"][rows[0]]
    down, across, payout = (table.columns[column][rows].tolist() for column in ("row", "column", "payout"))
    cells = dict(zip(zip(down, across, strict=True), payout, strict=True))
    heads = sorted(set(down)), sorted(set(across))
    holes = [f"({x:g}, {y:g})" for x in heads[0] for y in heads[1] if (x, y) not in cells]
    if holes:
        raise CsmError(VALUE, f"matrix {name} has no payout at (row, column) {listed(holes)}",
                       table.where(rows[-1], "payout"), None,
                       "Give a payout for every row with every column.")  # fmt: skip
    grid = tuple(tuple(cells[x, y] for y in heads[1]) for x in heads[0])
    try:
        options = str(table.columns["mode"][rows[0]]), bool(table.value(rows[0], "strict"))
        over = [
            {table.columns[side][row] for row in rows if table.value(row, f"exceed_{side}")}
            for side in ("row", "column")
        ]
        flags = [tuple(head in marked for head in part) for part, marked in zip(heads, over, strict=True)]
        return Matrix(tuple(heads[0]), tuple(heads[1]), grid, *options, flags[0], flags[1])
    except CsmError as error:
        issues = [Issue(issue.code, f"matrix {name}: {issue.message}", table.where(rows[0], "matrix_id"),
                        issue.got, issue.hint) for issue in error.issues]  # fmt: skip
        raise CsmError.of(issues) from None


PARTS: Final[dict[str, tuple[str, Callable[[Tables, list[int]], Any]]]] = {
    "curves": ("curve_id", curve_of),
    "tiers": ("tier_id", tiers_of),
    "ramps": ("ramp_id", ramp_of),
    "seasons": ("season_id", season_of),
    "matrices": ("matrix_id", matrix_of),
}
"""Each table of parts: the column that names one, and what makes it of its rows."""


def part_faults(tables: Tables) -> list[Issue]:
    """Everything that is wrong with the parts of plans, each finding with its place."""
    issues: list[Issue] = []
    for name, (key, make) in PARTS.items():
        for rows in grouped(tables[name], key).values():
            try:
                make(tables, rows)
            except CsmError as error:
                issues += error.issues
    return issues


def _placed(error: CsmError, table: Table, rows: list[int], column: str) -> CsmError:
    """The findings about a curve or tier table, each at its row."""
    issues = []
    what = f"{table.schema.name} {table.columns[table.schema.columns[0].name][rows[0]]}"
    for issue in error.issues:
        found = re.search(_ROW, issue.where)
        row = rows[int(found[1]) - 1] if found else rows[0]
        issues.append(
            Issue(issue.code, f"{what}: {issue.message}", table.where(row, column), issue.got, issue.hint)
        )
    return CsmError.of(issues)
