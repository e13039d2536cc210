"""Files at the command line: where tables come from, and result rows written so that no half file stays."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from csm_xl.cli import show
from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.plan.raw import RawTable

if TYPE_CHECKING:
    from csm_xl.workbook.refresh.inputs import Source

WORKBOOKS: Final = (".xlsx", ".xlsm")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def read_input(path: Path) -> list[RawTable]:
    """The tables of `read_source`."""
    return read_source(path).tables


def read_source(path: Path, as_typed: bool = False) -> Source:
    """What a workbook pays from, as its Control sheet says, or a folder of CSV files and TOML plans.

    as_typed: the workbook's own sheets, whatever Control says.
    Where Control puts a folder or a scenario in the place of the sheets, a line on stderr says so.
    Errors: #N/A where there is no such file or folder, or nothing to read in it; #VALUE! for another
    kind of file.
    """
    from csm_xl.workbook.refresh.inputs import Source, source_of

    if path.is_dir():
        return Source(_folder(path))
    if not path.exists():
        raise CsmError(
            NOT_FOUND,
            "there is no such file or folder",
            str(path),
            None,
            "Give a workbook (.xlsx, .xlsm) or a folder of CSV files.",
        )
    if path.suffix.lower() not in WORKBOOKS:
        raise CsmError(
            VALUE,
            "the file is neither a workbook nor a folder",
            str(path),
            path.suffix or None,
            "Give a workbook (.xlsx, .xlsm), or the folder in which the CSV files lie.",
        )
    from csm_xl.engine.components import types
    from csm_xl.workbook.package import Package
    from csm_xl.workbook.read import read_workbook

    if as_typed:
        return Source(read_workbook(path, types()))
    found = source_of(Package(path))
    if found.said:
        show.note(f"{path.name} pays as its Control sheet says: {found.said}.")
    return found


def _folder(folder: Path) -> list[RawTable]:
    from csm_xl.workbook.refresh.sources import folder_tables

    tables = folder_tables(folder)
    if not tables:
        raise CsmError(
            NOT_FOUND,
            "the folder holds no CSV file and no TOML plan",
            str(folder),
            None,
            "Put roster.csv, results.csv and the others in it; `csm-xl tables` tells their columns.",
        )
    return tables


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place once the block ends well; else it is removed.

    Errors: #VALUE! where the folder cannot be written, or Excel holds the file open.
    """
    lock = path.with_name(f"~${path.name}")
    if lock.exists():
        raise CsmError(VALUE, "the file is open in Excel", str(path), None, "Close it there, then try again.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as why:
        raise _unwritable(path, why) from None
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())  # mkstemp makes it private; a result is a file like any other
        temporary.replace(path)
    except OSError as why:
        raise _unwritable(path, why) from None
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unwritable(path: Path, why: OSError) -> CsmError:
    return CsmError(
        VALUE,
        "the file cannot be written",
        str(path),
        why.strerror,
        "Choose a folder that you may write to, and close the file where it is open.",
    )


def cell_text(cell: Any) -> str:
    """A result as a CSV cell: shortest number, ISO date, TRUE/FALSE, blank for None.

    Text that a spreadsheet would take for a formula gets an apostrophe in front, as Excel itself shows
    text that begins so.

    >>> [cell_text(x) for x in (4500.0, 0.1, -2.5, None, True, date(2026, 3, 31), "=1+1", "E0001")]
    ['4500', '0.1', '-2.5', '', 'TRUE', '2026-03-31', "'=1+1", 'E0001']
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULA_STARTS) else text


def csv_text(rows: Sequence[Sequence[Any]]) -> str:
    """Rows as CSV: UTF-8 text, a line a row."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([cell_text(cell) for cell in row] for row in rows)
    return out.getvalue()


def _write_csv(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    path.write_text(csv_text(rows), encoding="utf-8", newline="")


def _write_workbook(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    from csm_xl.workbook.export import write_rows

    write_rows(path, "Payouts", rows)


def row_writer(path: Path) -> Callable[[Sequence[Sequence[Any]]], None]:
    """The writer of result rows for a path, by its ending. Found before the run, so that it fails early.

    Errors: #VALUE! where the ending is neither .csv nor .xlsx, or the path is a folder.
    """
    write = {".csv": _write_csv, ".xlsx": _write_workbook}.get(path.suffix.lower())
    if write is None or path.is_dir():
        raise CsmError(
            VALUE,
            "the result can be written as .csv or .xlsx",
            "--out",
            str(path),
            "End the name in .csv or .xlsx.",
        )

    def save(rows: Sequence[Sequence[Any]]) -> None:
        with replacing(path) as temporary:
            write(temporary, rows)

    return save
