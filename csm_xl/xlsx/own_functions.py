"""What a workbook's formulas call beyond the functions of every spreadsheet, handed over by the caller."""

from __future__ import annotations

import hashlib
import marshal
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

_LONG_ANSWER: Final = 100  # rows
_MOST_ANSWERS: Final = 10_000
_ANSWERS: Final[dict[tuple[Callable[..., Any], bytes], Any]] = {}

CALLS: Final = re.compile(r"""
      "(?:[^"]|"")*"                # text
    | \[(?:'.|[^\[\]'])*\]          # the name of a column
    | '(?:[^']|'')*'                # the name of a sheet
    | (?<![\w.!])(?P<sign>(?:_xl[a-z]+\.)*)(?P<addin>_xldudf_)?(?P<name>[A-Za-z_][\w.]*)(?=\()
""", re.VERBOSE | re.IGNORECASE)  # fmt: skip
"""The functions that a formula calls, each with what a file puts before its name (``_xlfn.`` and such); and
what only looks like a call. One of another workbook, ``[1]!NAME(``, is none."""

ADDIN: Final = "_xldudf_"
"""What a file puts before the name of a function of an Office add-in.

Excel writes ``_xldudf_`` + the namespace and ``_`` (nothing where there is no namespace) + the name, and no
defined name or link beside it. It resolves a function of an add-in only under that name: a plain one shows
#NAME? until somebody enters the formula again.
Sources: Microsoft in github.com/OfficeDev/Excel-Custom-Functions issue 108 and github.com/OfficeDev/office-js
issues 3558 and 5611; formulas of workbooks that Excel saved, without a namespace ``_xldudf_WISEPRICE(…)``
(github.com/OfficeDev/office-js issue 2568 has others), with one ``_xldudf_PLSFIX_CAGR(…)``.
"""


def _unheard(cells: str) -> None:
    """Nobody asks where a call failed."""


@dataclass(frozen=True)
class OwnFunctions:
    """Functions of whoever calculates a workbook.

    prefix: what every name begins with, in capitals; empty where there are none. calls: name → the function,
    on cells as a spreadsheet hands them over. failed: is reported which cells a formula fills whose call has
    just failed, if it fills several.
    unsettled: those whose result depends on more than their arguments.
    """

    prefix: str = ""
    calls: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    failed: Callable[[str], None] = _unheard
    unsettled: frozenset[str] = frozenset()

    def is_own(self, name: str) -> bool:
        """Whether a name, in capitals, is of the kind that these functions have.

        >>> OwnFunctions("CSM_").is_own("CSM_CAP"), OwnFunctions("CSM_").is_own("CAP"), NONE.is_own("CAP")
        (True, False, False)
        """
        return bool(self.prefix) and name.startswith(self.prefix)

    def may_be_in(self, formula: str) -> bool:
        """Whether a formula may call one of them: their prefix is somewhere in it."""
        return bool(self.prefix) and self.prefix in formula.upper()

    def remembering(self) -> OwnFunctions:
        """The same functions. One that was asked the same before answers from memory, unless it is unsettled.

        A proof calculates a workbook several times, each time nearly the same.
        """
        calls = {name: function if name in self.unsettled else partial(_remembered, function)
                 for name, function in self.calls.items()}  # fmt: skip
        return replace(self, calls=calls)

    def as_called(self, formula: str) -> str:
        """A formula with the names of own functions as somebody would type them.

        >>> OwnFunctions("CSM_").as_called('=_xldudf_CSM_CAP(1,2)&_xldudf_PRICE(1)&"_xldudf_CSM_CAP("')
        '=CSM_CAP(1,2)&_xldudf_PRICE(1)&"_xldudf_CSM_CAP("'
        """
        return self._renamed(formula, "") if ADDIN in formula.lower() else formula

    def as_of_addin(self, formula: str) -> str:
        """A formula with the names of own functions as Excel stores those of an Office add-in.

        >>> own = OwnFunctions("CSM_")
        >>> own.as_of_addin('=_xlfn.LET(x,CSM_CAP(1,[1]!CSM_CAP(2)),x)&"CSM_CAP("&_xldudf_CSM_CAP(1)')
        '=_xlfn.LET(x,_xldudf_CSM_CAP(1,[1]!CSM_CAP(2)),x)&"CSM_CAP("&_xldudf_CSM_CAP(1)'
        """
        return self._renamed(formula, ADDIN) if self.may_be_in(formula) else formula

    def _renamed(self, formula: str, before: str) -> str:
        def renamed(found: re.Match[str]) -> str:
            name = found["name"]
            return f"{found['sign']}{before}{name}" if name and self.is_own(name.upper()) else found[0]

        return CALLS.sub(renamed, formula)


def _remembered(function: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a function. Errors are not cached, because each one is reported; nor are long results,
    which would fill the memory.

    >>> _remembered(max, 1.0, 2.0), _remembered(str, 1.0), _remembered(str, True)
    (2.0, '1.0', 'True')
    """
    try:
        given = marshal.dumps(arguments, 2)  # distinguishes 1, TRUE and "1"
    except ValueError:
        return function(*arguments)
    key = function, hashlib.blake2b(given).digest()
    found = _ANSWERS.get(key)
    if found is None:
        found = function(*arguments)
        if isinstance(found, (float, str, bool)) or (isinstance(found, list) and len(found) <= _LONG_ANSWER):
            if len(_ANSWERS) >= _MOST_ANSWERS:
                _ANSWERS.clear()
            _ANSWERS[key] = found
    return found


NONE: Final = OwnFunctions()
"""A workbook that calls nothing but what every spreadsheet knows."""
