"""How many examples a property is tried on: many in a whole run, few for each mutant of `make mutants`."""

from __future__ import annotations

import os

from hypothesis import Phase, settings
from sweeps import tried

MUTATING = "MUTANT_UNDER_TEST" in os.environ
"""mutmut sets this variable before it collects any test."""

# A mutant is dead at the first failure, whatever the smallest example of it would be.
PHASES = tuple(phase for phase in Phase if not (MUTATING and phase in (Phase.shrink, Phase.explain)))


def examples(count: int) -> settings:
    """This many examples, or few where every one of thousands of mutants is tried on them."""
    return settings(max_examples=max(count // 10, 20) if MUTATING else tried(count))
