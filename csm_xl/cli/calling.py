"""``csm-xl call`` and ``csm-xl functions``: the worksheet functions from a shell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from csm_xl.cli import show
from csm_xl.cli.options import AsJson
from csm_xl.errors import VALUE, CsmError

if TYPE_CHECKING:
    from csm_xl.functions.registry import Function, Parameter


def argument(text: str, position: int) -> Any:
    """The value of an argument typed in a shell: JSON, a range in braces as in a formula, or else plain text.

    >>> [argument(x, 1) for x in ("-0.5", "[[0, 0.05]]", "whole", "2026-03-31", "00123", "null")]
    [-0.5, [[0, 0.05]], 'whole', '2026-03-31', '00123', None]
    >>> argument("{0.9,0.5;1,1}", 1)
    [[0.9, 0.5], [1.0, 1.0]]
    """

    def not_json(constant: str) -> Any:
        raise json.JSONDecodeError(f"{constant} is not JSON", text, 0)

    if text.lstrip().startswith("{"):
        return _braces(text, position)
    try:
        return json.loads(text, parse_constant=not_json)
    except RecursionError:
        raise _no_value("nested too deeply", text, position) from None
    except json.JSONDecodeError as why:
        if text.lstrip().startswith(("[", '"')):
            raise _no_value(f"not JSON: {why.msg} at character {why.pos + 1}", text, position) from None
        return text
    except ValueError:  # Python does not read integers with thousands of digits
        raise _no_value("a number with too many digits", text, position) from None


def _braces(text: str, position: int) -> Any:
    from csm_xl.functions.formula import parse_call

    try:
        _, (block,) = parse_call(f"=_({text})")
    except (CsmError, ValueError):
        raise _no_value("not a range in braces", text, position) from None
    return block


def _no_value(why: str, text: str, position: int) -> CsmError:
    hint = "Write a range as [[1, 2], [3, 4]] or {1,2;3,4}, and text in double quotes or as a plain word."
    return CsmError(VALUE, f"the argument is {why}", f"argument {position}", text, hint)


def shown(value: Any) -> Any:
    """A result with its numbers to 15 significant digits, as a cell shows them.

    >>> shown([[0.7499999999999997, "met"], [None, 2]])
    [[0.75, 'met'], [None, 2]]
    """
    if isinstance(value, list):
        return [shown(each) for each in value]
    return float(f"{value:.15g}") if isinstance(value, float) else value


def call(
    name: Annotated[str, typer.Argument(help="The function, such as CSM_NRR, or a whole formula in quotes.")],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(help="Numbers, words, ISO dates, ranges as JSON or in braces, null for a blank."),
    ] = None,
) -> None:
    """Call a worksheet function and print its result as JSON, with numbers to 15 digits as in a cell.

    An error prints its message and the error that a cell would show on stderr, and exits with status 2.
    """
    try:
        print(show.to_json(shown(_called(name, arguments))))
    except CsmError as error:
        show.failure(error, as_json=False)
        show.note(f"In a cell: {error.code}")
        raise typer.Exit(2) from None


def _called(name: str, arguments: list[str] | None) -> Any:
    """What a function gives, or a formula."""
    from csm_xl.functions import call as call_function
    from csm_xl.functions.formula import parse_call

    words = list(arguments or [])
    if "--" in words:  # shells use -- to say that no options follow; here none ever do
        words.remove("--")
    values = [argument(text, position) for position, text in enumerate(words, start=1)]
    if name.startswith("="):
        if values:
            raise CsmError(
                VALUE,
                "a formula already contains its arguments",
                "argument 1",
                words[0],
                "Leave this argument out.",
            )
        name, values = parse_call(name)
    return call_function(name, *values)


def functions(
    name: Annotated[str | None, typer.Argument(help="A function to describe in full.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the worksheet functions, or describe one in full: arguments, result, errors, source, examples."""
    from csm_xl.functions import REGISTRY, find

    chosen = [find(name)] if name else list(REGISTRY.values())
    if as_json:
        records = [_record(function) for function in chosen]
        print(show.to_json(records[0] if name else records))
    elif name:
        _tell(chosen[0])
    else:
        _list(chosen)


def _list(chosen: list[Function]) -> None:
    for category in dict.fromkeys(function.category for function in chosen):
        show.say(Text(f"\n{category}", style="bold"))
        for function in (each for each in chosen if each.category == category):
            show.say(Text.assemble("  ", (function.signature, "cyan")))
            show.say(Text(f"      {function.summary}"))
    show.say(f"\n{len(chosen)} functions. For details: csm-xl functions {chosen[0].name}")


def _tell(function: Function) -> None:
    from csm_xl.functions.reference import call_text

    show.say(Text(f"={function.signature}", style="bold cyan"))
    show.say(Text(function.summary))
    show.table(
        ("argument", "takes", "default", "meaning"),
        [(each.name, _takes(each), _default(each), each.help) for each in function.parameters],
    )
    for label, words in (
        ("Result", _result(function)),
        ("Errors", function.errors),
        ("Source", function.source),
    ):
        if words:
            show.say(Text.assemble((f"{label}: ", "bold"), words))
    for example in function.examples:
        formula = f"={example.removeprefix('=')}"
        # Blocks with headers are too long for the screen; the reference shows them.
        block = function.result.shape == "block"
        result = "" if block else f"  →  {show.to_json(shown(call_text(example)))}"
        show.say(Text.assemble(("Example: ", "bold"), formula, result))


def _takes(parameter: Parameter) -> str:
    if parameter.choices:
        return " / ".join(parameter.choices)
    unit = "" if parameter.unit in ("", parameter.kind) else f" ({parameter.unit})"
    kind = f"{parameter.kind}{unit}"
    return (
        kind
        if parameter.rank in ("scalar", "cell", "cells", "table", "tables")
        else f"{parameter.rank} of {kind}"
    )


def _default(parameter: Parameter) -> str:
    from csm_xl.functions.registry import formula_text

    if parameter.required:
        return "required"
    return "" if parameter.default is None else formula_text(parameter.default)


def _result(function: Function) -> str:
    unit = f" ({function.result.unit})" if function.result.unit else ""
    return f"{function.result.help.rstrip('.')}{unit}: {function.result.words}."


def _record(function: Function) -> dict[str, Any]:
    return {
        "name": function.name,
        "signature": function.signature,
        "category": function.category,
        "summary": function.summary,
        "arguments": [
            {
                "name": each.name,
                "kind": each.kind,
                "unit": each.unit,
                "choices": list(each.choices),
                "required": each.required,
                "default": None if each.required else each.default,
                "help": each.help,
            }
            for each in function.parameters
        ],
        "result": _result(function),
        "errors": function.errors,
        "source": function.source,
        "examples": list(function.examples),
    }
