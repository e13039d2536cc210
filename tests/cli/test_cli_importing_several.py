"""Several sources of one table: their rows are one table, and no row is lost or counted twice."""

from pathlib import Path

import pytest
from commands import commanded as shell

PLAN = (
    '[[plans]]\nplan_id = "p"\nmodel = "base_variable"\npay_period = "quarter"\ntarget_basis = "ratio"\n'
    'target_value = 0.1\n[[components]]\nplan_id = "p"\ncomponent_id = "up"\ntype = "commission"\n'
    "rate = 0.02\n"
)
HEAD = "Employee ID,plan_id,Annual Base Salary,Hire Date"
US = f'{HEAD},Cost Center\nE1,p,"$90,000.00",01/15/2024,C1\nE2,p,"$80,000.50",01/15/2024,C2\n'
EMEA = f"{HEAD}\nE7,p,70000,2024-02-01\nE8,p,60000,2024-02-01\n".replace(",", ";").replace(
    "70000", "70000,25"
)
CRM = "Opportunity ID,Close Date,Amount,Owner ID\nD1,2026-03-15,1000,E1\nD2,2026-02-01,50,E7\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "plan.toml").write_text(PLAN)
    (tmp_path / "us.csv").write_text(US)
    (tmp_path / "emea.csv").write_text(EMEA)
    return tmp_path


def roster(folder: Path) -> dict[str, list[str]]:
    _, *rows = (folder / "mine" / "roster.csv").read_text().splitlines()
    return {line.split(",")[0]: line.split(",") for line in rows}


def test_two_files_of_one_table_are_two_sources_whose_rows_are_one_below_the_other(folder: Path) -> None:
    shell(folder, "import", "us.csv", "emea.csv", "--into", "mine")
    assert list(roster(folder)) == ["E1", "E2", "E7", "E8"]
    assert [row[2] for row in roster(folder).values()] == ["90000", "80000.5", "70000.25", "60000"]
    assert [row[4] for row in roster(folder).values()] == ["C1", "C2", "", ""]
    mapping = (folder / "mine" / "sources.toml").read_text()
    assert mapping.count('table = "roster"') == 2
    assert "nothing in the folder changes" in shell(folder, "import", "--into", "mine")
    assert (folder / "mine" / "sources.toml").read_text() == mapping


def test_files_of_one_name_in_two_folders_are_two_sources(folder: Path) -> None:
    for name in ("us", "emea"):
        (folder / name).mkdir()
        (folder / f"{name}.csv").rename(folder / name / "people.csv")
    shell(folder, "import", "us/people.csv", "emea/people.csv", "--into", "mine")
    assert list(roster(folder)) == ["E1", "E2", "E7", "E8"]
    assert "nothing in the folder changes" in shell(folder, "import", "--into", "mine")


def test_the_export_of_one_source_alone_leaves_the_rows_of_the_others(folder: Path) -> None:
    shell(folder, "import", "us.csv", "emea.csv", "--into", "mine")
    (folder / "emea.csv").write_text(EMEA.replace("60000", "65000") + "E9;p;50000;2024-02-01\n")
    said = shell(folder, "import", "emea.csv", "--into", "mine")
    assert "raises (1): E8: 60000 → 65000" in said
    assert list(roster(folder)) == ["E1", "E2", "E7", "E8", "E9"]
    (folder / "us.csv").unlink()
    said = shell(folder, "import", "emea.csv", "--into", "mine", status=2)
    assert "no file fits" in said
    assert "2 rows of roster disappeared: E1, E2" in said
    assert len(roster(folder)) == 5


def test_a_row_that_two_sources_give_is_refused_with_both_places(folder: Path) -> None:
    (folder / "emea.csv").write_text(EMEA + "E2;p;50000;2024-02-01\n")
    said = shell(folder, "import", "us.csv", "emea.csv", "--into", "mine", status=2)
    assert "emea.csv row 4 (Employee ID): E2 of roster is also in us.csv row 3 (Employee ID)" in said
    assert 'rows = "update"' in said
    assert not (folder / "mine" / "roster.csv").exists()


def test_the_row_of_the_one_source_that_updates_counts(folder: Path) -> None:
    shell(folder, "import", "us.csv", "emea.csv", "--into", "mine")
    mapping = folder / "mine" / "sources.toml"
    mapping.write_text(mapping.read_text() + 'rows = "update"\n')
    (folder / "emea.csv").write_text(EMEA + "E2;p;50000;2024-02-01\n")
    shell(folder, "import", "--into", "mine")
    assert roster(folder)["E2"][2:] == ["50000", "2024-02-01", "C2"]  # the other export has its cost center
    assert len(roster(folder)) == 4
    mapping.write_text(mapping.read_text().replace("[[source]]", '[[source]]\nrows = "update"', 1))
    assert "E2 of roster is also in us.csv row 3" in shell(folder, "import", "--into", "mine", status=2)


def test_rows_that_no_source_has_stay_where_one_updates(folder: Path) -> None:
    shell(folder, "import", "us.csv", "emea.csv", "--into", "mine")
    mapping = folder / "mine" / "sources.toml"
    mapping.write_text(mapping.read_text() + 'rows = "update"\n')
    (folder / "emea.csv").write_text(EMEA.replace("E8", "E9"))
    shell(folder, "import", "--into", "mine")
    assert list(roster(folder)) == ["E1", "E2", "E7", "E9", "E8"]


def test_a_file_of_a_table_that_has_a_source_is_asked_about(folder: Path) -> None:
    shell(folder, "import", "us.csv", "--into", "mine")
    said = shell(folder, "import", "emea.csv", "--into", "mine", "--yes", status=2)
    assert "roster comes from '../us.csv' already. Is emea.csv another source of it?" in said
    assert '[[source]] with table = "roster" and from = "../emea.csv"' in said
    assert 'from = "../emea.csv" in sources.toml source 1 (roster)' in said
    assert list(roster(folder)) == ["E1", "E2"]


def test_the_same_export_twice_is_refused_where_rows_have_no_key(folder: Path) -> None:
    (folder / "us.csv").write_text("Employee ID,period,amount,reason\nE1,2026-Q1,10,a prize\n")
    source = '[[source]]\ntable = "adjustments"\nfrom = "../us.csv"\n'
    (folder / "mine" / "sources.toml").write_text(source * 2)
    said = shell(folder, "import", "--into", "mine", status=2)
    assert "sources.toml source 1 (adjustments) and sources.toml source 2 (adjustments)" in said
    assert "are the same export" in said


def test_sheets_of_one_workbook_are_several_sources(folder: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for name, measure in (("Retention", "GRR"), ("Survey", "CSAT")):
        page = book.create_sheet(name)
        for row in (["CSM", "Q1"], ["E1", 0.9 if measure == "GRR" else 0.8]):
            page.append(row)
    book.save(folder / "scores.xlsx")
    said = shell(folder, "import", "scores.xlsx", "--into", "mine", "--yes", status=2)
    assert "scores.xlsx Survey: 'Q1' is of one period. Of which year is it?" in " ".join(said.split())
    assert 'scores.xlsx", sheet = "Survey", unpivot = {' in " ".join(said.split())
    (folder / "mine" / "sources.toml").write_text("".join(
        f'[[source]]\ntable = "results"\nfrom = "../scores*.xlsx"\nsheet = "{name}"\n'
        'fill.scope = "individual"\n'
        f'fill.measure = "{measure}"\nfill.goal = "1"\ncolumns.id = "CSM"\n'
        'unpivot = { name = "period", value = "actual", columns = { "Q1" = "2026-Q1" } }\n'
        for name, measure in (("Retention", "GRR"), ("Survey", "CSAT"))
    ))  # fmt: skip
    (folder / "mine" / "roster.csv").write_text(
        "employee_id,plan_id,base_salary,hire_date\nE1,p,9,2024-01-01\n"
    )
    shell(folder, "import", "scores.xlsx", "--into", "mine")
    text = (folder / "mine" / "results.csv").read_text()
    assert "2026-Q1" in text and "GRR" in text and "CSAT" in text


def test_people_of_two_exports_are_found_by_name(folder: Path) -> None:
    named = {"us": US.replace("Employee ID", "Employee ID,Worker").replace("E1,", 'E1,"One, Sample",')
             .replace("E2,", 'E2,"Two, Sample",'),
             "emea": EMEA.replace("Employee ID", "Employee ID;Full Name").replace("E7;", "E7;Sample Seven;")
             .replace("E8;", "E8;Sample Eight;")}  # fmt: skip
    for name, text in named.items():
        (folder / f"{name}.csv").write_text(text)
    (folder / "crm.csv").write_text(
        CRM.replace("E1", "Sample One").replace("E7", "Seven, Sample").replace("Owner ID", "Owner")
        .replace("Seven, Sample", '"Seven, Sample"')
    )  # fmt: skip
    shell(folder, "import", "us.csv", "emea.csv", "--into", "mine")
    mapping = folder / "mine" / "sources.toml"
    mapping.write_text(mapping.read_text() + (
        '\n[[source]]\ntable = "deals"\nfrom = "../crm.csv"\n'
        'join.employee_id = { column = "Owner", table = "roster", key = "Worker", value = "Employee ID" }\n'
    ))  # fmt: skip
    shell(folder, "import", "crm.csv", "--into", "mine")
    text = (folder / "mine" / "deals.csv").read_text()
    assert "D1,2026-03-15,1000,E1" in text and "D2,2026-02-01,50,E7" in text
