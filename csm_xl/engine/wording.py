"""The arithmetic of a rule written out in numbers, as a person would type it into a calculator.

What stands in square brackets names the number before it and is no part of the arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from csm_xl.pay.curves import Curve
from csm_xl.pay.matrix import Matrix
from csm_xl.pay.rounding import bands, exceeds, reaches
from csm_xl.pay.tiers import TierTable
from csm_xl.pay.trace import Step, told
from csm_xl.plan.table import Table


def number(value: float) -> str:
    """A number inside a calculation: one below 0 stands in brackets.

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


def whole(words: str) -> str:
    """A calculation as one number of another: in brackets where it has a sum or a difference.

    >>> whole("2 × 3"), whole("2 + 3")
    ('2 × 3', '(2 + 3)')
    """
    return f"({words})" if " + " in words or " − " in words else words


MOST_ADDED: Final = 200
"""How many numbers one step adds up: a cell of a worksheet holds no more text than theirs."""


def summed(name: str, rule: str, parts: Sequence[tuple[str, Fraction, str]], value: float) -> list[Step]:
    """The step of a sum, and before it where it is long those of its parts.

    parts: each number written out, exact, and its cells.

    >>> [step.step for step in summed("Sum", "of ones", [("1", Fraction(1), "A!B2")] * 201, 201.0)]
    ['Sum, part 1', 'Sum, part 2', 'Sum']
    """
    if len(parts) <= MOST_ADDED:
        return [
            Step(name, rule, added(words for words, *_ in parts), value, "; ".join(at for *_, at in parts))
        ]
    steps = []
    for number_of, first in enumerate(range(0, len(parts), MOST_ADDED), 1):
        some = parts[first : first + MOST_ADDED]
        (step,) = summed(f"{name}, part {number_of}", rule, some, float(sum(one for _, one, _ in some)))
        steps.append(step)
    put_in = added(number(step.value) for step in steps)
    return [*steps, Step(name, f"{rule}: the sum of its parts", put_in, value, parts[0][2])]


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


def account_words(measure: str, start: float, end: float) -> tuple[str, str]:
    """What an opening account adds to a measure of retention: what was kept, and what there was.

    >>> account_words("GRR", 100.0, 130.0), account_words("LOGO", 100.0, 0.0)
    (('min(130, 100)', '100'), ('0', '1'))
    """
    if measure == "LOGO":
        return "1" if end > 0 else "0", "1"
    return told(end) if measure == "NRR" else f"min({told(end)}, {told(start)})", told(start)


def curve_words(curve: Curve, attainment: float) -> tuple[str, list[int]]:
    """The payout ratio of a curve at an attainment, and the knots that it stands between.

    >>> curve_words(Curve((0.9, 1), (0.5, 1)), 0.95)
    ('0.5 + (1 − 0.5) × (0.95 − 0.9) / (1 − 0.9)', [0, 1])
    """
    x, y = curve.attainment, curve.payout
    band = int(bands(np.asarray(attainment), x))
    real = [i for i in range(len(x) - 1) if x[i] != x[i + 1]]
    slope, here = -1, max(band - 1, 0)
    if band == 0:
        words, slope = (
            ("0" if curve.below == "zero" else told(y[0])),
            0 if curve.below == "extrapolate" else -1,
        )
    elif band == len(x):
        words, slope = told(y[-1]), -1 if curve.above == "hold" else len(real) - 1
    else:
        words, slope = told(y[here]), real.index(here) if curve.mode == "linear" else -1
    knots = [here]
    if slope >= 0 and real:
        a = real[slope]
        rise = f"({told(y[a + 1])} − {told(y[a])})"
        words += f" + {rise} × ({number(attainment)} − {number(x[here])}) / ({told(x[a + 1])} − {told(x[a])})"
        knots = sorted({here, a, a + 1})
        if band in (0, len(x)) or attainment < x[here]:  # a ratio is never below 0
            words = f"max({words}, 0)"
    if curve.cap is not None:
        words = f"min({words}, {told(curve.cap)})"
    return words, knots


def matrix_words(matrix: Matrix, down: float, across: float) -> tuple[str, list[tuple[float, float]]]:
    """The payout of a matrix, and the heads (row, column) of the cells that it comes from.

    >>> matrix_words(Matrix((0.9, 1), (1, 2), ((0.5, 0.8), (1, 1.5))), 0.95, 1.5)
    ('0.5', [(0.9, 1)])
    """
    heads = matrix.rows, matrix.columns
    at = [int(bands(np.asarray(value), part)) - 1 for value, part in zip((down, across), heads, strict=True)]
    if min(at) < 0:
        return "0", []
    if matrix.mode == "lookup":
        i, j = at
        return told(matrix.payout[i][j]), [(matrix.rows[i], matrix.columns[j])]
    (i, after_i, u), (j, after_j, v) = (_way(value, part) for value, part in
                                        zip((down, across), heads, strict=True))  # fmt: skip
    cells = [(r, c) for r in dict.fromkeys((i, after_i)) for c in dict.fromkeys((j, after_j))]

    def mixed(row: int) -> str:
        here, there = told(matrix.payout[row][j]), told(matrix.payout[row][after_j])
        return here if after_j == j else f"{here} + ({there} − {here}) × {v}"

    words = mixed(i)
    if after_i != i:
        words += f" + ({mixed(after_i)} − {whole(mixed(i))}) × {u}"
    return words, [(matrix.rows[r], matrix.columns[c]) for r, c in cells]


def _way(measure: float, heads: tuple[float, ...]) -> tuple[int, int, str]:
    """The heads around a measure, and the share of the way between them."""
    if len(heads) == 1:
        return 0, 0, "0"
    here = sum(measure >= head for head in heads[1:-1])
    low, high = heads[here], heads[here + 1]
    reached = told(measure) if measure <= high else f"min({told(measure)}, {told(high)})"
    return here, here + 1, f"({reached} − {told(low)}) / ({told(high)} − {told(low)})"


def tiers_words(
    tiers: TierTable, total: float, goal: float | None = None, written: str = ""
) -> tuple[str, set[int]]:
    """What a total earns when it climbs through tiers from 0, and the tiers that earn.

    goal: what the bounds are multiples of, None where they are money. written: the size of the total as a
    product, where it is to stand as one.

    >>> tiers_words(TierTable((0, 1000), (0.01, 0.02), (None, None)), 1500)
    ('1000 × 0.01 + (1500 − 1000) × 0.02', {0, 1})
    """
    size, times = abs(total), "" if goal is None else f" × {told(goal)}"
    scale, written = 1.0 if goal is None else goal, written or told(size)
    ends = [*tiers.start[1:], tiers.end[-1]]
    if tiers.mode == "whole":
        passed = reaches if tiers.tie == "upper" else exceeds
        tier = sum(bool(passed(np.asarray(size), start * scale)) for start in tiers.start) - 1
        end = tiers.end[-1]
        all_of = written if end is None or size <= end * scale else f"{told(end)}{times}"
        words, used = (f"{all_of} × {told(tiers.rate[tier])}", {tier}) if tier >= 0 else ("0", set())
    else:
        parts, used = [], set()
        for at, (start, end, rate) in enumerate(zip(tiers.start, ends, tiers.rate, strict=True)):
            if size <= start * scale:
                break
            used.add(at)
            full = end is not None and size >= end * scale
            top = f"{told(end)}{times}" if full else written
            part = f"({top} − {told(start)}{times})" if start else top
            if tiers.mode == "marginal":
                parts.append(f"{part} × {told(rate)}")
            elif full:
                parts.append(told(rate))
            else:
                wide = f"({told(end)} − {told(start)})" if start else told(end)
                parts.append(f"{told(rate)} × {part} / {f'({wide}{times})' if times else wide}")
        words = added(parts)
    return (words if total >= 0 else f"0 − ({words})"), used
