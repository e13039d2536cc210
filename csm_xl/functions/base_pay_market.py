"""Worksheet functions of base pay: what the market and peers are paid."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, listed
from csm_xl.functions.forms import read_form, rows_by_name
from csm_xl.functions.grid import Grid
from csm_xl.functions.registry import Result, cells, function, money, ratio, text
from csm_xl.pay import market
from csm_xl.pay import salary as pay
from csm_xl.pay.rounding import Array
from csm_xl.plan.names import did_you_mean, plain_name
from csm_xl.plan.schema import Column
from csm_xl.plan.schema.year import WAGES

_SALARY: Final = money("Annual base salary.", "money/year")


_OCCUPATION: Final = text(
    "Code or title. Customer success has no code: 13-1199, 41-3091 and 13-1161 stand in for it."
)


_AREA: Final = text("National, a state, or a metropolitan area by name, code or first city, such as Boston.")


_WAGES: Final = (
    Column("occupation", "id", "Occupation, as the argument names it.", required=True),
    Column("area", "id", "Area, as the argument names it.", required=True),
    *(WAGES.column(f"p{n}") for n in (10, 25, 50, 75, 90)),
)


_OWN_WAGES: Final = cells(
    "Rows (occupation, area, p10, p25, p50, p75, p90) in place of the built-in wages; blank: the built-in.",
    *_WAGES,
)


@function(
    "Base pay and market",
    Result("Annual wage at the percentile.", "USD/year"),
    {
        "occupation": _OCCUPATION,
        "area": _AREA,
        "percentile": ratio("From 0.1 to 0.9; 0.5 is the median."),
        "wages": _OWN_WAGES,
    },
    examples=('CSM_MARKETPAY("13-1199", "Boston")', 'CSM_MARKETPAY("13-1199", {"CA";"National"}, 0.75)'),
    exact=False,
)
def market_pay(occupation: str, area: str, percentile: Any = 0.5, wages: Grid | None = None) -> Array:
    """The market's pay at a percentile, log-linear between the published percentiles (10, 25, 50, 75, 90).

    Wages of May 2025 in all industries, with commissions and without yearly bonuses; estimates of a survey.
    Errors: #N/A for an occupation or area without figures, or figures withheld; #NUM! for a percentile
    outside 0.1 to 0.9.
    Source: U.S. Bureau of Labor Statistics, Occupational Employment and Wage Statistics, May 2025.
    """
    return market.market_pay(percentile, *_series(occupation, area, wages))


@function(
    "Base pay and market",
    Result("Percentile from 0.1 to 0.9; 0.5 is the median.", "ratio"),
    {
        "salary": money("Annual salary; above 0.", "USD/year"),
        "occupation": _OCCUPATION,
        "area": _AREA,
        "wages": _OWN_WAGES,
    },
    examples=('CSM_MARKETPERCENTILE({75900;98340}, "13-1199", "Boston")',),
    exact=False,
)
def market_percentile(salary: Any, occupation: str, area: str, wages: Grid | None = None) -> Array:
    """Where a salary stands in the market, log-linear between the published percentiles.

    Figures and names as for CSM_MARKETPAY; base pay plus commission is what compares.
    Errors: #N/A as there; #NUM! for a salary below the 10th percentile or above the 90th, the last that
    are published.
    Source: U.S. Bureau of Labor Statistics, Occupational Employment and Wage Statistics, May 2025.
    """
    return market.market_percentile(salary, *_series(occupation, area, wages))


def _series(occupation: str, area: str, own: Grid | None) -> tuple[tuple[float, ...], Array]:
    """The percentiles and the wage at each, NaN where one is not known: built in, or the user's own."""
    from csm_xl.data import wages as held

    if own is None:
        at = held.wages(occupation, area).at
        return held.PERCENTILES, np.array([np.nan if wage is None else wage for wage in at], dtype=np.float64)
    columns = read_form(own, "wages", (_WAGES,))
    named = [f"{job} in {place}" for job, place in zip(columns["occupation"], columns["area"], strict=True)]
    rows = rows_by_name(np.array(named, dtype=object), "wages")
    row = rows.get(plain_name(f"{occupation} in {area}"))
    if row is None:
        wanted = f"{occupation} in {area}"
        raise CsmError(NOT_FOUND, "the table has no such occupation and area", "wages", wanted,
                       f"{did_you_mean(wanted, named)}There are {listed(named)}.")  # fmt: skip
    given = {each: columns[f"p{round(100 * each)}"][row] for each in held.PERCENTILES
             if f"p{round(100 * each)}" in columns}  # fmt: skip
    known = {each: wage for each, wage in given.items() if not np.isnan(wage)}
    if len(known) < 2 or sorted(known.values()) != list(known.values()):
        raise CsmError(VALUE, "the wages are not two or more that rise with their percentiles",
                       f"wages row {row + 1}", listed(map(str, known.values())),
                       "Give at least two of p10, p25, p50, p75 and p90.")  # fmt: skip
    return tuple(known), np.array(list(known.values()))


@function(
    "Base pay and market",
    Result("Gap to the median of the peers; −0.1 is 10% below it.", "ratio"),
    {
        "salary": _SALARY,
        "peers": money("Salaries of peers of the same level, role and experience.", "money/year", "column",
                       at_least=0),
    },
    examples=("CSM_PEERGAP({90000;110000}, {90000;95000;105000;120000})",),
)  # fmt: skip
def peer_gap(salary: Any, peers: Array) -> Array:
    """Internal equity: salary / median of the peers − 1.

    Errors: no peers; #NUM! for a median of 0; a salary below 0.
    """
    return pay.peer_gap(salary, peers)
