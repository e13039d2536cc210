"""What a source says twice, and what contradicts itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from csm_xl.intake.grid import plain_header
from csm_xl.intake.numbers import number_format, possible_currencies
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
        ("unpivot", [source.unpivot.name, *source.unpivot.cells] if source.unpivot else []),
    ]
    for key, names in keys:
        for name in names:
            before = given.setdefault(name, key)
            if before != key:
                yield key, f"{name} is given by {before} and by {key}", name, _KEEP
    named = {plain_header(theirs): key for theirs, key in source.named().items()}
    for theirs in source.ignore:
        if (plain := plain_header(theirs)) in named:
            yield "ignore", f"{theirs!r} is ignored, and used by {named[plain]}", None, _KEEP
    by_header: dict[str, str] = {}
    for ours, theirs in source.columns.items():
        other = by_header.setdefault(plain_header(theirs), ours)
        if other != ours:
            yield f"columns.{ours}", f"{theirs!r} is already {other}", theirs, _KEEP
    yield from _readings(source)
    yield from _currency(source)


def _readings(source: Source) -> Iterator[Clash]:
    """Columns whose cells are to be read in two ways, of which one alone would count."""
    read: dict[str, str] = {}
    ways = (("values", source.values), ("text", source.text), ("percent", source.percent))
    for key, names in ways:
        for name in names:
            before = read.setdefault(name, key)
            if before != key:
                yield key, f"{name} is read by {before} and by {key}", name, _KEEP


def _currency(source: Source) -> Iterator[Clash]:
    """A currency that the sign of the sample never means."""
    sample = number_format(source.number) if source.number else None
    if sample is None or not source.currency:
        return
    codes = possible_currencies(sample.sign)
    if codes and source.currency.upper() not in codes:
        what = f"the numbers are in {sample.sign!r}, which does not mean {source.currency.upper()}"
        yield "currency", what, source.currency, "Correct the currency, or the sample in number."
