"""What a plan letter shows in money is what the engine pays for the same results on the plan as it is."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sweeps import tried

from csm_xl.analysis.letter_pay.examples import examples
from csm_xl.analysis.letter_pay.pay import pay_tables
from csm_xl.analysis.letter_pay.terms import asked_year, year_terms
from csm_xl.engine.loading import load
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.raw import RawTable

QUARTERS = ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
WHO = "E1"
HIRED = date(2024, 1, 8)


def raws(**tables: list[list[Any]]) -> list[RawTable]:
    return [RawTable.of_rows(rows, name) for name, rows in tables.items()]


def rows_of(records: list[dict[str, Any]]) -> list[list[Any]]:
    names = list(dict.fromkeys(name for record in records for name in record))
    return [names, *([record.get(name) for name in names] for record in records)]


def company(
    plan: dict[str, Any], components: list[dict[str, Any]], **more: list[dict[str, Any]]
) -> list[RawTable]:
    """One plan, the person whose letter it is, and a teammate whose figures must not matter."""
    base = {"plan_id": "P", "model": "base_bonus", "pay_period": "quarter", "target_basis": "amount",
            "target_value": 10_000}  # fmt: skip
    people = more.pop("roster", [])
    roster = [
        {"employee_id": WHO, "plan_id": "P", "base_salary": 90_000, "hire_date": HIRED, "team": "T"},
        {"employee_id": "E2", "plan_id": "P", "base_salary": 70_000, "hire_date": HIRED, "team": "T",
         "target_amount": 3_333},
    ]  # fmt: skip
    tables = {
        "plans": [base | plan],
        "components": [{"plan_id": "P", "type": "metric"} | one for one in components],
        "roster": people or roster,
        **more,
    }
    return raws(**{name: rows_of(records) for name, records in tables.items()})


def table_of(given_: list[RawTable], **asked: Any) -> Any:
    tables = load(given_)
    (terms,) = year_terms(tables, asked.pop("year", 2026), asked.pop("day", None), [WHO])
    return terms, pay_tables(tables, [terms])[WHO]


def results(figures: dict[str, Any], scopes: dict[str, str], goal: float | None) -> list[dict[str, Any]]:
    """Results of every quarter: of each measure one actual, for the person, the team or the company."""
    return [
        {"period": quarter, "scope": scopes[measure], "id": who, "measure": measure, "actual": actual,
         "goal": goal}
        for quarter in QUARTERS for measure, actual in figures.items()
        for who in {"individual": [WHO, "E2"], "team": ["T"], "company": ["company"]}[scopes[measure]]
    ]  # fmt: skip


def paid(given_: list[RawTable], component: str) -> dict[str, float]:
    return {
        line["period"]: line["amount"] for line in run(given_, "2026").dicts()
        if line["employee_id"] == WHO and line["component_id"] == component
    }  # fmt: skip


GOAL = 1000.0
percent = st.integers(0, 40).map(lambda step: step / 20)


@st.composite
def curves(draw: st.DrawFn) -> list[dict[str, Any]]:
    xs = sorted(draw(st.sets(st.integers(8, 30).map(lambda step: step / 20), min_size=1, max_size=4)))
    ys = sorted(draw(st.lists(percent, min_size=len(xs), max_size=len(xs))))
    first = {
        "mode": draw(st.sampled_from(["linear", "step"])), "strict": draw(st.booleans()),
        "above": draw(st.sampled_from(["hold", "extrapolate"])) if len(xs) > 1 else "hold",
        "cap": draw(st.sampled_from([None, 1.75])),
    }  # fmt: skip
    return [
        {"curve_id": "C", "attainment": x, "payout": y} | (first if number == 0 else {})
        for number, (x, y) in enumerate(zip(xs, ys, strict=True))
    ]


@settings(max_examples=tried(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    points=curves(),
    weight=st.sampled_from([0.3, 0.5, 0.85]),
    scope=st.sampled_from(["individual", "team", "company"]),
    direction=st.sampled_from(["higher", "lower"]),
    cumulative=st.sampled_from(["discrete", "ytd_sum"]),
    limits=st.fixed_dictionaries(
        {"floor": st.sampled_from([None, 0.1]), "cap": st.sampled_from([None, 1.2]),
         "max_amount": st.sampled_from([None, 1_500]), "kicker_ratio": st.sampled_from([None, 0.25])}
    ),
    gate=st.sampled_from([None, 0.75]),
    plan=st.fixed_dictionaries(
        {"rounding": st.sampled_from(["line", "total", "step"]), "plan_cap": st.sampled_from([None, 1.1]),
         "round_ratio": st.sampled_from([None, 0.01]), "round_attainment": st.sampled_from([None, 0.001])}
    ),
)  # fmt: skip
def test_each_figure_of_a_letter_is_what_is_paid_for_that_attainment(
    points: list[dict[str, Any]], weight: float, scope: str, direction: str, cumulative: str,
    limits: dict[str, Any], gate: float | None, plan: dict[str, Any],
) -> None:  # fmt: skip
    components = [
        {"component_id": "a", "weight": weight, "measure": "M", "scope": scope, "direction": direction,
         "curve_id": "C", "cumulative": cumulative, **limits},
        {"component_id": "b", "weight": round(1 - weight, 9), "measure": "N", "scope": "company"},
    ]  # fmt: skip
    if cumulative == "ytd_sum":
        components[0]["interim_cap"] = 1.0
    if gate is not None:
        components[0] |= {"gate_measure": "M", "gate_scope": scope, "gate_minimum": gate,
                          "gate_direction": direction}  # fmt: skip
    terms, table = table_of(company(plan, components, curves=points))
    shown = terms.shown["a"].period.name
    assert shown == "2026-Q1"
    rows = table.at["a"]
    assert len(rows) > 1
    assert [row.point.at.figure for row in rows] == sorted(row.point.at.figure for row in rows)
    for row in rows[:: max(len(rows) // 4, 1)]:
        x = Fraction(str(row.point.at.figure))
        actual = float((x if direction == "higher" else 2 - x) * Fraction(GOAL))
        measured = results({"M": actual, "N": GOAL}, {"M": scope, "N": "company"}, GOAL)
        found = paid(company(plan, components, curves=points, results=measured), "a")
        assert row.period == found[shown], row
        assert row.year == round(sum(found.values()), 4), row


@settings(max_examples=tried(20), deadline=None)
@given(
    figures=st.lists(st.integers(10, 500), min_size=2, max_size=4, unique=True).map(sorted),
    lower=st.booleans(),
    cumulative=st.sampled_from(["discrete", "ytd_latest"]),
)
def test_figures_in_a_measures_own_unit_are_paid_as_shown(
    figures: list[int], lower: bool, cumulative: str
) -> None:
    payouts = [0.5, 1.0, 1.5, 2.0][: len(figures)]
    places = sorted(figures, reverse=lower)
    curve = [{"curve_id": "C", "attainment": x, "payout": y} for x, y in zip(places, payouts, strict=True)]
    component = {"component_id": "a", "weight": 1, "measure": "Days", "curve_id": "C", "on": "actual",
                 "direction": "lower" if lower else "higher", "cumulative": cumulative}  # fmt: skip
    _, table = table_of(company({}, [component], curves=curve))
    for row in table.at["a"]:
        measured = results({"Days": row.point.at.figure}, {"Days": "individual"}, None)
        found = paid(company({}, [component], curves=curve, results=measured), "a")
        assert (row.period, row.year) == (found["2026-Q1"], round(sum(found.values()), 4))
    goal = next(row for row in table.at["a"] if row.point.at.figure == places[1])
    assert goal.period == 2_500.0


def test_a_part_year_and_a_raise_are_in_the_figures_of_the_year() -> None:
    roster = [{"employee_id": WHO, "plan_id": "P", "base_salary": 80_000, "hire_date": date(2026, 2, 16),
               "target_ratio": 0.2}]  # fmt: skip
    changes = [{"employee_id": WHO, "from": date(2026, 8, 1), "base_salary": 100_000}]
    component = {"component_id": "a", "weight": 1, "measure": "M"}
    plan = {"target_basis": "ratio", "target_value": None}
    given_ = company(plan, [component], roster=roster, changes=changes)
    terms, table = table_of(given_)
    assert terms.day == date(2026, 2, 16).toordinal()
    assert terms.shown["a"].period.name == "2026-Q2"  # the first one that is wholly on these terms
    assert terms.target == 16_000
    measured = [
        {"period": quarter, "scope": "individual", "id": WHO, "measure": "M", "actual": 80, "goal": 100}
        for quarter in QUARTERS
    ]
    found = paid(company(plan, [component], roster=roster, changes=changes, results=measured), "a")
    row = next(row for row in table.at["a"] if row.point.at.figure == 0.8)
    assert (row.period, row.year) == (found["2026-Q2"], round(sum(found.values()), 4))


def test_a_matrix_pays_each_of_its_cells_as_shown() -> None:
    matrix = [
        {"matrix_id": "X", "row": row, "column": column, "payout": payout}
        for row, column, payout in ((0.9, 0.9, 0.4), (0.9, 1.0, 0.6), (1.0, 0.9, 0.8), (1.0, 1.0, 1.1))
    ]
    component = {"component_id": "a", "weight": 1, "measure": "M", "column_measure": "N", "matrix_id": "X"}
    _, table = table_of(company({}, [component], matrices=matrix))
    assert [row.ratio for row in table.at["a"]] == [0.4, 0.6, 0.8, 1.1]
    for row in table.at["a"]:
        actuals = {"M": row.point.at.figure * 100, "N": (row.point.at.across or 0) * 100}
        measured = results(actuals, dict.fromkeys(actuals, "individual"), 100)
        found = paid(company({}, [component], matrices=matrix, results=measured), "a")
        assert row.period == found["2026-Q1"]


def test_a_row_of_a_matrix_to_exceed_is_shown_just_above_it() -> None:
    matrix = [
        {"matrix_id": "X", "row": row, "column": 0.9, "payout": payout, "exceed_row": row == 1.0}
        for row, payout in ((0.9, 0.4), (1.0, 1.1))
    ]
    component = {"component_id": "a", "weight": 1, "measure": "M", "column_measure": "N", "matrix_id": "X"}
    _, table = table_of(company({}, [component], matrices=matrix))
    assert [row.ratio for row in table.at["a"]] == [0.4, 1.1]


def test_a_plan_that_multiplies_shows_all_components_together() -> None:
    components = [{"component_id": name, "weight": 0.5, "measure": name} for name in ("a", "b")]
    plan = {"combination": "multiplicative"}
    _, table = table_of(company(plan, components))
    row = next(row for row in table.at["a"] if row.point.at.figure == 0.8)
    assert row.period == 2_000.0
    measured = results({"a": 80.0, "b": 100.0}, {"a": "individual", "b": "individual"}, 100)
    every = company(plan, components, results=measured)
    assert row.period == round(sum(paid(every, name)["2026-Q1"] for name in ("a", "b")), 4)


def test_an_example_is_what_the_deal_would_be_paid() -> None:
    tiers = [
        {"tier_id": "T", "from": start, "rate": rate}
        for start, rate in ((0, 0.05), (20_000, 0.1), (50_000, 0.2))
    ]
    component = {"component_id": "c", "type": "commission", "tier_id": "T", "deal_kinds": "upsell"}
    plan = {"model": "base_variable", "pay_period": "month", "target_value": None}
    given_ = company(plan, [component], tiers=tiers)
    tables = load(given_)
    (terms,) = year_terms(tables, 2026, None, [WHO])
    example = examples(tables, [terms])[WHO, "c"]
    assert example.credited == 35_000
    deal = {
        "deal_id": "D",
        "date": date(2026, 1, 20),
        "amount": example.credited,
        "kind": "upsell",
        "employee_id": WHO,
    }
    lines = run(company(plan, [component], tiers=tiers, deals=[deal]), "2026-01").dicts()
    assert example.amount == next(line["amount"] for line in lines if line["employee_id"] == WHO) == 2_500.0


def test_a_spif_shows_its_maximum() -> None:
    component = {"component_id": "s", "type": "spif", "fixed_amount": 400, "max_amount": 1_000}
    given_ = company({"target_value": None}, [component])
    tables = load(given_)
    (terms,) = year_terms(tables, 2026, None, [WHO])
    assert examples(tables, [terms])[WHO, "s"].amount == 1_000.0


def test_a_day_finds_the_terms_of_that_day_and_its_plan_year() -> None:
    versions = [
        {"component_id": "a", "weight": 1, "measure": "M", "curve_id": "C"},
        {"component_id": "a", "weight": 1, "measure": "M", "curve_id": "D", "valid_from": date(2026, 7, 1)},
    ]
    points = [{"curve_id": name, "attainment": 1, "payout": payout} for name, payout in (("C", 1), ("D", 2))]
    plan = {"year_start": 4}
    given_ = company(plan, versions, curves=points)
    first, _ = table_of(given_)
    assert date.fromordinal(first.first) == date(2026, 4, 1)
    terms, table = table_of(given_, year=None, day=date(2026, 8, 1).toordinal())
    assert (terms.year, terms.shown["a"].period.name) == (2026, "2026-Q3")
    assert table.at["a"][-1].ratio == 2.0
    early, _ = table_of(given_, year=None, day=date(2026, 3, 1).toordinal())
    assert early.year == 2025


def test_who_is_on_no_plan_then_is_named() -> None:
    tables = load(company({}, [{"component_id": "a", "weight": 1, "measure": "M"}]))
    with pytest.raises(CsmError, match="the employee is on no plan in plan year 2020"):
        year_terms(tables, 2020, None, [WHO])
    assert year_terms(tables, 2020, None) == []
    with pytest.raises(CsmError, match="a plan letter is for a plan year"):
        asked_year(Calendar(tables["periods"]), "2026-Q1")


def test_known_goals_are_those_of_an_example() -> None:
    tiers = [
        {"tier_id": "T", "from": start, "rate": rate, "on": "attainment" if not start else None}
        for start, rate in ((0, 0.05), (1, 0.1))
    ]
    component = {"component_id": "c", "type": "commission", "tier_id": "T", "measure": "Quota"}
    tables = load(company({"target_value": None}, [component], tiers=tiers))
    (terms,) = year_terms(tables, 2026, None, [WHO])
    known = {(WHO, "c"): {"2026-Q1": 40_000.0}}
    example = examples(tables, [terms], known)[WHO, "c"]
    assert (example.goal, example.credited, example.amount) == (40_000, 60_000, 4_000)


def test_versions_of_a_component_in_other_units_are_at_goal() -> None:
    versions = [
        {"component_id": "a", "weight": 1, "measure": "M"},
        {"component_id": "a", "weight": 1, "measure": "M", "curve_id": "C", "on": "actual",
         "valid_from": date(2026, 7, 1)},
    ]  # fmt: skip
    points = [{"curve_id": "C", "attainment": x, "payout": y} for x, y in ((50, 0.5), (80, 1), (90, 2))]
    _, table = table_of(company({}, versions, curves=points))
    row = next(row for row in table.at["a"] if row.point.at.figure == 0.8)
    assert (row.period, row.year) == (2_000.0, 2 * 2_000.0 + 2 * 2_500.0)
