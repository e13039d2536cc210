"""The facts and terms of one person's pay as numbers that know their cells: what rules are traced on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.columns import Inputs, Ragged, exact_inputs
from csm_xl.engine.evaluate import earlier_target
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.engine.wording import places
from csm_xl.pay.curves import Curve
from csm_xl.pay.matrix import Matrix
from csm_xl.pay.recording import labelled
from csm_xl.pay.rounding import Array, exact
from csm_xl.pay.tiers import TierTable
from csm_xl.pay.trace import Cell, number
from csm_xl.plan.columns import NUMERIC
from csm_xl.plan.model import ComponentTerms, PlanTerms
from csm_xl.plan.periods import Period
from csm_xl.plan.table import Tables

_MERGED = 3
"""This many cells beneath each other are named as a range."""


class CitedFacts(Facts):
    """The facts of a run, of which every value names its cells."""

    def __init__(self, facts: Facts) -> None:
        self.__dict__.update(vars(facts))
        self.issues = []
        self._terms: dict[int, ComponentTerms] = {}

    def cited(self, terms: ComponentTerms) -> ComponentTerms:
        """A component whose every parameter names its cell."""
        if terms.row not in self._terms:
            self._terms[terms.row] = cited_terms(self.tables, terms)
        return self._terms[terms.row]

    def cite(self, values: Array, table: str, rows: NDArray[Any], *columns: str) -> Array:
        """Each value as a number with its cells; of a row −1 one that nobody stated. A blank is 0."""
        found = np.empty(len(values), dtype=object)
        for at, (value, row) in enumerate(zip(np.nan_to_num(values).tolist(), rows.tolist(), strict=True)):
            cells = ((table, row, column) for column in columns) if row >= 0 else ()
            found[at] = number(value, *cells, void=row < 0)
        return found

    def year_to_date(self, group: Group, terms: ComponentTerms) -> Inputs:
        """As `Facts.year_to_date`, the target and the payout of each earlier period with its name."""
        parts: dict[str, list[Any]] = {"paid": [Fraction(0)], "targets": [Fraction(0)]}
        really = {self.tables["paid"].columns["period"][row]: row
                  for row in self.paid_rows(group, terms, int(group.person[0]))}  # fmt: skip
        known = {one.group.period.name for one in self.earlier(group)
                 if terms.component_id in one.past.before}  # fmt: skip
        for period in group.to_date[:-1]:
            if period.name not in known and period.name not in really:
                continue
            then = super().year_to_date(replace(group, to_date=(period, group.period)), terms)
            line = f"payouts, {terms.component_id} of {period.name}"
            cells: list[Cell] = [f"{line} (before_modifier)"]
            if period.name in really:
                row = really[period.name]
                blank = np.isnan(self.tables["paid"].columns["before_modifier"][row])
                cells = [("paid", row, "amount" if blank else "before_modifier")]
            parts["paid"].append(number(np.asarray(then["paid"])[0], *cells, label=period.name))
            if period.name in known:
                target = exact(earlier_target(exact_inputs(then), True))[0]
                cell = f"{line} (component_target)"
                parts["targets"].append(number(target, cell, label=period.name))
        found: Inputs = {
            name: np.array([sum(each, Fraction(0))], dtype=object) for name, each in parts.items()
        }
        spells = super().year_to_date(replace(group, to_date=(group.period,)), terms)["spells"]
        return found | {"spells": spells}

    def modifier_factors(self, group: Group) -> Any:
        """As `Facts.modifier_factors`, of the one person: each factor with its name."""
        factors = super().modifier_factors(group)
        if factors is None:
            return None
        code = group.division[0]
        division = next((name for name, one in self.people.divisions.items() if one == code), "")
        scopes = self.tables["modifiers"].columns["scope"]
        rows = {scopes[row]: row for row in self.modifier_rows(group.period.name, division)}
        found = [
            number(factor, ("modifiers", rows[scope], "factor"), label=label)
            if scope in rows
            else number(factor, void=True)
            for scope, label, factor in (
                ("company", "company", factors[0]),
                ("division", division, factors[1][0]),
            )
        ]
        return found[0], np.array(found[1:], dtype=object)

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


def cited_group(facts: CitedFacts, group: Group, row: int) -> Group:
    """The group of one person alone, whose terms and history name their cells."""
    plans = {segment.plan.row: _plan(segment.plan) for segment in group.segments}
    segments = tuple(
        replace(one, plan=plans[one.plan.row],
                components={name: facts.cited(terms) for name, terms in one.components.items()})
        for one in group.segments
    )  # fmt: skip
    names = ("person", "seat", "first", "last", "eligible_days", "team", "division")
    alone = {name: getattr(group, name)[row : row + 1] for name in names}
    found = replace(group, **alone, plan=plans[group.plan.row], segments=segments,
                    components=tuple(map(facts.cited, group.components)),
                    period=_period(facts, group), spells=group.spells.take(slice(row, row + 1)))  # fmt: skip
    return replace(found, spells=cited_spells(facts, found))


def _plan(plan: PlanTerms) -> PlanTerms:
    stated: dict[str, Any] = {
        name: getattr(plan, name) for name in ("plan_cap", "modifier_floor", "modifier_cap")
    }
    cited: dict[str, Any] = {
        name: number(value, ("plans", plan.row, name)) for name, value in stated.items() if value is not None
    }
    return replace(plan, **cited)


def _period(facts: Facts, group: Group) -> Period:
    """The period, its share of the year with the cell that states it: on periods, else the pay period."""
    table, share = facts.tables["periods"], group.period.share
    rows = np.flatnonzero(table.columns["period"] == group.period.name).tolist()
    stated = bool(rows and table.origin and "share" in table.origin.positions)
    cell = ("periods", rows[0], "share") if stated else ("plans", group.plan.row, "pay_period")
    return replace(group.period, share=number(share.numerator, cell) / share.denominator)


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


# ---- the history that a target is calculated from ------------------------------------------------------

_VALUE = {"ratio": "target_ratio", "amount": "target_amount", "ote": "ote"}


def cited_spells(facts: Facts, group: Group) -> Ragged:
    """The spells of one person, each figure with the cells of the roster, its changes and the plan."""
    spells, person, last = group.spells, int(group.person[0]), int(group.last[0])
    days = _days(facts, group)
    several = len(days) == len(spells["time"]) > 1
    salary, fte, share = (
        history_cells(facts, person, last, name) for name in ("base_salary", "fte", "base_share")
    )
    rows: dict[str, list[Any]] = {name: [] for name in spells.values}
    for at in range(len(spells["time"])):
        segment = int(spells["segment"][at]) if "segment" in spells.values else 0
        stated = {"daily": segment, "period_start": 0}.get(group.plan.valuation, -1)
        plan = group.segments[stated].plan
        of = _VALUE[plan.target_basis]
        amount = [*_of_plan(facts, group, plan, of, "target_value"), *history_cells(facts, person, last, of)]
        part = [*_of_plan(facts, group, plan, "base_share", "base_share"), *share]
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


def history_cells(facts: Facts, person: int, last: int, *columns: str) -> list[Cell]:
    """The cells of the roster, and of its changes up to a day, that state any of the columns."""
    found: list[Cell] = []
    for table, row in facts.history.rows(person, last):
        # What the roster does not give has its default there.
        given = table.origin.positions if table.origin else {}
        here = given if table is facts.history.roster else table.columns
        found += [(table.schema.name, row, name) for name in columns
                  if name in here and table.value(row, name) is not None]  # fmt: skip
    return found


def _of_plan(facts: Facts, group: Group, plan: PlanTerms, own: str, column: str) -> list[Cell]:
    """The cell of the plan's value, where the person has none of their own from the first day on."""
    own_value = facts.history.value(int(group.person[0]), own, int(group.first[0]))
    return [("plans", plan.row, column)] if own_value is None else []


def _days(facts: Facts, group: Group) -> list[str]:
    """First and last day of each of the person's spells on the plan in the period, by version; by version
    alone where the values of one day count."""
    people, person, first, last = facts.people, int(group.person[0]), int(group.first[0]), int(group.last[0])
    spans = [(first, last)]
    if group.plan.valuation == "daily":
        mine = range(*np.searchsorted(people.person, (person, person + 1)).tolist())
        spans = [(int(people.first[at]), int(people.last[at])) for at in mine
                 if people.names["plan_id"][at] == group.plan_code]  # fmt: skip
    days = [
        (max(begin, one.first, group.period.start), min(end, one.last, group.period.end))
        for begin, end in spans
        for one in group.segments
    ]
    return [
        " to ".join(date.fromordinal(day).isoformat() for day in span) for span in days if span[0] <= span[1]
    ]
