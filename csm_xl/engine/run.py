"""Plans run over people: what everyone on the roster is paid for a period."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from csm_xl.engine.lines import Lines
from csm_xl.engine.payroll import Payroll
from csm_xl.plan.tables import RawTable, Tables


def run(tables: Tables | Iterable[RawTable], period: Any, skip_errors: bool = False) -> Lines:
    """Pay everyone on the roster for a period: one line per person, period, plan and component.

    tables: the tables of plans, people and results, read or to be read.
    period: a pay period (2026-Q1), or a longer one, which gives every pay period inside it that has results;
        those that are not measured yet are in `Lines.open`.
    skip_errors: leave out the people who cannot be paid, and list them in `Lines.left_out`.
    Errors: all findings at once, each with its place; nothing is paid where there is one.
    Source: the order of calculation of incentive plans, from target to payable.
    """
    return Payroll.load(tables, period, skip_errors).pay(period, skip_errors)
