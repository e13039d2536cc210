"""What a source says twice, and what contradicts itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from csm_xl.intake.sources import Source

Clash = tuple[str, str, str | None, str]
"""The key, what is wrong, what was found there, and what to do."""
_KEEP = "Keep one of the two."


def clashes(source: Source) -> Iterator[Clash]:
    """What a source says twice about one column, and the columns that it uses and ignores.

    >>> source = Source("deals", columns={"date": "Close"}, fill={"date": "2026-01-01"}, ignore=("Close",))
    >>> [what for _, what, _, _ in clashes(source)]
    ['date is given by columns and by fill', "'Close' is ignored, and used by columns.date"]
    """
    given: dict[str, str] = {}
    keys: list[tuple[str, Iterable[str]]] = [
        ("columns", source.columns),
        ("fill", source.fill),
        ("join", source.join),
        ("currency", ["currency"] if source.currency else []),
        ("unpivot", [source.unpivot.name, source.unpivot.value] if source.unpivot else []),
    ]
    for key, names in keys:
        for name in names:
            before = given.setdefault(name, key)
            if before != key:
                yield key, f"{name} is given by {before} and by {key}", name, _KEEP
    named = source.named()
    for theirs in source.ignore:
        if theirs in named:
            yield "ignore", f"{theirs!r} is ignored, and used by {named[theirs]}", None, _KEEP
    by_header: dict[str, str] = {}
    for ours, theirs in source.columns.items():
        other = by_header.setdefault(theirs, ours)
        if other != ours:
            yield f"columns.{ours}", f"{theirs!r} is already {other}", theirs, _KEEP
