"""A table of wages of one's own: what labor costs in a place is made from it, and from nothing else."""

import random
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from csm_xl.cli.app import app
from csm_xl.cli.files import csv_text
from csm_xl.data import catalogue, places
from csm_xl.engine.components import component_types
from csm_xl.engine.loading import load
from csm_xl.errors import CsmError
from csm_xl.functions import call
from csm_xl.plan.raw import RawTable
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.read import read_workbook

Rows = list[list[Any]]
JULY = date(2025, 7, 1)
NOON = datetime(2026, 1, 5, 12)


def given(wages: Rows, place: str = "Boston", day: date = JULY, **more: Rows) -> dict[str, Rows]:
    """Somebody of National who moves to a place."""
    return {
        "plans": [["plan_id", "model", "pay_period", "target_basis", "target_value"],
                  ["P", "base_bonus", "quarter", "ratio", 0.1]],
        "components": [["plan_id", "component_id", "type", "weight", "measure"],
                       ["P", "GRR", "metric", 1, "GRR"]],
        "roster": [["employee_id", "plan_id", "base_salary", "hire_date", "location"],
                   ["E0001", "P", 80000, date(2024, 1, 1), "National"]],
        "reviews": [["employee_id", "from", "kind", "location", "basis"],
                    ["E0001", day, "geography", place, "labour"]],
        "wages": wages,
        **more,
    }  # fmt: skip


def salary(tables: dict[str, Rows]) -> float:
    read = load([RawTable.of_rows(rows, name) for name, rows in tables.items()])
    return float(read["changes"].columns["base_salary"][-1])


def fails(tables: dict[str, Rows]) -> CsmError:
    with pytest.raises(CsmError) as failed:
        salary(tables)
    return failed.value


HEADER = ["occupation", "area", "csm_proxy", "employment", "p50", "valid_from", "valid_to"]
NATION: Rows = [
    ["A", "National", True, 300, 80000, None, None],
    ["B", "National", True, 100, 70000, None, None],
]
WEST: Rows = [["A", "West", True, None, 98000, None, None], ["B", "West", True, None, 84000, None, None]]


def test_by_hand() -> None:
    assert salary(given([HEADER, *NATION, *WEST], "west")) == 97500  # (3 × 1.225 + 1.2) / 4
    only_a = [[*row[:2], row[0] == "A", *row[3:]] for row in NATION]
    assert salary(given([HEADER, *only_a, *WEST], "West")) == 98000
    # One proxy needs nothing to be weighed by.
    assert salary(given([HEADER, ["A", "National", True, None, 80000, None, None], WEST[0]], "West")) == 98000


@pytest.mark.parametrize("place", ["Boston", "14460", "California", "CA", "National"])
def test_what_is_exported_and_given_back_gives_the_built_in_factors(place: str) -> None:
    exported = catalogue.find("wages").rows()
    own = salary(given(exported, place))
    assert own == salary({k: v for k, v in given(exported, place).items() if k != "wages"})
    assert own == round(80000 * float(places.labour(place)), 2)


@pytest.mark.parametrize("seed", range(5))
def test_against_fractions(seed: int) -> None:
    rng = random.Random(seed)
    jobs = [f"J{n}" for n in range(rng.randint(1, 4))]
    proxies = {job: rng.random() < 0.7 for job in jobs} | {jobs[0]: True}
    wages = {(job, area): round(rng.uniform(30000, 200000), 2) for job in jobs for area in ("National", "X")}
    people = {job: rng.randint(1, 9999) for job in jobs}
    rows = [[job, area, proxies[job], people[job] if area == "National" else None, wage, None, None]
            for (job, area), wage in wages.items()]  # fmt: skip
    rng.shuffle(rows)
    weighed = [(Fraction(people[job]), Fraction(str(wages[job, "X"])) / Fraction(str(wages[job, "National"])))
               for job in jobs if proxies[job]]  # fmt: skip
    factor = sum((n * ratio for n, ratio in weighed), Fraction(0)) / sum(n for n, _ in weighed)
    cents = 80000 * factor * 100
    assert salary(given([HEADER, *rows], "X")) == float(Fraction(int(cents + Fraction(1, 2)), 100))


def test_the_version_of_the_day_counts_and_no_other_day_is_taken_for_it() -> None:
    until, since = date(2025, 6, 30), date(2025, 7, 1)
    dated = [[*row[:5], None, until] for row in WEST] + [[*row[:4], 100000, since, None] for row in WEST]
    assert salary(given([HEADER, *NATION, *dated], "West", until)) == 97500
    assert salary(given([HEADER, *NATION, *dated], "West", since)) == round(
        80000 * (0.75 * 1.25 + 0.25 / 0.7), 2
    )
    stale = [[*row[:5], None, until] for row in WEST]
    error = fails(given([HEADER, *NATION, *stale], "West"))
    assert (error.code, "2025-07-01" in str(error), "reviews" in str(error)) == ("#N/A", True, True)


def test_locations_go_before_wages_and_living_is_no_wage() -> None:
    tables = given([HEADER, *NATION, *WEST], "West",
                   locations=[["location", "labour"], ["National", 1], ["West", 1.5]])  # fmt: skip
    assert salary(tables) == 120000
    tables = given([HEADER, *NATION, *WEST], "California")
    tables["reviews"][1][-1] = "living"
    assert salary(tables) == round(80000 * float(places.living("California")), 2)


@pytest.mark.parametrize(
    ("rows", "code", "says"),
    [
        ([*NATION], "#N/A", "West"),  # nothing built in is taken for it
        ([*NATION, WEST[0]], "#N/A", "median (p50) for B in West"),
        ([*NATION, WEST[0], [*WEST[1][:4], None, None, None]], "#N/A", "median (p50) for B in West"),
        ([*WEST], "#N/A", "no row for National"),
        ([[*NATION[0][:3], None, 1, None, None], NATION[1], *WEST], "#VALUE!", "employment for A in"),
        ([[*row[:2], False, *row[3:]] for row in NATION] + WEST, "#N/A", "no proxy row for National"),
        ([*NATION, *WEST, ["A", "west", True, None, 1, None, None]], "#VALUE!", "two rows of A in West"),
    ],
)  # fmt: skip
def test_what_the_table_does_not_say_is_an_error(rows: Rows, code: str, says: str) -> None:
    error = fails(given([HEADER, *rows], "West"))
    assert error.code == code
    assert says in str(error), str(error)


def test_cells_that_cannot_be_are_named() -> None:
    header = ["occupation", "area", "p10", "p50", "p90"]
    error = fails(given([header, ["A", "National", 50000, 40000, 45000], ["A", None, 0, "x", None]]))
    said = str(error)
    assert all(f"wages, row 3 ({column})" in said for column in ("area", "p10", "p50"))
    error = fails(given([header, ["A", "National", 50000, 40000, 45000]]))
    assert "wages, row 2 (p50): the wage is below the 50000 of p10" in str(error)


def test_one_table_for_the_functions_too() -> None:
    wages = [[*HEADER, "p75"], *([*row, row[4] * 1.2] for row in [*NATION, *WEST])]
    assert call("CSM_MARKETPAY", "A", "West", 0.75, wages) == pytest.approx(117600)
    assert call("CSM_MARKETPERCENTILE", 98000, "A", "West", wages) == 0.5


def test_from_the_command_line_and_a_workbook(tmp_path: Path) -> None:
    out = tmp_path / "wages.csv"
    runner = CliRunner()
    assert runner.invoke(app, ["data", "wages", "--out", str(out)]).exit_code == 0
    tables = {name: rows for name, rows in given([]).items() if name != "wages"}
    tables["results"] = [["period", "scope", "id", "measure", "actual", "goal"],
                         ["2025-Q3", "individual", "E0001", "GRR", 1, 1]]  # fmt: skip
    for name, rows in tables.items():
        (tmp_path / f"{name}.csv").write_text(csv_text(rows), encoding="utf-8")
    before = runner.invoke(app, ["pay", str(tmp_path), "--period", "2025-Q3"])
    built_in = f"{2000 * float(places.labour('Boston')):,.2f}"
    assert built_in in before.stdout
    text = out.read_text(encoding="utf-8")
    assert text.count(",98340,") == 1  # the median of 13-1199 in Boston
    for wage, status in ((110000, 0), (125000, 2)):  # p75 is 120,000
        out.write_text(text.replace(",98340,", f",{wage},"), encoding="utf-8")
        after = runner.invoke(app, ["pay", str(tmp_path), "--period", "2025-Q3"])
        assert after.exit_code == status
        assert built_in not in after.stdout
    assert "(p75): the wage is below the 125000 of p50" in after.stderr
    tables["reviews"][1][3] = "West"
    book = build(tmp_path / "book.xlsx", tables | {"wages": [HEADER, *NATION, *WEST]}, "2025-Q3", NOON)
    read = load(read_workbook(book, component_types()))
    assert read["wages"].rows == 4
    assert read["changes"].columns["base_salary"].tolist() == [97500]
