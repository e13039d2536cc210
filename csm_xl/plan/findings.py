"""Findings about cells of tables that have been read, collected to be reported together."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import numpy as np

from csm_xl.errors import VALUE, Issue
from csm_xl.pay.rounding import Array, exact, to_compared
from csm_xl.plan.table import Table, cell_of


class Remarks:
    """A list of issues that grows by cells: the place and what was found there come from the table.

    None of them stops a run, so that a check which is given one need not be made where only errors count.
    """

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def warning(
        self,
        table: Table,
        row: int,
        column: str,
        message: str,
        hint: str,
        code: str = VALUE,
        kind: str = "",
        severity: str = "warning",
        rule: str = "",
    ) -> None:
        """Something that is probably a mistake, and can be paid. kind: what several such are reported as.
        severity: ``note`` where it is not even odd."""
        shown, person = _found(table, row, column), table.person(row)
        self.issues.append(
            Issue(code, message, table.where(row, column), shown, hint, severity, person, rule, kind)
        )


class Findings(Remarks):
    """Remarks, and errors, which stop a run."""

    @property
    def errors(self) -> bool:
        """Whether any of them stops a run."""
        return any(issue.severity == "error" for issue in self.issues)

    def error(self, table: Table, row: int, column: str, message: str, hint: str, code: str = VALUE,
              got: Any = None, rule: str = "", kind: str = "", meant: str = "") -> None:  # fmt: skip
        """Something that stops a run. got: what was found, where it is not the cell itself. rule: by which it
        can be accepted. kind: what several such are reported as. meant: what was probably meant."""
        shown = _found(table, row, column) if got is None else got
        person = table.person(row)
        self.issues.append(
            Issue(code, message, table.where(row, column), shown, hint, "error", person, rule, kind, meant)
        )


def _found(table: Table, row: int, column: str) -> Any:
    cell = cell_of(table.schema.column(column), table.value(row, column))
    return cell.isoformat() if isinstance(cell, date) else cell


def shown_day(day: int) -> str:
    """A day as findings show it; 0 is a blank `valid_from`.

    >>> shown_day(date(2026, 3, 31).toordinal()), shown_day(0)
    ('2026-03-31', 'the beginning')
    """
    return date.fromordinal(day).isoformat() if day else "the beginning"


A_THIRD: Final = " Type 1/3 for a third, not 33.3%."
"""What is added to a hint where weights miss 1 by what rounding a fraction does."""


def nearly_one(total: Fraction) -> bool:
    """Whether weights that should sum to 1 miss it by no more than rounded thirds or sevenths do.

    >>> nearly_one(Fraction("0.9999")), nearly_one(Fraction("0.9"))
    (True, False)
    """
    return 0 < abs(total - 1) <= Fraction(2, 100)


def summed(values: Array) -> Fraction:
    """The sum of typed values, exact, kept to the 9 decimals on which sums are compared.

    >>> summed(np.array([0.1, 0.2, 0.7])) == 1, summed(np.full(3, 0.333333333333)) == 1
    (True, True)
    """
    return _summed(tuple(values.tolist()))


@lru_cache(maxsize=4096)
def _summed(values: tuple[float, ...]) -> Fraction:
    total: Any = sum(exact(np.array(values)).tolist(), Fraction(0))
    return Fraction(to_compared(np.array(total, dtype=object)).item())
