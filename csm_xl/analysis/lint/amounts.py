"""Rules about amounts far from comparable ones: salaries, targets, deals, accounts, other money."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isnan
from typing import Final

import numpy as np

from csm_xl.analysis.lint.odd_amounts import odd_amounts
from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.plan.outliers import (
    THE_OTHERS,
    has_neighbor,
    medians_of_others,
    times,
)
from csm_xl.plan.parts import grouped
from csm_xl.plan.salary_scale import Unlike, unlike_salaries
from csm_xl.plan.schema import MOST_MONEY
from csm_xl.plan.schema.shared import TARGET_SHARES
from csm_xl.plan.table import Table

RAISE: Final = 4.0
"""No raise multiplies a salary by this much, and no cut divides it by this much."""
OTE: Final = (0.5, 5.0)
"""On-target earnings over base salary: OTE includes the base, and variable pay is not four times the base."""
TARGET: Final = (0.003, 2.0)
"""Target variable over base salary."""
BELOW: Final = 0.9
"""OTE that was not raised with the salary is a little below it; it is never this part of it."""
BASE: Final = (0.5, 2.0)
"""The base pay in an OTE over the salary: they are the same money, and one OTE may be for several levels."""
SWAPPED: Final = (0.9, 1.1)
"""The variable pay in an OTE over the salary, where the base share was entered as that of variable pay."""
NEAR_BASE: Final = (0.75, 4 / 3)
"""So near the salary, it is what was meant, whatever else it is near."""
SAME_BASE: Final = 0.01
OTHER_BASE: Final = 0.05
"""Base pay in an OTE that is the salary is so near to it; where all are further off, the base share is."""
MISSED_RAISES: Final = 0.25
"""An OTE may stay as it is while the salary is raised, and be cut or topped up for one person."""
MOST_ALIKE: Final = 0.6
UNLIKE_TARGET: Final = 8.0
"""Targets on one plan, as a percentage of salary, differ by less than this factor."""
_ENOUGH: Final = 3
"""This many other people on a plan establish its usual target."""


@rule("E511", "Enter the annual full-time salary, in whole currency units.", ("roster",))
def unlike_salary(view: View) -> Iterator[Found]:
    """A salary that cannot be annual.

    85 is in thousands or hourly, 7,083 is monthly, and 850,000 among salaries of 85,000 has an extra digit.
    No full-time annual salary is below 1,000 US dollars (300 in currencies of low-wage countries). Other
    salaries are compared within a currency, and with those of the same location, level and role; a salary in
    line with its location is accepted. No raise multiplies a salary by four.
    """
    yield from (found for found, sure in view.once(_odd_salaries) if sure)


@rule("W512", "Check the salary: it must be annual, full-time, and in whole currency units.", ("roster",),
      at_pay=True)  # fmt: skip
def odd_salary(view: View) -> Iterator[Found]:
    """A salary that may not be annual.

    A low salary of one or two people may be correct or monthly. A salary eight times the others', in a
    location of its own, may be an executive's.
    """
    yield from (found for found, sure in view.once(_odd_salaries) if not sure)


def _odd_salaries(view: View) -> Iterator[tuple[Found, bool]]:
    """Unusual salaries, and whether each stops the payment."""
    roster, changes = view.tables["roster"], view.tables["changes"]
    of = view.on_roster
    moved = [row for row, who in enumerate(changes.columns["employee_id"].tolist()) if who in of]
    places = [(roster, row) for row in range(roster.rows)] + [(changes, row) for row in moved]
    columns = roster.columns
    salaries = np.concatenate([columns["base_salary"], changes.columns["base_salary"][moved]])
    salaries = np.where(salaries > MOST_MONEY, np.nan, salaries)  # reported as a missing salary
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


@rule("E513", "Correct the target: a ratio is a fraction of salary; an amount or an OTE is for a full year.",
      ("roster",))  # fmt: skip
def unlike_target(view: View) -> Iterator[Found]:
    """A target out of line with the salary or with others on the plan.

    On-target earnings include the base salary, so they are never half of it or five times as much. A target
    amount is not more than twice the salary or less than 1/300 of it. Targets on one plan, as a percentage of
    salary, differ by a factor of less than eight (checked where at least three others are on the plan).
    """
    said: set[str] = set()
    for (_, column), every in view.once(targets_of_people):
        low, high = {"ote": OTE, "target_amount": TARGET}.get(column, (0.0, np.inf))
        for one in every:
            if (one.share < low or one.share > high) and one.where not in said:
                said.add(one.where)
                salary = times(one.value, one.value / one.share, "the base salary")
                yield one.where, f"{one.column} is {one.value:,.10g}, {salary}", one.person
        theirs = [one for one in every if one.person]
        if column != "ote" and len(theirs) > _ENOUGH:
            yield from _unlike_shares(theirs, said)


_PARTS: Final = (4, 12)
"""How many quarters and months a year has."""


@rule("W533", "Enter the target of a full year.", ("roster",), at_pay=True)
def small_target(view: View) -> Iterator[Found]:
    """A target amount below 3% or above 100% of the salary.

    A monthly amount is a twelfth of the year's. Ratios are checked in the same way (W613). A plan that pays
    once a year may have a small amount for everybody, as gainsharing does. A person's own amount that is
    exactly a quarter or a twelfth of the plan's may be for one pay period.
    """
    low, high = TARGET_SHARES
    said: set[str] = set()
    for (plan, column), every in view.once(targets_of_people):
        yearly = view.book.versions(plan)[-1].pay_period == "year"
        for one in every if column == "target_amount" else ():
            little = one.share < low and not (yearly and not one.person)
            rare = (TARGET[0] <= one.share and little) or high < one.share <= TARGET[1]
            whole = float(view.book.versions(plan)[-1].target_value or 0.0)
            part = next((times for times in _PARTS if one.person and one.value * times == whole), 0)
            if (rare or part) and one.where not in said:
                said.add(one.where)
                what = f"{one.column} is {one.value:,.10g}, {one.share:.2%} of the base salary"
                if part:
                    what = f"{one.column} is {one.value:,.10g}, 1/{part} of the plan's own {whole:,.10g}"
                yield one.where, what, one.person


@rule("W534", "Correct the OTE or the base share: OTE includes base pay, and base_share is the part of it"
      " that is base pay.", ("roster",), at_pay=True)  # fmt: skip
def base_unlike_salary(view: View) -> Iterator[Found]:
    """On-target earnings whose base pay is not the salary.

    OTE × base share should be the salary. Half or double the salary often means that the OTE is variable pay
    only, or that base_share is the variable share: then OTE × (1 − base share) is the salary. A plan's OTE
    may cover people of several levels, but is never a tenth below a salary. A person's own OTE is reported if
    the others on the plan match their salaries, or if all of them differ by one factor.
    """
    said: set[str] = set()
    for (plan, column), every in view.once(targets_of_people):
        terms = view.book.versions(plan)[-1]
        parts: list[tuple[Target, float]] = []
        for one in every if column == "ote" else ():
            if not OTE[0] <= one.share <= OTE[1]:
                continue  # reported already
            stay = [each for each in view.stays[one.of] if each.plan_id == plan][-1]
            part = float(stay.values["base_share"])
            part = float(terms.base_share or 0.0) if np.isnan(part) else part
            if part:
                parts.append((one, part))
        odd = _unlike_salaries([one.share * part if one.person else np.nan for one, part in parts])
        for (one, part), unlike in zip(parts, odd, strict=True):
            base, variable = one.share * part, one.share * (1 - part)
            swapped = SWAPPED[0] < variable < SWAPPED[1] and not NEAR_BASE[0] < base < NEAR_BASE[1]
            # The salary, typed a second time, or less than it even before the last raises.
            alone = part < 1 and (one.share < BELOW or (one.share == 1 and bool(one.person)))
            far = swapped or unlike or alone or not BASE[0] < base < BASE[1]
            if far and one.where not in said:
                said.add(one.where)
                what = f"the base pay in it, {part:.4g} × {one.value:,.10g}, is {one.value * part:,.10g}"
                yield (
                    one.where,
                    f"{what}; the salary of {one.of} is {one.value / one.share:,.10g}",
                    one.person,
                )


_THREE: Final = 3


def _unlike_salaries(bases: list[float]) -> list[bool]:
    """Which base pays in people's own OTE, over their salaries, are unlike those of the others, which are 1;
    or all, where they are another factor than 1. NaN: of an OTE of the plan."""
    known = np.array([base for base in bases if not np.isnan(base)])
    if len(known) < _THREE:
        return [False] * len(bases)
    usual = float(np.median(known))
    like = np.abs(known / usual - 1) <= SAME_BASE
    if abs(usual - 1) <= SAME_BASE and like.sum() >= len(known) * MOST_ALIKE:
        return [abs(base - 1) > MISSED_RAISES for base in bases]
    if abs(usual - 1) > OTHER_BASE and like.all():
        return [not np.isnan(base) for base in bases]
    return [False] * len(bases)


@dataclass(frozen=True, slots=True)
class Target:
    """A target: its cell, its owner (none for the plan's own), and its ratio to salary. of: whose it is, also
    where it is the plan's."""

    where: str
    column: str
    person: str
    value: float
    share: float
    of: str


def targets_of_people(view: View) -> Iterable[tuple[tuple[str, str], list[Target]]]:
    """Plan and column → targets of the people on the plan."""
    found: dict[tuple[str, str], list[Target]] = {}
    roster, changes = view.tables["roster"], view.tables["changes"]
    moves = grouped(changes, "employee_id")
    for plan in view.book.plan_ids:
        terms = view.book.versions(plan)[-1]
        column = {"ratio": "target_ratio", "amount": "target_amount", "ote": "ote"}[terms.target_basis]
        of_plan = view.of_plan(terms, "target_value")
        for person in view.people.get(plan, ()):
            stay = [one for one in view.stays[person] if one.plan_id == plan][-1]
            value, salary = float(stay.values[column]), view.salary_of.get(person, 0.0)
            where, at, whose = of_plan, "target_value", ""
            if isnan(value):
                value = float(terms.target_value or 0.0)
            else:
                stated = [
                    (changes, row) for row in moves.get(person, ()) if changes.columns[column][row] == value
                ]
                table, row = stated[-1] if stated else (roster, view.on_roster[person])
                where, at, whose = table.where(row, column), column, person
            if value > 0 and salary > 0:
                share = value if column == "target_ratio" else value / salary
                found.setdefault((plan, column), []).append(Target(where, at, whose, value, share, person))
    return found.items()


def _unlike_shares(every: list[Target], said: set[str]) -> Iterator[Found]:
    shares = np.array([one.share for one in every])
    others, near = medians_of_others(shares), has_neighbor(shares, 3.0)
    for one, usual, alike in zip(every, others.tolist(), near.tolist(), strict=True):
        if not alike and max(one.share / usual, usual / one.share) >= UNLIKE_TARGET and one.where not in said:
            what = f"{one.column} is {one.share * 100:,.4g}% of the salary, and"
            yield one.where, f"{what} {THE_OTHERS} on the plan {usual * 100:,.4g}%", one.person


@rule("E611", "Correct the amount: enter whole currency units.", ())
def unlike_amount(view: View) -> Iterator[Found]:
    """A deal or account revenue 300 times the comparable ones.

    An amount with three extra zeros pays commission for a thousand deals; an amount in thousands pays almost
    none. Deals are compared with others of their kind and currency, accounts with all others and between
    their own columns.
    """
    yield from (found for found, sure in view.once(odd_amounts) if sure)


@rule("W612", "Check the amount: it must be in whole currency units.", (), at_pay=True)
def odd_amount(view: View) -> Iterator[Found]:
    """A deal or account revenue far from comparable ones.

    A large deal is up to about twenty times the usual one. Thirty times or more, depending on the spread of
    the others, is probably an extra zero or two; if the amounts are close together, eight times is enough.
    Also reported: a deal of eight times its account's revenue, and a first payment below 1% of its deal.
    """
    yield from (found for found, sure in view.once(odd_amounts) if not sure)
