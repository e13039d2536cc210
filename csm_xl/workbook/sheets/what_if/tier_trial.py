"""The block of the What-if that pays an amount by a tier table, as the component that uses it does."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.workbook.layout import input_header
from csm_xl.workbook.sheets.what_if.trial import BEHIND, PERSON, Trial, either
from csm_xl.xlsx.addresses import letters

TIER_ROWS: Final = 8
"""How many rows the block takes."""
_RULES: Final = ("first", "count", "mode", "tie", "on", "component", "plan", "id", "basis", "cumulative",
                 "fixed", "most", "own goal", "goal", "scale", "found by", "sold by",
                 "otherwise")  # fmt: skip
"""What is looked up behind the block."""
_SCALED: Final = BEHIND + 2
"""The first of three columns with the tiers in money: from, to, rate."""
_MOST_TIERS: Final = 20
_VALID: Final = ('(tblComponents[Valid from]<=period_end)*((tblComponents[Valid to]="")'
                 "+(tblComponents[Valid to]>=period_end)>0)")  # fmt: skip


class TierTrial(Trial):
    """The block, from its first row on."""

    def tiers(self, top: int) -> None:
        """What an amount earns under a tier table."""
        meaning = "Enter two amounts to see their earnings under a tier table, and the blended rate."
        self.block(top, "Commission by tiers", meaning)
        tier, row = f"$B${top + 2}", top + 3
        self.sheet.put(top + 2, 1, "Tier id", role="remark")
        self.typed(top + 2, 2, self._first_tier(), "text", "Tier id", kind="id", refers="tiers.tier_id",
                   meaning="A tier table.")  # fmt: skip
        goal = self.money["Goal"]
        self.sheet.put(top + 2, 3, f"{goal}:", role="remark")
        self.typed(top + 2, 4, None, "money", goal, above=0,
                   meaning="For tiers on attainment: the goal. Blank: as on Payouts.")  # fmt: skip
        self.heads(row, "Commission", "Today", "What if", "Difference")
        self.pair(row + 1, self.money["Amount"], "money", self.example(250_000.0))
        self.typed(row + 1, 3, self.example(400_000.0), "money", "Amount")
        rule = self._rules(row, tier, f"$D${top + 2}")
        block = self._scaled(row + 2, rule, tier)
        amounts = f"$B{row + 1}", either(row + 1)
        self.follows(row + 2, self.money["Earned"], "money", *(
            _earned(rule, block, amount) for amount in amounts), rows=(row + 1,))  # fmt: skip
        self.difference(row + 2, f"N($B{row + 2})", f"N($C{row + 2})", "money")
        self.outcome(row + 3, "Blended rate (%)", "percent", *(
            f"IF(N({amount})=0,0,N({column}{row + 2})/{amount})"
            for amount, column in zip(amounts, ("$B", "$C"), strict=True)))  # fmt: skip
        self.sheet.put(row + 4, 1, formula=f"={_words(rule)}", role="note")

    def _first_tier(self) -> Any:
        """The tier table that is shown at first: one on amounts, where there is one."""
        table = self.tables["tiers"]
        on, names = (table.columns[name].tolist() if table.rows else [] for name in ("on", "tier_id"))
        by_amount = [name for name, what in zip(names, on, strict=True) if what == "amount"]
        return next(iter([*by_amount, *names]), None)

    def _rules(self, row: int, tier: str, goal: str) -> dict[str, str]:
        """Look up what decides what an amount earns: the options of the table; the component that it pays, of
        the chosen person's plan where that has one, and its terms; the goal. Gives the cell of each."""
        currency = self.money.currency
        at = {name: f"${letters(column)}${row + 1}" for column, name in enumerate(_RULES, BEHIND)}
        first, component = at["first"], at["component"]

        def option(header: str, default: str) -> str:
            cell = f"INDEX(tblTiers[{header}],{first})"
            return f'IF({first}="","",IF({cell}="","{default}",{cell}))'

        def term(name: str) -> str:
            header = input_header(self.tables, "components", name, currency)
            cell = f"INDEX(tblComponents[{header}],{component})"
            return f'IF({component}="","",IF({cell}="","",{cell}))'

        pays = f'(tblComponents[Tier id]={tier})*({tier}<>"")*{_VALID}'
        own = f"MATCH(1,INDEX({pays}*(tblComponents[Plan id]=$D${PERSON}),0),0)"
        of = f"({self.line['plan_id']}={at['plan']})*({self.line['component_id']}={at['id']})"
        of += f'*({self.line["goal"]}<>"")'
        mine, other = (
            f"INDEX({self.line['goal']},MATCH(1,INDEX({where},0),0))"
            for where in (f"{of}*({self.line['employee_id']}=$B${PERSON})", of)
        )
        tie = f'IF(N({option("Strict", "no")})=1,"lower",{option("Tie", "upper")})'
        formulas = {
            "first": f'IFERROR(MATCH({tier},tblTiers[Tier id],0),"")',
            "count": f'SUMPRODUCT((tblTiers[Tier id]={tier})*({tier}<>""))',
            "mode": option("Mode", "marginal"), "tie": tie, "on": option("On", "amount"),
            "component": f'IFERROR({own},IFERROR(MATCH(1,INDEX({pays},0),0),""))',
            "plan": term("plan_id"), "id": term("component_id"), "basis": term("tier_basis"),
            "cumulative": term("cumulative"), "fixed": term("fixed_amount"), "most": term("max_amount"),
            "found by": term("tier_measure"), "sold by": term("tier_scope"),
            "otherwise": _found_otherwise(at["found by"], at["sold by"]),
            "own goal": f'IFERROR({mine},"")',
            "goal": f'IF({goal}<>"",{goal},IF({at["own goal"]}<>"",{at["own goal"]},IFERROR({other},"")))',
            "scale": f'IF({at["on"]}="attainment",N({at["goal"]}),1)',
        }  # fmt: skip
        for column, name in enumerate(_RULES, BEHIND):
            self.sheet.put(row, column, name.capitalize(), role="head")
            number = "money" if name in ("own goal", "goal", "scale", "fixed", "most") else "text"
            self.sheet.put(row + 1, column, formula=f"={formulas[name]}", role="calc", number=number)
        return at

    def _scaled(self, row: int, rule: dict[str, str], tier: str) -> str:
        """Write the tiers behind the page, bounds on attainment times the goal; gives their block.

        Their rows need not be one below the other on Curves: each is looked for after the one before."""
        names = ("from", "to", "rate")
        heads = [input_header(self.tables, "tiers", name, self.money.currency) for name in names]
        columns = [letters(_SCALED + at) for at in range(len(names))]
        first, last = row + 1, row + _MOST_TIERS
        blank = letters(BEHIND - 1)  # a column in which nothing is, to count rows
        ids, found = "tblTiers[Tier id]", letters(_SCALED - 1)  # where each row of the table is
        self.sheet.put(row, _SCALED - 1, "Row", role="head", number="count")
        for at, name in enumerate(names):
            self.sheet.put(row, _SCALED + at, name.capitalize(), role="head", number="money")
        for place in range(first, last + 1):
            nth = f"ROWS(${blank}${first}:${blank}{place})"
            before = f"${found}${place - 1}"
            after = f"MATCH({tier},INDEX({ids},{before}+1):INDEX({ids},ROWS({ids})),0)"
            nearest = rule["first"] if place == first else f"{before}+{after}"
            self.sheet.put(place, _SCALED - 1, formula=f'=IF({nth}>{rule["count"]},"",{nearest})',
                           role="calc", number="count")  # fmt: skip
            for at, (name, head) in enumerate(zip(names, heads, strict=True)):
                cell = f"INDEX(tblTiers[{head}],${found}${place})"
                shown = cell if name == "rate" else f"{cell}*{rule['scale']}"
                formula = f'=IF({nth}>{rule["count"]},"",IF({cell}="","",{shown}))'
                self.sheet.put(place, _SCALED + at, formula=formula, role="calc", number="number")
        left, _, right = (f"${column}${first}" for column in columns)
        return f"{left}:INDEX({right}:${columns[-1]}${last},{rule['count']})"


def _earned(rule: dict[str, str], block: str, amount: str) -> str:
    """What an amount earns, at most what the component pays; words where it cannot be determined."""
    rows = block.partition(":")[2].removeprefix("INDEX(").partition(",")[0]
    paid = f"CSM_CAP(CSM_TIERPAY({amount},{block},{rule['mode']},0,{rule['tie']}),,{rule['most']})"
    told = f'IF({rule["scale"]}<=0,"type a goal",IF({rule["count"]}>ROWS({rows}),"too many tiers",{paid}))'
    return f'IF({rule["first"]}="",0,{told})'


def _words(rule: dict[str, str]) -> str:
    """What the bounds are, and what of the component these figures leave out."""
    basis, year = rule["basis"], rule["cumulative"]
    goal = f"FIXED(N({rule['goal']}),0)"
    climbs = '"Tiers accumulate over the year: enter its total. "'
    parts = (
        (f'{rule["on"]}="attainment"', f'"Bounds are multiples of the goal, "&{goal}&". "'),
        (f'{basis}="deal"', '"Enter a deal. "'),
        (f'{basis}="count"', '"Count deals. "'),
        (f'AND({year}<>"",{year}<>"discrete",{basis}<>"deal")', climbs),
        (f'{rule["most"]}<>""', f'"At most "&FIXED(N({rule["most"]}),0)&" is paid. "'),
        (f'{rule["fixed"]}<>""', f'"Plus "&FIXED(N({rule["fixed"]}))&" per deal, not included."'),
    )  # fmt: skip
    return "&".join([*(f'IF({when},{said},"")' for when, said in parts), rule["otherwise"]])


def _found_otherwise(by: str, sold: str) -> str:
    """That the tier is found by something else than the amount."""
    return (f'IF({by}<>""," Pay finds the tier by "&{by}&", here the amount does.","")'
            f'&IF(AND({sold}<>"",{sold}<>"individual")," The tier is that of the "&{sold}'
            '&": here the amount finds it.","")')  # fmt: skip
