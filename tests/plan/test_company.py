"""How outputs show the company: the same settings in TOML and on Control, never two that contradict."""

from __future__ import annotations

from pathlib import Path

import pytest

from csm_xl.analysis.scenario import with_table
from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError
from csm_xl.plan.company import Company, company_of, company_table
from csm_xl.plan.dependence import for_people
from csm_xl.plan.fingerprint import fingerprint
from csm_xl.plan.load import sound
from csm_xl.plan.tables import Tables, read_tables
from csm_xl.plan.toml import from_toml
from csm_xl.workbook.settings import settings_of
from csm_xl.workbook.sheets.inputs import together

TOML = """
[company]
company_name = "Sample Inc."
company_logo = "logo.png"
contact_line = "pay@example.com"
paper_size = "a4"
names_on_outputs = false
"""
PLAN = '[[plans]]\nplan_id = "p"\nmodel = "base_only"\npay_period = "year"\ntarget_basis = "ratio"\n'


def test_a_toml_plan_holds_the_settings_and_its_logo_is_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(PLAN + TOML, encoding="utf-8")
    tables, _ = read_tables(from_toml(file), component_types())
    logo = str(tmp_path.resolve() / "logo.png")
    cell = "plan.toml company.company_logo"
    assert tables.company == Company("Sample Inc.", logo, "pay@example.com", "A4", False, cell)


def test_the_company_is_no_part_of_the_plans_fingerprint() -> None:
    plain, named = (read_tables(from_toml(text), component_types())[0] for text in (PLAN, PLAN + TOML))
    assert named.company.company_name and fingerprint(plain) == fingerprint(named)


def test_control_has_the_same_settings_and_a_workbook_without_them_its_defaults() -> None:
    given = {"period": "2026", "company_name": "Sample Inc.", "names_on_outputs": "NO"}
    (raw,) = settings_of(given).company({"company_name": "Control!B16"})
    assert company_of([raw])[0] == Company("Sample Inc.", names_on_outputs=False)
    assert settings_of({"period": "2026"}).company() == []


def test_what_is_no_choice_is_refused_with_its_cell() -> None:
    with pytest.raises(CsmError) as error:
        settings_of({"period": "2026", "names_on_outputs": "perhaps"}, {"names_on_outputs": "Control!B19"})
    (issue,) = error.value.issues
    assert issue.where == "Control!B19" and issue.got == "perhaps" and "yes, no" in issue.hint


def test_two_settings_that_differ_are_refused_and_a_no_to_names_is_heard_from_either() -> None:
    both = [*company_table({"company_name": "A"}, {"company_name": "Control!B16"}, "Control"),
            *company_table({"company_name": "B", "names_on_outputs": False}, {}, "plan.toml")]  # fmt: skip
    company, (issue,) = company_of(both)
    assert issue.severity == "error" and "'A' (Control!B16) and 'B'" in issue.message
    assert not company.names_on_outputs


def test_tables_that_are_made_of_others_keep_who_is_not_to_be_named() -> None:
    tables, _ = read_tables(from_toml(PLAN + TOML), component_types())
    made = [Tables(tables.types, tables), sound(tables), with_table(tables), together(tables),
            for_people(tables, [], ["E1"])[0]]  # fmt: skip
    assert [one.company for one in made] == [tables.company] * len(made)
    assert not tables.company.names_on_outputs


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("company = 3", "company does not have the required form"),
        ("[company]\nname = 'x'", "a company has no setting 'name'"),
        ("[company]\nnames_on_outputs = 'no'", "names_on_outputs is true or false"),
        ("[company]\ncompany_name = 3", "company_name is a text"),
        ("[company]\npaper_size = 'A5'", "there is no such paper"),
        ("[company]\ndate_style = '31.3.'", "there is no such date_style"),
    ],
)
def test_settings_that_cannot_be_meant_are_named(line: str, said: str) -> None:
    with pytest.raises(CsmError) as error:
        from_toml(line + "\n")
    assert said in error.value.issues[0].message and "company" in error.value.issues[0].where
