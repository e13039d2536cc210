"""What a workbook means: the period, the plans, people and results that its Control sheet asks for.

Resolved here alone, so that refresh, check, the commands and the doors pay from the same tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from csm_xl.engine.components import component_types
from csm_xl.errors import NOT_FOUND, CsmError
from csm_xl.plan import cells
from csm_xl.plan.names import header_name
from csm_xl.plan.paper import LETTER
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import table_of
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.operations.refresh.scenario import SCENARIOS, nameless, overlaid
from csm_xl.workbook.operations.refresh.sources import sourced
from csm_xl.workbook.operations.refresh.state import Rows, table_rows
from csm_xl.workbook.settings import SETTINGS, THIS_WORKBOOK, Settings, settings_of
from csm_xl.xlsx.named_cells import named_places
from csm_xl.xlsx.package import Package, Region

_SCENARIOS: Final = SCENARIOS.casefold()


@dataclass(frozen=True)
class Source:
    """The tables that people are paid from, and what the workbook asks for beside them.

    tables: as they count: from the folders that Control names, under its scenario, with the share prices
        known by its as-of date. period, as_of: what Control asks for; None where it does not say, or where
        the tables come from no workbook. said: what of Control is in the place of the sheets, in words.
        paper: of the statements and the review. scenario: the one that is on. package: the workbook, as it
        was read; None where the tables come from no workbook.
    """

    tables: list[RawTable]
    period: str | None = None
    as_of: date | None = None
    said: str = ""
    paper: str = LETTER
    scenario: str = ""
    package: Package | None = None


def source_of(package: Package) -> Source:
    """What a workbook file pays from.

    Its period may be blank or unreadable: a command that names its own does not need it.
    Errors: as `read_workbook`; settings that cannot be read; a folder or scenario that is not there.
    """
    raws = read_workbook(package, component_types())
    names = {name.casefold(): refers for name, refers in package.names.items()}
    places = named_places(names, list(package.sheets))
    if not any(column.name in places for column in SETTINGS):
        return Source(raws, package=package)
    where = {name: str(place) for name, place in places.items()}
    given = {name: package.cells(place.sheet).values.get(place[1:]) for name, place in places.items()}
    settings = settings_of(given, where, period_needed=False)
    scenarios = next(
        (
            scenario_table(one, table_rows(package, one))
            for one in package.tables()
            if one.name.casefold() == _SCENARIOS
        ),
        None,
    )
    tables = resolved(raws, settings, package.path.resolve().parent, where, scenarios)
    return Source(tables, settings.period or None, settings.as_of, said_of(settings), settings.paper_size,
                  settings.scenario, package)  # fmt: skip


def folders_of(package: Package) -> list[Path]:
    """The folders that a workbook's Control sheet reads plans, people, results or a scenario from.

    Errors: settings that cannot be read.
    """
    names = {name.casefold(): refers for name, refers in package.names.items()}
    places = named_places(names, list(package.sheets))
    where = {name: str(place) for name, place in places.items()}
    given = {name: package.cells(place.sheet).values.get(place[1:]) for name, place in places.items()}
    settings = settings_of(given, where, period_needed=False)
    named = (settings.plan_source, settings.results_source, settings.scenario)
    beside = package.path.resolve().parent
    paths = [beside / Path(name).expanduser() for name in named if name and name != THIS_WORKBOOK]
    return [path for path in paths if path.is_dir()]


def resolved(
    raws: Sequence[RawTable], settings: Settings, beside: Path, where: Mapping[str, str],
    scenarios: RawTable | None,
) -> list[RawTable]:  # fmt: skip
    """The tables that count, from those that a workbook holds.

    beside: the folder of the workbook. where: setting → its cell. scenarios: the workbook's table of them.
    Errors: a folder or a scenario that is not there; no share price known by the as-of date.
    """
    found = sourced(raws, settings, beside, where)
    if settings.scenario:
        found = overlaid(found, settings.scenario, scenarios, beside, where["scenario"])
    if scenarios is not None and found:
        found[0] = replace(found[0], issues=(*found[0].issues, *nameless(scenarios)))
    if settings.as_of is not None:
        found = _known_by(settings.as_of, found, where["as_of"])
    return found


def scenario_table(region: Region, rows: Rows) -> RawTable:
    """The table of scenarios as a raw table. rows: its data."""
    return RawTable.of_sheet(
        region.sheet, [list(region.headers), *rows], region.name, region.first_row, region.first_column
    )


def said_of(settings: Settings) -> str:
    """What Control puts in the place of the sheets; blank where people are paid from the sheets alone."""
    parts = [
        f"{name} {value}"
        for name, value in (
            ("plans from", settings.plan_source),
            ("people and results from", settings.results_source),
            ("scenario", settings.scenario),
        )
        if value and value != THIS_WORKBOOK
    ]
    return ", ".join(parts)


def _known_by(day: date, raws: Sequence[RawTable], where: str) -> list[RawTable]:
    """The tables with the share prices that are known by the end of a day; the latest grows from there on.

    where: the cell that names the day. Errors: there are grants, and no price is known yet.
    """
    found = list(raws)
    grants = any(table_of(raw, component_types()) == "grants" and _filled(raw.rows[1:]) for raw in raws)
    for at, raw in enumerate(raws):
        if table_of(raw, component_types()) != "prices" or not raw.rows:
            continue
        headers = [header_name(str(cells.text(cell) or "")) for cell in raw.rows[0]]
        if "date" not in headers:
            continue
        column = headers.index("date")
        days = [_day(row[column] if column < len(row) else None) for row in raw.rows[1:]]
        later = [one is not None and one > day.toordinal() for one in days]
        known = [one for one in days if one is not None and one <= day.toordinal()]
        if grants and any(later) and not known:
            first = date.fromordinal(min(filter(None, days))).isoformat()
            raise CsmError(
                NOT_FOUND, "no share price is known by the as-of date", where, day.isoformat(),
                f"The first is dated {first}: enter that day or a later one, or clear the cell.",
            )  # fmt: skip
        # A row that does not count yet is blanked, so that each other row keeps its place.
        rows = [[None] * len(row) if skip else row for row, skip in zip(raw.rows[1:], later, strict=True)]
        found[at] = replace(raw, rows=[raw.rows[0], *rows])
    return found


def _day(cell: Any) -> int | None:
    """The day of a cell; None for one that holds none, which is reported when the table is read."""
    try:
        return cells.day(cell)
    except cells.BadCell:
        return None


def _filled(rows: Rows) -> bool:
    return any(not cells.is_blank(cell) for row in rows for cell in row)
