"""Blocks of the What-if beside a person's pay: commission by tiers; time, place, merit and tax; offers."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from csm_xl.engine.taxable import CURRENCY as TAXED
from csm_xl.plan.raw import letters
from csm_xl.workbook.layout import input_header
from csm_xl.workbook.trial import BEHIND, Trial, either

MORE_ROWS: Final = 22
OFFER_ROWS: Final = 16
"""How many rows the blocks take."""
_OFFERED: Final = ("A", "B", "C", "D")
_LAST_OFFER: Final = letters(1 + len(_OFFERED))


class Trials(Trial):
    """The blocks, each from its first row on."""

    def tiers(self, top: int) -> None:
        """What an amount earns under a tier table."""
        meaning = "Type two amounts: what each earns under a table of Curves, and at what rate overall."
        self.block(top, "Commission by tiers", meaning)
        table = self.tables["tiers"]
        on = table.columns["on"].tolist() if table.rows else []
        names = table.columns["tier_id"].tolist() if table.rows else []
        by_amount = [name for name, what in zip(names, on, strict=True) if what == "amount"]
        tier, row = f"$B${top + 2}", top + 3
        self.sheet.put(top + 2, 1, "Tier id", role="remark")
        meaning = "A table of tiers; where it stands on attainment, type multiples of the goal."
        self.typed(top + 2, 2, next(iter([*by_amount, *names]), None), "text", "Tier id", kind="id",
                   refers="tiers.tier_id", meaning=meaning)  # fmt: skip
        self.heads(row, "Commission", "Today", "What if", "Difference")
        currency = self.money.currency
        at_tier = f"MATCH({tier},tblTiers[Tier id],0)"
        first, last = (input_header(self.tables, "tiers", name, currency) for name in ("from", "rate"))
        block = (f"INDEX(tblTiers[{first}],{at_tier}):INDEX(tblTiers[{last}],{at_tier}"
                 f"+COUNTIFS(tblTiers[Tier id],{tier})-1)")  # fmt: skip
        mode = f'IF(INDEX(tblTiers[Mode],{at_tier})="","marginal",INDEX(tblTiers[Mode],{at_tier}))'
        self.pair(row + 1, self.money["Amount"], "money", 250_000.0, at_least=0)
        self.typed(row + 1, 3, 400_000.0, "money", "Amount", at_least=0)
        figures = ((self.money["Earned"], "CSM_TIERPAY", "money"),
                   ("Rate overall (%)", "CSM_BLENDEDRATE", "percent"))  # fmt: skip
        for at, (label, name, number) in enumerate(figures, row + 2):
            now, then = (f"IF(ISNUMBER({at_tier}),{name}({amount},{block},{mode}),0)"
                         for amount in (f"$B{row + 1}", either(row + 1)))  # fmt: skip
            self.outcome(at, label, number, now, then)

    def more(self, top: int, gross: str) -> None:
        """Time, place, merit and tax, each by one function; gross: the formula of the gross pay."""
        meaning = "Each figure follows from the cells above it; a blank in the second column means as today."
        self.block(top, "Time, place, merit and tax", meaning)
        row, money = top + 2, self.money
        year = f"{money.currency}/year"
        self.heads(row, "Figure", "Today", "What if", "Difference", "Function")
        start = date.fromordinal(self.paid.period.start)
        self.pair(row + 1, f"Amount of the whole period ({money.currency})", "money", 10_000.0)
        self.pair(row + 2, "First day on the plan", "date", start)
        self.typed(row + 2, 3, date(start.year, start.month, 15), "date", "First day on the plan")
        self.outcome(row + 3, f"Prorated amount ({money.currency})", "money", *(
            f"CSM_PRORATE({amount},period_start,period_end,{day})" for amount, day in
            ((f"$B{row + 1}", f"$B{row + 2}"), (either(row + 1), either(row + 2)))))  # fmt: skip
        self.pair(row + 4, f"National salary ({year})", "money", 100_000.0, above=0)
        self.pair(row + 5, "Location", "text", "Denver")
        self.typed(row + 5, 3, "San Francisco", "text", "Location")
        self.outcome(row + 6, f"Salary in the place ({year})", "money", *(
            f"CSM_GEOPAY({salary},{place})" for salary, place in
            ((f"$B{row + 4}", f"$B{row + 5}"), (either(row + 4), either(row + 5)))))  # fmt: skip
        self.pair(row + 7, f"Salary before the review ({year})", "money", 95_000.0, above=0)
        self.pair(row + 8, "Rating", "count", 3, at_least=1, at_most=5)
        self.typed(row + 8, 3, 4, "count", "Rating", at_least=1, at_most=5)
        self.pair(row + 9, f"Lowest of the range ({year})", "money", 80_000.0, above=0)
        self.pair(row + 10, f"Highest of the range ({year})", "money", 120_000.0, above=0)
        matrix = self._matrix(row)
        self.outcome(row + 11, f"Salary after the review ({year})", "money", *(
            f"INDEX(CSM_MERIT({','.join(cells[:2])},{matrix},{','.join(cells[2:])}),1,1)" for cells in
            ([f"$B{row + at}" for at in range(7, 11)],
             [either(row + at) for at in range(7, 11)])))  # fmt: skip
        self.pair(row + 12, f"Gross pay ({year})", "money", gross)
        functions = [(3, "CSM_PRORATE"), (6, "CSM_GEOPAY"), (11, "CSM_MERIT")]
        if money.currency == TAXED:
            self._net_pay(row, year)
            functions.append((16, "CSM_NETPAY"))
        else:
            said = f"Net pay: no estimate. The taxes known here are those of the US, on pay in {TAXED}."
            self.sheet.put(row + 13, 1, said, role="note")
        for at, name in functions:
            self.sheet.put(row + at, 5, name, role="code")

    def _net_pay(self, row: int, year: str) -> None:
        """What is left of the gross pay in the row above after taxes of the US."""
        self.pair(row + 13, "Tax year", "text", "2025", kind="id")
        self.pair(row + 14, "Filing status", "text", "single", kind="id")
        self.pair(row + 15, "State", "text", "CA", kind="id")
        self.typed(row + 15, 3, "TX", "text", "State", kind="id")
        self.outcome(row + 16, f"Net pay, an estimate ({year})", "money", *(
            f"CSM_NETPAY({','.join(cells)})" for cells in
            ([f"$B{row + at}" for at in range(12, 16)],
             [either(row + at) for at in range(12, 16)])))  # fmt: skip

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
                    self.typed(down, across, cell, "count", "Rating")
                else:
                    self.typed(down, across, cell, "percent" if down > row + 7 else "share", "Merit matrix")
        return f"$E${row + 7}:$G${row + 10}"

    def offers(self, top: int) -> None:
        """Two to four offers over four years."""
        meaning = "Two to four; type C and D beside A and B. What each is worth after one to four years, with"
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
                self.typed(row, column, value, number, label, meaning="A term of the offer; blank: none.")
        start = first + len(terms)
        count = f"COUNT($B${first}:${_LAST_OFFER}${first})"
        block = f"$A${top + 2}:INDEX($B${start - 1}:${_LAST_OFFER}${start - 1},{count})"
        self.heads(start, "Worth in all after (years)", *_OFFERED, first="count")
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
            self.sheet.put(row, 2 + len(_OFFERED), formula=f"={best}", role="sum", number="text")
