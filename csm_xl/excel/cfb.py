"""Compound files, as [MS-CFB] describes them: the container of a VBA project, written and read.

Version 3 (sectors of 512 bytes, for files under 2 GB), which is what Office writes for macros. A storage is
a mapping of names to streams (bytes) and storages (mappings).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, Union

Storage: TypeAlias = Mapping[str, Union[bytes, "Storage"]]

_SIGNATURE: Final = bytes.fromhex("D0CF11E0A1B11AE1")
_SECTOR: Final = 512
_MINI: Final = 64
_CUTOFF: Final = 4096
"""Streams shorter than this lie in the mini stream."""
_ENTRY: Final = 128
_LONGEST: Final = 31
"""The most UTF-16 units of a name."""
_FORBIDDEN: Final = frozenset("/\\:!")

_DIFAT: Final = 0xFFFFFFFC
_FAT: Final = 0xFFFFFFFD
_END: Final = 0xFFFFFFFE
_FREE: Final = 0xFFFFFFFF
_NONE: Final = 0xFFFFFFFF
_LISTED: Final = 109
"""The sectors of the FAT that the header itself lists."""
_A_SECTOR: Final = _SECTOR // 4
"""The sector numbers that one sector holds."""

_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1


@dataclass
class _Entry:
    """A line of the directory."""

    name: str
    kind: int
    data: bytes = b""
    color: int = _BLACK
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = 0
    size: int = 0

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        return (
            name.ljust(64, b"\0")
            + struct.pack("<HBB3I", len(name), self.kind, self.color, self.left, self.right, self.child)
            + bytes(36)  # no class, no state, no times
            + struct.pack("<IQ", self.start, self.size)
        )


_UNUSED: Final = bytes(68) + struct.pack("<3I", _NONE, _NONE, _NONE) + bytes(48)


def compound_file(root: Storage) -> bytes:
    """The bytes of a compound file.

    Errors: ValueError for a name that is empty, longer than 31 characters, twice in one storage (case
    does not count) or with one of / \\ : !

    >>> streams(compound_file({"VBA": {"dir": b"abc"}, "PROJECT": b"x" * 5000}))["VBA/dir"]
    b'abc'
    """
    entries = [_Entry("Root Entry", _ROOT)]
    entries[0].child = _add(entries, root)
    mini, large = _Chain(_MINI), _Chain(_SECTOR)
    for entry in entries:
        if entry.kind == _STREAM:
            entry.size = len(entry.data)
            entry.start = (mini if entry.size < _CUTOFF else large).put(entry.data)
    entries[0].size = len(mini.data)
    entries[0].start = large.put(bytes(mini.data))
    mini_fat = large.put(_numbers(mini.next))
    directory = b"".join(entry.packed() for entry in entries)
    directory += _UNUSED * (-len(entries) % (_SECTOR // _ENTRY))
    first = large.put(directory)
    return _with_tables(large, first, mini_fat, -(-len(mini.next) // _A_SECTOR))


@dataclass
class _Chain:
    """Sectors of one size, and for each the number of the one that follows it."""

    unit: int
    data: bytearray = field(default_factory=bytearray)
    next: list[int] = field(default_factory=list)

    def put(self, data: bytes) -> int:
        """Append a stream; returns the number of its first sector."""
        if not data:
            return _END
        first, count = len(self.next), -(-len(data) // self.unit)
        self.data += data.ljust(count * self.unit, b"\0")
        self.next += [*range(first + 1, first + count), _END]
        return first


def _numbers(values: list[int]) -> bytes:
    """Sector numbers, in whole sectors."""
    padded = values + [_FREE] * (-len(values) % _A_SECTOR)
    return struct.pack(f"<{len(padded)}I", *padded)


def _with_tables(large: _Chain, directory: int, mini_fat: int, mini_fats: int) -> bytes:
    """The sectors with the FAT and the list of its own sectors behind them, and the header in front."""
    used = len(large.next)
    fats = difats = 0
    while fats * _A_SECTOR < used + fats + difats:
        fats += 1
        difats = max(0, -(-(fats - _LISTED) // (_A_SECTOR - 1)))
    where = list(range(used, used + fats))
    fat = large.next + [_FAT] * fats + [_DIFAT] * difats
    lists = b""
    for number in range(difats):
        start = _LISTED + number * (_A_SECTOR - 1)
        part = where[start : start + _A_SECTOR - 1]
        following = used + fats + number + 1 if number + 1 < difats else _END
        lists += struct.pack(f"<{_A_SECTOR}I", *part, *[_FREE] * (_A_SECTOR - 1 - len(part)), following)
    listed = where[:_LISTED]
    header = (
        _SIGNATURE
        + bytes(16)
        + struct.pack("<5H6x", 0x003E, 3, 0xFFFE, 9, 6)
        + struct.pack("<9I", 0, fats, directory, 0, _CUTOFF, mini_fat, mini_fats,
                      used + fats if difats else _END, difats)
        + struct.pack(f"<{_LISTED}I", *listed, *[_FREE] * (_LISTED - len(listed)))
    )  # fmt: skip
    return header + bytes(large.data) + _numbers(fat) + lists


def _add(entries: list[_Entry], storage: Storage) -> int:
    """Append the members of a storage to the directory; returns the number of the top of their tree."""
    ordered = sorted(storage, key=_order)
    if len({_order(name) for name in ordered}) < len(ordered):
        raise ValueError(f"two members of a storage have one name: {', '.join(ordered)}")
    numbers = []
    for name in ordered:
        if not name or len(name.encode("utf-16-le")) // 2 > _LONGEST or _FORBIDDEN & set(name):
            raise ValueError(f"{name!r} cannot name a stream: 1 to {_LONGEST} characters, none of / \\ : !")
        member = storage[name]
        numbers.append(len(entries))
        if isinstance(member, bytes):
            entries.append(_Entry(name, _STREAM, member))
        else:
            entries.append(_Entry(name, _STORAGE))
    for name, number in zip(ordered, numbers, strict=True):
        member = storage[name]
        if not isinstance(member, bytes):
            entries[number].child = _add(entries, member)
    # A balanced tree is a red-black tree once its deepest level is red; the top is always black.
    top = _tree(entries, numbers, len(numbers).bit_length() - 1)
    if numbers:
        entries[top].color = _BLACK
    return top


def _order(name: str) -> tuple[int, bytes]:
    """The order of names in a directory: the shorter first, then by capitals."""
    return len(name.encode("utf-16-le")), name.upper().encode("utf-16-be")


def _tree(entries: list[_Entry], numbers: list[int], depth: int) -> int:
    if not numbers:
        return _NONE
    middle = len(numbers) // 2
    top = entries[numbers[middle]]
    top.left = _tree(entries, numbers[:middle], depth - 1)
    top.right = _tree(entries, numbers[middle + 1 :], depth - 1)
    if depth == 0:
        top.color = _RED
    return numbers[middle]


def streams(data: bytes) -> dict[str, bytes]:
    """The streams of a compound file, by path: ``VBA/dir``.

    Errors: ValueError for a file that is no compound file or is torn.
    """
    try:
        return dict(_Reader(data).streams())
    except (struct.error, IndexError, UnicodeDecodeError) as why:
        raise ValueError(f"the compound file is damaged: {why}") from None


class _Reader:
    """A compound file taken apart."""

    def __init__(self, data: bytes) -> None:
        if data[:8] != _SIGNATURE:
            raise ValueError("the file is not a compound file")
        self.data = data
        self.sector = 1 << struct.unpack_from("<H", data, 30)[0]
        if self.sector not in (512, 4096):
            raise ValueError(f"a compound file has no sectors of {self.sector} bytes")
        (directory,) = struct.unpack_from("<I", data, 48)
        (mini_fat,) = struct.unpack_from("<I", data, 60)
        self.fat: list[int] = []
        for sector in self._fat_sectors():
            self.fat += self._numbers(sector)
        self.entries = self._entries(b"".join(map(self._sector, self._chain(directory, self.fat))))
        self.mini_fat = [each for one in self._chain(mini_fat, self.fat) for each in self._numbers(one)]
        root = self.entries[0]
        self.mini = b"".join(map(self._sector, self._chain(root.start, self.fat)))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.sector
        if start >= len(self.data):
            raise ValueError(f"the compound file is damaged: it has no sector {number}")
        return self.data[start : start + self.sector].ljust(self.sector, b"\0")

    def _numbers(self, sector: int) -> list[int]:
        return list(struct.unpack(f"<{self.sector // 4}I", self._sector(sector)))

    def _fat_sectors(self) -> Iterator[int]:
        yield from (each for each in struct.unpack_from(f"<{_LISTED}I", self.data, 76) if each != _FREE)
        following, count = struct.unpack_from("<2I", self.data, 68)
        for _ in range(min(count, len(self.data) // self.sector)):
            *listed, following = self._numbers(following)
            yield from (each for each in listed if each != _FREE)

    def _chain(self, first: int, table: list[int]) -> Iterator[int]:
        """The sectors of a stream, in order."""
        number, left = first, len(table)
        while number < _DIFAT:
            yield number
            number, left = table[number], left - 1
            if left < 0:
                raise ValueError("the compound file is damaged: a stream runs in a circle")

    @staticmethod
    def _entries(directory: bytes) -> list[_Entry]:
        found = []
        for at in range(0, len(directory), _ENTRY):
            length, kind, color, left, right, child = struct.unpack_from("<HBB3I", directory, at + 64)
            start, size = struct.unpack_from("<II", directory, at + 116)
            name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le")
            found.append(_Entry(name, kind, b"", color, left, right, child, start, size))
        return found

    def streams(self) -> Iterator[tuple[str, bytes]]:
        """Every stream with its path."""
        waiting, left = [(self.entries[0].child, "")], len(self.entries)
        while waiting:
            number, folder = waiting.pop()
            if number == _NONE:
                continue
            entry, left = self.entries[number], left - 1
            if left < 0:
                raise ValueError("the compound file is damaged: its directory runs in a circle")
            waiting += [(entry.left, folder), (entry.right, folder)]
            if entry.kind == _STORAGE:
                waiting.append((entry.child, f"{folder}{entry.name}/"))
            elif entry.kind == _STREAM:
                yield f"{folder}{entry.name}", self._content(entry)

    def _content(self, entry: _Entry) -> bytes:
        if entry.size < _CUTOFF:
            sectors = (
                self.mini[n * _MINI : (n + 1) * _MINI] for n in self._chain(entry.start, self.mini_fat)
            )
        else:
            sectors = (self._sector(number) for number in self._chain(entry.start, self.fat))
        content = b"".join(sectors)
        if len(content) < entry.size:
            raise ValueError(f"the compound file is damaged: {entry.name} ends early")
        return content[: entry.size]
