"""Curves of which single points must be exceeded: "100% to 115% pays 100%, above 115% pays 150%"."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from small_company import company, issues, one, result, steps

from csm_xl.errors import CsmError
from csm_xl.pay.curves import Curve
from csm_xl.plan.toml import from_toml

BANDS = ((0.9, 0.5, False), (1, 1, False), (1.15, 1.5, True))


def bands(points: Any = BANDS, **options: Any) -> list[dict[str, Any]]:
    rows = [{"curve_id": "c", "attainment": x, "payout": y, "exceed": over} for x, y, over in points]
    return [rows[0] | {"mode": "step"} | options, *rows[1:]]


def plan(actual: float, curve: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    tables = company(curve_id="c", on="actual", **more)
    return tables | {"curves": curve, "results": [result("E0001", actual)]}


@pytest.mark.parametrize(("actual", "ratio"), [
    (0.8999, 0), (0.9, 0.5), (0.99, 0.5), (1, 1), (1.15, 1), (1.1500001, 1.5), (1.3, 1.5),
])  # fmt: skip
def test_only_the_last_band_must_be_exceeded(actual, ratio):
    assert one(plan(actual, bands()))["payout_ratio"] == ratio


def test_the_sum_of_deals_that_is_just_the_bound_is_not_above_it():
    curve = Curve((0.9, 1.0, 1.15), (0.5, 1.0, 1.5), "step", exceed=(False, False, True))
    doubt = np.zeros(1, dtype=bool)
    near = np.array([1.15 + 1e-13])
    assert near[0] > 1.15 and curve.payout_ratio(near, doubt).tolist() == [1.0]
    exact = np.array([Fraction(115, 100)], dtype=object)
    assert curve.payout_ratio(exact).tolist() == [1]


def test_strict_is_that_of_every_point():
    every = bands([(x, y, False) for x, y, _ in BANDS], strict=True)
    assert one(plan(1, every))["payout_ratio"] == 0.5
    assert one(plan(1.15, every))["payout_ratio"] == 1


def test_a_jump_just_above_a_point_of_straight_lines():
    points = ((0.9, 0.5, False), (1, 1, False), (1, 1.25, True), (1.2, 2, False))
    lines = bands(points, mode="linear")
    assert [one(plan(actual, lines))["payout_ratio"] for actual in (0.95, 1, 1.1, 1.2)] == [
        0.75, 1, 1.625, 2,
    ]  # fmt: skip
    wrong = bands(((1, 1, True), (1, 1.25, False)))
    (said,) = (words for words in issues(plan(1, wrong)).values() if words.startswith("error"))
    assert "the first of them must be exceeded" in said


def test_of_lower_figures_too():
    days = bands(((73, 0.5, False), (68, 1, False), (61, 2, True)))
    found = [one(plan(actual, days, direction="lower"))["payout_ratio"] for actual in (74, 73, 68, 61, 60)]
    assert found == [0, 0.5, 1, 1, 2]
    upward = bands(((61, 2, True), (68, 1, False), (73, 0.5, False)))
    assert one(plan(61, upward, direction="lower"))["payout_ratio"] == 1


def test_the_explanation_says_which_point():
    rule = steps(plan(1.15, bands()))["Payout ratio"][1]
    assert "(0.9, 0.5), (1, 1), (above 1.15, 1.5)" in rule


def test_toml_writes_and_reads_it():
    text = """
[[curves]]
curve_id = "c"
mode = "step"
points = [[0.9, 0.5], [1, 1], { attainment = 1.15, payout = 1.5, exceed = true }]
"""
    (raw,) = from_toml(text)
    head = list(raw.rows[0])
    assert [row[head.index("exceed")] for row in raw.rows[1:]] == [None, None, True]
    with pytest.raises(CsmError):
        from_toml(text.replace("exceed = true", "over = true"))
