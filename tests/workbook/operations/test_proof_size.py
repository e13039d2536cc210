"""Workbooks of unusual size: what is proven is written, the rest is named and kept."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest
from own_file import cell, line, own_file

from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.recalc import recalculate_file
from csm_xl.xlsx.dependents import Dependents
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.proof import areas
from csm_xl.xlsx.proof.areas import Sheets, Total
from csm_xl.xlsx.proof.values import UnsureError

MANY = 4_000


def test_wrong_running_sums_are_all_written(tmp_path: Path) -> None:
    rows = (
        line(at, cell(f"A{at}", at % 7), cell(f"B{at}", 0.5, f"SUM(A$1:A{at})")) for at in range(1, MANY + 1)
    )
    path = own_file(tmp_path / "sums.xlsx", {"S": "".join(rows)})
    found = recalculate_file(path)
    assert (len(found.changed), found.kept, found.left) == (MANY, (), ())
    values = Package(path).cells("S").values
    assert values[MANY, 2] == sum(at % 7 for at in range(1, MANY + 1))


def test_a_long_chain_of_wrong_values_is_checked(tmp_path: Path) -> None:
    rows = [line(at, cell(f"A{at}", at % 7), cell(f"B{at}", 0.5, f"B{at - 1}+A{at}" if at > 1 else "A1"))
            for at in range(1, MANY + 1)]  # fmt: skip
    path = own_file(tmp_path / "chain.xlsx", {"S": "".join(rows)})
    found = check(path)
    assert sum(issue.severity == "error" and "stored value differs" in issue.message for issue in found) > 0
    assert len(recalculate_file(path).changed) == MANY


def test_what_depends_on_one_cell_of_many_is_found_without_reading_the_others() -> None:
    class Counted(int):
        asked = 0

        def __le__(self, other: int) -> bool:
            Counted.asked += 1
            return int(self) <= other

    sources = {at: [("s", Counted(at), 1, at, 1)] for at in range(1, MANY + 1)}
    found = Dependents(sources)
    for at in range(1, MANY + 1):
        assert found.next([("s", at, 1)]) == {at}
    assert MANY <= Counted.asked <= 2 * MANY


def test_ten_thousand_names_are_read(tmp_path: Path) -> None:
    names = "".join(f'<definedName name="rate_{at}">S!$A${at}</definedName>' for at in range(1, 10_001))
    rows = [line(at, cell(f"A{at}", at), *([cell(f"B{at}", 0.5, f"rate_{at}*2")] if at % 10 == 0 else []))
            for at in range(1, 10_001)]  # fmt: skip
    rows[0] = line(1, cell("A1", 1), cell("B1", 7, "rate_none*2"))
    path = own_file(
        tmp_path / "names.xlsx", {"S": "".join(rows)}, names=f"<definedNames>{names}</definedNames>"
    )
    found = recalculate_file(path)
    assert len(found.changed) == 1_000 and [str(place) for place in found.left] == ["S!B1"]
    values = Package(path).cells("S").values
    assert (values[10_000, 2], values[1, 2]) == (20_000, 7)


def test_a_table_over_a_million_rows_is_read(tmp_path: Path) -> None:
    table = ('id="1" name="Pay" displayName="Pay" ref="A1:B1048576"><autoFilter ref="A1:B1048576"/>'
             '<tableColumns count="2"><tableColumn id="1" name="Base"/><tableColumn id="2" name="Bonus">'
             "<calculatedColumnFormula>Pay[[#This Row],[Base]]*0.1</calculatedColumnFormula></tableColumn>"
             "</tableColumns>")  # fmt: skip
    rows = [line(1, cell("A1", "Base"), cell("B1", "Bonus"), cell("D1", 5, "SUM(Pay[Base])"),
                 cell("E1", 2, "COUNT(Pay[Base])"), cell("F1", 3, "CUBEVALUE(Pay[Base])")),
            line(2, cell("A2", 100), cell("B2", 10, "Pay[[#This Row],[Base]]*0.1")),
            line(3, cell("A3", 250), cell("B3", 11, "Pay[[#This Row],[Base]]*0.1"))]  # fmt: skip
    path = own_file(tmp_path / "table.xlsx", {"S": "".join(rows)}, table=table)
    found = recalculate_file(path)
    changed = {str(place): new for place, _, new in found.changed}
    assert changed == {"S!D1": 350, "S!B3": 25}
    assert {str(place) for place in (*found.kept, *found.left)} == {"S!F1"}


def test_more_lookups_than_can_be_proven_keep_their_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(areas, "_READ", 1_000)
    rows = [line(at, cell(f"A{at}", at), cell(f"B{at}", 7.5, f"COUNTIF(A$1:A$100,A{at})"))
            for at in range(1, 101)]  # fmt: skip
    path = own_file(tmp_path / "counts.xlsx", {"S": "".join(rows)})
    found = recalculate_file(path)
    assert 0 < len(found.changed) <= 10
    assert len(found.changed) + len(found.kept) + len(found.left) == 100
    assert all(new == 1 for _, _, new in found.changed)


def test_a_line_break_that_a_file_writes_otherwise_is_no_other_value(tmp_path: Path) -> None:
    # Excel keeps the CR of a text that another program wrote; a reader of XML takes it for LF.
    sheet = line(1, cell("A1", "one\r\ntwo"), cell("B1", "one_x000D_\ntwo", "A1"),
                 cell("C1", "one_x000D_two end", 'A1&amp;" end"'),
                 cell("D1", "one end", 'A1&amp;" end"'))  # fmt: skip
    path = own_file(tmp_path / "breaks.xlsx", {"S": sheet})
    found = recalculate_file(path)
    assert {str(place): new for place, _, new in found.changed} == {"S!D1": "one\ntwo end"}


def held(values: list[Any]) -> Sheets:
    return Sheets({("S", at, 1): value for at, value in enumerate(values, 1) if value is not None})


def test_the_total_of_any_part_of_a_column_is_exact() -> None:
    draw = random.Random(13)
    kinds: tuple[Any, ...] = (1e16, -1e16, 0.1, 1e-300, 3.0, -7.25, 1e300 / 7, -1e300 / 7, "text", None)
    values = [draw.choice(kinds) for _ in range(400)]
    sheets = held(values)
    for _ in range(300):
        top = draw.randint(1, 400)
        bottom = draw.randint(top, 400)
        numbers = [value for value in values[top - 1 : bottom] if isinstance(value, float)]
        if not any(value is not None for value in values[top - 1 : bottom]):
            continue
        total = sheets.block(("s", top, 1, bottom, 1)).total()
        assert total.sum == math.fsum(numbers) and total.many == len(numbers)
        assert total.size == pytest.approx(math.fsum(map(abs, numbers)), rel=1e-12)


def test_the_total_of_several_columns_is_that_of_each() -> None:
    sheets = Sheets({("S", row, column): float(row * column) for row in range(1, 20) for column in (1, 2, 4)})
    total = sheets.block(("s", 3, 1, 17, 4)).total()
    assert (total.sum, total.many) == (sum(range(3, 18)) * 7, 45)
    assert Total.joined([total, Total.of(sheets.block(("s", 1, 2, 1, 2)).at(0, 0))]).sum == total.sum + 2  # type: ignore[arg-type]


def test_a_truth_among_many_numbers_is_not_added_up() -> None:
    sheets = held([1.0] * 20 + [True] + [1.0] * 20)
    with pytest.raises(UnsureError):
        sheets.block(("s", 1, 1, 41, 1)).total()
    assert sheets.block(("s", 22, 1, 41, 1)).total().sum == 20
