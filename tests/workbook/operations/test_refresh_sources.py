"""Where a refresh takes its tables from: the workbook, folders, a scenario over them; nothing is edited."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from books import small_tables
from typer.testing import CliRunner

from csm_xl.cli.app import app
from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.plan.toml import to_toml
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.operations.refresh.scenario import overlaid
from csm_xl.workbook.operations.refresh.state import state_of
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, patch

LATER = datetime(2026, 5, 4, 8, 15)
PLAN = ("plans", "components", "curves", "tiers")
Rows = list[list[Any]]


def setting(source: Path, target: Path, **said: Any) -> Path:
    """A copy of a workbook with other settings on Control."""
    package = Package(source)
    places = state_of(package, load(package)).places
    patch(package, Edit(cells={places[name]: value for name, value in said.items()}), target)
    return target


def amounts(path: Path) -> list[tuple[Any, ...]]:
    package = Package(path)
    state = state_of(package, load(package))
    names = ("period", "employee_id", "component_id", "amount")
    return list(zip(*(state.column("tblPayouts", name) for name in names), strict=True))


def paid(tables: dict[str, Rows]) -> list[tuple[Any, ...]]:
    header, *lines = run([RawTable.of_rows(rows, name) for name, rows in tables.items()], "2026-Q1").rows()
    at = [header.index(name) for name in ("period", "employee_id", "component_id", "amount")]
    return [tuple(line[place] for place in at) for line in lines]


def inputs(path: Path) -> dict[str, Any]:
    package = Package(path)
    return {raw.name or "": raw.rows for raw in state_of(package, load(package)).raws}


def write_csv(folder: Path, name: str, rows: Rows) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["" if cell is None else cell for cell in row] for row in rows])


def test_the_plan_of_a_folder_pays_and_the_sheets_stay(small: Path, tmp_path: Path) -> None:
    tables = small_tables()
    tables["components"][1][3], tables["components"][2][3] = 0.25, 0.75
    tables["curves"][2][2] = 1.1
    read = read_strict(
        [RawTable.of_rows(rows, name) for name, rows in tables.items()], component_types(), PAY_TABLES
    )
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "all.toml").write_text(to_toml(read), encoding="utf-8")
    path = setting(small, tmp_path / "plan.xlsx", plan_source="plan")
    before = inputs(path)
    refresh_file(path, LATER)
    assert amounts(path) == paid(tables) and amounts(path) != paid(small_tables())
    assert inputs(path) == before
    assert [str(issue) for issue in check(path)] == []


def test_results_of_a_folder_pay_and_the_sheets_stay(small: Path, tmp_path: Path) -> None:
    tables = small_tables()
    tables["results"][1][4] = 0.99
    tables["deals"].append(["D2", date(2026, 3, 9), 44_000, "E3"])
    for name in ("results", "deals", "goals"):
        write_csv(tmp_path / "exports", name, tables[name])
    write_csv(tmp_path / "exports", "payouts", [["period", "employee_id", "amount"], ["2026-Q1", "E2", 1]])
    path = setting(small, tmp_path / "plan.xlsx", results_source="exports")
    before = inputs(path)
    refresh_file(path, LATER)
    assert amounts(path) == paid(tables) and amounts(path) != paid(small_tables())
    assert inputs(path) == before
    assert [str(issue) for issue in check(path)] == []


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"plan_source": "nowhere"}, r"Control!B\d+: no such folder"),
        ({"results_source": "empty"}, r"Control!B\d+: the folder has no table of results"),
        ({"plan_source": "empty"}, r"Control!B\d+: the folder has no table of a plan"),
        ({"scenario": "more"}, r"Control!B\d+: unknown scenario"),
        ({"scenario": "more.toml"}, r"Control!B\d+: no such scenario file"),
    ],
)
def test_what_is_not_there_is_said_with_its_cell(
    small: Path, tmp_path: Path, said: dict[str, str], message: str
) -> None:
    (tmp_path / "empty").mkdir()
    path = setting(small, tmp_path / "plan.xlsx", **said)
    before = amounts(path)
    with pytest.raises(CsmError, match=message):
        refresh_file(path, LATER)
    assert amounts(path) == before


def test_a_scenario_of_a_toml_file_stands_over_the_plan(small: Path, tmp_path: Path) -> None:
    (tmp_path / "more.toml").write_text(
        '[[components]]\nplan_id = "deals"\ncomponent_id = "upsell"\ntype = "commission"\nmax_amount = 500\n'
        '[[curves]]\ncurve_id = "c1"\npoints = [[0.5, 2], [1, 3]]\n',
        encoding="utf-8",
    )
    path = setting(small, tmp_path / "plan.xlsx", scenario="more.toml")
    before = inputs(path)
    refresh_file(path, LATER)
    tables = small_tables()
    most = ["max_amount", None, None, 500]
    tables["components"] = [[*row, cell] for row, cell in zip(tables["components"], most, strict=True)]
    tables["curves"] = [["curve_id", "attainment", "payout"], ["c1", 0.5, 2], ["c1", 1, 3]]
    assert amounts(path) == paid(tables) and amounts(path) != paid(small_tables())
    assert inputs(path) == before
    assert [str(issue) for issue in check(path)] == []


SAID: Rows = [
    ["Scenario", "Table", "Id", "Column", "Value"],
    ["raise", "roster", "00123", "base_salary", "*1.1"],
    ["raise", "Components", "bonus/grr", "weight", 0.4],
    ["raise", "components", "bonus / goals", "Weight (%)", 0.6],
    ["all", "roster", None, "base_salary", "×2"],
    ["bad", "roster", "E9", "base_salary", 1],
    ["bad", "rosta", "E2", "base_salary", 1],
    ["bad", "roster", "E2", "base_pay", 1],
    ["bad", "roster", "E2", "base_salary", "*"],
]


def over(name: str) -> dict[str, Rows]:
    raws = [RawTable.of_rows(rows, table) for table, rows in small_tables().items()]
    said = RawTable.of_sheet("What-if", SAID, "tblScenarios", 6, 2)
    found = overlaid(raws, name, said, Path(), "Control!B10")
    return {str(raw.name): [list(row) for row in raw.rows] for raw in found}


def test_a_scenario_of_the_workbook_changes_what_it_names_and_no_more() -> None:
    tables = small_tables()
    tables["roster"][1][2] = pytest.approx(99_000)
    tables["components"][1][3], tables["components"][2][3] = 0.4, 0.6
    assert over("Raise") == tables
    assert [row[2] for row in over("all")["roster"][1:]] == [180_000, 160_000, 140_000]


def test_equity_is_valued_from_the_as_of_date(tmp_path: Path) -> None:
    """Prices of later days are not known yet: the latest that is grows on; a blank knows the whole period."""
    tables = small_tables()
    tables["grants"] = [["employee_id", "grant_date", "shares", "schedule"],
                        ["00123", date(2025, 1, 1), 400, "25/25/25/25"]]  # fmt: skip
    tables["prices"] = [["date", "price", "growth"], [date(2025, 1, 1), 10, 0.1], [date(2025, 12, 1), 30, 0]]
    for quarter in ("2026-Q2", "2026-Q3", "2026-Q4"):
        tables["results"].append([quarter, "team", "East", "GRR", 0.95, 0.92])
        tables["goals"] += [[quarter, who, "x", 1, 1] for who in ("00123", "E2")]
    path = build(tmp_path / "plan.xlsx", tables, "2026", LATER)
    found = {}
    for day in (None, date(2025, 11, 30), date(2025, 12, 1), date(2030, 1, 1)):
        seen = setting(path, tmp_path / f"{day}.xlsx", as_of=day)
        refresh_file(seen, LATER)
        package = Package(seen)
        [found[day]] = state_of(package, load(package)).column("tblRewards", "equity_vested")
        assert [str(issue) for issue in check(seen)] == []
        assert inputs(seen)["tblPrices"] == inputs(path)["tblPrices"]
    assert list(found.values()) == [3000, 100 * 11, 3000, 3000]
    early = setting(path, tmp_path / "early.xlsx", as_of=date(2024, 12, 31))
    with pytest.raises(CsmError, match=r"Control!B8: no share price is known.*2024-12-31.*2025-01-01"):
        refresh_file(early, LATER)


def test_each_bad_row_of_a_scenario_is_told_with_its_cell() -> None:
    with pytest.raises(CsmError) as caught:
        over("bad")
    said = [str(issue) for issue in caught.value.issues]
    assert len(said) == 4
    for row, words in zip((11, 12, 13, 14), ("no row", "no table", "no column", "no number"), strict=True):
        assert any(f"row {row}" in one and words in one for one in said), (row, said)


def test_one_value_for_several_points_of_a_curve_is_refused_and_a_factor_is_not() -> None:
    rows = [["curve_id", "attainment", "payout"], ["C", 0.9, 0.5], ["C", 1, 1]]
    header = ["scenario", "table", "id", "column", "value"]

    def scenario(row: str, value: object) -> list[object]:
        said = RawTable.of_rows([header, ["S", "curves", row, "payout", value]], "tblScenarios")
        found = overlaid([RawTable.of_rows(rows, "curves")], "S", said, Path(), "Control!B10")
        return [line[2] for line in found[0].rows[1:]]

    with pytest.raises(CsmError, match="curves have 2 rows 'C', and all would have this payout"):
        scenario("C", 2)
    assert scenario("C/1", 2) == [0.5, 2]
    assert scenario("C", "*2") == [1.0, 2.0]


@pytest.mark.parametrize("asked", ["scenario", "plan_source", "results_source"])
def test_every_command_pays_what_control_says(small: Path, tmp_path: Path, asked: str) -> None:
    tables = small_tables()
    tables["components"][1][3], tables["components"][2][3] = 0.25, 0.75
    read = read_strict(
        [RawTable.of_rows(rows, name) for name, rows in tables.items()], component_types(), PAY_TABLES
    )
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "all.toml").write_text(to_toml(read), encoding="utf-8")
    results = small_tables()["results"]
    results[1][results[0].index("actual")] = 0.5
    write_csv(tmp_path / "results", "results", results)
    said = {"scenario": "plan/all.toml", "plan_source": "plan", "results_source": "results"}
    path = setting(small, tmp_path / "plan.xlsx", **{asked: said[asked]})
    refresh_file(path, LATER)
    assert amounts(path) != amounts(small)

    def run_command(*words: str) -> Any:
        done = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.stderr
        assert said[asked] in done.stderr
        return json.loads(done.stdout)

    lines = run_command("pay", str(path), "--period", "2026-Q1")["lines"]
    names = ("period", "employee_id", "component_id", "amount")
    assert [tuple(line[name] for name in names) for line in lines] == amounts(path)
    person = lines[0]["employee_id"]
    steps = run_command("explain", str(path), person, "2026-Q1")
    total = sum(line["amount"] for line in lines if line["employee_id"] == person)
    assert round(steps[-1]["value"], 2) == round(total, 2)
    assert check(path) == []
