"""A number that records how it came about.

A `Traced` is an exact number that knows what it was made of. The rules of pay run on it unchanged, and it can
write out its calculation, as a person would type it into a calculator, and name the cells that its numbers
are in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Rational
from typing import Any, Literal

import numpy as np

from csm_xl.pay.nearest import shown_one
from csm_xl.pay.rounding import as_fraction

Cell = tuple[str, int, str] | str
"""Table, row and column; or another place in words."""
Kind = Literal["number", "sum", "product", "min", "max"]


def told(value: float | None) -> str:
    """A number as a person would type it: with up to 12 digits, or 15 if it has more.

    >>> told(0.7499999999999997), told(1 / 3), told(123456789.1234), told(1e-9), told(None)
    ('0.75', '0.333333333333333', '123456789.1234', '0.000000001', 'nothing')
    """
    if value is None:
        return "nothing"
    short = f"{shown_one(float(value)):.15g}"
    return format(Decimal(short), "f") if "e" in short else short


class Traced(Fraction):
    """An exact number, and how it came about.

    kind: a ``number`` that was given, or what was done with the `parts`, each with its sign or operator.
    cells: those that a given number is in; where it is the value of a step, those of the step.
    label: what it is called, in square brackets behind it. of_step: whether it is the value of a step.
    void: whether it is a 0 or 1 that changes nothing, and that nobody stated: it is left out.
    whole: whether the label is that of every product that begins with it, and is behind all of it.

    >>> salary, ratio = number(80000, ("roster", 0, "base_salary")), number(Fraction(1, 10))
    >>> words(salary * ratio / 4), words(2 * (salary + 1)), float(salary * ratio)
    ('80000 × 0.1 / 4', '2 × (80000 + 1)', 8000.0)
    """

    __slots__ = ("cells", "kind", "label", "of_step", "parts", "void", "whole")
    kind: Kind
    parts: tuple[tuple[str, Fraction], ...]
    cells: tuple[Cell, ...]
    label: str
    of_step: bool
    void: bool
    whole: bool

    def __add__(self, other: Any) -> Any:
        return _sum(self, "+", other)

    def __radd__(self, other: Any) -> Any:
        return _sum(other, "+", self)

    def __sub__(self, other: Any) -> Any:
        return _sum(self, "−", other)

    def __rsub__(self, other: Any) -> Any:
        return _sum(other, "−", self)

    def __mul__(self, other: Any) -> Any:
        return _product(self, "×", other)

    def __rmul__(self, other: Any) -> Any:
        return _product(other, "×", self)

    def __truediv__(self, other: Any) -> Any:
        return _product(self, "/", other)

    def __rtruediv__(self, other: Any) -> Any:
        return _product(other, "/", self)

    def __neg__(self) -> Any:
        return _sum(Fraction(0), "−", self)

    def __abs__(self) -> Any:
        if self >= 0:
            return self
        if self.kind == "product":
            parts = tuple((sign, abs(part)) for sign, part in self.parts)
            return _made(-Fraction(self), "product", parts, self.label)
        if self.kind == "number":
            return number(-Fraction(self), *self.cells, label=self.label, of_step=self.of_step)
        return -self


def number(value: Any, *cells: Cell, label: str = "", of_step: bool = False, void: bool = False) -> Traced:
    """A number that was given: its value, and the cells that it is in."""
    found = _made(as_fraction(value), "number", (), label)
    found.cells, found.of_step, found.void = cells, of_step, void
    return found


def _made(value: Fraction, kind: Kind, parts: tuple[tuple[str, Fraction], ...], label: str = "") -> Traced:
    found = Fraction.__new__(Traced, value.numerator, value.denominator)
    assert isinstance(found, Traced)
    found.kind, found.parts, found.label, found.cells = kind, parts, label, ()
    found.of_step = found.void = found.whole = False
    return found


def _plain(value: Any) -> Fraction | None:
    """The number that an operand is; None where it is none."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    return as_fraction(value) if isinstance(value, float) else None


def _nothing(value: Fraction, what: int) -> bool:
    """Whether a number that nobody stated, 0 or 1, changes nothing."""
    return value == what and (not isinstance(value, Traced) or value.void)


def _opened(value: Fraction, kind: Kind, sign: str) -> tuple[tuple[str, Fraction], ...]:
    """The parts of what is itself a sum or a product, else the number as the only part."""
    if isinstance(value, Traced) and value.kind == kind and not value.label:
        return value.parts
    return ((sign, value),)


def _sum(left: Any, sign: str, right: Any) -> Any:
    one, other = _plain(left), _plain(right)
    if one is None or other is None:
        return NotImplemented
    if _nothing(other, 0):
        return one
    if _nothing(one, 0) and sign == "+":
        return other
    value = Fraction.__add__(one, other) if sign == "+" else Fraction.__sub__(one, other)
    parts = _opened(other, "sum", "+") if sign == "+" else ((sign, other),)
    return _made(Fraction(value), "sum", (*_opened(one, "sum", "+"), *parts))


def _product(left: Any, sign: str, right: Any) -> Any:
    one, other = _plain(left), _plain(right)
    if one is None or other is None:
        return NotImplemented
    if _nothing(one, 0) or (_nothing(other, 0) and sign == "×"):
        return number(0, *cells_of(one, other), void=True)
    if _nothing(other, 1):
        return one
    if _nothing(one, 1) and sign == "×":
        return other
    value = Fraction.__mul__(one, other) if sign == "×" else Fraction.__truediv__(one, other)
    parts = _opened(other, "product", "×") if sign == "×" else ((sign, other),)
    return _made(Fraction(value), "product", (*_opened(one, "product", "×"), *parts))


def added_up(parts: Sequence[tuple[str, Fraction]]) -> Traced:
    """The sum of numbers, each with its sign."""
    value = sum((-Fraction(one) if sign == "−" else Fraction(one) for sign, one in parts), Fraction(0))
    return _made(value, "sum", tuple(parts))


def renamed(value: Fraction, label: str, *cells: Cell) -> Traced:
    """The same number with what it is called, and with cells beside its own."""
    one = value if isinstance(value, Traced) else number(value)
    found = _made(Fraction(one), one.kind, one.parts, label)
    found.cells, found.of_step = (*one.cells, *cells), one.of_step
    return found


# ---- in words ------------------------------------------------------------------------------------


def words(value: Fraction) -> str:
    """How a number came about, written out."""
    if not isinstance(value, Traced) or value.kind == "number":
        said = told(float(value))
        said = said if value >= 0 else f"({said})"
    elif value.kind == "sum":
        said = _added(value.parts)
    elif value.kind == "product":
        first, *others = value.parts
        said = _bracketed(first[1], "sum")
        last = label_of(first[1]) if isinstance(first[1], Traced) and first[1].whole else ""
        said = said.removesuffix(last)
        for sign, part in others:
            said += f" {sign} {_bracketed(part, 'sum', 'product' if sign == '/' else 'sum')}"
        said += last
    else:
        said = f"{value.kind}({', '.join(words(part) for _, part in value.parts)})"
    label = label_of(value)
    if label and isinstance(value, Traced) and value.kind in ("sum", "product"):
        said = f"({said})"
    return said + label


def label_of(value: Fraction) -> str:
    """What a number is called, as it is behind it."""
    label = value.label if isinstance(value, Traced) else ""
    return f" [{label.replace('[', '(').replace(']', ')')}]" if label else ""


def _added(parts: Sequence[tuple[str, Fraction]]) -> str:
    """A sum; what adds nothing and has no name is left out."""
    said = ""
    for sign, part in parts:
        silent = part == 0 and not (isinstance(part, Traced) and (part.label or part.kind != "number"))
        if silent and part is not parts[-1][1]:
            continue
        if silent and said:
            continue
        text = words(part) if sign == "+" else _bracketed(part, "sum")
        said = f"{said} {sign} {text}" if said else text if sign == "+" else f"0 − {text}"
    return said


def _bracketed(value: Fraction, *kinds: str) -> str:
    """A number as a part of a calculation: in brackets where it is itself one of some kind."""
    said = words(value)
    inside = isinstance(value, Traced) and not value.label and value.kind in kinds
    return f"({said})" if inside and " " in said else said


def cells_of(*values: Any, of_steps: bool = False) -> tuple[Cell, ...]:
    """The cells that the given numbers of calculations are in, or those of the steps (`of_steps`) in them."""
    found = (one.cells for one in _numbers(values) if one.of_step == of_steps)
    return tuple(dict.fromkeys(cell for cells in found for cell in cells))


def _numbers(values: Iterable[Any]) -> Iterator[Traced]:
    waiting = list(values)[::-1]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Traced):
            if value.kind == "number":
                yield value
            waiting.extend(part for _, part in reversed(value.parts))


def only_one(value: Any) -> Fraction:
    """The one number of an array of one."""
    return as_fraction(np.asarray(value, dtype=object).reshape(-1)[0])


def in_words(value: Any) -> str:
    """How the one number of an array came about."""
    return words(only_one(value))


def greater(one: Any, other: Any, shown: bool = False) -> Any:
    """The greater of two numbers of each row; where the rules are traced the lesser one stays visible.

    shown: whether a bound of 0 that the rule itself sets is visible too where it changes nothing.
    """
    return _extreme("max", one, other, shown) if _is_traced(one, other) else np.maximum(one, other)


def smaller(one: Any, other: Any) -> Any:
    """The smaller of two numbers of each row; where the rules are traced the greater one stays visible."""
    return _extreme("min", one, other) if _is_traced(one, other) else np.minimum(one, other)


def _is_traced(*values: Any) -> bool:
    """Whether any of the numbers knows how it came about."""
    every = (np.asarray(value) for value in values)
    return any(one.dtype == object and isinstance(one.flat[0], Traced) for one in every if one.size)


def _extreme(kind: Literal["min", "max"], one: Any, other: Any, shown: bool = False) -> Any:
    pairs = np.broadcast(np.asarray(one, dtype=object), np.asarray(other, dtype=object))
    found = np.empty(pairs.shape, dtype=object)
    found.reshape(-1)[:] = [_extreme_of(kind, only_one(a), only_one(b), shown) for a, b in pairs]
    return found if np.ndim(one) or np.ndim(other) else found[()]


def _extreme_of(kind: Literal["min", "max"], one: Fraction, other: Fraction, shown: bool) -> Fraction:
    taken = max(one, other) if kind == "max" else min(one, other)
    if _nothing(other, 0) and taken is one and not shown:  # a bound of the code's own is named where it bites
        return one
    return _made(Fraction(taken), kind, (("", one), ("", other)))


def cited(value: Fraction) -> Fraction:
    """A calculation whose numbers have been reported with their cells."""
    if not isinstance(value, Traced):
        return value
    found = _made(Fraction(value), value.kind, tuple((sign, cited(part)) for sign, part in value.parts))
    found.label, found.cells, found.void, found.of_step = value.label, value.cells, value.void, True
    found.whole = value.whole
    return found
