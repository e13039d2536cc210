"""The tables of a person's whole year beside the plan: reviews of salary, equity, benefits, other pay, and
figures of one's own in place of those that csm_xl carries.
"""

from __future__ import annotations

from typing import Final

from csm_xl.plan.schema.column import Column, TableSchema
from csm_xl.plan.schema.shared import EMPLOYEE, MOST_MONEY, TENFOLD, TWICE, VALID

GRANTS: Final = TableSchema(
    "grants",
    "A grant of shares or options, which vests over time.",
    (
        EMPLOYEE,
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
        Column("growth", "ratio", "Rise a year from that day on, in whole steps on each anniversary.",
               default=0.0, above=-1, unit="ratio", most=TENFOLD),
        Column("source", "text", "Where the price comes from."),
    ),
    key=("date",),
)  # fmt: skip

BENEFITS: Final = TableSchema(
    "benefits",
    "What the employer pays besides: an amount, a share of base pay, or a tier of a savings match.",
    (
        Column("item", "id", "What it is; the tiers of one match share a name.", required=True),
        Column("employee_id", "id", "Whose; blank: everyone's who has no such item of their own.",
               refers="roster.employee_id"),
        Column("amount", "money", "Value of a whole year.", at_least=0, unit="money/year",
               most=MOST_MONEY),
        Column("ratio", "ratio", "Value as a share of base pay.", at_least=0, unit="ratio", most=TWICE),
        Column("match_from", "ratio", "Share of pay saved from which the tier matches.", default=0.0,
               at_least=0, unit="ratio", most=TWICE),
        Column("match_to", "ratio", "Share of pay saved up to which it matches; blank: where the next"
               " begins, or no end.", at_least=0, unit="ratio", most=TWICE),
        Column("match_rate", "ratio", "Share of what is saved in the tier that is matched.", at_least=0,
               unit="ratio", most=TWICE),
    ),
)  # fmt: skip

OTHER_PAY: Final = TableSchema(
    "other_pay",
    "Pay of one day beside salary and plan: a sign-on bonus, a lump sum, a stipend.",
    (
        EMPLOYEE,
        Column("date", "date", "When it is paid.", required=True, near=True),
        Column(
            "amount", "money", "How much; negative: paid back.", required=True, unit="money", most=MOST_MONEY
        ),
        Column("reason", "text", "What for.", required=True),
    ),
)

REVIEWS: Final = TableSchema(
    "reviews",
    "A change of somebody's base salary by a rule: merit, promotion, another place, a skill premium.",
    (
        EMPLOYEE,
        Column("from", "date", "First day of the new salary.", required=True, near=True),
        Column("kind", "word", "By which rule.", required=True,
               choices=("merit", "promotion", "geography", "skill")),
        Column("ratio", "ratio", "Increase as a share of salary; of merit blank: what merit_matrix says.",
               at_least=0, unit="ratio", most=TWICE, usual=(0.0, 0.5)),
        Column("rating", "text", "Merit: the rating, as merit_matrix names it."),
        Column("addition", "ratio", "Merit: added to the ratio, such as for a history of bonuses.",
               default=0.0, at_least=0, unit="ratio", most=TWICE, usual=(0.0, 0.5)),
        Column("budget_scale", "ratio", "Merit: what the increase is multiplied by to meet a budget.",
               default=1.0, at_least=0, unit="ratio", most=TENFOLD),
        Column("months", "number", "Merit: months of the year reviewed.", default=12.0, at_least=0,
               at_most=12, unit="months"),
        Column("level", "text", "Promotion: the new level; the salary reaches the minimum of its range."),
        Column("location", "text", "Geography: the new place of work."),
        Column("basis", "word", "Geography: what labour costs there, or what living costs.",
               default="labour", choices=("labour", "living")),
        Column("skill", "text", "Skill: what the premium is for."),
        Column("premium", "money", "Skill: money a year, on top of the ratio.", at_least=0,
               unit="money/year", most=MOST_MONEY),
        Column("premium_cap", "money", "Skill: the most that the premium adds.", at_least=0,
               unit="money/year", most=MOST_MONEY),
    ),
    key=("employee_id", "from", "kind", "skill"),
)  # fmt: skip

RANGES: Final = TableSchema(
    "ranges",
    "The salary range of a level; what merit would lift above its maximum is paid once.",
    (
        Column("level", "text", "The level, as the roster names it.", required=True),
        Column("minimum", "money", "The least salary.", required=True, at_least=0, unit="money/year",
               most=MOST_MONEY),
        Column("maximum", "money", "The greatest salary.", required=True, above=0, unit="money/year",
               most=MOST_MONEY),
        *VALID,
        Column("source", "text", "Where the range comes from."),
    ),
    key=("level", "valid_from"),
)  # fmt: skip

MERIT_MATRIX: Final = TableSchema(
    "merit_matrix",
    "The merit increase of a rating in a band of compa-ratio.",
    (
        Column("rating", "text", "The rating.", required=True),
        Column("compa_ratio", "ratio", "Compa-ratio from which the band holds.", required=True, at_least=0,
               unit="ratio", most=TENFOLD),
        Column("increase", "ratio", "Increase as a share of salary.", required=True, at_least=0,
               unit="ratio", most=TWICE, usual=(0.0, 0.5)),
        Column("valid_from", "date", "First day on which this matrix counts; blank: from the beginning."),
    ),
    key=("rating", "compa_ratio", "valid_from"),
)  # fmt: skip

LOCATIONS: Final = TableSchema(
    "locations",
    "What labour and living cost in a place; 1 is the nation's level. In place of the built-in figures.",
    (
        Column("location", "text", "The place, as the roster names it.", required=True),
        Column("labour", "ratio", "Cost of labour.", required=True, above=0, unit="ratio", most=TENFOLD),
        Column("living", "ratio", "Cost of living; blank: not known.", above=0, unit="ratio", most=TENFOLD),
        *VALID,
        Column("source", "text", "Where the factors come from."),
    ),
    key=("location", "valid_from"),
)  # fmt: skip

TAX_BRACKETS: Final = TableSchema(
    "tax_brackets",
    "A rate of a tax from an income on, in place of the built-in figures of that year and tax.",
    (
        Column("year", "count", "Tax year.", required=True, at_least=1900, at_most=9999),
        Column("tax", "text", "federal, social_security, medicare, supplemental, or a state.",
               required=True),
        Column("from", "money", "Where the rate begins; of an income tax after the deduction.",
               required=True, at_least=0, unit="money/year"),
        Column("rate", "ratio", "The rate.", required=True, at_least=0, at_most=1, unit="ratio"),
        Column("status", "text", "Filing status; blank: every one without rows of its own."),
        Column("deduction", "money", "Deducted before the rates; on the first row of the tax.", at_least=0,
               unit="money/year"),
        Column("source", "text", "Where the rate comes from."),
    ),
    key=("year", "tax", "status", "from"),
)  # fmt: skip

WAGES: Final = TableSchema(
    "wages",
    "Wages of an occupation in an area, in place of the built-in figures.",
    (
        Column("occupation", "id", "The occupation, by code or name.", required=True),
        Column("area", "id", "The area, by code or name; National for the nation.", required=True),
        Column("area_name", "text", "Its name, where the area is a code."),
        Column("csm_proxy", "flag", "Whether the occupation stands in for Customer Success Managers: what"
               " labour costs in a place is made from those.", default=True),
        Column("employment", "number", "People employed; those of the nation weigh several proxies.",
               at_least=0),
        *(Column(f"p{n}", "money", f"Wage at percentile {n}; blank: not known.", unit="money/year", above=0)
          for n in (10, 25, 50, 75, 90)),
        *VALID,
        Column("source", "text", "Where the wages come from."),
    ),
    key=("occupation", "area", "valid_from"),
)  # fmt: skip

TABLES: Final = (
    GRANTS, PRICES, BENEFITS, OTHER_PAY, REVIEWS, RANGES, MERIT_MATRIX, LOCATIONS, WAGES, TAX_BRACKETS,
)  # fmt: skip
