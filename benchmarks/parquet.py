"""`csm-xl pay` from Parquet to Parquet, against reading the same files and writing the same lines by pyarrow.

The ratio says how much the command costs beyond going through the files: reading cells, checking the plan and
its people, calculating, adding up and reporting. CPU seconds of all processes together, each command in a
process of its own, with the start of Python; of pyarrow only the work itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks._company import write_company
from benchmarks._table import table

SIZES = (10_000, 100_000)
WORKERS = (1, 2)
MB = 1024
_PYARROW = """
import sys, time
from pathlib import Path
from pyarrow import parquet

folder, lines, out = sys.argv[1:]
written = parquet.read_table(lines)
begin = time.process_time()
for path in sorted(Path(folder).glob("*.parquet")):
    parquet.read_table(path, use_threads=False)
parquet.write_table(written, out, compression="zstd")
print(time.process_time() - begin, written.num_rows)
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: CPU seconds of both, wall seconds and the largest process of the command, in MB."""

    people: int
    workers: int
    command: float
    wall: float
    peak: float
    pyarrow: float
    lines: int

    @property
    def ratio(self) -> float:
        """How many times as long the command takes."""
        return self.command / self.pyarrow


def as_parquet(source: Path, target: Path) -> None:
    """The CSV files of a folder as Parquet files; the plan stays TOML."""
    from pyarrow import csv, parquet

    target.mkdir()
    for file in sorted(source.iterdir()):
        if file.suffix == ".csv":
            parquet.write_table(csv.read_csv(file), target / f"{file.stem}.parquet")
        else:
            shutil.copy(file, target)


def measure(people: int) -> list[Measured]:
    """Pay a company of that many people by each number of workers, then let pyarrow go through the files."""
    with tempfile.TemporaryDirectory() as name:
        folder, given = Path(name, "csv"), Path(name, "in")
        write_company(people, folder)
        as_parquet(folder, given)
        runs = [(workers, *_paid(given, Path(name, str(workers)), workers)) for workers in WORKERS]
        lines = [Path(name, str(workers), "payouts.parquet") for workers in WORKERS]
        if len({file.read_bytes() for file in lines}) > 1:
            raise SystemExit("workers change what is paid")
        told = subprocess.run(
            [sys.executable, "-c", _PYARROW, str(given), str(lines[0]), str(Path(name, "again.parquet"))],
            check=True, capture_output=True, text=True,
        ).stdout.split()  # fmt: skip
    return [Measured(people, *run, float(told[0]), int(told[1])) for run in runs]


def _paid(given: Path, out: Path, workers: int) -> tuple[float, float, float]:
    """CPU and wall seconds of the command, and the memory of its largest process."""
    from time import monotonic

    words = ["pay", str(given), "--out", str(out), "--workers", str(workers)]
    command = [sys.executable, "-m", "csm_xl.cli", *words]
    begin = monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the command ended with {process.returncode}")
    return used.ru_utime + used.ru_stime, monotonic() - begin, used.ru_maxrss / MB


def main() -> None:
    """Print the table."""
    found = [one for people in SIZES for one in measure(people)]
    print("## From Parquet to Parquet: `csm-xl pay`, four quarters, against pyarrow\n")
    print(table(
        ["people", "payout lines", "workers", "pyarrow, CPU s", "csm-xl pay, CPU s", "ratio", "seconds",
         "peak MB"],
        [
            [f"{one.people:,}", f"{one.lines:,}", str(one.workers), f"{one.pyarrow:.2f}",
             f"{one.command:.2f}", f"{one.ratio:.1f}×", f"{one.wall:.1f}", f"{one.peak:,.0f}"]
            for one in found
        ],
    ))  # fmt: skip
    print("\nTarget with one worker: ratio ≤ 3×.")
