"""What a save by a program that lacks the ``CSM_`` functions, such as LibreOffice without the add-in, does to
a workbook: it may write their names in small letters, and keep #NAME? where their values was.

Neither is a fault of anybody's inputs. The names mean the same, and the values can be calculated again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.evaluate import UNKNOWN, recalculate
from csm_xl.xlsx.followers import followers
from csm_xl.xlsx.mentions import mentions
from csm_xl.xlsx.own_functions import ADDIN, CALLS
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.values import ErrorCell

UNDEFINED: Final = ErrorCell("#NAME?")
"""What a program shows of a function that it lacks."""

_LIBREOFFICE: Final = "LibreOffice"


def spelled(formula: str) -> str:
    """A formula with the names of its functions in capitals, in which alone some programs differ.

    >>> spelled('=IF($A$1="csm_cap(","",csm_cap(Tbl[cap(x)],1))'), spelled("=_xlfn.xlookup(1,A:A,B:B)")
    ('=IF($A$1="csm_cap(","",CSM_CAP(Tbl[cap(x)],1))', '=_xlfn.XLOOKUP(1,A:A,B:B)')
    >>> spelled("=_xldudf_csm_cap(1,2)")
    '=_xldudf_CSM_CAP(1,2)'
    """

    def capitals(found: re.Match[str]) -> str:
        before = (found["sign"] or "").lower() + (ADDIN if found["addin"] else "")
        return before + found["name"].upper() if found["name"] else found[0]

    return CALLS.sub(capitals, formula)


def is_respelled(formula: str) -> bool:
    """Whether a formula calls a ``CSM_`` function in other letters than we write.

    >>> is_respelled("=csm_cap(1,2)"), is_respelled('=CSM_CAP("csm_cap(",2)')
    (True, False)
    """
    return "csm_" in formula.lower() and any(
        name[:4].upper() == "CSM_" and name != name.upper()
        for name in (found["name"] or "" for found in CALLS.finditer(formula))
    )


def called_csm(formula: str) -> tuple[str, ...]:
    """The ``CSM_`` functions that a formula calls, in whatever letters, in capitals and in order.

    >>> called_csm("=1+csm_cap(CSM_FLOOR(1,2),2)"), called_csm('="CSM_CAP(1,2)"')
    (('CSM_CAP', 'CSM_FLOOR'), ())
    """
    if "csm_" not in formula.lower():
        return ()
    names = ((found["name"] or "").upper() for found in CALLS.finditer(formula))
    return tuple(dict.fromkeys(name for name in names if name.startswith("CSM_")))


def calls_csm(formula: str) -> bool:
    """Whether a formula calls a ``CSM_`` function."""
    return bool(called_csm(formula))


@dataclass(frozen=True)
class Resaved:
    """The traces of such a save.

    program: which saved the file, as it says itself. respelled: the formulas with names of functions in
    other letters. failed: the calls of ``CSM_`` functions whose stored value is #NAME?, or, where LibreOffice
    saved the file, any error: of a workbook with macros it runs those in place of the functions.
    """

    book: Book
    program: str
    respelled: tuple[Place, ...]
    failed: tuple[Place, ...]

    def __bool__(self) -> bool:
        return bool(self.respelled or self.failed)

    @cached_property
    def unproven(self) -> frozenset[Place]:
        """The cells whose stored value the program may have made without the functions: those that call one
        and those that depend on these; none where nothing shows such a save."""
        if not self:
            return frozenset()
        calls = [cell for place, formula in self.book.formulas.items() if calls_csm(formula)
                 for cell in self.book.filled_by(place)]  # fmt: skip
        return frozenset(calls) | followers(self.book, mentions(self.book).areas, calls)


def resaved(package: Package, book: Book) -> Resaved:
    """The traces that a save without the functions left in a workbook."""
    any_error = package.application.startswith(_LIBREOFFICE)
    failed = (place for place, formula in book.formulas.items()
              if isinstance(stored := book.stored.get(place), ErrorCell)
              and (any_error or stored == UNDEFINED) and calls_csm(formula))  # fmt: skip
    respelled = (place for place, formula in book.formulas.items() if is_respelled(formula))
    return Resaved(book, package.application, tuple(respelled), tuple(failed))


def proven_values(package: Package, book: Book, cells: Iterable[Place]) -> dict[Place, Any]:
    """Of some formula cells, the values that a save without the functions took, calculated again.

    Those whose stored value nothing speaks against are left out, and so are those that cannot be calculated
    here.
    """
    lost = resaved(package, book).unproven.intersection(cells)
    if not lost:
        return {}
    values = recalculate(book)
    return {place: value for place in lost if (value := values.get(place)) not in (None, UNKNOWN)}
