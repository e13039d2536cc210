"""Deals and accounts whose amounts are far from comparable ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from csm_xl.analysis.lint.rule import Found
from csm_xl.analysis.lint.view import View
from csm_xl.pay.rounding import Array
from csm_xl.plan.coded import Coded, merged
from csm_xl.plan.groups import Groups
from csm_xl.plan.outliers import ENOUGH, beyond_all, far, medians_of_others, times, unlike_the_rest
from csm_xl.plan.table import Table

SURELY: Final = 300.0
"""An amount this many times the comparable ones is in another unit or has too many zeros."""
OTHER_KIND: Final = 200.0
"""Deals of another kind may be larger or smaller: where there are few, an outlier must exceed all others by
this factor."""
APART: Final = (60.0, 20.0)
"""An outlier is this many times the median and this many times the largest other amount, or smaller by the
same factors."""


_LOST: Final = (8.0, 13.0)
"""An account that keeps about a tenth, or becomes ten times as large, perhaps lacks a digit."""
_ALONE: Final = 4.0
"""None of the others changes by this factor then."""
OF_ACCOUNT: Final = 8.0
"""A deal is not this many times the yearly revenue of its account: contracts last up to five years."""
_FAR: Final = 30.0
"""No account is this many times as large at its end as at its start, or so much smaller."""
_TWO_OTHERS: Final = 2
"""With this many others of its kind, an amount is compared with all deals."""


def odd_amounts(view: View) -> Iterator[tuple[Found, bool]]:
    """Unusual deals and accounts, and whether each stops the payment."""
    deals = list(_odd_deals(view))
    yield from deals
    yield from _beside_accounts(view, {found[0] for found, _ in deals})
    yield from _odd_accounts(view)


def _beside_accounts(view: View, told: set[str]) -> Iterator[tuple[Found, bool]]:
    """Deals of many times the revenue of their account, in any period."""
    accounts, deals = view.tables["accounts"].columns, view.tables["deals"]
    worth: dict[str, float] = {}
    for name, *figures in zip(
        *(accounts[each].tolist() for each in ("account_id", "start", "end")), strict=True
    ):
        worth[name] = max(worth.get(name, 0.0), *figures)
    names = ("deal_id", "account_id", "amount", "currency")
    for row, (deal, account, amount, currency) in enumerate(
        zip(*(deals.columns[each].tolist() for each in names), strict=True) if worth else ()
    ):
        revenue = worth.get(account, 0.0)
        far_off = not currency and revenue > 0 and abs(amount) >= OF_ACCOUNT * revenue
        if far_off and (where := deals.where(row, "amount")) not in told:
            said = times(abs(amount), revenue, f"the revenue of its account {account}")
            yield (where, f"the amount of deal {deal}, {amount:,.10g}, is {said}"), False


def _odd_deals(view: View) -> Iterator[tuple[Found, bool]]:
    deals = view.tables["deals"]
    amounts, owners = np.abs(deals.columns["amount"]), _Owners(view)
    sold = np.flatnonzero(amounts > 0)
    amounts, paid_in = amounts[sold], owners.currencies(sold)
    kinds = Coded(deals.coded("kind").values, deals.coded("kind").codes[sold])
    of_currency = dict(zip(paid_in.values, Groups([paid_in]).every(), strict=True))
    groups = Groups([kinds, paid_in])
    for first, rows in zip(groups.first.tolist(), groups.every(), strict=True):
        kind, currency = kinds[first], paid_in[first]
        like, own, least = f"the other deals{f' of the kind {kind}' if kind else ''}", set(rows), 0.0
        if len(rows) < ENOUGH <= len(of_currency[currency]):  # too few of this kind to compare with
            rows, like, least = of_currency[currency], "the other deals", OTHER_KIND
        alike = len(own) > _TWO_OTHERS
        for at, said, sure in _far_from_like(amounts, rows, like, least, alike):
            if at in own:
                row = int(sold[at])
                found = f"the amount of deal {deals.columns['deal_id'][row]}, {said}"
                yield (deals.where(row, "amount"), found, owners.alone(row)), sure


class _Owners:
    """The owners of deals: the people credited for them, else the people that the deals name."""

    def __init__(self, view: View) -> None:
        self._view, self._deals = view, view.tables["deals"]
        of, self._who = (view.tables["credits"].coded(name) for name in ("deal_id", "employee_id"))
        self._credits = Groups([of]) if len(of) else None
        places = {of[row]: at for at, row in enumerate(self._credits.first.tolist())} if self._credits else {}
        named = self._deals.coded("deal_id")
        self._place = np.array([places.get(name, -1) for name in named.values], dtype=np.int64)[named.codes]

    def currencies(self, rows: Array) -> Coded:
        """The currencies of some deals: their own, else that of the first person; each currency once, in the
        order in which they come."""
        credited = self._place[rows]
        names = [*self._who.values, *(owners := self._deals.coded("employee_id")).values]
        person = len(self._who.values) + owners.codes[rows].astype(np.int64)
        if self._credits:
            given = credited >= 0
            person[given] = self._who.codes[self._credits.first[credited[given]]]
        places = (self._view.on_roster.get(name) for name in names)
        theirs = merged(Coded(["" if at is None else self._view.currency_of[at] for at in places], person))
        codes = self._deals.coded("currency")
        both = Groups([Coded(codes.values, codes.codes[rows]), theirs])
        first = both.first.tolist()
        return merged(Coded([codes[rows[at]].upper() or theirs[at] for at in first], both.of_row))

    def alone(self, row: int) -> str:
        """The one person whose a deal is; blank where it has several."""
        place = int(self._place[row])
        if place < 0 or not self._credits:
            return str(self._deals.columns["employee_id"][row])
        people = {self._who[at] for at in self._credits.rows(place)}
        return people.pop() if len(people) == 1 else ""


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
        changed = np.maximum(end[both] / start[both], start[both] / end[both])
        low, high = _LOST
        digit = (changed >= low) & (changed <= high) & (np.count_nonzero(changed >= _ALONE) == 1)
        digit &= len(both) >= ENOUGH
        for row, factor, lost in zip(both, changed.tolist(), digit.tolist(), strict=True):
            if (factor < _FAR and not lost) or {(row, "start"), (row, "end")} & told:
                continue
            # The figure further from those of other accounts is probably the wrong one.
            off = {
                name: abs(np.log(figures[row] / usual)) for name, figures in (("start", start), ("end", end))
            }
            column, other = ("start", "end") if off["start"] > off["end"] else ("end", "start")
            value, beside = (float(accounts.columns[name][row]) for name in (column, other))
            said = f"{value:,.10g}, is {times(value, beside, f'its {other}')}"
            yield _of_account(accounts, row, column, said), factor >= SURELY


def _of_account(accounts: Table, row: int, column: str, said: str) -> Found:
    name, period = (accounts.columns[each][row] for each in ("account_id", "period"))
    return accounts.where(row, column), f"the {column} of account {name} in {period}, {said}"


def _far_from_like(
    amounts: Array, rows: list[int], like: str, least: float = 0.0, alike: bool = True
) -> Iterator[tuple[int, str, bool]]:
    """Rows whose amounts are far from the others', with the message and whether it is certain.

    least: the smallest factor at which an amount counts as far from the others. alike: whether some of the
    others are of its own kind, so that it is compared with how they spread.
    """
    values = amounts[rows]
    bound, others = max(far(values), least), medians_of_others(values)
    if len(rows) < 2:
        return
    apart = np.maximum(values / others, others / values)
    alone = unlike_the_rest(values) & alike
    for at in np.flatnonzero(
        (apart >= bound) | alone | ((apart >= max(APART[0], least)) & beyond_all(values, APART[1]))
    ).tolist():
        value, usual = float(values[at]), float(others[at])
        said = f"{value:,.10g}, is {times(value, usual, f'the median of {like}')}"
        yield rows[at], said, bool(apart[at] >= SURELY)
