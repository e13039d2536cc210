"""Rules about commission: tier tables, rates, and deals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Final

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.pay.rounding import exceeds
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.names import listed
from csm_xl.plan.parts import grouped

JUMP: Final = 0.25
"""A retroactive tier that lifts all that was earned by more than a quarter is worth moving a deal for."""


@rule("W301", "Start the first tier at 0; a rate of 0 says that nothing is meant to be earned there.")
def no_first_tier(view: View) -> Iterator[Found]:
    """A missing tier: the first one starts above 0.

    What is sold below it earns nothing, and no row says so.
    """
    for name, (tiers, _) in view.book.parts["tiers"].items():
        if tiers.start[0] > 0:
            said = f"tiers {name} begin at {tiers.start[0]:g}: nothing is earned below"
            yield view.of_part("tiers", name, 0, "from"), said


@rule("W302", "Leave the last tier without an end, and cap the component with max_amount where it is meant.")
def no_last_tier(view: View) -> Iterator[Found]:
    """A missing tier: the last one ends.

    What is sold above it earns nothing: the best sellers stop there, or book elsewhere. Interpolated
    tiers must end, and are left out.
    """
    for name, (tiers, _) in view.book.parts["tiers"].items():
        if tiers.end[-1] is not None and tiers.mode != "interpolated":
            said = f"tiers {name} end at {tiers.end[-1]:g}: nothing is earned above"
            yield view.of_part("tiers", name, len(tiers.start) - 1, "to"), said


@rule("W303", "Let rates rise with the tiers, or use one rate.")
def regressive(view: View) -> Iterator[Found]:
    """Rates that fall from tier to tier.

    Whoever has reached the lower rate does best to wait for the next period.
    """
    for name, (tiers, _) in view.book.parts["tiers"].items():
        for at, (before, after) in enumerate(pairwise(tiers.rate), start=1):
            if tiers.mode == "marginal" and before > after >= 0:
                said = f"tiers {name} pay {after:.4g} from {tiers.start[at]:g} on, after {before:.4g}"
                yield view.of_part("tiers", name, at, "rate"), said


@rule("E304", "Make rates 0 or more, and let those that apply to the whole amount rise.")
def earns_less(view: View) -> Iterator[Found]:
    """Selling more earns less.

    A negative rate, or a lower rate that applies to the whole amount: pay falls at the bound.
    """
    for name, (tiers, _) in view.book.parts["tiers"].items():
        for at, rate in enumerate(tiers.rate):
            falls = tiers.mode == "whole" and at > 0 and rate < tiers.rate[at - 1]
            if rate < 0 or falls:
                said = f"tiers {name} pay {rate:.4g} from {tiers.start[at]:g} on, so that more earns less"
                yield view.of_part("tiers", name, at, "rate"), said


@rule("W305", "Make the tiers marginal, or the steps of the rate smaller.")
def retroactive_jump(view: View) -> Iterator[Found]:
    """A cliff in a retroactive tier table: over 25% more for one more unit.

    The rate reached applies to all that was sold, so that one deal decides the quarter's pay.
    """
    for name, (tiers, _) in view.book.parts["tiers"].items():
        for at, (before, after) in enumerate(pairwise(tiers.rate), start=1):
            if tiers.mode == "whole" and before > 0 and exceeds(after / before - 1, JUMP):
                said = f"tiers {name} lift all that is earned by {after / before - 1:.0%} at"
                yield view.of_part("tiers", name, at, "rate"), f"{said} {tiers.start[at]:g}"


@rule("W306", "Divide the kinds of deal or the roles between the components.")
def paid_twice(view: View) -> Iterator[Found]:
    """Double payment of one deal: two components of a plan pay for the same deals.

    Both count the same kinds of deal in the same role, so that each person is paid twice for each.
    """
    for design in view.designs:
        for one, other in combinations(design.commission, 2):
            kinds = _common(one, other)
            roles = {one.values["credit_role"], other.values["credit_role"]}
            if kinds and (None in roles or len(roles) == 1):
                said = f"{one.component_id} and {other.component_id} of {one.plan_id} both pay for"
                yield view.at(other, "deal_kinds"), f"{said} {kinds}"


def _common(one: ComponentTerms, other: ComponentTerms) -> str:
    """The kinds of deal that two components pay for both, in words; empty where there is none."""
    mine, theirs = one.values["deal_kinds"], other.values["deal_kinds"]
    if not mine and not theirs:
        return "every deal"
    return listed(kind for kind in mine or theirs if not theirs or kind in theirs)


@rule("W307", "Remove one, or tell them apart by their date or account.", ("deals",))
def listed_twice(view: View) -> Iterator[Found]:
    """One deal under two names.

    Same account, date, amount and kind: a deal imported twice is paid twice.
    """
    table = view.tables["deals"]
    for (account, _, amount, _), rows in grouped(table, "account_id", "date", "amount", "kind").items():
        for row in rows[1:] if account else ():
            names = table.columns["deal_id"]
            said = f"deal {names[row]} of {account} has the date, amount ({amount:,.2f}) and kind of"
            yield table.where(row, "deal_id"), f"{said} deal {names[rows[0]]}"


@rule("W308", "Add the kind to a component, or leave the deals out.", ("deals", "components"))
def unpaid_kind(view: View) -> Iterator[Found]:
    """Deals of a kind that no component pays.

    People who are credited expect pay. Deals without a kind count for components of all kinds alone.
    """
    table = view.tables["deals"]
    paying = [one for one in view.components if one.type == "commission"]
    if any(not one.values["deal_kinds"] for one in paying):
        return
    paid = {kind for one in paying for kind in one.values["deal_kinds"]}
    for kind, rows in grouped(table, "kind").items():
        if kind not in paid:
            said = f"no component pays deals {f'of the kind {kind}' if kind else 'without a kind'}"
            yield (
                table.where(rows[0], "kind"),
                f"{said}, and there {'is' if len(rows) == 1 else 'are'} {len(rows)}",
            )


@rule("W309", "Let one of them be credited, or the shares sum to 1.", ("credits",))
def over_assigned(view: View) -> Iterator[Found]:
    """A deal credited beyond its amount in one role.

    The plan allows it (over_assignment), and it pays more than one whole deal; meant for a deal or two,
    it doubles the cost where it becomes a habit.
    """
    table = view.tables["credits"]
    for (deal, role), rows in grouped(table, "deal_id", "role").items():
        share = float(table.columns["share"][rows].sum())
        if exceeds(share, 1.0):
            said = f"the credits of deal {deal} in the role {role} sum to {share:.4g}"
            yield table.where(rows[-1], "share"), said
