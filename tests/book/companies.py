"""Small inputs for a book: events made up, and a company that is paid by the engine."""

from datetime import date

from csm_xl.book import paying
from csm_xl.book.archive import archived
from csm_xl.book.closing import close
from csm_xl.book.events import Entry, Span
from csm_xl.book.ledger import Draft
from csm_xl.book.retro import retro
from csm_xl.plan.raw import RawTable

TODAY = date(2027, 3, 1)
QUARTERS = {"2026-Q1": (20260101, 20260331), "2026-Q2": (20260401, 20260630), "2026-Q3": (20260701, 20260930),
            "2026-Q4": (20261001, 20261231), "2026-01": (20260101, 20260131)}  # fmt: skip


ROSTER = archived([RawTable.of_rows([["employee_id"]], "roster")])


def span(period="2026-Q1", role="closes", plan="P"):
    return Span(role, plan, period, *QUARTERS[period], 2026)


def entry(who="E1", amount=225_000, period="2026-Q1", earned=None, plan="P", currency="USD"):
    return Entry(period, earned or period, who, plan, "nrr", "earned", "expense", "payable", amount,
                 amount * 100, currency)  # fmt: skip


def closing(period="2026-Q1", people=3, plan="P"):
    """A close that no engine has calculated."""
    entries = [entry(f"E{n}", 10_000 + n, period, plan=plan) for n in range(people)]
    return Draft("close", period, {}, [span(period, plan=plan)], entries, ROSTER)


def correcting(period="2026-Q1", into="2026-Q2", amount=-500):
    entries = [entry("E1", amount, into, earned=period)]
    return Draft("retro", period, {}, [span(period, "corrects"), span(into, "books")], entries)


def company(q1=90, q2=100, q3=100, q4=100, modifier=1.0, cumulative="ytd_sum", people=("E1",), **more):
    """People of one plan on their own NRR, by quarters. A result that is None is not there."""
    results = [
        [name, "individual", who, "NRR", actual, 100]
        for name, actual in zip(("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"), (q1, q2, q3, q4), strict=True)
        if actual is not None
        for who in people
    ]
    tables = {
        "plans": [["plan_id", "model", "pay_period", "target_basis", "target_value"],
                  ["P", "base_bonus", "quarter", "ratio", 0.1]],
        "components": [["plan_id", "component_id", "type", "weight", "measure", "cumulative", "modified"],
                       ["P", "nrr", "metric", 1.0, "NRR", cumulative, True]],
        "modifiers": [["period", "scope", "factor"], ["2026-Q1", "company", modifier]],
        "roster": [["employee_id", "plan_id", "base_salary", "hire_date"],
                   *([who, "P", 100_000, "2024-01-01"] for who in people)],
        "results": [["period", "scope", "id", "measure", "actual", "goal"], *results],
        **more,
    }  # fmt: skip
    return [RawTable.of_rows(rows, name) for name, rows in tables.items()]


def close_period(place, raws, period, who="ann", **options):
    """A close by the engine, as the command makes it."""
    tables = paying.read(raws)
    return close(place.book(who), raws, tables, period, today=TODAY, by=place.by(who), **options).event


def correct(place, raws, into, who="ann", reason="restated", **options):
    return retro(place.book(who), raws, paying.read(raws), into, reason, by=place.by(who), **options)


def amounts(event_or_book, number=None):
    """What was booked, in order."""
    return [one.amount for _, one in event_or_book.entries(number)]
