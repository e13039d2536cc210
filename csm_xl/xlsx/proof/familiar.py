"""Formulas of a kind that is calculated here as in Excel: functions that everybody uses, each given what it
is made for.

A formula without a stored value is calculated where it is familiar. One that is not may be right as well, but
nothing shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from csm_xl.xlsx.own_functions import OwnFunctions

Tree = Mapping[str, Any]

_PLAIN_WORDS: Final = """
    ABS ACOS AND ASIN ATAN ATAN2 AVERAGE CEILING CHAR CHOOSE CODE CONCATENATE COS COUNT COUNTA DATE DAY DAYS
    DEGREES EDATE EOMONTH EVEN EXACT EXP FACT FALSE FIND FLOOR FV HOUR IF IFERROR IFNA INT ISBLANK ISERR
    ISERROR ISEVEN ISLOGICAL ISNA ISNONTEXT ISNUMBER ISODD ISTEXT LEFT LEN LN LOG LOG10 LOWER MAX MEDIAN MID
    MIN MINUTE MOD MONTH NA NOT NPER ODD OR PI PMT POWER PRODUCT PROPER PV QUOTIENT RADIANS REPLACE REPT RIGHT
    ROUND ROUNDDOWN ROUNDUP SEARCH SECOND SIGN SIN SQRT SUBSTITUTE SUM TAN TIME TRIM TRUE TRUNC UPPER WEEKDAY
    XOR YEAR IFS SWITCH
"""
_PLAIN: Final = frozenset(_PLAIN_WORDS.split())
"""Functions that take single values; those that add up also take ranges."""
_RANGES_WORDS: Final = """
    AND AVERAGE AVERAGEIF AVERAGEIFS COLUMNS COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS HLOOKUP INDEX IRR LARGE
    LOOKUP MATCH MAX MAXIFS MEDIAN MIN MINIFS NETWORKDAYS NPV OR PERCENTILE PERCENTILE.INC PRODUCT
    QUARTILE QUARTILE.INC RANK RANK.EQ ROWS SMALL STDEV STDEV.P STDEV.S STDEVP SUM SUMIF SUMIFS SUMPRODUCT
    SUMSQ TEXTJOIN CONCAT VAR VAR.P VAR.S VARP VLOOKUP WORKDAY XLOOKUP
"""
_RANGES: Final = frozenset(_RANGES_WORDS.split())
"""Functions that a range may be given to."""
_SINGLE: Final[Mapping[str, tuple[int, ...]]] = {
    "AVERAGEIF": (1,), "COUNTIF": (1,), "HLOOKUP": (0, 2, 3), "INDEX": (1, 2, 3), "IRR": (1,), "LARGE": (1,),
    "LOOKUP": (0,), "MATCH": (0, 2), "NETWORKDAYS": (0, 1), "NPV": (0,), "PERCENTILE": (1,),
    "PERCENTILE.INC": (1,), "QUARTILE": (1,), "QUARTILE.INC": (1,), "RANK": (0, 2), "RANK.EQ": (0, 2),
    "SMALL": (1,), "SUMIF": (1,), "TEXTJOIN": (0, 1), "VLOOKUP": (0, 2, 3), "WORKDAY": (0, 1),
    "XLOOKUP": (0, 3),
    "COUNTIFS": tuple(range(1, 255, 2)), **dict.fromkeys(("AVERAGEIFS", "MAXIFS", "MINIFS", "SUMIFS"),
                                                        tuple(range(2, 255, 2))),
}  # fmt: skip
"""Of functions that take ranges, the arguments that are one value: given more, they answer for each."""
_SIGNS: Final = frozenset({"+", "-", "*", "/", "^", "&", "=", "<>", "<", ">", "<=", ">=", "%"})
_MOST: Final = {"XLOOKUP": 4}
"""How many arguments of a function are familiar."""


def familiar(tree: Tree, is_one: Callable[[str], bool], own: OwnFunctions) -> bool:
    """Whether a formula is calculated here as in Excel.

    tree: the formula as the engine parses it, references plain. is_one: whether a reference names one cell.
    own: the functions that the workbook calls beyond those of every spreadsheet.
    A range is only where a function takes one; a list in braces, a name, a reference that a function
    makes, and what changes by itself (TODAY, RAND) are not familiar.
    """
    return all(_known(one, ranged, is_one, own) for one, ranged in _parts(tree, False, own))


def calls_ours(tree: Tree, own: OwnFunctions) -> bool:
    """Whether a formula calls an own function: Excel calls the very same function."""
    parts = _parts(tree, False, own)
    return any(one["node_type"] == "Function" and called(one) in own.calls for one, _ in parts)


def _parts(tree: Tree, ranged: bool, own: OwnFunctions) -> Iterator[tuple[Tree, bool]]:
    """Every part of a formula, and whether a range may be there."""
    yield tree, ranged
    name = called(tree) if tree["node_type"] == "Function" else ""
    takes = name in _RANGES or name in own.calls
    for at, one in enumerate(tree.get("args", ())):
        yield from _parts(one, takes and at not in _SINGLE.get(name, ()), own)
    for side in ("left", "right", "operand", "callee"):
        if side in tree:
            yield from _parts(tree[side], False, own)


def _known(tree: Tree, ranged: bool, is_one: Callable[[str], bool], own: OwnFunctions) -> bool:
    kind = tree["node_type"]
    if kind == "Function":
        name = called(tree)
        known = name in _PLAIN or name in _RANGES or (name in own.calls and name not in own.unsettled)
        return known and len(tree["args"]) <= _MOST.get(name, 255)
    if kind == "Reference":
        try:
            return is_one(tree["reference"]) or ranged
        except ValueError:
            return False
    if kind in ("BinaryOp", "UnaryOp"):
        return tree["operator"] in _SIGNS
    return kind in ("Literal", "Omitted")


def called(tree: Tree) -> str:
    """The function that a part of a formula calls, as Excel shows its name."""
    return bare_name(str(tree["name"]))


def bare_name(name: str) -> str:
    """A function as Excel shows its name.

    >>> bare_name("_xlfn._xlws.Sort"), bare_name("sum")
    ('SORT', 'SUM')
    """
    return name.upper().removeprefix("_XLFN.").removeprefix("_XLWS.").removeprefix("_XLUDF.")
