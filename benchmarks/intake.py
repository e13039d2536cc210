"""What importing 100,000 rows costs: a dirty CRM report, and its writing into a workbook."""

import random
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks._table import table
from csm_xl.engine.components import component_types
from csm_xl.intake.column_answers import Around
from csm_xl.intake.files import grid_of_source
from csm_xl.intake.proposal import completed
from csm_xl.intake.run import run
from csm_xl.intake.sources_reading import sources_of
from csm_xl.plan.schema import schemas
from csm_xl.plan.tables import read_tables

ROWS = 100_000
TARGET = 10.0
"""Seconds of CPU for reading, mapping and checking every cell."""
MAPPING = """
[[source]]
table = "deals"
from = "report.csv"
columns = { deal_id = "Opportunity ID", date = "Close Date", amount = "Amount", kind = "Type" }
values.kind = { "Existing Business - Upsell" = "upsell", "Renewal" = "renewal" }
where.Stage = "Closed Won"
dates = "mdy"
number = "$1,234.50"
join.employee_id = { column = "Owner", file = "people.csv", key = "Name", value = "ID" }
"""


def report(folder: Path, rows: int) -> None:
    """A CRM report of made-up deals, and the people who own them."""
    draw = random.Random(1)
    lines = ['"Opportunity ID","Close Date","Amount","Type","Stage","Owner"']
    for row in range(rows):
        month, day = 1 + row % 12, 1 + row % 28
        kind = ("Existing Business - Upsell", "Renewal")[row % 2]
        stage = "Closed Lost" if row % 10 == 0 else "Closed Won"
        amount = f"${draw.randrange(1, 10**7) / 100:,.2f}"
        lines.append(
            f'"D{row:07}","{month:02}/{day:02}/2026","{amount}","{kind}","{stage}","Sample {row % 200:03}"'
        )
    lines += ["", f'"Grand Totals ({rows} records)"', '"Confidential Information"']
    (folder / "report.csv").write_text("\n".join(lines), encoding="utf-8")
    people = "".join(f"Sample {n:03},E{n:04}\n" for n in range(200))
    (folder / "people.csv").write_text(f"Name,ID\n{people}", encoding="utf-8")


def main() -> int:
    """Measure a proposal, the mapping and the reading of every cell."""
    known = schemas(component_types())
    spent: list[tuple[str, float]] = []

    def lap(name: str, start: float) -> None:
        spent.append((name, time.process_time() - start))

    with TemporaryDirectory() as folder:
        report(Path(folder), ROWS)
        sources = sources_of(MAPPING, Path(folder) / "sources.toml", known)
        start = time.process_time()
        source = replace(sources.sources[0], dates="", number="")
        completed(source, grid_of_source(source, Path(folder)), known["deals"], Around())
        lap("what is open: columns and formats, from all values", start)
        start = time.process_time()
        (found,) = run(sources, known)
        lap("read, filter, map, look up", start)
        start = time.process_time()
        read = read_tables([found.raw], component_types())[0]["deals"]
        lap("read every cell as csm_xl does", start)
        size = (Path(folder) / "report.csv").stat().st_size / 1e6
    whole = sum(seconds for _, seconds in spent)
    print(f"## Importing {ROWS:,} rows\n")
    print(f"A CRM report of {size:.0f} MB: values mapped, dates and amounts in US format, owners looked")
    print(f"up by name, {ROWS - read.rows:,} rows filtered out. Seconds of CPU.\n")
    rows = [[name, f"{seconds:.2f}", ""] for name, seconds in spent]
    print(table(["step", "seconds", "target"], [*rows, ["together", f"{whole:.2f}", f"under {TARGET:.0f}"]]))
    return int(whole > TARGET)
