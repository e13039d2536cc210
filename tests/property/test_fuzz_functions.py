"""Every function on whatever may be in cells: a result of finite numbers, or a CsmError."""

import contextlib
import math
import random
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pytest

from csm_xl.errors import CODES, CsmError
from csm_xl.functions import REGISTRY, call
from csm_xl.functions.formula import parse_call
from csm_xl.xlsx.values import ErrorCell

CALLS = 60
CELLS = (
    None, "", "  ", 0, 1, -1, 0.1, 0.5, -0.0, 2, 3, 12, 100, 85000, 1e15, -1e15, 1e300, -1e308, 5e-324, 2**70,
    math.inf, -math.inf, math.nan, True, False, "abc", "85%", "1,234.50", "85,000", "$5", "1e5", "inf", "nan",
    "#N/A", "2026-01-31", "2026-02-30", "2024-02-29", "single", "CA", "whole", "linear", "25/25/25/25",
    "48m cliff 12 monthly", "x" * 5000, "\x00", "=1+1", "é", date(2026, 1, 31), date(1, 1, 1),
    date(9999, 12, 31), datetime(2026, 3, 31, 12, 30), ErrorCell("#DIV/0!"), ErrorCell("#N/A"),
    Decimal("12.3400"), Decimal("NaN"), Decimal("Infinity"), np.float64(0.25), np.int64(7), np.bool_(True),
    np.datetime64("2026-01-01"), np.datetime64("NaT", "D"), 2025, 46112, object(), b"bytes", 1 + 2j, {},
    set(),
)  # fmt: skip


def cell(rng):
    return rng.choice(CELLS)


def argument(rng, sound):
    """What is in an argument: what the example gives, else a cell, a column, a block, or nothing."""
    kind = rng.random()
    if kind < 0.45:
        return sound
    if kind < 0.65:
        return cell(rng)
    if kind < 0.75:
        return [cell(rng) for _ in range(rng.randint(0, 4))]
    if kind < 0.85 and isinstance(sound, list) and sound:
        broken = [list(row) if isinstance(row, list) else [row] for row in sound]
        row = rng.choice(broken)
        row[rng.randrange(len(row))] = cell(rng)
        return broken
    if kind < 0.95:
        width = rng.randint(1, 4)
        return [[cell(rng) for _ in range(width)] for _ in range(rng.randint(1, 4))]
    return [[cell(rng)] * rng.randint(0, 3) for _ in range(rng.randint(0, 3))]  # ragged, or empty


def holds(value):
    """Whether a result is one that a cell can show."""
    if isinstance(value, list):
        return all(map(holds, value))
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, (int, str, bool, date))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", REGISTRY)
def test_only_results_or_errors_in_words(name):
    rng = random.Random(name)
    refused = 0
    for _ in range(CALLS):
        _, example = parse_call(rng.choice(REGISTRY[name].examples))
        arguments = [argument(rng, sound) for sound in example]
        if rng.random() < 0.1:
            arguments = arguments[: rng.randrange(len(arguments) + 1)]
        if rng.random() < 0.1:
            arguments.append(cell(rng))
        try:
            result = call(name, *arguments)
        except CsmError as error:
            refused += 1
            assert error.code in CODES and error.message and str(error)
            for issue in error.issues:
                assert issue.code in CODES and "Traceback" not in str(issue)
        else:
            assert holds(result), (arguments, result)
    assert refused or name in ("CSM_VERSION", "CSM_ERROR")


@pytest.mark.parametrize("name", sorted(set(REGISTRY) - {"CSM_VERSION", "CSM_ERROR"}))
@pytest.mark.parametrize("bad", [ErrorCell("#DIV/0!"), math.inf, {}], ids=["error cell", "infinity", "dict"])
def test_what_is_no_value_is_refused_wherever_it_stands(name, bad):
    _, example = parse_call(REGISTRY[name].examples[0])
    for position in range(len(example)):
        arguments = list(example)
        arguments[position] = bad
        if arguments != example and name == "CSM_LINT":
            with contextlib.suppress(CsmError):  # what is wrong in a row of a table is one of its findings
                assert "error" in [row[0] for row in call(name, *arguments)]
        elif arguments != example:
            with pytest.raises(CsmError) as failed:
                call(name, *arguments)
            assert failed.value.issues
