"""Processes that work: their answers, their errors, and their ends."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator

import pytest

from csm_xl.errors import CsmError
from csm_xl.processes import received, working


def counted(first: int, last: int) -> Iterator[int]:
    yield from range(first, last)
    if last == 13:
        raise CsmError("#VALUE!", "13 is never counted to", "last", last, "Count to another number.")
    if last == 17:
        os._exit(1)
    if last == 19:
        time.sleep(600)


def test_each_answers_what_its_share_gives() -> None:
    with working(counted, [(0, 2), (5, 7)]) as workers:
        assert [received(one) for one in workers] == [0, 5]
        assert [received(one) for one in reversed(workers)] == [6, 1]
        with pytest.raises(EOFError):
            received(workers[0])


def test_an_error_comes_as_it_is_and_one_that_ends_says_no_more() -> None:
    with working(counted, [(12, 13), (16, 17), (1, 2)]) as workers:
        assert [received(one) for one in workers] == [12, 16, 1]
        with pytest.raises(CsmError, match="13 is never counted to"):
            received(workers[0])
        with pytest.raises(EOFError):
            received(workers[1])


def test_none_is_left_when_the_work_is_left() -> None:
    before = set(multiprocessing.active_children())
    with pytest.raises(KeyError), working(counted, [(18, 19), (18, 19)]) as workers:
        assert received(workers[1]) == 18
        raise KeyError
    assert set(multiprocessing.active_children()) == before


def test_one_that_is_killed_as_it_begins_keeps_nobody_waiting() -> None:
    with working(counted, [(0, 1)] * 3) as workers:
        workers[0].process.kill()
        answers = []
        for one in workers:
            try:
                answers.append(received(one))
            except EOFError:
                answers.append(None)
    assert answers[1:] == [0, 0]
