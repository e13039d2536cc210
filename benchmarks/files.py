"""`csm-xl pay` from CSV files to a CSV file, against what the csv module alone needs for the same cells.

The csv module reads every input row by row, keeping none, and writes the payout lines from numbers and texts
that it already has. So the ratio says how much the command costs beyond going through the files: reading
cells, checking the plan and its people, calculating, adding up and reporting. CPU seconds, each in a process
of its own; that of the command includes the start of Python.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks._company import write_company
from benchmarks._table import table

SIZES = (10_000, 20_000, 100_000)
MB = 1024
_CSV_MODULE = """
import csv, sys, time
from pathlib import Path

def value(cell):
    try:
        return float(cell) if cell else None
    except ValueError:
        return cell

folder, lines, out = sys.argv[1:]
with open(lines, encoding="utf-8", newline="") as file:
    rows = [[value(cell) for cell in row] for row in csv.reader(file)]
begin = time.process_time()
for path in sorted(Path(folder).glob("*.csv")):
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            pass
with open(out, "w", encoding="utf-8", newline="") as file:
    csv.writer(file, lineterminator="\\n").writerows(rows)
print(time.process_time() - begin, len(rows) - 1)
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One size: CPU seconds of both, the command's peak memory in MB, and how many lines it wrote."""

    people: int
    command: float
    csv_module: float
    peak: float
    lines: int

    @property
    def ratio(self) -> float:
        """How many times as long the command takes."""
        return self.command / self.csv_module

    @property
    def per_line(self) -> float:
        """CPU seconds of the command per line."""
        return self.command / self.lines


def measure(people: int) -> Measured:
    """Pay a company of that many people, then let the csv module go through the same cells."""
    with tempfile.TemporaryDirectory() as name:
        folder, lines, again = Path(name, "in"), Path(name, "lines.csv"), Path(name, "again.csv")
        write_company(people, folder)
        code = "import sys; from csm_xl.cli import main; sys.exit(main())"
        command = [sys.executable, "-c", code, "pay", str(folder), "--out", str(lines)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"the command ended with {process.returncode}")
        told = subprocess.run(
            [sys.executable, "-c", _CSV_MODULE, str(folder), str(lines), str(again)],
            check=True, capture_output=True, text=True,
        ).stdout.split()  # fmt: skip
    seconds = used.ru_utime + used.ru_stime
    return Measured(people, seconds, float(told[0]), used.ru_maxrss / MB, int(told[1]))


def main() -> None:
    """Print the table."""
    found = [measure(people) for people in SIZES]
    print("## From CSV to CSV: `csm-xl pay`, four quarters, against the csv module\n")
    print(table(
        ["people", "payout lines", "csv module, CPU s", "csm-xl pay, CPU s", "ratio", "peak MB"],
        [
            [f"{one.people:,}", f"{one.lines:,}", f"{one.csv_module:.2f}", f"{one.command:.2f}",
             f"{one.ratio:.1f}×", f"{one.peak:,.0f}"]
            for one in found
        ],
    ))  # fmt: skip
    growth, (least, *_, most) = found[-1].per_line / found[0].per_line, SIZES
    print(f"\nPer line, from {least:,} to {most:,} people: {growth:.2f}× (target ≤ 1.2×).")
    print("Targets at 100,000 people: ratio ≤ 1.0×, peak ≤ 1,000 MB.")
