"""What even a familiar formula is given that is read here otherwise than Excel reads it.

Excel writes numbers into text with 15 digits, takes numbers that differ beyond them for the same, reads a
date or TRUE out of a text, and knows the letters of every language. Where a result depends on that, it is
left to Excel.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from csm_xl.xlsx.dependents import Area
from csm_xl.xlsx.proof.areas import Block, Sheets
from csm_xl.xlsx.proof.certain import Tree, reading
from csm_xl.xlsx.proof.familiar import called
from csm_xl.xlsx.proof.limits import beyond, may_be_a_number, without_power
from csm_xl.xlsx.proof.values import Number, UnsureError, Value, compared, number

_LONG: Final = re.compile(r"\d(?:\.?\d){15,}")
"""A number of more digits than Excel writes into a text."""
_DIGITS: Final = 12  # of what was calculated; the last of 15 may be another one there
_COMPARES: Final = frozenset({"=", "<>", "<", ">", "<=", ">="})
_ARITHMETIC: Final = frozenset("+-*/^")
_JOINING: Final = _COMPARES | {"&"}
_CASES: Final = frozenset({"LOWER", "UPPER", "PROPER", "SEARCH"})
_LETTERS: Final = _CASES | {"CODE", "FIND", "LEFT", "LEN", "MID", "REPLACE", "RIGHT"}
_TEXTS: Final = _LETTERS | {"CONCATENATE", "EXACT", "REPT", "SUBSTITUTE", "TRIM"}
"""Functions that take a number for its letters."""
_STEPS: Final = frozenset({"CEILING", "FLOOR"})
_LAST_PLAIN: Final = 0xFFFF  # Excel counts a letter beyond it, as an emoji, twice


def shows_too_much(value: Any) -> bool:
    """Whether a text shows a number with more digits than Excel writes.

    >>> shows_too_much("Total 0.30000000000000004"), shows_too_much("Total 0.3")
    (True, False)
    """
    return isinstance(value, str) and bool(_LONG.search(value))


def doubtful(tree: Tree, area_of: Callable[[str], Area], sheets: Sheets) -> bool:
    """Whether a formula reads something otherwise than Excel does.

    tree: the formula as the engine parses it, references plain. area_of: reads a reference. sheets: the
    cells. What cannot be followed here is not doubted: whether it is familiar is another question.
    """
    value_of = reading(area_of, sheets)

    def found(part: Tree) -> Value | Block | UnsureError:
        try:
            return value_of(part)
        except (UnsureError, ValueError, RecursionError) as why:
            return why if isinstance(why, UnsureError) else UnsureError()

    for part in _parts(tree):
        if part["node_type"] == "BinaryOp" and part["operator"] in _JOINING:
            sides = [found(part[side]) for side in ("left", "right")]
            if part["operator"] in _COMPARES and _near(part["operator"], *sides):
                return True
            if part["operator"] == "&" and any(_is_long(side) for side in sides):
                return True
        elif part["node_type"] == "BinaryOp" and part["operator"] in _ARITHMETIC:
            sides = [found(part[side]) for side in ("left", "right")]
            if any(map(may_be_a_number, sides)) or (part["operator"] == "^" and without_power(*sides)):
                return True
        elif part["node_type"] == "UnaryOp":
            if may_be_a_number(found(part["operand"])):
                return True
        elif part["node_type"] == "Function":
            name = called(part)
            given = [found(one) for one in part["args"]]
            if beyond(name, given) or (name == "INDEX" and found(part) is None):  # there is no such cell here
                return True
            if name in _TEXTS and any(_is_long(one) or _is_strange(one, name) for one in given):
                return True
            if name in _STEPS and not (len(given) > 1 and isinstance(given[1], Number)
                                       and given[1].value > 0):  # fmt: skip
                return True
    return False


def _parts(tree: Tree) -> Iterator[Tree]:
    yield tree
    for one in tree.get("args", ()):
        yield from _parts(one)
    for side in ("left", "right", "operand"):
        if side in tree:
            yield from _parts(tree[side])


def _near(sign: str, one: Any, other: Any) -> bool:
    """Whether a comparison is one that Excel may decide otherwise."""
    if any(isinstance(side, (UnsureError, Block)) for side in (one, other)):
        return False
    if isinstance(one, bool) and isinstance(other, bool):
        return False
    try:
        if sign not in ("=", "<>") and (isinstance(one, str) or isinstance(other, str)):
            number(one), number(other)  # the order of texts is a matter of language
        compared(one, other)
    except UnsureError:
        return True
    return False


def _is_long(value: Any) -> bool:
    if not isinstance(value, Number):
        return False
    if value.value == int(value.value):
        return abs(value.value) >= 1e15
    return abs(value.value) < 1e-4 or len(Decimal(repr(value.value)).as_tuple().digits) > (
        _DIGITS if value.error else _DIGITS + 3
    )


def _is_strange(value: Any, name: str) -> bool:
    """Whether a text has letters that a function takes otherwise here."""
    if not isinstance(value, str):
        return False
    if name == "PROPER" and any(letter.isdigit() for letter in value):
        return True
    if name in _CASES or name == "CODE":
        return not value.isascii()
    return name in _LETTERS and any(ord(letter) > _LAST_PLAIN for letter in value)
