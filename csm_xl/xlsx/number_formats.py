"""Which numbers of a workbook are dates: the number format of a cell's own style says so, nothing else.

A file keeps number formats in several places. Those of cells are in the list ``numFmts`` of the styles;
the formats of conditional and table styles have ids of their own, which may repeat the ids of cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, Final
from xml.etree.ElementTree import Element

from csm_xl.xlsx.values import ErrorCell

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
class DateStyles:
    """The styles of cells whose numbers are dates.

    styles: style → whether it shows a span of time rather than a day. is_1904: from which day it counts.
    """

    styles: dict[str, bool]
    is_1904: bool

    def dated(self, number: float, style: str) -> Any:
        """A number in a date format: a datetime; text where it is a time of day; an error where no day."""
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

        epoch = CALENDAR_MAC_1904 if self.is_1904 else CALENDAR_WINDOWS_1900
        try:
            found = from_excel(number, epoch, timedelta=self.styles[style])
        except (OverflowError, ValueError):
            return ErrorCell("#VALUE!")
        # A time of day, or a span of hours, is in no table; as text it is refused where a date belongs.
        return str(found) if isinstance(found, (time, timedelta)) else found


def date_styles(trees: Iterable[Element], is_1904: bool) -> DateStyles:
    """Which styles of cells show dates, from the part of the styles.

    A style counts by its place in ``cellXfs``; its format is one that every spreadsheet knows by number, or
    one of the list ``numFmts`` beside them.
    """
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    formats = {str(number): text for number, text in BUILTIN_FORMATS.items()}
    styles: dict[str, bool] = {}
    for tree in trees:
        groups = {_local(group.tag): group for group in tree}
        for own in groups.get("numFmts", ()):
            formats[own.get("numFmtId", "")] = own.get("formatCode", "")
        for at, xf in enumerate(groups.get("cellXfs", ())):
            kind = date_kind(formats.get(xf.get("numFmtId", "0"), "General"))
            if kind:
                styles[str(at)] = kind == "span"
    return DateStyles(styles, is_1904)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
