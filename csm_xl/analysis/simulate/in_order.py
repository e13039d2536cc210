"""Work on many parts at once, with the results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

_Done = TypeVar("_Done")


def in_order(act: Callable[[int], _Done], asked: Iterable[int], workers: int) -> Iterator[_Done]:
    """The results of a function for each of many inputs, in order; at most `workers` run at a time.

    workers: one needs no threads, which a browser lacks.
    """
    if workers == 1:
        yield from map(act, asked)
        return
    left = iter(asked)
    with ThreadPoolExecutor(workers) as pool:
        waiting = deque(pool.submit(act, one) for one in islice(left, 2 * workers))
        while waiting:
            found = waiting.popleft().result()
            waiting.extend(pool.submit(act, one) for one in islice(left, 1))
            yield found
