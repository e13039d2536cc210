"""A workbook turned into its other kind and back: nothing that a person has in it is lost."""

from __future__ import annotations

import re
import shutil
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from books import REFRESHED, edited, plain_book, sheet_part, small_tables
from commands import shell
from own_sheet import with_sheet

sys.path.insert(0, str(Path(__file__).parents[1] / "engine"))

from scenarios import Maker, raw
from sweeps import swept

from csm_xl.errors import CsmError
from csm_xl.excel.convert import Kind, convert, require_same
from csm_xl.excel.ovba import Module, module_sources, vba_project
from csm_xl.excel.own_macros import own_macros
from csm_xl.excel.vba_project import macros, sheets_of
from csm_xl.workbook.build import build
from csm_xl.workbook.layout import ORDER
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.exporting import input_rows
from csm_xl.workbook.operations.recalc import recalculate_file
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.sheets.conf import CONF
from csm_xl.workbook.sheets.control import ACTIONS
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, patch

LATER = datetime(2026, 5, 1, 8)
BOOK = ("sheets", "values", "formulas", "arrays", "dynamic", "stored", "tables", "names", "own_names")


@pytest.fixture(scope="module")
def macro_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("macros") / "plan.xlsm"
    return build(path, small_tables(), "2026-Q1", REFRESHED, macros=macros())


@pytest.fixture(scope="module")
def addin_book(macro_book: Path) -> Path:
    return as_kind(macro_book, macro_book.with_name("plan_addin.xlsx"), Kind.addin)


def as_kind(source: Path, target: Path, kind: Kind, **options: Any) -> Path:
    data, _ = convert(source, kind, **options)
    target.write_bytes(data)
    require_same(source, target)
    return target


def there_and_back(source: Path, folder: Path) -> Path:
    """An .xlsm as it is after it was an .xlsx."""
    between = as_kind(source, folder / "between.xlsx", Kind.addin)
    return as_kind(between, folder / "back.xlsm", Kind.macros)


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def looks(path: Path) -> dict[str, Any]:
    """What another reader sees of each cell: its content, format, link and note; and of each sheet."""
    book = openpyxl.load_workbook(path)
    found: dict[str, Any] = {}
    for page in book:
        cells = {}
        for row in page.iter_rows():
            for cell in row:
                value = cell.value
                said = (value.ref, value.text) if hasattr(value, "ref") else value
                note = cell.comment.text if cell.comment else None
                link = cell.hyperlink.location if cell.hyperlink else None
                if said is not None or note or link or cell.has_style:
                    cells[cell.coordinate] = (said, cell.style_id, cell.number_format, note, link)
        rules = [(str(one.sqref), rule.type, rule.formula) for one in page.conditional_formatting
                 for rule in one.rules]  # fmt: skip
        checks = sorted(
            (str(one.sqref), one.type, one.formula1) for one in page.data_validations.dataValidation
        )
        widths = {name: (one.width, one.hidden) for name, one in page.column_dimensions.items()}
        about = (page.sheet_state, page.protection.sheet, page.print_area, page.freeze_panes)
        found[page.title] = (cells, rules, checks, widths, about)
    return found


def assert_same_book(one: Path, other: Path) -> None:
    first, second = load(Package(one)), load(Package(other))
    for what in BOOK:
        assert getattr(first, what) == getattr(second, what), what


def test_the_addin_s_workbook_names_functions_as_excel_stores_those_of_an_addin(addin_book: Path) -> None:
    xml = "".join(data.decode() for name, data in parts_of(addin_book).items()
                  if name.startswith(("xl/worksheets/sheet", "xl/tables/", "xl/workbook")))  # fmt: skip
    formulas = re.findall(r"<(?:f|formula|calculatedColumnFormula|definedName)[ >][^<]*", xml)
    code = [re.sub('"[^"]*"', "", one.partition(">")[2]) for one in formulas]  # without its texts
    called = [name for one in code for name in re.findall(r"\w*CSM_[A-Z]+(?=\()", one)]
    assert len(called) > 100 and all(name.startswith("_xldudf_CSM_") for name in called)
    texts = [value for value in load(Package(addin_book)).values.values() if isinstance(value, str)]
    assert any("=CSM_" in text for text in texts) and not any("_xldudf_" in text for text in texts)


def test_it_has_no_macro_and_no_button(addin_book: Path, macro_book: Path) -> None:
    parts = parts_of(addin_book)
    text = b"".join(parts.values())
    assert not [name for name in parts if "vba" in name.lower()]
    assert b"vbaProject" not in text and b"macroEnabled" not in text and b"FmlaMacro" not in text
    assert b"legacyDrawing" not in text
    assert set(parts_of(macro_book)) - set(parts) == {
        "xl/vbaProject.bin", "xl/drawings/vmlDrawing1.vml", "xl/drawings/vmlDrawing2.vml",
    }  # fmt: skip


def test_its_array_formulas_on_our_sheets_are_dynamic_with_a_value_in_each_cell(
    addin_book: Path, macro_book: Path
) -> None:
    fixed, turned = load(Package(macro_book)), load(Package(addin_book))
    calls = {place for place, size in fixed.arrays.items()
             if size != (1, 1) and "CSM_" in fixed.formulas[place]}  # fmt: skip
    assert len(calls) > 30 and not calls & fixed.dynamic
    assert turned.dynamic == fixed.dynamic | calls
    assert all(cell in turned.stored for place in calls for cell in turned.filled_by(place))


def test_a_workbook_without_dynamic_arrays_gets_the_record_that_they_need(
    macro_book: Path, tmp_path: Path
) -> None:
    """The same where the file has metadata of another kind, as of pictures in cells."""
    rich = (
        '<metadata xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<metadataTypes count="1"><metadataType name="XLRICHVALUE" minSupportedVersion="120000"/>'
        "</metadataTypes>"
        '<futureMetadata name="XLRICHVALUE" count="1"><bk/></futureMetadata>'
        '<valueMetadata count="1"><bk><rc t="1" v="0"/></bk></valueMetadata></metadata>'
    )
    other = edited(macro_book, tmp_path / "rich.xlsm", "xl/metadata.xml", lambda _: rich)
    without = {name: re.sub(rb' cm="1"', b"", data) for name, data in parts_of(other).items()}
    with zipfile.ZipFile(other, "w") as package:
        for name, data in without.items():
            package.writestr(name, data)
    made = parts_of(as_kind(other, tmp_path / "rich.xlsx", Kind.addin))["xl/metadata.xml"].decode()
    assert '<metadataTypes count="2">' in made and "XLRICHVALUE" in made
    assert made.index("<futureMetadata") < made.index("<cellMetadata") < made.index("<valueMetadata")
    assert '<cellMetadata count="1"><bk><rc t="2" v="0"/></bk></cellMetadata>' in made
    for name, drop in (("none.xlsm", b"sheetMetadata"),):
        bare = tmp_path / name
        with zipfile.ZipFile(bare, "w") as package:
            for part, data in without.items():
                if part != "xl/metadata.xml":
                    cut = rb"<(?:Relationship|Override)[^>]*(?:%s|/xl/metadata\.xml)[^>]*/>" % drop
                    package.writestr(part, re.sub(cut, b"", data))
        parts = parts_of(as_kind(bare, tmp_path / "none.xlsx", Kind.addin))
        assert b'fDynamic="1"' in parts["xl/metadata1.xml"]
        assert b"metadata1.xml" in parts["xl/_rels/workbook.xml.rels"]


def test_there_and_back_gives_the_same_cells_formulas_and_values(macro_book: Path, tmp_path: Path) -> None:
    back = there_and_back(macro_book, tmp_path)
    assert_same_book(macro_book, back)
    assert looks(back) == looks(macro_book)
    before, after = parts_of(macro_book), parts_of(back)
    assert before.keys() == after.keys() and after["xl/vbaProject.bin"] == macros()
    changed = {name for name in before if before[name] != after[name]}
    assert not {name for name in changed if not re.search(r"worksheets|vmlDrawing|rels|Types", name)}
    drawn = [data.decode() for one in (before, after) for name, data in sorted(one.items())
             if name.endswith(".vml")]  # fmt: skip
    shown = [re.findall(r"<x:FmlaMacro>[^<]*|<x:Anchor>[^<]*", one) for one in drawn]
    assert shown[:2] == shown[2:]


@pytest.mark.slow("builds and pays a company for each seed")
@pytest.mark.parametrize("seed", swept(range(6)))
def test_made_up_companies_there_and_back(seed: int, tmp_path: Path) -> None:
    made = Maker(seed, round_inputs=seed % 2 == 0)
    tables = {one.name: [list(row) for row in one.rows] for one in raw(made.tables)}
    path = build(tmp_path / "plan.xlsm", tables, made.asked, REFRESHED, macros=macros())
    back = there_and_back(path, tmp_path)
    assert_same_book(path, back)
    assert looks(back) == looks(path)


def test_a_fresh_xlsx_becomes_one_with_macros(tmp_path: Path) -> None:
    plain = build(tmp_path / "plan.xlsx", small_tables(), "2026-Q1", REFRESHED)
    made = as_kind(plain, tmp_path / "plan.xlsm", Kind.macros, interpreter=r"C:\py\pythonw.exe")
    parts = parts_of(made)
    assert parts["xl/vbaProject.bin"] == macros()
    names = re.findall(rb'<sheetPr codeName="(\w+)"', b"".join(
        parts[name] for name in sorted(parts) if name.startswith("xl/worksheets/sheet")))  # fmt: skip
    assert sorted(names) == sorted(f"Sheet{at + 1}".encode() for at in range(sheets_of(macros())))
    read = openpyxl.load_workbook(made)
    assert read.sheetnames == [*ORDER, CONF] and read[CONF].sheet_state == "veryHidden"
    assert read[CONF]["B1"].value == r"C:\py\pythonw.exe"
    drawn = b"".join(data for name, data in parts.items() if name.endswith(".vml")).decode()
    assert re.findall(r"\[0\]!(\w+)", drawn) == [*(macro for _, macro, *_ in ACTIONS), "RefreshPlans"]
    assert check(made) == []
    assert refresh_file(made, LATER).changed == 0


def test_one_of_an_addin_becomes_one_for_libreoffice(addin_book: Path, tmp_path: Path) -> None:
    made = as_kind(addin_book, tmp_path / "plain.xlsx", Kind.libreoffice)
    assert b"_xldudf_" not in b"".join(parts_of(made).values())
    assert_same_book(made, as_kind(addin_book, tmp_path / "macros.xlsm", Kind.macros))


def with_own_things(source: Path, target: Path) -> Path:
    """A user's own sheet with formulas, a fixed array formula, a name, a note on Control and a style."""
    own = {(1, 1): ("CSM_TOTALCOMP(100,20,1)", 120), (2, 1): ("SUM(tblPayouts[Amount (USD)])", 1.0),
           (3, 1): '"CSM_CAP(1,2)" is text', (4, 1): ('IF(A1>0,"CSM_CAP(","")', "CSM_CAP(")}  # fmt: skip
    with_sheet(source, target, "My sums", own)
    parts = parts_of(target)
    fixed = '<c r="C1"><f t="array" ref="C1:C2">CSM_TOTALCOMP(B1:B2,1)</f><v>1</v></c>'
    xml = parts["xl/worksheets/own.xml"].decode().replace("</row>", f"{fixed}</row>", 1)
    xml = xml.replace('<row r="2">', '<row r="2" ht="40" customHeight="1">')
    parts["xl/worksheets/own.xml"] = xml.replace(
        '</c></row><row r="3"', '</c><c r="C2"><v>1</v></c></row><row r="3"'
    ).encode()
    name = b"<definedName name=\"my_rate\">CSM_CAP('My sums'!$A$1,1)</definedName></definedNames>"
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</definedNames>", name)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for part, data in parts.items():
            package.writestr(part, data)
    return with_note(target)


def with_note(path: Path) -> Path:
    """A note on Control!C5, whose box shares the drawing of the buttons where there are some."""
    parts = parts_of(path)
    control = sheet_part("Control")
    rels = control.replace("worksheets/", "worksheets/_rels/") + ".rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/comments1.xml"] = (
        f'<comments xmlns="{main}"><authors><author>me</author></authors><commentList><comment ref="C5"'
        ' authorId="0"><text><t>my note</t></text></comment></commentList></comments>'
    ).encode()
    shape = (
        '<v:shape id="_x0000_s1900" type="#_x0000_t202" style="visibility:hidden"><x:ClientData'
        ' ObjectType="Note"><x:Anchor>3, 1, 4, 1, 5, 1, 8, 1</x:Anchor><x:Row>4</x:Row><x:Column>2</x:Column>'
        "</x:ClientData></v:shape></xml>"
    )
    links = parts[rels].decode().replace("</Relationships>", f'<Relationship Id="rIdN" Type="{kind}/comments"'
                                         ' Target="../comments1.xml"/></Relationships>')  # fmt: skip
    parts[rels] = links.encode()
    drawing = parts["xl/drawings/vmlDrawing1.vml"].decode()
    parts["xl/drawings/vmlDrawing1.vml"] = drawing.replace("</xml>", shape).encode()
    override = '<Override PartName="/xl/comments1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"/></Types>'  # noqa: E501
    parts["[Content_Types].xml"] = (
        parts["[Content_Types].xml"].decode().replace("</Types>", override).encode()
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for part, data in parts.items():
            package.writestr(part, data)
    return path


def test_what_a_user_has_of_his_own_stays(macro_book: Path, tmp_path: Path) -> None:
    mine = with_own_things(macro_book, tmp_path / "mine.xlsm")
    between = as_kind(mine, tmp_path / "mine.xlsx", Kind.addin)
    parts = parts_of(between)
    sheet = parts["xl/worksheets/own.xml"].decode()
    assert "<f>_xldudf_CSM_TOTALCOMP(100,20,1)</f>" in sheet and 'ht="40"' in sheet
    assert '<f t="array" ref="C1:C2">_xldudf_CSM_TOTALCOMP(B1:B2,1)</f>' in sheet and ' cm="' not in sheet
    assert '"CSM_CAP(1,2)" is text' in sheet and 'IF(A1&gt;0,"CSM_CAP(","")' in sheet
    assert b"_xldudf_CSM_CAP('My sums'!$A$1,1)" in parts["xl/workbook.xml"]
    assert openpyxl.load_workbook(between)["Control"]["C5"].comment.text == "my note"
    drawn = parts["xl/drawings/vmlDrawing1.vml"].decode()
    assert "FmlaMacro" not in drawn and 'ObjectType="Note"' in drawn
    back = as_kind(between, tmp_path / "back.xlsm", Kind.macros)
    assert_same_book(mine, back)
    assert looks(back) == looks(mine)
    drawn = parts_of(back)["xl/drawings/vmlDrawing1.vml"].decode()
    assert drawn.count("FmlaMacro>[0]") == len(ACTIONS) and 'ObjectType="Note"' in drawn
    numbers = re.findall(r'id="_x0000_s(\d+)"', drawn)
    assert len(numbers) == len(set(numbers)) == len(ACTIONS) + 1
    modules = module_sources(parts_of(back)["xl/vbaProject.bin"])
    assert len([name for name in modules if name.startswith("Sheet")]) == len(ORDER) + 2


def test_the_addin_s_workbook_is_checked_recalculated_exported_and_paid_as_the_other(
    addin_book: Path, macro_book: Path, tmp_path: Path
) -> None:
    assert check(addin_book) == check(macro_book) == []
    one, other = (recalculate_file(path, dry_run=True) for path in (addin_book, macro_book))
    assert (one.changed, one.kept, one.left) == (other.changed, other.kept, other.left)
    assert input_rows(addin_book) == input_rows(macro_book)
    for words in (("pay", "--period", "2026-Q1"), ("lint",), ("explain", "00123", "2026-Q1")):
        said = []
        for path in (addin_book, macro_book):
            named = Path(shutil.copy(path, tmp_path / f"same{macro_book.suffix}"))
            said.append(shell(words[0], named, *words[1:]))
        assert said[0] == said[1]


def test_a_wrong_stored_value_is_found_and_recalculated(addin_book: Path, tmp_path: Path) -> None:
    book = load(Package(addin_book))
    place = next(place for place, formula in book.formulas.items()
                 if place.sheet == "Total Comp" and "CSM_TOTALCOMP" in formula)  # fmt: skip
    path = Path(shutil.copy(addin_book, tmp_path / "wrong.xlsx"))
    patch(Package(addin_book), Edit(stored={place: 1.0}), path)
    assert any(issue.where == str(place) for issue in check(path))
    recalculate_file(path)
    assert_same_book(path, addin_book)


def test_a_refresh_keeps_the_names_and_gives_what_it_gives_the_other(
    addin_book: Path, macro_book: Path, tmp_path: Path
) -> None:
    salary = Place("Roster", 7, next(
        region.first_column + [one.startswith("Base") for one in region.headers].index(True)
        for region in Package(macro_book).tables() if region.name == "tblRoster"))  # fmt: skip
    paths = []
    for source, kind in ((addin_book, Kind.addin), (macro_book, Kind.macros)):
        path = tmp_path / f"{kind}{source.suffix}"
        patch(Package(source), Edit(cells={salary: 123_456}), path)
        report = refresh_file(path, LATER)
        assert report.changed == 1 and not report.left_to_excel
        paths.append(path)
    assert "_xldudf_CSM_" in parts_of(paths[0])[sheet_part("Total Comp")].decode()
    assert_same_book(paths[0], as_kind(paths[1], tmp_path / "turned.xlsx", Kind.addin))
    assert check(paths[0]) == []


def test_people_who_come_get_rows_with_the_same_names(addin_book: Path, tmp_path: Path) -> None:
    path = tmp_path / "more.xlsx"
    package = Package(addin_book)
    roster = next(region for region in package.tables() if region.name == "tblRoster")
    cells = package.cells("Roster").values
    rows = [[cells.get((row, column)) for column in range(roster.first_column, roster.last_column + 1)]
            for row in range(roster.first_row + 1, roster.last_row + 1)]  # fmt: skip
    more = [["E9", *row[1:]] for row in rows[2:]]
    patch(package, Edit({"tblRoster": [*rows, *more]}), path)
    refresh_file(path, LATER)
    texts = re.findall(r"<f>([^<]*CSM_TOTALCOMP[^<]*)</f>", parts_of(path)[sheet_part("Total Comp")].decode())
    assert len(texts) == 4 and all("_xldudf_CSM_TOTALCOMP(" in text for text in texts)
    assert check(path) == []


OWN = 'Attribute VB_Name = "MyModule"\r\nPublic Sub MySub()\r\nEnd Sub\r\n'


def project_with(changes: dict[str, str]) -> bytes:
    """csm_xl's project with the text of some modules replaced, or modules added."""
    sources = module_sources(macros()) | changes
    kinds: dict[str, Any] = {"ThisWorkbook": "document", "Dictionary": "class"}
    kinds |= {name: "document" for name in sources if name.startswith("Sheet")}
    return vba_project([Module(name, source, kinds.get(name, "module")) for name, source in sources.items()])


def test_our_own_macros_are_none_of_the_user(macro_book: Path) -> None:
    assert own_macros(macros()) == []
    spaced = {name: source.replace("    ", "  ").upper() if name == "csm_functions" else source
              for name, source in module_sources(macros()).items()}  # fmt: skip
    assert own_macros(project_with(spaced)) == []


def test_macros_of_the_user_are_named_one_by_one() -> None:
    ours = module_sources(macros())
    event = "Private Sub Worksheet_Change(ByVal Target As Range)\r\nEnd Sub\r\n"
    assert own_macros(project_with({"MyModule": OWN})) == ["MyModule"]
    assert own_macros(project_with({"Sheet3": ours["Sheet3"] + event})) == ["Sheet3.Worksheet_Change"]
    changed = ours["csm_buttons"].replace("Application.StatusBar = False", "Beep")
    assert own_macros(project_with({"csm_buttons": changed})) == ["csm_buttons"]
    added = {"Sheet40": ours["Sheet3"].replace("Sheet3", "Sheet40")}  # of a sheet without code
    assert own_macros(project_with(added)) == []


def test_macros_of_the_user_are_never_lost_silently(macro_book: Path, tmp_path: Path) -> None:
    mine, target = tmp_path / "mine.xlsm", tmp_path / "mine.xlsx"
    with zipfile.ZipFile(mine, "w") as package:
        for name, data in parts_of(macro_book).items():
            package.writestr(
                name, project_with({"MyModule": OWN}) if name.endswith("vbaProject.bin") else data
            )
    code, _, said = shell("convert", mine, target)
    assert code == 2 and "MyModule" in said and "--drop-macros" in said and not target.exists()
    code, out, said = shell("convert", mine, target, "--drop-macros")
    assert code == 0 and "for the Office add-in" in out and "Left out, macros of your own: MyModule" in said
    assert_same_book(target, as_kind(macro_book, tmp_path / "same.xlsx", Kind.addin))


def test_buttons_as_excel_saves_them_go_with_all_that_is_about_them(macro_book: Path, tmp_path: Path) -> None:
    """Excel adds a control to the sheet, a part for it, and a hidden shape to the sheet's drawing."""
    parts = parts_of(macro_book)
    control = sheet_part("Control")
    rels = control.replace("worksheets/", "worksheets/_rels/") + ".rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    spaces = (f'xmlns:r="{kind}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
              ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"')  # fmt: skip

    def one(number: int, link: str, macro: str) -> str:
        return (f'<mc:AlternateContent><mc:Choice Requires="x14"><control shapeId="{number}" r:id="{link}"'
                f' name="Button {number}"><controlPr defaultSize="0" macro="[0]!{macro}"/></control>'
                "</mc:Choice></mc:AlternateContent>")  # fmt: skip

    numbers = re.findall(r'id="_x0000_s(\d+)"', parts["xl/drawings/vmlDrawing1.vml"].decode())
    listed = "".join(one(int(number), f"rIdC{number}", "RefreshPlans") for number in numbers)
    whole = (f'<mc:AlternateContent {spaces}><mc:Choice Requires="x14"><controls>{listed}</controls>'
             "</mc:Choice></mc:AlternateContent><tableParts")  # fmt: skip
    drawn = f'<drawing xmlns:r="{kind}" r:id="rIdD"/><legacyDrawing'
    sheet = parts[control].decode()
    parts[control] = sheet.replace("<tableParts", whole).replace("<legacyDrawing", drawn).encode()
    links = "".join(f'<Relationship Id="rIdC{number}" Type="{kind}/ctrlProp"'
                    f' Target="../ctrlProps/c{number}.xml"/>'
                    for number in numbers)  # fmt: skip
    links += (
        f'<Relationship Id="rIdD" Type="{kind}/drawing" Target="../drawings/drawing9.xml"/></Relationships>'
    )
    parts[rels] = parts[rels].decode().replace("</Relationships>", links).encode()
    for number in numbers:
        parts[f"xl/ctrlProps/c{number}.xml"] = b'<formControlPr xmlns="urn:x" objectType="Button"/>'
    anchors = "".join(
        f'<mc:AlternateContent><mc:Choice Requires="a14"><xdr:twoCellAnchor><xdr:sp><a14:compatExt spid="_x0000_s{number}"/>'  # noqa: E501
        "</xdr:sp></xdr:twoCellAnchor></mc:Choice></mc:AlternateContent>" for number in numbers)  # fmt: skip
    mine = '<xdr:twoCellAnchor><xdr:sp name="mine"/></xdr:twoCellAnchor>'
    parts["xl/drawings/drawing9.xml"] = (
        f'<xdr:wsDr xmlns:xdr="urn:d" xmlns:a14="urn:a" {spaces}>{anchors}{mine}</xdr:wsDr>'
    ).encode()
    path = tmp_path / "saved.xlsm"
    with zipfile.ZipFile(path, "w") as package:
        for part, data in parts.items():
            package.writestr(part, data)
    made = parts_of(as_kind(path, tmp_path / "saved.xlsx", Kind.addin))
    assert not [name for name in made if "ctrlProps" in name or name.endswith("vmlDrawing1.vml")]
    assert b"AlternateContent" not in made[control] and b"legacyDrawing" not in made[control]
    assert b"<drawing " in made[control] and b"<tableParts" in made[control]
    assert made["xl/drawings/drawing9.xml"].count(b"twoCellAnchor>") == 2
    assert b"ctrlProp" not in made[rels] and b"drawing9" in made[rels]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("{m}", "{f}/new.xlsm"), "for xlwings in Excel on Windows, with macros already"),
        (("{a}", "{f}/new.xlsx"), "for the Office add-in already"),
        (("{m}", "{m}"), "would replace an input of this run"),
        (("{m}", "{a}"), "already exists"),
        (("{m}", "{f}/new.xls"), "a workbook must be .xlsx or .xlsm"),
        (("{f}/none.xlsm", "{f}/new.xlsx"), "the workbook cannot be read"),
        (("{m}", "{f}/new.xlsm", "--libreoffice"), "a workbook for LibreOffice has no macros"),
        (("{o}", "{f}/new.xlsm"), "this is not a csm_xl workbook"),
    ],
)
def test_what_cannot_be_converted_is_refused_in_words(
    words: tuple[str, ...], said: str, macro_book: Path, addin_book: Path, tmp_path: Path
) -> None:
    others = plain_book(tmp_path / "other.xlsx", {"S": [["a"], [1]]})
    before = macro_book.read_bytes(), addin_book.read_bytes()
    filled = [word.format(m=macro_book, a=addin_book, f=tmp_path, o=others) for word in words]
    code, _, told = shell("convert", *filled)
    assert code == 2 and said in " ".join(told.split()), told
    assert (macro_book.read_bytes(), addin_book.read_bytes()) == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["other.xlsx"]


def test_a_file_that_is_there_is_replaced_with_force(macro_book: Path, tmp_path: Path) -> None:
    target = tmp_path / "new.xlsx"
    target.write_text("mine")
    assert shell("convert", macro_book, target)[0] == 2 and target.read_text() == "mine"
    assert shell("convert", macro_book, target, "--force")[0] == 0
    assert check(target) == []


def test_a_torn_project_is_refused(macro_book: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.xlsm"
    with zipfile.ZipFile(torn, "w") as package:
        for name, data in parts_of(macro_book).items():
            package.writestr(name, data[:5000] if name.endswith("vbaProject.bin") else data)
    with pytest.raises(CsmError, match="its macros cannot be read"):
        convert(torn, Kind.addin)


def test_a_save_in_small_letters_is_set_right_by_a_refresh(addin_book: Path, tmp_path: Path) -> None:
    path = tmp_path / "small.xlsx"
    part = sheet_part("Total Comp")
    edited(addin_book, path, part, lambda xml: xml.replace("_xldudf_CSM_", "_xldudf_csm_"))
    refresh_file(path, LATER)
    assert b"_xldudf_csm_" not in parts_of(path)[part] and b"_xldudf_CSM_" in parts_of(path)[part]
    assert check(path) == []
