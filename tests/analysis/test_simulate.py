"""Simulated cost and pay beside closed forms, the engine itself, and what must not depend on anything."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import date
from math import erf, exp, inf, log, pi, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from typed import typed

from csm_xl.analysis.simulate import Simulation, compare, numbers, rules, simulate
from csm_xl.analysis.simulate.copula import cholesky, nearest
from csm_xl.errors import CsmError
from csm_xl.plan.tables import RawTable

Rows = list[dict[str, Any]]
KNOTS = ((0.8, 0.5), (1.0, 1.0), (1.2, 1.6))


def raws(**tables: Rows) -> list[RawTable]:
    return typed(tables)


def company(
    people: int = 40,
    components: Rows | None = None,
    plan: dict[str, Any] | None = None,
    teams: int = 4,
    scope: str = "individual",
    **more: Rows,
) -> list[RawTable]:
    """People whose quarterly target is 2,000 each, on NRR through KNOTS unless said otherwise."""
    components = components or [{"weight": 1, "measure": "NRR", "curve_id": "K"}]
    ids = [f"E{i:04d}" for i in range(people)]
    owners = {"individual": ids, "team": [f"T{i}" for i in range(teams)], "company": ["company"]}
    measures = sorted(
        {
            str(one[k])
            for one in components
            for k in ("measure", "gate_measure", "column_measure")
            if one.get(k)
        }
    )
    results = more.pop("results", None) or [
        {"period": "2026-Q1", "scope": where, "id": name, "measure": measure, "actual": 1.0, "goal": 1.0}
        for measure in measures
        for where in owners
        for name in owners[where]
    ]
    return raws(
        plans=[
            {
                "plan_id": "A",
                "model": "base_bonus",
                "pay_period": "quarter",
                "target_basis": "ratio",
                "target_value": 0.1,
                **(plan or {}),
            }
        ],
        components=[
            {"plan_id": "A", "component_id": f"C{at}", "type": "metric", "scope": scope, **one}
            for at, one in enumerate(components)
        ],
        curves=[{"curve_id": "K", "attainment": x, "payout": y} for x, y in KNOTS],
        roster=[
            {
                "employee_id": who,
                "plan_id": "A",
                "base_salary": 80000,
                "hire_date": date(2024, 1, 1),
                "team": f"T{at % teams}",
            }
            for at, who in enumerate(ids)
        ],
        results=results,
        **more,
    )


def partial(
    lines: list[tuple[float, float, float, float]], mean: float, spread: float
) -> tuple[float, float]:
    """Mean and variance of a function of a normal number that on (low, high] is const + rise × x: the
    integrals of the normal density, worked out."""

    def density(z: float) -> float:
        return exp(-z * z / 2) / sqrt(2 * pi) if abs(z) < inf else 0.0

    first = second = 0.0
    for low, high, const, rise in lines:
        u, v = (low - mean) / spread, (high - mean) / spread
        share = (erf(v / sqrt(2)) - erf(u / sqrt(2))) / 2
        one = density(u) - density(v)
        two = share + (u * density(u) if abs(u) < inf else 0) - (v * density(v) if abs(v) < inf else 0)
        at, by = const + rise * mean, rise * spread
        first += at * share + by * one
        second += at * at * share + 2 * at * by * one + by * by * two
    return first, second - first * first


CURVE = [(0.8, 1.0, -1.5, 2.5), (1.0, 1.2, -2.0, 3.0), (1.2, inf, 1.6, 0.0)]


def spread(measure: str = "NRR", kind: str = "normal", **more: Any) -> Rows:
    return [{"measure": measure, "kind": kind, **more}]


def within(found: Simulation, mean: float, variance: float, people: int = 40) -> None:
    """The simulated cost beside its closed form, people independent: within 3 standard errors."""
    assert abs(found.mean - mean * people) < 3 * found.standard_error
    assert found.deviation == pytest.approx(sqrt(variance * people), rel=3 / sqrt(2 * found.trials) + 0.01)


def test_a_linear_plan_with_normal_attainments():
    found = simulate(
        company(components=[{"weight": 1, "measure": "NRR"}]), "2026-Q1", 4000, distributions=None
    )
    within(found, 2000.0, (2000 * 0.1) ** 2)
    assert found.base == 80000
    normal = NormalDist(2000, 200)
    wanted = [normal.inv_cdf(p) for p in (0.1, 0.5, 0.9)]
    # A quantile's standard error is √(p(1−p)/n) / density; over 40 people the worst is a little beyond 3.
    for p, want, each in zip((0.1, 0.5, 0.9), wanted, found.people.percentiles.T, strict=True):
        error = sqrt(p * (1 - p) / 4000) / normal.pdf(want)
        assert np.abs(each - want).max() < 4.5 * error
        assert abs(each.mean() - want) < 3 * error / sqrt(40)
    whole = NormalDist(80000, 200 * sqrt(40))
    share, error, missing, beyond = found.over(81000)
    z = (81000 - whole.mean) / whole.stdev
    want = whole.stdev * (exp(-z * z / 2) / sqrt(2 * pi) - z * (1 - NormalDist().cdf(z)))
    assert abs(share - (1 - whole.cdf(81000))) < 3 * error
    assert missing == pytest.approx(want, rel=0.1)
    assert beyond == pytest.approx(missing / share)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_threshold_curve_and_cap_beside_the_integrals(seed):
    tables = company(distributions=spread(mean=0.95, spread=0.12))
    within(simulate(tables, "2026-Q1", 4000, seed), *scaled(partial(CURVE, 0.95, 0.12)))


def scaled(moments: tuple[float, float]) -> tuple[float, float]:
    return moments[0] * 2000, moments[1] * 2000**2


def test_many_trials_show_no_bias():
    """A million payouts: the table of normal numbers itself must not be felt."""
    found = simulate(company(10, distributions=spread(mean=0.93, spread=0.1)), "2026-Q1", 100_000)
    within(found, *scaled(partial(CURVE, 0.93, 0.1)), people=10)
    mean, variance = scaled(partial(CURVE, 0.93, 0.1))
    assert np.abs(found.people.mean - mean).max() < 4 * sqrt(variance / 100_000)


def test_a_gate_of_another_measure():
    """Independent: the mean is what the curve pays × the probability of the gate, plus what is paid else."""
    tables = company(
        components=[
            {
                "weight": 1,
                "measure": "NRR",
                "gate_measure": "USE",
                "gate_minimum": 0.95,
                "gate_otherwise": 0.4,
            }
        ],
        distributions=[*spread(mean=1, spread=0.1), *spread("USE", mean=1, spread=0.1)],
    )
    met = 1 - NormalDist(1, 0.1).cdf(0.95)
    full, _ = partial([(0, inf, 0, 1)], 1, 0.1)
    held, _ = partial([(0, 0.4, 0, 1), (0.4, inf, 0.4, 0)], 1, 0.1)
    found = simulate(tables, "2026-Q1", 4000)
    assert abs(found.mean - 40 * 2000 * (met * full + (1 - met) * held)) < 3 * found.standard_error


@pytest.mark.parametrize(
    ("kind", "more", "mean", "deviation"),
    [
        ("lognormal", {"mean": 1.1, "spread": 0.3}, 1.1, 0.3),
        ("beta", {"mean": 0.7, "spread": 0.2}, 0.7, 0.2),
        ("beta", {"mean": 0.9, "spread": 0.3, "low": 0.2, "high": 1.4}, 0.9, 0.3),
        ("beta", {"mean": 0.5, "spread": sqrt(1 / 12)}, 0.5, sqrt(1 / 12)),
    ],
)
def test_the_other_shapes_have_the_mean_and_spread_that_are_stated(kind, more, mean, deviation):
    tables = company(components=[{"weight": 1, "measure": "NRR"}], distributions=spread(kind=kind, **more))
    found = simulate(tables, "2026-Q1", 5000)
    within(found, 2000 * mean, (2000 * deviation) ** 2)


def test_quantiles_of_shapes_in_closed_form():
    plain = [{"weight": 1, "measure": "NRR"}]
    found = simulate(
        company(1, plain, distributions=spread(kind="lognormal", mean=1, spread=0.5)), "2026-Q1", 40_000
    )
    sigma = sqrt(log(1.25))
    want = [2000 * exp(sigma * NormalDist().inv_cdf(p) - sigma**2 / 2) for p in (0.1, 0.5, 0.9)]
    assert found.people.percentiles[0] == pytest.approx(want, rel=0.02)
    # A beta with both shapes 1 is uniform; one of 2 and 1 has the square as its distribution.
    uniform = simulate(
        company(1, plain, distributions=spread(kind="beta", mean=0.5, spread=sqrt(1 / 12))), "2026-Q1", 40_000
    )
    assert uniform.people.percentiles[0] == pytest.approx([200, 1000, 1800], abs=20)
    square = simulate(
        company(1, plain, distributions=spread(kind="beta", mean=2 / 3, spread=sqrt(1 / 18))),
        "2026-Q1",
        40_000,
    )
    assert square.people.percentiles[0] == pytest.approx([2000 * sqrt(p) for p in (0.1, 0.5, 0.9)], abs=20)


def test_empirical_draws_from_the_periods_before():
    past = [
        {"period": f"2025-Q{q}", "scope": "individual", "id": who, "measure": "NRR", "actual": a, "goal": 2}
        for who, quarters in (("E0000", (1.6, 1.8, 2.0, 2.2)), ("E0001", (1.0, 1.2, 1.4, 1.6)))
        for q, a in enumerate(quarters, 1)
    ]
    now = [
        {
            "period": "2026-Q1",
            "scope": "individual",
            "id": f"E000{i}",
            "measure": "NRR",
            "actual": 9,
            "goal": 1,
        }
        for i in (0, 1)
    ]
    plain = [{"weight": 1, "measure": "NRR"}]
    tables = company(
        2,
        plain,
        results=[*past, *now],
        distributions=[*spread(kind="empirical"), *spread(kind="empirical", id="E0000")],
    )
    found = simulate(tables, "2026-Q1", 20_000)
    own, pooled = [0.8, 0.9, 1.0, 1.1], [0.8, 0.9, 1.0, 1.1, 0.5, 0.6, 0.7, 0.8]
    for at, values in ((0, own), (1, pooled)):
        error = 2000 * float(np.std(values)) / sqrt(20_000)
        assert abs(found.people.mean[at] - 2000 * np.mean(values)) < 3 * error + 1
        assert found.people.deviation[at] == pytest.approx(2000 * np.std(values), rel=0.02)


def test_correlations_are_met():
    """Between measures, between people anywhere and of one team, and with the company's own result."""
    components = [
        {"weight": 0.5, "measure": "NRR"},
        {"weight": 0.3, "measure": "USE"},
        {"weight": 0.2, "measure": "FIT", "scope": "company"},
    ]
    related = [
        {"measure": "NRR", "with": "USE", "correlation": 0.5},
        {"measure": "NRR", "with": "team", "correlation": 0.4},
        {"measure": "NRR", "with": "company", "correlation": 0.25},
    ]
    trials = 20_000

    def drawn(which: int, who: list[int]) -> np.ndarray:
        only = [one | {"weight": 1 if at == which else 0} for at, one in enumerate(components)]
        found = []
        for person in who:
            tables = company(4, only, teams=2, correlations=related)
            roster = next(raw for raw in tables if raw.name == "roster")
            roster.rows = [roster.rows[0], roster.rows[1 + person]]
            kept = next(raw for raw in tables if raw.name == "results")
            kept.rows = [
                kept.rows[0],
                *(row for row in kept.rows[1:] if row[1] != "individual" or row[2] == f"E{person:04d}"),
            ]
            kept.rows = [row for row in kept.rows if row[1] != "team" or row[2] == f"T{person % 2}"]
            found.append(simulate(tables, "2026-Q1", trials).totals)
        return np.array(found)

    nrr, csat = drawn(0, [0, 1, 2]), drawn(1, [0, 1, 2])
    error = 3.5 / sqrt(trials)
    for one, other, want in (
        (nrr[0], csat[0], 0.5),
        (nrr[0], nrr[2], 0.4),
        (nrr[0], nrr[1], 0.25),
        (csat[0], csat[1], 0.0),
    ):
        assert abs(np.corrcoef(one, other)[0, 1] - want) < error


def test_the_spread_of_a_company_whose_people_go_together():
    """n people who correlate by c: the variance of the sum is n + n(n − 1)c times that of one."""
    tables = company(
        50,
        [{"weight": 1, "measure": "NRR"}],
        correlations=[{"measure": "*", "with": "company", "correlation": 0.3}],
    )
    found = simulate(tables, "2026-Q1", 20_000)
    assert found.deviation == pytest.approx(200 * sqrt(50 + 50 * 49 * 0.3), rel=0.02)


@pytest.mark.parametrize("scope", ["individual", "team", "company"])
def test_the_same_bytes_in_any_chunks(scope):
    related = [
        {"measure": "NRR", "with": "team", "correlation": 0.3},
        {"measure": "NRR", "with": "USE", "correlation": -0.4},
    ]
    tables = company(
        23,
        [{"weight": 0.6, "measure": "NRR", "curve_id": "K"}, {"weight": 0.4, "measure": "USE"}],
        scope=scope,
        correlations=related,
        distributions=[*spread(kind="lognormal"), *spread("USE", id="E0003", kind="beta", mean=0.5)],
    )
    if scope != "individual":
        tables = [raw for raw in tables if raw.name != "distributions"]
    one = simulate(tables, "2026-Q1", 301, 5)
    for chunk in (1, 2, 7, 23):
        other = simulate(tables, "2026-Q1", 301, 5, chunk=chunk)
        assert other.totals.tobytes() == one.totals.tobytes()
        for name in ("mean", "deviation", "percentiles"):
            assert getattr(other.people, name).tobytes() == getattr(one.people, name).tobytes()
    assert simulate(tables, "2026-Q1", 301, 6).totals.tobytes() != one.totals.tobytes()


def test_a_longer_run_begins_like_a_shorter_one():
    tables = company(5)
    long, short = (simulate(tables, "2026-Q1", trials).totals for trials in (999, 250))
    assert long[:250].tobytes() == short.tobytes()


LEVELS = [[28029, 56458, 3969, 51436, 15278, 35874], [19329, 60971, 3396, 54786, 47122, 51325]]


def test_the_numbers_are_these_on_every_machine():
    """Fixed once: a change of them would change everybody's figures."""
    named = numbers.keys(
        numbers.key(1, "2026-Q1", "GRR", "individual"), numbers.name_keys(["E0001", "E0002"])
    )
    assert numbers.levels(named, 6).tolist() == LEVELS
    table = numbers.normal_table()
    assert (table == np.rint(table * 2**20) / 2**20).all()
    # No entry lies so near between two decimals that another library's last digit could tip it.
    exact = np.array([NormalDist().inv_cdf((i + 0.5) / 65536) for i in range(65536)]) / 0.99998985927 * 2**20
    assert np.abs(np.abs(exact - np.floor(exact)) - 0.5).min() > 1e-6


def test_levels_are_uniform_and_independent():
    drawn = numbers.levels(numbers.keys(7, numbers.name_keys(map(str, range(400)))), 1000)
    counts = np.bincount((drawn >> 8).reshape(-1), minlength=256)
    chi = float(((counts - counts.mean()) ** 2 / counts.mean()).sum())
    assert abs(chi - 255) < 4 * sqrt(2 * 255)
    z = numbers.normals(numbers.keys(7, numbers.name_keys(map(str, range(200)))), 2000)
    related = np.corrcoef(z)[np.triu_indices(200, 1)] * sqrt(2000)
    assert abs(related.std() - 1) < 0.03
    assert np.abs(related).max() < 5.5
    assert abs(np.corrcoef(z[:, :-1].reshape(-1), z[:, 1:].reshape(-1))[0, 1]) < 4 / sqrt(z.size)


PLANS: list[tuple[dict[str, Any], Rows]] = [
    ({}, [{"weight": 1, "measure": "NRR", "curve_id": "K", "cap": 1.3, "floor": 0.2}]),
    ({"rounding_unit": 1}, [{"weight": 1, "measure": "NRR", "direction": "lower"}]),
    (
        {},
        [
            {
                "weight": 0.5,
                "measure": "NRR",
                "curve_id": "K",
                "gate_measure": "USE",
                "gate_minimum": 1.02,
                "gate_otherwise": 0.3,
                "gate_direction": "lower",
            },
            {"weight": 0.5, "measure": "USE"},
        ],
    ),
    (
        {},
        [{"weight": 1, "measure": "NRR", "gate_measure": "USE", "gate_on": "actual", "gate_minimum": 0.98}],
    ),
    ({"modifier_floor": 0.8, "modifier_cap": 1.1}, [{"weight": 1, "measure": "NRR", "modified": True}]),
    (
        {},
        [
            {"weight": 0.5, "measure": "NRR", "curve_id": "S"},
            {"weight": 0.5, "measure": "USE", "curve_id": "J"},
        ],
    ),
    (
        {},
        [
            {"weight": 0.5, "measure": "NRR", "curve_id": "B", "gate_measure": "USE", "gate_minimum": 0.93},
            {"weight": 0.5, "measure": "USE", "curve_id": "H"},
        ],
    ),
]


@pytest.mark.parametrize(("plan", "components"), PLANS)
def test_the_short_way_pays_what_the_engine_pays(plan, components, monkeypatch):
    tables = company(
        7, components, plan, modifiers=[{"period": "2026-Q1", "scope": "company", "factor": 1.3}]
    )
    curves = next(raw for raw in tables if raw.name == "curves")
    curves.rows = [
        ["curve_id", "attainment", "payout", "mode", "below", "above", "cap"],
        *(["K", x, y, "linear", "zero", "hold", None] for x, y in KNOTS),
        *(["S", x, y, "step", "hold", "hold", None] for x, y in KNOTS),
        *(["B", x, y, "linear", "zero", "hold", None] for x, y in ((0.9, 0.5), (1.0, 1.0), (1.2, 1.5))),
        *(["H", x, y, "linear", "zero", "extrapolate", 1.9] for x, y in ((0.9, 0.8), (1.0, 1.0), (1.1, 1.5))),
        *(
            ["J", x, y, "linear", "extrapolate", "extrapolate", 1.7]
            for x, y in ((0.9, 0.2), (1.0, 0.6), (1.0, 1.0), (1.1, 1.2))
        ),
    ]
    short = simulate(tables, "2026-Q1", 800)
    monkeypatch.setattr(rules, "_simple", lambda terms: False)
    long = simulate(tables, "2026-Q1", 800)
    assert np.abs(short.totals - long.totals).max() <= 0.01 * (1 if "rounding_unit" not in plan else 100)
    assert (short.totals == long.totals).mean() > 0.99


ALONE: list[tuple[dict[str, Any], Rows]] = [
    *PLANS[:5],
    (
        {"combination": "multiplicative"},
        [{"weight": 0.5, "measure": "NRR"}, {"weight": 0.5, "measure": "USE"}],
    ),
    ({"plan_cap": 0.9}, [{"weight": 0.5, "measure": "NRR"}, {"weight": 0.5, "measure": "USE"}]),
    ({"rounding": "total"}, [{"weight": 0.5, "measure": "NRR"}, {"weight": 0.5, "measure": "USE"}]),
    ({"rounding": "step"}, [{"weight": 1, "measure": "NRR"}]),
    ({}, [{"weight": 1, "measure": "NRR", "cumulative": "ytd_sum"}]),
    ({}, [{"weight": 1, "measure": "NRR", "kicker_ratio": 0.1}]),
    ({}, [{"weight": 1, "measure": "NRR", "direction": "lower", "method": "inverse"}]),
    ({}, [{"weight": 1, "measure": "NRR", "max_amount": 1900}]),
    ({"minimum_days": 80}, [{"weight": 1, "measure": "NRR"}, {"type": "spif", "fixed_amount": 5}]),
    ({"waiting_days": 10, "minimum_days": 80, "plan_cap": 1.2}, [{"weight": 1, "measure": "NRR"}]),
    ({"round_composite": 0.1}, [{"weight": 0.5, "measure": "NRR"}, {"weight": 0.5, "measure": "USE"}]),
    ({}, [{"weight": 0.5, "measure": name, "on": "composite", "curve_id": "K"}
          for name in ("NRR", "USE")]),
    ({"round_award": 100}, [{"weight": 0.5, "measure": "NRR"}, {"weight": 0.5, "measure": "USE"}]),
    ({}, [{"weight": 1, "measure": "NRR", "round_award": 100}]),
    ({}, [{"weight": 1, "measure": "NRR", "curve_id": "strict"}]),
    ({}, [{"weight": 0.5, "measure": "NRR"},
          {"weight": 0.5, "measure": "USE", "payout_of": "C0"}]),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "components"), ALONE)
def test_without_any_spread_everyone_is_paid_what_the_engine_pays(plan, components):
    rng = random.Random(3)
    results = [
        {
            "period": "2026-Q1",
            "scope": "individual",
            "id": f"E{i:04d}",
            "measure": measure,
            "actual": rng.choice((0.8, 0.9, 0.97, 1, 1.013, 1.1, 1.35)),
            "goal": rng.choice((1, 1.05)),
        }
        for measure in ("NRR", "USE")
        for i in range(9)
    ]
    named = {one[key] for one in components for key in ("measure", "gate_measure") if one.get(key)}
    tables = company(
        9,
        components,
        plan,
        results=results,
        distributions=[row for name in sorted(named) for row in spread(name, spread=0)],
    )
    curves = next(raw for raw in tables if raw.name == "curves")
    above = ((0.8, 0.5), (0.97, 0.6), (0.97, 1.0), (1.2, 1.6))
    curves.rows = [[*curves.rows[0], "strict"], *([*row, None] for row in curves.rows[1:]),
                   *(["strict", x, y, True] for x, y in above)]  # fmt: skip
    roster = next(raw for raw in tables if raw.name == "roster")
    roster.rows[4][roster.rows[0].index("hire_date")] = date(2026, 1, 20)  # too few days for a plan's minimum
    found = simulate(tables, "2026-Q1", 3)
    assert found.people.mean.tolist() == pytest.approx(found.people.base.tolist(), abs=1e-9)
    assert found.totals.tolist() == pytest.approx([found.base] * 3, abs=1e-6)
    assert found.base > 0


def test_multiplied_ratios_beside_the_closed_form():
    two = [{"weight": 0.5, "measure": "NRR"}, {"weight": 0.5, "measure": "USE"}]
    found = simulate(company(20, two, {"combination": "multiplicative"}), "2026-Q1", 4000)
    # Independent factors: E[xy]² … of mean 1 and spread 0.1 each; both lines pay target × product.
    within(found, 2000.0, 2000**2 * ((1 + 0.01) ** 2 - 1), people=20)


def test_two_plans_have_the_same_luck():
    """The other plan pays a tenth more: so does each single trial, whatever else the tables hold."""
    first = simulate(company(20, [{"weight": 1, "measure": "NRR"}]), "2026-Q1", 500)
    more = company(20, [{"weight": 1, "measure": "NRR"}], {"target_value": 0.11})
    other = simulate(list(reversed(more)), "2026-Q1", 500)
    apart = compare(first, other)
    assert np.abs(apart.totals - first.totals * 0.1).max() < 0.2
    assert apart.standard_error < first.standard_error * 0.11
    assert apart.base == pytest.approx(first.base * 0.1)
    with pytest.raises(CsmError, match="differ in"):
        compare(first, simulate(company(20), "2026-Q1", 501))


def test_churned_deals_are_taken_back():
    """Binomial: a deal of 10,000 at 5% pays 500; lost with 0.2, of which 0.6 is taken back."""
    tables = company(
        2,
        [{"type": "commission", "rate": 0.05, "scope": None, "weight": None}],
        deals=[
            {"deal_id": f"D{i}", "date": date(2026, 2, 1), "amount": 10000, "employee_id": "E0000"}
            for i in range(8)
        ],
        results=[
            {
                "period": "2026-Q1",
                "scope": "company",
                "id": "company",
                "measure": "NRR",
                "actual": 1,
                "goal": 1,
            }
        ],
        distributions=spread("C0", "churn", mean=0.2, high=0.6),
    )
    found = simulate(tables, "2026-Q1", 20_000)
    assert found.base == 4000
    assert abs(found.mean - (4000 - 8 * 0.2 * 300)) < 3 * found.standard_error
    assert found.deviation == pytest.approx(300 * sqrt(8 * 0.2 * 0.8), rel=0.03)
    assert set(np.unique(np.round((4000 - found.totals) / 300, 6)).tolist()) <= set(range(9))


def test_a_year_draws_each_quarter_anew():
    results = [
        {
            "period": f"2026-Q{q}",
            "scope": "individual",
            "id": f"E{i:04d}",
            "measure": "NRR",
            "actual": 1,
            "goal": 1,
        }
        for q in (1, 2, 3, 4)
        for i in range(10)
    ]
    found = simulate(company(10, [{"weight": 1, "measure": "NRR"}], results=results), "2026", 4000)
    assert found.periods == ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
    within(found, 8000, 4 * 200**2, people=10)


def failure(tables: list[RawTable], *arguments: Any, **more: Any) -> str:
    with pytest.raises(CsmError) as caught:
        simulate(tables, *(arguments or ("2026-Q1",)), **more)
    return str(caught.value)


def test_what_cannot_be_is_said_with_the_nearest_that_can():
    three = [{"weight": w, "measure": m} for m, w in (("NRR", 0.4), ("USE", 0.3), ("FIT", 0.3))]
    pairs = [("NRR", "USE", 0.9), ("NRR", "FIT", 0.9), ("USE", "FIT", -0.9)]
    related = [{"measure": a, "with": b, "correlation": c} for a, b, c in pairs]
    said = failure(company(3, three, correlations=related))
    assert "not positive definite" in said
    assert "nearest" in said
    assert "0.5" in said
    assert "-0.5" in said or "−0.5" in said
    assert "Enter a spread below 0.5" in failure(
        company(3, distributions=spread(kind="beta", mean=0.5, spread=0.9))
    )
    assert "0 or more" in failure(company(3, distributions=spread(spread=-0.1)))
    assert "mean above 0" in failure(company(3, distributions=spread(kind="lognormal", mean=-1)))
    assert "unknown employee or team" in failure(company(3, distributions=spread(id="E9999")))
    assert "measure NRX" in failure(company(3, distributions=spread("NRX")))
    assert "0 results before" in failure(company(3, distributions=spread(kind="empirical")))
    assert "low is above high" in failure(company(3, distributions=spread(low=2, high=1)))
    weak = [
        {"measure": "NRR", "with": "company", "correlation": 0.5},
        {"measure": "NRR", "with": "team", "correlation": 0.2},
    ]
    assert "The nearest value is the company's, 0.5" in failure(company(3, correlations=weak))
    assert "the nearest is 0" in failure(
        company(3, correlations=[{"measure": "NRR", "with": "team", "correlation": -0.2}])
    )
    assert "from 2 to 1,000,000" in failure(company(3), "2026-Q1", 1)
    assert "nobody is paid" in failure(company(3), "2023-Q1")
    assert "there is no result NRR" in failure(company(3), "2026-Q2")


def test_every_bad_cell_is_told_at_once():
    rows = [*spread(spread=-1), *spread("USE", "gaussian"), *spread("FIT", mean="much")]
    said = failure(company(3, distributions=rows))
    assert all(word in said for word in ("3 findings", "spread is below 0", "gaussian", "much"))


def test_what_is_not_measured_is_taken_to_be_at_goal_and_said():
    tables = company(3, [{"weight": 1, "measure": "NRR"}])
    results = next(raw for raw in tables if raw.name == "results")
    results.rows = [list(row) for row in results.rows]
    results.rows[1][4] = None
    found = simulate(tables, "2026-Q1", 2000)
    assert found.people.base.tolist() == [0, 2000, 2000]
    assert found.people.mean[0] == pytest.approx(2000, abs=20)
    assert any("missing actual" in note and "E0000" in note for note in found.notes)


def test_the_nearest_correlation_matrix_is_one():
    rng = np.random.default_rng(5)
    for _ in range(20):
        wrong = rng.uniform(-1, 1, (4, 4))
        wrong = np.round((wrong + wrong.T) / 2, 2)
        np.fill_diagonal(wrong, 1)
        found = nearest(wrong)
        assert cholesky(found) is not None
        assert np.linalg.eigvalsh(found).min() > -1e-9
        if np.linalg.eigvalsh(wrong).min() > 1e-6:
            assert np.abs(found - wrong).max() < 2e-4
        else:
            assert cholesky(wrong) is None


def test_memory_stays_small_at_a_million_trials():
    """Nothing is kept for each payout: 60 people × 200,000 trials would not do with 12 million."""
    code = (
        "import resource, sys; sys.path[:0] = ['tests/analysis', 'tests/support']; import test_simulate as t;"
        "t.simulate(t.company(2), '2026-Q1', 10); a = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "t.simulate(t.company(60), '2026-Q1', 200_000);"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - a) / 1024)"
    )
    if sys.platform == "win32":
        pytest.skip("there is no resource module")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 60
