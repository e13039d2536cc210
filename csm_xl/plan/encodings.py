"""Bytes of a text file as text, where they can only be one text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from csm_xl.errors import VALUE, CsmError, Issue

_BINARY: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BETWEEN_LETTERS: Final = "'’‘–·"
"""Signs beyond ASCII that are found between two letters: an apostrophe, a dash, the point of Catalan."""
_SIGNS: Final = "’‘“”–—…€£°ªº®™©«»·²³½¼¾§µ×¿¡¢¥"
"""Other signs of Windows-1252 that people type in names and remarks."""
_UNITS: Final = "£¥¢°"
_LOST: Final = "\ufffd"
_TWICE: Final = re.compile("[ÃÂ][\u0080-\u00bf]|â€[\u0080-\u00bf™œ\u009d]")
"""What UTF-8 looks like that was read as Windows-1252 and saved again: Ã¼ for ü."""
_SHOWN: Final = 40


def decoded(data: bytes, name: str) -> str:
    """The text of a CSV file.

    UTF-8 with or without its mark, UTF-16 with its mark, else Windows-1252 (Excel's plain "CSV" on Windows)
    where that reads as text of a language written so. name: the file's, for findings.
    Errors: a workbook or other binary file; a file in another encoding, such as Shift-JIS or Mac Roman.

    >>> decoded("Zürich".encode("cp1252"), "roster.csv")
    'Zürich'
    >>> decoded("北日本".encode("shift-jis"), "roster.csv")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    csm_xl.errors.CsmError: roster.csv line 1: the file is not UTF-8, and its letters make no sense ...
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
        if "\0" not in text:
            return text
    if data.startswith(_BINARY) or b"\0" in data:
        raise CsmError(VALUE, "the file is not CSV but a workbook or other binary file", name, None,
                       "Open it in Excel and save the sheet as CSV UTF-8.")  # fmt: skip
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    for number, line in enumerate(text.splitlines(), start=1):
        for word in _words_beyond_ascii(line):
            if _is_garbled(word):
                raise CsmError(VALUE, "the file is not UTF-8, and its letters make no sense as Windows-1252",
                               f"{name} line {number}", word[:_SHOWN],
                               "Save it as CSV UTF-8, so that names are read as they are typed.")  # fmt: skip
    return text


def damaged_text(text: str, name: str) -> list[Issue]:
    """A warning where letters of a file were lost, or read in another encoding, before it was saved.

    >>> damaged_text("id,team\\nE1,ZÃ¼rich", "roster.csv")[0].where
    'roster.csv line 2'
    """
    if text.isascii() or (_LOST not in text and not _TWICE.search(text)):
        return []
    for number, line in enumerate(text.splitlines(), start=1):
        word = next((one for one in _words_beyond_ascii(line) if _LOST in one or _TWICE.search(one)), "")
        if word:
            what = "letters were lost, or read in another encoding, before the file was saved"
            hint = "Export the file again, as CSV UTF-8; names and IDs must match those in your other files."
            return [Issue(VALUE, what, f"{name} line {number}", word[:_SHOWN], hint, "warning")]
    return []


def _words_beyond_ascii(line: str) -> Iterator[str]:
    if not line.isascii():
        yield from (word for word in re.split(r"[\s,;|\"]+", line) if not word.isascii())


def _is_garbled(word: str) -> bool:
    """Whether a word cannot be of a language written in Windows-1252.

    A letter was lost; a non-ASCII capital is inside a lowercase word; three non-ASCII letters follow one
    another; a symbol is in the middle of a word, or a unit before such a letter.
    """
    if _LOST in word or re.search(r"[^\W\d_a-zA-Z]{3}", word):
        return True
    around = zip(f" {word}", word, f"{word[1:]} ", strict=False)
    return any(_is_out_of_place(*each) for each in around if not each[1].isascii())


def _is_out_of_place(before: str, here: str, after: str) -> bool:
    """Whether a character beyond ASCII is where none belongs. before, after: its neighbors."""
    if here.isalpha() and here not in "ªº":
        return here.isupper() and (before.islower() or (before.isalpha() and after.islower()))
    if before.isalpha() and after.isalpha() and here not in _BETWEEN_LETTERS:
        return True
    if here not in _SIGNS:
        return _is_letter(before) or _is_letter(after)
    return here in _UNITS and after.isalpha() and not after.isascii()


def _is_letter(char: str) -> bool:
    return char.isalpha() or not char.isascii()
