"""What of a workbook file is proven, its own sheets and somebody else's."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime
from functools import cache

from csm_xl import __version__
from csm_xl.errors import CsmError
from csm_xl.workbook.operations.laid_out import laid_out, on_our_sheets
from csm_xl.workbook.operations.uncalculated import never_calculated
from csm_xl.workbook.page import Template
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.proof import Proof, alone_in, prove


def proof_of(package: Package, book: Book, template: Template | None = None) -> Proof:
    """What of a workbook's formulas is proven, on the inputs as the file stores them.

    template: what the builder lays out now, where the caller has it.
    """

    @cache
    def template_formulas() -> set[Place]:
        return _laid_out(package, book) if template is None else laid_out(template, book)

    def ours(places: Sequence[Place]) -> Container[Place]:
        ours_alone = _is_ours(package) and any(place in on_our_sheets(book) for place in places)
        return template_formulas() if ours_alone else ()

    return prove(book, alone_in(book), ours, unset=never_calculated(package, book))


def _is_ours(package: Package) -> bool:
    from csm_xl.workbook.build import VERSION

    return VERSION in package.properties()


def _laid_out(package: Package, book: Book) -> set[Place]:
    """The builder's formulas; where the workbook cannot be laid out again as it is, those on its sheets."""
    from csm_xl.workbook.build import VERSION
    from csm_xl.workbook.operations.refresh.core import reckoned
    from csm_xl.workbook.operations.refresh.state import state_of

    if package.properties().get(VERSION) != __version__:
        return on_our_sheets(book)
    try:
        return laid_out(reckoned(state_of(package, book), datetime(1900, 1, 1)).template, book)
    except CsmError:
        return on_our_sheets(book)
