"""What a refresh changes in a workbook file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from csm_xl.xlsx.addresses import Place


@dataclass
class Edit:
    """The changes of one patch; everything that is not named here stays byte for byte.

    tables: Excel table → its new rows of data, each with one value a column of the table as it is in
        the file. None is a blank. In a column with a formula the formula continues, and the value is
        what the cell stores (None: nothing is stored, unless `stored` has it). Without rows, one blank
        row stays, as Excel keeps it.
    cells: single cells to set, at their place in the file as it was; the style stays. A cell with a
        formula is refused.
    stored: what formula cells show, at their place **after** the tables have grown or shrunk; None takes
        the value away, so that the cell waits for a calculation.
    arrays: the first cell of an array formula, as it was → its new rows and columns.
    properties: custom document properties to set, added where they are missing.
    unfolded: a cell of each hidden column to be shown → its new width, in characters.
    printed: sheet → its new print areas, parted by commas, of a sheet that has one.
    columns: Excel table → header → the formula of a column that the table no longer calls calculated, as a
        save by LibreOffice leaves it; a table that says what its columns calculate is believed.
    spelled: how formulas are to be spelled, for a file in which another program wrote them otherwise.
    calculate: whether Excel calculates everything when it opens the file.
    as_filed: whether the numbers of `stored` count days as the file does, from 1900 or 1904; else from 1900.

    A value is a number, text, a boolean, a date, time or datetime, or an `ErrorCell`.
    """

    tables: dict[str, Sequence[Sequence[Any]]] = field(default_factory=dict)
    cells: dict[Place, Any] = field(default_factory=dict)
    stored: dict[Place, Any] = field(default_factory=dict)
    arrays: dict[Place, tuple[int, int]] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    calculate: bool = False
    as_filed: bool = False
    unfolded: dict[Place, float] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    spelled: Callable[[str], str] | None = None
    printed: dict[str, str] = field(default_factory=dict)
