"""Statements and letters write numbers and days as the company does; its pay is the same."""

import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from people import raws
from pypdf import PdfReader

from csm_xl.engine.explain import explain
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.company import Company, company_table, toml_company
from csm_xl.plan.raw import RawTable
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
        short = words.shortened("1487.5 × 0.801829268292683")
        assert words.calculation_in_style(short) == "1487,5 × 0,8018"
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


ENGLISH = re.compile(r"(?<![\w.,])(?:0\.\d+|\d+\.(?:\d\d?|\d{4,}))(?![\w.,]*\d)")
"""A decimal point, where a German company writes a comma; none is in 1.500 and 31.12.2026."""


def many_figures() -> list[RawTable]:
    """A company whose statement has figures in every place: a curve in the measure's own unit with a cap, a
    gate, personal goals, a guarantee, and adjustments with reasons that people typed."""
    tables: dict[str, list[list[Any]]] = {
        "plans": [["plan_id", "model", "pay_period", "target_basis", "target_value", "currency"],
                  ["p", "base_variable", "quarter", "ratio", 0.2125, "EUR"]],
        "components": [
            ["plan_id", "component_id", "type", "measure", "scope", "weight", "curve_id", "on", "direction",
             "cap", "gate_measure", "gate_minimum", "gate_otherwise"],
            ["p", "hours", "metric", "TTR", "individual", 0.75, "c", "actual", "lower", 1.405, "NRR", 0.755,
             0.505],
            ["p", "mbo", "goals", None, None, 0.25, *[None] * 7],
        ],
        "curves": [["curve_id", "attainment", "payout"], ["c", 4000.25, 0], ["c", 2500.25, 1],
                   ["c", 1250.5, 1.505]],
        "roster": [["employee_id", "first_name", "last_name", "email", "plan_id", "base_salary", "hire_date"],
                   ["E1", "Sample", "01", "one@example.com", "p", 85000.55, "2024-01-01"],
                   ["M1", "Sample", "02", "two@example.com", "p", 95000.55, "2024-01-01"]],
        "results": [["period", "scope", "id", "measure", "actual", "goal"],
                    *(["2026-Q1", "individual", who, name, actual, goal] for who in ("E1", "M1")
                      for name, actual, goal in (("TTR", 2250.75, None), ("NRR", 0.8235, 0.85)))],
        "goals": [["period", "employee_id", "goal", "weight", "score"],
                  *(["2026-Q1", who, "Release 1.5", 1, 0.875] for who in ("E1", "M1"))],
        "arrangements": [["employee_id", "kind", "from", "amount"],
                         ["E1", "guarantee", "2026-01-01", 3000.25]],
        "adjustments": [["period", "employee_id", "amount", "reason", "kind", "approved_by"],
                        ["2026-Q1", "E1", 500.5, "contract 12.5 was canceled", "clawback", "sample  02"],
                        ["2026-Q1", "E1", 10.25, "thanks", "manual", "TWO@example.com"],
                        ["2026-Q1", "M1", 10.25, "thanks", "manual", "Sample 99"]],
    }  # fmt: skip
    return [RawTable.of_rows(rows, name) for name, rows in tables.items()]


@pytest.mark.parametrize("analyst", [False, True])
def test_no_figure_of_a_german_statement_has_a_decimal_point(tmp_path: Path, analyst: bool) -> None:
    company = company_table({"number_style": "German", "date_style": "European"}, {}, "Control")
    (done,) = write([*many_figures(), *company], "2026-Q1", tmp_path, employees=["E1"], analyst=analyst)
    said = " ".join(text_of(done.path).split())
    assert ENGLISH.findall(said) == ["12.5", "1.5", "12.5"]  # as people typed them
    assert "contract 12.5 was canceled" in said and "[Release 1.5]" in said
    assert "2.250,75 pays 110,1% of target" in said  # beside the curve
    assert "guaranteed 3000,25" in said and "must reach 0,755, otherwise" in said
    assert "(4000,25; 0), (2500,25; 1), (1250,5; 1,505)" in said
    assert "rounded to 0,01" in said and "; 1,405)" in said


def test_what_says_that_numbers_are_shortened_is_there_only_where_one_is(tmp_path: Path) -> None:
    """Not where a number merely has another decimal mark."""
    for style in ("English", "German"):
        said = statement(tmp_path / style, number_style=style)
        assert "Long numbers are shown" not in said


def names_nobody(text: str) -> bool:
    return not any(name in text for name in ("Sample 0", "@example", "Sample 99"))


def test_where_nobody_is_named_an_approver_is_an_id_or_nobody(tmp_path: Path) -> None:
    named = explain(many_figures(), "E1", "2026-Q1")
    assert "(approved by sample  02)" in str(named) and "(approved by TWO@example.com)" in str(named)
    quiet = [*many_figures(), *company_table({"names_on_outputs": False}, {}, "Control")]
    told = str(explain(quiet, "E1", "2026-Q1"))
    assert told.count("(approved by M1)") == 2 and "sample" not in told.casefold() and "@" not in told
    assert "thanks (approved)" in str(explain(quiet, "M1", "2026-Q1"))  # of whom nobody knows the ID
    assert "approved by M1" in str(run(quiet, "2026-Q1").rows())
    files = write(quiet, "2026-Q1", tmp_path / "a")
    letters = write_letters(quiet, tmp_path / "b", period="2026")
    assert all(map(names_nobody, (text_of(one.path) for one in (*files, *letters))))


def test_a_letter_in_word_names_nobody_either(tmp_path: Path) -> None:
    pytest.importorskip("docx", reason="needs the extra docx")
    quiet = [*many_figures(), *company_table({"names_on_outputs": False}, {}, "Control")]
    for one in write_letters(quiet, tmp_path, period="2026", word=True):
        assert one.word is not None
        with zipfile.ZipFile(one.word) as packed:
            parts = [packed.read(name).decode("utf-8") for name in packed.namelist() if name.endswith("xml")]
        assert parts and all(map(names_nobody, parts))
