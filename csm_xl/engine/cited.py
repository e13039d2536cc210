"""Terms and history of one person's pay as numbers that know their cells: what rules are traced on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Ragged
from csm_xl.engine.context import RunContext
from csm_xl.engine.own_terms import own_cells
from csm_xl.engine.wording import places
from csm_xl.pay.curves import Curve
from csm_xl.pay.matrix import Matrix
from csm_xl.pay.tiers import TierTable
from csm_xl.pay.trace import Cell, cells_of, number
from csm_xl.plan.columns import NUMERIC
from csm_xl.plan.gates import Gate
from csm_xl.plan.model import ComponentTerms, PlanTerms
from csm_xl.plan.own_goals import POINTS
from csm_xl.plan.periods import Period
from csm_xl.plan.table import Tables

_MERGED = 3
"""This many cells beneath each other are named as a range."""


def cited_cohort(
    context: RunContext, cited: Callable[[ComponentTerms], ComponentTerms], cohort: Cohort, row: int
) -> Cohort:
    """The cohort of one person alone, whose terms and history name their cells.

    cited: a component whose every parameter names its cell, made once.
    """
    person, last = int(cohort.person[row]), int(cohort.last[row])

    def own(terms: ComponentTerms, day: int) -> ComponentTerms:
        return with_own_cells(cited(terms), terms, own_cells(context, terms, person, day, last))

    plans = {segment.plan.row: _plan(segment.plan) for segment in cohort.segments}
    segments = tuple(
        replace(one, plan=plans[one.plan.row],
                components={name: own(terms, one.first) for name, terms in one.components.items()})
        for one in cohort.segments
    )  # fmt: skip
    names = ("person", "seat", "first", "last", "eligible_days", "team", "division", "forfeits")
    alone = {name: getattr(cohort, name)[row : row + 1] for name in names}
    found = replace(cohort, **alone, plan=plans[cohort.plan.row], segments=segments,
                    components=tuple(own(terms, last) for terms in cohort.components),
                    period=_period(context, cohort),
                    spells=cohort.spells.take(slice(row, row + 1)))  # fmt: skip
    return replace(found, spells=cited_spells(context, found))


def with_own_cells(cited: ComponentTerms, terms: ComponentTerms, cells: Mapping[str, Cell]) -> ComponentTerms:
    """A cited component with a person's own weight and curve points.

    cited: as the plan has it. terms: as the person has it. cells: those of what is their own.
    """
    if not cells:
        return cited
    values, curve = cited.values, terms.curve
    if "weight" in cells:
        values = {**values, "weight": number(terms.values["weight"], cells["weight"])}
    points = [name for name in POINTS if name in cells]
    if points and curve is not None and cited.curve is not None:
        found = {}
        for name, figure in zip(POINTS, curve.three_points(), strict=True):
            if name in points:
                found[figure] = number(figure, cells[name])
        reached = tuple(
            found.get(x, of) for x, of in zip(curve.attainment, cited.curve.attainment, strict=True)
        )
        old = set(cells_of(*cited.curve.attainment))
        paid = tuple(
            number(y, *cells_of(x), *(cell for cell in cells_of(known) if cell not in old))
            for x, y, known in zip(reached, curve.payout, cited.curve.payout, strict=True)
        )
        curve = _cited(cited.curve, attainment=reached, payout=paid)
    else:
        curve = cited.curve
    return replace(cited, values=values, curve=curve, own=terms.own)


def _plan(plan: PlanTerms) -> PlanTerms:
    stated: dict[str, Any] = {
        name: getattr(plan, name)
        for name in (
            "plan_cap",
            "max_payout",
            "max_salary_ratio",
            "modifier_floor",
            "modifier_cap",
            "individual_floor",
            "individual_cap",
        )
    }
    cited: dict[str, Any] = {
        name: number(value, ("plans", plan.row, name)) for name, value in stated.items() if value is not None
    }
    if plan.period_shares is not None:
        cell = ("plans", plan.row, "period_shares")
        cited["period_shares"] = tuple(
            number(share.numerator, cell) / share.denominator for share in plan.period_shares
        )
    return replace(plan, **cited)


def _period(context: RunContext, cohort: Cohort) -> Period:
    """The period, its share of the year with the cell that states it: on periods, else the pay period."""
    table, share = context.tables["periods"], cohort.period.share
    rows = np.flatnonzero(table.columns["period"] == cohort.period.name).tolist()
    stated = bool(rows and table.origin and "share" in table.origin.positions)
    cell = ("periods", rows[0], "share") if stated else ("plans", cohort.plan.row, "pay_period")
    return replace(cohort.period, share=number(share.numerator, cell) / share.denominator)


def cited_terms(tables: Tables, terms: ComponentTerms) -> ComponentTerms:
    """A component whose every parameter names its cell."""
    values = dict(terms.values)
    for column in tables.types[terms.type].columns:
        if column.kind in NUMERIC and values.get(column.name) is not None:
            values[column.name] = number(values[column.name], ("components", terms.row, column.name))
    return replace(
        terms,
        values=values,
        curve=terms.curve and _curve(tables, str(values["curve_id"]), terms.curve),
        tiers=terms.tiers and _tiers(tables, str(values["tier_id"]), terms.tiers),
        matrix=terms.matrix and _matrix(tables, str(values["matrix_id"]), terms.matrix),
        gates=tuple(map(_gate, terms.gates)),
        ramp=terms.ramp and _shares(tables, "ramps", "month", str(values["ramp_id"]), terms.ramp),
        season=terms.season
        and _shares(tables, "seasons", "period_number", str(values["season_id"]), terms.season),
    )


def _gate(gate: Gate) -> Gate:
    return replace(gate, minimum=number(gate.minimum, gate.cell("minimum")),
                   otherwise=number(gate.otherwise, gate.cell("otherwise")))  # fmt: skip


def _rows(tables: Tables, name: str, which: str) -> list[int]:
    """The rows of a curve, tier table, ramp, season or matrix, in the order of the table."""
    table = tables[name]
    return np.flatnonzero(table.columns[table.schema.columns[0].name] == which).tolist()


def _cited(of: Any, **values: Any) -> Any:
    """A part of a plan with other numbers of the same value; it has been checked."""
    found = copy(of)
    for name, value in (values | {"_tables": {}}).items():
        setattr(found, name, value)
    return found


def _curve(tables: Tables, which: str, curve: Curve) -> Any:
    rows = _rows(tables, "curves", which)
    reached = [
        number(x, ("curves", row, "attainment")) for row, x in zip(rows, curve.attainment, strict=True)
    ]
    paid = [number(y, *x.cells, ("curves", row, "payout"))
            for row, x, y in zip(rows, reached, curve.payout, strict=True)]  # fmt: skip
    cap = None if curve.cap is None else number(curve.cap, ("curves", rows[0], "cap"))
    return _cited(curve, attainment=tuple(reached), payout=tuple(paid), cap=cap)


def _tiers(tables: Tables, which: str, tiers: TierTable) -> Any:
    rows = _rows(tables, "tiers", which)
    table = tables["tiers"]
    given = table.origin.positions if table.origin else {}

    def cited(columns: Sequence[str], values: Iterable[float | None]) -> tuple[Any, ...]:
        cells = [[("tiers", row, column) for column in columns if column in given] for row in rows]
        return tuple(
            None if value is None else number(value, *at, void=value == 0 and "from" in columns)
            for value, at in zip(values, cells, strict=True)
        )

    return _cited(tiers, start=cited(["from"], tiers.start), rate=cited(["to", "rate"], tiers.rate),
                  end=cited(["to"], tiers.end))  # fmt: skip


def _matrix(tables: Tables, which: str, matrix: Matrix) -> Any:
    table, heads = tables["matrices"], () if matrix.mode == "lookup" else ("row", "column")
    at = {
        (table.value(row, "row"), table.value(row, "column")): row for row in _rows(tables, "matrices", which)
    }
    payout = tuple(
        tuple(
            number(value, *(("matrices", at[down, across], name) for name in (*heads, "payout")))
            for across, value in zip(matrix.columns, values, strict=True)
        )
        for down, values in zip(matrix.rows, matrix.payout, strict=True)
    )
    return _cited(matrix, payout=payout, rows=tuple(map(number, matrix.rows)),
                  columns=tuple(map(number, matrix.columns)))  # fmt: skip


def _shares(tables: Tables, name: str, by: str, which: str, shares: Sequence[float]) -> tuple[Any, ...]:
    rows = sorted(_rows(tables, name, which), key=lambda row: tables[name].columns[by][row])
    return tuple(number(share, (name, row, "share")) for row, share in zip(rows, shares, strict=True))


def cells_in_words(context: RunContext, cells: Iterable[Cell]) -> str:
    """The cells of a step as people find them: row by row, or where many lie beneath each other column by
    column, as ranges."""
    by_table: dict[str, dict[int, list[str]]] = {}
    for cell in cells:
        where, row, column = (cell, -1, "") if isinstance(cell, str) else cell
        by_table.setdefault(where, {}).setdefault(row, []).append(column)
    said = []
    for name, rows in by_table.items():
        if -1 in rows:
            said.append(context.place(name) if name in context.tables else name)
            continue
        table, order = context.tables[name], sorted(rows)
        beneath = zip(order, order[_MERGED - 1 :], strict=False)
        if any(last - first == _MERGED - 1 for first, last in beneath):
            used = {column for names in rows.values() for column in names}
            for column in (column for column in table.columns if column in used):
                said.append(places(table, [row for row in order if column in rows[row]], column))
        else:
            said += [table.where(row, column) for row, names in rows.items() for column in names]
    return "; ".join(said)


# ---- the history that a target is calculated from ------------------------------------------------------

_VALUE = {"ratio": "target_ratio", "amount": "target_amount", "ote": "ote"}


def cited_spells(context: RunContext, cohort: Cohort) -> Ragged:
    """The spells of one person, each figure with the cells of the roster, its changes and the plan."""
    spells, person, last = cohort.spells, int(cohort.person[0]), int(cohort.last[0])
    days = _days(context, cohort)
    several = len(days) == len(spells["time"]) > 1
    salary, fte, share = (
        history_cells(context, person, last, name) for name in ("base_salary", "fte", "base_share")
    )
    rows: dict[str, list[Any]] = {name: [] for name in spells.values}
    for at in range(len(spells["time"])):
        segment = int(spells["segment"][at]) if "segment" in spells.values else 0
        stated = {"daily": segment, "period_start": 0}.get(cohort.plan.valuation, -1)
        plan = cohort.segments[stated].plan
        of = _VALUE[plan.target_basis]
        amount = [
            *_of_plan(context, cohort, plan, of, "target_value"),
            *history_cells(context, person, last, of),
        ]
        part = [*_of_plan(context, cohort, plan, "base_share", "base_share"), *share]
        cells = {"salary": salary, "base": salary, "fte": fte, "amount": amount, "base_share": part}
        for name, values in spells.values.items():
            value: Any = values[at]
            if name == "segment":
                rows[name].append(int(value))
                continue
            void = (
                name == "once"
                or (name == "base" and of != "target_ratio")
                or (name == "base_share" and of != "ote")
            )
            label = days[at] if name == "time" and several else ""
            cited = number(value, *cells.get(name, ()), label=label, void=void)
            cited.whole = True
            rows[name].append(cited)
    return Ragged(
        {
            name: np.array(values, dtype=np.intp if name == "segment" else object)
            for name, values in rows.items()
        },
        spells.offsets,
    )


def history_cells(context: RunContext, person: int, last: int, *columns: str) -> list[Cell]:
    """The cells of the roster, and of its changes up to a day, that state any of the columns."""
    found: list[Cell] = []
    for table, row in context.history.rows(person, last):
        # What the roster does not give has its default there.
        given = table.origin.positions if table.origin else {}
        here = given if table is context.history.roster else table.columns
        found += [(table.schema.name, row, name) for name in columns
                  if name in here and table.value(row, name) is not None]  # fmt: skip
    return found


def _of_plan(context: RunContext, cohort: Cohort, plan: PlanTerms, own: str, column: str) -> list[Cell]:
    """The cell of the plan's value, where the person has none of their own from the first day on."""
    own_value = context.history.value(int(cohort.person[0]), own, int(cohort.first[0]))
    return [("plans", plan.row, column)] if own_value is None else []


def _days(context: RunContext, cohort: Cohort) -> list[str]:
    """First and last day of each of the person's spells on the plan in the period, by version; by version
    alone where the values of one day count."""
    people, person, first, last = (
        context.people,
        int(cohort.person[0]),
        int(cohort.first[0]),
        int(cohort.last[0]),
    )
    spans = [(first, last)]
    if cohort.plan.valuation == "daily":
        mine = range(*np.searchsorted(people.person, (person, person + 1)).tolist())
        spans = [(int(people.first[at]), int(people.last[at])) for at in mine
                 if people.names["plan_id"][at] == cohort.plan_code]  # fmt: skip
    days = [
        (max(begin, one.first, cohort.period.start), min(end, one.last, cohort.period.end))
        for begin, end in spans
        for one in cohort.segments
    ]
    return [
        " to ".join(date.fromordinal(day).isoformat() for day in span) for span in days if span[0] <= span[1]
    ]
