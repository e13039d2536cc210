"""Rules about amounts that are far from their like: salaries, targets, deals, accounts, other money."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.pay.rounding import Array
from csm_xl.plan.outliers import (
    ENOUGH,
    THE_OTHERS,
    beyond_all,
    far,
    has_neighbor,
    medians_of_others,
    times,
)
from csm_xl.plan.parts import grouped
from csm_xl.plan.salary_scale import Unlike, unlike_salaries
from csm_xl.plan.schema import MOST_MONEY
from csm_xl.plan.table import Table

RAISE: Final = 4.0
"""No raise multiplies a salary by so much, and no cut divides it so."""
OTE: Final = (0.5, 5.0)
"""On-target earnings over base salary: they hold the base, and variable pay is not four times of it."""
TARGET: Final = (0.003, 2.0)
"""Target variable over base salary."""
UNLIKE_TARGET: Final = 8.0
"""Targets of one plan, as shares of salary, differ by less."""
_ENOUGH: Final = 3
"""So many others on a plan tell what its targets are."""
SURELY: Final = 300.0
"""So many times its like an amount has a unit of its own, or zeros too many."""
OTHER_KIND: Final = 200.0
"""Deals of another kind are larger or smaller: of few, one is far only from so many times all others."""
APART: Final = (60.0, 20.0)
"""An amount so many times the median, and so many times the largest other one, is far from all of them; or so
many times smaller."""


@rule("E511", "Correct the salary: it is for a year of full time, in units of the currency.", ("roster",))
def unlike_salary(view: View) -> Iterator[Found]:
    """A salary that cannot be a year's.

    85 is in thousands or for an hour, 7,083 for a month, 850,000 among salaries of 85,000 has a digit too
    many. No year of full time is paid less than 1,000 US dollars (300 in
    currencies of low wages). Beyond that, salaries
    are compared within a currency, and with those of the same place, level and role; one that is like the
    others of its place (location) is sound. A raise never multiplies a salary by four.
    """
    yield from (found for found, sure in view.once(_odd_salaries) if sure)


@rule("W512", "Look at the salary: it is for a year of full time, in units of the currency.", ("roster",),
      at_pay=True)  # fmt: skip
def odd_salary(view: View) -> Iterator[Found]:
    """A salary that is perhaps not a year's.

    One person, or two, with low salaries may be paid so, or typed for a month; a salary of eight times the
    others' in a place of its own may be an executive's.
    """
    yield from (found for found, sure in view.once(_odd_salaries) if not sure)


def _odd_salaries(view: View) -> Iterator[tuple[Found, bool]]:
    """What is odd about salaries, and whether it stops the payment."""
    roster, changes = view.tables["roster"], view.tables["changes"]
    of = view.on_roster
    moved = [row for row, who in enumerate(changes.columns["employee_id"].tolist()) if who in of]
    places = [(roster, row) for row in range(roster.rows)] + [(changes, row) for row in moved]
    columns = roster.columns
    salaries = np.concatenate([columns["base_salary"], changes.columns["base_salary"][moved]])
    salaries = np.where(salaries > MOST_MONEY, np.nan, salaries)  # which is told as no salary at all
    people = [*range(roster.rows), *(of[changes.columns["employee_id"][row]] for row in moved)]
    level, role = columns["level"].tolist(), columns["role"].tolist()
    location = [str(place) for place in columns["location"].tolist()]
    work = [(level[at], role[at]) if level[at] or role[at] else None for at in people]
    currency = [view.currency_of[at] for at in people]
    said: set[int] = set()
    for one in unlike_salaries(salaries, currency, [location[at] for at in people], work):
        said.add(one.row)
        yield _about(one, places), one.sure
    last = {row: row for row in range(roster.rows)}
    for at in sorted(range(roster.rows, len(people)), key=lambda at: int(_from(places[at]))):
        before, salary, table, row = last[people[at]], float(salaries[at]), *places[at]
        if np.isnan(salary) or salary <= 0:
            continue
        last[people[at]] = at
        old = float(salaries[before])
        moves = bool(table.columns["location"][row])
        if old > 0 and not moves and not {at, before} & said and not 1 / RAISE < salary / old < RAISE:
            what = (
                f"base_salary {salary:,.10g} is {times(salary, old, 'the salary before')}: has it a digit too"
            )
            more = "many" if salary > old else "few, or is it for a month"
            yield (table.where(row, "base_salary"), f"{what} {more}?", table.person(row)), True


def _from(place: tuple[Table, int]) -> int:
    table, row = place
    return int(table.columns["from"][row])


def _about(one: Unlike, places: list[tuple[Table, int]]) -> Found:
    table, row = places[one.row]
    where = table.where(row, "base_salary")
    return (where, one.said) if one.every else (where, f"base_salary {one.said}", table.person(row))


@rule("E513", "Correct the target: a ratio is a share of salary, an amount and the OTE are for a full year.",
      ("roster",))  # fmt: skip
def unlike_target(view: View) -> Iterator[Found]:
    """A target far from the salary, or from the others' on the plan.

    On-target earnings hold the base salary, so that they are never half of it, nor five times. A target
    amount is neither more than twice the salary nor a three hundredth of it. On one plan targets differ, as
    shares of salary, by less than eight times where three others tell.
    """
    said: set[str] = set()
    for (_, column), every in _targets(view).items():
        low, high = {"ote": OTE, "target_amount": TARGET}.get(column, (0.0, np.inf))
        for one in every:
            if (one.share < low or one.share > high) and one.where not in said:
                said.add(one.where)
                salary = times(one.value, one.value / one.share, "the base salary")
                yield one.where, f"{one.column} is {one.value:,.10g}, {salary}", one.person
        theirs = [one for one in every if one.person]
        if column != "ote" and len(theirs) > _ENOUGH:
            yield from _unlike_shares(theirs, said)


@dataclass(frozen=True, slots=True)
class _Target:
    """A target: where it is typed, by whom it is owned (nobody: the plan's own), and its share of salary."""

    where: str
    column: str
    person: str
    value: float
    share: float


def _targets(view: View) -> dict[tuple[str, str], list[_Target]]:
    """Plan and column → the targets of the people on it."""
    found: dict[tuple[str, str], list[_Target]] = {}
    roster, changes = view.tables["roster"], view.tables["changes"]
    moves = grouped(changes, "employee_id")
    for plan in view.book.plan_ids:
        terms = view.book.versions(plan)[-1]
        column = {"ratio": "target_ratio", "amount": "target_amount", "ote": "ote"}[terms.target_basis]
        for person in view.people.get(plan, ()):
            stay = [one for one in view.stays[person] if one.plan_id == plan][-1]
            value, salary = float(stay.values[column]), view.salary_of.get(person, 0.0)
            where, at, whose = view.of_plan(terms, "target_value"), "target_value", ""
            if np.isnan(value):
                value = float(terms.target_value or 0.0)
            else:
                stated = [
                    (changes, row) for row in moves.get(person, ()) if changes.columns[column][row] == value
                ]
                table, row = [(roster, view.on_roster[person]), *stated][-1]
                where, at, whose = table.where(row, column), column, person
            if value > 0 and salary > 0:
                share = value if column == "target_ratio" else value / salary
                found.setdefault((plan, column), []).append(_Target(where, at, whose, value, share))
    return found


def _unlike_shares(every: list[_Target], said: set[str]) -> Iterator[Found]:
    shares = np.array([one.share for one in every])
    others, near = medians_of_others(shares), has_neighbor(shares, 3.0)
    for one, usual, alike in zip(every, others.tolist(), near.tolist(), strict=True):
        if not alike and max(one.share / usual, usual / one.share) >= UNLIKE_TARGET and one.where not in said:
            what = f"{one.column} is {one.share * 100:,.4g}% of the salary, and"
            yield one.where, f"{what} {THE_OTHERS} on the plan {usual * 100:,.4g}%", one.person


@rule("E611", "Correct the amount: it is in units of the currency.", ())
def unlike_amount(view: View) -> Iterator[Found]:
    """A deal, or an account's revenue, three hundred times its like.

    An amount with three zeros too many pays commission for a thousand deals, and in thousands for none.
    Deals are compared with those of their kind and currency, accounts with all others and with themselves.
    """
    yield from (found for found, sure in view.once(_odd_amounts) if sure)


@rule("W612", "Look at the amount: it is in units of the currency.", (), at_pay=True)
def odd_amount(view: View) -> Iterator[Found]:
    """A deal, or an account's revenue, far from its like.

    A large deal is twenty times the usual one. Thirty times and more, as far as the others differ, is
    probably a zero or two too many.
    """
    yield from (found for found, sure in view.once(_odd_amounts) if not sure)


def _odd_amounts(view: View) -> Iterator[tuple[Found, bool]]:
    """What is odd about deals and accounts, and whether it stops the payment."""
    yield from _odd_deals(view)
    yield from _odd_accounts(view)


def _odd_deals(view: View) -> Iterator[tuple[Found, bool]]:
    deals, credits = view.tables["deals"], view.tables["credits"]
    credited: dict[str, list[str]] = {}
    for deal, who in zip(credits.columns["deal_id"].tolist(), credits.columns["employee_id"].tolist(),
                         strict=True):  # fmt: skip
        credited.setdefault(deal, []).append(who)
    amounts = np.abs(deals.columns["amount"])
    groups: dict[tuple[str, str], list[int]] = {}
    of_currency: dict[str, list[int]] = {}
    owners: list[str] = []
    for row, (deal, kind, owner) in enumerate(
        zip(*(deals.columns[name].tolist() for name in ("deal_id", "kind", "employee_id")), strict=True)
    ):
        people = credited.get(deal) or [owner]
        owners.append(people[0] if len(set(people)) == 1 else "")
        at = view.on_roster.get(people[0])
        if amounts[row] > 0:
            currency = "" if at is None else view.currency_of[at]
            groups.setdefault((kind, currency), []).append(row)
            of_currency.setdefault(currency, []).append(row)
    for (kind, currency), rows in groups.items():
        like, own, least = f"the other deals{f' of the kind {kind}' if kind else ''}", set(rows), 0.0
        if len(rows) < ENOUGH <= len(of_currency[currency]):  # too few of the kind tell nothing
            rows, like, least = of_currency[currency], "the other deals", OTHER_KIND
        for row, said, sure in _far_from_like(amounts, rows, like, least):
            if row in own:
                found = f"the amount of deal {deals.columns['deal_id'][row]}, {said}"
                yield (deals.where(row, "amount"), found, owners[row]), sure


def _odd_accounts(view: View) -> Iterator[tuple[Found, bool]]:
    accounts = view.tables["accounts"]
    if not accounts.rows:
        return
    of_currency: dict[str, list[int]] = {}
    for row, who in enumerate(accounts.columns["employee_id"].tolist()):
        at = view.on_roster.get(who)
        of_currency.setdefault("" if at is None else view.currency_of[at], []).append(row)
    start, end = accounts.columns["start"], accounts.columns["end"]
    told: set[tuple[int, str]] = set()
    for every in of_currency.values():
        for column, figures in (("start", start), ("end", end)):
            rows = [row for row in every if figures[row] > 0]
            for row, said, sure in _far_from_like(figures, rows, f"the {column} of the other accounts"):
                told.add((row, column))
                yield (_of_account(accounts, row, column, said)), sure
        both = [row for row in every if start[row] > 0 and end[row] > 0]
        usual = float(np.median(np.concatenate([start[both], end[both]]))) if both else 0.0
        for row in both:
            ratio = float(end[row] / start[row])
            if max(ratio, 1 / ratio) < 30 or {(row, "start"), (row, "end")} & told:
                continue
            # Of the two figures the one that is less like the accounts' is probably wrong.
            off = {
                name: abs(np.log(figures[row] / usual)) for name, figures in (("start", start), ("end", end))
            }
            column, other = ("start", "end") if off["start"] > off["end"] else ("end", "start")
            value, beside = (float(accounts.columns[name][row]) for name in (column, other))
            said = f"{value:,.10g}, is {times(value, beside, f'its {other}')}"
            yield _of_account(accounts, row, column, said), max(ratio, 1 / ratio) >= SURELY


def _of_account(accounts: Table, row: int, column: str, said: str) -> Found:
    name, period = (accounts.columns[each][row] for each in ("account_id", "period"))
    return accounts.where(row, column), f"the {column} of account {name} in {period}, {said}"


def _far_from_like(
    amounts: Array, rows: list[int], like: str, least: float = 0.0
) -> Iterator[tuple[int, str, bool]]:
    """The rows whose amounts are far from the others', with what is said, and whether that is sure.

    least: how many times the others' an amount is at least, to be far from them.
    """
    values = amounts[rows]
    bound, others = max(far(values), least), medians_of_others(values)
    if len(rows) < 2:
        return
    apart = np.maximum(values / others, others / values)
    for at in np.flatnonzero(
        (apart >= bound) | ((apart >= max(APART[0], least)) & beyond_all(values, APART[1]))
    ).tolist():
        value, usual = float(values[at]), float(others[at])
        said = f"{value:,.10g}, is {times(value, usual, f'the median of {like}')}"
        yield rows[at], said, bool(apart[at] >= SURELY)


LEAST_MONEY: Final = 10.0
"""Nobody is promised, and nothing is bounded by, ten units of a currency: it is a ratio."""


@rule("W516", "Type the amount in units of the currency; a multiple of the target or a rate has a column of"
      " its own.", (), at_pay=True)  # fmt: skip
def ratio_for_money(view: View) -> Iterator[Found]:
    """A ratio typed where money stands.

    A guarantee of 0.9, a draw of 1, a most amount of 2 are multiples of a target; as money they are next to
    nothing. What is paid for each deal or event is left out where it is 1 and more, such as $1 a seat.
    """
    arrangements = view.tables["arrangements"]
    for row, kind in enumerate(arrangements.columns["kind"].tolist()):
        if kind in ("guarantee", "draw"):
            yield from _as_ratio(arrangements, row, "amount", LEAST_MONEY, f"a {kind}")
    components = view.tables["components"]
    for one in view.components:
        whose = f"{one.component_id} of {one.plan_id}"
        yield from _as_ratio(components, one.row, "max_amount", LEAST_MONEY, f"the most of {whose}")
        yield from _as_ratio(components, one.row, "pool_amount", LEAST_MONEY, f"the pool of {whose}")
        yield from _as_ratio(components, one.row, "fixed_amount", 1.0, f"what {whose} pays for each")


def _as_ratio(table: Table, row: int, column: str, bound: float, whose: str) -> Iterable[Found]:
    amount = float(table.columns[column][row]) if column in table.columns else 0.0
    if 0 < amount < bound:
        what = f"{column} is {amount:,.10g}, {whose}: as a ratio it would mean {amount:,.6g} times"
        yield table.where(row, column), what, table.person(row)


@rule("W515", "Type the salary or the FTE; or take the row out, if the person is not paid here.", ("roster",),
      at_pay=True)  # fmt: skip
def nothing_to_pay_on(view: View) -> Iterator[Found]:
    """A salary or an FTE of 0, on which targets come to nothing.

    A row of the export without the figure, most often. Whoever has another FTE or salary later (leave, an
    apprentice) is left out; so is a salary of 0 where the target is an amount, as of a commissioned agent.
    """
    roster, changes = view.tables["roster"], view.tables["changes"]
    by_ratio = {name for name in view.book.plan_ids
                if any(one.target_basis == "ratio" for one in view.book.versions(name))}  # fmt: skip
    later = {
        (who, column)
        for column in ("base_salary", "fte")
        for who, value in zip(changes.columns["employee_id"].tolist(), changes.columns[column].tolist(),
                              strict=True)
        if value > 0
    }  # fmt: skip
    for row, (who, plan) in enumerate(zip(*(roster.columns[n].tolist() for n in ("employee_id", "plan_id")),
                                          strict=True)):  # fmt: skip
        for column in ("base_salary", "fte"):
            if column == "base_salary" and (plan not in by_ratio):
                continue
            if roster.columns[column][row] == 0 and (who, column) not in later:
                what = f"{column} of {who} is 0: whatever is reached, the target pays nothing"
                yield roster.where(row, column), what, who
