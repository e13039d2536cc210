"""``csm-xl import --into FOLDER``: the files of the imported tables change, and nothing else."""

from pathlib import Path

import pytest
from commands import commanded as shell

PLAN = (
    '[[plans]]\nplan_id = "p"\nmodel = "base_variable"\npay_period = "quarter"\ntarget_basis = "ratio"\n'
    'target_value = 0.1\n[[components]]\nplan_id = "p"\ncomponent_id = "up"\ntype = "commission"\n'
    "rate = 0.02\n"
)
ROSTER = (
    "Employee ID,plan_id,base_salary,hire_date,Comment\n"
    "E1,p,90000.00,2024-01-01,seen by Finance\nE2,p,80000,2024-01-01,\n"
)
DEALS = 'Opportunity ID,Close Date,Amount,Owner ID\nD1,03/15/2026,"$1,000.00",E1\nD2,02/01/2026,$50.50,E2\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "plan.toml").write_text(PLAN)
    (tmp_path / "mine" / "roster.csv").write_text(ROSTER)
    (tmp_path / "crm.csv").write_text(DEALS)
    return tmp_path


def test_a_new_table_is_a_new_file_that_is_paid_from(folder: Path) -> None:
    said = shell(folder, "import", "crm.csv", "--into", "mine")
    assert "csm-xl pay mine pays by them" in said
    assert (folder / "mine" / "deals.csv").read_text() == (
        "deal_id,date,amount,employee_id\nD1,2026-03-15,1000,E1\nD2,2026-02-01,50.5,E2\n"
    )
    assert (folder / "mine" / "deals.csv").stat().st_mode & 0o077 == 0
    assert 'from = "../crm.csv"' in (folder / "mine" / "sources.toml").read_text()
    shell(folder, "pay", "mine", "--period", "2026-Q1", "--out", "payouts.csv")
    assert "E1,p,up," in (folder / "payouts.csv").read_text().replace("2026-Q1,", "")
    assert "nothing in the folder changes" in shell(folder, "import", "--into", "mine")


def test_cells_and_columns_that_the_export_does_not_change_stay(folder: Path) -> None:
    (folder / "hr.csv").write_text(
        'Worker ID,Annual Salary,Hire Date,Termination Date\nE1,"$90,000.00",01/01/2024,\n'
        'E2,"$85,000.00",01/01/2024,05/15/2026\nE3,"$70,000.00",01/15/2026,\n'
    )
    (folder / "mine" / "sources.toml").write_text(
        '[[source]]\ntable = "roster"\nfrom = "../hr.csv"\ndates = "mdy"\nfill.plan_id = "p"\n'
    )
    said = shell(folder, "import", "--into", "mine")
    assert "roster, raises (1): E2: 80000 → 85000" in said
    assert (folder / "mine" / "roster.csv").read_text() == (
        "Employee ID,plan_id,base_salary,hire_date,Comment,leave_date\n"
        "E1,p,90000.00,2024-01-01,seen by Finance,\nE2,p,85000,2024-01-01,,2026-05-15\n"
        "E3,p,70000,2026-01-15,,\n"
    )


def test_a_file_with_decimal_commas_is_written_with_points(folder: Path) -> None:
    text = ROSTER.replace(",", ";").replace("90000.00", "90.000,50")
    (folder / "mine" / "roster.csv").write_text(text.replace("90.000,50", "90000,50"))
    (folder / "hr.csv").write_text("employee_id,plan_id,base_salary,hire_date\nE1,p,90000.5,2024-01-01\n"
                                   "E2,p,81000,2024-01-01\n")  # fmt: skip
    shell(folder, "import", "hr.csv", "--into", "mine")
    assert (folder / "mine" / "roster.csv").read_text() == (
        "Employee ID,plan_id,base_salary,hire_date,Comment\n"
        "E1,p,90000.5,2024-01-01,seen by Finance\nE2,p,81000,2024-01-01,\n"
    )


def test_a_fault_or_an_open_question_writes_nothing(folder: Path) -> None:
    (folder / "hr.csv").write_text("employee_id,plan_id,base_salary,hire_date\nE1,p,1,2024-01-01\n")
    (folder / "crm.csv").write_text(DEALS.replace(",E2", ",E77"))
    before = {file.name: file.read_bytes() for file in (folder / "mine").iterdir()}
    said = shell(folder, "import", "crm.csv", "hr.csv", "--into", "mine", "--accept-removed", status=2)
    assert "crm.csv row 3 (Owner ID)" in said
    (folder / "crm.csv").write_text(DEALS.replace("03/15", "03/05"))
    assert 'dates = "mdy"' in shell(folder, "import", "crm.csv", "--into", "mine", "--yes", status=2)
    assert "--accept-removed" in shell(folder, "import", "hr.csv", "--into", "mine", status=2)
    assert {file.name: file.read_bytes() for file in (folder / "mine").iterdir()} == before


def test_a_table_of_a_toml_plan_and_a_folder_that_is_not_there_are_refused(folder: Path) -> None:
    (folder / "components.csv").write_text("plan_id,component_id,type,rate\np,up,commission,0.03\n")
    assert "components comes from a TOML file" in shell(
        folder, "import", "components.csv", "--into", "mine", status=2
    )
    assert "no such folder" in shell(folder, "import", "crm.csv", "--into", "none", status=2)


def test_a_stated_sample_in_a_currency_that_no_plan_pays_is_asked_about(folder: Path) -> None:
    (folder / "crm.csv").write_text(DEALS.replace("$", "€"))
    mapping = (
        '[[source]]\ntable = "deals"\nfrom = "../crm.csv"\ndates = "mdy"\nnumber = "€1,234.50"\n'
        'columns.deal_id = "Opportunity ID"\ncolumns.date = "Close Date"\ncolumns.employee_id = "Owner ID"\n'
    )
    (folder / "mine" / "sources.toml").write_text(mapping)
    for currency, status in (("USD", 2), ("EUR", 0)):
        (folder / "mine" / "plan.toml").write_text(
            PLAN.replace('"p"\n', f'"p"\ncurrency = "{currency}"\n', 1)
        )
        said = shell(folder, "import", "--into", "mine", status=status)
        asked = "numbers are in '€', and the plans pay in USD. Which currency is it?"
        assert (asked in said) == (status == 2)
        assert (folder / "mine" / "deals.csv").exists() == (status == 0)


def test_one_number_with_a_sign_does_not_say_the_currency_of_all(folder: Path) -> None:
    plan = PLAN.replace('"p"\n', '"p"\ncurrency = "USD"\n', 1)
    (folder / "mine" / "plan.toml").write_text(plan)
    (folder / "crm.csv").write_text(DEALS.replace("$50.50", "€50.50").replace("$1,000.00", "1,000.00"))
    said = shell(folder, "import", "crm.csv", "--into", "mine", "--yes", status=2)
    assert "some numbers are in '€', and others, such as '1,000.00', have no sign." in said
    assert 'currency = "EUR"' in said
    assert not (folder / "mine" / "deals.csv").exists()
