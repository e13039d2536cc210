"""Tables kept by column are the same rows, whatever their shape, and are read as cell by cell."""

import csv
import io
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from csm_xl.plan import raw_rows
from csm_xl.plan.coded import Coded, coded, merged
from csm_xl.plan.groups import Groups
from csm_xl.plan.raw import RawTable
from csm_xl.plan.raw_rows import RawRows
from csm_xl.plan.schema import schemas
from csm_xl.plan.table import Table

TEXTS = ["a", "b", "", " ", "csm"]


def ragged(seed: int) -> list[list[str]]:
    rng = random.Random(seed)
    widths = [3, 3, 2, 0, 5] if seed % 2 else [3]
    return [[rng.choice(TEXTS) for _ in range(rng.choice(widths))] for _ in range(rng.randrange(20))]


@pytest.mark.parametrize("seed", range(40))
def test_rows_by_column_are_the_rows_that_came(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_rows, "_AT_ONCE", 7)
    rows = ragged(seed)
    for kept in (RawRows.of(rows), RawRows.of_texts(iter(rows))):
        assert list(kept) == [kept[at] for at in range(len(kept))] == rows
        assert list(kept[2:]) == rows[2:]
        assert kept.filled().tolist() == [any(cell.strip() for cell in row) for row in rows]
        lines, filled = kept.without_blank_rows()
        assert list(filled) == [rows[line] for line in lines]


def test_cells_that_are_equal_and_mean_two_things_stay_apart() -> None:
    rows = [["flag"], [1], [True], [1.0]]
    assert [type(row[0]) for row in list(RawRows.of(rows))[1:]] == [int, bool, float]


def test_a_column_has_no_value_of_rows_that_are_not_in_it() -> None:
    header, *body = [["team"], ["T1"], ["T2"]]
    assert RawRows.of([header, *body])[1:].columns[0].values == ["T1", "T2"]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_file_in_pieces_has_the_rows_of_the_csv_module(
    ends: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from csm_xl.plan import raw

    monkeypatch.setattr(raw, "_PIECE", 5)
    text = ends.join(['id,note', 'E1,"one', 'two"', "E2,", 'E3,"a ""b"""', "", ""])  # fmt: skip
    file = tmp_path / "notes.csv"
    file.write_bytes(text.encode())
    assert list(RawTable.of_csv(file).rows) == list(csv.reader(io.StringIO(text, newline="")))


def test_rows_that_are_alike_are_found_by_several_columns() -> None:
    rng = np.random.default_rng(3)
    columns = [rng.integers(0, 4, 50) for _ in range(3)]
    same = Groups([coded(column) for column in columns])
    expected: dict[tuple[int, ...], list[int]] = {}
    for row, key in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        expected.setdefault(key, []).append(row)
    assert same.every() == list(expected.values()) == [same.rows(at) for at in range(len(same))]
    assert same.first.tolist() == [rows[0] for rows in expected.values()]


def test_many_values_in_many_columns_do_not_overflow() -> None:
    wide = Coded(range(2**31), np.array([0, 2**31 - 1, 0, 5]))  # type: ignore[arg-type]
    assert Groups([wide, wide, wide]).every() == [[0, 2], [1], [3]]


def test_blank_numbers_are_not_alike() -> None:
    assert len(Groups([coded(np.array([np.nan, 1.0, np.nan, 1.0]))])) == 3


def test_what_is_known_of_a_column_ends_with_the_column() -> None:
    schema = schemas({})["prices"]
    table = replace(Table.blank(schema), rows=2, columns=Table.blank(schema).columns | {
        "price": np.array([1.0, 1.0])})  # fmt: skip
    assert len(table.groups("price")) == 1
    other = replace(table, columns=table.columns | {"price": np.array([1.0, 2.0])})
    assert len(other.groups("price")) == 2


def test_texts_that_read_alike_are_one_value() -> None:
    assert merged(Coded(["E1", "E1", "E2"], np.array([0, 1, 2]))).values == ["E1", "E2"]


def test_groups_that_were_let_go_are_found_again() -> None:
    schema = schemas({})["prices"]
    table = replace(Table.blank(schema), rows=3, columns=Table.blank(schema).columns | {
        "price": np.array([1.0, 2.0, 1.0])})  # fmt: skip
    before = table.groups("price")
    table.forget_groups()
    assert table.groups("price") is not before
    assert table.groups("price").every() == before.every() == [[0, 2], [1]]
