"""Worksheet functions for tax: annual taxes on wages, and net pay."""

from __future__ import annotations

from functools import partial
from math import isnan, nan
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from csm_xl.data import tax as law
from csm_xl.functions.cell_range import CellRange
from csm_xl.functions.percent_rates import refuse_ratio_as_amount
from csm_xl.functions.registry import Parameter, Result, cells, function, money, text, word
from csm_xl.functions.table_shapes import read_shape
from csm_xl.pay import tax as pay
from csm_xl.pay.rounding import Array
from csm_xl.plan.schema.year import TAX_BRACKETS

if TYPE_CHECKING:
    from csm_xl.data.own_tax import OwnTaxes

_CATEGORY: Final = "Equity, benefits, tax, offers"
_LAW: Final[dict[str, Parameter]] = {
    "year": text("Tax year, such as 2025."),
    "status": text(f"Filing status: {', '.join(law.STATUSES)}."),
    "state": text("State by postal code or name; blank: no state tax."),
}
_BRACKETS: Final = TAX_BRACKETS.columns[:6]
OWN_BRACKETS: Final = cells(
    "Rows (year, tax, from, rate, status, deduction) to use instead of the built-in rates of the same year"
    " and tax; blank: the built-in rates.",
    *_BRACKETS,
)


def own_taxes(brackets: CellRange | None) -> OwnTaxes | None:
    """The rates in an argument; None if it is left out.

    A table without a header has all columns, or only the required ones.
    """
    if brackets is None:
        return None
    from csm_xl.data.own_tax import OwnTaxes, Rate

    columns = read_shape(brackets, "brackets", (_BRACKETS,))
    blank = [""] * len(columns["rate"])
    status, deduction = columns.get("status", blank), columns.get("deduction", [nan] * len(blank))
    return OwnTaxes(
        Rate(int(year), tax, float(start), float(rate), word, None if isnan(less) else float(less),
             partial("brackets {1} row {0}".format, row))
        for row, (year, tax, start, rate, word, less) in enumerate(
            zip(*(columns[name] for name in ("year", "tax", "from", "rate")), status, deduction, strict=True),
            1,
        )
    )  # fmt: skip


@function(
    _CATEGORY,
    Result("Annual tax, an estimate.", "money/year"),
    {
        "income": money("Annual wages.", "money/year", at_least=0),
        **_LAW,
        "kind": word("Federal, state, payroll (fica), flat-rate supplemental, or all but the last.",
                     pay.KINDS),
        "deduction": money("Deduction instead of the standard one; blank: the standard deduction.",
                           "money/year", at_least=0),
        "brackets": OWN_BRACKETS,
    },
    examples=("CSM_TAX({85000;250000}, 2025)", 'CSM_TAX(85000, 2025, "married_joint", "CA", "all")',
              'CSM_TAX(1200000, 2026, , , "supplemental")',
              'CSM_TAX(50000, 2025, , "WI", "state", ,'
              ' {2025,"WI",0,0.05,"",2835;2025,"WI",4400,0.09,"",})'),
    exact=True,
)  # fmt: skip
def tax(
    income: Any,
    year: str,
    status: str = "single",
    state: str | None = None,
    kind: str = "federal",
    deduction: Any = None,
    brackets: CellRange | None = None,
) -> Array:
    """Annual tax on wages, an estimate: brackets after the deduction, payroll taxes, flat rates.

    The kind all is federal + state + fica. A deduction replaces the standard deduction of both federal and
    state tax. No credits, phase-outs or local taxes.
    Errors: #N/A for a year or state without figures; no state for the kind state; an unknown status or kind;
    an income or deduction below 0, or a deduction such as 0.1; brackets that overlap, start above 0 or lack a
    deduction.
    Source: IRC sections 1, 63 and 3101; figures from Tax-Calculator 6.8.0 (federal 2024 to 2026) and
    tenforty 2025.12 (states 2025); flat rates IRS Publication 15.
    """
    refuse_ratio_as_amount(deduction, income, "deduction")
    own = own_taxes(brackets)
    federal = law.federal(year, status, own, pay.FEDERAL_PARTS.get(kind, ()))
    local = law.state(state, year, status, own) if state is not None and kind in ("state", "all") else None
    return pay.tax(income, federal, local, kind, deduction)


@function(
    _CATEGORY,
    Result("Net pay, an estimate.", "money/year"),
    {
        "gross": money("Annual gross pay.", "money/year", at_least=0),
        **_LAW,
        "supplemental": money("Part of the gross taxed at the federal flat rates.", "money/year",
                              at_least=0),
        "brackets": OWN_BRACKETS,
    },
    examples=('CSM_NETPAY(100000, 2025, "single", {"CA";"TX"})',
              'CSM_NETPAY(100000, 2025, , , {0;20000})'),
    exact=True,
)  # fmt: skip
def net_pay(
    gross: Any,
    year: str,
    status: str = "single",
    state: str | None = None,
    supplemental: Any = 0.0,
    brackets: CellRange | None = None,
) -> Array:
    """Annual net pay, an estimate: gross minus federal, state and payroll taxes.

    The supplemental part is taxed at flat rates instead of the brackets; the standard deduction applies only
    to the rest. State and payroll taxes apply to the whole.
    Errors: #N/A for a year or state without figures; an unknown status; gross or supplemental
    pay below 0; more supplemental than gross; supplemental pay such as 0.1, which is a ratio.
    Source: as for CSM_TAX.
    """
    refuse_ratio_as_amount(supplemental, gross, "supplemental")
    own = own_taxes(brackets)
    local = None if state is None else law.state(state, year, status, own)
    flat = ("supplemental",) if np.any(np.asarray(supplemental, dtype=object) != 0) else ()
    federal = law.federal(year, status, own, (*pay.FEDERAL_PARTS["all"], *flat))
    return pay.net_pay(gross, federal, local, supplemental)
