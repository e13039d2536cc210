"""Figures and texts as a statement shows them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from math import floor, log10
from typing import Final

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


def ratio(value: float | None) -> str:
    """A ratio that was measured, as a percentage with one to four decimals: nothing of it is hidden.

    >>> ratio(0.82), ratio(0.7875), ratio(0.97463)
    ('82.0%', '78.75%', '97.463%')
    """
    if value is None:
        return BLANK
    whole, _, part = f"{value * 100:,.4f}".partition(".")
    return _minus(f"{whole}.{part.rstrip('0') or '0'}%")


_LONG: Final = re.compile(r"(?<![\w.])\d+\.\d{5,}(?![\w.])")
"""A number with more decimals than a person reads."""


def shortened(calculation: str) -> str:
    """A calculation with its long numbers rounded to four decimals, or to four digits where those are zeros.

    >>> shortened("1487.5 × 0.801829268292683"), shortened("2 × 0.0000123456 [a 0.123456]")
    ('1487.5 × 0.8018', '2 × 0.00001235 [a 0.1235]')
    """
    return _LONG.sub(lambda found: _short(float(found[0])), calculation)


def _short(value: float) -> str:
    said = f"{value:.4f}" if value == 0 or abs(value) >= 0.001 else f"{value:.{3 - floor(log10(value))}f}"
    return said.rstrip("0").rstrip(".")


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


def lacks_letters(text: str, glyphs: Container[int]) -> bool:
    """Whether a font cannot show some letter of a text, so that a name would be codes.

    >>> lacks_letters("Sample 漢", {ord(c) for c in "Sample "}), lacks_letters("Sample ★", {*range(128)})
    (True, False)
    """
    return any(ord(c) not in glyphs and unicodedata.category(c)[0] in "LM" for c in one_line(text))


def shown(text: str, glyphs: Container[int]) -> str:
    """A text on one line; what the font cannot show is as its code.

    >>> shown("a < b 漢", {ord(c) for c in "ab <"})
    'a < b [U+6F22]'
    """
    return "".join(c if ord(c) in glyphs else _code(c) for c in one_line(text))
