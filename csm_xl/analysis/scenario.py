"""Scenarios of plans and results: tables with other values, paid by the engine, and their cost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.lines import Lines
from csm_xl.engine.loading import missing_inputs, read_tables_to_pay
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, listed
from csm_xl.pay.rounding import Array
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.parts import with_pools
from csm_xl.plan.tables import RawTable, Tables

UNITS: Final = 10_000
"""Money is added in whole ten-thousandths, so that a total is the sum of its lines to the cent."""


def read(tables: Tables | Iterable[RawTable], period: Any = None) -> Tables:
    """Tables read and checked, with reviews not yet applied, so that they can be varied and paid.

    period: what is going to be paid, where that is known. Errors: all findings at once.
    """
    if isinstance(tables, Tables):
        return tables
    found, issues = read_tables_to_pay(tables)
    errors = [issue for issue in issues if issue.severity == "error"]
    if errors:
        raise CsmError.of([*errors, *missing_inputs(found, period, errors)])
    return found


def with_cells(tables: Tables, name: str, column: str, rows: Sequence[int], values: Any) -> Tables:
    """The tables with other values in some rows of a column; the given tables do not change.

    values: one for all the rows, or one for each.

    >>> from csm_xl.plan.load import load_tables
    >>> given = [["curve_id", "attainment", "payout"], ["C", 1, 1], ["C", 2, 2]]
    >>> before = load_tables([RawTable.of_rows(given)], {}, frozenset())[0]
    >>> with_cells(before, "curves", "payout", [1], 1.5)["curves"].columns["payout"].tolist()
    [1.0, 1.5]
    >>> before["curves"].columns["payout"].tolist()
    [1.0, 2.0]
    """
    table = tables[name]
    changed: Array = table.columns[column].copy()
    changed[list(rows)] = values
    return with_table(tables, replace(table, columns=table.columns | {column: changed}))


def with_table(tables: Tables, *changed: Any) -> Tables:
    """The tables with some of them replaced by name."""
    found = Tables(tables.types, tables | {table.schema.name: table for table in changed})
    found.left_out, found.company = dict(tables.left_out), tables.company
    return found


def of_people(tables: Tables, people: Collection[str]) -> Tables:
    """The tables without other people, who are then not paid: these people's pay is the same, and faster to
    calculate. Others stay if pay depends on them, through a pool or a review.
    """
    if tables["reviews"].rows or with_pools(tables).any():
        return tables
    found = with_table(tables)
    others = set(tables["roster"].columns["employee_id"].tolist()).difference(people)
    found.left_out |= dict.fromkeys(others, ())
    return found


def people_on(tables: Tables, plans: Collection[str]) -> set[str]:
    """Who is on one of some plans at any time."""
    found: set[str] = set()
    for name in ("roster", "changes"):
        columns = tables[name].columns
        both = zip(columns["employee_id"].tolist(), columns["plan_id"].tolist(), strict=True)
        found |= {who for who, plan in both if plan in plans}
    return found


def by_person(lines: Lines, ids: Sequence[str], among: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """Total pay of each person, in ten-thousandths; 0 for people without a line.

    ids: everyone the lines name, in the order of the result. among: which lines count (None: all).
    """
    return by_person_of(lines, "", "", ids, among)


def by_person_of(
    lines: Lines, plan: str, component: str, ids: Sequence[str], among: NDArray[np.bool_] | None = None
) -> NDArray[np.int64]:
    """What one component of a plan pays each person, in ten-thousandths. A blank name is any.

    ids, among: as for `by_person`.
    """
    wanted = np.ones(len(lines), dtype=bool) if among is None else among.copy()
    for column, name in (("plan_id", plan), ("component_id", component)):
        if name:
            known = lines.names[column]
            wanted &= lines.columns[column] == (known.index(name) if name in known else -1)
    return added(lines, wanted, ids)


def added(lines: Lines, wanted: NDArray[np.bool_], ids: Sequence[str]) -> NDArray[np.int64]:
    """What some of the lines pay each person, in ten-thousandths. wanted: which lines."""
    index = {name: at for at, name in enumerate(ids)}
    places = np.array([index.get(name, 0) for name in lines.names["employee_id"]] or [0], dtype=np.intp)
    small = np.rint(lines.columns["amount"][wanted] * UNITS)
    found = np.bincount(places[lines.columns["employee_id"][wanted]], weights=small, minlength=len(ids))
    return found.astype(np.int64)


def money(units: int) -> float:
    """Ten-thousandths as money.

    >>> money(12_345_600)
    1234.56
    """
    return int(units) / UNITS


def currencies(tables: Tables, lines: Lines) -> list[str]:
    """The currency of each line: the person's own on the roster, else the plan's."""
    known = Currencies(tables)
    each = zip(*(lines.columns[name].tolist() for name in ("employee_id", "plan_id")), strict=True)
    who, what = (lines.names[name] for name in ("employee_id", "plan_id"))
    return [known.of(who[person], what[plan]) for person, plan in each]


def one_currency(tables: Tables, lines: Lines, asked: str | None = None) -> str:
    """The currency in which the lines pay; of several, the one that is asked for.

    Errors: as `chosen_currency`.
    """
    found = sorted(set(currencies(tables, lines)))
    if not found and asked is None:
        return str(next(iter(tables["plans"].columns["currency"].tolist()), ""))
    return chosen_currency(found, asked)


def chosen_currency(found: Sequence[str], asked: str | None) -> str:
    """The one currency whose amounts are added. found: those that people are paid in.

    Errors: one in which nobody is paid; several, where none is asked for.

    >>> chosen_currency(["EUR", "USD"], "eur"), chosen_currency(["USD"], None)
    ('EUR', 'USD')
    """
    if asked is not None and asked.strip().upper() not in found:
        hint = f"There are {listed(found)}." if found else "Nobody is paid in the period."
        raise CsmError(NOT_FOUND, "nobody is paid in the currency", "currency", asked, hint)
    if asked is None and len(found) > 1:
        what = f"people are paid in several currencies, {listed(found)}, which cannot be added"
        hint = f"Choose one of them, as with --currency {found[0]}, or use only plans in one currency."
        raise CsmError(VALUE, what, "currency", None, hint)
    return found[0] if asked is None else asked.strip().upper()


def paid_in(tables: Tables, lines: Lines, currency: str) -> NDArray[np.bool_]:
    """Which of the lines pay in a currency."""
    return np.array([one == currency for one in currencies(tables, lines)], dtype=np.bool_)
