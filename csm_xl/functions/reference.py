"""The reference of the worksheet functions, written from the registry; its results are computed.

``python -m csm_xl.functions.reference`` writes docs/FUNCTIONS.md; with ``--check`` it says whether the
file there is what it would write.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from csm_xl.functions.calling import call
from csm_xl.functions.formula import parse_call
from csm_xl.functions.registry import CATEGORIES, REGISTRY, Function, Parameter, formula_text
from csm_xl.plan.schema import Column

PATH: Final = Path("docs") / "FUNCTIONS.md"
_HEAD: Final = """# Worksheet functions

Generated from the registry by `python -m csm_xl.functions.reference`; every result below is computed.

Every argument that is one value also takes a range, and broadcasts as Excel's own functions do. A blank
optional argument takes its default. Option words may be in any case. Ratios are fractions: 1 is 100%. An
error is a real Excel error value; `=CSM_ERROR()` says what was wrong.
"""


def reference() -> str:
    """The whole reference as Markdown, by category.

    >>> reference().splitlines()[0]
    '# Worksheet functions'
    """
    parts = [_HEAD]
    for category in CATEGORIES:
        functions = [function for function in REGISTRY.values() if function.category == category]
        if functions:
            parts.append(f"## {category}\n")
            parts += [section(function) for function in functions]
    return "\n".join(parts)


def section(function: Function) -> str:
    """One function as Markdown: signature, meaning, arguments, result, errors, source, examples."""
    lines = [f"### {function.name}", "", f"`={function.signature}`", "", function.summary, ""]
    if function.parameters:
        lines += ["| argument | meaning | unit | default |", "|---|---|---|---|"]
        lines += [_row(parameter) for parameter in function.parameters]
        lines.append("")
    for parameter in function.parameters:
        if parameter.columns:
            lines += [f"| of `{parameter.name}` | meaning | unit | |", "|---|---|---|---|"]
            lines += [_column_row(column) for column in parameter.columns]
            lines.append("")
    unit = f" ({function.result.unit})" if function.result.unit else ""
    lines.append(
        f"Gives {function.result.words}{unit}: {function.result.help[0].lower()}{function.result.help[1:]}"
    )
    for title, said in (("Errors", function.errors), ("Source", function.source)):
        if said:
            lines += ["", f"{title}: {said}"]
    if not function.recalls:
        for example in function.examples:
            lines += ["", "```text", f"={example}", *_shown(call_text(example)), "```"]
    return "\n".join([*lines, ""])


def call_text(formula: str) -> Any:
    """The result of a call that is written as a formula.

    >>> call_text("=CSM_OTE(80000, 20000)")
    100000.0
    """
    name, arguments = parse_call(formula)
    return call(name, *arguments)


def _row(parameter: Parameter) -> str:
    words = f" One of {', '.join(parameter.choices)}." if parameter.choices else ""
    default = (
        "" if parameter.required else "none" if parameter.default is None else formula_text(parameter.default)
    )
    return f"| `{parameter.name}` | {parameter.help}{words} | {parameter.unit} | {default} |"


def _column_row(column: Column) -> str:
    needed = "" if column.required else "optional"
    return f"| `{column.name}` | {column.help} | {column.unit} | {needed} |"


def _shown(result: Any) -> list[str]:
    """A result as lines of text: a row a line, columns set under each other."""
    rows = result if isinstance(result, list) else [[result]]
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str) else formula_text(value)


def main(arguments: Sequence[str] = ()) -> int:
    """Write the reference, or with ``--check`` compare it with the file; 1 when that is out of date."""
    text = reference()
    if "--check" in arguments:
        if PATH.is_file() and PATH.read_text(encoding="utf-8") == text:
            return 0
        print(
            f"{PATH} is not what the registry says: run `python -m csm_xl.functions.reference`.",
            file=sys.stderr,
        )
        return 1
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
