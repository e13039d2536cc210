"""The check of a workbook that is open in Excel: Excel calculates its formulas; all else as in `check`."""

from __future__ import annotations

from csm_xl.errors import Issue
from csm_xl.workbook.operations.check import Compared, compare, formula_findings, resaved_findings
from csm_xl.workbook.operations.resaved import resaved
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.values import ErrorCell


def check_by_excel(package: Package, calculated: Package) -> tuple[list[Issue], Compared]:
    """Every cell of a workbook that is not what it must be, and what it was compared with.

    package: the workbook. calculated: the same one after Excel has calculated every formula.
    Formulas that only follow from another finding are listed too.
    Errors: a file that is no workbook.
    """
    book, after = load(package), load(calculated)
    compared = compare(package, book)
    told = {issue.where for issue in compared.findings}
    values = {place: after.stored.get(place) for place in book.filled() if place in after.stored}
    formulas = [issue for place, issue in formula_findings(book, values, package.path)
                if not (isinstance(values[place], ErrorCell) and str(place) in told)]  # fmt: skip
    saved = resaved_findings(resaved(package, book), (), package.path)
    return compared.with_formulas(saved, formulas), compared
