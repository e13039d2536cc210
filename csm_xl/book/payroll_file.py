"""The file of a payroll that is booked, in the layout that a payroll system reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from csm_xl.book.archive import UNNAMED
from csm_xl.book.events import Event, of_kind
from csm_xl.book.ledger import Book
from csm_xl.book.pay_codes import COMPONENT, NO_CODES, OPTION, PayCodes, kinds_in_words
from csm_xl.book.payroll import KIND, Owed, names_of_rosters, of_rosters, payroll_ids
from csm_xl.book.payroll_kinds import Part, earning_components, parts_of_nets
from csm_xl.book.payroll_layouts import (
    LAYOUTS,
    NAMES,
    FileTerms,
    Layout,
    Payment,
    by_column,
    days_of,
    generic_rows,
)
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.plan.names import did_you_mean

PAY_CODE: Final = "variable_pay"
"""What a file of our own layout calls this pay, where nobody says."""
_COMPANY: Final = 3
"""The number of characters in an ADP company code."""
GENERIC: Final = "generic"
"""The layout of our own."""


class CodeTotal(NamedTuple):
    """What a file pays under one pay code in one currency, in minor units."""

    code: str
    currency: str
    amount: int


@dataclass(frozen=True)
class PayrollFile:
    """What is asked of the file of a payroll.

    ids: employee_id → payroll id, where a file gives them; else those of the rosters count. layout: `GENERIC`
    or one of `LAYOUTS`. pay_codes: what the payroll system calls this pay, or each kind of it. company: its
    code of the company. currency: the one that is written (blank: all). names: whether the generic file names
    people beside their IDs; a book does not say whether outputs may.
    Errors: an unknown layout; one that needs a pay code or a company code which is not given, or has no
    column for a code.
    """

    ids: Mapping[str, str] | None = None
    layout: str = GENERIC
    pay_codes: PayCodes = NO_CODES
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
        company = ("--company-code", self.company)
        columns = of.columns if of is not None else ()
        unknown = [code for code in self.pay_codes.every if columns and code not in columns]
        wrong = (
            (wants_code and not self.pay_codes.every, f"{system} needs the pay code of your payroll",
             (OPTION, ""), "Give the code of its earning: --pay-code COM."),
            (bool(unknown), f"{system} has no pay code {listed(unknown)}", (OPTION, ""),
             f"Leave it out, or give a column of the file: {listed(columns)}."),
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
        """As `written`, without the totals."""
        return self.written(book, event)[0]

    def names_all_the_same(self, book: Book, event: Event) -> bool:
        """Whether the layout cannot do without names, and outputs of an event that is paid name nobody."""
        of = LAYOUTS.get(self.layout)
        needs = of is not None and not set(NAMES).isdisjoint(of.needs)
        return needs and any(UNNAMED in book.attachments(number) for number, _ in event.about)

    def written(self, book: Book, event: Event) -> tuple[list[list[Any]], list[CodeTotal]]:
        """The file of a payroll that is booked: a header, then a person, currency and pay code a row; and
        what each code comes to.

        Errors: an event that is no payroll; a missing payroll id or name; several currencies in a layout that
        has no column for them; a kind of pay without a code.
        """
        of_kind(event, KIND, "a payroll", "--event")
        due = [Owed(one.employee_id, one.currency, one.amount) for _, one in book.entries(event.id)]
        numbers = [number for number, _ in event.about]
        payments = self._payments(book, numbers, due, event.id)
        totals: dict[tuple[str, str], int] = {}
        for one in payments:
            totals[one.code, one.currency] = totals.get((one.code, one.currency), 0) + one.minor_units
        places = {code: place for place, code in enumerate(self.pay_codes.every)}
        order = sorted(totals, key=lambda key: (places.get(key[0], 0), key))
        return self._laid_out(book, event, payments), [CodeTotal(*key, totals[key]) for key in order]

    def _laid_out(self, book: Book, event: Event, payments: Sequence[Payment]) -> list[list[Any]]:
        if self.layout == GENERIC:
            names = names_of_rosters(book, [number for number, _ in event.about]) if self.names else {}
            return generic_rows(payments, names, event)
        of = LAYOUTS[self.layout]
        terms = FileTerms(event, self.company, f"CSM-{event.id}", *days_of(event))
        if of.columns:
            return by_column(payments, of, terms)
        return [list(of.header), *(of.row(one, terms) for one in payments)]

    def _payments(
        self, book: Book, numbers: Sequence[int], due: Sequence[Owed], before: int | None = None
    ) -> list[Payment]:
        known = payroll_ids(book, numbers, due, self.ids)
        of = LAYOUTS.get(self.layout)
        due = self._of_currency(due, of)
        named = of is not None and not set(NAMES).isdisjoint(of.needs)
        said = {**(of_rosters(book, numbers, *NAMES) if named else {}), "payroll_id": known}
        issues = [
            Issue(NOT_FOUND, f"{who} has no {name}, which {of.system} needs", "the roster", None,
                  "Give the column in the roster before the period is closed."
                  if name in NAMES else "Give it in a file of employee_id and payroll_id: --ids FILE.",
                  person=who)
            for who in dict.fromkeys(one.employee_id for one in due)
            for name in (of.needs if of else ()) if not said[name].get(who)
        ] if of else []  # fmt: skip
        if issues:
            raise CsmError.of(issues)
        found: list[Payment] = []
        times: dict[str, int] = {}
        for number, (one, code) in enumerate(self._coded(book, numbers, due, before), 1):
            who = one.employee_id
            times[who] = times.get(who, 0) + 1
            first, last = (said.get(name, {}).get(who, "") for name in NAMES)
            found.append(Payment(number, times[who], who, known.get(who, ""), first, last, one.amount,
                                 one.currency, code))  # fmt: skip
        return found

    def _coded(
        self, book: Book, numbers: Sequence[int], due: Sequence[Owed], before: int | None
    ) -> list[tuple[Owed, str]]:
        """What is due, each part with its pay code: one part where kinds of pay are not kept apart."""
        codes = self.pay_codes
        if not codes.by_kind:
            of = LAYOUTS.get(self.layout)
            code = codes.default or (of.header[-1] if of and of.columns else "" if of else PAY_CODE)
            return [(one, code) for one in due]
        _require_components(book, codes)
        nets = parts_of_nets(book, numbers, [(one.employee_id, one.currency) for one in due], before)
        _require_codes(codes, nets)
        found = []
        for one in due:
            sums = dict.fromkeys(codes.every, 0)
            for part in nets[one.employee_id, one.currency]:
                sums[codes.of(part.component_id, part.kind)] += part.amount
            found += [(one._replace(amount=amount), code) for code, amount in sums.items() if amount]
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


def _require_components(book: Book, codes: PayCodes) -> None:
    """Refuse codes of components that the book does not know: their pay would get another code unseen."""
    if not codes.components:
        return
    known = earning_components(book)
    if unknown := [name for name in codes.components if name not in known]:
        raise CsmError.of(
            Issue(NOT_FOUND, "the book has no such component", OPTION, f"{COMPONENT}{name}",
                  did_you_mean(name, known) + f"It has {listed(known)}.")
            for name in unknown
        )  # fmt: skip


def _require_codes(codes: PayCodes, nets: Mapping[tuple[str, str], Iterable[Part]]) -> None:
    """Refuse parts without a pay code. Errors: each kind of them, with who has it."""
    lacking: dict[tuple[str, str], list[str]] = {}
    for (who, _), parts in nets.items():
        for one in parts:
            if not one.kind and one.component_id not in codes.components:
                lacking.setdefault((one.component_id, one.plan_id), []).append(who)
            elif not codes.of(one.component_id, one.kind):
                lacking.setdefault((one.kind, ""), []).append(who)
    if lacking:
        raise CsmError.of(
            Issue(VALUE, f"the type of the component {name} of {plan} is not known: its inputs were erased"
                  f" (paid to {_people(who)})", OPTION, None,
                  f"Give its code: {OPTION} {COMPONENT}{name}=CODE.")
            if plan else
            Issue(VALUE, f"{name} has no pay code (paid to {_people(who)})", OPTION, None,
                  f"Give it: {OPTION} {name}=CODE. {kinds_in_words()}")
            for (name, plan), who in lacking.items()
        )  # fmt: skip


def _people(who: Iterable[str]) -> str:
    return listed(dict.fromkeys(who), 3)
