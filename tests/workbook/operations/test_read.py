"""Workbooks from outside: what is read from them, and what is refused."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from books import edited, plain_book, sheet_part, small_tables, with_cell

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.raw import RawTable
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.xlsx.package import MOST_RATIO, Package
from csm_xl.xlsx.values import ErrorCell


def raws(path: Path) -> dict[str, RawTable]:
    return {str(raw.name): raw for raw in read_workbook(path, component_types())}


def test_tables_are_found_by_name_with_the_place_of_each_cell(small: Path) -> None:
    found = raws(small)
    assert {f"tbl{name.capitalize()}" for name in small_tables()} <= set(found)
    assert not {"tblPayouts", "tblTotalComp"} & set(found)
    roster = found["tblRoster"]
    assert (roster.origin.name, roster.origin.header_row, roster.origin.first_column) == ("Roster", 6, 1)
    assert roster.rows[1][:4] == ["00123", "bonus", 90000, datetime(2024, 1, 1)]


def test_a_workbook_pays_what_its_tables_pay(small: Path) -> None:
    direct = run([RawTable.of_rows(rows, name) for name, rows in small_tables().items()], "2026-Q1")
    assert run(read_workbook(small, component_types()), "2026-Q1").rows() == direct.rows()


@pytest.mark.parametrize("date_1904", [False, True])
def test_sheets_without_tables_pay_the_same_in_both_date_systems(tmp_path: Path, date_1904: bool) -> None:
    rows = small_tables()
    sheets = {name.capitalize(): table for name, table in rows.items()}
    # A title above the header, an empty first column, and a sheet that is no table.
    sheets["Roster"] = [["People of the first quarter"], [], *([None, *row] for row in rows["roster"])]
    sheets["Notes"] = [["Ask finance"], ["by Friday", 3]]
    path = plain_book(tmp_path / "plain.xlsx", sheets, date_1904=date_1904)
    found = raws(path)
    assert "Notes" not in found
    origin = found["Roster"].origin
    assert (origin.header_row, origin.first_column) == (3, 2)
    direct = run([RawTable.of_rows(table, name) for name, table in rows.items()], "2026-Q1")
    assert run(read_workbook(path, component_types()), "2026-Q1").rows() == direct.rows()


def test_a_sheet_of_another_name_is_known_by_its_headers(tmp_path: Path) -> None:
    path = plain_book(tmp_path / "other.xlsx", {"Sheet1": small_tables()["roster"]})
    assert [raw.name for raw in read_workbook(path, component_types())] == ["Sheet1"]


def test_a_named_sheet_with_a_missing_column_is_read_and_says_so(tmp_path: Path) -> None:
    rows = [row[:2] for row in small_tables()["roster"]]
    path = plain_book(tmp_path / "part.xlsx", {"Roster": rows})
    with pytest.raises(CsmError, match="base_salary"):
        run(read_workbook(path, component_types()), "2026-Q1")


def test_error_cells_arrive_as_errors_and_stop_the_run(small: Path, tmp_path: Path) -> None:
    def broken(xml: str) -> str:
        return with_cell(xml, "E7", '<c {head} t="e"><v>#DIV/0!</v></c>')

    path = edited(small, tmp_path / "error.xlsx", sheet_part("Results"), broken)
    assert raws(path)["tblResults"].rows[1][4] == ErrorCell("#DIV/0!")
    with pytest.raises(CsmError, match=r"Results!E7.*Excel error"):
        run(read_workbook(path, component_types()), "2026-Q1")


def test_a_formula_without_a_stored_value_is_no_blank(small: Path, tmp_path: Path) -> None:
    def uncalculated(xml: str) -> str:
        xml = with_cell(xml, "E7", "<c {head}><f>0.9+0.05</f></c>")
        return with_cell(xml, "F7", '<c {head} t="str"><f>""</f><v></v></c>')

    path = edited(small, tmp_path / "uncalculated.xlsx", sheet_part("Results"), uncalculated)
    with pytest.raises(CsmError) as caught:
        read_workbook(path, component_types())
    assert [issue.where for issue in caught.value.issues] == ["Results!E7"]
    assert "no stored value" in str(caught.value)


def test_a_workbook_without_any_table_says_what_it_has(tmp_path: Path) -> None:
    path = plain_book(tmp_path / "empty.xlsx", {"Notes": [["nothing"]], "Blank": []})
    with pytest.raises(CsmError, match="no table of a plan") as caught:
        read_workbook(path, component_types())
    assert "Notes" in str(caught.value)


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le") + b"\0" * 600


def zip_of(**parts: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"period,amount\n2026-Q1,5\n", "not a workbook"),
        (b"<html><table></table></html>", "not a workbook"),
        (ole("EncryptedPackage"), "password"),
        (ole("Workbook"), r"\.xls"),
        (b"PK\x03\x04 and then nothing", "cut short"),
        (zip_of(**{"word/document.xml": "<a/>"}), "not an Excel workbook"),
        (zip_of(**{"xl/workbook.bin": "x"}), r"\.xlsb"),
        (zip_of(**{"xl/workbook.xml": "<workbook/>"}), "no worksheet"),
        (zip_of(**{"xl/workbook.xml": "<workbook"}), "not XML"),
        (zip_of(**{"xl/workbook.xml": "<workbook/>", "xl/big.xml": " " * 50_000_000}), "unpacks to more"),
        (zip_of(**{"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><workbook/>'}), "document type"),
        (zip_of(**{"xl/workbook.xml": "<workbook/>", "xl/s.xml": "<a/><!ENTITY b 'c'>"}), "document type"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_told_apart(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(data)
    with pytest.raises(CsmError, match=said) as caught:
        read_workbook(path, component_types())
    assert caught.value.hint


def test_a_document_type_in_utf_16_is_refused(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        package.writestr("xl/workbook.xml", "<!DOCTYPE a><workbook/>".encode("utf-16"))
    (tmp_path / "x.xlsx").write_bytes(data.getvalue())
    with pytest.raises(CsmError, match="document type"):
        read_workbook(tmp_path / "x.xlsx", component_types())


def test_a_folder_and_a_missing_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(CsmError, match="folder"):
        read_workbook(tmp_path, component_types())
    with pytest.raises(CsmError, match="cannot be read"):
        read_workbook(tmp_path / "none.xlsx", component_types())


def test_a_locked_zip_is_a_password(small: Path, tmp_path: Path) -> None:
    data = bytearray(small.read_bytes())
    at = data.index(b"PK\x01\x02")
    while at >= 0:  # the flag of every member in the directory
        struct.pack_into("<H", data, at + 8, struct.unpack_from("<H", data, at + 8)[0] | 1)
        at = data.find(b"PK\x01\x02", at + 4)
    path = tmp_path / "locked.xlsx"
    path.write_bytes(bytes(data))
    with pytest.raises(CsmError, match="password"):
        read_workbook(path, component_types())


@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_truncated_workbook_is_said(small: Path, tmp_path: Path, share: float) -> None:
    data = small.read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(CsmError, match="cut short"):
        read_workbook(path, component_types())


def test_damage_inside_is_an_error_with_words_never_a_traceback(small: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(small) as package:
        names = ["[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml",
                 "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", sheet_part("Roster"),
                 "xl/tables/table5.xml", "xl/worksheets/_rels/sheet4.xml.rels"]  # fmt: skip
        assert set(names) <= set(package.namelist())
    for number, name in enumerate(names):
        for change in (
            lambda text: text[: len(text) // 2],
            lambda text: re.sub(r'="(\d+)"', '="x"', text),
            lambda text: re.sub(r"<v>\d+</v>", "<v>999999999</v>", text),
            lambda text: re.sub(r'ref="[^"]*"', 'ref="?"', text),
        ):
            try:
                path = edited(small, tmp_path / f"{number}.xlsx", name, change)
            except AssertionError:
                continue  # the change did not touch this part
            for read in (check, lambda path: read_workbook(path, component_types())):
                try:
                    read(path)
                except CsmError as error:
                    assert str(error)


def test_a_number_in_a_date_format_that_is_no_day_stays_a_number(small: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small)
    book["Roster"]["D7"].value = 20260114
    book["Roster"]["D7"].number_format = "yyyy-mm-dd"
    book.save(tmp_path / "number.xlsx")
    assert raws(tmp_path / "number.xlsx")["tblRoster"].rows[1][3] == 20260114


def test_a_sheet_that_lies_about_its_size_is_read_whole(small: Path, tmp_path: Path) -> None:
    def smaller(xml: str) -> str:
        return re.sub(r'<dimension ref="[^"]*"/>', '<dimension ref="A1:A1"/>', xml)

    path = edited(small, tmp_path / "lies.xlsx", sheet_part("Roster"), smaller)
    assert raws(path)["tblRoster"].rows == raws(small)["tblRoster"].rows


def test_the_limit_is_far_from_honest_sheets(sample: Path) -> None:
    with zipfile.ZipFile(sample) as package:
        ratios = [info.file_size / max(1, info.compress_size) for info in package.infolist()]
    assert max(ratios) < MOST_RATIO / 5


def test_openpyxl_reads_the_same_tables(small: Path) -> None:
    book = openpyxl.load_workbook(small)
    named = {table.name for page in book for table in page.tables.values()}
    assert {raw.name for raw in read_workbook(small, component_types())} < named


def test_a_cell_stands_where_it_says_whatever_its_row_says(small: Path, tmp_path: Path) -> None:
    odd = "".join(
        f'<c r="{at}"><v>{value}</v></c>' for value, at in enumerate(("A80", "B181", "C80", "B80"), 1)
    )

    def added(xml: str, cells: str = odd) -> str:
        return xml.replace("</sheetData>", f'<row r="80">{cells}</row></sheetData>')

    held = Package(edited(small, tmp_path / "odd.xlsx", sheet_part("Roster"), added)).cells("Roster").values
    assert [held.get(at) for at in ((80, 1), (181, 2), (80, 3), (80, 2))] == [1, 2, 3, 4]
    for bad in ("B", "80", "B080", "AAAA80"):
        path = edited(small, tmp_path / f"{bad}.xlsx", sheet_part("Roster"),
                      lambda xml, at=bad: added(xml, odd + f'<c r="{at}"><v>1</v></c>'))  # fmt: skip
        with pytest.raises(CsmError, match=f"has a cell '{bad}'"):
            Package(path).cells("Roster")
