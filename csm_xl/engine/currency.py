"""In which currency people are paid, and totals of pay that never add two currencies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from csm_xl.engine.people import People
from csm_xl.errors import VALUE, Issue
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


def totals_by_currency(lines: Rows, totals: Rows, currencies: Currencies) -> list[list[Any]]:
    """A header, then each person's target and variable pay of a period: one row for each currency of theirs.

    lines: payout lines; totals: as `Lines.totals` gives them for the same runs; a header first in both.
    """
    header, *body = lines
    at = {name: header.index(name) for name in header}
    paid: dict[tuple[Any, Any], dict[str, list[Sequence[Any]]]] = {}
    for line in body:
        person = line[at["employee_id"]]
        code = currencies.of(person, line[at["plan_id"]])
        paid.setdefault((line[at["period"]], person), {}).setdefault(code, []).append(line)
    rows: list[list[Any]] = [list(TOTALS_BY_CURRENCY)]
    for period, person, target, variable in totals[1:]:
        of_person = paid.get((period, person), {})
        if len(of_person) < 2:
            rows.append([period, person, next(iter(of_person), currencies.of(person)), target, variable])
            continue
        for code, own in of_person.items():
            target = _sum(line[at["component_target"]] or 0.0 for line in own)
            rows.append([period, person, code, target, _sum(line[at["amount"]] for line in own)])
    return rows


def sums_by_currency(totals: Rows) -> list[list[Any]]:
    """A row for each currency of such totals: currency, people, target, variable."""
    found: dict[str, list[Sequence[Any]]] = {}
    for row in totals[1:]:
        found.setdefault(row[2], []).append(row)
    return [
        [code, len({row[1] for row in own}), _sum(row[3] for row in own), _sum(row[4] for row in own)]
        for code, own in sorted(found.items())
    ]


def _sum(amounts: Any) -> float:
    """Money added in whole ten-thousandths, so that a total is the sum of its lines to the cent."""
    units: int = sum(round(amount * 10_000) for amount in amounts)
    return units / 10_000
