"""Curves and matrices at their edges, and what they refuse."""

import numpy as np
import pytest

from csm_xl.errors import CsmError
from csm_xl.pay.curves import Curve, pay_curve
from csm_xl.pay.matrix import Matrix, matrix_payout
from csm_xl.pay.rounding import exact

KNOTS = [(0.9, 0.5), (1.0, 1.0), (1.2, 1.5)]
GRID = [(None, 100, 200), (0.9, 0.5, 0.8), (1.0, 1.0, 1.5)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, [0, 0.5, 0.75, 1.5, 1.5]),
        ({"mode": "step"}, [0, 0.5, 0.5, 1.5, 1.5]),
        ({"below": "hold"}, [0.5, 0.5, 0.75, 1.5, 1.5]),
        ({"below": "extrapolate"}, [0, 0.5, 0.75, 1.5, 1.5]),
        ({"above": "extrapolate"}, [0, 0.5, 0.75, 1.5, 2.0]),
        ({"above": "extrapolate", "cap": 1.6}, [0, 0.5, 0.75, 1.5, 1.6]),
    ],
)
def test_every_word_of_a_curve(words, expected):
    assert pay_curve([0.7, 0.9, 0.95, 1.2, 1.4], KNOTS, **words).tolist() == pytest.approx(expected)


def test_two_knots_at_one_attainment_are_a_jump():
    knots = [(0.9, 0.5), (1.0, 0.8), (1.0, 1.0), (1.2, 1.5)]
    assert pay_curve([0.95, 0.999999999, 1.0], knots).tolist() == pytest.approx([0.65, 0.8, 1.0], abs=1e-8)
    # One curve point, and a curve point met by a sum of floats.
    assert pay_curve([0.2, 0.1 + 0.2], [(0.3, 1)]).tolist() == [0, 1]


def test_below_extrapolation_follows_the_first_slope_and_never_pays_below_0():
    assert pay_curve([0.85, 0.5], KNOTS, below="extrapolate").tolist() == pytest.approx([0.25, 0])


@pytest.mark.parametrize(
    ("knots", "said"),
    [
        ([(1, 1), (0.9, 0.5)], "curve row 2"),
        ([(1, 1, 1)], "not a block"),
        ([], "not a block"),
        ([(None, 1), (1, None)], "curve row 1 column 1(.|\n)*curve row 2 column 2"),
        ([("a", 1)], "found 'text"),
    ],
)
def test_wrong_knots_are_refused(knots, said):
    with pytest.raises(CsmError, match=said):
        Curve.of(knots)


@pytest.mark.parametrize("word", ["mode", "below", "above"])
def test_unknown_words_list_the_allowed_ones(word):
    with pytest.raises(CsmError, match=f"unknown {word}.*Allowed: "):
        pay_curve(1, KNOTS, **{word: "nonsense"})


def test_a_curve_without_knots_is_refused():
    with pytest.raises(CsmError, match="at least one point"):
        Curve((), ())


def test_matrix_edges():
    rows = [0.89, 0.9, 1.0, 5, 1.0, 0.9 - 4e-10]
    columns = [150, 100, 199, 900, 99, 150]
    assert matrix_payout(rows, columns, GRID).tolist() == [0, 0.5, 1, 1.5, 0, 0.5]
    between = matrix_payout(rows, columns, GRID, "bilinear")
    assert between.tolist() == pytest.approx([0, 0.5, 1.495, 1.5, 0, 0.65])
    assert matrix_payout(np.ones((2, 1)), [100, 200, 300], GRID).shape == (2, 3)
    assert matrix_payout(exact(1), 200, GRID).dtype == object


def test_a_matrix_of_one_cell_and_negative_cells():
    assert matrix_payout([1, 2], 5, [("", 5), (1, 0.7)], "bilinear").tolist() == [0.7, 0.7]
    assert matrix_payout(1, 5, [(0, 5), (1, -0.7)]) == 0


def test_matrix_rows_in_doubt():
    doubt = np.zeros(3, dtype=bool)
    matrix_payout(np.array([0.9 - 5e-10, 0.9, 1.0 - 5e-10]), 150, GRID, "bilinear", doubt)
    assert doubt.tolist() == [True, False, False]
    matrix_payout(np.array([0.9, 0.9, 1.0 - 5e-10]), 150, GRID, "lookup", doubt)
    assert doubt.tolist() == [True, False, True]
    for mode, doubtful in (("bilinear", [True, False]), ("lookup", [True, True])):
        across = np.zeros(2, dtype=bool)
        matrix_payout(1, np.array([100 - 5e-10, 200 - 5e-10]), GRID, mode, across)
        assert across.tolist() == doubtful


def test_the_bound_of_a_matrix_on_the_error_of_floats():
    between = Matrix.of([(None, 1, 1.25), (1, 0, 2), (1.5, 4, 8)], "bilinear")
    assert float(between.error(1, 1)) == 8 * 8 * (1 + 1.5 / 0.5 + 1.25 / 0.25)
    assert float(Matrix.of([(None, 1), (1, 2), (1.5, 4)], "bilinear").error(1, 1)) == 8 * 4 * (1 + 1.5 / 0.5)
    assert float(Matrix.of([(None, 1, 1.25), (1, 0, 2)]).error(1, 1)) == 2


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([(None, 100, 100), (1, 2, 3)], "matrix column head row 2"),
        ([(None, 1), (1, 2), (0.5, 3)], "matrix row head row 2"),
        ([(None, 1), (1, None)], "payout is missing"),
        ([(None, None), (1, 1)], "head is missing"),
        ([(None, 1)], "needs at least one row and one column"),
        ([(None, 1, 2), (1, 1)], "not a block"),
    ],
)
def test_a_wrong_matrix_is_refused(table, said):
    with pytest.raises(CsmError, match=said):
        Matrix.of(table)


def test_the_callers_table_is_left_alone():
    grid = [["corner", 100], [0.9, 0.5]]
    Matrix.of(grid)
    assert grid[0][0] == "corner"
    with pytest.raises(CsmError, match="unknown mode"):
        Matrix.of(grid, "cubic")
    with pytest.raises(CsmError, match="a head for every row"):
        Matrix((1.0, 2.0), (1.0,), ((1.0,),))
