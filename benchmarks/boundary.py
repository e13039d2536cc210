"""What crossing from Excel to Python and back costs, through xlwings' own code for worksheet functions.

Real: xlwings' `CallUDF`, its reading of ranges and its conversions, and our functions. Replaced: COM itself
(tests/doors/windows.py), which adds time to every call, so many small calls cost even more in Excel.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, cast

import numpy as np
import pandas as pd

from benchmarks._table import table

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "doors"))

from windows import ComRange, call_udf, com_date, install

install()  # before xlwings' decorators are used, so that they hold what they are reported
import xlwings as xw  # noqa: E402

from csm_xl.excel.conversion import from_excel, to_excel  # noqa: E402
from csm_xl.functions.calling import Rows, raw_table  # noqa: E402

ROWS, COLUMNS = 10_000, 10
MOST = 0.2
"""Of the time of a DataFrame: what a crossing may take that also makes real dates and rows for COM, and takes
the noise of floats from what is shown."""


@xw.func
@xw.arg("frame", pd.DataFrame, index=False, header=False)
@xw.ret(index=False, header=False)
def frame_sum(frame: pd.DataFrame, target: float) -> pd.DataFrame:
    """CSM_OTE as xlwings' default conversions carry it."""
    return frame + target


@xw.func
@xw.arg("frame", pd.DataFrame, index=False)
@xw.ret(index=False)
def frame_table(frame: pd.DataFrame) -> pd.DataFrame:
    """A table in and out, as xlwings' default conversions carry it."""
    return frame


@xw.func
@xw.arg("cells", "raw")
@xw.ret("raw")
def carried_table(cells: Any) -> Sequence[Sequence[Any]]:
    """A table in and out, as our worksheet functions carry it."""
    return to_excel(cast(Rows, raw_table(from_excel(cells), 1).rows))


def interleaved(repeats: int, *calls: Callable[[], object]) -> list[float]:
    """The median milliseconds of each call, taken in turns so that a busy machine slows them alike."""
    for call in calls:
        call()
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(repeats):
        for spent, call in zip(times, calls, strict=True):
            start = perf_counter()
            call()
            spent.append(perf_counter() - start)
    return [1e3 * median(spent) for spent in times]


def numbers() -> list[float]:
    """CSM_OTE over a block of 10,000 × 10 numbers, against the same sum over a DataFrame."""
    block = np.random.default_rng(1).normal(1e5, 1e4, (ROWS, COLUMNS)).round(2)
    cells = ComRange(tuple(map(tuple, block.tolist())))
    return interleaved(
        7,
        lambda: call_udf("CSM_OTE", (cells, 5000.0)),
        lambda: call_udf("frame_sum", (cells, 5000.0), module=__name__),
    )


def mixed() -> list[float]:
    """A table of 10,000 × 10 texts, dates and numbers, blanks among them, in and out again."""
    drawn = np.random.default_rng(2).normal(1e5, 1e4, (ROWS, COLUMNS - 3)).round(2).tolist()
    day = com_date(2026, 1, 1)
    header = ("employee_id", "plan_id", "hire_date", *(f"amount_{i}" for i in range(COLUMNS - 3)))
    rows = [(f"E{i:05}", "A" if i % 7 else None, day, *row) for i, row in enumerate(drawn)]
    cells = ComRange((header, *rows))
    return interleaved(
        7,
        lambda: call_udf("carried_table", (cells,), module=__name__),
        lambda: call_udf("frame_table", (cells,), module=__name__),
    )


def one_call_and_many() -> list[float]:
    """CSM_TOTALCOMP on a column of 10,000, against a call for each of its cells."""
    salaries = np.random.default_rng(3).normal(1e5, 1e4, ROWS).round(2).tolist()
    column = ComRange(tuple((value,) for value in salaries))
    cells = [ComRange(value) for value in salaries]

    def many() -> None:
        for cell in cells:
            call_udf("CSM_TOTALCOMP", (cell, 25000.0))

    return interleaved(3, lambda: call_udf("CSM_TOTALCOMP", (column, 25000.0)), many)


def main() -> int:
    """Print the table; 1 where a target is missed."""
    rows, missed = [], False
    for name, against, measure, most in (
        ("10,000 × 10 numbers in and out (CSM_OTE)", "DataFrame conversion", numbers, MOST),
        ("10,000 × 10 table of text, dates, numbers in and out", "DataFrame conversion", mixed, MOST),
        ("one CSM_TOTALCOMP on 10,000 rows", "10,000 calls", one_call_and_many, 1 / 20),
    ):
        ours, theirs = measure()
        met = ours <= most * theirs
        missed |= not met
        shown, asked = (f"{ours / theirs:.3f}×", f"≤ {most}×") if most == MOST else (
            f"{theirs / ours:,.0f}× faster", f"≥ {1 / most:.0f}× faster")  # fmt: skip
        rows.append([name, f"{ours:.1f} ms", against, f"{theirs:,.1f} ms", shown,
                     asked if met else f"{asked} missed"])  # fmt: skip
    print("## The boundary: from Excel to Python and back, through xlwings\n")
    print(table(["crossing", "time", "against", "time", "ratio", "target"], rows))
    return int(missed)
