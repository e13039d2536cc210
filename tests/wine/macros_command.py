"""The command by which the macros of a workbook have xlwings' library start Python, read from those macros.

VBA itself runs in no test: the few statements that make the command are read from the module that ships, and
worked out here.
"""

import re
from collections.abc import Mapping

from csm_xl.excel.ovba import module_sources
from csm_xl.excel.vba_project import macros

_QUOTED = r'"(?:[^"]|"")*"'
_SETTING = r'GetConfig\("([^"]*)"(?:, "?([^")]*)"?)?\)'
_TERM = re.compile(rf"({_QUOTED}|Chr\(34\)|{_SETTING}|[\w.]+)(?: & |$)")
_REPLACE = re.compile(rf"Replace\((\w+), ({_QUOTED}), ({_QUOTED})\)")
_FORKS = {"INTERPRETER", "CONDA PATH", "DEBUG UDFS", "SHOW CONSOLE", "LICENSE_KEY"}


def macros_command(settings: Mapping[str, str], workbook: str) -> str:
    """The command; settings: those of the workbook's sheet xlwings.conf; workbook: its path."""
    assert not _FORKS & {key for key, value in settings.items() if value}, "these take another branch"
    module = module_sources(macros())["xlwings"].replace("\r\n", "\n")
    body = module.partition("Function XLPyCommand()")[2].partition("End Function")[0]
    # Of each fork the branch that a workbook of csm_xl takes: Excel, no conda, no console, no license key.
    wanted = [
        r'AddExcelDir = GetConfig\(.*', r'PYTHONPATH = AddExcelDir & .*', r'PYTHONPATH = Replace\(.*',
        r'PYTHON_WIN = GetConfig\("INTERPRETER_WIN", ""\)', r'ConsoleSwitch = ""',
        r'PYTHON_WIN = "cmd\.exe " & .* & PYTHON_WIN & Chr\(34\)', r'LicenseKeyEnvString = ""', r'tail = .*',
        r'XLPyCommand = PYTHON_WIN & .*',
    ]  # fmt: skip
    lines = [line.strip() for line in body.splitlines()]
    taken = [line for line in lines if any(re.fullmatch(one, line) for one in wanted)]
    assert all(any(re.fullmatch(one, line) for line in taken) for one in wanted), "the macros have changed"
    values = {"ThisWorkbook.FullName": workbook}
    for line in taken:
        name, _, text = line.partition(" = ")
        if replaced := _REPLACE.fullmatch(text):
            values[name] = values[replaced[1]].replace(_literal(replaced[2]), _literal(replaced[3]))
        else:
            values[name] = "".join(_worked_out(one[1], settings, values) for one in _TERM.finditer(text))
    return values["XLPyCommand"]


def _worked_out(term: str, settings: Mapping[str, str], values: Mapping[str, str]) -> str:
    if term.startswith('"'):
        return _literal(term)
    if term == "Chr(34)":
        return '"'
    if asked := re.fullmatch(_SETTING, term):
        return settings.get(asked[1]) or asked[2] or ""
    return values[term]


def _literal(quoted: str) -> str:
    return quoted[1:-1].replace('""', '"')
