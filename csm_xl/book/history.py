"""History: what was paid before the book began, so that a book begins in the middle of a year."""

from __future__ import annotations

from collections.abc import Iterable

from csm_xl.book import paying
from csm_xl.book.archive import archived
from csm_xl.book.closing import span_of
from csm_xl.book.cycles import pay_periods
from csm_xl.book.events import Entry, Event
from csm_xl.book.ledger import Book, Draft
from csm_xl.book.paying import Line, PlanPeriod
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Tables

KIND = "open"


def open_history(book: Book, raws: Iterable[RawTable], tables: Tables, by: str | None = None) -> Event:
    """Book the rows of the table `paid` as history. It counts like the payments of closed periods; payroll
    has paid it already.

    raws: the tables as they were read; tables: the same, checked. by: as for `Book.maker`.
    Errors: no row; a period that is no pay period of the plan, or not before its first close; an amount that
    is not whole in its currency.
    """
    lines = paying.typed_lines(tables)
    if not lines:
        raise CsmError(NOT_FOUND, "there is no payment to book", "paid", None,
                       "Give the payments in a file: --paid FILE.")  # fmt: skip
    spans = _spans(tables, lines)
    entries = [
        Entry(one.period, one.period, one.employee_id, one.plan_id, one.component_id, one.line_kind,
              "expense", "payroll", one.amount, one.before_modifier, one.currency)
        for one in lines
    ]  # fmt: skip
    names = listed(dict.fromkeys(one.period for one in spans), paying.FEW)
    body = {"lines": len(lines), "people": len({one.employee_id for one in lines})}
    head = book.head()[1]
    draft = Draft(KIND, f"history of {names}", body, [span_of("books", one) for one in spans], entries,
                  archived(raws), at_head=head)  # fmt: skip
    return book.post(draft, by)


def _spans(tables: Tables, lines: Iterable[Line]) -> list[PlanPeriod]:
    """The pay periods of the payments. Errors: each one that its plan does not pay by."""
    found: list[PlanPeriod] = []
    issues: list[Issue] = []
    for plan, period in dict.fromkeys((one.plan_id, one.period) for one in lines):
        try:
            inside = pay_periods(tables, period, [plan])
        except CsmError as why:
            issues += why.issues
            continue
        named = [one for one in inside if one.period == period]
        if not named:
            issues.append(
                Issue(VALUE, f"{plan} does not pay by this period", "paid", period,
                      f"Give one row for each of {listed([one.period for one in inside], paying.FEW)}.")
            )  # fmt: skip
        found += named
    if issues:
        raise CsmError.of(issues)
    return sorted(found, key=lambda one: (one.last, one.first, one.plan_id))
