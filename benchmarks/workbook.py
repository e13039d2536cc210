"""What the commands cost on a workbook of 1,000 people over four quarters: CPU and memory."""

import os
import random
import subprocess
import sys
from csv import writer
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks._table import table

PEOPLE = 1_000
TEAM = 50
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
PLAN = """
[[plans]]
plan_id = "csm"
model = "base_variable"
pay_period = "quarter"
target_basis = "ratio"
target_value = 0.15

[[components]]
plan_id = "csm"
component_id = "retention"
type = "metric"
weight = 0.4
measure = "GRR"
scope = "team"
curve_id = "c"

[[components]]
plan_id = "csm"
component_id = "growth"
type = "metric"
weight = 0.3
measure = "NRR"
scope = "individual"
curve_id = "c"

[[components]]
plan_id = "csm"
component_id = "goals"
type = "goals"
weight = 0.3

[[components]]
plan_id = "csm"
component_id = "upsell"
type = "commission"
credit_role = "csm"
rate = 0.02

[[curves]]
curve_id = "c"
knots = [[0.8, 0.5], [1.0, 1.0], [1.2, 1.5]]
"""
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
    draw = random.Random(7)
    ids = [f"E{number:05}" for number in range(people)]
    teams = [f"T{number // TEAM:03}" for number in range(people)]
    deals = [f"D{number:06}" for number in range(len(QUARTERS) * people)]
    days = [f"2026-{3 * (number // people) + draw.randint(1, 3):02}-15" for number in range(len(deals))]
    salaries = [500 * draw.randint(120, 400) for _ in ids]
    rows: dict[str, list[tuple[object, ...]]] = {
        "roster": [("employee_id", "plan_id", "base_salary", "hire_date", "team"),
                   *((who, "csm", salary, "2024-01-08", team)
                     for who, salary, team in zip(ids, salaries, teams, strict=True))],
        "results": [("period", "scope", "id", "measure", "actual", "goal"),
                    *((quarter, "individual", who, "NRR", round(draw.gauss(1.03, 0.1), 4), 1.05)
                      for quarter in QUARTERS for who in ids),
                    *((quarter, "team", team, "GRR", round(min(1.0, draw.gauss(0.92, 0.04)), 4), 0.93)
                      for quarter in QUARTERS for team in dict.fromkeys(teams))],
        "goals": [("period", "employee_id", "goal", "weight", "score"),
                  *((quarter, who, goal, weight, draw.randint(0, 24) / 20)
                    for quarter in QUARTERS for who in ids
                    for goal, weight in (("adoption", 0.6), ("reviews", 0.4)))],
        "deals": [("deal_id", "date", "amount", "kind"),
                  *((deal, day, round(draw.lognormvariate(10, 0.8), 2), "upsell")
                    for deal, day in zip(deals, days, strict=True))],
        "credits": [("deal_id", "employee_id", "role", "share"),
                    *((deal, ids[number % people], "csm", 1.0) for number, deal in enumerate(deals))],
    }  # fmt: skip
    options = []
    for name, cells in rows.items():
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer(file).writerows(cells)
        options += [f"--{name}", str(path)]
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    return options


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
        names = {"book": str(folder / "book.xlsx"), "plan": str(folder / "plan.toml")}
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
