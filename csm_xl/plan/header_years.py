"""Headers whose brackets name a year, a quarter or a month of which nothing else is: those of a template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from csm_xl.errors import VALUE, Issue, listed
from csm_xl.plan import cells
from csm_xl.plan.columns import NUMERIC
from csm_xl.plan.header_units import said_unit
from csm_xl.plan.table import Table
from csm_xl.plan.table_reading import TableReading

_YEAR: Final = re.compile(r"(?:fy|cy)?(20\d\d)\Z|(?:fy|cy)(\d\d)\Z")
_PART: Final = re.compile(r"(q|h)([1-4])\Z")
_NUMBER: Final = re.compile(r"(?:0[1-9]|1[0-2])\Z")
_LONG: Final = (
    "january", "february", "march", "april", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_NAMES: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATED: Final = {"deals": "date", "events": "date", "answers": "date"}
_HINT: Final = "Check that these are the figures that are paid on, and correct the header if they are."


def year_issues(readings: Mapping[str, TableReading]) -> list[tuple[str, Issue]]:
    """A warning for each figure whose header names a year other than those of the periods and deals that are
    given, with its table. A fiscal year may have the name of the next calendar year.

    readings: the tables, by their names.
    """
    stated: list[tuple[str, str, str, int]] = []
    for name, reading in readings.items():
        for column, at in reading.origin.positions.items():
            header = cells.text(reading.raw.rows[0][at]) or ""
            if reading.schema.column(column).kind in NUMERIC and (said := _said(header)):
                stated.append((name, column, header, max(said)))
    years: set[int] = set()
    for name, reading in readings.items() if stated else ():
        years |= _years(name, reading.table)
    found: list[tuple[str, Issue]] = []
    for name, column, header, year in stated if years else ():
        if year not in years | {one + 1 for one in years}:
            what = f"the header says {year}, and periods and deals are of {listed(map(str, sorted(years)))}"
            place = readings[name].origin.place(-1, column)
            found.append((name, Issue(VALUE, what, place, header, _HINT, "warning")))
    return found


def span_issues(readings: Mapping[str, TableReading]) -> list[tuple[str, Issue]]:
    """A warning for each figure whose header names a quarter or months of which none of the table's periods
    is, with its table. Where a fiscal calendar is given, or a plan year begins later, a Q1 may be any months.

    readings: the tables, by their names.
    """
    found: list[tuple[str, Issue]] = []
    plans, fiscal = readings.get("plans"), readings.get("periods")
    if (fiscal and fiscal.table.rows) or (plans and (plans.table.columns["year_start"] != 1).any()):
        return found
    for name, reading in readings.items():
        stated = []
        for column, at in reading.origin.positions.items():
            header = cells.text(reading.raw.rows[0][at]) or ""
            if reading.schema.column(column).kind in NUMERIC and (said := _months(said_unit(header))):
                stated.append((column, header, said))
        if not stated or "period" not in reading.table.columns:
            continue
        periods = sorted(set(map(str, reading.table.columns["period"].tolist())))
        of = [_months(re.findall(r"[^\W_]+", one[4:].casefold())) for one in periods]
        for column, header, said in stated if all(of) else ():
            if periods and said.isdisjoint(frozenset().union(*of)):
                what = f"the brackets name another span than the periods, {listed(periods, 4)}"
                place = reading.origin.place(-1, column)
                found.append((name, Issue(VALUE, what, place, header, _HINT, "warning")))
    return found


def _months(words: Sequence[str]) -> frozenset[int]:
    """The months of the quarters, halves and months that words name; empty where they name none.

    >>> sorted(_months(["q2", "2026"])), sorted(_months(["jan", "mar"])), sorted(_months(["03"]))
    ([4, 5, 6], [1, 2, 3], [3])
    """
    found: list[int] = []
    for word in words:
        if part := _PART.match(word):
            each = 3 if part[1] == "q" else 6
            found += range(each * int(part[2]) - each + 1, each * int(part[2]) + 1)
        elif word[:3] in _NAMES and word in (word[:3], *_LONG) and (word != "may" or len(words) == 1):
            found.append(_NAMES.index(word[:3]) + 1)
        elif _NUMBER.match(word) and len(words) == 1:
            found.append(int(word))
    return frozenset(range(min(found), max(found) + 1)) if found else frozenset()


def _said(header: str) -> set[int]:
    """The years that the brackets of a header name.

    >>> _said("Goal (FY25)"), _said("Base salary [USD, 2025]"), _said("Amount [USD]")
    ({2025}, {2025}, set())
    """
    matches = (_YEAR.match(word) for word in said_unit(header))
    return {int(match[1] or f"20{match[2]}") for match in matches if match}


def _years(name: str, table: Table) -> set[int]:
    """The years of a table's periods or days."""
    if column := _DATED.get(name):
        return {date.fromordinal(day).year for day in set(table.columns[column].tolist()) if day}
    if name == "periods" or "period" not in table.columns:
        return set()
    periods = (re.match(r"(20\d\d)\b", str(one)) for one in set(table.columns["period"].tolist()))
    return {int(found[1]) for found in periods if found}
