"""Whether payments by customers fit their deals, and the components that pay as collected can use them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from typing import Any, Final

import numpy as np

from csm_xl.errors import listed
from csm_xl.pay.rounding import exact
from csm_xl.plan.deal_kinds import pays_deal
from csm_xl.plan.employment import Stay
from csm_xl.plan.findings import Findings, Remarks, shown_day
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.paid_credits import OWNER, adds_up_deals, rolls_up
from csm_xl.plan.parts import grouped
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import PAYMENT, by_booking, credited_from, tier_source
from csm_xl.plan.unused_results import UNUSED

_NOBODY: Final = "payments pay nobody"
_NOT_COLLECTED: Final = "payments are of deals that no component pays as collected"
_TWICE: Final = "payments are also in another row, and count again"
_FITS: Final = "Correct the payment, or the deal."
_FAR: Final = "W612"
_WHOLE: Final = "Enter what was received in whole currency units: no share, no thousands."
_SMALL: Final = 100
"""Of a deal that is paid by the month for five years the first payment is a sixtieth."""
_THOUSAND: Final = 1000
_NEAR: Final = Fraction(5, 10_000)
"""A payment in thousands with two decimals is as near to it; a bank charge of a thousandth is not."""


def check_payments(tables: Tables, out: Findings) -> None:
    """Collect payments that cannot be of their deals, and components that pay as collected and cannot."""
    using = _check_components(tables, out)
    payments, deals = tables["payments"], tables["deals"]
    by_deal = [row for row, type_ in enumerate(tables["components"].columns["type"].tolist())
               if type_ in tables.types and tables.types[type_].pays_on == "deals"]  # fmt: skip
    if payments.rows and by_deal and not using:
        what = "no component pays as collected, so the payments are not used, and deals are paid in full"
        hint = "Set credit_date to payment on the components that pay as collected, or remove the payments."
        out.error(payments, 0, "deal_id", what, hint)
    row_of = {name: row for row, name in enumerate(deals.columns["deal_id"].tolist())}
    for name, rows in grouped(payments, "deal_id").items():
        if name in row_of:  # an unknown one is reported by the reading
            _check_deal(tables, row_of[name], rows, out)


def _check_deal(tables: Tables, deal: int, rows: Sequence[int], out: Findings) -> None:
    """The payments of one deal: none before it, and together never more than it, nor less than nothing."""
    payments, deals = tables["payments"], tables["deals"]
    name, signed = deals.columns["deal_id"][deal], int(deals.columns["date"][deal])
    amount: Fraction = exact(deals.columns["amount"][deal]).item()
    days, money = payments.columns["date"], exact(payments.columns["amount"])
    seen: dict[tuple[int, Fraction], int] = {}
    nothing = to_date = Fraction(0)
    low, high = min(amount, nothing), max(amount, nothing)
    in_order = sorted(rows, key=lambda row: int(days[row]))
    all_paid = sum(money[in_order]) == amount
    for at, row in enumerate(in_order):
        day, part = int(days[row]), money[row]
        if day < signed:
            what = f"the payment is dated before deal {name}, which was signed on {shown_day(signed)}"
            out.error(payments, row, "date", f"{what} ({deals.where(deal, 'date')})", _FITS)
        if part == 0:
            out.warning(payments, row, "amount", "the amount is 0, so the payment pays nothing",
                        "Type the amount, or remove the row.", kind="payments have the amount 0")  # fmt: skip
        before = to_date
        to_date += part
        if not low <= to_date <= high and low <= before <= high:  # the first that leaves the bounds
            place = deals.where(deal, "amount")
            what = f"with this payment {float(to_date):,.10g} of deal {name} are paid, and the deal is"
            out.error(payments, row, "amount", f"{what} {float(amount):,.10g} ({place})", _FITS)
        if part * amount > 0 and 0 < _SMALL * abs(to_date) < abs(amount):
            what = f"with this payment {float(to_date):,.10g} of deal {name} are paid, 1/"
            what += f"{float(amount / to_date):,.0f} of the deal, {float(amount):,.10g}"
            out.warning(payments, row, "amount", what, _WHOLE, kind="payments are tiny parts of their deals",
                        rule=_FAR)  # fmt: skip
        elif not all_paid:
            beside = [money[one] for one in in_order[max(at - 1, 0) : at + 2] if one != row]
            like = next((one for one in (*beside, amount - before) if _in_thousands(part, one)), None)
            if like is not None:
                what = f"the payment {float(part):,.10g} is 1/1,000 of "
                what += f"the one beside it, {float(like):,.10g}" if like in beside else (
                    f"what was open of deal {name}, {float(like):,.10g}")  # fmt: skip
                out.warning(payments, row, "amount", what, _WHOLE, rule=_FAR,
                            kind="payments are 1/1,000 of others, or of what was open")  # fmt: skip
        first = seen.setdefault((day, part), row)
        if first != row and part:
            what = f"the same payment is also in another row, {payments.where(first, 'date')}; both count"
            out.warning(payments, row, "date", what, "Remove one, if it is the same payment.", kind=_TWICE)


def _in_thousands(part: Fraction, of: Fraction) -> bool:
    """Whether a payment is perhaps another amount in thousands."""
    return part * of > 0 and abs(_THOUSAND * part / of - 1) <= _NEAR


def _check_components(tables: Tables, out: Findings) -> list[int]:
    """The rows of the components that pay as collected; what stops them from it is collected."""
    table = tables["components"]
    using = []
    for row in range(table.rows):
        kind = tables.types.get(str(table.columns["type"][row]))
        if kind is None or "ladder_on" not in kind.names or table.value(row, "credit_date") != PAYMENT:
            continue
        using.append(row)
        value = {column: table.value(row, column) for column in kind.names}
        for column, what, hint in _wrong(value):
            name = f"component {table.columns['component_id'][row]}"
            out.error(table, row, column, f"{name}: {what}", hint)
    for (plan, name), rows in grouped(table, "plan_id", "component_id").items():
        ways = {table.value(row, "ladder_on") for row in rows if row in using}
        if len(ways) > 1:
            what = f"{name} of {plan} has ladder_on {' and '.join(sorted(ways))}: a payment could count twice"
            out.error(table, rows[-1], "ladder_on", what,
                      "Keep one ladder_on, or name the component differently from that day on.")  # fmt: skip
    return using


def _wrong(value: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Column, what can be read two ways, and what to do."""
    found = []
    tiers, source = value["tier_id"], tier_source(value)
    if by_booking(value):
        if tiers and source in ("credited", "results"):
            found.append((
                "tier_measure" if value["tier_measure"] else "tier_scope",
                "it can be read two ways: another amount finds the tier in the period in which the deal is"
                " signed, or in that of the payment",
                "Set ladder_on to payment if it is that of the payment.",
            ))  # fmt: skip
        return found
    if tiers and value["tier_basis"] == "deal" and source == "paid":
        found.append((
            "tier_basis",
            "it can be read two ways: each payment climbs the tiers separately, or all of a deal do",
            "Set ladder_on to booking: the deal climbs the tiers, and each payment earns its part.",
        ))  # fmt: skip
    if value.get("fixed_amount") is not None:
        found.append((
            "fixed_amount",
            "it can be read two ways: the fixed amount is for each payment, or for the deal",
            "Set ladder_on to booking: each payment earns its part of the amount of the deal.",
        ))  # fmt: skip
    return found


def check_unpaid_payments(
    tables: Tables,
    commission: Mapping[str, Sequence[ComponentTerms]],
    where_on: Mapping[str, Sequence[Stay]],
    above: Mapping[str, Collection[str]],
    out: Remarks,
) -> None:
    """Collect payments that pay nobody: of days on which no component that pays their deal as collected is in
    effect for anybody who is credited for it, or of deals that were signed before one credited them.

    commission: plan → its components that pay on deals, or count them. where_on: each person's days on each
    plan. above: who is above each person.
    """
    payments, deals = tables["payments"], tables["deals"].columns
    every = list(chain(*commission.values()))
    using = [one for one in every if one.values.get("credit_date") == PAYMENT]
    if not using:
        return
    paid_in_full = [one for one in every if one not in using and not adds_up_deals(one)]
    credits = grouped(tables["credits"], "deal_id")
    row_of = {name: row for row, name in enumerate(deals["deal_id"].tolist())}
    for row, name in enumerate(payments.columns["deal_id"].tolist()):
        if (deal := row_of.get(name, -1)) < 0:
            continue
        collecting = [one for one in using if pays_deal(one.values, deals, deal)]
        if not collecting:
            what = f"no component pays deal {name} as collected, so its payments pay nobody"
            hint = "Correct the deal, if this is the payment of another one."
            out.warning(payments, row, "deal_id", what, hint, kind=_NOT_COLLECTED, severity="note",
                        rule=UNUSED)  # fmt: skip
            continue
        if any(adds_up_deals(one) and one.values["scope"] != "individual" for one in collecting):
            continue  # it counts for a team or the company, whoever is credited
        people = [one for one in _credited(tables, credits.get(name, ()), deal) if where_on.get(one[0])]
        day, signed = int(payments.columns["date"][row]), int(deals["date"][deal])
        takers = [(each, one) for who, role in people for one in collecting if _is_of(one, role)
                  for each in _takers(one, who, above)]  # fmt: skip
        if not people or any(_pays(one, collecting, where_on.get(who, ()), signed, day)
                             for who, one in takers):  # fmt: skip
            continue  # nobody is credited, which is reported already
        in_full = [one for one in paid_in_full if pays_deal(one.values, deals, deal)]
        if any(_is_of(one, role) and _is_on(one, where_on[who], signed)
               for who, role in people for one in in_full):  # fmt: skip
            continue  # the deal was paid in full when it was signed
        named = listed(dict.fromkeys(who for who, _ in people))
        what = (
            f"the payment of {shown_day(day)} pays nobody: no component of a plan of {named} pays it that day"
        )
        if any(_is_on(one, where_on.get(who, ()), day) for who, one in takers):
            what = f"the payment of {shown_day(day)} pays nobody: when deal {name} was signed, on"
            what += f" {shown_day(signed)}, no component of a plan of {named} paid it as collected"
        hint = "Correct the dates, of the component too; or remove the payment."
        out.warning(payments, row, "date", what, hint, kind=_NOBODY)


def _credited(tables: Tables, rows: Sequence[int], deal: int) -> list[tuple[str, str]]:
    """Who is credited for a deal, and in which role, casefolded. rows: of credits; none: its owner is."""
    if not rows:
        return [(tables["deals"].columns["employee_id"][deal], OWNER)]
    people, roles = (tables["credits"].columns[name] for name in ("employee_id", "role"))
    return [(people[row], str(roles[row]).casefold()) for row in rows]


def _is_of(one: ComponentTerms, role: str) -> bool:
    """Whether a component takes credits in a role."""
    return str(one.values.get("credit_role") or role).casefold() == role


def _takers(one: ComponentTerms, person: str, above: Mapping[str, Collection[str]]) -> list[str]:
    """Who may be paid by a component for a person's credit: the person, and those above."""
    own = [person] if "own" in credited_from(one.values) else []
    return [*own, *(above.get(person, ()) if rolls_up(one) else ())]


def _is_on(one: ComponentTerms, stays: Sequence[Stay], day: int) -> bool:
    """Whether a component is in effect on a day for somebody with these stays."""
    return one.overlaps(day, day) and any(
        stay.plan_id == one.plan_id and stay.first <= day <= stay.last for stay in stays
    )


def _pays(
    one: ComponentTerms, every: Sequence[ComponentTerms], stays: Sequence[Stay], signed: int, day: int
) -> bool:
    """Whether a component pays somebody for a payment of a day: by the version of the day on which the deal
    was signed, where its tiers are climbed then. every: those that pay the deal."""
    if not _is_on(one, stays, day):
        return False
    same = (each for each in every if (each.plan_id, each.component_id) == (one.plan_id, one.component_id))
    return not by_booking(one.values) or any(_is_on(each, stays, signed) for each in same)


def as_collected(tables: Tables) -> list[int]:
    """The rows of the components that pay as collected."""
    columns = tables["components"].columns
    return np.flatnonzero(columns["credit_date"] == PAYMENT).tolist() if "credit_date" in columns else []


def no_payments(tables: Tables) -> list[int]:
    """The components that pay as collected where there are no payments."""
    return [] if tables["payments"].rows else as_collected(tables)
