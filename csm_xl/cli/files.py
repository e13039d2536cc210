"""Input files of commands; `csm_xl.cli.outputs` handles output files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from csm_xl.cli import show
from csm_xl.cli.csv_text import cell_text, csv_text
from csm_xl.cli.outputs import replacing, row_writer
from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.plan.company import company_of
from csm_xl.plan.paper import LETTER
from csm_xl.plan.raw import RawTable

if TYPE_CHECKING:
    from csm_xl.workbook.operations.refresh.inputs import Source

__all__ = [
    "WORKBOOKS", "asked_period", "cell_text", "csv_text", "read_input", "read_source", "replacing",
    "row_writer",
]  # fmt: skip

WORKBOOKS: Final = (".xlsx", ".xlsm")


def read_input(path: Path) -> list[RawTable]:
    """The tables of `read_source`."""
    return read_source(path).tables


def asked_period(period: str | None, source: Source) -> str:
    """The period given to a command, otherwise the one on the workbook's Control sheet.

    Errors: there is neither.
    """
    asked = period or source.period
    if not asked:
        raise CsmError(VALUE, "no period is given", "period", None, "Give one, such as 2026-Q1.")
    return asked


def read_source(path: Path, as_typed: bool = False) -> Source:
    """The tables a workbook pays from, as set on its Control sheet, or a folder: CSV or Parquet files, and
    TOML plans.

    as_typed: use the workbook's own sheets, whatever Control says.
    If Control replaces the sheets by a folder or a scenario, a line on stderr reports it.
    A formula of the tables that gives another value than the file has is an error beside them.
    Errors: #N/A if no such file or folder, or nothing to read in it; #VALUE! for another kind of
    file.
    """
    from csm_xl.workbook.operations.refresh.inputs import Source, source_of

    try:
        path.stat()  # raises the error, such as for a long name, that exists() would hide
    except (FileNotFoundError, NotADirectoryError):
        raise CsmError(NOT_FOUND, "no such file or folder", str(path), None,
                       "Give a workbook (.xlsx, .xlsm) or a folder of CSV files.") from None  # fmt: skip
    if path.is_dir():
        tables = _folder(path)
        return Source(tables, paper=company_of(tables)[0].paper_size or LETTER)
    if path.suffix.lower() not in WORKBOOKS:
        raise CsmError(
            VALUE,
            "this is neither a workbook nor a folder",
            str(path),
            path.suffix or None,
            "Give a workbook (.xlsx, .xlsm), or the folder that holds the CSV files.",
        )
    from csm_xl.engine.components import component_types
    from csm_xl.plan.decisions import remarks_table
    from csm_xl.workbook.operations.read import read_workbook
    from csm_xl.workbook.operations.uncalculated import outdated_formulas
    from csm_xl.xlsx.package import Package

    if as_typed:
        return Source(read_workbook(path, component_types()))
    package = Package(path)
    found = source_of(package)
    if found.said:
        show.note(f"Control in {path.name} says: {found.said}.")
    outdated = remarks_table(outdated_formulas(package, found.tables), path.name)
    return replace(found, tables=[*found.tables, *outdated])


def _folder(folder: Path) -> list[RawTable]:
    from csm_xl.workbook.operations.refresh.sources import folder_tables

    tables = folder_tables(folder)
    if not tables:
        raise CsmError(
            NOT_FOUND,
            "the folder has no CSV or Parquet file and no TOML plan",
            str(folder),
            None,
            "Put roster.csv, results.csv and the others in it; `csm-xl tables` lists their columns.",
        )
    return tables
