"""``csm-xl health`` and ``csm-xl paygap``: a plan in operation, and why two groups are paid differently."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from csm_xl.cli import show
from csm_xl.cli.files import read_source, row_writer
from csm_xl.cli.options import Accept, AsJson, Force, IgnoreColumn, MapColumn
from csm_xl.cli.reading import decided, note_open, periods_with_results, read
from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.extras import require

if TYPE_CHECKING:
    from csm_xl.analysis.health import People
    from csm_xl.engine.lines import Lines
    from csm_xl.plan.table import Tables

Out = Annotated[Path | None, typer.Option(help="Write the table to this .csv or .xlsx.")]
_RATIOS: Final = frozenset({
    "paid_to_target", "share_at_threshold", "share_at_target", "share_at_excellence",
})  # fmt: skip


def health(
    source: Annotated[Path, typer.Argument(help="A workbook, or a folder of CSV files and TOML plans.")],
    period: Annotated[
        str | None, typer.Option(help="2026-Q1, 2026 …; without it, every period that has results.")
    ] = None,
    excellence: Annotated[
        float, typer.Option(help="Multiple of target from which a payout counts as excellent.", min=0.01)
    ] = 1.5,
    out: Out = None,
    force: Force = False,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """How a plan does: who reached threshold, target and excellence, does pay follow performance.

    Where there are accounts, also what is paid for each unit of revenue that was kept.
    """
    from csm_xl.analysis.health import health as measured
    from csm_xl.analysis.health import health_rows
    from csm_xl.engine.run import run

    save = row_writer(out, (source,), force, private=True) if out else None
    given = read_source(source)
    tables, warnings = read([*given.tables, *decided(mapped, ignored, accept)], str(source), period)
    periods = [period] if period else periods_with_results(tables, given.period)
    with show.working(f"Paying {', '.join(periods)}"):
        runs = [run(tables, name) for name in periods]
    accounts = tables["accounts"].columns
    paid = {name for one in runs for name in one.names["period"]}
    kept = sum(end for name, end in zip(accounts["period"], accounts["end"], strict=True) if name in paid)
    rows = health_rows(measured(_people(tables, runs), excellence, float(kept) or None))
    if save:
        save(rows)
    if as_json:
        print(show.to_json([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]))
        return
    show.findings(warnings)
    note_open([name for one in runs for name in one.open])
    show.table(("plan", "measure", "value", "norm", ""), map(_shown, rows[1:]), ", ".join(periods))


def _people(tables: Tables, runs: Sequence[Lines]) -> People:
    """The payout lines of several periods, gathered by person and plan."""
    import numpy as np

    from csm_xl.analysis.health import people_of
    from csm_xl.analysis.scenario import currencies

    def coded(name: str) -> list[str]:
        return [one.names[name][code] for one in runs for code in one.columns[name].tolist()]

    def figures(name: str) -> Any:
        return np.concatenate([one.columns[name] for one in runs])

    return people_of(coded("employee_id"), coded("plan_id"), figures("component_target"),
                     figures("attainment"), figures("amount"),
                     [code for one in runs for code in currencies(tables, one)])  # fmt: skip


def _shown(row: Sequence[Any]) -> list[Any]:
    plan, measure, value, norm, verdict = row
    told = f"{value:.1%}" if measure in _RATIOS and value is not None else value
    if measure == "people":
        told = int(value)
    if measure in ("rank_correlation", "gini", "payout_per_retained") and value is not None:
        told = f"{value:.3f}"
    return [plan, measure.replace("_", " "), told, norm or "", verdict or ""]


def paygap(
    file: Annotated[Path, typer.Argument(help="A CSV file, a row a person, with headers.")],
    pay: Annotated[str, typer.Option(help="The column of pay: base, variable or total.")],
    group: Annotated[str, typer.Option(help="The column that says which of two groups a person is of.")],
    covariates: Annotated[
        str, typer.Option("--with", help="Columns of what is counted of a person, between commas.")
    ],
    out: Out = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Why two groups are paid differently: what they have and how it is paid (Oaxaca–Blinder).

    Groups of fewer than 10 people are not told. A gap that nothing explains is not yet a proof of anything.
    """
    import numpy as np

    from csm_xl.analysis.paygap import NEEDS, gap_rows, pay_gap, values_of

    require(NEEDS, "csm-xl paygap")
    save = row_writer(out, (file,), force, private=True) if out else None
    columns = _columns(file, [pay, group, *(name.strip() for name in covariates.split(","))])
    (_, paid), (_, groups), *counted = columns.items()
    figures = values_of(paid, pay)
    wrong = [value for value in figures if not isinstance(value, float)]
    if wrong:
        raise CsmError(VALUE, "the column of pay holds what is no number", f"{file.name}, {pay}", wrong[0],
                       "Leave the row out, or type a number.")  # fmt: skip
    gap = pay_gap(np.array(figures), values_of(groups, group),
                  {name: values_of(values, name) for name, values in counted})  # fmt: skip
    rows = gap_rows(gap)
    if save:
        save(rows)
    if as_json:
        print(show.to_json([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]))
        return
    told = [[part, value, error, None if share is None else f"{share:.1%}"]
            for part, value, error, share in rows[1:]]  # fmt: skip
    show.table(
        ("part", "amount", "standard error", "share of the gap"), told, f"{file.name}: {pay} by {group}"
    )


def _columns(file: Path, wanted: Sequence[str]) -> dict[str, list[Any]]:
    """Columns of a CSV file by name, numbers as such.

    Errors: every column that it does not have.
    """
    from csm_xl.errors import listed
    from csm_xl.plan.names import header_name
    from csm_xl.plan.raw import RawTable

    rows = RawTable.of_csv(file).rows
    known = [header_name(str(header)) for header in rows[0]]
    missing = [name for name in wanted if header_name(name) not in known]
    if missing:
        raise CsmError(NOT_FOUND, f"the file has no column {listed(missing)}", str(file), None,
                       f"It has {listed(known, 99)}.")  # fmt: skip
    if len(set(wanted)) < len(wanted):
        raise CsmError(VALUE, "a column is named twice", "--with", ", ".join(wanted), "Name each once.")
    return {name: [_number(row[known.index(header_name(name))]) for row in rows[1:]] for name in wanted}


def _number(cell: Any) -> Any:
    """A cell as a number where it is one."""
    try:
        return float(cell)
    except (TypeError, ValueError):
        return cell
