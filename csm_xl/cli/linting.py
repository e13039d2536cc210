"""``csm-xl lint``: the plan check, before anyone signs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from csm_xl.cli import show
from csm_xl.cli.files import read_input, row_writer
from csm_xl.cli.load import decided
from csm_xl.cli.options import Accept, AsJson, Force, IgnoreColumn, MapColumn
from csm_xl.errors import VALUE, CsmError, counted


def lint(
    source: Annotated[
        Path | None,
        typer.Argument(help="A workbook, a folder of CSV files and TOML plans, or one TOML plan."),
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option(help="Only this rule, such as W101. May be repeated.")
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="List the rules and why they matter.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the findings to this .csv or .xlsx file.")] = None,
    force: Force = False,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """Check plans: weights, cliffs, dead zones, caps, gates, goals, dates.

    Exit status 1 if a finding is an error.
    """
    from csm_xl.analysis.lint import RULES, lint_rows
    from csm_xl.analysis.lint import lint as look
    from csm_xl.plan.toml import from_toml

    if rules:
        _list_rules(as_json)
        return
    if source is None:
        raise CsmError(VALUE, "no file is given", "SOURCE", None,
                       "Give a workbook, a folder or a TOML plan, or use --rules.")  # fmt: skip
    save = row_writer(out, (source,), force, private=True) if out else None
    with show.working(f"Checking {source.name}"):
        raws = from_toml(source) if source.suffix.lower() == ".toml" else read_input(source)
        found = look([*raws, *decided(mapped, ignored, accept)], rule or ())
    if save:
        save(lint_rows(found))
    if as_json:
        document = [
            {"severity": one.severity, "rule": one.rule, "title": RULES[one.rule].title, "where": one.where,
             "message": one.message, "hint": one.hint, "location": one.where, "mend": one.hint}
            for one in found
        ]  # fmt: skip
        print(show.to_json({"file": str(source), "findings": document}))
    elif found:
        header, *rows = lint_rows(found)
        show.table(header, rows, f"{source}: {counted(len(found), 'finding')}")
    else:
        show.say(f"{source}: no findings.")
    if any(one.severity == "error" for one in found):
        raise typer.Exit(1)


def _list_rules(as_json: bool) -> None:
    from csm_xl.analysis.lint import RULES

    every = sorted(RULES.values(), key=lambda one: one.id[1:])
    if as_json:
        document = [
            {"rule": one.id, "severity": one.severity, "title": one.title, "why": one.why, "hint": one.hint,
             "needs": list(one.needs), "mend": one.hint}
            for one in every
        ]  # fmt: skip
        print(show.to_json({"rules": document}))
        return
    rows = [[one.id, one.severity, one.title, one.why, one.hint] for one in every]
    show.table(["rule", "severity", "what", "why", "what to do"], rows, f"{len(rows)} rules")
