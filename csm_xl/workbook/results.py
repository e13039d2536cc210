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
from csm_xl.workbook.layout import LINE_KINDS, line_header, number_of
from csm_xl.workbook.page import Column, Table, this_row

PAYOUTS: Final = "tblPayouts"
TOTALS: Final = "tblTotalComp"
CURVE_PREVIEW: Final = "tblCurvePreview"
TIER_PREVIEW: Final = "tblTierPreview"
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

    target_based = f"{own('Target-based pay')}"
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
               f"=CSM_TOTALCOMP({own('Base pay')},{own('Target variable')},{own('Payout ratio (%)')},0,0,"
               f"{own('Commissions and awards')})", total=True),
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
    points: list[list[Any]] = []
    for name, knots in _grouped(tables, "curves", "curve_id", "attainment").items():
        points += [[name, at, None, None, None] for at in _tried(knots)]
    if not points:
        return None

    def of_curve(column: str) -> str:
        cell = f"INDEX(tblCurves[{column}],{this_row(CURVE_PREVIEW, 'First row (row)')})"
        return f'IF({cell}="","",{cell})'

    first, knots_ = (this_row(CURVE_PREVIEW, name) for name in ("First row (row)", "Knots (count)"))
    name = this_row(CURVE_PREVIEW, "Curve id")
    curve = f"INDEX(tblCurves[Attainment (%)],{first}):INDEX(tblCurves[Payout (%)],{first}+{knots_}-1)"
    options = ",".join(of_curve(column) for column in ("Mode", "Below", "Above", "Cap (%)"))
    columns = (
        Column("Curve id", "value", "text"),
        Column("Attainment (%)", "value", "percent"),
        Column("First row (row)", "calc", "count", f"=MATCH({name},tblCurves[Curve id],0)"),
        Column("Knots (count)", "calc", "count", f"=COUNTIFS(tblCurves[Curve id],{name})"),
        Column("Payout ratio (%)", "calc", "percent",
               f"=CSM_PAYCURVE({this_row(CURVE_PREVIEW, 'Attainment (%)')},{curve},{options})"),
    )  # fmt: skip
    return Table(
        CURVE_PREVIEW, "Curves tried out", "Live: change a knot and see pay move.", columns, points, left
    )


def tier_preview(tables: Tables, left: int) -> Table | None:
    """Each tier table on amounts tried out at its bounds and between them: live ``CSM_TIERPAY``."""
    currency = currency_of(tables)
    points: list[list[Any]] = []
    on = dict(zip(reversed(tables["tiers"].columns["tier_id"]), reversed(tables["tiers"].columns["on"]),
                  strict=True))  # fmt: skip
    for name, bounds in _grouped(tables, "tiers", "tier_id", "from").items():
        if on[name] == "amount":
            points += [[name, at, None, None, None] for at in _tried(bounds, below=False)]
    if not points:
        return None
    first, count = (this_row(TIER_PREVIEW, name) for name in ("First row (row)", "Tiers (count)"))
    name = this_row(TIER_PREVIEW, "Tier id")
    amount = f"Amount ({currency})"

    def of_tier(column: str) -> str:
        cell = f"INDEX(tblTiers[{column}],{first})"
        return f'IF({cell}="","",{cell})'

    rate = f"Rate (% or {currency})"
    table = f"INDEX(tblTiers[From ({currency})],{first}):INDEX(tblTiers[{rate}],{first}+{count}-1)"
    tried, options = this_row(TIER_PREVIEW, amount), f"{of_tier('Mode')},0,{of_tier('Tie')}"
    columns = (
        Column("Tier id", "value", "text"),
        Column(amount, "value", "money"),
        Column("First row (row)", "calc", "count", f"=MATCH({name},tblTiers[Tier id],0)"),
        Column("Tiers (count)", "calc", "count", f"=COUNTIFS(tblTiers[Tier id],{name})"),
        Column(f"Earned ({currency})", "calc", "money",
               f"=CSM_TIERPAY({tried},{table},{options})"),
    )  # fmt: skip
    return Table(
        TIER_PREVIEW, "Tiers tried out", "Live: change a rate and see pay move.", columns, points, left
    )


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
