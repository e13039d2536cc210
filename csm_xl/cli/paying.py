"""``csm-xl pay``, ``check`` and ``explain``: pay people, check a workbook, explain one person's pay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from csm_xl.cli import show
from csm_xl.cli.collector import collector_paused
from csm_xl.cli.files import asked_period, read_source, row_writer
from csm_xl.cli.load import (
    decided,
    last_year,
    note_asked,
    note_cores,
    note_open,
    periods_to_pay,
    read,
    year_around,
)
from csm_xl.cli.options import Accept, AsJson, Force, IgnoreColumn, MapColumn, SourceArgument
from csm_xl.cli.parquet_out import parquet_file, parquet_writer
from csm_xl.cli.summary import NAME_WIDTH, summary
from csm_xl.errors import VALUE, CsmError, Issue, counted, faults, grouped, listed

if TYPE_CHECKING:
    from csm_xl.engine.lines import Lines
    from csm_xl.engine.person_year import PersonYears
    from csm_xl.plan.display_names import DisplayNames

Rows = Sequence[Sequence[Any]]
_MANY: Final = 12
"""Up to this many open periods are named one by one."""


@collector_paused()
def pay(
    source: SourceArgument,
    period: Annotated[
        str | None,
        typer.Option(
            help="Such as 2026-Q1, 2026-03 or 2026. Default: every period with results. With --total: a year."
            " Default then: the year on the workbook's Control, otherwise the last year with results."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write the payout lines to this .csv, .xlsx or .parquet file, or as payouts.parquet to this"
            " folder."
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(min=1, help="How many processes calculate. The amounts do not depend on it."),
    ] = 1,
    skip_errors: Annotated[
        bool, typer.Option("--skip-errors", help="Leave out the people who cannot be paid, and list them.")
    ] = False,
    total: Annotated[
        bool,
        typer.Option(
            "--total", help="Each person's total for the year: base, variable, equity, benefits, tax and net."
        ),
    ] = False,
    tax_year: Annotated[
        int | None, typer.Option(help="With --total: year of the tax figures, if not the same year.")
    ] = None,
    rest: Annotated[
        str | None,
        typer.Option(
            help="With --total: how to count variable pay with missing actuals: target, or"
            " zero (default). unmeasured_target shows it separately."
        ),
    ] = None,
    through: Annotated[
        str | None,
        typer.Option(
            help="With --total: the last period with complete actuals, if not the last with results."
        ),
    ] = None,
    in_currency: Annotated[
        str | None,
        typer.Option("--in", help="Also the total in this currency, at the rates of the table rates."),
    ] = None,
    force: Force = False,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """Pay everyone: a summary on the screen, and every payout line in --out.

    With --total, one row per person and year instead of payout lines; during the year, variable pay covers
    the periods with actuals. Errors stop the run and nothing is written, unless --skip-errors leaves those
    people out.
    """
    from csm_xl.engine.currency import SUMS, sums_by_currency, totals_by_currency
    from csm_xl.engine.exchanged import exchanged
    from csm_xl.engine.paid_lines import PaidLines
    from csm_xl.engine.payroll import Payroll
    from csm_xl.engine.person_year import RESTS, person_years
    from csm_xl.engine.remarks import remarks
    from csm_xl.engine.remarks.blank_results import WAITING
    from csm_xl.engine.remarks.other_periods import rows_outside
    from csm_xl.plan.display_names import DisplayNames
    from csm_xl.plan.paid_in import Currencies

    for option, typed in (("--tax-year", tax_year), ("--rest", rest), ("--through", through)):
        if typed is not None and not total:
            raise CsmError(VALUE, "this option needs --total", option, typed,
                           "Add --total, or leave the option out.")  # fmt: skip
    if in_currency is not None and total:
        raise CsmError(VALUE, "this option is for payout lines", "--in", in_currency,
                       "Leave out one of --in and --total.")  # fmt: skip
    if workers > 1 and total:
        raise CsmError(VALUE, "this option is for payout lines", "--workers", workers,
                       "Leave out one of --workers and --total.")  # fmt: skip
    save = _writer(out, source, force, total) if out else None
    given = read_source(source)
    on_control, raws = given.period, [*given.tables, *decided(mapped, ignored, accept)]
    del given  # what was read is not needed beside its tables, and is as large
    tables, warnings = read(raws, str(source), None if total else period, skip_errors)
    del raws
    names = DisplayNames(tables)
    if total:
        year, rest = (
            period or (year_around(tables, on_control) if on_control else last_year(tables)),
            rest or RESTS[0],
        )
        with show.working(f"Paying {year}"):
            result = person_years(tables, year, tax_year, skip_errors, rest, through)
        warnings = [*warnings, *rows_outside(tables, [year])]
        people = _total(result, names, year, tax_year, rest, warnings, save, as_json)
        if out:
            show.note(f"{counted(people, 'person', 'people')} written to {out}")
        return
    periods, shut = ([period], []) if period else periods_to_pay(tables)
    runs: list[Lines] | None = None
    complete: list[str] = []
    wrong: dict[Issue, None] = {}
    with show.working(f"Paying {', '.join(periods)}"):
        payroll = Payroll.load(tables, period, skip_errors)
        if workers > 1:
            from csm_xl.batch.workers import pay_in_workers

            note_cores(workers)
            runs = pay_in_workers(payroll, periods, workers)
        if runs is None:
            runs = []
            for name in periods:
                try:
                    runs.append(payroll.pay(name, skip_errors))
                    complete.append(name)
                except CsmError as error:  # other periods have their own findings
                    wrong |= dict.fromkeys(error.issues)
        del payroll  # what it looked up is not needed beside the lines
    if wrong:
        raise CsmError.of([*wrong, *_payable_alone(source, period, complete)])
    shut = list(dict.fromkeys([*(name for each in runs for name in each.open), *shut]))
    warnings = [*warnings, *remarks(tables, runs, periods)]
    left_out = [
        {"period": each, "employee_id": person, "reason": why}
        for each, result in zip(periods, runs, strict=True)
        for person, why in result.left_out
    ]
    known = Currencies(tables)
    lines = PaidLines(runs, known, names)
    in_one = exchanged(lines.rows(), tables, in_currency) if in_currency else None
    if save:
        save(lines)
    if as_json:
        by_currency = totals_by_currency(runs, known)
        document = {
            "periods": periods,
            "open": shut,
            "lines": records(lines.rows()),
            "totals": records(names.beside(by_currency)),
            "sums": records([SUMS, *sums_by_currency(by_currency)]),
            "left_out": left_out,
            "warnings": [show.issue_record(issue) for issue in warnings],
        }
        if in_one:
            in_all = {"currency": in_one.currency, "total": in_one.total, "of": records(in_one.rows())}
            document["in_currency"] = in_all
        print(show.to_json(document))
        return
    show.findings([one for one in warnings if one.kind not in WAITING])
    summary(runs, tables, ", ".join(periods))
    if in_one:
        parts = [f"{own:,.2f} {code} = {there:,.2f} {in_one.currency}"
                 for code, (own, there) in in_one.of.items() if code != in_one.currency]  # fmt: skip
        at_rates = f" (each line at the rate of its period: {listed(parts)})" if parts else ""
        show.say(f"Variable pay in {in_one.currency}: {in_one.total:,.2f}{at_rates}.")
    if on_control and not period:
        note_asked(tables, on_control)
    note_open(shut)
    for missing in warnings:
        if missing.kind in WAITING:
            show.note(f"{missing.where}: {missing.message}.")
    if left_out:
        show.note(f"{len(left_out)} left out, not paid:")
        for each in left_out:
            show.note(f"  {each['period']} {each['employee_id']}: {each['reason']}")
    if out:
        show.note(f"{len(lines):,} payout lines written to {out}")


def _writer(out: Path, source: Path, force: bool, total: bool) -> Callable[[Any], None]:
    """What writes the result to --out. Errors: what it may not be, before anybody is paid."""
    path = parquet_file(out)
    if path is None:
        return row_writer(out, (source,), force, private=True)
    if total:
        raise CsmError(VALUE, "Parquet is for payout lines", "--out", str(out),
                       "With --total, end the name in .csv or .xlsx.")  # fmt: skip
    return parquet_writer(path, source, force)


def _payable_alone(source: Path, asked: str | None, complete: Sequence[str]) -> list[Issue]:
    """A note on the periods that can be paid although others cannot, where nobody said which to pay."""
    if asked or not complete:
        return []
    what = f"{listed(complete)} {'has' if len(complete) == 1 else 'have'} everything that is needed"
    hint = f"To pay it now: csm-xl pay {source} --period {complete[-1]}."
    return [Issue(VALUE, what, "", None, hint, "note")]


def _total(
    result: PersonYears,
    names: DisplayNames,
    year: str,
    tax_year: int | None,
    rest: str,
    warnings: Sequence[Issue],
    save: Callable[[Rows], None] | None,
    as_json: bool,
) -> int:
    """Each person's year, on the screen and in the file if one is given. Returns the number of people."""
    from csm_xl.engine.person_year import year_sums

    named = names.beside(result.rows)
    if save:
        save(named)
    left_out = [{"employee_id": person, "reason": why} for person, why in result.left_out]
    if as_json:
        document = {
            "year": year,
            "tax_year": str(tax_year or year),
            "paid": result.paid,
            "open": result.open,
            "rest": rest,
            "total": records(named),
            "sums": records(year_sums(result.rows)),
            "left_out": left_out,
            "tax_notes": [{"note": note, "people": people} for note, people in result.tax_notes.items()],
            "warnings": [show.issue_record(issue) for issue in warnings],
        }
        print(show.to_json(document))
    else:
        show.findings(warnings)
        header, *rows = names.beside(result.rows, NAME_WIDTH)
        sums = year_sums(result.rows)[1:] if len(rows) > 1 else []
        blank = [""] * (1 + len(header) - len(result.rows[0]))
        totals = [["total", *blank, code, *money, None, waiting] for code, _, *money, waiting in sums]
        law = f", with the tax figures of {tax_year}" if tax_year and str(tax_year) != year else ""
        show.table(header, [*rows, *totals], f"Total pay, {year}; tax and net are estimates{law}")
        if any(row[-1] for row in result.rows[1:]):
            show.note(_open(result, rest))
        for note, people in result.tax_notes.items():
            show.note(f"{note[:1].upper()}{note[1:]}: {listed(people, _MANY)}.")
        for each in left_out:
            show.note(f"Left out, not paid: {each['employee_id']}: {each['reason']}")
    return len(result.rows) - 1


def _open(result: PersonYears, rest: str) -> str:
    """The periods of the year without results, and whether they count."""
    what = listed(result.open, _MANY) if result.open else "results with missing actuals"
    said = f"Without results: {what}. Their pay at target is in unmeasured_target "
    if rest == "target":
        return said + "and counts as variable pay."
    return said + "and is not in variable pay or the total; --rest target counts it."


def check(
    file: Annotated[Path, typer.Argument(help="The workbook.")],
    as_json: AsJson = False,
) -> None:
    """Check a workbook: recalculate every formula, pay everyone again, and compare each stored value.

    Exit status 1 if anything differs, is an error, or is missing. A value that another program saved in
    another form with the same meaning is only noted.
    """
    from csm_xl.workbook.operations.check import check as check_workbook

    with show.working(f"Recalculating {file.name}"):
        found = grouped(check_workbook(file))
    wrong = faults(found)
    if as_json:
        print(show.to_json({"file": str(file), "findings": [show.issue_record(issue) for issue in found]}))
    elif wrong:
        show.findings(found, f"{file}: {counted(len(wrong), 'finding')}")
    else:
        show.findings(found)
        show.say(f"{file}: every formula and every payout line matches what Python calculates.")
    if wrong:
        raise typer.Exit(1)


def explain(
    source: SourceArgument,
    employee: Annotated[str, typer.Argument(help="The employee_id.")],
    period: Annotated[
        str | None,
        typer.Argument(help="Such as 2026-Q1 or 2026-03. Default: the period on the workbook's Control."),
    ] = None,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """Explain one person's pay for a period, from inputs to payout, one step per row."""
    from csm_xl.engine.explain import Explanation
    from csm_xl.plan.cells import text
    from csm_xl.plan.display_names import DisplayNames

    people = [text(employee) or ""]
    given = read_source(source)
    period = asked_period(period, given)
    tables, _ = read([*given.tables, *decided(mapped, ignored, accept)], str(source), period, people=people)
    explanation = Explanation(tables, period, people=people)
    rows = explanation.rows(employee)
    if as_json:
        print(show.to_json(records(rows)))
    else:
        who = DisplayNames(tables).shown(employee)
        show.table(rows[0], rows[1:], f"{who}, {period}", exact=True)
        note_open(explanation.lines.open)


def records(rows: Rows) -> list[dict[str, Any]]:
    """Rows under a header as one object per row."""
    header, *body = rows
    return [dict(zip(header, row, strict=True)) for row in body]
