"""The block of the What-if that changes a curve: its points today and what if, and both as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from csm_xl.plan.table import Tables
from csm_xl.workbook.charts import Axis, Chart, Series
from csm_xl.workbook.layout import InputTable
from csm_xl.workbook.page import Column, Table, absolute, this_row
from csm_xl.workbook.sheets.results import Paid
from csm_xl.workbook.sheets.what_if.followed import as_today
from csm_xl.workbook.sheets.what_if.rows import (
    CHART_ROWS,
    COLUMN,
    CURVE_TOP,
    FIELDS,
    FIRST,
    LAST,
    POINT,
    POINTS,
    TODAY_OR,
    WAYS,
)
from csm_xl.workbook.sheets.what_if.trial import BEHIND, LAST_COLUMN
from csm_xl.workbook.sheets.what_if.trials import Trials
from csm_xl.workbook.styles import GREY, NAVY, TEAL
from csm_xl.xlsx.addresses import letters

CURVE: Final = "tblWhatIfCurve"
STANDS: Final = "tblWhatIfPoint"
_MOVED: Final = 1.75  # the payout of the third point, for a start
_GRID: Final = tuple(at / 100 for at in range(50, 151))  # so close that a step looks like one
_X, _Y, _COUNT, _ROW, _FITS, *_WORDS, IS_MOVED, _EVERY = (f"${letters(BEHIND + at)}" for at in range(11))
"""Columns behind the moved curve: its points, how many, their first row, whether all fit, its options, and
whether one is typed, and how many rows the curve has wherever they are."""
OPTIONS: Final = (("Mode", "linear"), ("Below", "zero"), ("Above", "hold"), ("Cap (%)", ""))
CHANGED_POINTS: Final = f"{_X}${POINT}:INDEX({_Y}${POINT}:{_Y}${POINT + POINTS - 1},{_COUNT}${POINT})"
"""The range of the changed curve: its attainments and its payouts."""


class CurveChange(Trials):
    """The blocks beside a person's pay, and the one that changes a curve."""

    def __init__(self, tables: Tables, paid: Paid, totals: Table, given: Sequence[InputTable], examples: bool,
                 new: bool) -> None:  # fmt: skip
        super().__init__(tables, paid, totals, given, examples, new)
        weighted = [line for line in paid.lines[1:] if line[self.at["weight"]] is not None]
        self.first = next(iter([*weighted, *paid.lines[1:]]), None)
        self.somebody = self.first[self.at["employee_id"]] if self.first else totals.rows[0][0]

    def curve(self) -> None:
        """One curve whose curve points may be moved."""
        self.block(CURVE_TOP, "Change a curve", "Enter other curve points; every component above that uses "
                                             "this curve"
                   " pays by them.")  # fmt: skip
        put, curve = self.sheet.put, f"$B${CURVE_TOP + 2}"
        put(CURVE_TOP + 2, 1, "Curve id", role="remark")
        self.typed(CURVE_TOP + 2, 2, self._own_curve(), "text", "Curve id", kind="id",
                   refers="curves.curve_id", meaning="The curve to change.")  # fmt: skip
        self.heads(CURVE_TOP + 3, "Point (number)", "Attainment today (%)", "Attainment what if (%)",
                   "Payout today (%)", "Payout what if (%)", first="count")  # fmt: skip
        heads = ("Attainment (%)", "Payout (%)", "Points (count)", "First (row)", "All fit", "Mode", "Below",
                 "Above", "Curve cap (%)", "Moved", "Rows (count)")  # fmt: skip
        for column, head in enumerate(heads, BEHIND):
            put(CURVE_TOP + 3, column, head, role="head")
        for at in range(POINTS):
            row = POINT + at
            put(row, 1, at + 1, role="remark", number="count")
            for column, head in ((2, "Attainment (%)"), (4, "Payout (%)")):
                knot = f"INDEX(tblCurves[{head}],{_ROW}${POINT}+$A{row}-1)"
                today = f'=IF($A{row}>{_COUNT}${POINT},"",{knot})'
                put(row, column, formula=today, role="calc", number="percent")
                moved = self.example(_MOVED) if (at, column) == (2, 4) else None
                self.typed(row, column + 1, moved, "percent", head, meaning=TODAY_OR)
            for column, (now, then) in enumerate((("$B", "$C"), ("$D", "$E")), BEHIND):
                both = f'=IF({then}{row}="",{now}{row},{then}{row})'
                put(row, column, formula=both, role="calc", number="percent")
        count, last = f"{_COUNT}${POINT}", POINT + POINTS - 1
        typed = f"COUNT($C${POINT}:$C${last})+COUNT($E${POINT}:$E${last})>0"
        most = f"More than {POINTS} points: it cannot be changed here."
        every = f"{_EVERY}${POINT}"
        apart = "Put the rows of this curve next to each other on Curves."
        put(CURVE_TOP + 2, 3, role="note", formula=f'=IF({every}>{count},"{apart}",'
            f'IF({count}>ROWS($A${POINT}:$A${last}),"{most}",""))')  # fmt: skip
        facts = (
            (f"IF({rows_apart(curve, f'{_ROW}${POINT}', every)},0,{every})", "count"),
            (f"IFERROR(MATCH({curve},tblCurves[Curve id],0),0)", "count"),
            (f"AND({count}>0,{count}<=ROWS($A${POINT}:$A${POINT + POINTS - 1}))", "general"),
            *(
                (f'IFERROR({option_of(head, f"{_ROW}${POINT}", default)},"")', "text")
                for head, default in OPTIONS
            ),
            (f"AND({_FITS}${POINT},{typed})", "general"),
            (f'SUMPRODUCT((tblCurves[Curve id]={curve})*({curve}<>""))', "count"),
        )
        for column, (formula, number) in enumerate(facts, BEHIND + 2):
            put(POINT, column, formula=f"={formula}", role="calc", number=number)

    def _own_curve(self) -> str | None:
        """The curve of the first component of the person's plan, or any."""
        given, plan = self.tables["components"], self.first[self.at["plan_id"]] if self.first else None
        columns = (
            [given.columns[name].tolist() for name in ("plan_id", "curve_id")] if given.rows else [[], []]
        )
        own = [curve for of, curve in zip(*columns, strict=True) if of == plan and curve]
        every = self.tables["curves"].columns["curve_id"].tolist() if self.tables["curves"].rows else []
        return next(iter([*own, *every]), None)

    def picture(self) -> None:
        """The curve today and moved, and where the person would be on either."""
        row = f"{_ROW}${POINT}"
        today = (f"INDEX(tblCurves[Attainment (%)],{row}):"
                 f"INDEX(tblCurves[Payout (%)],{row}+{_COUNT}${POINT}-1)")  # fmt: skip
        words = ",".join(f"{column}${POINT}" for column in _WORDS)
        curves = f"{COLUMN['curve']}${FIRST}:{COLUMN['curve']}${LAST}"
        own = f"MATCH($B${CURVE_TOP + 2},{curves},0)"
        now, then = (f"INDEX({column}${FIRST}:{column}${LAST},{own})"
                     for column in ("$B", COLUMN["attainment"]))  # fmt: skip
        stands = f'IFERROR(IF({this_row(STANDS, "Which")}="today",{now},{then})*1,1)'
        # LibreOffice finds a blank cell among cells of empty text, Excel does not.
        stands = f'=IF($B${CURVE_TOP + 2}="",1,{stands})'
        left, tables = BEHIND + len(FIELDS) + 3, []
        for name, caption, rows, attainment in (
            (CURVE, "The curve", [[None, at, None, None] for at in _GRID], ""),
            (STANDS, "The person", [["today", None, None, None], ["what if", None, None, None]], stands),
        ):
            at = this_row(name, "Attainment (%)")
            # A curve in a measure's own unit has no attainments to draw: the function refuses them.
            paid = (f"IF({_COUNT}${POINT}=0,0,IFERROR(CSM_PAYCURVE({at},{today},{words}),0))",
                    f"IF({_FITS}${POINT},IFERROR(CSM_PAYCURVE({at},{CHANGED_POINTS},{words}),0),"
                    f"{this_row(name, 'Today (%)')})")  # fmt: skip
            columns = (
                Column("Which", "value", "text"),
                Column("Attainment (%)", "calc" if attainment else "value", "percent", attainment),
                *(Column(head, "calc", "percent", f"={formula}")
                  for head, formula in zip(("Today (%)", "What if (%)"), paid, strict=True)),
            )  # fmt: skip
            tables.append(Table(name, caption, "Live: CSM_PAYCURVE.", columns, rows, left, CURVE_TOP + 3))
            left = tables[-1].right + 2
        self.sheet.tables = [*tables, self._ways(left)]
        self._chart(tables[1])

    def _chart(self, stand: Table) -> None:
        reached, now, then = (f"{letters(stand.left + at)}{stand.last_row}" for at in (1, 2, 3))
        said = f'="At "&TEXT({reached},"0%")&" attainment the curve pays "&TEXT({then},"0%")&", today "'
        self.sheet.put(CURVE_TOP + 2, BEHIND, formula=f'{said}&TEXT({now},"0%")', role="calc")
        width = sum(7 * int(self.sheet.widths[column]) + 5 for column in range(1, LAST_COLUMN + 1))
        across, here = (f"{name}[Attainment (%)]" for name in (CURVE, STANDS))
        self.sheet.charts.append(Chart(
            (POINT + POINTS + 1, 1), (width - 8, CHART_ROWS * 20 - 6),
            absolute(self.sheet.name, CURVE_TOP + 2, BEHIND),
            "Lines: payout of the selected curve, current and changed; marks: the employee.",
            Axis("Attainment (%)", "percent", 0.5, 1.5, 0.1), Axis("Payout (%)", "percent", 0),
            (Series("today", f"{CURVE}[Today (%)]", across, "dashed", GREY),
             Series("what if", f"{CURVE}[What if (%)]", across, "line", NAVY),
             Series("the person, today", f"{STANDS}[Today (%)]", here, "dots", GREY, (0, 1)),
             Series("the person, what if", f"{STANDS}[What if (%)]", here, "mark", TEAL, (1, 1))),
            legend="right",
        ))  # fmt: skip

    def _ways(self, left: int) -> Table:
        """The components with a weight of every plan, numbered within the plan."""
        found: dict[str, dict[str, None]] = {}
        for line in self.paid.lines[1:]:
            if line[self.at["weight"]] is not None:
                found.setdefault(line[self.at["plan_id"]], {})[line[self.at["component_id"]]] = None
        names = {"Plan id": "text", "Component id": "text", "Number (count)": "count", "As today": "text"}
        columns = tuple(
            Column(header, "value", number, optional=header == "As today") for header, number in names.items()
        )
        why = as_today(self.tables)
        rows = [[plan, one, at, why.get((plan, one))]
                for plan, own in found.items() for at, one in enumerate(own, 1)]  # fmt: skip
        return Table(WAYS, "Ways of paying", "Components with a weight.", columns, rows, left, CURVE_TOP + 3)


def rows_apart(curve: str, first: str, count: str) -> str:
    """Whether the rows of a curve on Curves are not all one below the other, from its first one on."""
    ids = "tblCurves[Curve id]"
    here = f"INDEX({ids},{first}):INDEX({ids},{first}+{count}-1)"
    return f"IF({count}=0,FALSE,IFERROR(COUNTIFS({here},{curve})<{count},TRUE))"


def option_of(head: str, row: str, default: str) -> str:
    """An option of a curve, or the default for a blank."""
    there = f"INDEX(tblCurves[{head}],{row})"
    return f'IF({there}="","{default}",{there})'
