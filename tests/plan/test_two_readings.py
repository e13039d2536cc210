"""Numbers of files that may write decimal commas, each column judged by itself; ids kept as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from plan_tables import TYPES

from csm_xl.errors import Issue
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import Tables, read_tables

PLAN = [["plan_id", "model", "pay_period", "target_basis"], ["P", "base_only", "month", "ratio"]]


def roster(folder: Path, *people: str, mark: str = ";") -> tuple[Tables, list[Issue]]:
    """A roster with id, salary and fte in a file whose cells are separated by a mark."""
    file = folder / "roster.csv"
    head = mark.join(("employee_id", "plan_id", "base_salary", "hire_date", "fte"))
    rows = [mark.join((who, "P", salary, "2020-01-01", fte)) for who, salary, fte in map(str.split, people)]
    file.write_text("\n".join([head, *rows]), encoding="utf-8")
    return read_tables([RawTable.of_rows(PLAN, "plans"), RawTable.of_csv(file)], TYPES)


@pytest.mark.parametrize("mark", [";", "\t"])
@pytest.mark.parametrize("other", ["1", "0,5"])
def test_a_number_that_can_be_read_two_ways_is_refused_with_both(
    tmp_path: Path, mark: str, other: str
) -> None:
    _, found = roster(tmp_path, "E1 81.500 1", f"E2 85.000 {other}", mark=mark)
    assert [issue.where for issue in found] == [
        "roster.csv row 2 (base_salary)",
        "roster.csv row 3 (base_salary)",
    ]
    assert "81500 or 81.5" in found[0].message and "85000 or 85" in found[1].message
    assert found[0].got == "81.500" and "thousands separator" in found[0].hint


@pytest.mark.parametrize(
    ("salaries", "read"),
    [
        (("81.500,00", "85.000"), (81500, 85000)),
        (("81.500", "85000,5"), (81500, 85000.5)),
        (("1.081.500", "85.000"), (1081500, 85000)),
        (("81500.5", "85.125"), (81500.5, 85.125)),
        (("81,500.00", "85,000"), (81500, 85000)),
        (("81500", "85000"), (81500, 85000)),
    ],
)  # fmt: skip
def test_a_cell_that_can_be_one_thing_says_how_its_column_is_written(
    tmp_path: Path, salaries: tuple[str, str], read: tuple[float, float]
) -> None:
    tables, found = roster(tmp_path, f"E1 {salaries[0]} 1", f"E2 {salaries[1]} 1")
    assert found == [] and tables["roster"].columns["base_salary"].tolist() == list(read)


def test_cells_that_contradict_each_other_decide_nothing(tmp_path: Path) -> None:
    _, found = roster(tmp_path, "E1 81500,5 1", "E2 85000.5 1", "E3 90.000 1")
    assert [issue.got for issue in found] == ["90.000"]


def test_a_ratio_has_no_thousands(tmp_path: Path) -> None:
    tables, found = roster(tmp_path, "E1 81500 1.000", "E2 85000 0,5")
    assert found == [] and tables["roster"].columns["fte"].tolist() == [1, 0.5]


def test_ids_stay_as_they_are_typed(tmp_path: Path) -> None:
    tables, found = roster(tmp_path, "1.001 81.500,00 1", "2.002 85.000,00 0,5", "0012 90.000,00 1")
    assert found == [] and tables["roster"].columns["employee_id"].tolist() == ["1.001", "2.002", "0012"]


def test_with_commas_between_cells_a_point_stands_before_decimals(tmp_path: Path) -> None:
    tables, found = roster(tmp_path, "E1 81500.125 0.925", mark=",")
    assert found == [] and tables["roster"].columns["base_salary"].tolist() == [81500.125]
    file = tmp_path / "roster.csv"
    file.write_text('employee_id,plan_id,base_salary,hire_date\nE1,P,"81,500",2020-01-01\n', encoding="utf-8")
    _, (issue,) = read_tables([RawTable.of_rows(PLAN, "plans"), RawTable.of_csv(file)], TYPES)
    assert "81500 or 81.5" in issue.message


@pytest.mark.parametrize(
    ("salaries", "places"),
    [
        ((82000, "81.500"), ["Roster!C3"]),
        ((" 81.500 ", "85.000"), ["Roster!C2", "Roster!C3"]),
        (("81.500", "85.25"), []),
        ((81.5, "85000"), []),
    ],
)
def test_a_text_of_a_sheet_that_can_be_two_numbers_is_refused(
    salaries: tuple[object, object], places: list[str]
) -> None:
    rows = [["employee_id", "plan_id", "base_salary", "hire_date", "fte"]]
    rows += [[f"E{n}", "P", one, "2020-01-01", "1.000"] for n, one in enumerate(salaries)]
    _, found = read_tables([RawTable.of_rows(PLAN, "plans"), RawTable.of_sheet("Roster", rows)], TYPES)
    assert [issue.where for issue in found if "two ways" in issue.message] == places
