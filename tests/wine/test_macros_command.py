"""What is read from the macros is the command that VBA would make of them."""

from macros_command import macros_command


def test_quotes_backslashes_and_ampersands_are_as_the_macros_write_them():
    settings = {"INTERPRETER_WIN": r"C:\Program Files\Python311\python.exe", "PYTHONPATH": ""}
    path = r"C:\\a ^& b\\it\'s.xlsm"
    assert macros_command(settings, r"C:\a & b\it's.xlsm") == (
        r'cmd.exe  /K ""C:\Program Files\Python311\python.exe" -B -c "import sys, os;import xlwings.utils;'
        rf"xlwings.utils.prepare_sys_path(\"true;{path};{path};;;;\");"
        "import xlwings; xlwings.serve('$(CLSID)')\"\""
    )
