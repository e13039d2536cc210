"""A good workbook broken in many ways, each of which Excel would repair: the lint sees them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from patching import packed

from csm_xl.errors import CsmError
from csm_xl.xlsx.lint import lint

Change = Callable[[str], str]
SHEET, OWN = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
TABLE, BOOK, STYLES = "xl/tables/table1.xml", "xl/workbook.xml", "xl/styles.xml"
TYPES, LINKS, SHEET_LINKS = (
    "[Content_Types].xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/_rels/sheet1.xml.rels",
)
CHART, TEXTS, OWN_PROPERTIES = "xl/charts/chart1.xml", "xl/sharedStrings.xml", "docProps/custom.xml"


def swap(old: str, new: str, times: int = 1) -> Change:
    return lambda xml: xml.replace(old, new, times)


def sub(pattern: str, new: str) -> Change:
    return lambda xml: re.sub(pattern, new, xml, count=1, flags=re.DOTALL)


FAULTS: dict[str, tuple[str, Change]] = {
    "header is not the cell's text": (TABLE, swap('name="Amount"', 'name="Amounts"')),
    "two columns of one name": (TABLE, swap('name="Amount"', 'name="who"')),
    "two columns of one number": (TABLE, swap('<tableColumn id="2"', '<tableColumn id="1"')),
    "column count": (TABLE, swap('tableColumns count="3"', 'tableColumns count="4"')),
    "table of another width": (TABLE, swap('ref="A3:C6"', 'ref="A3:D6"', 2)),
    "table without data": (TABLE, swap('ref="A3:C6"', 'ref="A3:C3"', 2)),
    "table nowhere": (TABLE, swap(' ref="A3:C6" totals', ' ref="3A:6C" totals')),
    "filter beside the table": (TABLE, swap('<autoFilter ref="A3:C6"', '<autoFilter ref="A3:C7"')),
    "two tables of one name": ("xl/tables/table2.xml", swap('"tblTwo"', '"TBLONE"', 2)),
    "two tables of one number": ("xl/tables/table2.xml", swap(' id="2"', ' id="1"')),
    "tables overlap": ("xl/tables/table2.xml", swap("F3:G5", "C3:D5", 2)),
    "table named like a cell": (TABLE, swap('"tblOne"', '"A1"', 2)),
    "table named as a name": (TABLE, swap('"tblOne"', '"Rate"', 2)),
    "table's formula": (TABLE, sub(r"(<calculatedColumnFormula>).*?(</)", r"\1SUM(\2")),
    "style of a table's column": (TABLE, swap('name="Amount"', 'name="Amount" dataDxfId="99"')),
    "cells out of order": (SHEET, sub(r'(<c r="A4".*?</c>)(<c r="B4".*?</c>)', r"\2\1")),
    "rows out of order": (SHEET, sub(r'(<row r="4".*?</row>)(<row r="5".*?</row>)', r"\2\1")),
    "row twice": (SHEET, sub(r'(<row r="4".*?</row>)', r"\1\1")),
    "cell of another row": (SHEET, swap('r="B4"', 'r="B5"')),
    "cell beyond the sheet": (SHEET, swap('r="C4"', 'r="XFE4"')),
    "style of a cell": (SHEET, swap('<c r="A4"', '<c r="A4" s="999"')),
    "shared text": (SHEET, sub(r'(<c r="A4"[^>]*t="s"><v>)\d+', r"\g<1>9999")),
    "type of a cell": (SHEET, swap('<c r="A4" t="s"', '<c r="A4" t="text"')),
    "number of a cell": (SHEET, sub(r'(<c r="B4"[^>]*><v>)[^<]*', r"\g<1>12,5")),
    "not a number": (SHEET, sub(r'(<c r="B4"[^>]*><v>)[^<]*', r"\g<1>NaN")),
    "error of a cell": (SHEET, sub(r'<c r="B4"[^>]*>.*?</c>', '<c r="B4" t="e"><v>#OOPS!</v></c>')),
    "boolean of a cell": (SHEET, sub(r'<c r="B4"[^>]*>.*?</c>', '<c r="B4" t="b"><v>yes</v></c>')),
    "text too long": (SHEET, sub(r'<c r="B4"[^>]*>.*?</c>',
                                 '<c r="B4" t="inlineStr"><is><t>' + "x" * 32768 + "</t></is></c>")),
    "text where none is": (SHEET, sub(r'<c r="B4"[^>]*>.*?</c>', '<c r="B4" t="inlineStr"><v>1</v></c>')),
    "formula of a cell": (SHEET, sub(r"(<c r=\"C4\"[^>]*><f>).*?(</f>)", r"\1SUM(B4,(2)\2")),
    "formula too long": (SHEET, sub(r"(<c r=\"C4\"[^>]*><f>).*?(</f>)", r"\g<1>" + "1+" * 5000 + r"1\2")),
    "formula with =": (SHEET, sub(r"(<c r=\"C4\"[^>]*><f>)", r"\1=")),
    "shared formula of nobody": (SHEET, sub(r"(<c r=\"C5\"[^>]*>)<f>.*?</f>", r'\1<f t="shared" si="7"/>')),
    "array formula elsewhere": (OWN, swap('t="array" ref="A8:A9"', 't="array" ref="B8:B9"')),
    "sheet larger than it says": (SHEET, sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:B2"')),
    "merged cells overlap": (OWN, swap("</mergeCells>", '<mergeCell ref="B5:D6"/></mergeCells>')),
    "merged cells miscounted": (OWN, swap('mergeCells count="1"', 'mergeCells count="5"')),
    "merged over a table": (SHEET, swap(
        "<pageMargins", '<mergeCells count="1"><mergeCell ref="A4:B4"/></mergeCells><pageMargins')),
    "validation's list too long": (OWN, sub(r"<formula1>.*?</formula1>",
                                            '<formula1>"' + "yes," * 80 + 'no"</formula1>')),
    "validation's prompt too long": (OWN, sub(r' prompt="[^"]*"', ' prompt="' + "x" * 300 + '"')),
    "validation's title too long": (OWN, sub(r' promptTitle="[^"]*"', ' promptTitle="' + "x" * 40 + '"')),
    "validation nowhere": (OWN, sub(r'(<dataValidation [^>]*sqref=")[^"]*', r"\1nowhere")),
    "condition's style": (OWN, sub(r'dxfId="\d+"', 'dxfId="77"')),
    "condition's formula": (OWN, sub(r"<formula>.*?</formula>", "<formula>A1&gt;</formula>")),
    "condition without rank": (OWN, sub(r'priority="\d+"', 'priority="0"')),
    "link to no sheet": (OWN, swap("location=\"Out!A1\"", "location=\"Gone!A1\"")),
    "link to no part": (OWN, sub(r'(<drawing r:id=")[^"]*', r"\1rId99")),
    "parts of the sheet out of order": (OWN, sub(r"(<mergeCells.*?</mergeCells>)(.*?)(<pageMargins[^>]*/>)",
                                                 r"\2\3\1")),
    "part of the sheet twice": (OWN, sub(r"(<pageMargins[^>]*/>)", r"\1\1")),
    "columns out of order": (OWN, sub(r"<cols>.*?</cols>",
                                      '<cols><col min="3" max="4"/><col min="1" max="3"/></cols>')),
    "sheet's name": (BOOK, swap('name="Own"', 'name="Own/2"')),
    "sheet's name too long": (BOOK, swap('name="Own"', f'name="{"n" * 32}"')),
    "two sheets of one name": (BOOK, swap('name="Own"', 'name="OUT"')),
    "two sheets of one number": (BOOK, swap('sheetId="2"', 'sheetId="1"')),
    "every sheet hidden": (BOOK, sub(r"<sheet (.*?)/><sheet (.*?)/>",
                                     r'<sheet state="hidden" \1/><sheet state="hidden" \2/>')),
    "first sheet not there": (BOOK, swap("<workbookView ", '<workbookView activeTab="9" ')),
    "name twice": (BOOK, sub(r"(<definedName name=\"Rate\".*?</definedName>)", r"\1\1")),
    "name that is none": (BOOK, swap('name="Rate"', 'name="Rate of pay"')),
    "name like a cell": (BOOK, swap('name="Rate"', 'name="R1C1"')),
    "name of no sheet": (BOOK, sub(r'(<definedName name="Rate">)[^<]*', r"\1Gone!$A$1")),
    "name's formula": (BOOK, sub(r'(<definedName name="Rate">)[^<]*', r"\1Out!$A$1:")),
    "name of another sheet": (BOOK, sub(r'localSheetId="\d+"', 'localSheetId="12"')),
    "font of a style": (STYLES, sub(r'(<cellXfs.*?fontId=")\d+', r"\g<1>55")),
    "format of a style": (STYLES, sub(r'(<cellXfs.*?numFmtId=")\d+', r"\g<1>555")),
    "styles miscounted": (STYLES, sub(r'cellXfs count="\d+"', 'cellXfs count="77"')),
    "part unlisted": (TYPES, sub(r'<Override PartName="/xl/tables/table1.xml"[^>]*/>', "")),
    "list names a lost part": (TYPES, swap("/xl/tables/table1.xml", "/xl/tables/table9.xml")),
    "list names one twice": (TYPES, sub(r'(<Override PartName="/xl/styles.xml"[^>]*/>)', r"\1\1")),
    "workbook's link leads nowhere": (LINKS, swap("styles.xml", "styles9.xml")),
    "two links of one id": (LINKS, swap('Id="rId2"', 'Id="rId1"')),
    "sheet's link leads nowhere": (SHEET_LINKS, swap("table1.xml", "table7.xml")),
    "chart of a lost sheet": (CHART, swap("Out!", "Gone!")),
    "chart of no cells": (CHART, sub(r"<c:f>[^<]*", "<c:f>Out!$B$4:")),
    "properties of one number": (OWN_PROPERTIES, swap('pid="3"', 'pid="2"')),
    "properties of one name": (OWN_PROPERTIES, swap('name="Two"', 'name="one"')),
    "chain without a formula": ("xl/calcChain.xml", swap('r="C4"', 'r="A4"')),
    "not XML": (TEXTS, swap("</si>", "", 1)),
}  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with a little of everything."""
    path = tmp_path_factory.mktemp("good") / "good.xlsx"
    book = xlsxwriter.Workbook(path)
    out, own = book.add_worksheet("Out"), book.add_worksheet("Own")
    bold = book.add_format({"bold": True, "num_format": "0.000"})
    data = [["a", 1, None], ["b", 2, None], ["c", 3, None]]
    out.add_table("A3:C6", {"name": "tblOne", "data": data, "columns": [
        {"header": "Who"}, {"header": "Amount"},
        {"header": "Twice", "formula": "tblOne[[#This Row],[Amount]]*2"},
    ]})  # fmt: skip
    out.add_table("F3:G5", {"name": "tblTwo", "data": [[1, 2], [3, 4]]})
    own.write("A1", 1.5, bold)
    own.write_array_formula("A8:A9", "{=Out!B4:B5}")
    own.merge_range("B5:C5", "merged")
    own.set_column("B:C", 12)
    own.data_validation("A2", {"validate": "list", "source": ["yes", "no"], "input_title": "Say",
                               "input_message": "yes or no"})  # fmt: skip
    own.conditional_format("A1:A3", {"type": "formula", "criteria": "=A1>1", "format": bold})
    own.write_url("A4", "internal:Out!A1")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Out!$B$4:$B$6"})
    own.insert_chart("E10", chart)
    own.print_area("A1:H30")
    book.define_name("Rate", "=Own!$A$1")
    book.set_custom_property("One", "1")
    book.set_custom_property("Two", "2")
    book.close()
    return with_chain(path)


def with_chain(path: Path) -> Path:
    """The workbook with Excel's order of calculation, which XlsxWriter leaves to Excel."""
    target = path.with_name("chained.xlsx")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    content = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    listed = f'<Override PartName="/xl/calcChain.xml" ContentType="{content}"/>'
    link = f'<Relationship Id="rId90" Type="{kind}" Target="calcChain.xml"/>'
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == TYPES:
                text = text.replace("</Types>", f"{listed}</Types>")
            if name == LINKS:
                text = text.replace("</Relationships>", f"{link}</Relationships>")
            new.writestr(name, text)
        cells = '<c r="C4" i="1"/><c r="C5"/><c r="C6"/><c r="A8" i="2"/>'
        new.writestr("xl/calcChain.xml", f'<calcChain xmlns="{main}">{cells}</calcChain>')
    return target


def broken(good: Path, target: Path, part: str, change: Change) -> Path:
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == part:
                changed = change(text)
                assert changed != text, f"nothing changed in {part}"
                text = changed
            new.writestr(name, text)
    return target


def test_the_good_one_is_good(good: Path) -> None:
    assert lint(good) == []
    assert len(packed(good)) > 12


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen(fault: str, good: Path, tmp_path: Path) -> None:
    part, change = FAULTS[fault]
    path = broken(good, tmp_path / "broken.xlsx", part, change)
    try:
        found = lint(path)
    except CsmError as refused:
        found = list(refused.issues)
    assert found, fault
    assert all(issue.message and issue.hint for issue in found)
