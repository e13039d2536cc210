"""What the style of a cell says about it: a number format shows a date or a currency, a font strikes it out.

A file keeps number formats in several places. Those of cells are in the list ``numFmts`` of the styles;
the formats of conditional and table styles have ids of their own, which may repeat the ids of cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any, Final
from xml.etree.ElementTree import Element

_SECTION: Final = re.compile(
    r"""(?P<literal>"[^"]*(?:"|\Z)|\\.|[_*].)     # quoted text, an escaped letter, a blank or filling one
      | (?P<elapsed>\[(?:h+|m+|s+)\])             # a span of time: [h]:mm
      | (?P<other>\[[^\]]*\])                     # a color, a condition, a locale: [$-409], [Red], [>=100]
      | (?P<general>general)
      | (?P<date>[dmhys])
      | (?P<number>[0-9#?@])
      | (?P<end>;)""",
    re.IGNORECASE | re.VERBOSE,
)


_MARK: Final = re.compile(
    r"""\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]   # a currency, with a locale behind it: [$€-407]
      | "(?P<quoted>[^"]*)(?:"|\Z)
      | \\(?P<escaped>.)
      | (?:[_*].|\[[^\]]*\])
      | (?P<sign>[$€£¥₹₽₩₪₺₴₫฿%])
      | (?P<end>;)""",
    re.VERBOSE,
)


_PERCENTAGES: Final = ("9", "10")
"""The formats 0% and 0.00%, which every workbook has."""


def marks_in(code: str) -> str:
    """The text that a number format puts beside a number, such as its currency or %; the first section
    counts.

    >>> [marks_in(code) for code in ('#,##0.00 "€"', "[$€-407]0", "[$-409]d-mmm;@", '_(* 0_);"x"0', "0.0%")]
    ['€', '€', '', '', '%']
    """
    found = []
    for part in _MARK.finditer(code):
        if part.lastgroup == "end":
            break
        found.append(part[part.lastgroup] if part.lastgroup else "")
    return "".join(found).strip()


def date_kind(code: str) -> str:
    """What a number format shows: ``"date"`` (a day, a time of day), ``"span"`` (hours, minutes), or ``""``.

    The first section that shows a value counts: a format may have others for negative numbers and text.

    >>> [date_kind(code) for code in ("yyyy-mm-dd", "[$-409]d-mmm;@", "[h]:mm", '0 "days"', "[Red]0.0%")]
    ['date', 'date', 'span', '', '']
    >>> [date_kind(code) for code in ('"day; "0', "0.00E+00", "General", '[=0]"";yyyy-mm-dd')]
    ['', '', '', 'date']
    """
    found = ""
    for part in _SECTION.finditer(code):
        kind = part.lastgroup
        if kind == "elapsed":
            return "span"
        if kind == "date":
            found = "date"
        elif kind in ("number", "general") and not found:
            return ""  # digits before any part of a date; ss.000 has them behind
        elif kind == "end" and found:
            break
    return found


@dataclass(frozen=True)
class CellStyles:
    """The styles of cells that say something about what is in them.

    styles: of dates, style → whether it shows a span of time rather than a day. is_1904: from which day it
        counts. marks: style → the text that its number format puts beside a number; a format that every
        spreadsheet knows by number alone has none, for what it shows depends on the computer. struck: the
        styles whose font strikes the text out.
    """

    styles: dict[str, bool]
    is_1904: bool
    marks: dict[str, str] = field(default_factory=dict)
    struck: frozenset[str] = frozenset()

    def dated(self, number: float, style: str) -> Any:
        """A number in a date format: a datetime; text where it is a time of day; the number where no day."""
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

        epoch = CALENDAR_MAC_1904 if self.is_1904 else CALENDAR_WINDOWS_1900
        try:
            found = from_excel(number, epoch, timedelta=self.styles[style])
        except (OverflowError, ValueError):
            return number  # Excel shows ##### and calculates with it
        # A time of day, or a span of hours, is in no table; as text it is refused where a date belongs.
        return str(found) if isinstance(found, (time, timedelta)) else found


def cell_styles(trees: Iterable[Element], is_1904: bool) -> CellStyles:
    """What the styles of cells say, from the part of the styles.

    A style counts by its place in ``cellXfs``; its format is one that every spreadsheet knows by number, or
    one of the list ``numFmts`` beside them.
    """
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    formats = {str(number): text for number, text in BUILTIN_FORMATS.items()}
    styles: dict[str, bool] = {}
    marks: dict[str, str] = {}
    struck: set[str] = set()
    for tree in trees:
        groups = {_local(group.tag): group for group in tree}
        own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in groups.get("numFmts", ())}
        formats |= own
        fonts = [_strikes(font) for font in groups.get("fonts", ())]
        for at, xf in enumerate(groups.get("cellXfs", ())):
            number, font = xf.get("numFmtId", "0"), xf.get("fontId", "0")
            kind = date_kind(formats.get(number, "General"))
            if kind:
                styles[str(at)] = kind == "span"
            elif mark := marks_in(own.get(number, "%" if number in _PERCENTAGES else "")):
                marks[str(at)] = mark
            if font.isdecimal() and int(font) < len(fonts) and fonts[int(font)]:
                struck.add(str(at))
    return CellStyles(styles, is_1904, marks, frozenset(struck))


def _strikes(font: Element) -> bool:
    return any(_local(one.tag) == "strike" and one.get("val", "1") in ("1", "true") for one in font)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
