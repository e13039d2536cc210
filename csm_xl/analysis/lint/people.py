"""Rules about the people on a plan: targets, currency, tenure, guarantees and draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from math import isnan
from typing import Final

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import Design, View
from csm_xl.errors import listed
from csm_xl.pay.rounding import exceeds
from csm_xl.plan.employment import Stay
from csm_xl.plan.measures import words_of
from csm_xl.plan.parts import grouped, tier_bounds

VARIABLE_SHARE: Final = {"base_bonus": (0.05, 0.3)}
USUAL_SHARE: Final = (0.2, 0.3)
"""Target variable as a share of OTE. For Customer Success 20% to 30% is usual; a target bonus starts at about
10% of salary, so its norm goes down to 5%."""
FEW_PEERS: Final = 5
"""With fewer people, a percentile rank jumps by a quarter or more from one place to the next."""
LONGEST_RAMP: Final = 12
"""Months: a CSM is productive within half a year, and after a year nobody is new."""


@rule("W501", "Change the target or the base pay, or document why this role differs.", ("roster",))
def variable_share(view: View) -> Iterator[Found]:
    """A variable share outside the norm for the model.

    Below the norm, a plan costs more to run than it achieves. Above it, the pay of people whose results come
    late and from many hands depends on chance. Usual is 20% to 30% of OTE, for a target bonus 5% to 30%.
    Plans with commission are not checked, since their target is not all of variable pay.
    """
    for design in view.designs:
        low, high = VARIABLE_SHARE.get(design.plan.model, USUAL_SHARE)
        if not design.target or design.commission:
            continue
        outside: dict[str, str] = {}
        for person in view.people.get(design.plan.plan_id, ()):
            stay = [one for one in view.stays[person] if one.plan_id == design.plan.plan_id][-1]
            share = _share(view, design, stay)
            if share is not None and (exceeds(low, share) or exceeds(share, high)):
                outside.setdefault(
                    f"{person} {share:.1%}", view.tables["roster"].where(view.on_roster[person], "plan_id")
                )
        if outside:
            said = f"{len(outside)} on plan {design.plan.plan_id} have a variable share outside {low:.0%} to"
            yield next(iter(outside.values())), f"{said} {high:.0%}: {listed(outside, 5)}"


def _share(view: View, design: Design, stay: Stay) -> float | None:
    """Target variable as a share of OTE; None where it is unknown or entered as a percentage."""
    plan, value = design.plan, stay.values
    salary = float(view.tables["roster"].columns["base_salary"][view.on_roster[stay.employee_id]])
    if plan.target_basis == "ote":
        base = _or(value["base_share"], plan.base_share)
        return None if base is None else 1 - base
    column = "target_ratio" if plan.target_basis == "ratio" else "target_amount"
    target = _or(value[column], plan.target_value)
    if target is None or (column == "target_ratio" and target > MOST_RATIO):
        return None
    amount = target * salary if column == "target_ratio" else target
    return amount / (salary + amount) if salary + amount > 0 else None


def _or(own: float, default: float | None) -> float | None:
    return default if isnan(own) else own


MOST_RATIO: Final = 2.0
"""Twice the salary: a higher target ratio was entered as a percentage."""


@rule("W502", "Remove the plan, or assign people to it.", ("roster",))
def nobody_on_it(view: View) -> Iterator[Found]:
    """A plan without participants.

    It is maintained, budgeted and compared for nobody, or its people are on another plan by mistake.
    """
    for plan in view.book.plan_ids:
        if not view.people.get(plan):
            terms = view.book.versions(plan)[-1]
            yield view.of_plan(terms, "plan_id"), f"plan {plan} never has any participants"


@rule("W503", "Move them to a plan in their currency, or correct the currency.", ("roster",), at_pay=True)
def other_currency(view: View) -> Iterator[Found]:
    """Mixed currencies: the person is paid in another currency than the plan's amounts.

    Amounts of the plan (targets, fixed amounts, tiers, caps) are paid as typed: 8,000 USD become 8,000 INR.
    A plan that has only ratios works in every currency.
    """
    roster = view.tables["roster"]
    for row, own in enumerate(roster.columns["currency"].tolist()):
        person = roster.columns["employee_id"][row]
        for plan in dict.fromkeys(stay.plan_id for stay in view.stays.get(person, ()) if own):
            of_plan = view.book.versions(plan)[-1].currency
            amounts = _amounts_of(view, plan, row)
            if own.upper() != of_plan.upper() and amounts:
                said = f"{person} is paid in {own}, and plan {plan} has amounts in {of_plan}"
                yield roster.where(row, "currency"), f"{said} ({listed(amounts)})"


def _amounts_of(view: View, plan: str, row: int) -> list[str]:
    """The columns in which a plan states money for somebody, its components' and its tiers' among them.

    row: the person's on the roster, where a target of their own takes the place of the plan's.
    """
    roster = view.tables["roster"].columns
    own = {"amount": roster["target_amount"][row], "ote": roster["ote"][row], "ratio": 0.0}
    found = ["target_value" for terms in view.book.versions(plan)
             if terms.target_value and isnan(own[terms.target_basis])]  # fmt: skip
    for one in (one for one in view.components if one.plan_id == plan):
        found += [name for name in ("fixed_amount", "max_amount") if one.values.get(name)]
        found += ["pool_amount"] if one.pool_amount else []
        tiers, on = one.tiers, tier_bounds(view.tables["tiers"]).get(str(one.values.get("tier_id")), "")
        amounts = tiers is not None and tiers.mode in ("interpolated", "fixed")
        if amounts or (tiers is not None and on == "amount" and any(tiers.start)):
            found.append("tier_id")
    return list(dict.fromkeys(found))


@rule(
    "W504", "Use one currency for all versions of a plan, or give the new plan another ID.", (), at_pay=True
)
def currency_changes(view: View) -> Iterator[Found]:
    """Mixed currencies: versions of one plan in two currencies.

    Year-to-date pay would be compared and trued up across currencies.
    """
    for plan in view.book.plan_ids:
        first, *rest = view.book.versions(plan)
        for terms in rest:
            if terms.currency.upper() != first.currency.upper():
                said = f"plan {plan} is in {terms.currency}, and was in {first.currency} before"
                yield view.of_plan(terms, "currency"), said


@rule("W505", "Shorten the ramp.", ("roster",))
def endless_ramp(view: View) -> Iterator[Found]:
    """A ramp longer than the longest tenure.

    On the last day of the results nobody on the plan has finished the ramp.
    """
    if not view.periods:
        return
    today = date.fromordinal(view.periods[-1].end)
    for one in view.components:
        people = view.people.get(one.plan_id, ())
        if not one.ramp or not people:
            continue
        hired = [date.fromordinal(view.stays[person][0].first) for person in people]
        longest = max(12 * (today.year - day.year) + today.month - day.month + 1 for day in hired)
        if 0 < longest < len(one.ramp):
            said = f"the ramp of {one.component_id} of {one.plan_id} takes {len(one.ramp)} months, and"
            yield view.at(one, "ramp_id"), f"{said} the longest tenure on the plan is {longest}"


@rule("W506", "End the ramp within a year, at a share of 1.", (), at_pay=True)
def odd_ramp(view: View) -> Iterator[Found]:
    """A ramp that takes over a year, or does not end at the full goal.

    After a year nobody is new anymore, and the last share of a ramp applies permanently.
    """
    for name, shares in view.book.parts["ramps"].items():
        if len(shares) > LONGEST_RAMP:
            said = f"ramp {name} takes {len(shares)} months"
            yield view.of_part("ramps", name, LONGEST_RAMP, "month"), said
        if shares[-1] != 1:
            said = f"ramp {name} ends at {shares[-1]:.4g} of the goal, which then applies permanently"
            yield view.of_part("ramps", name, len(shares) - 1, "share"), said


@rule("W535", "Correct the share.", (), at_pay=True)
def falling_ramp(view: View) -> Iterator[Found]:
    """A ramp whose share falls.

    Each month of tenure should count at least as much of the goal as the month before: 0.05 after 0.25
    probably has a wrong digit.
    """
    for name, shares in view.book.parts["ramps"].items():
        for at, (before, share) in enumerate(pairwise(shares), 1):
            if share < before:
                said = f"the share of ramp {name} is {share:.4g} in month {at + 1}, after {before:.4g}"
                yield view.of_part("ramps", name, at, "share"), said


@rule("W507", "Widen the peer group, or measure against a goal.", ("roster",))
def few_peers(view: View) -> Iterator[Found]:
    """A rank among too few peers.

    With fewer than five peers, one place is a quarter of the scale or more, and somebody is always last.
    """
    roster = view.tables["roster"]
    for one in view.components:
        group = one.values.get("peer_group")
        if not group:
            continue
        people = view.people.get(one.plan_id, [])
        column = "plan_id" if group == "plan" else group
        key = [
            one.plan_id if group == "plan" else roster.columns[column][view.on_roster[who]] for who in people
        ]
        small = {name for name, count in Counter(key).items() if count < FEW_PEERS}
        if small:
            said = (
                f"{one.component_id} of {one.plan_id} ranks by {group}, and under {FEW_PEERS} people are in"
            )
            yield (
                view.at(one, "peer_group"),
                f"{said} {listed(sorted(name or 'no ' + group for name in small))}",
            )


@rule("W508", "Enter its last day in `to`.", ("arrangements",))
def endless_promise(view: View) -> Iterator[Found]:
    """A guarantee or non-recoverable draw without an end.

    Intended for the first months, it becomes salary that nobody approved.
    """
    table = view.tables["arrangements"]
    for (person, kind), rows in grouped(table, "employee_id", "kind").items():
        row = max(rows, key=lambda row: int(table.columns["from"][row]))
        kept = kind == "draw" and not table.columns["recoverable"][row]
        if (kind == "guarantee" or kept) and not table.columns["to"][row]:
            yield table.where(row, "to"), f"the {kind} of {person} has no last day"


@rule("W509", "Enter a recovery share above 0, or set recoverable to FALSE.", ("arrangements",))
def never_recovered(view: View) -> Iterator[Found]:
    """A recoverable draw with a recovery share of 0.

    The balance is owed on paper and grows, but is never recovered.
    """
    table = view.tables["arrangements"]
    for row, kind in enumerate(table.columns["kind"].tolist()):
        if kind == "draw" and table.columns["recoverable"][row] and table.columns["recovery_share"][row] == 0:
            person = table.columns["employee_id"][row]
            yield table.where(row, "recovery_share"), f"the draw of {person} is recoverable, at a share of 0"


@rule("W531", "Enter a recovery share below 1, or set recovery_of to earned_above_draw.", ("arrangements",))
def all_recovered(view: View) -> Iterator[Found]:
    """A draw that is recovered from all earnings.

    A period that earns exactly the draw may then pay nothing at all. Agreements that recover from earnings
    usually take only a share, such as half.
    """
    table = view.tables["arrangements"].columns
    for row, kind in enumerate(table["kind"].tolist()):
        of = table["recovery_of"][row] == "earned" and table["recoverable"][row]
        if kind == "draw" and of and table["recovery_share"][row] == 1:
            yield (
                view.tables["arrangements"].where(row, "recovery_of"),
                f"the draw of {table['employee_id'][row]} is recovered from 100% of what is earned",
            )


@rule(
    "W510",
    "Assign that person a plan for their own role, or a measure that applies to them.",
    ("roster",),
)
def not_a_csm(view: View) -> Iterator[Found]:
    """One plan for several roles.

    A manager, a seller and a CSM on the same plan are paid for each other's work. Roles come from the
    roster's role column; levels of one role count as the same role.
    """
    roster = view.tables["roster"]
    for plan, people in view.people.items():
        roles: dict[str, str] = {}
        for who in people:
            role = str(roster.columns["role"][view.on_roster[who]])
            if role:
                roles.setdefault(words_of(role), f"{role} ({who})")
        if len(roles) > 1 and plan in view.book.plan_ids:
            where = view.of_plan(view.book.versions(plan)[-1], "plan_id")
            yield where, f"plan {plan} pays {listed(roles.values())}"
