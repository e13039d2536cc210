"""The sections of the Dashboard that judge: the health of the plans, and what the lint finds in the tables.

Behind the page is what ``CSM_PLANHEALTH`` and ``CSM_LINT`` give, each as one live formula with room for a
fixed number of rows; the cells of the page pick from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from csm_xl.plan.schema import Column as Rule
from csm_xl.plan.table import Tables
from csm_xl.workbook import layout
from csm_xl.workbook.page import HEAD_ROW, Column, Sheet, Table
from csm_xl.workbook.sheets.dashboard.pay_tables import PLANS
from csm_xl.workbook.sheets.results import PAYOUTS
from csm_xl.xlsx.addresses import letters

READ: Final = "tblLooked"
"""The tables that the lint looks through: where each is."""
SHOWN_FINDINGS: Final = 5
SHOWN_PLANS: Final = 8
MOST_FINDINGS: Final = 100
MOST_PLANS: Final = 20
MOST_PEOPLE: Final = 500
"""The plan check starts switched on for up to this many people."""
MEASURES: Final = (
    ("At threshold (%)", "share_at_threshold", "0%"),
    ("At target (%)", "share_at_target", "0%"),
    ("At excellence (%)", "share_at_excellence", "0%"),
    ("Pay follows results (rank)", "rank_correlation", "0.00"),
)
"""The measures of health that are shown: header, name, and how they are written."""
_LETTERS: Final = 138
"""Letters of a finding that fit on a line of the page; it has two lines."""
_PLACE_CELLS: Final = 3  # cells behind the page that say where a finding is
_CUT: Final = "¦"  # a sign that no finding holds
_MEASURES_A_PLAN: Final = 11  # the most rows that CSM_PLANHEALTH gives for one
_SHARES: Final = "Share of people with a target; – if there are none, or fewer than 5."
_OFF: Final = "Not calculated: enter yes. For thousands of people it takes a few seconds."
_NONE: Final = "No findings: every rule was checked."
_FAILED: Final = "The plan check gives no result here: type =CSM_LINT(...) in a cell of your own."


class Findings:
    """Puts the sections on a sheet.

    given: the input tables that functions are given. left: the first column of those behind the page that
    are free.
    """

    def __init__(self, sheet: Sheet, tables: Tables, given: Sequence[layout.InputTable], left: int) -> None:
        self.sheet, self.tables, self.given, self.left = sheet, tables, given, left
        self.put = sheet.put

    def health(self, top: int, column: int) -> None:
        """The plans against the norms, from the row of the heads on: the norms, all plans, each plan."""
        size = (1 + _MEASURES_A_PLAN * (1 + MOST_PLANS), 5)
        plans, measures, values, norms, verdicts = self._behind(
            "CSM_PLANHEALTH", top, size, f"{PAYOUTS}[#All]"
        )
        key = f"${letters(self.left)}${top + 1}:${letters(self.left)}${top + size[0]}"
        self.put(top, self.left, "Plan and measure", role="head")
        self.put(top + 1, self.left, formula=f'={plans}&"|"&{measures}', role="calc", rows=size[0])
        self.left += 2
        rows = range(top + 2, top + 3 + SHOWN_PLANS)
        every, beside = f"${letters(column)}${rows[0]}", letters(column - 1)  # a blank column, to count rows
        self.put(top - 2, column, "Plan health", role="caption")
        self.put(top, column, "Plan id", role="head")
        self.put(top + 1, column, "Norm", role="remark")
        for row in rows:
            nth = f"INDEX({PLANS}[Plan id],ROWS(${beside}${rows[1]}:${beside}{row}))"
            told = f'=IFERROR(IF(SUMPRODUCT(({key}={nth}&"|people")*1)=0,"",{nth}),"")'
            first = f"INDEX({plans},1+1)"
            shown = f'=IF({first}="","",{first})' if row == rows[0] else told
            self.put(row, column, formula=shown, role="remark", number="text")
        for across, (header, measure, form) in enumerate(MEASURES, column + 1):
            self.put(top, across, header, role="head", number="percent")
            self.put(top, self.left, header, role="head", number="count")
            for row in (top + 1, *rows):
                plan, found = f"${letters(column)}{row}", f"${letters(self.left)}{row}"
                if row == top + 1:
                    plan, said = every, f"INDEX({norms},{found})"
                else:
                    said = f'TEXT(INDEX({values},{found}),"{form}")&" "&INDEX({verdicts},{found})'
                at = f'=IFERROR(MATCH(1,INDEX(({key}={plan}&"|{measure}")*1,0),0),"")'
                self.put(row, self.left, formula=at, role="calc", number="count")
                said = f'=IF({plan}="","",IF({found}="","–",{said}))'
                self.put(row, across, formula=said, role="remark", number="percent")
            self.left += 1
        area, first = (
            (rows[0], column + 1, rows[-1], column + len(MEASURES)),
            f"{letters(column + 1)}{rows[0]}",
        )
        for word in ("low", "high"):
            off = f'=RIGHT({first},LEN(" {word}"))=" {word}"'
            self.sheet.conditions.append((area, {"type": "formula", "criteria": off, "format": "warns"}))
        spread = f'INDEX({values},MATCH(1,INDEX(({key}={every}&"|gini")*1,0),0))'
        told = f'"{_SHARES} Gini of variable pay "&TEXT({spread},"0.00")&"."'
        self.put(top - 1, column, formula=f'=IFERROR({told},"{_SHARES}")', role="note")
        self.left += 1

    def lint(self, top: int, last: int) -> None:
        """What the lint finds, from the row of the caption on, over the page's columns up to the last."""
        places = self.given
        switch = f"${letters(last)}${top}"
        on = "yes" if self.tables["roster"].rows <= MOST_PEOPLE else "no"
        self.put(top, 1, "Plan check findings", role="caption")
        self.put(top, last - 1, "Calculate", role="note", number="percent")
        self.put(top, last, on, role="setting", number="text")
        self.sheet.rules[top, last] = (
            Rule("value", "word", "With no, the plan check is not calculated.", True, choices=("yes", "no")),
            "Calculate the plan check",
        )
        head = top + 2
        severity, _, wheres, _ = found = self._behind(
            "CSM_LINT", head, (1 + MOST_FINDINGS, 4), ",".join(place.name for place in places), switch, '&""'
        )
        counts = [f"${letters(self.left)}${row}" for row in range(head + 1, head + 4)]
        self.put(head, self.left, "Findings", role="head")
        for at, word in enumerate(("error", "warning", "note"), head + 1):
            count = f'COUNTIF({severity},"{word}")'
            words = f'={count}&IF({count}=1," {word}"," {word}s")'
            self.put(at, self.left, formula=words, role="calc", number="text")
        self.left += 2
        first, some = f"INDEX({severity},1)", '&", "&'.join(counts)
        said = f'IF({first}="","{_FAILED}",IF($A{head + 1}="","{_NONE}",{some}&"."))'
        self.put(top + 1, 1, formula=f'=IF({switch}<>"yes","{_OFF}",{said})', role="note")
        for column in range(1, last + 1):
            text = {1: "Severity", 2: "Rule", 3: "Where", 5: "Finding"}
            self.put(head, column, text.get(column), role="head")
        self._looked(head, places)
        limit = f"${letters(self.left + _PLACE_CELLS)}${head}"
        self.put(head - 1, self.left + _PLACE_CELLS, "Letters of a line (count)", role="note")
        self.put(head, self.left + _PLACE_CELLS, _LETTERS, role="value", number="count")
        for at in range(1, SHOWN_FINDINGS + 1):
            row = head - 1 + 2 * at
            nth = f"ROWS(${letters(last + 1)}${head}:${letters(last + 1)}{head + at})"
            cells = [f"INDEX({one},{nth})" for one in found]
            # A header alone, of nothing found, is in every row of the room.
            none = f'OR({cells[0]}="",{cells[0]}={first})'
            self.put(row, 1, formula=f'=IF({none},"",{cells[0]})', role="figure", number="text")
            self.put(row, 2, formula=f'=IF($A{row}="","",{cells[1]})', role="figure", number="text")
            self._lines(row, f'IF($A{row}="","",{cells[3]})', limit)
            self._place(row, f"INDEX({wheres},{nth})")
        for word, look in (("error", "fails"), ("warning", "warns")):
            area = (head + 1, 1, head + 2 * SHOWN_FINDINGS, 1)
            mark = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}
            self.sheet.conditions.append((area, mark))

    def _lines(self, row: int, words: str, limit: str) -> None:
        """A finding on two lines of the page, the first of which ends with a word."""
        text, cut, rest = (f"${letters(self.left + _PLACE_CELLS + at)}{row}" for at in range(3))
        fits = f"LEFT({text},{limit})"
        spaces = f'LEN({fits})-LEN(SUBSTITUTE({fits}," ",""))'
        last = f'FIND("{_CUT}",SUBSTITUTE({fits}," ","{_CUT}",{spaces}))'
        end = f"IF(LEN({text})<={limit},LEN({text}),IFERROR({last},{limit}))"
        for at, (step, kind) in enumerate((
            (words, "text"), (end, "count"), (f"TRIM(MID({text},{cut}+1,LEN({text})))", "text")
        )):  # fmt: skip
            self.put(row, self.left + _PLACE_CELLS + at, formula=f"={step}", role="calc", number=kind)
        self.put(row, 5, formula=f"=TRIM(LEFT({text},{cut}))", role="figure", number="text")
        more = f'=IF(LEN({rest})>{limit},LEFT({rest},{limit})&"…",{rest})'
        self.put(row + 1, 5, formula=more, role="figure", number="text")

    def _looked(self, top: int, places: Sequence[layout.InputTable]) -> None:
        """The tables in the order in which the lint is given them: sheet, and row of the header."""
        rows = [[number, place.sheet, HEAD_ROW] for number, place in enumerate(places, 1)]
        columns = (Column("Argument (number)", "value", "count"), Column("Sheet", "value", "text"),
                   Column("Header (row)", "value", "count"))  # fmt: skip
        note = "In the order of CSM_LINT's arguments."
        self.sheet.tables.append(Table(READ, "Tables checked", note, columns, rows, self.left, top))
        self.left += len(columns) + 1

    def _place(self, row: int, where: str) -> None:
        """Where a finding is: ``argument 3, row 9 (payout)`` as the sheet and the row there."""
        number, rest, count = (f"${letters(self.left + at)}{row}" for at in range(3))
        steps = (
            f'VALUE(MID({where},LEN("argument ")+1,FIND(",",{where})-LEN("argument ")-1))',
            f'MID({where},FIND(" row ",{where})+LEN(" row "),LEN({where}))&" "',
            f'VALUE(LEFT({rest},FIND(" ",{rest})-1))',
        )
        for at, (step, kind) in enumerate(zip(steps, ("count", "text", "count"), strict=True)):
            self.put(row, self.left + at, formula=f'=IFERROR({step},"")', role="calc", number=kind)
        on, head = (f"INDEX({READ}[{name}],{number})" for name in ("Sheet", "Header (row)"))
        said = f'{on}&" row "&({count}+{head}-1)&MID(TRIM({rest}),FIND(" ",{rest}),LEN({rest}))'
        self.put(row, 3, formula=f'=IF($A{row}="","",IFERROR({said},{where}))', role="figure", number="text")

    def _behind(
        self, function: str, top: int, size: tuple[int, int], given: str, switch: str = "", joined: str = ""
    ) -> list[str]:
        """Put what a function gives behind the page, beneath the row `top`, blank beyond its end and where it
        fails; gives its columns, header included.

        switch: the cell without whose yes nothing is calculated. joined: what is joined to each cell, in the
        words of a formula: Calc finds nothing equal to a text that a function gives, but to a joined one.
        """
        rows, columns = size
        last, blank = top + rows, self.left + columns + 1
        room = f"${letters(blank)}${top + 1}:${letters(blank + columns - 1)}${last}"
        # The comparison is as large as the room: beyond the result's end it is then #N/A, which is blank.
        call = f'IFERROR(IF({room}="",{function}({given})){joined},"")'
        formula = f'IF({switch}="yes",{call},"")' if switch else call
        self.put(top - 1, self.left, f"Helper cells: result of {function}", role="caption")
        self.put(top + 1, self.left, formula=f"={formula}", role="calc", rows=rows,
                 numbers=("general",) * columns)  # fmt: skip
        found = [
            f"${letters(self.left + at)}${top + 1}:${letters(self.left + at)}${last}" for at in range(columns)
        ]
        self.left = blank + columns + 1
        return found
