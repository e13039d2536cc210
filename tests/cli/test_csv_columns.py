"""Payout lines written by column are, byte for byte, their rows written one by one."""

from pathlib import Path

import numpy as np
import pytest

from csm_xl.cli import csv_text as writing
from csm_xl.cli.csv_text import cell_text, csv_parts, csv_text, number_text
from csm_xl.cli.outputs import row_writer
from csm_xl.engine.components import component_types
from csm_xl.engine.currency import with_currency
from csm_xl.engine.paid_lines import PaidLines
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.display_names import DisplayNames
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.tables import PAY_TABLES, Tables, read_strict
from csm_xl.workbook.sample import sample_raw_tables

NUMBERS = [0.0, -0.0, 1.0, -2.5, 0.1, 1 / 3, 1e-7, 1e15, -1e15, 999999999999999.0, 1e16, 1e22, 123456.75]


@pytest.fixture(scope="module")
def sample() -> Tables:
    return read_strict(sample_raw_tables(), component_types(), PAY_TABLES)


@pytest.fixture(scope="module")
def paid(sample: Tables) -> PaidLines:
    runs = [run(sample, period) for period in ("2026-Q1", "2026-Q2")]
    return PaidLines(runs, Currencies(sample), DisplayNames(sample))


def test_the_rows_have_their_currencies_and_names(paid: PaidLines, sample: Tables) -> None:
    names, known = DisplayNames(sample), Currencies(sample)
    rows = [row for lines in paid.runs for row in lines.rows()[1:]]
    expected = names.beside(with_currency([paid.runs[0].rows()[0], *rows], known))
    assert paid.rows() == expected
    assert len(paid) == len(rows)


@pytest.mark.parametrize("at_once", [7, 20_000])
def test_columns_are_written_as_their_rows(
    paid: PaidLines, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_AT_ONCE", at_once)
    assert "".join(csv_parts(paid)) == csv_text(paid.rows())


def test_a_file_that_holds_the_lines_is_written_again(paid: PaidLines, tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"
    file.write_text(csv_text(paid.rows()), encoding="utf-8", newline="")
    row_writer(file)(paid)
    file.write_text(csv_text(paid.rows()) + "\n", encoding="utf-8", newline="")
    with pytest.raises(CsmError, match="already exists"):
        row_writer(file)(paid)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_the_shortest_text_that_gives_it_back(number: float) -> None:
    whole = float(number).is_integer() and abs(number) < 1e15
    assert number_text(number) == cell_text(number) == (str(int(number)) if whole else repr(number))


def test_texts_with_marks_of_csv_are_quoted_as_in_rows() -> None:
    from csm_xl.plan.coded import Coded

    class Some:
        header = ("a", "b")

        def rows(self) -> list[list[object]]:
            return [self.header, ['x,"y"', 1.5], ["=1+1", None], ["two\nlines", 2.0]]

        def blocks(self):  # type: ignore[no-untyped-def]
            yield [Coded(['x,"y"', "=1+1", "two\nlines"], np.arange(3)), np.array([1.5, np.nan, 2.0])]

    assert "".join(csv_parts(Some())) == csv_text(Some().rows())
