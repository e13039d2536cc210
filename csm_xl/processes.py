"""Work shared among processes of its own, each of which may end at any moment.

Not by a `ProcessPoolExecutor`: where one of its processes is killed while another begins, it waits forever.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess


class Worker(NamedTuple):
    """A process, and the end from which its answers come."""

    process: SpawnProcess
    answers: Connection


@contextmanager
def working(
    work: Callable[..., Iterable[Any]], shares: Sequence[tuple[Any, ...]]
) -> Iterator[Sequence[Worker]]:
    """A process for each share of some work; what each answers is `received`.

    work: called with a share in a new process; each answer is sent as it comes. It and all that it is given
    and answers can be pickled. At the end of the block the processes are ended, whatever they do.
    Errors: those of the system, of a process that cannot be started.
    """
    from multiprocessing import get_context

    # A new interpreter each, on every system alike: a copy of this process could wait forever for a lock of a
    # thread that it does not have.
    context = get_context("spawn")
    workers: list[Worker] = []
    try:
        for share in shares:
            answers, sent = context.Pipe(duplex=False)
            with sent:
                process = context.Process(target=_answer, args=(sent, work, share), daemon=True)
                process.start()
            workers.append(Worker(process, answers))
        yield workers
    finally:
        for worker in workers:
            worker.answers.close()
            worker.process.terminate()
            worker.process.join()


def received(worker: Worker) -> Any:
    """The next answer of a process.

    Errors: `EOFError` where the process ended before it; the error that its work ended with.
    """
    from multiprocessing.connection import wait

    wait([worker.answers, worker.process.sentinel])
    if not worker.answers.poll():
        raise EOFError
    answer = worker.answers.recv()
    if isinstance(answer, Exception):
        raise answer
    return answer


def _answer(sent: Connection, work: Callable[..., Iterable[Any]], share: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a word: the command says it
    try:
        for answer in work(*share):
            sent.send(answer)
    except Exception as error:
        sent.send(error)
