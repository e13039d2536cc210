"""The What-if: live functions over cells that a person types, today's figure beside what would be.

A blank cell in the column "What if" means: as today. Nothing here is paid, and a refresh leaves what was
typed alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from csm_xl.plan.table import Tables
from csm_xl.workbook.charts import Axis, Chart, Series
from csm_xl.workbook.layout import input_header
from csm_xl.workbook.page import Column, Sheet, Table, absolute, this_row, with_header
from csm_xl.workbook.sheets.frame import framed
from csm_xl.workbook.sheets.results import TOTALS, Paid
from csm_xl.workbook.sheets.what_if.modeller import Modeller
from csm_xl.workbook.sheets.what_if.tier_trial import TIER_ROWS
from csm_xl.workbook.sheets.what_if.trial import BEHIND, LAST_COLUMN, PERSON, either
from csm_xl.workbook.sheets.what_if.trials import MORE_ROWS, OFFER_ROWS, Trials
from csm_xl.workbook.styles import GREY, NAVY, TEAL
from csm_xl.xlsx.addresses import letters

CURVE: Final = "tblWhatIfCurve"
STANDS: Final = "tblWhatIfPoint"
WAYS: Final = "tblWhatIfWays"
_COMPONENTS: Final = 6
_KNOTS: Final = 8
_PERSON, _HEADS, _LIST, _CURVE = PERSON, 8, 18, 27  # rows: the person, heads of its blocks, the curve
_BASE, _TARGET, _MODIFIER, _CAP, _RATIO, _PAY, _OTHER, _TOTAL = range(_HEADS + 1, _HEADS + 9)
_FIRST, _LAST = _LIST + 1, _LIST + _COMPONENTS  # rows of components
_POINT: Final = _CURVE + 4  # row of the first curve point
_CHART_ROWS: Final = 14
_TIERS: Final = _POINT + _KNOTS + 1 + _CHART_ROWS + 1
_MORE: Final = _TIERS + TIER_ROWS
_OFFERS: Final = _MORE + MORE_ROWS
_MODELLER: Final = _OFFERS + OFFER_ROWS + 1
_FIELDS: Final = ("component", "row", "curve", "first", "last", "mode", "below", "above", "curve cap",
                  "floor", "cap", "attainment", "weight", "as today", "gate", "target", "measured",
                  "by curve", "by curve then", "modified", "factor", "factor then", "paid",
                  "paid then", "curve rows", "rows apart")  # fmt: skip
"""What is behind each component, from the column after the one that numbers them. as today: why another
attainment does not show its payout; gate: the most that it pays while its gate is not met; factor: of the
modifier; paid: the payout times it."""
_TERMS: Final = "tblComponents"
_KINDS: Final = {"row": "count", "first": "count", "last": "count", "floor": "percent", "cap": "percent",
                 "curve cap": "percent", "gate": "percent", "curve rows": "count",
                 "rows apart": "general"}  # fmt: skip
_AS_TODAY: Final = (("matrix_id", "matrix"), ("peer_group", "rank among peers"), ("kicker_ratio", "kicker"),
                    ("pool_amount", "pool"))  # fmt: skip
"""Terms of a component with which one attainment does not show its payout, and what is reported about it."""
_PLAN_TERMS: Final = (("Combination", "additive"), ("Modifier floor (×)", ""), ("Modifier cap (×)", ""))
_CENT: Final = 0.01  # the rounding unit of a plan that names none
_METHOD: Final = f"${letters(BEHIND)}"
"""The column behind the person's pay with the terms of the plan; at its right, what the components make."""
_MOVED: Final = 1.75  # the payout of the third point, for a start
_REACHED: Final = 1.1  # the attainment of the first component, for a start
_GRID: Final = tuple(at / 100 for at in range(50, 151))  # so close that a step looks like one
_X, _Y, _COUNT, _ROW, _FITS, *_WORDS, _IS_MOVED, _EVERY = (f"${letters(BEHIND + at)}" for at in range(11))
"""Columns behind the moved curve: its points, how many, their first row, whether all fit, its options, and
whether one is typed, and how many rows the curve has wherever they are."""
_TODAY_OR: Final = "Blank: unchanged."


def what_if(tables: Tables, paid: Paid, totals: Table, examples: bool) -> Sheet:
    """Blocks one beneath the other, each with a line that says what it is for.

    totals: the table of the people. examples: whether it begins with made-up figures, as in the template.
    """
    page = _Page(tables, paid, totals, examples)
    page.person()
    page.components()
    page.curve()
    page.picture()
    page.tiers(_TIERS)
    page.more(_MORE, f"$B${_TOTAL}")
    page.offers(_OFFERS)
    page.sheet.breaks = [_TIERS - 1]
    modeller = Modeller(page, page.somebody, page.sheet.tables[-1].right + 2)
    page.sheet.printed = (modeller.fill(_MODELLER), LAST_COLUMN)
    sheet = framed(page.sheet)
    sheet.frozen = (3, 0)
    return sheet


class _Page(Trials):
    """The blocks of a person's pay."""

    def __init__(self, tables: Tables, paid: Paid, totals: Table, examples: bool) -> None:
        super().__init__(tables, paid, totals, examples)
        self.column = {name: f"${letters(BEHIND + 1 + at)}" for at, name in enumerate(_FIELDS)}
        weighted = [line for line in paid.lines[1:] if line[self.at["weight"]] is not None]
        self.first = next(iter([*weighted, *paid.lines[1:]]), None)
        self.somebody = self.first[self.at["employee_id"]] if self.first else totals.rows[0][0]

    def person(self) -> None:
        """One person: pay today, and with what is typed here and below."""
        meaning = "Choose an employee, then enter another attainment, weight, modifier, cap or curve point."
        self.block(5, "Pay of one employee", meaning)
        put, money = self.sheet.put, self.money
        put(_PERSON, 1, "Employee id", role="remark")
        self.typed(_PERSON, 2, self.somebody, "text", "Employee id", kind="id", refers="roster.employee_id",
                   required=True, meaning="Employee to try out.")  # fmt: skip
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
        factors, modified = (f"{self.column[name]}${_FIRST}:{self.column[name]}${_LAST}"
                             for name in ("factor", "modified"))  # fmt: skip
        known = f"INDEX({factors},MATCH(1,{modified},0))"
        self.pair(_MODIFIER, "Modifier (×)", "factor", f"=IFERROR({known},1)", at_least=0)
        self._of_plan(_CAP, 1, "Plan cap (× target)", "Plan cap (× target)", "")
        self.typed(_CAP, 3, None, "share", "Plan cap (× target)", at_least=0, meaning=_TODAY_OR)
        unit = input_header(self.tables, "plans", "rounding_unit", money.currency)
        for row, (term, default) in enumerate((*_PLAN_TERMS, (unit, "")), _HEADS):
            self._of_plan(row, BEHIND - 1, "", term, default)
        put(_HEADS + 4, BEHIND, _CENT, role="value", number="any")
        for row, formula, number in self._moves():
            put(row, BEHIND + 1, formula=f"={formula}", role="calc", number=number)
        paid = f"SUMPRODUCT({own}*{TOTALS}[{{}}])"
        based, other = (paid.format(money[words]) for words in ("Target-based pay", "Commissions and awards"))
        now, then, rest = (f"${letters(BEHIND + 1)}${_HEADS + at}" for at in (3, 4, 5))
        self.outcome(_RATIO, "Payout of target (%)", "percent",
                     *(f"IF({target}=0,0,{column}{_PAY}/{target})" for target, column in
                       ((f"$B{_TARGET}", "$B"), (either(_TARGET), "$C"))))  # fmt: skip
        self.outcome(_PAY, money["Target-based pay"], "money", based,
                     f"IF({then}={now},$B{_PAY},{then}+{rest})")  # fmt: skip
        self.pair(_OTHER, money["Commissions and awards"], "money", f"={other}")
        self.outcome(_TOTAL, money["Total pay"], "money", *(
            f"CSM_TOTALCOMP({base},0,1,0,0,{pay}+{more})" for base, pay, more in
            ((f"$B{_BASE}", f"$B{_PAY}", f"$B{_OTHER}"),
             (either(_BASE), f"$C{_PAY}", either(_OTHER)))))  # fmt: skip
        self._left_alone()

    def _of_plan(self, row: int, column: int, label: str, header: str, default: str) -> None:
        """A term of the person's plan, in the column after its label."""
        if label:
            self.sheet.put(row, column, label, role="remark")
        cell = f"INDEX(tblPlans[{header}],MATCH($D${_PERSON},tblPlans[Plan id],0))"
        self.sheet.put(row, column + 1, formula=f'=IFERROR(IF({cell}="","{default}",{cell}),"{default}")',
                       role="calc", number="share")  # fmt: skip

    def _left_alone(self) -> None:
        """The line that says which of the person's pay the cells below do not move."""
        of_plan = f"({WAYS}[Plan id]=$D${_PERSON})"
        more = f"SUMPRODUCT({of_plan}*1)>ROWS($A${_FIRST}:$A${_LAST})"
        beside = f"${letters(BEHIND + 1)}${_HEADS + 2}<1"
        said = (f'IF({more},"Components beyond the rows below are unchanged. ","")'
                f'&IF({beside},"Pay under another plan in the period is unchanged.","")')  # fmt: skip
        self.sheet.put(_LIST - 1, 1, formula=f"={said}", role="note")

    def _moves(self) -> Iterable[tuple[int, str, str]]:
        """What the components below pay: row, formula and kind of value. The payout of target today and what
        if; the part of the person's target that is of this plan; both as money; and what else is paid today,
        where that is more than cents of rounding; how many components there are."""
        column, line = f"${letters(BEHIND + 1)}$", self.line
        here = f"({line['employee_id']}=$B${_PERSON})*({line['plan_id']}=$D${_PERSON})"
        part = f"SUMPRODUCT({here}*{line['component_target']})/$B{_TARGET}"
        now, then, share = (f"{column}{_HEADS + at}" for at in range(3))
        lines = f"SUMPRODUCT(({TOTALS}[Employee id]=$B${_PERSON})*{TOTALS}[Lines (count)])"
        unit = f"MAX({_METHOD}${_HEADS + 3}:{_METHOD}${_HEADS + 4})"
        beside = f"$B{_PAY}-{column}{_HEADS + 3}"
        return (
            (_HEADS, self._ratio("$F", "$D", "paid", "factor", f"$B{_CAP}"), "percent"),
            (_HEADS + 1, self._ratio("$G", self.column["weight"], "paid then", "factor then", either(_CAP)),
             "percent"),
            (_HEADS + 2, f"IF($B{_TARGET}=0,1,{part})", "percent"),
            (_HEADS + 3, f"$B{_TARGET}*{share}*{now}", "money"),
            (_HEADS + 4, f"{either(_TARGET)}*{share}*{then}", "money"),
            (_HEADS + 5, f"IF(ABS({beside})<={lines}*{unit},0,{beside})", "money"),
            (_HEADS + 6, f"COUNT({self.column['row']}${_FIRST}:{self.column['row']}${_LAST})", "count"),
        )  # fmt: skip

    def _ratio(self, payouts: str, weights: str, paid: str, factors: str, cap: str) -> str:
        """The payout ratio of the components there are, each modified where its plan says so, and capped."""
        count = f"${letters(BEHIND + 1)}${_HEADS + 6}"
        ratios, shares, modified, factor = (
            f"{one}${_FIRST}:INDEX({one}${_FIRST}:{one}${_LAST},{count})"
            for one in (payouts, weights, self.column[paid], self.column[factors])
        )
        product = f'CSM_WEIGHTED({ratios},{shares},"multiplicative")*SUMPRODUCT({shares},{factor})'
        is_product = f'{_METHOD}${_HEADS}="multiplicative"'
        combined = f'IF({is_product},{product},CSM_WEIGHTED({modified},{shares},"additive"))'
        return f"IF({count}=0,0,CSM_CAP({combined},,{cap}))"

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
            put(row, BEHIND, at, role="value", number="count")
            self._looked_up(row, cell, place)
            label = f'{cell["component"]}&IF({cell["as today"]}="",""," ("&{cell["as today"]}&", as today)")'
            put(row, 1, formula=f"={label}", role="remark", number="text")
            self._figures(row, cell, place)
            tried = self.example(_REACHED) if at == 1 else None
            self.typed(row, 3, tried, "percent", "Attainment what if", meaning=_TODAY_OR)
            self.typed(row, 5, None, "percent", "Weight what if", meaning=_TODAY_OR, at_least=0)

    def _figures(self, row: int, cell: dict[str, str], place: dict[str, int]) -> None:
        """Attainment, weight and payout of a component, as paid and what if; and what they follow from."""
        line = self.line
        own = (f"({line['employee_id']}=$B${_PERSON})*({line['component_id']}={cell['component']})"
               f"*({line['plan_id']}=$D${_PERSON})*{line['component_target']}")  # fmt: skip
        measured = f'{own}*({line["attainment"]}<>"")'
        target, weight, gate, typed = (cell[name] for name in ("target", "measured", "gate", "attainment"))

        def of_target(figure: str, least: str) -> str:
            return f"IF({target}=0,{least},SUMPRODUCT({own},{line[figure]})/{target})"

        def by_curve(attainment: str, moved: bool) -> str:
            return f'IF({attainment}="",0,{self._paid_at(cell, attainment, moved)})'

        def gated(payout: str) -> str:
            return f'IF({gate}="",{payout},MIN({payout},{gate}))'

        now, then = (gated(cell[name]) for name in ("by curve", "by curve then"))
        moved = f'IF($C{row}="",$F{row}+{then}-{now},{then})'
        factor = f"CSM_MODIFY(1,{either(_MODIFIER)},{_METHOD}${_HEADS + 1},{_METHOD}${_HEADS + 2})"
        is_typed = f'AND({cell["modified"]},$C${_MODIFIER}<>"")'
        shown = (
            (place["target"], f"SUMPRODUCT({own})", "money"),
            (place["measured"], f"SUMPRODUCT({measured})", "money"),
            (2, f'IF({weight}=0,"",SUMPRODUCT({measured},{line["attainment"]})/{weight})', "percent"),
            (4, f"INDEX(tblComponents[Weight (%)],{cell['row']})", "percent"),
            (6, of_target("payout_ratio", "0"), "percent"),
            (7, f'IF(OR({cell["as today"]}<>"",{typed}=""),$F{row},{moved})', "percent"),
            (place["attainment"], f'IF($C{row}="",$B{row},$C{row})', "percent"),
            (place["weight"], f'IF($E{row}="",$D{row},$E{row})', "percent"),
            (place["by curve"], by_curve(f"$B{row}", False), "percent"),
            (place["by curve then"], by_curve(typed, True), "percent"),
            (place["modified"], f"N(INDEX(tblComponents[Modified],{cell['row']}))", "count"),
            (place["factor"], of_target("modifier", "1"), "factor"),
            (place["factor then"], f"IF({is_typed},{factor},{cell['factor']})", "factor"),
            (place["paid"], f"$F{row}*{cell['factor']}", "percent"),
            (place["paid then"], f"$G{row}*{cell['factor then']}", "percent"),
        )  # fmt: skip
        for column, formula, number in shown:
            formula = f'=IF({cell["row"]}="","",{formula})'
            self.sheet.put(row, column, formula=formula, role="calc", number=number)

    def _looked_up(self, row: int, cell: dict[str, str], place: dict[str, int]) -> None:
        """Which component is in a row, its terms, where its curve is on Curves, and its options."""
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

        def term_of(name: str) -> str:
            header = input_header(self.tables, "components", name, self.money.currency)
            return f"INDEX(tblComponents[{header}],{known})"

        def term(head: str) -> str:
            there = f"INDEX(tblComponents[{head}],{known})"
            return f'IF({known}="","",IF({there}="","",{there}))'

        fixed = f'IF(OR({term_of("cumulative")}="",{term_of("cumulative")}="discrete"),"","year to date")'
        for name, words in reversed(_AS_TODAY):
            fixed = f'IF({term_of(name)}<>"","{words}",{fixed})'
        own = (f"({self.line['employee_id']}=$B${_PERSON})*({self.line['component_id']}={component})"
               f"*({self.line['plan_id']}=$D${_PERSON})")  # fmt: skip
        of_curve, apart = cell["curve rows"], cell["rows apart"]
        met = self.line["gate_met"]
        failed = f'SUMPRODUCT({own}*({met}<>"")*({met}=FALSE))>0'
        formulas = {
            "as today": f'IF({known}="","",IF({apart},"curve apart",{fixed}))',
            "gate": f'IF({known}="","",IF({term_of("gate_measure")}="","",'
                    f'IF({failed},N({term_of("gate_otherwise")}),"")))',
            **found(with_header, "-1"),
            "curve": term("Curve id"), "floor": term("Floor (%)"), "cap": term("Cap (%)"),
            "first": f'IF({curve}="","",MATCH({curve},tblCurves[Curve id],0))',
            "curve rows": f'IF({curve}="",0,SUMPRODUCT((tblCurves[Curve id]={curve})*1))',
            "rows apart": _apart(curve, first, of_curve),
            "last": f'IF({curve}="","",IF({apart},{first},{first}+{of_curve}-1))',
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
            here = f"AND({_IS_MOVED}${_POINT},{cell['curve']}=$B${_CURVE + 2})"
            on_curve = f"IF({here},CSM_PAYCURVE({attainment},{_MOVED_KNOTS},{words}),{on_curve})"
        on_curve = f'IF({cell["curve"]}="",MAX({attainment},0),{on_curve})'
        return f"CSM_CAP({on_curve},{cell['floor']},{cell['cap']})"

    def curve(self) -> None:
        """One curve whose curve points may be moved."""
        self.block(_CURVE, "Change a curve", "Enter other curve points; every component above that uses "
                                             "this curve"
                   " pays by them.")  # fmt: skip
        put, curve = self.sheet.put, f"$B${_CURVE + 2}"
        put(_CURVE + 2, 1, "Curve id", role="remark")
        self.typed(_CURVE + 2, 2, self._own_curve(), "text", "Curve id", kind="id", refers="curves.curve_id",
                   meaning="The curve to change.")  # fmt: skip
        self.heads(_CURVE + 3, "Point (number)", "Attainment today (%)", "Attainment what if (%)",
                   "Payout today (%)", "Payout what if (%)", first="count")  # fmt: skip
        heads = ("Attainment (%)", "Payout (%)", "Points (count)", "First (row)", "All fit", "Mode", "Below",
                 "Above", "Curve cap (%)", "Moved", "Rows (count)")  # fmt: skip
        for column, head in enumerate(heads, BEHIND):
            put(_CURVE + 3, column, head, role="head")
        for at in range(_KNOTS):
            row = _POINT + at
            put(row, 1, at + 1, role="remark", number="count")
            for column, head in ((2, "Attainment (%)"), (4, "Payout (%)")):
                knot = f"INDEX(tblCurves[{head}],{_ROW}${_POINT}+$A{row}-1)"
                today = f'=IF($A{row}>{_COUNT}${_POINT},"",{knot})'
                put(row, column, formula=today, role="calc", number="percent")
                moved = self.example(_MOVED) if (at, column) == (2, 4) else None
                self.typed(row, column + 1, moved, "percent", head, meaning=_TODAY_OR)
            for column, (now, then) in enumerate((("$B", "$C"), ("$D", "$E")), BEHIND):
                both = f'=IF({then}{row}="",{now}{row},{then}{row})'
                put(row, column, formula=both, role="calc", number="percent")
        count, last = f"{_COUNT}${_POINT}", _POINT + _KNOTS - 1
        typed = f"COUNT($C${_POINT}:$C${last})+COUNT($E${_POINT}:$E${last})>0"
        most = f"More than {_KNOTS} points: it cannot be changed here."
        every = f"{_EVERY}${_POINT}"
        apart = "Put the rows of this curve next to each other on Curves."
        put(_CURVE + 2, 3, role="note", formula=f'=IF({every}>{count},"{apart}",'
            f'IF({count}>ROWS($A${_POINT}:$A${last}),"{most}",""))')  # fmt: skip
        facts = (
            (f"IF({_apart(curve, f'{_ROW}${_POINT}', every)},0,{every})", "count"),
            (f"IFERROR(MATCH({curve},tblCurves[Curve id],0),0)", "count"),
            (f"AND({count}>0,{count}<=ROWS($A${_POINT}:$A${_POINT + _KNOTS - 1}))", "general"),
            *(
                (f'IFERROR({_option(head, f"{_ROW}${_POINT}", default)},"")', "text")
                for head, default in _OPTIONS
            ),
            (f"AND({_FITS}${_POINT},{typed})", "general"),
            (f'SUMPRODUCT((tblCurves[Curve id]={curve})*({curve}<>""))', "count"),
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
        """The curve today and moved, and where the person would be on either."""
        row = f"{_ROW}${_POINT}"
        today = (f"INDEX(tblCurves[Attainment (%)],{row}):"
                 f"INDEX(tblCurves[Payout (%)],{row}+{_COUNT}${_POINT}-1)")  # fmt: skip
        words = ",".join(f"{column}${_POINT}" for column in _WORDS)
        curves = f"{self.column['curve']}${_FIRST}:{self.column['curve']}${_LAST}"
        own = f"MATCH($B${_CURVE + 2},{curves},0)"
        now, then = (f"INDEX({column}${_FIRST}:{column}${_LAST},{own})"
                     for column in ("$B", self.column["attainment"]))  # fmt: skip
        stands = f'IFERROR(IF({this_row(STANDS, "Which")}="today",{now},{then})*1,1)'
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
        columns = (Column("Plan id", "value", "text"), Column("Component id", "value", "text"),
                   Column("Number (count)", "value", "count"))  # fmt: skip
        rows = [[plan, one, at] for plan, own in found.items() for at, one in enumerate(own, 1)]
        return Table(WAYS, "Ways of paying", "Components with a weight.", columns, rows, left, _CURVE + 3)


_OPTIONS: Final = (("Mode", "linear"), ("Below", "zero"), ("Above", "hold"), ("Cap (%)", ""))
_MOVED_KNOTS: Final = f"{_X}${_POINT}:INDEX({_Y}${_POINT}:{_Y}${_POINT + _KNOTS - 1},{_COUNT}${_POINT})"


def _apart(curve: str, first: str, count: str) -> str:
    """Whether the rows of a curve on Curves are not all one below the other, from its first one on."""
    ids = "tblCurves[Curve id]"
    here = f"INDEX({ids},{first}):INDEX({ids},{first}+{count}-1)"
    return f"IF({count}=0,FALSE,IFERROR(COUNTIFS({here},{curve})<{count},TRUE))"


def _option(head: str, row: str, default: str) -> str:
    """An option of a curve, or the default for a blank."""
    there = f"INDEX(tblCurves[{head}],{row})"
    return f'IF({there}="","{default}",{there})'


def _of_data(table: str, header: str) -> str:
    return f"{table}[{header}]"
