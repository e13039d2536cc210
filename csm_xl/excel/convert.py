"""A workbook turned into its other kind: with macros for xlwings on Windows (.xlsm), or for the Office add-in
or LibreOffice (.xlsx).

What differs is how the file names the worksheet functions, whether the array formulas of csm_xl's own sheets
are fixed or dynamic, and the macros with their buttons. Every other part stays byte for byte.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from csm_xl.errors import VALUE, CsmError, listed
from csm_xl.excel.button_shapes import add_buttons, remove_buttons
from csm_xl.excel.macro_parts import add_macros, drop_macros, has_macros, macro_project
from csm_xl.excel.own_macros import own_macros
from csm_xl.workbook.layout import ORDER
from csm_xl.workbook.operations.resaved import calls_csm
from csm_xl.workbook.own_functions import OURS, load
from csm_xl.workbook.sheets.conf import CONF, INTERPRETER
from csm_xl.workbook.version import version_of
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch.archive import repacked
from csm_xl.xlsx.patch.arrays import dynamic_record, make_dynamic, make_fixed
from csm_xl.xlsx.patch.markup import write_text
from csm_xl.xlsx.patch.parts import Parts
from csm_xl.xlsx.patch.tables import read_tables


class Kind(StrEnum):
    """What a workbook is for."""

    macros = "macros"
    addin = "addin"
    libreoffice = "libreoffice"


WORDS: Final = {
    Kind.macros: "xlwings in Excel on Windows, with macros",
    Kind.addin: "the Office add-in",
    Kind.libreoffice: "LibreOffice, without macros",
}
"""What each kind is for, in words."""
_MOST_NAMED: Final = 12


@dataclass(frozen=True)
class Converted:
    """What a conversion did.

    renamed: the formulas in which the functions are named otherwise. arrays: the array formulas that became
    dynamic, or fixed. buttons: how many were added or taken away. dropped: the user's own macros left out.
    """

    before: Kind
    after: Kind
    renamed: int
    arrays: int
    buttons: int
    dropped: tuple[str, ...]


def kind_of(package: Package, book: Book) -> Kind:
    """What a workbook is for, by what is in it; LibreOffice without macros and names of an add-in."""
    if has_macros(package):
        return Kind.macros
    return Kind.addin if book.of_addin else Kind.libreoffice


def convert(
    source: Path, after: Kind, interpreter: str = INTERPRETER, drop_own: bool = False
) -> tuple[bytes, Converted]:
    """A workbook as another kind, as bytes.

    interpreter: the Python that a workbook with macros starts, where it names none yet. drop_own: leave the
    user's own macros out, where the new kind can hold none.
    Errors: no workbook of csm_xl; one of that kind already; macros of the user's own that would be lost;
    parts that cannot be read.
    """
    package = Package(source)
    if version_of(package) is None:
        raise package.error("this is not a csm_xl workbook", "Convert one that csm-xl new has created.")
    book = load(package)
    before = kind_of(package, book)
    if before == after:
        hint = "Use it as it is, or give the new file the other ending: .xlsm or .xlsx."
        raise package.error(f"the workbook is for {WORDS[after]} already", hint)
    dropped = _dropped(package, drop_own) if before == Kind.macros else ()
    parts = Parts(package)
    renamed = _rename(parts, OURS.as_of_addin if after == Kind.addin else OURS.as_called)
    arrays = _turn_arrays(parts, book, dynamic=after == Kind.addin)
    buttons = 0
    if before == Kind.macros:
        buttons = sum(remove_buttons(parts, sheet) for sheet in package.sheets)
        drop_macros(parts)
    if after == Kind.macros:
        buttons = sum(add_buttons(parts, sheet) for sheet in package.sheets)
        add_macros(parts, interpreter)
    changed = parts.changed() | renamed.tables
    out = io.BytesIO()
    repacked(package.data, changed, out)
    return out.getvalue(), Converted(before, after, renamed.formulas, arrays, buttons, dropped)


def require_same(source: Path, made: Path) -> None:
    """Read a converted workbook again, and compare it with the one that it was made from.

    Errors: a sheet, cell, formula, value, table or name differs, which is a fault of the program.
    """
    before, after = load(Package(source)), load(Package(made))
    if CONF not in before.sheets:  # which came with the macros
        after = replace(
            after,
            sheets=[sheet for sheet in after.sheets if sheet != CONF],
            values={place: value for place, value in after.values.items() if place.sheet != CONF},
        )
    for what in ("sheets", "values", "formulas", "arrays", "stored", "tables", "names", "own_names"):
        if getattr(before, what) != getattr(after, what):
            said = f"the converted workbook has other {what}; nothing was written"
            hint = "Report this: it is a fault of the program."
            raise CsmError(VALUE, said, source.name, None, hint)


def _dropped(package: Package, drop_own: bool) -> tuple[str, ...]:
    """The user's own macros, which a file without macros cannot hold."""
    try:
        own = tuple(own_macros(macro_project(package)))
    except ValueError as why:
        raise package.error(f"its macros cannot be read: {why}", "Open it in Excel, and save it.") from None
    if own and not drop_own:
        raise CsmError(
            VALUE, "the workbook has macros of your own, and an .xlsx cannot hold macros", package.path.name,
            listed(own, _MOST_NAMED),
            "Export them in Excel's editor (Alt+F11, File, Export File), then add --drop-macros.",
        )  # fmt: skip
    return own


@dataclass(frozen=True)
class _Renamed:
    formulas: int
    tables: dict[str, bytes]


def _rename(parts: Parts, named: Callable[[str], str]) -> _Renamed:
    """Name the functions otherwise in every cell, rule, table and defined name."""
    count = 0

    def counted(formula: str) -> str:
        nonlocal count
        new = named(formula)
        count += new != formula
        return new

    for sheet in parts.package.sheets:
        parts.sheet(sheet).spell(counted)
    done = {}
    for table in read_tables(parts.package).values():
        for one in table.markup.root.every("calculatedColumnFormula", "totalsRowFormula"):
            table.markup.write(one, named(table.markup.content(one)))
        if table.markup.changed:
            done[table.part] = write_text(table.markup.result(), table.encoding)
    book = parts.open(parts.package.book)
    for one in book.root.every("definedName"):
        book.write(one, named(book.content(one)))
    return _Renamed(count, done)


def _turn_arrays(parts: Parts, book: Book, dynamic: bool) -> int:
    """Make the array formulas of csm_xl's own sheets that call its functions dynamic, or fixed.

    Office.js writes no fixed array formula, so a refresh by the add-in could not resize one; a macro resizes
    fixed ones. An array formula of the user's own stays what it is: both kinds calculate everywhere.
    """
    by_sheet: dict[str, list[tuple[int, int]]] = {}
    for place, size in book.arrays.items():
        turned = place in book.dynamic
        if (
            place.sheet in ORDER
            and size != (1, 1)
            and turned != dynamic
            and calls_csm(book.formulas.get(place, ""))
        ):
            by_sheet.setdefault(place.sheet, []).append(place[1:])
    record = dynamic_record(parts) if by_sheet and dynamic else 0
    for sheet, cells in by_sheet.items():
        if dynamic:
            make_dynamic(parts.sheet(sheet), cells, record)
        else:
            make_fixed(parts.sheet(sheet), cells)
    return sum(map(len, by_sheet.values()))
