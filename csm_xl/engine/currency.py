"""In which currency people are paid, and totals of pay that never add two currencies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from csm_xl.engine.lines import Lines
from csm_xl.engine.people import People
from csm_xl.errors import VALUE, Issue
from csm_xl.pay.nearest import shown
from csm_xl.pay.rounding import Array
from csm_xl.plan.coded import Coded, merged
from csm_xl.plan.groups import Groups
from csm_xl.plan.paid_in import CURRENCY, Currencies
from csm_xl.plan.periods import Period

Rows = Sequence[Sequence[Any]]
TOTALS_BY_CURRENCY: Final = ("period", "employee_id", CURRENCY, "target", "variable")

SUMS: Final = (CURRENCY, "people", "target", "variable")


def plans_of(people: People, period: Period) -> dict[int, list[str]]:
    """The plans that each person, by position, is on in a period; nobody without a day in it."""
    names, codes = list(people.plans), people.names["plan_id"]
    found: dict[int, dict[str, None]] = {}
    for spell in np.flatnonzero((people.first <= period.end) & (people.last >= period.start)).tolist():
        found.setdefault(int(people.person[spell]), {})[names[codes[spell]]] = None
    return {person: list(plans) for person, plans in found.items()}


def last_plans(people: People, period: Period) -> dict[int, str]:
    """The plan that each person is on at the end of a period, or was on last."""
    names, codes = list(people.plans), people.names["plan_id"]
    at = np.flatnonzero(people.first <= period.end)  # in order of time, so that the last one stays
    return {int(people.person[spell]): names[codes[spell]] for spell in at.tolist()}


def paid_in_several(people: People, known: Currencies, period: Period) -> dict[int, list[str]]:
    """The people, by position, whose plans of a period pay in several currencies: these are never added."""
    return {
        person: codes
        for person, plans in plans_of(people, period).items()
        if len(plans) > 1 and (codes := known.several(people.ids[person], plans))
    }


def not_added(codes: Sequence[str], what: str, where: str, person: str) -> Issue:
    """The finding that what a person is paid under several plans cannot be added up.

    codes: the currencies. what: what would add them, such as a year's total. where: the person's cell.
    """
    return Issue(
        VALUE,
        f"{person} is paid in {' and '.join(codes)} under the plans of the period, which cannot be added"
        f" up in {what}",
        where,
        None,
        "Type the one currency of the person's pay in the column currency of the roster, with the salaries"
        " in it. Without that, csm-xl pay has a row for each currency.",
        person=person,
    )


def with_currency(lines: Rows, currencies: Currencies) -> list[list[Any]]:
    """Payout lines, a header first, each with its currency as the last column."""
    header, *body = lines
    person, plan = header.index("employee_id"), header.index("plan_id")
    return [[*header, CURRENCY], *([*line, currencies.of(line[person], line[plan])] for line in body)]


def all_in(rows: Rows, currency: str) -> list[list[Any]]:
    """Rows, a header first, whose money is all in one currency, with it as the last column."""
    header, *body = rows
    return [[*header, CURRENCY], *([*row, currency] for row in body)]


def line_currencies(lines: Lines, currencies: Currencies) -> Coded:
    """The currency of each line. lines: of one run."""
    people, plans = (Coded(lines.names[name], lines.columns[name]) for name in ("employee_id", "plan_id"))
    own = merged(Coded(list(map(currencies.own, people.values)), people.codes))
    same = Groups([own, plans])
    codes = [currencies.of(people[line], plans[line]) for line in same.first.tolist()]
    return merged(Coded(codes, same.of_row))


def totals_by_currency(runs: Sequence[Lines], currencies: Currencies) -> list[list[Any]]:
    """A header, then each person's target and variable pay of a period: one row for each currency of theirs.

    runs: payout lines.
    """
    rows: list[list[Any]] = [list(TOTALS_BY_CURRENCY)]
    for lines in runs:
        codes = line_currencies(lines, currencies)
        of_line = lines.keys()
        paid_in = _in_order(of_line, codes.codes)
        for key, (period, person, target, variable) in zip(
            lines.sums().key.tolist(), lines.totals()[1:], strict=True
        ):
            of_person = paid_in.get(key, ())
            if len(of_person) < 2:
                code = codes.values[of_person[0]] if of_person else currencies.of(person)
                rows.append([period, person, code, target, variable])
                continue
            for code in of_person:
                own = np.flatnonzero((of_line == key) & (codes.codes == code))
                sums = (_sum(np.nan_to_num(shown(lines.columns[name][own])).tolist())
                        for name in ("component_target", "amount"))  # fmt: skip
                rows.append([period, person, codes.values[code], *sums])
    return rows


def _in_order(keys: Array, codes: Array) -> dict[int, list[int]]:
    """For each key the codes of its rows, each once, in the order in which they come."""
    if not len(codes):
        return {}
    many = int(codes.max()) + 1
    both, first = np.unique(keys * many + codes, return_index=True)
    found: dict[int, list[int]] = {}
    for one in both[np.argsort(first, kind="stable")].tolist():
        found.setdefault(one // many, []).append(one % many)
    return found


def sums_by_currency(totals: Rows) -> list[list[Any]]:
    """A row for each currency of such totals: currency, people, target, variable."""
    found: dict[str, list[Sequence[Any]]] = {}
    for row in totals[1:]:
        found.setdefault(row[2], []).append(row)
    return [
        [code, len({row[1] for row in own}), _sum(row[3] for row in own), _sum(row[4] for row in own)]
        for code, own in sorted(found.items())
    ]


def currency_sums(runs: Sequence[Lines], currencies: Currencies) -> list[list[Any]]:
    """What `sums_by_currency` gives for the totals of runs, without a row for each person."""
    people: dict[str, set[str]] = {}
    units: dict[str, list[int]] = {}
    for lines in runs:
        codes, ids, sums = line_currencies(lines, currencies), lines.names["employee_id"], lines.sums()
        at = np.searchsorted(sums.key, lines.keys())
        paid_in = np.full(len(sums.key), -1)
        paid_in[at] = codes.codes
        if (paid_in[at] != codes.codes).any():  # somebody has several
            return sums_by_currency(totals_by_currency(runs, currencies))
        values = list(codes.values)
        for without in np.flatnonzero(paid_in < 0).tolist():  # on a plan without components
            paid_in[without] = len(values)
            values.append(currencies.of(ids[sums.person[without]]))
        for place, code in enumerate(values):
            mine = paid_in == place
            people.setdefault(code, set()).update(map(ids.__getitem__, sums.person[mine].tolist()))
            before = units.setdefault(code, [0, 0])
            both = zip(before, (sums.target, sums.variable), strict=True)
            units[code] = [had + _units(each[mine].tolist()) for had, each in both]
    return [[code, len(people[code]), *(one / 10_000 for one in units[code])] for code in sorted(people)]


def _sum(amounts: Any) -> float:
    """Money added in whole ten-thousandths, so that a total is the sum of its lines to the cent."""
    return _units(amounts) / 10_000


def _units(amounts: Any) -> int:
    return sum(round(amount * 10_000) for amount in amounts)
