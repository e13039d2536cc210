"""Values that no sound table holds: ratios typed as percentages, amounts larger than any that is paid."""

from __future__ import annotations

from math import inf
from typing import Final

import numpy as np

from csm_xl.errors import Issue
from csm_xl.plan.decisions import softened
from csm_xl.plan.findings import Findings
from csm_xl.plan.parts import grouped, in_own_units
from csm_xl.plan.schema import Column
from csm_xl.plan.schema.shared import TARGET_SHARES, TWICE
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables

PERCENTAGE: Final = "E607"
TOO_LARGE: Final = "E003"
"""The rules of a ratio, and of an amount, that is larger than any that is sound; see `Column.most`."""
UNUSUAL: Final = "W613"
"""The rule of a number that is rarely meant; see `Column.usual`."""
_MOST_COMMISSION: Final = 0.5
_LEAST_COMMISSION: Final = 0.001
_LARGE_DEAL: Final = 1e7
"""Less than a thousandth is paid on deals of many millions alone."""
_MOST_COUNTED: Final = 1000.0
"""Deals that count accounts or seats have no more."""
_LEAST_REACHED: Final = 0.3
"""Those a plan pays reached more of the goal."""
_HEADS: Final = {"curves": ("attainment",), "matrices": ("row", "column")}
"""Columns that hold attainments, or figures of a measure itself."""
_HALF: Final = 0.5
_MOST_HELD: Final = 0.5
_LEAST_HELD: Final = 0.01
_STEP: Final = 5.0
_LEAST_PERCENT: Final = 10.0
_MOST_PERCENT: Final = 1000.0
"""Between these a ratio may have been typed as a percentage: 8% is no share of full time, and 5 no score."""


def implausible(tables: Tables, read: Tables | None = None) -> list[Issue]:
    """The values beyond the bounds of their columns, as people typed them.

    read: the tables with the rows in which cells are wrong: they too say how curves and matrices are read.

    It is what was typed that is judged, once, when it is read: an analysis may try values beyond.
    """
    out = Findings()
    read = read or tables
    own = {"curves": in_own_units(read), "matrices": in_own_units(read, "matrix_id")}
    for table in tables.values():
        for column in table.schema.columns if table.rows else ():
            if column.most is None and column.usual is None:
                continue
            values = np.nan_to_num(table.columns[column.name])
            if column.name in _HEADS.get(
                table.schema.name, ()
            ):  # figures in own units have bounds of their own
                name = table.schema.columns[0].name
                values = np.where(np.isin(table.columns[name], sorted(own[table.schema.name])), 0.0, values)
            if table.schema.name == "goals" and column.name == "score":
                values = np.where(values <= _stated_maximum(tables), np.minimum(values, 1.0), values)
            size = values if column.kind == "ratio" else np.abs(values)
            rule = PERCENTAGE if column.kind == "ratio" else TOO_LARGE
            most = inf if column.most is None else column.most
            for row in np.flatnonzero(size > most).tolist():
                what, hint = too_large(column, float(values[row]))
                goes_on = f"--accept {rule} pays it as entered."
                out.error(table, row, column.name, what, f"{hint} {goes_on}", rule=rule)
            if column.usual is not None:
                low, high = column.usual
                odd = (values != 0) & ((values < low) | (values > high)) & (size <= most)
                for row in np.flatnonzero(odd).tolist():
                    _unusual(table, row, column, float(values[row]), out)
    _unusual_targets(tables["plans"], out)
    _whole_salaries(tables, out)
    _unusual_rates(tables, out)
    _unusual_tiers(tables, out)
    _unusual_gates(tables["components"], "gate_on", "gate_minimum", out)
    _unusual_gates(tables["gates"], "on", "minimum", out)
    _unusual_curves(tables["curves"], own["curves"], out)
    _unusual_holdbacks(tables["arrangements"], out)
    return softened(out.issues, tables.accepted)


def _stated_maximum(tables: Tables) -> float:
    """The cap up to which a plan says that goals may be scored; 0 without one."""
    components = tables["components"]
    if "cap" not in components.columns:
        return 0.0
    mine = [kind in tables.types and tables.types[kind].pays_on == "goals"
            for kind in components.columns["type"].tolist()]  # fmt: skip
    return float(np.nan_to_num(components.columns["cap"][np.array(mine, dtype=bool)]).max(initial=0.0))


def _unusual_targets(plans: Table, out: Findings) -> None:
    """The target of everyone without one of their own is a ratio only where the plan says so."""
    low, high = TARGET_SHARES
    for row in np.flatnonzero(plans.columns["target_basis"] == "ratio").tolist():
        value = float(plans.columns["target_value"][row])
        if 0 < value < low or high < value <= TWICE:
            column = Column("target_value", "ratio", "", usual=TARGET_SHARES)
            _unusual(plans, row, column, value, out)


def _whole_salaries(tables: Tables, out: Findings) -> None:
    """A person's bonus as large as the salary, where the plan's is less than half of it: 1 may mean 1%."""
    plans, roster = tables["plans"], tables["roster"]
    usual = dict(zip(*(plans.columns[name].tolist() for name in ("plan_id", "target_value")), strict=True))
    for row in np.flatnonzero(roster.columns["target_ratio"] == 1).tolist():
        if usual.get(roster.columns["plan_id"][row], np.nan) < _HALF:
            what = "target_ratio is 1, a ratio: it means 100% of the salary"
            out.warning(roster, row, "target_ratio", what, "Type 0.01 if 1% is meant.", rule=UNUSUAL)


def _unusual_rates(tables: Tables, out: Findings) -> None:
    """Most of a deal is nobody's commission. 1 and more is an amount for each account or seat, where deals
    count them."""
    components = tables["components"]
    types = components.columns["type"].tolist()
    largest = np.abs(tables["deals"].columns["amount"]).max(initial=0.0)
    for row, rate in enumerate(components.columns["rate"].tolist() if "rate" in components.columns else ()):
        by_deal = types[row] in tables.types and tables.types[types[row]].pays_on == "deals"
        tiny = 0 < rate < _LEAST_COMMISSION and largest < _LARGE_DEAL
        if by_deal and (tiny or _MOST_COMMISSION < rate < 1 or (rate == 1 and largest > _MOST_COUNTED)):
            column = Column("rate", "ratio", "", usual=(_LEAST_COMMISSION, _MOST_COMMISSION))
            _unusual(components, row, column, rate, out)


def _unusual_tiers(tables: Tables, out: Findings) -> None:
    """Tiers of which no rate reaches a thousandth: a rate in percent was perhaps divided twice."""
    tiers = tables["tiers"]
    largest = np.abs(tables["deals"].columns["amount"]).max(initial=0.0)
    for rows in grouped(tiers, "tier_id").values() if largest < _LARGE_DEAL else ():
        rates = [float(tiers.columns["rate"][row]) for row in rows]
        if tiers.columns["mode"][rows[0]] != "interpolated" and 0 < max(rates) < _LEAST_COMMISSION:
            column = Column("rate", "ratio", "", usual=(_LEAST_COMMISSION, _MOST_COMMISSION))
            _unusual(tiers, rows[rates.index(max(rates))], column, max(rates), out)


def _unusual_gates(table: Table, on: str, minimum: str, out: Findings) -> None:
    """A gate on attainment is a share of a goal, and one that everybody passes is none.

    on, minimum: the columns that state it."""
    if not {on, minimum} <= table.columns.keys():
        return
    low = _LEAST_REACHED
    for row, (what, least) in enumerate(
        zip(*(table.columns[name].tolist() for name in (on, minimum)), strict=True)
    ):
        if what == "attainment" and 0 < least < low:
            column = Column(minimum, "ratio", "", usual=(low, inf))
            _unusual(table, row, column, least, out)


def _unusual_curves(curves: Table, own: set[str], out: Findings) -> None:
    """A curve that begins far below its next point lacks a digit there: 8% for 80%. own: the curves whose
    points are figures in a measure's own unit."""
    for name, rows in grouped(curves, "curve_id").items():
        if name in own:
            continue
        points = [(float(curves.columns["attainment"][row]), row) for row in rows]
        above = sorted(point for point in points if point[0] > 0)
        if len(above) > 1 and above[0][0] < min(_LEAST_REACHED, above[1][0] / _STEP):
            column = Column("attainment", "ratio", "", usual=(_LEAST_REACHED, inf))
            _unusual(curves, above[0][1], column, above[0][0], out)


def _unusual_holdbacks(table: Table, out: Findings) -> None:
    """What is held back of everything that is earned is a part, mostly a tenth to a third."""
    amounts = table.columns["amount"]
    for row in np.flatnonzero((table.columns["kind"] == "holdback") & (amounts <= 1)).tolist():
        if amounts[row] > _MOST_HELD or 0 < amounts[row] < _LEAST_HELD:
            column = Column("amount", "ratio", "", usual=(_LEAST_HELD, _MOST_HELD))
            _unusual(table, row, column, float(amounts[row]), out)


def _unusual(table: Table, row: int, column: Column, value: float, out: Findings) -> None:
    what, hint = unusual(column, value)
    kind = f"values of {column.name} are unusual"
    out.warning(table, row, column.name, what, hint, kind=kind, rule=UNUSUAL)


def too_large(column: Column, value: float) -> tuple[str, str]:
    """What is reported about a number that no sound one of its column reaches, and what to do.

    >>> too_large(Column("fte", "ratio", "", most=2.0), 80.0)
    ('fte is 80, a ratio: it means 8,000%', 'Type 80% or 0.8 if that is what it means.')
    >>> too_large(Column("score", "ratio", "", most=2.0, other_unit="4 of 5 is 0.8."), 2.5)
    ('score is 2.5, a ratio: it means 250%', 'Type a ratio: 1 is 100%. 4 of 5 is 0.8.')
    """
    if column.kind == "ratio":
        what = f"{column.name} is {value:,.10g}, a ratio: it means {value:,.0%}"
        hint = "Type a ratio: 1 is 100%."
        if _LEAST_PERCENT <= value <= _MOST_PERCENT:
            hint = f"Type {value:g}% or {value / 100:g} if that is what it means."
        return what, f"{hint} {column.other_unit}".rstrip()
    what = f"{column.name} is {value:,.0f}, more than anyone is paid"
    return what, "Correct the number or its unit."


def unusual(column: Column, value: float) -> tuple[str, str]:
    """What is reported about a number that is rarely meant, and what to do.

    >>> unusual(Column("fte", "ratio", "", usual=(0.1, 1.0)), 0.08)[0]
    'fte is 0.08, a ratio: it means 8%, which is rarely below 10%'
    >>> unusual(Column("rate", "number", "", usual=(0.0, inf)), -0.05)
    ('rate is -0.05, which is rarely below 0', 'Correct it if it is wrong.')
    """
    low, high = column.usual or (-inf, inf)
    end, bound = ("below", low) if value < low else ("above", high)
    if column.kind == "ratio" and bound:
        means = f"a ratio: it means {value * 100:,.6g}%"
        what = f"{column.name} is {value:,.10g}, {means}, which is rarely {end} {bound * 100:.6g}%"
    else:
        what = f"{column.name} is {value:,.10g}, which is rarely {end} {bound:,.10g}"
    return what, f"Correct it if it is wrong. {column.other_unit}".rstrip()
