"""The single cells of a workbook that have a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from csm_xl.xlsx.addresses import Place, sheet_named, spot


def named_places(names: Mapping[str, str], sheets: Sequence[str]) -> dict[str, Place]:
    """The names that mean one cell of the workbook, casefolded.

    >>> named_places({"Period": "Control!$B$6", "List": "tblRoster[Team]"}, ["Control"])
    {'period': Place(sheet='Control', row=6, column=2)}
    """
    found: dict[str, Place] = {}
    for name, refers in names.items():
        prefix, _, cell = refers.removeprefix("=").rpartition("!")
        sheet, (row, column) = sheet_named(prefix), spot(cell)
        if sheet is not None and sheet in sheets and row:
            found[name.casefold()] = Place(sheet, row, column)
    return found
