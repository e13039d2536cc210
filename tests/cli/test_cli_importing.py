"""``csm-xl import`` and ``export``: what is open is asked, what changes is shown, nothing else is touched."""

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from commands import commanded as shell
from commands import typed_in_a_terminal

from csm_xl.engine.components import component_types
from csm_xl.plan.table import Tables
from csm_xl.plan.tables import read_tables
from csm_xl.workbook.operations import importing
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.xlsx.package import Package

PEOPLE = (
    "RPT - Workers\nAs of 03/31/2026\n\n"
    "Employee ID,Worker,Annual Base Salary (USD),Hire Date,Termination Date,FTE%,Team\n"
    '{rows}'
)  # fmt: skip
ROWS = [
    'E0001,Sample 01,"$119,000.00",01/24/2020,,100%,Enterprise East',
    'E0002,Sample 02,"$96,000.00",08/04/2021,,100%,Enterprise East',
    'E0003,Sample 03,"$116,500.00",11/25/2023,,80%,Enterprise West',
]
MAPPING = '[[source]]\ntable = "roster"\nfrom = "workers_*.csv"\nrows = "update"\nfill.plan_id = "starter"\n'


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("starter")
    shell(folder, "new", "mine.xlsx", "--plan", "starter")
    return (folder / "mine.xlsx").read_bytes()


@pytest.fixture
def folder(tmp_path: Path, starter: bytes) -> Path:
    (tmp_path / "mine.xlsx").write_bytes(starter)
    export(tmp_path, ROWS)
    return tmp_path


def export(folder: Path, rows: list[str], name: str = "workers_0331.csv") -> None:
    (folder / name).write_text(PEOPLE.format(rows="\n".join(rows) + "\n"))


def tables(folder: Path) -> Tables:
    return read_tables(read_workbook(folder / "mine.xlsx", component_types()), component_types())[0]


def person(folder: Path, employee: str) -> dict[str, object]:
    roster = tables(folder)["roster"]
    row = roster.columns["employee_id"].tolist().index(employee)
    return {name: roster.value(row, name) for name in roster.schema.names}


def test_without_a_terminal_open_questions_are_listed_and_nothing_is_written(folder: Path) -> None:
    before = (folder / "mine.xlsx").read_bytes()
    said = shell(folder, "import", "workers_0331.csv", "--into", "mine.xlsx", "--yes", status=2)
    assert 'fill.plan_id = "starter"' in said
    assert (folder / "mine.xlsx").read_bytes() == before
    assert not (folder / "sources.toml").exists()


def test_an_answer_in_sources_toml_is_all_that_is_needed_and_the_rest_is_saved(folder: Path) -> None:
    (folder / "sources.toml").write_text(MAPPING)
    said = shell(folder, "import", "--into", "mine.xlsx")
    assert "Annual Base Salary (USD)" in said
    assert re.search(r"Worker +employee_name", said)
    assert person(folder, "E0003")["fte"] == 0.8
    assert 'number = "$1,234.56"' in (folder / "sources.toml").read_text()
    again = shell(folder, "import", "--into", "mine.xlsx")
    assert "nothing in the workbook changes" in again
    assert "Annual Base Salary" not in again


def test_joiners_leavers_and_raises_are_shown(folder: Path) -> None:
    (folder / "sources.toml").write_text(MAPPING)
    shell(folder, "import", "--into", "mine.xlsx")
    later = [ROWS[0].replace("119,", "125,"), ROWS[1].replace(",,", ",05/15/2026,"), ROWS[2],
             'E9001,Sample 99,"$70,000.00",04/13/2026,,100%,Enterprise West']  # fmt: skip
    export(folder, later, "workers_0630.csv")
    said = shell(folder, "import", "--into", "mine.xlsx")
    assert "roster, joiners (1): E9001" in said
    assert "roster, leavers (1): E0002: blank → 2026-05-15" in said
    assert "roster, raises (1): E0001: 119000 → 125000" in said
    assert "earlier periods that are paid again change too" in said


def test_rows_that_disappear_are_not_removed_unless_that_is_said(folder: Path) -> None:
    (folder / "sources.toml").write_text(MAPPING)
    shell(folder, "import", "--into", "mine.xlsx")
    (folder / "extra.csv").write_text("level,minimum,maximum,source\nCSM I,57500,75000,ours\n")
    before = (folder / "mine.xlsx").read_bytes()
    (folder / "sources.toml").write_text('[[source]]\ntable = "ranges"\nfrom = "extra.csv"\n')
    said = shell(folder, "import", "--into", "mine.xlsx", status=2)
    assert "2 rows of ranges disappeared: CSM II, Senior CSM" in said
    assert (folder / "mine.xlsx").read_bytes() == before
    shell(folder, "import", "--into", "mine.xlsx", "--accept-removed")
    assert tables(folder)["ranges"].rows == 1


def test_people_whom_other_tables_still_name_are_reported_with_what_keeps_them(folder: Path) -> None:
    (folder / "sources.toml").write_text(MAPPING.replace('rows = "update"\n', ""))
    said = shell(folder, "import", "--into", "mine.xlsx", "--accept-removed", status=2)
    assert "name an employee_id that roster does not have" in said
    assert "14 rows of roster would disappear" in said
    assert 'rows = "update"' in said


def test_a_rule_that_is_accepted_does_not_stop_an_import(folder: Path) -> None:
    (folder / "sources.toml").write_text(MAPPING)
    export(folder, [row.replace("80%", "8000%") for row in ROWS])
    before = (folder / "mine.xlsx").read_bytes()
    said = shell(folder, "import", "--into", "mine.xlsx", status=2)
    assert "workers_0331.csv row 7 (FTE%)" in said
    assert "--accept E607" in said
    assert (folder / "mine.xlsx").read_bytes() == before
    shell(folder, "import", "--into", "mine.xlsx", "--accept", "E607")
    assert person(folder, "E0003")["fte"] == 80


def test_a_fault_names_the_cell_of_the_export_and_nothing_is_written(folder: Path) -> None:
    (folder / "sources.toml").write_text(MAPPING)
    export(
        folder,
        [*ROWS, 'E0001,Sample 01,"$1.00",01/24/2020,,100%,X', 'E0009,Sample 09,"€9.00",13/24/2020,,100%,X'],
    )
    before = (folder / "mine.xlsx").read_bytes()
    said = shell(folder, "import", "--into", "mine.xlsx", status=2)
    assert "workers_0331.csv" in said
    assert (folder / "mine.xlsx").read_bytes() == before
    export(folder, [*ROWS, 'E0001,Sample 01,"$1.00",01/24/2020,,100%,X'])
    said = shell(folder, "import", "--into", "mine.xlsx", status=2)
    assert "workers_0331.csv row 8 (Employee ID): duplicate employee_id E0001" in said
    assert (folder / "mine.xlsx").read_bytes() == before


def typed(package: Package, sheet: str) -> dict[tuple[int, int], object]:
    """What is in a sheet and is no result of a formula."""
    cells = package.cells(sheet)
    return {place: value for place, value in cells.values.items() if place not in cells.formulas}


def test_only_the_table_that_is_imported_changes(folder: Path) -> None:
    before = Package(folder / "mine.xlsx")
    (folder / "sources.toml").write_text(MAPPING)
    export(folder, [ROWS[0].replace("119,", "125,")])
    shell(folder, "import", "--into", "mine.xlsx")
    after = Package(folder / "mine.xlsx")
    assert before.parts == after.parts
    inputs = ("Control", "Plans", "Curves", "Roster", "Results", "Goals", "Deals", "Pay data")
    changed = {name for name in inputs if typed(before, name) != typed(after, name)}
    assert changed == {"Roster"}
    assert all(before.cells(name).formulas == after.cells(name).formulas for name in before.sheets)
    differ = {
        place
        for place, value in typed(after, "Roster").items()
        if typed(before, "Roster").get(place) != value
    }
    assert len(differ) == 1


def test_a_column_that_the_export_does_not_have_stays_as_it_is(folder: Path) -> None:
    before = person(folder, "E0001")
    assert before["division"]
    assert before["level"]
    (folder / "sources.toml").write_text(MAPPING)
    said = shell(folder, "import", "--into", "mine.xlsx")
    after = person(folder, "E0001")
    assert (after["division"], after["level"]) == (before["division"], before["level"])
    assert "changed division" not in said


def test_a_column_of_ones_own_stays_with_its_row(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "mine.xlsx")
    sheet = book["Roster"]
    table = sheet.tables["tblRoster"]
    top = int(re.findall(r"\d+", table.ref)[0])
    comment = next(cell.column for cell in sheet[top] if cell.value == "Comment")
    sheet.cell(top + 2, comment).value = "seen by Finance"
    book.save(folder / "mine.xlsx")
    (folder / "sources.toml").write_text(MAPPING)
    shell(folder, "import", "--into", "mine.xlsx")
    roster = tables(folder)["roster"]
    noted = {
        roster.columns["employee_id"][row]: cell for row, cell in enumerate(roster.extra["Comment"]) if cell
    }
    assert noted == {"E0002": "seen by Finance"}


def test_a_table_with_formulas_of_somebody_is_refused(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "mine.xlsx")
    sheet = book["Roster"]
    top = int(re.findall(r"\d+", sheet.tables["tblRoster"].ref)[0])
    salary = next(cell.column for cell in sheet[top] if str(cell.value).startswith("Base salary"))
    sheet.cell(top + 1, salary).value = "=100000*1.19"
    book.save(folder / "mine.xlsx")
    shell(folder, "recalc", "mine.xlsx")
    (folder / "sources.toml").write_text(MAPPING)
    before = (folder / "mine.xlsx").read_bytes()
    said = shell(folder, "import", "--into", "mine.xlsx", status=2)
    cell = sheet.cell(top + 1, salary).coordinate
    assert f"Roster!{cell}: the table tblRoster has formulas (1)" in said
    assert (folder / "mine.xlsx").read_bytes() == before


def test_a_mapping_with_comments_is_not_overwritten(folder: Path) -> None:
    text = "# ours\n" + MAPPING
    (folder / "sources.toml").write_text(text)
    said = shell(folder, "import", "--into", "mine.xlsx", status=2)
    assert 'dates = "mdy"' in said
    assert (folder / "sources.toml").read_text() == text


def test_a_new_export_is_added_below_and_comments_stay(folder: Path) -> None:
    text = '# ours\n[[source]]\ntable = "deals"\nfrom = "crm.csv"\n'
    (folder / "sources.toml").write_text(text)
    levels = "".join(f"{name},1,2,a\n" for name in ("CSM I", "CSM II", "Senior CSM"))
    (folder / "ranges_2026.csv").write_text(f"level,minimum,maximum,source\n{levels}")
    shell(folder, "import", "ranges_2026.csv", "--into", "mine.xlsx")
    assert (
        folder / "sources.toml"
    ).read_text() == text + '\n[[source]]\ntable = "ranges"\nfrom = "ranges_*.csv"\n'


def test_a_draft_is_a_mapping_with_what_is_open_and_imports_nothing(folder: Path) -> None:
    before = (folder / "mine.xlsx").read_bytes()
    shell(folder, "import", "workers_0331.csv", "--into", "mine.xlsx", "--draft", "draft.toml")
    text = (folder / "draft.toml").read_text()
    assert 'dates = "mdy"' in text
    assert "# Open, about roster" in text
    assert (folder / "mine.xlsx").read_bytes() == before
    said = shell(folder, "import", "--into", "mine.xlsx", "--sources", "draft.toml", status=2)
    assert "needs plan_id" in said


def test_a_preview_page_shows_rows_before_and_after(folder: Path) -> None:
    (folder / "sources.toml").write_text(MAPPING)
    shell(folder, "import", "--into", "mine.xlsx", "--preview", "page.html")
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert "$119,000.00" in page
    assert "119000.00" in page
    assert "http" not in page
    assert (folder / "page.html").stat().st_mode & 0o077 == 0
    shell(folder, "import", "--into", "mine.xlsx", "--preview", "page.html")  # its own page is replaced
    (folder / "page.html").write_text("<p>A page of my own</p>")
    told = shell(folder, "import", "--into", "mine.xlsx", "--preview", "page.html", status=2)
    assert "--preview: the file already exists" in told and "--force" not in told
    assert (folder / "page.html").read_text() == "<p>A page of my own</p>"


def test_a_workbook_that_is_not_there_is_made(folder: Path) -> None:
    (folder / "sources.toml").write_text(MAPPING)
    results = "".join(f"2026-Q1,team,Enterprise {side},GRR,0.9,0.82\n" for side in ("East", "West"))
    (folder / "results.csv").write_text(f"period,scope,id,measure,actual,goal\n{results}")
    (folder / "goals.csv").write_text("period,employee_id,goal,weight,score\n" + "".join(
        f"2026-Q1,{who},Plans,1,1\n" for who in ("E0001", "E0002", "E0003")))  # fmt: skip
    shell(
        folder,
        "import",
        "workers_0331.csv",
        "results.csv",
        "goals.csv",
        "--into",
        "first.xlsx",
        "--plan",
        "starter",
    )
    shell(folder, "check", "first.xlsx")


@pytest.mark.slow("writes more than 20,000 rows and refreshes them")
def test_very_many_rows_leave_the_formulas_to_the_refresh_and_say_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_CALCULATED", 500)
    rows = [f"D{at:05d},2026-{1 + at % 6:02d}-15,{38000 + at % 7},upsell,E0001" for at in range(600)]
    (folder / "deals.csv").write_text("\n".join(["deal_id,date,amount,kind,employee_id", *rows, ""]))
    (folder / "sources.toml").write_text('[[source]]\ntable = "deals"\nfrom = "deals.csv"\nrows = "update"\n')
    said = shell(folder, "import", "--into", "mine.xlsx")
    assert "until then its formulas show what they showed before" in said
    assert 'fullCalcOnLoad="1"' in zipfile.ZipFile(folder / "mine.xlsx").read("xl/workbook.xml").decode()
    assert tables(folder)["deals"].rows > 500
    shell(folder, "refresh", "mine.xlsx", "--accept", "E611")
    shell(folder, "check", "mine.xlsx")


def test_what_is_exported_is_imported_unchanged(folder: Path) -> None:
    shell(folder, "export", "mine.xlsx", "--out", "tables")
    names = sorted(f"tables/{file.name}" for file in (folder / "tables").iterdir())
    assert len(names) > 10
    before = (folder / "mine.xlsx").read_bytes()
    said = shell(folder, "import", *names, "--into", "mine.xlsx")
    assert "nothing in the workbook changes" in said
    assert (folder / "mine.xlsx").read_bytes() == before


def test_in_a_terminal_questions_are_asked_and_the_answers_are_saved(folder: Path) -> None:
    answers = ["9", "1", "y", "1"]  # no such answer; the plan starter; the mapping; remove
    words = ("import", "workers_0331.csv", "--into", "mine.xlsx")
    status, said = typed_in_a_terminal(folder, answers, *words)
    assert "Type a number from 1 to 2" in said
    assert status == 2, said  # goals of people who would be gone
    text = (folder / "sources.toml").read_text()
    assert 'plan_id = "starter"' in text
    (folder / "sources.toml").write_text(text + 'rows = "update"\n')
    status, said = typed_in_a_terminal(folder, ["y"], *words)
    assert status == 0, said
    assert "Write these changes?" in said
    assert person(folder, "E0003")["fte"] == 0.8


def test_an_answer_changes_what_was_found_before_it(folder: Path) -> None:
    """The table is answered first, and the number format is that of the columns that are known at the end."""
    people = (
        "Personalnummer;Plan;Fixgehalt;Anstelldatum;FTE\n"
        "E0001;starter;119.000,00;24.01.2020;100 %\nE0002;starter;96.000,00;04.08.2021;100 %\n"
    )
    (folder / "workers_0331.csv").write_text(people)
    (folder / "unified_payments.csv").write_text("id,Amount,Currency,opportunity_id\nch_1,1.00,usd,D1\n")
    words = ("import", "workers_0331.csv", "unified_payments.csv", "--into", "mine.xlsx")
    answers = ["Fixgehalt", "2", "no such column", "1", "2026-01-05", "n"]
    _, said = typed_in_a_terminal(folder, answers, *words)
    assert "which table is this export?" in said
    assert said.index("workers_0331.csv: roster needs base_salary") < said.index(
        "unified_payments.csv: which"
    )
    assert re.search(r"Fixgehalt +base_salary", said), said
    assert "payments has no column 'no such column'" in said
    assert "119000" in said


def test_a_question_that_a_terminal_cannot_answer_says_its_line(folder: Path) -> None:
    (folder / "csat_answers.csv").write_text(
        "date,measure,score\n2026-01-05,CSAT,good\n2026-01-05,CSAT,bad\n"
    )
    status, said = typed_in_a_terminal(folder, [], "import", "csat_answers.csv", "--into", "mine.xlsx")
    assert status == 2
    assert "values.score" in said


def test_in_a_terminal_no_is_no(folder: Path) -> None:
    (folder / "sources.toml").write_text(MAPPING)
    before = (folder / "mine.xlsx").read_bytes()
    status, _ = typed_in_a_terminal(folder, ["y", "n"], "import", "--into", "mine.xlsx")
    assert status == 1
    assert (folder / "mine.xlsx").read_bytes() == before


def test_rows_that_a_report_of_one_quarter_lacks_are_kept_from_then_on(folder: Path) -> None:
    (folder / "levels_1.csv").write_text("level,minimum,maximum,source\nCSM I,57500,75000,ours\n")
    words = ("import", "levels_1.csv", "--into", "mine.xlsx")
    (folder / "sources.toml").write_text('[[source]]\ntable = "ranges"\nfrom = "levels_*.csv"\n')
    before = tables(folder)["ranges"].rows
    status, said = typed_in_a_terminal(folder, ["3", "2", "y"], *words)
    assert status == 0, said
    assert "2  keep them, now and later" in said
    assert tables(folder)["ranges"].rows == before
    assert 'rows = "update"' in (folder / "sources.toml").read_text()
    assert "nothing in the workbook changes" in shell(folder, *words)
    (folder / "sources.toml").write_text('[[source]]\ntable = "ranges"\nfrom = "levels_*.csv"\n')
    status, said = typed_in_a_terminal(folder, ["1", "y"], *words)
    assert status == 0, said
    assert tables(folder)["ranges"].rows == 1
