"""The VBA module through which Excel calls the worksheet functions; made when a workbook is built.

xlwings writes the wrappers. On failure, its own return text to the cell, which SUM silently ignores; these
return a real error value, and store its cell for CSM_ERROR.
`xlwings.udfs` is Windows code: to make the text elsewhere, stand-ins for pywin32 come first.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from csm_xl.errors import ARITHMETIC, NOT_FOUND, VALUE
from csm_xl.excel.conversion import ERROR_NUMBERS, MARK
from csm_xl.functions import REGISTRY, Function

_LONGEST: Final = 255
"""Maximum characters in Excel's function wizard."""

_HEAD: Final = """Attribute VB_Name = "csm_functions"
' Generated from the registry of csm_xl and xlwings' wrapper; do not edit.
#Const App = "Microsoft Excel"

"""
_FAILED: Final = """Private Function CsmFailed(ByVal said As String, ByVal address As String) As Variant
    CsmFailed = CVErr({value})
    If InStr(said, "{mark}{not_found}") > 0 Then CsmFailed = CVErr({not_found})
    If InStr(said, "{mark}{arithmetic}") > 0 Then CsmFailed = CVErr({arithmetic})
    On Error Resume Next
    XLPy.CallUDF "csm_xl.excel.failures", "remember", Array(address, said)
End Function

""".format(
    value=ERROR_NUMBERS[VALUE],
    not_found=ERROR_NUMBERS[NOT_FOUND],
    arithmetic=ERROR_NUMBERS[ARITHMETIC],
    mark=MARK,
)
_ADDRESS: Final = "Application.Caller.Address(External:=True)"


@dataclass(frozen=True)
class _Workbook:
    """The part of a workbook that xlwings needs to write the wrappers."""

    Name: str = "csm_plan.xlsm"


def vba_module(udfs: ModuleType) -> str:
    """The text of the VBA module: a wrapper for each worksheet function, and their help.

    udfs: `csm_xl.excel.udfs`, imported after the stand-ins, so that xlwings' decorators record their
    arguments.
    """
    from xlwings import udfs as xlwings_udfs

    write_wrappers: Any = xlwings_udfs.generate_vba_wrapper
    written = io.StringIO()
    write_wrappers(udfs.__name__, udfs, written, _Workbook())
    text = written.getvalue()
    for name in REGISTRY:
        returned = f"{name} = Err.Description\n"
        if text.count(returned) != 1:
            raise ValueError(f"xlwings' wrapper of {name} has another shape than the one that is amended")
        text = text.replace(returned, f"{name} = CsmFailed(Err.Description, {_ADDRESS})\n")
    return _HEAD + _FAILED + text + "".join(map(_help, REGISTRY.values())) + _help_of_all()


def _help(function: Function) -> str:
    """A procedure that registers the help of a function and its arguments in Excel's function wizard."""
    lines = [
        f"Private Sub Help_{function.name}()",
        f'    Application.MacroOptions Macro:="{function.name}", Category:="CSM {function.category}", _',
        f"        Description:={_quoted(function.summary)}",
    ]
    if function.parameters:
        lines[-1] += ", ArgumentDescriptions:=Array( _"
        lines += [f"        {_quoted(parameter.help)}, _" for parameter in function.parameters]
        lines[-1] = lines[-1].removesuffix(", _") + ")"
    return "\n".join([*lines, "End Sub", "", ""])


def _help_of_all() -> str:
    calls = "".join(f"    Help_{name}\n" for name in REGISTRY)
    return f"Public Sub CsmDescribeFunctions()\n    On Error Resume Next\n{calls}End Sub\n"


def _quoted(text: str) -> str:
    r"""A text in VBA, whose own code page depends on the machine: non-ASCII characters are written by number.

    >>> print(_quoted('6 × 7 is "it" here'))
    "6 " & ChrW(215) & " 7 is ""it"" here"
    """
    quoted = (
        '"' + part.replace('"', '""') + '"' if part.isascii() else f"ChrW({ord(part)})"
        for part in re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]", text[:_LONGEST])
    )
    return " & ".join(quoted) or '""'
