"""The one place of the book that runs the engine: tables and periods in, payout lines out.

The rest of the book knows lines, hashes and archived bytes alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np

from csm_xl.book.hashing import canonical
from csm_xl.book.money import minor_units
from csm_xl.book.tables import BASIS
from csm_xl.engine.components import component_types
from csm_xl.engine.lines import Lines
from csm_xl.engine.loading import read_tables_to_pay
from csm_xl.engine.payroll import Payroll
from csm_xl.engine.recorded import Payment, component_cycles, typed_payments, with_payments
from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.dependence import for_people
from csm_xl.plan.fingerprint import SHOWN, fingerprint
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.periods import Period
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Tables
from csm_xl.plan.tables import table_of

__all__ = [
    "FEW", "Line", "Payment", "Payout", "PlanPeriod", "component_cycles", "explained", "pay", "people_of",
    "people_on", "period_days", "plan_fingerprint", "plan_ids", "plan_year", "read", "table_name",
    "typed_lines", "typed_payments", "with_payments",
]  # fmt: skip

FEW: Final = 8
"""How many names are listed when there are more."""


class Line(NamedTuple):
    """A payout line in whole units. amount: minor units of the currency. before_modifier: ten-thousandths of
    its main unit; None where the line has none."""

    period: str
    employee_id: str
    plan_id: str
    component_id: str
    line_kind: str
    amount: int
    before_modifier: int | None
    currency: str


class PlanPeriod(NamedTuple):
    """A pay period of a plan. year: its plan year. Days are ordinals. cycle: the kind of period, where
    components of the plan have it as their own pay cycle; else empty."""

    plan_id: str
    period: str
    first: int
    last: int
    year: int
    cycle: str = ""


@dataclass(frozen=True, slots=True)
class Payout:
    """What periods come to. lines: by period, in the order of the engine. full: the lines with every column,
    as JSON, one a row, by period."""

    lines: dict[str, list[Line]]
    full: dict[str, list[list[Any]]]

    def of(
        self, periods: Collection[tuple[str, str]], counts: Callable[[str, str, str], bool] | None = None
    ) -> list[Line]:
        """The lines of some (plan, period). counts: whether those of a plan, a period and a person do (None:
        all)."""
        names = dict.fromkeys(period for _, period in periods)
        found = (one for name in names for one in self.lines.get(name, ()) if (one.plan_id, name) in periods)
        return [one for one in found if counts is None or counts(one.plan_id, one.period, one.employee_id)]

    def archive(
        self, periods: Collection[tuple[str, str]], counts: Callable[[str, str, str], bool] | None = None
    ) -> bytes:
        """The full lines of some (plan, period) as JSON: a list of a header, and then a line each.
        counts: as for `of`."""
        rows: list[list[Any]] = []
        for name in dict.fromkeys(period for _, period in periods):
            header, *body = self.full.get(name) or [[]]
            plan, who = (header.index(key) if header else 0 for key in ("plan_id", "employee_id"))
            rows += [header] if header and not rows else []
            rows += [
                row for row in body
                if (row[plan], name) in periods and (counts is None or counts(row[plan], name, row[who]))
            ]  # fmt: skip
        return canonical(rows).encode()


def read(raws: Iterable[RawTable], plans: Collection[str] = (), pay_group: str = "") -> Tables:
    """Tables read and checked.

    plans, pay_group: only the people on these plans, and in this pay group, are paid, and what their pay does
    not depend on stops nothing (none: everyone).
    Errors: everything that is wrong, at once.
    """
    tables, issues = read_tables_to_pay(raws)
    if plans or pay_group:
        tables, issues = for_people(tables, issues, people_on(tables, plans, pay_group))
    errors = [issue for issue in issues if issue.severity == "error"]
    if errors:
        raise CsmError.of(errors)
    return tables


def people_of(raws: Iterable[RawTable], plans: Collection[str], pay_group: str = "") -> list[str]:
    """As `people_on`, from tables not checked yet; nobody if they cannot be read."""
    tables, _ = read_tables_to_pay(raws)
    return people_on(tables, plans, pay_group)


def plan_fingerprint(tables: Tables) -> str:
    """What distinguishes the plan from others, as people are shown it."""
    return fingerprint(tables)[:SHOWN]


def plan_ids(tables: Tables) -> list[str]:
    """The plans, in the order of their table."""
    return list(dict.fromkeys(tables["plans"].columns["plan_id"].tolist()))


def people_on(tables: Tables, plans: Collection[str], pay_group: str = "") -> list[str]:
    """Everybody who is on one of some plans at any time (none: on any), and in a pay group (empty: in
    any)."""
    on, inside = _ever(tables, "plan_id", plans), _ever(tables, "pay_group", {pay_group} - {""})
    return [person for person in on if person in inside]


def _ever(tables: Tables, column: str, wanted: Collection[str]) -> dict[str, None]:
    """Everybody who has one of the wanted values in a column of roster or changes; with none wanted, all."""
    who: dict[str, None] = {}
    for name in ("roster", "changes"):
        columns = tables[name].columns
        pairs = zip(columns["employee_id"].tolist(), columns[column].tolist(), strict=True)
        who |= dict.fromkeys(person for person, said in pairs if not wanted or said in wanted)
    return who


def period_days(tables: Tables, name: str) -> Period:
    """A period by its name. Errors: there is none."""
    return Calendar(tables["periods"]).find(name)


def pay(tables: Tables, periods: Iterable[str]) -> Payout:
    """Pay everyone for pay periods: each period as the engine pays it.

    Errors: all findings of the engine at once; amounts that are not whole minor units of their currency.
    """
    calendar = Calendar(tables["periods"])
    years: dict[str, list[str]] = {}
    for name in dict.fromkeys(periods):
        one = calendar.find(name)
        years.setdefault(str(one.in_year), []).append(one.name)
    payout = Payout({}, {})
    currencies = Currencies(tables)
    for year, names in years.items():
        # The year is asked for because a shorter period would refuse plans that pay by a longer one.
        lines = Payroll.load(tables, year).pay(year, wanted=partial(_is_named, names))
        _sort_out(lines, currencies, names, payout)
    return payout


def _is_named(names: Collection[str], period: Period) -> bool:
    return period.name in names


def _sort_out(lines: Lines, currencies: Currencies, names: Sequence[str], payout: Payout) -> None:
    """Lines as whole units, by period."""
    text = lines.python_columns()
    pairs = zip(text["employee_id"], text["plan_id"], strict=True)
    known: dict[tuple[str, str], str] = {}
    money = [known.get(pair) or known.setdefault(pair, currencies.of(*pair)) for pair in pairs]
    amounts, unfit = _whole(lines.columns["amount"], money)
    before = [None if one != one else round(one * BASIS) for one in lines.columns["before_modifier"].tolist()]
    issues = [
        Issue(VALUE, "the amount is not whole in the smallest unit of its currency",
              f"{text['period'][at]} {text['employee_id'][at]} {text['component_id'][at]}",
              money[at] or "no currency",
              "Round the plan to that unit (rounding_unit), and state a currency.",
              person=text["employee_id"][at])
        for at in np.flatnonzero(unfit).tolist()
    ]  # fmt: skip
    if issues:
        raise CsmError.of(issues)
    for name in names:
        payout.lines[name], payout.full[name] = [], [[*text, "currency"]]
    keys = (text[name] for name in ("period", "employee_id", "plan_id", "component_id", "line_kind"))
    for line in map(Line, *keys, amounts, before, money):
        payout.lines[line.period].append(line)
    for period, *row in zip(text["period"], *text.values(), money, strict=True):
        payout.full[period].append(row)


def _whole(amounts: Any, money: Sequence[str]) -> tuple[list[int], Any]:
    """Amounts in minor units of the currency of each, and which are not whole or have no currency."""
    codes = np.array(money, dtype=object)
    found = np.zeros(len(codes), dtype=np.int64)
    unfit = np.array([len(code) != 3 for code in money], dtype=bool)
    for code in set(money):
        at = np.flatnonzero(codes == code)
        found[at], wrong = minor_units(amounts[at], code)
        unfit[at] |= wrong
    return found.tolist(), unfit


def explained(
    tables: Tables, period: str, employee_id: str, plan_id: str, component_id: str
) -> list[list[Any]]:
    """The explanation of a person's lines of a component in a period: a header, and then a step a row.

    Errors: all that stops the engine; a line that the period does not have for this person.
    """
    from csm_xl.engine.explain import HEADER, Explanation  # a close explains nothing

    found = Explanation(tables, period, people=[employee_id]).of(employee_id)
    steps = [
        [one.step, one.formula, one.inputs, one.value, one.source]
        for passage in found
        if passage.line is None
        or (passage.line["plan_id"], passage.line["component_id"]) == (plan_id, component_id)
        for one in passage.steps
    ]
    if not any(passage.line is not None for passage in found):
        raise CsmError(VALUE, "the archived inputs no longer pay this line", period, None,
                       "csm-xl ledger --replay shows what they come to.")  # fmt: skip
    return [list(HEADER), *([_plain(cell) for cell in row] for row in steps)]


def _plain(cell: Any) -> Any:
    """A value of an explanation as JSON holds it."""
    if isinstance(cell, np.generic):
        cell = cell.item()
    if cell is None or isinstance(cell, (str, bool, int)):
        return cell
    return cell if isinstance(cell, float) and math.isfinite(cell) else str(cell)


def typed_lines(tables: Tables) -> list[Line]:
    """The rows of the table `paid` as payout lines.

    Errors: amounts that are not whole minor units of their currency, each by its place.
    """
    currencies, lines, issues = Currencies(tables), [], []
    for one, place in typed_payments(tables):
        code = currencies.of(one.employee_id, one.plan_id)
        (amount,), (unfit,) = _whole(np.array([one.amount]), [code])
        if unfit:
            issues.append(
                Issue(VALUE, "the amount is not whole in the smallest unit of its currency", place,
                      code or "no currency", "Give the amount as it was paid, and state a currency.",
                      person=one.employee_id)
            )  # fmt: skip
        before = None if one.before_modifier is None else round(one.before_modifier * BASIS)
        lines.append(Line(one.period, one.employee_id, one.plan_id, one.component_id, "earned", amount,
                          before, code))  # fmt: skip
    if issues:
        raise CsmError.of(issues)
    return lines


def plan_year(tables: Tables, period: str) -> int:
    """The plan year of a period, by the plan that begins its year first. Errors: there is no such period."""
    calendar = Calendar(tables["periods"])
    starts = tables["plans"].columns["year_start"].tolist()
    return calendar.year_of(calendar.find(period), int(min(starts, default=1)))


def table_name(raw: RawTable) -> str:
    """The table that a raw table is, as far as its name and headers show; else its own name."""
    return table_of(raw, component_types()) or raw.name or raw.origin.name
