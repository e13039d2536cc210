"""How much of the made-up companies and examples a run goes through: `make test-all` all of them, a run by
hand a third of them. Which third is the same each time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
WHOLE = os.environ.get("CSM_XL_SWEEPS") == "whole"
PART = 3


def swept(every: Sequence[T]) -> Sequence[T]:
    """Each third of what a test could go through, from the first on; all of it where the run is whole."""
    return every if WHOLE else every[::PART]


def tried(count: int) -> int:
    """A third of the examples of a property; all of them where the run is whole."""
    return count if WHOLE else max(count // PART, 1)
