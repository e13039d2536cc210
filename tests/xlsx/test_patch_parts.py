"""The patch on a workbook as Excel writes it, with what XlsxWriter and openpyxl never write."""
# ruff: noqa: E501 - XML as it stands in the parts

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest

from csm_xl.errors import CsmError
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.formulas import copied
from csm_xl.xlsx.lint import lint
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, patched
from csm_xl.xlsx.patch.markup import Markup
from csm_xl.xlsx.values import ErrorCell

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
NS = (f'xmlns="{MAIN}" xmlns:r="{REL}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
      'mc:Ignorable="x14ac xr" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
      'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" '
      'xr:uid="{00000000-0001-0000-0000-000000000000}"')  # fmt: skip
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
X14 = 'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
XM = 'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
XDR = 'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
BLOB = bytes(range(256)) * 9

# The table is in A3:C5, its totals in row 6; beneath it, in row 8, a user's cells.
OUT = (
    f'{HEAD}<worksheet {NS}><dimension ref="A1:H9"/><sheetViews><sheetView workbookViewId="0"/></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/><sheetData>'
    '<row r="1" spans="1:8" x14ac:dyDescent="0.25"><c r="A1" t="s"><v>0</v></c></row>'
    '<row r="3" spans="1:8" x14ac:dyDescent="0.25"><c r="A3" t="s"><v>1</v></c><c r="B3" t="s"><v>2</v></c>'
    '<c r="C3" t="s"><v>3</v></c><c r="E3"><v>1</v></c></row>'
    '<row r="4" spans="1:8" ht="20" customHeight="1" x14ac:dyDescent="0.25"><c r="A4" s="1" t="s"><v>4</v></c>'
    '<c r="B4" s="2"><v>5</v></c><c r="C4"><f t="shared" ref="C4:C5" si="0">B4*2</f><v>10</v></c>'
    '<c r="E4"><f t="shared" ref="E4:E5" si="1">SUM($B$4:B4)</f><v>5</v></c></row>'
    '<row r="5" spans="1:8" ht="20" customHeight="1" hidden="1" x14ac:dyDescent="0.25">'
    '<c r="A5" s="1" t="s"><v>4</v></c><c r="B5" s="2"><v>6</v></c><c r="C5"><f t="shared" si="0"/><v>12</v></c>'
    '<c r="E5"><f t="shared" si="1"/><v>11</v></c></row>'
    '<row r="6" spans="1:8" x14ac:dyDescent="0.25"><c r="A6" t="s"><v>5</v></c>'
    '<c r="B6" s="2"><f>SUBTOTAL(109,tblPay[Pay])</f><v>11</v></c></row>'
    '<row r="8" spans="1:8" x14ac:dyDescent="0.25"><c r="A8" t="s"><v>6</v></c><c r="B8"><f>B6/2</f><v>5.5</v></c>'
    '<c r="H8"><v>7</v></c></row><row r="9"><c r="A9" t="b"><v>1</v></c></row></sheetData>'
    '<mergeCells count="1"><mergeCell ref="A9:D9"/></mergeCells>'
    '<conditionalFormatting sqref="B4:B5"><cfRule type="expression" dxfId="0" priority="1">'
    '<formula>$B4&gt;AVERAGE($B$4:$B$5)</formula></cfRule></conditionalFormatting>'
    '<dataValidations count="1"><dataValidation type="whole" operator="greaterThan" sqref="B4:B5 H8">'
    '<formula1>0</formula1></dataValidation></dataValidations>'
    '<hyperlinks><hyperlink ref="A8" location="Out!A8" display="here"/></hyperlinks>'
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
    '<drawing r:id="rId2"/><legacyDrawing r:id="rId3"/>'
    '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
    f'<extLst><ext {X14} uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}"><x14:sparklineGroups {XM}>'
    '<x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>Out!B4:B5</xm:f><xm:sqref>G8</xm:sqref>'
    "</x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst></worksheet>"
)  # fmt: skip
PARTS: dict[str, str | bytes] = {
    "[Content_Types].xml": (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="png" ContentType="image/png"/><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>'
        + "".join(f'<Override PartName="/xl/{part}" ContentType="{TYPE}.{kind}+xml"/>' for part, kind in (
            ("worksheets/sheet1.xml", "worksheet"), ("worksheets/sheet2.xml", "worksheet"),
            ("tables/table1.xml", "table"), ("styles.xml", "styles"), ("sharedStrings.xml", "sharedStrings"),
            ("calcChain.xml", "calcChain"), ("comments1.xml", "comments"), ("slicers/slicer1.xml", "slicer"),
            ("pivotCache/pivotCacheDefinition1.xml", "pivotCacheDefinition")))
        + '<Override PartName="/xl/drawings/drawing1.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.drawing+xml"/><Override PartName="/xl/charts/chart1.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.drawingml.chart+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{REL}/officeDocument" Target="/xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'{HEAD}<workbook {NS}><workbookPr date1904="1"/><sheets><sheet name="Out" sheetId="1" r:id="rId1"/>'
        '<sheet name="It\'s mine &amp; yours" sheetId="4" r:id="rId2"/></sheets><definedNames>'
        '<definedName name="_xlnm.Print_Area" localSheetId="0">Out!$A$1:$C$6</definedName>'
        '<definedName name="Half">Out!$B$8</definedName><definedName name="Pays">Out!$B$4:$B$5</definedName>'
        '</definedNames><calcPr calcId="191029"/><pivotCaches><pivotCache cacheId="1" r:id="rId7"/></pivotCaches>'
        "</workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(f'<Relationship Id="rId{at}" Type="{REL}/{kind}" Target="{target}"/>' for at, (kind, target) in
                  enumerate((("worksheet", "/xl/worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml"),
                             ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml"),
                             ("calcChain", "calcChain.xml"), ("vbaProject", "vbaProject.bin"),
                             ("pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml")), 1))
        + "</Relationships>"
    ),
    "xl/worksheets/sheet1.xml": OUT,
    "xl/worksheets/_rels/sheet1.xml.rels": (
        f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{REL}/table" Target="/xl/tables/table1.xml"/>'
        f'<Relationship Id="rId2" Type="{REL}/drawing" Target="../drawings/drawing1.xml"/>'
        f'<Relationship Id="rId3" Type="{REL}/vmlDrawing" Target="../drawings/vmlDrawing1.vml"/>'
        f'<Relationship Id="rId4" Type="{REL}/comments" Target="../comments1.xml"/></Relationships>'
    ),
    "xl/worksheets/sheet2.xml": (
        f'{HEAD}<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>mine</x:t></x:is>'
        "</x:c><x:c><x:f>SUM(Out!$B$4:$B$5)+Out!B8</x:f><x:v>16.5</x:v></x:c></x:row>"
        '<x:row r="3"><x:c r="B3"><x:f>\'It\'\'s mine &amp; yours\'!B1*2</x:f><x:v>33</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    ),
    "xl/tables/table1.xml": (
        f'{HEAD}<table {NS} id="1" name="tblPay" displayName="tblPay" ref="A3:C6" totalsRowCount="1">'
        '<autoFilter ref="A3:C5" xr:uid="{1}"><filterColumn colId="0"><filters><filter val="a"/></filters>'
        '</filterColumn></autoFilter><tableColumns count="3"><tableColumn id="1" name="Who" '
        'totalsRowLabel="Total"/><tableColumn id="2" name="Pay" totalsRowFunction="sum"/><tableColumn id="3" '
        'name="Twice"><calculatedColumnFormula>B4*2</calculatedColumnFormula></tableColumn></tableColumns></table>'
    ),
    "xl/styles.xml": (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3">'
        '<xf/><xf numFmtId="49"/><xf numFmtId="4"/></cellXfs><dxfs count="1"><dxf/></dxfs></styleSheet>'
    ),
    "xl/sharedStrings.xml": (
        f'{HEAD}<sst xmlns="{MAIN}" count="8" uniqueCount="7">'
        + "".join(f"<si><t>{text}</t></si>" for text in ("Title", "Who", "Pay", "Twice", "a", "Total", "my note"))
        + "</sst>"
    ),
    "xl/calcChain.xml": (
        f'{HEAD}<calcChain xmlns="{MAIN}"><c r="C4" i="1"/><c r="C5"/><c r="E4"/><c r="E5"/><c r="B6"/>'
        '<c r="B8"/><c r="B1" i="4"/><c r="B3"/></calcChain>'
    ),
    "xl/comments1.xml": (
        f'{HEAD}<comments xmlns="{MAIN}"><authors><author>A</author></authors><commentList>'
        '<comment ref="A1" authorId="0"><text><t>top</t></text></comment><comment ref="A8" authorId="0">'
        "<text><t>low</t></text></comment></commentList></comments>"
    ),
    "xl/drawings/vmlDrawing1.vml": (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        '<v:shape id="a"><x:ClientData ObjectType="Note"><x:Anchor>1, 15, 7, 2, 3, 15, 11, 1</x:Anchor>'
        "<x:Row>7</x:Row><x:Column>0</x:Column></x:ClientData></v:shape></xml>"
    ),
    "xl/drawings/drawing1.xml": (
        f'{HEAD}<xdr:wsDr {XDR}><xdr:twoCellAnchor><xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff>'
        "<xdr:row>11</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>2</xdr:col>"
        "<xdr:colOff>0</xdr:colOff><xdr:row>20</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:clientData/>"
        "</xdr:twoCellAnchor></xdr:wsDr>"
    ),
    "xl/charts/chart1.xml": (
        f'{HEAD}<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart>'
        "<c:val><c:numRef><c:f>Out!$B$4:$B$5</c:f><c:numCache><c:ptCount val=\"2\"/></c:numCache></c:numRef>"
        "</c:val><c:tx><c:strRef><c:f>Out!$B$3</c:f><c:strCache/></c:strRef></c:tx></c:chart></c:chartSpace>"
    ),
    "xl/pivotCache/pivotCacheDefinition1.xml": (
        f'{HEAD}<pivotCacheDefinition {NS}><cacheSource type="worksheet"><worksheetSource name="tblPay"/>'
        "</cacheSource></pivotCacheDefinition>"
    ),
    "xl/slicers/slicer1.xml": f'{HEAD}<slicers xmlns="{MAIN}"/>',
    "xl/vbaProject.bin": BLOB,
    "xl/media/image1.png": BLOB,
    "customXml/item1.xml": "<own>kept</own>",
}  # fmt: skip


def made(path: Path, **other: str) -> Path:
    """The workbook, with other text for some parts: {name in the part: text}."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in PARTS.items():
            file.writestr(name, other.get(Path(name).stem, content))
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return made(tmp_path / "excel.xlsm")


def after(book: Path, edit: Edit) -> dict[str, str]:
    data = patched(Package(book), edit)
    target = book.with_name("after.xlsm")
    target.write_bytes(data)
    assert lint(target) == []
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name).decode("latin1") for name in file.namelist()}


def rows(count: int) -> list[list[object]]:
    return [[f"p{at}", at, None] for at in range(1, count + 1)]


def test_the_workbook_is_sound(book: Path) -> None:
    assert lint(book) == []


def test_what_stands_beneath_moves_and_everything_follows(book: Path) -> None:
    parts = after(book, Edit({"tblPay": rows(6)}))
    sheet = parts["xl/worksheets/sheet1.xml"]
    # Four rows are missing: the totals go to row 10, and what was in row 8 to row 12.
    assert '<c r="B10" s="2"><f>SUBTOTAL(109,tblPay[Pay])</f>' in sheet
    assert '<c r="A12" t="s"><v>6</v></c><c r="B12"><f>B10/2</f>' in sheet
    assert '<c r="H8"><v>7</v></c>' in sheet  # beside the table nothing moves
    assert '<mergeCell ref="A13:D13"/>' in sheet
    assert '<conditionalFormatting sqref="B4:B9">' in sheet
    assert "<formula>$B4&gt;AVERAGE($B$4:$B$9)</formula>" in sheet
    assert 'sqref="B4:B9 H8"' in sheet
    assert '<hyperlink ref="A12" location="Out!A12" display="here"/>' in sheet
    assert "<xm:f>Out!B4:B9</xm:f><xm:sqref>G8</xm:sqref>" in sheet
    assert '<dimension ref="A1:H13"/>' in sheet
    # A running sum beside the table ends where it ended; one formula was shared, and is alone now.
    assert "SUM($B$4:B4)" in sheet
    assert "SUM($B$4:B9)" not in sheet
    assert [f"<f>B{row}*2</f>" in sheet for row in range(4, 10)] == [True] * 6
    assert '<row r="7" ht="20" customHeight="1">' in sheet
    assert '<c r="A9" s="1" t="inlineStr"><is><t>p6</t></is></c><c r="B9" s="2"><v>6</v></c>' in sheet
    assert 'hidden="1"' not in sheet  # the filter's rows are others now
    table = parts["xl/tables/table1.xml"]
    assert 'ref="A3:C10" totalsRowCount="1"><autoFilter ref="A3:C9" xr:uid="{1}"></autoFilter>' in table
    names = parts["xl/workbook.xml"]
    assert "Out!$A$1:$C$10<" in names
    assert ">Out!$B$12<" in names
    assert ">Out!$B$4:$B$9<" in names
    assert "SUM(Out!$B$4:$B$9)+Out!B12" in parts["xl/worksheets/sheet2.xml"]
    assert '<x:c t="inlineStr"><x:is><x:t>mine' in parts["xl/worksheets/sheet2.xml"].replace(' r="A1"', "")
    assert "<c:f>Out!$B$4:$B$9</c:f></c:numRef>" in parts["xl/charts/chart1.xml"]
    assert "<c:f>Out!$B$3</c:f><c:strCache/>" in parts["xl/charts/chart1.xml"]
    assert 'ref="A12"' in parts["xl/comments1.xml"]
    assert "1, 15, 11, 2, 3, 15, 15, 1</x:Anchor><x:Row>11</x:Row>" in parts["xl/drawings/vmlDrawing1.vml"]
    assert "<xdr:row>15</xdr:row>" in parts["xl/drawings/drawing1.xml"]
    assert 'refreshOnLoad="1"' in parts["xl/pivotCache/pivotCacheDefinition1.xml"]
    assert "xl/calcChain.xml" not in parts
    assert "calcChain" not in parts["[Content_Types].xml"] + parts["xl/_rels/workbook.xml.rels"]


def test_what_nobody_asked_for_stays(book: Path) -> None:
    parts = after(book, Edit({"tblPay": rows(6)}))
    for name in ("xl/styles.xml", "xl/sharedStrings.xml", "xl/slicers/slicer1.xml", "xl/vbaProject.bin",
                 "xl/media/image1.png", "customXml/item1.xml", "_rels/.rels"):  # fmt: skip
        content = PARTS[name]
        assert parts[name] == (content.decode("latin1") if isinstance(content, bytes) else content)
    assert parts["xl/worksheets/sheet1.xml"].startswith(OUT[: OUT.index("<dimension")])


def test_a_smaller_table_moves_nothing(book: Path) -> None:
    parts = after(book, Edit({"tblPay": rows(1)}))
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert '<c r="B5" s="2"><f>SUBTOTAL(109,tblPay[Pay])</f>' in sheet
    assert '<c r="A8" t="s"><v>6</v></c><c r="B8"><f>B5/2</f>' in sheet
    assert 'r="A6"' not in sheet
    assert "SUM(Out!$B$4:$B$4)+Out!B8" in parts["xl/worksheets/sheet2.xml"]
    # It grows again into the room that it left.
    again = made_again(book, Edit({"tblPay": rows(2)}))
    assert '<c r="A8" t="s"><v>6</v></c><c r="B8"><f>B6/2</f>' in again["xl/worksheets/sheet1.xml"]


def made_again(book: Path, edit: Edit) -> dict[str, str]:
    return after(book.with_name("after.xlsm").rename(book.with_name("smaller.xlsm")), edit)


def test_without_rows_one_blank_row_stays(book: Path) -> None:
    parts = after(book, Edit({"tblPay": []}))
    assert 'ref="A3:C5"' in parts["xl/tables/table1.xml"]
    assert '<c r="A4" s="1"/><c r="B4" s="2"/>' in parts["xl/worksheets/sheet1.xml"]
    grown = made_again(book, Edit({"tblPay": rows(3)}))
    assert "<f>B6*2</f>" in grown["xl/worksheets/sheet1.xml"]
    assert "SUM(Out!$B$4:$B$6)" in grown["xl/worksheets/sheet2.xml"]


def test_values_properties_and_stored_values(book: Path) -> None:
    own = "It's mine & yours"
    edit = Edit(cells={Place("Out", 1, 1): "new", Place(own, 2, 1): True}, properties={"Period": "Q1 & Q2"},
                stored={Place("Out", 8, 2): ErrorCell("#DIV/0!"), Place(own, 1, 2): "text",
                        Place("Out", 4, 3): 10.0, Place("Out", 5, 3): None}, calculate=True)  # fmt: skip
    parts = after(book, edit)
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert '<c r="A1" t="inlineStr"><is><t>new</t></is></c>' in sheet
    assert '<c r="B8" t="e"><f>B6/2</f><v>#DIV/0!</v></c>' in sheet
    assert '<f t="shared" si="0"/></c>' in sheet
    assert (
        '<x:c r="B1" t="str"><x:f>SUM(Out!$B$4:$B$5)+Out!B8</x:f><x:v>text</x:v></x:c>'
        in (parts["xl/worksheets/sheet2.xml"])
    )
    assert '<x:row r="2"><x:c r="A2" t="b"><x:v>1</x:v></x:c></x:row>' in parts["xl/worksheets/sheet2.xml"]
    assert ">Q1 &amp; Q2<" in parts["docProps/custom.xml"]
    assert Package(book.with_name("after.xlsm")).properties() == {"Period": "Q1 & Q2"}
    assert 'fullCalcOnLoad="1"' in parts["xl/workbook.xml"]
    assert parts["xl/calcChain.xml"] == PARTS["xl/calcChain.xml"]


def test_a_stored_value_that_is_there_changes_nothing(book: Path) -> None:
    edit = Edit(stored={Place("Out", 4, 3): 10, Place("Out", 8, 2): 5.50})
    assert patched(Package(book), edit) == patched(Package(book), Edit())
    before, now = zipfile.ZipFile(book), zipfile.ZipFile(io.BytesIO(patched(Package(book), edit)))
    assert {one.filename: one.CRC for one in before.infolist()} == {
        one.filename: one.CRC for one in now.infolist()
    }


def test_a_date_counts_from_1904_where_the_workbook_does(book: Path) -> None:
    parts = after(book, Edit({"tblPay": [[date(2026, 1, 1), 1, 2]]}))
    days = (date(2026, 1, 1) - date(1904, 1, 1)).days
    assert f'<c r="A4" s="1"><v>{days}</v></c>' in parts["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (Edit({"tblNone": []}), "no table tblNone"),
        (Edit({"tblPay": [["a", 1]]}), "another width"),
        (Edit(cells={Place("Gone", 1, 1): 1}), "no sheet Gone"),
        (Edit(cells={Place("Out", 8, 2): 1}), "has a formula"),
        (Edit({"tblPay": rows(2)}, {Place("Out", 4, 1): 1}), "in a table that gets new rows"),
        (Edit(stored={Place("Out", 1, 1): 1}), "no formula to store"),
        (Edit(arrays={Place("Out", 8, 2): (2, 1)}), "no array formula"),
        (Edit({"tblPay": [["a", float("nan"), None]]}), "Out!B4: the value is not a number"),
        (Edit({"tblPay": [["x" * 40000, 1, None]]}), "Out!A4: the text is longer"),
        (Edit({"tblPay": [["a", object(), None]]}), "cannot hold such a value"),
    ],
)
def test_what_cannot_be_done_is_said(edit: Edit, said: str, book: Path) -> None:
    with pytest.raises(CsmError, match=re.escape(said)):
        patched(Package(book), edit)


def test_a_piece_that_begins_beside_the_table_is_not_torn(book: Path, tmp_path: Path) -> None:
    array = OUT.replace(
        '<c r="E3"><v>1</v></c>', '<c r="D3"><f t="array" ref="D3:D20">ROW(D3:D20)</f><v>1</v></c>'
    )
    path = made(tmp_path / "array.xlsm", sheet1=array.replace('ref="A9:D9"', 'ref="A30:C30"'))
    parts = after(path, Edit({"tblPay": rows(6)}))
    assert 'ref="D3:D20">ROW(D3:D20)' in parts["xl/worksheets/sheet1.xml"]
    torn = OUT.replace('<c r="E3"><v>1</v></c>', "").replace('ref="A9:D9"', 'ref="C6:D9"')
    with pytest.raises(CsmError, match="cannot move the cells below"):
        patched(Package(made(tmp_path / "torn.xlsm", sheet1=torn)), Edit({"tblPay": rows(60)}))


def test_an_array_formula_grows_into_empty_cells_only(book: Path, tmp_path: Path) -> None:
    array = OUT.replace('<c r="E3"><v>1</v></c>', "").replace(
        "<f t=\"shared\" ref=\"E4:E5\" si=\"1\">SUM($B$4:B4)</f>", '<f t="array" ref="E4:E5">A4:A5</f>'
    ).replace('<f t="shared" si="1"/>', "")  # fmt: skip
    path = made(tmp_path / "array.xlsm", sheet1=array, calcChain="<c/>")
    chain = f'<calcChain xmlns="{MAIN}"/>'
    path = made(tmp_path / "array.xlsm", sheet1=array, calcChain=chain)
    edit = Edit(arrays={Place("Out", 4, 5): (4, 1)}, stored={Place("Out", 7, 5): "last"})
    sheet = after(path, edit)["xl/worksheets/sheet1.xml"]
    assert '<f t="array" ref="E4:E7">A4:A5</f>' in sheet
    assert '<row r="7"><c r="E7" t="inlineStr"><is><t>last</t></is></c></row>' in sheet
    assert load(Package(tmp_path / "after.xlsm")).arrays[Place("Out", 4, 5)] == (4, 1)
    with pytest.raises(CsmError, match="Out!H8"):
        patched(Package(path), Edit(arrays={Place("Out", 4, 5): (5, 4)}))


@pytest.mark.parametrize(
    ("formula", "down", "right", "copy"),
    [("Sheet1!A1+'x y'!$B2", 3, 1, "Sheet1!B4+'x y'!$B5"), ("A1048576", 1, 0, "#REF!"), ("TAX2024(A1)", 1, 0,
     "TAX2024(A2)"), ('"A1 ""B2"""&A1', 1, 0, '"A1 ""B2"""&A2'), ("T[[#This Row],[A1]]+A1#", 1, 0,
     "T[[#This Row],[A1]]+A2#"), ("SUM(A1:B$2,C:C,$3:4)", 1, 1, "SUM(B2:C$2,D:D,$3:5)")],
)  # fmt: skip
def test_a_formula_copied_down(formula: str, down: int, right: int, copy: str) -> None:
    assert copied(formula, down, right) == copy


def test_elements_that_nest_without_end_are_found_in_order() -> None:
    part = Markup("<r><f/>" + "<a>" * 50_000 + "<f/>" + "</a>" * 50_000 + "<b><f/></b><f/></r>")
    found = list(part.root.every("f"))
    assert len(found) == 4 and found == sorted(found, key=lambda one: one.start)
