"""What a refresh starts from: a workbook as one of the carriers has read it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from csm_xl.engine.components import component_types
from csm_xl.plan.cells import is_blank
from csm_xl.plan.decisions import DECISIONS
from csm_xl.plan.names import header_name
from csm_xl.plan.raw import RawTable
from csm_xl.workbook.layout import INPUTS
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.operations.refresh.paste import Paste, paste_in
from csm_xl.workbook.sheets.results import PAYOUTS, TOTALS
from csm_xl.workbook.version import version_of
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.named_cells import named_places
from csm_xl.xlsx.package import Package, Region

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class State:
    """A workbook before a refresh.

    path: where it is kept; folders that it names are looked for beside it. raws: its input tables.
    regions: its Excel tables, by casefolded name. held: the rows of data of those that a refresh writes,
        and of the table ``tblScenarios``. places: the single cells that have a name, casefolded; named:
        what they hold. formulas: those of its cells. printed: sheet → its print areas, parted by commas.
    input_names: the input tables that have a name of their own, as they have in the formulas that take them.
    paste: what is on its sheet Import; None where it has none.
    """

    path: Path
    raws: Sequence[RawTable]
    regions: Mapping[str, Region]
    held: Mapping[str, Rows]
    places: Mapping[str, Place]
    named: Mapping[str, Any]
    version: str | None = None
    arrays: Mapping[Place, tuple[int, int]] = field(default_factory=dict)
    formulas: Mapping[Place, str] = field(default_factory=dict)
    printed: Mapping[str, str] = field(default_factory=dict)
    input_names: frozenset[str] = frozenset()
    paste: Paste | None = None

    def setting(self, name: str, value: Any) -> State:
        """The workbook with another value in a named cell."""
        return replace(self, named={**self.named, name: value})

    @property
    def live(self) -> bool | None:
        """Whether Total Comp has a formula in each person's row; None where there is no such table."""
        region = self.regions.get(TOTALS.casefold())
        if region is None:
            return None
        return "total_comp" in map(header_name, region.headers)

    def column(self, table: str, name: str) -> list[Any]:
        """A column of a table that a refresh writes, as it is; empty where it is not there."""
        region = self.regions.get(table.casefold())
        names = [] if region is None else [header_name(header) for header in region.headers]
        if name not in names:
            return []
        return [row[names.index(name)] for row in self.held.get(table.casefold(), ())]

    def paid(self) -> dict[str, float]:
        """Person → what the payout lines say that they are paid."""
        found: dict[str, list[float]] = {}
        for person, amount in zip(
            self.column(PAYOUTS, "employee_id"), self.column(PAYOUTS, "amount"), strict=True
        ):
            if isinstance(person, str) and isinstance(amount, (int, float)) and not isinstance(amount, bool):
                found.setdefault(person, []).append(amount)
        return {person: math.fsum(amounts) for person, amounts in found.items()}


def state_of(package: Package, book: Book) -> State:
    """The state of a workbook file.

    Errors: as `read_workbook`.
    """
    raws = typed_tables(package)
    given = {raw.name for raw in raws}
    held = {
        name: table_rows(package, region) for name, region in book.tables.items() if region.name not in given
    }
    places = named_places(book.names, book.sheets)
    named = {name: package.cells(place.sheet).values.get(place[1:]) for name, place in places.items()}
    return State(package.path.resolve(), raws, book.tables, held, places, named,
                 version_of(package), book.arrays, book.formulas, package.print_areas,
                 input_names(book.names), paste_in(package, places))  # fmt: skip


def typed_tables(package: Package) -> list[RawTable]:
    """The input tables of a workbook file, with all that is said about them and what is around them; without
    what the settings decide.

    Errors: as `read_workbook`.
    """
    return [raw for raw in read_workbook(package, component_types()) if raw.name not in DECISIONS]


def input_names(names: Iterable[str]) -> frozenset[str]:
    """The input tables among the defined names of a workbook.

    >>> sorted(input_names(["Roster", "period", "deals"]))
    ['deals', 'roster']
    """
    known = {name.casefold() for name in names}
    return frozenset(place.name for place in INPUTS if place.name in known)


def table_rows(package: Package, region: Region) -> Rows:
    """The rows of data of a table, down to the last used one of its sheet; none where all are blank."""
    values = package.cells(region.sheet).values
    columns = range(region.first_column, region.last_column + 1)
    rows = [
        [values.get((row, column)) for column in columns]
        for row in range(region.first_row + 1, min(region.last_row, _last_used(values)) + 1)
    ]
    return [] if all(is_blank(cell) for row in rows for cell in row) else rows


def _last_used(values: Mapping[tuple[int, int], Any]) -> int:
    return max((row for row, _ in values), default=0)
