"""Payout curves, matrices, gates and goals against fractions."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import oracle
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from strategies import EPS, HAIRS, money, near, ratios

from csm_xl.pay.adjust import gate, gate_met, limit, modify
from csm_xl.pay.curves import ABOVES, BELOWS, MODES, Curve, pay_curve
from csm_xl.pay.goals import goal_score, weighted
from csm_xl.pay.matrix import Matrix, matrix_payout
from csm_xl.pay.rounding import exact, round_money


@st.composite
def curves(draw, rising=False, jumps=True):
    x = sorted(draw(st.lists(ratios, min_size=1, max_size=5, unique=not jumps)))
    y = draw(st.lists(ratios, min_size=len(x), max_size=len(x)))
    knots = [(float(a), float(b)) for a, b in zip(x, sorted(y) if rising else y, strict=True)]
    cap = draw(st.none() | ratios.map(float))
    return (
        knots,
        draw(st.sampled_from(MODES)),
        draw(st.sampled_from(BELOWS)),
        draw(st.sampled_from(ABOVES)),
        cap,
    )


def judged(attainment, curve):
    knots, mode, below, above, cap = curve
    typed_knots = [(oracle.typed(x), oracle.typed(y)) for x, y in knots]
    return oracle.curve(oracle.typed(attainment), typed_knots, mode, below, above,
                        None if cap is None else oracle.typed(cap))  # fmt: skip


@given(curves(), st.data(), money)
@examples(500)
def test_curve_against_the_oracle(curve, data, target):
    knots, *words = curve
    attainments = data.draw(
        st.lists(near([oracle.typed(x) for x, _ in knots], ratios), min_size=1, max_size=5)
    )
    expected = [judged(a, curve) for a in attainments]
    assert pay_curve(exact(attainments), knots, *words).tolist() == expected

    a = np.array(attainments)
    doubt = np.zeros(a.shape, dtype=bool)
    made = Curve.of(knots, *words)
    found = made.payout_ratio(a, doubt)
    for i, ratio in enumerate(expected):
        assert doubt[i] or abs(found[i] - float(ratio)) <= np.broadcast_to(made.error(a), len(a))[i] * EPS
    assert [float(pay_curve(x, knots, *words)) for x in attainments] == pay_curve(a, knots, *words).tolist()

    amount = float(target) * found
    error = EPS * (float(target) * made.error(a) + 2 * np.abs(amount))
    cents = round_money(amount, error=error, doubt=doubt)
    for i, ratio in enumerate(expected):
        assert doubt[i] or cents[i] == float(oracle.money(oracle.typed(float(target)) * ratio))


@given(curves(rising=True), st.lists(ratios, min_size=2, max_size=8))
def test_rising_knots_give_rising_pay_within_the_cap(curve, attainments):
    knots, mode, below, above, cap = curve
    paid = pay_curve(exact(sorted(map(float, attainments))), knots, mode, below, above, cap)
    assert all(a <= b for a, b in pairwise(paid))
    assert all(p >= 0 for p in paid) and (cap is None or all(p <= oracle.typed(cap) for p in paid))


@given(curves(jumps=False), st.data())
def test_a_linear_curve_has_no_jump_but_where_it_begins(curve, data):
    knots, _, below, above, cap = curve
    made = Curve.of(knots, "linear", below, above, cap)
    i = data.draw(st.integers(1 if below == "zero" else 0, len(knots) - 1)) if len(knots) > 1 else 0
    if i or below != "zero":
        at = oracle.typed(knots[i][0])
        step = Fraction(1, 10**9)
        before, on, after = made.payout_ratio(exact([at - step, at, at + step]))
        steepest = max([abs(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(exact(knots))] or [0])
        assert abs(on - before) <= steepest * step and abs(after - on) <= steepest * step


def test_extrapolation_from_close_knots_keeps_its_digits():
    knots = [(0, 0), (1, 1), (1.001, 1.0013)]
    a = np.linspace(1.5, 40, 4000).round(3)
    made = Curve.of(knots, above="extrapolate")
    expected = np.array([float(judged(x, (knots, "linear", "zero", "extrapolate", None))) for x in a])
    assert (np.abs(made.payout_ratio(a) - expected) <= made.error(a) * EPS).all()


@st.composite
def matrices(draw):
    rows = sorted(draw(st.lists(ratios, min_size=1, max_size=4, unique_by=lambda x: oracle.nine(x))))
    columns = sorted(draw(st.lists(money, min_size=1, max_size=4, unique_by=lambda x: oracle.nine(x))))
    cell = st.lists(ratios, min_size=len(columns), max_size=len(columns))
    cells = draw(st.lists(cell, min_size=len(rows), max_size=len(rows)))
    return [float(x) for x in rows], [float(x) for x in columns], [[float(x) for x in row] for row in cells]


@given(matrices(), st.data(), st.sampled_from(["lookup", "bilinear"]))
@examples(300)
def test_matrix_against_the_oracle(made, data, mode):
    rows, columns, cells = made
    r = data.draw(near([oracle.typed(x) for x in rows], ratios))
    c = data.draw(near([oracle.typed(x) for x in columns], money))
    table = [[None, *columns], *([head, *row] for head, row in zip(rows, cells, strict=True))]
    expected = oracle.matrix(
        oracle.typed(r),
        oracle.typed(c),
        [oracle.typed(x) for x in rows],
        [oracle.typed(x) for x in columns],
        [[oracle.typed(x) for x in row] for row in cells],
        mode,
    )
    assert matrix_payout(exact(r), exact(c), table, mode)[()] == expected
    doubt = np.zeros(2, dtype=bool)
    found = matrix_payout(np.array([r, r]), c, table, mode, doubt)
    bound = Matrix.of(table, mode).error(r, c) * EPS
    assert doubt[0] or abs(found[0] - float(expected)) <= bound
    if mode == "lookup":
        assert float(matrix_payout(r, c, table, mode)) == float(expected)


@given(matrices(), st.data(), st.sampled_from(["lookup", "bilinear"]), st.booleans())
@examples(300)
def test_matrix_with_heads_to_exceed_against_the_oracle(made, data, mode, strict):
    rows, columns, cells = made
    flags = [tuple(data.draw(st.booleans()) for _ in part) for part in (rows, columns)]
    over = tuple(tuple(strict or flag for flag in part) for part in flags)
    r = data.draw(near([oracle.typed(x) for x in rows], ratios))
    c = data.draw(near([oracle.typed(x) for x in columns], money))
    heads = [[oracle.typed(x) for x in part] for part in (rows, columns)]
    payouts = [[oracle.typed(x) for x in row] for row in cells]
    expected = oracle.matrix(oracle.typed(r), oracle.typed(c), *heads, payouts, mode, over)
    one = Matrix(tuple(rows), tuple(columns), tuple(map(tuple, cells)), mode, strict, *flags)
    assert one.value(exact(r), exact(c))[()] == expected
    doubt = np.zeros(1, dtype=bool)
    found = one.value(np.array([r]), np.array([c]), doubt)
    assert doubt[0] or abs(found[0] - float(expected)) <= one.error(r, c) * EPS


@given(ratios, st.sampled_from(HAIRS), ratios, ratios, st.sampled_from(["higher", "lower"]))
@examples(300)
def test_gate_against_the_oracle(minimum, hair, payout, otherwise, direction):
    least = oracle.typed(float(minimum))
    measure = float(least + hair)
    m = oracle.nine(oracle.typed(measure))
    passed = m >= oracle.nine(least) if direction == "higher" else m <= oracle.nine(least)
    doubt = np.zeros(1, dtype=bool)
    found = gate_met(np.array([measure]), float(minimum), direction, doubt)
    assert doubt[0] or bool(found[0]) == passed
    assert bool(gate_met(measure, float(minimum), direction)) == passed
    paid = gate(exact(measure), float(minimum), exact(payout), exact(otherwise), direction)[()]
    assert paid == (payout if passed else min(payout, otherwise))


@given(ratios, ratios, st.none() | ratios, st.none() | ratios)
def test_caps_and_floors_are_respected(payout, factor, floor, cap):
    if floor is not None and cap is not None and floor > cap:
        floor, cap = cap, floor
    bounds = [None if b is None else exact(b) for b in (floor, cap)]
    held = limit(exact(payout), *bounds)[()]
    assert (floor is None or held >= floor) and (cap is None or held <= cap)
    assert held in (payout, floor, cap)
    assert modify(exact(payout), exact(factor), *bounds)[()] == payout * limit(exact(factor), *bounds)[()]


@given(st.lists(st.tuples(st.integers(1, 50), ratios), min_size=1, max_size=6), st.none() | ratios)
def test_goals_against_the_oracle(goals, most):
    total = sum(w for w, _ in goals)
    weights = [Fraction(w, total) for w, _ in goals]
    scores = [s for _, s in goals]
    expected = sum(w * (s if most is None else min(s, most)) for w, s in zip(weights, scores, strict=True))
    exactly = goal_score(exact(weights), exact(scores), None if most is None else exact(most))[()]
    assert exactly == expected
    plain = [float(w) for w in weights], [float(s) for s in scores]
    assert abs(float(goal_score(*plain, None if most is None else float(most))) - float(expected)) < 1e-12
    product = Fraction(1)
    for s in scores:
        product *= s
    assert weighted(exact(scores), exact(weights), "multiplicative")[()] == product
    assert abs(float(weighted(plain[1], plain[0])) - float(goal_score(*plain))) < 1e-12
