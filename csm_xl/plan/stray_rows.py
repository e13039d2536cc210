"""Rows of an export that hold no data: the header once more, or a total."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from csm_xl.plan import cells
from csm_xl.plan.names import header_name

TOTALS: Final = frozenset(
    {"total", "totals", "grand total", "subtotal", "sub total", "sum", "average", "count", "overall",
     "overall total", "report total", "report totals",
     "total general", "gesamt", "summe", "gesamtsumme", "somme", "suma", "totale", "totaal"}
)  # fmt: skip
"""What spreadsheets and reports write before a row of totals, in some languages."""
_TOTAL_OF: Final = re.compile(r"(grand|sub) ?totals?\b|totals? (for|of|by)\b", re.IGNORECASE)
"""How the total of a group begins."""


def stray_row(row: Sequence[Any], headers: Sequence[str]) -> tuple[str, str] | None:
    """What a row is that holds no data, and what to do; None of any other row.

    headers: the names of the columns, as they are matched.

    >>> stray_row(["Deal ID", "Amount", None], ["deal_id", "amount", "kind"])
    ('the row repeats the header', 'Remove it.')
    >>> stray_row(["Grand total:", 812000, None], ["deal_id", "amount", "kind"])[0]
    "the row looks like a total ('Grand total:')"
    >>> stray_row(["2026-Q1", "Subtotal E1", 812000], ["period", "account_id", "start"])[0]
    "the row looks like a total ('Subtotal E1')"
    >>> stray_row(["D1", 812000, "upsell"], ["deal_id", "amount", "kind"])
    """
    filled = [(at, cell) for at, cell in enumerate(row[: len(headers)]) if not cells.is_blank(cell)]
    texts = [(at, cell) for at, cell in filled if isinstance(cell, str)]
    names = [header_name(cell) == headers[at] for at, cell in texts]
    if len(filled) > 1 and len(names) == len(filled) and all(names):
        return "the row repeats the header", "Remove it."
    for _, cell in texts[:2]:
        if called_total(cell):
            return f"the row looks like a total ({cell.strip()!r})", "Remove it: a total is not data."
    return None


def called_total(text: str) -> bool:
    """Whether a text is what reports write before a total.

    >>> called_total("Sub-total:"), called_total("Subtotal E1"), called_total("Total Wine")
    (True, True, False)
    """
    said = text.strip().strip(":").replace("-", " ")
    return said.casefold() in TOTALS or bool(_TOTAL_OF.match(said))
