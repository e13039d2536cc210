"""The Checks sheet: what must hold in the workbook, by formulas that every spreadsheet calculates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from csm_xl.errors import Issue
from csm_xl.plan.table import Tables
from csm_xl.workbook import layout
from csm_xl.workbook.layout import input_header, line_header
from csm_xl.workbook.page import HEAD_ROW, Column, Sheet, Table, this_row
from csm_xl.workbook.sheets.findings import FINDINGS, findings_table
from csm_xl.workbook.sheets.frame import fails, framed
from csm_xl.workbook.sheets.inputs import currencies_of, currency_of
from csm_xl.workbook.sheets.results import PAYOUTS, TOTALS, Money, Paid
from csm_xl.workbook.sheets.total_comp import DAYS, ON_TARGET, TOTAL_COMP
from csm_xl.xlsx.serial_dates import EPOCH_1900

WEIGHTS: Final = "tblPlanWeights"
_WEIGHT_TOLERANCE: Final = 0.0001


_FIGURES: Final = (
    ("Leave dates", "roster", "leave_date"),
    ("Leave reasons", "roster", "leave_reason"),
    ("Salary changes", "changes", "base_salary"),
    ("FTE changes", "changes", "fte"),
    ("Scores", "goals", "score"),
    ("Modifiers", "modifiers", "factor"),
    ("Draws", "arrangements", "amount"),
    ("Adjustments", "adjustments", "amount"),
    ("Exchange rates", "rates", "rate"),
    ("Payments", "payments", "amount"),
)
"""What else is compared with the last refresh: the name of the check, the table and the column."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what must hold, what the workbook says, what it must say, and how near.

    refreshed: ``expected`` or ``tolerance`` where that is a figure that the refresh writes.
    """

    name: str
    meaning: str
    found: str
    expected: str | float
    tolerance: float = 0.0
    refreshed: str = ""


def checks_sheet(
    tables: Tables,
    typed: Tables,
    paid: Paid,
    previews: Sequence[Table],
    findings: Sequence[Issue] = (),
    drawn: Collection[str] = (),
    there: Collection[str] | None = None,
) -> Sheet:
    """The checks, one a row; the weights of each plan that one of them looks at; and what a refresh found.

    tables: what is paid from. typed: what is on the input sheets. drawn: the names of the Excel tables there.
    there: the named cells of a workbook that is laid out already, which no refresh gives a row; None for one
    that is new.
    """
    sheet = Sheet("Checks", "check", "Checks", layout.SUBTITLES["Checks"])
    heads = ("Check", "What it checks", "Found", "Expected", "Tolerance", "Holds")
    for at, head in enumerate(heads, 1):
        sheet.put(HEAD_ROW, at, head, role="head", number="number" if 3 <= at <= 5 else "general")
    weights = _plan_weights(tables, len(heads) + 2)
    checks = list(_checks(tables, typed, paid, previews, drawn, there))
    first, last = HEAD_ROW + 1, HEAD_ROW + len(checks)
    for row, check in enumerate(checks, first):
        number = "number" if check.tolerance else "count"
        sheet.put(row, 1, check.name, role="value")
        sheet.put(row, 2, check.meaning, role="text")
        sheet.put(row, 3, formula=f"={check.found}", role="calc", number=number)
        if isinstance(check.expected, str):
            sheet.put(row, 4, formula=f"={check.expected}", role="calc", number=number)
        else:
            sheet.put(row, 4, check.expected, role="value", number=number)
        # Figures of the last refresh are in named cells, where the next one finds them.
        word = _word(check.name)
        if check.refreshed:
            sheet.names[f"{check.refreshed}_{word}"] = (row, 4 if check.refreshed == "expected" else 5)
        sheet.put(row, 5, check.tolerance, role="remark", number="tolerance")
        sheet.put(row, 6, formula=f"=ABS(C{row}-D{row})<=E{row}", role="calc")
    sheet.put(4, 5, "All pass", role="caption")
    sheet.put(4, 6, formula=f"=IFERROR(AND(F{first}:F{last}),FALSE)", role="holds")
    sheet.put(5, 5, "Weight tolerance", role="note")
    sheet.put(5, 6, _WEIGHT_TOLERANCE, role="value", number="tolerance")
    sheet.conditions += [
        ((first, 6, last, 6), fails(f"=IF(ISERROR(F{first}),TRUE,NOT(F{first}))")),
        ((4, 6, 4, 6), fails("=NOT(master_check)")),
    ]
    sheet.former = _former(tables, typed, paid)
    sheet.names |= {"master_check": (4, 6), "weight_tolerance": (5, 6)}
    sheet.tables = [weights, findings_table(findings, weights.right + 2)]
    longest = max(len(check.meaning) for check in checks)
    sheet.widths = {1: 26, 2: max(58, longest + 2), 3: 16, 4: 16, 5: 17, 6: 10}
    framed(sheet)
    return sheet


def _plan_weights(tables: Tables, left: int) -> Table:
    """The weights of each plan's components that are in effect on the period's last day."""
    plan = this_row(WEIGHTS, "Plan id")
    weight, plans = "tblComponents[Weight (%)]", "tblComponents[Plan id]"
    formula = (
        f"=SUMIFS({weight},{plans},{plan})"
        f'-SUMIFS({weight},{plans},{plan},tblComponents[Valid from],">"&period_end)'
        f'-SUMIFS({weight},{plans},{plan},tblComponents[Valid to],"<"&period_end)'
    )
    own = this_row(WEIGHTS, "Weights (%)")
    columns = (
        Column("Plan id", "value", "text"),
        Column("Weights (%)", "calc", "percent", formula),
        Column("Whole", "calc", "general", f"=OR({own}=0,ABS({own}-1)<=weight_tolerance)"),
    )
    ids = dict.fromkeys(tables["plans"].columns["plan_id"].tolist())
    note = "On the period's last day: 100%, or none."
    return Table(WEIGHTS, "Weights by plan", note, columns, [[name, None, None] for name in ids], left)


def _checks(
    tables: Tables,
    typed: Tables,
    paid: Paid,
    previews: Sequence[Table],
    drawn: Collection[str],
    there: Collection[str] | None,
) -> Iterable[Check]:
    money = Money(currency_of(typed))
    line = {name: f"{PAYOUTS}[{line_header(name, money.currency)}]" for name in paid.lines[0]}
    named = ("Base pay", "Target variable", "Variable pay")
    total = {words: f"{TOTALS}[{money[words]}]" for words in named}
    salary, actual, goal, signed = (
        f"tbl{table.capitalize()}[{input_header(typed, table, column, money.currency)}]"
        for table, column in (("roster", "base_salary"), ("results", "actual"), ("results", "goal"),
                              ("deals", "amount"))
    )  # fmt: skip
    cent = 0.005
    here = 'OR(results_source="",results_source="this workbook")'
    employed = f'COUNTIFS({TOTALS}[{DAYS}],">0")'
    yield Check("Headcount", "People with employed days = people on the roster employed in the period.",
                employed,
                f'IF({here},COUNTIFS(tblRoster[Hire date],"<="&period_end)'
                '-COUNTIFS(tblRoster[Leave date],"<"&period_start),'
                f"{employed})")  # fmt: skip
    yield Check("No duplicates", "Each person paid is on the roster exactly once.",
                f'IF({here},COUNTIFS({TOTALS}[Roster rows (count)],"<>1"),0)', 0)  # fmt: skip
    yield Check("Lines have a person", "Lines counted by person = number of payout lines.",
                f"SUM({TOTALS}[Lines (count)])", f"COUNTA({line['employee_id']})")  # fmt: skip
    codes = currencies_of(tables)
    for code in codes:
        yield from _sums_by_person(line, total, code if len(codes) > 1 else "")
    yield Check("Weights sum to 100%", "Plans whose weights do not sum to 100% (or 0).",
                f"COUNTIFS({WEIGHTS}[Whole],FALSE)", 0)  # fmt: skip
    for code in codes:
        yield from _sums_of_lines(line, _near(tables, paid, code), code if len(codes) > 1 else "")
    yield Check("Days within the period", "Lines with more eligible days than the period has.",
                f"SUMPRODUCT(({line['eligible_days']}>{line['period_days']})*1)", 0)  # fmt: skip
    yield Check("No payout ratio below 0", "Negative payout ratios.",
                f'COUNTIFS({line["payout_ratio"]},"<0")', 0)  # fmt: skip
    filled = [salary, signed, line["amount"]]
    yield Check("No text in money", "Cells of salaries, deals and amounts that are not numbers.",
                "+".join(f"COUNTA({one})-COUNT({one})" for one in filled), 0)  # fmt: skip
    live = [ON_TARGET, TOTAL_COMP]
    live += [table.reference(column.header) for table in previews for column in table.columns
             if column.formula.startswith("=CSM_")]  # fmt: skip
    yield Check("Every CSM_ cell filled", "Cells of CSM_ functions with a number = all such cells.",
                "+".join(f"COUNT({one})" for one in live),
                "+".join(f"ROWS({one})" for one in live))  # fmt: skip
    for name, table, column, cells in (
        ("Salaries as refreshed", "roster", "base_salary", salary),
        ("Results as refreshed", "results", "actual", actual),
        ("Goals as refreshed", "results", "goal", goal),
    ):
        value = float(np.nansum(typed[table].columns[column])) if typed[table].rows else 0.0
        both = ", whatever the currency," if table == "roster" and len(codes) > 1 else ""
        yield Check(name, f"Σ {column.replace('_', ' ')} on {table.capitalize()}{both} is unchanged since the"
                    " last refresh.", f"SUM({cells})", value, cent, "expected")  # fmt: skip
    yield from _deals_as_refreshed(typed, signed, codes)
    yield from _more_as_refreshed(typed, money.currency, drawn, there)
    yield Check("Period as refreshed", "The period on Control is the one paid (0 = yes).",
                'IF(period&""=paid_period&"",0,1)', 0)  # fmt: skip
    yield Check("Refresh not stopped", "Errors among the findings: they stopped the last refresh.",
                f'COUNTIFS({FINDINGS}[Kind],"error")', 0)  # fmt: skip


def _sums_by_person(line: Mapping[str, str], total: Mapping[str, str], code: str) -> Iterable[Check]:
    """That lines and people come to the same; code: the currency, where there are several."""

    def both(lines: str, people: str) -> tuple[str, str]:
        if not code:
            return f"SUM({lines})", f"SUM({people})"
        of_line, of_person = (f'({cells}="{code}")' for cells in (line["currency"], f"{TOTALS}[Currency]"))
        return f"SUMPRODUCT({of_line}*1,{lines})", f"SUMPRODUCT({of_person}*{people})"

    of, cent = f" ({code})" if code else "", 0.005
    amounts, variable = both(line["amount"], total["Variable pay"])
    targets, target = both(line["component_target"], total["Target variable"])
    _, comp = both("", TOTAL_COMP)
    _, base = both("", total["Base pay"])
    yield Check(f"Lines = people{of}", "Σ amounts of the lines = Σ variable pay of the people.",
                amounts, variable, cent)  # fmt: skip
    meaning = "Σ component targets of the lines = Σ target variable of the people."
    yield Check(f"Targets = people{of}", meaning, targets, target, cent)
    yield Check(f"Total = base + variable{of}", "Σ total comp = Σ base pay + Σ variable pay.",
                comp, f"{base}+{variable}", cent)  # fmt: skip


def _sums_of_lines(line: Mapping[str, str], near: float, code: str) -> Iterable[Check]:
    """That targets follow weights and amounts what is unrounded; code: the currency, where there are
    several."""
    mine = f'({line["currency"]}="{code}")*1,' if code else ""

    def sum_of(cells: str) -> str:
        return f"SUMPRODUCT({mine}{cells})" if code else f"SUM({cells})"

    of = f" ({code})" if code else ""
    yield Check(f"Targets follow weights{of}", "Σ target incentive × weight = Σ component targets.",
                f"SUMPRODUCT({mine}{line['target_incentive']},{line['weight']})",
                sum_of(line["component_target"]), near, "tolerance")  # fmt: skip
    yield Check(f"Rounding{of}", "Σ amounts is within half a minor unit per line of Σ unrounded.",
                sum_of(line["amount"]), sum_of(line["unrounded"]), near, "tolerance")  # fmt: skip


def _deals_as_refreshed(typed: Tables, amounts: str, codes: Sequence[str]) -> Iterable[Check]:
    """That the deals are those of the last refresh: a sum for each currency that people are paid in, and for
    the others, which no row is laid out for, how many there are."""
    amount = typed["deals"].columns["amount"]
    own = np.array([str(code).upper() for code in typed["deals"].columns["currency"].tolist()], dtype=object)
    cells = f"tblDeals[{input_header(typed, 'deals', 'currency', '')}]"
    alone = len(codes) == 1  # a deal without a currency is in that of its people
    said = {code: (code, "") if alone else (code,) for code in codes} | ({} if alone else {"": ("",)})
    for code, held in said.items():
        name = f"Deals in {code}" if code else "Deals without currency"
        meaning = f"in {code}" + (" or without a currency" if alone else "") if code else "without a currency"
        yield Check(name, f"Σ amount of deals {meaning} is unchanged since the last refresh.",
                    f"SUMPRODUCT(({_any_of(cells, held)})*1,{amounts})",
                    float(amount[np.isin(own, held)].sum()), 0.005, "expected")  # fmt: skip
    every = list(dict.fromkeys([*codes, ""]))
    yield Check("Deals in other currencies",
                "Number of deals in other currencies is unchanged since the last refresh.",
                f"ROWS({cells})-SUMPRODUCT(({_any_of(cells, every)})*1)",
                int((~np.isin(own, every)).sum()), 0, "expected")  # fmt: skip


def _more_as_refreshed(
    typed: Tables, currency: str, drawn: Collection[str], there: Collection[str] | None
) -> Iterable[Check]:
    """That the other figures that people are paid by are those of the last refresh: sums, of days too, and
    how many texts there are."""
    for name, table, column in _FIGURES:
        laid_out = there is None or f"expected_{_word(name)}_as_refreshed" in there
        if f"tbl{table.capitalize()}" not in drawn or not laid_out:
            continue
        cells = f"tbl{table.capitalize()}[{input_header(typed, table, column, currency)}]"
        kind, values = typed[table].schema.column(column).kind, typed[table].columns[column]
        found, said = f"SUM({cells})", f"Σ {column.replace('_', ' ')}"
        if kind == "date":
            value = float(sum(day - EPOCH_1900 for day in values.tolist() if day))
        elif kind == "text":
            found, said = f"COUNTA({cells})", f"Number of {column.replace('_', ' ')}s"
            value = float(sum(value != "" for value in values.tolist()))
        else:
            value = float(np.nansum(values)) if typed[table].rows else 0.0
        meaning = f"{said} on {table.capitalize()} is unchanged since the last refresh."
        yield Check(f"{name} as refreshed", meaning, found, value, 0.005, "expected")


def _word(name: str) -> str:
    return re.sub(r"\W", "_", name.casefold())


def _any_of(cells: str, codes: Iterable[str]) -> str:
    return "+".join(f'({cells}="{code}")' for code in codes)


def _former(tables: Tables, typed: Tables, paid: Paid) -> dict[str, float]:
    """The figures that workbooks of earlier versions have under a name, and none of now has, or none with
    several currencies.

    Their one sum of deals is of every amount, as is its formula there; so are the sums that these tolerances
    belong to.
    """
    near = sum(_near(tables, paid, code) for code in currencies_of(tables))
    return {
        "expected_deals_as_refreshed": float(typed["deals"].columns["amount"].sum()),
        "tolerance_targets_follow_weights": near,
        "tolerance_rounding": near,
    }


def _near(tables: Tables, paid: Paid, code: str) -> float:
    """Half a minor unit for each line in a currency."""
    header, *lines = paid.lines
    at = header.index("currency")
    unit = float(max(tables["plans"].columns["rounding_unit"]))
    count = [row[at] for row in lines].count(code)
    return round(0.5 * unit * max(1, count), 6)
