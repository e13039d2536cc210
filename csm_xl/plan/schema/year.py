"""The tables of a person's whole year beside the plan: reviews of salary, equity, benefits, other pay, and
your own figures in place of those that csm_xl carries.
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
        Column("grant_date", "date", "Grant date, on which the schedule starts.", required=True),
        Column("schedule", "text", "Such as 25/25/25/25 (percent by year) or 48m cliff 12 monthly.",
               required=True),
        Column("kind", "word", "Shares, or options of either tax kind.", default="rsu",
               choices=("rsu", "nso", "iso")),
        Column("strike", "money", "Exercise price per share.", at_least=0, unit="money"),
        Column("grant_id", "id", "Name of the grant."),
    ),
)  # fmt: skip

PRICES: Final = TableSchema(
    "prices",
    "The share price from a day on, until the next row.",
    (
        Column("date", "date", "First day of the price.", required=True),
        Column("price", "money", "Price per share.", required=True, at_least=0, unit="money"),
        Column("growth", "ratio", "Annual growth from that day on, in whole steps on each anniversary.",
               default=0.0, above=-1, unit="ratio", most=TENFOLD, usual=(-0.5, 1.0)),
        Column("source", "text", "Source of the price."),
    ),
    key=("date",),
)  # fmt: skip

BENEFITS: Final = TableSchema(
    "benefits",
    "Employer-paid benefits: an amount, a ratio of base pay, or a tier of a savings match.",
    (
        Column("item", "id", "Name of the benefit; the tiers of one match share a name.", required=True),
        Column("employee_id", "id", "Employee; blank: everyone without their own row for this item.",
               refers="roster.employee_id"),
        Column("amount", "money", "Annual value.", at_least=0, unit="money/year",
               most=MOST_MONEY),
        Column("ratio", "ratio", "Value as a ratio of base pay.", at_least=0, unit="ratio", most=TWICE,
               usual=(0.0, 0.5)),
        Column("match_from", "ratio", "Deferral ratio at which the tier starts.", default=0.0,
               at_least=0, unit="ratio", most=TWICE),
        Column("match_to", "ratio", "Deferral ratio at which the tier ends; blank: where the next"
               " starts, or no end.", at_least=0, unit="ratio", most=TWICE),
        Column("match_rate", "ratio", "Match rate on the deferral in the tier.", at_least=0,
               unit="ratio", most=TWICE, usual=(0.05, TWICE)),
    ),
)  # fmt: skip

OTHER_PAY: Final = TableSchema(
    "other_pay",
    "One-time pay outside salary and plan: a sign-on bonus, a lump sum, a stipend.",
    (
        EMPLOYEE,
        Column("date", "date", "Payment date.", required=True, near=True),
        Column(
            "amount", "money", "Amount; negative if paid back.", required=True, unit="money", most=MOST_MONEY
        ),
        Column("reason", "text", "Reason.", required=True),
    ),
)

REVIEWS: Final = TableSchema(
    "reviews",
    "A salary change by a rule: merit, promotion, location, or skill premium.",
    (
        EMPLOYEE,
        Column("from", "date", "First day of the new salary.", required=True, near=True),
        Column("kind", "word", "Rule to apply.", required=True,
               choices=("merit", "promotion", "geography", "skill")),
        Column("ratio", "ratio", "Increase as a ratio of salary; for merit, blank: from merit_matrix.",
               at_least=0, unit="ratio", most=TWICE, usual=(0.005, 0.25)),
        Column("rating", "text", "Merit: rating, spelled as in merit_matrix."),
        Column("addition", "ratio", "Merit: added to the ratio, such as for a bonus history.",
               default=0.0, at_least=0, unit="ratio", most=TWICE, usual=(0.0, 0.5)),
        Column("budget_scale", "ratio", "Merit: factor on the increase, to meet a budget.",
               default=1.0, at_least=0, unit="ratio", most=TENFOLD),
        Column("months", "number", "Merit: months of the year covered.", default=12.0, at_least=0,
               at_most=12, unit="months"),
        Column("level", "text", "Promotion: new level; the salary is raised at least to the range minimum."),
        Column("location", "text", "Geography: new work location."),
        Column("basis", "word", "Geography: cost of labor (labour) or cost of living.",
               default="labour", choices=("labour", "living")),
        Column("skill", "text", "Skill: name of the skill."),
        Column("premium", "money", "Skill: annual amount, in addition to the ratio.", at_least=0,
               unit="money/year", most=MOST_MONEY),
        Column("premium_cap", "money", "Skill: maximum premium.", at_least=0,
               unit="money/year", most=MOST_MONEY),
    ),
    key=("employee_id", "from", "kind", "skill"),
)  # fmt: skip

RANGES: Final = TableSchema(
    "ranges",
    "The salary range of a level; a merit increase above its maximum is paid as a lump sum.",
    (
        Column("level", "text", "Level, spelled as on the roster.", required=True),
        Column("minimum", "money", "Range minimum.", required=True, at_least=0, unit="money/year",
               most=MOST_MONEY),
        Column("maximum", "money", "Range maximum.", required=True, above=0, unit="money/year",
               most=MOST_MONEY),
        *VALID,
        Column("source", "text", "Source of the range."),
    ),
    key=("level", "valid_from"),
)  # fmt: skip

MERIT_MATRIX: Final = TableSchema(
    "merit_matrix",
    "The merit increase of a rating in a band of compa-ratio.",
    (
        Column("rating", "text", "The rating.", required=True),
        Column("compa_ratio", "ratio", "Compa-ratio at which the band starts.", required=True, at_least=0,
               unit="ratio", most=TENFOLD),
        Column("increase", "ratio", "Increase as a ratio of salary.", required=True, at_least=0,
               unit="ratio", most=TWICE, usual=(0.0, 0.5)),
        Column("valid_from", "date", "First day of this matrix; blank: from the beginning."),
    ),
    key=("rating", "compa_ratio", "valid_from"),
)  # fmt: skip

LOCATIONS: Final = TableSchema(
    "locations",
    "Cost of labor and cost of living by location; 1 is the national level. Replaces the built-in figures.",
    (
        Column("location", "text", "Location, spelled as on the roster.", required=True),
        Column("labour", "ratio", "Cost of labor.", required=True, above=0, unit="ratio", most=TENFOLD),
        Column("living", "ratio", "Cost of living; blank: unknown.", above=0, unit="ratio", most=TENFOLD),
        *VALID,
        Column("source", "text", "Source of the factors."),
    ),
    key=("location", "valid_from"),
)  # fmt: skip

TAX_BRACKETS: Final = TableSchema(
    "tax_brackets",
    "A tax rate from an income on; replaces the built-in figures of that year and tax.",
    (
        Column("year", "count", "Tax year.", required=True, at_least=1900, at_most=9999),
        Column("tax", "text", "federal, social_security, medicare, supplemental, or a state.",
               required=True),
        Column("from", "money", "Income at which the rate starts; for an income tax, after the deduction.",
               required=True, at_least=0, unit="money/year"),
        Column("rate", "ratio", "The rate.", required=True, at_least=0, at_most=1, unit="ratio"),
        Column("status", "text", "Filing status; blank: every status without its own rows."),
        Column("deduction", "money", "Deduction before the rates; in the first row of the tax.", at_least=0,
               unit="money/year"),
        Column("source", "text", "Source of the rate."),
    ),
    key=("year", "tax", "status", "from"),
)  # fmt: skip

WAGES: Final = TableSchema(
    "wages",
    "Wages of an occupation in an area; replaces the built-in figures.",
    (
        Column("occupation", "id", "Occupation, by code or name.", required=True),
        Column("area", "id", "Area, by code or name; National for the nation.", required=True),
        Column("area_name", "text", "Name of the area, if area is a code."),
        Column("csm_proxy", "flag", "Whether the occupation is a proxy for Customer Success Managers:"
               " the cost of labor is calculated from proxies.", default=True),
        Column("employment", "number", "People employed; national figures weight several proxies.",
               at_least=0),
        *(Column(f"p{n}", "money", f"Wage at percentile {n}; blank: unknown.", unit="money/year", above=0)
          for n in (10, 25, 50, 75, 90)),
        *VALID,
        Column("source", "text", "Source of the wages."),
    ),
    key=("occupation", "area", "valid_from"),
)  # fmt: skip

TABLES: Final = (
    GRANTS, PRICES, BENEFITS, OTHER_PAY, REVIEWS, RANGES, MERIT_MATRIX, LOCATIONS, WAGES, TAX_BRACKETS,
)  # fmt: skip
