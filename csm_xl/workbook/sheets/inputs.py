"""The input sheets: the tables of a plan and its people, as they are typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from csm_xl.plan.model import version_ends
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.parts import in_own_units
from csm_xl.plan.ratio_measures import ratio_measures
from csm_xl.plan.schema import Column as Rule
from csm_xl.plan.table import Table as Given
from csm_xl.plan.table import Tables, cell_of
from csm_xl.workbook import layout
from csm_xl.workbook.layout import InputTable
from csm_xl.workbook.page import Column, Table

COMMENT: Final = "Comment"
_ANYTHING: Final = Rule("comment", "text", "Source of the row, or a note.")
_ORDERS: Final = {
    "tiers": ("tier_id", "from", "to", "rate"),
    "roster": ("employee_id", "employee_name", "first_name", "last_name"),
}
"""Table → the columns that come first on its sheet."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A column and its cells, None for a blank."""

    column: Column
    cells: Sequence[Any]


SEVERAL: Final = "currency"
"""What is for the currency where people are paid in several."""


def currency_of(tables: Tables) -> str:
    """The currency of all people and of the plans that nobody is on; `SEVERAL` where they differ."""
    roster, plans = tables["roster"].columns, tables["plans"].columns
    used = set(roster["plan_id"].tolist()) | set(tables["changes"].columns["plan_id"].tolist())
    each = zip(plans["plan_id"].tolist(), plans["currency"].tolist(), strict=True)
    found = {*currencies_of(tables), *(str(code).upper() for plan, code in each if plan not in used)} - {""}
    return found.pop() if len(found) == 1 else SEVERAL


def currencies_of(tables: Tables) -> list[str]:
    """The currencies in which people are paid, that of most people first; of plans where there are none."""
    known = Currencies(tables)
    people = Counter(map(known.of, tables["roster"].columns["employee_id"].tolist()))
    found = sorted(people.items(), key=lambda each: (-each[1], each[0]))
    return [code for code, _ in found if code] or known.all()


def together(tables: Tables) -> Tables:
    """The tables with the rows of each curve, tier table and matrix one below the other.

    So formulas look them up. Each keeps the order of its rows, and comes where its first one was.
    """
    sorted_ones = {}
    for place in (one for one in layout.INPUTS if one.first_of):
        given = tables[place.name]
        names = given.columns[place.first_of].tolist()
        begins = {name: at for at, name in enumerate(dict.fromkeys(names))}
        order = sorted(range(given.rows), key=lambda row: begins[names[row]])
        if order != list(range(given.rows)):
            sorted_ones[place.name] = given.take(order)
    found = Tables(tables.types, tables | sorted_ones)
    found.left_out, found.accepted = dict(tables.left_out), tables.accepted
    found.company = tables.company
    return found


def input_tables(sheet: str, tables: Tables, left: int = 1) -> list[Table]:
    """The tables of an input sheet, side by side with a free column between them."""
    found = []
    for place in layout.by_sheet()[sheet]:
        if not stands(place, tables):
            continue
        table = _input_table(place, tables, left)
        found.append(table)
        left = table.right + 2
    return found


def stands(place: InputTable, tables: Tables) -> bool:
    """Whether the workbook has the table."""
    return place.always or bool(tables[place.name].rows)


def given_to_functions(tables: Tables, named: Collection[str] | None) -> list[InputTable]:
    """The input tables that the functions of many tables are given, in the order of their arguments.

    named: the tables that a workbook names, as it was laid out; None for one that is laid out now.
    """
    return [
        place for place in layout.INPUTS
        if (stands(place, tables) if named is None else place.name in named)
    ]  # fmt: skip


def _input_table(place: InputTable, tables: Tables, left: int) -> Table:
    """One input table, its unused optional columns folded away at its right end."""
    given = tables[place.name]
    currency = currency_of(tables)
    drawn = [_drawn(place, rule, tables, currency) for rule in _ordered(given)]
    folded = [one for one in drawn if one.column.folded]
    extra = [
        _Drawn(Column(_of_ones_own(header, given), "input", rule=_ANYTHING), cells)
        for header, cells in given.extra.items()
    ]
    if COMMENT.casefold() not in {header.casefold() for header in given.extra}:
        extra.append(_Drawn(Column(COMMENT, "input", rule=_ANYTHING, least=16), [None] * given.rows))
    every = [*(one for one in drawn if not one.column.folded), *extra, *folded]
    more = f"{len(folded)} more optional column{'s' if len(folded) > 1 else ''}"
    note = f"[+] above shows {more}." if folded else given.schema.help
    rows = list(zip(*(one.cells for one in every), strict=True))
    return Table(place.excel_name, place.caption, note, tuple(one.column for one in every), rows, left)


def _of_ones_own(header: str, given: Given) -> str:
    """The header of a column that no table knows; what a person said that pay does not use is marked so."""
    return f"# {header}" if header in given.ignored else header


def _ordered(given: Given) -> list[Rule]:
    first = _ORDERS.get(given.schema.name, ())
    return sorted(
        given.schema.columns, key=lambda rule: first.index(rule.name) if rule.name in first else len(first)
    )


def _drawn(place: InputTable, rule: Rule, tables: Tables, currency: str) -> _Drawn:
    given = tables[place.name]
    cells = [cell_of(rule, given.value(row, rule.name)) for row in range(given.rows)]
    used = rule.required or any(cell is not None and cell != rule.default for cell in cells)
    if rule.name == "valid_to":
        cells = _closed(given, cells)
        used = any(cell is not None for cell in cells)
    shown = used or rule.name in place.shown
    cells = _said(place, rule, tables, cells) if shown else [None] * given.rows
    number = layout.number_of(place.name, rule.name, rule.kind)
    header = layout.header_of(rule.name, layout.unit_of(place.name, rule, currency))
    by_row = _by_row(place.name, rule.name, tables)
    named = rule.refers.partition(".")[0]
    if any(other.name == named and not stands(other, tables) for other in layout.INPUTS):
        rule = replace(rule, refers="")  # there is no list to choose from
    column = Column(header, "input", number, rule=rule, folded=not shown, number_of_row=by_row)
    return _Drawn(column, cells)


_OF_EACH_ROW: Final = ("to", "exceed", "exceed_row", "exceed_column")
"""Optional columns of a curve, tier table or matrix that every row of it may fill."""


def _said(place: InputTable, rule: Rule, tables: Tables, cells: list[Any]) -> list[Any]:
    """The cells without the defaults that say nothing: in columns that are shown for other rows' sake,
    below the first row of a curve or tier table, and on components whose type does not know the column."""
    given = tables[place.name]
    if place.first_of and not rule.required and rule.name not in _OF_EACH_ROW:
        names = given.columns[place.first_of].tolist()
        return [cell if names.index(name) == row else None
                for row, (cell, name) in enumerate(zip(cells, names, strict=True))]  # fmt: skip
    if rule.default is None:
        return cells
    if rule.name not in place.shown:
        return [None if cell == rule.default else cell for cell in cells]
    if place.name != "components":
        return cells
    own = {type_: kind.names for type_, kind in tables.types.items()}
    types = given.columns["type"].tolist()
    return [cell if rule.name in own.get(type_, ()) else None
            for cell, type_ in zip(cells, types, strict=True)]  # fmt: skip


def _closed(given: Given, cells: list[Any]) -> list[Any]:
    """The last day of each version: typed, or the day before the next one begins."""
    key = tuple(name for name in given.schema.key if name != "valid_from")
    ends = version_ends(given, key)
    return [date.fromordinal(end) if end else cell for end, cell in zip(ends, cells, strict=True)]


def _by_row(table: str, column: str, tables: Tables) -> tuple[str, ...]:
    """Kinds of value that differ by row.

    A plan's target is a ratio or money, as its basis says; goals and actuals are in the unit of the measure.
    """
    columns = tables[table].columns
    if (table, column) == ("plans", "target_value"):
        return tuple("percent" if basis == "ratio" else "money" for basis in columns["target_basis"])
    if table == "results" and column in ("goal", "actual"):
        ratios = ratio_measures(tables)
        return tuple("fine percent" if measure in ratios else "number" for measure in columns["measure"])
    if (table, column) in _OWN_UNITS:
        return _of_points(table, _OWN_UNITS[table, column], tables)
    return ()


_OWN_UNITS: Final = {
    ("curves", "attainment"): "measure", ("matrices", "row"): "measure",
    ("matrices", "column"): "column_measure",
}  # fmt: skip
"""Columns of points that may be in a measure's own unit, and where components name that measure."""


def _of_points(table: str, named: str, tables: Tables) -> tuple[str, ...]:
    """Kinds of the points of curves or matrices: of attainments percentages, of figures in a measure's own
    unit what its results are."""
    key = tables[table].schema.columns[0].name
    own, components = in_own_units(tables, key), tables["components"].columns
    if not own:
        return ()
    ratios = ratio_measures(tables)
    measured = dict(zip(components[key].tolist(), components[named].tolist(), strict=True))
    return tuple(
        "percent" if name not in own else "fine percent" if measured[name] in ratios else "number"
        for name in tables[table].columns[key].tolist()
    )
