"""Refresh in the add-in: the open workbook goes in as a file, what it must show comes out as JSON.

The page gets the file from Excel itself, so a refresh sees what the command line sees: rows below a table,
notes, hidden rows, closed periods. It writes only what differs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from csm_xl.errors import VALUE, CsmError, Issue, grouped
from csm_xl.office.opened import Tell, findings, opened, stopped
from csm_xl.office.people import people
from csm_xl.workbook.operations.refresh.prepare import prepared
from csm_xl.workbook.operations.refresh.report import report_of
from csm_xl.workbook.operations.refresh.state import State, state_of
from csm_xl.workbook.operations.refresh.update import Update, changed_cells, changed_tables
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.addresses import Area, Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.package import Region
from csm_xl.xlsx.patch.moves import Kind, Move, Moves
from csm_xl.xlsx.serial_dates import serial

_NOT_SAVED: Final = Issue(
    VALUE, "how the paste was read is not saved: a browser cannot write sources.toml", "Import", None,
    "Answers on the sheet Import stay there.", "note",
)  # fmt: skip
_PREFIX: Final = re.compile(r"(?:_xlfn\.|_xlws\.|_xludf\.|_xldudf_)+(?=[A-Z])")
"""What a file puts before the names of functions, and nobody types."""


def refresh(file: bytes, name: str, when: str, tell: Tell = lambda _: None) -> str:
    """What a refresh of the open workbook writes, as JSON.

    file: the workbook, as Excel hands it over. name: its file name. when: the time to record, ISO.
    tell: called with each step.
    → ``writes``: the changes, see `_writes`; ``said``: the outcome in sentences; ``findings``: everything
    that was found, each with its cell; ``movers``: a header and the people with the largest changes;
    ``people``: see `csm_xl.office.people`; ``refused``: whether errors in the inputs stopped it, so that only
    the findings are written.
    """
    time = datetime.fromisoformat(when)
    tell("reading the workbook")
    try:
        with opened(file, name) as package:
            book = load(package)
            state = state_of(package, book)
            made = prepared(state, time, tell)
            if made.outcome is None:
                return stopped(made.issues, _writes(made.state, made.update, book, package.names))
            report = report_of(made.state, made.outcome, time)
            found = grouped([*report.warnings, *([_NOT_SAVED] if made.mapping else [])])
            return json.dumps({
                "refused": False,
                "writes": _writes(made.state, made.update, book, package.names),
                "said": report.said(),
                "findings": findings(found),
                "movers": report.mover_rows(),
                "people": people(state, made.outcome),
            })  # fmt: skip
    except CsmError as error:  # it cannot even be read, so that nothing is written
        return stopped(error.issues)


def _writes(state: State, update: Update, book: Book, names: Mapping[str, str]) -> dict[str, Any]:
    """The changes of a workbook, as the page writes them; rows and columns count from 0.

    tables: name, sheet, row and column of the header, width; before: how many rows of data it has; rows:
    those that it gets; formulas: of each column its formula, or null. cells: sheet, row, column, value.
    columns: sheet, row, column and width in characters of those that come to be shown. printed: sheet → its
    print areas. arrays: the array formulas that fill other rows than before, see `_array`; names: name and
    what it refers to, of those that follow them.
    """
    changed = changed_tables(update, state)
    return {
        "tables": [_table(state.regions[name.casefold()], rows) for name, rows in changed.items()],
        "cells": [[*_place(place), typed(value)] for place, value in changed_cells(update, state).items()],
        "columns": [[*_place(place), width] for place, width in update.unfolded.items()],
        "printed": update.printed,
        "arrays": [_array(place, size, book) for place, size in update.arrays.items()],
        "names": [[name, f"={refers}"] for name, refers in _names_after(update, book, names).items()],
        "properties": update.properties,
    }


def _array(place: Place, size: tuple[int, int], book: Book) -> dict[str, Any]:
    """An array formula: its first cell, the rows and columns that it fills before and after, its formula, and
    whether it is dynamic, so that Excel itself resizes it."""
    return {
        "sheet": place.sheet,
        "row": place.row - 1,
        "column": place.column - 1,
        "before": book.arrays[place],
        "after": size,
        "formula": as_typed(book.formulas[place]),
        "dynamic": place in book.dynamic,
    }


def _names_after(update: Update, book: Book, names: Mapping[str, str]) -> dict[str, str]:
    """What the names refer to that refer to the cells of a resized array formula, or beside them."""
    resized = []
    for place, (rows, _) in update.arrays.items():
        height, width = book.arrays[place]
        old = Area(place.row, place.column, place.row + height - 1, place.column + width - 1)
        resized.append(Move(place.sheet.casefold(), old, place.row + rows - 1))
    moves = Moves(tuple(resized))
    after = {name: moves.formula(refers, "", kind=Kind.SERIES) for name, refers in names.items()}
    return {name: refers for name, refers in after.items() if resized and refers != names[name]}


def _place(place: Place) -> list[Any]:
    return [place.sheet, place.row - 1, place.column - 1]


def _table(region: Region, rows: Any) -> dict[str, Any]:
    formulas = dict(region.formulas)
    return {
        "name": region.name,
        "sheet": region.sheet,
        "row": region.first_row - 1,
        "column": region.first_column - 1,
        "width": len(region.headers),
        "before": region.last_row - region.first_row,
        "rows": [[typed(cell) for cell in row] for row in rows],
        "formulas": [as_typed(formulas[one]) if one in formulas else None for one in region.headers],
    }


def typed(value: Any) -> Any:
    """A value as Office.js writes it: a date as its serial; text after an apostrophe, so that no id becomes a
    number and no text a formula; a blank as empty text.

    >>> typed("007"), typed(date(2026, 3, 31)), typed(None), typed(1.5), typed(True)
    ("'007", 46112, '', 1.5, True)
    """
    if isinstance(value, str):
        return f"'{value}" if value else ""
    if isinstance(value, date):
        return serial(value)
    return "" if value is None else value


def as_typed(formula: str) -> str:
    """A formula of a file as somebody would type it.

    >>> as_typed("_xlfn._xlws.FILTER(A1:A9,_xldudf_CSM_CAP(B1:B9,1)>0)")
    '=FILTER(A1:A9,CSM_CAP(B1:B9,1)>0)'
    """
    return "=" + _PREFIX.sub("", formula.removeprefix("="))
