"""What the year comes to: measured periods as paid, later ones by the figures of exact arithmetic."""

from __future__ import annotations

import csv
import json
import sys
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

sys.path.append(str(Path(__file__).parents[1] / "engine"))

from small_company import company, raws, result

from csm_xl.analysis.forecast import GROUPS, NOBODY, forecast
from csm_xl.analysis.simulate import simulate
from csm_xl.cli.app import app
from csm_xl.cli.files import csv_text
from csm_xl.engine.run import run
from csm_xl.errors import CsmError

QUARTERS = tuple(f"2026-Q{n}" for n in (1, 2, 3, 4))
TARGET = 2000.0
"""A quarter of 10% of 80,000."""


def measured(tables: dict[str, Any], *reached: float, who: str = "E0001", whole: float = 100) -> None:
    """Results of the first quarters of the year, in percent of the goal."""
    for period, actual in zip(QUARTERS, reached, strict=False):
        tables["results"].append(result(who, actual * whole / 100, whole, period=period))


def found(tables: dict[str, Any], *arguments: Any, **options: Any) -> list[list[Any]]:
    """Target, measured, forecast, total and to date of each month of everybody."""
    return [row[3:] for row in forecast(raws(tables), 2026, *arguments, **options).rows()[1:]]


def test_later_quarters_pay_at_the_rate_of_the_first_ones() -> None:
    tables = company()
    measured(tables, 90, 120)
    assert found(tables) == [
        [TARGET, 1800.0, 0.0, 1800.0, 1800.0],
        [TARGET, 2400.0, 0.0, 2400.0, 4200.0],
        [TARGET, 0.0, 2100.0, 2100.0, 6300.0],
        [TARGET, 0.0, 2100.0, 2100.0, 8400.0],
    ]


def test_later_quarters_pay_their_targets() -> None:
    tables = company()
    measured(tables, 90)
    assert [row[2] for row in found(tables, "target")] == [0.0, 2000.0, 2000.0, 2000.0]
    assert found(tables, "target")[-1][-1] == 7800.0


def test_a_whole_year_can_be_forecast_at_target_before_anything_is_measured() -> None:
    assert found(company(), "target")[-1] == [TARGET, 0.0, TARGET, TARGET, 4 * TARGET]
    with pytest.raises(CsmError, match="nothing is measured in 2026, so there is no run rate"):
        forecast(raws(company()), 2026)


def test_a_raise_a_part_time_and_a_leaver_count_from_their_day() -> None:
    tables = company("E0001", "E0002", "E0003")
    tables["roster"][2]["leave_date"] = date(2026, 8, 15)
    tables["changes"] = [
        {"employee_id": "E0001", "from": date(2026, 10, 1), "base_salary": 100_000},
        {"employee_id": "E0002", "from": date(2026, 7, 1), "fte": 0.5},
    ]
    for who in ("E0001", "E0002", "E0003"):
        measured(tables, 110, 110, who=who)
    rows = forecast(raws(tables), 2026).rows("person")
    later = {(row[0], row[2]): row[5] for row in rows[1:] if row[0] > "2026-06"}
    days = Fraction(46, 92)  # July 1 to August 15
    assert later == {
        ("2026-09", "E0001"): 2200.0, ("2026-12", "E0001"): 2750.0, ("2026-09", "E0002"): 1100.0,
        ("2026-12", "E0002"): 1100.0, ("2026-09", "E0003"): float(2200 * days),
    }  # fmt: skip


def test_who_leaves_and_forfeits_is_forecast_nothing() -> None:
    tables = company("E0001", "E0002")
    tables["plans"][0]["forfeit_reasons"] = "resigned"
    for row, reason in zip(tables["roster"], ("resigned", "retired"), strict=True):
        row |= {"leave_date": date(2026, 8, 15), "leave_reason": reason}
        measured(tables, 100, 100, who=row["employee_id"])
    later = [row[2:6] for row in forecast(raws(tables), 2026).rows("person")[5:]]
    assert later == [["E0001", 1000.0, 0.0, 0.0], ["E0002", 1000.0, 0.0, 1000.0]]


def test_somebody_new_pays_at_everybodys_rate_which_is_said() -> None:
    tables = company("E0001", "E0002", "E0003")
    tables["roster"][2]["hire_date"] = date(2026, 7, 1)
    measured(tables, 80, 80)
    measured(tables, 100, 120, who="E0002")
    made = forecast(raws(tables), 2026)
    new = [row[5] for row in made.rows("person")[1:] if row[2] == "E0003"]
    assert new == [1900.0, 1900.0]  # (80 + 80 + 100 + 120) / 4 percent
    assert made.notes == ("Nothing is measured of E0003 on a component: everybody's rate on it is used.",)


def test_a_commission_goes_on_by_days_and_is_left_out_at_target() -> None:
    tables = company()
    tables["components"].append({"plan_id": "S", "component_id": "D", "type": "commission", "rate": 0.1})
    tables["deals"] = [
        {"deal_id": "1", "date": date(2026, 2, 1), "amount": 9000, "employee_id": "E0001"},
        {"deal_id": "2", "date": date(2026, 6, 30), "amount": 9100, "employee_id": "E0001"},
    ]
    measured(tables, 100, 100)
    by_days = round(Fraction(1810, 90 + 91) * 92, 2)
    assert [row[2] for row in found(tables)] == [0.0, 0.0, 2000 + float(by_days), 2000 + float(by_days)]
    made = forecast(raws(tables), 2026, "target")
    assert [row[5] for row in made.rows()[1:]] == [0.0, 0.0, 2000.0, 2000.0]
    assert made.notes == ("Paid without a target, so not forecast: D.",)


def test_a_component_that_nobody_was_measured_on_is_at_target() -> None:
    tables = company(weight=0.5)
    tables["components"].append({"plan_id": "S", "component_id": "Y", "type": "metric", "weight": 0.5,
                                 "measure": "NRR", "pay_cycle": "year"})  # fmt: skip
    measured(tables, 120, 120, 120)
    made = forecast(raws(tables), 2026)
    assert made.rows()[-1][3:] == [1000.0 + 4000.0, 0.0, 1200.0 + 4000.0, 5200.0, 3 * 1200.0 + 5200.0]
    assert made.notes == ("Nothing is measured of Y: at target.",)


def test_through_says_what_counts_as_measured() -> None:
    tables = company()
    measured(tables, 100, 150, 150)
    assert [row[1] for row in found(tables, through="2026-Q1")] == [2000.0, 0.0, 0.0, 0.0]
    assert found(tables, through="2026-03") == found(tables, through="2026-Q1")
    with pytest.raises(CsmError, match="the period does not end in 2026"):
        forecast(raws(tables), 2026, through="2025-Q4")


def test_the_mean_of_a_simulation_is_that_of_simulate() -> None:
    tables = company()
    measured(tables, 100, 110)
    tables["results"].append(result("E0001", 95, 100, period="2026-Q3"))
    tables["results"].append(result("E0001", 95, 100, period="2026-Q4"))
    made = forecast(raws(tables), 2026, "simulated", "2026-Q2", trials=500, seed=7)
    for row, period in zip(made.rows()[3:], QUARTERS[2:], strict=True):
        assert row[5] == round(simulate(raws(tables), period, 500, 7).mean, 2) != 0


def test_currencies_are_never_added() -> None:
    tables = company("E0001", "E0002")
    tables["roster"][1]["currency"] = "EUR"
    measured(tables, 100)
    measured(tables, 50, who="E0002")
    made = forecast(raws(tables), 2026)
    assert made.totals() == {"EUR": 4000.0, "USD": 8000.0}
    assert [row[1] for row in made.rows()[1:]] == ["EUR", "USD"] * 4


@given(
    st.lists(st.integers(0, 200), min_size=1, max_size=3),
    st.lists(st.integers(20_000, 200_000), min_size=1, max_size=4),
    st.sampled_from(("", *GROUPS)),
)
def test_any_grouping_adds_up_to_what_exact_arithmetic_gives(
    reached: list[int], salaries: list[int], by: str
) -> None:
    tables = company(*(f"E{n}" for n, _ in enumerate(salaries)))
    for row, salary in zip(tables["roster"], salaries, strict=True):
        row["base_salary"] = salary
        row["team"] = "T1" if salary % 2 else None
        measured(tables, *reached, who=row["employee_id"])
    made = forecast(raws(tables), 2026)
    rows = made.rows(by)[1:]
    total = Fraction(0)
    for salary in salaries:
        target = Fraction(salary) / 40
        paid = [_cents(target * share / 100) for share in reached]
        total += sum(paid) + (4 - len(reached)) * _cents(sum(paid) / (len(reached) * target) * target)
    assert made.totals()["USD"] == float(total)
    assert abs(sum(Fraction(str(row[6])) for row in rows) - total) < Fraction(1, 10_000)
    if by == "team":
        assert {row[2] for row in rows} <= {"T1", NOBODY}
    last = {row[2]: row[7] for row in rows}
    assert abs(sum(Fraction(str(amount)) for amount in last.values()) - total) < Fraction(1, 10_000)


def _cents(value: Fraction) -> Fraction:
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def test_measured_months_are_what_pay_says(tmp_path: Path) -> None:
    tables = company("E0001", "E0002")
    tables["roster"][1]["manager_id"] = "E0001"
    measured(tables, 93, 104)
    measured(tables, 88, 131, who="E0002")
    paid = [sum(line["amount"] for line in run(raws(tables), period).dicts()) for period in QUARTERS[:2]]
    for raw in raws(tables):
        (tmp_path / f"{raw.name}.csv").write_text(csv_text(raw.rows))
    out = tmp_path / "out" / "months.csv"
    out.parent.mkdir()
    done = CliRunner().invoke(
        app, ["forecast", str(tmp_path), "--by", "manager", "--json", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["measured"], told["open"]) == (list(QUARTERS[:2]), list(QUARTERS[2:]))
    by_month: dict[str, float] = {}
    for row in told["months"]:
        by_month[row["month"]] = by_month.get(row["month"], 0) + row["measured"]
    assert list(by_month.values()) == pytest.approx([*paid, 0.0, 0.0])
    assert {row["group"] for row in told["months"]} == {NOBODY, "E0001"}
    with out.open(encoding="utf-8-sig") as file:
        assert [row["group"] for row in csv.DictReader(file)] == [row["group"] for row in told["months"]]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--basis", "trend"), "Choose one of target, run_rate, simulated"),
        (("--by", "color"), "Choose one of plan, team, manager, person"),
        (("--through", "Q9"), "Q9"),
        (("--period", "2027"), "nothing is measured in 2027"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(
    tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    tables = company()
    measured(tables, 93)
    for raw in raws(tables):
        (tmp_path / f"{raw.name}.csv").write_text(csv_text(raw.rows))
    done = CliRunner().invoke(app, ["forecast", str(tmp_path), *arguments])
    assert done.exit_code == 2
    assert says in " ".join(done.stderr.split())
