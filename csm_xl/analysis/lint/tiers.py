"""Rules about commission: tier tables, rates, and deals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Final

import numpy as np

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.errors import listed
from csm_xl.pay.rounding import exceeds
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.outliers import medians_of_others, times
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


APART: Final = 20.0
"""So many times below the amounts, bounds of tiers are in another unit: each deal alone exceeds them all."""
UNREACHED: Final = 300.0
"""So many times above all that anybody sold, bounds of tiers are in another unit."""
_FEW: Final = 3
"""So many deals tell how large deals are."""


@rule("E310", "Type the bounds in the unit of the amounts; or let the tiers be on attainment.", ("deals",))
def unlike_bounds(view: View) -> Iterator[Found]:
    """Bounds of tiers in another unit than the amounts that they divide.

    Bounds of 1 and 1.25, or of 100 and 125 (thousands), on deals of 20,000: the highest rate is paid on
    nearly everything. Bounds three hundred times above all that was sold are never reached.
    """
    for one in view.components:
        if one.tiers is None or one.tiers_on != "amount" or one.type != "commission":
            continue
        bounds = [bound for bound in one.tiers.start if bound > 0]
        amounts = np.abs(view.deals_of(one))
        amounts = amounts[amounts > 0]
        if not bounds or len(amounts) < _FEW:
            continue
        name, usual, every = str(one.values["tier_id"]), float(np.median(amounts)), float(amounts.sum())
        said = f"the bounds of {name} ({listed(f'{bound:,.10g}' for bound in bounds)})"
        if bounds[-1] * APART <= usual:
            far = f"are far below its deals, of which the median is {usual:,.10g}"
        elif bounds[0] >= UNREACHED * every:
            far = f"are far above the sum of all its deals, {every:,.10g}"
        else:
            continue
        at = one.tiers.start.index(bounds[0])
        yield view.of_part("tiers", name, at, "from"), f"{said} {far}"


STEP: Final = 6.0
"""No accelerator pays six times the rate of the tier before."""


@rule("W311", "Look at the rate: it has perhaps a digit too many, or too few.", (), at_pay=True)
def unlike_rate(view: View) -> Iterator[Found]:
    """A rate of six times the rate beside it, or a sixth.

    Accelerators double a rate, or treble it. 0.6 between 0.04 and 0.08, or 0.006, is a slip of a digit.
    """
    for name, (tiers, _) in view.book.parts["tiers"].items():
        if tiers.mode == "interpolated":
            continue
        rates = np.array(tiers.rate)
        paid = np.flatnonzero(rates > 0)
        if len(paid) < 2:
            continue
        # Of two rates that are far apart, the one that is farther from all the others is told.
        usual = medians_of_others(rates[paid]) if len(paid) > 2 else rates[paid][::-1]
        told: set[int] = set()
        for one, other in pairwise(range(len(paid))):
            low, high = sorted((float(rates[paid[one]]), float(rates[paid[other]])))
            if high < STEP * low or {one, other} & told:
                continue
            off = {at: abs(np.log(rates[paid[at]] / usual[at])) for at in (one, other)}
            at = other if off[other] >= off[one] else one
            beside = one if at == other else other
            told.add(at)
            rate, near = float(rates[paid[at]]), float(rates[paid[beside]])
            said = f"a rate of {name} is {rate:.10g}, {times(rate, near, 'that of the tier beside it')}"
            yield view.of_part("tiers", name, int(paid[at]), "rate"), said


@rule("W306", "Divide the kinds of deal or the roles between the components.", (), at_pay=True)
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


@rule("W307", "Remove one, or tell them apart by their date or account.", ("deals",), at_pay=True)
def listed_twice(view: View) -> Iterator[Found]:
    """One deal under two names.

    Same account, date, amount and kind: a deal imported twice is paid twice. So is one whose id stands once
    with 15 characters and once with 18, as Salesforce exports it.
    """
    table = view.tables["deals"]
    names = table.columns["deal_id"].tolist()
    short = {name: row for row, name in enumerate(names) if len(name) == SHORT_ID}
    told: set[int] = set()
    for row, name in enumerate(names):
        if len(name) == LONG_ID and (other := short.get(name[:SHORT_ID])) is not None:
            told.add(row)
            said = f"deal {name} is deal {names[other]} too: one id, with 18 characters and with 15"
            yield table.where(row, "deal_id"), said
    for (account, _, amount, _), rows in grouped(table, "account_id", "date", "amount", "kind").items():
        for row in rows[1:] if account else ():
            if told.isdisjoint((row, rows[0])):
                said = f"deal {names[row]} of {account} has the date, amount ({amount:,.2f}) and kind of"
                yield table.where(row, "deal_id"), f"{said} deal {names[rows[0]]}"


SHORT_ID: Final = 15
LONG_ID: Final = 18
"""Characters of an id of Salesforce: the long one is the short one with three to check it."""


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


WHOLE: Final = 0.98
"""Shares that sum to this are a whole deal: three thirds of 33%."""
_USUALLY: Final = 0.8
_DEALS: Final = 5


@rule("N312", "Nothing, if nobody else is to be credited; else add the missing credit.", ("credits",),
      at_pay=True)  # fmt: skip
def under_assigned(view: View) -> Iterator[Found]:
    """A deal credited in part, where the others of its role are credited wholly.

    0.5 alone is half a split, or 0.01 a whole typed as 1%. Told where four of five deals (of five and more)
    are credited wholly in that role.
    """
    table = view.tables["credits"]
    of_role: dict[str, list[tuple[float, int, str]]] = {}
    for (deal, role), rows in grouped(table, "deal_id", "role").items():
        share = float(table.columns["share"][rows].sum())
        of_role.setdefault(role, []).append((share, rows[-1], deal))
    for role, every in of_role.items():
        part = [one for one in every if one[0] < WHOLE]
        if len(every) >= _DEALS and len(part) <= (1 - _USUALLY) * len(every):
            for share, row, deal in part:
                said = f"the credits of deal {deal} in the role {role} sum to {share:.4g}, and those of"
                yield table.where(row, "share"), f"{said} nearly all others to 1"
