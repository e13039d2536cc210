"""What people are paid in one currency: each payout line at the rate of its period, then added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, CsmError, Issue
from csm_xl.pay.rounding import exact, round_money
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.currency_codes import decimals
from csm_xl.plan.exchange import Rates
from csm_xl.plan.findings import shown_day
from csm_xl.plan.paid_in import CURRENCY
from csm_xl.plan.tables import Tables

HEADER: Final = ("currency", "variable", "in_currency", "in_variable")


@dataclass(frozen=True, slots=True)
class Exchanged:
    """Payout lines in one currency. of: per currency that is paid what its lines come to in it, and in the
    one that is asked for, money. total: the sum of these.
    """

    currency: str
    of: dict[str, tuple[float, float]]

    @property
    def total(self) -> float:
        """What everybody is paid, in the one currency."""
        return float(sum(Fraction(str(there)) for _, there in self.of.values()))

    def rows(self) -> list[list[Any]]:
        """A header, then a row per currency that is paid."""
        return [list(HEADER), *([code, own, self.currency, there] for code, (own, there) in self.of.items())]


def exchanged(lines: Sequence[Sequence[Any]], tables: Tables, currency: str) -> Exchanged:
    """Payout lines in one currency.

    lines: with their currency as the last column; a header first. currency: its code.
    Each paid line is multiplied by the rate of the last day of its period (see `Rates.row`) and rounded once,
    to the minor unit of the currency; a rate is never inverted, nor taken by way of a third currency.
    Errors: every rate that is missing.
    Source: IAS 21.21-22.
    """
    code = currency.strip().upper()
    header, *body = lines
    at = {name: header.index(name) for name in ("period", "amount", CURRENCY)}
    rates, calendar = Rates(tables), Calendar(tables["periods"])
    unit = 10.0 ** -decimals(code)
    paid: dict[tuple[str, str], list[float]] = {}
    for line in body:
        paid.setdefault((str(line[at[CURRENCY]]), str(line[at["period"]])), []).append(line[at["amount"]])
    found: dict[str, tuple[Fraction, Fraction]] = {}
    missing: list[Issue] = []
    for (own, name), amounts in sorted(paid.items()):
        period, rate = calendar.find(name), Fraction(1)
        if own != code:
            row = rates.row((own, code), period.end)
            if row < 0:
                missing.append(_missing(own, code, period.name, period.end, tables))
                continue
            rate = exact(rates.table.columns["rate"][row]).item()
        here = exact(amounts)
        before = found.get(own, (Fraction(0), Fraction(0)))
        there = round_money(here * rate, unit)
        found[own] = (before[0] + sum(here.tolist()), before[1] + sum(there.tolist()))
    if missing:
        raise CsmError.of(missing)
    return Exchanged(code, {own: (float(here), float(there)) for own, (here, there) in found.items()})


def _missing(own: str, code: str, period: str, day: int, tables: Tables) -> Issue:
    what = f"there is no rate of {own} in {code} for {period}"
    hint = f"Type it in the table rates: how many {code} one {own} is, with a date up to {shown_day(day)}."
    return Issue(NOT_FOUND, what, tables["rates"].where(0) if tables["rates"].rows else "rates", None, hint)
