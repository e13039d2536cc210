"""The output tables: payout lines, total compensation, and the previews beside curves and tiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

import numpy as np

from csm_xl.engine.people import People, people
from csm_xl.pay.proration import eligible_salary
from csm_xl.pay.rounding import exact, floats, round_money
from csm_xl.plan.periods import Calendar, Period
from csm_xl.plan.schema import PAY_PERIODS
from csm_xl.plan.table import Tables
from csm_xl.workbook.inputs import currency_of
from csm_xl.workbook.layout import LINE_KINDS, input_header, line_header, number_of
from csm_xl.workbook.page import Column, Table, this_row

PAYOUTS: Final = "tblPayouts"
TOTALS: Final = "tblTotalComp"
CURVE_PREVIEW: Final = "tblCurveTrial"
TIER_PREVIEW: Final = "tblTierTrial"
_SUMMED: Final = frozenset({"component_target", "amount"})


@dataclass(frozen=True)
class Paid:
    """What a workbook shows of a run.

    period: what was asked for. lines: a header, then the payout lines, as `Lines.rows` gives them.
    """

    period: Period
    lines: Sequence[Sequence[Any]]
    positions: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "positions", {name: at for at, name in enumerate(self.lines[0])})


def payouts(paid: Paid, currency: str) -> Table:
    """The payout lines, every figure of every step a column."""
    columns = tuple(
        Column(line_header(name, currency), "value",
               number_of("payouts", name, LINE_KINDS.get(name, "text")), total=name in _SUMMED)
        for name in paid.lines[0]
    )  # fmt: skip
    return Table(PAYOUTS, "Payout lines", "Written by the refresh, as values.", columns, paid.lines[1:])


@dataclass(frozen=True, slots=True)
class Money:
    """The headers that the formulas of the output sheets name, in the workbook's currency."""

    currency: str

    def __getitem__(self, words: str) -> str:
        return f"{words} ({self.currency})"


def total_comp(tables: Tables, paid: Paid) -> Table:
    """One row a person who is employed in the period: base pay as a value, all else by formulas."""
    money = Money(currency_of(tables))
    lines = {name: f"{PAYOUTS}[{line_header(name, money.currency)}]" for name in paid.lines[0]}
    who = this_row(TOTALS, "Employee id")
    person = f"{lines['employee_id']},{who}"

    def own(words: str) -> str:
        return this_row(TOTALS, words if "(" in words else money[words])

    target_based = own("Target-based pay")
    columns = (
        Column("Employee id", "value", "text"),
        Column("Plan id", "value", "text"),
        Column("Role", "value", "text"),
        Column("Team", "value", "text"),
        Column(money["Base pay"], "value", "money", total=True),
        Column(money["Target variable"], "calc", "money",
               f"=SUMIFS({lines['component_target']},{person})", total=True),
        Column(money["On-target pay"], "calc", "money",
               f"=CSM_OTE({own('Base pay')},{own('Target variable')})", total=True),
        Column(money["Target-based pay"], "calc", "money",
               f'=SUMIFS({lines["amount"]},{person},{lines["weight"]},">=0")', total=True),
        Column("Payout ratio (%)", "calc", "percent",
               f"=IF({own('Target variable')}=0,0,{target_based}/{own('Target variable')})"),
        Column(money["Commissions and awards"], "calc", "money",
               f"=SUMIFS({lines['amount']},{person})-{target_based}", total=True),
        Column(money["Variable pay"], "calc", "money", f"=SUMIFS({lines['amount']},{person})", total=True),
        Column(money["Total comp"], "calc", "money",
               # Target-based pay is target × payout ratio already rounded to the cent, so its ratio is 1.
               f"=CSM_TOTALCOMP({own('Base pay')},{target_based},1,0,0,{own('Commissions and awards')})",
               total=True),
        Column("Lines (count)", "calc", "count", f"=COUNTIFS({person})"),
        Column("Roster rows (count)", "calc", "count",
               f"=COUNTIFS(tblRoster[Employee id],{who})"),
    )  # fmt: skip
    note = "Base pay is written by the refresh; all else is computed here."
    return Table(TOTALS, "Total compensation of the period", note, columns, _people(tables, paid.period))


def _people(tables: Tables, period: Period) -> list[list[Any]]:
    """The rows of total compensation: who is employed in the period, and their base pay."""
    everyone, _ = people(tables)
    roster = tables["roster"]
    parts = pay_periods(tables, period)
    plans, teams = list(everyone.plans), list(everyone.teams)
    found = []
    for code, name in enumerate(everyone.ids):
        spells = np.flatnonzero(
            (everyone.person == code) & (everyone.first <= period.end) & (everyone.last >= period.start)
        )
        if not spells.size:
            continue
        last = spells[-1]
        team = int(everyone.names["team"][last])
        rest: list[Any] = [None] * 9
        found.append(
            [name, plans[int(everyone.names["plan_id"][last])], roster.value(code, "role"),
             teams[team] if team >= 0 else None, _base_pay(everyone, code, parts), *rest]
        )  # fmt: skip
    return found


def pay_periods(tables: Tables, period: Period) -> list[Period]:
    """The pay periods inside the one asked for, of the shortest kind that any plan pays by."""
    kinds = set(tables["plans"].columns["pay_period"].tolist())
    shortest = min(kinds, key=PAY_PERIODS.index)
    return Calendar(tables["periods"]).inside(period, shortest)


def _base_pay(everyone: People, code: int, parts: Sequence[Period]) -> float:
    """Eligible salary of each pay period × its share of the year, summed, to the cent."""
    spells = np.flatnonzero(everyone.person == code)
    values = zip(*(everyone.numbers[name][spells].tolist() for name in ("base_salary", "fte")), strict=True)
    history = [
        (date.fromordinal(day), exact(salary).item(), exact(fte).item())
        for day, (salary, fte) in zip(everyone.first[spells].tolist(), values, strict=True)
    ]
    gone = int(everyone.last[spells[-1]]) + 1
    if gone <= date.max.toordinal():
        history.append((date.fromordinal(gone), history[-1][1], exact(0).item()))
    starts, ends = (np.array([getattr(part, edge) for part in parts]) for edge in ("start", "end"))
    annual = eligible_salary(history, starts, ends).tolist()
    earned = sum((part.share * salary for part, salary in zip(parts, annual, strict=True)), start=Fraction())
    return float(floats(round_money(np.array([earned], dtype=object)))[0])


def curve_preview(tables: Tables, left: int) -> Table | None:
    """Each curve tried out at its knots, between them and beyond: live ``CSM_PAYCURVE``."""
    points = [
        [name, at]
        for name, knots in _grouped(tables, "curves", "curve_id", "attainment").items()
        for at in _tried(knots)
    ]
    source = _Source(CURVE_PREVIEW, "tblCurves", "Curve id", "Attainment (%)", "Payout (%)")
    options = {"Mode": "linear", "Below": "zero", "Above": "hold", "Cap (%)": "none"}
    cap = this_row(CURVE_PREVIEW, "Cap (%)")
    words = ",".join(this_row(CURVE_PREVIEW, word) for word in ("Mode", "Below", "Above"))
    columns = (
        Column("Curve id", "value", "text"),
        Column("Attainment (%)", "value", "percent"),
        Column("Payout ratio (%)", "calc", "percent",
               f"=CSM_PAYCURVE({this_row(CURVE_PREVIEW, 'Attainment (%)')},{source.block},{words},"
               f'IF(ISNUMBER({cap}),{cap},""))'),
        *(Column(header, "calc", "percent" if "%" in header else "general", source.option(header, default),
                 folded=True) for header, default in options.items()),
        *source.columns,
    )  # fmt: skip
    note = "Live: move a knot and see pay move."
    return _preview(CURVE_PREVIEW, "Curves tried out", note, columns, points, left)


def tier_preview(tables: Tables, left: int) -> Table | None:
    """Each tier table on amounts tried out at its bounds and between them: live ``CSM_TIERPAY``."""
    currency = currency_of(tables)
    names, on = (reversed(tables["tiers"].columns[name].tolist()) for name in ("tier_id", "on"))
    measures = dict(zip(names, on, strict=True))  # the first row of a table counts
    points = [
        [name, at]
        for name, bounds in _grouped(tables, "tiers", "tier_id", "from").items()
        for at in _tried(bounds, below=False)
        if measures[name] == "amount"
    ]
    amount = f"Amount ({currency})"
    source = _Source(
        TIER_PREVIEW,
        "tblTiers",
        "Tier id",
        input_header(tables, "tiers", "from", currency),
        input_header(tables, "tiers", "rate", currency),
    )
    options = {"Mode": "marginal", "Tie": "upper"}
    mode, tie = (this_row(TIER_PREVIEW, word) for word in options)
    columns = (
        Column("Tier id", "value", "text"),
        Column(amount, "value", "money"),
        Column(f"Earned ({currency})", "calc", "money",
               f"=CSM_TIERPAY({this_row(TIER_PREVIEW, amount)},{source.block},{mode},0,{tie})"),
        *(Column(header, "calc", "general", source.option(header, default), folded=True)
          for header, default in options.items()),
        *source.columns,
    )  # fmt: skip
    return _preview(
        TIER_PREVIEW, "Tiers tried out", "Live: move a rate and see pay move.", columns, points, left
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a preview finds the rows of a curve or tier table, however many it has."""

    preview: str
    table: str
    key: str
    first: str
    last: str

    @property
    def columns(self) -> tuple[Column, Column]:
        """The columns that find them: the first row and the last."""
        name = this_row(self.preview, self.key)
        keys = f"{self.table}[{self.key}]"
        return (
            Column("First (row)", "calc", "count", f"=MATCH({name},{keys},0)", folded=True),
            Column("Last (row)", "calc", "count",
                   f"={this_row(self.preview, 'First (row)')}+COUNTIFS({keys},{name})-1", folded=True),
        )  # fmt: skip

    @property
    def block(self) -> str:
        """The block of knots or tiers."""
        start, end = (this_row(self.preview, name) for name in ("First (row)", "Last (row)"))
        first, last = (f"{self.table}[{header}]" for header in (self.first, self.last))
        return f"INDEX({first},{start}):INDEX({last},{end})"

    def option(self, header: str, default: str) -> str:
        """An option from the first row, or what a blank means."""
        cell = f"INDEX({self.table}[{header}],{this_row(self.preview, 'First (row)')})"
        return f'=IF({cell}="","{default}",{cell})'


def _preview(
    name: str, caption: str, note: str, columns: tuple[Column, ...], points: list[list[Any]], left: int
) -> Table | None:
    blank: list[Any] = [None] * (len(columns) - 2)
    rows = [[*point, *blank] for point in points]
    return Table(name, caption, note, columns, rows, left) if rows else None


def _grouped(tables: Tables, table: str, key: str, column: str) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    columns = tables[table].columns
    for name, value in zip(columns[key].tolist(), columns[column].tolist(), strict=True):
        found.setdefault(name, []).append(value)
    return found


def _tried(knots: list[float], below: bool = True) -> list[float]:
    """The knots, the middles between them, and a step beyond either end."""
    known = sorted(set(knots))
    step = (known[-1] - known[0]) / (len(known) - 1) if len(known) > 1 else abs(known[0]) or 1.0
    middles = [(a + b) / 2 for a, b in pairwise(known)]
    ends = [known[-1] + step / 2, *([known[0] - step / 2] if below else [])]
    return sorted(round(at, 6) for at in (*known, *middles, *ends))
