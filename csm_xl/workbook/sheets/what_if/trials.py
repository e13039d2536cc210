"""Blocks of the What-if beside a person's pay: commission by tiers; time, place, merit and tax; offers."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from csm_xl.data.tax import has_state_taxes
from csm_xl.engine.taxable import CURRENCY as TAXED
from csm_xl.workbook.sheets.inputs import currencies_of
from csm_xl.workbook.sheets.results import TOTALS
from csm_xl.workbook.sheets.what_if.tier_trial import TierTrial
from csm_xl.workbook.sheets.what_if.trial import BEHIND, PERSON, either
from csm_xl.xlsx.addresses import letters

MORE_ROWS: Final = 22
PERIODS_A_YEAR: Final = "periods_a_year"
"""The name of the cell that says how many such periods a year has."""
OFFER_ROWS: Final = 16
"""How many rows the blocks take."""
_PRORATION: Final = "calendar_days"  # of a plan that names no other
_OFFERED: Final = ("A", "B", "C", "D")
_LAST_OFFER: Final = letters(1 + len(_OFFERED))


class Trials(TierTrial):
    """The blocks, each from its first row on."""

    def more(self, top: int, gross: str) -> None:
        """Proration, location, merit and tax, each by one function; gross: the formula of the gross pay."""
        meaning = (
            "Each figure is calculated from the cells above it; a blank in the second column means unchanged."
        )
        self.block(top, "Proration, location, merit and tax", meaning)
        self.sheet.heights[top] = 30  # the row above it is a note
        row, money = top + 2, self.money
        year = f"{money.currency}/year"
        self.heads(row, "Figure", "Today", "What if", "Difference", "Function")
        start = date.fromordinal(self.paid.period.start)
        self.pair(row + 1, f"Amount of the whole period ({money.currency})", "money", self.example(10_000.0))
        self.pair(row + 2, "First day on the plan", "date", start)
        tried = self.example(date(start.year, start.month, 15))
        self.typed(row + 2, 3, tried, "date", "First day on the plan")
        given = f"INDEX(tblPlans[Proration],MATCH($D${PERSON},tblPlans[Plan id],0))"
        self.sheet.put(row + 3, BEHIND, role="calc", number="text",
                       formula=f'=IFERROR(IF({given}="","{_PRORATION}",{given}),"{_PRORATION}")')  # fmt: skip
        basis = f"${letters(BEHIND)}${row + 3}"
        self.follows(row + 3, f"Prorated amount ({money.currency})", "money", *(
            f"CSM_PRORATE({amount},period_start,period_end,{day},,{basis})" for amount, day in
            ((f"$B{row + 1}", f"$B{row + 2}"), (either(row + 1), either(row + 2)))),
            rows=(row + 1, row + 2))  # fmt: skip
        self.pair(row + 4, f"National salary ({year})", "money", self.example(100_000.0), above=0)
        self.pair(row + 5, "Location", "text", self.example("Denver"))
        self.typed(row + 5, 3, self.example("San Francisco"), "text", "Location")
        self.follows(row + 6, f"Salary in the location ({year})", "money", *(
            f"CSM_GEOPAY({salary},{place})" for salary, place in
            ((f"$B{row + 4}", f"$B{row + 5}"), (either(row + 4), either(row + 5)))),
            rows=(row + 4, row + 5))  # fmt: skip
        self.pair(row + 7, f"Salary before the review ({year})", "money", self.example(95_000.0), above=0)
        self.pair(row + 8, "Rating", "count", self.example(3), at_least=1, at_most=5)
        self.typed(row + 8, 3, self.example(4), "count", "Rating", at_least=1, at_most=5)
        self.pair(row + 9, f"Range minimum ({year})", "money", self.example(80_000.0), above=0)
        self.pair(row + 10, f"Range maximum ({year})", "money", self.example(120_000.0), above=0)
        matrix = self._matrix(row)
        self.follows(row + 11, f"Salary after the review ({year})", "money", *(
            f"INDEX(CSM_MERIT({','.join(cells[:2])},{matrix},{','.join(cells[2:])}),1,1)" for cells in
            ([f"$B{row + at}" for at in range(7, 11)],
             [either(row + at) for at in range(7, 11)])),
            rows=range(row + 7, row + 11), also=f"COUNT({matrix})=0")  # fmt: skip
        self._gross(row + 12, gross)
        functions = [(3, "CSM_PRORATE"), (6, "CSM_GEOPAY"), (11, "CSM_MERIT")]
        if TAXED in currencies_of(self.tables):
            self._net_pay(row + 12)
            functions.append((16, "CSM_NETPAY"))
        else:
            said = f"Net pay: no estimate. Taxes are available only for the US, for pay in {TAXED}."
            self.sheet.put(row + 13, 1, said, role="note")
        for at, name in functions:
            self.sheet.put(row + at, 5, name, role="code")

    def _gross(self, row: int, gross: str) -> None:
        """Gross pay of a year: the period's total pay, whose cell is given, at its yearly rate."""
        year = f"{self.money.currency}/year"
        rate = f"${letters(BEHIND)}${row}"
        self.sheet.put(row, BEHIND, float(1 / self.paid.period.share), role="value", number="any")
        self.sheet.names[PERIODS_A_YEAR] = (row, BEHIND)
        self.pair(row, f"Gross pay at the period's rate ({year})", "money", f"={gross}*{rate}")
        self.sheet.put(row, 5, formula=f'="total pay of "&paid_period&" × "&{rate}', role="note")

    def _net_pay(self, row: int) -> None:
        """What is left of the gross pay in a row after US taxes, in the brackets of the period's year."""
        year = f"{self.money.currency}/year"
        self.pair(row + 1, "Tax year", "text", '=YEAR(period_end)&""', kind="id")
        self.pair(row + 2, "Filing status", "text", "single", kind="id")
        day = date.fromordinal(self.paid.period.end)
        states = ("CA", "TX") if self.examples and has_state_taxes(day.year) else (None, None)
        self.pair(row + 3, "State (blank: federal taxes only)", "text", states[0], kind="id")
        self.typed(row + 3, 3, states[1], "text", "State", kind="id")
        # Calc hands a lone blank cell over as 0; as text it is blank.
        given = ([f"$B{row + at}" for at in range(4)], [either(row + at) for at in range(4)])
        figures = [f'IFERROR(CSM_NETPAY({",".join(cells)}&""),"no figures")' for cells in given]
        lacks = '"No figures for this year, status or state: csm-xl data lists those available."'
        if self.money.currency != TAXED:  # people are paid in other currencies too
            theirs = f'({TOTALS}[Employee id]=$B${PERSON})*({TOTALS}[Currency]="{TAXED}")'
            figures = [f'IF(SUMPRODUCT({theirs})=0,"no estimate",{figure})' for figure in figures]
            untaxed = f'"No estimate: taxes are available only for the US, for pay in {TAXED}."'
            lacks = f"IF(SUMPRODUCT({theirs})=0,{untaxed},{lacks})"
        self.outcome(row + 4, f"Net pay after US taxes, estimated ({year})", "money", *figures)
        net = f"$B{row + 4}", f"$C{row + 4}"
        self.sheet.put(row + 4, 4, formula=f'=IF(COUNT({net[0]}:{net[1]})<COLUMNS({net[0]}:{net[1]}),"",'
                       f"{net[1]}-{net[0]})", role="sum", number="money")  # fmt: skip
        self.sheet.put(row + 5, 1, formula=f'=IF(COUNT({net[0]}:{net[1]})<COLUMNS({net[0]}:{net[1]}),'
                       f'{lacks},"")', role="note")  # fmt: skip

    def _matrix(self, row: int) -> str:
        """The merit matrix beside the figures: ratings down, the compa-ratio of each column across."""
        self.sheet.put(row + 6, 6, "Merit matrix, by compa-ratio from", role="note")
        rows: tuple[tuple[Any, ...], ...] = (
            (None, 0.0, 1.0),
            (2, 0.02, 0.01),
            (3, 0.035, 0.025),
            (4, 0.05, 0.035),
        )
        for down, cells in enumerate(rows, row + 7):
            for across, cell in enumerate(cells, 5):
                if (down, across) == (row + 7, 5):
                    self.sheet.put(down, across, None, role="remark")
                elif across == 5:
                    self.typed(down, across, self.example(cell), "count", "Rating")
                else:
                    number = "percent" if down > row + 7 else "share"
                    self.typed(down, across, self.example(cell), number, "Merit matrix")
        return f"$E${row + 7}:$G${row + 10}"

    def offers(self, top: int) -> None:
        """Two to four offers over four years."""
        meaning = (
            "Compare two to four offers (enter C and D next to A and B): value after one to four years, with"
        )
        self.block(top, "Offers side by side", f"{meaning} what vests: CSM_OFFERCOMPARE.")
        self.heads(top + 2, "Offer", *_OFFERED)
        year = f"{self.money.currency}/year"
        once = self.money.currency
        terms: tuple[tuple[str, str, Any, Any], ...] = (
            (f"Base ({year})", "money", 110_000.0, 120_000.0),
            ("Raise (%)", "percent", 0.03, 0.03),
            (f"Target bonus ({year})", "money", 15_000.0, 12_000.0),
            (f"Equity grant ({once})", "money", 80_000.0, 40_000.0),
            ("Equity schedule", "text", "25/25/25/25", "48m cliff 12 monthly"),
            (f"Benefits ({year})", "money", 14_000.0, 12_000.0),
            (f"Sign on ({once})", "money", 0.0, 15_000.0),
        )
        first = top + 3
        for row, (label, number, *given) in enumerate(terms, first):
            self.sheet.put(row, 1, label, role="remark", number="text")
            for column, value in enumerate((*given, None, None), 2):
                self.typed(row, column, self.example(value), number, label,
                           meaning="A term of the offer; blank: none.")  # fmt: skip
        start = first + len(terms)
        count = f"COUNT($B${first}:${_LAST_OFFER}${first})"
        block = f"$A${top + 2}:INDEX($B${start - 1}:${_LAST_OFFER}${start - 1},{count})"
        self.heads(start, "Total value after (years)", *_OFFERED, first="count")
        self.sheet.put(start, 2 + len(_OFFERED), "Best", role="head")
        behind = letters(BEHIND)
        for at, (words, value) in enumerate((("Total (column)", 7), *((name, at) for at, name in
                                                                      enumerate(_OFFERED, 1)))):  # fmt: skip
            self.sheet.put(start, BEHIND + at, words, role="note")
            self.sheet.put(start + 1, BEHIND + at, value, role="value", number="count")
        for years in range(1, 5):
            row = start + years
            self.sheet.put(row, 1, years, role="sum", number="count")
            for column in range(2, 2 + len(_OFFERED)):
                offer = f"${letters(BEHIND + column - 1)}${start + 1}"
                worth = f"INDEX(CSM_OFFERCOMPARE({block},$A{row}),{offer},${behind}${start + 1})"
                self.sheet.put(row, column, role="calc", number="money",
                               formula=f'=IF({offer}>{count},"",{worth})')  # fmt: skip
            each = f"$B{row}:${_LAST_OFFER}{row}"
            best = f"INDEX($B${start}:${_LAST_OFFER}${start},MATCH(MAX({each}),{each},0))"
            self.sheet.put(row, 2 + len(_OFFERED), role="sum", number="text",
                           formula=f'=IF(COUNT({each})=0,"",{best})')  # fmt: skip
