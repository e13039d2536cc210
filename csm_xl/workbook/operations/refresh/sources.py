"""Where a refresh takes the plan, the people and the results from: the workbook itself, or folders.

A folder never edits the workbook: its tables are in the place of the workbook's while it is paid, and
what is typed on the input sheets stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from csm_xl.engine.components import component_types
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.intake.sources import is_mapping
from csm_xl.plan.decisions import CARRIERS, gone_table
from csm_xl.plan.must_not_count import lists_exceptions
from csm_xl.plan.names import header_name, table_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import PLAN_TABLES, schemas
from csm_xl.plan.tables import table_of
from csm_xl.workbook.settings import THIS_WORKBOOK, Settings

_SHEETS_OF_TEXT: Final = (".csv", ".tsv")
_PARQUET: Final = ".parquet"
_TABLES: Final = (*_SHEETS_OF_TEXT, _PARQUET)
"""The extensions of files with a table each."""
_SPREADSHEETS: Final = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".numbers")
_MOST_FILES: Final = 1000
"""At most this many files of a subfolder are read."""


def folder_tables(folder: Path) -> list[RawTable]:
    """The tables of a folder: its CSV and Parquet files and its TOML plans, but what an earlier run wrote.

    Errors: no such folder; files that cannot be read.
    """
    from csm_xl.plan.folder import plan_tables

    try:
        every = sorted(folder.iterdir())
    except OSError as why:
        raise CsmError(
            NOT_FOUND,
            "the folder cannot be read",
            str(folder),
            why.strerror,
            "Give the path of a folder, absolute or relative to the workbook.",
        ) from None
    read = (*_TABLES, ".toml")
    files = [file for file in every if not file.name.startswith((".", "~$")) and file.suffix.lower() in read]
    if unfit := [file for file in files if not file.is_file()]:
        hint = "Use a regular file, or give it another name."
        raise CsmError.of(
            Issue(VALUE, "this is not a readable file", str(file), None, hint) for file in unfit
        )
    read_files = (_table_of(file) for file in files if file.suffix.lower() in _TABLES)
    tables = [table for table in read_files if table is not None]
    plans = plan_tables(file for file in files if file.suffix.lower() == ".toml" and not is_mapping(file))
    found = [*tables, *plans]
    given = {name for table in found if (name := table_of(table, component_types())) is not None}
    unread = _unread(every)
    if found:
        beside = [*_not_read([one for one in unread if one[0] in given]), *_deeper(every, given)]
        beside += [*_like_a_table(every, given), *_of_exceptions(every, files)]
        found[0] = replace(found[0], issues=(*found[0].issues, *beside))
    return [*found, *gone_table(unread, folder.name)]


def _table_of(file: Path) -> RawTable | None:
    """The table of a file; None where an earlier run wrote it."""
    if file.suffix.lower() == _PARQUET:
        from csm_xl.batch.parquet_files import parquet_header, raw_table_of_parquet

        return None if passed_over(file.name, parquet_header(file)) else raw_table_of_parquet(file)
    table = RawTable.of_csv(file)
    return None if table.rows and passed_over(table.name or "", table.rows[0]) else table


def _not_read(unread: Iterable[tuple[str, str, str, str]]) -> list[Issue]:
    """A note on each file that is named like a table which another file gives."""
    return [
        Issue(VALUE, f"this file is not read: another one is the table {name}", where, None,
              "Nothing to do if that is intended.", "note", kind="files are named like a table, and not read")
        for name, _, where, _ in unread
    ]  # fmt: skip


def _like_a_table(every: Sequence[Path], given: Collection[str]) -> list[Issue]:
    """A finding about each spreadsheet beside the tables whose name begins with that of a table, such as
    ``Changes June.xlsx``: a note where the folder has the table, else a warning."""
    known = schemas(component_types())
    found = []
    for file in every:
        first, *more = re.split(r"[\s_.-]+", file.stem.strip().casefold())
        if file.suffix.lower() not in _SPREADSHEETS or file.name.startswith((".", "~$")):
            continue
        if more and first in known and table_name(file.stem) not in known and file.is_file():
            severity = "note" if first in given else "warning"
            what = f"this spreadsheet is not read; its name begins with the table {first}"
            hint = "Save its rows as CSV (UTF-8), if people are to be paid from them."
            found.append(Issue(VALUE, what, file.name, None, hint, severity,
                               kind="spreadsheets are named like tables, and not read"))  # fmt: skip
    return found


def _of_exceptions(every: Sequence[Path], read: Collection[Path]) -> list[Issue]:
    """A warning about each file that is not read and whose name says that it lists people or deals which are
    paid otherwise, such as ``Leavers.xlsx``."""
    return [
        Issue(VALUE, "this file is not read, and its name says that what it lists is paid otherwise",
              file.name, None, "Type what changes pay into the table that holds it, such as leave_date of the"
              " roster; or keep the file in another folder.", "warning",
              kind="files that are not read list what is paid otherwise")
        for file in every
        if file not in read and file.is_file() and not file.name.startswith((".", "~$"))
        and lists_exceptions(file.stem)
    ]  # fmt: skip


def _deeper(every: Sequence[Path], given: Collection[str]) -> list[Issue]:
    """A finding about the tables in folders within the folder, which are not read.

    A note where the folder itself has the table too, else a warning.
    """
    known = schemas(component_types())
    found = []
    for inner in every:
        if inner.name.startswith((".", "~$")) or not inner.is_dir():
            continue
        try:
            files = sorted(islice(inner.iterdir(), _MOST_FILES))
        except OSError:
            continue  # what cannot be opened was not meant to be read
        for file in files:
            name = table_name(file.name)
            if file.suffix.lower() in _TABLES and name in known and file.is_file():
                severity = "note" if name in given else "warning"
                found.append(Issue(VALUE, f"the table {name} is in a folder within, and is not read",
                                   f"{inner.name}/{file.name}", None,
                                   "Move the file up, if people are to be paid from it.", severity,
                                   kind="files in folders within are not read"))  # fmt: skip
    return found


def _unread(files: Sequence[Path]) -> list[tuple[str, str, str, str]]:
    """The files that are named like a table and are of a kind that no folder is read from."""
    known, read = schemas({}), (*_TABLES, ".toml")
    hint = "Save it as CSV (UTF-8), or give it another name."
    return [
        (name, f"this file has the name of the table {name}, but is not read", file.name, hint)
        for file in files
        if file.is_file() and not file.name.startswith((".", "~$"))
        and file.suffix.lower() not in read and (name := table_name(file.stem)) in known
    ]  # fmt: skip


def passed_over(name: str, header: Iterable[Any]) -> bool:
    """Whether a file of a folder is what an earlier run wrote there, and no input. Lines that somebody called
    paid are what was really paid.

    name: of the file, with or without its extension.
    """
    return table_name(name) != "paid" and computed(header)


def computed(header: Iterable[Any]) -> bool:
    """Whether a file's header is that of lines or totals of an earlier run: lines would pass for the table
    `paid`, and what was computed once would then count as what was really paid."""
    from csm_xl.engine.lines import LATER, LINE_COLUMNS
    from csm_xl.engine.person_year import HEADER

    headers = {header_name(str(cell)) for cell in header}
    return headers.issuperset({*LINE_COLUMNS} - LATER) or headers.issuperset(HEADER)


def sourced(
    raws: Sequence[RawTable], settings: Settings, beside: Path, where: Mapping[str, str]
) -> list[RawTable]:
    """The tables that are paid from: the workbook's, and in their place those of the folders it names.

    raws: the workbook's tables. beside: the folder of the workbook. where: setting → its cell.
    The plan source gives every table of the plan; the results source each other table that it has.
    Errors: a folder that is not there, or has none of these tables; two files of one table.
    """
    found = list(raws)
    for setting, source, of_plan in (
        ("plan_source", settings.plan_source, True),
        ("results_source", settings.results_source, False),
    ):
        if source == THIS_WORKBOOK:
            continue
        folder = beside / Path(source).expanduser()
        if not folder.is_dir():
            raise CsmError(NOT_FOUND, "no such folder", where.get(setting, setting), source,
                           f"Enter {THIS_WORKBOOK}, or an existing folder, absolute or relative to "
                           f"{beside}.")  # fmt: skip
        everything = folder_tables(folder)
        given = [
            table for table in everything
            if (name := table_of(table, component_types())) is not None and (name in PLAN_TABLES) == of_plan
        ]  # fmt: skip
        if not given:
            wanted = PLAN_TABLES if of_plan else ("roster", "results", "goals", "deals")
            what = f"the folder has no table of {'a plan' if of_plan else 'results'}"
            raise CsmError(NOT_FOUND, what, where.get(setting, setting), source,
                           f"Add files for {listed(wanted, 99)}.")  # fmt: skip
        replaced = set(PLAN_TABLES) if of_plan else {table_of(table, component_types()) for table in given}
        found = [
            table
            for table in found
            if table.name in CARRIERS or table_of(table, component_types()) not in replaced
        ]
        found += [*given, *(table for table in everything if table.name in CARRIERS)]
    return found
