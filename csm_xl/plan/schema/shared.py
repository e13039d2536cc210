"""Words and columns that several tables share."""

from __future__ import annotations

from math import inf
from typing import Final

from csm_xl.plan.schema.column import Column

TWICE: Final = 2.0
TENFOLD: Final = 10.0
"""What no sound ratio exceeds: of a salary, of full time or of a goal reached by one person twice the whole;
of anything else ten times. A larger one was typed as a percentage."""
MOST_MONEY: Final = 1e11
"""More than anybody is paid in a year in any currency, and than a deal is worth."""

FULL_TIME: Final = (0.15, 1.0)
"""Shares of full time: a day a week is about the least that anybody is employed for, and more than full time
is not paid as base salary."""
TARGET_SHARES: Final = (0.03, 1.0)
"""Target variable as a share of salary, where there is any; half of all pay is about the most."""
SHARES: Final = (0.01, 1.0)
"""Shares of one whole, such as a deal's, which others may be given too."""
SCORES: Final = (0.05, 1.5)
"""Scores of a goal: a whole one is 1, which typed as 1% is 0.01; few plans pay beyond one and a half."""
PAYOUTS: Final = (0.0, 4.0)
"""Payout ratios of a curve point or matrix cell, of the target."""
WHOLE: Final = (0.0, 1.0)
"""What is paid whatever happens, or on top of the target, is at most the whole."""
ROUNDED: Final = (0.0, 0.05)
"""Units to which ratios are rounded: a whole percent, or five of them."""
AWARDS: Final = (0.05, 1000.0)
"""Units to which payouts are rounded: the smallest coin, such as 5 cents, to thousands of dollars."""
NOT_NEGATIVE: Final = (0.0, inf)
HOURS: Final = "Divide hours by full-time hours: 30 of 40 is 0.75."
SCALE: Final = "Divide a score by the top of its scale: 4 of 5 is 0.8."

MODELS: Final = ("base_only", "base_bonus", "base_variable", "base_quota", "revenue_centric")
PAY_PERIODS: Final = ("week", "biweek", "semimonth", "p13", "month", "quarter", "half", "year")
"""The kinds of pay period, the shorter first; p13 is one of the thirteen four-week periods of a year."""
SCOPES: Final = ("individual", "team", "company")
DIRECTIONS: Final = ("higher", "lower")
PEER_GROUPS: Final = ("plan", "team", "division", "level", "role", "location")

VALID: Final = (
    Column("valid_from", "date", "First day of this version; blank: from the beginning."),
    Column("valid_to", "date", "Last day of this version; blank: until the next one, or no end."),
)
PERSON_VALUES: Final = (
    Column("target_ratio", "ratio", "Target variable as a ratio of salary.", unit="ratio", at_least=0,
           most=TWICE, usual=TARGET_SHARES),
    Column("target_amount", "money", "Annual target variable, full time.", unit="money/year",
           at_least=0, most=MOST_MONEY),
    Column("ote", "money", "Annual on-target earnings, full time.", unit="money/year", at_least=0,
           most=MOST_MONEY),
    Column("base_share", "ratio", "Base pay as a share of on-target earnings.", unit="ratio", at_least=0,
           at_most=1),
)  # fmt: skip
ACCOUNTING: Final = (
    Column("cost_center", "text", "Cost center that is charged for the pay."),
    Column("pay_group", "text", "Pay group, as payroll calls it."),
)
EMPLOYEE: Final = Column("employee_id", "id", "Employee ID; stored exactly as entered.", required=True,
                          refers="roster.employee_id")  # fmt: skip
PERIOD: Final = Column("period", "period", "Pay period, such as 2026-Q1 or 2026-03.", required=True)
