"""What may be shown of groups of people: one rule, so that nobody's pay can be worked out from sums."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import Final

FEWEST: Final = 5
"""Of fewer people nothing is shown apart: a sum of few is somebody's pay."""


def too_small(groups: Mapping[str, Collection[Hashable]]) -> frozenset[str]:
    """The groups that are not shown apart, where the sum of all groups is shown too.

    groups: the name of each group and the people in it; a person may be in several.
    These are the groups of fewer than `FEWEST` people. All less the others is what they have together: where
    together they are fewer than `FEWEST` still, the next larger group is not shown either, and so on.

    >>> sorted(too_small({"a": range(10), "b": (10, 11), "c": (20, 21, 22, 23, 24, 25)}))
    ['b', 'c']
    >>> sorted(too_small({"a": range(10), "b": (10, 11), "c": (12, 13, 14)})), too_small({"a": range(9)})
    (['b', 'c'], frozenset())
    """
    hidden: set[str] = set()
    together: set[Hashable] = set()
    for name in sorted(groups, key=lambda each: len(set(groups[each]))):
        if len(set(groups[name])) < FEWEST or (hidden and len(together) < FEWEST):
            hidden.add(name)
            together.update(groups[name])
    return frozenset(hidden)
