"""Figures and texts as a statement shows them."""

from __future__ import annotations

import unicodedata
from collections.abc import Container

BLANK = "–"


def money(value: float | None) -> str:
    """Money with thousands and cents.

    >>> money(1234.5), money(-20.0), money(None)
    ('1,234.50', '−20.00', '–')
    """
    return BLANK if value is None else _minus(f"{value:,.2f}")


def percent(value: float | None) -> str:
    """A ratio as a percentage with one decimal.

    >>> percent(1.0342), percent(None)
    ('103.4%', '–')
    """
    return BLANK if value is None else _minus(f"{value:.1%}")


def figure(value: float | None) -> str:
    """A goal or an actual, with up to four decimals.

    >>> figure(0.8481), figure(50000.0), figure(0.82)
    ('0.8481', '50,000', '0.82')
    """
    if value is None:
        return BLANK
    return _minus(f"{value:,.4f}".rstrip("0").rstrip("."))


def _minus(text: str) -> str:
    return text.replace("-", "−")


def one_line(text: str) -> str:
    """A text with every run of spaces and line breaks as one space, in the composed form of its letters."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def plain(text: str) -> str:
    """A text on one line, what steers or cannot be shown as its code: nothing in an id moves a page.

    >>> plain("a\\u202eb\\x00")
    'a[U+202E]b[U+0000]'
    """
    return "".join(_code(c) if unicodedata.category(c)[0] == "C" else c for c in one_line(text))


def _code(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def missing(text: str, glyphs: Container[int]) -> str:
    """The characters of a text that a font cannot show, each once.

    >>> missing("E1 → 漢", {ord(c) for c in "E1 "})
    '→漢'
    """
    return "".join(dict.fromkeys(c for c in one_line(text) if ord(c) not in glyphs))


def shown(text: str, glyphs: Container[int]) -> str:
    """A text on one line; what the font cannot show is as its code.

    >>> shown("a < b 漢", {ord(c) for c in "ab <"})
    'a < b [U+6F22]'
    """
    return "".join(c if ord(c) in glyphs else _code(c) for c in one_line(text))
