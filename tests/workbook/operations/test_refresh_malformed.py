"""Bad workbooks, of every kind: each a clear error with its place, soon, and the file as it was."""

# ruff: noqa: E501 - a kind a line reads as a table

from __future__ import annotations

import copy
import io
import re
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from books import small_tables

from csm_xl.errors import CsmError
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.xlsx.values import EXCEL_ERRORS, ErrorCell

WHEN = datetime(2026, 5, 4)
SECONDS = 2.0
BYTES = 200_000_000
ERRORS = [text for text in EXCEL_ERRORS if not text.startswith(("#GET", "#SPILL", "#CALC"))]
Rows = list[list[Any]]
Tables = dict[str, Rows]


def made(tables: Tables, period: Any = "2026-Q1") -> bytes:
    """A workbook of tables alone, each on a sheet of its own, and a cell that says what to pay."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
    )
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    control = book.add_worksheet("Control")
    control.write(0, 0, period)
    book.define_name("period", "=Control!$A$1")
    for name, rows in tables.items():
        page = book.add_worksheet(name.capitalize())
        page.add_table(0, 0, max(1, len(rows) - 1), len(rows[0]) - 1, {
            "name": f"tbl{name.capitalize()}", "style": None,
            "columns": [{"header": str(header)} for header in rows[0]],
        })  # fmt: skip
        for at, row in enumerate(rows[1:], 1):
            for column, cell in enumerate(row):
                if isinstance(cell, ErrorCell):
                    page.write_formula(at, column, "=1/0", None, cell.text)
                elif isinstance(cell, (date, datetime)):
                    page.write_datetime(at, column, cell, day)
                elif isinstance(cell, str):
                    page.write_string(at, column, cell)
                elif cell is not None:
                    page.write(at, column, cell)
    book.close()
    return out.getvalue()


GOOD = made(small_tables())


def with_cell(table: str, row: int, column: int, *values: Any) -> Iterator[bytes]:
    for value in values:
        tables = copy.deepcopy(small_tables())
        tables[table][row][column] = value
        yield made(tables)


def changed(change: Callable[[Tables], object]) -> bytes:
    tables = copy.deepcopy(small_tables())
    change(tables)
    return made(tables)


def part(name: str, change: Callable[[str], str | bytes], data: bytes = GOOD) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            held = old.read(one)
            if one == name:
                said = change(held.decode())
                assert said != held.decode(), name
                held = said.encode() if isinstance(said, str) else said
            new.writestr(one, held)
    return out.getvalue()


def zip_of(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return out.getvalue()


def added(extra: dict[str, bytes | str]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old:
        return zip_of({**{name: old.read(name) for name in old.namelist()}, **extra})


def without(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old:
        return zip_of({one: old.read(one) for one in old.namelist() if one != name})


ROSTER = "xl/worksheets/sheet6.xml"
TABLE = "xl/tables/table5.xml"
BOOK = "xl/workbook.xml"
STRINGS = "xl/sharedStrings.xml"


def roster_cell(reference: str, xml: str) -> Callable[[str], str]:
    return lambda text: re.sub(rf'<c r="{reference}".*?</c>', xml, text, count=1)


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le") + b"\0" * 600


def locked() -> bytes:
    data = bytearray(GOOD)
    at = data.index(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<H", data, at + 8, struct.unpack_from("<H", data, at + 8)[0] | 1)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def scrambled(name: str) -> bytes:
    """The packed bytes of a part turned about, so that it does not unpack to what it says."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old:
        info = old.getinfo(name)
    data = bytearray(GOOD)
    start = info.header_offset + 30 + len(name)
    for at in range(start + 20, start + min(60, info.compress_size)):
        data[at] ^= 0x5A
    return bytes(data)


def rename(table: str, column: int, header: str) -> bytes:
    return changed(lambda tables: tables[table][0].__setitem__(column, header))


KINDS: dict[str, tuple[str, Callable[[], list[bytes]]]] = {
    "a table is missing": (
        "the table (plans|components|roster) is missing|not given|file.xlsx",
        lambda: [changed(lambda tables, name=name: tables.pop(name)) for name in ("plans", "components", "roster")],
    ),
    "a table is named otherwise": (
        "missing|fit no table|not given",
        lambda: [made({("staff" if name == "roster" else name): [row[:2] for row in rows] if name == "roster" else rows
               for name, rows in small_tables().items()})],
    ),
    "a header is renamed": (
        r"(Roster|Plans|Components|Results|Goals|Curves|Tiers|Deals)!?.*is missing",
        lambda: [rename(table, column, "Something else") for table, column in (
            ("roster", 0), ("roster", 1), ("roster", 2), ("roster", 3), ("plans", 1), ("components", 2),
            ("results", 3), ("goals", 4), ("curves", 1), ("tiers", 2), ("deals", 2))],
    ),
    "a header stands twice": (r"Roster!", lambda: [part(TABLE, lambda t: t.replace('name="team"', 'name="base_salary"'),
        part(STRINGS, lambda t: t.replace("<t>team</t>", "<t>base salary</t>")))]),
    "text in money": (r"Roster!C2: the text is not a number",
                      lambda: list(with_cell("roster", 1, 2, "many", "12,34,5", "9O000", "--", "1..2", "1e", "$5", "½", "1 000", "0x10", "=1+1"))),
    "TRUE in money": (r"Roster!C3: found TRUE", lambda: list(with_cell("roster", 2, 2, True, False))),
    "a date in money": (r"Roster!C3: found a date", lambda: list(with_cell("roster", 2, 2, date(2026, 1, 1)))),
    "money too large": (r"Roster!C2", lambda: list(with_cell("roster", 1, 2, "1e999", "9" * 400))),
    "money below 0": (r"Roster!C2.*below 0", lambda: list(with_cell("roster", 1, 2, -1, -0.01))),
    "money in percent": (r"Roster!C2: a percentage is no", lambda: list(with_cell("roster", 1, 2, "-5%", "5 %", "85000%"))),
    "an error in a cell": (r"Roster!C2.*Excel error", lambda: list(with_cell("roster", 1, 2, *map(ErrorCell, ERRORS)))),
    "an error in an id": (r"Roster!A2.*Excel error", lambda: list(with_cell("roster", 1, 0, *map(ErrorCell, ERRORS)))),
    "an error in a result": (r"Results!E2.*Excel error", lambda: list(with_cell("results", 1, 4, *map(ErrorCell, ERRORS)))),
    "an id is blank": (r"Roster!A\d: employee_id is blank", lambda: list(with_cell("roster", 2, 0, None, " "))),
    "what is needed is blank": (r"!\w+\d: .* is blank", lambda: [
        *with_cell("roster", 1, 1, None), *with_cell("roster", 1, 2, None), *with_cell("roster", 1, 3, None),
        *with_cell("plans", 1, 1, None), *with_cell("components", 1, 1, None), *with_cell("curves", 1, 2, None),
        *with_cell("goals", 1, 3, None), *with_cell("deals", 1, 1, None)]),
    "an id stands twice": (r"Roster!A\d.*duplicate", lambda: list(with_cell("roster", 2, 0, "00123", " 00123 "))),
    "a result stands twice": (r"Results!.*duplicate", lambda: [changed(lambda t: t["results"].append(t["results"][1]))]),
    "a plan that is none": (r"Roster!B2: there is no plan_id", lambda: list(with_cell("roster", 1, 1, "bonu", "BONUS2", "7"))),
    "a curve that is none": (r"Components!G2", lambda: list(with_cell("components", 1, 6, "c2", "x"))),
    "a type that is none": (r"Components!C2", lambda: list(with_cell("components", 1, 2, "metrics", "7", "bonus"))),
    "a word that is none": (r"Plans!\w2: unknown", lambda: [
        *with_cell("plans", 1, 1, "base"), *with_cell("plans", 1, 2, "fortnight"), *with_cell("plans", 1, 3, "x")]),
    "a date that is none": (r"Roster!D2", lambda: list(with_cell("roster", 1, 3, "31/31/2026", "soon", True, "2026-13-01", -5, "2026-02-30", "03/04/2026"))),
    "left before hired": (r"Roster!", lambda: [changed(lambda t: [row.append(value) for row, value in zip(
        t["roster"], ["leave_date", date(2020, 1, 1), None, None], strict=True)])]),
    "weights that are no whole": (r"bonus", lambda: list(with_cell("components", 1, 3, 0.4, 0.6, 0.49, 0.999, 0))),
    "a goal of nothing": (r"Results!F2", lambda: list(with_cell("results", 1, 5, 0, -1, None))),
    "a result is missing": (r"GRR", lambda: [changed(lambda t: t["results"].pop(1))]),
    "a period that is none": (r"Results!A2|2026-Q1|GRR", lambda: list(with_cell("results", 1, 0, "2026-Q5", "Q", "13"))),
    "somebody unknown": (r"Goals!B2: there is no employee_id", lambda: list(with_cell("goals", 1, 1, "E9", "00124", "123"))),
    "a seller unknown": (r"Deals!D2", lambda: list(with_cell("deals", 1, 3, "E9"))),
    "tiers out of order": (r"t1", lambda: list(with_cell("tiers", 2, 1, -5, 0))),
    "a table has no rows": (r"roster|Roster", lambda: [changed(lambda t: t.__setitem__("roster", t["roster"][:1]))]),
    "no period to pay": (r"Control!A1", lambda: [made(small_tables(), period) for period in (None, "soon", "2026-Q9", True)]),
    "a formula without a value": (r"Roster!C2: the formula has no stored value", lambda: [
        part(ROSTER, roster_cell("C2", '<c r="C2"><f>1+1</f></c>'))]),
    "empty": ("file.xlsx: the file is empty", lambda: [b""]),
    "cut short": ("file.xlsx", lambda: [GOOD[: int(len(GOOD) * share / 10)] for share in range(1, 10)]),
    "HTML": ("file.xlsx: the file is not a workbook", lambda: [b"<html><table><tr></tr></table></html>", b"<!DOCTYPE html>"]),
    "CSV": ("file.xlsx: the file is not a workbook", lambda: [b"a,b\n1,2\n", "\ufeffä;b\n".encode()]),
    "an old workbook": (r"file.xlsx.*\.xls", lambda: [ole("Workbook"), ole("Book")]),
    "a password": ("file.xlsx.*password", lambda: [ole("EncryptedPackage"), locked()]),
    "another zip": ("file.xlsx", lambda: [zip_of({"word/document.xml": "<a/>"}), zip_of({"a.txt": "x"}), zip_of({})]),
    "a binary workbook": ("file.xlsx.*xlsb", lambda: [zip_of({"xl/workbook.bin": "x"})]),
    "a zip bomb": ("file.xlsx.*unpacks to more", lambda: [
        added({"xl/media/a.xml": b" " * 300_000_000}), added({"xl/a.bin": bytes(50_000_000)})]),
    "parts without end": ("file.xlsx.*parts", lambda: [zip_of({f"p{n}": "" for n in range(6000)})]),
    "a document type": ("declares a document type", lambda: [
        part(BOOK, lambda t: t.replace("<workbook", '<!DOCTYPE a [<!ENTITY b "c">]><workbook', 1)),
        part(ROSTER, lambda t: t.replace("<worksheet", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><worksheet', 1)),
        part(STRINGS, lambda t: t.replace("<sst", "<!doctype lolz><sst", 1)),
        added({"xl/x.xml": "<!DOCTYPE a><a/>".encode("utf-16")})]),
    "a name that leads out": ("leads out", lambda: [
        added({name: "x"}) for name in ("../evil", "/etc/cron.d/x", "xl/../../x", "..\\x", "C:/x")]),
    "a sheet cut short": ("Roster", lambda: [
        part(ROSTER, lambda t, at=at: t[: len(t) * at // 10]) for at in range(1, 10)]),
    "a part that is not XML": (r"file.xlsx|xl/", lambda: [
        part(name, lambda t: t[: len(t) // 2]) for name in (BOOK, STRINGS, TABLE, "xl/styles.xml",
                                                         "xl/_rels/workbook.xml.rels")]),
    "a part that is gone": (r"file.xlsx|xl/|missing", lambda: [without(BOOK), without("xl/_rels/workbook.xml.rels"),
                                                       without(ROSTER), without(TABLE)]),
    "a part that does not unpack": (r"file.xlsx|xl/", lambda: [scrambled(name) for name in (BOOK, STRINGS, ROSTER, TABLE)]),
    "a text that is not there": (r"Roster!A2: the cell names the text", lambda: [
        part(ROSTER, roster_cell("A2", f'<c r="A2" t="s"><v>{n}</v></c>')) for n in (99999, -1, "x", "")]),
    "a number that is none": (r"Roster!C2: the cell holds an invalid number", lambda: [
        part(ROSTER, roster_cell("C2", f'<c r="C2"><v>{n}</v></c>')) for n in ("x", "NaN", "INF", "1e999", "1,5")]),
    "a cell that no sheet has": (r"Roster has a cell", lambda: [
        part(ROSTER, lambda t, at=at: t.replace('r="C2"', f'r="{at}"')) for at in
        ("XFE1", "A0", "A1048577", "", "1A", "AAAA1", "A99999999")]),
    "a row of no number": (r"Roster has a row", lambda: [
        part(ROSTER, lambda t, at=at: t.replace('<row r="2"', f'<row r="{at}"')) for at in ("0", "x", "-3", "1048577")]),
    "a kind that no cell has": (r"Roster!C2: the cell is of an unknown kind", lambda: [
        part(ROSTER, roster_cell("C2", f'<c r="C2" t="{kind}"><v>1</v></c>')) for kind in ("z", "N")]),
    "a table without a place": (r"tblRoster on Roster has no place", lambda: [
        part(TABLE, lambda t, ref=ref: re.sub(r' ref="[^"]*"', f' ref="{ref}"', t, count=1))
        for ref in ("", "?", "A", "A1:", "1:x")]),
    "no sheet": ("file.xlsx.*worksheet", lambda: [part(BOOK, lambda t: re.sub("<sheets>.*</sheets>", "<sheets/>", t))]),
    "no output": ("tblPayouts", lambda: [GOOD, added({"xl/unknown.xml": "<a/>"})]),
    "a far cell": ("tblPayouts", lambda: [
        part(ROSTER, lambda t: t.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')),
        part("xl/worksheets/sheet1.xml",
             lambda t: t.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'))]),
    "a million empty rows": ("tblPayouts", lambda: [
        part(ROSTER, lambda t: t.replace("</sheetData>", "".join(f'<row r="{n}"/>' for n in range(9, 150_000)) + "</sheetData>")),
        part(TABLE, lambda t: re.sub(r'ref="A1:F\d+"', 'ref="A1:F1048576"', t))]),
}  # fmt: skip


def test_there_are_enough_of_them() -> None:
    assert len(KINDS) >= 40 and sum(len(files()) for _, files in KINDS.values()) >= 200


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_a_clear_error(kind: str, tmp_path: Path) -> None:
    said, files = KINDS[kind]
    for number, data in enumerate(files()):
        path = tmp_path / "file.xlsx"
        path.write_bytes(data)
        started = time.process_time()
        with pytest.raises(CsmError) as caught:
            refresh_file(path, WHEN)
        assert time.process_time() - started < SECONDS, (kind, number)
        words = str(caught.value)
        assert re.search(said, words), (kind, number, words)
        assert "Traceback" not in words and "nan" not in words.casefold().split()
        assert all(issue.hint for issue in caught.value.issues), words
        assert path.read_bytes() == data
        assert [one.name for one in tmp_path.iterdir()] == ["file.xlsx"]


@pytest.mark.parametrize("kind", ["a zip bomb", "a far cell", "a million empty rows", "parts without end"])
def test_what_should_exhaust_memory_does_not(kind: str, tmp_path: Path) -> None:
    for data in KINDS[kind][1]():
        path = tmp_path / "file.xlsx"
        path.write_bytes(data)
        tracemalloc.start()
        try:
            with pytest.raises(CsmError):
                refresh_file(path, WHEN, dry_run=True)
            assert tracemalloc.get_traced_memory()[1] < BYTES
        finally:
            tracemalloc.stop()
