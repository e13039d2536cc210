"""Calls as a formula writes them: ``CSM_PAYCURVE(0.95, {0.9,0.5;1,1}, "linear")``.

Numbers, text in double quotes, TRUE and FALSE, ``{…}`` with ``,`` between columns and ``;`` between rows,
and nothing for an argument that is left out. Dates are text.
"""

from __future__ import annotations

import re
from typing import Any, Final

from csm_xl.errors import VALUE, CsmError

_TOKEN: Final = re.compile(
    r'\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>-?\d+\.?\d*(?:[eE][+-]?\d+)?%?)|(?P<word>TRUE|FALSE)'
    r"|(?P<mark>[(){},;]))\s*",
    re.IGNORECASE,
)
_CALL: Final = re.compile(r"\s*=?\s*(?P<name>\w+)\s*(?=\()")


def parse_call(formula: str) -> tuple[str, list[Any]]:
    """The name and the arguments of a call; ranges as lists of rows, left-out arguments as None.

    Errors: text that is not one call with constant arguments.

    >>> parse_call('=CSM_X(1, {"a",2;"b",}, , TRUE)')
    ('CSM_X', [1.0, [['a', 2.0], ['b', None]], None, True])
    """
    found = _CALL.match(formula)
    if not found:
        raise _unreadable(formula)
    tokens = _tokens(formula, found.end())
    if len(tokens) < 2 or tokens[0] != "(" or tokens[-1] != ")":
        raise _unreadable(formula)
    arguments: list[Any] = []
    inner = iter([*tokens[1:-1], ","])
    held: Any = None
    empty = True
    for token in inner:
        if token == ",":
            arguments.append(held)
            held, empty = None, True
        elif not empty or token in ("(", ")", "}", ";"):
            raise _unreadable(formula)
        else:
            held = _block(inner, formula) if token == "{" else _constant(token)
            empty = False
    return found["name"], arguments if len(tokens) > 2 else []


def _tokens(formula: str, start: int) -> list[str]:
    tokens = []
    while start < len(formula):
        token = _TOKEN.match(formula, start)
        if not token:
            raise _unreadable(formula)
        tokens.append(token.group().strip())
        start = token.end()
    return tokens


def _block(tokens: Any, formula: str) -> list[list[Any]]:
    """The rows of ``{…}``, after the opening brace."""
    rows: list[list[Any]] = [[None]]
    for token in tokens:
        if token == "}":
            return rows
        if token == ",":
            rows[-1].append(None)
        elif token == ";":
            rows.append([None])
        elif token in ("(", ")", "{") or rows[-1][-1] is not None:
            break
        else:
            rows[-1][-1] = _constant(token)
    raise _unreadable(formula)


def _constant(token: str) -> Any:
    if token.startswith('"'):
        return token[1:-1].replace('""', '"')
    if token.upper() in ("TRUE", "FALSE"):
        return token.upper() == "TRUE"
    return float(token[:-1]) / 100 if token.endswith("%") else float(token)


def _unreadable(formula: str) -> CsmError:
    return CsmError(VALUE, "this is not a single call with constant arguments", "formula", formula,
                    'Write it as CSM_PAYCURVE(0.95, {0.9,0.5;1,1}, "linear").')  # fmt: skip
