"""``csm-xl diff``: two versions of plans compared on the same people and results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from csm_xl.cli import show
from csm_xl.cli.files import read_input, read_source, row_writer
from csm_xl.cli.load import decided, note_open, open_within, read, whole_period
from csm_xl.cli.options import Accept, AsJson, Force, IgnoreColumn, LatestPeriod, MapColumn
from csm_xl.cli.summary import NAME_WIDTH
from csm_xl.errors import VALUE, CsmError

if TYPE_CHECKING:
    from csm_xl.analysis.diff import PlanDiff

_SHOWN: Final = 10


def diff(
    file_a: Annotated[Path, typer.Argument(help="A workbook or folder: plans, people and results.")],
    file_b: Annotated[
        Path | None, typer.Argument(help="Another workbook or folder; only its plans are used.")
    ] = None,
    period: LatestPeriod = None,
    plan: Annotated[
        str | None, typer.Option("--plan", help="Instead of FILE_B: the plan_id of the plan people are on.")
    ] = None,
    other: Annotated[
        str | None, typer.Option("--with", help="With --plan: the plan_id of the plan to compare it with.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write totals, changes, groups and people to this .csv or .xlsx.")
    ] = None,
    force: Force = False,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """Compare two versions of plans: who gains, who loses, what it costs, and which change causes it.

    Changes are applied one after another and add up to the whole difference, to the cent.
    """
    from csm_xl.analysis import diff as analysis
    from csm_xl.plan.display_names import DisplayNames

    if (file_b is None) != (plan is not None and other is not None) or (plan is None) != (other is None):
        raise CsmError(VALUE, "a comparison needs two files, or two plans of one file", "FILE_B", None,
                       "Give FILE_B, or --plan and --with.")  # fmt: skip
    save = row_writer(out, (file_a, file_b), force, private=True) if out else None
    given, choices = read_source(file_a), decided(mapped, ignored, accept)
    tables, warnings = read([*given.tables, *choices], str(file_a), period)
    when = period or whole_period(tables, given.period)
    with show.working("Paying") as told:
        if file_b is not None:
            found = analysis.diff(tables, [*read_input(file_b), *choices], when, told)
        else:
            found = analysis.diff_of_plans(tables, when, plan or "", other or "", told)
    rows = found.rows()
    if save:
        save(rows)
    if as_json:
        header, *body = rows
        lines = [dict(zip(header, row, strict=True)) for row in body]
        header, *body = DisplayNames(tables).beside(found.persons())
        people = [dict(zip(header, row, strict=True)) for row in body]
        waterfalls = {
            one: [dict(zip(analysis.WATERFALL_HEADER, row, strict=True)) for row in found.waterfall(one)[1:]]
            for one in found.currencies
        }
        parts = {part: [line for line in lines if line["part"] == part] for part in
                 ("total", "change", "adjustment", analysis.UNKNOWN, *analysis.GROUPS)}  # fmt: skip
        document = {"period": when, **parts, "people": people, "waterfall": waterfalls,
                    "warnings": [show.issue_record(issue) for issue in warnings]}  # fmt: skip
        print(show.to_json(document))
        return
    show.findings(warnings)
    note_open(open_within(tables, when))
    if file_b is not None:
        show.note(f"Of {file_b.name} only the plans are used; people and results are those of {file_a.name}.")
    _tell(found, DisplayNames(tables).beside(found.persons(), NAME_WIDTH), rows, when)
    if out:
        show.note(f"{len(rows) - 1:,} rows written to {out}")


def _tell(found: PlanDiff, persons: list[list[Any]], rows: list[list[Any]], period: str) -> None:
    from csm_xl.analysis.diff import UNKNOWN

    header = rows[0]
    for title, parts in (
        (f"Cost, {period}", ["total"]),
        ("Effect of each change, applied in turn", ["change"]),
        ("Adjustments, paid as typed under either plan", ["adjustment"]),
        ("New components without data", [UNKNOWN]),
        ("Winners and losers", ["plan", "level", "location", "manager"]),
    ):
        body = [row for row in rows[1:] if row[0] in parts]
        if body:
            skip = len(parts) == 1
            show.table(header[skip:], [row[skip:] for row in body], title)
        elif parts == ["change"]:
            show.say("The plans do not differ in anything that affects pay.")
    header, *people = persons
    ranked = sorted(people, key=lambda row: row[-1])
    gain = [row for row in reversed(ranked) if row[-1] > 0]
    loss = [row for row in ranked if row[-1] < 0]
    for title, body in (("gain", gain), ("lose", loss)):
        if body:
            most = f", the top {_SHOWN} of {len(body):,}" if len(body) > _SHOWN else ""
            show.table(header, body[:_SHOWN], f"Those who {title}{most}")
    same = len(people) - len(gain) - len(loss)
    show.say(f"{len(gain):,} gain, {len(loss):,} lose, {same:,} unchanged.")
