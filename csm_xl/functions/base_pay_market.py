"""Worksheet functions of base pay: what the market and peers are paid."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, listed
from csm_xl.functions.cell_range import CellRange
from csm_xl.functions.percent_rates import LIKE, refuse_other_unit
from csm_xl.functions.registry import Result, cells, function, money, ratio, text
from csm_xl.functions.table_shapes import read_shape, rows_by_name
from csm_xl.pay import market
from csm_xl.pay import salary as pay
from csm_xl.pay.rounding import Array
from csm_xl.plan.names import did_you_mean, plain_name
from csm_xl.plan.schema import Column
from csm_xl.plan.schema.year import WAGES

_SALARY: Final = money("Annual base salary.", "money/year")


_OCCUPATION: Final = text(
    "Code or title. Customer success has no code; use the proxies 13-1199, 41-3091 or 13-1161."
)


_AREA: Final = text("National, a state, or a metropolitan area by name, code or first city, such as Boston.")


_WAGES: Final = (
    Column("occupation", "id", "Occupation, spelled as in the argument.", required=True),
    Column("area", "id", "Area, spelled as in the argument.", required=True),
    *(WAGES.column(f"p{n}") for n in (10, 25, 50, 75, 90)),
)


_OWN_WAGES: Final = cells(
    "Rows (occupation, area, p10, p25, p50, p75, p90) to use instead of the built-in wages.",
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
def market_pay(occupation: str, area: str, percentile: Any = 0.5, wages: CellRange | None = None) -> Array:
    """Market pay at a percentile, log-linear between the published percentiles (10, 25, 50, 75, 90).

    Survey estimates of wages in May 2025 in all industries, including commissions but not annual bonuses.
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
def market_percentile(salary: Any, occupation: str, area: str, wages: CellRange | None = None) -> Array:
    """Market percentile of a salary, log-linear between the published percentiles.

    Figures and names as for CSM_MARKETPAY; the comparable figure is base pay plus commission.
    Errors: #N/A as there; #NUM! for a salary below the 10th or above the 90th percentile, the lowest and
    highest published.
    Source: U.S. Bureau of Labor Statistics, Occupational Employment and Wage Statistics, May 2025.
    """
    return market.market_percentile(salary, *_series(occupation, area, wages))


def _series(occupation: str, area: str, own: CellRange | None) -> tuple[tuple[float, ...], Array]:
    """The percentiles and the wage at each, NaN where unknown: built in, or from your own table."""
    from csm_xl.data import wages as held

    if own is None:
        at = held.wages(occupation, area).at
        return held.PERCENTILES, np.array([np.nan if wage is None else wage for wage in at], dtype=np.float64)
    columns = read_shape(own, "wages", (_WAGES,))
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
        raise CsmError(VALUE, "wages must have at least two percentiles and rise with them",
                       f"wages row {row + 1}", listed(map(str, known.values())),
                       "Give at least two of p10, p25, p50, p75 and p90.")  # fmt: skip
    return tuple(known), np.array(list(known.values()))


_THOUSANDS: Final = 50.0
"""From this factor on, a peer is not paid otherwise but in another unit."""


@function(
    "Base pay and market",
    Result("Difference from the peer median; −0.1 is 10% below.", "ratio"),
    {
        "salary": _SALARY,
        "peers": money("Salaries of peers with the same level, role and experience.", "money/year", "column",
                       at_least=0),
    },
    examples=("CSM_PEERGAP({90000;110000}, {90000;95000;105000;120000})",),
)  # fmt: skip
def peer_gap(salary: Any, peers: Array) -> Array:
    """Internal equity: salary / median of the peers − 1.

    Errors: no peers; a peer without pay; #NUM! for a median of 0; a salary below 0; the two, or one of
    the peers, in different units.
    """
    if len(peers):
        if np.min(peers) == 0 < np.median(peers):
            raise CsmError(VALUE, "a peer has a salary of 0, which a look-up gives for a blank", "peers", 0,
                           "Leave blanks blank.")  # fmt: skip
        names = ("the salary of a peer", "the median of the peers")
        refuse_other_unit(peers, np.median(peers), names, _THOUSANDS)
        refuse_other_unit(salary, np.median(peers), ("salary", "peers"), LIKE)
    return pay.peer_gap(salary, peers)
