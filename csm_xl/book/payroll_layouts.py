"""How payroll systems read the file of a payroll: the columns of each, and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from csm_xl.book.events import Event
from csm_xl.book.money import main_units
from csm_xl.plan.display_names import EMPLOYEE_NAME

NAMES: Final = ("first_name", "last_name")


@dataclass(frozen=True, slots=True)
class Payment:
    """What one person is paid in one currency under one pay code. number: of the row in the file, from 1.
    again: which row of the person it is. minor_units: signed; under one of several codes it may be below 0.
    """

    number: int
    again: int
    who: str
    payroll_id: str
    first_name: str
    last_name: str
    minor_units: int
    currency: str
    code: str

    @property
    def amount(self) -> float:
        """The money in the main unit of its currency."""
        return main_units(self.minor_units, self.currency)


@dataclass(frozen=True, slots=True)
class FileTerms:
    """What the file says beside the payments. company: the code of the company there. batch: a name for
    all of its rows. first, last: the days of the period."""

    event: Event
    company: str
    batch: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How a payroll system reads its file.

    system: its name. header: the columns, in their order. row: what they hold; in a layout with
    columns for pay codes, what comes before those. needs: what everybody in the
    file must have: payroll_id, first_name or last_name. one_currency: whether it has no column for it.
    coded: whether it needs its own pay code. columns: where it has a column for each pay code instead, their
    names; the last one of the header is that of pay without a code. company: whether it needs a company code.
    Source: see each.
    """

    system: str
    header: tuple[str, ...]
    row: Callable[[Payment, FileTerms], list[Any]]
    needs: tuple[str, ...] = ()
    one_currency: bool = True
    coded: bool = True
    columns: tuple[str, ...] = ()
    company: bool = False


def _adp(one: Payment, terms: FileTerms) -> list[Any]:
    return [terms.company, terms.batch, one.payroll_id, one.code, one.amount]


def _gusto(one: Payment, terms: FileTerms) -> list[Any]:
    return [one.last_name, one.first_name, one.payroll_id]


def _workday(one: Payment, terms: FileTerms) -> list[Any]:
    worker = one.payroll_id or one.who
    period = [terms.batch, terms.first, terms.last]
    return [one.number, one.again, *period, worker, one.code, one.amount, one.currency]


LAYOUTS: Final[Mapping[str, Layout]] = {
    # Co Code, Batch ID and File # come first. Source: ADP, "Automated Paydata Integration for ADP Workforce
    # Now", fields of the file.
    "adp": Layout(
        "ADP Workforce Now", ("Co Code", "Batch ID", "File #", "Earnings 3 Code", "Earnings 3 Amount"), _adp,
        needs=("payroll_id",), company=True,
    ),
    # Source: Gusto, "Run payroll with CSV upload": names are required, the Gusto employee ID is optional;
    # custom earnings have no column.
    "gusto": Layout(
        "Gusto", ("last_name", "first_name", "gusto_employee_id", "commission"), _gusto, needs=NAMES,
        coded=False, columns=("bonus", "commission"),
    ),
    # To paste into the sheet of a template that Workday makes. Source: job aids of Submit Payroll Input.
    "workday": Layout(
        "Workday", ("Spreadsheet Key", "Row ID", "Batch ID", "Start Date", "End Date", "Worker", "Earning",
                    "Amount", "Currency"), _workday, one_currency=False,
    ),
}  # fmt: skip


def by_column(payments: Sequence[Payment], of: Layout, terms: FileTerms) -> list[list[Any]]:
    """The rows of a layout that has a column for each pay code; a blank where somebody has none of it."""
    used = [name for name in of.columns if any(one.code == name for one in payments)]
    used = used or [of.header[-1]]
    people: dict[str, dict[str, Payment]] = {}
    for one in payments:
        people.setdefault(one.who, {})[one.code] = one
    rows: list[list[Any]] = [[*of.header[:-1], *used]]
    for each in people.values():
        amounts = [each[name].amount if name in each else None for name in used]
        rows.append([*of.row(next(iter(each.values())), terms), *amounts])
    return rows


def generic_rows(payments: Sequence[Payment], names: Mapping[str, str], event: Event) -> list[list[Any]]:
    """The rows of the layout of our own. names: employee_id → what beside the ID names somebody."""
    called = [EMPLOYEE_NAME] if any(one.who in names for one in payments) else []
    named = ["payroll_id"] if any(one.payroll_id for one in payments) else []
    rows: list[list[Any]] = [
        ["employee_id", *called, *named, "pay_code", "amount", "currency", "period", "event", "book_hash"]
    ]
    for one in payments:
        number = [one.payroll_id] if named else []
        name = [names.get(one.who)] if called else []
        about = [event.title, event.id, event.hash]
        rows.append([one.who, *name, *number, one.code, one.amount, one.currency, *about])
    return rows


def days_of(event: Event) -> tuple[str, str]:
    """The first and last day of the period that is paid."""
    days = (min(one.first_day for one in event.spans), max(one.last_day for one in event.spans))
    first, last = (date(day // 10_000, day // 100 % 100, day % 100).isoformat() for day in days)
    return first, last
