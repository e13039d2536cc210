"""The Total Comp sheet: one row a person who is employed or paid in the period, live up to a size.

Up to `MOST_LIVE` people every figure but base pay is a formula in the person's row. Above it the sums of
the lines are written as values, and each ``CSM_`` function is called once for all people, beside the
table: one call a row would make the workbook slow to calculate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from csm_xl.engine.base_pay import base_pay_of
from csm_xl.engine.currency import not_added, paid_in_several
from csm_xl.engine.people import people
from csm_xl.errors import VALUE, CsmError
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.display_names import DisplayNames
from csm_xl.plan.employment import History
from csm_xl.plan.model import plan_book
from csm_xl.plan.paid_in import CURRENCY, Currencies
from csm_xl.plan.table import Tables
from csm_xl.workbook.layout import NAME_ROOM, line_header
from csm_xl.workbook.page import HEAD_ROW, TOTAL_ROW, Column, Sheet, Table, absolute, this_row
from csm_xl.workbook.sheets.inputs import currencies_of, currency_of
from csm_xl.workbook.sheets.results import PAYOUTS, TOTALS, Money, Paid
from csm_xl.xlsx.addresses import LAST_ROW

MOST_LIVE: Final = 500
TOTAL_COMP: Final = "TotalComp"
ON_TARGET: Final = "OnTargetPay"
"""The names of the two ``CSM_`` columns, wherever they are."""
DAYS: Final = "Employed (days)"
_NOTHING: Final = {"ratio": None}
"""What is shown of somebody without lines, where it is not 0."""
_NAME: Final = "Employee name"
_WHO: Final = ("Employee id", _NAME, "Plan id", "Role", "Team", "Currency")


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of a person that the lines give: its header, its formula, and its value."""

    header: str
    number: str
    formula: str
    value: str
    total: bool = True


def fill_total_comp(sheet: Sheet, tables: Tables, paid: Paid, live: bool | None = None) -> dict[str, str]:
    """Put the table, and what is beside it, on its sheet; returns the names it defines.

    live: whether each row has its formulas; None where the number of people shows.
    Errors: nobody is employed in the period.
    """
    persons = _persons(tables, paid)
    if not any(days for *_, days in persons):
        raise CsmError(VALUE, "nobody is employed in the period", "period", paid.period.name,
                       "Ask for a period in which somebody on the roster is employed.")  # fmt: skip
    money, known = Money(currency_of(tables)), Currencies(tables)
    everyone, _ = people(History(tables))
    if several := paid_in_several(everyone, known, paid.period):
        raise CsmError.of(
            not_added(codes, "Total Comp", tables["roster"].where(person, CURRENCY), everyone.ids[person])
            for person, codes in several.items()
        )
    summed = len(currencies_of(tables)) == 1  # money of several currencies has no sum
    live = len(persons) <= MOST_LIVE if live is None else live
    headers = {TOTAL_COMP: money["Total comp"], ON_TARGET: money["On-target pay"]}
    calls = {name: Column(header, "calc", "money", _call(name, money, live), total=summed)
             for name, header in headers.items()}  # fmt: skip
    sums = _sums(tables, paid)
    figures = _figures(money, paid)
    names = DisplayNames(tables)
    columns = [
        Column(header, "value", "name", optional=True, folded=not names, least=NAME_ROOM)
        if header == _NAME else
        Column(header, "value", "text", optional=summed and header == "Currency")
        for header in _WHO
    ]  # fmt: skip
    columns.append(Column(money["Base pay"], "value", "money", total=summed))
    given = [
        Column(
            one.header,
            "calc" if live else "value",
            one.number,
            one.formula if live else "",
            total=one.total and (summed or one.number == "count"),
        )
        for one in figures
    ]
    counts = [column for column in given if column.number == "count"]  # they only serve the checks
    columns += [column for column in given if column not in counts]
    columns += [*(calls.values() if live else ()), *counts, Column(DAYS, "value", "count")]
    computed = [None] * (len(figures) + len(calls))
    rows = [
        [
            who,
            names.of(who) or None,
            *of,
            known.of(who),
            base,
            *(
                computed
                if live
                else [sums[one.value].get(who, _NOTHING.get(one.value, 0.0)) for one in figures]
            ),
            days,
        ]
        for who, *of, base, days in persons
    ]
    note = "Base pay is written by the refresh; all else is computed here." if live else (
        "Sums of the lines are written by the refresh; CSM_ functions are at the right, one call for all."
    )  # fmt: skip
    table = Table(TOTALS, "Total compensation of the period", note, tuple(columns), rows)
    sheet.tables = [table]
    if live:
        sheet.printed = (LAST_ROW, table.right - len(counts) - 1)  # not what only the checks need
        return {name: f"={table.reference(header)}" for name, header in headers.items()}
    return _beside(sheet, table, calls, summed)


def _beside(sheet: Sheet, table: Table, calls: dict[str, Column], summed: bool) -> dict[str, str]:
    """One array formula for each function, in the columns beside the table."""
    names = {}
    for column, (name, call) in enumerate(calls.items(), table.right + 2):
        sheet.put(HEAD_ROW, column, call.header, role="head", number=call.number)
        sheet.put(table.first_row, column, formula=call.formula, role=call.role, number=call.number,
                  rows=len(table.rows))  # fmt: skip
        total = f"=IF(COUNT({name})=ROWS({name}),SUM({name}),NA())"
        if summed:
            sheet.put(TOTAL_ROW, column, formula=total, role="total", number=call.number)
        sheet.widths[column] = 20
        last = absolute(sheet.name, table.last_row, column).rpartition("!")[2]
        names[name] = f"{absolute(sheet.name, table.first_row, column)}:{last}"
    return names


def _call(name: str, money: Money, live: bool) -> str:
    """The ``CSM_`` function, of a person's row or of all rows at once."""

    def cells(words: str) -> str:
        return this_row(TOTALS, money[words]) if live else f"{TOTALS}[{money[words]}]"

    if name == ON_TARGET:
        return f"=CSM_OTE({cells('Base pay')},{cells('Target variable')})"
    # What is earned is known to the cent, and a true-up may take back more than the period pays.
    variable = f"{cells('Target-based pay')}+{cells('Commissions and awards')}"
    return f"=CSM_TOTALCOMP({cells('Base pay')},0,1,0,0,{variable})"


def _figures(money: Money, paid: Paid) -> list[_Figure]:
    line = {name: f"{PAYOUTS}[{line_header(name, money.currency)}]" for name in paid.lines[0]}
    who = this_row(TOTALS, "Employee id")
    # Not by SUMIFS, to which "00123" is 123 and * is anything: people's ids are compared as they are.
    of_person = f"({line['employee_id']}={who})*1"
    target, based = (this_row(TOTALS, money[words]) for words in ("Target variable", "Target-based pay"))
    on_target = f'{of_person}*({line["weight"]}<>"")'
    rows = f"SUMPRODUCT((tblRoster[Employee id]={who})*1)"
    return [
        _Figure(money["Target variable"], "money",
                f"=SUMPRODUCT({of_person},{line['component_target']})", "target"),
        _Figure(money["Target-based pay"], "money", f"=SUMPRODUCT({on_target},{line['amount']})", "based"),
        _Figure("Payout ratio (%)", "percent", f'=IF({target}=0,"",{based}/{target})', "ratio", total=False),
        _Figure(money["Commissions and awards"], "money",
                f"=SUMPRODUCT({of_person},{line['amount']})-{based}", "other"),
        _Figure(money["Variable pay"], "money", f"=SUMPRODUCT({of_person},{line['amount']})", "variable"),
        _Figure("Lines (count)", "count", f"=SUMPRODUCT({of_person})", "lines", total=False),
        _Figure("Roster rows (count)", "count", f"={rows}", "rows", total=False),
    ]  # fmt: skip


def _sums(tables: Tables, paid: Paid) -> dict[str, Mapping[str, float | None]]:
    """What the formulas of the figures come to, by figure and person; no ratio without a target."""
    at = {name: place for place, name in enumerate(paid.lines[0])}
    lines: dict[str, list[Sequence[Any]]] = {}
    for line in paid.lines[1:]:
        lines.setdefault(line[at["employee_id"]], []).append(line)

    def summed(name: str, weighted: tuple[bool, ...]) -> dict[str, float]:
        return {
            person: math.fsum(
                line[at[name]] or 0.0 for line in own if (line[at["weight"]] is not None) in weighted
            )
            for person, own in lines.items()
        }

    target, based = summed("component_target", (True,)), summed("amount", (True,))
    return {
        "target": target,
        "based": based,
        "ratio": {person: based[person] / target[person] if target[person] else None for person in lines},
        "other": summed("amount", (False,)),
        "variable": summed("amount", (True, False)),
        "lines": {person: float(len(own)) for person, own in lines.items()},
        "rows": dict.fromkeys(tables["roster"].columns["employee_id"].tolist(), 1.0),
    }


def _persons(tables: Tables, paid: Paid) -> list[list[Any]]:
    """Who is employed in the period or has lines of it, as one who left and pays back: id, plan, role and
    team at its end, base pay, and days employed in it."""
    everyone, _ = people(History(tables))
    period = paid.period
    roles = tables["roster"].columns["role"].tolist()
    base = base_pay_of(everyone, plan_book(tables), Calendar(tables["periods"]), period).tolist()
    plans, teams = list(everyone.plans), list(everyone.teams)
    starts = np.searchsorted(everyone.person, np.arange(len(everyone.ids) + 1))
    at = list(paid.lines[0]).index("employee_id")
    paid_people = {line[at] for line in paid.lines[1:]}
    found: list[list[Any]] = []
    for code, name in enumerate(everyone.ids):
        spells = np.arange(starts[code], starts[code + 1])
        here = spells[(everyone.first[spells] <= period.end) & (everyone.last[spells] >= period.start)]
        if not here.size and name not in paid_people:
            continue
        latest = here[-1] if here.size else spells[-1]
        plan, team = (int(everyone.names[key][latest]) for key in ("plan_id", "team"))
        ends, begins = (
            np.minimum(everyone.last[here], period.end),
            np.maximum(everyone.first[here], period.start),
        )
        found.append([name, plans[plan], roles[code] or None, teams[team] if team >= 0 else None,
                      base[code], int((ends - begins + 1).sum())])  # fmt: skip
    return found
