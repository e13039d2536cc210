"""Everything that a person typed is used, or named as not used, by every command."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from books import sheet_part
from openpyxl import load_workbook
from typer.testing import CliRunner

import csm_xl
from csm_xl.cli import app

TEMPLATES = Path(csm_xl.__file__).parent / "plan" / "templates"
runner = CliRunner()
ROSTER = """Employee ID,Plan ID,Base Salary,Hire Date,Termination Date,FTE%,Team,FLSA status,Gender
001071,starter,80500,2022-01-01,2026-05-15,100%,A,exempt,f
001065,starter,75500,2022-01-01,,80%,A,exempt,m
"""
RESULTS = "Period,Scope,ID,Measure,Actual,Goal\n2026-Q2,team,A,GRR,0.92,0.92\n"
GOALS = "Period,Employee ID,Goal,Weight,Score\n2026-Q2,001071,g,1,1\n2026-Q2,001065,g,1,1\n"
MAPPED = ("--map", "Termination Date=leave_date", "--map", "roster: FTE% = fte")
IGNORED = ("--ignore-column", "FLSA status")


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    for name, text in (("roster", ROSTER), ("results", RESULTS), ("goals", GOALS)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def new(folder: Path, *options: str) -> tuple[int, str, str]:
    files = [f"--{name}={folder / name}.csv" for name in ("roster", "results", "goals")]
    done = runner.invoke(app, ["new", str(folder / "plan.xlsx"), "--force", *files, *options])
    return done.exit_code, done.stdout, done.stderr


def cells(path: Path, sheet: str) -> dict[str, object]:
    return {cell.coordinate: cell.value for row in load_workbook(path)[sheet].iter_rows() for cell in row}


def test_columns_that_may_change_pay_stop_everyone_until_they_are_mapped(exports: Path) -> None:
    status, _, said = new(exports)
    assert status == 2 and not (exports / "plan.xlsx").exists()
    for header, meant in (("Termination Date", "leave_date"), ("FTE%", "fte"), ("FLSA status", "")):
        line = next(line for line in said.splitlines() if f"({header})" in line)
        assert (line.startswith("E002 roster.csv row 1") and f"probably means {meant}" in line) or not meant
    status, shown, said = new(exports, *MAPPED, *IGNORED)
    assert status == 0, said
    assert re.search(r"001071\s+USD\s+995\.19\s+995\.20", shown) and re.search(
        r"001065\s+USD\s+1,510\.00", shown
    )
    assert "note roster.csv row 1 (Gender): 1 column is not used: roster: Gender" in said


def test_a_workbook_keeps_what_was_decided(exports: Path) -> None:
    assert new(exports, *MAPPED, *IGNORED)[0] == 0
    path = exports / "plan.xlsx"
    assert "# FLSA status" in cells(path, "Roster").values()
    for command in ("refresh", "check", "pay"):
        done = runner.invoke(app, [command, str(path)])
        assert done.exit_code == 0, done.output
        assert "1 column is not used: roster: Gender" in done.stderr
    assert any("roster: Gender" in str(value) for value in cells(path, "Checks").values())
    linted = runner.invoke(app, ["lint", str(path), "--json"])
    assert "N001" in {one["rule"] for one in json.loads(linted.stdout)["findings"]}


def test_a_folder_takes_decisions_from_its_plan(exports: Path) -> None:
    exported = runner.invoke(app, ["pay", str(exports)])
    assert exported.exit_code == 2
    from csm_xl.plan.templates import template_text

    decided = (
        'columns = { roster = { "Termination Date" = "leave_date", "FTE%" = "fte" } }\n'
        'ignore = { roster = ["FLSA status"] }\n'
    )
    (exports / "plan.toml").write_text(decided + template_text("starter"), encoding="utf-8")
    paid = runner.invoke(app, ["pay", str(exports), "--period", "2026-Q2"])
    assert paid.exit_code == 0, paid.output
    assert re.search(r"001071\s+USD\s+995\.19\s+995\.20", paid.stdout)


def test_a_refresh_writes_decisions_to_control(exports: Path) -> None:
    (exports / "roster.csv").write_text(ROSTER.replace("FLSA status", "comment"), encoding="utf-8")
    assert new(exports, *MAPPED)[0] == 0
    path = exports / "plan.xlsx"
    path = altered(path, exports / "stage.xlsx", lambda _, text: text.replace("Gender", "Stage"))
    refused = runner.invoke(app, ["refresh", str(path)])
    assert refused.exit_code == 2 and "E002" in refused.stderr
    done = runner.invoke(app, ["refresh", str(path), "--ignore-column", "roster: Stage"])
    assert done.exit_code == 0, done.output
    assert "roster: Stage" in cells(path, "Control").values()
    assert runner.invoke(app, ["refresh", str(path)]).exit_code == 0


@pytest.mark.parametrize(
    ("change", "rule", "says"),
    [
        (("80%", "80"), "E607", "fte is 80, a ratio: it means 8,000%"),
        (("75500", "75.5"), "E511", "in thousands"),
        (("75500", "955000"), "E511", "does it have a digit too many?"),
        (("2022-01-01,,", "2022-01-01,9999-12-31,"), "E706", "leave_date is 9999-12-31"),
        (("75500,2022-01-01", "75500,1922-01-01"), "E706", "hire_date is 1922-01-01"),
    ],
)
def test_a_value_that_cannot_be_meant_stops_until_it_is_accepted(
    exports: Path, change: tuple[str, str], rule: str, says: str
) -> None:
    (exports / "roster.csv").write_text(ROSTER.replace(*change), encoding="utf-8")
    status, _, said = new(exports, *MAPPED, *IGNORED)
    assert status == 2 and says in said and f"{rule} roster.csv row" in said, said
    assert f"--accept {rule}" in said
    status, _, said = new(exports, *MAPPED, *IGNORED, "--accept", rule)
    assert status == 0 and f"warning {rule}" in said, said
    path = exports / "plan.xlsx"
    assert rule in cells(path, "Control").values()
    assert f"built, accepted: {rule}" in cells(path, "Log").values()
    done = runner.invoke(app, ["refresh", str(path)])
    assert done.exit_code == 0 and f"refreshed, accepted: {rule}" in cells(path, "Log").values()
    assert runner.invoke(app, ["check", str(path)]).exit_code == 0


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        ("roster", ("80%", "8%"), "W613 roster.csv row 3 (fte): fte is 0.08, a ratio: it means 8%"),
        ("roster", ("80%", "120%"), "W613 roster.csv row 3 (fte): fte is 1.2, a ratio: it means 120%"),
        ("results", ("0.92,0.92", "0.12,0.92"), "W610 results.csv row 2 (goal): the actual 0.12 is 1/7.7 of"),
    ],
)
def test_a_value_that_is_rarely_meant_is_named_wherever_it_pays(
    exports: Path, file: str, change: tuple[str, str], says: str
) -> None:
    path = exports / f"{file}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    status, _, said = new(exports, *MAPPED, *IGNORED)
    assert status == 0 and f"warning {says}" in said, said
    message = says.partition(": ")[2]
    book = exports / "plan.xlsx"
    for command in ("refresh", "pay", "check"):
        done = runner.invoke(app, [command, str(book)])
        assert done.exit_code == 0 and message in done.stderr, done.output
    assert any(message in str(value) for value in cells(book, "Checks").values())


@pytest.mark.parametrize(
    ("change", "rule", "says"),
    [
        (
            ("0.92,0.92", "1.94,0.92"),
            "E605",
            "(actual): GRR of A is 1.94: GRR is never below 0% or above 100%",
        ),
        (
            ("0.92,0.92", "94%,9.2%"),
            "E608",
            "(goal): the actual is 0.94 and the goal 0.092: no GRR is 10 times",
        ),
    ],
)
def test_a_result_that_cannot_be_stops_until_it_is_accepted(
    exports: Path, change: tuple[str, str], rule: str, says: str
) -> None:
    (exports / "results.csv").write_text(RESULTS.replace(*change), encoding="utf-8")
    status, _, said = new(exports, *MAPPED, *IGNORED)
    assert status == 2 and f"{rule} results.csv row 2 {says}" in said, said
    assert new(exports, *MAPPED, *IGNORED, "--accept", rule)[0] == 0


def test_a_score_on_a_scale_is_no_percentage(exports: Path) -> None:
    (exports / "goals.csv").write_text(GOALS.replace("g,1,1", "g,1,2.5", 1), encoding="utf-8")
    status, _, said = new(exports, *MAPPED, *IGNORED)
    assert status == 2 and "score is 2.5, a ratio: it means 250%" in said and "2.5%" not in said
    assert "Divide a score by the top of its scale: 4 of 5 is 0.8." in said


def test_only_a_rule_whose_errors_can_be_accepted_is_accepted(exports: Path) -> None:
    for name in ("E002", "E001", "W101", "soon"):
        status, _, said = new(exports, *MAPPED, *IGNORED, "--accept", name)
        assert status == 2 and "error --accept: no rule with this ID has errors that can be accepted" in said


def test_an_accepted_rule_that_finds_nothing_is_named(exports: Path) -> None:
    idle = "note --accept: this rule is accepted, and it finds nothing"
    status, _, said = new(exports, *MAPPED, *IGNORED, "--accept", "e607, E511")
    assert status == 0 and f"{idle} (found 'E511')" in said and f"{idle} (found 'E607')" in said
    (exports / "goals.csv").write_text(GOALS.replace("g,1,1", "g,1,2.5", 1), encoding="utf-8")
    status, _, said = new(exports, *MAPPED, *IGNORED, "--accept", "E607")
    assert status == 0 and idle not in said


def test_somebody_with_an_odd_value_can_be_left_out(exports: Path) -> None:
    (exports / "roster.csv").write_text(ROSTER.replace("80%", "80"), encoding="utf-8")
    from csm_xl.plan.templates import template_text

    (exports / "plan.toml").write_text(template_text("starter"), encoding="utf-8")
    paid = runner.invoke(
        app, ["pay", str(exports), "--period", "2026-Q2", "--skip-errors", "--json", *MAPPED, *IGNORED]
    )
    said = json.loads(paid.stdout)
    assert paid.exit_code == 0 and [one["employee_id"] for one in said["left_out"]] == ["001065"]
    assert {line["employee_id"] for line in said["lines"]} == {"001071"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of the starter's sample."""
    path = tmp_path_factory.mktemp("demo") / "starter.xlsx"
    assert runner.invoke(app, ["new", str(path)]).exit_code == 0
    return path


def altered(source: Path, target: Path, change: Callable[[str, str], str]) -> Path:
    """A copy of a workbook with the text of its parts changed."""
    with zipfile.ZipFile(source) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name, data in parts.items():
            text = change(name, data.decode()).encode() if name.endswith(".xml") else data
            copy.writestr(name, text)
    return target


def with_rows(source: Path, target: Path, rows: dict[int, list[object]]) -> Path:
    """A copy with rows typed on the roster's sheet, which no table takes in."""

    def cell(row: int, column: int, value: object) -> str:
        place = f"{'ABCDE'[column]}{row}"
        if isinstance(value, str):
            return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
        return f'<c r="{place}"><v>{value}</v></c>'

    typed = "".join(
        f'<row r="{row}">{"".join(cell(row, at, value) for at, value in enumerate(values))}</row>'
        for row, values in rows.items()
    )
    part = sheet_part("Roster")
    return altered(
        source, target,
        lambda name, text: text.replace("</sheetData>", f"{typed}</sheetData>") if name == part else text,
    )  # fmt: skip


def last_row(path: Path) -> int:
    ref = load_workbook(path)["Roster"].tables["tblRoster"].ref
    return int(re.sub(r".*:[A-Z]+", "", ref))


def test_a_clean_company_pays_without_a_word(demo: Path) -> None:
    paid = runner.invoke(app, ["pay", str(demo)])
    assert paid.exit_code == 0 and "warning" not in paid.stderr and "note" not in paid.stderr


def test_rows_below_a_table_stop_the_payment(demo: Path, tmp_path: Path) -> None:
    row = last_row(demo) + 3  # after two blank rows
    path = with_rows(demo, tmp_path / "below.xlsx", {row: ["E9999", "starter", 90000]})
    for command in (["pay"], ["refresh", "--dry-run"]):
        done = runner.invoke(app, [*command, str(path)])
        assert done.exit_code == 2 and f"E004 Roster!A{row}" in done.stderr, done.output
    assert runner.invoke(app, ["lint", str(path)]).exit_code == 1
    assert runner.invoke(app, ["check", str(path)]).exit_code == 1
    assert runner.invoke(app, ["pay", str(path), "--accept", "E004"]).exit_code == 0


def test_a_remark_and_a_total_below_a_table_are_named_and_stop_nobody(demo: Path, tmp_path: Path) -> None:
    last = last_row(demo)
    rows = {last + 1: ["Total", "", 1234567], last + 4: ["Source: HR, 2 April"]}
    path = with_rows(demo, tmp_path / "remark.xlsx", rows)
    part = sheet_part("Roster")
    path = altered(
        path, path,
        lambda name, text: text.replace(f'<row r="{last}"', f'<row r="{last}" hidden="1"')
        if name == part else text,
    )  # fmt: skip
    paid = runner.invoke(app, ["pay", str(path)])
    assert paid.exit_code == 0 and "2 rows are below the table tblRoster that are not used" in paid.stderr
    assert f"hidden or filtered: Roster row {last}" in paid.stderr


def test_a_column_beside_a_table_stops_where_it_may_change_pay(demo: Path, tmp_path: Path) -> None:
    book = load_workbook(demo)
    sheet = book["Goals"]
    region = sheet.tables["tblGoals"].ref
    column = ord(region.partition(":")[2][0]) - 64 + 1
    sheet.cell(6, column, "Status")
    sheet.cell(7, column, "cancelled")
    path = tmp_path / "beside.xlsx"
    book.save(path)
    paid = runner.invoke(app, ["pay", str(path)])
    assert paid.exit_code == 2 and "the column 'Status' is next to the table tblGoals" in paid.stderr


@pytest.mark.parametrize("table", ["tblDeals", "tblGoals"])
def test_a_table_that_is_gone_stops_the_payment(demo: Path, tmp_path: Path, table: str) -> None:
    book = load_workbook(demo)
    for sheet in book.worksheets:
        if table in sheet.tables:
            del sheet.tables[table]
    path = tmp_path / "unlisted.xlsx"
    book.save(path)
    paid = runner.invoke(app, ["pay", str(path)])
    assert paid.exit_code == 2 and f"the table {table} is missing from this workbook" in paid.stderr
    del book[table.removeprefix("tbl")]
    book.save(path)
    paid = runner.invoke(app, ["pay", str(path)])
    assert paid.exit_code == 2 and f"{table} is missing from this workbook, with its sheet" in paid.stderr


@pytest.mark.parametrize(("formula", "paid"), [("=6000*12", 3600.0), ('=CUBEVALUE("a","b")', None)])
def test_a_formula_that_nobody_has_calculated_is_not_0(
    tmp_path: Path, formula: str, paid: float | None
) -> None:
    import xlsxwriter

    tables = {
        "plans": [["plan_id", "model", "pay_period", "target_basis", "target_value"],
                  ["P", "base_variable", "quarter", "ratio", 0.2]],
        "components": [["plan_id", "component_id", "type", "weight", "measure", "scope"],
                       ["P", "r", "metric", 1, "GRR", "team"]],
        "roster": [["employee_id", "plan_id", "base_salary", "hire_date", "team"],
                   ["E1", "P", formula, "2020-01-01", "T"]],
        "results": [["period", "scope", "id", "measure", "actual", "goal"],
                    ["2026-Q1", "team", "T", "GRR", 0.95, 0.95]],
    }  # fmt: skip
    path = tmp_path / "written.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    done = runner.invoke(app, ["pay", str(path), "--json"])
    said = json.loads(done.stdout)
    if paid is None:
        assert done.exit_code == 2 and said["errors"][0]["where"] == "roster!C2"
        assert "never calculated" in said["errors"][0]["message"]
    else:
        assert said["totals"][0]["variable"] == paid


def test_a_leave_date_that_nobody_has_calculated_is_no_blank(tmp_path: Path) -> None:
    """XlsxWriter keeps 0 for it, which a format of days shows as no day at all."""
    import xlsxwriter

    def paid(formula: str) -> tuple[int, str]:
        with xlsxwriter.Workbook(str(tmp_path / "roster.xlsx")) as book:
            day, sheet = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_worksheet("roster")
            sheet.write_row(0, 0, ["employee_id", "plan_id", "base_salary", "hire_date", "leave_date"])
            sheet.write_row(1, 0, ["E1", "P", 90000, "2020-01-01"])
            sheet.write_formula(1, 4, formula, day)
            for name, rows in (
                ("plans", [["plan_id", "model", "pay_period", "target_basis", "target_value"],
                           ["P", "base_bonus", "quarter", "ratio", 0.2]]),
                ("components", [["plan_id", "component_id", "type", "weight", "measure", "scope"],
                                ["P", "r", "metric", 1, "GRR", "company"]]),
                ("results", [["period", "scope", "id", "measure", "actual", "goal"],
                             ["2026-Q1", "company", "company", "GRR", 0.95, 0.95]]),
            ):  # fmt: skip
                page = book.add_worksheet(name)
                for at, row in enumerate(rows):
                    page.write_row(at, 0, row)
        done = runner.invoke(app, ["pay", str(tmp_path / "roster.xlsx"), "--json"])
        said = json.loads(done.stdout)
        found = said["errors"][0]["where"] if done.exit_code else said["sums"][0]["variable"]
        return done.exit_code, str(found)

    assert paid('=IF(TRUE,"","")') == (0, "4500.0")
    assert paid("=DATE(2026,1,31)") == (0, "1550.0")
    assert paid("='[Leavers.xlsx]S'!B2") == (2, "roster!E2")


def test_files_named_like_tables_that_are_not_read_are_named(exports: Path) -> None:
    from csm_xl.plan.templates import template_text

    (exports / "roster.csv").write_text(ROSTER.replace("FLSA status", "comment"), encoding="utf-8")
    mapped = 'columns = { roster = { "Termination Date" = "leave_date", "FTE%" = "fte" } }\n'
    (exports / "plan.toml").write_text(mapped + template_text("starter"), encoding="utf-8")
    before = runner.invoke(app, ["pay", str(exports), "--period", "2026-Q2"])
    assert before.exit_code == 0 and "not read" not in before.stderr
    (exports / "Q2").mkdir()
    (exports / "Q2" / "results.csv").write_text(RESULTS, encoding="utf-8")
    (exports / "Q2" / "deals.csv").write_text("deal_id,date,amount\n", encoding="utf-8")
    (exports / "Q2" / "notes.csv").write_text("a,b\n", encoding="utf-8")
    (exports / "results.txt").write_text(RESULTS, encoding="utf-8")
    after = runner.invoke(app, ["pay", str(exports), "--period", "2026-Q2"])
    assert (after.exit_code, after.stdout) == (0, before.stdout)
    assert "note results.txt: this file is not read: another one is the table results" in after.stderr
    assert "Q2/results.csv: the table results is in a folder within" in after.stderr
    assert "warning Q2/deals.csv: the table deals is in a folder within" in after.stderr
    assert "notes.csv" not in after.stderr


def test_a_workbook_of_peoples_own_files_is_private_and_names_what_control_leaves_out(exports: Path) -> None:
    more = RESULTS + "2026-Q1,team,A,GRR,0.92,0.92\n"
    (exports / "results.csv").write_text(more, encoding="utf-8")
    goals = GOALS + "2026-Q1,001071,g,1,1\n2026-Q1,001065,g,1,1\n"
    (exports / "goals.csv").write_text(goals, encoding="utf-8")
    assert new(exports, *MAPPED, *IGNORED, "--period", "2026-Q2")[0] == 0
    path = exports / "plan.xlsx"
    assert path.stat().st_mode & 0o777 == 0o600
    said = runner.invoke(app, ["pay", str(path)]).stderr
    assert "Control asks for 2026-Q2; every period with results is paid." in said
    assert "Control asks" not in runner.invoke(app, ["pay", str(path), "--period", "2026-Q1"]).stderr
    book = load_workbook(path)
    book["Control"]["F7"], book["Control"]["I7"] = "plans", 0.2
    book.save(path)
    said = runner.invoke(app, ["pay", str(path)]).stderr
    assert "Control!E7: the row names no scenario, so nothing reads it" in said
    for at, text in enumerate(("worse", "plans", "starter", "target_value", "*0.5")):
        book["Control"].cell(8, 5 + at).value = text
    book.save(path)
    result = runner.invoke(app, ["pay", str(path)])
    assert result.exit_code == 2
    assert "Control!E8: 1 row is below the table tblScenarios, outside it" in result.stderr


@pytest.mark.parametrize(
    "asked",
    [
        ("pay", ".", "--period", "2026-Q2"),
        ("explain", ".", "001071", "2026-Q2"),
        ("statements", ".", "--period", "2026-Q2", "--out", "out"),
        ("lint", "."),
        ("simulate", ".", "--trials", "20", "--seed", "1"),
        ("diff", ".", "."),
        ("solve", ".", "--what", "target", "--amount", "3000", "--of", "starter"),
        ("sensitivity", "."),
        ("health", "."),
        ("review", ".", "--out", "pack", "--trials", "20"),
    ],
    ids=lambda asked: asked[0],
)
def test_every_command_that_reads_a_company_takes_the_same_decisions(
    exports: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...]
) -> None:
    """What `pay` goes on with, no other command refuses: an accepted actual of 194%, and the columns."""
    monkeypatch.chdir(exports)
    (exports / "plan.toml").write_bytes((TEMPLATES / "starter.toml").read_bytes())
    (exports / "results.csv").write_text(RESULTS.replace("A,GRR,0.92", "A,GRR,1.94"), encoding="utf-8")
    refused = runner.invoke(app, list(asked))
    assert refused.exit_code in (1, 2) and "Termination Date" in refused.stdout + refused.stderr
    taken = runner.invoke(app, [*asked, *MAPPED, *IGNORED, "--accept", "E605"])
    said = taken.stdout + taken.stderr
    assert taken.exit_code == 0, said
    assert "E002" not in said


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Results Q2.xlsx", "note Results Q2.xlsx: this spreadsheet is not read; its name begins with"),
        (
            "changes-june.xlsx",
            "warning changes-june.xlsx: this spreadsheet is not read; its name",
        ),
        ("Leavers June.xlsx", "warning Leavers June.xlsx: this file is not read, and its name says that"),
        ("do_not_pay.txt", "warning do_not_pay.txt: this file is not read, and its name says that"),
        ("plan of 2026.xlsx", ""),
        ("notes.md", ""),
    ],
)
def test_a_spreadsheet_named_like_a_table_is_named(exports: Path, name: str, says: str) -> None:
    (exports / "plan.toml").write_text((TEMPLATES / "starter.toml").read_text(encoding="utf-8"))
    (exports / name).write_bytes(b"PK")
    done = runner.invoke(app, ["pay", str(exports), "--period", "2026-Q2", *MAPPED, *IGNORED])
    assert done.exit_code == 0 and says in done.stderr
    assert ("is not read" in done.stderr) == bool(says)
