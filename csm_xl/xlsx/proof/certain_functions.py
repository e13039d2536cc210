"""The functions of a plain formula, each on what every spreadsheet takes in one way."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

from csm_xl.xlsx.proof.areas import Block, Total, single
from csm_xl.xlsx.proof.values import Number, UnsureError, Value, compared, number, rounded, text, truth

Given = Value | Block
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9 _-]*\Z")
_MONTH: Final = re.compile(r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ -]?\d", re.IGNORECASE)
_ONE: Final = Number(1.0)
_LIMIT: Final = re.compile(r"(<=|>=|<|>)(-?\d{1,12}(?:\.\d{1,6})?)\Z")


def _numbers(given: tuple[Given, ...]) -> list[Number]:
    """What an aggregate adds up: the numbers of areas; of what is no area, all."""
    found: list[Number] = []
    for one in given:
        found += one.numbers() if isinstance(one, Block) else [number(one)]
    return found


def _total(given: tuple[Given, ...]) -> Total:
    """What an aggregate adds up, as one total."""
    return Total.joined(one.total() if isinstance(one, Block) else Total.of(number(one)) for one in given)


def _sum(*given: Given) -> Number:
    return _as_number(_total(given))


def _as_number(total: Total) -> Number:
    return Number(total.sum, total.error).widened(total.size if total.many > 1 else 0)


def _count(*given: Given) -> Number:
    return Number(float(_total(given).many))


def _average(*given: Given) -> Number:
    total = _total(given)
    found = _as_number(total)
    return Number(found.value / total.many, found.error / total.many).widened(found.value / total.many)


def _product(*given: Given) -> Number:
    held = _numbers(given)
    if not held:
        raise UnsureError
    result = math.prod(one.value for one in held)
    error = sum(abs(result / one.value) * one.error for one in held if one.value)
    return Number(result, error).widened(len(held) * result)


def _extreme(pick: Callable[..., Number]) -> Callable[..., Number]:
    def found(*given: Given) -> Number:
        held = _numbers(given)
        return pick(held, key=lambda one: one.value) if held else Number(0.0)

    return found


def _sum_product(*given: Given) -> Number:
    blocks = [one for one in given if isinstance(one, Block)]
    if len(blocks) != len(given) or len({(one.rows, one.columns) for one in blocks}) != 1:
        raise UnsureError
    total: list[float] = []
    for at in blocks[0].held:
        total.append(math.prod(number(block.held.get(at)).value for block in blocks))
    return Number(math.fsum(total)).widened(sum(map(abs, total)) * len(blocks))


def _whole_part(given: Given) -> Number:
    value = number(single(given))
    near = round(value.value)
    if abs(value.value - near) <= 4 * value.error + 1e-9 and (value.error or value.value != near):
        raise UnsureError
    return Number(float(math.floor(value.value)))


def _rounded(given: Given, digits: Given) -> Number:
    return rounded(number(single(given)), number(single(digits)).whole)


def _towards(up: bool) -> Callable[[Given, Given], Number]:
    def found(given: Given, digits: Given) -> Number:
        value, places = number(single(given)), number(single(digits)).whole
        scaled = abs(value.value) * 10.0**places
        if abs(scaled - round(scaled)) <= 1e-6:
            same = rounded(value, places)
            if value.error or same.value != value.value:
                raise UnsureError
            return same
        unit = (math.ceil(scaled) if up else math.floor(scaled)) / 10.0**places
        return Number(math.copysign(unit, value.value)).widened(unit)

    return found


def _remainder(given: Given, by: Given) -> Number:
    value, divisor = number(single(given)).whole, number(single(by)).whole
    return Number(float(value % divisor))


def _root(given: Given) -> Number:
    value = number(single(given))
    if value.value <= 0:
        raise UnsureError
    root = math.sqrt(value.value)
    return Number(root, value.error / root).widened(root)


def _size(given: Given) -> Number:
    value = number(single(given))
    return Number(abs(value.value), value.error)


def _cut(left: bool) -> Callable[..., str]:
    def found(given: Given, letters: Given = _ONE) -> str:
        word, count = text(single(given)), number(single(letters)).whole
        if count < 0:
            raise UnsureError
        return word[:count] if left else word[max(0, len(word) - count) :]

    return found


def _middle(given: Given, first: Given, letters: Given) -> str:
    word, start, count = text(single(given)), number(single(first)).whole, number(single(letters)).whole
    if start < 1 or count < 0:
        raise UnsureError
    return word[start - 1 : start - 1 + count]


def _ascii(given: Given) -> str:
    word = text(single(given))
    if not word.isascii():
        raise UnsureError
    return word


def _truth(given: Given) -> bool:
    value = single(given)
    if value is None:  # AND leaves out a blank cell
        raise UnsureError
    return truth(value)


def _and(*given: Given) -> bool:
    truths = [_truth(one) for one in given]  # each must be sure
    return all(truths)


def _or(*given: Given) -> bool:
    truths = [_truth(one) for one in given]
    return any(truths)


def _kind(wanted: type) -> Callable[[Given], bool]:
    return lambda given: isinstance(single(given), wanted)


def _matches(criterion: Given) -> Callable[[Value], bool]:
    """What a criterion of SUMIF and its like picks: a number, a plain word, or more or less than a number."""
    wanted = single(criterion)
    if isinstance(wanted, Number):
        return lambda held: not _like_number(held) and isinstance(held, Number) and _is(held, wanted)
    if not isinstance(wanted, str):
        raise UnsureError
    if found := _LIMIT.match(wanted):
        limit, sign = Number(float(found[2])), found[1]
        return lambda held: isinstance(held, Number) and _beyond(held, sign, limit)
    if not _WORD.match(wanted) or _MONTH.match(wanted) or wanted.upper() in ("TRUE", "FALSE"):
        raise UnsureError
    return lambda held: isinstance(held, str) and _is(held, wanted)


def _is(one: Value, other: Value) -> bool:
    return compared(one, other) == 0


def _beyond(held: Number, sign: str, limit: Number) -> bool:
    order = compared(held, limit)
    return order == 0 if order == 0 and "=" in sign else order == (1 if sign[0] == ">" else -1)


def _like_number(held: Value) -> bool:
    """A text that may be taken for a number makes unsure."""
    if isinstance(held, str) and any(letter.isdecimal() for letter in held):
        raise UnsureError
    return False


def _picked(size: tuple[int, int], pairs: tuple[Given, ...]) -> list[tuple[int, int]]:
    """The cells, by row and column, at which every range meets its criterion."""
    if len(pairs) % 2:
        raise UnsureError
    found: set[tuple[int, int]] | None = None
    for block, criterion in zip(pairs[::2], pairs[1::2], strict=True):
        if not isinstance(block, Block) or (block.rows, block.columns) != size:
            raise UnsureError
        meets = _matches(criterion)
        here = {at for at, held in block.held.items() if meets(held)}
        found = here if found is None else found & here
    return sorted(found or ())


def _sum_ifs(summed: Given, *pairs: Given) -> Number:
    if not isinstance(summed, Block) or not pairs:
        raise UnsureError
    chosen = [summed.held.get(at) for at in _picked((summed.rows, summed.columns), pairs)]
    return _sum(*[one for one in chosen if isinstance(one, Number)])


def _sum_if(tested: Given, criterion: Given, summed: Given | None = None) -> Number:
    return _sum_ifs(tested if summed is None else summed, tested, criterion)


def _count_ifs(*pairs: Given) -> Number:
    first = pairs[0]
    if not isinstance(first, Block):
        raise UnsureError
    return Number(float(len(_picked((first.rows, first.columns), pairs))))


def _found(wanted: Value, line: list[Value]) -> int:
    """Where a value first is in a row or column; one that is not there gives an error, which is not sure."""
    if wanted is None or isinstance(wanted, bool):
        raise UnsureError
    if isinstance(wanted, str) and any(letter in wanted for letter in "*?~"):
        raise UnsureError
    for at, held in enumerate(line):
        if held is not None and isinstance(held, type(wanted)) and _is(held, wanted):
            return at
    raise UnsureError


def _step(wanted: Value, line: list[Value]) -> int:
    """The last that is no greater, as in a table of rates: of numbers alone, each greater than the last."""
    if not isinstance(wanted, Number) or not all(isinstance(held, Number) for held in line):
        raise UnsureError
    if any(compared(one, after) >= 0 for one, after in pairwise(line)) or compared(wanted, line[0]) < 0:
        raise UnsureError
    return sum(compared(held, wanted) <= 0 for held in line) - 1


def _match(wanted: Given, line: Given, kind: Given = _ONE) -> Number:
    near = number(single(kind)).value
    if not isinstance(line, Block) or near not in (0, 1):
        raise UnsureError
    search = _step if near else _found
    return Number(search(single(wanted), line.line()) + 1.0)


def _index(block: Given, row: Given, column: Given | None = None) -> Value:
    if not isinstance(block, Block):
        raise UnsureError
    at = number(single(row)).whole
    across = 1 if column is None else number(single(column)).whole
    if column is None and block.rows == 1:
        at, across = 1, at
    elif column is None and block.columns != 1:
        raise UnsureError
    return block.at(at - 1, across - 1)


def _lookup(wanted: Given, block: Given, column: Given, near: Given = True) -> Value:
    if not isinstance(block, Block):
        raise UnsureError
    search = _step if truth(single(near)) else _found
    first = Block(block.rows, 1, {at: held for at, held in block.held.items() if at[1] == 0})
    return block.at(search(single(wanted), first.line()), number(single(column)).whole - 1)


def _cross_lookup(wanted: Given, line: Given, results: Given) -> Value:
    if not (isinstance(line, Block) and isinstance(results, Block)):
        raise UnsureError
    if (line.rows, line.columns) != (results.rows, results.columns):
        raise UnsureError
    return results.line()[_found(single(wanted), line.line())]


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "SUM": _sum, "AVERAGE": _average, "PRODUCT": _product, "SUMPRODUCT": _sum_product,
    "MIN": _extreme(min), "MAX": _extreme(max), "COUNT": _count,
    "ABS": _size, "INT": _whole_part, "MOD": _remainder, "SQRT": _root,
    "ROUND": _rounded, "ROUNDUP": _towards(True), "ROUNDDOWN": _towards(False),
    "AND": _and, "OR": _or,
    "NOT": lambda given: not truth(single(given)),
    "TRUE": lambda: True, "FALSE": lambda: False,
    "ISNUMBER": _kind(Number), "ISTEXT": _kind(str),
    "CONCATENATE": lambda *given: "".join(text(single(one)) for one in given),
    "LEFT": _cut(True), "RIGHT": _cut(False), "MID": _middle,
    "LEN": lambda given: Number(float(len(_ascii(given)))),
    "UPPER": lambda given: _ascii(given).upper(), "LOWER": lambda given: _ascii(given).lower(),
    "SUMIFS": _sum_ifs, "SUMIF": _sum_if, "COUNTIFS": _count_ifs, "COUNTIF": _count_ifs,
    "MATCH": _match, "INDEX": _index, "VLOOKUP": _lookup, "_XLFN.XLOOKUP": _cross_lookup,
    "XLOOKUP": _cross_lookup,
}  # fmt: skip
