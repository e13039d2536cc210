"""What the brackets of a header say beside a unit: that the figures are others than those that are paid on.

"Amount (TCV)" and "Amount (ARR)" are the same column to whoever reads the table, and not the same money.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from csm_xl.errors import VALUE, Issue
from csm_xl.plan.columns import NUMERIC
from csm_xl.plan.currency_codes import COMMON
from csm_xl.plan.header_units import said_unit
from csm_xl.plan.header_words import SYNONYMS
from csm_xl.plan.schema import Column, TableSchema
from csm_xl.plan.unknown_columns import header_words, pay_word

_UNITS: Final = frozenset({
    "year", "yearly", "annual", "annualized", "pa", "unit", "units", "target", "goal", "fraction", "amount",
    "currency", *(code.casefold() for code in COMMON),
})  # fmt: skip
_SO_IT_IS: Final = frozenset({
    "final", "approved", "confirmed", "verified", "signed", "closed", "won", "booked", "valid", "active",
    "commissionable", "creditable", "credited", "eligible", "payable", "included",
})  # fmt: skip
"""What says that the figures are those that are paid."""
_OTHER_FIGURES: Final = frozenset({
    "net", "gross", "list", "self", "excl", "incl", "excluding", "including", "vat", "tax", "taxes", "mtd",
    "qtd", "lifetime", "multi", "upfront", "services", "gmv", "weighted", "unweighted", "before", "after",
})  # fmt: skip
_NOT_ACTUAL: Final = frozenset({"plan", "planned", "budget", "budgeted"})
"""What a figure is that was not reached yet."""
_OTHER_DAYS: Final = frozenset({
    "created", "creation", "modified", "updated", "invoice", "invoiced", "due", "entered", "entry", "expires",
    "expiry", "expiration", "renewal", "delivery", "shipped", "go", "live",
})  # fmt: skip
_OTHER_IDS: Final = frozenset({"manager", "old", "previous", "prior", "legacy", "former", "assistant"})
_SCALES: Final = frozenset({"5", "10", "100"})
"""The tops of scales, such as (0-100); the top of a ratio is 1."""
_ANY_MEASURE: Final = frozenset({
    "arr", "mrr", "acv", "tcv", "net", "gross", "rate", "share", "monthly", "amount", "salary", "bonus",
})  # fmt: skip
"""What the unit of a measure may be."""
_HINT: Final = "Check that these are the figures that are paid on, and shorten the header if they are."


def remark(table: str, column: Column, header: str) -> str:
    """The word in the brackets of a header by which its figures are others than the column asks for; empty
    where there is none.

    >>> from csm_xl.plan.schema import schemas
    >>> deals = schemas({})["deals"]
    >>> [remark("deals", deals.column("amount"), text) for text in ("Amount (TCV)", "Amount (USD)")]
    ['tcv', '']
    >>> remark("deals", deals.column("date"), "Date [created]")
    'created'
    >>> remark("credits", schemas({})["credits"].column("share"), "Share (0-100)")
    '100'
    """
    words = said_unit(header)
    if column.kind == "id":
        return next((word for word in words if word in _OTHER_IDS - _own_words(table, column)), "")
    if column.kind not in (*NUMERIC, "date"):
        return ""
    safe = _UNITS | _SO_IT_IS | _own_words(table, column)
    if table == "results":
        safe |= _ANY_MEASURE
    if column.kind == "money" and column.unit.endswith("/year"):
        safe |= {"gross"}
    if column.kind != "money":
        safe |= {"percent", "percentage", "pct"}
    if column.kind == "ratio":
        safe |= {"share", "ratio"}
    if column.kind == "ratio" and (scale := next((word for word in words if word in _SCALES - safe), "")):
        return scale
    if column.name == "actual" and (word := next((word for word in words if word in _NOT_ACTUAL), "")):
        return word
    others = _OTHER_DAYS if column.kind == "date" else _OTHER_FIGURES
    left = [word for word in words if word not in safe]
    return next((word for word in left if word in others), "") or pay_word(" ".join(left))


def _own_words(table: str, column: Column) -> set[str]:
    """The words by which a column is called and described."""
    called = SYNONYMS.get(table, {}).get(column.name, ())
    if (table, column.name) == ("deals", "amount"):
        called = ()  # a deal's amount may be any of these figures, and they differ
    return {word for text in (column.name.replace("_", " "), column.help, *called)
            for word in header_words(re.sub(r"[()\[\]]", " ", text))}  # fmt: skip


def remark_issues(schema: TableSchema, headers: Mapping[str, str], where: Mapping[str, str]) -> list[Issue]:
    """A warning for each header whose brackets say that its figures are others, and where actual and goal
    are in two units.

    headers: column → its header as it is. where: column → the header's place.
    """
    found = []
    for name, header in headers.items():
        if word := remark(schema.name, schema.column(name), header):
            what = f"the header says {word!r}, which is not used: {name} counts as entered"
            found.append(Issue(VALUE, what, where[name], header, _HINT, "warning"))
    if schema.name == "results" and {"actual", "goal"} <= headers.keys():
        actual, goal = (frozenset(said_unit(headers[name])) for name in ("actual", "goal"))
        if actual and goal and actual != goal:
            what = "the headers of actual and goal state different units, but one is divided by the other"
            hint = "State both in one unit, or correct the headers."
            found.append(Issue(VALUE, what, where["goal"], headers["goal"], hint, "warning"))
    return found
