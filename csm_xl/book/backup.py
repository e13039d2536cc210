"""Copies of a book: a backup is a book in a file, wherever the book itself is; a restore goes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from csm_xl.book import triggers
from csm_xl.book.ledger import Book
from csm_xl.book.store import Store, shown
from csm_xl.book.tables import PARTS, blob, event
from csm_xl.book.verify import Verified, verify
from csm_xl.errors import VALUE, CsmError
from csm_xl.xlsx.atomic import folder_to_disk

_CHUNK = 5_000


def backup(book: Book, file: Path) -> Verified:
    """Copy a book, as it is at one moment, into a new file, and prove the copy.

    Returns what the proof of the copy found; its head is the book's.
    Errors: the file is there already, or cannot be written; the copy is not sound, and is removed.
    """
    if file.exists() or file.is_symlink():
        raise CsmError(VALUE, "there is a file already", "FILE", str(file),
                       "Give a new name: a backup replaces nothing.")  # fmt: skip
    partial = file.with_name(f".{file.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        found = _copied(book, str(partial))
        partial.rename(file)
        folder_to_disk(file.absolute().parent)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
    return found


def restore(file: Path, where: str) -> Verified:
    """Copy a backup into a place where no book is: a new file, or a database whose owner runs this.

    Errors: the backup is no book, or not sound; there is a book already.
    """
    source = Book(Store(str(file)))
    before = verify(source)
    if before.findings:
        raise CsmError(VALUE, f"the backup is not sound: {before.findings[0]}", str(file), None,
                       "Restore another one; csm-xl ledger --verify lists everything.")  # fmt: skip
    return _copied(source, where)


def _copied(book: Book, where: str) -> Verified:
    target = Store(where)
    target.create()
    with book.store.reading() as source, target.begin() as into:
        triggers.remove(into)
        for table in (event, blob, *PARTS):
            for rows in _rows(source, table):
                into.execute(table.insert(), rows)
        triggers.install(into)
    copy = Book(target)
    found = verify(copy)
    target.close()
    if found.findings:
        raise CsmError(VALUE, f"the copy is not sound: {found.findings[0]}", shown(where), None,
                       "Verify the book with csm-xl ledger --verify.")  # fmt: skip
    return found


def _rows(source: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, object]]]:
    chosen = sa.select(table).order_by(*table.primary_key.columns)
    size = 16 if table is blob else _CHUNK
    for part in source.execution_options(yield_per=size).execute(chosen).mappings().partitions():
        yield [dict(row) for row in part]
