"""The columns by which components pay or measure credits for deals."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from csm_xl.engine.lookup.deals import DATES
from csm_xl.plan.schema import Column
from csm_xl.plan.tier_measures import PAYMENT

CREDITS: Final = (
    Column("deal_kinds", "words", "Kinds of deal that count, separated by commas; blank: all."),
    Column("deal_products", "words", "Products that count, separated by commas; blank: all."),
    Column("credit_role", "word", "Role in which the person must be credited; blank: any."),
    Column("credit_date", "word", "The date of a deal that decides when it counts; payment: it is paid as the"
           " customer pays, by the table payments.", default="signing", choices=(*DATES, PAYMENT)),
    Column("credit_from", "words", "Whose credits count: own; reports, of who reports to the person on the"
           " day; all_reports, of everybody below them. Blank: own.",
           choices=("own", "reports", "all_reports")),
)  # fmt: skip
MEASURE_FROM: Final = (
    Column("measure_from", "word", "Where the actual comes from: results; or deals, the sum of credits in the"
           " period, against the goal on results.", default="results", choices=("results", "deals")),
    *(replace(column, only_with=("measure_from", "deals")) for column in CREDITS),
)  # fmt: skip
