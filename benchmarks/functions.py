"""What each vectorized function costs a row, beside plain NumPy on the same formula.

Two prices: the rule on columns of float64, which is what the engine and other Python code pay and what
the target is for; and the call from outside, which reads 100,000 cells per argument and hands one back
for each row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, wraps
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks._table import table
from csm_xl.data.places import labour
from csm_xl.functions import find
from csm_xl.functions.calling import call, compute

Plain = Callable[..., Any]
"""The formula on what the rule gets, without its checks and without its exactness."""

ROWS = 100_000
MOST = 5.0
TURNS, SECONDS = 3, 1.0
"""A time is the shortest of at least TURNS runs, and of as many more as fit into SECONDS."""


class Columns:
    """Columns of typed values, as cells hold them, drawn again in the same way for every case."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.random = np.random.default_rng(20260301)

    def _kept(self, drawn: Any, places: int) -> list[float]:
        return np.round(drawn, places).tolist()  # type: ignore[no-any-return]

    def money(self, least: float, most: float) -> list[float]:
        """Amounts; none is so small that it would be taken for a ratio, and refused."""
        return self._kept(self.random.uniform(max(least, 10.0), most, self.rows), 2)

    def ratios(self, least: float, most: float) -> list[float]:
        return self._kept(self.random.uniform(least, most, self.rows), 4)

    def counts(self, least: int, most: int) -> list[float]:
        return self._kept(self.random.integers(least, most + 1, self.rows), 0)

    def shares(self) -> list[float]:
        """Typed ratios that sum to 1."""
        each = np.full(self.rows, 10**12 // self.rows)
        each[0] += 10**12 - int(each.sum())
        return self._kept(each / 1e12, 12)

    def days(self, first: date, span: int) -> list[date]:
        return [first + timedelta(int(day)) for day in self.random.integers(0, span, self.rows)]


@dataclass(frozen=True)
class Case:
    """A function on columns.

    arguments: what a worksheet would give, from columns of that many rows. plain: the formula in NumPy; None
    where it has no expression for it. says: what shows this case from another of the function, or why
    there is no expression.
    """

    function: str
    arguments: Callable[[Columns], tuple[Any, ...]]
    plain: Plain | None
    says: str = ""


KNOTS = [[0.9, 0.5], [1, 1], [1.2, 1.5]]
TIERS = [[0, 0.04], [50_000, 0.06], [150_000, 0.09]]
BOUNDS, RATES = (0, 50_000, 150_000), (0.04, 0.06, 0.09)
GRID = [[None, 100, 200], [0.9, 0.5, 0.8], [1.0, 1.0, 1.5]]
MERIT: list[list[Any]] = [[None, 0, 0.9, 1.1], ["Met", 0.04, 0.03, 0.02], ["High", 0.07, 0.06, 0.05]]
MATCH = [[0, 0.03, 1], [0.03, 0.05, 0.5]]
ITEMS = [["Health", 9000, 0], ["Retirement", 0, 0.04]]
YEAR_2026 = date(2026, 1, 1), date(2026, 12, 31)
HISTORY = [[date(2025, 1, 1), 80_000], [date(2026, 2, 15), 90_000]]
MONTHS = 48


def interp(at: Any, knots: Any) -> Any:
    return np.interp(at, knots[:, 0], knots[:, 1], left=0.0)


def slices(x: Any, *_: Any, bounds: Any = BOUNDS, rates: Any = RATES) -> Any:
    ends = (*bounds[1:], np.inf)
    return sum(
        rate * np.clip(x - low, 0, high - low) for low, high, rate in zip(bounds, ends, rates, strict=True)
    )


def looked_up(r: Any, c: Any, cells: Any, *_: Any) -> Any:
    padded = np.zeros(cells.shape)
    padded[1:, 1:] = cells[1:, 1:]
    return padded[np.searchsorted(cells[1:, 0], r, "right"), np.searchsorted(cells[0, 1:], c, "right")]


def ledger(earned: Any, draw: Any, *_: Any) -> Any:
    """The draw in plain floats, a period at a time, as a worksheet goes down its rows."""
    owed, rows = 0.0, []
    for gain in earned.tolist():
        back = min(owed, max(gain - draw[0], 0.0))
        owed += max(draw[0] - gain, 0.0) - back
        rows.append((max(gain, draw[0]) - back, back, owed))
    return rows


factor = cache(labour)


def merited(pay: Any, _: Any, __: Any, least: Any, most: Any, scale: Any, months: Any, more: Any) -> Any:
    bands, increase = np.array(MERIT[0][1:], dtype=float), np.array(MERIT[2][1:], dtype=float)
    gain = (
        pay * increase[np.searchsorted(bands, pay / ((least + most) / 2), "right") - 1] * scale * months / 12
    )
    kept = np.minimum(gain, np.maximum(most - pay, 0))
    return pay + kept, kept, gain - kept


def withheld(shares: Any, price: Any, rate: Any) -> Any:
    sold = np.minimum(np.ceil(shares * rate), shares)
    return shares * price, sold, shares - sold, (shares - sold) * price


def bracket_tax(income: Any, *_: Any) -> Any:
    bounds = (0, 11_925, 48_475, 103_350, 197_300, 250_525, 626_350)
    rates = (0.1, 0.12, 0.22, 0.24, 0.32, 0.35, 0.37)
    return slices(np.maximum(income - 15_750, 0), bounds=bounds, rates=rates)


def left_after_tax(gross: Any, *_: Any) -> Any:
    return gross - bracket_tax(gross) - 0.062 * np.minimum(gross, 176_100) - slices(
        gross, bounds=(0, 200_000), rates=(0.0145, 0.0235))  # fmt: skip


def vested(shares: Any, grant: Any, _: Any, day: Any) -> Any:
    """Whole months from the grant in floats; wrong at month ends, as worksheets are."""
    passed = np.floor((day - grant) / 30.4375)
    return np.floor(shares * np.where(passed < 12, 0, np.minimum(passed / MONTHS, 1)))


def line_in_logs(at: Any, xs: Any, ys: Any) -> Any:
    return np.exp(np.interp(at, xs, np.log(ys)))


def days_within(start: Any, end: Any, first: Any, last: Any) -> Any:
    return np.maximum(np.minimum(end, np.inf if last is None else last) - np.maximum(start, first) + 1, 0)


def percentile(value: Any, peers: Any) -> Any:
    group = np.sort(peers)
    return np.interp(value, group, np.arange(len(group)) / (len(group) - 1))


CASES = (
    Case("CSM_TOTALCOMP", lambda c: (c.money(5e4, 1e5), c.money(0, 3e4), c.ratios(0, 1.5)),
         lambda base, target, ratio, *more: base + target * ratio + more[0] + more[1] + more[2]),
    Case("CSM_OTE", lambda c: (c.money(5e4, 1e5), c.money(0, 3e4)), lambda base, target: base + target),
    Case("CSM_PAYMIX", lambda c: (c.money(5e4, 1e5), c.money(0, 3e4)), lambda b, t: b / (b + t)),
    Case("CSM_SPLITOTE", lambda c: (c.money(5e4, 1e5), c.ratios(0.5, 1)), lambda o, s: (o * s, o - o * s)),
    Case("CSM_TARGETINCENTIVE", lambda c: (c.money(5e4, 1e5), c.ratios(0, 0.3), 4.0),
         lambda salary, ratio, periods: salary * ratio / periods),
    Case("CSM_ATTAINMENT", lambda c: (c.money(0, 2e5), c.money(5e4, 1e5)), lambda a, g, *_: a / g),
    Case("CSM_ATTAINMENT", lambda c: (c.ratios(0, 0.1), c.ratios(0.04, 0.06), "lower"),
         lambda a, g, *_: 2 - a / g, "lower"),
    Case("CSM_PAYCURVE", lambda c: (c.ratios(0.5, 1.5), KNOTS), lambda a, knots, *_: interp(a, knots)),
    Case("CSM_TIERPAY", lambda c: (c.money(0, 3e5), TIERS), slices),
    Case("CSM_TIERPAY", lambda c: (c.money(0, 1e5), TIERS, "marginal", c.money(0, 2e5)),
         lambda x, tiers, mode, prior, tie: slices(prior + x) - slices(prior), "prior"),
    Case("CSM_TIERPAY", lambda c: (c.money(0, 3e5), TIERS, "whole"),
         lambda x, *_: x * np.array(RATES)[np.searchsorted(BOUNDS, x, "right") - 1], "whole"),
    Case("CSM_BLENDEDRATE", lambda c: (c.money(1, 3e5), TIERS), lambda x, *_: slices(x) / x),
    Case("CSM_WEIGHTED", lambda c: (c.ratios(0, 1.5), c.shares()), lambda r, w, _: (r * w).sum()),
    Case("CSM_GATE", lambda c: (c.ratios(0.7, 1), 0.8, c.ratios(0, 1.5), 0.5),
         lambda m, least, p, other: np.where(m >= least, p, np.minimum(p, other))),
    Case("CSM_MODIFY", lambda c: (c.money(0, 1e4), c.ratios(0.5, 1.6), 0.8, 1.2),
         lambda p, factor, low, high: p * np.clip(factor, low, high)),
    Case("CSM_CAP", lambda c: (c.ratios(0, 3), 0.5, 2.0), lambda p, low, high: np.clip(p, low, high)),
    Case("CSM_MATRIX", lambda c: (c.ratios(0.8, 1.2), c.money(50, 250), GRID), looked_up),
    Case("CSM_MBO", lambda c: (c.shares(), c.ratios(0, 1.2), 1.0),
         lambda w, s, most: (w * np.minimum(s, most)).sum()),
    Case("CSM_COMMISSION", lambda c: (c.money(0, 1e5), 0.02, c.ratios(0, 1), 250.0),
         lambda a, rate, split, fixed: a * rate * split + fixed),
    Case("CSM_CREDIT", lambda c: (1e6, c.shares()), None, "cents by largest remainder"),
    Case("CSM_SPIF", lambda c: (c.counts(0, 12), 250.0, 2000.0), lambda n, a, cap: np.minimum(n * a, cap)),
    Case("CSM_POOL", lambda c: (c.money(0, 1e4), 4e8), None, "cents by largest remainder"),
    Case("CSM_POOLSHARES", lambda c: (4e8, c.money(1, 1e4), 1e4), None, "cents by largest remainder"),
    Case("CSM_RANKPAY", lambda c: (c.ratios(0, 2), c.ratios(0, 2), [[0.25, 0.5], [0.5, 1], [0.75, 2]]),
         lambda value, peers, knots: interp(percentile(value, peers), knots)),
    Case("CSM_DAYS", lambda c: (*YEAR_2026, c.days(date(2025, 6, 1), 600)), days_within),
    Case("CSM_PRORATE", lambda c: (c.money(0, 1e5), *YEAR_2026, c.days(date(2025, 6, 1), 600)),
         lambda a, start, end, first, *_: a * days_within(start, end, first, None) / (end - start + 1)),
    Case("CSM_PRORATE",
         lambda c: (c.money(0, 1e5), *YEAR_2026, c.days(date(2025, 6, 1), 600), None, "months"), None,
         "months"),
    Case("CSM_ELIGIBLESALARY",
         lambda c: (HISTORY, c.days(date(2026, 1, 1), 31), c.days(date(2026, 3, 1), 31)),
         lambda history, start, end, _: (
             80_000 * days_within(start, end, 0, history[1, 0] - 1)
             + 90_000 * days_within(start, end, history[1, 0], None)) / (end - start + 1)),
    Case("CSM_RAMP", lambda c: (c.money(0, 1e5), [0, 0.25, 0.5, 0.75, 1], c.counts(1, 9)),
         lambda quota, ramp, month: quota * ramp[np.minimum(month, 5).astype(np.intp) - 1]),
    Case("CSM_GUARANTEE", lambda c: (c.money(0, 5e3), 1500.0), np.maximum),
    Case("CSM_DRAW", lambda c: (c.money(0, 5e3), [2500.0]), ledger, "periods of one ledger"),
    Case("CSM_TRUEUP", lambda c: (c.money(0, 2e4), c.money(0, 1e4)), lambda e, p, _: e - p),
    Case("CSM_TRUEUP", lambda c: (c.money(0, 2e4), c.money(0, 1e4), 1e4),
         lambda e, p, most: np.minimum(e, most) - p, "capped"),
    Case("CSM_HOLDBACK", lambda c: (c.money(0, 1e4), 0.25), lambda e, r: (e - e * r, e * r)),
    Case("CSM_CLAWBACK", lambda c: (c.money(0, 5e3), 12.0, c.counts(0, 15)),
         lambda p, term, active, *_: p * np.maximum(1 - active / term, 0)),
    Case("CSM_GRR", lambda c: (c.money(1e5, 2e5), c.money(0, 4e4), c.money(0, 4e4)),
         lambda s, churn, less: (s - churn - less) / s),
    Case("CSM_NRR", lambda c: (c.money(1e5, 2e5), c.money(0, 4e4), c.money(0, 4e4), c.money(0, 4e4)),
         lambda s, more, churn, less: (s + more - churn - less) / s),
    Case("CSM_RETENTION", lambda c: (list(zip(c.money(0, 1e4), c.money(0, 1e4), strict=True)),),
         lambda rows, _: np.minimum(rows[:, 0], rows[:, 1]).sum() / rows[:, 0].sum()),
    Case("CSM_LOGORETENTION", lambda c: (c.counts(150, 200), c.counts(100, 150), c.counts(0, 20)),
         lambda start, end, new: (end - new) / start),
    Case("CSM_CHURN", lambda c: (c.money(1e5, 2e5), c.money(0, 4e4)), lambda s, lost: lost / s),
    Case("CSM_COVERAGE", lambda c: (c.money(0, 4e5), c.money(1e5, 2e5)), lambda p, target: p / target),
    Case("CSM_NPS", lambda c: (c.counts(0, 10),),
         lambda s: 100 * ((s >= 9).sum() - (s <= 6).sum()) / len(s)),
    Case("CSM_NPSCOUNTS", lambda c: (c.counts(0, 90), c.counts(0, 90), c.counts(1, 90)),
         lambda p, n, d: 100 * (p - d) / (p + n + d)),
    Case("CSM_CSAT", lambda c: (c.counts(1, 5),), lambda s, least: (s >= least).sum() / len(s)),
    Case("CSM_CSATCOUNTS", lambda c: (c.counts(0, 90), c.counts(90, 120)), lambda s, n: s / n),
    Case("CSM_HEALTH", lambda c: (c.ratios(0, 100), c.ratios(0, 3)), lambda v, w: (v * w).sum() / w.sum()),
    Case("CSM_GINI", lambda c: (c.money(0, 1e4),), None, "exact sums: equals give 0"),
    Case("CSM_COMPARATIO", lambda c: (c.money(5e4, 1e5), c.money(6e4, 9e4)), lambda s, m: s / m),
    Case("CSM_RANGEPENETRATION", lambda c: (c.money(5e4, 1e5), 6e4, 1e5), lambda s, a, b: (s - a) / (b - a)),
    Case("CSM_MERIT", lambda c: (c.money(6e4, 1e5), "High", MERIT, 6e4, 1e5), merited),
    Case("CSM_PROMOTE", lambda c: (c.money(6e4, 1e5), 0.08, 8e4, 1e5),
         lambda s, r, low, high: np.maximum(np.minimum(np.maximum(s * (1 + r), low), high), s)),
    Case("CSM_GEOPAY", lambda c: (c.money(6e4, 1e5), "California"),
         lambda national, place, *_: national * float(factor(place))),
    Case("CSM_SKILLPREMIUM", lambda c: (c.money(6e4, 1e5), "German", [["German", 0.02]], 6000.0),
         lambda salary, _, __, cap: np.minimum(salary * 0.02, cap)),
    Case("CSM_MARKETPAY", lambda c: ("13-1199", "Boston", c.ratios(0.1, 0.9)), None, "powers"),
    Case("CSM_MARKETPERCENTILE", lambda c: (c.money(6e4, 1.4e5), "13-1199", "Boston"), None, "logarithms"),
    Case("CSM_PEERGAP", lambda c: (c.money(6e4, 1e5), c.money(6e4, 1e5)), lambda s, p: s / np.median(p) - 1),
    Case("CSM_MATCH", lambda c: (c.money(6e4, 1e5), c.ratios(0, 0.15), MATCH),
         lambda s, d, _: s * slices(d, bounds=(0, 0.03, 0.05), rates=(1, 0.5, 0))),
    Case("CSM_BENEFITS", lambda c: (c.money(6e4, 1e5), ITEMS), lambda s, _: 9000 + s * 0.04),
    Case("CSM_VEST",
         lambda c: (c.counts(0, 5000), c.days(date(2022, 1, 1), 900), "48m cliff 12 monthly",
                    date(2026, 3, 31)),
         vested),
    Case("CSM_RSU", lambda c: (c.counts(0, 900), c.money(10, 90), c.ratios(0, 0.5)), withheld),
    Case("CSM_OPTION", lambda c: (c.counts(0, 900), c.money(10, 90), c.money(10, 90)),
         lambda n, low, high, _: (np.maximum(high - low, 0) * n,) * 2 + (0 * n,)),
    Case("CSM_BLACKSCHOLES",
         lambda c: (c.money(10, 90), c.money(10, 90), 0.04, c.ratios(0.1, 9), c.ratios(0.1, 0.6)), None,
         "erfc, which NumPy lacks"),
    Case("CSM_ESPP", lambda c: (0.15, c.money(10, 90), c.money(10, 90)),
         lambda d, a, b, _: ((p := (1 - d) * np.minimum(a, b)), b - p, (b - p) / p)),
    Case("CSM_TAX", lambda c: (c.money(0, 4e5), 2025), bracket_tax),
    Case("CSM_NETPAY", lambda c: (c.money(0, 4e5), 2025), left_after_tax),
)  # fmt: skip

NO_COLUMNS = {
    "CSM_SEASONALQUOTA": "the seasons of one year, 12 at most",
    "CSM_BONUSHISTORY": "one person's years",
    "CSM_BOOKADJUST": "a table of text and numbers, read cell by cell; its sums are CSM_RETENTION's",
    "CSM_ERROR": "text",
    "CSM_VERSION": "text",
}
"""Functions that give one value, or one for each row, and are not measured on columns, and why."""


def rule(function: str, arguments: tuple[Any, ...]) -> tuple[Callable[..., Any], list[Any]]:
    """The Python function behind a worksheet function, and what a long call hands to it: floats."""
    found = find(function)
    handed: list[list[Any]] = []

    @wraps(found.python)
    def python(*given: Any) -> Any:
        handed.append(list(given))
        return found.python(*given)

    compute(replace(found, python=python, exact=False), arguments)
    assert len(handed) == 1, f"{function} computes its rows in {len(handed)} parts"
    return found.python, handed[0]


def least(turns: int, *calls: Callable[[], object]) -> list[float]:
    """The least nanoseconds a row of each call, taken in turns so that a busy machine slows them alike."""
    best = [float("inf")] * len(calls)
    stop = perf_counter() + SECONDS
    while turns > 0 or perf_counter() < stop:
        for i, each in enumerate(calls):
            start = perf_counter()
            each()
            best[i] = min(best[i], perf_counter() - start)
        turns -= 1
    return [1e9 * spent / ROWS for spent in best]


def measure(case: Case) -> tuple[float, float | None, float]:
    """Nanoseconds a row of the rule, of plain NumPy (None: there is no expression), and of a whole call."""
    arguments = case.arguments(Columns(ROWS))
    python, given = rule(case.function, arguments)
    (call_,) = least(1, lambda: call(case.function, *arguments))
    if case.plain is None:
        (ours,) = least(TURNS, lambda: python(*given))
        return ours, None, call_
    plain = case.plain
    ours, theirs = least(TURNS, lambda: python(*given), lambda: plain(*given))
    return ours, theirs, call_


def main() -> int:
    """Print the table; 1 where a rule costs more than 5 times plain NumPy."""
    rows, missed = [], []
    for case in CASES:
        ours, theirs, called = measure(case)
        name = f"{case.function}{f' ({case.says})' if case.says else ''}"
        shown = ("", "") if theirs is None else (f"{theirs:,.1f}", f"{ours / theirs:.1f}×")
        rows.append([name, f"{ours:,.1f}", *shown, f"{called:,.0f}"])
        if theirs is not None and ours > MOST * theirs:
            missed.append(name)
    print("## Functions: 100,000 rows, nanoseconds a row\n")
    print(f"{' '.join((__doc__ or '').split())} Target: at most {MOST:g}× plain NumPy.\n")
    print(table(["function", "rule", "plain NumPy", "ratio", "call with cells"], rows))
    print(f"\nAbove {MOST:g}×: {', '.join(missed) or 'none'}.")
    print("Without a column: " + "; ".join(f"{name} ({why})" for name, why in NO_COLUMNS.items()) + ".")
    return int(bool(missed))
