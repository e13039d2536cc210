"""The arithmetic of a rule written out in numbers, as a person would type it into a calculator.

What is in square brackets names the number before it and is no part of the arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from csm_xl.pay.trace import told
from csm_xl.plan.table import Table


def number(value: float) -> str:
    """A number inside a calculation: one below 0 is in brackets.

    >>> number(0.1), number(-5.0)
    ('0.1', '(-5)')
    """
    return told(value) if value >= 0 else f"({told(value)})"


def named(value: str, label: str) -> str:
    """A number with its name in square brackets.

    >>> named("3000", "deal [7]")
    '3000 [deal (7)]'
    """
    return f"{value} [{label.replace('[', '(').replace(']', ')')}]"


def added(parts: Iterable[str]) -> str:
    """A sum, 0 where there is nothing to add."""
    return " + ".join(parts) or "0"


def rounded_down(value: float, shared: float, unit: float) -> float:
    """What a value is rounded down to, where sharing the units left over made it `shared`.

    >>> rounded_down(33.333333333, 33.34, 0.01), rounded_down(33.333333333, 33.33, 0.01)
    (33.33, 33.33)
    """
    return shared if shared <= round(value, 9) else round(shared - unit, 4)


def with_unit(down: float, shared: float, unit: float) -> str:
    """What was rounded down, and the unit that it got of what was left over.

    >>> with_unit(33.33, 33.34, 0.01), with_unit(33.33, 33.33, 0.01)
    ('33.33 + 0.01', '33.33 + 0')
    """
    return f"{number(down)} + {told(unit) if shared > down else 0}"


def places(table: Table, rows: Sequence[int], column: str) -> str:
    """The cells of some rows in a column; three or more beneath each other as a range."""
    return "; ".join(_ranges([table.where(row, column) for row in rows]))


def _ranges(cells: Sequence[str]) -> list[str]:
    """Cells in words, those that follow each other as one.

    >>> _ranges(["Roster!C7", "Roster!C8", "Roster!C9", "Roster!D9"])
    ['Roster!C7:C9', 'Roster!D9']
    >>> _ranges(["roster.csv row 7 (fte)", "roster.csv row 8 (fte)", "roster.csv row 9 (fte)"])
    ['roster.csv rows 7 to 9 (fte)']
    """
    runs: list[list[tuple[str, int, str]]] = []
    for cell in cells:
        found = re.match(r"(.*?)(\d+)( \([^()]*\))?$", cell)
        head, number, tail = (found[1], int(found[2]), found[3] or "") if found else (cell, -1, "")
        last = runs[-1][-1] if runs else ("", -1, "")
        if found and last == (head, number - 1, tail):
            runs[-1].append((head, number, tail))
        else:
            runs.append([(head, number, tail)])
    said = []
    for run in runs:
        (head, first, tail), last_number = run[0], run[-1][1]
        if len(run) < 3:
            said += [f"{head}{number}{tail}" if number >= 0 else head for head, number, tail in run]
        elif head.endswith(" row "):
            said.append(f"{head[:-1]}s {first} to {last_number}{tail}")
        else:
            said.append(f"{head}{first}:{head.rpartition('!')[2]}{last_number}")
    return said
