"""The book of record: how fast an event of 400,000 entries is written and proven, and what a close costs.

``CSM_XL_ENTRIES`` says how many entries; the book is a file on a temporary disk.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks._table import table
from csm_xl.book.events import Entry, Span
from csm_xl.book.ledger import Draft, create
from csm_xl.book.verify import verify

ENTRIES = int(os.environ.get("CSM_XL_ENTRIES", "400000"))
PEOPLE = 5_000
TURNS = 6


def main() -> int:
    """Measure, and print; 1 where a target is missed."""
    with tempfile.TemporaryDirectory() as folder:
        book = create(str(Path(folder) / "large.book"), by="Sample 01")
        draft = _draft()
        written, _ = _timed(lambda: book.post(draft, "Sample 01"))
        proven, found = _timed(lambda: verify(book))
        ratio = _closed_of_paid(Path(folder))
    rate = found.entries / proven
    rows = [
        [f"an event of {ENTRIES:,} entries", f"{written:.1f} s", "10 s"],
        ["verify, entries a second", f"{rate:,.0f}", "100,000"],
        [f"csm-xl close of {PEOPLE:,} people, of the time of csm-xl pay", f"{ratio:.2f}", "1.30"],
    ]
    print("## The book of record\n")
    print(table(["what", "measured", "target"], rows))
    return int(bool(found.findings) or written > 10 or rate < 100_000 or ratio > 1.3)


def _closed_of_paid(folder: Path) -> float:
    """How long the command that closes a period takes, of the time of the one that pays it.

    From file to file, each the shortest of some runs in turn.
    """
    source = folder / "company"
    source.mkdir()
    for name, rows in _company().items():
        with (source / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows(rows)
    paid, closed = [], []
    for turn in range(TURNS):
        book = str(folder / f"{turn}.book")
        create(book, by="Sample 01")
        asked = (str(source), "--period", "2026-Q1")
        paid.append(_timed(partial(_command, "pay", *asked, "--out", str(folder / f"{turn}.csv")))[0])
        closed.append(_timed(partial(_command, "close", *asked, "--book", book, "--by", "Sample 01"))[0])
    return min(closed) / min(paid)


def _command(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "csm_xl.cli", *words], check=True, capture_output=True)


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    result = call()
    return time.perf_counter() - begin, result


def _draft() -> Draft:
    entries = [
        Entry("2026-Q1", "2026-Q1", f"E{n:07}", "P", "nrr", "earned", "expense", "payable", n, n * 100, "USD")
        for n in range(ENTRIES)
    ]
    return Draft("close", "2026-Q1", {}, [Span("closes", "P", "2026-Q1", 20260101, 20260331, 2026)], entries)


def _company() -> dict[str, list[list[Any]]]:
    people = [f"E{n:05}" for n in range(PEOPLE)]
    return {
        "plans": [["plan_id", "model", "pay_period", "target_basis", "target_value"],
                  ["P", "base_bonus", "quarter", "ratio", 0.1]],
        "components": [["plan_id", "component_id", "type", "weight", "measure", "cumulative"],
                       ["P", "nrr", "metric", 0.6, "NRR", "ytd_sum"],
                       ["P", "grr", "metric", 0.4, "GRR", "discrete"]],
        "roster": [["employee_id", "plan_id", "base_salary", "hire_date"],
                   *([who, "P", 90_000 + 7 * n, "2024-01-01"] for n, who in enumerate(people))],
        "results": [["period", "scope", "id", "measure", "actual", "goal"],
                    *(["2026-Q1", "individual", who, measure, 0.7 + n % 31 / 100, 1]
                      for n, who in enumerate(people) for measure in ("NRR", "GRR"))],
    }  # fmt: skip
