"""What a header, or a number format, says about the unit of numbers, where that is not their column's."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from csm_xl.errors import VALUE, Issue, listed
from csm_xl.plan.columns import NUMERIC
from csm_xl.plan.currency_codes import COMMON, marked_currencies
from csm_xl.plan.schema import Column
from csm_xl.plan.table import Table

_PERCENTAGE: Final = 10.0
"""A larger number was not typed as a percentage, whatever its cell shows."""
OTHER_UNIT: Final = "E007"
"""The rule of a header that states another unit than its column has."""
_ASIDE: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_SHORTER: Final = frozenset({
    "month", "months", "monthly", "monat", "monatlich", "mensuel", "week", "weekly", "biweekly", "fortnight",
    "mo", "mth", "wk", "hr", "hrs", "pm", "hour", "hourly", "stunde", "day", "daily", "quarter",
    "quarterly", "semimonthly",
})  # fmt: skip
_LARGER: Final = frozenset({
    "k", "thousand", "thousands", "tsd", "000", "000s", "m", "mm", "mio", "mn", "million", "millions",
    "lakh", "lakhs", "crore", "crores",
})  # fmt: skip
_THOUSANDS: Final = "kt"
"""What is written before a code of thousands: kUSD, TEUR."""
_OF_ANY_UNIT: Final = frozenset({"actual", "goal", "months"})
"""Numbers that are not money, or in the unit of their measure."""
_NOT_FINAL: Final = frozenset({
    "expected", "forecast", "forecasted", "preliminary", "provisional", "prelim", "estimate", "estimated",
    "draft", "pipeline", "converted", "budget", "budgeted", "projected", "planned", "unapproved",
    "unconfirmed", "pending", "tbc", "test", "old", "previous", "prior",
})  # fmt: skip
"""What a header adds where another figure is the one that is paid."""


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
    if column.kind != "money" and (column.kind != "number" or column.name in _OF_ANY_UNIT):
        return ""
    words = said_unit(header)
    yearly = column.unit.endswith("/year")
    for word in words:
        if word in _SHORTER and yearly:
            return f"per {word.removesuffix('ly')}, but {column.name} is an annual amount"
        if word in _LARGER or (word[0] in _THOUSANDS and word[1:].upper() in COMMON):
            return f"in {word}, but {column.name} is in whole units of the currency"
    codes = _currencies(column, header)
    if len(codes) == 1 and paid_in and codes[0] not in paid_in:
        known = ", ".join(sorted(code.upper() for code in paid_in))
        return f"in {codes[0].upper()}, but people are paid in {known}"
    return ""


def _currencies(column: Column, header: str) -> list[str]:
    """The currencies that the header of an amount states, casefolded."""
    return [] if column.kind != "money" else [word for word in said_unit(header) if word.upper() in COMMON]


def not_final(column: Column, header: str) -> str:
    """The word by which a header says that its values are not those that are paid; empty without one.

    >>> not_final(Column("amount", "money", ""), "Amount (converted)")
    'converted'
    """
    if column.kind not in (*NUMERIC, "date"):
        return ""
    return next((word for word in said_unit(header) if word in _NOT_FINAL), "")


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
        elif word := not_final(column, header):
            what = f"the header says that {name} is {word}, and it would be paid as it is"
            hint = f"Use the figures that are paid, or correct the header. --accept {OTHER_UNIT} pays these."
            found.append(Issue(VALUE, what, where[name], header, hint, rule=OTHER_UNIT))
    return found


def row_issues(
    columns: Mapping[str, tuple[Column, str]], where: Mapping[str, str], codes: Collection[str]
) -> list[Issue]:
    """An error for each column whose header states a currency, where rows state another; it can be accepted.

    columns, where: as for `unit_issues`. codes: the currencies in the rows, casefolded.
    """
    found = []
    for name, (column, header) in columns.items():
        said = _currencies(column, header)
        others = sorted(code.upper() for code in set(codes) - {*said})
        if len(said) == 1 and others:
            what = f"the header says that the numbers are in {said[0].upper()}, and the column currency says"
            hint = f"Correct one of the two. --accept {OTHER_UNIT} goes by the column currency."
            found.append(Issue(VALUE, f"{what} {listed(others)}", where[name], header, hint, rule=OTHER_UNIT))
    return found


def mark_issues(table: Table, marks: Mapping[tuple[int, int], str], paid_in: Collection[str]) -> list[Issue]:
    """An error for each amount that its number format shows in a currency in which nobody is paid, or not the
    person of its row, or as a percentage; it can be accepted.

    marks: as `csm_xl.plan.raw.RawTable.marks`. paid_in: the currencies of plans and people, casefolded.
    """
    if table.origin is None:
        return []
    names = {at: name for name, at in table.origin.positions.items()}
    row_of = {line: row for row, line in enumerate(table.lines.tolist())}
    own = table.columns.get("currency")
    found: dict[str, list[Issue]] = {}
    for (line, at), mark in sorted(marks.items()):
        name, codes = names.get(at, ""), marked_currencies(mark)
        if line not in row_of or not name or table.schema.column(name).kind != "money":
            continue
        row = row_of[line]
        value = table.value(row, name)
        if mark == "%" and value is not None and abs(value) <= _PERCENTAGE:
            found.setdefault("%" + name, []).append(
                Issue(VALUE, f"the cell shows {name} as a percentage, but it is an amount of money",
                      table.origin.place(line, name), float(value),
                      f"Type the amount. --accept {OTHER_UNIT} pays it as entered.", person=table.person(row),
                      rule=OTHER_UNIT, kind=f"cells show {name} as a percentage")
            )  # fmt: skip
        if not codes:
            continue
        theirs = {own[row].upper()} if own is not None and own[row] else {code.upper() for code in paid_in}
        if theirs and codes.isdisjoint(theirs):
            paid = listed(sorted(theirs))
            what = f"the cell shows {name} in {mark}, but it is an amount in {paid}"
            hint = "Convert the number, state the currency in which it is paid, or correct the number format."
            found.setdefault(name, []).append(
                Issue(VALUE, what, table.origin.place(line, name), None,
                      f"{hint} --accept {OTHER_UNIT} pays it as entered.", person=table.person(row),
                      rule=OTHER_UNIT, kind=f"cells show {name} in {mark}, but it is an amount in {paid}")
            )  # fmt: skip
    return [issue for issues in found.values() for issue in issues]
