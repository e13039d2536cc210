"""What people are called on outputs: employee_name, else first and last name, else nothing but the ID."""

from __future__ import annotations

from typing import Any

from csm_xl.engine.components import component_types
from csm_xl.plan.company import company_table
from csm_xl.plan.display_names import DisplayNames
from csm_xl.plan.tables import RawTable, read_tables

ROSTER = ["employee_id", "employee_name", "first_name", "last_name", "plan_id", "base_salary", "hire_date"]


def names_of(*people: tuple[Any, Any, Any, Any], shown: bool = True) -> DisplayNames:
    rows = [ROSTER, *([*who, "p", 90000, "2024-01-01"] for who in people)]
    raws = [RawTable.of_rows(rows, "roster"), *company_table({"names_on_outputs": shown}, {}, "Control")]
    return DisplayNames(read_tables(raws, component_types())[0])


PEOPLE = (("E1", "Sample 01", "Other", "Name"), ("E2", None, "Sample", "02"), ("E3", None, None, "03"),
          ("E4", None, None, None), ("E5", "Sample 01", None, None))  # fmt: skip


def test_the_whole_name_comes_before_first_and_last_and_both_before_the_id() -> None:
    names = names_of(*PEOPLE)
    assert [names.of(who) for who, *_ in PEOPLE] == ["Sample 01", "Sample 02", "03", "", "Sample 01"]
    assert names.shown("E4") == "E4" and names.of("nobody") == "" and names.shown("nobody") == "nobody"


def test_two_people_of_one_name_are_told_apart_by_their_id() -> None:
    names = names_of(*PEOPLE)
    assert (names.shown("E1"), names.shown("E5")) == ("Sample 01 (E1)", "Sample 01 (E5)")


def test_names_are_a_column_after_the_id_and_rows_without_names_stay_as_they_are() -> None:
    rows = [["period", "employee_id", "amount"], ["Q1", "E1", 1.0], ["Q1", "E4", 2.0]]
    assert names_of(*PEOPLE).beside(rows) == [
        ["period", "employee_id", "employee_name", "amount"],
        ["Q1", "E1", "Sample 01", 1.0],
        ["Q1", "E4", None, 2.0],
    ]
    assert names_of(PEOPLE[3]).beside(rows) == rows
    assert names_of(*PEOPLE).beside(rows, 5)[1][2] == "Samp…"


def test_nobody_is_named_where_names_are_not_to_be_on_outputs() -> None:
    names = names_of(*PEOPLE, shown=False)
    assert not names and {names.shown(who) for who, *_ in PEOPLE} == {who for who, *_ in PEOPLE}
