"""Headers that name a period, such as "Q1 2026 NRR": one column a quarter or a month."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

_YEAR: Final = r"(?P<year>20\d\d)"
_APART: Final = r"[\s_./-]*"
_MONTHS: Final = (
    ("jan", "january", "januar", "janv", "janvier"),
    ("feb", "february", "februar", "févr", "février"),
    ("mar", "march", "märz", "mrz", "mär", "mars"),
    ("apr", "april", "avr", "avril"),
    ("may", "mai"),
    ("jun", "june", "juni", "juin"),
    ("jul", "july", "juli", "juil", "juillet"),
    ("aug", "august", "août"),
    ("sep", "sept", "september", "septembre"),
    ("oct", "october", "okt", "oktober", "octobre"),
    ("nov", "november", "novembre"),
    ("dec", "december", "dez", "dezember", "déc", "décembre"),
)
_MONTH_OF: Final = {name: at for at, names in enumerate(_MONTHS, start=1) for name in names}
_NAMES: Final = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_QUARTER: Final = r"(?:q(?P<q>[1-4])|(?P<q2>[1-4])q|quarter\s*(?P<q3>[1-4])|(?P<q4>[1-4])\.?\s*quartal)"
_PART: Final = rf"(?:{_QUARTER}|h(?P<half>[12])|(?P<month>{_NAMES})\.?)"
_SHORT: Final = r"(?:'|’)(?P<short>\d\d)"
_FORMS: Final = tuple(
    re.compile(rf"(?<![^\W_])(?:{form})(?![^\W_])", re.IGNORECASE)
    for form in (
        rf"{_YEAR}{_APART}{_PART}",
        rf"{_PART}{_APART}(?:{_YEAR}|{_SHORT})",
        rf"{_QUARTER}{_APART}(?P<short>\d\d)",
        rf"{_YEAR}[-/](?P<number>0[1-9]|1[0-2])",
        rf"(?P<number>0?[1-9]|1[0-2])[-/.]{_YEAR}",
        rf"fy\s?'?\d\d(?:\d\d)?{_APART}{_PART}",
        rf"{_PART}{_APART}fy\s?'?\d\d(?:\d\d)?",
        _PART,
    )
)


ACTUAL: Final = re.compile(r"\b(actuals?|results?|achieved|ist|réel)\b", re.IGNORECASE)
GOAL: Final = re.compile(r"\b(goals?|targets?|quotas?|budget|soll|ziel|objectif)\b", re.IGNORECASE)
"""Words in a header that mean an actual, and words that mean a goal."""


@dataclass(frozen=True)
class PeriodHeader:
    """A header that names a period.

    header: as the export has it. year: blank where it says none, or a fiscal one. part: such as Q1 or 03.
    about: what the header says beside the period, such as "NRR"; blank where it says nothing.
    """

    header: str
    year: str
    part: str
    about: str

    def period(self, year: str = "") -> str:
        """The period; year: of a header that says none."""
        return f"{self.year or year}-{self.part}"


def period_header(header: str) -> PeriodHeader | None:
    """The period that a header names; None where it names none, or several.

    >>> [str(found.period("YEAR")) + "|" + found.about for found in map(period_header, (
    ...     "2026-Q1 GRR actual", "Q1 NRR", "Jan 2026", "CSAT Q3'26", "FY26 Q2", "03/2026")) if found]
    ['2026-Q1|GRR actual', 'YEAR-Q1|NRR', '2026-01|', '2026-Q3|CSAT', 'YEAR-Q2|', '2026-03|']
    >>> period_header("Close Date"), period_header("Q1 2026 to Q2 2026")
    (None, None)
    """
    for form in _FORMS:
        if found := form.search(header):
            rest = f"{header[: found.start()]} {header[found.end() :]}"
            if any(one.search(rest) for one in _FORMS):
                return None
            said = found.groupdict()
            year = said.get("year") or (f"20{said['short']}" if said.get("short") else "")
            about = " ".join(rest.replace("_", " ").split()).strip("-–—:/|()[]., ")
            return PeriodHeader(header, year, _part(said), about)
    return None


def _part(said: dict[str, str | None]) -> str:
    if quarter := next((said[key] for key in ("q", "q2", "q3", "q4") if said.get(key)), None):
        return f"Q{quarter}"
    if said.get("half"):
        return f"H{said['half']}"
    month = _MONTH_OF[str(said["month"]).casefold()] if said.get("month") else int(said["number"] or 0)
    return f"{month:02d}"


def period_headers(headers: Iterable[str]) -> list[PeriodHeader]:
    """The headers that name a period, in their order."""
    return [found for header in headers if header and (found := period_header(header)) is not None]


def joined_headers(above: Sequence[Any], below: Sequence[Any]) -> tuple[str, ...]:
    """Two rows of headers as one, where the upper one names the groups of the lower one; else nothing.

    The lower one holds periods, or actual and goal, under a blank or a group's name.

    >>> joined_headers(["CSM", "GRR", None, "NRR", None], [None, "Q1 2026", "Q2 2026", "Q1 2026", "Q2 2026"])
    ('CSM', 'GRR Q1 2026', 'GRR Q2 2026', 'NRR Q1 2026', 'NRR Q2 2026')
    >>> joined_headers(["CSM", "GRR"], ["Sample 01", "0.9"])
    ()
    """
    said = [cell for cell in below if cell is not None]
    if len(said) < 2 or not all(isinstance(cell, str) and _is_part(cell) for cell in said):
        return ()
    headers, group = list[str](), ""
    for at in range(max(len(above), len(below))):
        upper, lower = (row[at] if at < len(row) else None for row in (above, below))
        group = str(upper).strip() if upper is not None else group if lower is not None else ""
        headers.append(f"{group} {str(lower).strip() if lower is not None else ''}".strip())
    return tuple(headers)


def _is_part(text: str) -> bool:
    return period_header(text) is not None or any(one.fullmatch(text.strip()) for one in (ACTUAL, GOAL))
