"""The facts and terms of one person's pay as numbers that know their cells: what rules are traced on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.columns import Ragged, exact_inputs
from csm_xl.engine.component import Outcome
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.engine.wording import places
from csm_xl.pay.curves import Curve
from csm_xl.pay.matrix import Matrix
from csm_xl.pay.rounding import Array
from csm_xl.pay.tiers import TierTable
from csm_xl.pay.trace import Cell, Recorder, Step, labelled, number, recorded
from csm_xl.plan.columns import NUMERIC
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.table import Tables

_MERGED = 3
"""So many cells beneath each other are named as a range."""


class CitedFacts(Facts):
    """The facts of a run, of which every value names its cells."""

    def __init__(self, facts: Facts) -> None:
        self.__dict__.update(vars(facts))
        self.issues = []

    def cite(self, values: Array, table: str, rows: NDArray[Any], *columns: str) -> Array:
        """Each value as a number with its cells; of a row −1 one that nobody stated. A blank is 0."""
        found = np.empty(len(values), dtype=object)
        for at, (value, row) in enumerate(zip(np.nan_to_num(values).tolist(), rows.tolist(), strict=True)):
            cells = ((table, row, column) for column in columns) if row >= 0 else ()
            found[at] = number(value, *cells, void=row < 0)
        return found

    def goals(self, group: Group, component: ComponentTerms) -> Ragged:
        """As `Facts.goals`, each score with the name of its goal."""
        return _named(
            super().goals(group, component), "score", "row", self.tables["goals"].columns["goal"].item
        )

    def credited(self, group: Group, component: ComponentTerms, first: int, last: int) -> Ragged:
        """As `Facts.credited`, each share with the name of its deal."""
        found = super().credited(group, component, first, last)
        return _named(found, "share", "deal", self.tables["deals"].columns["deal_id"].item)

    def events(self, group: Group, component: ComponentTerms, first: int, last: int) -> Ragged:
        """As `Facts.events`, each count with its day, and what it pays with the cells of its version."""
        found, dates = super().events(group, component, first, last), self.tables["events"].columns["date"]
        each = np.empty(len(found["each"]), dtype=object)
        for at, row in enumerate(found["row"].tolist()):
            version = next(one for one in self.versions(component) if one.overlaps(*[int(dates[row])] * 2))
            days = {"valid_from": version.valid_from, "valid_to": version.valid_to}
            names = ("fixed_amount", *(name for name, day in days.items() if day))
            cells = (("components", version.row, name) for name in names)
            each[at] = number(version.values.get("fixed_amount") or 0, *cells)
        cited = Ragged({**found.values, "each": each}, found.offsets)
        return _named(cited, "count", "row", lambda row: date.fromordinal(int(dates[row])).isoformat())


def _named(found: Ragged, column: str, by: str, name: Callable[[int], str]) -> Ragged:
    """A column with each number named by the row of a table that it is in."""
    named = labelled(found[column], lambda: (str(name(row)) for row in found[by].tolist()))
    return Ragged({**found.values, column: named}, found.offsets)


def one_of(group: Group, row: int) -> Group:
    """The group of one person alone."""
    names = ("person", "seat", "first", "last", "eligible_days", "team", "division")
    alone = {name: getattr(group, name)[row : row + 1] for name in names}
    return replace(group, **alone, spells=group.spells.take(slice(row, row + 1)))


def cited_terms(tables: Tables, terms: ComponentTerms) -> ComponentTerms:
    """A component whose every parameter names its cell."""
    values = dict(terms.values)
    for column in tables.types[terms.type]:
        if column.kind in NUMERIC and values.get(column.name) is not None:
            values[column.name] = number(values[column.name], ("components", terms.row, column.name))
    return replace(
        terms,
        values=values,
        curve=terms.curve and _curve(tables, str(values["curve_id"]), terms.curve),
        tiers=terms.tiers and _tiers(tables, str(values["tier_id"]), terms.tiers),
        matrix=terms.matrix and _matrix(tables, str(values["matrix_id"]), terms.matrix),
        ramp=terms.ramp and _shares(tables, "ramps", "month", str(values["ramp_id"]), terms.ramp),
        season=terms.season
        and _shares(tables, "seasons", "period_number", str(values["season_id"]), terms.season),
    )


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


def cells_in_words(facts: Facts, cells: Iterable[Cell]) -> str:
    """The cells of a step as people find them: row by row, or where many lie beneath each other column by
    column, as ranges."""
    by_table: dict[str, dict[int, list[str]]] = {}
    for cell in cells:
        where, row, column = (cell, -1, "") if isinstance(cell, str) else cell
        by_table.setdefault(where, {}).setdefault(row, []).append(column)
    said = []
    for name, rows in by_table.items():
        if -1 in rows:
            said.append(facts.place(name) if name in facts.tables else name)
            continue
        table, order = facts.tables[name], sorted(rows)
        beneath = zip(order, order[_MERGED - 1 :], strict=False)
        if any(last - first == _MERGED - 1 for first, last in beneath):
            used = {column for names in rows.values() for column in names}
            for column in (column for column in table.columns if column in used):
                said.append(places(table, [row for row in order if column in rows[row]], column))
        else:
            said += [table.where(row, column) for row, names in rows.items() for column in names]
    return "; ".join(said)


def traced(facts: CitedFacts, group: Group, row: int, terms: ComponentTerms) -> tuple[list[Step], Outcome]:
    """The steps of one version of a component, recorded while its rule runs for one person; and what it
    comes to."""
    of = facts.types[terms.type]
    stated = cited_terms(facts.tables, terms)
    with recorded(Recorder(partial(cells_in_words, facts))) as found:
        inputs = of.gather(facts, one_of(group, row), stated)
        outcome = of.evaluate(stated, exact_inputs(inputs), None, group.year_end)
    return found.steps, outcome
