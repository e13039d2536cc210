"""What a workbook's formulas call beyond the functions of every spreadsheet, handed over by the caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final


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


NONE: Final = OwnFunctions()
"""A workbook that calls nothing but what every spreadsheet knows."""
