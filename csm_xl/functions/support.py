"""Worksheet functions about csm_xl itself: what went wrong last, which version this is."""

from __future__ import annotations

from typing import Final

from csm_xl import __version__
from csm_xl.functions.memory import MEMORY
from csm_xl.functions.registry import Result, function, text

_CELL: Final = 32_767
"""The most characters that a cell holds."""


@function(
    "Plan, people, analysis",
    Result("The message; empty where nothing went wrong.", "text", "one"),
    {"address": text("A cell as text, such as Sheet!A1; blank: the last error anywhere.")},
    examples=("CSM_ERROR()",),
    recalls=True,
)
def error(address: str | None = None) -> str:
    """The readable message of the last error, or of the last error in a cell."""
    return (MEMORY.recall(address) or "")[:_CELL]


@function(
    "Plan, people, analysis",
    Result("The version of csm_xl.", "text", "one"),
    {},
    examples=("CSM_VERSION()",),
)
def version() -> str:
    """The version of csm_xl that computes."""
    return __version__
