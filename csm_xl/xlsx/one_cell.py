"""What a formula over one cell does in Excel, where the engine of a recalculation does otherwise.

Unless it was entered as an array, a formula of Excel takes of a range, where it wants one value, the cell in
its own row or column: in ``=A:A*B:B``, in ``=ROUND(Hours,0)``. What takes a whole range takes it whole.
SUBTOTAL passes over rows that a filter hides, and AGGREGATE over what it is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Final

from csm_xl.xlsx.addresses import letters
from csm_xl.xlsx.dependents import Area

Token = tuple[str, str, str]
_NOWHERE: Final = "'nothing at all'!A1"
_PREFIXES: Final = ("_XLFN.", "_XLWS.", "_XLUDF.")
_RANGE: Final = ("Operand", "Range")
_OPERATORS: Final = frozenset("+-*/^&=<>%") | {"<=", ">=", "<>"}

# The arguments that take one value each, by their number from 0; of other functions none is known.
_ALL: Final = range(255)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SCALAR: Final = _words(
    "ABS ACOS ACOSH ASIN ASINH ATAN ATAN2 ATANH CEILING CHAR CODE CONCATENATE COS COSH DATE DATEVALUE DAY"
    " DAYS360 DB DDB DEGREES EVEN EXACT EXP FACT FIND FIXED FLOOR FV HOUR IFERROR IFNA INDIRECT INT IPMT"
    " ISBLANK ISERR ISERROR ISEVEN ISLOGICAL ISNA ISNONTEXT ISNUMBER ISODD ISTEXT LEFT LEN LN LOG LOG10 LOWER"
    " MID MINUTE MOD MONTH NOT NPER ODD PMT POWER PPMT PROPER PV RADIANS RATE REPLACE REPT RIGHT ROUND"
    " ROUNDDOWN ROUNDUP SEARCH SECOND SIGN SIN SINGLE SINH SLN SQRT SUBSTITUTE SYD TAN TANH TEXT TIME"
    " TIMEVALUE TRIM TRUNC UPPER VALUE WEEKDAY YEAR"
)
_ONE: Final[Mapping[str, Container[int]]] = {
    **dict.fromkeys(_SCALAR, _ALL),
    "IF": (0,), "CHOOSE": (0,), "NPV": (0,), "VLOOKUP": (0, 2, 3), "HLOOKUP": (0, 2, 3), "MATCH": (0, 2),
    "INDEX": (1, 2, 3), "OFFSET": (1, 2, 3, 4), "COUNTIF": (1,), "SUMIF": (1,), "AVERAGEIF": (1,),
    "LARGE": (1,), "SMALL": (1,), "RANK": (0, 2), "PERCENTILE": (1,), "QUARTILE": (1,),
    "COUNTIFS": range(1, 255, 2), "SUMIFS": range(2, 255, 2), "AVERAGEIFS": range(2, 255, 2),
}  # fmt: skip
# Functions that take ranges, but no calculation over ranges unless the formula was entered as an array.
_PLAIN: Final = frozenset(_ONE) | _words(
    "AND AVERAGE AVERAGEA COLUMN COLUMNS COUNT COUNTA COUNTBLANK MAX MAXA MEDIAN MIN MINA OR PRODUCT ROW ROWS"
    " STDEV STDEVP SUBTOTAL SUM SUMSQ VAR VARP"
)
_ARRAYS: Final[Mapping[str, Container[int]]] = {"INDEX": (0,)}
"""Arguments of those that are calculated over ranges all the same: ``INDEX((A1:A9=1)*B1:B9,0)``."""
_SINGLE: Final = "SINGLE"
"""How a file spells the sign @ before a function or a name."""
_SUBTOTALS: Final = range(1, 12)
_HIDDEN_TOO: Final = 100
_ALL_ROWS: Final = frozenset({0, 2, 4, 6})
_LAST_OF_RANGES: Final = 13
"""From the next function of AGGREGATE on it takes one array, which cannot be given in parts."""


def intersected(tokens: Sequence[Token]) -> str:
    """A formula whose ranges are marked with @ wherever Excel takes one cell of them.

    tokens: text, kind and sub-kind of each, references plain.

    >>> def spoken(text):
    ...     from csm_xl.xlsx.references import tokens
    ...     return intersected(tokens(text))
    >>> spoken("=A:A*B:B+SUM(C:C)"), spoken("=ROUND(A1:A9,0)"), spoken("=SUMPRODUCT(A1:A9*B1:B9)")
    ('=@A:A*@B:B+SUM(C:C)', '=ROUND(@A1:A9,0)', '=SUMPRODUCT(A1:A9*B1:B9)')
    """
    parts = ["="]
    open_calls: list[tuple[str, int]] = []  # the function and the number of the argument; parentheses as ""
    for at, (value, kind, subtype) in enumerate(tokens):
        if subtype == "Open":
            name = _name(value) if kind == "Func" else ""
            if name == _SINGLE:
                value = "("
            open_calls.append((name if kind in ("Func", "Paren") else kind, 0))
        elif subtype == "Close" and open_calls:
            open_calls.pop()
        elif kind == "Sep" and open_calls:
            open_calls[-1] = (open_calls[-1][0], open_calls[-1][1] + 1)
        elif (kind, subtype) == _RANGE and ":" in value and _wants_one(tokens, at, open_calls):
            value = f"@{value}"
        parts.append(value)
    return "".join(parts)


def _wants_one(tokens: Sequence[Token], at: int, calls: Sequence[tuple[str, int]]) -> bool:
    """Whether Excel takes one cell of the range that is a token."""
    for name, argument in calls:
        if name and (name not in _PLAIN or argument in _ARRAYS.get(name, ())):
            return False
    beside = [_beside(tokens, at, -1), _beside(tokens, at, 1)]
    if any(kind.startswith("Op") and sign not in _OPERATORS for sign, kind, _ in beside):
        return False  # part of a larger reference
    if any(kind.startswith("Op") for _, kind, _ in beside):
        return True
    name, argument = next(((name, number) for name, number in reversed(calls) if name), ("", 0))
    return not name or argument in _ONE.get(name, ())


def _beside(tokens: Sequence[Token], at: int, step: int) -> Token:
    """The next token on one side that is no blank."""
    at += step
    while 0 <= at < len(tokens) and tokens[at][1] == "Whitespace":
        at += step
    return tokens[at] if 0 <= at < len(tokens) else ("", "", "")


def seen(
    tokens: Sequence[Token],
    rows: Callable[[Area, bool], list[tuple[int, int]] | None],
    area: Callable[[str], Area],
) -> str:
    """A formula whose SUBTOTAL and AGGREGATE are given only the rows that they count.

    rows: an area, whether rows that were hidden by hand are passed over too → the first and last row of each
    part that is seen, or None where all of it is. area: a reference → the area that it names.
    Errors: `ValueError` where the rows that count cannot be determined.
    """  # fmt: skip
    parts = ["="]
    calls: list[tuple[str, int, int]] = []  # the function, where it begins, and the number of the argument
    for at, (value, kind, subtype) in enumerate(tokens):
        if subtype == "Open":
            calls.append((_name(value) if kind == "Func" else "", at, 0))
        elif subtype == "Close" and calls:
            calls.pop()
        elif kind == "Sep" and calls:
            calls[-1] = (*calls[-1][:2], calls[-1][2] + 1)
        elif (kind, subtype) == _RANGE and calls and calls[-1][0] in ("SUBTOTAL", "AGGREGATE"):
            name, start, argument = calls[-1]
            if argument >= (1 if name == "SUBTOTAL" else 2):
                value = _parts(value, area(value), rows, _counts(name, tokens, start))
        parts.append(value)
    return "".join(parts)


def _counts(name: str, tokens: Sequence[Token], start: int) -> bool | None:
    """Whether rows hidden by hand are passed over too; None where the formula does not say."""
    first, second = (tokens[at] if at < len(tokens) else ("", "", "") for at in (start + 1, start + 3))
    try:
        function = int(first[0])
        option = int(second[0]) if name == "AGGREGATE" else 0
    except ValueError:
        return None
    if name == "SUBTOTAL":
        return function > _HIDDEN_TOO if function % _HIDDEN_TOO in _SUBTOTALS else None
    return None if function > _LAST_OF_RANGES or option in _ALL_ROWS else True


def _parts(
    text: str, area: Area, rows: Callable[[Area, bool], list[tuple[int, int]] | None], by_hand: bool | None
) -> str:
    found = rows(area, True if by_hand is None else by_hand)
    if found is None:
        return text
    if by_hand is None:
        raise ValueError(f"which rows of {text} count is unknown")
    sheet, mark, _ = text.rpartition("!")
    _, _, left, _, right = area
    pieces = [f"{sheet}{mark}{letters(left)}{top}:{letters(right)}{bottom}" for top, bottom in found]
    return ",".join(pieces) or _NOWHERE


def _name(opening: str) -> str:
    name = opening[:-1].upper()
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name
