"""What a refresh changed, as people ask it: how many, how much, who most."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from csm_xl.errors import Issue, counted, listed
from csm_xl.plan.display_names import EMPLOYEE_NAME
from csm_xl.plan.names import header_name
from csm_xl.plan.paid_in import CURRENCY
from csm_xl.workbook.operations.refresh.core import Outcome
from csm_xl.workbook.operations.refresh.state import State
from csm_xl.workbook.page import Table
from csm_xl.workbook.sheets.results import PAYOUTS, TOTALS
from csm_xl.xlsx.addresses import Place

MOVERS: Final = 10
"""This many people with the largest changes are named."""
_CENT: Final = 0.005


@dataclass(frozen=True)
class Report:
    """What a refresh did, or with a dry run would do.

    lines, people: before and after. amounts: currency, before and after, for each that people are paid in;
    money of two is never added. movers: person, amount before and after, the largest change
    first; changed: how many people's amounts differ. warnings: what was found and stops nobody.
    left_to_excel: cells that Excel calculates when it opens the file.
    broken: formulas that showed a value before, and show an error. written: whether the workbook was written.
    names: the names of the movers who have one. codes: the currency of each mover, before and after.
    """

    period: str
    when: datetime
    fingerprint: str
    currency: str
    lines: tuple[int, int]
    people: tuple[int, int]
    amounts: tuple[tuple[str, float, float], ...]
    movers: tuple[tuple[str, float, float], ...]
    changed: int
    warnings: tuple[Issue, ...] = ()
    left_to_excel: tuple[Place, ...] = ()
    written: bool = False
    broken: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def mover_rows(self) -> list[list[Any]]:
        """A header, then the movers: who, their name where anybody's is known, before and after."""
        named = [EMPLOYEE_NAME] if self.names else []
        rows = [[who, *([self.names.get(who)] if self.names else []), *pay] for who, *pay in self.movers]
        return [["employee_id", *named, "before", "after"], *rows]

    def movers_with_change(self) -> list[list[Any]]:
        """`mover_rows` with the change, and the currency. Where that differs, both; such amounts are never
        subtracted."""
        header, *movers = self.mover_rows()
        rows = []
        for row in movers:
            codes = list(dict.fromkeys(self.codes.get(row[0], (self.currency,))))
            rows.append([*row, row[-1] - row[-2] if len(codes) == 1 else None, listed(codes)])
        return [[*header, "change", CURRENCY], *rows]

    @property
    def amount(self) -> tuple[float, float] | None:
        """What the lines add up to, before and after; None where they are of several currencies."""
        return self.amounts[0][1:] if len(self.amounts) == 1 else None

    def paid(self) -> str:
        """What the lines add up to now, and by how much more, in words.

        >>> Report("", datetime(2026, 1, 1), "", "USD", (1, 1), (1, 1), (("USD", 1.0, 3.5),), (), 0).paid()
        '3.50 USD (+2.50)'
        """
        return " and ".join(
            f"{after:,.2f} {code} ({after - before:+,.2f})" for code, before, after in self.amounts
        )

    def said(self) -> list[str]:
        """In a few sentences, as a message box or a pane shows them."""
        before, after = (" and ".join(f"{pair[at]:,.2f} {code}" for code, *pair in self.amounts)
                         for at in (0, 1))  # fmt: skip
        moved = f"Before: {before}; the pay of {counted(self.changed, 'person', 'people')} changed."
        said = [f"{self.period}: {self.people[1]:,} people, {self.lines[1]:,} payout lines, {after}.",
                moved if self.changed else "Nobody's amount changed."]  # fmt: skip
        if self.warnings:
            found = counted(len(self.warnings), "warning or note", "warnings and notes")
            said.append(f"The sheet Checks has {found}.")
        return said

    def record(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        header, *movers = self.movers_with_change()
        return {
            "period": self.period,
            "refreshed": self.when.isoformat(),
            "plan_fingerprint": self.fingerprint,
            "currency": self.currency,
            **{name: pair and {"before": pair[0], "after": pair[1]}
               for name, pair in (("lines", self.lines), ("people", self.people), ("amount", self.amount))},
            "amounts": [{"currency": code, "before": before, "after": after}
                        for code, before, after in self.amounts],
            "people_changed": self.changed,
            "movers": [
                {name: cell for name, cell in zip(header, row, strict=True) if name != "change"}
                for row in movers
            ],
            "left_to_excel": [str(place) for place in self.left_to_excel],
            "broken": list(self.broken),
            "written": self.written,
        }  # fmt: skip


def report_of(state: State, outcome: Outcome, when: datetime) -> Report:
    """What the outcome changes in the workbook."""
    header, *lines = outcome.lines
    person, amount = header.index("employee_id"), header.index("amount")
    paid: dict[str, list[float]] = {}
    for line in lines:
        paid.setdefault(line[person], []).append(line[amount])
    after = {name: math.fsum(amounts) for name, amounts in paid.items()}
    before = state.paid()
    totals = next(
        table for sheet in outcome.template.sheets for table in sheet.tables if table.name == TOTALS
    )
    codes = _codes(state, totals)
    moved = _moved(before, after, codes)
    currency = str(_value_of(outcome, "currency"))
    said = outcome.template.properties
    return Report(
        said["Period"],
        when,
        said["Plan fingerprint"],
        currency,
        (len([one for one in state.column(PAYOUTS, "employee_id") if one is not None]), len(lines)),
        (len(set(state.column(TOTALS, "employee_id")) - {None}), len(totals.rows)),
        _amounts((before, after), codes, currency),
        tuple(moved[:MOVERS]),
        len(moved),
        outcome.warnings,
        names={who: name for who, *_ in moved[:MOVERS] if (name := outcome.names.of(who))},
        codes={who: (codes[0].get(who, currency), codes[1].get(who, currency)) for who, *_ in moved[:MOVERS]},
    )


def _codes(state: State, totals: Table) -> tuple[dict[str, str], dict[str, str]]:
    """The currency of each person, as the workbook had it and as it has it now."""
    person, currency = (header_name(name) for name in ("employee_id", "currency"))
    names = [header_name(column.header) for column in totals.columns]
    stood = zip(state.column(TOTALS, person), state.column(TOTALS, currency), strict=False)
    now = ((row[names.index(person)], row[names.index(currency)]) for row in totals.rows)
    before, after = ({who: str(code) for who, code in each if who is not None and code}
                     for each in (stood, now))  # fmt: skip
    return after | before, before | after  # who is not there is as at the other time


def _amounts(
    paid: tuple[Mapping[str, float], Mapping[str, float]], codes: tuple[Mapping[str, str], Mapping[str, str]],
    one: str,
) -> tuple[tuple[str, float, float], ...]:  # fmt: skip
    """Currency, before and after, in alphabetical order. one: the currency of people without a known one."""
    found: dict[str, tuple[list[float], list[float]]] = {}
    for at, amounts in enumerate(paid):
        for who, amount in amounts.items():
            found.setdefault(codes[at].get(who, one), ([], []))[at].append(amount)
    return tuple((code, math.fsum(old), math.fsum(new)) for code, (old, new) in sorted(found.items())) or (
        (one, 0.0, 0.0),
    )


def _moved(
    before: Mapping[str, float], after: Mapping[str, float],
    codes: tuple[Mapping[str, str], Mapping[str, str]],
) -> list[tuple[str, float, float]]:  # fmt: skip
    """Whose amount or currency differs, the largest change first."""
    people = dict.fromkeys([*before, *after])
    found = [(one, before.get(one, 0.0), after.get(one, 0.0)) for one in people]
    other = {one for one in people if codes[0].get(one) != codes[1].get(one)}
    found = [one for one in found if one[0] in other or abs(one[2] - one[1]) >= _CENT]
    return sorted(found, key=lambda one: (-abs(one[2] - one[1]), one[0]))


def _value_of(outcome: Outcome, name: str) -> Any:
    for sheet in outcome.template.sheets:
        if name in sheet.names:
            return sheet.cells[sheet.names[name]].value
    return None
