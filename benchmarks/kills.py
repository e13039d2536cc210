"""Kill -9 while a workbook is updated, some hundred times: is a file ever torn, is anything left behind?

``CSM_XL_KILLS`` says how often; 500 without it.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from benchmarks import _refresher
from benchmarks._table import table
from benchmarks._updater import ROWS, count_on, make
from csm_xl.errors import CsmError
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.lint import lint
from csm_xl.xlsx.named_cells import named_places
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.serial_dates import plain

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


@dataclass(frozen=True)
class Updates:
    """A way to update a workbook, again and again.

    path: the workbook, made and updated as often as `before` says. update: makes the update of a number.
    whole: the number of the last update, once it is sure that every place of the file says the same.
    untouched: the start of the names of parts that no update has a reason to change.
    """

    path: Path
    before: int
    update: Callable[[Path, int], None]
    whole: Callable[[Path], int]
    untouched: tuple[str, ...]

    def parts(self) -> dict[str, bytes]:
        """The parts that must stay."""
        with zipfile.ZipFile(self.path) as file:
            return {name: file.read(name) for name in file.namelist() if name.startswith(self.untouched)}

    def others(self) -> list[Path]:
        """What else is in the folder."""
        return [one for one in self.path.parent.iterdir() if one != self.path]


def patches(folder: Path) -> Updates:
    """Updates by the patch alone."""
    return Updates(make(folder / "book.xlsx"), 0, lambda path, _: count_on(path), consistent, UNTOUCHED)


def refreshes(folder: Path) -> Updates:
    """Updates by ``csm-xl refresh``'s own code."""
    path = _refresher.make(folder / "plan.xlsx")
    return Updates(path, 0, _refresher.refresh_on, refreshed, ("xl/styles", "xl/theme"))


def kill(times: int, updates: Updates, seed: int = 4) -> Counter[str]:
    """Kill an updater several times, each time at another moment, and look at the file after each.

    The updater is forked with everything imported, so that nearly every kill falls into an update. It gets
    longer where none was completed and shorter where one was: about every other kill comes after one, so
    that all moments of an update are met, however busy the machine is.
    """
    rng = random.Random(seed)
    started = time.perf_counter()
    before = updates.before + 1
    updates.update(updates.path, before)
    longest = time.perf_counter() - started
    parts = updates.parts()
    counts = Counter(dict.fromkeys(COUNTS, 0))
    for _ in range(times):
        updater = _fork()
        if not updater:
            _update_for_ever(updates, before + 1)
        time.sleep(rng.uniform(0.0, longest))
        os.kill(updater, signal.SIGKILL)
        os.waitpid(updater, 0)
        counts["kills"] += 1
        left = updates.others()
        try:
            number = updates.whole(updates.path)
        except (AssertionError, CsmError, zipfile.BadZipFile):
            counts["torn files"] += 1
            continue
        counts["kills within an update"] += bool(left)
        counts["updates lost"] += number < before
        counts["updates made"] += number - before
        counts["other parts changed"] += updates.parts() != parts
        longest *= 0.9 if number > before else 1.1
        before = number
    updates.update(updates.path, before + 1)
    counts["files left after the next run"] += len(updates.others())
    return counts


def _fork() -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # NumPy's idle threads, which are not needed
        return os.fork()


def _update_for_ever(updates: Updates, number: int) -> NoReturn:
    try:
        while True:
            updates.update(updates.path, number)
            number += 1
    finally:
        os._exit(1)  # whatever went wrong, this process is no second one of its parent's


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


def refreshed(path: Path) -> int:
    """The number of the last refresh, once it is sure that Cover, Log and payout lines are all of it."""
    book = load(Package(path))
    log, lines = book.tables["tbllog"], book.tables["tblpayouts"]
    stated = book.values[named(book, "last_refresh")]
    number: int = round((stated - plain(_refresher.FIRST)) * 24 * 60)
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


def main() -> int:
    """Run it, and print the counts; 1 where a file was torn or something was left."""
    times = int(os.environ.get("CSM_XL_KILLS", "500"))
    with tempfile.TemporaryDirectory() as folder:
        patched = kill(times, patches(Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        paid = kill(times, refreshes(Path(folder)))
    print("## Kill -9 while a workbook is patched, and while it is refreshed\n")
    print(
        table(["What", "Patch", "Refresh"], [[what, str(patched[what]), str(paid[what])] for what in COUNTS])
    )
    return int(any(counts[fault] for counts in (patched, paid) for fault in FAULTS))
