"""``csm-xl import`` and ``export``: exports of other systems into a workbook, and its tables out of it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csm_xl.cli import show
from csm_xl.cli.building import plan_of
from csm_xl.cli.exporting import table_text
from csm_xl.cli.files import WORKBOOKS, replacing
from csm_xl.cli.import_new import create_from_exports
from csm_xl.cli.import_questions import Disappeared, KeepRows, agreed, ask, ask_of_many, is_many, show_preview
from csm_xl.cli.load import decided
from csm_xl.cli.options import Accept
from csm_xl.cli.outputs import PRIVATE, refuse_foreign, refuse_inputs
from csm_xl.cli.refreshing import refresh as refresh_workbook
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, counted, listed
from csm_xl.intake.sources import FILE_NAME, PASTED

if TYPE_CHECKING:
    from csm_xl.intake.changes import TableChanges
    from csm_xl.intake.column_answers import Around
    from csm_xl.intake.grid import Grid
    from csm_xl.intake.mapped import Mapped
    from csm_xl.intake.proposal import Proposal
    from csm_xl.intake.questions import Question
    from csm_xl.intake.sources import Source, Sources
    from csm_xl.plan.schema import TableSchema


def import_(
    into: Annotated[
        Path,
        typer.Option("--into", help="The workbook (.xlsx, .xlsm), or folder of CSV tables, to import into."),
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Exports: CSV, Excel or Parquet. Without any, all sources of the mapping."),
    ] = None,
    sources: Annotated[
        Path | None,
        typer.Option(help="The mapping. Default: sources.toml next to the workbook, or in the folder."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask: open questions are listed, and nothing is written.")
    ] = False,
    accept_removed: Annotated[
        bool, typer.Option("--accept-removed", help="Remove rows that the exports no longer have.")
    ] = False,
    accept: Accept = None,
    plan: Annotated[
        str | None,
        typer.Option(help="For a new workbook: a template, or your own .toml plan."),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(
            help="Period to pay next, such as 2026-Q2. A new workbook pays it; in an existing one it is"
            " written to Control."
        ),
    ] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Then pay everyone, as csm-xl refresh does.")
    ] = False,
    preview: Annotated[
        Path | None, typer.Option(help="Write the mapping and the first rows to this .html page.")
    ] = None,
    draft: Annotated[
        Path | None,
        typer.Option(help="Only write the proposed mapping to this file, with open questions as comments."),
    ] = None,
) -> None:
    """Import exports of other systems into a workbook or a folder, by a mapping that is proposed and saved.

    You are asked about everything that can be read two ways; each question shows the line of sources.toml
    that answers it. Changes are shown before anything is written. Pay changes with the next refresh.
    """
    from csm_xl.intake.preview import is_preview, preview_of, preview_page
    from csm_xl.intake.proposal import saved_mapping
    from csm_xl.intake.run import run
    from csm_xl.workbook.operations.importing import mark_taken
    from csm_xl.workbook.operations.merging import reported_once
    from csm_xl.workbook.operations.stacking import joined

    a_folder = into.is_dir()
    if not a_folder and not into.suffix and not into.exists():
        raise CsmError(NOT_FOUND, "no such folder", "--into", str(into), "Create it, and put your TOML plan"
                       " in it; csm-xl plans export writes one.")  # fmt: skip
    if not a_folder and into.suffix.lower() not in WORKBOOKS:
        raise CsmError(VALUE, "exports are imported into a workbook or a folder", "--into", str(into),
                       "Give an .xlsx or .xlsm file, or the folder of your CSV tables.")  # fmt: skip
    if plan is not None and into.exists():
        again = _command(files or [], into, sources, period)
        raise CsmError(VALUE, f"the {'folder' if a_folder else 'workbook'} has plans already", "--plan", plan,
                       f"Leave it out: {again}. To replace plans: csm-xl plans import.")  # fmt: skip
    if refresh and a_folder:
        raise CsmError(VALUE, "a folder is not refreshed", "--refresh", str(into),
                       f"Leave it out, and then: csm-xl pay {into}.")  # fmt: skip
    path = sources or (into if a_folder else into.parent) / FILE_NAME
    stated = _stated(path)
    around = replace(_around(into, plan), period=period or "")
    asking = not yes and not draft and sys.stdin.isatty() and sys.stdout.isatty()
    proposals = _proposals(files or [], stated, around)
    if draft is not None:
        _write_draft(draft, proposals)
        return
    open_ = [question for one in proposals for question in one.questions]
    if open_ and not asking:
        raise CsmError.of(question.issue() for question in open_)
    if open_:
        proposals = _answered(proposals, around)
    mapping, (text, every) = stated.path, saved_mapping(stated, proposals)
    found = run(every, _known(), [one.grid for one in proposals], around.own, around.period)
    previews = [preview_of(one) for one in found]
    if preview is not None:
        refuse_inputs(preview, [*(files or []), into], "--preview")
        refuse_foreign(preview, is_preview, None, "--preview")
        with replacing(preview, PRIVATE) as temporary:
            temporary.write_text(preview_page(previews), encoding="utf-8")
    changed = [preview for preview, one in zip(previews, proposals, strict=True) if one.changed]
    for one in changed if into.exists() else previews:  # the first import shows all that it reads
        show_preview(one)
    if asking and changed:
        typer.confirm("Use this mapping?", abort=True)
        _save(mapping, text)

    if not into.exists():
        raws = [*plan_of(plan), *joined(found), *decided(None, None, accept)]
        try:
            create_from_exports(into, raws, period)
        except CsmError as error:
            raise CsmError.of(reported_once(error.issues, found)) from None
        mark_taken(into, found)
        _save(mapping, text)
        return
    ask_removed = Disappeared() if asking and not accept_removed else None
    try:
        _into(into, found, asking, accept_removed, accept or [], period, refresh, ask_removed)
    except KeepRows as kept:
        _save(mapping, text)
        _save(mapping, _keeping_rows(mapping, kept.tables))
        every = replace(every, sources=tuple(one.keeping(kept.tables) for one in every.sources))
        found = run(every, _known(), [one.grid for one in proposals], around.own, around.period)
        _into(into, found, asking, accept_removed, accept or [], period, refresh, ask_removed)
    else:
        _save(mapping, text)
    if refresh:
        try:
            refresh_workbook(into, period, accept=accept)
        except CsmError:
            what = "The exports are imported, but nobody was paid. Fix what is listed, then"
            show.say(f"{what}: csm-xl refresh {into}")
            raise


def _command(files: Sequence[Path], into: Path, sources: Path | None, period: str | None) -> str:
    """The command that imports the same exports into a workbook or a folder that is there."""
    said = ["csm-xl", "import", *map(str, files), "--into", str(into)]
    said += ["--sources", str(sources)] if sources else []
    return shlex.join(said + (["--period", period] if period else []))


def _into(
    into: Path,
    found: Sequence[Mapped],
    asking: bool,
    accept_removed: bool,
    accept: Sequence[str],
    period: str | None,
    paid: bool,
    ask_removed: Disappeared | None,
) -> None:
    """Write exports into a workbook or a folder that is there."""
    from csm_xl.workbook.operations.importing import import_tables
    from csm_xl.workbook.operations.importing_folder import import_into_folder

    def agree(changes: Sequence[TableChanges]) -> bool:
        return agreed(changes, asking, accept_removed)

    if into.is_dir():
        done = import_into_folder(into, found, agree, table_text, accept, ask_removed)
        command = f"csm-xl pay {into}{f' --period {period}' if period else ''}"
        then = f"{command} pays by them" if done.written else "nothing in the folder changes"
    else:
        done = import_tables(into, found, agree, accept, period, ask_removed)
        then = "imported" if paid else "refresh the workbook to pay by them"
        then = then if done.written else "nothing in the workbook changes"
        if done.waits and not paid:
            then += "; until then its formulas show what they showed before"
    show.findings(done.warnings)
    rows = sum(len(one.raw.rows) - 1 for one in found)
    names = dict.fromkeys(one.source.table for one in found)
    show.say(f"{into}: {counted(rows, 'row')} of {listed(names)}; {then}.")


def _around(into: Path, plan: str | None) -> Around:
    """The plans of the workbook or folder, or of the one that will be made."""
    from csm_xl.workbook.operations.importing import around_of
    from csm_xl.workbook.operations.importing_folder import around_of_folder
    from csm_xl.workbook.operations.merging import around_of_tables

    if not into.exists():
        return around_of_tables(plan_of(plan))
    return around_of_folder(into) if into.is_dir() else around_of(into)


def _known() -> dict[str, TableSchema]:
    """The tables by name."""
    from csm_xl.engine.components import component_types
    from csm_xl.plan.schema import schemas

    return schemas(component_types())


def _stated(path: Path) -> Sources:
    """The mapping as it is; one without sources where there is none."""
    from csm_xl.intake.sources import Sources
    from csm_xl.intake.sources_reading import read_sources

    return read_sources(path, _known()) if path.exists() else Sources(path)


def _proposals(files: Sequence[Path], stated: Sources, around: Around) -> list[Proposal]:
    """A proposal for each file, or for each source of the mapping where no file is given.

    The other sources of the files' tables are among them: together they are the table.
    """
    from csm_xl.intake.files import grid_of_file, grid_of_source, matches
    from csm_xl.intake.proposal import completed, which_source
    from csm_xl.intake.tables_of_files import tables_of_file, unnamed_sheets

    known, beside = _known(), stated.path.parent
    issues: list[Issue] = []
    notes: list[Issue] = []
    wanted: list[tuple[Source, Grid, bool, Sequence[Question]]] = []
    if not files and all(source.pattern == PASTED for source in stated.sources):
        raise CsmError(NOT_FOUND, "there is nothing to import", str(stated.path), None,
                       "Name the exports: csm-xl import workers.csv --into mine.xlsx.")  # fmt: skip
    for file in files:
        try:
            mine = [one for one in stated.sources if matches(one.pattern, beside, file)]
            wanted += [(source, grid_of_file(file, source), False, ()) for source in mine]
            if mine:
                notes += unnamed_sheets(file, mine)
                continue
            found, more = tables_of_file(file, beside, files, known, around)
            notes += more
            for each in found:
                source = each.source
                if any(one.place == source.place for one, *_ in wanted):  # the same name in another folder
                    source = replace(source, place=f"{source.pattern} ({source.table})")
                others = [one for one in stated.sources if one.table == source.table]
                asked = [which_source(source, each.grid, others)] if others and not each.questions else []
                wanted.append((source, each.grid, True, each.questions or asked))
        except CsmError as error:
            issues += error.issues
    given, tables = {source.place for source, *_ in wanted}, {source.table for source, *_ in wanted}
    for source in stated.sources:
        if source.pattern == PASTED or source.place in given or (files and source.table not in tables):
            continue  # a refresh takes from the workbook what is pasted
        try:
            wanted.append((source, grid_of_source(source, beside), False, ()))
        except CsmError as error:
            missing = bool(files) and error.code == NOT_FOUND  # its rows are among those that disappear
            if missing:
                show.findings([replace(one, severity="warning") for one in error.issues])
            issues += () if missing else error.issues
    if issues:
        raise CsmError.of(issues)
    show.findings(notes)
    places = [source.place for source in stated.sources]
    wanted.sort(key=lambda one: places.index(one[0].place) if one[0].place in places else len(places))
    around = replace(around, exports=[(source, grid) for source, grid, *_ in wanted])
    return [
        completed(source, grid, known[source.table], around, new, open_)
        for source, grid, new, open_ in wanted
    ]


def _answered(proposals: Sequence[Proposal], around: Around) -> list[Proposal]:
    """The proposals with every question answered in the terminal."""
    from csm_xl.intake.proposal import completed, once

    known = _known()
    done = list(proposals)
    asked = set[int]()
    for at in range(len(done)):
        while done[at].questions and not done[at].source.unread:
            one = done[at]
            change = None
            if at not in asked and is_many(one.questions):
                asked.add(at)
                change = ask_of_many(one.questions)
            change = change or ask(one.questions[0])
            exports = [(each.source, each.grid) for each in done]
            stated = change(
                one.stated
            )  # what was found beside it is found again: it may depend on the answer
            next_ = completed(stated, one.grid, known[stated.table], replace(around, exports=exports))
            done[at] = replace(next_, before=one.before)
    if all(one.source.unread for one in done):
        places = listed(one.grid.block.place for one in done)
        raise CsmError(VALUE, "nothing is imported, as you answered", places, None, "Name other exports.")
    return once([one for one in done if not one.source.unread])


def _keeping_rows(path: Path, tables: Collection[str]) -> str:
    """The text of a mapping whose sources of some tables have only some of the rows.

    Errors: it has comments, which would be lost.
    """
    from csm_xl.intake.sources_writing import new_text

    stated = _stated(path)
    kept = [source.keeping(tables) for source in stated.sources]
    text = new_text(path.read_text(encoding="utf-8-sig"), stated, kept)
    if text is None:
        raise CsmError(VALUE, "the file has comments, which are not overwritten", path.name, None,
                       f'Add rows = "update" to the sources of {listed(sorted(tables))}.')  # fmt: skip
    return text


def _save(path: Path, text: str | None) -> None:
    if text is not None:
        with replacing(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")


def _write_draft(path: Path, proposals: Sequence[Proposal]) -> None:
    from csm_xl.intake.sources_writing import sources_text

    if path.exists():
        raise CsmError(VALUE, "the file already exists", "--draft", str(path), "Choose another name.")
    text = sources_text(one.source for one in proposals)
    for one in proposals:
        for question in one.questions:
            said = question.issue()
            text += f"\n# Open, about {one.source.table} ({said.where}): {said.message}\n# {said.hint}\n"
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    show.say(f"{path}: a mapping of {listed(one.source.table for one in proposals)}; nothing was imported.")
