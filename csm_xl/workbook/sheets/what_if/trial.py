"""A page on which figures are tried out: cells that a person types, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from csm_xl.plan.schema import Column as Rule
from csm_xl.plan.table import Tables
from csm_xl.workbook import layout
from csm_xl.workbook.layout import InputTable, line_header
from csm_xl.workbook.page import Sheet, Table
from csm_xl.workbook.sheets.inputs import currency_of
from csm_xl.workbook.sheets.results import PAYOUTS, Money, Paid

LAST_COLUMN: Final = 7
PERSON: Final = 7
"""The row of the person whose pay is tried out: the id in column B, the plan in column D."""
BEHIND: Final = 9
"""The first column that is not printed: what formulas look up is there."""
_NUMBERS: Final = {"money": "money", "percent": "ratio", "factor": "ratio", "share": "ratio",
                   "count": "count", "date": "date", "text": "text"}  # fmt: skip


def either(row: int) -> str:
    """What is typed in the column "What if" of a row, or today's."""
    return f'IF($C{row}="",$B{row},$C{row})'


class Trial:
    """The sheet while it is filled: blocks of rows, today's figure in column B and another in column C.

    given: the input tables that functions are given.
    examples: whether the cells to try out hold made-up figures to begin with, as in the template. In
    somebody's own workbook they are blank. new: whether the workbook is; what is in those cells to begin with
    matters to no other one.
    """

    def __init__(self, tables: Tables, paid: Paid, totals: Table, given: Sequence[InputTable], examples: bool,
                 new: bool) -> None:  # fmt: skip
        self.tables, self.paid, self.totals, self.examples, self.new = tables, paid, totals, examples, new
        self.given = given
        self.money = Money(currency_of(tables))
        self.at = {name: place for place, name in enumerate(paid.lines[0])}
        self.line = {name: f"{PAYOUTS}[{line_header(name, self.money.currency)}]" for name in self.at}
        self.sheet = Sheet("What-if", "output", "What if", layout.SUBTITLES["What-if"], portrait=True)
        self.sheet.widths = {1: 36, 2: 20, 3: 20, **dict.fromkeys(range(4, LAST_COLUMN), 15),
                             LAST_COLUMN: 28, LAST_COLUMN + 1: 3}  # fmt: skip

    def typed(self, row: int, column: int, value: Any, number: str, label: str, **said: Any) -> None:
        """A cell that a person fills, with what it takes."""
        role = "setting" if number == "text" else "input"
        self.sheet.put(row, column, value, role=role, number=number)
        meaning = said.pop("meaning", "Blank: unchanged." if column == 3 else "Change it to try it out.")
        self.sheet.rules[row, column] = (
            Rule("value", said.pop("kind", _NUMBERS[number]), meaning, **said),
            label,
        )

    def example(self, value: Any) -> Any:
        """A made-up figure to begin with, in a workbook of made-up people."""
        return value if self.examples else None

    def block(self, row: int, caption: str, meaning: str) -> None:
        """The caption of a block and the line that explains it."""
        self.sheet.put(row, 1, caption, role="caption")
        self.sheet.put(row + 1, 1, meaning, role="note")

    def heads(self, row: int, *heads: str, first: str = "general") -> None:
        """The heads of a block's columns; first: what the first of them holds."""
        for column, head in enumerate(heads, 1):
            self.sheet.put(row, column, head, role="head", number=first if column == 1 else "percent")
        self.sheet.heights[row] = 31 if any(len(head) > 15 for head in heads[1:]) else 18

    def difference(self, row: int, now: str, then: str, number: str) -> None:
        """What if less today."""
        self.sheet.put(row, 4, formula=f"={then}-{now}", role="sum", number=number)

    def pair(self, row: int, label: str, number: str, today: Any, **said: Any) -> None:
        """A figure that may be typed: today's, written or computed, and another."""
        self.sheet.put(row, 1, label, role="remark")
        if isinstance(today, str) and today.startswith("="):
            self.sheet.put(row, 2, formula=today, role="calc", number=number)
        else:
            self.typed(row, 2, today, number, label, **said)
        self.typed(row, 3, None, number, label, **said)
        if number not in ("text", "date"):
            self.difference(row, f"$B{row}", either(row), number)

    def follows(self, row: int, label: str, number: str, now: str, then: str, *, rows: Sequence[int],
                also: str = "") -> None:  # fmt: skip
        """A figure that follows from others, blank while a cell of theirs is blank.

        rows: of the figures that it needs. also: another condition under which it is blank.
        """
        more = [also] if also else []
        lacks = [f'$B{one}=""' for one in rows], [f'$B{one}&$C{one}=""' for one in rows]
        now, then = (
            f'IF(OR({",".join([*cells, *more])}),"",{figure})'
            for cells, figure in zip(lacks, (now, then), strict=True)
        )
        self.outcome(row, label, number, now, then)
        both = f"$B{row}:$C{row}"
        self.sheet.put(row, 4, formula=f'=IF(COUNT({both})<COLUMNS({both}),"",$C{row}-$B{row})',
                       role="sum", number=number)  # fmt: skip

    def outcome(self, row: int, label: str, number: str, now: str, then: str) -> None:
        """A figure that follows from others."""
        self.sheet.put(row, 1, label, role="remark")
        self.sheet.put(row, 2, formula=f"={now}", role="calc", number=number)
        self.sheet.put(row, 3, formula=f"={then}", role="calc", number=number)
        self.difference(row, f"$B{row}", f"$C{row}", number)
