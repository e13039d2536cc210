"""VBA projects, as [MS-OVBA] describes them, written from source text and read back.

Excel keeps compiled code beside the source and trusts it only where it was made by the same version of
itself. A project that says it has none (`_NOTHING_COMPILED`) is compiled from its source when it is opened,
so source text is all that is needed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from csm_xl.excel.cfb import Storage, compound_file, streams

_CHUNK: Final = 4096
_SHORTEST: Final = 3
"""The fewest bytes that a copy is worth."""
_CODE_PAGE: Final = 1252
_ENCODING: Final = "cp1252"
_ENGLISH: Final = 0x0409
_NOTHING_COMPILED: Final = bytes.fromhex("CC61FFFF000100")
_PROJECT_ID: Final = "{6E0F0B9A-3C5D-4E57-9F5B-1C7F5B0A2D41}"
_SEED: Final = 0x8D

Kind = Literal["document", "module", "class"]


@dataclass(frozen=True)
class Module:
    """A module of a project.

    name: a VBA identifier of at most 31 characters. source: its whole text, with the ``Attribute`` lines
    that the editor does not show; characters of code page 1252 only. kind: whether it belongs to the
    workbook or a sheet, is a standard module, or a class.
    """

    name: str
    source: str
    kind: Kind = "module"


@dataclass(frozen=True)
class Reference:
    """A type library that a project refers to: its name, and its registered identifier."""

    name: str
    libid: str


REFERENCES: Final = (
    Reference("stdole", r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb"
                        "#OLE Automation"),
    Reference("Office", r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files"
                        r"\Microsoft Shared\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library"),
)  # fmt: skip
"""What every new project of Excel refers to. A path that is not there is found by its identifier."""


# --- [MS-OVBA] 2.4.1: compression ---------------------------------------------------------------------


def compress(data: bytes) -> bytes:
    """A compressed container: runs that were there within the last 4,096 bytes are reported by place and
    length.

    Errors: ValueError where the bytes behind the last multiple of 4,096 are such noise that the format has
    no way to hold them; source text never is.

    >>> decompress(compress(b"Sub A()\\r\\nEnd Sub\\r\\n" * 500)) == b"Sub A()\\r\\nEnd Sub\\r\\n" * 500
    True
    """
    parts = [b"\x01"]
    for start in range(0, len(data), _CHUNK):
        chunk = data[start : start + _CHUNK]
        body = _tokens(chunk)
        if len(body) <= _CHUNK:
            parts.append(struct.pack("<H", 0xB000 | (len(body) - 1)) + body)
        elif len(chunk) == _CHUNK:
            parts.append(struct.pack("<H", 0x3000 | (_CHUNK - 1)) + chunk)
        else:
            raise ValueError(f"the last {len(chunk)} bytes cannot be compressed")
    return b"".join(parts)


def _tokens(chunk: bytes) -> bytes:
    """A chunk as groups of eight literals and copies, each group behind a byte that shows them apart."""
    out = bytearray()
    seen: dict[bytes, list[int]] = {}
    at = 0
    while at < len(chunk):
        flags, group = 0, bytearray()
        for bit in range(8):
            if at >= len(chunk):
                break
            back, length = _match(chunk, at, seen)
            if length:
                flags |= 1 << bit
                group += struct.pack("<H", (back - 1) << (16 - _offset_bits(at)) | length - _SHORTEST)
            else:
                length = 1
                group.append(chunk[at])
            for place in range(at, at + length):
                seen.setdefault(chunk[place : place + _SHORTEST], []).append(place)
            at += length
        out.append(flags)
        out += group
    return bytes(out)


def _offset_bits(at: int) -> int:
    """How many bits of a copy say how far back it is: as few as reach the start of the chunk."""
    return max(4, (at - 1).bit_length())


def _match(chunk: bytes, at: int, seen: Mapping[bytes, list[int]]) -> tuple[int, int]:
    """How far back the longest run lies that goes on as the chunk does, and its length; 0 where none does."""
    best = back = 0
    most = min((0xFFFF >> _offset_bits(at)) + _SHORTEST, len(chunk) - at)
    for start in reversed(seen.get(chunk[at : at + _SHORTEST], ())):
        length = 0
        while length < most and chunk[start + length] == chunk[at + length]:
            length += 1
        if length > best:
            best, back = length, at - start
            if best == most:
                break
    return (back, best) if best >= _SHORTEST else (0, 0)


def decompress(container: bytes) -> bytes:
    """The bytes that a compressed container holds. Errors: ValueError where it is torn."""
    if container[:1] != b"\x01":
        raise ValueError("the text of the module is not compressed as VBA does it")
    out = bytearray()
    at = 1
    try:
        while at < len(container):
            (header,) = struct.unpack_from("<H", container, at)
            end = at + (header & 0x0FFF) + 3
            if end > len(container):
                raise IndexError
            at += 2
            if header & 0x8000:
                out += _chunk(container, at, end)
            else:
                out += container[at:end]
            at = end
    except (struct.error, IndexError):
        raise ValueError("the text of the module is torn") from None
    return bytes(out)


def _chunk(container: bytes, at: int, end: int) -> bytes:
    out = bytearray()
    while at < end:
        flags, at = container[at], at + 1
        for bit in range(8):
            if at >= end:
                break
            if flags >> bit & 1:
                (token,) = struct.unpack_from("<H", container, at)
                shift = 16 - _offset_bits(len(out))
                start = len(out) - (token >> shift) - 1
                for place in range(start, start + (token & (1 << shift) - 1) + _SHORTEST):
                    out.append(out[place])
                at += 2
            else:
                out.append(container[at])
                at += 1
    return bytes(out)


# --- [MS-OVBA] 2.3: the streams of a project -------------------------------------------------------------


def vba_project(modules: Sequence[Module], references: Sequence[Reference] = REFERENCES) -> bytes:
    """The bytes of ``xl/vbaProject.bin``. The same modules give the same bytes.

    Errors: ValueError for no module, two modules of one name, a name that is no VBA identifier, and text
    outside code page 1252; all of them at once.
    """
    if wrong := [*_misnamed(modules), *_unwritable(modules)]:
        raise ValueError("; ".join(wrong))
    vba: dict[str, bytes | Storage] = {
        module.name: compress(module.source.encode(_ENCODING)) for module in modules
    }
    vba["_VBA_PROJECT"] = _NOTHING_COMPILED
    vba["dir"] = compress(_directory(modules, references))
    return compound_file({"VBA": vba, "PROJECT": _project(modules), "PROJECTwm": _names(modules)})


def _misnamed(modules: Sequence[Module]) -> Iterable[str]:
    if not modules:
        yield "a project needs a module"
    taken = {"dir", "_vba_project"}
    for name in (module.name for module in modules):
        plain = name.isascii() and name.replace("_", "a").isalnum() and name[:1].isalpha()
        if not plain or len(name) > 31 or name.lower() in taken:
            yield f"{name!r} cannot name a module: a letter, then letters, digits and _, 31 at most, and once"
        taken.add(name.lower())


def _unwritable(modules: Sequence[Module]) -> Iterable[str]:
    for module in modules:
        strange = sorted({letter for letter in module.source if not _writable(letter)})
        if strange:
            yield f"{module.name}: VBA cannot hold {' '.join(strange)}; write ChrW(code) there"


def _writable(letter: str) -> bool:
    return letter.encode(_ENCODING, errors="ignore") != b""


def _record(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HI", number, len(content)) + content


def _text(number: int, unicode_number: int, text: str) -> bytes:
    """A text twice, as the format wants it: in the code page and in Unicode."""
    return _record(number, text.encode(_ENCODING)) + _record(unicode_number, text.encode("utf-16-le"))


def _long(number: int, value: int) -> bytes:
    return _record(number, struct.pack("<I", value))


def _short(number: int, value: int) -> bytes:
    return _record(number, struct.pack("<H", value))


def _directory(modules: Sequence[Module], references: Sequence[Reference]) -> bytes:
    """The ``dir`` stream (2.3.4.2): what the project is, refers to and consists of."""
    parts = [
        _long(0x0001, 3),  # 64-bit Windows
        _long(0x0002, _ENGLISH),
        _long(0x0014, _ENGLISH),
        _short(0x0003, _CODE_PAGE),
        _record(0x0004, b"VBAProject"),
        _text(0x0005, 0x0040, ""),  # no description
        _text(0x0006, 0x003D, ""),  # no help file
        _long(0x0007, 0),
        _long(0x0008, 0),
        struct.pack("<HIIH", 0x0009, 4, 1, 0),  # its version
        _text(0x000C, 0x003C, ""),  # no constants
    ]
    for reference in references:
        libid = reference.libid.encode(_ENCODING)
        parts += [
            _text(0x0016, 0x003E, reference.name),
            _record(0x000D, struct.pack("<I", len(libid)) + libid + bytes(6)),
        ]
    parts += [_short(0x000F, len(modules)), _short(0x0013, 0xFFFF)]
    for module in modules:
        parts += [
            _text(0x0019, 0x0047, module.name),
            _text(0x001A, 0x0032, module.name),
            _text(0x001C, 0x0048, ""),
            _long(0x0031, 0),  # the source begins where the stream does: nothing compiled is before it
            _long(0x001E, 0),
            _short(0x002C, 0xFFFF),
            _record(0x0021 if module.kind == "module" else 0x0022),
            _record(0x002B),
        ]
    return b"".join([*parts, _record(0x0010)])


def _project(modules: Sequence[Module]) -> bytes:
    """The ``PROJECT`` stream (2.3.1): the modules once more, no password, all visible."""
    line = {"document": "Document={}/&H00000000", "module": "Module={}", "class": "Class={}"}
    lines = [
        f'ID="{_PROJECT_ID}"',
        *(line[module.kind].format(module.name) for module in modules),
        'Name="VBAProject"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{_hidden(bytes(4))}"',
        f'DPB="{_hidden(bytes(1))}"',
        f'GC="{_hidden(bytes([0xFF]))}"',
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
        "",
    ]
    return "\r\n".join(lines).encode(_ENCODING)


def _hidden(data: bytes) -> str:
    """Data Encryption (2.4.3.2): protection state, password and visibility are written so."""
    key = sum(_PROJECT_ID.encode(_ENCODING)) & 0xFF
    out = [_SEED, _SEED ^ 2, _SEED ^ key]
    last = key
    for byte in bytes((_SEED & 6) // 2) + struct.pack("<I", len(data)) + data:
        out.append(byte ^ (out[-2] + last & 0xFF))
        last = byte
    return bytes(out).hex().upper()


def _names(modules: Sequence[Module]) -> bytes:
    """The ``PROJECTwm`` stream (2.3.3): each name in the code page and in Unicode."""
    names = (
        module.name.encode(_ENCODING) + b"\0" + module.name.encode("utf-16-le") + b"\0\0"
        for module in modules
    )
    return b"".join(names) + b"\0\0"


# --- reading -----------------------------------------------------------------------------------------


def module_sources(project: bytes) -> dict[str, str]:
    """The text of each module of a ``vbaProject.bin``, whoever wrote it.

    Errors: ValueError where the project is torn.
    """
    found = streams(project)
    if "VBA/dir" not in found:
        raise ValueError("the file holds no VBA project")
    encoding, sources = _ENCODING, {}
    name = stream = ""
    for number, content in _records(decompress(found["VBA/dir"])):
        if number == 0x0003:
            encoding = f"cp{struct.unpack('<H', content)[0]}"
        elif number == 0x0019:
            name = content.decode(encoding)
        elif number == 0x001A:
            stream = content.decode(encoding)
        elif number == 0x0031:
            packed = found.get(f"VBA/{stream}", b"")[struct.unpack("<I", content)[0] :]
            sources[name] = decompress(packed).decode(encoding)
    return sources


def _records(directory: bytes) -> Iterable[tuple[int, bytes]]:
    at = 0
    while at + 6 <= len(directory):
        number, size = struct.unpack_from("<HI", directory, at)
        size = 6 if number == 0x0009 else size  # the one record whose size leaves out a field
        yield number, directory[at + 6 : at + 6 + size]
        at += 6 + size
