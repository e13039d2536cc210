"""Text files of rows: any encoding that is known or stated, any usual separator."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.intake.grid import Block
from csm_xl.plan.encodings import damaged_text, decoded
from csm_xl.plan.raw import require_readable

SEPARATORS: Final = (",", ";", "\t", "|")
_JUDGED: Final = 200
"""How many lines decide which separator a file uses."""
_AS_TEXT: Final = re.compile(r'\A\s*="((?:[^"]|"")*)"\s*\Z')
"""A formula that is nothing but a text."""
_SEP: Final = re.compile(r"\Asep=(.)\r?\n", re.IGNORECASE)
"""Excel's own line above the header."""
_QUOTED_FORMULA: Final = re.compile(r"\A'('*[=+\-@\t\r])")
"""Text that begins as a formula would: whoever exported it put an apostrophe before it."""


def text_block(path: Path, encoding: str = "") -> Block:
    """The rows of a text file, every cell as text.

    encoding: how the file is encoded, where that is stated; else UTF-8, UTF-16 with its mark or Windows-1252.
    Errors: a file that cannot be read; another encoding, or one that is none; a quote that is never closed.
    """
    try:
        require_readable(path)
        data = path.read_bytes()
    except OSError as why:
        raise CsmError(
            NOT_FOUND, "the file cannot be read", path.name, why.strerror, "Give a file that you may read."
        ) from None
    text = _stated(data, encoding, path.name) if encoding else _found(data, path.name)
    issues = tuple(damaged_text(text, path.name))
    mark = _SEP.match(text)
    separator = mark[1] if mark else separator_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = list(reader)
    except csv.Error as why:
        raise CsmError(
            VALUE,
            f"the file is not CSV: {why}",
            f"{path.name} line {reader.line_num}",
            None,
            "Export it again; it may be cut short.",
        ) from None
    if mark:
        rows[0] = []
    if '="' in text:
        rows = [
            [_AS_TEXT.sub(lambda found: found[1].replace('""', '"'), cell) for cell in row] for row in rows
        ]
    if "'" in text:
        rows = [[_QUOTED_FORMULA.sub(r"\1", cell) for cell in row] for row in rows]
    return Block(path.name, rows, decimal_commas=separator != ",", ragged=True, issues=issues)


def _found(data: bytes, name: str) -> str:
    try:
        return decoded(data, name)
    except CsmError as error:
        if data.startswith(b"PK") or b"\0" in data:
            raise
        raise CsmError(
            error.code,
            error.message,
            error.where,
            error.issues[0].got,
            'Save it as CSV UTF-8; or name its encoding in sources.toml, such as encoding = "mac_roman".',
        ) from None


def _stated(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise CsmError(
            NOT_FOUND,
            "unknown encoding",
            name,
            encoding,
            "Name one that Python knows, such as utf-8, cp1252, shift_jis or mac_roman.",
        ) from None
    except UnicodeDecodeError as why:
        line = 1 + data[: why.start].count(b"\n")
        raise CsmError(
            VALUE,
            f"the file is not {encoding}",
            f"{name} line {line}",
            None,
            "Correct the encoding in sources.toml, or leave it out.",
        ) from None


def separator_of(text: str) -> str:
    """The separator by which most of the first lines have one width, and the widest such.

    >>> separator_of("Report\\n\\na;b;c\\n1,5;2;3\\n2,5;3;4\\n"), separator_of("alone\\n1\\n")
    (';', ',')
    """
    lines = text.splitlines(keepends=True)[:_JUDGED]

    def judged(mark: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if len(row) > 1)
        except csv.Error:  # a quote that is never closed, which is reported when the file is read
            return 0, 0
        width, count = max(widths.items(), key=lambda each: (each[1], each[0]), default=(0, 0))
        return count, width

    return max(SEPARATORS, key=judged)
