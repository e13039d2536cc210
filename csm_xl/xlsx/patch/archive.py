"""A zip with some members replaced; the others keep their bytes as they are packed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_BEHIND: Final = 0x08
"""The flag of a member whose sizes are behind its bytes."""
_ZIP64: Final = 1
_NEW_DATE: Final = (1980, 1, 1, 0, 0, 0)


def repacked(data: bytes, changed: Mapping[str, bytes | None], out: BinaryIO) -> None:
    """Write a zip with members replaced (None: left out), and new ones at its end.

    data: the old zip. What is not named is copied as it is packed, with its date, attributes and order.
    Errors: `OSError` of the file written to.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        members = [*_kept(old, data, changed), *_added(old, changed)]
        comment = old.comment
    directory = []
    at = 0
    for info, extra, packed in members:
        name, flags = _name(info)
        stamp = _stamp(info)
        head = _LOCAL.pack(
            b"PK\x03\x04", info.extract_version, flags, info.compress_type, *stamp, info.CRC,
            info.compress_size, info.file_size, len(name), len(extra),
        )  # fmt: skip
        out.write(head + name + extra)
        out.write(packed)
        own = _without_zip64(info.extra)
        remark = info.comment
        directory.append(
            _CENTRAL.pack(
                b"PK\x01\x02", info.create_version | info.create_system << 8, info.extract_version, flags,
                info.compress_type, *stamp, info.CRC, info.compress_size, info.file_size, len(name), len(own),
                len(remark), 0, info.internal_attr, info.external_attr, at,
            ) + name + own + remark
        )  # fmt: skip
        at += len(head) + len(name) + len(extra) + len(packed)
    tail = b"".join(directory)
    out.write(tail)
    count = len(directory)
    out.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, len(tail), at, len(comment)) + comment)


def _kept(
    old: zipfile.ZipFile, data: bytes, changed: Mapping[str, bytes | None]
) -> Iterator[tuple[zipfile.ZipInfo, bytes, bytes | memoryview]]:
    """The old members in order: what is before their bytes, and their bytes as packed."""
    for info in old.infolist():
        new = changed.get(info.filename, b"")
        if info.filename in changed:
            if new is not None:
                yield _packed(info, new)
            continue
        names, extras = struct.unpack_from("<2H", data, info.header_offset + 26)
        start = info.header_offset + _LOCAL.size + names
        extra = _without_zip64(data[start : start + extras])
        begin = start + extras
        yield info, extra, memoryview(data)[begin : begin + info.compress_size]


def _added(
    old: zipfile.ZipFile, changed: Mapping[str, bytes | None]
) -> Iterator[tuple[zipfile.ZipInfo, bytes, bytes]]:
    known = set(old.namelist())
    for name, new in changed.items():
        if name not in known and new is not None:
            info = zipfile.ZipInfo(name, _NEW_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            yield _packed(info, new)


def _packed(info: zipfile.ZipInfo, content: bytes) -> tuple[zipfile.ZipInfo, bytes, bytes]:
    """A member with new content."""
    stored = info.compress_type == zipfile.ZIP_STORED
    if stored:
        packed = content
    else:
        info.compress_type = zipfile.ZIP_DEFLATED
        info.extract_version = max(info.extract_version, 20)
        squeeze = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = squeeze.compress(content) + squeeze.flush()
    info.CRC, info.file_size, info.compress_size = zlib.crc32(content), len(content), len(packed)
    return info, b"", packed


def _name(info: zipfile.ZipInfo) -> tuple[bytes, int]:
    """A member's name as the file has it, and its flags: sizes are before the bytes."""
    flags = info.flag_bits & ~_BEHIND
    if flags & 0x800:
        return info.orig_filename.encode(), flags
    try:
        return info.orig_filename.encode("cp437"), flags
    except UnicodeEncodeError:
        return info.orig_filename.encode(), flags | 0x800


def _stamp(info: zipfile.ZipInfo) -> tuple[int, int]:
    year, month, day, hour, minute, second = info.date_time
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day


def _without_zip64(extra: bytes) -> bytes:
    """Extra fields but the one with long sizes, which are in the header now."""
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        if kind != _ZIP64:
            kept += extra[at : at + 4 + size]
        at += 4 + size
    return kept + extra[at:]
