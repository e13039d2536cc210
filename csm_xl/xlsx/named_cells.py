"""The single cells of a workbook that have a name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from csm_xl.xlsx.cells import spot
from csm_xl.xlsx.evaluate import Place

_CELL: Final = re.compile(r"=?(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d+)\Z")


def named_places(names: Mapping[str, str], sheets: Sequence[str]) -> dict[str, Place]:
    """The names that mean one cell of the workbook, casefolded.

    >>> named_places({"Period": "Control!$B$6", "List": "tblRoster[Team]"}, ["Control"])
    {'period': Place(sheet='Control', row=6, column=2)}
    """
    found: dict[str, Place] = {}
    for name, refers in names.items():
        match = _CELL.match(refers)
        if match:
            sheet = match[1].replace("''", "'") if match[1] else match[2]
            place = Place(sheet, *spot(match[3] + match[4]))
            if sheet in sheets and place.row:
                found[name.casefold()] = place
    return found
