"""A program that keeps the book of one plan, year after year, and prints what is written.

python year_writer.py BOOK [COUNT]: a close, its approval, its payroll, a retro of it into the next year, and
the approval of that; then the next year. It goes on where the book ends, or where it was killed. COUNT: that
many events, else no end.
"""

import itertools
import sys

import sqlalchemy as sa

from csm_xl.book.archive import archived
from csm_xl.book.deciding import approve
from csm_xl.book.events import Entry, Event, Span
from csm_xl.book.ledger import Book, Draft
from csm_xl.book.payroll import payroll
from csm_xl.book.store import Store
from csm_xl.plan.raw import RawTable

PEOPLE = 300
STEPS = ("close", "approve", "payroll", "retro", "approve")


def span(role: str, year: int) -> Span:
    """A year of the plan."""
    return Span(role, "P", str(year), year * 10_000 + 101, year * 10_000 + 1231, year)


def entries(booked: int, earned: int, amount: int) -> list[Entry]:
    """A line of each person."""
    return [
        Entry(
            str(booked),
            str(earned),
            f"E{n}",
            "P",
            "nrr",
            "earned",
            "expense",
            "payable",
            amount + n,
            n,
            "USD",
        )
        for n in range(PEOPLE)
    ]


class Keeper:
    """Whoever keeps the book: ann makes events, bob approves, pay pays. where: a file, or a URL."""

    def __init__(self, where: str) -> None:
        self.where = where

    def book(self, who: str) -> Book:
        """The book as somebody sees it: on PostgreSQL a login."""
        if "://" not in self.where:
            return Book(Store(self.where))
        url = sa.make_url(self.where).set(username=who)
        return Book(Store(url.render_as_string(hide_password=False)))

    def by(self, who: str) -> str | None:
        """Whose name an event gets on a file."""
        return who if "://" not in self.where else None

    def next(self) -> Event:
        """Write the event that comes next."""
        events = self.book("ann").events()
        years, step = divmod(len(events) - 1, len(STEPS))
        year = 2000 + years
        roster = [["employee_id", "hire_date"], *([f"E{n}", f"{year}-01-01"] for n in range(PEOPLE))]
        inputs = archived([RawTable.of_rows(roster, "roster")])
        match STEPS[step]:
            case "close":
                draft = Draft(
                    "close", str(year), {}, [span("closes", year)], entries(year, year, 1_000), inputs
                )
                return self.book("ann").post(draft, self.by("ann"))
            case "retro":
                spans = [span("corrects", year), span("books", year + 1)]
                draft = Draft("retro", str(year), {}, spans, entries(year + 1, year, 10), inputs)
                return self.book("ann").post(draft, self.by("ann"))
            case "payroll":
                return payroll(self.book("pay"), str(year), by=self.by("pay")).event
            case _:
                approve(self.book("bob"), events[-1].id, events[-1].hash, self.by("bob"))
                return self.book("bob").events()[-1]


def main() -> None:
    """Write, and print number, hash and kind of each event once it is written."""
    where, *rest = sys.argv[1:]
    keeper = Keeper(where)
    keeper.book("ann").head()
    print("ready", flush=True)
    for _ in itertools.islice(itertools.count(), int(rest[0]) if rest else None):
        event = keeper.next()
        print(event.id, event.hash, event.kind, flush=True)


if __name__ == "__main__":
    main()
