"""What is on the sheet Import of a workbook: the paste, and whether it lies over the sheet's own cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from csm_xl.intake.grid import Block
from csm_xl.intake.pasted import pasted_block
from csm_xl.workbook.sheets.import_paste import LABELS, PASTE
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.package import Package


@dataclass(frozen=True)
class Paste:
    """The sheet Import.

    corner: where the paste begins. block: what is pasted; None where nothing is. labels: setting → what is
    in the cell left of it.
    """

    corner: Place
    block: Block | None
    labels: Mapping[str, Any]


def paste_in(package: Package, places: Mapping[str, Place]) -> Paste | None:
    """The sheet Import of a workbook file; None where it has none. places: its named cells."""
    corner = places.get(PASTE)
    if corner is None:
        return None
    cells = package.cells(corner.sheet)
    beside = {name: left_of(places[name]) for name in LABELS if name in places}
    labels = {name: cells.values.get(place[1:]) for name, place in beside.items()}
    return Paste(corner, pasted_block(cells, corner.sheet, corner[1:]), labels)


def left_of(place: Place) -> Place:
    """The cell left of another."""
    return place._replace(column=place.column - 1)
