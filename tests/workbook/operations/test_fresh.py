"""A fresh workbook checks clean, whatever the company, and its file holds what was computed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from books import REFRESHED, Rows

from csm_xl.engine.components import component_types
from csm_xl.engine.remarks.blank_results import MISSING
from csm_xl.engine.run import run
from csm_xl.plan.raw import RawTable
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.sheets.frame import compared
from csm_xl.xlsx.package import Package


def company(
    people: int = 3,
    pay_period: str = "quarter",
    periods: tuple[str, ...] = ("2026-Q1",),
    reached: Callable[[int], float | None] = lambda at: 1.0,
    weights: tuple[float, ...] = (1.0,),
    target: float = 0.1,
    currency: str = "USD",
    salary: Callable[[int], float] = lambda at: 75_500 + at * 137.37,
    deals: tuple[float, ...] = (),
    adjusted: float | None = None,
    long: int = 1,
) -> dict[str, Rows]:
    """People on one plan: a metric for each weight, a commission where there are deals."""
    plan = "starter" * long
    who = [f"{at:05}" + "-of-a-long-name" * (long - 1) for at in range(people)]
    unit = 1 if currency == "JPY" else 0.01
    metrics = [[plan, f"metric {at}" * long, "metric", weight, f"M{at}", None]
               for at, weight in enumerate(weights)]  # fmt: skip
    made: dict[str, Rows] = {
        "plans": [
            ["plan_id", "model", "pay_period", "target_basis", "target_value", "currency", "rounding_unit"],
            [plan, "base_bonus", pay_period, "ratio", target, currency, unit],
        ],
        "components": [
            ["plan_id", "component_id", "type", "weight", "measure", "rate"],
            *metrics,
            *([[plan, "upsell", "commission", None, None, 0.05]] if deals or not weights else []),
        ],
        "roster": [
            ["employee_id", "plan_id", "base_salary", "hire_date"],
            *([name, plan, salary(at), date(2020, 1, 1)] for at, name in enumerate(who)),
        ],
        "results": [
            ["period", "scope", "id", "measure", "actual", "goal"],
            *(
                [period, "individual", name, f"M{measure}", _times(reached(at), 0.92), 0.92]
                for period in periods
                for at, name in enumerate(who)
                for measure in range(len(weights))
            ),
        ],
        "deals": [
            ["deal_id", "date", "amount", "employee_id"],
            *([f"D{at}", date(2026, 1, 15), amount, who[at % people]] for at, amount in enumerate(deals)),
        ],
    }
    if adjusted is not None:
        made["adjustments"] = [
            ["period", "employee_id", "amount", "reason"],
            *([periods[0], name, adjusted, "paid back"] for name in who),
        ]
    return {name: rows for name, rows in made.items() if len(rows) > 1}


def _times(ratio: float | None, goal: float) -> float | None:
    return None if ratio is None else ratio * goal


COMPANIES: dict[str, tuple[dict[str, Rows], str]] = {
    "two people, all on target": (company(2, salary=lambda at: (80_500, 75_500)[at]), "2026-Q1"),
    "one person, nothing measured": (company(1, reached=lambda at: None), "2026-Q1"),
    "zero targets": (company(target=0.0), "2026-Q1"),
    "commission only": (company(weights=(), deals=(1000.1, -2000.2, 333.33)), "2026-Q1"),
    "pay taken back": (company(2, deals=(-1000.1, -20.2), adjusted=-50_000.37), "2026-Q1"),
    "months in a quarter, ten per cent apart": (
        company(3, "month", ("2026-01", "2026-02", "2026-03"), lambda at: 0.9 + 0.1 * at),
        "2026-Q1",
    ),
    "a year, which looks like a number": (company(2, "year", ("2026",)), "2026"),
    "yen": (company(5, reached=lambda at: 0.9 + 0.05 * at, currency="JPY",
                    salary=lambda at: 6_543_210 + at * 77), "2026-Q1"),
    "two thirds and odd cents": (
        company(11, weights=(1 / 3, 1 / 3, 1 / 3), reached=lambda at: 1 + ((at * 97) % 41 - 20) / 100,
                salary=lambda at: 70_000 + (at * 30_749) % 9_973 + 0.37, deals=(1000.1, 2000.2, 3000.3)),
        "2026-Q1",
    ),
    "long names": (company(2, long=4), "2026-Q1"),
    "more people than rows of formulas": (company(501, reached=lambda at: 0.9 + 0.0003 * at), "2026-Q1"),
}  # fmt: skip


def true_up() -> dict[str, Rows]:
    """A company whose second quarter takes back what the first paid."""
    tables = company(2, periods=("2026-Q1", "2026-Q2"))
    tables["components"] = [
        ["plan_id", "component_id", "type", "weight", "measure", "cumulative", "curve_id"],
        ["starter", "grr", "metric", 1.0, "M0", "ytd_sum", "steep"],
    ]
    tables["curves"] = [["curve_id", "attainment", "payout"], ["steep", 0.9, 0.5], ["steep", 1.5, 2]]
    for row in tables["results"][1:]:
        row[4] = 1.5 if row[0] == "2026-Q1" else 0.1
    return tables


COMPANIES["a true-up below zero"] = true_up(), "2026-Q2"


@pytest.mark.parametrize("name", COMPANIES)
def test_a_fresh_workbook_checks_clean(name: str, tmp_path: Path) -> None:
    tables, period = COMPANIES[name]
    found = check(build(tmp_path / "fresh.xlsx", tables, period, REFRESHED))
    # What is not measured yet, what is of other periods, and a target of 0 is named.
    assert [
        issue for issue in found if issue.kind != MISSING and issue.rule not in ("N002", "W514", "W515")
    ] == []


def dashboard(tables: dict[str, Rows], path: Path) -> dict[tuple[int, int], Any]:
    return Package(build(path, tables, "2026-Q1", REFRESHED)).cells("Dashboard").values


def test_pay_on_target_is_neither_over_nor_under_it(tmp_path: Path) -> None:
    tables = company(2, salary=lambda at: (80_500.37, 75_500.11)[at])
    assert dashboard(tables, tmp_path / "on.xlsx")[7, 9].endswith("as targeted")
    assert compared("A1", "A2", " less", " more", "the same") == (
        'IF(FIXED(ABS(A1-(A2)),0)=FIXED(0,0),"the same",FIXED(ABS(A1-(A2)),0)&IF(A1<A2," less"," more"))'
    )


def test_an_attainment_at_a_bound_is_in_the_band_that_it_starts(tmp_path: Path) -> None:
    reached = (0.7, 0.9, 1.0, 1.0, 1.1, 1.2)
    found = dashboard(company(6, reached=lambda at: reached[at]), tmp_path / "bands.xlsx")
    (head,) = (at for at, value in found.items() if value == "Results (count)")
    counts = [found[head[0] + row, head[1]] for row in range(1, 9)]
    assert counts == [0, 1, 0, 1, 2, 1, 1, 0]


def test_numbers_and_texts_of_digits_are_read_as_they_were_computed(tmp_path: Path) -> None:
    tables = company(5, reached=lambda at: 0.9 + 0.1 * at / 3)
    package = Package(build(tmp_path / "exact.xlsx", tables, "2026-Q1", REFRESHED))
    lines = run([RawTable.of_rows(rows, name) for name, rows in tables.items()], "2026-Q1").rows()
    at = lines[0].index("attainment")
    computed = [line[at] for line in lines[1:]]
    assert any(float(f"{value:.16G}") != value for value in computed)
    payouts = package.cells("Payouts").values
    column = next(place[1] for place, value in payouts.items() if value == "Attainment (%)")
    assert [payouts[7 + row, column] for row in range(5)] == computed
    year = Package(build(tmp_path / "year.xlsx", company(1, "year", ("2026",)), "2026", REFRESHED))
    assert year.cells("Statement").values[14, 4] == "2026"


def cover(path: Path) -> dict[str, Any]:
    values = Package(path).cells("Cover").values
    return {str(value): values.get((at[0], 2)) for at, value in values.items() if at[1] == 1}


def test_the_cover_counts_the_lines_of_the_period_that_a_missing_actual_pays_at_0(tmp_path: Path) -> None:
    tables = company(3, reached=lambda at: None if at == 1 else 1.0)
    tables["results"] += [
        ["2026-Q2", "individual", "00000", "M0", None, 0.92],  # of another period
        ["2026-Q1", "company", "company", "NPS", None, 40],  # of a measure that pays nobody
        ["2026-Q1", "individual", "00000", "NRR", None, 1.0],
    ]
    path = build(tmp_path / "missing.xlsx", tables, "2026-Q1", REFRESHED)
    assert cover(path)["Missing actuals (lines)"] == 1
    lines = run(read_workbook(path, component_types()), "2026-Q1").rows()
    note = lines[0].index("note")
    assert sum("paid at 0" in (line[note] or "") for line in lines[1:]) == 1
    assert {(issue.severity, issue.rule) for issue in check(path)} == {("note", ""), ("note", "N002")}


def test_a_gate_that_is_not_measured_is_a_missing_actual_and_one_result_may_be_missing_on_several_lines(
    tmp_path: Path,
) -> None:
    tables = company(3)
    tables["components"][0] += ["gate_measure", "gate_scope", "gate_minimum"]
    tables["components"][1] += ["NPS", "company", 1.0]
    tables["results"].append(["2026-Q1", "company", "company", "NPS", None, 40])
    assert cover(build(tmp_path / "gate.xlsx", tables, "2026-Q1", REFRESHED))["Missing actuals (lines)"] == 3
