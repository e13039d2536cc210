"""What a workbook's formulas call beyond the functions of every spreadsheet, handed over by the caller."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

_LONG_ANSWER: Final = 100  # rows
_MOST_ANSWERS: Final = 10_000
_ANSWERS: Final[dict[tuple[Callable[..., Any], bytes], Any]] = {}


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


def _remembered(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a function answers. Errors are not remembered, as they are told each time; nor are long answers,
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
