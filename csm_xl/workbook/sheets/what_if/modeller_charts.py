"""The charts of the plan modeler, each over a table behind the page: a waterfall from one plan's cost to
another's, a tornado of what the cost depends on, and what it may cost against the budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from csm_xl.workbook.charts import Axis, Chart, Series
from csm_xl.workbook.page import Column, Table, absolute, this_row
from csm_xl.workbook.sheets.frame import compared
from csm_xl.workbook.sheets.what_if.trial import BEHIND, LAST_COLUMN, Trial
from csm_xl.workbook.styles import AMBER, NAVY, TEAL
from csm_xl.xlsx.addresses import letters

STEPS: Final = "tblWaterfall"
SWINGS: Final = "tblTornado"
ODDS: Final = "tblMayCost"
CHART_ROWS: Final = 15
"""Rows that a chart takes, with a free one beneath."""
MOST_STEPS: Final = 6
"""Changes that the waterfall shows by themselves; the others are one step."""
_PIXELS: Final = 20  # of a row
_ASIDE: Final = 8  # pixels between a table and the chart at its right


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells that a function fills: its first row and column, and how many of them."""

    top: int
    left: int
    rows: int
    columns: int

    def cell(self, row: int, column: int) -> str:
        """One of them, row 0 being the header.

        >>> Cells(10, 3, 5, 2).cell(1, 1)
        '$D$11'
        """
        return f"${letters(self.left + column)}${self.top + row}"

    def column(self, column: int) -> str:
        """A column of them, beneath the header.

        >>> Cells(10, 3, 5, 2).column(0)
        '$C$11:$C$14'
        """
        return f"{self.cell(1, column)}:{self.cell(self.rows - 1, column)}"

    @property
    def last(self) -> str:
        """The last of them."""
        return self.cell(self.rows - 1, self.columns - 1)


def is_part(cell: str) -> str:
    """The beginning of a comparison with a text; & makes it a text that Calc knows to be the same.

    >>> is_part("$A$1") + '"total"'
    '$A$1&""="total"'
    """
    return f'{cell}&""='


def shortened(words: str, plan: str) -> str:
    """A change in words, without the plan of which all changes are; both as a formula says them.

    >>> shortened("A1", "B1")
    'SUBSTITUTE(SUBSTITUTE(A1,"component "&B1&"/",""),"plan "&B1&": ","")'
    """
    return f'SUBSTITUTE(SUBSTITUTE({words},"component "&{plan}&"/",""),"plan "&{plan}&": ","")'


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The changes by how much they move the cost: ranks and effects, both columns, and three cells: how many
    are shown, how many move it, and the last step."""

    ranks: str
    effects: str
    most: str
    moving: str
    last: str

    def before(self, step: str) -> str:
        """What the changes before a step, which follows the cost today, move the cost by."""
        return f"SUMPRODUCT(({self.ranks}>0)*({self.ranks}<{step})*{self.effects})"


class Pictures:
    """The tables and charts as they are put on the page; left: the first free column behind it."""

    def __init__(self, page: Trial) -> None:
        self.page, self.sheet = page, page.sheet
        self.currency = page.money.currency
        self.left = 0

    def _width(self, first: int) -> int:
        """From a column to the last that is printed, in pixels."""
        return sum(7 * int(self.sheet.widths[column]) + 5 for column in range(first, LAST_COLUMN + 1))

    def _place(self, row: int, first: int = 1) -> tuple[tuple[int, int], tuple[int, int]]:
        return (row, first), (self._width(first) - 8, (CHART_ROWS - 1) * _PIXELS)

    def _table(
        self, name: str, caption: str, columns: list[Column], rows: list[list[object]], top: int
    ) -> list[str]:
        """Put a table behind the page; gives its columns as a chart refers to them."""
        note = "Calculated from the result of the function."
        table = Table(name, caption, note, tuple(columns), rows, self.left, top)
        self.sheet.tables.append(table)
        self.left = table.right + 2
        return [table.reference(column.header) for column in columns]

    def waterfall(self, row: int, found: Cells, plans: tuple[str, ...]) -> None:
        """From the cost today to the cost instead, change by change, the strongest first."""
        ranked = self._ranked(found)
        currency, today, then = self.currency, f"N({found.cell(1, 4)})", f"N({found.cell(1, 5)})"
        step, change, end = (this_row(STEPS, head) for head in
                             ("Step (count)", f"Change ({currency})", f"Cost then ({currency})"))  # fmt: skip
        is_change = f"AND({step}>1,{step}<{ranked.last})"
        is_rest = f"{step}-1>{ranked.most}"
        nth = f"INDEX({found.column(1)},MATCH({step}-1,{ranked.ranks},0))"
        words = shortened(this_row(STEPS, "Change"), plans[0])
        words = f'IF({is_rest},{ranked.moving}-{ranked.most}&" other changes",{words})'
        named = f"IF({step}=1,{plans[0]},IF({step}={ranked.last},{plans[1]},{words}))"
        so_far = f"{today}+{ranked.before(step)}"
        columns = [
            Column("Step (count)", "value", "count"),
            Column("Change", "calc", "text", f'=IFERROR({nth}&"","")'),
            Column("Label", "calc", "text", f'=IF({step}>{ranked.last},"",{named})'),
            Column(f"Cost then ({currency})", "calc", "money",
                   f"=IF({step}>{ranked.last},0,IF(OR({step}={ranked.last},{is_rest}),{then},{so_far}))"),
            Column(f"Change ({currency})", "calc", "money",
                   f"=IF({is_change},{end}-{today}-{ranked.before(f'{step}-1')},0)"),
            Column(f"Beneath ({currency})", "calc", "money", f"=IF({is_change},MIN({end},{end}-{change}),0)"),
            Column(f"More ({currency})", "calc", "money", f"=MAX({change},0)"),
            Column(f"Less ({currency})", "calc", "money", f"=MAX(-{change},0)"),
            Column(f"Cost ({currency})", "calc", "money", f"=IF({is_change},0,{end})"),
        ]  # fmt: skip
        rows: list[list[object]] = [[at, *[None] * 8] for at in range(1, MOST_STEPS + 4)]
        _, _, label, _, _, *bars = self._table(STEPS, "From plan to plan", columns, rows, found.top - 1)
        gain, lose, people = found.cell(1, 7), found.cell(1, 8), found.cell(1, 3)
        less = compared(then, today, " less: ", " more: ", "the same: ")
        said = f'{plans[1]}&" instead of "&{plans[0]}&" costs "&{less}'
        who = f'{gain}&" of "&{people}&" people get more, "&{lose}&" less"'
        title = self._behind(row, f'IF({ranked.last}=0,"No comparison",{said}&{who})')
        looks = (("beneath", "", ""), ("more", AMBER, "+#,##0;;;"), ("less", TEAL, "−#,##0;;;"),
                 ("cost", NAVY, "#,##0;-#,##0;;"))  # fmt: skip
        place, size = self._place(row)
        self.sheet.charts.append(Chart(
            place, size, title,
            "Columns: current cost, effect of each change, and resulting cost.",
            Axis("Current plan, changes, other plan"),
            Axis(f"Cost of the period ({currency})", "money", 0),
            tuple(Series(name, bar, label, "column", color, labels="value" if shown else "", shown=shown)
                  for bar, (name, color, shown) in zip(bars, looks, strict=True)),
            stacked=True, legend="right",
        ))  # fmt: skip

    def _ranked(self, found: Cells) -> _Ranked:
        """Beside each row what it moves the cost by as a change, and its rank among the changes that move it;
        beneath them how many are shown, how many move it, and the number of the last step."""
        put, left = self.sheet.put, found.left + found.columns
        first, last = found.top + 1, found.top + found.rows - 1
        effect, size, rank = (letters(left + at) for at in range(3))
        effects, sizes, ranks = (f"${name}${first}:${name}${last}" for name in (effect, size, rank))
        heads = ((f"Effect ({self.currency})", "money"), (f"Size ({self.currency})", "money"),
                 ("Rank (count)", "count"))  # fmt: skip
        for column, (head, number) in enumerate(heads, left):
            put(found.top, column, head, role="head", number=number)
            self.sheet.widths[column] = 18
        for row in range(first, last + 1):
            part, moved = (f"${letters(found.left + at)}{row}" for at in (0, 6))
            own = f"${size}{row}"
            larger = f"SUMPRODUCT(({sizes}>{own})*1)+SUMPRODUCT((${size}${found.top}:${size}{row}={own})*1)"
            for column, formula, number in (
                (left, f'IF({is_part(part)}"change",{moved},0)', "money"),
                (left + 1, f"ABS(${effect}{row})", "money"),
                (left + 2, f"IF({own}=0,0,{larger})", "count"),
            ):
                put(row, column, formula=f"={formula}", role="calc", number=number)
        cells = [f"${rank}${last + at}" for at in (2, 3, 4)]
        steps = f'=IF({found.cell(0, 0)}="",0,MIN({cells[1]},{cells[0]}+1)+1+1)'
        for at, (label, value, formula) in enumerate((
            ("Shown (count)", MOST_STEPS, ""), ("Moving (count)", None, f"=MAX({ranks})"),
            ("Last step (count)", None, steps),
        ), last + 2):  # fmt: skip
            put(at, left + 1, label, role="note")
            put(at, left + 2, value, formula=formula, role="calc" if formula else "value", number="count")
        return _Ranked(ranks, effects, *cells)

    def tornado(self, row: int, found: Cells, most: int, change: str) -> None:
        """What the cost moves by where each input is lower and higher, the strongest at the top."""
        currency = self.currency
        nth = f"{this_row(SWINGS, 'Rank (count)')}+1"
        base = found.cell(1, 3)
        inputs, low, high = (f"{found.cell(0, at)}:{found.cell(found.rows - 1, at)}" for at in (0, 2, 4))

        def moved(cells: str) -> str:
            cell = f"INDEX({cells},{nth})"
            return f"=IF(ISNUMBER({cell}),{cell}-{base},0)"

        columns = [
            Column("Rank (count)", "value", "count"),
            Column("Input", "calc", "text", f'=INDEX({inputs},{nth})&""'),
            Column(f"Lower ({currency})", "calc", "money", moved(low)),
            Column(f"Higher ({currency})", "calc", "money", moved(high)),
        ]
        rows: list[list[object]] = [[rank, None, None, None] for rank in range(most, 0, -1)]
        _, label, lower, higher = self._table(SWINGS, "Effect on cost", columns, rows, found.top - 1)
        first, swing = found.cell(1, 0), found.cell(1, 5)
        percent = f'TEXT({change},"0%")'
        moves = f'{percent}&" lower to higher moves it by "&FIXED({swing},0)'
        said = f'"The strongest cost driver is "&{first}&": "&{moves}'
        title = self._behind(row, f'IF({first}="","No cost drivers",{said})')
        names = [self._behind(row + at, f'{percent}&" {word}"') for at, word in ((1, "lower"), (2, "higher"))]
        place, size = self._place(row)
        self.sheet.charts.append(Chart(
            place, size, title,
            "Bars: effect on cost of each input lower and higher, strongest at the top.",
            Axis("Input", aside=True), Axis(f"Change of the cost ({currency})", "money"),
            (Series(names[0], lower, label, "bar", AMBER), Series(names[1], higher, label, "bar", NAVY)),
            stacked=True, legend="right",
        ))  # fmt: skip

    def odds(self, row: int, found: Cells, budget: str) -> None:
        """The cost at current results and its percentiles, less the budget, or without one less the
        former."""
        currency = self.currency
        stands = found.cell(4, 1)
        even = f'IF({budget}="",{stands},{budget})'
        cell = f"INDEX({found.column(1)},{this_row(ODDS, 'Row (count)')})"
        columns = [
            Column("Figure", "value", "text"),
            Column("Row (count)", "value", "count"),
            Column(f"Against ({currency})", "calc", "money", f"=IF(ISNUMBER({cell}),{cell}-{even},0)"),
        ]
        figures = (("P10", 8), ("P50", 9), ("P90", 10), ("at current results", 4))
        rows: list[list[object]] = [[name, row, None] for name, row in figures]
        label, _, against = self._table(ODDS, "Against the budget", columns, rows, found.top - 1)
        high, share = found.cell(10, 1), found.cell(12, 1)
        over = compared(high, budget, " under the budget", " over the budget", "on the budget")
        odds = f'"Over budget with "&TEXT({share},"0%")&" probability; P90 is "&{over}'
        plain = f'"90% chance of costing less than "&FIXED({high},0)'
        title = self._behind(row, f'IF({stands}="","No forecast",IF({budget}="",{plain},{odds}))')
        place, (width, height) = self._place(row, 3)
        self.sheet.charts.append(Chart(
            place, (width - _ASIDE, height), title,
            "Bars: cost at current results and its P10, P50 and P90, minus the budget.",
            Axis("Figure", aside=True), Axis(f"Cost less budget ({currency})", "money"),
            (Series("Cost less budget", against, label, "bar", TEAL, labels="value"),),
            stacked=True, shift=(_ASIDE, 0),
        ))  # fmt: skip

    def _behind(self, row: int, formula: str) -> str:
        """Put words behind the page, such as what a chart finds; gives the reference of their cell."""
        self.sheet.put(row, BEHIND, formula=f"={formula}", role="calc")
        return absolute(self.sheet.name, row, BEHIND)
