"""Columns of which all cells are plain are read at once, and give what their cells give one by one."""

from typing import Any

import numpy as np
import pytest

from csm_xl.plan import cells
from csm_xl.plan.columns import read_column
from csm_xl.plan.schema import Column

NUMBERS = ["0.5", "-12", ".5", "5.", "0", "-0", "007", "1234567.89", "9" * 30]
ODD_NUMBERS = ["", " 1", "1 ", "1\n2", "1\n", "\n1", "+1", "1e5", "nan", "inf", "1_000", "85%", "1,234.50"]
ODD_NUMBERS += ["٣", "-", ".", "1.2.3", "--1", "9" * 400]
TEXTS = ["E0001", "00123", "007", "-", "TRUE", "NaN", "None"]
ODD_TEXTS = ["", " ", "a b", " E1", "E1 ", "E1\u200b", "a\nb", "#N/A", "x\u0301", "\x1c", "\x85"]
MONEY, AN_ID = Column("amount", "money", "An amount."), Column("deal_id", "id", "A deal.")


def one_by_one(column: Column, given: list[Any]) -> tuple[list[Any], list[bool], list[Any]]:
    """What `read_column` gives for each cell alone; a number behind it is none that is read at once."""
    reads = [read_column(column, [cell, None]) for cell in given]
    bad = [(row, *said[1:]) for row, read in enumerate(reads) for said in read.bad if said[0] == 0]
    return [read.values[0] for read in reads], [bool(read.filled[0]) for read in reads], bad


@pytest.mark.parametrize("odd", [None, *ODD_NUMBERS])
@pytest.mark.parametrize("first", [False, True])
def test_numbers(odd: str | None, first: bool) -> None:
    given = NUMBERS if odd is None else [odd, *NUMBERS] if first else [*NUMBERS, odd]
    read = read_column(MONEY, given, largest=float("inf"))
    values, filled, bad = one_by_one(MONEY, given)
    np.testing.assert_array_equal(read.values, values)
    assert read.filled.tolist() == filled
    assert [one for one in read.bad if "too large to be exact" not in one[1]] == [
        one for one in bad if "too large to be exact" not in one[1]
    ]
    assert bool(cells.plain_numbers(given)) == (odd in (None, "9" * 400))


@pytest.mark.parametrize("odd", [None, *ODD_TEXTS])
@pytest.mark.parametrize("more", ["", "E 2"])
def test_texts(odd: str | None, more: str) -> None:
    given = [*TEXTS, *([] if odd is None else [odd]), *([more] if more else [])]
    read = read_column(AN_ID, given)
    values, filled, bad = one_by_one(AN_ID, given)
    assert (read.values.tolist(), read.filled.tolist(), read.bad) == (values, filled, bad)
    assert cells.plain_texts(given) == (odd is None and not more)
