"""``csm-xl demo`` and ``csm-xl new``: workbooks made, from the sample or from a user's own files."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.text import Text

from csm_xl.cli import show
from csm_xl.cli.files import WORKBOOKS, read_input, replacing
from csm_xl.cli.summary import summary
from csm_xl.errors import NOT_FOUND, VALUE, CsmError

if TYPE_CHECKING:
    from csm_xl.plan.raw import RawTable

DEMO_FILE: Final = "csm_plan.xlsx"


def demo(
    out: Annotated[Path, typer.Option(help="Folder of the workbook.")] = Path("workbooks"),
) -> None:
    """Build csm_plan.xlsx, pay 60 sample people under six plans over four quarters, prove every formula."""
    from csm_xl.engine.run import run
    from csm_xl.workbook.build import build
    from csm_xl.workbook.check import check
    from csm_xl.workbook.sample import YEAR, sample_raw_tables

    started = perf_counter()
    path = out / DEMO_FILE
    tables = sample_raw_tables()
    with show.working("Paying 60 people over four quarters"):
        result = run(tables, str(YEAR))
    with show.working(f"Building {path}"), replacing(path) as temporary:
        build(temporary, tables)
    with show.working("Recalculating every formula and comparing it with Python"):
        found = check(path)
    if found:
        raise CsmError.of(found)
    lines, totals = result.rows(), result.totals()
    summary(lines, totals, ["USD"], str(YEAR))
