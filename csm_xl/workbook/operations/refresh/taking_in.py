"""Exports taken into a workbook by its refresh: all of what is pasted and changed, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from csm_xl.engine.components import component_types
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, counted, faults, listed
from csm_xl.intake.answers import Answered, Typed, answered, choices
from csm_xl.intake.changes import TableChanges
from csm_xl.intake.mapped import Mapped
from csm_xl.intake.proposal import Proposal, completed, saved_mapping
from csm_xl.intake.questions import Question
from csm_xl.intake.run import run
from csm_xl.intake.sources import Sources
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import TableSchema, schemas
from csm_xl.workbook.operations.merging import Merge, around_of_tables, not_paid_from
from csm_xl.workbook.operations.refresh.core import ANEW, Progress, settings_in
from csm_xl.workbook.operations.refresh.import_asking import (
    OpenQuestions,
    about_removed,
    answers_on,
    of_its_table,
)
from csm_xl.workbook.operations.refresh.import_lines import asked_lines, change_lines, rows_in, taken_lines
from csm_xl.workbook.operations.refresh.incoming import (
    Desk,
    Incoming,
    changed_files,
    desk_of,
    mapping_path,
    pasted_in,
    stated_sources,
    waits,
)
from csm_xl.workbook.operations.refresh.inputs import said_of
from csm_xl.workbook.operations.refresh.state import Rows, State
from csm_xl.workbook.operations.stacking import of_tables
from csm_xl.workbook.sheets import import_paste as sheet
from csm_xl.xlsx.addresses import Place

_SETTING: Final = "import_sources"
_REPORT: Final = sheet.REPORT.casefold()


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
        answers, settled = answers_on(desk), list[Question]()
        paste = pasted_in(state, stated, desk)
        if paste is not None:
            paste = of_its_table(paste, stated, answers, settled)
        files = changed_files(stated, desk, missing, paste) if settings.import_sources else []
        waiting = _in_order([*([paste] if paste else []), *files], stated)
        if not waiting:
            return replace(_idle(state, desk), warnings=tuple(missing))
        tell("reading the exports")
        return _taken(state, desk, stated, waiting, missing, answers, settled)
    except OpenQuestions as open_:
        lines = asked_lines(open_.waiting, open_.settled, desk, open_.issues)
        asked = (_as_issue(one, state, at) for at, one in enumerate(open_.waiting))
        issues = (*asked, *open_.issues)
    except CsmError as error:
        issues = tuple(error.issues)
        lines = asked_lines((), (), desk, issues)
    return TakenIn(state, {region.name: rows_in(region.headers, lines)}, issues)


def not_paid(taken: TakenIn, issues: Sequence[Issue]) -> dict[str, Rows]:
    """The tables where exports were taken in and what they leave cannot be paid; the report says so."""
    report = next(region for region in taken.state.regions.values() if region.name.casefold() == _REPORT)
    what = f"{counted(len(faults(issues)), 'finding')}: the exports are in their tables, but nobody was paid"
    line = sheet.Line(sheet.NOT_PAID, found=what, action="See Checks. Fix it there, and refresh.")
    first = rows_in(report.headers, [line])
    return {**taken.tables, report.name: [*first, *taken.tables[report.name]]}


def _require_sheet(state: State, named: str, where: Mapping[str, str]) -> None:
    if named:
        what = f"the workbook has no sheet {sheet.SHEET} that could say what is imported"
        raise CsmError(NOT_FOUND, what, where[_SETTING], named, f"Clear the cell. Or: {ANEW}")


def _idle(state: State, desk: Desk) -> TakenIn:
    """Nothing new: the report stays, without its lines about a removed paste or about nobody being paid."""
    if state.paste is None or state.paste.block is not None:
        kept = [one for one in desk.lines if one.kind != sheet.NOT_PAID]
    else:
        kept = [one for one in desk.lines if one.kind == sheet.READ]
    if len(kept) == len(desk.lines):
        return TakenIn(state)
    region = state.regions[_REPORT]
    return TakenIn(state, {region.name: rows_in(region.headers, kept)})


def _in_order(waiting: Sequence[Incoming], stated: Sources) -> list[Incoming]:
    """The exports in the order of their sources, those of new ones at the end."""
    places = [source.place for source in stated.sources]
    return sorted(
        waiting,
        key=lambda one: places.index(one.source.place) if one.source.place in places else len(places),
    )


def _taken(
    state: State,
    desk: Desk,
    stated: Sources,
    waiting: Sequence[Incoming],
    missing: Sequence[Issue],
    answers: Mapping[str, Typed],
    settled: list[Question],
) -> TakenIn:
    """Everything that waits, in the tables. Errors: whatever is wrong with any of it; `OpenQuestions`."""
    known = schemas(component_types())
    _refuse_twice(waiting)
    proposals = _proposals(state, waiting, known, answers, settled)
    text, sources = saved_mapping(stated, proposals)
    raws = _typed_tables(state)
    period = str(settings_in(state)[0].period or "")
    found = run(sources, known, [one.grid for one in proposals], raws, period)
    merge = Merge.of(raws, found)
    if kept := about_removed(merge, answers, settled):
        proposals = [replace(one, source=one.source.keeping(kept)) for one in proposals]
        found = [replace(one, source=one.source.keeping(kept)) for one in found]
        text, _ = saved_mapping(stated, proposals)
        merge = Merge.of(raws, found)
    sheets, sound = merge.sound()
    changes = merge.changes(sheets)
    tables = merge.rows(sheets, state.regions.values(), state.formulas.keys(), state.path.name)
    warnings = [*missing, *not_paid_from(said_of(settings_in(state)[0]), state.path.name), *sound]
    lines: list[sheet.Line] = []
    for one, mapped, proposal in zip(waiting, found, proposals, strict=True):
        lines += taken_lines(one, mapped, proposal)
    lines += [line for change in changes for line in change_lines(change)]
    lines += [sheet.Line(one.severity, "", one.where, one.message, action=one.hint) for one in warnings]
    lines += _still_known(desk, waiting)
    report = state.regions[_REPORT]
    said = [
        note
        for (table, exports), change in zip(of_tables(found), changes, strict=True)
        for note in _in_words(table, exports, change)
    ]
    return TakenIn(
        _with(state, merge, tables),
        {**tables, report.name: rows_in(report.headers, lines)},
        warnings=(*said, *warnings),
        mapping=None if text is None else (stated.path, text),
        any=True,
    )


def _refuse_twice(waiting: Sequence[Incoming]) -> None:
    """Refuse two exports of one source: which of them counts is not known."""
    first: dict[str, Incoming] = {}
    for one in waiting:
        other = first.setdefault(one.source.place, one)
        if other is not one:
            raise CsmError(
                VALUE, f"{other.place} and {one.place} are both {one.source.table}, and both are new",
                other.place, None, "Empty the paste, or clear Import sources on Control.",
            )  # fmt: skip


def _proposals(
    state: State,
    waiting: Sequence[Incoming],
    known: Mapping[str, TableSchema],
    answers: Mapping[str, Typed],
    settled: list[Question],
) -> list[Proposal]:
    """Each export with everything that is known of it.

    settled: gets the questions that were answered.
    Errors: headers that a mapping names and an export does not have; answers that are none; `OpenQuestions`.
    """
    gone = [
        one.grid.missing(theirs, f"{one.source.place} {key}")
        for one in waiting
        for theirs, key in one.source.named().items()
        if one.grid.column(theirs) is None
    ]
    if gone:  # what is asked without them is asked in vain
        raise CsmError.of(gone)
    exports = [(one.source, one.grid) for one in waiting]
    period = settings_in(state)[0].period
    around = replace(around_of_tables(state.raws, exports), period=str(period or ""))
    done: list[Answered] = []
    for one in waiting:
        proposal = completed(one.source, one.grid, known[one.source.table], around, one.new)
        done.append(answered(proposal, known, around, answers))
    if issues := [issue for one in done for issue in one.issues]:
        raise CsmError.of(issues)
    settled += [question for one in done for question in one.settled]
    open_ = [question for one in done for question in one.proposal.questions]
    if open_:
        raise OpenQuestions(open_, settled)
    return [one.proposal for one in done]


def _typed_tables(state: State) -> list[RawTable]:
    """The tables on the sheets of a workbook, with its decisions about findings."""
    settings, where = settings_in(state)
    return [*state.raws, *settings.decisions(where)]


def _in_words(table: str, exports: Sequence[Mapped], change: TableChanges) -> Iterator[Issue]:
    rows = counted(sum(len(one.raw.rows) - 1 for one in exports), "row")
    parts = [f"{len(change.added):,} new" if change.added else "",
             f"{counted(len(change.changed), 'value')} changed" if change.changed else "",
             f"{len(change.removed):,} removed" if change.removed else ""]  # fmt: skip
    said = ", ".join(filter(None, parts)) or "nothing changes"
    where = listed(one.grid.block.place for one in exports)
    yield Issue(VALUE, f"{rows} of {table} imported: {said}", where, None, "", "note")
    for note in change.notes:
        yield Issue(VALUE, note, where, None, "", "note")


def _still_known(desk: Desk, waiting: Sequence[Incoming]) -> list[sheet.Line]:
    """The rows about files that were imported before, without those of tables that are imported now."""
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
