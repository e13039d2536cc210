"""The What-if: live functions over cells that a person types, today's figure beside what would be.

A blank cell in the column "What if" means: as today. Nothing here is paid, and a refresh leaves what was
typed alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final

from csm_xl.plan.table import Tables
from csm_xl.workbook.layout import InputTable, input_header
from csm_xl.workbook.page import Sheet, Table, with_header
from csm_xl.workbook.sheets.frame import framed
from csm_xl.workbook.sheets.results import TOTALS, Paid
from csm_xl.workbook.sheets.what_if.curve_change import (
    CHANGED_POINTS,
    IS_MOVED,
    OPTIONS,
    CurveChange,
    option_of,
    rows_apart,
)
from csm_xl.workbook.sheets.what_if.modeller import Modeller
from csm_xl.workbook.sheets.what_if.rows import (
    COLUMN,
    COMPONENTS,
    CURVE_TOP,
    FIELDS,
    FIRST,
    HEADS,
    LAST,
    LIST,
    POINT,
    TIERS,
    TODAY_OR,
    WAYS,
)
from csm_xl.workbook.sheets.what_if.tier_trial import TIER_ROWS
from csm_xl.workbook.sheets.what_if.trial import BEHIND, LAST_COLUMN, PERSON, either
from csm_xl.workbook.sheets.what_if.trials import MORE_ROWS, OFFER_ROWS
from csm_xl.xlsx.addresses import letters

_BASE, _TARGET, _MODIFIER, _CAP, _RATIO, _PAY, _OTHER, _TOTAL = range(HEADS + 1, HEADS + 9)
_MORE: Final = TIERS + TIER_ROWS
_OFFERS: Final = _MORE + MORE_ROWS
_MODELLER: Final = _OFFERS + OFFER_ROWS + 1
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
_REACHED: Final = 1.1  # the attainment of the first component, for a start


def what_if(
    tables: Tables, paid: Paid, totals: Table, given: Sequence[InputTable], examples: bool, new: bool
) -> Sheet:
    """Blocks one beneath the other, each with a line that says what it is for.

    totals: the table of the people. given: the input tables that functions are given. examples: whether it
    begins with made-up figures, as in the template. new: whether the workbook is; what a person fills in any
    other one is theirs.
    """
    page = _Page(tables, paid, totals, given, examples, new)
    page.person()
    page.components()
    page.curve()
    page.picture()
    page.tiers(TIERS)
    page.more(_MORE, f"$B${_TOTAL}")
    page.offers(_OFFERS)
    page.sheet.breaks = [TIERS - 1]
    modeller = Modeller(page, page.somebody, page.sheet.tables[-1].right + 2)
    page.sheet.printed = (modeller.fill(_MODELLER), LAST_COLUMN)
    sheet = framed(page.sheet)
    sheet.frozen = (3, 0)
    return sheet


class _Page(CurveChange):
    """The blocks of a person's pay."""

    def person(self) -> None:
        """One person: pay today, and with what is typed here and below."""
        meaning = "Choose an employee, then enter another attainment, weight, modifier, cap or curve point."
        self.block(5, "Pay of one employee", meaning)
        put, money = self.sheet.put, self.money
        put(PERSON, 1, "Employee id", role="remark")
        self.typed(PERSON, 2, self.somebody, "text", "Employee id", kind="id", refers="roster.employee_id",
                   required=True, meaning="Employee to try out.")  # fmt: skip
        put(PERSON, 3, "Plan id", role="remark")
        plan, former = (
            f'=IFERROR(INDEX({column("Plan id")},MATCH(1,INDEX(({column("Employee id")}=$B${PERSON})*1,0),0)'
            ')&"","")' for column in (partial(with_header, TOTALS), partial(_of_data, TOTALS))
        )  # fmt: skip
        put(PERSON, 4, formula=plan, role="state", number="text", former=former)
        named = f'_xlfn.XLOOKUP($B${PERSON},{TOTALS}[Employee id],{TOTALS}[Employee name],"")'
        put(PERSON, 5, formula=f'={named}&""', role="caption", number="text")
        self.heads(HEADS, "Pay of the period", "Today", "What if", "Difference")
        own = f"({TOTALS}[Employee id]=$B${PERSON})"
        for row, words in ((_BASE, "Base pay"), (_TARGET, "Target variable")):
            self.pair(row, money[words], "money", f"=SUMPRODUCT({own}*{TOTALS}[{money[words]}])")
        factors, modified = (f"{COLUMN[name]}${FIRST}:{COLUMN[name]}${LAST}"
                             for name in ("factor", "modified"))  # fmt: skip
        known = f"INDEX({factors},MATCH(1,{modified},0))"
        self.pair(_MODIFIER, "Modifier (×)", "factor", f"=IFERROR({known},1)", at_least=0)
        self._of_plan(_CAP, 1, "Plan cap (× target)", "Plan cap (× target)", "")
        self.typed(_CAP, 3, None, "share", "Plan cap (× target)", at_least=0, meaning=TODAY_OR)
        unit = input_header(self.tables, "plans", "rounding_unit", money.currency)
        for row, (term, default) in enumerate((*_PLAN_TERMS, (unit, "")), HEADS):
            self._of_plan(row, BEHIND - 1, "", term, default)
        put(HEADS + 4, BEHIND, _CENT, role="value", number="any")
        for row, formula, number in self._moves():
            put(row, BEHIND + 1, formula=f"={formula}", role="calc", number=number)
        paid = f"SUMPRODUCT({own}*{TOTALS}[{{}}])"
        based, other = (paid.format(money[words]) for words in ("Target-based pay", "Commissions and awards"))
        now, then, rest = (f"${letters(BEHIND + 1)}${HEADS + at}" for at in (3, 4, 5))
        self.outcome(_RATIO, "% of target paid (%)", "percent",
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
        cell = f"INDEX(tblPlans[{header}],MATCH($D${PERSON},tblPlans[Plan id],0))"
        self.sheet.put(row, column + 1, formula=f'=IFERROR(IF({cell}="","{default}",{cell}),"{default}")',
                       role="calc", number="share")  # fmt: skip

    def _left_alone(self) -> None:
        """The line that says which of the person's pay the cells below do not move."""
        of_plan = f"({WAYS}[Plan id]=$D${PERSON})"
        more = f"SUMPRODUCT({of_plan}*1)>ROWS($A${FIRST}:$A${LAST})"
        beside = f"${letters(BEHIND + 1)}${HEADS + 2}<1"
        said = (f'IF({more},"Components beyond the rows below are unchanged. ","")'
                f'&IF({beside},"Pay under another plan in the period is unchanged.","")')  # fmt: skip
        self.sheet.put(LIST - 1, 1, formula=f"={said}", role="note")

    def _moves(self) -> Iterable[tuple[int, str, str]]:
        """What the components below pay: row, formula and kind of value. The payout of target today and what
        if; the part of the person's target that is of this plan; both as money; and what else is paid today,
        where that is more than cents of rounding; how many components there are."""
        column, line = f"${letters(BEHIND + 1)}$", self.line
        here = f"({line['employee_id']}=$B${PERSON})*({line['plan_id']}=$D${PERSON})"
        part = f"SUMPRODUCT({here}*{line['component_target']})/$B{_TARGET}"
        now, then, share = (f"{column}{HEADS + at}" for at in range(3))
        lines = f"SUMPRODUCT(({TOTALS}[Employee id]=$B${PERSON})*{TOTALS}[Lines (count)])"
        unit = f"MAX({_METHOD}${HEADS + 3}:{_METHOD}${HEADS + 4})"
        beside = f"$B{_PAY}-{column}{HEADS + 3}"
        return (
            (HEADS, self._ratio("$F", "$D", "paid", "factor", f"$B{_CAP}"), "percent"),
            (HEADS + 1, self._ratio("$G", COLUMN["weight"], "paid then", "factor then", either(_CAP)),
             "percent"),
            (HEADS + 2, f"IF($B{_TARGET}=0,1,{part})", "percent"),
            (HEADS + 3, f"$B{_TARGET}*{share}*{now}", "money"),
            (HEADS + 4, f"{either(_TARGET)}*{share}*{then}", "money"),
            (HEADS + 5, f"IF(ABS({beside})<={lines}*{unit},0,{beside})", "money"),
            (HEADS + 6, f"COUNT({COLUMN['row']}${FIRST}:{COLUMN['row']}${LAST})", "count"),
        )  # fmt: skip

    def _ratio(self, payouts: str, weights: str, paid: str, factors: str, cap: str) -> str:
        """The payout ratio of the components there are, each modified where its plan says so, and capped."""
        count = f"${letters(BEHIND + 1)}${HEADS + 6}"
        ratios, shares, modified, factor = (
            f"{one}${FIRST}:INDEX({one}${FIRST}:{one}${LAST},{count})"
            for one in (payouts, weights, COLUMN[paid], COLUMN[factors])
        )
        product = f'CSM_WEIGHTED({ratios},{shares},"multiplicative")*SUMPRODUCT({shares},{factor})'
        is_product = f'{_METHOD}${HEADS}="multiplicative"'
        combined = f'IF({is_product},{product},CSM_WEIGHTED({modified},{shares},"additive"))'
        return f"IF({count}=0,0,CSM_CAP({combined},,{cap}))"

    def components(self) -> None:
        """The components of the person's plan that have a weight."""
        self.heads(LIST, "Component", "Attainment today (%)", "Attainment what if (%)", "Weight today (%)",
                   "Weight what if (%)", "Payout today (%)", "Payout what if (%)")  # fmt: skip
        put = self.sheet.put
        for column, name in enumerate(("Number", *FIELDS), BEHIND):
            put(LIST, column, name.capitalize(), role="head")
            self.sheet.widths.setdefault(column, 12)
        place = {name: column for column, name in enumerate(FIELDS, BEHIND + 1)}
        for at in range(1, COMPONENTS + 1):
            row = LIST + at
            cell = {name: f"{letter}{row}" for name, letter in COLUMN.items()}
            put(row, BEHIND, at, role="value", number="count")
            self._looked_up(row, cell, place)
            label = f'{cell["component"]}&IF({cell["as today"]}="",""," ("&{cell["as today"]}&", as today)")'
            put(row, 1, formula=f"={label}", role="remark", number="text")
            self._figures(row, cell, place)
            tried = self.example(_REACHED) if at == 1 else None
            self.typed(row, 3, tried, "percent", "Attainment what if", meaning=TODAY_OR)
            self.typed(row, 5, None, "percent", "Weight what if", meaning=TODAY_OR, at_least=0)

    def _figures(self, row: int, cell: dict[str, str], place: dict[str, int]) -> None:
        """Attainment, weight and payout of a component, as paid and what if; and what they follow from."""
        line = self.line
        own = (f"({line['employee_id']}=$B${PERSON})*({line['component_id']}={cell['component']})"
               f"*({line['plan_id']}=$D${PERSON})*{line['component_target']}")  # fmt: skip
        measured = f'{own}*({line["attainment"]}<>"")'
        target, weight, gate, typed = (cell[name] for name in ("target", "measured", "gate", "attainment"))

        def of_target(figure: str, least: str) -> str:
            return f"IF({target}=0,{least},SUMPRODUCT({own},{line[figure]})/{target})"

        def by_curve(attainment: str, moved: bool) -> str:
            nothing = f'OR({attainment}="",{cell["as today"]}<>"")'  # what stays may be in a unit of its own
            return f"IF({nothing},0,{self._paid_at(cell, attainment, moved)})"

        def gated(payout: str) -> str:
            return f'IF({gate}="",{payout},MIN({payout},{gate}))'

        now, then = (gated(cell[name]) for name in ("by curve", "by curve then"))
        moved = f'IF($C{row}="",$F{row}+{then}-{now},{then})'
        of_plan = f"INDEX(tblComponents[Weight (%)],{cell['row']})"
        weight_today = of_target("weight", of_plan)  # a person may have another one than the plan
        factor = f"CSM_MODIFY(1,{either(_MODIFIER)},{_METHOD}${HEADS + 1},{_METHOD}${HEADS + 2})"
        is_typed = f'AND({cell["modified"]},$C${_MODIFIER}<>"")'
        shown = (
            (place["target"], f"SUMPRODUCT({own})", "money"),
            (place["measured"], f"SUMPRODUCT({measured})", "money"),
            (2, f'IF({weight}=0,"",SUMPRODUCT({measured},{line["attainment"]})/{weight})', "percent"),
            (4, weight_today, "percent"),
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
            former = of_plan if formula == weight_today else ""
            whole, before = (f'=IF({cell["row"]}="","",{one})' if one else "" for one in (formula, former))
            self.sheet.put(row, column, formula=whole, role="calc", number=number, former=before)

    def _looked_up(self, row: int, cell: dict[str, str], place: dict[str, int]) -> None:
        """Which component is in a row, its terms, where its curve is on Curves, and its options."""
        component, curve, first, known = (cell[name] for name in ("component", "curve", "first", "row"))

        def found(column: Callable[[str, str], str], less: str) -> dict[str, str]:
            nth = f"({column(WAYS, 'Plan id')}=$D${PERSON})*({column(WAYS, 'Number (count)')}=${number})"
            here = (f"({column(_TERMS, 'Plan id')}=$D${PERSON})"
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

        span = term_of("cumulative")
        fixed = f'IF(OR({span}="",{span}="discrete"),"","to date")'
        for name, words in reversed(_AS_TODAY):
            fixed = f'IF({term_of(name)}<>"","{words}",{fixed})'
        nth = f"({WAYS}[Plan id]=$D${PERSON})*({WAYS}[Number (count)]={number})"
        fixed = f'IF({cell["stays"]}<>"",{cell["stays"]},{fixed})'
        own = (f"({self.line['employee_id']}=$B${PERSON})*({self.line['component_id']}={component})"
               f"*({self.line['plan_id']}=$D${PERSON})")  # fmt: skip
        of_curve, apart = cell["curve rows"], cell["rows apart"]
        met = self.line["gate_met"]
        failed = f'SUMPRODUCT({own}*({met}<>"")*({met}=FALSE))>0'
        formulas = {
            "stays": f'IF({apart},"curve apart",IFERROR(INDEX({WAYS}[As today],'
                     f'MATCH(1,INDEX({nth},0),0))&"",""))',
            "as today": f'IF({known}="","",{fixed})',
            "gate": f'IF({known}="","",IF({term_of("gate_measure")}="","",'
                    f'IF({failed},N({term_of("gate_otherwise")}),"")))',
            **found(with_header, "-1"),
            "curve": term("Curve id"), "floor": term("Floor (%)"), "cap": term("Cap (%)"),
            "first": f'IF({curve}="","",MATCH({curve},tblCurves[Curve id],0))',
            "curve rows": f'IF({curve}="",0,SUMPRODUCT((tblCurves[Curve id]={curve})*1))',
            "rows apart": rows_apart(curve, first, of_curve),
            "last": f'IF({curve}="","",IF({apart},{first},{first}+{of_curve}-1))',
            **{name: f'IF({curve}="","",{option_of(head, first, default)})' for name, (head, default)
               in zip(("mode", "below", "above", "curve cap"), OPTIONS, strict=True)},
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
            here = f"AND({IS_MOVED}${POINT},{cell['curve']}=$B${CURVE_TOP + 2})"
            on_curve = f"IF({here},CSM_PAYCURVE({attainment},{CHANGED_POINTS},{words}),{on_curve})"
        on_curve = f'IF({cell["curve"]}="",MAX({attainment},0),{on_curve})'
        return f"CSM_CAP({on_curve},{cell['floor']},{cell['cap']})"


def _of_data(table: str, header: str) -> str:
    return f"{table}[{header}]"
