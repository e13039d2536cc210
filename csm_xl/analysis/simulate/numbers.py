"""Random numbers that depend only on what they represent, never on how the work is split.

A key names what is drawn: seed, period, measure, and the person, team or company. Counting up from the key,
one mixed 64-bit word serves four trials, 16 bits each, and each 16 bits is a standard normal number looked
up in a table of 65,536 equally likely ones. So trial t of a person is the same in any block of people, beside
any other people, under any plan, and on any machine: only integers and a table of short decimals are used.

Source: mixing as in SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
OOPSLA 2014.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEVELS: Final = 1 << 16
"""How many equally likely normal numbers there are: a probability is met to half of 1/65,536."""
GRID: Final = 2.0**-20
"""The table's decimals: short enough for every mathematics library to give the same ones."""
REACH: Final = 4.5
"""No standard normal number of the table is so far from 0."""
_GOLDEN: Final = 0x9E3779B97F4A7C15
_LANES: Final = 4

Words = NDArray[np.uint64]
Floats = NDArray[np.float64]


def key(*names: str | int) -> int:
    """A 64-bit key of names.

    >>> key(1, "2026-Q1", "GRR", "individual") != key(2, "2026-Q1", "GRR", "individual")
    True
    """
    return int.from_bytes(blake2b("\x1f".join(map(str, names)).encode(), digest_size=8).digest(), "little")


def keys(of: int, named: Words) -> Words:
    """The keys of one thing of several people, teams or deals, from its key and those of their names."""
    found = named ^ np.uint64(of)
    _mix(found, np.empty_like(found))
    return found


def name_keys(names: Iterable[str]) -> Words:
    """The keys of names."""
    return np.array([key(name) for name in names], dtype=np.uint64)


@cache
def normal_table() -> Floats:
    """The standard normal numbers: the middle of each of 65,536 equally likely slices, variance 1.

    >>> table = normal_table()
    >>> len(table), float(table.sum()), round(float((table**2).mean()), 6)
    (65536, 0.0, 1.0)
    """
    from statistics import NormalDist

    inverse = NormalDist().inv_cdf
    half = np.array([inverse((i + 0.5) / LEVELS) for i in range(LEVELS // 2, LEVELS)])
    # The slices' middles are a little too near to each other: this makes the variance 1.
    half /= 0.99998985927
    half = np.rint(half / GRID) * GRID
    table = np.concatenate([-half[::-1], half])
    table.setflags(write=False)
    return table


class Room:
    """Arrays to work in, made once and used for block after block."""

    def __init__(self) -> None:
        self._arrays: dict[str, NDArray[np.uint64]] = {}

    def words(self, name: str, rows: int, columns: int) -> Words:
        """An array of words, with whatever was left in it."""
        if name not in self._arrays or self._arrays[name].size < rows * columns:
            self._arrays[name] = np.empty(rows * columns, dtype=np.uint64)
        return self._arrays[name][: rows * columns].reshape(rows, columns)

    def floats(self, name: str, rows: int, columns: int) -> Floats:
        """An array of floats, with whatever was left in it."""
        return self.words(name, rows, columns).view(np.float64)


def words(named: Words, trials: int, room: Room | None = None) -> Words:
    """Mixed words, a row for each key and one column for every four trials."""
    counter = np.arange(1, -(-trials // _LANES) + 1, dtype=np.uint64) * np.uint64(_GOLDEN)
    room = room or Room()
    mixed, spare = (room.words(name, len(named), len(counter)) for name in ("mixed", "shifted"))
    np.add(named[:, None], counter, out=mixed)
    _mix(mixed, spare)
    return mixed


def _mix(mixed: Words, spare: Words) -> None:
    """Mix words in place: each bit of a word comes to depend on all of them."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, None)):
        np.right_shift(mixed, np.uint64(shift), out=spare)
        np.bitwise_xor(mixed, spare, out=mixed)
        if factor is not None:
            np.multiply(mixed, np.uint64(factor), out=mixed)


def levels(named: Words, trials: int, room: Room | None = None) -> NDArray[np.uint16]:
    """Whole numbers from 0 to 65,535, equally likely: a row for each key, a column for each trial."""
    mixed = words(named, trials, room)
    if sys.byteorder == "big":
        mixed = mixed.byteswap()
    return mixed.view(np.uint16)[:, :trials]


def normals(named: Words, trials: int, out: Floats | None = None, room: Room | None = None) -> Floats:
    """Standard normal numbers: a row for each key, a column for each trial. out: where to put them; room: to
    work in.

    >>> both = normals(keys(key(1, "GRR"), name_keys(["E1", "E2"])), 10)
    >>> alone = normals(keys(key(1, "GRR"), name_keys(["E2"])), 7)
    >>> both.shape, (both[1, :7] == alone[0]).all().item()
    ((2, 10), True)
    """
    return np.take(normal_table(), levels(named, trials, room), mode="clip", out=out)
