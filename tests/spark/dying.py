"""A company whose shards cannot be paid: the process of a task that unpacks it dies."""

import signal
from typing import Any, NoReturn

from csm_xl.plan.company import Company


def _out_of_memory() -> NoReturn:
    raise MemoryError("no memory left")


class Killed(Company):
    """Of a company: who unpacks it is killed."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return signal.raise_signal, (signal.SIGKILL,)


class Exhausted(Company):
    """Of a company: who unpacks it runs out of memory."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return _out_of_memory, ()
