"""Every kind of file and database that is read gives its rows, each with its place."""

import os
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy
from mapping import only
from openpyxl import Workbook

from csm_xl.engine.components import component_types
from csm_xl.intake.files import block_of
from csm_xl.intake.grid import grid_of
from csm_xl.plan.tables import read_tables

POSTGRES = os.environ.get("CSM_XL_TEST_POSTGRES", "")
ROSTER = '[[source]]\ntable = "roster"\n'
COLUMNS = 'columns = { employee_id = "Worker ID", base_salary = "Annual Salary" }\n'


def values(folder: Path, mapping: str, **files: str) -> list[tuple[object, ...]]:
    found = only(folder, mapping, **files)
    table = read_tables([found.raw], component_types())[0]["roster"]
    names = ("employee_id", "base_salary", "hire_date")
    return [tuple(table.value(row, name) for name in names) for row in range(table.rows)]


PEOPLE = [
    ("001041", 81500.5, date(2022, 8, 25).toordinal()),
    ("001044", 76000.0, date(2019, 7, 23).toordinal()),
]


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).with_name("workers.xls"), tmp_path)
    mapping = f'{ROSTER}from = "workers.xls"\n{COLUMNS}'
    assert values(tmp_path, mapping) == PEOPLE
    assert only(tmp_path, mapping).raw.origin.place(1, "base_salary") == "workers.xls workers!C3"


def test_a_parquet_file_is_read(tmp_path: Path) -> None:
    frame = {
        "Worker ID": [person[0] for person in PEOPLE],
        "Plan ID": ["starter", "starter"],
        "Annual Salary": [Decimal("81500.50"), Decimal("76000.00")],
        "Hire Date": [date(2022, 8, 25), date(2019, 7, 23)],
    }
    arrow = pytest.importorskip("pyarrow", reason="needs the extra parquet")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table(frame), tmp_path / "workers.parquet")
    mapping = f'{ROSTER}from = "workers.parquet"\n{COLUMNS}'
    assert values(tmp_path, mapping) == PEOPLE
    assert (
        only(tmp_path, mapping).raw.origin.place(1, "base_salary") == "workers.parquet row 3 (Annual Salary)"
    )


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_of_any_separator_and_usual_encoding_is_read(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    people = ("001041,starter,81500.5,2022-08-25,Zürich", "001044,starter,76000,2019-07-23,Genève")
    lines = ["Zürich report", "", "Worker ID,Plan ID,Annual Salary,Hire Date,Team", *people]
    (tmp_path / "workers.csv").write_bytes("\r\n".join(lines).replace(",", separator).encode(encoding))
    mapping = f'{ROSTER}from = "workers.csv"\n{COLUMNS}'
    assert values(tmp_path, mapping) == PEOPLE
    assert only(tmp_path, mapping).raw.rows[2][-1] == "Genève"
    assert only(tmp_path, mapping).raw.origin.place(0) == "workers.csv row 4"


def test_decimal_commas_of_a_file_without_a_stated_format_are_no_other_number(tmp_path: Path) -> None:
    text = "Worker ID;Plan ID;Annual Salary;Hire Date\n001041;starter;81.500;2022-08-25\n"
    (tmp_path / "workers.csv").write_text(text)
    found = only(tmp_path, f'{ROSTER}from = "workers.csv"\n{COLUMNS}')
    issues = read_tables([found.raw], component_types())[1]
    assert any("can be read two ways" in issue.message for issue in issues)


def test_columns_that_become_rows_name_their_own_cells(tmp_path: Path) -> None:
    text = "Team,Q1,Q2\nEast,95%,\nWest,90%,x\n"
    mapping = (
        '[[source]]\ntable = "results"\nfrom = "nrr.csv"\ncolumns.id = "Team"\n'
        'fill = { scope = "team", measure = "NRR" }\n'
        'unpivot = { name = "period", value = "actual", columns = { Q1 = "2026-Q1", Q2 = "2026-Q2" } }\n'
    )
    found = only(tmp_path, mapping, nrr=text)
    rows = [["2026-Q1", "95%", "East"], ["2026-Q1", "90%", "West"], ["2026-Q2", "x", "West"]]
    assert [row[:3] for row in found.raw.rows] == [["period", "actual", "id"], *rows]
    assert found.raw.origin.place(2, "actual") == "nrr.csv row 3 (Q2)"
    assert any("1 blank cell of Q1, Q2 became no row" in issue.message for issue in found.raw.issues)


if POSTGRES:  # .ci/book starts a server and runs this

    def test_a_query_of_postgresql_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        url = POSTGRES.replace("postgresql://", "postgresql+psycopg://", 1)
        engine = sqlalchemy.create_engine(url)
        with engine.begin() as base:
            base.exec_driver_sql("DROP TABLE IF EXISTS intake_workers")
            base.exec_driver_sql(
                "CREATE TABLE intake_workers"
                " (employee_id text, plan_id text, base_salary numeric(12,2), hire_date date)"
            )
            for who, salary, day in (("001041", "81500.50", "2022-08-25"), ("001044", "76000", "2019-07-23")):
                base.exec_driver_sql(
                    f"INSERT INTO intake_workers VALUES ('{who}', 'starter', {salary}, '{day}')"
                )
        engine.dispose()
        monkeypatch.setenv("WAREHOUSE", url)
        query = "SELECT * FROM intake_workers WHERE employee_id LIKE '00%'"
        query += " AND hire_date < '2026-01-01'::date ORDER BY 1"
        assert values(tmp_path, f'{ROSTER}url = "env:WAREHOUSE"\nquery = "{query}"\n') == PEOPLE


def test_merged_cells_of_a_report_are_a_warning_and_its_total_is_a_footer(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["Owner", "Deal ID", "Stage", "Amount", "Product"], ["Sample 01", "D1", "Won", 5, "Platform"],
                [None, None, None, None, "Seats"], ["Sample 01", "D2", "Won", 7, "Platform"],
                ["Total", None, None, 12, None]):  # fmt: skip
        sheet.append(row)
    for letter in "ABCD":
        sheet.merge_cells(f"{letter}2:{letter}3")
    book.save(tmp_path / "report.xlsx")
    grid = grid_of(block_of(tmp_path / "report.xlsx"))
    assert [row[4] for row in grid.rows] == ["Platform", "Seats", "Platform"]
    (warning,) = [note for note in grid.notes if note.severity == "warning"]
    assert warning.where == "report.xlsx Sheet row 3"
    assert "1 row has cells that are merged with the row above" in warning.message
