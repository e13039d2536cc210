"""Worksheet functions about csm_xl itself: the last error and the version."""

from __future__ import annotations

from typing import Final

from csm_xl import __version__
from csm_xl.functions.error_log import ERROR_LOG
from csm_xl.functions.registry import Result, function, text

_CELL: Final = 32_767
"""Maximum characters in a cell."""


@function(
    "Plan, people, analysis",
    Result("The message; empty if there was no error.", "text", "one"),
    {"address": text("A cell as text, such as Sheet!A1; blank: the last error anywhere.")},
    examples=("CSM_ERROR()",),
    recalls=True,
)
def error(address: str | None = None) -> str:
    """The readable message of the last error, or of the last error in a cell."""
    return (ERROR_LOG.recall(address) or "")[:_CELL]


@function(
    "Plan, people, analysis",
    Result("The version of csm_xl.", "text", "one"),
    {},
    examples=("CSM_VERSION()",),
)
def version() -> str:
    """The version of csm_xl in use."""
    return __version__
