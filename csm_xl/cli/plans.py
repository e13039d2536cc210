"""``csm-xl plans export`` and ``import``: plans as TOML in a repository, one file per plan."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csm_xl.cli import show
from csm_xl.cli.files import read_source, replacing
from csm_xl.cli.options import Force, SourceArgument
from csm_xl.cli.outputs import refuse_among_inputs, refuse_foreign, refuse_inputs
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from csm_xl.plan.raw import RawTable
    from csm_xl.plan.table import Tables

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, but write nothing.")]

plans = typer.Typer(no_args_is_help=True, help="Export and import plans as TOML files for a repository.")


@plans.command("export")
def export(
    source: SourceArgument,
    folder: Annotated[Path, typer.Argument(help="Folder for the plan files.")],
    dry_run: DryRun = False,
    force: Force = False,
) -> None:
    """Write every plan to its own TOML file; what several plans share goes into shared.toml.

    Files of plans that no longer exist are removed. The same plans always give the same files. A file that
    csm-xl did not write, such as one with comments, stays unless --force is given.
    """
    from csm_xl.plan.fingerprint import SHOWN, fingerprint
    from csm_xl.plan.folder import plan_files

    tables, warnings = _plan_part(read_source(source, as_typed=True).tables)
    files = plan_files(tables)
    for name in files:
        refuse_inputs(folder / name, (source,), "FOLDER")
        refuse_among_inputs(folder / name, (source,), "FOLDER")
    there = {file.name: file for file in _toml_files(folder)} if folder.is_dir() else {}
    stale = {name: file for name, file in there.items() if name not in files and _is_plan(file)}
    before_of = {name: _text_of(there[name]) for name in files if name in there}
    changed = {name: text for name, text in files.items() if before_of.get(name) != text}
    issues: list[Issue] = []
    replaced = {there[name]: text for name, text in changed.items() if name in there}
    for file, text in (replaced | dict.fromkeys(stale.values(), "")).items():
        try:
            refuse_foreign(file, partial(_exported, text), force, "FOLDER")
        except CsmError as error:
            issues += error.issues
    if issues:
        raise CsmError.of(issues)
    for name, text in changed.items():
        before = before_of.get(name)
        show.say(f"{'added' if before is None else 'changed'} {folder / name}")
        if not dry_run:
            with replacing(folder / name) as temporary:
                temporary.write_text(text, encoding="utf-8", newline="\n")
    for name, file in stale.items():
        show.say(f"removed {folder / name}")
        if not dry_run:
            file.unlink()
    show.findings(warnings)
    count = len(set(tables["plans"].columns["plan_id"].tolist()))
    show.say(f"{counted(count, 'plan')} in {folder}, fingerprint {fingerprint(tables)[:SHOWN]}"
             f"{'; nothing was written' if dry_run else ''}.")  # fmt: skip


@plans.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="The folder of TOML plans.")],
    file: Annotated[Path, typer.Argument(help="The workbook to write them into.")],
    dry_run: DryRun = False,
) -> None:
    """Replace a workbook's plans by those of a folder; nothing else in it changes.

    A plan whose file no longer exists is removed. Payouts do not change until the next refresh.
    """
    from csm_xl.plan.fingerprint import SHOWN
    from csm_xl.plan.folder import plan_tables
    from csm_xl.workbook.operations.plans import import_plans

    files = _toml_files(folder) if folder.is_dir() else []
    if not files:
        what = "the folder has no TOML plan" if folder.is_dir() else "no such folder"
        hint = "Give the folder that `csm-xl plans export` wrote."
        raise CsmError(NOT_FOUND, what, str(folder), None, hint)
    if file.suffix.lower() not in (".xlsx", ".xlsm"):
        hint = "Give an .xlsx or .xlsm file."
        raise CsmError(
            VALUE, "plans can only be imported into a workbook", str(file), file.suffix or None, hint
        )
    tables, warnings = _plan_part(plan_tables(files))
    with show.working(f"Writing {file.name}"):
        done = import_plans(file, tables, dry_run)
    for change in done.changes:
        show.say(str(change))
    show.findings(warnings)
    then = "refresh the workbook to pay by these plans" if done.written else "nothing was written"
    show.say(f"{file}: fingerprint {done.before[:SHOWN]} → {done.after[:SHOWN]}; {then}.")


def _toml_files(folder: Path) -> list[Path]:
    from csm_xl.intake.sources import is_mapping

    found = (file for file in folder.iterdir() if file.is_file() and file.suffix.lower() == ".toml")
    return sorted(file for file in found if not file.name.startswith(".") and not is_mapping(file))


def _is_plan(file: Path) -> bool:
    """Whether a file holds only plans, so that it may be deleted with its plan."""
    from csm_xl.plan.schema import PLAN_TABLES
    from csm_xl.plan.toml import from_toml

    try:
        return any(raw.name in PLAN_TABLES for raw in from_toml(file))
    except CsmError:
        return False


def _text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _exported(new: str, file: Path) -> bool:
    """Whether nothing that somebody wrote is lost with a file: it is as the export writes it, or means what
    the new text means, without comments."""
    from csm_xl.engine.components import component_types
    from csm_xl.plan.tables import read_tables
    from csm_xl.plan.toml import ORDER, from_toml, parse_toml, to_toml

    text = _text_of(file)
    if "#" not in text and parse_toml(text, file.name) == parse_toml(new, file.name):
        return True
    plain = to_toml(read_tables(from_toml(text, file.name), component_types())[0])
    return text == plain or (text.startswith(f"[{ORDER}]") and text.endswith(plain) and "#" not in text)


def _plan_part(raws: Iterable[RawTable]) -> tuple[Tables, list[Issue]]:
    """Only the plan tables, with their warnings. Errors: every error in them."""
    from csm_xl.engine.components import component_types
    from csm_xl.engine.loading import read_tables_to_pay
    from csm_xl.plan.schema import PLAN_TABLES
    from csm_xl.plan.tables import table_of

    mine = [raw for raw in raws if table_of(raw, component_types()) in PLAN_TABLES]
    tables, issues = read_tables_to_pay(mine, ("plans", "components"))
    errors = [issue for issue in issues if issue.severity == "error"]
    if errors:
        raise CsmError.of(errors)
    return tables, issues
