"""Documents of people as files: only their owner may read them, and each is whole or not there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.xlsx.atomic import replacing

_LISTED: Final = 8
_PRIVATE: Final = 0o600


def already_there(paths: list[Path], what: str) -> list[Issue]:
    """Findings about files that are there already. what: such as ``statement``."""
    there = [path for path in paths if path.exists()]
    found = [
        Issue(VALUE, f"the {what} already exists", str(path), None, "Choose another folder, or replace it.")
        for path in there[:_LISTED]
    ]
    if len(there) > _LISTED:
        more = f"{len(there) - _LISTED} more {what}s already exist"
        hint = "Choose another folder, or replace them."
        found.append(Issue(VALUE, more, str(paths[0].parent), None, hint))
    return found


def private_folder(folder: Path, what: str) -> None:
    """Make a folder, for its owner alone, where it is not there. Errors: it cannot be made."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as why:
        raise _unwritable(folder, what, why) from None


def private_file(path: Path, data: bytes, what: str) -> None:
    """Write a file whole: beside its place first, then in it; only its owner may read it.

    Errors: it cannot be written.
    """
    try:
        with replacing(path, _PRIVATE) as new:
            new.write_bytes(data)
    except (OSError, ValueError) as why:
        raise _unwritable(path, what, why) from None


def _unwritable(path: Path, what: str, why: Exception) -> CsmError:
    hint = "Choose a folder that you may write to, free some disk space, and close the file if it is open."
    said = why.strerror if isinstance(why, OSError) else str(why)
    return CsmError(VALUE, f"the {what} cannot be written", str(path), said, hint)
