"""Payments: what customers have paid of their deals, and when."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.lookup.lookup import Lookup


class Payments(Lookup):
    """The rows of `payments`, by deal and in time."""

    @cached_property
    def in_time(self) -> dict[int, list[int]]:
        """Row of a deal → the rows of its payments, by day, those of one day in the order of the table."""
        deals, table = self.company.tables["deals"].columns, self.company.tables["payments"].columns
        row_of = {name: row for row, name in enumerate(deals["deal_id"].tolist())}
        found: dict[int, list[int]] = {}
        for row in np.argsort(table["date"], kind="stable").tolist():
            deal = row_of.get(table["deal_id"][row], -1)
            if deal >= 0:
                found.setdefault(deal, []).append(row)
        return found

    def spread(self, credits: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """The credits of deals, one entry for each payment of the deal: day and amount are the payment's.

        credits: as `Deals.credits`. `credit` is where each entry's is among them.
        """
        table = self.company.tables["payments"].columns
        pairs = [(credit, row) for credit, deal in enumerate(credits["deal"].tolist())
                 for row in self.in_time.get(deal, ())]  # fmt: skip
        credit, rows = (np.array([pair[at] for pair in pairs], dtype=np.intp) for at in (0, 1))
        return {
            **{name: column[credit] for name, column in credits.items()},
            "credit": credit,
            "day": table["date"][rows].astype(np.int64),
            "amount": np.asarray(table["amount"][rows], dtype=np.float64),
            "amount_row": rows,
        }
