"""What is where: the sheets, their tables and columns, units and formats. The columns themselves come
from the schema of the tables and from the payout lines; here is only what a sheet adds to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from csm_xl.plan.schema import Column
from csm_xl.plan.table import Tables
from csm_xl.workbook.styles import Class

ORDER: Final = (
    "Cover", "Control", "Plans", "Curves", "Roster", "Results", "Goals", "Deals", "Pay data", "Import",
    "Payouts", "Total Comp", "Statement", "Dashboard", "What-if", "Checks", "Log", "Ledger",
    "Functions",
)  # fmt: skip
"""The sheets, in order."""

CLASSES: Final[dict[str, Class]] = {
    "Cover": "cover",
    "Payouts": "output",
    "Total Comp": "output",
    "Statement": "output",
    "Dashboard": "output",
    "What-if": "output",
    "Checks": "check",
    "Log": "output",
    "Ledger": "output",
    "Functions": "cover",
}
"""The class of each sheet that is not an input."""


@dataclass(frozen=True, slots=True)
class InputTable:
    """An input table on its sheet.

    name: the table of the schema. sheet: where it is; tables of one sheet are side by side, so that
    each can grow downwards. shown: the optional columns that are shown even when nobody uses them.
    first_of: columns that count on the first row of each value of this column only.
    always: whether it is there even when it has no rows.
    """

    name: str
    sheet: str
    caption: str
    shown: tuple[str, ...] = ()
    first_of: str = ""
    always: bool = True

    @property
    def excel_name(self) -> str:
        """The name of the Excel table.

        >>> INPUTS[0].excel_name
        'tblPlans'
        """
        return f"tbl{self.name.capitalize()}"


INPUTS: Final = (
    InputTable("plans", "Plans", "Plans", ("plan_name", "target_value", "currency")),
    InputTable("components", "Plans", "Components",
               ("component_name", "weight", "measure", "scope", "curve_id", "tier_id", "rate", "cap")),
    InputTable("gates", "Plans", "Gates", ("component_id", "join", "scope", "on", "otherwise"), always=False),
    InputTable("curves", "Curves", "Payout curves", ("mode", "below", "above", "cap"), "curve_id"),
    InputTable("tiers", "Curves", "Commission tiers", ("to", "mode"), "tier_id"),
    InputTable("ramps", "Curves", "Ramps", always=False),
    InputTable("seasons", "Curves", "Seasons", always=False),
    InputTable("matrices", "Curves", "Payout matrices", ("mode",), "matrix_id", always=False),
    InputTable("ratings", "Curves", "Ratings", always=False),
    InputTable("roster", "Roster", "People", ("leave_date", "fte", "role", "team", "target_ratio")),
    InputTable("changes", "Roster", "Changes within the year", ("base_salary", "fte", "plan_id", "team")),
    InputTable("targets", "Roster", "Own weights and goals", ("from", "weight", "goal"), always=False),
    InputTable("results", "Results", "Results", ("goal",)),
    InputTable("modifiers", "Results", "Company and division modifiers", ("id",)),
    InputTable("accounts", "Results", "Accounts", ("team", "risk_class"), always=False),
    InputTable("answers", "Results", "Answers to surveys", ("employee_id", "team"), always=False),
    InputTable("risk_classes", "Results", "Risk classes", always=False),
    InputTable("paid", "Results", "Paid in earlier periods"),
    InputTable("arrangements", "Results", "Guarantees, draws and holdbacks", ("to",), always=False),
    InputTable("adjustments", "Results", "Adjustments", ("kind", "component_id"), always=False),
    InputTable("periods", "Results", "Fiscal calendar", ("year", "share", "kind")),
    InputTable("holidays", "Results", "Holidays", ("name",), always=False),
    InputTable("goals", "Goals", "Personal goals"),
    InputTable("distributions", "Goals", "Distributions",
               ("scope", "id", "mean", "spread", "low", "high", "source")),
    InputTable("correlations", "Goals", "Correlations", ("source",)),
    InputTable("deals", "Deals", "Deals", ("kind", "account_id", "employee_id")),
    InputTable("credits", "Deals", "Credits", ("role", "share")),
    InputTable("rates", "Deals", "Exchange rates", ("date",), always=False),
    InputTable("payments", "Deals", "Payments by customers", always=False),
    InputTable("events", "Deals", "Events for SPIFs and milestones", ("count",)),
    InputTable("ranges", "Pay data", "Levels and their salary ranges", ("valid_from", "source")),
    InputTable("locations", "Pay data", "Location factors", ("living", "source")),
    InputTable("merit_matrix", "Pay data", "Merit matrix"),
    InputTable("reviews", "Pay data", "Salary reviews", ("ratio", "rating")),
    InputTable("grants", "Pay data", "Equity grants", ("kind", "strike")),
    InputTable("prices", "Pay data", "Share price"),
    InputTable("benefits", "Pay data", "Benefits", ("amount", "ratio")),
    InputTable("other_pay", "Pay data", "Other pay"),
    InputTable("wages", "Pay data", "Market wages", ("p25", "p50", "p75"), always=False),
    InputTable("tax_brackets", "Pay data", "Tax rates", always=False),
)  # fmt: skip
"""The input tables, in the order of the sheets, from left to right."""

SUBTITLES: Final = {
    "Control": "The period to pay, the data sources, and the buttons.",
    "Plans": "The plans and their components.",
    "Curves": "Payout curves and commission tiers; the tables on the right show what they pay.",
    "Roster": "The people, and their changes during the year.",
    "Results": "Actual results and goals. A blank actual counts as missing: it pays 0, with a note.",
    "Goals": "Personal goals. At the right, inputs of the cost forecast: nobody is paid from them.",
    "Deals": "Signed deals, their credits, and events for SPIFs and milestones.",
    "Pay data": "Levels, locations, merit, equity and benefits: the inputs of base and total pay.",
    "Import": "Paste an export into the yellow area on the right, as it is, and refresh: its rows go into"
              " their table.",
    "Payouts": "One line per person, period, plan and component, with every step in a column. Negative"
               " amounts are taken back.",
    "Total Comp": "One row per person: base pay, variable pay and their sum for the period.",
    "Statement": "Choose a person and a pay period in the yellow cells: one page, ready to print.",
    "Dashboard": "What the plans pay, for what, and how it compares with the targets.",
    "What-if": "Change the yellow cells to see the effect on pay; nothing here is paid.",
    "Functions": "Every worksheet function: arguments, result, and a live example.",
    "Log": "One row for each time the payout lines were written.",
    "Ledger": "What the book of record says: closed periods, corrections and payrolls.",
    "Checks": "Each check compares a figure of the workbook with what it must be.",
}  # fmt: skip

_ACRONYMS: Final = {"fte": "FTE", "ote": "OTE"}
_UNITS: Final = {
    "target_value": "% or money/year",
    "gate_minimum": "unit of the measure",
    "minimum": "unit of the measure",
    "minimum_days": "days",
    "waiting_days": "days",
    "actual": "unit of the measure",
    "goal": "unit of the measure",
    "fte": "fraction of full time",
    "factor": "×",
    "modifier": "×",
    "modifier_floor": "×",
    "modifier_cap": "×",
    "plan_cap": "× target",
    "max_salary_ratio": "× base salary",
    "plan_cap_factor": "×",
    "pool_factor": "×",
    "year_start": "month",
    "count": "events",
    "shares": "shares",
    "month": "month of tenure",
    "period_number": "period",
    "recovery_start": "period",
    "eligible_days": "days",
    "period_days": "days",
    "proration": "%",
    "eligible_salary": "money/year",
    "score": "%",
}
"""Units that the schema leaves open, or that a reader wants in other words."""
_NUMBERS: Final = {
    "employee_name": "name", "first_name": "name", "last_name": "name",
    "fte": "share", "factor": "factor", "modifier": "factor", "plan_cap_factor": "factor",
    "pool_factor": "factor", "earned": "fine", "earned_to_date": "fine",
    "plan_cap": "share", "max_salary_ratio": "share",
    "modifier_floor": "factor", "modifier_cap": "factor", "rate": "rate",
    "count": "any", "unrounded": "fine",
    "eligible_days": "count", "period_days": "count", "year_start": "count", "year": "text",
}  # fmt: skip
_MONEY_NUMBERS: Final = frozenset({("tiers", "from"), ("tiers", "to"), ("plans", "rounding_unit")})
_OF_DEALS: Final = frozenset({("deals", "amount"), ("payments", "amount")})
"""Amounts in the currency of their own deal. The header names none, whatever the rows hold."""
_KINDS: Final = {
    "id": "text", "text": "text", "period": "text", "words": "text", "word": "general", "flag": "general",
    "date": "date", "money": "money", "ratio": "percent", "number": "number", "count": "count",
}  # fmt: skip

NAME_ROOM: Final = 22
"""The least width of a column of names, so that those of a later refresh or paste can be read."""
LINE_KINDS: Final[dict[str, str]] = {
    "eligible_days": "count", "period_days": "count", "proration": "ratio", "eligible_salary": "money",
    "target_incentive": "money", "weight": "ratio", "component_target": "money", "goal": "number",
    "actual": "number", "attainment": "ratio", "payout_ratio": "ratio", "gate_met": "flag",
    "before_modifier": "money", "modifier": "ratio", "plan_cap_factor": "ratio", "unrounded": "money",
    "amount": "money", "column_attainment": "ratio", "curve_ratio": "ratio", "combined_ratio": "ratio",
    "target_to_date": "money", "earned_to_date": "money", "paid_before": "money", "earned": "money",
    "kicker": "money", "before_pool": "money", "pool_factor": "ratio",
}  # fmt: skip
"""What the columns of a payout line hold; the others are text."""


def number_of(table: str, name: str, kind: str) -> str:
    """The number format of a column.

    >>> number_of("roster", "base_salary", "money"), number_of("roster", "fte", "ratio")
    ('money', 'share')
    """
    if (table, name) in _MONEY_NUMBERS:
        return "money"
    if name == "goal" and kind == "text":
        return "text"
    return _NUMBERS.get(name, _KINDS[kind])


def unit_of(table: str, column: Column, currency: str) -> str:
    """What is in () behind a header; nothing for what is no number."""
    if column.kind in ("id", "text", "word", "words", "flag", "date", "period"):
        return ""
    if table == "tiers" and column.name in ("from", "to"):
        return f"{currency} or × goal"
    if (table, column.name) in _MONEY_NUMBERS:
        return currency
    if (table, column.name) in _OF_DEALS:
        return "deal currency"
    if (table, column.name) == ("tiers", "rate"):
        return f"% or {currency}"
    unit = _UNITS.get(column.name) or column.unit or {"money": "money", "ratio": "%"}.get(column.kind, "")
    return {"ratio": "%"}.get(unit, unit.replace("money", currency))


def header_of(name: str, unit: str = "") -> str:
    """A column's header: its name in words, its unit in ().

    >>> header_of("base_salary", "USD/year"), header_of("fte", "share")
    ('Base salary (USD/year)', 'FTE (share)')
    """
    words = _ACRONYMS.get(name, name.replace("_", " ").capitalize())
    return f"{words} ({unit})" if unit else words


def input_header(tables: Tables, table: str, column: str, currency: str) -> str:
    """The header of a column of an input table."""
    rule = tables[table].schema.column(column)
    return header_of(column, unit_of(table, rule, currency))


def list_name(refers: str) -> str:
    """The defined name of the list of values that a column may refer to.

    Excel takes names that differ only in case as one, so a list never has the name of an input table.

    >>> list_name("roster.employee_id"), list_name("ratings.rating")
    ('EmployeeIds', 'RatingsList')
    """
    name = "".join(word.capitalize() for word in refers.partition(".")[2].split("_")) + "s"
    return f"{name}List" if any(name.casefold() == table.name for table in INPUTS) else name


def line_column(name: str) -> Column:
    """A column of the payout lines, as the schema describes columns."""
    kind = LINE_KINDS.get(name, "text")
    return Column(name, kind, "", unit={"money": "money", "ratio": "ratio"}.get(kind, ""))  # type: ignore[arg-type]


def line_header(name: str, currency: str) -> str:
    """The header of a column of the payout lines.

    >>> line_header("component_target", "USD"), line_header("note", "USD")
    ('Component target (USD)', 'Note')
    """
    return header_of(name, unit_of("payouts", line_column(name), currency))


def by_sheet() -> Mapping[str, list[InputTable]]:
    """The input tables of each input sheet."""
    found: dict[str, list[InputTable]] = {}
    for table in INPUTS:
        found.setdefault(table.sheet, []).append(table)
    return found
