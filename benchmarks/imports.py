"""What importing costs: the registry with the engine, and the worksheet functions of Excel."""

import os
import subprocess
import sys
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks._table import table

REPEATS = 15
HEAVY = ("pandas", "polars", "pyarrow", "openpyxl", "xlwings", "xlsxwriter", "python_calamine", "typer")
REGISTRY = "import csm_xl.functions, csm_xl.engine, csm_xl.engine.run"
UDFS = "import csm_xl.excel.udfs"
TARGETS = ((REGISTRY, "import numpy", 1.5), (UDFS, "import xlwings", 1.3))


def fresh(code: str, cache: str) -> str:
    """What some code prints in a fresh interpreter, whose bytecode is kept in a folder of its own.

    An installed package has its bytecode beside it; a checkout may have none, or be kept from writing it.
    """
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout


def timed(statement: str) -> str:
    """Code that shows how long a statement takes."""
    return f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"


def interleaved(statements: tuple[str, ...], cache: str) -> list[float]:
    """The median seconds of each statement; the first turn only fills the caches."""
    times: dict[str, list[float]] = {statement: [] for statement in statements}
    for turn in range(REPEATS + 1):
        for statement, taken in times.items():
            spent = float(fresh(timed(statement), cache))
            if turn:
                taken.append(spent)
    return [median(taken) for taken in times.values()]


def loaded(statement: str, cache: str) -> list[str]:
    """The heavy packages that a statement imports."""
    code = f"import sys; {statement}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    return fresh(code, cache).split()


def main() -> int:
    """Print the table; 1 where a target is missed."""
    rows, missed = [], False
    with TemporaryDirectory() as cache:
        for statement, against, most in TARGETS:
            ours, theirs = interleaved((statement, against), cache)
            met = ours <= most * theirs
            missed |= not met
            rows.append([f"`{statement}`", f"{ours * 1e3:.0f} ms", f"`{against}`", f"{theirs * 1e3:.0f} ms",
                         f"{ours / theirs:.2f}×", f"≤ {most}×{'' if met else ' missed'}"])  # fmt: skip
        heavy = loaded(REGISTRY, cache)
    missed |= bool(heavy)
    print("## Imports in a fresh interpreter\n")
    print(table(["import", "time", "against", "time", "ratio", "target"], rows))
    print(f"\nOf {', '.join(HEAVY)} the registry and the engine import {', '.join(heavy) or 'none'}.")
    return int(missed)
