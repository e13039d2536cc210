"""``csm-xl health`` and ``csm-xl paygap``: a plan in operation, and the pay gap between two groups."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from csm_xl.cli import show
from csm_xl.cli.files import read_source, row_writer
from csm_xl.cli.load import decided, note_open, periods_with_results, read
from csm_xl.cli.options import Accept, AsJson, Force, IgnoreColumn, MapColumn, SourceArgument
from csm_xl.errors import NOT_FOUND, VALUE, CsmError

if TYPE_CHECKING:
    from csm_xl.analysis.health import People
    from csm_xl.engine.lines import Lines
    from csm_xl.plan.table import Tables

Out = Annotated[Path | None, typer.Option(help="Write the table to this .csv or .xlsx file.")]
_RATIOS: Final = frozenset({
    "paid_to_target", "share_at_threshold", "share_at_target", "share_at_excellence",
})  # fmt: skip


def health(
    source: SourceArgument,
    period: Annotated[
        str | None, typer.Option(help="Such as 2026-Q1 or 2026. Default: every period with results.")
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
    """Plan health: who reached threshold, target and excellence, and whether pay follows performance.

    With accounts, also the payout per unit of retained revenue.
    """
    from csm_xl.analysis.health import health as measured
    from csm_xl.analysis.health import health_rows
    from csm_xl.engine.payroll import Payroll
    from csm_xl.plan.paid_in import CURRENCY

    save = row_writer(out, (source,), force, private=True) if out else None
    given = read_source(source)
    tables, warnings = read([*given.tables, *decided(mapped, ignored, accept)], str(source), period)
    periods = [period] if period else periods_with_results(tables, given.period)
    with show.working(f"Paying {', '.join(periods)}"):
        payroll = Payroll.load(tables)
        runs = [payroll.pay(name) for name in periods]
    accounts = tables["accounts"].columns
    paid = {name for one in runs for name in one.names["period"]}
    kept = sum(end for name, end in zip(accounts["period"], accounts["end"], strict=True) if name in paid)
    found = measured(_people(tables, runs), excellence, float(kept) or None)
    header, *body = health_rows(found)
    rows = [[*header, CURRENCY], *([*row, one.currency] for row, one in zip(body, found, strict=True))]
    if save:
        save(rows)
    if as_json:
        print(show.to_json([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]))
        return
    show.findings(warnings)
    note_open([name for one in runs for name in one.open])
    codes = {one.currency for one in found}
    title = ", ".join([*periods, *(codes if len(codes) == 1 else ())])
    show.table(("plan", "measure", "value", "norm", ""), map(_shown, body), title)


def _people(tables: Tables, runs: Sequence[Lines]) -> People:
    """The payout lines of several periods, combined by person and plan."""
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
    file: Annotated[Path, typer.Argument(help="A CSV file with headers and one row per person.")],
    pay: Annotated[str, typer.Option(help="The pay column: base, variable or total.")],
    group: Annotated[str, typer.Option(help="The column with each person's group; two groups in all.")],
    covariates: Annotated[
        str, typer.Option("--with", help="Columns that may explain pay, separated by commas.")
    ],
    out: Out = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Explain the pay gap between two groups: differences in characteristics, and in how these are paid
    (Oaxaca–Blinder).

    Groups of fewer than 10 people are not shown. An unexplained gap alone does not prove anything.
    """
    import numpy as np

    from csm_xl.analysis.paygap import gap_rows, pay_gap, values_of

    save = row_writer(out, (file,), force, private=True) if out else None
    columns = _columns(file, [pay, group, *(name.strip() for name in covariates.split(","))])
    (_, paid), (_, groups), *counted = columns.items()
    figures = values_of(paid, pay)
    wrong = [value for value in figures if not isinstance(value, float)]
    if wrong:
        raise CsmError(
            VALUE,
            "the pay column holds something that is not a number",
            f"{file.name}, {pay}",
            wrong[0],
            "Delete the row, or enter a number.",
        )
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
    """Columns of a CSV file by name, with numbers as numbers.

    Errors: every column that is missing.
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
        raise CsmError(
            VALUE, "two columns have the same name", "--with", ", ".join(wanted), "Rename one of them."
        )
    people = list(rows[1:])
    while people and not any(map(str.strip, people[-1])):
        people.pop()
    at = {name: known.index(header_name(name)) for name in wanted}
    return {
        name: [_number(row[place]) if place < len(row) else None for row in people]
        for name, place in at.items()
    }


def _number(cell: Any) -> Any:
    """A cell as a number where it is one."""
    try:
        return float(cell)
    except (TypeError, ValueError):
        return cell
