"""Rules about pools that everybody on a plan shares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.small_amounts import LEAST_MONEY, TINY
from csm_xl.analysis.lint.view import View
from csm_xl.engine.pool import SHARED_OUT
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.periods import SHARES


def _sharing(view: View, one: ComponentTerms) -> Iterator[tuple[str, list[str]]]:
    """Those who share one pool of a component, in words and by their IDs: everybody on the plan, or where
    each team has a pool of its own those of each team."""
    people = view.people.get(one.plan_id, ())
    if not one.by_team:
        yield "everybody on the plan", list(people)
        return
    roster = view.tables["roster"].columns
    team_of = dict(zip(roster["employee_id"].tolist(), roster["team"].tolist(), strict=True))
    for team in dict.fromkeys(team_of.get(who) for who in people):
        if team:
            yield f"everybody in team {team}", [who for who in people if team_of.get(who) == team]


@rule("W532", "Raise the maximum per person, or correct the pool.", ("roster",))
def unspent_pool(view: View) -> Iterator[Found]:
    """A pool that cannot be paid in full because of its maximum per person.

    Even if everybody on the plan gets the maximum, part of the pool is paid to nobody.
    """
    for one in view.components:
        most = one.values.get("pool_person_cap")
        count = max((len(people) for _, people in _sharing(view, one)), default=0)
        if most is not None and one.pool_amount is not None and count and most * count < one.pool_amount:
            what = f"the pool of {one.component_id} of {one.plan_id} is {one.pool_amount:,.10g}, but at most"
            yield view.at(one, "pool_person_cap"), f"{what} {most * count:,.10g} of it can be paid"


@rule("W536", "Enter the pool in whole currency units.", ("roster",), at_pay=True)
def tiny_pool(view: View) -> Iterator[Found]:
    """A pool that pays next to nothing.

    Shared by everybody on the plan, it is less than a ten-thousandth of every salary: the amount, or the
    result of which it is a share, is probably in thousands.
    """
    salaries = view.tables["roster"].columns["base_salary"]
    least = float(salaries.min(where=salaries > 0, initial=np.inf))
    for one in view.components:
        people = min((len(people) for _, people in _sharing(view, one)), default=0)
        yield from _tiny_results(view, one, people, least / TINY)
        if one.pool_amount is None or one.pool_amount < LEAST_MONEY or not people:
            continue  # a smaller one is W516
        each = float(one.pool_amount) / people
        if each < least / TINY < np.inf:
            what = f"the pool of {one.component_id} of {one.plan_id} is {float(one.pool_amount):,.10g}"
            yield view.at(one, "pool_amount"), f"{what}, {each:,.2f} for each of {people:,} people"


def _tiny_results(view: View, one: ComponentTerms, people: int, least: float) -> Iterator[Found]:
    """The results of which a pool is a share, where each one's part of it is less than least."""
    rate, results = float(one.values.get("pool_rate") or 0.0), view.tables["results"]
    funded = (str(one.values.get("pool_measure")), str(one.values.get("pool_scope")))
    for row in view.reached.get(funded, []) if rate and people and least < np.inf else []:
        actual = float(results.columns["actual"][row])
        if 0 < actual * rate / people < least:
            what = f"{rate:.10g} of {actual:,.10g} make the pool of {one.component_id} of {one.plan_id}"
            each = f"{actual * rate / people:,.2f} for each of {people:,} people"
            yield results.where(row, "actual"), f"{what}, {each}: is it in thousands?"


LARGE: Final = 0.3
"""A pool of a pay period is not more than this share of base pay; a year's in each quarter mostly is."""


@rule("W537", "Enter the pool of one pay period for all who share it.", ("roster",), at_pay=True)
def large_pool(view: View) -> Iterator[Found]:
    """A pool of more than 30% of base pay.

    A pool counts for each pay period of its component. The pool of a whole year in every quarter or month is
    four or twelve times too large; so is one in another unit.
    """
    for one in view.components:
        if one.type != SHARED_OUT or one.pool_amount is None:
            continue
        salaries = [
            (sum(view.salary_of.get(who, 0.0) for who in people), words)
            for words, people in _sharing(view, one)
        ]
        most, words = max(salaries, default=(0.0, ""))
        base = most * SHARES.get(one.pay_cycle, 0.0)
        if base > 0 and float(one.pool_amount) > LARGE * base:
            what = f"the pool of {one.component_id} of {one.plan_id} is {float(one.pool_amount):,.10g}"
            share = f"{float(one.pool_amount) / base:.0%} of base pay of a {one.pay_cycle}"
            yield view.at(one, "pool_amount"), f"{what}, {share} of {words}"
