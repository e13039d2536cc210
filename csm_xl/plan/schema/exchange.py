"""The table of exchange rates."""

from __future__ import annotations

from typing import Final

from csm_xl.plan.schema.column import Column, TableSchema

RATES: Final = TableSchema(
    "rates",
    "An exchange rate: what one unit of a currency is worth in another, from a day on or in a period.",
    (
        Column("from_currency", "text", "Currency of the amount, such as EUR.", required=True),
        Column("to_currency", "text", "Currency in which it is paid, such as USD.", required=True),
        Column("rate", "number", "How many units of to_currency one unit of from_currency is.", required=True,
               above=0, unit="to per 1 from"),
        Column("date", "date", "First day on which it counts, until the pair's next one.", near=True),
        Column("period", "period", "Instead of a date: the period in which it counts, such as 2026-Q1."),
        Column("source", "text", "Source of the rate."),
    ),
    key=("from_currency", "to_currency", "date", "period"),
)  # fmt: skip
