"""A cache of results that take long to compute.

A spreadsheet recalculates a function whenever a cell of its ranges is written, even with the same value, as
on a refresh or an undo.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Final

from csm_xl.errors import CsmError

Rows = list[list[Any]]
_MOST: Final = 32
_FOUND: Final[dict[bytes, Rows | CsmError]] = {}


def cached(function: Callable[..., Rows], *given: Any) -> Rows:
    """The result of a function, computed only if it is not among the latest results.

    function: its result or error must depend only on its arguments.

    >>> cached(lambda *cells: [list(cells)], 1, "1", True)
    [[1, '1', True]]
    """
    key = key_of(function.__module__, function.__qualname__, given)
    found = _FOUND.pop(key, None)
    if found is None:
        try:
            found = function(*given)
        except CsmError as error:
            found = error
    _FOUND[key] = found  # the most recently used result is last
    while len(_FOUND) > _MOST:
        del _FOUND[next(iter(_FOUND))]
    if isinstance(found, CsmError):
        raise CsmError.of(found.issues)
    return [list(row) for row in found]


def key_of(*given: Any) -> bytes:
    """A key that distinguishes arguments, including 1, TRUE and "1", and nothing else.

    >>> word = "NRR"
    >>> key_of([word, word]) == key_of(["".join("NRR"), "".join("NRR")]), key_of(1) == key_of(True)
    (True, False)
    """
    import hashlib
    import pickle

    content = io.BytesIO()
    pickler = pickle.Pickler(content)
    pickler.fast = True  # else one object named twice is written in another way than two that are equal
    pickler.dump(given)
    return hashlib.sha256(content.getvalue()).digest()
