"""What the money of deals is in the currency in which each person is paid."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.errors import NOT_FOUND, Issue
from csm_xl.plan.exchange import Pair, Rates, missing_rate
from csm_xl.plan.paid_in import CURRENCY, Currencies


class Exchange(Lookup):
    """The exchange rate of each credit: of its deal's currency in that of its person's pay, on its day."""

    @cached_property
    def _codes(self) -> list[str]:
        """The currency of each deal; none at all where every deal is in the one in which all are paid."""
        typed = self.company.tables["deals"].columns[CURRENCY]
        if not (typed != "").any():
            return []
        codes = [str(code).upper() for code in typed.tolist()]
        return codes if len({*codes, *self._paid_in.all()} - {""}) > 1 else []

    @cached_property
    def _paid_in(self) -> Currencies:
        return Currencies(self.company.tables)

    @cached_property
    def _rates(self) -> Rates:
        return Rates(self.company.tables)

    def of(self, entries: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """The rate of each entry and its row of rates: 1 and −1 where nothing is exchanged, NaN where no rate
        is known; no columns at all where no deal is in another currency.

        entries: `deal`, `person`, `plan` (−1: none) and `day` of each.
        """
        if not self._codes:
            return {}
        rate, rows = np.ones(len(entries["deal"])), np.full(len(entries["deal"]), -1, dtype=np.intp)
        typed, known = self._rates.table.columns["rate"], dict[tuple[Pair, int], int]()
        pairs = self._pairs(entries, np.arange(len(rate)))
        for at, (pair, day) in enumerate(zip(pairs, entries["day"].tolist(), strict=True)):
            if pair is None:
                continue
            if (pair, day) not in known:
                known[pair, day] = self._rates.row(pair, day)
            rows[at] = known[pair, day]
            rate[at] = typed[rows[at]] if rows[at] >= 0 else np.nan
        return {"rate": rate, "rate_row": rows}

    def _pairs(self, entries: dict[str, NDArray[Any]], at: NDArray[np.intp]) -> list[Pair | None]:
        """The currencies of some entries: of the deal and of the person's pay; None where they are one."""
        ids, plans = self.company.people.ids, [*self.company.people.plans, None]  # −1, no plan, is the last
        columns = (entries[name][at].tolist() for name in ("deal", "person", "plan"))
        pairs = [(self._codes[deal], self._paid_in.of(ids[person], plans[plan]))
                 for deal, person, plan in zip(*columns, strict=True)]  # fmt: skip
        return [(one, other) if one and other and one != other else None for one, other in pairs]

    def missing(
        self, entries: dict[str, NDArray[Any]], at: NDArray[np.intp]
    ) -> Iterator[tuple[int, Issue]]:  # fmt: skip
        """Those of some entries that no rate exchanges, each with what is to be reported."""
        lacking = at[np.isnan(entries["rate"][at])] if "rate" in entries else at[:0]
        table = self.company.tables["deals"]
        for entry, pair in zip(lacking.tolist(), self._pairs(entries, lacking), strict=True):
            assert pair is not None
            deal, day = int(entries["deal"][entry]), int(entries["day"][entry])
            what, hint = missing_rate(pair, day, table.columns["deal_id"][deal])
            yield entry, Issue(NOT_FOUND, what, table.where(deal, CURRENCY), pair[0], hint)
