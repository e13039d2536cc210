"""Worksheet functions of equity: vesting, RSUs, options, share purchase."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np

from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.functions import coerce
from csm_xl.functions.cell_range import CellRange
from csm_xl.functions.registry import (
    Parameter,
    Result,
    cells,
    count,
    day,
    flag,
    function,
    money,
    number,
    ratio,
    table,
    word,
)
from csm_xl.pay import equity
from csm_xl.pay import vesting as vestings
from csm_xl.pay.rounding import Array
from csm_xl.pay.vesting import Vesting
from csm_xl.plan.schema import Column

_CATEGORY: Final = "Equity, benefits, tax, offers"
_YEARLY_RATE: Final = 0.5
"""No interest or dividend of a year is more: 5 is 500%, and was meant as 5%."""
_LONGEST: Final = 30.0
"""Years that an option may last; employees' last ten. More are months or days."""
_DISCOUNT: Final = 0.5
_SCHEDULE: Final = cells(
    "Percent by year as 20/20/20/20/20, or 48m cliff 12 monthly, or 25 then monthly (after a year, then at"
    " that pace), or 40 then monthly over 36 months, or rows (months, share)."
)
_ROWS: Final = table(
    "Rows (months from the grant, share of the grant).",
    Column("months", "count", "Months from the grant.", required=True, at_least=0),
    Column(
        "share", "ratio", "The tranche's own share of the grant.", required=True, unit="ratio", at_least=0
    ),
)
_SHARES: Final = count("Whole shares granted.", "shares", at_least=0)
_GRANT: Final[dict[str, Parameter]] = {
    "shares": _SHARES,
    "grant_date": day("Day of the grant, from which its months count."),
    "schedule": _SCHEDULE,
}


def read_schedule(cells: CellRange, name: str = "schedule") -> Vesting:
    """The vesting schedule in an argument: text in one cell, or rows (months, share)."""
    only = cells.cells[0]
    if len(cells.cells) == 1 and isinstance(only, str):
        return Vesting.of(only)
    issues: list[Issue] = []
    rows = coerce.read_table(cells, _named(name), issues)
    if issues or rows is None:
        raise CsmError.of(issues)
    return Vesting.of(rows)


def _named(name: str) -> Parameter:
    return Parameter(Column(name, "number", _ROWS.help), "table", columns=_ROWS.columns)


@function(
    _CATEGORY,
    Result("Whole shares vested.", "shares"),
    {**_GRANT, "as_of": day("Shares vested by the end of this day.")},
    examples=(
        'CSM_VEST(1000, "2025-01-15", "48m cliff 12 monthly", {"2026-01-14";"2026-01-15";"2026-03-01"})',
        'CSM_VEST(1000, "2024-01-31", "5/15/40/40", "2026-06-30")',
    ),
)
def vest(shares: Any, grant_date: Any, schedule: CellRange, as_of: Any) -> Array:
    """Shares of a grant vested by a day: floor(shares × cumulative fraction).

    A tranche vests on the grant's day of the month, or on the last day of a shorter month; the last tranche
    completes the grant.
    Errors: shares that are below 0 or not whole; a schedule that cannot be read or does not sum to 1.
    Source: grant agreements as filed with the SEC: fractions of a share carry over to the next tranche.
    """
    return vestings.vested_shares(shares, grant_date, read_schedule(schedule), as_of)


@function(
    _CATEGORY,
    Result("One row per tranche.", "", "rows", columns=("date", "shares", "cumulative")),
    _GRANT,
    examples=('CSM_VESTSCHEDULE(1001, "2024-02-29", "25/25/25/25")',),
)
def vest_schedule(shares: Any, grant_date: Any, schedule: CellRange) -> list[tuple[date, Any, Any]]:
    """Tranches of a grant: the day, the whole shares that vest, and the total vested so far.

    Errors: as those of CSM_VEST; a tranche after the last day of the calendar.
    """
    return vestings.vest_schedule(shares, grant_date, read_schedule(schedule))


@function(
    _CATEGORY,
    Result(
        "Income at vesting, shares sold to cover tax, shares kept and their value.",
        "money, shares, shares, money",
        "row",
        columns=("income", "shares_sold", "net_shares", "net_value"),
    ),
    {
        "shares": number("Shares vesting.", "shares", at_least=0),
        "price": money("Share price on that day.", "money/share", at_least=0),
        "withholding": ratio(
            "Withholding rate on the income, paid by selling shares.", at_least=0, at_most=1
        ),
    },
    examples=("CSM_RSU(75, 40, 0.3)", "CSM_RSU({850;850}, 40, {0;0.3})"),
    exact=True,
)
def rsu(shares: Any, price: Any, withholding: Any = 0.0) -> tuple[Array, ...]:
    """Restricted stock units at vesting: shares × price is income; ceil(income × rate / price) are sold.

    Errors: shares or a price below 0; a rate that is not from 0 to 1.
    Source: IRC section 83 (income at vesting); whole shares rounded up as brokers sell to cover.
    """
    return equity.rsu(shares, price, withholding)


@function(
    _CATEGORY,
    Result(
        "Spread, ordinary income, and adjustment for the alternative minimum tax.",
        "money",
        "row",
        columns=("spread", "ordinary_income", "amt_adjustment"),
    ),
    {
        "shares": number("Options exercised.", "shares", at_least=0),
        "strike": money("Exercise price per share.", "money/share", at_least=0),
        "price": money("Share price on that day.", "money/share", at_least=0),
        "kind": word("Non-qualified (NSO) or incentive (ISO) stock options.", equity.OPTION_KINDS),
    },
    examples=("CSM_OPTION(100, 12, 18)", 'CSM_OPTION(100, 12, 18, "ISO")'),
    exact=True,
)
def option(shares: Any, strike: Any, price: Any, kind: str = "NSO") -> tuple[Array, ...]:
    """Exercise of stock options: the spread max(0, price − strike) × shares and its tax treatment.

    Errors: shares, strike or price below 0; an unknown kind.
    Source: IRC sections 83, 421 and 56(b)(3); IRS Publication 525, "Stock Options".
    """
    return equity.option_exercise(shares, strike, price, kind)


@function(
    _CATEGORY,
    Result("Value of a call option on one share.", "money/share"),
    {
        "price": money("Share price today.", "money/share"),
        "strike": money("Exercise price per share.", "money/share"),
        "rate": ratio("Annual risk-free rate, continuously compounded.", most=_YEARLY_RATE),
        "years": number("Years to expiry.", "years", at_least=0, at_most=_LONGEST),
        "volatility": ratio("Standard deviation of the annual log return.", at_least=0),
        "dividend_yield": ratio("Annual dividend yield, continuously compounded.", most=_YEARLY_RATE),
    },
    examples=("CSM_BLACKSCHOLES(42, 40, 0.1, 0.5, 0.2)",),
)
def black_scholes(
    price: Any, strike: Any, rate: Any, years: Any, volatility: Any, dividend_yield: Any = 0.0
) -> Array:
    """Value of a European call option by the Black–Scholes–Merton formula.

    Errors: a price or strike that is not above 0; years or a volatility below 0; a rate or yield such as 5,
    which is 500%; more than 30 years.
    Source: Black and Scholes 1973, "The Pricing of Options and Corporate Liabilities"; Merton 1973.
    """
    return equity.black_scholes(price, strike, rate, years, volatility, dividend_yield)


@function(
    _CATEGORY,
    Result(
        "Price paid per share, immediate gain, and gain as a ratio of the price paid.",
        "money/share, money/share, ratio",
        "row",
        columns=("price_paid", "gain", "gain_ratio"),
    ),
    {
        "discount": ratio("Discount of the plan, from 0 to below 1."),
        "offer_price": money("Share price at the start of the offering.", "money/share"),
        "purchase_price": money("Share price on the purchase date.", "money/share"),
        "lookback": flag("TRUE: the lower of the two prices counts; FALSE: only the purchase price."),
    },
    examples=("CSM_ESPP(0.15, 10, {20;8})", "CSM_ESPP(0.15, 10, 20, FALSE)"),
    exact=True,
)
def espp(discount: Any, offer_price: Any, purchase_price: Any, lookback: bool = True) -> tuple[Array, ...]:
    """Employee stock purchase plan: you pay (1 − discount) × the lower price; the rest is an immediate gain.

    Errors: a discount that is not from 0 to below 1, or such as 0.85, the part that is paid; a price that is
    not above 0.
    Source: IRC section 423(b)(6), which allows a qualified plan a discount of up to 15%.
    """
    if _DISCOUNT < (highest := float(np.max(discount))) < 1:
        what = f"a discount of {highest:g} leaves {1 - highest:.3g} of the price to pay"
        raise CsmError(VALUE, what, "discount", highest, f"Type the discount: {1 - highest:.3g}.")
    return equity.espp(discount, offer_price, purchase_price, lookback)
