"""Statements with a book show what was paid, and corrections by the period that they belong to."""

import pytest
from companies import close_period, company, correct
from pypdf import PdfReader
from typer.testing import CliRunner

from csm_xl.book.deciding import approve
from csm_xl.cli import app
from csm_xl.cli.files import csv_text


@pytest.fixture
def statement(place, tmp_path):
    """The text of E1's statement of a period."""
    source = tmp_path / "inputs"
    source.mkdir()

    def text(raws, period, *more):
        for raw in raws:
            (source / f"{raw.name}.csv").write_text(csv_text(raw.rows), encoding="utf-8")
        out = tmp_path / "out"
        words = ["statements", str(source), "--period", period, "--out", str(out), "--force", *more]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
        (file,) = out.glob("*E1.pdf")
        said = " ".join(page.extract_text() for page in PdfReader(file).pages).split()
        file.unlink()
        return " ".join(said)

    return text


def test_paid_to_date_comes_from_the_book_and_corrections_are_lines_of_their_own(place, statement):
    place.create()

    def decide(event):
        approve(place.book("bob"), event.id, by=place.by("bob"))

    decide(close_period(place, company(90), "2026-Q1"))
    late = correct(place, company(97), "2026-Q2").event
    said = statement(company(97), "2026-Q2", "--book", place.where)
    assert (
        f"Not approved yet, so not counted as paid: the retro of 2026-Q1 into 2026-Q2 (event {late.id})"
        in said
    )
    assert "2026-Q2, calculated" in said and "Correction of 2026-Q1" not in said
    decide(late)
    decide(close_period(place, company(97), "2026-Q2"))
    said = statement(company(97), "2026-Q2", "--book", place.where)
    assert "2026-Q1 2,500.00 2,250.00" in said and "Correction of 2026-Q1, with 2026-Q2 – 175.00" in said
    assert "Sum 5,000.00 4,925.00" in said and "Correction of 2026-Q1, paid with 2026-Q2 175.00" in said
    assert "Variable pay of 2026-Q2 with corrections 2,675.00" in said
    assert f"book of record {place.book().head()[1][:16]}" in said and "calculated," not in said
    assert ("approved by names that are not verified" in said) is place.sqlite
    first = statement(company(97), "2026-Q1", "--book", place.where)
    assert "2026-Q1 was paid as 2,250.00 USD; today's inputs come to 2,425.00 USD." in first
    assert "Correction" not in first  # it was paid later


def test_without_a_book_the_year_is_calculated(place, statement):
    said = statement(company(90), "2026-Q2")
    assert "Plan year to date Target Calculated" in said and "book of record" not in said
