"""``csm-xl review``: the annual review pack for the plan committee, as HTML and PDF."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csm_xl.cli import show
from csm_xl.cli.files import read_input, read_source, replacing
from csm_xl.cli.load import decided, read, whole_period
from csm_xl.cli.options import Accept, AsJson, IgnoreColumn, MapColumn, SourceArgument
from csm_xl.cli.outputs import refuse_inputs
from csm_xl.errors import VALUE, CsmError, Issue

if TYPE_CHECKING:
    from csm_xl.plan.raw import RawTable
    from csm_xl.plan.tables import Tables
    from csm_xl.report.review_parts import Pack


def review(
    source: SourceArgument,
    out: Annotated[Path, typer.Option(help="Folder for the pack.")] = Path("review"),
    period: Annotated[
        str | None,
        typer.Option(
            help="Such as 2026 or 2026-Q1. Default: the year if all of it has results, otherwise the "
            "latest period."
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(help="The proposed plans: a workbook or folder; only its plans are used."),
    ] = None,
    trials: Annotated[int, typer.Option(help="Number of trials for the cost forecast.")] = 2000,
    seed: Annotated[int, typer.Option(help="Seed of the simulation; the same seed gives the same pack.")] = 1,
    budget: Annotated[float | None, typer.Option(help="Budget for the period's variable pay.")] = None,
    paper: Annotated[
        str | None, typer.Option(help="Letter or A4. Default: the paper size on Control, otherwise Letter.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The date shown on the pack. Default: today."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing pack.")] = False,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """Write the annual review for the plan committee: one HTML file and one PDF, without names.

    It shows what the plans pay, their health, pay curves, plan check findings, the cost forecast, and what
    proposed plans would change. A section without enough data says why.
    """
    from csm_xl.plan.filenames import mended_name
    from csm_xl.plan.paper import paper_of
    from csm_xl.report.review_html import html
    from csm_xl.report.review_pdf import pdf

    if budget is not None and not 0 < budget < float("inf"):
        raise CsmError(
            VALUE, "the budget must be above 0", "--budget", budget, "Give the amount that may be spent."
        )
    given, proposed = read_source(source), None if against is None else read_input(against)
    size = paper_of(paper or given.paper, "--paper")
    raws = [*given.tables, *decided(mapped, ignored, accept)]
    tables, warnings = read(raws, str(source), period)
    asked = period or whole_period(tables, given.period)
    paths = [out / f"review_{mended_name(asked)}.{ending}" for ending in ("html", "pdf")]
    for path in paths:
        refuse_inputs(path, (source, against))
    there = [path for path in paths if path.exists()]
    if there and not force:
        raise CsmError.of(
            Issue(
                VALUE,
                "the review already exists",
                str(path),
                None,
                "Choose another folder, or add --force.",
            )
            for path in there
        )
    with show.working(f"Review of {asked}") as told:
        pack, stopped = _pack(
            tables, asked, source.name, proposed, against.name if against else "", trials, seed, budget,
            as_of.date() if as_of else date.today(), told,
        )  # fmt: skip
        made = [html(pack).encode(), pdf(pack, size)]
    with ExitStack() as both:  # the two files belong together
        for path, data in zip(paths, made, strict=True):
            both.enter_context(replacing(path)).write_bytes(data)
    show.findings([*warnings, *stopped])
    if as_json:
        print(show.to_json({"period": pack.period, "files": [str(path) for path in paths],
                            "findings": [one.title for one in pack.sections]}))  # fmt: skip
        return
    for one in pack.sections:
        show.say(f"{one.topic}: {one.title}")
    show.say(f"The review for {pack.period} is in {paths[0]} and {paths[1].name}.")


def _pack(
    tables: Tables,
    period: str,
    source: str,
    proposed: list[RawTable] | None,
    against: str,
    trials: int,
    seed: int,
    budget: float | None,
    as_of: date,
    told: Callable[[str], None],
) -> tuple[Pack, list[Issue]]:
    """The pack, and what prevented paying its period."""
    from csm_xl.report.review import paid, review
    from csm_xl.report.review_design import comparison_section, cost_section, lint_section

    told("paying")
    done = paid(tables, period)
    codes = [part.currency for part in done.parts]
    if budget is not None and len(codes) > 1:
        raise CsmError(
            VALUE,
            "a budget needs a single currency, but the plans pay in several",
            "--budget",
            budget,
            f"They pay in {', '.join(codes)}: leave the budget out.",
        )
    told("lint")
    more = [lint_section(tables)]
    for code in codes:
        told("simulating")
        more.append(cost_section(
            tables, period, code, len(codes) > 1, trials=trials, seed=seed, budget=budget,
            proposed=proposed or (), progress=lambda at, of: told(f"simulating {at:,} of {of:,} people"),
        ))  # fmt: skip
    if proposed is not None and codes:
        more += comparison_section(tables, proposed, period, against, told)
    pack = review(tables, done, source, as_of, more)
    return pack, list(done.unpaid.issues) if done.unpaid else []
