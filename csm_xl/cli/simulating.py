"""``csm-xl simulate``: the cost forecast, and the range of each person's pay."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csm_xl.cli import show
from csm_xl.cli.files import read_input, read_source, row_writer
from csm_xl.cli.load import decided, periods_with_results, read
from csm_xl.cli.options import Accept, AsJson, CurrencyOption, Force, IgnoreColumn, MapColumn, SourceArgument
from csm_xl.errors import VALUE, CsmError, Issue, listed
from csm_xl.plan.raw import RawTable

if TYPE_CHECKING:
    from csm_xl.analysis.simulate import Simulation
    from csm_xl.plan.display_names import DisplayNames


def simulate(
    source: SourceArgument,
    period: Annotated[
        str | None, typer.Option(help="Such as 2026-Q1 or 2026. Default: the last period with results.")
    ] = None,
    trials: Annotated[int, typer.Option(help="Number of trials.")] = 10_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same draws on every computer.")] = 1,
    budget: Annotated[float | None, typer.Option(help="Budget for the period.")] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            help="A workbook or folder with another plan, simulated with the same draws; what it"
            " lacks, such as people, comes from the first."
        ),
    ] = None,
    distributions: Annotated[
        Path | None,
        typer.Option(help="CSV of distributions of attainment. Default: the table distributions."),
    ] = None,
    correlations: Annotated[
        Path | None, typer.Option(help="CSV of correlations. Default: the table correlations.")
    ] = None,
    currency: CurrencyOption = None,
    out: Annotated[
        Path | None, typer.Option(help="Write each person's figures to this .csv or .xlsx file.")
    ] = None,
    force: Force = False,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """Monte Carlo: draw every result many times, pay everyone each time, and show the range of outcomes.

    Attainments without a row in distributions are normal around those on results, with a standard deviation
    of 0.1. Measures stay within their range: GRR, logo retention and CSAT from 0% to 100%, churn and NRR from
    0, NPS from −100 to 100. With --against, the difference is calculated draw by draw.
    """
    from csm_xl.analysis.simulate import compare
    from csm_xl.engine.currency import all_in

    if budget is not None and not isfinite(budget):
        raise CsmError(VALUE, "the budget is not a number", "--budget", budget, "Enter an amount.")
    inputs = (source, against, distributions, correlations)
    save = row_writer(out, inputs, force, private=True) if out else None
    taken: list[str] = []
    given = (_csv(distributions), _csv(correlations))
    ours = read_source(source)
    raws = [*ours.tables, *decided(mapped, ignored, accept)]
    first, warnings, names = _simulated(raws, str(source), period, trials, seed, currency, given, ours.period)
    rows = first.figures(budget)
    people = all_in(names.beside(first.person_rows()), first.currency)
    sections: dict[str, list[list[Any]]] = {"figures": rows}
    if against is not None:
        brought = read_input(against)
        theirs, taken = _other(raws, brought), _taken(raws, brought, source, against)
        other, more, _ = _simulated(theirs, str(against), first.period, trials, seed, currency, given)
        warnings += [issue for issue in more if issue not in warnings]
        sections["against"] = other.figures(budget)
        sections["difference"] = compare(first, other).figures()
    if save:
        save(people)
    if as_json:
        document: dict[str, Any] = {
            "periods": list(first.periods),
            "currency": first.currency,
            **{name: dict(each[1:]) for name, each in sections.items()},
            "people": [dict(zip(people[0], row, strict=True)) for row in people[1:]],
            "notes": [*taken, *first.notes],
            "warnings": [show.issue_record(issue) for issue in warnings],
        }
        print(show.to_json(document))
        return
    show.findings(warnings)
    for name, each in sections.items():
        title = {"figures": str(source), "against": str(against), "difference": f"{against} − {source}"}[name]
        show.table(each[0], each[1:], f"{title}, {first.period}, {first.currency}", exact=True)
    for note in (*taken, *first.notes):
        show.note(note)
    if out:
        show.note(f"{len(people) - 1:,} people written to {out}")


def _taken(source: list[RawTable], against: list[RawTable], first: Path, other: Path) -> list[str]:
    """Where the second simulation takes its tables from, and whether its people differ."""
    from csm_xl.engine.components import component_types
    from csm_xl.plan.schema import PLAN_TABLES
    from csm_xl.plan.tables import table_of

    def names(raws: list[RawTable]) -> list[str]:
        return sorted({name for raw in raws if (name := table_of(raw, component_types()))})

    theirs = names(against)
    plans = any(name in PLAN_TABLES for name in theirs)
    own = [name for name in theirs if name not in PLAN_TABLES]
    ours = [name for name in names(source) if name not in theirs and name not in PLAN_TABLES]
    brings = [*(["the plans"] if plans else []), *own]
    rest = [*([] if plans else ["the plans"]), *ours]
    said = f"Against: {listed(brings) or 'nothing'} from {other}"
    return [f"{said}; {listed(rest) or 'nothing'} from {first}.", *_people(source, against, own)]


def _people(source: list[RawTable], against: list[RawTable], own: list[str]) -> list[str]:
    """Whether the second simulation pays different people, so that the difference is not only due to the
    plans."""
    if "roster" not in own:
        return []
    here, there = (_ids(raws) for raws in (source, against))
    both = len(here & there)
    if here == there:
        return []
    counts = f"{len(here):,} in the first, {len(there):,} in the second, {both:,} in both"
    return [f"The people are not the same: {counts}. The difference is due to both people and plans."]


def _ids(raws: list[RawTable]) -> set[str]:
    from csm_xl.engine.components import component_types
    from csm_xl.plan.tables import read_tables

    columns = read_tables(raws, component_types())[0]["roster"].columns
    return {str(name) for name in columns["employee_id"].tolist()}


def _csv(path: Path | None) -> RawTable | None:
    return None if path is None else RawTable.of_csv(path)


def _simulated(
    raws: list[RawTable], what: str, period: str | None, trials: int, seed: int, currency: str | None,
    given: tuple[RawTable | None, RawTable | None], asked: str | None = None,
) -> tuple[Simulation, list[Issue], DisplayNames]:  # fmt: skip
    """One simulation, with a progress bar on a terminal, the warnings about its tables, and their names."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from csm_xl.analysis.simulate import simulate as run
    from csm_xl.plan.display_names import DisplayNames

    tables, warnings = read(raws, what, period)
    when = period or periods_with_results(tables, asked)[-1]
    bar = Progress("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
                   console=show.console(error=True), transient=True)  # fmt: skip
    bar.disable = not bar.console.is_terminal
    with bar:
        task = bar.add_task(f"Simulating {when}, {trials:,} trials", total=None)
        found = run(
            tables, when, trials, seed, *given, currency,
            progress=lambda at, of: bar.update(task, completed=at, total=of),
        )  # fmt: skip
    return found, warnings, DisplayNames(tables)


def _other(source: list[RawTable], against: list[RawTable]) -> list[RawTable]:
    """The tables of another plan, with the source's tables for those that it lacks."""
    from csm_xl.engine.components import component_types
    from csm_xl.plan.decisions import DECISIONS
    from csm_xl.plan.schema import PLAN_TABLES
    from csm_xl.plan.tables import table_of

    there = {table_of(raw, component_types()) for raw in against}
    if there & set(PLAN_TABLES):
        there |= set(PLAN_TABLES)  # a plan's curves are its own, even if it has none
    return [
        *against,
        *(raw for raw in source if raw.name in DECISIONS or table_of(raw, component_types()) not in there),
    ]
