"""Many files drawn by several processes at once, each from what it shows alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from csm_xl.processes import received, working

Draw = Callable[[], bytes]
FEW: Final = 100
"""Files up to this many are drawn sooner by one process than others start."""


def drawn(draws: Sequence[Draw], processes: int = 1, few: int = FEW) -> Iterator[bytes]:
    """The bytes of files, in order.

    draws: what draws each; where there are several processes, it can be pickled. few: up to this many are
    drawn here. A process that dies leaves its files to this one.
    """
    if processes < 2 or len(draws) <= few:
        yield from (draw() for draw in draws)
        return
    # Each draws every second, or third and so on, so that the next one is mostly there when it is due.
    with working(_drawn, [(draws[first::processes],) for first in range(processes)]) as workers:
        for at, draw in enumerate(draws):
            try:
                data = received(workers[at % processes])
            except EOFError:
                data = draw()
            yield data


def _drawn(draws: Sequence[Draw]) -> Iterator[bytes]:
    return (draw() for draw in draws)
