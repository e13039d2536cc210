"""Plain formulas, calculated a second time: arithmetic, comparisons and a few functions on numbers and text.

Whatever two spreadsheets could read differently is not calculated at all: text in arithmetic, numbers that
are nearly the same, a rounding that lies on the half, an error. What it gives is therefore what Excel gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from csm_xl.xlsx.dependents import Area
from csm_xl.xlsx.proof.areas import Block, Sheets, single
from csm_xl.xlsx.proof.certain_functions import FUNCTIONS
from csm_xl.xlsx.proof.values import Number, UnsureError, Value, compared, number, text, truth

_NEAR: Final = 1e-9
_ERROR: Final = re.compile(r"#[A-Za-z]")
Tree = Mapping[str, Any]


def certain(tree: Tree, area_of: Callable[[str], Area], sheets: Sheets) -> Value:
    """What a formula gives.

    tree: the formula as the engine parses it, references plain. area_of: reads a reference.
    Errors: `UnsureError`.
    """
    result = _Reading(area_of, sheets).value(tree)
    return Number(0.0) if result is None else result


def reading(area_of: Callable[[str], Area], sheets: Sheets) -> Callable[[Tree], Value]:
    """What reads parts of a formula, one value each, as `certain` reads the whole of it."""
    return _Reading(area_of, sheets).value


def agrees(found: Value, value: Any) -> bool:
    """Whether a value is the one that was found, within what floats may be off by.

    >>> agrees(Number(0.1 + 0.2, 1e-16), 0.3), agrees(True, 1.0), agrees("a", "a")
    (True, False, True)
    """
    if isinstance(found, Number):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        return abs(found.value - value) <= 4 * found.error + _NEAR * max(1.0, abs(found.value))
    return type(found) is type(value) and found == value


class _Reading:
    def __init__(self, area_of: Callable[[str], Area], sheets: Sheets) -> None:
        self._area_of = area_of
        self._sheets = sheets

    def value(self, tree: Tree) -> Value:
        """One value: of an area, only where it is one cell."""
        return single(self.given(tree))

    def given(self, tree: Tree) -> Value | Block:
        """A value, or the cells of a reference."""
        kind = tree["node_type"]
        if kind == "Literal":
            return _literal(tree["value"])
        if kind == "Reference":
            return self._sheets.block(self._area_of(tree["reference"]))
        if kind == "UnaryOp":
            return _signed(tree["operator"], number(self.value(tree["operand"])))
        if kind == "BinaryOp":
            return self._operation(tree)
        if kind == "Function":
            return self._function(tree["name"].upper(), tree["args"])
        raise UnsureError

    def _operation(self, tree: Tree) -> Value:
        sign = tree["operator"]
        if sign not in _OPERATIONS:
            raise UnsureError
        return _OPERATIONS[sign](self.value(tree["left"]), self.value(tree["right"]))

    def _function(self, name: str, given: list[Tree]) -> Value:
        if any(one["node_type"] == "Omitted" for one in given):
            raise UnsureError
        if name == "IF" and len(given) in (2, 3):
            if truth(self.value(given[0])):
                return self.value(given[1])
            return self.value(given[2]) if len(given) == 3 else False
        if name == "IFERROR" and len(given) == 2:
            return self.value(given[0])
        function = FUNCTIONS.get(name)
        if function is None:
            raise UnsureError
        try:
            result: Value = function(*[self.given(one) for one in given])
        except (TypeError, ValueError, OverflowError, ZeroDivisionError):
            raise UnsureError from None
        return result


def _literal(value: Any) -> Value:
    if isinstance(value, str):
        if _ERROR.match(value):  # perhaps an error
            raise UnsureError
        return value
    return value if isinstance(value, bool) else Number(float(value))


def _signed(sign: str, value: Number) -> Number:
    if sign == "-":
        return Number(-value.value, value.error)
    if sign == "%":
        return Number(value.value / 100, value.error / 100).widened(value.value / 100)
    if sign == "+":
        return value
    raise UnsureError


def _added(one: Value, other: Value) -> Number:
    a, b = number(one), number(other)
    return Number(a.value + b.value, a.error + b.error).widened(max(abs(a.value), abs(b.value)))


def _multiplied(one: Value, other: Value) -> Number:
    a, b = number(one), number(other)
    error = abs(a.value) * b.error + abs(b.value) * a.error + a.error * b.error
    return Number(a.value * b.value, error).widened(a.value * b.value)


def _divided(one: Value, other: Value) -> Number:
    a, b = number(one), number(other)
    if abs(b.value) <= 4 * b.error or b.value == 0:
        raise UnsureError
    result = a.value / b.value
    return Number(result, (a.error + abs(result) * b.error) / (abs(b.value) - b.error)).widened(result)


def _raised(one: Value, other: Value) -> Number:
    a, b = number(one), number(other)
    plain = a.value > 0 or (b.value > 0 and b.value == int(b.value))
    if not plain or a.value == 0 or abs(b.value) > 1000 or b.error:
        raise UnsureError
    try:
        result = a.value**b.value
    except OverflowError:
        raise UnsureError from None
    return Number(result, abs(result * b.value) * a.error / abs(a.value)).widened(4 * result)


def _same(one: Value, other: Value) -> bool:
    return compared(one, other) == 0


def _ordered(one: Value, other: Value) -> int:
    number(one), number(other)  # the order of texts is a matter of language
    return compared(one, other)


_OPERATIONS: Final[dict[str, Callable[[Value, Value], Value]]] = {
    "+": _added,
    "-": lambda one, other: _added(one, _signed("-", number(other))),
    "*": _multiplied,
    "/": _divided,
    "^": _raised,
    "&": lambda one, other: text(one) + text(other),
    "=": _same,
    "<>": lambda one, other: not _same(one, other),
    "<": lambda one, other: _ordered(one, other) < 0,
    ">": lambda one, other: _ordered(one, other) > 0,
    "<=": lambda one, other: _ordered(one, other) <= 0,
    ">=": lambda one, other: _ordered(one, other) >= 0,
}
