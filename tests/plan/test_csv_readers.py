"""A large CSV file reads the same with Arrow and without: the same cells, or the same refusal."""

import csv
import random
from pathlib import Path

import pytest
from sweeps import swept

from csm_xl.errors import CsmError
from csm_xl.plan import plain_csv, raw
from csm_xl.plan.raw import RawTable
from csm_xl.plan.raw_rows import RawRows

pytest.importorskip("pyarrow")

PLAIN = ["E1", "", "0.5", " ", "NULL", "nan", "é", "名", "=1+1", "'", "\\", "\\n", "#",
         "a b", "\u2028", "\x85", "\x0b", "\x1a", "\ufeff", "x" * 300]  # fmt: skip
QUOTED = ['"a"', '"a,b"', '"a\nb"', '"a\r\nb"', '"a\rb"', '"a ""b"""', '="007"', 'a"b', '"a"b', '"open', '""']
ENDS = ["\n", "\r\n"]
STARTS = ["", "\ufeff", "\ufeff\ufeff", "\n", "\r\n", " \n", "sep=,\n", "sep=;\r\n", ",,\n", "\t\t\n", "\r"]
FIELD = 200
"""So long may a cell be here, for the test to be fast."""


def nasty(seed: int) -> bytes:
    """A file: plain at first, with a slip or two in most."""
    rng = random.Random(seed)
    delimiter, end, width = rng.choice(",,;\t|"), rng.choice(ENDS), rng.randrange(1, 5)
    cells = [one for one in PLAIN[:-1] if delimiter not in one]
    rows = [[rng.choice(cells) for _ in range(width)] for _ in range(rng.choice([0, 1, 2, 5, 400]))]
    rows.insert(0, [rng.choice(["id", "team", "id", "actual"]) for _ in range(width)])
    for _ in range(rng.choice([0, 0, 0, 0, 1, 2])):
        row = rng.choice(rows)
        slip = rng.randrange(7)
        if slip == 0 and row:
            row[rng.randrange(len(row))] = rng.choice(QUOTED)
        elif slip == 1:
            row.append("more")
        elif slip == 2:
            del row[-1:]
        elif slip == 3:
            rows.insert(rng.randrange(len(rows) + 1), [])
        elif slip == 4 and row:
            row[-1] += rng.choice(["\r", "\n", "\0", "\r\r", end])
        elif slip == 5 and row:
            row[0] = PLAIN[-1]
        else:
            rows.append([""] * rng.randrange(4))
    text = (
        rng.choice([""] * 8 + STARTS)
        + end.join(map(delimiter.join, rows))
        + rng.choice(["", end, end, end * 2, "\r"])
    )
    encoding = rng.choice(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16"])
    return text.encode(encoding)


def read(file: Path) -> object:
    """What a file is read as."""
    try:
        table = RawTable.of_csv(file)
    except CsmError as error:
        return error.issues
    return [list(row) for row in table.rows], table.origin, table.decimal_commas, table.issues


def both(file: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[object, object]:
    """What a file is read as with Arrow, and without."""
    found = []
    for there in (True, False):
        monkeypatch.setattr(plain_csv, "has", lambda extra, there=there: there)
        found.append(read(file))
    return found[0], found[1]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch):
    """Arrow takes small files apart too, in small blocks, and no cell may be long."""
    monkeypatch.setattr(plain_csv, "_LARGE", 1)
    monkeypatch.setattr(plain_csv, "_BLOCK", 1 << 10)
    before = csv.field_size_limit(FIELD)
    yield
    csv.field_size_limit(before)


@pytest.mark.parametrize("seed", swept(range(20)))
def test_any_file_is_read_alike(
    seed: int, small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []

    def plain_rows(*given: str) -> RawRows | None:
        rows = plain_csv.plain_rows(*given)
        if plain_csv.has("arrow"):
            taken.append(rows is not None)
        return rows

    monkeypatch.setattr(raw, "plain_rows", plain_rows)
    file = tmp_path / "results.csv"
    for one in range(100):
        file.write_bytes(nasty(100 * seed + one))
        with_arrow, without = both(file, monkeypatch)
        assert with_arrow == without, file.read_bytes()
    assert 5 < sum(taken) < 90  # Arrow did take files apart, and left others


@pytest.mark.parametrize("length", [131_072, 131_073])
def test_a_cell_that_is_too_long_is_refused_alike(
    length: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "results.csv"
    file.write_text("id,note\n" + "E1,x\n" * 300_000 + f"E2,{'x' * length}\n")
    with_arrow, without = both(file, monkeypatch)
    assert with_arrow == without
    refused = "field larger than field limit (131072)"
    assert (refused in str(without[0])) == (length > 131_072)  # type: ignore[index]
