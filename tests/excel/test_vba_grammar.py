"""Every module of macros that csm_xl writes is accepted by the grammar of VBA."""

import pytest
from vba_grammar import syntax_errors
from vba_rules import compiled

from csm_xl.excel.ovba import module_sources
from csm_xl.excel.vba_project import macros

OURS = ("ThisWorkbook", "csm_buttons", "csm_functions")
HIDDEN = "Attribute VB_"  # kept in the file and never shown by the editor; the grammar knows one of them


@pytest.fixture(scope="module")
def modules():
    found = {}
    for name, text in module_sources(macros()).items():
        lines = compiled(text.replace("\r\n", "\n")).split("\n")
        shown = [line for line in lines if not line.startswith(HIDDEN) or "VB_Name" in line]
        found[name] = "\n".join([*shown, ""])
    return found


@pytest.mark.parametrize("name", OURS)
def test_the_grammar_accepts_a_module(modules, name):
    assert "Sub" in modules[name] or "Function" in modules[name]
    assert syntax_errors(modules[name]) == []


def test_every_module_is_ours_one_of_xlwings_or_empty(modules):
    """A new module of ours has to be added above."""
    procedures = {name for name, text in modules.items() if "End Sub" in text or "End Function" in text}
    assert procedures == {*OURS, "xlwings", "Dictionary"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("    RunPython task", "    RunPython task,"),
        ("    RunPython task", "    RunPython (task"),
        ("    RunPython task", "    If task RunPython task"),
        ("End Sub", "End"),
        ("End Sub", "    workbook.\nEnd Sub"),
        ("Public Sub CheckWorkbook", "Public Sub Check-Workbook"),
    ],
)
def test_what_is_no_vba_is_seen(modules, right, wrong):
    assert right in modules["csm_buttons"]
    assert syntax_errors(modules["csm_buttons"].replace(right, wrong, 1))
