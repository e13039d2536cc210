"""What a book of record says was paid, as statements show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from csm_xl.report.statement import Statement
from csm_xl.report.words import in_style


class Booked(NamedTuple):
    """What was booked for a person. earned: the period that it belongs to. paid_with: the period in which it
    was booked, which is another one for a correction. amount: in main units of the currency."""

    earned: str
    paid_with: str
    amount: float
    currency: str

    @property
    def corrects(self) -> bool:
        """Whether it corrects an earlier period."""
        return self.earned != self.paid_with


@dataclass(frozen=True, slots=True)
class PaidToDate:
    """What the book says about everybody. head: the hash of its last event. lines: by employee_id, in time.
    undecided: events that do not count because nobody has decided about them, in words. names: a remark about
    the names in the book, such as that they are claimed."""

    head: str
    lines: Mapping[str, Sequence[Booked]] = field(default_factory=dict)
    undecided: Sequence[str] = ()
    names: str = ""

    def of(self, employee_id: str, currency: str) -> list[Booked]:
        """What was booked for a person in a currency."""
        return [one for one in self.lines.get(employee_id, ()) if one.currency == currency]

    def notices(self, employee_id: str, currency: str, calculated: Mapping[str, float]) -> list[str]:
        """Where the book says something else than a statement calculates or adds up, a sentence each.

        calculated: period → what it comes to with today's inputs.
        """
        said = []
        for period, now in calculated.items():
            mine = self.of(employee_id, currency)
            paid = [one.amount for one in mine if one.earned == period and not one.corrects]
            if paid and added(paid) != now:
                was = f"{in_style(f'{added(paid):,.2f}')} {currency}"
                is_now = f"{in_style(f'{now:,.2f}')} {currency}"
                said.append(f"{period} was paid as {was}; today's inputs come to {is_now}.")
        other = sorted({one.currency for one in self.lines.get(employee_id, ())} - {currency})
        if other:
            said.append(f"Amounts paid in {', '.join(other)} are not on this statement.")
        if self.undecided:
            said.append(f"Not approved yet, so not counted as paid: {', '.join(self.undecided)}.")
        return said


Row = tuple[str, float | None, float | None]


def year_rows(calculated: Iterable[Row], booked: Sequence[Booked]) -> list[Row]:
    """The plan year to date with what the book says: a row a period, then its corrections.

    calculated: period, target and amount as calculated. A period that the book does not have stays so, and is
    named as calculated.

    >>> year_rows([("Q1", 2500.0, 2425.0), ("Q2", 2500.0, 2500.0)],
    ...           [Booked("Q1", "Q1", 2250.0, "USD"), Booked("Q1", "Q2", 175.0, "USD")])
    [('Q1', 2500.0, 2250.0), ('Correction of Q1, with Q2', None, 175.0), ('Q2, calculated', 2500.0, 2500.0)]
    """
    rows: list[Row] = []
    for period, target, amount in calculated:
        mine = [one for one in booked if one.earned == period]
        paid = [one.amount for one in mine if not one.corrects]
        rows.append((period, target, added(paid)) if paid else (f"{period}, calculated", target, amount))
        with_: dict[str, list[float]] = {}
        for one in mine:
            if one.corrects:
                with_.setdefault(one.paid_with, []).append(one.amount)
        rows += [(f"Correction of {period}, with {name}", None, added(each)) for name, each in with_.items()]
    return rows


def corrections(booked: Iterable[Booked], periods: Iterable[str]) -> list[tuple[str, float]]:
    """The corrections that were paid with some periods: the period that each belongs to, and its amount.

    >>> corrections([Booked("Q1", "Q2", 175.0, "USD"), Booked("Q2", "Q2", 9.0, "USD")], ["Q2"])
    [('Q1', 175.0)]
    """
    wanted = set(periods)
    found: dict[str, list[float]] = {}
    for one in booked:
        if one.corrects and one.paid_with in wanted:
            found.setdefault(one.earned, []).append(one.amount)
    return [(period, added(each)) for period, each in found.items()]


def with_book(statement: Statement, booked: PaidToDate, periods: Iterable[str]) -> Statement:
    """A statement with what the book says was paid. periods: the pay periods that it is about."""
    who, currency = statement.employee_id, statement.currency
    mine = booked.of(who, currency)
    now = {period: added(line.amount for line in lines) for period, lines in statement.lines.items()}
    return replace(
        statement, to_date=year_rows(statement.to_date, mine), book=booked.head,
        book_names=booked.names,
        corrections=corrections(mine, periods),
        notices=[*statement.notices, *booked.notices(who, currency, now)],
    )  # fmt: skip


def added(amounts: Iterable[float]) -> float:
    """A sum of money, without what floats add to it."""
    return round(sum(amounts), 4)
