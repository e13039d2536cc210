"""The What-if: live functions over cells that a person types, today's figure beside what would be.

A blank cell in the column "What if" means: as today. Nothing here is paid, and a refresh leaves what was
typed alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from csm_xl.plan.raw import letters
from csm_xl.plan.table import Tables
from csm_xl.workbook.charts import Axis, Chart, Series
from csm_xl.workbook.frame import framed
from csm_xl.workbook.modeller import Modeller
from csm_xl.workbook.page import Column, Sheet, Table, absolute, this_row, with_header
from csm_xl.workbook.results import TOTALS, Paid
from csm_xl.workbook.styles import GREY, NAVY, TEAL
from csm_xl.workbook.trial import BEHIND, LAST_COLUMN, either
from csm_xl.workbook.trials import MORE_ROWS, OFFER_ROWS, Trials

CURVE: Final = "tblWhatIfCurve"
STANDS: Final = "tblWhatIfPoint"
WAYS: Final = "tblWhatIfWays"
_COMPONENTS: Final = 6
_KNOTS: Final = 8
_PERSON, _HEADS, _LIST, _CURVE = 7, 9, 18, 27  # rows: the person, heads of its blocks, the curve
_BASE, _TARGET, _MODIFIER, _CAP, _RATIO, _PAY, _TOTAL = range(_HEADS + 1, _HEADS + 8)
_FIRST, _LAST = _LIST + 1, _LIST + _COMPONENTS  # rows of components
_POINT: Final = _CURVE + 4  # row of the first knot
_CHART_ROWS: Final = 14
_TIERS: Final = _POINT + _KNOTS + 1 + _CHART_ROWS + 1
_MORE: Final = _TIERS + 8
_OFFERS: Final = _MORE + MORE_ROWS
_MODELLER: Final = _OFFERS + OFFER_ROWS + 1
_FIELDS: Final = ("component", "row", "curve", "first", "last", "mode", "below", "above", "curve cap",
                  "floor", "cap", "attainment", "weight")  # fmt: skip
"""What stands behind each component, from the column after the one that numbers them."""
_TERMS: Final = "tblComponents"
_KINDS: Final = {"row": "count", "first": "count", "last": "count", "floor": "percent", "cap": "percent",
                 "curve cap": "percent"}  # fmt: skip
_MOVED: Final = 1.75  # the payout of the third point, for a start
_REACHED: Final = 1.1  # the attainment of the first component, for a start
_GRID: Final = tuple(at / 100 for at in range(50, 151))  # so close that a step looks like one
_X, _Y, _COUNT, _ROW, _FITS, *_WORDS = (f"${letters(BEHIND + at)}" for at in range(9))
"""Columns behind the moved curve: its knots, how many, their first row, whether all fit, and its options."""
_TODAY_OR: Final = "Blank: as today."


def what_if(tables: Tables, paid: Paid, totals: Table) -> Sheet:
    """Blocks one beneath the other, each with a line that says what it is for.

    totals: the table of the people.
    """
    page = _Page(tables, paid, totals)
    page.person()
    page.components()
    page.curve()
    page.picture()
    page.tiers(_TIERS)
    page.more(_MORE, f"=$B${_TOTAL}")
    page.offers(_OFFERS)
    page.sheet.breaks = [_TIERS - 1]
    modeller = Modeller(page, page.somebody, page.sheet.tables[-1].right + 2)
    page.sheet.printed = (modeller.fill(_MODELLER), LAST_COLUMN)
    sheet = framed(page.sheet)
    sheet.frozen = (3, 0)
    return sheet


class _Page(Trials):
    """The blocks of a person's pay."""

    def __init__(self, tables: Tables, paid: Paid, totals: Table) -> None:
        super().__init__(tables, paid, totals)
        self.column = {name: f"${letters(BEHIND + 1 + at)}" for at, name in enumerate(_FIELDS)}
        weighted = [line for line in paid.lines[1:] if line[self.at["weight"]] is not None]
        self.first = next(iter([*weighted, *paid.lines[1:]]), None)
        self.somebody = self.first[self.at["employee_id"]] if self.first else totals.rows[0][0]

    def person(self) -> None:
        """One person: pay today, and with what is typed here and below."""
        meaning = "Choose somebody, then type another attainment, weight, modifier, cap or point of a curve."
        self.block(5, "A person's pay", meaning)
        put, money = self.sheet.put, self.money
        put(_PERSON, 1, "Employee id", role="remark")
        self.typed(_PERSON, 2, self.somebody, "text", "Employee id", kind="id", refers="roster.employee_id",
                   required=True, meaning="Whose pay is tried out.")  # fmt: skip
        put(_PERSON, 3, "Plan id", role="remark")
        plan, former = (
            f'=IFERROR(INDEX({column("Plan id")},MATCH(1,INDEX(({column("Employee id")}=$B${_PERSON})*1,0),0)'
            ')&"","")' for column in (partial(with_header, TOTALS), partial(_of_data, TOTALS))
        )  # fmt: skip
        put(_PERSON, 4, formula=plan, role="state", number="text", former=former)
        self.heads(_HEADS, "Pay of the period", "Today", "What if", "Difference")
        own = f"({TOTALS}[Employee id]=$B${_PERSON})"
        for row, words in ((_BASE, "Base pay"), (_TARGET, "Target variable")):
            self.pair(row, money[words], "money", f"=SUMPRODUCT({own}*{TOTALS}[{money[words]}])")
        self.pair(_MODIFIER, "Modifier (×)", "factor", 1.0, at_least=0)
        self._of_plan(_CAP, 1, "Plan cap (× target)", "Plan cap (× target)", "")
        self.typed(_CAP, 3, None, "share", "Plan cap (× target)", at_least=0, meaning=_TODAY_OR)
        put(_HEADS, BEHIND, "Method", role="head")
        self._of_plan(_BASE, BEHIND - 1, "", "Combination", "additive")
        ratios = (
            self._ratio("$F", "$D", f"$B{_MODIFIER}", f"$B{_CAP}"),
            self._ratio("$G", self.column["weight"], either(_MODIFIER), either(_CAP)),
        )
        self.outcome(_RATIO, "Payout of target (%)", "percent", *ratios)
        self.outcome(_PAY, money["Target-based pay"], "money", f"$B{_TARGET}*$B{_RATIO}",
                     f"{either(_TARGET)}*$C{_RATIO}")  # fmt: skip
        self.outcome(_TOTAL, money["Total pay"], "money", f"CSM_TOTALCOMP($B{_BASE},$B{_TARGET},$B{_RATIO})",
                     f"CSM_TOTALCOMP({either(_BASE)},{either(_TARGET)},$C{_RATIO})")  # fmt: skip

    def _of_plan(self, row: int, column: int, label: str, header: str, default: str) -> None:
        """A term of the person's plan, in the column after its label."""
        if label:
            self.sheet.put(row, column, label, role="remark")
        cell = f"INDEX(tblPlans[{header}],MATCH($D${_PERSON},tblPlans[Plan id],0))"
        self.sheet.put(row, column + 1, formula=f'=IFERROR(IF({cell}="","{default}",{cell}),"{default}")',
                       role="calc", number="share")  # fmt: skip

    def _ratio(self, payouts: str, weights: str, modifier: str, cap: str) -> str:
        """The payout ratio of the components there are, modified and capped."""
        count = f"COUNT({payouts}${_FIRST}:{payouts}${_LAST})"
        ratios, shares = (
            f"{one}${_FIRST}:INDEX({one}${_FIRST}:{one}${_LAST},{count})" for one in (payouts, weights)
        )
        method = f"${letters(BEHIND)}${_BASE}"
        combined = f"CSM_WEIGHTED({ratios},{shares},{method})"
        return f"IF({count}=0,0,CSM_CAP(CSM_MODIFY({combined},{modifier}),0,{cap}))"

    def components(self) -> None:
        """The components of the person's plan that have a weight."""
        self.heads(_LIST, "Component", "Attainment today (%)", "Attainment what if (%)", "Weight today (%)",
                   "Weight what if (%)", "Payout today (%)", "Payout what if (%)")  # fmt: skip
        put = self.sheet.put
        for column, name in enumerate(("Number", *_FIELDS), BEHIND):
            put(_LIST, column, name.capitalize(), role="head")
            self.sheet.widths.setdefault(column, 12)
        place = {name: column for column, name in enumerate(_FIELDS, BEHIND + 1)}
        for at in range(1, _COMPONENTS + 1):
            row = _LIST + at
            cell = {name: f"{letter}{row}" for name, letter in self.column.items()}
            there = f'{cell["row"]}=""'
            put(row, BEHIND, at, role="value", number="count")
            self._looked_up(row, cell, place)
            put(row, 1, formula=f"={cell['component']}", role="remark", number="text")
            own = (f"({self.line['employee_id']}=$B${_PERSON})*({self.line['component_id']}"
                   f'={cell["component"]})*({self.line["attainment"]}<>"")*{self.line["component_target"]}'
                   )  # fmt: skip
            reached = f"SUMPRODUCT({own},{self.line['attainment']})/SUMPRODUCT({own})"
            shown = (
                (2, f'IF({there},"",IFERROR({reached},1))'),
                (4, f'IF({there},"",INDEX(tblComponents[Weight (%)],{cell["row"]}))'),
                (6, f'IF({there},"",{self._paid_at(cell, f"$B{row}", False)})'),
                (7, f'IF({there},"",{self._paid_at(cell, cell["attainment"], True)})'),
                (place["attainment"], f'IF($C{row}="",$B{row},$C{row})'),
                (place["weight"], f'IF($E{row}="",$D{row},$E{row})'),
            )
            for column, formula in shown:
                put(row, column, formula=f"={formula}", role="calc", number="percent")
            tried = _REACHED if at == 1 else None
            self.typed(row, 3, tried, "percent", "Attainment what if", meaning=_TODAY_OR)
            self.typed(row, 5, None, "percent", "Weight what if", meaning=_TODAY_OR, at_least=0)

    def _looked_up(self, row: int, cell: dict[str, str], place: dict[str, int]) -> None:
        """Which component stands in a row, its terms, where its curve stands on Curves, and its options."""
        component, curve, first, known = (cell[name] for name in ("component", "curve", "first", "row"))

        def found(column: Callable[[str, str], str], less: str) -> dict[str, str]:
            nth = f"({column(WAYS, 'Plan id')}=$D${_PERSON})*({column(WAYS, 'Number (count)')}=${number})"
            here = (f"({column(_TERMS, 'Plan id')}=$D${_PERSON})"
                    f"*({column(_TERMS, 'Component id')}={component})"
                    f"*({column(_TERMS, 'Valid from')}<=period_end)*(({column(_TERMS, 'Valid to')}=\"\")"
                    f"+({column(_TERMS, 'Valid to')}>=period_end)>0)")  # fmt: skip
            return {
                "component": f'IFERROR(INDEX({column(WAYS, "Component id")},MATCH(1,INDEX({nth},0),0)),"")',
                "row": f'IF({component}="","",IFERROR(MATCH(1,INDEX({here},0),0){less},""))',
            }

        number = f"{letters(BEHIND)}{row}"
        former = found(_of_data, "")

        def term(head: str) -> str:
            there = f"INDEX(tblComponents[{head}],{known})"
            return f'IF({known}="","",IF({there}="","",{there}))'

        formulas = {
            **found(with_header, "-1"),
            "curve": term("Curve id"), "floor": term("Floor (%)"), "cap": term("Cap (%)"),
            "first": f'IF({curve}="","",MATCH({curve},tblCurves[Curve id],0))',
            "last": f'IF({curve}="","",{first}+SUMPRODUCT((tblCurves[Curve id]={curve})*1)-1)',
            **{name: f'IF({curve}="","",{_option(head, first, default)})' for name, (head, default)
               in zip(("mode", "below", "above", "curve cap"), _OPTIONS, strict=True)},
        }  # fmt: skip
        for name, formula in formulas.items():
            before = f"={former[name]}" if name in former else ""
            self.sheet.put(row, place[name], formula=f"={formula}", role="calc",
                           number=_KINDS.get(name, "text"), former=before)  # fmt: skip

    def _paid_at(self, cell: dict[str, str], attainment: str, moved: bool) -> str:
        """The payout of a component, on its curve or on the one that was moved."""
        today = (
            f"INDEX(tblCurves[Attainment (%)],{cell['first']}):INDEX(tblCurves[Payout (%)],{cell['last']})"
        )
        words = ",".join(cell[name] for name in ("mode", "below", "above", "curve cap"))
        on_curve = f"CSM_PAYCURVE({attainment},{today},{words})"
        if moved:
            here = f"AND({_FITS}${_POINT},{cell['curve']}=$B${_CURVE + 2})"
            on_curve = f"IF({here},CSM_PAYCURVE({attainment},{_MOVED_KNOTS},{words}),{on_curve})"
        on_curve = f'IF({cell["curve"]}="",MAX({attainment},0),{on_curve})'
        return f"CSM_CAP({on_curve},{cell['floor']},{cell['cap']})"

    def curve(self) -> None:
        """One curve whose knots may be moved."""
        self.block(_CURVE, "A curve moved", "Type other points: every component above that pays by this curve"
                   " pays by them.")  # fmt: skip
        put, curve = self.sheet.put, f"$B${_CURVE + 2}"
        put(_CURVE + 2, 1, "Curve id", role="remark")
        self.typed(_CURVE + 2, 2, self._own_curve(), "text", "Curve id", kind="id", refers="curves.curve_id",
                   meaning="The curve whose points are moved.")  # fmt: skip
        self.heads(_CURVE + 3, "Point (number)", "Attainment today (%)", "Attainment what if (%)",
                   "Payout today (%)", "Payout what if (%)", first="count")  # fmt: skip
        heads = ("Attainment (%)", "Payout (%)", "Points (count)", "First (row)", "All fit", "Mode", "Below",
                 "Above", "Curve cap (%)")  # fmt: skip
        for column, head in enumerate(heads, BEHIND):
            put(_CURVE + 3, column, head, role="head")
        for at in range(_KNOTS):
            row = _POINT + at
            put(row, 1, at + 1, role="remark", number="count")
            for column, head in ((2, "Attainment (%)"), (4, "Payout (%)")):
                knot = f"INDEX(tblCurves[{head}],{_ROW}${_POINT}+$A{row}-1)"
                today = f'=IF($A{row}>{_COUNT}${_POINT},"",{knot})'
                put(row, column, formula=today, role="calc", number="percent")
                moved = _MOVED if (at, column) == (2, 4) else None
                self.typed(row, column + 1, moved, "percent", head, meaning=_TODAY_OR)
            for column, (now, then) in enumerate((("$B", "$C"), ("$D", "$E")), BEHIND):
                both = f'=IF({then}{row}="",{now}{row},{then}{row})'
                put(row, column, formula=both, role="calc", number="percent")
        count = f"{_COUNT}${_POINT}"
        facts = (
            (f'SUMPRODUCT((tblCurves[Curve id]={curve})*({curve}<>""))', "count"),
            (f"IFERROR(MATCH({curve},tblCurves[Curve id],0),0)", "count"),
            (f"AND({count}>0,{count}<=ROWS($A${_POINT}:$A${_POINT + _KNOTS - 1}))", "general"),
            *(
                (f'IFERROR({_option(head, f"{_ROW}${_POINT}", default)},"")', "text")
                for head, default in _OPTIONS
            ),
        )
        for column, (formula, number) in enumerate(facts, BEHIND + 2):
            put(_POINT, column, formula=f"={formula}", role="calc", number=number)

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
        """The curve today and moved, and where the person would stand on either."""
        row = f"{_ROW}${_POINT}"
        today = (f"INDEX(tblCurves[Attainment (%)],{row}):"
                 f"INDEX(tblCurves[Payout (%)],{row}+{_COUNT}${_POINT}-1)")  # fmt: skip
        words = ",".join(f"{column}${_POINT}" for column in _WORDS)
        curves = f"{self.column['curve']}${_FIRST}:{self.column['curve']}${_LAST}"
        own = f"MATCH($B${_CURVE + 2},{curves},0)"
        now, then = (f"INDEX({column}${_FIRST}:{column}${_LAST},{own})"
                     for column in ("$B", self.column["attainment"]))  # fmt: skip
        stands = f'IFERROR(IF({this_row(STANDS, "Which")}="today",{now},{then}),1)'
        # LibreOffice finds a blank cell among cells of empty text, Excel does not.
        stands = f'=IF($B${_CURVE + 2}="",1,{stands})'
        left, tables = BEHIND + len(_FIELDS) + 3, []
        for name, caption, rows, attainment in (
            (CURVE, "The curve", [[None, at, None, None] for at in _GRID], ""),
            (STANDS, "The person", [["today", None, None, None], ["what if", None, None, None]], stands),
        ):
            at = this_row(name, "Attainment (%)")
            paid = (f"IF({_COUNT}${_POINT}=0,0,CSM_PAYCURVE({at},{today},{words}))",
                    f"IF({_FITS}${_POINT},CSM_PAYCURVE({at},{_MOVED_KNOTS},{words}),"
                    f"{this_row(name, 'Today (%)')})")  # fmt: skip
            columns = (
                Column("Which", "value", "text"),
                Column("Attainment (%)", "calc" if attainment else "value", "percent", attainment),
                *(Column(head, "calc", "percent", f"={formula}")
                  for head, formula in zip(("Today (%)", "What if (%)"), paid, strict=True)),
            )  # fmt: skip
            tables.append(Table(name, caption, "Live: CSM_PAYCURVE.", columns, rows, left, _CURVE + 3))
            left = tables[-1].right + 2
        self.sheet.tables = [*tables, self._ways(left)]
        self._chart(tables[1])

    def _chart(self, stand: Table) -> None:
        reached, now, then = (f"{letters(stand.left + at)}{stand.last_row}" for at in (1, 2, 3))
        said = f'="At "&TEXT({reached},"0%")&" attainment the curve pays "&TEXT({then},"0%")&", today "'
        self.sheet.put(_CURVE + 2, BEHIND, formula=f'{said}&TEXT({now},"0%")', role="calc")
        width = sum(7 * int(self.sheet.widths[column]) + 5 for column in range(1, LAST_COLUMN + 1))
        across, here = (f"{name}[Attainment (%)]" for name in (CURVE, STANDS))
        self.sheet.charts.append(Chart(
            (_POINT + _KNOTS + 1, 1), (width - 8, _CHART_ROWS * 20 - 6),
            absolute(self.sheet.name, _CURVE + 2, BEHIND),
            "Lines: what the chosen curve pays today and with the points typed; marks: the person.",
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
        columns = (Column("Plan id", "value", "text"), Column("Component id", "value", "text"),
                   Column("Number (count)", "value", "count"))  # fmt: skip
        rows = [[plan, one, at] for plan, own in found.items() for at, one in enumerate(own, 1)]
        return Table(WAYS, "Ways of paying", "Those with a weight.", columns, rows, left, _CURVE + 3)


_OPTIONS: Final = (("Mode", "linear"), ("Below", "zero"), ("Above", "hold"), ("Cap (%)", ""))
_MOVED_KNOTS: Final = f"{_X}${_POINT}:INDEX({_Y}${_POINT}:{_Y}${_POINT + _KNOTS - 1},{_COUNT}${_POINT})"


def _option(head: str, row: str, default: str) -> str:
    """An option of a curve, or what a blank means."""
    there = f"INDEX(tblCurves[{head}],{row})"
    return f'IF({there}="","{default}",{there})'


def _of_data(table: str, header: str) -> str:
    return f"{table}[{header}]"
