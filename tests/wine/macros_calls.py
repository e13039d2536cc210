"""Calls through xlwings' own library: written for the client that stands for Excel, and its answers read."""

import re
from datetime import date, timedelta
from typing import Any

from sheets import as_rows
from wine_machine import CLIENT, LIBRARY, Windows

from csm_xl.excel.conversion import ERROR_NUMBERS, MARK
from csm_xl.xlsx.serial_dates import EPOCH_1900
from csm_xl.xlsx.values import ErrorCell

UDFS = "csm_xl.excel.udfs"
_CODES = {str(number): code for code, number in ERROR_NUMBERS.items()}
Call = tuple[str, str, list[list[str]]]
"""Module, function, and the lines of each argument."""


class Failed(str):
    """What VBA has as Err.Description."""

    @property
    def code(self) -> str:
        """The error value that the macros show in the cell."""
        found = re.search(rf"{MARK}(\d+) ", self)
        return _CODES[found[1]] if found else "#VALUE!"


def cell(value: Any, money: bool = False) -> str:
    """A cell as Excel has it: whole numbers as floats, blanks as empty, errors as errors."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return f"b {value:d}"
    if isinstance(value, ErrorCell):
        return f"e {ERROR_NUMBERS[value.text]}"
    if isinstance(value, date):
        return f"d {value.toordinal() - EPOCH_1900}"
    if isinstance(value, (int, float)):
        exact = money and abs(value) < 1e12 and round(value, 4) == value
        return f"{'c' if exact else 'n'} {float(value)!r}"
    return "s " + str(value).replace("\\", "\\\\").replace("\n", "\\n")


def as_constants(argument: Any) -> list[str]:
    """What is typed into the call: a value, {1;2} as rows, {1,2} flat, nothing at all."""
    if argument is None:
        return ["m"]
    if not isinstance(argument, list):
        return [cell(argument)]
    rows = as_rows(argument)
    head = f"v {len(rows[0])}" if len(rows) == 1 else f"a {len(rows)} {len(rows[0])}"
    return [head, *(cell(value) for row in rows for value in row)]


def as_ranges(argument: Any) -> list[str]:
    """References, which is what Excel hands over most: objects, 1×1 too."""
    rows = as_rows(argument)
    return [f"r {len(rows)} {len(rows[0])}", *(cell(value) for row in rows for value in row)]


def as_tables(argument: Any) -> list[str]:
    """Ranges of several cells as references, single cells by value: a range is asked for much."""
    return as_ranges(argument) if isinstance(argument, list) else as_constants(argument)


def as_currency(argument: Any) -> list[str]:
    """The values of cells that are formatted as currency."""
    rows = as_rows(argument)
    head = [f"a {len(rows)} {len(rows[0])}"] if isinstance(argument, list) else []
    return [*head, *(cell(value, money=True) for row in rows for value in row)]


def ask(windows: Windows, command: str, calls: list[Call]) -> list[Any]:
    """What each call gives: rows of values, or `Failed`. One Python answers all of them."""
    folder = windows.new_folder("calls")
    lines = [command]
    for module, name, arguments in calls:
        lines.append(f"call {module} {name} {len(arguments)}")
        lines += [line for argument in arguments for line in argument]
    windows.here(folder / "calls").write_text("\n".join([*lines, ""]), "utf-8", newline="\n")
    done = windows.run(CLIENT, LIBRARY, folder / "calls", folder / "results")
    assert done.code == 0, done.said
    lines = windows.here(folder / "results").read_text("utf-8").split("\n")[-2::-1]
    answers = []
    while lines:
        answers.append(_answer(lines))
    return answers


def _answer(lines: list[str]) -> Any:
    """The next answer, taken from the end of lines that are in reverse."""
    kind, _, text = lines.pop().partition(" ")
    if kind == "x":
        return Failed(_unescaped(text))
    if kind != "a":
        return [[_value(kind, text)]]
    rows, columns = map(int, text.split())
    return [[_value(*lines.pop().partition(" ")[::2]) for _ in range(columns)] for _ in range(rows)]


def _value(kind: str, text: str) -> Any:
    if kind == "n":
        return float(text)
    if kind == "d":
        return date.fromordinal(EPOCH_1900) + timedelta(float(text))
    if kind == "b":
        return text == "1"
    if kind == "s":
        return _unescaped(text)
    assert kind == "-", f"a result of the kind {kind} {text}"
    return None


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)
