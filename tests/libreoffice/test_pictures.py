"""The workbook that ships as LibreOffice prints it: nothing cut off, every chart drawn."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from csm_xl.libreoffice.pictures import chart_pngs, pngs, sheet_pdfs
from csm_xl.workbook.styles import AMBER, FAULT, NAVY, TEAL

WORKBOOK = Path(__file__).parents[2] / "workbooks" / "csm_plan.xlsx"
VISIBLE = [
    page.title for page in openpyxl.load_workbook(WORKBOOK, read_only=True) if page.sheet_state == "visible"
]


@pytest.fixture(scope="module")
def drawn(shipped, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    return sheet_pdfs(shipped, WORKBOOK, folder), chart_pngs(shipped, WORKBOOK, folder)


def text(pdf):
    if shutil.which("pdftotext") is None:
        pytest.skip("needs poppler-utils")
    return subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("sheet", VISIBLE)
def test_no_cell_is_cut_off(drawn, sheet):
    said = text(drawn[0][sheet])
    assert sheet in said or len(said) > 200
    assert "###" not in said
    assert "Err:" not in said and "#NAME?" not in said
    assert "#VALUE!" not in said or sheet == "Functions"  # which says when a function gives it
    assert "Confidential" in said


def colours(picture):
    from PIL import Image

    with Image.open(picture) as image:
        counts = image.convert("RGB").getcolors(1 << 24)
    return {colour: count for count, colour in counts}


def near(one, other):
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 12


def test_every_chart_is_drawn(drawn):
    charts = drawn[1]
    pages = openpyxl.load_workbook(WORKBOOK)
    assert len(charts) == sum(len(page._charts) for page in pages) >= 5
    palette = {tuple(int(code[at : at + 2], 16) for at in (1, 3, 5)) for code in (NAVY, TEAL, AMBER, FAULT)}
    for name, picture in charts.items():
        found = colours(picture)
        size = sum(found.values())
        inked = sum(count for colour, count in found.items() if min(colour) < 235)
        assert inked > 0.01 * size, f"{name} is blank"
        ours = sum(count for colour, count in found.items() if any(near(colour, one) for one in palette))
        assert ours > 200, f"{name} shows no data in the colours of the house"


def test_a_cut_off_number_would_be_seen(shipped_offices, tmp_path):
    import xlsxwriter

    path = tmp_path / "narrow.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("Pay")
    page.set_column(0, 0, 3)
    page.write_number("A1", 123456789.25, book.add_format({"num_format": "#,##0.00"}))
    book.close()
    office = shipped_offices()  # the one that drew every chart has been seen to end by itself afterwards
    assert "###" in text(sheet_pdfs(office, path, tmp_path)["Pay"])


def test_pages_become_pictures(drawn):
    pages = pngs(drawn[0]["Cover"])
    assert pages and all(len(colours(page)) > 10 for page in pages)
