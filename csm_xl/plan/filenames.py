"""File names made of ids that may hold anything."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final

_LONGEST: Final = 60
"""The most bytes of an id in a file name."""
_DEVICES: Final = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt")
                                                         for n in range(10))})  # fmt: skip
"""Names that Windows keeps for itself, whatever follows the first dot."""


def safe_names(ids: Iterable[str], taken: Collection[str] = ()) -> dict[str, str]:
    """A part of a file name for each id that every file system takes, no two alike where case does not count.

    taken: names that none may get. An id whose name had to be fixed, or that is like another's, gets a mark
    of its own, so that the same id always has the same name.

    >>> safe_names(["E0001", "../x", "CON"])
    {'E0001': 'E0001', '../x': '_.._x_d6b96a97', 'CON': '_CON_a3dbc4b6'}
    """
    every = list(ids)
    mended = {name: _unreserved(mended_name(name)) for name in every}
    often = Counter(safe.casefold() for safe in mended.values())
    found = {}
    for name, safe in mended.items():
        plain = safe == name and often[safe.casefold()] == 1 and safe.casefold() not in taken
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        found[name] = safe if plain else f"{safe}_{digest}"
    return found


def _unreserved(safe: str) -> str:
    """Not hidden, and no name that Windows keeps for itself."""
    reserved = safe.startswith(".") or safe.casefold().partition(".")[0] in _DEVICES
    return f"_{safe}" if reserved else safe


def mended_name(name: str) -> str:
    """A name with nothing in it that a path could mean, and not too long.

    >>> mended_name("a/b:c")
    'a_b_c'
    """
    letters = "".join(c if c.isalnum() or c in " ._-+@" else "_" for c in unicodedata.normalize("NFC", name))
    while len(letters.encode("utf-8", "replace")) > _LONGEST:
        letters = letters[:-1]
    return letters.strip() or "_"
