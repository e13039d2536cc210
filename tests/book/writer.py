"""A program that writes in a book for as long as it lives, and prints what it was told is written.

python writer.py BOOK NAME [COUNT]: closes periods of a plan of its own, approves nothing, or COUNT of them.
"""

import itertools
import sys

from csm_xl.book.events import Entry, Span
from csm_xl.book.ledger import Book, Draft
from csm_xl.book.store import Store


def draft(name: str, year: int) -> Draft:
    """A close of 300 entries of a year of a plan."""
    period = str(year)
    entries = [
        Entry(period, period, f"E{n}", name, "nrr", "earned", "expense", "payable", n, n, "USD")
        for n in range(300)
    ]
    span = Span("closes", name, period, year * 10_000 + 101, year * 10_000 + 1231, year)
    return Draft("close", period, {}, [span], entries, {"input: 1 roster": f"{name} {year}".encode() * 500})


def main() -> None:
    """Write, and print number and hash of each event once it is written."""
    where, name, *rest = sys.argv[1:]
    book = Book(Store(where))
    known = [
        span.first_day // 10_000 for event in book.events() for span in event.spans if span.plan_id == name
    ]
    first = max(known, default=1999) + 1
    print("ready", flush=True)
    for year in itertools.islice(itertools.count(first), int(rest[0]) if rest else None):
        event = book.post(draft(name, year), None if "://" in where else name)
        print(event.id, event.hash, flush=True)


if __name__ == "__main__":
    main()
