"""Figures and texts as a statement shows them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import floor, log10
from typing import Final

from csm_xl.plan.company import Company

BLANK = "–"
_GAP: Final = "\u202f"
"""A narrow space at which no line breaks."""
_MARKS: Final = {
    "German": str.maketrans(",.", ".,"),
    "French": str.maketrans(",.", f"{_GAP},"),
}
_DAY: Final = re.compile(r"(?<![\w/.-])(\d{4})-(\d\d)-(\d\d)(?![\w/-])")
_DAYS: Final = {"ISO": "", "US": r"\2/\3/\1", "European": r"\3.\2.\1"}
_STYLE: Final[ContextVar[tuple[str, str]]] = ContextVar("style", default=("English", "ISO"))


@contextmanager
def styled(company: Company) -> Iterator[None]:
    """Numbers and days as a company writes them, of all that is written within."""
    token = _STYLE.set((company.number_style or "English", company.date_style or "ISO"))
    try:
        yield
    finally:
        _STYLE.reset(token)


def drawn_as(company: Company, draw: Callable[[], bytes]) -> bytes:
    """What a company's file is drawn with, in whatever process."""
    with styled(company):
        return draw()


def in_style(number: str) -> str:
    """A number with commas and a point, as the company writes it.

    >>> with styled(Company(number_style="German")):
    ...     in_style("1,234.50")
    '1.234,50'
    """
    marks = _MARKS.get(_STYLE.get()[0])
    return number.translate(marks) if marks else number


def days_in_style(text: str) -> str:
    """A text with its days, such as 2026-03-31, as the company writes them.

    >>> with styled(Company(date_style="European")):
    ...     days_in_style("as of 2026-03-31, deal X-2026-03-31")
    'as of 31.03.2026, deal X-2026-03-31'
    """
    form = _DAYS[_STYLE.get()[1]]
    return _DAY.sub(form, text) if form else text


def days_are_european() -> bool:
    """Whether days are written in numbers everywhere, because the company is no American one."""
    return _STYLE.get()[1] == "European"


def money(value: float | None) -> str:
    """Money with thousands and cents.

    >>> money(1234.5), money(-20.0), money(None)
    ('1,234.50', '−20.00', '–')
    """
    return BLANK if value is None else _minus(in_style(f"{value:,.2f}"))


def percent(value: float | None) -> str:
    """A ratio as a percentage with one decimal.

    >>> percent(1.0342), percent(None)
    ('103.4%', '–')
    """
    return BLANK if value is None else _minus(in_style(f"{value:.1%}"))


def figure(value: float | None) -> str:
    """A goal or an actual, with up to four decimals.

    >>> figure(0.8481), figure(50000.0), figure(0.82)
    ('0.8481', '50,000', '0.82')
    """
    if value is None:
        return BLANK
    return _minus(in_style(f"{value:,.4f}".rstrip("0").rstrip(".")))


def ratio(value: float | None) -> str:
    """A ratio that was measured, as a percentage with one to four decimals: nothing of it is hidden.

    >>> ratio(0.82), ratio(0.7875), ratio(0.97463)
    ('82.0%', '78.75%', '97.463%')
    """
    if value is None:
        return BLANK
    whole, _, part = f"{value * 100:,.4f}".partition(".")
    return _minus(in_style(f"{whole}.{part.rstrip('0') or '0'}%"))


_LONG: Final = re.compile(r"(?<![\w.])\d+\.\d{5,}(?![\w.])")
"""A number with more decimals than a person reads."""
_DECIMAL: Final = re.compile(r"(?<![\w.])\d+\.\d+(?!\w|\.\d)")
_NAME: Final = re.compile(r"(\[[^\]]*\])")
"""What only names a number in a calculation."""
_LIST: Final = re.compile(r"\(−?\d[\d.]*(?:, −?\d[\d.]*)+\)")
"""Numbers alone in parentheses."""


def shortened(calculation: str) -> str:
    """A calculation with its long numbers rounded to four decimals, or to four digits where those are zeros.

    >>> shortened("1487.5 × 0.801829268292683"), shortened("2 × 0.0000123456 [a 0.123456]")
    ('1487.5 × 0.8018', '2 × 0.00001235 [a 0.1235]')
    """
    return _LONG.sub(lambda found: _short(float(found[0])), calculation)


def calculation_in_style(calculation: str) -> str:
    """A calculation with its numbers as the company writes them, names in square brackets as they are. Where
    the decimal mark is a comma, semicolons are between numbers.

    >>> with styled(Company(number_style="German")):
    ...     calculation_in_style("min(0.5, 1.25) × 2 [deal 1.5]")
    'min(0,5; 1,25) × 2 [deal 1.5]'
    """
    if _STYLE.get()[0] not in _MARKS:
        return calculation
    parts = _NAME.split(calculation)
    parts[::2] = [_decimals_in_style(part.replace(", ", "; ")) for part in parts[::2]]
    return "".join(parts)


def sentence_in_style(text: str) -> str:
    """A text with the numbers in it as the company writes them.

    text: with numbers as a person types them, without marks between thousands.

    >>> with styled(Company(number_style="German")):
    ...     sentence_in_style("the points (0.5, 1), rounded to 0.01, version 1.2.3")
    'the points (0,5; 1), rounded to 0,01, version 1.2.3'
    """
    if _STYLE.get()[0] not in _MARKS:
        return text
    return _decimals_in_style(_LIST.sub(lambda found: found[0].replace(", ", "; "), text))


def _decimals_in_style(text: str) -> str:
    return _DECIMAL.sub(lambda found: in_style(found[0]), text)


def _short(value: float) -> str:
    said = f"{value:.4f}" if value == 0 or abs(value) >= 0.001 else f"{value:.{3 - floor(log10(value))}f}"
    return said.rstrip("0").rstrip(".")


def _minus(text: str) -> str:
    return text.replace("-", "−")


_SPACES: Final = re.compile(rf"(?:(?!(?<=\d){_GAP}(?=\d))\s)+")
"""Spaces, but the one within a number."""


def one_line(text: str) -> str:
    """A text with every run of spaces and line breaks as one space, in the composed form of its letters; the
    space within a number stays, so that no line breaks there."""
    return " ".join(_SPACES.split(unicodedata.normalize("NFC", text))).strip(" ")


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
    return "".join(c if ord(c) in glyphs else _code(c) for c in one_line(days_in_style(text)))
