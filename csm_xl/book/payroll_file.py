"""The file of a payroll that is booked, in the layout that a payroll system reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from csm_xl.book.events import Event, of_kind
from csm_xl.book.ledger import Book
from csm_xl.book.money import main_units
from csm_xl.book.payroll import KIND, Owed, names_of_rosters, of_rosters, payroll_ids
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.plan.display_names import EMPLOYEE_NAME

PAY_CODE: Final = "variable_pay"
"""What a file of our own layout calls this pay, where nobody says."""
_NAMES: Final = ("first_name", "last_name")
_COMPANY: Final = 3
"""The number of characters in an ADP company code."""


@dataclass(frozen=True, slots=True)
class Payment:
    """What one person is paid in one currency. number: of the row in the file, from 1. again: which row of
    the person it is."""

    number: int
    again: int
    who: str
    payroll_id: str
    first_name: str
    last_name: str
    amount: Any
    currency: str


@dataclass(frozen=True, slots=True)
class FileTerms:
    """What the file says beside the payments. company: the code of the company there. batch: a name for
    all of its rows. first, last: the days of the period."""

    event: Event
    pay_code: str
    company: str
    batch: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How a payroll system reads its file.

    system: its name. header: the columns, in their order. row: what they hold. needs: what everybody in the
    file must have: payroll_id, first_name or last_name. one_currency: whether it has no column for it.
    coded: whether it needs its own pay code. company: whether it needs a company code.
    Source: see each.
    """

    system: str
    header: tuple[str, ...]
    row: Callable[[Payment, FileTerms], list[Any]]
    needs: tuple[str, ...] = ()
    one_currency: bool = True
    coded: bool = True
    company: bool = False


def _adp(one: Payment, terms: FileTerms) -> list[Any]:
    return [terms.company, terms.batch, one.payroll_id, terms.pay_code, one.amount]


def _gusto(one: Payment, terms: FileTerms) -> list[Any]:
    return [one.last_name, one.first_name, one.payroll_id, one.amount]


def _workday(one: Payment, terms: FileTerms) -> list[Any]:
    worker = one.payroll_id or one.who
    period = [terms.batch, terms.first, terms.last]
    return [one.number, one.again, *period, worker, terms.pay_code, one.amount, one.currency]


LAYOUTS: Final[Mapping[str, Layout]] = {
    # Co Code, Batch ID and File # come first. Source: ADP, "Automated Paydata Integration for ADP Workforce
    # Now", fields of the file.
    "adp": Layout(
        "ADP Workforce Now", ("Co Code", "Batch ID", "File #", "Earnings 3 Code", "Earnings 3 Amount"), _adp,
        needs=("payroll_id",), company=True,
    ),
    # Source: Gusto, "Run payroll with CSV upload": names are required, the Gusto employee ID is optional.
    "gusto": Layout(
        "Gusto", ("last_name", "first_name", "gusto_employee_id", "commission"), _gusto, needs=_NAMES,
        coded=False,
    ),
    # To paste into the sheet of a template that Workday makes. Source: job aids of Submit Payroll Input.
    "workday": Layout(
        "Workday", ("Spreadsheet Key", "Row ID", "Batch ID", "Start Date", "End Date", "Worker", "Earning",
                    "Amount", "Currency"), _workday, one_currency=False,
    ),
}  # fmt: skip
GENERIC: Final = "generic"
"""The layout of our own."""


@dataclass(frozen=True)
class PayrollFile:
    """What is asked of the file of a payroll.

    ids: employee_id → payroll id, where a file gives them; else those of the rosters count. layout: `GENERIC`
    or one of `LAYOUTS`. pay_code: what the payroll system calls this pay. company: its code of the company.
    currency: the one that is written (blank: all). names: whether the generic file names people beside their
    IDs; a book does not say whether outputs may.
    Errors: an unknown layout; one that needs a pay code or a company code which is not given.
    """

    ids: Mapping[str, str] | None = None
    layout: str = GENERIC
    pay_code: str = ""
    company: str = ""
    currency: str = ""
    names: bool = False

    def __post_init__(self) -> None:
        if self.layout not in (GENERIC, *LAYOUTS):
            raise CsmError(VALUE, "there is no such layout", "--layout", self.layout,
                           f"Choose one of {listed((GENERIC, *LAYOUTS))}.")  # fmt: skip
        of = LAYOUTS.get(self.layout)
        system = f"the file for {of.system}" if of else "the generic file"
        wants_code, wants_company = of is not None and of.coded, of is not None and of.company
        code, company = ("--pay-code", self.pay_code), ("--company-code", self.company)
        wrong = (
            (wants_code and not self.pay_code, f"{system} needs the pay code of your payroll", code,
             "Give the code of its earning: --pay-code COM."),
            (of is not None and not of.coded and bool(self.pay_code), f"{system} has no pay code", code,
             "Leave it out."),
            (wants_company and len(self.company) != _COMPANY,
             f"{system} needs the company code, {_COMPANY} characters", company,
             "Give it: --company-code ABC."),
            (of is not None and self.names, f"{system} has no room for names", ("--names", ""), "Omit it."),
            (not wants_company and bool(self.company), f"{system} has no company code", company,
             "Leave it out."),
        )  # fmt: skip
        if issues := [Issue(VALUE, what, where, got or None, hint)
                      for is_so, what, (where, got), hint in wrong if is_so]:  # fmt: skip
            raise CsmError.of(issues)

    def check(self, book: Book, numbers: Sequence[int], due: Iterable[Owed]) -> None:
        """Refuse payments of some events that the file has no room for."""
        self._payments(book, numbers, list(due))

    def rows(self, book: Book, event: Event) -> list[list[Any]]:
        """The file of a payroll that is booked: a header, then a person and currency a row.

        Errors: an event that is no payroll; a missing payroll id or name; several currencies in a layout that
        has no column for them.
        """
        of_kind(event, KIND, "a payroll", "--event")
        due = [Owed(one.employee_id, one.currency, one.amount) for _, one in book.entries(event.id)]
        payments = self._payments(book, [number for number, _ in event.about], due)
        if self.layout == GENERIC:
            names = names_of_rosters(book, [number for number, _ in event.about]) if self.names else {}
            return _generic(payments, names, event, self.pay_code or PAY_CODE)
        of, days = LAYOUTS[self.layout], _days(event)
        terms = FileTerms(event, self.pay_code, self.company, f"CSM-{event.id}", *days)
        return [list(of.header), *(of.row(one, terms) for one in payments)]

    def _payments(self, book: Book, numbers: Sequence[int], due: Sequence[Owed]) -> list[Payment]:
        known = payroll_ids(book, numbers, due, self.ids)
        of = LAYOUTS.get(self.layout)
        due = self._of_currency(due, of)
        named = of is not None and not set(_NAMES).isdisjoint(of.needs)
        said = {**(of_rosters(book, numbers, *_NAMES) if named else {}), "payroll_id": known}
        issues = [
            Issue(NOT_FOUND, f"{who} has no {name}, which {of.system} needs", "the roster", None,
                  "Give the column in the roster before the period is closed."
                  if name in _NAMES else "Give it in a file of employee_id and payroll_id: --ids FILE.",
                  person=who)
            for who in dict.fromkeys(one.employee_id for one in due)
            for name in (of.needs if of else ()) if not said[name].get(who)
        ] if of else []  # fmt: skip
        if issues:
            raise CsmError.of(issues)
        found: list[Payment] = []
        times: dict[str, int] = {}
        for number, one in enumerate(due, 1):
            who = one.employee_id
            times[who] = times.get(who, 0) + 1
            first, last = (said.get(name, {}).get(who, "") for name in _NAMES)
            amount, number_there = main_units(one.amount, one.currency), known.get(who, "")
            found.append(Payment(number, times[who], who, number_there, first, last, amount, one.currency))
        return found

    def _of_currency(self, due: Sequence[Owed], of: Layout | None) -> list[Owed]:
        codes = sorted({one.currency for one in due})
        if self.currency and self.currency.upper() not in codes:
            hint = f"It pays in {listed(codes)}." if codes else "It pays nobody."
            raise CsmError(
                NOT_FOUND, "the payroll pays nobody in the currency", "--currency", self.currency, hint
            )
        if of and of.one_currency and len(codes) > 1 and not self.currency:
            what = f"the payroll pays in {listed(codes)}, and the file for {of.system} has no currency"
            hint = f"Write a file for each: --currency {codes[0]}, then --event N --currency {codes[1]}."
            raise CsmError(VALUE, what, "--layout", self.layout, hint)
        return [one for one in due if self.currency.upper() in ("", one.currency)]


def _generic(
    payments: Sequence[Payment], names: Mapping[str, str], event: Event, pay_code: str
) -> list[list[Any]]:
    called = [EMPLOYEE_NAME] if any(one.who in names for one in payments) else []
    named = ["payroll_id"] if any(one.payroll_id for one in payments) else []
    rows: list[list[Any]] = [
        ["employee_id", *called, *named, "pay_code", "amount", "currency", "period", "event", "book_hash"]
    ]
    for one in payments:
        number = [one.payroll_id] if named else []
        name = [names.get(one.who)] if called else []
        about = [event.title, event.id, event.hash]
        rows.append([one.who, *name, *number, pay_code, one.amount, one.currency, *about])
    return rows


def _days(event: Event) -> tuple[str, str]:
    """The first and last day of the period that is paid."""
    days = (min(one.first_day for one in event.spans), max(one.last_day for one in event.spans))
    first, last = (date(day // 10_000, day // 100 % 100, day % 100).isoformat() for day in days)
    return first, last
