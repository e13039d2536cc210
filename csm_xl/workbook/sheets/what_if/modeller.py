"""The plan modeler on the What-if: what pays a sum, two plans compared, what the cost depends on, what it may
cost. Each block is one live function over the input tables; page and charts refer to the cells that it fills.

These functions pay everyone many times, so each has a switch: with "no" it computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from csm_xl.analysis.solve import WHATS
from csm_xl.plan.schema import ASIDE
from csm_xl.workbook.sheets.what_if.modeller_charts import CHART_ROWS, Cells, Pictures, is_part, shortened
from csm_xl.workbook.sheets.what_if.modeller_start import Start, start_of
from csm_xl.workbook.sheets.what_if.trial import BEHIND, Trial
from csm_xl.xlsx.addresses import letters

MOST_PEOPLE: Final = 200
"""The blocks start switched on for up to this many people."""
ANSWERS: Final = 5
COMPARED: Final = 36
SWINGS: Final = 10
FIGURES: Final = 15
_WIDTHS: Final = (6, 7, 2, 9)
"""How many columns the four functions give."""
_GAP: Final = 4  # columns between what two of them give, some of them for what is calculated from it
_NOT_READ: Final = ("grants", "prices", "benefits", "other_pay", "tax_brackets")
_TRIALS: Final = 500
_CHANGE: Final = 0.1
_RATIOS: Final = (
    "attainment of ", "rate of ", "floor of component ", "cap of ", "interim_cap of ", "gate_otherwise of ",
    "kicker_ratio of ", "target of plan ", "target ratio of ", "curve ", "payout of curve ",
)  # fmt: skip
"""How the names of inputs begin whose values are shown as percentages."""
_OFF: Final = (
    "Not calculated: enter yes. Everyone is paid many times, which takes a while for a large company."
)
_FAILED: Final = (
    "No result: there is no solution for these inputs, a table has an error, or csm_xl is not connected."
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A block that was asked for: its switch, and where its function's result is."""

    switch: str
    found: Cells


class Modeller:
    """The blocks, beneath one another.

    page: the sheet. person: whose pay is asked for. left: the first column behind the page that is free.
    Behind the page, from there on, is what the functions give, columns that stay blank, and what the charts
    are drawn from.
    """

    def __init__(self, page: Trial, person: str, left: int) -> None:
        self.page, self.left = page, left
        self.put = page.sheet.put
        self.on = "yes" if page.tables["roster"].rows <= MOST_PEOPLE else "no"
        self.start: Start = start_of(page.tables, page.paid, person, page.new and self.on == "yes")
        self.pictures = Pictures(page)
        self.words: tuple[str, ...] = ()
        self.ratios = ""
        self.blank = left + sum(width + _GAP for width in _WIDTHS)
        self.pictures.left = self.blank + max(_WIDTHS) + 1

    def fill(self, top: int) -> int:
        """Put all blocks from a row on; gives the last row."""
        for at, words in enumerate((_OFF, _FAILED), top):
            self.put(at, BEHIND, words, role="note")
        self.words = tuple(f"${letters(BEHIND)}${at}" for at in (top, top + 1))
        for at, words in enumerate(_RATIOS, top + 2):
            self.put(at, BEHIND, words, role="note")
        self.ratios = f"${letters(BEHIND)}${top + 2}:${letters(BEHIND)}${top + 1 + len(_RATIOS)}"
        row = self.solve(top)
        for block, anew in ((self.sensitivity, True), (self.simulate, False), (self.compare, True)):
            if anew:
                self.page.sheet.breaks.append(row + 1)
            row = block(row + 2)
        return row

    def solve(self, top: int) -> int:
        """What it takes to pay a sum."""
        meaning = "Finds the attainment, rate, target or curve point for a target payout: CSM_SOLVE."
        self.page.block(top, "Goal seek", meaning)
        start, currency = self.start, self.page.money.currency
        row = top + 2
        self._switch(row)
        self._cell(row + 1, 1, "What to find", WHATS[0], "text", "The input to vary.", kind="word",
                   choices=WHATS, required=True)  # fmt: skip
        whose = "Employee to solve for; blank: everyone."
        self._cell(row + 1, 3, "Employee id", start.person, "text", whose, kind="id",
                   refers="roster.employee_id")  # fmt: skip
        self._cell(row + 2, 1, f"Amount ({currency})", start.amount, "money",
                   "Target payout for the period.", required=True, at_least=0)  # fmt: skip
        of_what = "The component for attainment and rate, the plan for target, curve@attainment for curve."
        self._cell(row + 2, 3, "Of", None, "text", of_what)
        # A blank cell is 0 to Calc where a function takes one cell; as a text it is blank everywhere.
        given = (f"$B${row + 1}", f"$B${row + 2}", f"$D${row}", f'$D${row + 2}&""', f'$D${row + 1}&""')
        asked = self._ask("CSM_SOLVE", row, given, (ANSWERS + 1, 6), row + 4)
        found = asked.found
        count = f"COUNT({found.column(1)})"
        self._said(row + 3, asked, f'{count}&IF({count}=1," answer"," answers")&", verified by paying it."')
        head = row + 4
        self.page.heads(head, "Input", "Value (unit of the input)", "To (unit of the input)",
                        f"Pays ({currency})", f"Pays now ({currency})")  # fmt: skip
        self.put(head, 6, "Note", role="head")
        kinds = ("text", "number", "number", "money", "money", "text")
        self._percentages(head + 1, ANSWERS, 3)
        self._rows(head + 1, found, range(ANSWERS), range(6), kinds)
        return head + ANSWERS

    def sensitivity(self, top: int) -> int:
        """What the cost depends on."""
        meaning = "Each input lower and higher, with everyone paid again, strongest first: CSM_SENSITIVITY."
        self.page.block(top, "Cost drivers", meaning)
        row, currency = top + 2, self.page.money.currency
        self._switch(row)
        self._cell(row + 1, 1, "Change (%)", _CHANGE, "percent", "The percentage by which each input is "
                                                                 "moved.",
                   required=True, above=0, at_most=1)  # fmt: skip
        given = (f"$D${row}", f"$B${row + 1}")
        head = row + 4 + CHART_ROWS
        asked = self._ask("CSM_SENSITIVITY", row, given, (SWINGS + 1, 7), head)
        found = asked.found
        self._said(row + 2, asked, f'"Current cost of the period: "&FIXED({found.cell(1, 3)})&" {currency}."')
        self.pictures.tornado(row + 4, found, SWINGS, given[1])
        self.page.heads(head, "Input", "Value (unit of the input)", f"Cost if lower ({currency})",
                        f"Cost today ({currency})", f"Cost if higher ({currency})",
                        f"Highest minus lowest ({currency})")  # fmt: skip
        self.put(head, 7, "Note", role="head")
        kinds = ("text", "number", "money", "money", "money", "money", "text")
        self._percentages(head + 1, SWINGS, 2)
        self._rows(head + 1, found, range(SWINGS), range(7), kinds)
        return head + SWINGS

    def simulate(self, top: int) -> int:
        """Budget for the period."""
        meaning = (
            "Pays everyone many times with attainments drawn from the distributions on Goals: CSM_SIMULATE."
        )
        self.page.block(top, "Cost forecast", meaning)
        row, currency = top + 2, self.page.money.currency
        self._switch(row)
        self._cell(row + 1, 1, "Trials (count)", _TRIALS, "count", "Number of trials.",
                   required=True, at_least=2, at_most=1_000_000)  # fmt: skip
        self._cell(row + 1, 3, "Seed (number)", 1, "count", "The same seed gives the same draws.",
                   required=True, at_least=0)  # fmt: skip
        self._cell(row + 2, 1, f"Budget ({currency})", self.start.budget, "money", "Budget of the period;"
                   " blank: no figures about the budget.", at_least=0)  # fmt: skip
        budget = f"$B${row + 2}"
        given = (f"$D${row}", f"$B${row + 1}", f"$D${row + 1}", f'IF({budget}="","",{budget})', '"cost"')
        head = row + 4
        asked = self._ask("CSM_SIMULATE", row, given, (FIGURES + 1, 2), head, ASIDE)
        found = asked.found
        self._said(row + 3, asked, f'{found.cell(1, 1)}&" people, "&{found.cell(2, 1)}&" trials."')
        self.page.heads(head, "Figure", f"Cost ({currency})")
        figures = (
            ("Cost at current results", 4), ("Mean", 5), ("Standard error of the mean", 6),
            ("Standard deviation", 7), ("P10: a 1 in 10 chance of costing less", 8),
            ("P50: median", 9), ("P90: a 1 in 10 chance of costing more", 10),
            ("Expected shortfall over the budget", 14), ("Mean overrun when over the budget", 15),
            ("Probability over budget (%)", 12), ("Standard error of the probability (%)", 13),
        )  # fmt: skip
        for at, (label, place) in enumerate(figures, head + 1):
            self.put(at, 1, label, role="remark")
            cell, number = found.cell(place, 1), "percent" if "(%)" in label else "money"
            self.put(at, 2, formula=f'=IF({cell}="","",{cell})', role="calc", number=number)
        self.pictures.odds(head, found, budget)
        return head + CHART_ROWS

    def compare(self, top: int) -> int:
        """What everyone on one plan would be paid under another."""
        meaning = (
            "Pay of everyone on the first plan under the terms of the second, for the same results: "
            "CSM_PLANDIFF."
        )
        self.page.block(top, "Plan comparison", meaning)
        row, start, currency = top + 2, self.start, self.page.money.currency
        self._switch(row)
        plans = (("Current plan", start.plan, "The plan people are on now."),
                 ("Other plan", start.other, "The plan to compare it with."))  # fmt: skip
        for at, (label, plan, meaning) in enumerate(plans, row + 1):
            self._cell(at, 1, label, plan, "text", meaning, kind="id", refers="plans.plan_id", required=True)
        given = (f"$D${row}", f"$B${row + 1}", f"$B${row + 2}")
        head = row + 5 + CHART_ROWS
        asked = self._ask("CSM_PLANDIFF", row, given, (COMPARED + 1, 9), head)
        found = asked.found
        people, shown = found.cell(1, 3), f'SUMPRODUCT(({found.column(0)}&""="person")*1)'
        more = f'IF({people}>{shown},"; the list below has room for "&{shown}&" of them","")'
        self._said(row + 3, asked, f'{people}&" people"&{more}&"."')
        self.pictures.waterfall(row + 5, found, given[1:])
        amounts = (f"{words} ({currency})" for words in ("Today", "Instead", "Difference"))
        self.page.heads(head, "Total, changes, groups, people", "People (count)", *amounts,
                        "Get more (count)", "Get less (count)")  # fmt: skip
        kinds = ("count", "money", "money", "money", "count", "count")
        for at in range(COMPARED):
            part, item = is_part(found.cell(at + 1, 0)), found.cell(at + 1, 1)
            told = f'IF({part}"change",{shortened(item, given[1])},{found.cell(at + 1, 0)}&" "&{item})'
            name = f'=IF({part}"","",IF({part}"total","Everyone",{told}))'
            self.put(head + 1 + at, 1, formula=name, role="found words", number="text")
        self._rows(head + 1, found, range(COMPARED), range(3, 9), kinds, 2)
        return head + COMPARED

    # ---- what the blocks have in common --------------------------------------------------------

    def _cell(
        self, row: int, column: int, label: str, value: Any, number: str, meaning: str, **said: Any
    ) -> None:
        """A label, and the cell at its right that a person fills."""
        self.put(row, column, label, role="remark")
        self.page.typed(row, column + 1, value, number, label.partition(" (")[0], meaning=meaning, **said)

    def _switch(self, row: int) -> None:
        """Whether the block is computed, and for which period."""
        self._cell(row, 1, "Calculate", self.on, "text", "With no, this block is not calculated.",
                   kind="word", choices=("yes", "no"), required=True)  # fmt: skip
        self._cell(row, 3, "Period", self.start.period, "text", "The pay period to use.", required=True)

    def _ask(self, function: str, row: int, given: Sequence[str], size: tuple[int, int], at: int,
             more: Sequence[str] = ()) -> _Asked:  # fmt: skip
        """Put a function behind the page, with room for `size` rows and columns. Cells that it does not fill
        are blank; all of them if it fails or is switched off.

        row: of the switch. more: tables that it takes beside those by which people are paid.
        """
        read = [place.name for place in self.page.given if place.name not in _NOT_READ]
        tables = [name for name in read if name not in ASIDE or name in more]
        left, switch = self.left, f"$B${row}"
        found = Cells(at + 1, left, *size)
        room = f"${letters(self.blank)}${at + 1}:${letters(self.blank + size[1] - 1)}${at + size[0]}"
        # The comparison is as large as the room: beyond its own end the result is then #N/A, which is blank.
        call = f'IF({room}="",{function}({",".join([*given, *tables])}))'
        self.put(at - 1, left, f"Helper cells: result of {function}", role="caption")
        numbers = tuple("general" for _ in range(size[1]))
        self.put(at + 1, left, formula=f'=IF({switch}="yes",IFERROR({call},""),"")', role="calc",
                 rows=size[0], numbers=numbers)  # fmt: skip
        for column in range(left, left + size[1]):
            self.page.sheet.widths[column] = 18
        self.left += size[1] + _GAP
        return _Asked(switch, found)

    def _said(self, row: int, asked: _Asked, words: str) -> None:
        """What is to be reported about the result: in words, or why there is none."""
        first, last = asked.found.cell(0, 0), asked.found.last
        cells = f'"{self.page.sheet.name}!{first}:{last}"'.replace("$", "")
        fails, top, left = f'AND({asked.switch}="yes",{first}="")', asked.found.top - 1, asked.found.left
        self.put(top, left, "Error message", role="note")
        # With the first cell as a part of what it is asked, CSM_ERROR is asked again when that changes.
        told = f'=IF({fails},IFERROR(CSM_ERROR({cells}&{first}),""),"")'
        self.put(top, left + 1, formula=told, role="calc", number="text")
        why = f"${letters(left + 1)}${top}"
        off, failed = self.words
        none = f'IF({why}="",{failed},{why})'
        formula = f'=IF({asked.switch}<>"yes",{off},IF({first}="",{none},{words}))'
        self.put(row, 1, formula=formula, role="note")
        red = {"type": "formula", "criteria": f"={fails}", "format": "negative"}
        self.page.sheet.conditions.append(((row, 1, row, 1), red))

    def _rows(self, top: int, found: Cells, rows: range, columns: range, kinds: Sequence[str],
              left: int = 1) -> None:  # fmt: skip
        """Rows of a result on the page, from beneath its header on; those that are blank are not seen."""
        last = left + len(kinds) - 1
        for at in rows:
            for column, (place, number) in enumerate(zip(columns, kinds, strict=True), left):
                cell = found.cell(at + 1, place)
                role = "found words" if number == "text" else "found"
                self.put(top + at, column, formula=f'=IF({cell}="","",{cell})', role=role, number=number)
        for first, end, role in ((1, 1, "text"), (2, last, "calc")):
            filled = {"type": "formula", "criteria": f'=$A{top}<>""', "format": role}
            self.page.sheet.conditions.append(((top, first, top + len(rows) - 1, end), filled))

    def _percentages(self, top: int, rows: int, last: int) -> None:
        """Show the values of inputs that are ratios as percentages, from column B to the last one.

        Before other conditions of these cells, of which LibreOffice applies the first alone.
        """
        shown = f"=SUMPRODUCT((LEFT($A{top},LEN({self.ratios}))={self.ratios})*1)>0"
        rule = {"type": "formula", "criteria": shown, "format": "calc", "number": "fine percent"}
        self.page.sheet.conditions.append(((top, 2, top + rows - 1, last), rule))
