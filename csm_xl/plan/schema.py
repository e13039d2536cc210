"""The tables of a plan and its people, as data: which columns there are and what each may hold.

From these descriptions come the reading and its error messages, the columns, prompts and drop-downs
of the workbook, the TOML, and the reference. What a component of a given type may carry is declared
with the type; `component_schema` joins those columns with the ones that all components share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

Kind = Literal["id", "text", "word", "words", "money", "ratio", "number", "count", "date", "flag", "period"]
"""What a cell holds.

id: text kept exactly, compared trimmed and NFC. text: any text. word: one of `choices`, case ignored.
words: a list of words or ids, separated by commas or semicolons. money: kept to 4 decimals.
ratio: a fraction, 1.0 is 100%, kept to 12. number: any other number, kept to 12 (results and goals).
count: a whole number. date: a day. flag: TRUE or FALSE. period: the name of a period, or a date in it.
"""


# Records are never changed once made, but not frozen either: freezing them would double what it takes to
# import the engine, which a spreadsheet waits for.
@dataclass(slots=True, eq=False, repr=False)
class Column:
    """One column: name, kind of cell, whether it must be there and filled, default, bounds and help.

    required: the column must exist and no cell of it may be blank, but where `blank` allows it.
    default: what a blank cell of an optional column means (None: nothing is stated).
    at_least, at_most: inclusive bounds of a number; above: an exclusive lower bound.
    """

    name: str
    kind: Kind
    help: str
    required: bool = False
    blank: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    refers: str = ""  # "table.column" in which each value must exist


@dataclass(slots=True, eq=False, repr=False)
class TableSchema:
    """One table: its name, what a row of it is, its columns, and which columns make a row unique."""

    name: str
    help: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns that must be there."""
        return tuple(column.name for column in self.columns if column.required)


MODELS: Final = ("base_only", "base_bonus", "base_variable", "base_quota", "revenue_centric")
PAY_PERIODS: Final = ("month", "quarter", "half", "year")
SCOPES: Final = ("individual", "team", "company")
DIRECTIONS: Final = ("higher", "lower")
PEER_GROUPS: Final = ("plan", "team", "division", "level", "role", "location")

_VALID: Final = (
    Column("valid_from", "date", "First day on which this version counts; blank: from the beginning."),
    Column(
        "valid_to", "date", "Last day on which this version counts; blank: until the next one, or no end."
    ),
)
_PERSON_VALUES: Final = (
    Column("target_ratio", "ratio", "Target variable as a share of salary.", unit="ratio", at_least=0),
    Column("target_amount", "money", "Target variable of a full year, full time.", unit="money/year",
           at_least=0),
    Column("ote", "money", "On-target earnings of a full year, full time.", unit="money/year", at_least=0),
    Column("base_share", "ratio", "Base pay as a share of on-target earnings.", unit="ratio", at_least=0,
           at_most=1),
)  # fmt: skip
_EMPLOYEE: Final = Column("employee_id", "id", "Who; text, kept exactly.", required=True,
                          refers="roster.employee_id")  # fmt: skip
_PERIOD: Final = Column("period", "period", "Pay period, such as 2026-Q1 or 2026-03.", required=True)

PLANS: Final = TableSchema(
    "plans",
    "A pay plan, or a dated version of one.",
    (
        Column("plan_id", "id", "Name of the plan; rows sharing it are dated versions.", required=True),
        Column("model", "word", "The pay model that the plan starts from.", required=True, choices=MODELS),
        Column("pay_period", "word", "How often it pays.", required=True, choices=PAY_PERIODS),
        Column("target_basis", "word", "What the target incentive is reckoned from.", required=True,
               choices=("ratio", "amount", "ote")),
        Column("plan_name", "text", "The plan's name in words."),
        *_VALID,
        Column("currency", "text", "Currency of every amount.", default="USD"),
        Column("target_value", "number", "Target ratio, amount or OTE of people without their own.",
               at_least=0),
        Column("base_share", "ratio", "Base share of OTE of people without their own.", unit="ratio",
               at_least=0, at_most=1),
        Column("combination", "word", "How the components' ratios combine.", default="additive",
               choices=("additive", "multiplicative")),
        Column("plan_cap", "ratio", "Most that target-based components pay, as a multiple of the target.",
               unit="ratio", at_least=0),
        Column("modifier_floor", "ratio", "Least value of the modifier.", unit="ratio", at_least=0),
        Column("modifier_cap", "ratio", "Greatest value of the modifier.", unit="ratio", at_least=0),
        Column("valuation", "word", "On which days of the period dated values count.", default="daily",
               choices=("daily", "period_start", "period_end")),
        Column("proration", "word", "How part of a period is reckoned.", default="calendar_days",
               choices=("calendar_days", "months", "workdays")),
        Column("rounding", "word", "Where the cents are rounded.", default="line",
               choices=("line", "total", "step")),
        Column("rounding_unit", "number", "The currency's minor unit.", default=0.01, above=0,
               unit="money"),
        Column("over_assignment", "flag", "Whether the shares of one deal may exceed 1.", default=False),
        Column("year_start", "count", "Month in which the plan year begins.", default=1, at_least=1,
               at_most=12),
    ),
    key=("plan_id", "valid_from"),
)  # fmt: skip

COMPONENT_COLUMNS: Final = (
    Column("plan_id", "id", "The plan it belongs to.", required=True, refers="plans.plan_id"),
    Column("component_id", "id", "Name of the component within its plan.", required=True),
    Column("type", "word", "How it pays.", required=True),
    Column("component_name", "text", "The component's name in words."),
    Column("pool_amount", "money", "Most that it pays everyone of the plan together in a pay period.",
           at_least=0, unit="money"),
)  # fmt: skip
"""What every component carries, whatever its type; the types add theirs."""

CURVES: Final = TableSchema(
    "curves",
    "A knot of a payout curve; mode, below, above and cap stand on the curve's first row.",
    (
        Column("curve_id", "id", "Name of the curve.", required=True),
        Column("attainment", "ratio", "Attainment at the knot.", required=True, unit="ratio"),
        Column("payout", "ratio", "Payout ratio at the knot.", required=True, unit="ratio", at_least=0),
        Column("mode", "word", "Between knots: straight lines or steps.", default="linear",
               choices=("linear", "step")),
        Column("below", "word", "Before the first knot.", default="zero",
               choices=("zero", "hold", "extrapolate")),
        Column("above", "word", "After the last knot.", default="hold", choices=("hold", "extrapolate")),
        Column("cap", "ratio", "The highest payout ratio.", unit="ratio", at_least=0),
    ),
)  # fmt: skip

TIERS: Final = TableSchema(
    "tiers",
    "A tier of a rate table; mode, tie and on stand on the table's first row.",
    (
        Column("tier_id", "id", "Name of the tier table.", required=True),
        Column("from", "number", "Where the tier begins: money, or a multiple of the goal.", required=True),
        Column("rate", "number", "Rate of the tier, or its amount where interpolated.", required=True),
        Column("to", "number", "Where the tier ends; blank: where the next begins, or no end."),
        Column("mode", "word", "How the tiers earn.", default="marginal",
               choices=("marginal", "whole", "interpolated")),
        Column("tie", "word", "The tier of an amount that stands on a bound.", default="upper",
               choices=("upper", "lower")),
        Column("on", "word", "What the bounds measure.", default="amount",
               choices=("amount", "attainment")),
    ),
)  # fmt: skip

RAMPS: Final = TableSchema(
    "ramps",
    "The share of a goal that counts in a month of tenure.",
    (
        Column("ramp_id", "id", "Name of the ramp.", required=True),
        Column("month", "count", "Month of tenure; 1 is the calendar month of hire.", required=True,
               at_least=1),
        Column("share", "ratio", "Share of the goal in that month; the last one counts from then on.",
               required=True, at_least=0, unit="ratio"),
    ),
    key=("ramp_id", "month"),
)  # fmt: skip

SEASONS: Final = TableSchema(
    "seasons",
    "The share of an annual goal that falls in a period of the plan year.",
    (
        Column("season_id", "id", "Name of the season.", required=True),
        Column("period_number", "count", "Number of the period in the plan year; 1 is the first.",
               required=True, at_least=1),
        Column("share", "ratio", "Its share of the annual goal, as a part of the sum of all shares.",
               required=True, at_least=0, unit="ratio"),
    ),
    key=("season_id", "period_number"),
)  # fmt: skip

MATRICES: Final = TableSchema(
    "matrices",
    "A cell of a payout matrix over two attainments; mode stands on the matrix's first row.",
    (
        Column("matrix_id", "id", "Name of the matrix.", required=True),
        Column("row", "ratio", "Attainment of the measure from which the row counts.", required=True,
               unit="ratio"),
        Column("column", "ratio", "Attainment of the column measure from which the column counts.",
               required=True, unit="ratio"),
        Column("payout", "ratio", "Payout ratio.", required=True, unit="ratio", at_least=0),
        Column("mode", "word", "The last row and column reached, or straight lines between the cells.",
               default="lookup", choices=("lookup", "bilinear")),
    ),
    key=("matrix_id", "row", "column"),
)  # fmt: skip

RISK_CLASSES: Final = TableSchema(
    "risk_classes",
    "What is expected to be retained of the accounts of a risk class.",
    (
        Column("risk_class", "id", "Name of the risk class.", required=True),
        Column("ratio", "ratio", "Share of the opening amount that is expected to be retained.",
               required=True, at_least=0, unit="ratio"),
    ),
    key=("risk_class",),
)  # fmt: skip

ROSTER: Final = TableSchema(
    "roster",
    "A person who is paid.",
    (
        Column("employee_id", "id", "Who; text, kept exactly.", required=True),
        Column("plan_id", "id", "The plan at hire, or at the start of the roster.", required=True,
               refers="plans.plan_id"),
        Column("base_salary", "money", "Full-time annual base salary.", required=True, at_least=0,
               unit="money/year"),
        Column("hire_date", "date", "First paid day.", required=True),
        Column("leave_date", "date", "Last paid day; blank: still employed."),
        Column("fte", "ratio", "Share of full time.", default=1.0, at_least=0, unit="ratio"),
        Column("role", "text", "Role, such as CSM."),
        Column("level", "text", "Level within the role."),
        Column("location", "text", "Place of work."),
        Column("team", "id", "Team whose results count for team components."),
        Column("division", "id", "Division whose modifier counts."),
        Column("manager_id", "id", "The manager's employee_id."),
        Column("currency", "text", "Currency of the person's pay; blank: the plan's."),
        *_PERSON_VALUES,
        Column("filing_status", "text", "Filing status for the tax estimate.", default="single"),
        Column("state", "text", "State whose income tax is estimated; blank: none."),
        Column("deferral_ratio", "ratio", "Share of base pay saved in the retirement plan.", default=0.0,
               at_least=0, at_most=1, unit="ratio"),
    ),
    key=("employee_id",),
)  # fmt: skip

CHANGES: Final = TableSchema(
    "changes",
    "From a day on, some of a person's values change; blank means unchanged.",
    (
        _EMPLOYEE,
        Column("from", "date", "First day on which the new values count.", required=True),
        Column("base_salary", "money", "New base salary.", at_least=0, unit="money/year"),
        Column("fte", "ratio", "New share of full time; 0 is leave without pay.", at_least=0, unit="ratio"),
        Column("plan_id", "id", "New plan.", refers="plans.plan_id"),
        *_PERSON_VALUES,
        Column("team", "id", "New team."),
        Column("division", "id", "New division."),
        Column("location", "text", "New place of work."),
        Column("level", "text", "New level."),
    ),
    key=("employee_id", "from"),
)

RESULTS: Final = TableSchema(
    "results",
    "What was measured, for a person, a team or the company.",
    (
        _PERIOD,
        Column("scope", "word", "Whose result it is.", required=True, choices=SCOPES),
        Column("id", "id", "The employee, the team, or company.", required=True),
        Column("measure", "id", "What was measured.", required=True),
        Column("actual", "number", "What was reached; blank: not measured yet, which pays 0.",
               required=True, blank=True),
        Column("goal", "number", "What was aimed at."),
    ),
    key=("period", "scope", "id", "measure"),
)  # fmt: skip

GOALS: Final = TableSchema(
    "goals",
    "A person's goal in a period; the weights of one person's goals sum to 1.",
    (
        _PERIOD,
        _EMPLOYEE,
        Column("goal", "text", "The goal in words.", required=True),
        Column("weight", "ratio", "Its weight.", required=True, at_least=0, unit="ratio"),
        Column("score", "ratio", "How far it was reached; 1 is wholly.", required=True, at_least=0,
               unit="ratio"),
    ),
    key=("period", "employee_id", "goal"),
)  # fmt: skip

DEALS: Final = TableSchema(
    "deals",
    "A deal that earns commission.",
    (
        Column("deal_id", "id", "Name of the deal.", required=True),
        Column("date", "date", "Signing date.", required=True),
        Column("amount", "money", "Amount credited; negative for a return.", required=True, unit="money"),
        Column("kind", "word", "What kind of deal.",
               choices=("renewal", "upsell", "cross_sell", "new", "pilot")),
        Column("account_id", "id", "The customer."),
        Column("employee_id", "id", "Who is credited where no credits are listed.",
               refers="roster.employee_id"),
        Column("effective_date", "date", "When it takes effect."),
        Column("notice_date", "date", "When notice was given."),
    ),
    key=("deal_id",),
)  # fmt: skip

CREDITS: Final = TableSchema(
    "credits",
    "A person's credit for a deal.",
    (
        Column("deal_id", "id", "The deal.", required=True, refers="deals.deal_id"),
        _EMPLOYEE,
        Column("role", "id", "In which role; each role is credited in its own right.", default="csm"),
        Column("share", "ratio", "Share of the deal's amount.", default=1.0, at_least=0, unit="ratio"),
    ),
    key=("deal_id", "employee_id", "role"),
)

EVENTS: Final = TableSchema(
    "events",
    "Something that a SPIF or milestone pays for.",
    (
        Column("date", "date", "When.", required=True),
        _EMPLOYEE,
        Column("component_id", "id", "The component that pays for it.", required=True,
               refers="components.component_id"),
        Column("count", "number", "How many.", default=1.0, at_least=0),
    ),
)  # fmt: skip

MODIFIERS: Final = TableSchema(
    "modifiers",
    "The company's or a division's factor in a period.",
    (
        _PERIOD,
        Column("scope", "word", "Whose factor.", required=True, choices=("company", "division")),
        Column("factor", "ratio", "The factor; 1 changes nothing.", required=True, at_least=0,
               unit="ratio"),
        Column("id", "id", "The division."),
    ),
    key=("period", "scope", "id"),
)  # fmt: skip

PAID: Final = TableSchema(
    "paid",
    "What was really paid for an earlier period, in place of recomputed history.",
    (
        _PERIOD,
        _EMPLOYEE,
        Column("plan_id", "id", "The plan.", required=True, refers="plans.plan_id"),
        Column("component_id", "id", "The component.", required=True, refers="components.component_id"),
        Column("amount", "money", "What was paid.", required=True, unit="money"),
        Column("before_modifier", "money", "The amount before the modifier; blank: the amount.",
               unit="money"),
    ),
    key=("period", "employee_id", "plan_id", "component_id"),
)  # fmt: skip

ARRANGEMENTS: Final = TableSchema(
    "arrangements",
    "What stands between a person's earnings and pay: a guarantee, a draw or a holdback.",
    (
        _EMPLOYEE,
        Column("kind", "word", "A floor, an advance that makes up for low earnings, or a share kept back.",
               required=True, choices=("guarantee", "draw", "holdback")),
        Column("from", "date", "First day on which it counts.", required=True),
        Column("amount", "number", "Money of a whole pay period; of a holdback the share of earnings.",
               required=True, at_least=0, unit="money or ratio"),
        Column("to", "date", "Last day; blank: until the person's next one of the kind, or no end."),
        Column("recoverable", "flag", "Whether what a draw made up is recovered later.", default=True),
        Column("recovery_share", "ratio", "Most of what is earned above the draw that goes to recovery.",
               default=1.0, at_least=0, at_most=1, unit="ratio"),
        Column("recovery_start", "count", "Pay period of the draw, counted from 1, in which recovery begins.",
               default=1, at_least=1),
        Column("opening_balance", "money", "Owed before the draw's first pay period.", default=0.0,
               at_least=0, unit="money"),
    ),
    key=("employee_id", "kind", "from"),
)  # fmt: skip

ADJUSTMENTS: Final = TableSchema(
    "adjustments",
    "Money added to or taken from a person's pay of a period, with its reason.",
    (
        _PERIOD,
        _EMPLOYEE,
        Column("amount", "money", "What is added; a clawback is taken back, whichever its sign.",
               required=True, unit="money"),
        Column("reason", "text", "Why.", required=True),
        Column("component_id", "id", "The component it corrects.", refers="components.component_id"),
        Column("kind", "word", "By hand, recovery of what was paid, or release of what was held back.",
               default="manual", choices=("manual", "clawback", "release")),
        Column("approved_by", "text", "Who approved it."),
    ),
)  # fmt: skip

ACCOUNTS: Final = TableSchema(
    "accounts",
    "A customer's recurring revenue over a period, with whoever owns the account on its last day.",
    (
        _PERIOD,
        Column("account_id", "id", "The customer.", required=True),
        _EMPLOYEE,
        Column("start", "money", "Recurring revenue when the period opens.", required=True, at_least=0,
               unit="money"),
        Column("end", "money", "Recurring revenue when it closes; 0 is churn, a blank is an error.",
               required=True, at_least=0, unit="money"),
        Column("team", "id", "Team it counts for; blank: the owner's team."),
        Column("risk_class", "id", "Its risk class, for book-adjusted retention."),
        Column("new", "flag", "Won in the period: no part of the opening cohort.", default=False),
    ),
    key=("period", "account_id"),
)  # fmt: skip

GRANTS: Final = TableSchema(
    "grants",
    "A grant of shares or options, which vests over time.",
    (
        _EMPLOYEE,
        Column("shares", "count", "Whole shares granted.", required=True, at_least=0),
        Column("grant_date", "date", "From which the schedule counts.", required=True),
        Column("schedule", "text", "Such as 25/25/25/25 (percent by year) or 48m cliff 12 monthly.",
               required=True),
        Column("kind", "word", "Shares, or options of either tax kind.", default="rsu",
               choices=("rsu", "nso", "iso")),
        Column("strike", "money", "What an option's holder pays a share.", at_least=0, unit="money"),
        Column("grant_id", "id", "Name of the grant."),
    ),
)  # fmt: skip

PRICES: Final = TableSchema(
    "prices",
    "The price of a share from a day on, until the next row's.",
    (
        Column("date", "date", "First day of the price.", required=True),
        Column("price", "money", "Money a share.", required=True, at_least=0, unit="money"),
    ),
    key=("date",),
)

BENEFITS: Final = TableSchema(
    "benefits",
    "What the employer pays besides: an amount, a share of base pay, or a tier of a savings match.",
    (
        Column("item", "id", "What it is; the tiers of one match share a name.", required=True),
        Column("employee_id", "id", "Whose; blank: everyone's who has no such item of their own.",
               refers="roster.employee_id"),
        Column("amount", "money", "Value of a whole year.", at_least=0, unit="money/year"),
        Column("ratio", "ratio", "Value as a share of base pay.", at_least=0, unit="ratio"),
        Column("match_from", "ratio", "Share of pay saved from which the tier matches.", default=0.0,
               at_least=0, unit="ratio"),
        Column("match_to", "ratio", "Share of pay saved up to which it matches; blank: where the next"
               " begins, or no end.", at_least=0, unit="ratio"),
        Column("match_rate", "ratio", "Share of what is saved in the tier that is matched.", at_least=0,
               unit="ratio"),
    ),
)  # fmt: skip

OTHER_PAY: Final = TableSchema(
    "other_pay",
    "Pay of one day beside salary and plan: a sign-on bonus, a lump sum, a stipend.",
    (
        _EMPLOYEE,
        Column("date", "date", "When it is paid.", required=True),
        Column("amount", "money", "How much; negative: paid back.", required=True, unit="money"),
        Column("reason", "text", "What for.", required=True),
    ),
)

PERIODS: Final = TableSchema(
    "periods",
    "A period of a fiscal calendar.",
    (
        Column("period", "id", "Its name.", required=True),
        Column("start", "date", "First day.", required=True),
        Column("end", "date", "Last day.", required=True),
        Column("year", "count", "The plan year it belongs to; blank: the year of its last day."),
        Column("share", "ratio", "Its share of the year; blank: 1/12, 1/4, 1/2 or 1 by its length.",
               above=0, at_most=1, unit="ratio"),
    ),
    key=("period",),
)  # fmt: skip

_WITHOUT_COMPONENTS: Final = (
    PLANS, CURVES, TIERS, RAMPS, SEASONS, MATRICES, RISK_CLASSES, ROSTER, CHANGES, RESULTS, GOALS, DEALS,
    CREDITS, EVENTS, MODIFIERS, ACCOUNTS, PAID, ARRANGEMENTS, ADJUSTMENTS, GRANTS,
    PRICES, BENEFITS, OTHER_PAY, PERIODS,
)  # fmt: skip

PLAN_TABLES: Final = (
    "plans", "components", "curves", "tiers", "ramps", "seasons", "matrices", "risk_classes",
)  # fmt: skip
"""The tables that make up a plan itself; the others are people and what they did."""


def component_schema(types: Mapping[str, Iterable[Column]]) -> TableSchema:
    """The components table for the given component types: shared columns first, then the types' own.

    types: type name → its columns. A column that several types use is declared once and shared.
    """
    own: dict[str, Column] = {}
    for columns in types.values():
        for column in columns:
            # What a type requires is required of its rows, not of the table.
            own.setdefault(column.name, replace(column, required=False))
    shared = tuple(
        column if column.name != "type" else Column("type", "word", column.help, True, choices=tuple(types))
        for column in COMPONENT_COLUMNS
    )
    return TableSchema(
        "components",
        "A component of a plan: one way in which it pays, or a dated version of it.",
        (*shared, *own.values(), *_VALID),
        key=("plan_id", "component_id", "valid_from"),
    )


def schemas(types: Mapping[str, Iterable[Column]]) -> dict[str, TableSchema]:
    """Every table by name, with the components table of the given types."""
    tables = {table.name: table for table in _WITHOUT_COMPONENTS}
    tables["components"] = component_schema(types)
    return tables
