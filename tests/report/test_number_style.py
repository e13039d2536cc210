"""Statements and letters write numbers and days as the company does; its pay is the same."""

from datetime import date
from pathlib import Path

import pytest
from people import raws
from pypdf import PdfReader

from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.company import Company, toml_company
from csm_xl.report import words
from csm_xl.report.letters.files import write as write_letters
from csm_xl.report.statements import write
from csm_xl.workbook.settings import settings_of


def text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def statement(folder: Path, **company: str) -> str:
    (done,) = write(raws(**company), "2026-Q2", folder, as_of=date(2026, 7, 5), employees=["E1"])
    return text_of(done.path)


def test_a_statement_is_written_as_the_company_writes(tmp_path: Path) -> None:
    usual = statement(tmp_path / "a")
    assert "4,500.00" in usual and "as of 2026-07-05" in usual
    german = statement(tmp_path / "b", number_style="German", date_style="European")
    assert "4.500,00" in german and "as of 05.07.2026" in german
    assert "4,500.00" not in german and "2026-07-05" not in german
    assert "2026-Q2" in german
    french = statement(tmp_path / "c", number_style="French", date_style="US")
    assert "4\u202f500,00" in french and "as of 07/05/2026" in french


def test_a_letter_is_written_as_the_company_writes(tmp_path: Path) -> None:
    company = {"number_style": "German", "date_style": "European"}
    (done,) = write_letters(raws(**company), tmp_path / "a", period="2026", people=["E1"])
    said = text_of(done.path)
    assert "90.000,00" in said and "90,000.00" not in said
    (done,) = write_letters(raws(), tmp_path / "b", period="2026", people=["E1"])
    assert "90,000.00" in text_of(done.path)


def test_nothing_but_the_writing_changes(tmp_path: Path) -> None:
    usual, other = raws(), raws(number_style="French", date_style="European")
    assert run(usual, "2026-Q2").rows() == run(other, "2026-Q2").rows()
    statement(tmp_path, number_style="German")
    assert words.money(1234.5) == "1,234.50"  # nothing stays behind


def test_numbers_of_a_calculation_are_in_style_and_periods_and_ids_are_not() -> None:
    with words.styled(Company(number_style="German", date_style="US")):
        assert words.shortened("1487.5 × 0.801829268292683") == "1487,5 × 0,8018"
        assert words.days_in_style("2026-Q1, from 2026-02-15") == "2026-Q1, from 02/15/2026"
        assert words.ratio(0.7875) == "78,75%"


def test_a_number_in_french_style_is_never_broken() -> None:
    with words.styled(Company(number_style="French")):
        assert words.one_line(f" paid  {words.money(1234567.5)}\n") == "paid 1\u202f234\u202f567,50"


def test_a_style_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(CsmError, match=r"plan.toml company.number_style.*German \(1.234,56\)"):
        toml_company({"company": {"number_style": "Klingon"}}, "plan.toml")
    with pytest.raises(CsmError, match="Control!B20: there is no such choice"):
        settings_of({"period": "2026", "date_style": "31.3."}, {"date_style": "Control!B20"})
    said = settings_of({"period": "2026", "date_style": "european"})
    assert said.company()[0].rows[1][:2] == ("date_style", "European")
    assert settings_of({"period": "2026"}).company() == []
