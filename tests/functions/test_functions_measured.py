"""Every vectorized function has its place in the benchmark, and the formula beside it gives the same."""

import numpy as np
import pytest

from benchmarks.functions import CASES, NO_COLUMNS, Columns, rule
from csm_xl.functions import REGISTRY

ROWS = 60
APART = {"CSM_VEST": "whole months in floats are wrong at month ends"}


def test_every_vectorised_function_is_measured_or_named():
    vectorised = {
        name for name, known in REGISTRY.items() if known.result.shape in ("each", "row", "one", "like")
    }
    measured = {case.function for case in CASES}
    assert vectorised - measured - set(NO_COLUMNS) == set(), "add a case to benchmarks/functions.py"
    assert not measured & set(NO_COLUMNS) and set(NO_COLUMNS) <= set(REGISTRY)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.plain], ids=lambda c: f"{c.function} {c.says}"
)
def test_plain_numpy_computes_the_same_formula(case):
    python, given = rule(case.function, case.arguments(Columns(ROWS)))
    with np.errstate(all="ignore"):
        found, plain = np.asarray(python(*given)), np.asarray(case.plain(*given))
    if case.function in APART:
        assert found.shape == plain.shape and np.corrcoef(found, plain)[0, 1] > 0.99
    else:
        # A formula that may answer with a blank gives objects.
        assert np.allclose(found.astype(float), plain.astype(float), rtol=1e-9, atol=1e-6)
