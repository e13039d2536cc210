"""Build csm_xl/excel/vbaProject.bin, the macros that a workbook ships with: ``make vba``.

xlwings writes the wrappers of the worksheet functions, and does so on Windows only; the stand-ins of
tests/doors/windows.py let its own code run anywhere.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "doors")]

from windows import udf_module  # noqa: E402

from csm_xl.excel.vba_project import workbook_macros  # noqa: E402
from csm_xl.excel.wrappers import vba_module  # noqa: E402
from csm_xl.workbook.layout import ORDER  # noqa: E402

BUILT = ROOT / "csm_xl" / "excel" / "vbaProject.bin"
CONFIGURATION = 1
"""The sheet of xlwings' settings, which only a workbook with macros has."""


def build() -> bytes:
    """The project for the sheets of the layout."""
    return workbook_macros(vba_module(udf_module()), len(ORDER) + CONFIGURATION)


if __name__ == "__main__":
    BUILT.write_bytes(build())
    print(f"{BUILT.relative_to(ROOT)}: {BUILT.stat().st_size:,} bytes, {len(ORDER) + CONFIGURATION} sheets")
