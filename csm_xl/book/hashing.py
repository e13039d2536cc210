"""What is hashed of an event, and how: so that every later change of a book shows.

JSON in its shortest form, ASCII alone, so that the same values give the same bytes on every database and
every version of Python.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

SIGNED: Final = (
    "id", "form", "kind", "title", "made_by", "made_at", "refers", "refers_hash", "approvals", "policy",
    "body", "content_hash", "prev",
)  # fmt: skip
"""The columns of an event that its hash is made of, in order."""
_ENCODER: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), sort_keys=True, allow_nan=False)
_CHUNK: Final = 4096


def canonical(value: Any) -> str:
    """A value as JSON in the one form that is hashed.

    Errors: ValueError for a number that is not finite.

    >>> canonical({"b": 1, "a": [None, "é"]})
    '{"a":[null,"\\\\u00e9"],"b":1}'
    """
    return _ENCODER.encode(value)


def signed_bytes(row: Mapping[str, Any]) -> bytes:
    """What of an event is hashed, and what its maker signs: its columns `SIGNED`."""
    return canonical([row[name] for name in SIGNED]).encode()


def event_hash(row: Mapping[str, Any]) -> str:
    """The hash of an event, from its columns `SIGNED`."""
    return sha256(signed_bytes(row))


class ContentHash:
    """The hash of what belongs to an event: table by table, its rows as JSON with commas between."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._begun = False
        self._waiting = b""

    def table(self, name: str, always: bool = True) -> None:
        """Begin the rows of a table. always: its name counts even without rows."""
        self._begun = False
        self._waiting = f"\n{name}\n".encode()
        if always:
            self._name()

    def _name(self) -> None:
        self._digest.update(self._waiting)
        self._waiting = b""

    def rows(self, rows: Iterable[Sequence[Any]]) -> None:
        """Rows of the table that was begun last, without their event; in as many calls as one likes."""
        several = iter(rows)
        while chunk := list(islice(several, _CHUNK)):
            self._name()
            if self._begun:
                self._digest.update(b",")
            # Many rows at once: the encoder is quick in what it does by itself.
            self._digest.update(_ENCODER.encode(chunk)[1:-1].encode())
            self._begun = True

    def hexdigest(self) -> str:
        """The hash of all that was fed."""
        return self._digest.hexdigest()


def sha256(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
