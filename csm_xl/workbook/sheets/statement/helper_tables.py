"""The tables behind the Statement: its periods, the plan year to date, equity and benefits, ratios."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Final

from csm_xl.engine.context import RunContext
from csm_xl.engine.payroll import Payroll
from csm_xl.engine.year_to_date import YearToDate
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.periods import by_end
from csm_xl.plan.ratio_measures import ratio_measures
from csm_xl.plan.table import Tables
from csm_xl.workbook import layout
from csm_xl.workbook.layout import line_header
from csm_xl.workbook.page import Column, Sheet, Table, this_row
from csm_xl.workbook.sheets.inputs import currency_of
from csm_xl.workbook.sheets.results import PAYOUTS, Money, Paid
from csm_xl.workbook.sheets.statement.rewards import rewards
from csm_xl.xlsx.addresses import letters

PERIODS: Final = "tblStatementPeriods"
YEAR: Final = "tblYearToDate"
EARLIER: Final = "tblEarlier"
PLAN_YEARS: Final = "tblPlanYears"
REWARDS: Final = "tblRewards"
RATIOS: Final = "tblRatioComponents"
PERSON: Final = "statement_person"
PERIOD: Final = "statement_period"
HEADERS: Final = 13
"""The row of the headers of these tables, and of the payout lines beside them."""
NUMBER: Final = 9
"""The column that numbers the lines, the first one that is not printed."""
_YEAR_MONEY: Final = {"Target": "component_target", "Earned": "amount"}
"""The money of a pay period of the year, and the column of the payout lines that it sums."""
UNKNOWN: Final = "not known"
"""What is shown of an earlier period that cannot be calculated; a sum passes over it."""


class HelperTables:
    """The sheet, and the tables at its right that its formulas read."""

    def __init__(self, tables: Tables, paid: Paid, totals: Table) -> None:
        self.tables, self.paid, self.totals = tables, paid, totals
        self.money = Money(currency_of(tables))
        self.line = {name: f"{PAYOUTS}[{line_header(name, self.money.currency)}]" for name in paid.lines[0]}
        self.sheet = Sheet("Statement", "output", "Pay statement", layout.SUBTITLES["Statement"],
                           portrait=True, one_page=True)  # fmt: skip
        self.own = f"({self.line['employee_id']}={PERSON})"

    @cached_property
    def context(self) -> RunContext:
        """What is known of the people."""
        return RunContext(self.tables)

    @cached_property
    def to_date(self) -> YearToDate:
        """The plan year up to the period paid."""
        return YearToDate(Payroll(self.tables, self.context), self.paid.period)

    def summed(self, name: str, where: str) -> str:
        """The sum of a column of the payout lines, by comparing whole texts: SUMIFS would take "00123"
        for "123", and a * for anything."""
        return f"SUMPRODUCT({where}*{self.line[name]})"

    def ordered(self, names: Iterable[str]) -> list[str]:
        """Periods as they end, a shorter one first."""
        calendar = Calendar(self.tables["periods"])
        found = (calendar.find(name) for name in dict.fromkeys(names))
        return [period.name for period in sorted(found, key=by_end)]

    def helper_tables(self, left: int) -> list[Table]:
        """All of them, side by side from a column on."""
        return [
            self._periods(left),
            self._rewards(left + 2),
            self._year_to_date(left + 7),
            self._earlier(left + 15),
            self._plan_years(left + 20),
            self._ratios(left + 23),
        ]

    @cached_property
    def paid_periods(self) -> list[str]:
        """The pay periods that were paid, in order."""
        place = self.paid.lines[0].index("period")
        return self.ordered(line[place] for line in self.paid.lines[1:]) or [self.paid.period.name]

    def _periods(self, left: int) -> Table:
        """The pay periods that can be chosen."""
        rows = [[name] for name in self.paid_periods]
        return Table(PERIODS, "Pay periods", "", (Column("Period", "value", "text"),), rows, left, HEADERS)

    def _year_to_date(self, left: int) -> Table:
        """What the chosen person has in each pay period of the plan year so far, earlier ones first."""
        here = f"{self.own}*({self.line['period']}={this_row(YEAR, 'Period')})"
        here += f"*({this_row(YEAR, 'Last day (date)')}>=${letters(NUMBER + 5)}${HEADERS - 1})"
        before = f"({EARLIER}[Employee id]={PERSON})*({EARLIER}[Period]={this_row(YEAR, 'Period')})"
        columns = (
            Column("Period", "value", "text"), Column("Last day (date)", "value", "date"),
            Column("Rows (count)", "calc", "count", f"=SUMPRODUCT({here}*1)+SUMPRODUCT({before}*1)"),
            *(Column(self.money[f"{words} earlier"], "calc", "money",
                     f'=IF(SUMPRODUCT({before}*({cells}=""))>0,"{UNKNOWN}",SUMPRODUCT({before}*{cells}))')
              for words in _YEAR_MONEY for cells in (f"{EARLIER}[{self.money[words]}]",)),
            *(Column(self.money[words], "calc", "money",
                     f"=IF(ISTEXT({then}),{then},{self.summed(name, here)}+{then})")
              for words, name in _YEAR_MONEY.items()
              for then in (this_row(YEAR, self.money[f"{words} earlier"]),)),
        )  # fmt: skip
        find = Calendar(self.tables["periods"]).find
        periods = [*(each.period for each in self.to_date.before), *map(find, self.paid_periods)]
        rows = [[one.name, date.fromordinal(one.end), *[None] * 5] for one in periods]
        return Table(YEAR, "Plan year to date", "For the selected person.", columns, rows, left, HEADERS)

    def _earlier(self, left: int) -> Table:
        """What everyone was paid in the pay periods of the plan year before those that are paid here."""
        columns = (
            Column("Employee id", "value", "text"), Column("Period", "value", "text"),
            *(Column(self.money[words], "value", "money") for words in _YEAR_MONEY),
        )  # fmt: skip
        ids = self.context.people.ids
        rows = [[who, *row] for at, who in enumerate(ids) for row in self.to_date.earlier(at)]
        note = "Written by the refresh; actual payments where entered. Blank: unknown."
        return Table(EARLIER, "Paid earlier in the plan year", note, columns, rows, left, HEADERS)

    def _plan_years(self, left: int) -> Table:
        """Whose plan year begins within the period that is paid, and when."""
        columns = (Column("Employee id", "value", "text"), Column("Since (date)", "value", "date"))
        found = zip(self.context.people.ids, self.to_date.since.tolist(), strict=True)
        rows = [[who, date.fromordinal(day)] for who, day in found if day > self.paid.period.start]
        note = "Earlier payments count for the previous year."
        return Table(
            PLAN_YEARS, "Plan years that begin within the period", note, columns, rows, left, HEADERS
        )

    def _ratios(self, left: int) -> Table:
        """The components whose measure is a ratio, so that its goal and actual are shown as percentages."""
        columns = (Column("Plan id", "value", "text"), Column("Component id", "value", "text"))
        ratios, given = ratio_measures(self.tables), self.tables["components"]
        names = ("plan_id", "component_id", "measure")
        cells = [given.columns[name].tolist() for name in names] if given.rows else [[], [], []]
        rows = [
            [plan, component] for plan, component, measure in zip(*cells, strict=True) if measure in ratios
        ]
        note = "Written by the refresh; their goals and actuals are shown in %."
        return Table(RATIOS, "Components measured by a ratio", note, columns, rows, left, HEADERS)

    def _rewards(self, left: int) -> Table:
        """Equity, benefits and other pay of the year, of everyone who has any."""
        headers = [column.header for column in self.totals.columns]
        at = headers.index(self.money["Base pay"])
        base = {row[0]: row[at] for row in self.totals.rows}
        heads = [self.money[words] for words in ("Equity vested", "Benefits", "Other pay")]
        columns = (
            Column("Employee id", "value", "text"),
            *(Column(head, "value", "money") for head in heads),
        )
        rows = rewards(self.tables, self.paid.period, base)
        note = "Written by the refresh; for a whole year."
        return Table(REWARDS, "Equity, benefits and other pay", note, columns, rows, left, HEADERS)
