"""What people get in a year beside salary and plan: equity that vests, benefits, other pay."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.context import RunContext
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue
from csm_xl.pay.benefits import benefits_value, employer_match
from csm_xl.pay.equity import grown, option_exercise, rsu
from csm_xl.pay.rounding import Array, exact, floats, round_money
from csm_xl.pay.vesting import vest_schedule
from csm_xl.plan.periods import Period

Money = NDArray[np.float64]


@dataclass(slots=True, eq=False, repr=False)
class Vested:
    """Money by person: the value of all that vests in the year, and what of it is wages: shares are,
    when they vest; options are not before they are exercised."""

    value: Money
    wages: Money


def vested(context: RunContext, year: Period) -> Vested:
    """Equity that vests in the year while its holder is employed, at the price of the day.

    A share is worth its price, an option what the price is above the strike; each tranche is rounded
    to the cent. The price of a day is the latest at or before it, grown by its yearly rise in whole steps
    on each anniversary of its date. What is wrong is reported.
    """
    table, prices = context.tables["grants"], context.tables["prices"]
    order = np.argsort(prices.columns["date"], kind="stable")
    days, each, growth = (prices.columns[name][order] for name in ("date", "price", "growth"))
    index = {name: person for person, name in enumerate(context.people.ids)}
    value, wages = np.zeros(len(index)), np.zeros(len(index))
    for row in range(table.rows):
        person = index[table.columns["employee_id"][row]]
        if not context.wanted[person]:
            continue
        kind, strike = str(table.columns["kind"][row]), table.value(row, "strike")
        if kind != "rsu" and strike is None:
            context.report(person, Issue(VALUE, "an option has no strike", table.where(row, "strike"), None,
                                       "Type the exercise price."))  # fmt: skip
            continue
        try:
            tranches = vest_schedule(
                exact(table.columns["shares"][row]),
                date.fromordinal(int(table.columns["grant_date"][row])),
                str(table.columns["schedule"][row]),
            )
        except CsmError as error:
            for issue in error.issues:
                column = issue.where if issue.where in table.columns else "schedule"
                context.report(person, replace(issue, where=table.where(row, column)))
            continue
        for day, shares, _ in tranches:
            if not (
                year.start <= day.toordinal() <= year.end and _employed(context, person, day.toordinal())
            ):
                continue
            at = int(np.searchsorted(days, day.toordinal(), side="right")) - 1
            if at < 0:
                context.report(person, Issue(NOT_FOUND, f"there is no share price for {day}, when a tranche"
                                           f" of {context.people.ids[person]} vests",
                                           table.where(row, "grant_date"), None,
                                           f"Add a row to prices dated {day} or before."))  # fmt: skip
                continue
            price = grown(each[at], growth[at], date.fromordinal(int(days[at])), day)
            if kind == "rsu":
                worth = floats(round_money(rsu(shares, price)[0]))
                wages[person] += worth
            else:
                worth = floats(round_money(option_exercise(shares, exact(strike), price, kind.upper())[0]))
            value[person] += worth
    return Vested(value.round(4), wages.round(4))


def _employed(context: RunContext, person: int, day: int) -> bool:
    return bool(context.people.spell_of(np.array([person]), np.array([day]))[0] >= 0)


def benefits(context: RunContext, base: Money, share: Array) -> Money:
    """The benefits of the year by person: amounts for the share of the year that each is employed,
    ratios of the base pay of the year, and the match of what is saved of it; to the cent.

    base: base pay of the year by person. share: exact, the employed days of the year's, by person.
    A person's own row takes the place of everyone's of the same item.
    """
    table = context.tables["benefits"]
    saved = exact(context.tables["roster"].columns["deferral_ratio"])
    pay = exact(base)
    total = exact(np.zeros(len(base)))
    for rows, people in _sets(context).items():
        at = np.array(people, dtype=np.intp)
        items: dict[str, list[int]] = {}
        for row in rows:
            items.setdefault(table.columns["item"][row], []).append(row)
        for each in items.values():
            total[at] += _item(context, each, pay[at], saved[at], share[at])
    return floats(round_money(total))


def _sets(context: RunContext) -> dict[tuple[int, ...], list[int]]:
    """The rows of benefits that a person has → everybody with exactly these."""
    table = context.tables["benefits"]
    items, whose = table.columns["item"].tolist(), table.columns["employee_id"].tolist()
    general = [row for row, name in enumerate(whose) if not name]
    own: dict[str, list[int]] = {}
    for row, name in enumerate(whose):
        if name:
            own.setdefault(name, []).append(row)
    found: dict[tuple[int, ...], list[int]] = {}
    for person, name in enumerate(context.people.ids):
        mine = own.get(name, [])
        named = {items[row] for row in mine}
        rows = (*(row for row in general if items[row] not in named), *mine)
        found.setdefault(rows, []).append(person)
    return found


def _item(context: RunContext, rows: list[int], pay: Array, saved: Array, share: Array) -> Any:
    """The value of one item for some people: its amount and ratio, or its match."""
    table = context.tables["benefits"]
    name = table.columns["item"][rows[0]]
    matched = [row for row in rows if table.value(row, "match_rate") is not None]
    plain = [row for row in rows if row not in matched]
    for row in plain[1:] if not matched else plain:
        first = table.where(next(other for other in rows if other != row), "item")
        context.report(
            -1,
            Issue(
                VALUE,
                f"the item {name} is also in another row, {first}",
                table.where(row, "item"),
                None,
                "Keep one, or name it differently.",
            ),
        )
    for row in plain:
        if table.value(row, "amount") is None and table.value(row, "ratio") is None:
            context.report(
                -1,
                Issue(
                    VALUE,
                    f"the item {name} has no value",
                    table.where(row, "amount"),
                    None,
                    "Type an amount, a ratio or a match_rate; 0 if it is worth nothing.",
                ),
            )
    if matched:
        return _matched(context, matched, pay, saved)
    amount, ratio = (np.nan_to_num(table.columns[name][plain[:1]]) for name in ("amount", "ratio"))
    return benefits_value(0, exact(amount)) * share + benefits_value(pay, 0, exact(ratio))


def _matched(context: RunContext, rows: list[int], pay: Array, saved: Array) -> Array:
    table = context.tables["benefits"]
    rows = sorted(rows, key=lambda row: float(table.columns["match_from"][row]))
    names = ("match_from", "match_to", "match_rate")
    try:
        return employer_match(pay, saved, [[table.columns[name][row] for name in names] for row in rows])
    except CsmError as error:
        for issue in error.issues:
            context.report(-1, replace(issue, where=table.where(rows[0], "match_from")))
        return pay * 0


def other_pay(context: RunContext, year: Period) -> Money:
    """Other pay dated in the year, by person; to the cent."""
    table = context.tables["other_pay"]
    index = {name: person for person, name in enumerate(context.people.ids)}
    total = np.zeros(len(index))
    inside = (table.columns["date"] >= year.start) & (table.columns["date"] <= year.end)
    for row in np.flatnonzero(inside).tolist():
        total[index[table.columns["employee_id"][row]]] += round_money(table.columns["amount"][row])
    return total.round(4)
