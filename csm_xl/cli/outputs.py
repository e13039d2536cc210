"""Output files: a command never replaces what it reads, or a file that csm_xl did not write.

One rule for every command. A file that the run reads is never written, whatever its name and even with
`--force`. A file that csm_xl did not write, or that somebody changed since, is only replaced with `--force`.
A CSV file is recognized by its header, its form and its stamp, an .xlsx by a document property that every
other program removes or changes when it saves. Nothing is half written: a file is written next to its
destination, flushed to disk, and moved in one step.
"""

from __future__ import annotations

import csv
import errno
import io
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from csm_xl.cli.csv_text import Columns, cell_text, csv_parts, csv_text
from csm_xl.cli.stamp import is_stamped, stamp
from csm_xl.errors import VALUE, CsmError

READ_IN_FOLDERS: Final = (".csv", ".tsv", ".parquet", ".toml")
"""The extensions of files that are read from a folder."""
PRIVATE: Final = 0o600
_HINTS: Final = {
    errno.ENOSPC: "The disk is full: free some space.",
    errno.EDQUOT: "Your disk quota is used up: free some space.",
    errno.EFBIG: "The file is larger than allowed here: raise the limit, or choose another folder.",
    errno.EROFS: "The disk is read-only: choose another folder.",
}
_LONGEST_HEADER: Final = 100_000
_FORCE: Final = "Choose another name, or add --force to replace it."

Rows = Sequence[Sequence[Any]]


def refuse_inputs(path: Path, inputs: Iterable[Path | None], option: str = "--out") -> None:
    """Refuse to write a file that the run reads.

    path: where to write. inputs: the files and folders that the run reads.
    Errors: the path is one of them, under any name or link.
    """
    for source in _sources(inputs):
        if any(_same(path, file) for file in _read_of(source)):
            hint = "Choose another name: input files are never replaced."
            raise CsmError(VALUE, "the result would replace an input of this run", option, str(path), hint)


def refuse_among_inputs(path: Path, inputs: Iterable[Path | None], option: str = "--out") -> None:
    """Refuse to write a file where a later run would read it as input.

    Errors: the path is in a folder that the run reads, and has an extension that is read there.
    """
    for source in _sources(inputs) if path.suffix.lower() in READ_IN_FOLDERS else ():
        if not source.is_dir():
            continue
        if _same(Path(os.path.realpath(path)).parent, source) or _same(path.parent, source):
            what, hint = "the next run would read this file as input", "Choose another folder."
            raise CsmError(VALUE, what, option, str(path), hint)


def _sources(inputs: Iterable[Path | None]) -> Iterator[Path]:
    """The files and folders that are read, including folders named by a workbook."""
    for source in inputs:
        if source is None:
            continue
        yield source
        if source.suffix.lower() in (".xlsx", ".xlsm") and source.is_file():
            from csm_xl.workbook.operations.refresh.inputs import folders_of
            from csm_xl.xlsx.package import Package

            with suppress(CsmError):  # errors in the workbook are reported when it is read
                yield from folders_of(Package(source))


def _read_of(source: Path) -> list[Path]:
    """The files of a source that a run reads, without those that an earlier run wrote into the folder."""
    if not source.is_dir():
        return [source]
    with suppress(OSError):
        files = [file for file in source.iterdir() if file.suffix.lower() in READ_IN_FOLDERS]
        return [
            file
            for file in files
            if file.suffix.lower() == ".toml" or not _passed_over(file, header_of(file))
        ]
    return []


def _passed_over(path: Path, header: Iterable[Any]) -> bool:
    """Whether a file with this header in a folder is the result of a run, not an input."""
    from csm_xl.workbook.operations.refresh.sources import passed_over

    return passed_over(path.name, header)


def _same(one: Path, other: Path) -> bool:
    """Whether two paths are the same file or folder, including links and other spellings."""
    try:
        return one.samefile(other)
    except OSError:
        return os.path.realpath(one) == os.path.realpath(other)


def refuse_foreign(
    path: Path, ours: Callable[[Path], bool], force: bool | None, option: str = "--out"
) -> None:
    """Refuse to replace a file that csm_xl did not write.

    ours: tests whether this command wrote a file. force: replace it anyway; None of a command
    that has no --force.
    Errors: somebody else's file is there, or something that is not a file.
    """
    try:
        mode = path.stat().st_mode
    except OSError as why:
        if why.errno != errno.ELOOP:
            return  # nothing is there, or the write will report the error
        mode = 0  # links that lead to one another
    if not stat.S_ISREG(mode):
        raise CsmError(VALUE, "this path exists and is not a file", option, str(path), "Choose another name.")
    if force:
        return
    try:
        known = ours(path)
    except (OSError, CsmError, ValueError):
        known = False
    if not known:
        what = "the file already exists, and csm-xl did not write it or it was changed or copied since"
        raise CsmError(VALUE, what, option, str(path), "Choose another name." if force is None else _FORCE)


def header_of(path: Path) -> list[str]:
    """The header of a CSV file in csm_xl's format, or of a Parquet file; empty otherwise.

    What is no file is not opened: a named pipe would be waited for.
    """
    if not path.is_file():
        return []
    if path.suffix.lower() == ".parquet":
        from csm_xl.batch.parquet_files import parquet_header

        with suppress(CsmError):
            return parquet_header(path)
        return []
    with suppress(OSError, csv.Error), path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        return next(csv.reader([file.readline(_LONGEST_HEADER)]), [])
    return []


def written_rows(header: Sequence[Any]) -> Callable[[Path], bool]:
    """Recognizes result files that csm_xl wrote: CSV with the same header, or a workbook of rows not saved
    since."""

    def ours(path: Path) -> bool:
        if path.suffix.lower() == ".csv":
            of_kind = _alike(header_of(path), [cell_text(cell) for cell in header])
            return of_kind and _as_written(path) and is_stamped(path)
        from csm_xl.workbook.export import is_export

        return is_export(path)

    return ours


def _as_written(path: Path) -> bool:
    """Whether a CSV file still has the form in which csm_xl writes it, which a spreadsheet that saves it
    changes: line ends, marks, quotes, spaces, and trailing zeros."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return False
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    wide = {len(row) for row in rows}
    return out.getvalue() == text and len(wide) <= 1 and not text.startswith("\ufeff")


def _alike(found: Sequence[str], header: Sequence[str]) -> bool:
    """Whether two headers are of one kind: payout lines have only the columns that their plans need, and
    rows of people have names where the roster has."""
    from csm_xl.engine.lines import EVERY_COLUMN, LINE_COLUMNS
    from csm_xl.plan.display_names import EMPLOYEE_NAME

    lines = frozenset(LINE_COLUMNS)
    both = all(lines.issubset(one) and set(one).issubset(EVERY_COLUMN) for one in (found, header))
    unnamed, wanted = ([name for name in one if name != EMPLOYEE_NAME] for one in (found, header))
    return unnamed == wanted or both


@contextmanager
def replacing(path: Path, mode: int | None = None) -> Iterator[Path]:
    """A temporary path next to `path` that replaces it if the block succeeds, and is removed otherwise.

    mode: the file's permissions; None means the default (umask).
    Errors: #VALUE! if the folder cannot be written, the disk is full, or Excel has the file open.
    """
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    lock = target.with_name(f"~${target.name}")
    if lock.exists():
        raise CsmError(VALUE, "the file is open in Excel", str(path), None, "Close it there, then try again.")
    from csm_xl.xlsx import atomic

    try:
        with ExitStack() as stack:
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                temporary = stack.enter_context(atomic.replacing(target, mode))
            except ValueError as why:  # a name that no file can have
                raise unwritable(path, why) from None
            yield temporary
    except OSError as why:
        raise unwritable(path, why) from None


def unwritable(path: Path, why: Exception) -> CsmError:
    """The hint for a file that the system does not allow to be written."""
    number = why.errno if isinstance(why, OSError) else None
    hint = "Choose a folder that you may write to, and close the file if it is open."
    said = why.strerror if isinstance(why, OSError) else str(why)
    return CsmError(VALUE, "the file cannot be written", str(path), said, _HINTS.get(number or 0, hint))


def row_writer(
    path: Path, inputs: Iterable[Path | None] = (), force: bool = False, *, option: str = "--out",
    private: bool = False,
) -> Callable[[Rows | Columns], None]:  # fmt: skip
    """The writer of result rows for a path, by its extension. Chosen before the run, so that it fails early.

    inputs: the files and folders that the run reads. force: replace a file that csm_xl did not write.
    private: whether only the owner may read it, as for pay data.
    Errors: #VALUE! if the extension is neither .csv nor .xlsx, or the path is a folder, an input, or somebody
    else's file.
    """
    if path.suffix.lower() not in (".csv", ".xlsx") or path.is_dir():
        what = "results are written as .csv or .xlsx"
        raise CsmError(VALUE, what, option, str(path), "End the name in .csv or .xlsx.")
    sources = list(inputs)
    refuse_inputs(path, sources, option)

    def save(rows: Rows | Columns) -> None:
        header = rows[0] if isinstance(rows, Sequence) else rows.header
        if not _passed_over(path, header):
            refuse_among_inputs(path, sources, option)
        ours = written_rows(header)
        refuse_foreign(path, lambda there: _holds(there, rows) or ours(there), force, option)
        with replacing(path, PRIVATE if private else None) as temporary:
            _write(temporary, rows)

    return save


def _parts(rows: Rows | Columns) -> Iterable[str]:
    """The text of a CSV file, part by part."""
    return [csv_text(rows)] if isinstance(rows, Sequence) else csv_parts(rows)


def _holds(path: Path, rows: Rows | Columns) -> bool:
    """Whether a CSV file holds these rows already, so that nothing is lost whoever wrote it."""
    if path.suffix.lower() != ".csv":
        return False
    with suppress(OSError), path.open("rb") as file:
        for part in _parts(rows):
            data = part.encode("utf-8")
            if file.read(len(data)) != data:
                return False
        return not file.read(1)
    return False


def _write(path: Path, rows: Rows | Columns) -> None:
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(_parts(rows))
        stamp(path)
        return
    from csm_xl.workbook.export import write_rows

    write_rows(path, "Payouts", rows if isinstance(rows, Sequence) else rows.rows())
