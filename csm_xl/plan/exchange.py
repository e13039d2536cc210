"""Exchange rates: what one unit of a currency is in another on a day, and whether the table can say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from csm_xl.errors import NOT_FOUND, CsmError
from csm_xl.pay.rounding import Array
from csm_xl.plan.calendar import sound_calendar
from csm_xl.plan.currencies import usual_rate
from csm_xl.plan.currency_codes import CODES, meant_currencies
from csm_xl.plan.findings import Findings, shown_day
from csm_xl.plan.outliers import times
from csm_xl.plan.paid_in import CURRENCY, Currencies
from csm_xl.plan.periods import Period
from csm_xl.plan.plausible import TOO_LARGE, UNUSUAL
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED

_MOVES: Final = 1.2
"""A rate this many times every other one of its pair probably has a wrong digit."""
_TURNED: Final = 1.05
"""From here on a rate is unlike the others, and perhaps the other way round."""
_FAR: Final = 20.0
"""No rate is this many times what it roughly is: the figures of `usual_rate` are of one year."""
_OFF: Final = 1.15
_NEAR: Final = 1.08
"""So far from what it roughly is, while 1 divided by it is so near, a rate is perhaps inverted."""
_TWO: Final = 2
_OLD: Final = 400
"""Days after which a rate is no longer of a deal's day."""
_INVERSE: Final = 1.1
"""How far the product of a pair's rates both ways may lie from 1."""
Pair = tuple[str, str]


class Rates:
    """The rates of a table, each as it was typed: none is inverted, and none goes by way of a third currency.

    Source: IAS 21.21-22, an amount is translated at the rate of its day, or at that of its period.
    """

    def __init__(self, tables: Tables) -> None:
        self.table = tables["rates"]
        self._from: dict[Pair, list[tuple[int, int]]] = {}  # first day and row, in time
        self._in: dict[Pair, list[tuple[Period, int]]] = {}
        calendar = sound_calendar(tables["periods"]) if (self.table.columns["period"] != "").any() else None
        for row in np.argsort(self.table.columns["date"], kind="stable").tolist():
            pair, name = _pair(self.table, row), self.table.columns["period"][row]
            if not name:
                self._from.setdefault(pair, []).append((int(self.table.columns["date"][row]), row))
                continue
            try:
                period = calendar.find(name) if calendar else None
            except CsmError:
                continue  # reported about every named period
            if period:
                self._in.setdefault(pair, []).append((period, row))

    def row(self, pair: Pair, day: int) -> int:
        """The row of the rate of a pair on a day; −1 where there is none.

        The latest date on or before the day; of periods that hold it, the shortest.
        """
        dated = [row for first, row in self._from.get(pair, ()) if first <= day]
        if dated:
            return dated[-1]
        named = [(one.days, row) for one, row in self._in.get(pair, ()) if one.start <= day <= one.end]
        return min(named)[1] if named else -1


def _pair(table: Table, row: int) -> Pair:
    codes = (str(table.columns[name][row]).upper() for name in ("from_currency", "to_currency"))
    return next(codes), next(codes)


def check_exchange(tables: Tables, out: Findings) -> None:
    """Collect rates that say two things or nothing, or are odd; and deals whose money no rate exchanges."""
    table = tables["rates"]
    for row in range(table.rows):
        _check_row(table, row, out)
    pairs: dict[Pair, list[int]] = {}
    for row in range(table.rows):
        pairs.setdefault(_pair(table, row), []).append(row)
    for rows in pairs.values():
        _check_pair(table, rows, out)
    _check_inverse(table, pairs, out)
    wanted = _wanted(tables)
    _check_missing(tables, wanted, pairs, out)
    _check_blank(tables["deals"], out)
    _check_old(tables, wanted, out)
    for pair, rows in pairs.items():
        if pair not in wanted and pair[0] != pair[1]:
            what = f"no deal in {pair[0]} is paid in {pair[1]}, so the rate changes nobody's pay"
            for row in rows:
                out.warning(table, row, "rate", what, "None needed if this is intended.", severity="note",
                            kind="rates are for currencies that no deal needs", rule=UNUSED)  # fmt: skip


def _check_row(table: Table, row: int, out: Findings) -> None:
    one, other = _pair(table, row)
    usual, rate = usual_rate(one, other), float(table.columns["rate"][row])
    if usual is not None and rate > 0 and not 1 / _FAR < rate / usual < _FAR:
        what = f"the rate of {one} in {other} is {times(rate, usual, 'its approximate value')}"
        hint = (
            f"Correct it: the rate is how many {other} one {one} is. --accept {TOO_LARGE} uses it as entered."
        )
        out.error(table, row, "rate", what, hint, rule=TOO_LARGE)
    if usual is not None and rate > 0 and one != other:
        off, turned = (abs(float(np.log(each / usual))) for each in (rate, 1 / rate))
        if off > np.log(_OFF) and turned < np.log(_NEAR):
            what = f"the rate of {one} in {other}, {rate:,.10g}, is far from its approximate value"
            what += f", {usual:.4g}, but 1 divided by it is near that"
            out.warning(table, row, "rate", f"{what}: is it inverted?",
                        f"The rate is how many {other} one {one} is. Correct it if it is inverted.",
                        rule=UNUSUAL, kind="rates may be inverted")  # fmt: skip
        elif rate == 1 and off > np.log(_NEAR):
            out.warning(table, row, "rate", f"the rate of {one} in {other} is exactly 1",
                        f"Type how many {other} one {one} is.", rule=UNUSUAL)  # fmt: skip
    dated, named = bool(table.columns["date"][row]), bool(table.columns["period"][row])
    if one == other:
        out.error(table, row, "to_currency", f"the rate is of {one} in {other}, which is 1",
                  "Type two currencies, or remove the row.")  # fmt: skip
    if dated and named:
        out.error(table, row, "date", "the rate has both a date and a period", "Clear one of the two.")
    elif not dated and not named:
        out.error(table, row, "date", "the rate has neither a date nor a period",
                  "Enter the first day on which it applies, or its period.")  # fmt: skip


def _check_pair(table: Table, rows: Sequence[int], out: Findings) -> None:
    """The rates of one pair: all by day or all by period, and none unlike all others."""
    days = table.columns["date"]
    dated = [row for row in rows if days[row]]
    if dated and len(dated) < len(rows):
        row = next(row for row in rows if not days[row])
        what = f"rates of {' in '.join(_pair(table, row))} are stated by date and by period"
        out.error(table, row, "period", f"{what} ({table.where(dated[0], 'date')})", "Use one of the two.")
    typed = table.columns["rate"][list(rows)]
    logs = np.log(np.where(typed > 0, typed, 1.0))
    first = min(rows, key=lambda row: int(days[row])) if len(rows) <= _TWO else None
    for at, row in enumerate(rows):
        if row == first:
            continue  # of two, the later is the one that differs
        others = np.delete(logs, at)
        apart, turned = (float(np.min(np.abs(sign * logs[at] - others))) for sign in (1, -1))
        rate = float(typed[at])
        if apart > np.log(_TURNED) and turned < apart / 2:
            what = f"the rate {rate:,.10g} is unlike the others of its pair, but 1 divided by it is like them"
            out.warning(table, row, "rate", f"{what}: is it inverted?", "Correct it if it is.",
                        rule=UNUSUAL)  # fmt: skip
        elif apart > np.log(_MOVES):
            near = float(np.exp(others[np.argmin(np.abs(logs[at] - others))]))
            what = f"the rate {rate:,.10g} is {times(rate, near, 'the closest other rate of its pair')}"
            out.warning(table, row, "rate", what, "Correct it if a digit is wrong.", rule=UNUSUAL)


def _check_inverse(table: Table, pairs: Mapping[Pair, Sequence[int]], out: Findings) -> None:
    """A pair both ways: the two rates together are about 1."""
    rate = table.columns["rate"]
    for (one, other), rows in pairs.items():
        back = pairs.get((other, one), ())
        if one < other and back:
            product = float(rate[rows[-1]] * rate[back[-1]])
            if product > 0 and not 1 / _INVERSE < product < _INVERSE:
                what = f"one {one} is {rate[rows[-1]]:.10g} {other}, and one {other} is"
                out.warning(table, rows[-1], "rate", f"{what} {rate[back[-1]]:.10g} {one}",
                            "Correct one of the two.", rule=UNUSUAL)  # fmt: skip


def worth(tables: Tables) -> Array:
    """The amount of each deal as it is compared with goals and salaries: in the currency in which one of its
    people is paid, at the rate of its date; NaN where no rate is known."""
    amounts: Array = tables["deals"].columns["amount"]
    found, typed = np.array(amounts, dtype=np.float64), tables["rates"].columns["rate"]
    for _, row, at in _exchanged(tables, _wanted(tables)):
        found[row] = amounts[row] * (typed[at] if at >= 0 else np.nan)
    return found


def _exchanged(tables: Tables, wanted: Mapping[Pair, Sequence[int]]) -> Iterator[tuple[Pair, int, int]]:
    """Each deal that is exchanged: the currencies, its row, and the row of the rate on its date; −1 where no
    rate is known. wanted: as `_wanted` gives it."""
    days, rates = tables["deals"].columns["date"], Rates(tables)
    for pair, rows in wanted.items():
        yield from ((pair, row, rates.row(pair, int(days[row]))) for row in rows)


def _wanted(tables: Tables) -> dict[Pair, list[int]]:
    """Which currencies must be exchanged → the deals for which that is so."""
    deals = tables["deals"]
    if not (deals.columns[CURRENCY] != "").any():
        return {}
    codes, known = [str(code).upper() for code in deals.columns[CURRENCY].tolist()], Currencies(tables)
    people: dict[str, set[str]] = {}
    credits = tables["credits"].columns
    for deal, who in zip(credits["deal_id"].tolist(), credits["employee_id"].tolist(), strict=True):
        people.setdefault(deal, set()).add(who)
    found: dict[Pair, list[int]] = {}
    names, owners = (deals.columns[name].tolist() for name in ("deal_id", "employee_id"))
    for row, (name, owner, code) in enumerate(zip(names, owners, codes, strict=True)):
        for who in people.get(name, {owner} - {""}) if code else ():
            theirs = known.of(who)
            if theirs and theirs != code:
                found.setdefault((code, theirs), []).append(row)
    return found


def _check_missing(
    tables: Tables, wanted: Mapping[Pair, Sequence[int]], pairs: Mapping[Pair, Sequence[int]], out: Findings
) -> None:
    deals = tables["deals"]
    for (one, other), rows in wanted.items():
        if (one, other) in pairs:
            continue
        turned = (
            f": it has one of {other} in {one}, but rates are never inverted" if (other, one) in pairs else ""
        )
        for row in rows:
            name = deals.columns["deal_id"][row]
            what = f"deal {name} is in {one} but paid in {other}, and rates has no such rate{turned}"
            meant = " or ".join(meant_currencies(one)) if one not in CODES else ""
            hint = f"Type {meant}, if that is meant. " if meant else ""
            hint += f"Add {one}, {other}, the rate and its first day to rates; or correct the currency of the"
            hint += " deal, person or plan."
            kind = f"deals in {one} are paid in {other}, and rates has no such rate{turned}"
            out.error(deals, row, CURRENCY, what, hint, NOT_FOUND, kind=kind)


def _check_blank(deals: Table, out: Findings) -> None:
    """Where most deals have a currency, one without was probably forgotten."""
    blank = np.flatnonzero(deals.columns[CURRENCY] == "").tolist()
    if 0 < len(blank) < deals.rows - len(blank):
        for row in blank:
            what = "currency is blank, but most deals have one: the amount is in the currency of its people"
            out.warning(deals, row, CURRENCY, what, "Enter the currency.",
                        kind="deals have no currency, but most have one")  # fmt: skip


def _check_old(tables: Tables, wanted: Mapping[Pair, Sequence[int]], out: Findings) -> None:
    """Deals whose latest rate is of more than a year before them."""
    deals, table = tables["deals"].columns, tables["rates"]
    for pair, row, at in _exchanged(tables, wanted):
        day, of = int(deals["date"][row]), int(table.columns["date"][at]) if at >= 0 else 0
        if of and day - of > _OLD:
            what = f"the latest rate of {pair[0]} in {pair[1]} is from {shown_day(of)}, but deal"
            what += f" {deals['deal_id'][row]} is dated {shown_day(day)}"
            kind = f"deals are exchanged at a rate of {pair[0]} in {pair[1]} from {shown_day(of)}"
            out.warning(table, at, "date", what, "Add the rates since then.", kind=kind)


def missing_rate(pair: Pair, day: int, deal: str) -> tuple[str, str]:
    """What is said about a deal whose money cannot be exchanged on its day, and what to do.

    >>> missing_rate(("EUR", "USD"), 739_650, "D1")[0]
    'deal D1 counts on 2026-02-03, but rates has no rate of EUR in USD for it'
    """
    what = f"deal {deal} counts on {shown_day(day)}, but rates has no rate of {pair[0]} in {pair[1]} for it"
    return what, f"Add {pair[0]}, {pair[1]}, the rate and a date on or before that day to rates."
