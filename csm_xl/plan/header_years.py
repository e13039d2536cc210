"""Headers whose brackets name a year of which nothing else is: the figures of last year's template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from csm_xl.errors import VALUE, Issue, listed
from csm_xl.plan import cells
from csm_xl.plan.columns import NUMERIC
from csm_xl.plan.header_units import said_unit
from csm_xl.plan.table import Table
from csm_xl.plan.table_reading import TableReading

_YEAR: Final = re.compile(r"(?:fy|cy)?(20\d\d)\Z|(?:fy|cy)(\d\d)\Z")
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
