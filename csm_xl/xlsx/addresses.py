"""Cells and areas by their names: ``B7``, ``$A$1:C9``, ``'Pay data'!B7``."""

from __future__ import annotations


def quoted(sheet: str) -> str:
    """A sheet's name as a reference writes it.

    >>> quoted("Roster"), quoted("Pay data")
    ('Roster', "'Pay data'")
    """
    return sheet if sheet.isidentifier() else "'" + sheet.replace("'", "''") + "'"


def letters(column: int) -> str:
    """The letters of a column counted from 1.

    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    name = ""
    while column > 0:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name
