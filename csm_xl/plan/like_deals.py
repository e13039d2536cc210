"""Deals that are probably one: the same amount and person, on the same day or a few later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from csm_xl.plan.parts import credited_people
from csm_xl.plan.tables import Tables

_FEW_DAYS: Final = 5
"""An export may have the day on which a deal was signed once, and that on which it was booked the next time.
What is sold every week is not the same."""
_PRICE_LIST: Final = 0.2
"""Where more of the other amounts than this occur twice, they are prices of a list."""
_MOST_COUNTED: Final = 100
"""Whole numbers up to this may count accounts or seats, which are often alike."""


@dataclass(frozen=True, slots=True)
class LikeDeals:
    """Two rows of deals that are probably one deal. account: whether both name the same one. days: how much
    later the second is."""

    first: int
    row: int
    account: bool
    days: int


def like_deals(tables: Tables) -> Iterator[LikeDeals]:
    """The deals that are like another one.

    Of one account the same amount is enough, by the same person or of the same kind and day. Without an
    account it is so only where amounts hardly ever repeat: where there is a price list, many do.
    """
    deals = tables["deals"]
    names = ("account_id", "date", "kind", "deal_id")
    accounts, days, kinds, ids = (deals.columns[name].tolist() for name in names)
    equal, amounts = deals.groups("amount"), deals.columns["amount"]
    several = (equal.sizes > 1) & (amounts[equal.first] != 0)
    alike = {float(amounts[equal.first[at]]): equal.rows(at) for at in np.flatnonzero(several).tolist()}
    people = _credited(tables) if alike else {}
    repeated = sum(len(rows) for rows in alike.values())
    for amount, rows in alike.items():
        few = repeated - len(rows) <= _PRICE_LIST * (deals.rows - len(rows))
        alone = len(rows) == 2 and few and not (abs(amount) <= _MOST_COUNTED and amount == int(amount))
        by_account: dict[str, list[int]] = {}
        for row in sorted(rows, key=lambda row: (int(days[row]), row)):
            by_account.setdefault(accounts[row], []).append(row)
        if alone and "" in by_account:
            by_account = {"": sorted(rows, key=lambda row: int(days[row]))}
        for account, every in by_account.items():
            for first, row in pairwise(every) if account or alone else ():
                apart, of_kind = int(days[row] - days[first]), kinds[row] == kinds[first]
                theirs = bool(people[ids[row]] & people[ids[first]])
                same = of_kind and not apart if account and not theirs else theirs and (account or of_kind)
                if same and apart <= _FEW_DAYS:
                    yield LikeDeals(first, row, bool(account), apart)


def _credited(tables: Tables) -> dict[str, set[str]]:
    """Deal → who is credited for it."""
    deals, found = tables["deals"].columns, credited_people(tables["credits"])
    for deal, owner in zip(deals["deal_id"].tolist(), deals["employee_id"].tolist(), strict=True):
        found.setdefault(deal, {owner} - {""})
    return found
