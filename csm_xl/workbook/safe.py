"""A file replaced so that it is never torn: the old one or the new one, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Held:
    """A file that this process alone may replace.

    path: the file itself, where the path that was given is a link.
    """

    path: Path

    def replace(self, write: Callable[[Path], object], verify: Callable[[Path], object]) -> None:
        """Put what `write` makes in place of the file.

        write: makes the new file at the path it is given. verify: raises where the new file is not sound.
        Errors: whatever the two raise; the disk is full, or the folder is read-only: the file is as it was.
        """
        raise NotImplementedError


@contextmanager
def held(path: Path, wait: float = 10.0) -> Iterator[Held]:
    """Hold a file alone while it is read and replaced; what is read within is what will be replaced.

    wait: for how many seconds another process may hold it. Left-overs of killed runs are swept.
    Errors: the file is open in Excel or LibreOffice, held by another process, or cannot be written.
    """
    raise NotImplementedError
    yield Held(path)


def replace_file(path: Path, write: Callable[[Path], object], verify: Callable[[Path], object]) -> None:
    """Hold a file, new or old, and replace it: `held` and `Held.replace` at once."""
    raise NotImplementedError
