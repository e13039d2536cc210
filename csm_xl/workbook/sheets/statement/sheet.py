"""The Statement: choose a person and a period, and one printed page says what was earned and why.

The printed page reads cells at its right, where `FILTER` picks the person's payout lines; those are the
only cells that look at more than one person.
"""

from __future__ import annotations

from typing import Final

from csm_xl.plan.schema import Column as Rule
from csm_xl.plan.table import Tables
from csm_xl.workbook import layout
from csm_xl.workbook.layout import line_header
from csm_xl.workbook.page import Sheet, Table
from csm_xl.workbook.sheets.frame import framed
from csm_xl.workbook.sheets.results import TOTALS, Paid
from csm_xl.workbook.sheets.statement.helper_tables import (
    HEADERS,
    NUMBER,
    PERIOD,
    PERIODS,
    PERSON,
    PLAN_YEARS,
    RATIOS,
    REWARDS,
    UNKNOWN,
    YEAR,
    HelperTables,
)
from csm_xl.xlsx.addresses import letters

PERCENT: Final = "one_percent"
LISTS: Final = {"PayPeriods": f"={PERIODS}[Period]"}
"""The list of the drop-down of periods."""

_FILTER: Final = "_xlfn._xlws.FILTER"
LINES: Final = 8
"""How many payout lines of a period the page shows; the total counts all."""
MOST_PERIODS: Final = 12
_TILES, _HOW = 9, 29  # rows of headers
_LAST_ROW: Final = _HOW + 2 * LINES + 4
_LAST_COLUMN: Final = 7
_FIELDS: Final = (
    "component_id", "plan_id", "component_target", "goal", "actual", "attainment", "payout_ratio", "amount",
    "target_incentive", "weight", "before_modifier", "modifier", "plan_cap_factor", "unrounded", "note",
    "eligible_days", "period_days", "eligible_salary",
)  # fmt: skip
"""What the page needs of a payout line, from the column after `NUMBER` on."""
PAY: Final = ("Base pay", "Variable pay", "Equity vested", "Benefits", "Other pay")
"""What the pay of the whole period is made of."""


def statement_sheet(tables: Tables, paid: Paid, totals: Table) -> Sheet:
    """The page, its two choices, and at its right what it reads.

    totals: the table of the people, in whose order they are offered. The first person with a payout line
    and that person's last period are chosen.
    """
    page = _Page(tables, paid, totals)
    page.choices()
    page.tiles()
    page.year()
    page.lines()
    page.foot()
    page.behind()
    sheet = framed(page.sheet)
    sheet.frozen = (3, 0)
    sheet.findings = page.to_date.gaps(range(len(page.context.people.ids)))
    return sheet


class _Page(HelperTables):
    """The sheet while it is filled."""

    def __init__(self, tables: Tables, paid: Paid, totals: Table) -> None:
        super().__init__(tables, paid, totals)
        self.sheet.printed = (_LAST_ROW, _LAST_COLUMN)
        self.sheet.widths = {1: 30, **dict.fromkeys(range(2, 7), 15), 7: 16, 8: 3}
        self.column = {name: letters(NUMBER + 1 + at) for at, name in enumerate((*_FIELDS, "component"))}
        self.here = f"{self.own}*({self.line['period']}={PERIOD})"

    def field(self, name: str, row: int) -> str:
        """The cell behind the page that holds a figure of its nth line."""
        return f"${self.column[name]}${HEADERS + 1 + row}"

    def choices(self) -> None:
        """Who and when, and what the payout lines say about them."""
        put, lines = self.sheet.put, self.paid.lines
        at = {name: place for place, name in enumerate(lines[0])}
        with_target = [line for line in lines[1:] if line[at["weight"]] is not None] or lines[1:]
        person = with_target[0][at["employee_id"]] if with_target else self.totals.rows[0][0]
        periods = self.ordered(line[at["period"]] for line in lines[1:] if line[at["employee_id"]] == person)
        chosen = (("Employee id", PERSON, person, "roster.employee_id", "Employee to show."),
                  ("Period", PERIOD, periods[-1] if periods else self.paid.period.name, "payouts.pay_period",
                   "Pay period to explain."))  # fmt: skip
        for row, (label, name, value, refers, meaning) in enumerate(chosen, 5):
            put(row, 1, label, role="label")
            put(row, 2, value, role="setting", number="text")
            self.sheet.names[name] = (row, 2)
            rule = Rule(name, "id", meaning, required=True, refers=refers)
            self.sheet.rules[row, 2] = (rule, label)
        plan, days, of, salary = (self.field(name, 0) for name in
                                  ("plan_id", "eligible_days", "period_days", "eligible_salary"))  # fmt: skip
        named = f'_xlfn.XLOOKUP({plan},tblPlans[Plan id],tblPlans[Plan name],"")&""'
        who = f'_xlfn.XLOOKUP({PERSON},tblRoster[Employee id],tblRoster[{{}}],"")&""'
        facts = (
            ("Plan", f'=IF({plan}="","no payout lines",IF({named}="",{plan},{named}))', "text"),
            ("Role", f"={who.format('Role')}", "text"),
            (self.money["Eligible salary"].replace(")", "/year)"), f"={salary}", "money"),
        )  # fmt: skip
        for row, (label, formula, number) in enumerate(facts, 5):
            put(row, 4, label, role="label")
            put(row, 5, None, role="label")
            put(row, 6, formula=formula, role="state", number=number)
            put(row, 7, None, role="label")
        named = f'_xlfn.XLOOKUP({PERSON},{TOTALS}[Employee id],{TOTALS}[Employee name],"")'
        put(4, 1, formula=f'={named}&""', role="caption", number="text")
        put(1, _LAST_COLUMN, formula='=company_name&""', role="company", number="text")
        put(7, 1, "Days employed on the plan", role="label")
        put(7, 2, formula=f'=IF({days}="","",{days}&" of "&{of})', role="state", number="text")

    def tiles(self) -> None:
        """What matters first."""
        target, earned = self.summed("component_target", self.here), self.summed("amount", self.here)
        based = self.summed("amount", f'{self.here}*({self.line["weight"]}<>"")')
        currency, at_target = self.money.currency, f"B{_TILES + 1}"
        shown = (
            (1, f'="Earned in "&{PERIOD}&" ({currency})"', f"={earned}", "money"),
            (2, f'="Target of "&{PERIOD}&" ({currency})"', f"={target}", "money"),
            (
                4,
                '="% of target paid"',
                f'=IF({at_target}=0,"",{based}/{at_target})',
                "percent",
            ),
            (6, f'="Total pay of "&paid_period&" ({currency})"', f"=B{HEADERS + len(PAY) + 1}", "money"),
        )
        for column, label, formula, number in shown:
            self.sheet.put(_TILES, column, formula=label, role="kpi label")
            self.sheet.put(_TILES + 1, column, formula=formula, role="kpi", number=number)
        for column in (3, 5, 7):
            self.sheet.put(_TILES, column, None, role="kpi label")
        self.sheet.heights |= {_TILES + 1: 24, HEADERS: 18}

    def year(self) -> None:
        """The pay of the whole period paid, and what each pay period added to it."""
        put, money = self.sheet.put, self.money
        put(HEADERS - 1, 1, formula='="Pay of "&paid_period', role="caption")
        put(HEADERS, 1, "Pay", role="head")
        put(HEADERS, 2, money["Amount"], role="head", number="money")
        person = f"({TOTALS}[Employee id]={PERSON})"
        parts = [("Base pay", f"SUMPRODUCT({person}*{TOTALS}[{money['Base pay']}])"),
                 ("Variable pay", self.summed("amount", self.own))]  # fmt: skip
        parts += [(words, f"SUMPRODUCT(({REWARDS}[Employee id]={PERSON})*{REWARDS}[{money[words]}])")
                  for words in PAY[len(parts):]]  # fmt: skip
        for row, (words, formula) in enumerate(parts, HEADERS + 1):
            put(row, 1, words, role="value")
            put(row, 2, formula=f"={formula}", role="value", number="money")
        last = HEADERS + len(parts)
        put(last + 1, 1, "Total pay", role="sum")
        put(last + 1, 2, formula=f"=SUM(B{HEADERS + 1}:B{last})", role="sum", number="money")
        unknown = f'COUNTIF(F{HEADERS + 1}:F{HEADERS + MOST_PERIODS},"{UNKNOWN}")>0'
        caption = f'="Variable pay to date"&IF({unknown},", without the periods {UNKNOWN}","")'
        put(HEADERS - 1, 4, formula=caption, role="caption")
        for column, head in enumerate(("Period", money["Target"], money["Earned"], money["To date"]), 4):
            put(HEADERS, column, head, role="head", number="general" if column == 4 else "money")
        for at in range(MOST_PERIODS):
            row = HEADERS + 1 + at
            number = f"${letters(NUMBER)}${row}"
            for column, header in ((4, "Period"), (5, money["Target"]), (6, money["Earned"])):
                formula = _nth_of_any(f"{YEAR}[{header}]", f"{YEAR}[Rows (count)]>0", number)
                put(row, column, formula=formula, role="figure",
                    number="text" if column == 4 else "money", array=True)  # fmt: skip
            put(
                row,
                7,
                formula=f'=IF($D{row}="","",SUM(F${HEADERS + 1}:F{row}))',
                role="figure",
                number="money",
            )
        mark = {"type": "formula", "criteria": f"=$D{HEADERS + 1}={PERIOD}", "format": "chosen"}
        self.sheet.conditions.append(((HEADERS + 1, 4, HEADERS + MOST_PERIODS, 7), mark))

    def lines(self) -> None:
        """Each payout line of the period: its figures, and beneath them the steps in words."""
        put, money = self.sheet.put, self.money
        put(_HOW - 2, 1, formula=f'="How "&{PERIOD}&" was earned"', role="caption")
        put(_HOW - 1, 1, "Total", role="total")
        for column in range(2, _LAST_COLUMN + 1):
            put(_HOW - 1, column, None, role="total")
        for column, name in ((2, "component_target"), (7, "amount")):
            put(_HOW - 1, column, formula=f"={self.summed(name, self.here)}", role="total", number="money")
        shown = (
            ("component", "Component", "text"),
            ("component_target", money["Target"], "money"),
            ("goal", "Goal", "number"),
            ("actual", "Actual", "number"),
            ("attainment", "Attainment (%)", "percent"),
            ("payout_ratio", "Payout (%)", "percent"),
            ("amount", money["Earned"], "money"),
        )
        for column, (_, head, number) in enumerate(shown, 1):
            put(_HOW, column, head, role="head", number=number)
        self.sheet.heights[_HOW] = 18
        for at in range(LINES):
            row = _HOW + 1 + 2 * at
            for column, (name, _, number) in enumerate(shown, 1):
                put(row, column, formula=f"={self.field(name, at)}", role="figure", number=number)
                put(row + 1, column, None, role="words")
            put(row + 1, 1, formula=f"={letters(self.words_column)}{HEADERS + 1 + at}", role="words")
            ruled = {"type": "formula", "criteria": f'=$A{row}<>""', "format": "ruled"}
            self.sheet.conditions.append(((row + 1, 1, row + 1, _LAST_COLUMN), ruled))
            as_percent = {"type": "formula", "criteria": f"={self.is_ratio(at)}", "number": "fine percent"}
            self.sheet.conditions.append(((row, 3, row, 4), as_percent))
        row = _HOW + 1 + 2 * LINES
        count = f"${letters(NUMBER + 3)}${HEADERS - 1}"
        more = f"{count}-ROWS({letters(NUMBER)}{HEADERS + 1}:{letters(NUMBER)}{HEADERS + LINES})"
        none = "This person has no payout lines in this period: choose another one."
        all_there = "The total counts every payout line of the period."
        added = f'"and "&{more}&" more lines, counted in the total"'
        put(row, 1, formula=f'=IF({count}=0,"{none}",IF({more}>0,{added},"{all_there}"))', role="note")
        put(row + 1, 1, formula='=IF(contact_line="","","Questions: "&contact_line)', role="note")

    def is_ratio(self, at: int) -> str:
        """The cell behind the page that says whether goal and actual of its nth line are ratios."""
        return f"${letters(self.words_column + 1)}${HEADERS + 1 + at}"

    @property
    def words_column(self) -> int:
        """The column behind the page with the steps in words."""
        return NUMBER + len(_FIELDS) + 4

    def foot(self) -> None:
        """The box for questions, beside what was earned by period, and where to sign."""
        put = self.sheet.put
        first = HEADERS + 8
        put(first, 1, "Questions about this statement", role="caption")
        for row in range(first + 1, HEADERS + MOST_PERIODS + 1):
            labels = ("Component and figure", "What you expected") if row == first + 1 else (None, None)
            for column, label in enumerate(labels, 1):
                put(row, column, label, role="box")
        for column, words in ((1, "Employee: date and signature"), (5, "Manager: date and signature")):
            put(_LAST_ROW, column, words, role="sign")
            put(_LAST_ROW, column + 1, None, role="sign")
        put(_LAST_ROW, 7, None, role="sign")
        self.sheet.heights[_LAST_ROW - 1] = 30

    def behind(self) -> None:
        """What the page reads: the chosen person's lines of the period, and the tables of its periods."""
        put, money = self.sheet.put, self.money
        left = letters(NUMBER)
        put(HEADERS - 2, NUMBER, "Helper cells: data for this page", role="caption")
        put(HEADERS - 1, NUMBER, "1% (ratio)", role="note")
        put(HEADERS - 1, NUMBER + 1, 0.01, role="value", number="share")
        self.sheet.names[PERCENT] = (HEADERS - 1, NUMBER + 1)
        put(HEADERS - 1, NUMBER + 2, "Lines (count)", role="note")
        put(HEADERS - 1, NUMBER + 3, formula=f"=SUMPRODUCT({self.here}*1)", role="calc", number="count")
        since = f"=SUMPRODUCT(({PLAN_YEARS}[Employee id]={PERSON})*{PLAN_YEARS}[Since (date)])"
        put(HEADERS - 1, NUMBER + 4, "Since (day)", role="note")
        put(HEADERS - 1, NUMBER + 5, formula=since, role="calc", number="count")
        put(HEADERS, NUMBER, "Line (number)", role="head", number="count")
        for at, name in enumerate(_FIELDS, NUMBER + 1):
            kind = layout.LINE_KINDS.get(name, "text")
            number = layout.number_of("payouts", name, kind)
            put(HEADERS, at, line_header(name, money.currency), role="head", number=number)
            for row in range(HEADERS + 1, HEADERS + 1 + LINES):
                put(row, at, formula=_nth(self.line[name], self.here, f"${left}{row}"), role="calc",
                    number=number, array=True)  # fmt: skip
            self.sheet.widths[at] = 15
        for row in range(HEADERS + 1, HEADERS + 1 + MOST_PERIODS):
            put(row, NUMBER, row - HEADERS, role="value", number="count")
        self._words()
        self.sheet.tables = self.helper_tables(self.words_column + 3)

    def _words(self) -> None:
        """Component in words, then the steps in three parts, each a formula of its own."""
        put, first = self.sheet.put, NUMBER + len(_FIELDS) + 1
        for at, head in enumerate(("Component", "Step to the payout", "Factors", "Steps in words"), first):
            put(HEADERS, at, head, role="head")
            self.sheet.widths[at] = 22
        put(HEADERS, self.words_column + 1, "Goal and actual are ratios", role="head")
        for at in range(LINES):
            row, there = HEADERS + 1 + at, self.field("component_id", at)
            steps, factors = (f"{letters(first + one)}{row}" for one in (1, 2))
            words = (self._named(at), self._to_the_payout(at), self._factors(at),
                     f'{steps}&IF({factors}="","",{factors}&" = "&FIXED({self.field("amount", at)}))'
                     f'&IF({self.field("note", at)}="","","; "&{self.field("note", at)})')  # fmt: skip
            for column, formula in enumerate(words, first):
                put(row, column, formula=f'=IF({there}="","",{formula})', role="calc", array=column == first)
            plan = self.field("plan_id", at)
            ratio = f"SUMPRODUCT(({RATIOS}[Plan id]={plan})*({RATIOS}[Component id]={there}))>0"
            put(row, self.words_column + 1, formula=f'=IF({there}="",FALSE,{ratio})', role="calc")

    def _named(self, at: int) -> str:
        """The name of a line's component, or its id."""
        component, plan = self.field("component_id", at), self.field("plan_id", at)
        ids, names = "tblComponents[Component id]", "tblComponents[Component name]"
        where = f"({ids}={component})*(tblComponents[Plan id]={plan})"
        return f'IFERROR(INDEX({_FILTER}(IF({names}="",{ids},{names}),{where}),1),{component})'

    def _to_the_payout(self, at: int) -> str:
        """From the target or the measured amount to the payout before any factor."""
        target, whole, weight, ratio, before, actual = (
            self.field(name, at)
            for name in ("component_target", "target_incentive", "weight", "payout_ratio", "before_modifier",
                         "actual")
        )  # fmt: skip
        product = f"FIXED({target}*{ratio})"
        of_target = (f'"Target "&FIXED({whole})&" × weight "&{_percent(weight)}&" = "&FIXED({target})'
                     f'&"; × payout "&{_percent(ratio)}&" = "&{product}'
                     f'&IF({product}=FIXED({before}),"",", trued up: "&FIXED({before}))')  # fmt: skip
        measured = f'IF({actual}="","",IF({actual}=0,"Nothing credited: ","On "&FIXED({actual})&": "))'
        return f'IF({weight}="",{measured}&IF({before}="","",FIXED({before})),{of_target})'

    def _factors(self, at: int) -> str:
        """The factors that are not 1, and whether they are the whole way to the amount."""
        before, modifier, cap, amount = (
            self.field(name, at) for name in ("before_modifier", "modifier", "plan_cap_factor", "amount")
        )
        said = (f'IF({cell}=1,""," × {words} "&{_percent(cell)})'
                for cell, words in ((modifier, "modifier"), (cap, "plan cap")))  # fmt: skip
        whole = f"FIXED({before}*{modifier}*{cap})=FIXED({amount})"
        return f'IFERROR({"&".join(said)}&IF({whole},""," and what Payouts adds"),"")'


def _nth(cells: str, where: str, number: str) -> str:
    """The nth cell of a column in the rows where something holds; blank cells and no such row give ""."""
    return f'=IFERROR(INDEX({_FILTER}(IF({cells}="","",{cells}),{where}),{number}),"")'


def _nth_of_any(cells: str, where: str, number: str) -> str:
    """The same of a column that may have one row, which Calc does not filter."""
    one = f'IF(AND({where},{number}=1),{cells},"")'
    return f"=IF(ROWS({cells})=1,{one},{_nth(cells, where, number)[1:]})"


def _percent(cell: str) -> str:
    return f'FIXED({cell}/{PERCENT})&"%"'
