"""Rules about deals: paid twice, listed twice, or paid by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.errors import counted, listed
from csm_xl.pay.rounding import exceeds
from csm_xl.plan.deal_kinds import meant_word
from csm_xl.plan.like_deals import like_deals
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.parts import grouped
from csm_xl.plan.tier_measures import CREDITED, credited_from


@rule("W306", "Split the deal kinds or the roles between the components.", (), at_pay=True)
def paid_twice(view: View) -> Iterator[Found]:
    """Deals paid twice: two components of a plan pay for the same deals.

    Both count the same deal kinds in the same role, so each person is paid twice for each deal. Tiers that
    begin with a rate of 0 add to another component, as an accelerator above quota does: that is meant. So are
    two components with different credit dates, such as half at signing and half when the customer pays.
    """
    for design in view.designs:
        for one, other in combinations(design.commission, 2):
            kinds = _common(one, other)
            roles = {one.values["credit_role"], other.values["credit_role"]}
            apart = _apart(one, other) or _adds(view, one, other)
            if kinds and not apart and (None in roles or len(roles) == 1):
                said = f"{one.component_id} and {other.component_id} of {one.plan_id} both pay for"
                yield view.at(other, "deal_kinds"), f"{said} {kinds}"


def _apart(one: ComponentTerms, other: ComponentTerms) -> bool:
    """Whether no credit is paid by both components for the same event: they name other products, other
    people's credits, or other dates, as parts of a commission do."""
    mine, theirs = one.values["deal_products"], other.values["deal_products"]
    others = set(credited_from(one.values)).isdisjoint(credited_from(other.values))
    others |= one.values["credit_date"] != other.values["credit_date"]
    return others or (bool(mine) and bool(theirs) and set(mine).isdisjoint(theirs))


def _adds(view: View, one: ComponentTerms, other: ComponentTerms) -> bool:
    """Whether one of two components pays nothing up to a bound, and so adds to the other; not of a copy."""
    names = [str(each.values["tier_id"] or "") for each in (one, other)]
    tables = [view.book.parts["tiers"][name][0] for name in names if name in view.book.parts["tiers"]]
    return names[0] != names[1] and any(table.rate[0] == 0 or table.start[0] > 0 for table in tables)


def _common(one: ComponentTerms, other: ComponentTerms) -> str:
    """The deal kinds that both components pay for, in words; empty where there is none."""
    mine, theirs = one.values["deal_kinds"], other.values["deal_kinds"]
    if not mine and not theirs:
        return "every deal"
    return listed(kind for kind in mine or theirs if not theirs or kind in theirs)


@rule("W307", "Remove one, or correct its date or account if they are two deals.", ("deals",), at_pay=True)
def listed_twice(view: View) -> Iterator[Found]:
    """One deal under two IDs.

    The account, amount and person are the same, and the dates at most five days apart: a deal imported twice
    is paid twice. Also reported: such deals without an account, if amounts rarely repeat, and a Salesforce
    deal whose ID appears both with 15 and with 18 characters.
    """
    table = view.tables["deals"]
    names = table.columns["deal_id"].tolist()
    short = {name: row for row, name in enumerate(names) if len(name) == SHORT_ID}
    told: set[int] = set()
    for row, name in enumerate(names):
        if len(name) == LONG_ID and (other := short.get(name[:SHORT_ID])) is not None:
            told.add(row)
            said = f"deals {name} and {names[other]} are the same: one ID, with 18 and with 15 characters"
            yield table.where(row, "deal_id"), said
    for one in like_deals(view.tables):
        if told.isdisjoint((one.row, one.first)):
            account = f" of {table.columns['account_id'][one.row]}" if one.account else ""
            later = f", {counted(one.days, 'day')} later" if one.days else ""
            said = f"deal {names[one.row]}{account} has the same amount"
            said += f" ({table.columns['amount'][one.row]:,.2f}) as deal {names[one.first]}{later}"
            yield table.where(one.row, "deal_id"), said


SHORT_ID: Final = 15
LONG_ID: Final = 18
"""Characters of a Salesforce ID: the long form is the short one plus three check characters."""


@rule("W308", "Add the kind to a component, or leave the deals out.", ("deals", "components"))
def unpaid_kind(view: View) -> Iterator[Found]:
    """Deals of a kind that no component pays.

    People with a credit expect to be paid. Deals without a kind only count for components that pay on all
    kinds.
    """
    table = view.tables["deals"]
    paying = [
        one for one in view.components if one.pays_on == "deals" or one.values.get("measure_from") == "deals"
    ]
    if any(not one.values["deal_kinds"] or one.values.get("tier_measure") == CREDITED for one in paying):
        return
    paid = {kind for one in paying for kind in one.values["deal_kinds"]}
    of_kind = grouped(table, "kind")
    for kind, rows in of_kind.items():
        if kind not in paid and not meant_word(kind, paid, of_kind):  # such a one is reported already
            said = f"no component pays deals {f'of the kind {kind}' if kind else 'without a kind'}"
            yield (
                table.where(rows[0], "kind"),
                f"{said}, and there {'is' if len(rows) == 1 else 'are'} {len(rows)}",
            )


@rule("W309", "Credit only one person, or make the shares sum to 1.", ("credits",))
def over_assigned(view: View) -> Iterator[Found]:
    """A deal credited with more than 100% in one role.

    The plan allows it (over_assignment), but it pays for more than the whole deal. What is fine for a deal or
    two doubles the cost when it becomes a habit.
    """
    table = view.tables["credits"]
    for (deal, role), rows in grouped(table, "deal_id", "role").items():
        share = float(table.columns["share"][rows].sum())
        if exceeds(share, 1.0):
            said = f"the credits of deal {deal} in the role {role} sum to {share:.4g}"
            yield table.where(rows[-1], "share"), said
