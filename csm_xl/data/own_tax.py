"""Your own tax rates, which replace the built-in ones for their year and tax."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from csm_xl.data.tax_figures import FEDERAL_TAXES, filing_status, state_code
from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.pay.tax import IncomeTax
from csm_xl.pay.tiers import TierTable
from csm_xl.plan.names import plain_name

FLAT: Final = FEDERAL_TAXES[1:]
"""Taxes without a deduction."""


@dataclass(slots=True, eq=False, repr=False)
class Rate:
    """A row of `tax_brackets`: this rate applies from `start`.

    tax: federal, one of `FLAT`, or a state. status: blank for every filing status. deduction: None where
    the row states none. where: the place of one of its columns.
    """

    year: int
    tax: str
    start: float
    rate: float
    status: str
    deduction: float | None
    where: Callable[[str], str]


class OwnTaxes:
    """Scales of rates by year, tax and filing status.

    rates: rows in any order. Errors, all of them at once: a scale that does not start at 0, a duplicate
    bound, an income tax without a deduction or with two, a deduction for a tax that has none, an unknown
    status.
    """

    def __init__(self, rates: Iterable[Rate]) -> None:
        issues: list[Issue] = []
        rows: dict[tuple[str, str, str], list[Rate]] = {}
        for one in rates:
            try:
                status = filing_status(one.status) if one.status.strip() else ""
            except CsmError as error:
                issues += [Issue(i.code, i.message, one.where("status"), i.got, i.hint)
                           for i in error.issues]  # fmt: skip
                continue
            rows.setdefault((str(one.year), _tax(one.tax), status), []).append(one)
        self._scales = {key: _scale(key[1], each, issues) for key, each in rows.items()}
        if issues:
            raise CsmError.of(issues)

    def find(self, year: str | int, tax: str, status: str) -> IncomeTax | None:
        """The scale of a tax for a filing status: its own rows, else those for every status; None if there
        are none."""
        keys = ((str(year), _tax(tax), one) for one in (status, ""))
        return next((self._scales[key] for key in keys if key in self._scales), None)


def _tax(typed: str) -> str:
    """The name of a tax for comparison; a state is compared by its postal code if known."""
    name = plain_name(typed)
    return name if name in FEDERAL_TAXES else state_code(typed) or name


def _scale(tax: str, rows: Sequence[Rate], issues: list[Issue]) -> IncomeTax:
    """The rows of one scale, lowest first; errors are added to the issues."""
    rows = sorted(rows, key=lambda row: row.start)
    told = f"the rates of {tax} in {rows[0].year}"
    if rows[0].start != 0:
        issues.append(Issue(VALUE, f"{told} leave a gap: they start above 0", rows[0].where("from"),
                            rows[0].start, "Add a row from 0; its rate may be 0."))  # fmt: skip
    for before, row in pairwise(rows):
        if row.start == before.start:
            issues.append(Issue(VALUE, f"{told} overlap: this bound is also at {before.where('from')}",
                                row.where("from"), row.start, "Keep one row for it."))  # fmt: skip
    stated = [row for row in rows if row.deduction is not None]
    deductions = {row.deduction for row in stated}
    if tax in FLAT:
        issues += [Issue(VALUE, f"{tax} has no deduction", row.where("deduction"), row.deduction,
                         "Clear the cell.") for row in stated]  # fmt: skip
    elif not stated:
        issues.append(Issue(VALUE, f"{told} have no deduction", rows[0].where("deduction"), None,
                            "Enter it in the first row; 0 if there is no deduction."))  # fmt: skip
    elif len(deductions) > 1:
        issues.append(Issue(VALUE, f"{told} have two deductions", stated[-1].where("deduction"),
                            stated[-1].deduction, "Keep one, on the first row."))  # fmt: skip
    distinct = {row.start: row.rate for row in reversed(rows)}
    starts = sorted(distinct)
    table = TierTable(tuple(starts), tuple(distinct[start] for start in starts), (None,) * len(starts))
    return IncomeTax(table, stated[0].deduction or 0.0 if stated else 0.0)
