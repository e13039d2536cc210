"""Copies of a book beside it: which of them went another way, so that neither is written any more."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from csm_xl.errors import VALUE, CsmError

if TYPE_CHECKING:
    from csm_xl.book.store import Store

_MAGIC: Final = b"SQLite format 3\x00"
_MOST: Final = 200
"""At most this many files of a folder are read."""


def refuse_fork(store: Store) -> None:
    """Refuse to write in a book of which a copy in the same folder has events that the book lacks, and the
    other way round: what a synced folder leaves when two people write at once.

    A backup is no fork: the book has every event of it.
    Errors: a fork, with the heads of both.
    """
    assert store.file is not None
    mine = _chain(store.file)
    if not mine:
        return
    for other in _neighbors(store.file):
        theirs = _chain(other)
        if not theirs or theirs[0] != mine[0]:
            continue
        shared = min(len(mine), len(theirs))
        if mine[:shared] != theirs[:shared]:
            raise CsmError(
                VALUE,
                f"there are two books: {store.file.name} ends with event {len(mine)}, hash {mine[-1][:16]};"
                f" {other.name} ends with event {len(theirs)}, hash {theirs[-1][:16]}, and neither has all"
                " events of the other",
                store.shown, None,
                "Keep the one whose events are right, move the other one away, and make its events again.",
            )  # fmt: skip


def _neighbors(file: Path) -> list[Path]:
    """The other SQLite files of the folder."""
    found = []
    try:
        for other in sorted(file.absolute().parent.iterdir())[:_MOST]:
            if other.is_file() and not other.samefile(file):
                with other.open("rb") as stream:
                    if stream.read(len(_MAGIC)) == _MAGIC:
                        found.append(other)
    except OSError:
        return found
    return found


def _chain(file: Path) -> list[str]:
    """The hashes of a book's events; nothing where the file is no book."""
    try:
        address = f"{file.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=5)) as connection:
            return [row[0] for row in connection.execute("SELECT hash FROM event ORDER BY id")]
    except sqlite3.Error:
        return []
