"""The bytes of a workbook file, and what a file is that is none."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError

MOST_BYTES: Final = 600_000_000
"""The most that all parts together may unpack to."""
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def workbook_bytes(path: Path) -> bytes:
    """The file's bytes, once it is sure that they may be a zip.

    Errors: it cannot be read, is too large, or is another kind of file; the message says which.
    """
    hint = "Give the path of an .xlsx or .xlsm workbook."
    if path.is_dir():
        raise CsmError(VALUE, "this is a folder, not a workbook", str(path), None, hint)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise CsmError(VALUE, "the file is too large for a workbook", path.name, size, hint)
        data = path.read_bytes()
    except OSError as why:
        raise CsmError(NOT_FOUND, "the workbook cannot be read", str(path), why.strerror, hint) from None
    if not data:
        raise CsmError(VALUE, "the file is empty", path.name, None, hint)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise CsmError(VALUE, "the workbook is protected by a password", path.name, None,
                           "Open it in Excel and save it without a password.")  # fmt: skip
        raise CsmError(VALUE, "the file is an old Excel workbook (.xls) or another old Office file",
                       path.name, None, "Open it in Excel and save it as .xlsx.")  # fmt: skip
    if not data.startswith(b"PK"):
        raise CsmError(VALUE, "the file is no workbook", path.name, _shown(data), hint)
    return data


def _shown(data: bytes) -> str:
    """How a file begins, so that its owner sees what it is."""
    return data[:24].decode("ascii", errors="replace").replace("�", ".")
