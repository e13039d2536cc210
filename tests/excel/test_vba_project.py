"""The macros that a workbook ships with: what is in them, whose they are, and that they are VBA."""

import io
import re
import subprocess
import sys
import tomllib
from importlib import metadata, resources
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import olevba_reader
import pytest
import xlsxwriter
import xlwings
from vba_rules import faults

from csm_xl import __version__
from csm_xl.errors import CsmError
from csm_xl.excel import vba_project
from csm_xl.excel.ovba import module_sources
from csm_xl.excel.vba_project import BUTTONS, built_stamp, macros, sheets_of, stamp_of, workbook_macros
from csm_xl.functions import REGISTRY
from csm_xl.libreoffice import bridge
from csm_xl.libreoffice.environment import office_environment
from csm_xl.workbook.layout import ORDER

ROOT = Path(__file__).parents[2]
SHEETS = len(ORDER) + 1  # and xlwings.conf


@pytest.fixture(scope="module")
def modules():
    return {name: text.replace("\r\n", "\n") for name, text in module_sources(macros()).items()}


@pytest.fixture(scope="module")
def workbook():
    """A workbook with the macros, a sheet for each of their sheet modules."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_vba_project(io.BytesIO(macros()), is_stream=True)
    book.set_vba_name("ThisWorkbook")
    for number in range(1, sheets_of(macros()) + 1):
        book.add_worksheet().set_vba_name(f"Sheet{number}")
    book.close()
    return out.getvalue()


# --- whose they are ----------------------------------------------------------------------------------


def test_the_built_project_is_what_the_sources_give():
    """The drift test: a change of the registry, xlwings, the version or the sheets asks for `make vba`."""
    run = subprocess.run(
        [sys.executable, "-c", "import sys; sys.path.insert(0, 'tools'); import make_vba\n"
                               "sys.stdout.buffer.write(make_vba.build())"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    assert run.stdout == macros(), "csm_xl/excel/vbaProject.bin is out of date: run `make vba`"


def test_the_modules_are_those_of_the_workbook(modules):
    sheets = [f"Sheet{number}" for number in range(1, SHEETS + 1)]
    assert list(modules) == [
        "ThisWorkbook", *sheets, "xlwings", "Dictionary", "csm_functions", "csm_buttons"
    ]  # fmt: skip
    assert sheets_of(macros()) == SHEETS
    assert "    CsmDescribeFunctions\n" in modules["ThisWorkbook"]
    assert all("VB_PredeclaredId = True" in modules[name] for name in sheets)


def test_xlwings_is_the_pinned_version_to_the_letter(modules):
    package = resources.files(xlwings)
    assert modules["xlwings"] == package.joinpath("xlwings.bas").read_text("ascii")
    pins = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    version = next(pin.removeprefix("xlwings==") for pin in pins if pin.startswith("xlwings"))
    assert version == xlwings.__version__ == metadata.version("xlwings")
    assert f'XLWINGS_VERSION As String = "{version}"' in modules["xlwings"]
    assert set(re.findall(r'"(xlwings\d\d-.*?\.dll)"', modules["xlwings"])) == {
        f"xlwings{bits}-{version}.dll" for bits in (32, 64)
    }


def test_licenses_of_what_others_wrote_stay_in(modules):
    assert "BSD 3-clause license" in modules["xlwings"] and "Zoomer Analytics LLC" in modules["xlwings"]
    assert "@license: MIT" in modules["Dictionary"] and "Tim Hall" in modules["Dictionary"]


def test_the_macros_are_known_by_a_stamp_that_changes_with_them(modules):
    version, digest = built_stamp().split()[1:]
    assert version == __version__ and re.fullmatch(r"[0-9a-f]{12}", digest)
    wrappers = modules["csm_functions"]
    assert stamp_of(workbook_macros(wrappers, SHEETS)) == built_stamp()
    others = {stamp_of(workbook_macros(wrappers + "'\n", SHEETS)), stamp_of(workbook_macros(wrappers, 3))}
    assert len({built_stamp(), *others}) == 3
    with resources.as_file(resources.files(xlwings).joinpath("quickstart.xlsm")) as path:
        assert stamp_of(ZipFile(path).read("xl/vbaProject.bin")) == ""


# --- what they do ------------------------------------------------------------------------------------


def test_every_button_runs_a_function_that_is_there(modules):
    from csm_xl.excel import buttons

    subs = re.findall(r'^Public Sub (\w+)\(\)\n    RunButton "(\w+)", "(.*)"\n', modules["csm_buttons"], re.M)
    assert {macro: (task, said) for macro, said, task in subs} == {
        macro: (f"from csm_xl.excel.buttons import {name}; {name}()", said)
        for macro, (name, said) in BUTTONS.items()
    }
    assert all(callable(getattr(buttons, name)) for name, _ in BUTTONS.values())


def test_a_button_leaves_excel_as_it_found_it_whatever_happens(modules):
    run = modules["csm_buttons"].partition("Private Sub RunButton")[2]
    before, _, rest = run.partition("    RunPython task\n")
    assert "On Error GoTo failed" in before and "Application.StatusBar = " in before
    tidied = rest.partition("leave:\n")[2].partition("    Exit Sub\n")[0]
    for line in ("StatusBar = False", "Cursor = xlDefault", "ScreenUpdating = updating"):
        assert f"    Application.{line}\n" in tidied
    failed = rest.partition("failed:\n")[2]
    assert "MsgBox" in failed and failed.rstrip().endswith("Resume leave\nEnd Sub")


def test_every_function_is_called_through_its_wrapper(modules):
    assert set(re.findall(r"^Function (CSM_\w+)\(", modules["csm_functions"], re.M)) == set(REGISTRY)


# --- that they are VBA -------------------------------------------------------------------------------


def test_no_module_has_what_the_editor_refuses(modules):
    assert list(faults(modules)) == []


def test_arguments_are_as_few_as_vba_takes(modules):
    for arguments in re.findall(r"(?:Function|Sub) \w+\((.*?)\)", modules["csm_functions"]):
        assert arguments.count(",") < 60


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("End Sub", ""), "not ended|no end"),
        (("End Sub", "End Function"), "ended as"),
        (("    RunPython task", "    #If Mac Then\n    RunPython task"), "#If is not closed"),
        (("    RunPython task", "    If True Then\n    RunPython task"), "If is not closed"),
        (("    RunPython task", "    RunPython task _\n" + "    x _\n" * 25), "continued"),
        (("    RunPython task", "    RunPython " + "x" * 1024), "characters"),
        (("    RunPython task", "    RunPython “task”"), "“"),
        (("Public Sub CheckWorkbook", "Public Sub RefreshPlans"), "twice"),
        (("Public Sub CheckWorkbook", "Public Sub CSM_OTE"), "two modules"),
        (("leave:\n", ""), "jumps to leave"),
        (("    RunPython task", "    CallIt\n" * 20_000), "too long"),
    ],
)  # fmt: skip
def test_what_the_editor_refuses_is_seen(modules, change, fault):
    old, new = change
    assert old in modules["csm_buttons"]
    changed = {**modules, "csm_buttons": modules["csm_buttons"].replace(old, new, 1)}
    assert any(re.search(fault, each) for each in faults(changed))


# --- read back by others -----------------------------------------------------------------------------


def test_olevba_reads_every_module_whole_out_of_the_workbook(modules, workbook):
    found = {name: text.replace("\r\n", "\n") for name, text in olevba_reader.modules(workbook).items()}
    assert found == modules


@pytest.mark.office
def test_libreoffice_reads_every_module_whole_out_of_the_workbook(modules, workbook, tmp_path):
    try:
        program = bridge.soffice()
    except CsmError as missing:
        pytest.skip(str(missing))
    (tmp_path / "macros.xlsm").write_bytes(workbook)
    office = office_environment()
    subprocess.run(
        [str(program), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", "ods", "--outdir", str(tmp_path), str(tmp_path / "macros.xlsm")],
        stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=180, env=office,
    )  # fmt: skip
    with ZipFile(tmp_path / "macros.ods") as book:
        texts = {
            Path(part).stem: ElementTree.fromstring(book.read(part)).text
            for part in book.namelist()
            if re.fullmatch(r"Basic/VBAProject/(?!script-lb).*\.xml", part)
        }
    own = r"Rem Attribute VBA_ModuleType=\w+\nOption VBASupport 1\n(?:Option ClassModule\n)?"
    read = {name: re.sub(rf"\A{own}", "", text) for name, text in texts.items()}
    # LibreOffice keeps the attributes apart from the text.
    put_in = {name: re.sub(r"(?m)^Attribute .*\n", "", text) for name, text in modules.items()}
    assert {name: text.rstrip("\n") for name, text in read.items()} == {
        name: text.rstrip("\n") for name, text in put_in.items()
    }


def test_a_torn_project_is_no_project_of_ours():
    with pytest.raises(ValueError, match=r"damaged|no compound"):
        stamp_of(macros()[:3000])
    assert vba_project.stamp_of(macros()) == built_stamp()
