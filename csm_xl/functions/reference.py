"""The reference of worksheet functions, generated from the registry with computed results.

``python -m csm_xl.functions.reference`` writes docs/FUNCTIONS.md; with ``--check`` it says whether the page
is what it would write.
"""

from __future__ import annotations

import re
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
    parts = [_HEAD, overview()]
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


def overview() -> str:
    """Every function in a line, by category, with a link to its section.

    >>> overview().splitlines()[2].startswith("| [CSM_TOTALCOMP](#csm_totalcomp) | Total compensation")
    True
    """
    blocks = []
    for category in CATEGORIES:
        functions = [function for function in REGISTRY.values() if function.category == category]
        rows = [f"| [{function.name}](#{function.name.lower()}) | {_first_sentence(function.summary)} |"
                for function in functions]  # fmt: skip
        blocks.append("\n".join([f"| {category} | |", "|---|---|", *rows, ""]))
    return "\n".join(blocks)


def _first_sentence(summary: str) -> str:
    return re.split(r"(?<=\.) (?=[A-Z])", summary)[0].replace("|", "\\|")


def main(arguments: Sequence[str] = ()) -> int:
    """Write the reference, or with ``--check`` compare it with the file; 1 where that is out of date."""
    text = reference()
    if "--check" not in arguments:
        PATH.parent.mkdir(exist_ok=True)
        PATH.write_text(text, encoding="utf-8")
    elif not PATH.is_file() or PATH.read_text(encoding="utf-8") != text:
        print(f"{PATH} is out of date: run `python -m csm_xl.functions.reference`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
