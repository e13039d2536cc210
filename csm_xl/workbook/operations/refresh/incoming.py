"""The exports that a refresh is to take: what is pasted, and files that changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from csm_xl.engine.components import component_types
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.intake.files import block_of, newest
from csm_xl.intake.grid import Block, Grid, grid_of, shown
from csm_xl.intake.pasted import digest_of
from csm_xl.intake.proposal import table_of_grid, which_source
from csm_xl.intake.questions import Change, Question
from csm_xl.intake.sources import FILE_NAME, PASTED, Source, Sources
from csm_xl.intake.sources_reading import read_sources
from csm_xl.intake.sources_writing import source_text
from csm_xl.plan.cells import is_blank
from csm_xl.plan.names import did_you_mean, header_name, table_name
from csm_xl.plan.schema import TableSchema, schemas
from csm_xl.workbook.operations.merging import around_of_tables
from csm_xl.workbook.operations.refresh.state import State
from csm_xl.workbook.sheets import import_paste as sheet
from csm_xl.xlsx.addresses import Place


@dataclass(frozen=True)
class Incoming:
    """An export that is to be taken.

    source, grid: how it is read, and what is in it. new: whether nobody has stated the source yet. pasted:
    whether it is the paste. digest: of what it holds; questions: those about which table it is.
    """

    source: Source
    grid: Grid
    new: bool
    pasted: bool
    digest: str
    questions: tuple[Question, ...] = ()

    def digest_with(self, source: Source) -> str:
        """The digest of a file as the next refresh takes it, which reads it by the completed source."""
        return digest_of(self.grid.block, source_text(source))

    @property
    def place(self) -> str:
        """Where it is."""
        return self.grid.block.place


@dataclass(frozen=True)
class Desk:
    """The report on the sheet Import, as the last refresh left it and somebody answered it.

    lines: its rows. rows: the row of each on the sheet. column: that of the answers.
    """

    lines: Sequence[sheet.Line] = ()
    rows: Sequence[int] = ()
    column: int = 0

    def taken(self, kind: str) -> set[tuple[str, str, str]]:
        """Table, place and digest of what was taken. kind: `PASTED` or `READ`."""
        return {
            (one.table, one.place, str(one.becomes).removeprefix(sheet.FINGERPRINT))
            for one in self.lines
            if one.kind == kind
        }


def desk_of(state: State) -> Desk:
    """The report of a workbook.

    Errors: somebody pasted over it, or over the settings above it.
    """
    region = state.regions.get(sheet.REPORT.casefold())
    if region is None or state.paste is None:
        return Desk()
    wanted = [header_name(column.header) for column in sheet.import_sheet().tables[0].columns]
    headers = [header_name(header) for header in region.headers]
    lost = [label for name, label in sheet.LABELS.items() if state.paste.labels.get(name) != label]
    at = Place(region.sheet, region.first_row, region.first_column)
    if lost or not set(wanted) <= set(headers):
        raise _pasted_over(state, at)
    lines, rows = [], []
    for row, cells in enumerate(state.held.get(sheet.REPORT.casefold(), ()), region.first_row + 1):
        said = [cells[headers.index(name)] for name in wanted]
        if all(map(is_blank, said)):
            continue
        if said[0] not in sheet.KINDS:
            raise _pasted_over(state, at._replace(row=row))
        lines.append(sheet.Line(*("" if cell is None else cell for cell in said)))
        rows.append(row)
    return Desk(lines, rows, region.first_column + headers.index("answer"))


def _pasted_over(state: State, at: Place) -> CsmError:
    assert state.paste is not None
    return CsmError(
        VALUE,
        f"the sheet {sheet.SHEET} has something typed or pasted over its own cells",
        str(at),
        None,
        f"Undo it, and paste the export at {state.paste.corner}. Or use an earlier copy of the workbook.",
    )


def mapping_path(state: State, named: str) -> Path:
    """The file of the mapping. named: what Control names; blank: the one beside the workbook."""
    beside = state.path.parent
    path = beside / Path(named).expanduser() if named else beside / FILE_NAME
    return path / FILE_NAME if path.is_dir() else path


def stated_sources(path: Path, named: str, where: str) -> Sources:
    """The mapping; one without sources where there is none. named, where: what Control names, and the cell.

    Errors: Control names a file that is not there; everything that is wrong with the file.
    """
    if path.exists():
        return read_sources(path, schemas(component_types()))
    if named:
        hint = f"Give the path of a {FILE_NAME}, absolute or relative to the workbook, or clear the cell."
        raise CsmError(NOT_FOUND, "no such mapping", where, named, hint)
    return Sources(path)


def pasted_in(state: State, stated: Sources, desk: Desk) -> Incoming | None:
    """The paste; None where nothing is pasted, or it was taken before.

    Errors: no header; a table that there is not; headers of no table.
    """
    paste = state.paste
    if paste is None or paste.block is None:
        return None
    known = {name: one for name, one in schemas(component_types()).items() if name in sheet.IMPORTED}
    asked, row = state.named.get(sheet.TABLE), state.named.get(sheet.HEADER_ROW)
    digest = _digest(paste.block, asked, row)
    if digest in _digests(desk):
        return None
    name = _table(state, asked, known)
    grid = _grid(state, row)
    questions: list[Question] = []
    if not name:
        mine, sure = _by_mapping(grid, stated)
        try:
            name, questions = table_of_grid(grid, sheet.SHEET, known, around_of_tables(state.raws).measures)
        except CsmError as error:
            if not mine:
                hint = f"Choose the table at {state.places[sheet.TABLE]}."
                raise CsmError.of(replace(one, hint=hint) for one in error.issues) from None
        if mine and (sure or questions or not name):
            name, questions = mine, []
        questions = [replace(one, answers=tuple(replace(answer, line="") for answer in one.answers))
                     for one in questions]  # fmt: skip
    paste_ = Incoming(Source(name), grid, True, True, digest, tuple(questions))
    return paste_ if questions else of_table(paste_, name, stated)


def _by_mapping(grid: Grid, stated: Sources) -> tuple[str, bool]:
    """The table of the one source that names headers, all of which the paste has; blank without one.

    And whether that counts for more than what the headers look like: they are three or more, with those that
    the source ignores, of which none is missing.
    """
    fitting = [one for one in stated.sources if len(one.named()) > 1 and not _absent(one, grid)]
    if len({one.table for one in fitting}) != 1:
        return "", False
    one = max(fitting, key=lambda each: len(each.named()))
    every = {*one.named(), *one.ignore}
    return one.table, len(every) > 2 and all(grid.column(theirs) is not None for theirs in every)


def waits(state: State) -> bool:
    """Whether something is pasted that no refresh has taken."""
    paste = state.paste
    if paste is None or paste.block is None:
        return False
    digest = _digest(paste.block, state.named.get(sheet.TABLE), state.named.get(sheet.HEADER_ROW))
    try:
        return digest not in _digests(desk_of(state))
    except CsmError:
        return True


def _digests(desk: Desk) -> set[str]:
    return {digest for *_, digest in desk.taken(sheet.PASTED)}


def _digest(block: Block, asked: Any, row: Any) -> str:
    """The digest of a paste, with its table and header row as given on the sheet."""
    return digest_of(block, *("" if is_blank(one) else shown(one) for one in (asked, row)))


def of_table(paste: Incoming, name: str, stated: Sources, change: Change = lambda source: source) -> Incoming:
    """The paste as a table: by the source that the mapping has for it, or a new one; or with the question
    which it is.

    change: what an answer makes of a new source. Errors: the answer is that the paste is not imported.
    """
    mine = [one for one in stated.sources if one.table == name]
    new = change(Source(name, PASTED, place=f"{sheet.SHEET} ({name})"))
    if new.unread:
        raise CsmError(VALUE, "the paste is not imported, as you answered", sheet.SHEET, None, "Empty it.")
    fresh = replace(paste, source=new, new=True, questions=())
    if not mine:
        return fresh
    fitting = [one for one in mine if not _absent(one, paste.grid)]
    here = [one for one in fitting if one.pattern == PASTED] or fitting or mine
    if len(here) == 1 and (here == fitting or len(_absent(here[0], paste.grid)) < _few(here[0])):
        return replace(paste, source=here[0], new=False, questions=())
    question = which_source(new, paste.grid, mine)
    answers = tuple(replace(one, line="") for one in question.answers)
    return replace(fresh, questions=(replace(question, answers=answers),))


def _absent(source: Source, grid: Grid) -> list[str]:
    """The headers that a source names and an export does not have."""
    return [theirs for theirs in source.named() if grid.column(theirs) is None]


def _few(source: Source) -> float:
    """Up to this many missing headers are a mapping to correct; with more, it is another export."""
    return max(2, len(source.named()) / 2)


def _table(state: State, asked: Any, known: Mapping[str, TableSchema]) -> str:
    """The table that somebody chose; blank where nobody did."""
    if is_blank(asked):
        return ""
    name = table_name(str(asked))
    if name not in known:
        hint = f"{did_you_mean(name, known)}Tables: {listed(known, 99)}. Blank: the headers decide."
        raise CsmError(NOT_FOUND, "unknown table", str(state.places[sheet.TABLE]), asked, hint)
    return name


def _grid(state: State, row: Any) -> Grid:
    """The paste under its header. row: where somebody says that it is."""
    assert state.paste is not None and state.paste.block is not None
    block, corner = state.paste.block, state.paste.corner
    where = str(state.places.get(sheet.HEADER_ROW, sheet.HEADER_ROW))
    if not is_blank(row):
        number = row if isinstance(row, (int, float)) and not isinstance(row, bool) else 0
        if number != int(number) or not corner.row <= number <= len(block.rows):
            hint = f"Give a row from {corner.row} to {len(block.rows)}, or clear the cell: it is then found."
            raise CsmError(VALUE, "the paste has no such row", where, row, hint)
        row = int(number)
    try:
        return grid_of(block, row or 0)
    except CsmError as error:
        hints = {NOT_FOUND: f"Type the number of its row at {where}.",
                 VALUE: "Paste the export again; check its filters."}  # fmt: skip
        raise CsmError.of(replace(one, hint=hints.get(one.code, one.hint)) for one in error.issues) from None


def changed_files(
    stated: Sources, desk: Desk, missing: list[Issue], paste: Incoming | None
) -> list[Incoming]:
    """The newest files of a mapping that are not as they were when they were taken, and those of the other
    sources of their tables: together they are the table.

    missing: gets a warning about each source without a file, which changes nothing. paste: what is pasted,
    and is taken as well.
    Errors: a file that cannot be read, or two that are equally new.
    """
    beside, taken = stated.path.parent, desk.taken(sheet.READ)
    issues: list[Issue] = []
    found: list[tuple[Source, Block, str]] = []
    for source in stated.sources:
        if source.pattern == PASTED:
            continue
        if source.url:
            what = f"a refresh does not ask databases, so {source.table} stays as it is"
            missing.append(Issue(VALUE, what, source.place, None, "Run csm-xl import.", "note"))
            continue
        try:
            path = newest(source.pattern, beside, f"{source.place} from")
        except CsmError as error:
            if error.code == NOT_FOUND:  # the rows of an earlier export stay
                missing += [replace(one, severity="warning") for one in error.issues]
            else:
                issues += error.issues
            continue
        try:
            block = block_of(path, source.sheet, source.encoding, source.place)
            found.append((source, block, digest_of(block, source_text(source))))
        except CsmError as error:
            issues += error.issues
    new = [source for source, block, digest in found if (source.table, block.place, digest) not in taken]
    tables = {source.table for source in new} | ({paste.source.table} if paste else set())
    incoming: list[Incoming] = []
    for source, block, digest in found:
        pasted = paste is not None and paste.source.place == source.place and source not in new
        if source.table not in tables or pasted:
            continue
        try:
            incoming.append(Incoming(source, grid_of(block, source.header_row), False, False, digest))
        except CsmError as error:
            issues += error.issues
    if issues:
        raise CsmError.of(issues)
    return incoming
