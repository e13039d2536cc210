"""Distributions and correlations on the sheet Goals: read for a simulation, and by nothing that pays."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from books import REFRESHED, edited, sheet_part, small_tables, with_cell
from typer.testing import CliRunner

from csm_xl.analysis.lint import lint
from csm_xl.analysis.simulate import simulate
from csm_xl.cli.app import app
from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.fingerprint import fingerprint
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import ASIDE
from csm_xl.plan.tables import read_tables
from csm_xl.report.review_design import cost_section
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.sheets.findings import FINDINGS
from csm_xl.xlsx.package import Package

Rows = list[list[Any]]
DISTRIBUTIONS: Rows = [
    ["measure", "kind", "mean", "spread", "low", "high", "scope", "id", "source"],
    ["GRR", "lognormal", 1.04, 0.05, None, 1.2, "team", None, "three years of results"],
]
CORRELATIONS: Rows = [["measure", "with", "correlation"], ["GRR", "company", 0.4]]


def company() -> dict[str, Rows]:
    return small_tables() | {"distributions": DISTRIBUTIONS, "correlations": CORRELATIONS}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("odds") / "odds.xlsx", company(), "2026-Q1", REFRESHED)


def raws(tables: dict[str, Rows]) -> list[RawTable]:
    return [RawTable.of_rows(rows, name) for name, rows in tables.items()]


def place(path: Path, table: str, header: str, row: int = 1) -> str:
    """The cell of a row of an Excel table, in the column whose header begins so."""
    region = next(one for one in Package(path).tables() if one.name == table)
    at = next(at for at, name in enumerate(region.headers) if name.startswith(header))
    letters = openpyxl.utils.get_column_letter(region.first_column + at)
    return f"{letters}{region.first_row + row}"


def with_goals_cell(book: Path, target: Path, reference: str, cell: str) -> Path:
    return edited(book, target, sheet_part("Goals"), lambda xml: with_cell(xml, reference, cell))


def shell(*arguments: Any) -> Any:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_workbook_folder_and_python_simulate_alike(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, rows in company().items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    wanted = simulate(raws(company()), "2026-Q1", 400, 7)
    plain = simulate(raws(small_tables()), "2026-Q1", 400, 7)
    assert wanted.figures() != plain.figures()
    assert (
        simulate(read_workbook(book, component_types()), "2026-Q1", 400, 7).totals.tobytes()
        == wanted.totals.tobytes()
    )
    for source in (book, folder):
        done = shell("simulate", source, "--period", "2026-Q1", "--trials", 400, "--seed", 7, "--json")
        assert done.exit_code == 0, done.output
        told = json.loads(done.stdout)
        assert told["figures"] == dict(wanted.figures()[1:])
        assert told["warnings"] == []


def test_what_is_handed_over_counts_in_the_place_of_what_the_tables_hold() -> None:
    tables, issues = read_tables(raws(company()), component_types())
    assert issues == []
    other = RawTable.of_rows([["measure", "kind", "spread"], ["GRR", "normal", 0]])
    still = simulate(tables, "2026-Q1", 50, 1, other)
    assert set(still.totals.tolist()) == {still.base}
    assert len(set(simulate(tables, "2026-Q1", 50).totals.tolist())) > 20


def test_another_plan_gets_the_same_odds(book: Path, tmp_path: Path) -> None:
    richer = small_tables()
    richer["plans"][1] = ["bonus", "base_bonus", "quarter", "ratio", 0.2]
    folder = tmp_path / "plans"
    folder.mkdir()
    for name in ("plans", "components", "curves", "tiers"):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(richer[name])
    done = shell("simulate", book, "--against", folder, "--period", "2026-Q1", "--trials", 200, "--json")
    assert done.exit_code == 0, done.output
    wanted = simulate(raws({**company(), "plans": richer["plans"]}), "2026-Q1", 200)
    assert json.loads(done.stdout)["against"] == dict(wanted.figures()[1:])


def test_a_review_draws_from_them(book: Path) -> None:
    def title(given: list[RawTable]) -> str:
        return cost_section(
            read_tables(given, component_types())[0], "2026-Q1", "USD", False, trials=300, seed=1, budget=None
        ).title

    assert (
        title(read_workbook(book, component_types())) == title(raws(company())) != title(raws(small_tables()))
    )


FAULTS = {
    "a word that is no kind": ("Kind", '<c {head} t="inlineStr"><is><t>bell</t></is></c>', "unknown kind"),
    "a negative spread": ("Spread", "<c {head}><v>-1</v></c>", "spread is below 0"),
    "an error": ("Mean", '<c {head} t="e"><f>1/0</f><v>#DIV/0!</v></c>', "Excel error"),
    "no stored value": ("Mean", "<c {head}><f>1+1</f></c>", "Excel error"),
    "no measure": ("Measure", "<c {head}/>", "measure is blank"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_stops_a_simulation_and_nothing_else(book: Path, tmp_path: Path, fault: str) -> None:
    header, cell, said = FAULTS[fault]
    where = place(book, "tblDistributions", header)
    bad = with_goals_cell(book, tmp_path / "bad.xlsx", where, cell)
    with pytest.raises(CsmError) as caught:
        simulate(read_workbook(bad, component_types()), "2026-Q1", 50)
    assert [(one.where, one.severity) for one in caught.value.issues] == [(f"Goals!{where}", "error")]
    assert said in caught.value.issues[0].message
    simulated = shell("simulate", bad, "--period", "2026-Q1", "--trials", 50)
    assert simulated.exit_code == 2
    assert f"Goals!{where}" in simulated.output

    assert (
        run(read_workbook(bad, component_types()), "2026-Q1").rows()
        == run(raws(small_tables()), "2026-Q1").rows()
    )
    paid = shell("pay", bad, "--period", "2026-Q1", "--json")
    assert paid.exit_code == 0, paid.output
    warned = [one for one in lint(read_workbook(bad, component_types())) if one.where == f"Goals!{where}"]
    assert [(one.severity, one.rule) for one in warned] == [("warning", "W001")]


def test_a_refresh_goes_on_and_tells_the_fault_on_checks(book: Path, tmp_path: Path) -> None:
    where = place(book, "tblDistributions", "Spread")
    bad = with_goals_cell(book, tmp_path / "bad.xlsx", where, "<c {head}><v>-1</v></c>")
    refresh_file(bad, datetime(2026, 5, 4, 8, 15))
    package = Package(bad)
    region = next(one for one in package.tables() if one.name == FINDINGS)
    values = package.cells(region.sheet).values
    row = [values.get((region.first_row + 1, region.first_column + at)) for at in range(len(region.headers))]
    assert f"Goals!{where}" in row
    assert any("spread is below 0" in str(cell) for cell in row)
    again = {raw.name: raw.rows for raw in read_workbook(bad, component_types())}
    assert again["tblDistributions"][1][:2] == ["GRR", "lognormal"]
    assert again["tblCorrelations"][1][:3] == ["GRR", "company", 0.4]


def test_a_table_given_twice_and_one_without_its_columns(tmp_path: Path) -> None:
    lacking = RawTable.of_rows([["measure", "spread"], ["GRR", 0.1]], "distributions")
    twice = RawTable.of_rows(CORRELATIONS, "correlations")
    tables = [*raws(small_tables()), lacking, twice, twice]
    assert run(tables, "2026-Q1").rows() == run(raws(small_tables()), "2026-Q1").rows()
    with pytest.raises(CsmError) as caught:
        simulate(tables, "2026-Q1", 50)
    said = sorted(one.message for one in caught.value.issues)
    assert said[0] == "the column kind of distributions is missing"
    assert said[1].startswith("the table correlations is given twice")


def test_plans_and_their_fingerprint_know_nothing_of_them(book: Path, tmp_path: Path) -> None:
    with_odds, plain = (
        read_tables(raws(given), component_types())[0] for given in (company(), small_tables())
    )
    assert fingerprint(with_odds) == fingerprint(plain)
    mine = tmp_path / "mine.xlsx"
    mine.write_bytes(book.read_bytes())
    folder = tmp_path / "plans"
    assert shell("plans", "export", mine, folder).exit_code == 0
    assert not any("lognormal" in file.read_text(encoding="utf-8") for file in folder.iterdir())
    toml = folder / "bonus.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace("target_value = 0.1", "target_value = 0.12"), encoding="utf-8")
    assert toml.read_text(encoding="utf-8") != text
    done = shell("plans", "import", folder, mine)
    assert done.exit_code == 0, done.output
    before, after = (
        {raw.name: raw.rows for raw in read_workbook(path, component_types())} for path in (book, mine)
    )
    assert after["tblPlans"] != before["tblPlans"]
    for name in ASIDE:
        assert after[f"tbl{name.capitalize()}"] == before[f"tbl{name.capitalize()}"]


def test_measures_are_offered_and_others_may_be_typed(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    page = workbook["Goals"]
    assert workbook.defined_names["Measures"].value == "tblComponents[Measure]"
    for table, header in (
        ("tblDistributions", "Measure"), ("tblCorrelations", "Measure"), ("tblCorrelations", "With"),
    ):  # fmt: skip
        cell = place(book, table, header)
        (rule,) = [one for one in page.data_validations.dataValidation if cell in one.sqref]
        assert (rule.type, rule.formula1, rule.errorStyle) == ("list", "Measures", "information")
    (kind,) = [one for one in page.data_validations.dataValidation
               if place(book, "tblDistributions", "Kind") in one.sqref]  # fmt: skip
    assert kind.formula1 == '"normal,lognormal,beta,empirical,churn"'
    assert kind.errorStyle != "information"


def test_the_sample_says_how_its_results_may_turn_out() -> None:
    from csm_xl.workbook.sample import sample_raw_tables

    read, issues = read_tables(sample_raw_tables(), component_types())
    assert issues == []
    assert all(read[name].rows > 1 for name in ASIDE)
    notes = simulate(sample_raw_tables(), "2026", 20).notes
    assert not any("standard deviation 0.1" in note for note in notes)
