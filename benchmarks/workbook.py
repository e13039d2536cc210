"""What the commands cost on a workbook of 1,000 people over four quarters: CPU and memory."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks._company import QUARTERS, write_company
from benchmarks._table import table

PEOPLE = 1_000
COMMANDS = {
    "new": ("new", "{book}", "--plan", "{plan}", "--force", "{files}"),
    "check": ("check", "{book}"),
    "refresh": ("refresh", "{book}"),
    "recalc": ("recalc", "{book}"),
    "statements of a quarter": ("statements", "{book}", "--period", QUARTERS[1], "--out", "{out}"),
    "review of a quarter": ("review", "{book}", "--period", QUARTERS[1], "--trials", "100",
                            "--out", "{out}"),
}  # fmt: skip
PLAIN = "openpyxl: read and write it"
READ_AND_WRITE = "import sys, openpyxl; openpyxl.load_workbook(sys.argv[1]).save(sys.argv[2])"
MOST = {"refresh": 2.0, "check": 2.0}
"""How often the CPU of the plain way a command may take."""


def company(folder: Path, people: int) -> list[str]:
    """The tables of a made-up company as CSV files; the options of `csm-xl new` that name them."""
    write_company(people, folder)
    return [word for path in sorted(folder.glob("*.csv")) for word in (f"--{path.stem}", str(path))]


def measured(words: list[str]) -> tuple[float, float]:
    """The seconds of CPU of a command and its peak of memory in MB, those of its own processes included.

    Errors: `RuntimeError` where it fails.
    """
    with subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True) as process:  # fmt: skip
        said = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(words[:4])}: {said[-2000:]}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> int:
    """Measure every command on one workbook, and the plain way beside them."""
    with TemporaryDirectory() as there:
        folder = Path(there)
        files = company(folder, PEOPLE)
        names = {"book": str(folder / "book.xlsx"), "plan": str(folder / "csm.toml")}
        found = {}
        for name, words in COMMANDS.items():
            names["out"] = str(folder / name)
            said = [one.format(**names) for one in words if one != "{files}"]
            said += files if "{files}" in words else []
            found[name] = measured(["-m", "csm_xl.cli", *said])
        plain = measured(["-c", READ_AND_WRITE, names["book"], str(folder / "copy.xlsx")])
        size = Path(names["book"]).stat().st_size / 1e6
    print(f"## A workbook of {PEOPLE:,} people over four quarters\n")
    print(f"{size:.1f} MB. Seconds of CPU and the peak of memory of each command; the ratio is to the CPU")
    print("of openpyxl, which calculates nothing.\n")
    targets = {name: f"≤ {most:g}×" for name, most in MOST.items()}
    rows = [
        [name, f"{cpu:.1f}", f"{peak:.0f} MB", f"{cpu / plain[0]:.2f}×", targets.get(name, "")]
        for name, (cpu, peak) in found.items()
    ]
    rows.append([PLAIN, f"{plain[0]:.1f}", f"{plain[1]:.0f} MB", "", ""])
    print(table(["command", "CPU (s)", "memory", "ratio", "target"], rows))
    return int(any(found[name][0] > most * plain[0] for name, most in MOST.items()))
