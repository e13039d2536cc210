"""Exports put into a folder of CSV tables: the files of their tables, and nothing else.

All files are made and read back before the first one is replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from csm_xl.engine.components import component_types
from csm_xl.errors import VALUE, CsmError
from csm_xl.intake.changes import changes_of
from csm_xl.intake.column_answers import Around
from csm_xl.intake.mapped import Mapped
from csm_xl.plan.decisions import accepted_table
from csm_xl.plan.names import header_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Table, Tables, cell_of
from csm_xl.plan.tables import read_tables
from csm_xl.workbook.operations.merging import (
    Agree,
    AskRemoved,
    Imported,
    Merge,
    around_of_tables,
    as_exported,
)
from csm_xl.workbook.operations.refresh.sources import folder_tables
from csm_xl.workbook.operations.table_rows import typed_again
from csm_xl.xlsx.atomic import held
from csm_xl.xlsx.package import Region

_OWNER_ALONE: Final = 0o600
Rows = Sequence[Sequence[Any]]


def around_of_folder(folder: Path) -> Around:
    """What a folder knows that an export may leave open: its plans and their currencies.

    Errors: as `folder_tables`.
    """
    return around_of_tables(folder_tables(folder))


def import_into_folder(
    folder: Path,
    given: Sequence[Mapped],
    agree: Agree,
    text_of: Callable[[Rows], str],
    accepted: Iterable[str] = (),
    ask_removed: AskRemoved | None = None,
) -> Imported:
    """Put exports into a folder in place of its files of their tables.

    given: the exports as tables. agree: asked before anything is written. text_of: rows as CSV that is read
    as they are. accepted: rules whose findings warn and do not stop. ask_removed: asked first about rows that
    the exports do not have.
    Cells that say the same stay as they were typed, and so do columns that no table knows. A column that a
    file lacks is added to it; a table that the folder lacks is a new file, which only its owner can read.
    Errors: everything that is wrong with the exports, and that they leave wrong in the folder; a table that a
    TOML file gives; a file that another program holds.
    """
    merge = Merge.of(folder_tables(folder), given)
    if ask_removed is not None:
        ask_removed(merge.removed())
    tables, warnings = merge.sound(accepted_table(list(accepted), "--accept"))
    found = merge.changes(tables)
    files: dict[str, tuple[Path, str]] = {}
    for raw in merge.new:
        name = str(raw.name)
        old = merge.mine.get(name)
        if old is not None and old.origin.kind == "toml":
            hint = "Change it there, or leave the table out of the import."
            raise CsmError(VALUE, f"{name} comes from a TOML file", old.origin.name, None, hint)
        if changes_of(merge.before[name], tables[name]).any:
            file = folder / (f"{name}.csv" if old is None else old.origin.name)
            files[name] = (file, text_of(_rows(merge, tables[name], raw)))
    written = bool(files) and agree(found)
    if written:
        _write(files, merge, tables)
    return Imported(found, warnings, written)


def _rows(merge: Merge, after: Table, raw: RawTable) -> list[list[Any]]:
    """The header and the rows of a file as they will be."""
    name = after.schema.name
    before, old = merge.before[name], merge.mine.get(name)
    positions = {} if before.origin is None else dict(before.origin.positions)
    headers = [] if old is None else [str(cell) for cell in old.rows[0]]
    named = {*positions, *map(header_name, headers)}
    new = [header_name(str(cell)) for cell in raw.rows[0]]
    headers += [name for name in new if name in after.schema.names and name not in named]
    typed = None if old is None else _wide(old, before, len(headers))
    region = Region(name, name, 1, 1, 1, tuple(headers))
    extra = {header: cells for header, cells in after.extra.items() if header_name(header) in named}
    exported = as_exported(raw)

    def cell(table: Table, row: int, column: str) -> Any:
        value = exported(table, row, column)
        return value.date() if isinstance(value, datetime) else value

    moved = merge.moved(after, raw)
    rows = typed_again(region, replace(after, extra=extra), before, typed, cell, positions, moved)
    return [headers, *rows]


def _wide(raw: RawTable, table: Table, width: int) -> RawTable:
    """A table with rows of one width. If its file has decimal commas, its values get decimal points, because
    commas will separate its cells."""
    rows = [[*row, *[None] * (width - len(row))] for row in raw.rows]
    if raw.decimal_commas and table.origin is not None:
        for row in range(table.rows):
            for name, at in table.origin.positions.items():
                value = cell_of(table.schema.column(name), table.value(row, name))
                rows[1 + int(table.lines[row])][at] = value
    return replace(raw, rows=rows)


def _write(files: dict[str, tuple[Path, str]], merge: Merge, tables: Tables) -> None:
    """Replace the files, after all of them were read back."""
    with ExitStack() as stack:
        holds = {name: stack.enter_context(held(file)) for name, (file, _) in files.items()}
        beside = Path(stack.enter_context(TemporaryDirectory(prefix="csm_xl")))
        for name, (file, text) in files.items():
            trial = beside / file.name
            trial.write_text(text, encoding="utf-8", newline="")
            _read_back(trial, merge, tables[name])
        for name, (file, text) in files.items():
            data, new_file = text.encode("utf-8"), not file.exists()
            holds[name].replace(partial(_put, data), _private if new_file else _as_it_is)


def _put(data: bytes, new: Path) -> None:
    new.write_bytes(data)


def _private(new: Path) -> None:
    new.chmod(_OWNER_ALONE)


def _as_it_is(new: Path) -> None:
    """The permissions of the file that is replaced are those of the new one already."""


def _read_back(trial: Path, merge: Merge, wanted: Table) -> None:
    """Refuse a file that does not read as the table that it was written from."""
    raw = replace(RawTable.of_csv(trial), name=wanted.schema.name)
    read = read_tables([*merge.decisions, raw], component_types())[0]
    if changes_of(wanted, read[wanted.schema.name]).any:
        raise CsmError(
            VALUE,
            "the file would not read as it was imported; nothing was written",
            trial.name,
            None,
            "Import into a workbook instead.",
        )
