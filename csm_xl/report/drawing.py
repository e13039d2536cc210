"""Many files drawn by several processes at once, each from what it shows alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

Draw = Callable[[], bytes]
FEW: Final = 100
"""Files up to this many are drawn sooner by one process than others start."""
_AT_ONCE: Final = 8
"""Files that are handed to a process together."""


def drawn(draws: Sequence[Draw], processes: int = 1, few: int = FEW) -> Iterator[bytes]:
    """The bytes of files, in order.

    draws: what draws each; where there are several processes, it can be pickled. few: up to this many are
    drawn here. A process that dies leaves its files to this one.
    """
    if processes < 2 or len(draws) <= few:
        yield from (draw() for draw in draws)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    done = 0
    # A forked process could wait forever for a lock of a thread that it does not have.
    pool = ProcessPoolExecutor(processes, get_context("spawn"))
    try:
        for data in pool.map(_bytes, draws, chunksize=_AT_ONCE):
            yield data
            done += 1
    except BrokenProcessPool:
        yield from (draw() for draw in draws[done:])
    finally:
        pool.shutdown(cancel_futures=True)


def _bytes(draw: Draw) -> bytes:
    return draw()
