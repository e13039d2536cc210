"""The macros of the workbook: which modules its VBA project has, and the built project itself.

The project is built by developers (``make vba``) and ships as ``vbaProject.bin`` next to this module; a
workbook is built with those bytes. It holds xlwings' standalone module, so that no add-in is
needed, the wrappers of the worksheet functions, and the macros behind the buttons.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Final
from zipfile import ZipFile

from csm_xl import __version__
from csm_xl.excel.ovba import Kind, Module, module_sources, vba_project

BUTTONS: Final = {
    "RefreshPlans": ("refresh", "Refresh"),
    "CheckWorkbook": ("check", "Check"),
    "MakeStatements": ("statements", "Statements"),
    "ClosePeriod": ("close", "Close"),
}
"""The macros behind the workbook's buttons: the function of `csm_xl.excel.buttons` that each runs, and the
button's label."""

_BUILT: Final = "vbaProject.bin"
_STANDALONE: Final = "quickstart_standalone.xlsm"
_WORKBOOK: Final = "{00020819-0000-0000-C000-000000000046}"
_SHEET: Final = "{00020820-0000-0000-C000-000000000046}"
_SHEET_NAME: Final = re.compile(r"Sheet\d+")
_KINDS: Final[dict[str, Kind]] = {"ThisWorkbook": "document", "Dictionary": "class"}
"""The modules that are no standard ones."""
_STAMP: Final = re.compile(r'Public Const CSM_MACROS As String = "([^"]*)"')

_OPENED: Final = """
Private Sub Workbook_Open()
    ' Excel forgets the help of functions when it closes. Registering it again changes nothing that is saved.
    Dim unchanged As Boolean
    unchanged = Me.Saved
    CsmDescribeFunctions
    If unchanged Then Me.Saved = True
End Sub
"""

_RUN: Final = '''
Private Sub RunButton(ByVal said As String, ByVal task As String)
    Dim updating As Boolean
    updating = Application.ScreenUpdating
    On Error GoTo failed
    Application.ScreenUpdating = False
    Application.Cursor = xlWait
    Application.StatusBar = "csm_xl: " & said & " ..."
    RunPython task
leave:
    On Error Resume Next
    Application.StatusBar = False
    Application.Cursor = xlDefault
    Application.ScreenUpdating = updating
    Exit Sub
failed:
    MsgBox said & " could not be done: " & Err.Description & vbCrLf & vbCrLf & _
        "csm-xl doctor """ & ThisWorkbook.FullName & """ at a command prompt says what is missing.", _
        vbCritical, "csm_xl"
    Resume leave
End Sub
'''


def workbook_macros(wrappers: str, sheets: int) -> bytes:
    """The VBA project of a workbook.

    wrappers: the module of `csm_xl.excel.wrappers.vba_module`. sheets: how many sheets the workbook has; each
    has a module of its own, ``Sheet1`` and on, in their order.
    """
    modules = [
        _document("ThisWorkbook", _WORKBOOK, _OPENED),
        *(_document(f"Sheet{number}", _SHEET) for number in range(1, sheets + 1)),
        *_xlwings_modules(),
        Module("csm_functions", _lines(wrappers)),
    ]
    text = "".join(module.source for module in [*modules, _buttons("")])
    stamp = f"csm_xl {__version__} {sha256(text.encode()).hexdigest()[:12]}"
    return vba_project([*modules, _buttons(stamp)])


def macros() -> bytes:
    """The built project of this version, to be put into a workbook."""
    return resources.files(__package__).joinpath(_BUILT).read_bytes()


def macros_for(sheets: Collection[str]) -> bytes:
    """The built project, for a workbook whose sheets have modules of these names.

    >>> macros_for([f"Sheet{number + 1}" for number in range(sheets_of(macros()))]) == macros()
    True
    """
    built = module_sources(macros())
    if {name for name in built if _SHEET_NAME.fullmatch(name)} == set(sheets):
        return macros()
    rest = [Module(name, source, _KINDS.get(name, "module")) for name, source in built.items()
            if not _SHEET_NAME.fullmatch(name)]  # fmt: skip
    return vba_project([rest[0], *(_document(name, _SHEET) for name in sheets), *rest[1:]])


def stamp_of(project: bytes) -> str:
    """The version of csm_xl's macros in a VBA project, whichever program saved it last; empty if it has none.

    Excel rewrites a project when it saves the workbook, so its bytes differ; a text inside identifies it.

    >>> stamp_of(macros()).split()[0]
    'csm_xl'

    Errors: ValueError where the project is torn.
    """
    found = _STAMP.search(module_sources(project).get("csm_buttons", ""))
    return found[1] if found else ""


def sheets_of(project: bytes) -> int:
    """How many sheets a built project is for.

    >>> sheets_of(macros()) > 10
    True
    """
    return sum(_SHEET_NAME.fullmatch(name) is not None for name in module_sources(project))


@cache
def built_stamp() -> str:
    """The stamp of this version's macros."""
    return stamp_of(macros())


def _lines(text: str) -> str:
    """Text with the line ends that VBA has."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _document(name: str, base: str, code: str = "") -> Module:
    """The module of the workbook or of a sheet, with the attributes that Excel gives it."""
    attributes = {
        "Name": f'"{name}"', "Base": f'"0{base}"', "GlobalNameSpace": False, "Creatable": False,
        "PredeclaredId": True, "Exposed": True, "TemplateDerived": False, "Customizable": True,
    }  # fmt: skip
    head = "".join(f"Attribute VB_{name} = {value}\n" for name, value in attributes.items())
    return Module(name, _lines(head + code), "document")


def _xlwings_modules() -> list[Module]:
    """xlwings' standalone module, and the class that it needs on a Mac, as its own quickstart holds them."""
    import xlwings

    with resources.as_file(resources.files(xlwings).joinpath(_STANDALONE)) as path, ZipFile(path) as book:
        sources = module_sources(book.read("xl/vbaProject.bin"))
    # The description of the class is its head comment once more.
    dictionary = re.sub(
        r"(?m)^Attribute VB_Description = .*\n", "", sources["Dictionary"].replace("\r\n", "\n")
    )
    return [Module("xlwings", _lines(sources["xlwings"])), Module("Dictionary", _lines(dictionary), "class")]


def _buttons(stamp: str) -> Module:
    """The macros behind the buttons, and the stamp by which a workbook's macros are known."""
    text = (
        'Attribute VB_Name = "csm_buttons"\n'
        "' The buttons of csm_xl; generated, do not edit.\n"
        "Option Explicit\n\n"
        f'Public Const CSM_MACROS As String = "{stamp}"\n'
    )
    for macro, (function, said) in BUTTONS.items():
        command = f"from csm_xl.excel.buttons import {function}; {function}()"
        text += f'\nPublic Sub {macro}()\n    RunButton "{said}", "{command}"\nEnd Sub\n'
    return Module("csm_buttons", _lines(text + _RUN))
