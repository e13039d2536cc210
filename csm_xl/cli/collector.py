"""The garbage collector out of the way of a command that makes millions of values."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without garbage collection: it would look at every row of large tables again and again, and free none.

    What is not used any more is freed as always, but for what refers to itself, of which a command makes
    little. Whether it runs is afterwards as it was before.

    >>> with collector_paused():
    ...     gc.isenabled()
    False
    """
    ran = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ran:
            gc.enable()
