"""The Functions sheet: every worksheet function with a live example, whose arguments are in cells.

From the registry comes one row a function. To the right are the arguments of the examples, a block a
function: a reader can change a value and see the result move, and no number hides in a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from csm_xl.functions import REGISTRY, call
from csm_xl.functions.formula import parse_call
from csm_xl.functions.registry import CATEGORIES, Function, Parameter, formula_text
from csm_xl.workbook import layout
from csm_xl.workbook.page import HEAD_ROW, Sheet
from csm_xl.workbook.sheets.frame import framed
from csm_xl.xlsx.addresses import letters
from csm_xl.xlsx.serial_dates import plain

HEADS: Final = (
    ("Function", 24), ("Category", 17), ("Call", 38), ("Result", 46), ("Arguments", 62),
    ("Errors", 40), ("Example", 40), ("Live result", 18), ("Example values", 15),
)  # fmt: skip
"""The columns and their widths."""
LIVE: Final = 8
_AREA: Final = len(HEADS) + 2
_AREA_WIDTH: Final = 15
_REMEMBERED: Final = 'CSM_ERROR("Cover!A1")'
"""The example of what answers from memory, so that it answers the same everywhere."""
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_UNITS: Final = {"money": "money", "money/year": "money", "USD/year": "money", "ratio": "percent",
                 "points": "number", "days": "count", "shares": "count"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Example:
    """A function's example: the formula over cells, how many rows its block takes, and its values."""

    formula: str
    rows: int
    gives: list[list[Any]]


def functions_sheet() -> Sheet:
    """The reference, one row a function, and the arguments of the examples beside it."""
    sheet = Sheet("Functions", "cover", "Functions", layout.SUBTITLES["Functions"])
    framed(sheet)
    for at, (head, width) in enumerate(HEADS, 1):
        sheet.put(HEAD_ROW, at, head, role="head")
        sheet.widths[at] = width
    sheet.widths[_AREA - 1] = 3
    sheet.put(4, _AREA, "Arguments of the examples", role="caption")
    sheet.put(5, _AREA, "Change one to see the result change.", role="note")
    row, below = HEAD_ROW, HEAD_ROW + 1
    first: dict[str, int] = {}
    for function in REGISTRY.values():
        row += 1
        first.setdefault(function.category, row)
        example = _example(sheet, function, below)
        _reference(sheet, row, function, example, below)
        below += example.rows
    for at, category in enumerate(CATEGORIES, 1):
        sheet.put(5, at, category, role="link", link=f"internal:Functions!A{first[category]}")
    sheet.frozen = (HEAD_ROW, 1)
    sheet.filtered = (HEAD_ROW, 1, row, len(HEADS))
    sheet.printed = (row, LIVE)
    return sheet


def _reference(sheet: Sheet, row: int, function: Function, example: _Example, block: int) -> None:
    """The row of a function."""
    sheet.put(row, 1, function.name, role="entry")
    said = (
        function.category,
        f"={function.signature}",
        function.summary,
        "\n".join(map(_argument, function.parameters)) or "none",
        function.errors or "nothing",
        f"={_text(function)}",
    )
    for at, words in enumerate(said, 2):
        sheet.put(row, at, words, role="prose")
    number = _number(function, example.gives[0][0])
    sheet.put(row, LIVE, formula=example.formula, role="live", number=number)
    if example.rows:
        sheet.put(row, LIVE + 1, "look here", role="link", link=f"internal:Functions!{letters(_AREA)}{block}")


def _argument(parameter: Parameter) -> str:
    """What an argument is, with its unit and its default."""
    default = "" if parameter.required or parameter.default is None else formula_text(parameter.default)
    asides = [parameter.unit, "" if parameter.required else f"default {default}" if default else "optional"]
    aside = "; ".join(filter(None, asides))
    words = f" One of {', '.join(parameter.choices)}." if parameter.choices else ""
    return f"{parameter.name}{f' ({aside})' if aside else ''}: {parameter.help}{words}"


def _text(function: Function) -> str:
    return _REMEMBERED if function.recalls else function.examples[0]


def _number(function: Function, value: Any) -> str:
    """The kind of value of a result."""
    if isinstance(value, date):
        return "date"
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return _UNITS.get(function.result.unit, "number") if is_number else "general"


def _example(sheet: Sheet, function: Function, top: int) -> _Example:
    """Put the arguments of a function's example in cells from row `top` on; the formula over these cells."""
    name, arguments, gives = _called(_text(function))
    if not arguments:
        return _Example(f"={name}()", 0, gives)
    sheet.put(top, _AREA, name, role="label")
    column, deepest, said = _AREA + 1, 1, []
    names = [parameter.name for parameter in function.parameters]
    for at, argument in enumerate(arguments):
        if argument is None:
            said.append("")
            continue
        block = argument if isinstance(argument, list) else [[argument]]
        wide = max(map(len, block))
        sheet.put(top, column, names[min(at, len(names) - 1)], role="note")
        for (down, across), value in _cells(block):
            number = "date" if isinstance(value, date) else "any"
            sheet.put(top + 1 + down, column + across, value, role="example", number=number)
        last = f":${letters(column + wide - 1)}${top + len(block)}" if len(block) > 1 or wide > 1 else ""
        said.append(f"${letters(column)}${top + 1}{last}")
        column, deepest = column + wide, max(deepest, len(block))
    formula = f"={name}({','.join(said)})"
    if len(gives) > 1 or len(gives[0]) > 1:
        deepest = max(deepest, len(gives))
        numbers = tuple(_number(function, gives[-1][at]) for at in range(len(gives[0])))
        sheet.put(top, column, "gives", role="note")
        sheet.put(top + 1, column, formula=formula, role="calc", number=numbers[0], rows=len(gives),
                  numbers=numbers)  # fmt: skip
        column += len(gives[0])
    for at in range(_AREA, column):
        sheet.widths[at] = _AREA_WIDTH if at > _AREA else 22
    return _Example(formula, deepest + 2, gives)


@cache
def _called(text: str) -> tuple[str, list[Any], list[list[Any]]]:
    """The function that an example calls, its arguments, and what it gives, once a process."""
    name, arguments = parse_call(text)
    given = call(name, *map(_handed, arguments))
    return name, arguments, given if isinstance(given, list) else [[given]]


def _handed(argument: Any) -> Any:
    """An argument as the recalculation of the sheet hands it over: what takes long is then computed once."""
    if isinstance(argument, list):
        return [[_handed(value) for value in row] for row in argument]
    return plain(date.fromisoformat(argument)) if _is_day(argument) else argument


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and _ISO.match(value) is not None


def _cells(block: list[list[Any]]) -> Iterator[tuple[tuple[int, int], Any]]:
    """The cells of a block that hold something; ISO dates as dates."""
    for down, row in enumerate(block):
        for across, value in enumerate(row):
            if _is_day(value):
                value = date.fromisoformat(value)
            yield (down, across), None if value == "" else value
