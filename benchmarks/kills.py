"""Kill -9 while a workbook is updated, some hundred times: is a file ever torn, is anything left behind?

``CSM_XL_KILLS`` says how often; 500 without it.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

from benchmarks import _refresher
from benchmarks._table import table
from benchmarks._updater import ROWS, count_on, make
from csm_xl.errors import CsmError
from csm_xl.workbook.evaluate import Book, Place, load, plain
from csm_xl.workbook.lint import lint
from csm_xl.workbook.package import Package
from csm_xl.workbook.refresh.state import named_places

FAULTS = ("torn files", "updates lost", "other parts changed", "files left after the next run")
COUNTS = ("kills", "kills within an update", "updates made", *FAULTS)
UNTOUCHED = (
    "xl/worksheets/sheet2",
    "xl/drawings/",
    "xl/theme/",
    "xl/styles",
    "docProps/app",
    "docProps/core",
)


def kill(times: int, folder: Path, seed: int = 4) -> Counter[str]:
    """Kill an updater so many times, each time at another moment, and look at the file after each."""
    rng = random.Random(seed)
    path = make(folder / "book.xlsx")
    untouched = untouched_parts(path)
    counts = Counter(dict.fromkeys(COUNTS, 0))
    before = 0
    for _ in range(times):
        updater = subprocess.Popen(
            [sys.executable, "-m", "benchmarks._updater", str(path)], stdout=subprocess.PIPE
        )
        assert updater.stdout is not None
        updater.stdout.readline()  # what it imports is behind it
        time.sleep(rng.uniform(0.0, 0.15))
        updater.send_signal(signal.SIGKILL)
        updater.wait()
        updater.stdout.close()
        counts["kills"] += 1
        left = [one.name for one in folder.iterdir() if one != path]
        try:
            number = consistent(path)
        except (AssertionError, CsmError, zipfile.BadZipFile):
            counts["torn files"] += 1
            continue
        counts["kills within an update"] += bool(left)
        counts["updates lost"] += number < before
        counts["updates made"] += number - before
        counts["other parts changed"] += untouched_parts(path) != untouched
        before = number
    count_on(path)
    counts["files left after the next run"] += sum(one != path for one in folder.iterdir())
    return counts


def consistent(path: Path) -> int:
    """The number of the last update, once it is sure that every place of the file says the same."""
    package = Package(path)
    number = int(package.properties()["Updates"])
    book = load(package)
    assert book.values[Place("Out", 1, 2)] == number
    region = book.tables["tblout"]
    if number:
        assert region.last_row - region.first_row == ROWS + number % 7
        for row in range(region.first_row + 1, region.last_row + 1):
            assert book.values[Place("Out", row, 2)] == number
            assert Place("Out", row, 3) in book.formulas
    assert lint(path) == []
    return number


def untouched_parts(path: Path) -> dict[str, bytes]:
    """The parts that no update has a reason to change."""
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist() if name.startswith(UNTOUCHED)}


def kill_refreshes(times: int, folder: Path, seed: int = 5) -> Counter[str]:
    """Kill ``csm-xl refresh``'s own code so many times, and look at the workbook after each."""
    rng = random.Random(seed)
    path = _refresher.make(folder / "plan.xlsx")
    styles = styles_of(path)
    started = time.perf_counter()
    _refresher.refresh_on(path, 1)
    takes = time.perf_counter() - started
    counts = Counter(dict.fromkeys(COUNTS, 0))
    before = 1
    for _ in range(times):
        refresher = os.fork()  # with everything imported, so that every kill falls into a refresh
        if not refresher:
            _refresher.refresh_for_ever(path, before + 1)
        time.sleep(rng.uniform(0.0, 1.5 * takes))
        os.kill(refresher, signal.SIGKILL)
        os.waitpid(refresher, 0)
        counts["kills"] += 1
        left = [one.name for one in folder.iterdir() if one != path]
        try:
            number = refreshed(path)
        except (AssertionError, CsmError, zipfile.BadZipFile):
            counts["torn files"] += 1
            continue
        counts["kills within an update"] += bool(left)
        counts["updates lost"] += number < before
        counts["updates made"] += number - before
        counts["other parts changed"] += styles_of(path) != styles
        before = number
    _refresher.refresh_on(path, before + 1)
    counts["files left after the next run"] += sum(one != path for one in folder.iterdir())
    return counts


def refreshed(path: Path) -> int:
    """The number of the last refresh, once it is sure that Cover, Log and payout lines are all of it."""
    book = load(Package(path))
    log, lines = book.tables["tbllog"], book.tables["tblpayouts"]
    stated = book.values[named(book, "last_refresh")]
    number = round((stated - plain(_refresher.FIRST)) * 24 * 60)
    assert book.values[Place(log.sheet, log.last_row, log.first_column)] == stated
    period = book.values[named(book, "paid_period")]
    assert period == _refresher.PERIODS[number % len(_refresher.PERIODS)]
    paid = {book.values[Place(lines.sheet, row, lines.first_column)]
            for row in range(lines.first_row + 1, lines.last_row + 1)}  # fmt: skip
    assert paid == ({period} if "Q" in period else {f"{period}-Q{quarter}" for quarter in range(1, 5)})
    return number


def named(book: Book, name: str) -> Place:
    """The one cell of a name."""
    return named_places(book.names, book.sheets)[name]


def styles_of(path: Path) -> dict[str, bytes]:
    """The parts that no refresh has a reason to change."""
    with zipfile.ZipFile(path) as file:
        return {
            name: file.read(name) for name in file.namelist() if name.startswith(("xl/styles", "xl/theme"))
        }


def main() -> int:
    """Run it, and print the counts; 1 where a file was torn or something was left."""
    times = int(os.environ.get("CSM_XL_KILLS", "500"))
    with tempfile.TemporaryDirectory() as folder:
        patched = kill(times, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        paid = kill_refreshes(times, Path(folder))
    print("## Kill -9 while a workbook is patched, and while it is refreshed\n")
    print(
        table(["What", "Patch", "Refresh"], [[what, str(patched[what]), str(paid[what])] for what in COUNTS])
    )
    return int(any(counts[fault] for counts in (patched, paid) for fault in FAULTS))
