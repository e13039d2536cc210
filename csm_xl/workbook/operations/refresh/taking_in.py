"""Exports taken into a workbook by its refresh: all of what is pasted and changed, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from csm_xl.engine.components import component_types
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, counted, faults, listed
from csm_xl.intake.answers import Answered, Typed, answered, change_of, choices
from csm_xl.intake.changes import TableChanges
from csm_xl.intake.mapped import Mapped
from csm_xl.intake.open_columns import Around
from csm_xl.intake.proposal import Proposal, completed, saved_mapping
from csm_xl.intake.questions import Answer, Question
from csm_xl.intake.run import run
from csm_xl.intake.sources import UPDATE, Source, Sources
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import TableSchema, schemas
from csm_xl.workbook.operations.merging import Merge, not_paid_from, plans_of
from csm_xl.workbook.operations.refresh.core import ANEW, Progress, settings_in
from csm_xl.workbook.operations.refresh.import_lines import asked_lines, taken_lines
from csm_xl.workbook.operations.refresh.incoming import (
    Desk,
    Incoming,
    changed_files,
    desk_of,
    mapping_path,
    of_table,
    pasted_in,
    stated_sources,
    waits,
)
from csm_xl.workbook.operations.refresh.inputs import said_of
from csm_xl.workbook.operations.refresh.state import Rows, State
from csm_xl.workbook.sheets import import_paste as sheet
from csm_xl.xlsx.addresses import Place

_SETTING: Final = "import_sources"
_REPORT: Final = sheet.REPORT.casefold()
_REMOVE: Final = "remove"
_SHOWN: Final = 8


@dataclass(frozen=True)
class TakenIn:
    """What a refresh takes from exports, before anything is written.

    state: the workbook with it. tables: Excel table → its new rows, those of the report too.
    issues: why nothing is taken; then `tables` has the report alone. warnings: what was found and stops
    nobody. mapping: the file of the mapping and its new text, where it changes. any: whether anything
    is taken.
    """

    state: State
    tables: Mapping[str, Rows] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()
    mapping: tuple[Path, str] | None = None
    any: bool = False


class _Open(Exception):  # noqa: N818 - it is no error: questions are to be answered
    """Questions that stop an import, with those that were answered, and what is wrong as well."""

    def __init__(
        self, waiting: Sequence[Question], settled: Sequence[Question], issues: Sequence[Issue] = ()
    ) -> None:
        self.waiting, self.settled, self.issues = waiting, settled, tuple(issues)
        super().__init__()


def taken_in(state: State, tell: Progress = lambda _: None) -> TakenIn:
    """Take what is pasted on the sheet Import, and the files that Control names and that changed.

    Nothing is raised: what is wrong or has to be asked is in `issues`, and nothing is taken then.
    """
    region = state.regions.get(_REPORT)
    try:
        desk = desk_of(state)
        settings, where = settings_in(state)
        if region is None or state.paste is None:
            _require_sheet(state, settings.import_sources, where)
            return TakenIn(state)
    except CsmError as error:  # what somebody pasted over the report is not written over
        return TakenIn(state, issues=tuple(error.issues))
    if not settings.import_sources and not waits(state):
        return _idle(state, desk)
    try:
        path = mapping_path(state, settings.import_sources)
        stated = stated_sources(path, settings.import_sources, where[_SETTING])
        missing: list[Issue] = []
        paste = pasted_in(state, stated, desk)
        files = list(changed_files(stated, desk, missing)) if settings.import_sources else []
        waiting = [*([paste] if paste else []), *files]
        if not waiting:
            return replace(_idle(state, desk), warnings=tuple(missing))
        tell("reading the exports")
        return _taken(state, desk, stated, waiting, missing)
    except _Open as open_:
        lines = asked_lines(open_.waiting, open_.settled, desk, open_.issues)
        asked = (_as_issue(one, state, at) for at, one in enumerate(open_.waiting))
        issues = (*asked, *open_.issues)
    except CsmError as error:
        issues = tuple(error.issues)
        lines = asked_lines((), (), desk, issues)
    return TakenIn(state, {region.name: _rows(region.headers, lines, state)}, issues)


def not_paid(taken: TakenIn, issues: Sequence[Issue]) -> dict[str, Rows]:
    """The tables where exports were taken in and what they leave cannot be paid; the report says so."""
    report = next(region for region in taken.state.regions.values() if region.name.casefold() == _REPORT)
    what = f"{counted(len(faults(issues)), 'finding')}: the exports are in their tables, but nobody was paid"
    line = sheet.Line(sheet.NOT_PAID, found=what, action="See Checks. Fix it there, and refresh.")
    first = _rows(report.headers, [line], taken.state)
    return {**taken.tables, report.name: [*first, *taken.tables[report.name]]}


def _require_sheet(state: State, named: str, where: Mapping[str, str]) -> None:
    if named:
        what = f"the workbook has no sheet {sheet.SHEET} that could say what is imported"
        raise CsmError(NOT_FOUND, what, where[_SETTING], named, f"Clear the cell. Or: {ANEW}")


def _idle(state: State, desk: Desk) -> TakenIn:
    """Nothing new: the report stays, but for what it says of a paste that is gone or of nobody being paid."""
    if state.paste is None or state.paste.block is not None:
        kept = [one for one in desk.lines if one.kind != sheet.NOT_PAID]
    else:
        kept = [one for one in desk.lines if one.kind == sheet.READ]
    if len(kept) == len(desk.lines):
        return TakenIn(state)
    region = state.regions[_REPORT]
    return TakenIn(state, {region.name: _rows(region.headers, kept, state)})


def _taken(
    state: State, desk: Desk, stated: Sources, waiting: Sequence[Incoming], missing: Sequence[Issue]
) -> TakenIn:
    """Everything that waits, in the tables. Errors: whatever is wrong with any of it; `_Open`."""
    known = schemas(component_types())
    answers = {
        line.found: Typed(line.answer, str(Place(sheet.SHEET, row, desk.column)))
        for line, row in zip(desk.lines, desk.rows, strict=True)
        if line.kind in (sheet.QUESTION, sheet.ANSWERED) and line.answer not in ("", None)
    }
    waiting = [_of_its_table(one, stated, answers) for one in waiting]
    _refuse_twice(waiting)
    proposals, settled = _proposals(state, waiting, known, answers)
    text, sources = saved_mapping(stated, proposals)
    every = replace(sources, sources=(*sources.sources, *_others(stated, sources)))
    grids = {one.source.table: one.grid for one in proposals}
    found = run(every, known, grids, grids.keys())
    raws = _typed_tables(state)
    merge = Merge.of(raws, found)
    if kept := _about_removed(merge, answers, settled):
        proposals = [replace(one, source=kept.get(one.source.table, one.source)) for one in proposals]
        found = [replace(one, source=kept.get(one.source.table, one.source)) for one in found]
        text, _ = saved_mapping(stated, proposals)
        merge = Merge.of(raws, found)
    sheets, sound = merge.sound()
    changes = merge.changes(sheets)
    tables = merge.rows(sheets, state.regions.values(), state.formulas.keys(), state.path.name)
    warnings = [*missing, *not_paid_from(said_of(settings_in(state)[0]), state.path.name), *sound]
    lines = [line for one, mapped, proposal, change in zip(waiting, found, proposals, changes, strict=True)
             for line in taken_lines(one, mapped, proposal, change)]  # fmt: skip
    lines += [sheet.Line(one.severity, "", one.where, one.message, action=one.hint) for one in warnings]
    lines += _still_known(desk, waiting)
    report = state.regions[_REPORT]
    said = [
        _in_words(one, mapped, change) for one, mapped, change in zip(waiting, found, changes, strict=True)
    ]
    return TakenIn(
        _with(state, merge, tables),
        {**tables, report.name: _rows(report.headers, lines, state)},
        warnings=(*said, *warnings),
        mapping=None if text is None else (stated.path, text),
        any=True,
    )


def _of_its_table(one: Incoming, stated: Sources, answers: Mapping[str, Typed]) -> Incoming:
    """The paste, where somebody answered which table it is. Errors: an answer that is none; `_Open`."""
    for question in one.questions:
        if question.text not in answers:
            raise _Open([question], ())  # the table decides everything else
        said = change_of(question, answers[question.text])
        if isinstance(said, Issue):
            raise CsmError.of([said])
        one = of_table(one, said(one.source).table, stated)
    return one


def _refuse_twice(waiting: Sequence[Incoming]) -> None:
    """Refuse two exports of one table: which of them counts is not known."""
    first: dict[str, Incoming] = {}
    for one in waiting:
        other = first.setdefault(one.source.table, one)
        if other is not one:
            raise CsmError(
                VALUE, f"{other.place} and {one.place} are both {one.source.table}, and both are new",
                other.place, None, "Empty the paste, or clear Import sources on Control.",
            )  # fmt: skip


def _proposals(
    state: State, waiting: Sequence[Incoming], known: Mapping[str, TableSchema], answers: Mapping[str, Typed]
) -> tuple[list[Proposal], list[Question]]:
    """Each export with everything that is known of it, and the questions that were answered.

    Errors: headers that a mapping names and an export does not have; answers that are none; `_Open`.
    """
    gone = [
        one.grid.missing(theirs, f"{one.source.place} {key}")
        for one in waiting
        for theirs, key in one.source.named().items()
        if one.grid.column(theirs) is None
    ]
    if gone:  # what is asked without them is asked in vain
        raise CsmError.of(gone)
    exports = {one.source.table: (one.source, one.grid) for one in waiting}
    around = Around(*plans_of(state.raws), exports)
    done: list[Answered] = []
    for one in waiting:
        proposal = completed(one.source, one.grid, known[one.source.table], around, one.new)
        done.append(answered(proposal, known, around, answers))
    if issues := [issue for one in done for issue in one.issues]:
        raise CsmError.of(issues)
    settled = [question for one in done for question in one.settled]
    open_ = [question for one in done for question in one.proposal.questions]
    if open_:
        raise _Open(open_, settled)
    return [one.proposal for one in done], settled


def _others(stated: Sources, given: Sources) -> list[Source]:
    there = {one.table for one in given.sources}
    return [one for one in stated.sources if one.table not in there]


def _typed_tables(state: State) -> list[RawTable]:
    """The tables on the sheets of a workbook, with its decisions about findings."""
    settings, where = settings_in(state)
    return [*state.raws, *settings.decisions(where)]


def _about_removed(merge: Merge, answers: Mapping[str, Typed], settled: list[Question]) -> dict[str, Source]:
    """The sources whose exports have only some of the rows, as somebody answered where rows would disappear.

    Errors: an answer that is none; `_Open`, with what is wrong in the exports.
    """
    removed = merge.removed()
    waiting: list[Question] = []
    kept: dict[str, Source] = {}
    for one in merge.given:
        rows = removed.get(one.source.table)
        if not rows:
            continue
        question = _removed(one, rows)
        if question.text not in answers:
            waiting.append(question)
            continue
        said = change_of(question, answers[question.text])
        if isinstance(said, Issue):
            raise CsmError.of([said])
        settled.append(question)
        source = said(one.source)
        if source != one.source:
            kept[one.source.table] = source
    if waiting:
        raise _Open(waiting, settled, _inside(merge))
    return kept


def _inside(merge: Merge) -> list[Issue]:
    """What is wrong in the exports themselves, without what only follows from rows that they lack."""
    try:
        merge.sound()
    except CsmError as error:
        places = tuple(one.grid.block.place for one in merge.given)
        errors = [issue for issue in error.issues if issue.severity == "error"]
        return [issue for issue in errors if issue.where.startswith(places)]
    return []


def _removed(one: Mapped, rows: Sequence[str]) -> Question:
    many = counted(len(rows), "row")
    text = f"{many} of {one.source.table} would disappear: {listed(rows, _SHOWN)}. Remove them?"
    answers = (
        Answer("remove them", _REMOVE, lambda source: source),
        Answer("keep them, now and later: the export has only some of the rows", f'rows = "{UPDATE}"',
               lambda source: replace(source, rows=UPDATE)),
    )  # fmt: skip
    return Question(one.grid.block.place, text, answers)


def _in_words(one: Incoming, mapped: Mapped, change: TableChanges) -> Issue:
    rows = counted(len(mapped.raw.rows) - 1, "row")
    parts = [f"{len(change.added):,} new" if change.added else "",
             f"{counted(len(change.changed), 'value')} changed" if change.changed else "",
             f"{len(change.removed):,} removed" if change.removed else ""]  # fmt: skip
    said = ", ".join(filter(None, parts)) or "nothing changes"
    return Issue(VALUE, f"{rows} of {change.table} imported: {said}", one.place, None, "", "note")


def _still_known(desk: Desk, waiting: Sequence[Incoming]) -> list[sheet.Line]:
    """The rows about files that were taken before, but those of tables that are taken anew."""
    now = {one.source.table for one in waiting if not one.pasted}
    return [one for one in desk.lines if one.kind == sheet.READ and one.table not in now]


def _with(state: State, merge: Merge, tables: Mapping[str, Rows]) -> State:
    """The workbook as its sheets will be."""
    raws: list[RawTable] = []
    held = dict(state.held)
    for raw in state.raws:
        rows = tables.get(raw.name or "") if any(raw is one for one in merge.mine.values()) else None
        if rows is None:
            raws.append(raw)
        else:
            held[str(raw.name).casefold()] = [list(row) for row in raw.rows[1:]]
            raws.append(replace(raw, rows=[raw.rows[0], *rows], issues=(), marks={}))
    return replace(state, raws=raws, held=held)


def _as_issue(question: Question, state: State, at: int) -> Issue:
    """A question as a finding, with the cell of its answer."""
    region = state.regions[_REPORT]
    column = region.first_column + [header.casefold() for header in region.headers].index("answer")
    cell = Place(region.sheet, region.first_row + 2 + at, column)
    text = f"{question.place}: {question.text}" if question.place != sheet.SHEET else question.text
    return Issue(VALUE, text, str(cell), None, f"{choices(question)} Then refresh again.")


def _rows(headers: Sequence[str], lines: Sequence[sheet.Line], state: State) -> Rows:
    """The rows of the report in the columns that the workbook has."""
    wanted = [column.header for column in sheet.import_sheet().tables[0].columns]
    at = [wanted.index(header) if header in wanted else None for header in headers]
    return [[None if place is None else row[place] for place in at] for row in sheet.report_rows(lines)]
