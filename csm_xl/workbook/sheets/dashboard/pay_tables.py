"""The tables behind the Dashboard: payout lines summed by plan, period, component, attainment and person.

All but the people of a large company are live. Texts are compared whole, by SUMPRODUCT: SUMIFS would take
the period 2026-01 for a date, "00123" for "123", and a * for anything.
"""

from __future__ import annotations

import math
from typing import Any, Final

from csm_xl.plan.calendar import Calendar
from csm_xl.plan.periods import Period
from csm_xl.plan.table import Tables
from csm_xl.workbook.layout import line_header
from csm_xl.workbook.page import Column, Sheet, Table, this_row
from csm_xl.workbook.sheets.inputs import currencies_of, currency_of
from csm_xl.workbook.sheets.results import PAYOUTS, Money, Paid
from csm_xl.workbook.sheets.total_comp import MOST_LIVE
from csm_xl.xlsx.addresses import letters

PLANS: Final = "tblPlanPay"
TREND: Final = "tblPlanTrend"
PLAN_PERIODS: Final = "tblPlanPeriods"
PARTS: Final = "tblParts"
COMPONENTS: Final = "tblComponentPay"
BINS: Final = "tblAttainments"
PEOPLE: Final = "tblPerformance"

MOST_PARTS: Final = 4
TABLE: Final = 55
"""The row of the tables' headers, beneath the charts and the findings."""
BANDS: Final = (
    ("below 70", -1000.0, 0.7), ("70–80", 0.7, 0.8), ("80–90", 0.8, 0.9), ("90–100", 0.9, 1.0),
    ("100–110", 1.0, 1.1), ("110–120", 1.1, 1.2), ("120–130", 1.2, 1.3), ("130 or more", 1.3, 1000.0),
)  # fmt: skip
"""Label, from and below, of each band of attainment."""

NEARNESS: Final = "attainment_nearness"
"""The name of the cell with how far below a bound an attainment still reaches it: as in pay, which compares
values to 9 decimals."""
_NEAR: Final = 0.5e-9


def only_currency(tables: Tables) -> str:
    """The currency of most people, whose money alone is shown where people are paid in several; else none."""
    codes = currencies_of(tables)
    return codes[0] if len(codes) > 1 else ""


class PayTables:
    """Makes the tables, each at its first column."""

    def __init__(self, tables: Tables, paid: Paid, totals: Table, sheet: Sheet) -> None:
        self.tables, self.totals, self.sheet = tables, totals, sheet
        self.only = only_currency(tables)
        at = paid.lines[0].index("currency")
        lines = [paid.lines[0], *(line for line in paid.lines[1:] if self.only in ("", line[at]))]
        self.paid = Paid(paid.period, lines)
        self.money = Money(currency_of(tables))
        self.at = {name: place for place, name in enumerate(paid.lines[0])}
        self.line = {name: f"{PAYOUTS}[{line_header(name, self.money.currency)}]" for name in self.at}

    def summed(self, name: str, where: str) -> str:
        """The sum of a column of the payout lines where something holds."""
        only = f'*({self.line["currency"]}="{self.only}")' if self.only else ""
        return f"SUMPRODUCT({where}{only}*{self.line[name]})"

    def plans(self) -> Table:
        """What each plan pays."""
        where = f"({self.line['plan_id']}={this_row(PLANS, 'Plan id')})"
        target, based = (this_row(PLANS, self.money[words]) for words in ("Target", "Target-based pay"))
        weighted = f'{where}*({self.line["weight"]}<>"")'
        sums = (
            ("Target", self.summed("component_target", where)),
            ("Target-based pay", self.summed("amount", weighted)),
            ("Variable pay", self.summed("amount", where)),
        )
        columns = (
            Column("Plan id", "value", "text"),
            *(Column(self.money[words], "calc", "count", f"={cells}", total=True) for words, cells in sums),
            Column("Payout of target (%)", "calc", "percent", f'=IF({target}=0,"",{based}/{target})'),
            Column("Variable pay by part of the period", "value", "text"),
        )
        rows = [[name, *[None] * 5] for name in self.plan_ids()]
        note = "Bars: variable pay, and % of target paid."
        return Table(PLANS, "By plan", note, columns, rows, 1, TABLE)

    def plan_ids(self) -> list[Any]:
        """The plans in the payout lines, those that pay most first."""
        paid: dict[Any, float] = {}
        for line in self.paid.lines[1:]:
            plan = line[self.at["plan_id"]]
            paid[plan] = paid.get(plan, 0.0) + (line[self.at["amount"]] or 0.0)
        return sorted(paid, key=lambda plan: (-paid[plan], plan))

    def plan_periods(self, left: int) -> Table:
        """What each plan pays in each of its pay periods, and in which part of the whole that is."""
        calendar, parts = Calendar(self.tables["periods"]), self.parts()
        pairs = dict.fromkeys(
            (line[self.at["plan_id"]], line[self.at["period"]]) for line in self.paid.lines[1:]
        )
        rows = []
        for plan, name in pairs:
            ends = calendar.find(name).end
            part = next((at for at, one in enumerate(parts, 1) if ends <= one.end), len(parts))
            rows.append([plan, name, part, *[None] * 4])
        plan, period = (this_row(PLAN_PERIODS, header) for header in ("Plan id", "Period"))
        where = f"({self.line['plan_id']}={plan})*({self.line['period']}={period})"
        has_target = f'{where}*({self.line["weight"]}<>"")'
        sums = {
            "Budget": self.summed("component_target", where),
            "Target-based pay": self.summed("amount", has_target),
            "Commissions and awards": self.summed("amount", f'{where}*({self.line["weight"]}="")'),
            "Missing actuals": self.summed(
                "component_target", f'{has_target}*({self.line["attainment"]}="")'
            ),
        }
        columns = (
            Column("Plan id", "value", "text"), Column("Period", "value", "text"),
            Column("Part (number)", "value", "count"),
            *(Column(self.money[words], "calc", "count", f"={cells}") for words, cells in sums.items()),
        )  # fmt: skip
        return Table(PLAN_PERIODS, "Plans by pay period", "Budget: the target.", columns, rows, left, TABLE)

    def parts(self) -> list[Period]:
        """The quarters of a year or half-year, else the period itself."""
        asked = self.paid.period
        calendar = Calendar(self.tables["periods"])
        found = calendar.ending("quarter", asked.start, asked.end) if asked.kind in ("year", "half") else []
        return found[:MOST_PARTS] or [asked]

    def part_table(self, left: int) -> Table:
        """Cost against budget in each part of the period."""
        part = f"({PLAN_PERIODS}[Part (number)]={this_row(PARTS, 'Part (number)')})"
        words = ("Budget", "Target-based pay", "Commissions and awards", "Missing actuals")
        columns = (
            Column("Part (number)", "value", "count"),
            Column("Period", "value", "text"),
            *(Column(self.money[one], "calc", "count",
                     f"=SUMPRODUCT({part}*{PLAN_PERIODS}[{self.money[one]}])") for one in words),
        )  # fmt: skip
        rows = [[at, one.name, *[None] * 4] for at, one in enumerate(self.parts(), 1)]
        return Table(
            PARTS,
            "Cost by part",
            "Missing actuals count at target.",
            columns,
            rows,
            left,
            TABLE,
        )

    def trend(self, left: int) -> Table:
        """What each plan paid in each part of the period, for the sparklines."""
        columns = [Column("Plan id", "value", "text")]
        plan = f"({PLAN_PERIODS}[Plan id]={this_row(TREND, 'Plan id')})"
        paid = "+".join(
            f"{PLAN_PERIODS}[{self.money[words]}]" for words in ("Target-based pay", "Commissions and awards")
        )
        for at in range(1, MOST_PARTS + 1):
            number = f"${letters(left + at)}${TABLE - 3}"
            self.sheet.put(TABLE - 3, left + at, at, role="value", number="count")
            formula = f"=SUMPRODUCT({plan}*({PLAN_PERIODS}[Part (number)]={number})*({paid}))"
            columns.append(Column(self.money[f"Part {at}"], "calc", "count", formula))
        self.sheet.put(TABLE - 3, left, "Part (number)", role="note")
        rows = [[name, *[None] * MOST_PARTS] for name in self.plan_ids()]
        return Table(
            TREND, "Plans by part", "Variable pay, for the sparklines.", tuple(columns), rows, left, TABLE
        )

    def components(self, left: int) -> Table:
        """What each component of each plan pays, the least first: bars grow upwards."""
        totals: dict[tuple[str, str], float] = {}
        for line in self.paid.lines[1:]:
            key = (line[self.at["plan_id"]], line[self.at["component_id"]])
            totals[key] = totals.get(key, 0.0) + (line[self.at["amount"]] or 0.0)
        rows = [[f"{plan} · {component}", plan, component, None, None]
                for plan, component in sorted(totals, key=lambda key: (totals[key], key))]  # fmt: skip
        plan, component = (this_row(COMPONENTS, header) for header in ("Plan id", "Component id"))
        where = f"({self.line['plan_id']}={plan})*({self.line['component_id']}={component})"
        columns = (
            Column("Component", "value", "text"), Column("Plan id", "value", "text"),
            Column("Component id", "value", "text"),
            Column(self.money["Target"], "calc", "count", f"={self.summed('component_target', where)}"),
            Column(self.money["Variable pay"], "calc", "count", f"={self.summed('amount', where)}"),
        )  # fmt: skip
        return Table(COMPONENTS, "Payout by component", "Ordered by the refresh.", columns, rows, left, TABLE)

    def bins(self, left: int) -> Table:
        """How many results reached how much of their goal."""
        reached = self.line["attainment"]
        low, high = (this_row(BINS, header) for header in ("From (%)", "Below (%)"))
        columns = (
            Column("Attainment (%)", "value", "text"), Column("From (%)", "value", "percent"),
            Column("Below (%)", "value", "percent"),
            Column("Results (count)", "calc", "count",
                   f'=COUNTIFS({reached},">="&({low}-{NEARNESS}),{reached},"<"&({high}-{NEARNESS}))'),
        )  # fmt: skip
        self.sheet.put(TABLE - 3, left, "Nearness", role="note")
        self.sheet.put(TABLE - 3, left + 1, _NEAR, role="value", number="any")
        self.sheet.names[NEARNESS] = (TABLE - 3, left + 1)
        rows = [[label, low, high, None] for label, low, high in BANDS]
        return Table(BINS, "Attainments", "Every payout line with an actual.", columns, rows, left, TABLE)

    def people(self, left: int) -> Table:
        """Attainment, weighted by target, and payout of everyone who has measured targets."""
        reached: dict[str, list[tuple[float, float, float]]] = {}
        for line in self.paid.lines[1:]:
            target, attained, amount = (line[self.at[name]] for name in
                                        ("component_target", "attainment", "amount"))  # fmt: skip
            if line[self.at["weight"]] is not None and attained is not None and target > 0:
                reached.setdefault(line[self.at["employee_id"]], []).append((target, attained, amount))
        live = len(self.totals.rows) <= MOST_LIVE
        rows: list[list[Any]] = []
        for name, lines in reached.items():
            whole = math.fsum(target for target, _, _ in lines)
            rows.append([name, None, None, None] if live else [
                name, whole, math.fsum(target * attained for target, attained, _ in lines) / whole,
                math.fsum(amount for _, _, amount in lines) / whole,
            ])  # fmt: skip
        attained, person = self.line["attainment"], this_row(PEOPLE, "Employee id")
        own = f'({self.line["employee_id"]}={person})*({attained}<>"")'
        own += f'*({self.line["weight"]}<>"")'
        against = this_row(PEOPLE, self.money["Measured target"])
        weighed = f"SUMPRODUCT({own}*{self.line['component_target']},{attained})"
        sums = (
            (self.money["Measured target"], "count", self.summed("component_target", own)),
            ("Attainment (%)", "percent", f"{weighed}/{against}"),
            ("Payout of target (%)", "percent", f"{self.summed('amount', own)}/{against}"),
        )
        columns = (
            Column("Employee id", "value", "text"),
            *(Column(header, "calc" if live else "value", number,
                     f'=IF({person}="","",{formula})' if live else "") for header, number, formula in sums),
        )  # fmt: skip
        return Table(
            PEOPLE, "Pay against performance", "Attainment weighted by target.", columns, rows, left, TABLE
        )
