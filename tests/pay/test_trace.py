"""A traced number runs through the rules of pay unchanged, and its words are a calculation that gives it."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from csm_xl.pay.adjust import gate, limit
from csm_xl.pay.attainment import attainment
from csm_xl.pay.curves import pay_curve
from csm_xl.pay.draws import draw, holdback
from csm_xl.pay.matrix import matrix_payout
from csm_xl.pay.recording import MOST_ADDED, Recorder, labelled, recorded, remark, step, tracing
from csm_xl.pay.rounding import exact
from csm_xl.pay.tiers import tier_pay
from csm_xl.pay.trace import Traced, cells_of, number, words


def calculated(said: str) -> Fraction:
    """What somebody with a calculator gets."""
    plain = re.sub(r"\[[^\]]*\]", "", said).replace("×", "*").replace("−", "-")
    typed = re.sub(r"\d+(?:\.\d+)?", lambda found: f"Fraction('{found[0]}')", plain)
    return Fraction(eval(typed, {"Fraction": Fraction, "min": min, "max": max}))


def array(*values: Any) -> Any:
    found = np.empty(len(values), dtype=object)
    found[:] = [number(value, f"cell {at}") for at, value in enumerate(values)]
    return found


KNOTS = [(0.9, 0.5), (1, 1), (1.2, 1.5)]
TIERS = [(0, 0.01), (1000, 0.02), (3000, 0.03)]
TABLE = [(None, 100, 200), (0.9, 0.5, 0.8), (1.0, 1.0, 1.5)]


@pytest.mark.parametrize("value", [-3, 0, 0.85, 0.9, 0.95, 1, 1.1, 1.25, 150, 2500, 4000])
@pytest.mark.parametrize(
    "rule",
    [
        lambda x: attainment(x, 4, "lower"),
        lambda x: pay_curve(x, KNOTS),
        lambda x: pay_curve(x, KNOTS, "step", "hold", cap=1.2),
        lambda x: pay_curve(x, KNOTS, below="extrapolate", above="extrapolate"),
        lambda x: tier_pay(x, TIERS),
        lambda x: tier_pay(x, TIERS, "whole", prior=500),
        lambda x: matrix_payout(x, x * 0 + 150, TABLE, "bilinear"),
        lambda x: limit(x, 0.5, 1.5),
        lambda x: gate(x, 0.95, x, 0.3),
        lambda x: draw(x, 1500, recovery_share=0.5, opening_balance=200).paid,
        lambda x: draw(x, 1500, recovery_share=0.5, opening_balance=200).balance,
        lambda x: holdback(x, 0.25)[0],
    ],
)
def test_the_rules_run_unchanged_on_a_traced_number(rule: Any, value: float) -> None:
    (traced,), (plain,) = rule(array(value)).reshape(-1), rule(exact([value])).reshape(-1)
    assert traced == plain
    assert (
        abs(calculated(words(Fraction(traced) if not isinstance(traced, Traced) else traced)) - plain) < 1e-9
    )


def test_brackets_and_signs() -> None:
    a, b, c = (number(value, at) for value, at in ((2, "a"), (3, "b"), (-5, "c")))
    assert words((a + b) * c) == "(2 + 3) × (-5)"
    assert words(a - (b - c)) == "2 − (3 − (-5))"
    assert words(a / (b * c)) == "2 / (3 × (-5))"
    assert words(a * (b / c)) == "2 × 3 / (-5)"
    assert words(-a) == "0 − 2"
    assert words(7 * a - 1) == "7 × 2 − 1"
    assert cells_of(a + b, c) == ("a", "b", "c")


def test_what_changes_nothing_is_left_out_and_what_was_stated_stays() -> None:
    a, nothing, whole = number(2), number(0, "cell"), number(1, "cell")
    assert words(a + 0) == words(0 + a) == words(a * 1) == words(a + nothing) == "2"
    assert words(a * whole) == "2 × 1"
    assert words(a + number(0, label="deal [7]")) == "2 + 0 [deal (7)]"
    assert words(a + a * 0) == "2"
    assert cells_of(nothing * 0) == ("cell",)


def test_the_branch_that_loses_stays_visible() -> None:
    (held,) = limit(array(2), array(0.5)[0], array(1.5)[0])
    assert (words(held), held) == ("min(max(2, 0.5), 1.5)", Fraction(3, 2))


def test_a_step_is_recorded_where_rules_are_traced_and_nothing_elsewhere() -> None:
    figures = np.array([1.0, 2.0])
    assert step("Name", "rule", figures) is figures
    assert labelled(figures, lambda: ["a", "b"]) is figures
    assert not tracing()
    with recorded(Recorder("; ".join)) as found:
        assert tracing()
        total = step("Sum", lambda: "of all", np.array([sum(labelled(array(1, 2), lambda: ["a", "b"]))]))
        step("Twice", "2 × the sum", 2 * total, "more", given=2 * total)
        remark("Gate", "must be met", "3 ≥ 2", True, "cell 0")
    said = [(one.step, one.formula, one.inputs, one.value, one.source) for one in found.steps]
    assert said == [
        ("Sum", "of all", "1 [a] + 2 [b]", 3.0, "cell 0; cell 1"),
        ("Twice", "2 × the sum", "2 × 3", 6.0, "more"),
        ("Gate", "must be met", "3 ≥ 2", True, "cell 0"),
    ]


def test_a_long_sum_is_told_in_parts() -> None:
    with recorded(Recorder("; ".join)) as found:
        step("Sum", "of ones", np.array([sum(array(*[1] * (MOST_ADDED + 1)))]))
    assert [one.step for one in found.steps] == ["Sum, part 1", "Sum, part 2", "Sum"]
    assert [one.value for one in found.steps] == [MOST_ADDED, 1.0, MOST_ADDED + 1.0]
