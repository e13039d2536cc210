"""Which file a source is, and what is in it: text, workbooks, Parquet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, counted, listed
from csm_xl.extras import require
from csm_xl.intake.databases import query_block
from csm_xl.intake.grid import Block, Grid, grid_of
from csm_xl.intake.sheet_notes import hidden_rows
from csm_xl.intake.sources import PASTED, Source
from csm_xl.intake.text_files import text_block
from csm_xl.xlsx.addresses import area, spot

TEXT_FILES: Final = (".csv", ".tsv", ".txt", ".tab")
WORKBOOKS: Final = (".xlsx", ".xlsm")
OLD_WORKBOOKS: Final = (".xls",)
PARQUET: Final = (".parquet",)
READ: Final = (*TEXT_FILES, *WORKBOOKS, *OLD_WORKBOOKS, *PARQUET)
"""The extensions of files that are read."""


def grid_of_source(source: Source, beside: Path) -> Grid:
    """What a source gives: its export, or the rows of its query.

    beside: the folder of the mapping. Errors: no file, or two that are equally new; a file or a database that
    cannot be read; an export without a header or rows.
    """
    if source.url:
        return grid_of(query_block(source), 1)
    if source.pattern == PASTED:
        raise CsmError(
            NOT_FOUND,
            f"{source.table} is pasted into the workbook, so no file has it",
            f"{source.place} from",
            PASTED,
            'Name the export instead, such as from = "exports/workers*.csv"; or paste it again.',
        )
    return grid_of_file(newest(source.pattern, beside, f"{source.place} from"), source)


def grid_of_file(path: Path, source: Source) -> Grid:
    """What a file gives, read as a source says. Errors: as `grid_of_source`."""
    return grid_of(block_of(path, source.sheet, source.encoding, source.place), source.header_row)


def newest(pattern: str, beside: Path, place: str) -> Path:
    """The newest file that a pattern names. Errors: none; two that are equally new."""
    files = _fitting(pattern, beside)
    if not files:
        raise CsmError(
            NOT_FOUND, "no file fits", place, pattern, "Put the export there, or correct the pattern."
        )
    last = max(file.stat().st_mtime_ns for file in files)
    latest = sorted(file for file in files if file.stat().st_mtime_ns == last)
    if len(latest) > 1:
        names = listed(file.name for file in latest)
        raise CsmError(
            VALUE,
            f"{counted(len(latest), 'file')} are equally new: {names}",
            place,
            pattern,
            "Remove all but one, or narrow the pattern.",
        )
    return latest[0]


def matches(pattern: str, beside: Path, file: Path) -> bool:
    """Whether a file is one of those that a pattern names."""
    return (
        bool(pattern) and any(one.samefile(file) for one in _fitting(pattern, beside))
        if file.exists()
        else False
    )


def _fitting(pattern: str, beside: Path) -> list[Path]:
    """The files that a pattern names; none where it is no pattern."""
    whole = Path(pattern).expanduser()
    if not whole.name:  # such as ".", of which Python makes no pattern
        return []
    base = Path(whole.anchor) if whole.is_absolute() else beside
    try:
        found = base.glob(str(whole.relative_to(whole.anchor)) if whole.is_absolute() else pattern)
        return [file for file in found if file.is_file() and not file.name.startswith((".", "~$"))]
    except (ValueError, NotImplementedError):
        return []


def block_of(path: Path, sheet: str = "", encoding: str = "", place: str = "") -> Block:
    """What is in a file.

    sheet: of a workbook, which may be left out where one alone holds anything. place: of the mapping.
    Errors: another kind of file; one that cannot be read; a sheet that is not there; an extra that is
    missing.
    """
    kind = path.suffix.lower()
    if kind in WORKBOOKS:
        return _workbook(path, sheet, place)
    if kind in OLD_WORKBOOKS:
        from csm_xl.xlsx.old_workbook import old_sheets

        require("xls", f"{path.name}, an old Excel workbook,")
        return _chosen(path, old_sheets(path), sheet, place)
    if kind in PARQUET:
        return _parquet(path)
    if kind not in TEXT_FILES:
        raise CsmError(
            VALUE,
            "this kind of file is not read",
            path.name,
            path.suffix or None,
            f"Export it as one of {', '.join(READ)}.",
        )
    return text_block(path, encoding)


def filled_sheets(path: Path) -> list[str]:
    """The sheets of a workbook that hold anything; none of another file. Errors: it cannot be read."""
    kind = path.suffix.lower()
    if kind in WORKBOOKS:
        from csm_xl.xlsx.package import Package

        package = Package(path)
        return [name for name in package.sheets if any(
            cell is not None for cell in package.cells(name).values.values())]  # fmt: skip
    if kind in OLD_WORKBOOKS:
        from csm_xl.xlsx.old_workbook import old_sheets

        require("xls", f"{path.name}, an old Excel workbook,")
        return [name for name, rows in old_sheets(path).items()
                if any(cell is not None for row in rows for cell in row)]  # fmt: skip
    return []


def _workbook(path: Path, sheet: str, place: str) -> Block:
    from csm_xl.xlsx.outdated import outdated
    from csm_xl.xlsx.package import Package
    from csm_xl.xlsx.uncalculated import waits, zeros

    package = Package(path)
    sheets: dict[str, list[list[Any]]] = {}
    hidden: dict[str, int] = {}
    for name in package.sheets:
        cells = package.cells(name)
        sheets[name] = _rows(cells.values)
        hidden[name] = sum(row <= len(sheets[name]) for row in cells.hidden)
    block = _chosen(path, sheets, sheet, place)
    cells = package.cells(block.sheet)
    lost = (cells.formulas.keys() - cells.values.keys()) | cells.unreadable.keys()
    lost |= zeros(cells) if waits(package) else set()
    block = replace(block, outdated=partial(outdated, package, block.sheet)) if cells.formulas else block
    return replace(block, marks=cells.marks, issues=tuple(hidden_rows(hidden[block.sheet], block.place)),
                   merged=_over_rows(cells.merged), lost=frozenset(lost),
                   struck=frozenset(row for row, _ in cells.struck),
                   noted=frozenset(map(spot, package.notes(block.sheet))))  # fmt: skip


def _over_rows(merged: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The first and last row of each merged area that has several."""
    areas = (area(ref) for ref in merged)
    return tuple((one.top, one.bottom) for one in areas if one is not None and one.bottom > one.top)


def _rows(values: Mapping[tuple[int, int], Any]) -> list[list[Any]]:
    """The rows of a sheet, each as long as what is in it: one cell may be in the farthest corner."""
    filled: dict[int, dict[int, Any]] = {}
    for (row, column), value in values.items():
        filled.setdefault(row, {})[column] = value
    blank: list[Any] = []
    rows = []
    for number in range(1, max(filled, default=0) + 1):
        there = filled.get(number)
        rows.append([there.get(at) for at in range(1, max(there) + 1)] if there else blank)
    return rows


def _chosen(path: Path, sheets: dict[str, list[list[Any]]], sheet: str, place: str) -> Block:
    """The sheet that is asked for, or the only one that holds anything."""
    if sheet:
        found = next((name for name in sheets if name.casefold() == sheet.casefold()), None)
        if found is None:
            raise CsmError(
                NOT_FOUND,
                f"{path.name} has no sheet {sheet!r}",
                f"{place} sheet".strip(),
                None,
                f"Its sheets: {listed(sheets)}.",
            )
        return Block(path.name, sheets[found], found)
    filled = [name for name, rows in sheets.items() if any(cell is not None for row in rows for cell in row)]
    if len(filled) > 1:
        raise CsmError(
            VALUE,
            f"{counted(len(filled), 'sheet')} hold data: {listed(filled)}",
            path.name,
            None,
            f'Name the one to read in sources.toml: sheet = "{filled[0]}". If you need several, give each a'
            " [[source]] of its own, with the same from.",
        )
    name = (filled or list(sheets))[0]
    return Block(path.name, sheets[name], name)


def _parquet(path: Path) -> Block:
    require("parquet", f"{path.name}, a Parquet file,")
    from pyarrow import ArrowException, parquet

    try:
        table = parquet.read_table(path)
    except (ArrowException, OSError):
        raise CsmError(
            VALUE, "the file is not Parquet, or it is damaged", path.name, None, "Export it again."
        ) from None
    columns = [column.to_pylist() for column in table.columns]
    return Block(path.name, [list(table.column_names), *map(list, zip(*columns, strict=True))])
