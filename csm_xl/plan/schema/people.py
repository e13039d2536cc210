"""The tables of people and of what they did: who is paid, what was measured, what was paid before."""

from __future__ import annotations

from typing import Final

from csm_xl.plan.schema.column import Column, TableSchema
from csm_xl.plan.schema.shared import (
    ACCOUNTING,
    EMPLOYEE,
    FULL_TIME,
    HOURS,
    MOST_MONEY,
    PERIOD,
    PERSON_VALUES,
    SCALE,
    SCOPES,
    SCORES,
    SHARES,
    TENFOLD,
    TWICE,
)

ROSTER: Final = TableSchema(
    "roster",
    "A person who is paid.",
    (
        Column("employee_id", "id", "Employee ID; stored exactly as entered.", required=True),
        Column("plan_id", "id", "Plan at hire, or at the start of the roster.", required=True,
               refers="plans.plan_id"),
        Column("base_salary", "money", "Full-time annual base salary.", required=True, at_least=0,
               unit="money/year", most=MOST_MONEY),
        Column("hire_date", "date", "First paid day.", required=True, near=True),
        Column("leave_date", "date", "Last paid day; blank: still employed.", near=True),
        Column("leave_reason", "text", "Reason of leaving, for plans with forfeit_reasons."),
        Column("fte", "ratio", "FTE; 1 is full time.", default=1.0, at_least=0, unit="ratio", most=TWICE,
               usual=FULL_TIME, other_unit=HOURS),
        Column("role", "text", "Role, such as CSM."),
        Column("level", "text", "Level within the role."),
        Column("location", "text", "Work location."),
        Column("team", "id", "Team whose results count for team components."),
        Column("division", "id", "Division whose modifier applies."),
        Column("manager_id", "id", "The manager's employee_id."),
        Column("currency", "text", "Currency of the person's pay; blank: the plan's."),
        *PERSON_VALUES,
        Column("filing_status", "text", "Filing status for the tax estimate.", default="single"),
        Column("state", "text", "State whose income tax is estimated; blank: none."),
        Column("deferral_ratio", "ratio", "Retirement plan deferral as a ratio of base pay.", default=0.0,
               at_least=0, at_most=1, unit="ratio", usual=(0.01, 0.5)),
        Column("employee_name", "text", "Name on outputs; blank: first and last name."),
        Column("first_name", "text", "First name."),
        Column("last_name", "text", "Last name."),
        Column("email", "text", "Email address for the messages that --eml writes."),
        *ACCOUNTING,
        Column("payroll_id", "id", "Number of the person in payroll, for the payroll file."),
    ),
    key=("employee_id",),
)  # fmt: skip

CHANGES: Final = TableSchema(
    "changes",
    "Changes to a person's values from a day on; blank means unchanged.",
    (
        EMPLOYEE,
        Column("from", "date", "First day of the new values.", required=True, near=True),
        Column("base_salary", "money", "New base salary.", at_least=0, unit="money/year", most=MOST_MONEY),
        Column(
            "fte",
            "ratio",
            "New FTE; 0 is unpaid leave.",
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
        Column("location", "text", "New work location."),
        Column("level", "text", "New level."),
        Column("manager_id", "id", "New manager's employee_id."),
        *ACCOUNTING,
    ),
    key=("employee_id", "from"),
)

TARGETS: Final = TableSchema(
    "targets",
    "A person's own weight, goal, curve points or rate of a component; blank means unchanged, or the"
    " plan's.",
    (
        EMPLOYEE,
        Column("component_id", "id", "The component.", required=True, refers="components.component_id"),
        Column("from", "date", "First day; blank: from the start.", near=True),
        Column("weight", "ratio", "Share of the person's target incentive; on every day their weights sum"
               " to 1.", at_least=0, at_most=1, unit="ratio"),
        Column("goal", "number", "Goal of each pay period, as results have it; with on=actual the figure"
               " that pays 100%."),
        Column("threshold", "number", "With on=actual: the figure at which the curve begins to pay."),
        Column("maximum", "number", "With on=actual: the figure at which the curve reaches its maximum."),
        Column("rate", "ratio", "The person's rate of a share of a result.", at_least=0, at_most=1,
               unit="ratio"),
    ),
    key=("employee_id", "component_id", "from"),
)  # fmt: skip

RESULTS: Final = TableSchema(
    "results",
    "Actuals and goals for a person, a team or the company.",
    (
        PERIOD,
        Column(
            "scope",
            "word",
            "Level of the result: individual, team or company.",
            required=True,
            choices=SCOPES,
        ),
        Column("id", "id", "Employee ID, team name, or company.", required=True),
        Column("measure", "id", "Name of the measure.", required=True),
        Column("actual", "number", "Actual result; blank: missing, which pays 0.", required=True, blank=True),
        Column("goal", "number", "Goal, in the unit of the actual."),
    ),
    key=("period", "scope", "id", "measure"),
)

GOALS: Final = TableSchema(
    "goals",
    "A person's goal in a period; the weights of one person's goals sum to 1.",
    (
        PERIOD,
        EMPLOYEE,
        Column("goal", "text", "Description of the goal.", required=True),
        Column("weight", "ratio", "Its weight.", required=True, at_least=0, unit="ratio"),
        Column("score", "ratio", "Score; 1 is fully achieved. Blank: not scored yet; a person's"
               " goals of a period pay 0 until each of them is scored.",
               required=True, blank=True, at_least=0, unit="ratio", most=TWICE, usual=SCORES,
               other_unit=SCALE),
    ),
    key=("period", "employee_id", "goal"),
)  # fmt: skip

DEALS: Final = TableSchema(
    "deals",
    "A deal that earns commission.",
    (
        Column("deal_id", "id", "Deal ID.", required=True),
        Column("date", "date", "Signing date.", required=True, near=True),
        Column("amount", "money", "Amount credited; negative for a return.", required=True, unit="money",
               most=MOST_MONEY),
        Column("kind", "word", "Kind of deal, in your own words, such as renewal or upsell."),
        Column("account_id", "id", "The customer."),
        Column("employee_id", "id", "Employee credited if no credits are listed.",
               refers="roster.employee_id"),
        Column("effective_date", "date", "Effective date.", near=True),
        Column("notice_date", "date", "Notice date.", near=True),
        Column("invoice_date", "date", "Invoice date.", near=True),
        Column("margin", "ratio", "The company's own share of the amount (gross margin).", at_most=1,
               unit="ratio", most=TENFOLD),
        Column("product", "word", "What is sold, in your own words."),
        Column("term", "number", "Length of the contract.", at_least=0, unit="months", usual=(1.0, 120.0)),
        Column("customer_start", "date", "First day as a customer; blank: that of the account.",
               near=True),
        Column("currency", "text", "Currency of the amount; blank: that in which each person is paid."),
    ),
    key=("deal_id",),
)  # fmt: skip

PAYMENTS: Final = TableSchema(
    "payments",
    "A payment by the customer of a deal, for commission that is paid as collected.",
    (
        Column("deal_id", "id", "The deal.", required=True, refers="deals.deal_id"),
        Column("date", "date", "Day on which it was received.", required=True, near=True),
        Column("amount", "money", "Amount received; negative if paid back.", required=True, unit="money",
               most=MOST_MONEY),
    ),
)  # fmt: skip

CREDITS: Final = TableSchema(
    "credits",
    "A person's credit for a deal.",
    (
        Column("deal_id", "id", "The deal.", required=True, refers="deals.deal_id"),
        EMPLOYEE,
        Column("role", "word", "Role of the credit; each role is credited separately.", default="csm"),
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
    "An event that a SPIF or milestone pays for.",
    (
        Column("date", "date", "When.", required=True, near=True),
        EMPLOYEE,
        Column("component_id", "id", "Component that pays for it.", required=True,
               refers="components.component_id"),
        Column("count", "number", "Number of events.", default=1.0, at_least=0, usual=(0.0, 1000.0)),
    ),
)  # fmt: skip

MODIFIERS: Final = TableSchema(
    "modifiers",
    "Company, division or individual modifier in a period.",
    (
        PERIOD,
        Column("scope", "word", "Company, division or individual (one person).", required=True,
               choices=("company", "division", "individual")),
        Column("factor", "ratio", "The factor; 1 changes nothing. Blank where a rating gives it.",
               required=True, blank=True, at_least=0, unit="ratio", most=TENFOLD, usual=(0.3, 2.5),
               instead="rating"),
        Column("id", "id", "The division, or the employee."),
        Column("rating", "id", "The person's rating, whose factor is in ratings.",
               refers="ratings.rating"),
    ),
    key=("period", "scope", "id"),
)  # fmt: skip

PAID: Final = TableSchema(
    "paid",
    "Actual payments for earlier periods, used instead of recalculated amounts.",
    (
        PERIOD,
        EMPLOYEE,
        Column("plan_id", "id", "The plan.", required=True, refers="plans.plan_id"),
        Column("component_id", "id", "The component.", required=True, refers="components.component_id"),
        Column("amount", "money", "Amount paid.", required=True, unit="money", most=MOST_MONEY),
        Column("before_modifier", "money", "The amount before the modifier; blank: the amount.",
               unit="money", most=MOST_MONEY),
    ),
    key=("period", "employee_id", "plan_id", "component_id"),
)  # fmt: skip

ARRANGEMENTS: Final = TableSchema(
    "arrangements",
    "A person's guarantee, draw or holdback: what turns earned into payable.",
    (
        EMPLOYEE,
        Column("kind", "word", "A minimum, an advance against low earnings, or a part held back.",
               required=True, choices=("guarantee", "draw", "holdback")),
        Column("from", "date", "First day.", required=True, near=True),
        Column("amount", "number", "Amount per full pay period; for a holdback, the fraction of earnings.",
               required=True, at_least=0, unit="money or ratio", most=MOST_MONEY),
        Column("to", "date", "Last day; blank: until the person's next one of the same kind, or no end."),
        Column("recoverable", "flag", "Whether the draw is recovered later.", default=True),
        Column("recovery_share", "ratio", "Maximum fraction used for recovery, of what recovery_of names.",
               default=1.0, at_least=0, at_most=1, unit="ratio", usual=(0.05, 1.0)),
        Column("recovery_of", "word", "What the recovery share is a fraction of: earnings above the draw;"
               " earned, which may leave less than the draw; or earned_above_draw, which never does.",
               default="above_draw", choices=("above_draw", "earned", "earned_above_draw")),
        Column("recovery_start", "count", "Pay period of the draw, counted from 1, in which recovery starts.",
               default=1, at_least=1),
        Column("opening_balance", "money", "Balance owed before the draw's first pay period.", default=0.0,
               at_least=0, unit="money", most=MOST_MONEY),
    ),
    key=("employee_id", "kind", "from"),
)  # fmt: skip

ADJUSTMENTS: Final = TableSchema(
    "adjustments",
    "An amount added to or deducted from a person's pay for a period, with its reason.",
    (
        PERIOD,
        EMPLOYEE,
        Column("amount", "money", "Amount to add; a clawback is deducted, whatever its sign.",
               required=True, unit="money", most=MOST_MONEY),
        Column("reason", "text", "Why.", required=True),
        Column("component_id", "id", "The component it corrects.", refers="components.component_id"),
        Column("kind", "word", "Manual correction, clawback of earlier pay, or release of a holdback.",
               default="manual", choices=("manual", "clawback", "release")),
        Column("approved_by", "text", "Who approved it."),
    ),
)  # fmt: skip

ACCOUNTS: Final = TableSchema(
    "accounts",
    "A customer's recurring revenue in a period, with the owner of the account on its last day.",
    (
        PERIOD,
        Column("account_id", "id", "The customer.", required=True),
        EMPLOYEE,
        Column("start", "money", "Recurring revenue at the start of the period.", required=True, at_least=0,
               unit="money", most=MOST_MONEY),
        Column("end", "money", "Recurring revenue at the end of the period; 0 is churn, blank is an error.",
               required=True, at_least=0, unit="money", most=MOST_MONEY),
        Column("team", "id", "Team it counts for; blank: the owner's team."),
        Column("risk_class", "id", "Its risk class, for book-adjusted retention."),
        Column("new", "flag", "Won in the period, so not in the opening cohort.", default=False),
        Column("customer_start", "date", "First day as a customer, from which the customer's years count.",
               near=True),
        Column("goal", "ratio", "Share of start to retain. Where results have no goal of GRR or NRR, it is"
               " the mean of these, weighted by start; of LOGO their plain mean.", above=0, unit="ratio",
               most=TENFOLD, usual=(0.3, 3.0)),
    ),
    key=("period", "account_id"),
)  # fmt: skip

ANSWERS: Final = TableSchema(
    "answers",
    "A customer's survey answer, which counts toward the NPS or CSAT of its period.",
    (
        Column("date", "date", "Day of the answer.", required=True, near=True),
        Column("measure", "id", "The measure that it counts for, NPS or CSAT by its name.", required=True),
        Column("score", "number", "The score: for NPS a whole number from 0 to 10, for CSAT usually 1 to 5.",
               required=True, at_least=0),
        Column("employee_id", "id", "Employee it is about; blank: none, so that it counts for the team"
               " or the company only.", refers="roster.employee_id"),
        Column("team", "id", "Team it counts for; blank: that of the employee on the day, or on"
               " the first or last day employed."),
        Column("satisfied_from", "number", "Lowest CSAT score that counts as satisfied; blank: 4, of scores"
               " from 1 to 5.", above=0),
        Column("account_id", "id", "The customer."),
        Column("answer_id", "id", "ID of the answer."),
    ),
)  # fmt: skip

TABLES: Final = (
    ROSTER, CHANGES, TARGETS, RESULTS, GOALS, DEALS, PAYMENTS, CREDITS, EVENTS, MODIFIERS, ACCOUNTS, ANSWERS,
    PAID, ARRANGEMENTS, ADJUSTMENTS,
)  # fmt: skip
