from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from books import REFRESHED, edited, sheet_part, small_tables, with_cell

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.functions import call
from csm_xl.plan.fingerprint import fingerprint
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import rows_of
from csm_xl.plan.tables import read_strict
from csm_xl.workbook.build import build
from csm_xl.workbook.layout import line_header
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.sheets.results import payout_columns


def tables_of(rows: dict[str, list[list[object]]]):
    return read_strict([RawTable.of_rows(table, name) for name, table in rows.items()], component_types())


def column(path: Path, sheet: str, header: str, which: int = 0) -> list[object]:
    page = openpyxl.load_workbook(path, data_only=True)[sheet]
    at = [cell.column for cell in page[6] if cell.value == header][which]
    return [
        cell.value for (cell,) in page.iter_rows(min_row=7, min_col=at, max_col=at) if cell.value is not None
    ]


def test_building_twice_gives_the_same_bytes(small: Path, tmp_path: Path) -> None:
    again = build(tmp_path / "again.xlsx", small_tables(), "2026-Q1", REFRESHED)
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(small.read_bytes()).digest()


def test_another_input_gives_other_bytes_and_another_fingerprint(small: Path, tmp_path: Path) -> None:
    rows = small_tables()
    rows["curves"][1][2] = 0.6
    other = build(tmp_path / "other.xlsx", rows, "2026-Q1", REFRESHED)
    assert other.read_bytes() != small.read_bytes()
    assert fingerprint(tables_of(rows)) != fingerprint(tables_of(small_tables()))


def test_a_comment_or_an_extra_column_does_not_change_the_fingerprint() -> None:
    rows = small_tables()
    rows["plans"] = [[*row, "note"] for row in rows["plans"]]
    assert fingerprint(tables_of(rows)) == fingerprint(tables_of(small_tables()))


def test_payouts_hold_every_column_of_the_engine_s_lines(sample: Path) -> None:
    from csm_xl.workbook.sample import sample_tables

    header, *lines = run(tables_of(sample_tables()), "2026").rows()
    page = openpyxl.load_workbook(sample, data_only=True)["Payouts"]
    heads = [line_header(name, "USD") for name in payout_columns("USD", ["currency"])]
    assert [cell.value for cell in page[6]] == heads
    filled = {*header, "employee_name"}
    unused = [at for at, name in enumerate(payout_columns("USD")) if name not in filled]
    columns = page.column_dimensions.values()
    assert unused
    assert {at - 1 for one in columns if one.hidden for at in range(one.min, one.max + 1)} == set(unused)
    rows = [list(row) for row in page.iter_rows(min_row=7, values_only=True)]
    assert {row[at] for row in rows for at in unused} == {None}
    shown = [[cell for at, cell in enumerate(row) if at not in unused] for row in rows]
    assert len(shown) == len(lines) > 800
    names = [name for at, name in enumerate(payout_columns("USD")) if at not in unused]
    for row, line in zip(shown, lines, strict=True):
        assert row[-1] == "USD"
        said = dict(zip(names, row[:-1], strict=True))
        assert said.pop("employee_name").startswith("Sample ")
        assert said == dict(zip(header, line, strict=True))  # to the last digit


def test_total_comp_is_base_pay_and_variable_pay(small: Path) -> None:
    # 90,000 / 4; 80,000 / 4 × 59/90 days; 70,000 / 4
    assert column(small, "Total Comp", "Base pay (USD)") == [22500, 13111.11, 17500]
    # 2,250 target, half on GRR at 0.95/0.92, half on goals at 0.8; E3: 50,000 × 2% + 10,000 × 4%
    ratio = call(
        "CSM_PAYCURVE", 0.95 / 0.92, [[0.9, 0.5], [1, 1], [1.2, 1.5]], "linear", "zero", "extrapolate", 1.8
    )
    first = round(1125 * ratio, 2) + 900
    variable = column(small, "Total Comp", "Variable pay (USD)")
    assert variable[0] == pytest.approx(first, abs=1e-9)
    assert variable[2] == 1400
    total = column(small, "Total Comp", "Total comp (USD)")
    assert total == pytest.approx([22500 + first, 13111.11 + variable[1], 18900], abs=1e-9)


def test_ids_that_a_spreadsheet_takes_for_each_other_stay_apart(tmp_path: Path) -> None:
    rows = small_tables()
    for name, score in (("123", 0.5), ("E*", 0.25)):  # beside 00123, E2 and E3
        rows["roster"].append([name, "bonus", 90000, date(2024, 1, 1), "East", None])
        rows["goals"].append(["2026-Q1", name, "g", 1, score])
    path = build(tmp_path / "ids.xlsx", rows, "2026-Q1", REFRESHED)
    assert column(path, "Total Comp", "Lines (count)") == [2, 2, 1, 2, 2]
    variable = column(path, "Total Comp", "Variable pay (USD)")
    assert variable[0] - variable[3] == pytest.approx(2250 * 0.5 * (0.8 - 0.5), abs=1e-9)
    assert variable[0] - variable[4] == pytest.approx(2250 * 0.5 * (0.8 - 0.25), abs=1e-9)
    assert set(column(path, "Checks", "Holds")) == {True}


def test_who_left_and_pays_back_has_a_row_with_no_base_pay(tmp_path: Path) -> None:
    rows = small_tables()
    rows["roster"].append(["E4", "bonus", 60000, date(2024, 1, 1), "East", None])
    rows["roster"] = [[*row, None] for row in rows["roster"]]
    rows["roster"][0][-1] = "leave_date"
    rows["roster"][-1][-1] = date(2025, 11, 30)
    rows["adjustments"] = [
        ["period", "employee_id", "amount", "reason", "kind"],
        ["2026-Q1", "E4", 350, "churned within the window", "clawback"],
    ]
    path = build(tmp_path / "left.xlsx", rows, "2026-Q1", REFRESHED)
    assert column(path, "Total Comp", "Employee id") == ["00123", "E2", "E3", "E4"]
    assert column(path, "Total Comp", "Variable pay (USD)")[3] == -350
    assert column(path, "Total Comp", "Base pay (USD)")[3] == 0
    assert column(path, "Total Comp", "Employed (days)") == [90, 59, 90, 0]
    assert set(column(path, "Checks", "Holds")) == {True}
    assert check(path) == []


def test_what_was_typed_comes_back_as_it_was(small: Path) -> None:
    given = tables_of(small_tables())
    back = read_strict(read_workbook(small, component_types()), component_types())
    for name, table in given.items():
        known = [column.name for column in table.schema.columns]
        for known_as in known:
            there, here = back[name].columns[known_as], table.columns[known_as]
            np.testing.assert_array_equal(there, here, f"{name}.{known_as}")
    assert back["roster"].extra["# Cost center"] == ["=1+1", "@x", None]
    assert rows_of(back["roster"], blanks=False)[1][0] == "00123"


def test_text_that_looks_like_a_formula_stays_text(small: Path) -> None:
    book = openpyxl.load_workbook(small)
    found = {str(cell.value): cell.data_type for row in book["Goals"].iter_rows() for cell in row}
    assert found["=cmd|' /C calc'!A0"] == "s"
    assert found["+SUM(1)"] == "s"
    roster = {str(cell.value): cell.data_type for row in book["Roster"].iter_rows() for cell in row}
    assert roster["=1+1"] == roster["@x"] == roster["00123"] == "s"


def test_lines_that_are_given_are_written_as_they_are(tmp_path: Path) -> None:
    lines = run(tables_of(small_tables()), "2026-Q1").rows()
    lines[1][lines[0].index("note")] = "handed over"
    path = build(tmp_path / "given.xlsx", small_tables(), "2026-Q1", REFRESHED, lines=lines)
    assert column(path, "Payouts", "Note") == ["handed over"]


def test_dated_versions_get_their_implied_last_day(tmp_path: Path) -> None:
    rows = small_tables()
    rows["components"] = [[*row, None] for row in rows["components"]]
    rows["components"][0][-1] = "valid_from"
    later = [*rows["components"][1][:-1], date(2026, 6, 1)]
    rows["components"].append(later)
    path = build(tmp_path / "dated.xlsx", rows, "2026-Q1", REFRESHED)
    assert column(path, "Plans", "Valid to", which=1) == [datetime(2026, 5, 31)]
    assert set(column(path, "Checks", "Whole")) == {True}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows["components"][1].__setitem__(3, 0.4), "weights"),
        (lambda rows: rows["roster"].__delitem__(slice(1, None)), "roster is empty"),
        (lambda rows: rows["roster"][1].__setitem__(2, "many"), "not a number"),
    ],
)
def test_bad_tables_build_nothing(tmp_path: Path, change, said: str) -> None:
    rows = small_tables()
    change(rows)
    with pytest.raises(CsmError, match=said):
        build(tmp_path / "bad.xlsx", rows, "2026-Q1", REFRESHED)
    assert not list(tmp_path.iterdir())


def test_nobody_employed_and_no_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(CsmError, match="nobody is employed"):
        build(tmp_path / "early.xlsx", small_tables(), "2020-Q1", REFRESHED)
    with pytest.raises(CsmError, match="no such folder"):
        build(tmp_path / "none" / "x.xlsx", small_tables(), "2026-Q1", REFRESHED)


def test_an_existing_file_is_replaced_whole(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"old")
    build(path, small_tables(), "2026-Q1", REFRESHED)
    assert path.read_bytes() == small.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == ["plan.xlsx"]


def test_above_a_size_one_call_computes_all_people(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("csm_xl.workbook.sheets.total_comp.MOST_LIVE", 2)
    path = build(tmp_path / "large.xlsx", small_tables(), "2026-Q1", REFRESHED)
    for header in ("Variable pay (USD)", "Payout ratio (%)", "Total comp (USD)", "On-target pay (USD)"):
        assert column(path, "Total Comp", header) == pytest.approx(
            column(small, "Total Comp", header), abs=1e-9
        )
    page = openpyxl.load_workbook(path)["Total Comp"]
    calls = [cell.value for row in page.iter_rows(min_row=7) for cell in row if cell.data_type == "f"]
    assert [call.ref for call in calls] == ["Q7:Q9", "R7:R9"]
    assert page.tables["tblTotalComp"].ref == "A6:O9"
    assert check(path) == []
    shown = openpyxl.load_workbook(path, data_only=True)
    assert shown["Checks"]["F4"].value is True

    def lower(xml: str) -> str:
        return with_cell(xml, "Q8", "<c {head}><v>1</v></c>")

    changed = edited(path, tmp_path / "changed.xlsx", sheet_part("Total Comp"), lower)
    assert "'Total Comp'!Q8" in {issue.where for issue in check(changed)}
