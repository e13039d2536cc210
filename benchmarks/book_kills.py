"""Kill -9 while a book of record is written, some hundred times: is an event ever torn, is one ever lost?

The killed program closes, approves, pays and corrects year after year. ``CSM_XL_KILLS`` says how often; 500
without it. ``CSM_XL_BOOK`` names a book that was just created, such as one on PostgreSQL; without it the book
is a new file.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks._table import table
from csm_xl.book.ledger import Book, create
from csm_xl.book.store import Store
from csm_xl.book.verify import verify

KILLS = int(os.environ.get("CSM_XL_KILLS", "500"))
WRITER = Path(__file__).parents[1] / "tests" / "book" / "year_writer.py"
STEPS = ("close", "approve", "payroll", "retro", "approve")


def main() -> int:
    """Kill, prove the book after each kill of fifty, and print; 1 where something is torn or lost."""
    known: list[list[str]] = []
    torn, lasts = 0, 0.0
    hit: Counter[str] = Counter()
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        where = os.environ.get("CSM_XL_BOOK") or str(Path(folder) / "pay.book")
        book = Book(Store(where)) if os.environ.get("CSM_XL_BOOK") else create(where, by="Sample 01")
        for kill in range(KILLS):
            writer = subprocess.Popen([sys.executable, str(WRITER), where], stdout=subprocess.PIPE, text=True)
            assert writer.stdout is not None
            writer.stdout.readline()
            begin = time.perf_counter()
            if kill % 4 == 0:  # how long an event takes now: kills hit all of it, on a slow machine too
                known.append(writer.stdout.readline().split())
                lasts = time.perf_counter() - begin
            time.sleep(chance.uniform(0.0, 2 * lasts))
            writer.send_signal(signal.SIGKILL)
            known += [line.split() for line in writer.stdout.read().splitlines() if len(line.split()) == 3]
            writer.wait()
            hit[STEPS[(book.head()[0] - 1) % len(STEPS)]] += 1
            if kill % 50 == 49 or kill == KILLS - 1:
                torn += len(verify(book).findings)
        there = {(str(event.id), event.hash) for event in book.events()}
        lost = sum((number, digest) not in there for number, digest, _ in known)
    print("## The book of record: kill -9\n")
    during = ", ".join(f"{hit[step]} {step}" for step in dict.fromkeys(STEPS))
    rows = [[f"{KILLS:,} ({during})", f"{len(there):,}", f"{len(known):,}", str(torn), str(lost)]]
    print(
        table(
            ["kills before or during", "events", "acknowledged", "findings of verify", "acknowledged, lost"],
            rows,
        )
    )
    return int(bool(torn or lost))
