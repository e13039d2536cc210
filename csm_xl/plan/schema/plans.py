"""The tables of a plan itself, and the calendar."""

from __future__ import annotations

from typing import Final

from csm_xl.pay.plan_rounding import ROUND_MODES
from csm_xl.plan.schema.column import Column, TableSchema
from csm_xl.plan.schema.shared import (
    AWARDS,
    DIRECTIONS,
    MODELS,
    MOST_MONEY,
    PAY_PERIODS,
    PAYOUTS,
    ROUNDED,
    SCOPES,
    TENFOLD,
    TWICE,
    VALID,
)


def _unit(name: str, what: str) -> Column:
    """A column that states to which unit a ratio is rounded."""
    return Column(name, "ratio", f"Unit to which the plan rounds {what}, such as 0.1%; blank: not rounded.",
                  above=0, at_most=1, unit="ratio", usual=ROUNDED,
                  other_unit="0.1% is 0.001.")  # fmt: skip


PLANS: Final = TableSchema(
    "plans",
    "A pay plan, or a dated version of one.",
    (
        Column("plan_id", "id", "Name of the plan; rows sharing it are dated versions.", required=True),
        Column("model", "word", "Pay model of the plan.", required=True, choices=MODELS),
        Column("pay_period", "word", "How often it pays; weeks, half months and p13: by the table periods.",
               required=True, choices=PAY_PERIODS),
        Column("target_basis", "word", "Basis of the target incentive.", required=True,
               choices=("ratio", "amount", "ote")),
        Column("plan_name", "text", "Label of the plan."),
        *VALID,
        Column("currency", "text", "Currency of every amount.", default="USD"),
        Column("target_value", "number", "Target ratio, amount or OTE for people without their own.",
               at_least=0, most=MOST_MONEY),
        Column("base_share", "ratio", "Base share of OTE for people without their own.", unit="ratio",
               at_least=0, at_most=1, only_with=("target_basis", "ote")),
        Column("combination", "word", "How the components' ratios combine.", default="additive",
               choices=("additive", "multiplicative")),
        Column("plan_cap", "ratio", "Maximum of target-based pay, as a multiple of the target.",
               unit="ratio", at_least=0, most=TENFOLD),
        Column("max_payout", "money", "Maximum payout of a person for a pay period, all components of the"
               " plan together; they are scaled down alike.", unit="money", above=0, most=MOST_MONEY),
        Column("max_salary_ratio", "ratio", "The same as a multiple of the base salary of the period's days.",
               unit="ratio", above=0, most=TENFOLD),
        Column("modifier_floor", "ratio", "Minimum of the modifier.", unit="ratio", at_least=0,
               most=TENFOLD, usual=(0.0, 1.0)),
        Column("modifier_cap", "ratio", "Maximum of the modifier.", unit="ratio", at_least=0,
               most=TENFOLD, usual=(1.0, TENFOLD),
               other_unit="110% is a maximum of a tenth more."),
        Column("valuation", "word", "Days of the period on which dated values count.", default="daily",
               choices=("daily", "period_start", "period_end")),
        Column("proration", "word", "How part of a period is prorated: by calendar days, by days of a year of"
               " 365 or 360 (30 a month), or, if values are those of one day, by months or workdays.",
               default="calendar_days",
               choices=("calendar_days", "calendar", "days_365", "days_360", "months", "workdays")),
        Column("work_week", "words", "Working days of a week: 5.5 from Monday on, or Mon-Fri, Sat 0.5; blank:"
               " Mon-Fri.", only_with=("proration", "workdays")),
        Column("rounding", "word", "What is rounded to cents; total: a person's total for a period, over"
               " all plans that round so in one unit and currency.", default="line",
               choices=("line", "total", "step")),
        Column("rounding_unit", "number", "The currency's minor unit.", default=0.01, above=0,
               unit="money"),
        Column("over_assignment", "flag", "Whether the shares of one deal may exceed 1.", default=False),
        Column("year_start", "count", "Month in which the plan year begins.", default=1, at_least=1,
               at_most=12),
        Column("version_rule", "word", "Which version of a target-based component counts if it changes"
               " inside a period: last_day, the last one that is valid; by_days, each at its own target."
               " Targets, weights, deals and events always count by the version of their day.",
               default="last_day", choices=("last_day", "by_days")),
        _unit("round_attainment", "attainments, before curves, tiers and gates read them"),
        _unit("round_ratio", "each component's payout ratio, after floor, cap and gate"),
        _unit("round_composite", "the weighted payout ratio of each composite of components; its lines are"
              " scaled by rounded / unrounded"),
        _unit("round_payout", "the target-based pay of a period as a ratio of the target incentive, after"
              " modifiers and plan cap; its lines are scaled by rounded / unrounded"),
        Column("round_target", "number", "Unit to which a period's target incentive is rounded, such as 1;"
               " blank: not rounded.", above=0, unit="money", most=MOST_MONEY, usual=(0.0, 1000.0)),
        Column("round_mode", "word", "How these are rounded: half_up, a half away from zero; half_even, a"
               " half to the even multiple; down, towards zero; up, away from zero.", default="half_up",
               choices=ROUND_MODES),
        Column("round_award", "number", "Unit to which each person's payout of a period is rounded, all"
               " components of the plan together, such as 100; blank: cents.", above=0, unit="money",
               most=MOST_MONEY, usual=AWARDS),
        Column("round_award_mode", "word", "How round_award of the plan or of a component rounds; blank: as"
               " round_mode says.", choices=ROUND_MODES),
        Column("individual_floor", "ratio", "Minimum of a person's own modifier.", unit="ratio", at_least=0,
               most=TENFOLD, usual=(0.0, 1.0)),
        Column("individual_cap", "ratio", "Maximum of a person's own modifier.", unit="ratio", at_least=0,
               most=TENFOLD, usual=(1.0, TENFOLD), other_unit="110% is a maximum of a tenth more."),
        Column("payment_threshold", "money", "Minimum that is paid: a person's total of a period below it is"
               " carried to the next one, and paid on leaving or at the plan year's end at the latest.",
               unit="money", at_least=0, most=MOST_MONEY, usual=(1.0, 1000.0)),
        Column("must_be_employed", "word", "Day on which a person must still be employed to be paid for a"
               " period: its last day, or its pay_date in periods.", default="none",
               choices=("none", "period_end", "pay_date")),
        Column("minimum_days", "count", "Minimum days on the plan in a period to be paid for it; days of"
               " unpaid leave (FTE 0) do not count.", at_least=0),
        Column("waiting_days", "count", "Days from the hire date on that do not count as days on the plan.",
               at_least=0, usual=(0.0, 366.0)),
        Column("forfeit_reasons", "words", "Values of leave_reason that forfeit the pay of a period; with"
               " must_be_employed, only these do."),
        Column("ramp_start", "word", "Month 1 of a ramp: that of hire, or for those hired after the 15th the"
               " next one; until then the share of month 1 holds.", default="hire",
               choices=("hire", "next_month_after_15")),
        Column("period_shares", "words", "Shares of the annual target by pay period of the plan year, such as"
               " 20%, 20%, 20%, 40%; blank: as the periods say."),
    ),
    key=("plan_id", "valid_from"),
)  # fmt: skip

COMPONENT_COLUMNS: Final = (
    Column("plan_id", "id", "The plan it belongs to.", required=True, refers="plans.plan_id"),
    Column("component_id", "id", "ID of the component within its plan.", required=True),
    Column("type", "word", "Component type.", required=True),
    Column("component_name", "text", "Label of the component."),
    Column("pool_amount", "money", "Maximum for everyone on the plan together in a pay period.",
           at_least=0, unit="money", most=MOST_MONEY),
    Column("round_award", "number", "Unit to which each person's payout of this component is rounded, such as"
           " 100; blank: cents.", above=0, unit="money", most=MOST_MONEY, usual=AWARDS),
    Column("composite", "id", "Name of the composite that round_composite rounds; blank: if no component"
           " names one, all that pay from the target are one."),
    Column("payout_of", "id", "An earlier component of the plan whose payout ratio this one's is combined"
           " with, as payout_of_join says; blank: none."),
    Column("payout_of_on", "word", "Whether its payout or its attainment is what this one's payout ratio is"
           " combined with.", default="payout", choices=("payout", "attainment"),
           only_with=("payout_of", "")),
    Column("payout_of_join", "word", "multiply: the two are multiplied; greater or lesser: the greater or the"
           " lesser of the two counts.", default="multiply", choices=("multiply", "greater", "lesser"),
           only_with=("payout_of", "")),
    Column("pay_cycle", "word", "How often it pays, if not as the plan; its weight then applies to that"
           " period's target.", choices=PAY_PERIODS),
)  # fmt: skip
"""What every component carries, whatever its type; the types add theirs."""

CURVES: Final = TableSchema(
    "curves",
    "A point of a payout curve; mode, below, above, cap and strict are in the curve's first row.",
    (
        Column("curve_id", "id", "Name of the curve.", required=True),
        Column(
            "attainment",
            "ratio",
            "Attainment at the curve point, or the actual with on = actual.",
            required=True,
            unit="ratio",
            most=TENFOLD,
        ),
        Column(
            "payout",
            "ratio",
            "Payout ratio at the curve point.",
            required=True,
            unit="ratio",
            at_least=0,
            most=TENFOLD,
            usual=PAYOUTS,
        ),
        Column(
            "mode",
            "word",
            "Between curve points: straight lines or steps.",
            default="linear",
            choices=("linear", "step"),
        ),
        Column(
            "below",
            "word",
            "Payout before the first curve point.",
            default="zero",
            choices=("zero", "hold", "extrapolate"),
        ),
        Column(
            "above",
            "word",
            "Payout after the last curve point.",
            default="hold",
            choices=("hold", "extrapolate"),
        ),
        Column("cap", "ratio", "The highest payout ratio.", unit="ratio", at_least=0, most=TENFOLD),
        Column("strict", "flag", "Whether every point must be exceeded, not only reached.", default=False),
        Column("exceed", "flag", "Whether this point must be exceeded, not only reached.", default=False),
    ),
)

TIERS: Final = TableSchema(
    "tiers",
    "A tier of a rate table; mode, tie, on and strict are in the table's first row.",
    (
        Column("tier_id", "id", "Name of the tier table.", required=True),
        Column("from", "number", "Start of the tier: an amount, or a multiple of the goal.", required=True),
        Column("rate", "number", "Rate of the tier, or its amount if interpolated or fixed.",
               required=True),
        Column("to", "number", "End of the tier; blank: the start of the next tier, or no end."),
        Column("mode", "word", "How the rates apply; fixed: the tier that is reached earns its amount.",
               default="marginal", choices=("marginal", "whole", "interpolated", "fixed")),
        Column("tie", "word", "Tier of an amount exactly on a bound.", default="upper",
               choices=("upper", "lower")),
        Column("on", "word", "Unit of the bounds: amount or attainment.", default="amount",
               choices=("amount", "attainment")),
        Column("strict", "flag", "Whether a bound must be exceeded, not only reached, as with tie lower.",
               default=False),
    ),
)  # fmt: skip

RAMPS: Final = TableSchema(
    "ramps",
    "The fraction of a goal that counts in a month of tenure.",
    (
        Column("ramp_id", "id", "Name of the ramp.", required=True),
        Column("month", "count", "Month of tenure; 1 is the month of hire, or by ramp_start the next one.",
               required=True, at_least=1),
        Column("share", "ratio", "Fraction of the goal in that month; the last one applies from then on.",
               required=True, at_least=0, unit="ratio", most=TWICE, usual=(0.05, TWICE)),
    ),
    key=("ramp_id", "month"),
)  # fmt: skip

SEASONS: Final = TableSchema(
    "seasons",
    "The share of an annual goal in a period of the plan year.",
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
    "A cell of a payout matrix over two measures; mode and strict are in the matrix's first row.",
    (
        Column("matrix_id", "id", "Name of the matrix.", required=True),
        Column("row", "ratio", "Attainment of the measure at which the row starts.", required=True,
               unit="ratio", most=TENFOLD),
        Column("column", "ratio", "Attainment of the column measure at which the column starts.",
               required=True, unit="ratio", most=TENFOLD),
        Column("payout", "ratio", "Payout ratio.", required=True, unit="ratio", at_least=0,
               most=TENFOLD, usual=PAYOUTS),
        Column("mode", "word", "The last row and column reached, or straight lines between the cells.",
               default="lookup", choices=("lookup", "bilinear")),
        Column("strict", "flag", "Whether a row or column must be exceeded, not only reached.",
               default=False),
        Column("exceed_row", "flag", "Whether this row must be exceeded, not only reached; set on any of its"
               " cells.", default=False),
        Column("exceed_column", "flag", "Whether this column must be exceeded, not only reached; set on any"
               " of its cells.", default=False),
    ),
    key=("matrix_id", "row", "column"),
)  # fmt: skip

GATES: Final = TableSchema(
    "gates",
    "A condition for paying a component in full; a component may have several.",
    (
        Column("plan_id", "id", "The plan it belongs to.", required=True, refers="plans.plan_id"),
        Column("component_id", "id", "The component that is gated; blank: every component of the plan."),
        Column("measure", "id", "What is compared: a measure of results; with on = payout, an earlier"
               " component of the plan.", required=True),
        Column("minimum", "number", "What must be reached; with direction = lower, of an actual or a payout,"
               " the maximum.", required=True),
        Column("join", "word", "all: this gate must be met; any: one of those with any must be met.",
               default="all", choices=("all", "any")),
        Column("scope", "word", "Level of the result; blank: the component's scope.", choices=SCOPES),
        Column("on", "word", "What is compared: the attainment, the actual, or the payout of another"
               " component: its payout ratio after floor, cap and gate; of one that pays dollars, those.",
               default="attainment", choices=("attainment", "actual", "payout")),
        Column("direction", "word", "higher: must reach the minimum; lower: lower is better.",
               default="higher", choices=DIRECTIONS),
        Column("strict", "flag", "Whether the minimum must be exceeded, not only reached.", default=False),
        Column("span", "word", "The period, or the plan year to date (ytd): sum of actuals / sum of goals.",
               default="period", choices=("period", "ytd")),
        Column("otherwise", "ratio", "Maximum payout ratio if it is not met, the lowest of several; for a"
               " component that pays dollars, the share still paid.", default=0.0, at_least=0,
               unit="ratio", most=TENFOLD),
    ),
)  # fmt: skip

RATINGS: Final = TableSchema(
    "ratings",
    "The factor of a performance rating, for a person's own modifier.",
    (
        Column("rating", "id", "The rating, as modifiers state it.", required=True),
        Column("factor", "ratio", "Its factor; 1 changes nothing.", required=True, at_least=0, unit="ratio",
               most=TENFOLD, usual=(0.3, 2.5)),
    ),
    key=("rating",),
)  # fmt: skip

RISK_CLASSES: Final = TableSchema(
    "risk_classes",
    "The retention expected of accounts in a risk class.",
    (
        Column("risk_class", "id", "Name of the risk class.", required=True),
        Column("ratio", "ratio", "Expected retention, as a ratio of opening revenue.",
               required=True, at_least=0, unit="ratio", most=TWICE, usual=(0.5, 1.2)),
    ),
    key=("risk_class",),
)  # fmt: skip

PERIODS: Final = TableSchema(
    "periods",
    "A period of a fiscal calendar.",
    (
        Column("period", "id", "Its name.", required=True),
        Column("start", "date", "First day.", required=True),
        Column("end", "date", "Last day.", required=True),
        Column("year", "count", "The plan year it belongs to; blank: the year of its last day."),
        Column("share", "ratio", "Its share of the year, such as 0.2 or 1/52; blank: 1/12, 1/4, 1/2 or 1 by"
               " its kind. A week, biweek, semimonth or p13 needs it.", above=0, at_most=1, unit="ratio"),
        Column("kind", "word", "Its kind; blank: by its name or its length. p13: one of thirteen four-week"
               " periods.", choices=PAY_PERIODS),
        Column("pay_date", "date", "Day on which it is paid."),
    ),
    key=("period",),
)  # fmt: skip

HOLIDAYS: Final = TableSchema(
    "holidays",
    "A holiday; plans that prorate by workdays do not count it.",
    (
        Column("date", "date", "The day.", required=True),
        Column("name", "text", "Name of the holiday."),
    ),
    key=("date",),
)  # fmt: skip

TABLES: Final = (PLANS, CURVES, TIERS, RAMPS, SEASONS, MATRICES, GATES, RATINGS, RISK_CLASSES)
