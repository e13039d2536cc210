"""The Dashboard: what the plans pay, for what, and how it compares against what was planned.

Charts are over helper tables at the right of what is printed; a chart's title is a cell there, whose
formula says what the chart finds. Beneath the charts is what the lint finds; beneath it the table of the
plans, so that it can grow, and at its right their health.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from csm_xl.plan.table import Tables
from csm_xl.workbook import layout
from csm_xl.workbook.charts import Axis, Chart, Series, Sparkline
from csm_xl.workbook.layout import line_header
from csm_xl.workbook.page import Sheet, Table, absolute
from csm_xl.workbook.sheets.dashboard.findings import SHOWN_PLANS, Findings
from csm_xl.workbook.sheets.dashboard.pay_tables import (
    BANDS,
    BINS,
    COMPONENTS,
    MOST_PARTS,
    NEARNESS,
    PARTS,
    PEOPLE,
    TABLE,
    PayTables,
    only_currency,
)
from csm_xl.workbook.sheets.dashboard.plan_curves import (
    MARKS,
    POINTS,
    POINTS_A_PLAN,
    drawn_plans,
    plan_curves,
)
from csm_xl.workbook.sheets.frame import compared, framed
from csm_xl.workbook.sheets.inputs import currencies_of, currency_of
from csm_xl.workbook.sheets.results import PAYOUTS, TOTALS, Money, Paid
from csm_xl.workbook.styles import AMBER, FAULT, GREY, NAVY, TEAL
from csm_xl.xlsx.addresses import letters

_COLUMNS: Final = 12  # that are printed
_WIDTHS: Final = (18, 15, 18, 15, 18, 15, 3, 30, 18, 15, 18, 15)  # a third of the page is four columns
_CHARTS: Final = (1, 5, 9)  # the columns where charts begin
_FIGURES: Final = ((1, 2), (3, 4), (5, 6), (8, 8), (9, 10), (11, 12))
_CHART: Final = (7 * sum(_WIDTHS[:4]) + 5 * 4 - 8, 254)
_CHART_ROWS: Final = 14  # of 20 pixels: a chart, and the line beneath it
_FIRST, _SECOND = 9, 9 + _CHART_ROWS + 1  # rows of charts
_FINDINGS: Final = 9  # the row from which on the findings are behind the page
_LINT: Final = TABLE - 16  # the row of the lint's caption
_HEALTH: Final = 8  # the column of the plans' health
_COLORS: Final = (NAVY, TEAL, AMBER, FAULT, "#6F4E9B", "#2F7FB8")
_MUTED: Final = "#B9C3CF"
_BAR: Final = "#9CCFC8"


def dashboard(tables: Tables, paid: Paid, totals: Table, given: Sequence[layout.InputTable]) -> Sheet:
    """Figures, charts, and a row a plan.

    totals: the table of the people. given: the input tables that functions are given.
    """
    page = _Page(tables, paid, totals, given)
    page.figures()
    page.helpers()
    page.charts()
    sheet = framed(page.sheet)
    sheet.frozen = (3, 0)
    return sheet


class _Page:
    """The sheet while it is filled."""

    def __init__(self, tables: Tables, paid: Paid, totals: Table, given: Sequence[layout.InputTable]) -> None:
        self.tables, self.paid, self.totals, self.given = tables, paid, totals, given
        self.money = Money(currency_of(tables))
        self.only = only_currency(tables)
        self.line = {name: f"{PAYOUTS}[{line_header(name, self.money.currency)}]" for name in paid.lines[0]}
        self.sheet = Sheet("Dashboard", "output", "Dashboard", layout.SUBTITLES["Dashboard"])
        self.sheet.widths = dict(enumerate((*_WIDTHS, 3), 1))

    def figures(self) -> None:
        """The figures at the top: label, value, what it means."""
        only, currency = self.only, self.only or self.money.currency
        of = f'SUMPRODUCT(({TOTALS}[Currency]="{only}")*{TOTALS}[{{}}])' if only else f"SUM({TOTALS}[{{}}])"
        people = f'SUMPRODUCT(({TOTALS}[Currency]="{only}")*1)' if only else f"ROWS({TOTALS}[Employee id])"
        base, target, based, variable = (
            of.format(self.money[words])
            for words in ("Base pay", "Target variable", "Target-based pay", "Variable pay")
        )
        if only:
            others = " and ".join(currencies_of(self.tables)[1:])
            said = f"Amounts here are for people paid in {only}; for {others} see the Cover."
            self.sheet.put(8, 1, said, role="note")
            cells = [(_FINDINGS + 5 + at, _COLUMNS + 2) for at in range(2)]
            for place, formula in zip(cells, (target, based), strict=True):
                self.sheet.put(*place, formula=f"={formula}", role="calc", number="money")
            target, based = (f"${letters(column)}${row}" for row, column in cells)
        shown = (
            ("People paid (count)", f"={people}", "count", '="in "&paid_period'),
            (f"Base pay ({currency})", f"={base}", "count", '="prorated base salary"'),
            (f"Target variable ({currency})", f"={target}", "count", '="at 100% of target"'),
            (f"Variable pay ({currency})", f"={variable}", "count",
             f'=FIXED({variable}-{based},0)&" of it without a target"'),
            ("% of target paid (%)", f"=IF({target}=0,0,{based}/{target})", "percent",
             f'=FIXED({based},0)&" on targets, "'
             f'&{compared(based, target, " under", " over", "as targeted")}'),
            (f"Total pay ({currency})", f"={base}+{variable}", "count", '="base pay plus variable pay"'),
        )  # fmt: skip
        for (column, last), (label, formula, number, meaning) in zip(_FIGURES, shown, strict=True):
            self.sheet.put(5, last, role="kpi label")
            self.sheet.put(5, column, label, role="kpi label")
            self.sheet.put(6, column, formula=formula, role="kpi", number=number)
            self.sheet.put(7, column, formula=meaning, role="note")
        self.sheet.heights[6] = 24

    def helpers(self) -> None:
        """The tables: of the plans beneath the charts, all others at the right."""
        given = PayTables(self.tables, self.paid, self.totals, self.sheet)
        plans = given.plans()
        left = _COLUMNS + 2
        tables = [plans]
        makers = (
            given.plan_periods,
            given.part_table,
            given.trend,
            given.components,
            given.bins,
            given.people,
        )
        for make in makers:
            tables.append(make(left))
            left = tables[-1].right + 2
        tables += plan_curves(self.tables, self.paid, left, TABLE)
        self.sheet.tables = tables
        bar = {"type": "data_bar", "bar_solid": True, "bar_color": _BAR, "bar_border_color": _BAR,
               "bar_axis_position": "none", "min_type": "num", "min_value": 0}  # fmt: skip
        for column in (4, 5):
            self.sheet.conditions.append(((plans.first_row, column, plans.last_row, column), bar))
        trend = tables[3]
        for at in range(len(plans.rows) if self._parts() > 1 else 0):
            row = trend.first_row + at
            first, last = (letters(trend.left + one) for one in (1, MOST_PARTS))
            cells = f"'{self.sheet.name}'!${first}${row}:${last}${row}"
            self.sheet.sparklines.append(Sparkline((plans.first_row + at, plans.right), cells))
        judged = Findings(self.sheet, self.tables, self.given, tables[-1].right + 2)
        judged.health(TABLE, _HEALTH)
        judged.lint(_LINT, _COLUMNS)
        self.sheet.printed = (max(plans.last_row, TABLE + 2 + SHOWN_PLANS), _COLUMNS)
        self.sheet.breaks = [_LINT - 1]
        self.sheet.heights |= {TABLE: 33, _LINT + 2: 18}

    def _parts(self) -> int:
        """How many pay periods were paid: one has no trend."""
        place = self.paid.lines[0].index("period")
        return len({line[place] for line in self.paid.lines[1:]})

    def finding(self, chart: int, formula: str) -> str:
        """Put what a chart finds behind the page; gives the reference of its title."""
        row, column = _FINDINGS + chart, _COLUMNS + 2
        self.sheet.put(row, column, formula=formula, role="calc")
        return absolute(self.sheet.name, row, column)

    def charts(self) -> None:
        """Five charts, each with the line beneath that names its source."""
        for chart, source in (
            self._curves(), self._cost(), self._components(), self._attainments(), self._performance()
        ):  # fmt: skip
            self.sheet.charts.append(chart)
            row = chart.place[0] + (2 * _CHART_ROWS if chart.kind == "bar" else _CHART_ROWS - 1)
            self.sheet.put(row, chart.place[1], source, role="note")

    def _curves(self) -> tuple[Chart, str]:
        best = f'{MARKS}[Payout of target (%)],{MARKS}[Mark],"excellence"'
        low, high = (f'TEXT(_xlfn.{name}({best}),"0%")' for name in ("MINIFS", "MAXIFS"))
        said = f'"At excellence plans pay "&{low}&" to "&{high}&" of target"'
        none = f'COUNTIFS({MARKS}[Mark],"excellence")=0'
        title = self.finding(0, f'=IF({none},"No plan pays by attainment",{said})')
        plans = drawn_plans(self.tables, self.paid)
        across, up = "Attainment (%)", "Payout of target (%)"
        lines = [
            Series(plan, f"{POINTS}[{up}]", f"{POINTS}[{across}]", "line", color,
                   (at * POINTS_A_PLAN, POINTS_A_PLAN))
            for at, (plan, color) in enumerate(zip(plans, _COLORS, strict=False))
        ]  # fmt: skip
        marks = Series("threshold, target, excellence", f"{MARKS}[{up}]", f"{MARKS}[{across}]", "dots", GREY)
        chart = Chart(
            (_FIRST, _CHARTS[0]), _CHART, title,
            "Lines: payout by attainment, one per plan; dots: threshold, target, excellence.",
            Axis("Attainment of every goal (%)", "percent", 0.5, 1.5, 0.25),
            Axis("Payout (% of target)", "percent", 0), (*lines, marks), legend="right",
        )  # fmt: skip
        return chart, "Source: Plans and Curves; same attainment of every goal, gates met."

    def _cost(self) -> tuple[Chart, str]:
        words = ("Budget", "Target-based pay", "Commissions and awards", "Missing actuals")
        cells = {word: f"{PARTS}[{self.money[word]}]" for word in words}
        budget, based, other, _ = (f"SUM({cells[word]})" for word in words)
        on_targets = f'"Targets are paid at "&TEXT({based}/{budget},"0%")&" of budget"'
        beside = f'", with "&FIXED({other},0)&" {self.only or self.money.currency} of commissions and awards"'
        title = self.finding(1, f'=IF({budget}=0,"No plan has a target",{on_targets})&{beside}')
        bars = [Series(word, cells[word], f"{PARTS}[Period]", "column", color)
                for word, color in zip(words[1:], (TEAL, NAVY, _MUTED), strict=True)]  # fmt: skip
        chart = Chart(
            (_FIRST, _CHARTS[1]), _CHART, title,
            "Columns: variable pay by part of the period, with and without a target. Marks: the budget.",
            Axis("Pay period"), Axis(self.money["Variable pay"], "money", 0),
            (*bars, Series("Budget", cells["Budget"], f"{PARTS}[Period]", "mark", AMBER)), stacked=True,
        )  # fmt: skip
        return chart, "Source: Payouts. Budget: 100% of target; missing actuals count at target."

    def _components(self) -> tuple[Chart, str]:
        pay, names = f"{COMPONENTS}[{self.money['Variable pay']}]", f"{COMPONENTS}[Component]"
        share = f'TEXT(IF(SUM({pay})=0,0,MAX({pay})/SUM({pay})),"0%")'
        most = f'INDEX({names},MATCH(MAX({pay}),{pay},0))&" pays "&{share}&" of all variable pay"'
        title = self.finding(2, f'=IF(COUNT({pay})=0,"No component pays anybody",{most})')
        chart = Chart(
            (_FIRST, _CHARTS[2]), (_CHART[0], _CHART[1] + (_CHART_ROWS + 1) * 20), title,
            "Bars: variable pay by plan and component, largest at the top.",
            Axis("Plan and component"), Axis(self.money["Variable pay"], "money", 0),
            (Series("Variable pay", pay, names, "bar", TEAL, labels="value"),),
        )  # fmt: skip
        return chart, "Source: Payouts."

    def _attainments(self) -> tuple[Chart, str]:
        reached = self.line["attainment"]
        met = f'COUNTIFS({reached},">="&(1-{NEARNESS}))/COUNT({reached})'
        title = self.finding(3, f'=TEXT(IF(COUNT({reached})=0,0,{met}),"0%")&" of "&FIXED(COUNT({reached}),0)'
                             '&" results reach their goal"')  # fmt: skip
        colors = tuple(_MUTED if below <= 1 else TEAL for _, _, below in BANDS)
        chart = Chart(
            (_SECOND, _CHARTS[0]), _CHART, title,
            "Columns: number of results by attainment; below goal in gray.",
            Axis("Attainment (% of goal)"), Axis("Results (count)", "count", 0),
            (Series("Results", f"{BINS}[Results (count)]", f"{BINS}[Attainment (%)]", "column", TEAL,
                    labels="value", colors=colors),),
        )  # fmt: skip
        return chart, "Source: Payouts, every line with an actual."

    def _performance(self) -> tuple[Chart, str]:
        across, up = f"{PEOPLE}[Attainment (%)]", f"{PEOPLE}[Payout of target (%)]"
        told = f'TEXT(CORREL({across},{up})*CORREL({across},{up}),"0%")'
        people = f'FIXED(COUNT({up}),0)&" people"'
        found = f'"Attainment explains "&{told}&" of how payouts differ, "&{people}'
        title = self.finding(4, f'=IFERROR({found},"Too few people to compare pay with attainment")')
        chart = Chart(
            (_SECOND, _CHARTS[1]), _CHART, title,
            "Dots: one per person, payout by attainment weighted by target.",
            Axis("Attainment, weighted by target (%)", "percent"), Axis("Payout (% of target)", "percent", 0),
            (Series("People", up, across, "dots", TEAL),),
        )  # fmt: skip
        return chart, "Source: Payouts, lines with a target and an actual."
