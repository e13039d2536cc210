"""The add-in as it ships: installed into a profile, its functions called by the office itself."""

import math
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from csm_xl import __version__
from csm_xl.errors import CsmError
from csm_xl.functions import REGISTRY
from csm_xl.libreoffice import addin, bridge


def new_document(office):
    return office.service("com.sun.star.frame.Desktop").loadComponentFromURL(
        "private:factory/scalc", "_blank", 0, office.properties(Hidden=True)
    )


def test_the_same_registry_gives_the_same_bytes(tmp_path):
    first = addin.write_oxt(tmp_path / "a.oxt").read_bytes()
    assert addin.write_oxt(tmp_path / "b.oxt").read_bytes() == first


def test_every_function_and_argument_is_described(tmp_path):
    path = addin.write_oxt(tmp_path / "csm.oxt")
    with zipfile.ZipFile(path) as archive:
        xcu = ElementTree.fromstring(archive.read("CalcAddIns.xcu"))
        interface = archive.read("XCsmFunctions.idl").decode()
        compile(archive.read("csm_xl_component.py").decode(), "component", "exec")
        for name in archive.namelist():
            if name.endswith((".xml", ".xcu")):
                ElementTree.fromstring(archive.read(name))
    name = "{http://openoffice.org/2001/registry}name"
    functions = next(node for node in xcu.iter("node") if node.get(name) == "AddInFunctions")
    assert len(functions) == len(REGISTRY)
    for node, function in zip(functions, REGISTRY.values(), strict=True):
        said = {prop.get(name): "".join(prop.itertext()).strip() for prop in node.findall("prop")}
        assert said["DisplayName"] == said["CompatibilityName"] == function.name
        assert said["Description"] == function.summary
        described = node.find("node").findall("node")
        assert [one.get(name) for one in described] == [given for given, _, _ in addin.arguments(function)]
        assert all("".join(one.itertext()).strip() for one in described)
        assert f"{addin.method(function)}(" in interface


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("=CSM_VERSION()", __version__),
        ("=CSM_TOTALCOMP(100000;25000;1.1)", 127500.0),
        ("=CSM_TOTALCOMP(100000;25000)", 125000.0),
        ("=CSM_PAYCURVE(0.95;{0.9;0.5|1;1|1.2;1.5})", 0.75),
        ("=SUM(CSM_TIERPAY({80000|120000};{0;0.05|100000;0.08}))", 10600.0),
        ("=CSM_COMMISSION(50000;0.02)+1", 1001.0),
    ],
)
def test_formulas_in_the_office_itself(shipped, formula, shown):
    document = new_document(shipped)
    try:
        cell = document.getSheets().getByIndex(0).getCellByPosition(0, 0)
        cell.setFormula(formula)
        assert cell.getError() == 0
        if isinstance(shown, str):
            assert cell.getString() == shown
        else:
            assert math.isclose(cell.getValue(), shown, rel_tol=1e-15)
    finally:
        document.close(True)


@pytest.mark.parametrize(
    ("formula", "error"),
    [
        ("=CSM_ATTAINMENT(1;0)", 503),
        ('=CSM_GEOPAY(60000;"Atlantis")', 32767),
        ('=CSM_OTE("little";1)', 519),
        ("=CSM_OTE(1/0;1)", 532),
        ("=CSM_WEIGHTED(B:B;C:C)", 519),
        ("=CSM_WEIGHTED(D1:D3;D1:D2)", 519),
    ],
)
def test_errors_are_errors_and_their_reason_can_be_read(shipped, formula, error):
    document = new_document(shipped)
    try:
        sheet = document.getSheets().getByIndex(0)
        sheet.getCellByPosition(0, 0).setFormula(formula)
        assert sheet.getCellByPosition(0, 0).getError() == error
        if error in (503, 32767):
            sheet.getCellByPosition(0, 1).setFormula("=CSM_ERROR()")
            said = sheet.getCellByPosition(0, 1).getString()
            assert "goal" in said or "Atlantis" in said
    finally:
        document.close(True)


def test_a_bare_name_in_an_xlsx_resolves_and_is_written_back_unchanged(shipped, tmp_path):
    import openpyxl
    import xlsxwriter

    path = tmp_path / "bare.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Pay").write_formula("A1", "=CSM_TOTALCOMP(100000,25000,1.1)", None, 0)
    book.close()
    document = shipped.open(path)
    document.calculateAll()
    assert document.getSheets().getByName("Pay").getCellByPosition(0, 0).getValue() == 127500
    saved = tmp_path / "saved.xlsx"
    document.storeToURL(shipped.url(saved), shipped.properties(FilterName="Calc MS Excel 2007 XML"))
    document.close(True)
    cell = openpyxl.load_workbook(saved)["Pay"]["A1"]
    assert cell.value == "=CSM_TOTALCOMP(100000,25000,1.1)"
    assert openpyxl.load_workbook(saved, data_only=True)["Pay"]["A1"].value == 127500


def test_an_office_with_another_python_is_refused(there, monkeypatch):
    monkeypatch.setattr(bridge, "office_python", lambda: (3, 99))
    with pytest.raises(CsmError, match=r"Python 3\.99, and csm_xl Python 3\."):
        bridge.require_python()


def test_the_component_refuses_another_python(tmp_path):
    text = addin.component((3, 99), ("/nowhere",))
    with pytest.raises(ImportError, match=r"installed under Python 3\.99"):
        exec(compile(text.replace("import unohelper", ""), "component", "exec"), {})


@pytest.fixture
def said_version(tmp_path, monkeypatch):
    def make(text):
        program = tmp_path / "soffice"
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
        monkeypatch.setenv("CSM_XL_SOFFICE", str(program))
        bridge.office_version.cache_clear()

    yield make
    bridge.office_version.cache_clear()


def test_an_old_office_is_refused_with_the_reason(said_version):
    said_version("echo 'LibreOffice 7.4.7.2 40(Build:2)'")
    with pytest.raises(CsmError, match=r"before 25\.2 does not resolve CSM_ functions") as refused:
        bridge.require_office()
    assert "7.4" in str(refused.value)


def test_a_program_that_is_no_office_is_told(said_version):
    said_version("echo hello")
    with pytest.raises(CsmError, match="does not report its version"):
        bridge.require_office()


def test_a_missing_office_is_told(monkeypatch):
    monkeypatch.setenv("CSM_XL_SOFFICE", "/no/such/soffice")
    with pytest.raises(CsmError, match="no such program"):
        bridge.soffice()


def test_install_status_uninstall(there, tmp_path):
    from csm_xl.libreoffice import install

    profile = tmp_path / "profile"
    assert install.status(profile).installed is None
    assert install.uninstall(profile) is False
    assert install.install(profile).works
    assert install.install(profile).answers == __version__  # again, in place of itself
    assert install.uninstall(profile) is True
    assert not install.status(profile).works


def test_a_profile_in_use_is_refused(there, tmp_path):
    from csm_xl.libreoffice import install

    (tmp_path / "user").mkdir()
    (tmp_path / "user" / ".lock").write_text("")
    for act in (install.install, install.uninstall, install.status):
        with pytest.raises(CsmError, match="has the profile in use"):
            act(tmp_path)


def test_folders_of_the_environment_hold_the_package():
    assert any((Path(folder) / "csm_xl").is_dir() for folder in addin._folders())
