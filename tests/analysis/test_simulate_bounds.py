"""Simulated attainments stay within what the measure can be, and keep their mean where they can."""

import math

import numpy as np
import pytest
from test_simulate import company, failure, spread

from csm_xl.analysis.sensitivity import sensitivity
from csm_xl.analysis.simulate import simulate
from csm_xl.analysis.simulate.marginals import Marginal
from csm_xl.plan.measures import natural_bounds

TARGET = 2000.0
TRIALS = 20_000


def drawn(measure, actual, goal, terms=(), **more):
    """The attainments of one person that pay in straight proportion, of each trial, and what was noted."""
    component = {"weight": 1, "measure": measure} | dict(terms)
    found = simulate(
        company(1, [component], results=result(measure, actual, goal), **more), "2026-Q1", TRIALS
    )
    return found.totals / TARGET, found.notes


def result(measure, actual, goal):
    return [{"period": "2026-Q1", "scope": "individual", "id": "E0000", "measure": measure, "actual": actual,
             "goal": goal}]  # fmt: skip


LOWER = {"direction": "lower"}
HALF_A_CENT = 0.005 / TARGET


@pytest.mark.parametrize(
    ("measure", "actual", "goal", "terms", "low", "high"),
    [
        ("GRR", 0.95, 0.92, {}, 0, 1 / 0.92),
        ("GRR", 95, 92, {}, 0, 100 / 92),
        ("Team gross retention", 0.99, 0.9, {}, 0, 1 / 0.9),
        ("GRR", 1.0, 1.0, {}, 0, 1),
        ("LOGO", 0.97, 0.95, {}, 0, 1 / 0.95),
        ("logo-retention", 0.93, 0.95, {}, 0, 1 / 0.95),
        ("CSAT", 0.94, 0.9, {}, 0, 1 / 0.9),
        ("NPS", 95, 90, {}, 0, 100 / 90),
        ("NPS", 0.95, 0.9, {}, 0, 1 / 0.9),
        ("churn", 0.01, 0.1, LOWER, 0, 2),
        ("Churned revenue", 2000.0, 30000, LOWER, 0, 2),
        ("churn_rate", 0.95, 0.9, LOWER | {"method": "inverse"}, 0.9, math.inf),
    ],
)
def test_no_attainment_leaves_what_the_measure_can_be(measure, actual, goal, terms, low, high):
    reached, notes = drawn(measure, actual, goal, terms)
    assert reached.max() <= high + HALF_A_CENT and reached.min() >= low - HALF_A_CENT
    assert reached.std() > 0.005  # it still varies
    assert any(note.startswith(f"{measure} is never below") for note in notes)


@pytest.mark.parametrize(("actual", "goal"), [(0.95, 0.92), (0.85, 0.9), (0.985, 0.9), (0.99, 1.0)])
@pytest.mark.parametrize(
    "shape", [{}, {"kind": "lognormal"}, {"spread": 0.05}, {"spread": 0.4}, {"kind": "beta", "high": 1.3}]
)
def test_the_mean_stays_where_it_can(actual, goal, shape):
    mean, bound = actual / goal, 1 / goal
    deviation = shape.get("spread", 0.1)
    reached, _ = drawn("GRR", actual, goal, distributions=spread("GRR", **{"kind": "normal"} | shape))
    # A mean that is nearer to the bound than a tenth of the spread comes as near as that.
    wanted = min(mean, bound - deviation / 10)
    assert reached.mean() == pytest.approx(wanted, abs=4 * reached.std() / TRIALS**0.5 + 1e-5)
    assert reached.max() <= bound + HALF_A_CENT and reached.min() >= 0


def test_the_spread_stays_where_the_mean_is_further_from_the_bound_than_it():
    reached, _ = drawn("GRR", 0.8, 1.0, distributions=spread("GRR", spread=0.1))
    assert reached.std() == pytest.approx(0.1, abs=0.002)
    reached, _ = drawn("GRR", 0.96, 1.0, distributions=spread("GRR", spread=0.1))
    assert reached.std() == pytest.approx(0.04, abs=0.003)


def test_a_measure_without_an_upper_bound_has_none():
    for measure in ("NRR", "bookings", "New logo ARR"):
        reached, notes = drawn(measure, 1.0, 1.0)
        assert reached.max() > 1.3 and not any("never" in note for note in notes)
    reached, notes = drawn("CSAT", 4.6, 4.5)  # from 1 to 5, or to 7, or to 10: nobody says
    assert reached.max() > 5 / 4.5 and not any("never" in note for note in notes)


def test_own_bounds_hold_too():
    rows = spread("GRR", low=0.9, high=1.05)
    reached, _ = drawn("GRR", 0.95, 0.92, distributions=rows)
    assert reached.min() >= 0.9 - HALF_A_CENT and reached.max() <= 1.05 + HALF_A_CENT
    reached, _ = drawn("GRR", 0.95, 0.92, distributions=spread("GRR", high=1.3))
    assert reached.max() <= 1 / 0.92 + HALF_A_CENT
    tables = company(1, [{"weight": 1, "measure": "GRR"}], results=result("GRR", 0.95, 0.92),
                     distributions=spread("GRR", low=1.2, high=1.3))  # fmt: skip
    assert "low is outside the possible attainments of the measure" in failure(tables)


def test_what_does_not_vary_is_as_on_results():
    reached, _ = drawn("GRR", 1.05, 0.92, distributions=spread("GRR", spread=0))
    assert np.allclose(reached, 1.05 / 0.92, atol=1e-5)


def test_past_results_stay_within_when_their_mean_is_moved():
    past = [result("GRR", actual, 0.9)[0] | {"period": f"2025-Q{quarter}"}
            for quarter, actual in enumerate((0.85, 0.9, 0.95, 0.98), 1)]  # fmt: skip
    tables = company(1, [{"weight": 1, "measure": "GRR"}], results=[*result("GRR", 0.9, 0.9), *past],
                     distributions=spread("GRR", "empirical", mean=1.08))  # fmt: skip
    reached = simulate(tables, "2026-Q1", TRIALS).totals / TARGET
    assert reached.max() <= 1 / 0.9 + HALF_A_CENT
    assert reached.mean() == pytest.approx(1.08, abs=0.001)


def test_gates_teams_and_the_longer_way_stay_within():
    """The company's retention beside a curve, a gate and a plan cap, which only the engine itself can pay."""
    component = {"weight": 1, "measure": "GRR", "scope": "team", "gate_measure": "CSAT",
                 "gate_scope": "individual", "gate_on": "actual", "gate_minimum": 1.0001}  # fmt: skip
    results = [{"period": "2026-Q1", "scope": scope, "id": name, "measure": measure, "actual": 0.97,
                "goal": 0.95} for scope, name, measure in
               [("team", "T0", "GRR"), ("individual", "E0000", "CSAT")]]  # fmt: skip
    for plan in ({}, {"plan_cap": 5}):
        tables = company(1, [component], plan, results=results)
        assert not simulate(tables, "2026-Q1", 2000).totals.any()  # no CSAT above 1 is ever drawn


def test_a_shape_that_is_cut_off_on_both_sides():
    marginal = Marginal("normal", 0.6, 0.5, -math.inf, math.inf, least=0.0, most=1.0)
    values = marginal.table()
    assert values.min() >= 0 and values.max() <= 1 and (np.diff(values) >= 0).all()
    reached, _ = drawn("GRR", 0.6, 1.0, distributions=spread("GRR", spread=0.5))
    assert reached.mean() == pytest.approx(0.6, abs=0.005) and reached.std() > 0.2


def test_the_luck_of_another_measure_is_the_same():
    """High luck is high attainment, bounded or not: correlations stand."""
    related = [{"measure": "GRR", "with": "NRR", "correlation": 0.9}]
    both = [{"weight": 0.5, "measure": "GRR"}, {"weight": 0.5, "measure": "NRR"}]
    found = {}
    for rows in (None, related):
        more = {} if rows is None else {"correlations": rows}
        tables = company(1, both, results=[*result("GRR", 0.9, 0.95), *result("NRR", 1.0, 1.0)], **more)
        found[rows is None] = simulate(tables, "2026-Q1", TRIALS).deviation
    assert found[False] > 1.25 * found[True]


def test_what_bounds_are_known():
    bounds = {
        name: tuple(float(end) for end in natural_bounds(name, *scale))
        for name, scale in {
            "GRR": (0.9, 0.9), "gross_dollar_retention": (0.9, 0.9), "NRR": (1.1, 1.0), "NPS": (45, 45),
            "logo": (0.9, 0.9), "New logos": (12, 10), "csat": (4.5, 4.4), "health_score": (0.8, 0.8),
            "churn_rate": (0.05, 0.04), "Churned revenue": (20000, 10000), "bookings": (1, 1),
        }.items()
    }  # fmt: skip
    nothing = (-math.inf, math.inf)
    assert bounds == {
        "GRR": (0, 1), "gross_dollar_retention": (0, 1), "NRR": (0, math.inf), "NPS": (-100, 100),
        "logo": (0, 1), "New logos": nothing, "csat": nothing, "health_score": nothing,
        "churn_rate": (0, 1), "Churned revenue": (0, math.inf), "bookings": nothing,
    }  # fmt: skip
    assert natural_bounds("GRR", 100, 120)[1] == math.inf  # not a percentage then
    assert natural_bounds("GRR", math.nan, math.nan)[1] == 1


def test_sensitivity_moves_no_result_past_what_the_measure_can_be():
    """A tenth more than a retention of 95% is 100%; an unbounded one goes all the way."""
    for measure, high in (("GRR", TARGET / 0.9), ("NRR", TARGET * 1.1 * 0.95 / 0.9)):
        tables = company(1, [{"weight": 1, "measure": measure}], results=result(measure, 0.95, 0.9))
        swing = next(one for one in sensitivity(tables, "2026-Q1").swings if "attainment" in one.label)
        assert swing.high == pytest.approx(high, abs=0.01)
        assert swing.low == pytest.approx(TARGET * 0.9 * 0.95 / 0.9, abs=0.01)
        assert swing.note == ("GRR is never below 0% or above 100%" if measure == "GRR" else "")
