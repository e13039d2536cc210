"""What a header says about the unit of its numbers, where that is not the unit of the column."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from csm_xl.errors import VALUE, Issue
from csm_xl.plan.schema import Column

OTHER_UNIT: Final = "E007"
"""The rule of a header that states another unit than its column has."""
_ASIDE: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_SHORTER: Final = frozenset({
    "month", "months", "monthly", "monat", "monatlich", "mensuel", "week", "weekly", "biweekly", "fortnight",
    "hour", "hourly", "stunde", "day", "daily", "quarter", "quarterly", "semimonthly",
})  # fmt: skip
_LARGER: Final = frozenset({
    "k", "thousand", "thousands", "tsd", "000", "000s", "m", "mm", "mio", "mn", "million", "millions",
})  # fmt: skip
_CURRENCIES: Final = frozenset({
    "usd", "eur", "gbp", "chf", "cad", "aud", "nzd", "jpy", "cny", "inr", "brl", "mxn", "sek", "nok", "dkk",
    "pln", "czk", "huf", "ron", "ils", "zar", "sgd", "hkd", "krw", "aed", "try", "php", "cop", "ars", "clp",
})  # fmt: skip


def said_unit(header: str) -> list[str]:
    """The words in the brackets of a header, where units are.

    >>> said_unit("Base salary (k USD/month)")
    ['k', 'usd', 'month']
    """
    return [word for aside in _ASIDE.findall(header) for word in re.findall(r"[^\W_]+", aside.casefold())]


def other_unit(column: Column, header: str, paid_in: Collection[str] = ()) -> str:
    """What is wrong with the unit that a header states; empty where nothing is.

    paid_in: the currencies of plans and people, casefolded; none where they are not known.

    >>> salary = Column("base_salary", "money", "", unit="money/year")
    >>> other_unit(salary, "Base salary (USD/month)"), other_unit(salary, "Base salary (USD/year)")
    ('per month, but base_salary is an annual amount', '')
    """
    if column.kind != "money":
        return ""
    words = said_unit(header)
    yearly = column.unit.endswith("/year")
    for word in words:
        if word in _SHORTER and yearly:
            return f"per {word.removesuffix('ly')}, but {column.name} is an annual amount"
        if word in _LARGER:
            return f"in {word}, but {column.name} is in whole units of the currency"
    codes = [word for word in words if word in _CURRENCIES]
    if len(codes) == 1 and paid_in and codes[0] not in paid_in:
        known = ", ".join(sorted(code.upper() for code in paid_in))
        return f"in {codes[0].upper()}, but people are paid in {known}"
    return ""


def unit_issues(
    columns: Mapping[str, tuple[Column, str]], where: Mapping[str, str], paid_in: Collection[str]
) -> list[Issue]:
    """An error for each column whose header states another unit, which can be accepted.

    columns: name → the column, and its header as it is. where: name → the header's place.
    """
    found = []
    for name, (column, header) in columns.items():
        if what := other_unit(column, header, paid_in):
            hint = f"Convert the numbers, or correct the header. --accept {OTHER_UNIT} pays them as entered."
            found.append(Issue(VALUE, f"the header says that the numbers are {what}", where[name], header,
                               hint, rule=OTHER_UNIT))  # fmt: skip
    return found
