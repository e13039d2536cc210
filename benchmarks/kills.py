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

from benchmarks._table import table
from benchmarks._updater import ROWS, count_on, make
from csm_xl.errors import CsmError
from csm_xl.workbook.evaluate import Place, load
from csm_xl.workbook.lint import lint
from csm_xl.workbook.package import Package

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


def main() -> int:
    """Run it, and print the counts; 1 where a file was torn or something was left."""
    times = int(os.environ.get("CSM_XL_KILLS", "500"))
    with tempfile.TemporaryDirectory() as folder:
        counts = kill(times, Path(folder))
    print("## Kill -9 while a workbook is updated\n")
    print(table(["What", "Times"], [[what, str(number)] for what, number in counts.items()]))
    return int(any(counts[fault] for fault in FAULTS))
