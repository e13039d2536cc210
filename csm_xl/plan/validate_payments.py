"""Whether payments by customers fit their deals, and the components that pay as collected can use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from csm_xl.plan.parts import grouped
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import PAYMENT, by_booking, tier_source
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
    out: Remarks,
) -> None:
    """Collect payments that pay nobody: of days on which nobody who is credited for the deal is on a plan
    that pays as collected, or of deals that were signed before such a plan credited them.

    commission: plan → its components that pay on deals. where_on: each person's days on each plan.
    """
    payments, deals = tables["payments"], tables["deals"].columns
    using = {plan: [one for one in every if one.values.get("credit_date") == PAYMENT]
             for plan, every in commission.items()}  # fmt: skip
    if not any(using.values()):
        return
    credits = grouped(tables["credits"], "deal_id")
    row_of = {name: row for row, name in enumerate(deals["deal_id"].tolist())}
    for row, name in enumerate(payments.columns["deal_id"].tolist()):
        if (deal := row_of.get(name, -1)) < 0:
            continue
        if not any(pays_deal(one.values, deals, deal) for one in chain(*using.values())):
            what = f"no component pays deal {name} as collected, so its payments pay nobody"
            hint = "Correct the deal, if this is the payment of another one."
            out.warning(payments, row, "deal_id", what, hint, kind=_NOT_COLLECTED, severity="note",
                        rule=UNUSED)  # fmt: skip
            continue
        who = tables["credits"].columns["employee_id"][credits[name]].tolist() if name in credits else []
        people = [one for one in who or [deals["employee_id"][deal]] if where_on.get(one)]
        day, signed = int(payments.columns["date"][row]), int(deals["date"][deal])
        if not people or any(_pays(using, where_on[one], signed, day) for one in people):
            continue  # nobody is credited, which is reported already
        if _paid_otherwise(commission, where_on, people, signed):
            continue
        what = f"the payment of {shown_day(day)} pays nobody: on that day and on {shown_day(signed)}, when"
        what += f" deal {name} was signed, no plan of {listed(people)} pays as collected"
        out.warning(payments, row, "date", what, "Correct the dates, or remove the payment.", kind=_NOBODY)


def _pays(
    using: Mapping[str, Sequence[ComponentTerms]], stays: Sequence[Stay], signed: int, day: int
) -> bool:  # fmt: skip
    """Whether some plan of a person pays for a payment of a day."""
    for plan in {stay.plan_id for stay in stays if stay.first <= day <= stay.last}:
        for one in (one for one in using.get(plan, ()) if one.overlaps(day, day)):
            if not by_booking(one.values):
                return True
            then = any(stay.plan_id == plan and stay.first <= signed <= stay.last for stay in stays)
            same = (each for each in using[plan] if each.component_id == one.component_id)
            if then and any(each.overlaps(signed, signed) for each in same):
                return True
    return False


def _paid_otherwise(
    commission: Mapping[str, Sequence[ComponentTerms]],
    where_on: Mapping[str, Sequence[Stay]],
    people: Sequence[str],
    signed: int,
) -> bool:
    """Whether the deal was paid in full when it was signed, by a plan that pays so."""
    return any(
        stay.first <= signed <= stay.last and one.overlaps(signed, signed)
        for person in people
        for stay in where_on[person]
        for one in commission.get(stay.plan_id, ())
        if one.values.get("credit_date") != PAYMENT
    )


def no_payments(tables: Tables) -> list[int]:
    """The components that pay as collected where there are no payments."""
    columns = tables["components"].columns
    if tables["payments"].rows or "credit_date" not in columns:
        return []
    return np.flatnonzero(columns["credit_date"] == PAYMENT).tolist()
