"""Whether two cells say the same."""

from __future__ import annotations

from typing import Any, Final

NEAR: Final = 1e-9
"""How far a stored number may be from the computed one, absolutely or by its size."""


def same(stored: Any, computed: Any) -> bool:
    """Whether two cells say the same: numbers nearly, everything else exactly; a blank is no text.

    A line break is one, however a file writes it: Excel keeps the \\r of a text that another program wrote,
    and a reader of XML does not.

    >>> same(0.1 + 0.2, 0.3), same(100.0, 100.01), same(True, 1.0), same(None, ""), same("a\\rb", "a\\nb")
    (True, False, False, True, True)
    """
    if type(stored) is float and type(computed) is float:
        return abs(stored - computed) <= NEAR * max(1.0, abs(stored), abs(computed))
    blank = [value is None or value == "" for value in (stored, computed)]
    if any(blank):
        return all(blank)
    if isinstance(stored, bool) or isinstance(computed, bool):
        return stored is computed
    if isinstance(stored, str) and isinstance(computed, str):
        return stored == computed or _one_break(stored) == _one_break(computed)
    return bool(stored == computed)


def _one_break(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
