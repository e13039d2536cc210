"""The tables of people and of what they did: who is paid, what was measured, what was paid before."""

from __future__ import annotations

from typing import Final

from csm_xl.plan.schema.column import Column, TableSchema
from csm_xl.plan.schema.shared import (
    EMPLOYEE,
    FULL_TIME,
    HOURS,
    MOST_MONEY,
    PERIOD,
    PERSON_VALUES,
    SCALE,
    SCOPES,
    SHARES,
    TENFOLD,
    TWICE,
)

ROSTER: Final = TableSchema(
    "roster",
    "A person who is paid.",
    (
        Column("employee_id", "id", "Who; text, kept exactly.", required=True),
        Column("plan_id", "id", "The plan at hire, or at the start of the roster.", required=True,
               refers="plans.plan_id"),
        Column("base_salary", "money", "Full-time annual base salary.", required=True, at_least=0,
               unit="money/year", most=MOST_MONEY),
        Column("hire_date", "date", "First paid day.", required=True, near=True),
        Column("leave_date", "date", "Last paid day; blank: still employed.", near=True),
        Column("fte", "ratio", "Share of full time.", default=1.0, at_least=0, unit="ratio", most=TWICE,
               usual=FULL_TIME, other_unit=HOURS),
        Column("role", "text", "Role, such as CSM."),
        Column("level", "text", "Level within the role."),
        Column("location", "text", "Place of work."),
        Column("team", "id", "Team whose results count for team components."),
        Column("division", "id", "Division whose modifier counts."),
        Column("manager_id", "id", "The manager's employee_id."),
        Column("currency", "text", "Currency of the person's pay; blank: the plan's."),
        *PERSON_VALUES,
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
        EMPLOYEE,
        Column("from", "date", "First day on which the new values count.", required=True, near=True),
        Column("base_salary", "money", "New base salary.", at_least=0, unit="money/year", most=MOST_MONEY),
        Column(
            "fte",
            "ratio",
            "New share of full time; 0 is leave without pay.",
            at_least=0,
            unit="ratio",
            most=TWICE,
            usual=FULL_TIME,
            other_unit=HOURS,
        ),
        Column("plan_id", "id", "New plan.", refers="plans.plan_id"),
        *PERSON_VALUES,
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
        PERIOD,
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
        PERIOD,
        EMPLOYEE,
        Column("goal", "text", "The goal in words.", required=True),
        Column("weight", "ratio", "Its weight.", required=True, at_least=0, unit="ratio"),
        Column("score", "ratio", "How far it was reached; 1 is wholly. Blank: not scored yet; a person's"
               " goals of a period pay 0 until each of them is scored.",
               required=True, blank=True, at_least=0, unit="ratio", most=TWICE, other_unit=SCALE),
    ),
    key=("period", "employee_id", "goal"),
)  # fmt: skip

DEALS: Final = TableSchema(
    "deals",
    "A deal that earns commission.",
    (
        Column("deal_id", "id", "Name of the deal.", required=True),
        Column("date", "date", "Signing date.", required=True, near=True),
        Column("amount", "money", "Amount credited; negative for a return.", required=True, unit="money",
               most=MOST_MONEY),
        Column("kind", "word", "What kind of deal.",
               choices=("renewal", "upsell", "cross_sell", "new", "pilot")),
        Column("account_id", "id", "The customer."),
        Column("employee_id", "id", "Who is credited where no credits are listed.",
               refers="roster.employee_id"),
        Column("effective_date", "date", "When it takes effect.", near=True),
        Column("notice_date", "date", "When notice was given.", near=True),
    ),
    key=("deal_id",),
)  # fmt: skip

CREDITS: Final = TableSchema(
    "credits",
    "A person's credit for a deal.",
    (
        Column("deal_id", "id", "The deal.", required=True, refers="deals.deal_id"),
        EMPLOYEE,
        Column("role", "word", "In which role; each role is credited in its own right.", default="csm"),
        Column(
            "share",
            "ratio",
            "Share of the deal's amount.",
            default=1.0,
            at_least=0,
            unit="ratio",
            most=TWICE,
            usual=SHARES,
        ),
    ),
    key=("deal_id", "employee_id", "role"),
)

EVENTS: Final = TableSchema(
    "events",
    "Something that a SPIF or milestone pays for.",
    (
        Column("date", "date", "When.", required=True, near=True),
        EMPLOYEE,
        Column("component_id", "id", "The component that pays for it.", required=True,
               refers="components.component_id"),
        Column("count", "number", "How many.", default=1.0, at_least=0, usual=(0.0, 1000.0)),
    ),
)  # fmt: skip

MODIFIERS: Final = TableSchema(
    "modifiers",
    "The company's or a division's factor in a period.",
    (
        PERIOD,
        Column("scope", "word", "Whose factor.", required=True, choices=("company", "division")),
        Column("factor", "ratio", "The factor; 1 changes nothing.", required=True, at_least=0,
               unit="ratio", most=TENFOLD, usual=(0.3, 3.0)),
        Column("id", "id", "The division."),
    ),
    key=("period", "scope", "id"),
)  # fmt: skip

PAID: Final = TableSchema(
    "paid",
    "What was really paid for an earlier period, in place of recomputed history.",
    (
        PERIOD,
        EMPLOYEE,
        Column("plan_id", "id", "The plan.", required=True, refers="plans.plan_id"),
        Column("component_id", "id", "The component.", required=True, refers="components.component_id"),
        Column("amount", "money", "What was paid.", required=True, unit="money", most=MOST_MONEY),
        Column("before_modifier", "money", "The amount before the modifier; blank: the amount.",
               unit="money", most=MOST_MONEY),
    ),
    key=("period", "employee_id", "plan_id", "component_id"),
)  # fmt: skip

ARRANGEMENTS: Final = TableSchema(
    "arrangements",
    "What stands between a person's earnings and pay: a guarantee, a draw or a holdback.",
    (
        EMPLOYEE,
        Column("kind", "word", "A floor, an advance that makes up for low earnings, or a share kept back.",
               required=True, choices=("guarantee", "draw", "holdback")),
        Column("from", "date", "First day on which it counts.", required=True, near=True),
        Column("amount", "number", "Money of a whole pay period; of a holdback the share of earnings.",
               required=True, at_least=0, unit="money or ratio", most=MOST_MONEY),
        Column("to", "date", "Last day; blank: until the person's next one of the kind, or no end."),
        Column("recoverable", "flag", "Whether what a draw made up is recovered later.", default=True),
        Column("recovery_share", "ratio", "Most of what is earned above the draw that goes to recovery.",
               default=1.0, at_least=0, at_most=1, unit="ratio"),
        Column("recovery_start", "count", "Pay period of the draw, counted from 1, in which recovery begins.",
               default=1, at_least=1),
        Column("opening_balance", "money", "Owed before the draw's first pay period.", default=0.0,
               at_least=0, unit="money", most=MOST_MONEY),
    ),
    key=("employee_id", "kind", "from"),
)  # fmt: skip

ADJUSTMENTS: Final = TableSchema(
    "adjustments",
    "Money added to or taken from a person's pay of a period, with its reason.",
    (
        PERIOD,
        EMPLOYEE,
        Column("amount", "money", "What is added; a clawback is taken back, whichever its sign.",
               required=True, unit="money", most=MOST_MONEY),
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
        PERIOD,
        Column("account_id", "id", "The customer.", required=True),
        EMPLOYEE,
        Column("start", "money", "Recurring revenue when the period opens.", required=True, at_least=0,
               unit="money", most=MOST_MONEY),
        Column("end", "money", "Recurring revenue when it closes; 0 is churn, a blank is an error.",
               required=True, at_least=0, unit="money", most=MOST_MONEY),
        Column("team", "id", "Team it counts for; blank: the owner's team."),
        Column("risk_class", "id", "Its risk class, for book-adjusted retention."),
        Column("new", "flag", "Won in the period: no part of the opening cohort.", default=False),
    ),
    key=("period", "account_id"),
)  # fmt: skip

TABLES: Final = (
    ROSTER, CHANGES, RESULTS, GOALS, DEALS, CREDITS, EVENTS, MODIFIERS, ACCOUNTS, PAID, ARRANGEMENTS,
    ADJUSTMENTS,
)  # fmt: skip
