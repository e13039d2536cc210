"""Twice the people are twice the work of reading, checking and paying, not four times.

Steps of the interpreter are counted, so that no clock decides.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

import pytest
from company_of_everything import everything
from typed import typed

from csm_xl.analysis.lint import lint
from csm_xl.engine.loading import read_tables_to_pay
from csm_xl.engine.payroll import Payroll

FEW = 80
GROWTH = 2.4
"""Twice the people may be so many times the work, and sorting a little more."""
SMALL = 2_500
"""Functions of fewer steps are not looked at: what happens by chance is much of them."""


def steps(work: Callable[[], Any]) -> Counter[CodeType]:
    """How many steps of the interpreter some work takes, by function."""
    found: Counter[CodeType] = Counter()

    def step(frame: FrameType, event: str, _: object) -> Any:
        if event == "opcode":
            found[frame.f_code] += 1
        return step

    def entered(frame: FrameType, event: str, _: object) -> Any:
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        return step

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        work()
    finally:
        sys.settrace(before)
    return found


def pay(people: int) -> None:
    tables, issues = read_tables_to_pay(typed(everything(people)))
    assert not [one for one in issues if one.severity == "error"]
    payroll = Payroll.load(tables)
    for period in ("2026-Q1", "2026-Q2", "2026-Q3"):
        assert not payroll.pay(period).left_out


def check(people: int) -> None:
    assert not [one for one in lint(typed(everything(people))) if one.severity == "error"]


@pytest.mark.parametrize("work", [check, pay])
def test_twice_the_people_are_twice_the_work(work: Callable[[int], None]) -> None:
    work(FEW)  # what is only done once
    few, many = (steps(lambda people=people: work(people)) for people in (FEW, 2 * FEW))
    grown = {
        f"{code.co_filename}:{code.co_firstlineno} {code.co_qualname}": count / few[code]
        for code, count in many.items()
        if count > SMALL and few[code] and count / few[code] > GROWTH
    }
    assert not grown
    assert many.total() < GROWTH * few.total()
