"""Arrow takes CSV apart and puts it together as Python alone does, cell by cell and byte by byte."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sweeps import swept

from csm_xl import extras
from csm_xl.batch import csv_lines
from csm_xl.cli import csv_text as writing
from csm_xl.cli.csv_text import Columns, csv_parts, csv_text, number_texts
from csm_xl.errors import CsmError
from csm_xl.plan import plain_csv
from csm_xl.plan.coded import Coded
from csm_xl.plan.raw import RawTable

pytest.importorskip("pyarrow")


class Block(Columns):
    """Columns of one block."""

    def __init__(self, columns: list[object]) -> None:
        self._columns = columns

    @property
    def header(self) -> list[str]:
        return [f"c{at}" for at in range(len(self._columns))]

    def blocks(self):
        yield self._columns

    def rows(self) -> list[list[object]]:
        plain = ([None if cell != cell else cell for cell in column.tolist()] for column in self._columns)
        return [self.header, *map(list, zip(*plain, strict=True))]


def numbers() -> np.ndarray:
    """Numbers of every size and kind, among them those next to where another way of writing begins."""
    random = np.random.default_rng(3)
    spread = 10 ** random.uniform(-9, 19, 40_000)
    edges = [10.0**power for power in range(-9, 23)]
    beside = [np.nextafter(edge, to) for edge in edges for to in (0, np.inf)]
    typed = np.round(random.lognormal(9, 3, 40_000), 2)
    return np.concatenate([spread, -spread, np.round(spread, 4), typed, edges, beside, [0, -0.0, np.nan]])


def test_numbers_are_written_alike() -> None:
    from csm_xl.batch.csv_lines import number_strings

    assert number_strings(numbers(), number_texts).to_pylist() == number_texts(numbers()).tolist()


def test_lines_are_written_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    every = numbers()[::7]
    texts = ["E1", 'a "b"', "a,b", "=1+1", "é", "", None, "two\nlines", True, 7]
    codes = np.arange(len(every)) % len(texts)
    block = Block([Coded(texts, codes), every, every[::-1], Coded(["USD"], np.zeros(len(every), dtype=int))])
    with_arrow = "".join(csv_parts(block))
    monkeypatch.setattr(writing, "has", lambda extra: False)
    assert with_arrow == "".join(csv_parts(block)) == csv_text(block.rows())


NASTY = [
    ",",
    '"',
    "\n",
    "\r",
    "\0",
    " ",
    "=",
    "'",
    "\ufeff",
    "\u2028",
    "é",
    "名",
    "😀",
    "E1",
    "\\",
    ";",
    "\t",
    "",
]


@pytest.mark.parametrize("seed", swept(range(20)))
def test_any_lines_are_written_alike(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(seed)
    rows = int(random.integers(1, 400))
    monkeypatch.setattr(writing, "_LARGE", 1)
    monkeypatch.setattr(csv_lines, "_AT_ONCE", int(random.integers(1, 100)))
    columns: list[object] = []
    for _ in range(int(random.integers(2, 6))):
        texts = ["".join(random.choice(NASTY, int(random.integers(0, 5)))) for _ in range(9)]
        values = [*texts, None, False, 3, 0.1, date(2026, 3, 31)]
        columns.append(Coded(values, random.integers(0, len(values), rows)))
        bits = random.integers(0, 2**64, rows, dtype=np.uint64).view(np.float64)  # numbers of every size
        some = random.random(rows)
        columns.append(np.where(some < 0.1, np.nan, np.where(np.isnan(bits), np.inf, bits)))
        columns.append(np.where(some < 0.1, np.nan, np.round(random.normal(0, 1e4, rows), 2)))
    with_arrow = "".join(csv_parts(Block(columns)))
    monkeypatch.setattr(writing, "has", lambda extra: False)
    assert with_arrow == "".join(csv_parts(Block(columns))) == csv_text(Block(columns).rows())


ROWS = (f"E{at % 700},{at / 8},{'x' if at % 3 else ''}\n" for at in range(20_000))
PLAIN = "id,amount,note\n" + "".join(ROWS)
FILES = {
    "plain": PLAIN,
    "Windows": PLAIN.replace("\n", "\r\n"),
    "no last end": PLAIN[:-1],
    "semicolons": PLAIN.replace(",", ";"),
    "letters": PLAIN.replace("x", "é"),
    "blanks": PLAIN.replace("x", " x "),
    "quotes": PLAIN.replace("x", '"x,y"'),
    "a blank line": f"{PLAIN}\n",
    "a blank line first": f"\n{PLAIN}",
    "a cell less": PLAIN + "E1,2\n",
    "a cell more": PLAIN + "E1,2,3,4\n",
    "a lone return": PLAIN.replace("x", "x\ry", 1),
    "sep": f"sep=,\n{PLAIN}",
    "one column": "id\n" + "E1\n" * 20_000 + "\nE2\n",
    "null": PLAIN.replace("x", "NULL"),
}


@pytest.mark.parametrize("kind", FILES)
def test_files_are_read_alike(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_csv, "_LARGE", 1000)
    file = tmp_path / "deals.csv"
    file.write_text(FILES[kind], encoding="utf-8", newline="")
    found = []
    for there in (True, False):
        monkeypatch.setattr(plain_csv, "has", lambda extra, there=there: there)
        try:
            raw = RawTable.of_csv(file)
            found.append(([list(row) for row in raw.rows], raw.origin, raw.decimal_commas))
        except CsmError as error:
            found.append((str(error),))
    assert found[0] == found[1]


def test_an_extra_is_there_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert extras.has("arrow")
    monkeypatch.setattr(extras, "find_spec", lambda module: None)
    assert not extras.has("arrow")
