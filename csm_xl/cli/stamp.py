"""A mark on a CSV file that csm_xl wrote, so that one that a person edited since is not replaced.

A CSV file has no place for a mark. Its time of modification has: the microseconds are those of a checksum of
the content. Whoever saves the file sets another time, and whoever changes a byte another checksum.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Final

_MICRO: Final = 1_000
_MILLI: Final = 1_000_000
_SECOND: Final = 1_000_000_000
_AT_ONCE: Final = 1 << 20


def stamp(path: Path) -> None:
    """Mark a file with what is in it.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "pay.csv")
    ...     _ = file.write_text("amount\\n1000\\n")
    ...     stamp(file)
    ...     before = is_stamped(file)
    ...     _ = file.write_text("amount\\n1001\\n")
    ...     before, is_stamped(file)
    (True, False)
    """
    seconds = path.stat().st_mtime_ns // _SECOND
    marked = seconds * _SECOND + _microseconds(path) * _MICRO
    os.utime(path, ns=(marked, marked))


def is_stamped(path: Path) -> bool:
    """Whether a file is as it was when it was marked. Of a file system that keeps whole seconds or
    milliseconds nothing is known, and the answer is yes."""
    part = path.stat().st_mtime_ns % _SECOND
    return part % _MILLI == 0 or part // _MICRO == _microseconds(path)


def _microseconds(path: Path) -> int:
    """A checksum of a file's content from 1 to 999,999, never a whole number of milliseconds."""
    found = 0
    with path.open("rb") as file:
        while part := file.read(_AT_ONCE):
            found = zlib.crc32(part, found)
    return found % 1000 * 1000 + 1 + found // 1000 % 999
