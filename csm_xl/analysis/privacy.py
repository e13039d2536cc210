"""Which groups of people may be shown: one rule, so that nobody's pay can be derived from totals."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import Final

FEWEST: Final = 5
"""Smaller groups are not shown separately: the total of a few people reveals individual pay."""


def too_small(groups: Mapping[str, Collection[Hashable]]) -> frozenset[str]:
    """The groups that are not shown separately, where the total of all groups is shown too.

    groups: the name of each group and the people in it; a person may be in several.
    These are the groups of fewer than `FEWEST` people. The total minus the groups shown reveals their sum: if
    together they have fewer than `FEWEST` people, the next larger group is hidden too, and so on.

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
