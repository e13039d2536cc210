"""Owners by name: first and last names in two columns, and people whom the CRM calls otherwise."""

from pathlib import Path

import pytest
from mapping import KNOWN, imported

from csm_xl.errors import CsmError
from csm_xl.intake.column_answers import Around
from csm_xl.intake.files import block_of
from csm_xl.intake.grid import grid_of
from csm_xl.intake.open_columns import open_columns
from csm_xl.intake.proposal import completed
from csm_xl.intake.run import run
from csm_xl.intake.sources import Source
from csm_xl.intake.sources_reading import sources_of
from csm_xl.intake.sources_writing import source_text
from csm_xl.plan.raw import Origin, RawTable

HEADER = "Worker ID,Legal Name - First Name,Legal Name - Last Name,Hire Date,Annual Base Pay\n"
PEOPLE = HEADER + "E1,Katherine,Long,2024-01-01,90000\nE2,Ian,O'Neil,2024-01-01,90000\n"
DEALS = "Opportunity ID,Close Date,Amount,Opportunity Owner\nD1,2026-01-05,10,{one}\nD2,2026-01-05,10,{two}\n"
ROSTER = '[[source]]\ntable = "roster"\nfrom = "people.csv"\ncolumns.employee_id = "Worker ID"\n'
NAMED = 'columns.first_name = "Legal Name - First Name"\ncolumns.last_name = "Legal Name - Last Name"\n'
JOINED = (
    '[[source]]\ntable = "deals"\nfrom = "crm.csv"\ncolumns.deal_id = "Opportunity ID"\n'
    'join.employee_id = {{ column = "Opportunity Owner", table = "roster", key = {key},'
    ' value = "{value}" }}\n'
)
BOTH = '["Legal Name - First Name", "Legal Name - Last Name"]'
ALIAS = 'values.employee_id = {{ "katie long" = "{meant}" }}\n'


def owners(folder: Path, mapping: str, one: str, two: str) -> list[object]:
    """Whose deals they are."""
    deals = imported(folder, mapping, people=PEOPLE, crm=DEALS.format(one=one, two=two))[-1].raw
    at = list(deals.rows[0]).index("employee_id")
    return [row[at] for row in deals.rows[1:]]


def test_a_key_of_two_columns_is_a_whole_name(tmp_path: Path) -> None:
    mapping = ROSTER + JOINED.format(key=BOTH, value="Worker ID")
    assert owners(tmp_path, mapping, "Katherine Long", '"O\'Neil, Ian"') == ["E1", "E2"]
    sources = sources_of(mapping, tmp_path / "sources.toml", KNOWN).sources
    assert sources_of(source_text(sources[1]), tmp_path / "sources.toml", KNOWN).sources[0].join == (
        sources[1].join
    )


def test_the_key_employee_name_is_first_and_last_name_where_the_roster_has_these(tmp_path: Path) -> None:
    mapping = ROSTER + NAMED + JOINED.format(key='"employee_name"', value="Worker ID")
    assert owners(tmp_path, mapping, "Katherine Long", "Ian O'Neil") == ["E1", "E2"]


def test_the_workbooks_roster_alone_is_searched_by_the_name_that_outputs_use(tmp_path: Path) -> None:
    mapping = JOINED.format(key='"employee_name"', value="employee_id")
    (tmp_path / "crm.csv").write_text(DEALS.format(one="Sample Two", two='"Long, Katherine"'))
    header = ["Employee id", "Employee name", "First name", "Last name", "Hire date", "Base salary"]
    rows = [["E1", None, "Katherine", "Long", "2024-01-01", 90000],
            ["E2", "Sample Two", "Ian", "O'Neil", "2024-01-01", 90000]]  # fmt: skip
    own = RawTable("roster", [header, *rows], Origin("file", "mine.xlsx", 1))
    (deals,) = run(sources_of(mapping, tmp_path / "sources.toml", KNOWN), KNOWN, None, [own])
    at = list(deals.raw.rows[0]).index("employee_id")
    assert [row[at] for row in deals.raw.rows[1:]] == ["E2", "E1"]
    with pytest.raises(CsmError, match="no source of this mapping is that table"):
        run(sources_of(mapping, tmp_path / "sources.toml", KNOWN), KNOWN)
    wrong = JOINED.format(key='"Full Name"', value="employee_id")
    with pytest.raises(CsmError, match="the table roster has no such columns"):
        run(sources_of(wrong, tmp_path / "sources.toml", KNOWN), KNOWN, None, [own])


@pytest.mark.parametrize("meant", ["Katherine Long", "E1"])
def test_a_nickname_is_answered_by_values(tmp_path: Path, meant: str) -> None:
    mapping = ROSTER + JOINED.format(key=BOTH, value="Worker ID") + ALIAS.format(meant=meant)
    assert owners(tmp_path, mapping, "Katie Long", "Ian O'Neil") == ["E1", "E2"]


def test_a_name_that_is_not_there_comes_with_what_answers_it(tmp_path: Path) -> None:
    mapping = ROSTER + JOINED.format(key=BOTH, value="Worker ID")
    deals = imported(tmp_path, mapping, people=PEOPLE, crm=DEALS.format(one="Katie Long", two="Ian O'Neil"))[
        -1
    ]
    (issue,) = [one for one in deals.raw.issues if one.severity == "error"]
    assert (issue.got, issue.meant) == ("Katie Long", "Katherine Long")
    assert 'values.employee_id = { "Katie Long" = "Katherine Long" }' in issue.hint


def test_two_people_of_one_name_are_asked_about_and_answered_by_the_id(tmp_path: Path) -> None:
    mapping = ROSTER + JOINED.format(key=BOTH, value="Worker ID")
    twins = PEOPLE + "E3,Katherine,Long,2024-01-01,90000\n"
    crm = DEALS.format(one="Katie Long", two="Ian O'Neil")
    alike = imported(tmp_path, mapping + ALIAS.format(meant="Katherine Long"), people=twins, crm=crm)[-1]
    (issue,) = [one for one in alike.raw.issues if one.severity == "error"]
    assert "has 2 of that name: E1, E3" in issue.message
    sure = imported(tmp_path, mapping + ALIAS.format(meant="E3"), people=twins, crm=crm)[-1]
    assert not [one for one in sure.raw.issues if one.severity == "error"]


def test_a_key_that_is_no_header_says_what_a_key_may_be(tmp_path: Path) -> None:
    with pytest.raises(CsmError) as wrong:
        imported(tmp_path, JOINED.format(key="[]", value="Worker ID"), crm=DEALS.format(one="A", two="B"))
    assert 'key = ["First name", "Last name"]' in str(wrong.value)


def test_the_headers_of_workday_are_mapped_and_owners_are_looked_up_in_both(tmp_path: Path) -> None:
    for name, text in (("people", PEOPLE), ("crm", DEALS.format(one="Katherine Long", two="Ian O'Neil"))):
        (tmp_path / f"{name}.csv").write_text(text)
    people, crm = (grid_of(block_of(tmp_path / f"{name}.csv")) for name in ("people", "crm"))
    found = open_columns(Source("roster", "people.csv"), people, KNOWN["roster"], Around()).source
    assert (found.columns["first_name"], found.columns["last_name"], found.columns["base_salary"]) == (
        "Legal Name - First Name", "Legal Name - Last Name", "Annual Base Pay")  # fmt: skip
    around = Around(exports=[(Source("roster", "people.csv"), people)])
    question, *_ = completed(Source("deals", "crm.csv"), crm, KNOWN["deals"], around).questions
    assert question.answers[0].line == (
        'join.employee_id = { column = "Opportunity Owner", table = "roster", key ='
        ' ["Legal Name - First Name", "Legal Name - Last Name"], value = "Worker ID" }'
    )


def test_a_raise_in_an_export_of_changes_is_known_by_the_name_that_the_roster_has_for_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "c.csv").write_text("Worker ID,Effective Date,Annual Base Pay\nE1,2026-02-01,90000\n")
    grid = grid_of(block_of(tmp_path / "c.csv"))
    found = open_columns(Source("changes", "c.csv"), grid, KNOWN["changes"], Around()).source
    assert found.columns["base_salary"] == "Annual Base Pay"
