"""Worksheet functions for benefits: the employer match and the value of benefits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.functions import coerce
from csm_xl.functions.percent_rates import refuse_ratio_as_amount
from csm_xl.functions.registry import Result, function, money, ratio, table
from csm_xl.pay import benefits as pay
from csm_xl.pay.rounding import Array
from csm_xl.plan.names import plain_name
from csm_xl.plan.schema import Column
from csm_xl.plan.schema.shared import TWICE

_CATEGORY: Final = "Equity, benefits, tax, offers"
_TIERS: Final = (
    Column(
        "from",
        "ratio",
        "Deferral at which the tier starts.",
        required=True,
        unit="ratio",
        at_least=0,
        most=TWICE,
    ),
    Column(
        "to", "ratio", "Deferral at which the tier ends; blank: where the next starts, or no end.", most=TWICE
    ),
    Column("rate", "ratio", "Match rate on the deferral in the tier.", required=True, at_least=0, most=TWICE),
)
_ITEMS: Final = (
    Column("item", "id", "Name of the benefit.", required=True),
    Column("amount", "money", "Annual value; blank: none.", required=True, blank=True, unit="money/year",
           at_least=0),
    Column("ratio", "ratio", "Value as a ratio of salary; blank: none.", unit="ratio", at_least=0,
           most=TWICE),
)  # fmt: skip


@function(
    _CATEGORY,
    Result("Employer match.", "money/year"),
    {
        "salary": money("Annual salary.", "money/year", at_least=0),
        "deferral_ratio": ratio(
            "Employee deferral as a ratio of salary, from 0 to 1.", at_least=0, at_most=1
        ),
        "tiers": table(
            "Rows (from, to, rate) of the deferral ratio, lowest first; a blank `to` means no end.", *_TIERS
        ),
    },
    examples=("CSM_MATCH(100000, {0.02;0.04;0.1}, {0,0.03,1;0.03,0.05,0.5})",),
    exact=True,
)
def match(salary: Any, deferral_ratio: Any, tiers: Array) -> Array:
    """Employer match on retirement savings: each slice of the deferral at the rate of its tier.

    Each slice is matched once. Annual limits of tax law are not applied.
    Errors: a salary below 0; a ratio that is not from 0 to 1; tiers that overlap or leave a gap.
    Source: 26 CFR 1.401(k)-3(c), the basic safe harbor match.
    """
    return pay.employer_match(salary, deferral_ratio, tiers)


@function(
    _CATEGORY,
    Result("Value of the benefits.", "money/year"),
    {
        "salary": money("Annual salary.", "money/year", at_least=0),
        "items": table("Rows (item, amount, ratio): an annual amount, a ratio of salary, or both.",
                       *_ITEMS),
    },
    examples=('CSM_BENEFITS({80000;100000}, {"Health",9000,0;"Retirement",0,0.04})',),
    exact=True,
)  # fmt: skip
def benefits(salary: Any, items: Array) -> Array:
    """Annual value of benefits: the sum of amount + ratio × salary over all items.

    Errors: an item with neither amount nor ratio; a duplicate item, or their total; an amount or ratio below
    0; an amount such as 0.05, which is a ratio.
    Source: U.S. Bureau of Labor Statistics, Employer Costs for Employee Compensation, for the items.
    """
    values = items[:, 1:].astype(np.float64)
    issues = [*_empty(values), *_twice(items[:, 0]), *_totals(items[:, 0])]
    if issues:
        raise CsmError.of(issues)
    values = np.nan_to_num(values)
    refuse_ratio_as_amount(values[:, 0], np.max(salary), "amount")
    return pay.benefits_value(salary, values[:, 0], values[:, 1] if values.shape[1] > 1 else 0.0)


def _empty(values: Array) -> Iterable[Issue]:
    for row in np.flatnonzero(np.isnan(values).all(axis=1)).tolist():
        yield Issue(VALUE, "the item has neither an amount nor a ratio", f"items row {row + 1}", None,
                    "Enter one of them; use 0 if it is worth nothing.")  # fmt: skip


def _totals(names: Array) -> Iterable[Issue]:
    for row, name in enumerate(names.tolist(), 1):
        if coerce.is_total(name):
            yield Issue(VALUE, "the item is the total of the others", f"items item row {row}", name,
                        "End the range above it.")  # fmt: skip


def _twice(names: Array) -> Iterable[Issue]:
    seen: dict[str, int] = {}
    for row, name in enumerate(names.tolist(), 1):
        first = seen.setdefault(plain_name(name), row)
        if first != row:
            yield Issue(VALUE, f"duplicate item (also in row {first})", f"items item row {row}", name,
                        "Keep one row for each item.")  # fmt: skip
