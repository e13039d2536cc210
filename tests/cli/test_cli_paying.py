"""``csm-xl new``, ``pay`` and ``explain``: from files to pay, with every fault told in words."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from commands import shell
from typer.testing import CliRunner

from csm_xl.cli import app
from csm_xl.cli.files import csv_text, read_input
from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.plan.schema import schemas
from csm_xl.plan.templates import template_text
from csm_xl.workbook.sample import sample_of

runner = CliRunner()


def export(folder: Path, *without: str) -> Path:
    """The sample of the starter plan as somebody's folder of CSV exports."""
    folder.mkdir()
    for raw in sample_of("starter"):
        if raw.name not in without:
            (folder / f"{raw.name}.csv").write_text(csv_text(raw.rows), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def lines() -> list[list[Any]]:
    header, *rows = run(sample_of("starter"), "2026").rows()
    (roster,) = (raw for raw in sample_of("starter") if raw.name == "roster")
    columns = [list(roster.rows[0]).index(name) for name in ("employee_id", "employee_name")]
    names = dict([row[at] for at in columns] for row in roster.rows[1:])
    return [[*header[:2], "employee_name", *header[2:], "currency"],
            *([*row[:2], names[row[1]], *row[2:], "USD"] for row in rows)]  # fmt: skip


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "plan.xlsx"
    status, out, _ = shell("new", path, "--plan", "starter")
    assert status == 0
    assert f"Open: {path}" in out
    return path


def test_pay_of_a_folder_writes_what_the_engine_computes(tmp_path: Path, lines: list[list[Any]]) -> None:
    out = tmp_path / "payouts.csv"
    status, shown, told = shell("pay", export(tmp_path / "exports"), "--period", "2026", "--out", out)
    assert status == 0
    assert "starter_am" in shown
    assert f"{len(lines) - 1} payout lines written" in told
    assert out.read_text(encoding="utf-8") == csv_text(lines)


def test_lines_written_into_the_folder_are_not_read_as_paid(tmp_path: Path) -> None:
    folder = export(tmp_path / "exports")
    before = [table.name for table in read_input(folder)]
    assert shell("pay", folder, "--out", folder / "what we paid.csv")[0] == 0
    assert [table.name for table in read_input(folder)] == before


def test_pay_of_a_workbook_is_the_same_and_the_plan_may_be_toml(
    tmp_path: Path, workbook: Path, lines: list[list[Any]]
) -> None:
    folder = export(tmp_path / "exports", "plans", "components", "curves", "tiers")
    (folder / "plan.toml").write_text(template_text("starter"), encoding="utf-8")
    for source in (workbook, folder):
        status, out, _ = shell("pay", source, "--json")
        assert status == 0
        document = json.loads(out)
        assert document["periods"] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
        assert [list(line.values()) for line in document["lines"]] == lines[1:]


def test_totals_are_the_sums_of_the_lines(tmp_path: Path) -> None:
    status, out, _ = shell("pay", export(tmp_path / "exports"), "--period", "2026-Q2", "--json")
    assert status == 0
    document = json.loads(out)
    for total in document["totals"]:
        of_person = [
            line["amount"] for line in document["lines"] if line["employee_id"] == total["employee_id"]
        ]
        assert total["variable"] == pytest.approx(sum(of_person), abs=1e-9)


def test_lines_as_a_workbook(tmp_path: Path, lines: list[list[Any]]) -> None:
    out = tmp_path / "payouts.xlsx"
    assert shell("pay", export(tmp_path / "exports"), "--period", "2026", "--out", out)[0] == 0
    read = [list(row) for row in openpyxl.load_workbook(out)["Payouts"].iter_rows(values_only=True)]
    assert read[0] == lines[0]
    for wrote, line in zip(read[1:], lines[1:], strict=True):
        # The file keeps 16 digits of a number.
        assert wrote == [pytest.approx(cell, rel=1e-15) if type(cell) is float else cell for cell in line]


def test_every_fault_has_a_line_and_nothing_is_written(tmp_path: Path) -> None:
    folder = export(tmp_path / "exports")
    text = (folder / "roster.csv").read_text().splitlines()
    text[1] = text[1].replace("starter", "startr", 1)
    text[3] = text[3].replace(text[3].split(",")[2], "lots", 1)
    (folder / "roster.csv").write_text("\n".join(text))
    out = tmp_path / "payouts.csv"
    status, shown, told = shell("pay", folder, "--out", out)
    assert (status, shown, out.exists()) == (2, "", False)
    assert "roster.csv row 2 (plan_id)" in told
    assert "Did you mean 'starter'?" in told
    assert "roster.csv row 4 (base_salary)" in told
    assert "Traceback" not in told
    status, shown, told = shell("pay", folder, "--json")
    assert (status, told) == (2, "")
    assert {issue["where"] for issue in json.loads(shown)["errors"]} == {
        "roster.csv row 2 (plan_id)",
        "roster.csv row 4 (base_salary)",
    }


def test_skip_errors_leaves_out_and_lists(tmp_path: Path, lines: list[list[Any]]) -> None:
    folder = export(tmp_path / "exports")
    text = (folder / "results.csv").read_text().splitlines()
    text = [line for line in text if not line.startswith("2026-Q1,team,Enterprise West")]
    (folder / "results.csv").write_text("\n".join(text))
    status, _, told = shell("pay", folder, "--period", "2026-Q1")
    assert status == 2
    assert "Enterprise West" in told
    status, out, _ = shell("pay", folder, "--period", "2026-Q1", "--skip-errors", "--json")
    document = json.loads(out)
    left_out = {each["employee_id"] for each in document["left_out"]}
    paid = {line["employee_id"] for line in document["lines"]}
    everyone = {line[1] for line in lines[1:] if line[0] == "2026-Q1"}
    assert status == 0
    assert left_out
    assert paid == everyone - left_out
    status, _, told = shell("pay", folder, "--period", "2026-Q1", "--skip-errors")
    assert status == 0
    assert all(name in told for name in left_out)


def test_every_period_tells_what_it_lacks(tmp_path: Path) -> None:
    folder = export(tmp_path / "exports")
    text = (folder / "results.csv").read_text().splitlines()
    gone = ("2026-Q1,team,Enterprise West", "2026-Q3,team,Enterprise West")
    (folder / "results.csv").write_text("\n".join(line for line in text if not line.startswith(gone)))
    out = tmp_path / "payouts.csv"
    status, _, told = shell("pay", folder, "--out", out)
    assert (status, out.exists()) == (2, False)
    assert "for 2026-Q1" in told
    assert "for 2026-Q3" in told
    roster = (folder / "roster.csv").read_text().replace("2024-", "soon-", 1)
    (folder / "roster.csv").write_text(roster)
    status, shown, _ = shell("pay", folder, "--period", "2026-Q1", "--json")
    places = {issue["where"] for issue in json.loads(shown)["errors"]}
    assert status == 2
    assert "results.csv" in places
    assert any("hire_date" in place for place in places)


def test_without_results_the_period_must_be_said(tmp_path: Path) -> None:
    folder = export(tmp_path / "exports", "results", "goals")
    status, _, told = shell("pay", folder)
    assert status == 2
    assert "--period" in told


def test_a_workbook_from_ones_own_exports(tmp_path: Path, lines: list[list[Any]]) -> None:
    folder = export(tmp_path / "exports")
    (folder / "roster.csv").rename(folder / "people 2026.csv")
    path = tmp_path / "mine.xlsx"
    words = ["new", path, "--roster", folder / "people 2026.csv", "--changes", folder / "changes.csv"]
    for name in ("results", "goals", "deals", "credits"):
        words += [f"--{name}", folder / f"{name}.csv"]
    status, out, told = shell(*words)
    assert (status, f"Open: {path}" in out, told) == (0, True, "")
    payouts = openpyxl.load_workbook(path, data_only=True)["Payouts"]
    amounts = sum(line[lines[0].index("amount")] for line in lines[1:])
    cells = [cell for row in payouts.iter_rows(values_only=True) for cell in row if cell == "E0001"]
    assert len(cells) == sum(line[1] == "E0001" for line in lines)
    document = json.loads(shell("pay", path, "--json")[1])
    assert sum(line["amount"] for line in document["lines"]) == pytest.approx(amounts)


def test_new_takes_a_plan_of_ones_own_and_says_which_periods_it_leaves(tmp_path: Path) -> None:
    folder = export(tmp_path / "exports")
    (folder / "mine.toml").write_text(template_text("starter").replace("value = 0.1", "value = 0.2"))
    for name in ("results", "goals"):
        rows = (folder / f"{name}.csv").read_text().splitlines()
        early = [row for row in rows if "2026-Q3" not in row and "2026-Q4" not in row]
        (folder / f"{name}.csv").write_text("\n".join(early))
    words: list[str | Path] = ["new", tmp_path / "mine.xlsx", "--plan", folder / "mine.toml"]
    for name in ("roster", "changes", "results", "goals", "deals", "credits"):
        words += [f"--{name}", folder / f"{name}.csv"]
    status, _, told = shell(*words)
    assert (status, "also results for 2026-Q1;" in told, "not of 2026-Q2" in told) == (0, True, True)
    mine = json.loads(shell("pay", tmp_path / "mine.xlsx", "--period", "2026-Q2", "--json")[1])["lines"]
    template = run(sample_of("starter"), "2026-Q2").rows()
    target = template[0].index("target_incentive")
    assert mine
    assert [each["target_incentive"] for each in mine] == [
        pytest.approx(2 * row[target]) for row in template[1:]
    ]
    status, _, told = shell(*words, "--force", "--period", "2026-Q1")
    assert (status, "2026-Q2 too" in told, "not of 2026-Q1" in told) == (0, False, True)
    status, _, told = shell("new", tmp_path / "b.xlsx", "--plan", folder / "nowhere.toml")
    assert (status, "nowhere.toml" in told) == (2, True)
    status, _, told = shell("new", tmp_path / "b.xlsx", "--plan", folder / "mine.toml")
    assert (status, "roster is missing" in told) == (2, True)


def test_new_overwrites_nothing_and_says_what_it_lacks(tmp_path: Path, workbook: Path) -> None:
    before = workbook.read_bytes()
    status, _, told = shell("new", workbook)
    assert (status, "--force" in told, workbook.read_bytes() == before) == (2, True, True)
    status, _, told = shell("new", tmp_path / "a.xlsx", "--plan", "startr")
    assert (status, "Did you mean 'starter'?" in told) == (2, True)
    assert shell("new", tmp_path / "a.txt")[0] == 2
    folder = export(tmp_path / "exports")
    status, _, told = shell("new", tmp_path / "a.xlsx", "--results", folder / "results.csv")
    assert (status, "roster is missing" in told) == (2, True)
    status, _, told = shell("new", tmp_path / "a.xlsx", "--plans", folder / "plans.csv", "--plan", "starter")
    assert (status, "not both" in told) == (2, True)
    assert not (tmp_path / "a.xlsx").exists()


def test_new_takes_every_table_there_is() -> None:
    status, out, _ = shell("new", "--help")
    assert status == 0
    for name in schemas(component_types()):
        assert f"--{name.replace('_', '-')} " in out


def test_explain_tells_the_steps_to_the_amount(workbook: Path, lines: list[list[Any]]) -> None:
    amount = sum(line[lines[0].index("amount")] for line in lines[1:] if line[:2] == ["2026-Q1", "E0001"])
    status, out, _ = shell("explain", workbook, "E0001", "2026-Q1", "--json")
    steps = json.loads(out)
    assert status == 0
    assert steps[-1]["value"] == amount
    assert any("Roster!C7" in step["source"] for step in steps)
    status, out, _ = shell("explain", workbook, "E0001", "2026-Q1")
    assert (status, f"{amount:,.2f}".rstrip("0").rstrip(".") in out) == (0, True)
    status, _, told = shell("explain", workbook, "E9999", "2026-Q1")
    assert (status, "not on the roster" in told) == (2, True)


def command(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).with_name("csm-xl")
    return subprocess.run([script, *map(str, words)], capture_output=True, text=True, check=False, **options)


def test_the_script_itself(workbook: Path) -> None:
    done = command("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("csm-xl ")
    done = command("pay", workbook, "--period", "2026-13")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error ")
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    done = command("pay", workbook, "--perod", "2026")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_a_reader_that_goes_away_is_no_error(workbook: Path) -> None:
    script = Path(sys.executable).with_name("csm-xl")
    with subprocess.Popen(
        [script, "pay", workbook, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == ""


def test_a_narrow_code_page_gets_no_traceback(workbook: Path) -> None:
    done = command("functions", env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "CSM_TOTALCOMP" in done.stdout


def test_commands_read_back_csv_as_written(tmp_path: Path) -> None:
    out = tmp_path / "payouts.csv"
    assert shell("pay", export(tmp_path / "exports"), "--period", "2026-Q3", "--out", out)[0] == 0
    with out.open(newline="", encoding="utf-8") as file:
        header, *body = csv.reader(file)
    names = ["period", "employee_id", "employee_name", "plan_id", "component_id", "type"]
    assert header[:6] == names
    assert {row[0] for row in body} == {"2026-Q3"}


def test_the_total_of_a_workbook_is_of_the_year_that_control_asks_for(tmp_path: Path) -> None:
    folder = export(tmp_path / "exports")
    results, goals = folder / "results.csv", folder / "goals.csv"
    for file in (results, goals):
        header, *rows = file.read_text(encoding="utf-8").splitlines()
        early = [row.replace("2026-", "2025-") for row in rows]
        file.write_text("\n".join([header, *early, *rows]) + "\n", encoding="utf-8")
    given = [(f"--{file.stem.replace('_', '-')}", file) for file in sorted(folder.glob("*.csv"))]
    words = [word for pair in given for word in pair]
    path = tmp_path / "plan.xlsx"
    status, _, told = shell("new", path, "--period", "2025-Q2", *words)
    assert status == 0, told
    assert json.loads(shell("pay", path, "--total", "--json")[1])["year"] == "2025"
    assert json.loads(shell("pay", folder, "--total", "--json", "--tax-year", "2025")[1])["year"] == "2026"


def test_a_new_workbook_brings_the_rows_of_each_curve_and_tier_table_together(tmp_path: Path) -> None:
    tables = {
        "plans": ["plan_id,model,pay_period,target_basis,target_value", "q,base_quota,quarter,amount,5000"],
        "components": ["plan_id,component_id,type,measure,weight,tier_id,curve_id", "q,sales,commission,,,t,",
                       "q,c1,metric,GRR,0.5,,ca", "q,c2,metric,NRR,0.5,,cb"],
        "tiers": ["tier_id,from,rate", "t,0,0.04", "u,0,0.5", "t,1000,0.06", "u,100,0.6"],
        "curves": ["curve_id,attainment,payout,mode", "ca,0.8,0.5,linear", "cb,0.9,0.7,step", "ca,1,1,",
                   "cb,1,1,", "ca,1.2,1.5,"],
        "roster": ["employee_id,plan_id,base_salary,hire_date", "E1,q,80000,2024-01-01"],
        "results": ["period,scope,id,measure,actual,goal", "2026-Q2,individual,E1,GRR,0.9,0.92",
                    "2026-Q2,individual,E1,NRR,1.02,1.05"],
        "deals": ["deal_id,date,amount,employee_id", "d1,2026-04-15,250000,E1"],
    }  # fmt: skip
    given: list[str] = []
    for name, rows in tables.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(rows) + "\n", "utf-8")
        given += [f"--{name}", str(tmp_path / f"{name}.csv")]
    book = tmp_path / "book.xlsx"
    assert runner.invoke(app, ["new", str(book), *given]).exit_code == 0
    sheet = openpyxl.load_workbook(book)["Curves"]
    (top,) = {cell.row for row in sheet.iter_rows(max_row=9) for cell in row if cell.value == "Tier id"}
    shown = {str(cell.value): cell.column for cell in reversed(sheet[top]) if cell.value}
    for head, ids in (("Curve id", "ca ca ca cb cb"), ("Tier id", "t t u u")):
        column = shown[head]
        found = [sheet.cell(row, column).value for row in range(top + 1, top + 1 + len(ids.split()))]
        assert found == ids.split()
    assert runner.invoke(app, ["check", str(book)]).exit_code == 0
