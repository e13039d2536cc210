"""What the money of deals is in the currency in which each person is paid."""

from __future__ import annotations

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
        codes = [str(code).upper() for code in self.company.tables["deals"].columns[CURRENCY].tolist()]
        every = {*codes, *self._paid_in.all()} - {""}
        return codes if any(codes) and len(every) > 1 else []

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
        known: dict[tuple[Pair, int], int] = {}
        for at, (deal, day) in enumerate(zip(entries["deal"].tolist(), entries["day"].tolist(), strict=True)):
            pair = self._pair(deal, int(entries["person"][at]), int(entries["plan"][at]))
            if pair is None:
                continue
            if (pair, day) not in known:
                known[pair, day] = self._rates.row(pair, day)
            rows[at] = known[pair, day]
            rate[at] = self._rates.table.columns["rate"][rows[at]] if rows[at] >= 0 else np.nan
        return {"rate": rate, "rate_row": rows}

    def _pair(self, deal: int, person: int, plan: int) -> Pair | None:
        people = self.company.people
        name = list(people.plans)[plan] if plan >= 0 else None
        one, other = self._codes[deal], self._paid_in.of(people.ids[person], name)
        return (one, other) if one and other and one != other else None

    def report_missing(self, entries: dict[str, NDArray[Any]], at: NDArray[np.intp]) -> None:
        """Reports those of some entries that no rate exchanges."""
        for entry in at[np.isnan(entries["rate"][at])].tolist() if "rate" in entries else ():
            deal, person = int(entries["deal"][entry]), int(entries["person"][entry])
            pair = self._pair(deal, person, int(entries["plan"][entry]))
            assert pair is not None
            table = self.company.tables["deals"]
            what, hint = missing_rate(pair, int(entries["day"][entry]), table.columns["deal_id"][deal])
            issue = Issue(NOT_FOUND, what, table.where(deal, CURRENCY), pair[0], hint)
            self.company.report(person, issue)
