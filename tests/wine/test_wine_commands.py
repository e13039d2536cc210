"""The commands of csm-xl on Windows: what they say, and that they write what they write elsewhere."""

import json
import shutil

from commands import shell
from wine_machine import PYTHON

from csm_xl.excel.workbook_examination import configured
from csm_xl.xlsx.package import Package

PERIOD = "2026-Q1"


def copied(windows, made, folder, name):
    """A copy of a workbook under another name."""
    shutil.copy(windows.here(made), windows.here(folder / name))
    return folder / name


def test_a_new_workbook_names_the_python_that_made_it(windows, made):
    assert configured(Package(windows.here(made)))["INTERPRETER_WIN"][1] == str(PYTHON)


def test_doctor_finds_nothing_wrong_but_that_there_is_no_excel(windows, made):
    done = windows.csm_xl("doctor", made, "--json")
    found = {one["check"]: one for one in json.loads(done.output)["findings"]}
    assert done.code == 0, done.said
    assert found["platform"]["said"].startswith("Windows: ")
    assert found["python"]["said"] == f"Python 3.11.9 at {PYTHON}"
    assert "xlwings64-0.37.8.dll" in found["xlwings library"]["said"]
    wrong = {check: one["said"] for check, one in found.items() if one["status"] != "ok"}
    assert wrong == {"excel": "Excel is not registered on this computer",
                     "libreoffice": "LibreOffice was not found"}  # fmt: skip


def test_doctor_reads_what_the_registry_holds(windows, made):
    key = r"Software\Policies\Microsoft\office\16.0\excel\security"
    write = "import sys, winreg as w; k = w.CreateKey(w.HKEY_CURRENT_USER, sys.argv[1]);"
    windows.python(f"{write} w.SetValueEx(k, 'vbawarnings', 0, w.REG_DWORD, 4)", key)
    windows.python("import sys; open(sys.argv[1] + ':Zone.Identifier', 'w').write('[ZoneTransfer]')", made)
    try:
        done = windows.csm_xl("doctor", made)
    finally:
        windows.python(f"{write} w.DeleteValue(k, 'vbawarnings')", key)
    lines = done.said.splitlines()
    assert done.code == 1
    assert "x macro policy: by a policy, no macros run in Excel" in lines
    assert "+ platform: Windows: worksheet functions and buttons work in Excel" in lines
    assert any(line.startswith("  -> Ask your IT department") for line in lines)


def test_pay_is_the_same_to_the_byte(windows, made, folder):
    workbook = copied(windows, made, folder, "Pay – Łódź 計画.xlsm")
    done = windows.csm_xl("pay", workbook, "--period", PERIOD, "--out", folder / "payouts ü.csv")
    assert done.code == 0, done.said
    here = windows.here(folder / "here.csv")
    assert shell("pay", windows.here(workbook), "--period", PERIOD, "--out", here)[0] == 0
    assert windows.here(folder / "payouts ü.csv").read_bytes() == here.read_bytes()


def test_what_is_piped_is_json_without_a_lost_letter(windows, made, folder):
    workbook = copied(windows, made, folder, "計画.xlsm")
    done = windows.csm_xl("refresh", workbook, "--json")
    assert done.code == 0, done.said
    assert json.loads(done.output.decode("utf-8"))["file"] == str(workbook)


def test_a_refreshed_workbook_checks_clean(windows, made, folder):
    workbook = copied(windows, made, folder, "Łódź.xlsm")
    done = windows.csm_xl("refresh", workbook)
    assert done.code == 0, done.said
    assert shell("check", windows.here(workbook))[0] == 0
    assert [one.name for one in windows.here(folder).iterdir()] == ["Łódź.xlsm"]


def test_statements_are_one_pdf_per_person(windows, made, folder):
    workbook = copied(windows, made, folder, "pay.xlsm")
    done = windows.csm_xl("statements", workbook, "--period", PERIOD, "--out", folder / "Abrechnung")
    assert done.code == 0, done.said
    here = windows.here(folder / "here")
    assert shell("statements", windows.here(workbook), "--period", PERIOD, "--out", here)[0] == 0
    there = windows.here(folder / "Abrechnung")
    assert sorted(one.name for one in there.iterdir()) == sorted(one.name for one in here.iterdir())
    assert all(one.read_bytes()[:5] == b"%PDF-" for one in there.glob("*.pdf"))
