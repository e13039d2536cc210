"""A company's payroll: its tables, checked once, from which any period is paid."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Self

from csm_xl.engine.calculation import calculated
from csm_xl.engine.context import RunContext
from csm_xl.engine.lines import Lines
from csm_xl.engine.loading import load
from csm_xl.engine.look_back import LookBack, looking_back, looks_back
from csm_xl.engine.open_periods import open_periods
from csm_xl.engine.pay_periods import in_time, pay_periods
from csm_xl.engine.payable import payable
from csm_xl.errors import CsmError
from csm_xl.plan.periods import Period
from csm_xl.plan.tables import RawTable, Tables

_LOOKS_BACK: Final = (
    "A draw or payment threshold looks back on it: start the draw later, with its opening_balance, or the"
    " threshold, in a version of the plan with a valid_from."
)
_ROUNDS: Final = 3
"""How often people who cannot be paid are left out and the others paid again."""


@dataclass(frozen=True, slots=True)
class PayRun:
    """What is paid of a period: the pay periods inside it and those that are open, both in time; and what
    they need of earlier ones."""

    paying: tuple[Period, ...]
    open: tuple[Period, ...]
    back: LookBack


class Payroll:
    """Checked tables, ready to be paid from.

    tables: those that `load` gives. context: what the latest run knows, the year to date too; what it has
    indexed serves the next one.
    """

    def __init__(self, tables: Tables, context: RunContext | None = None) -> None:
        self.tables = tables
        self.context = RunContext(tables) if context is None else context

    @classmethod
    def load(
        cls, sources: Tables | Iterable[RawTable], period: Any = None, skip_errors: bool = False,
        people: Iterable[str] | None = None,
    ) -> Self:  # fmt: skip
        """The payroll of tables that are read where they are raw, and checked.

        period, skip_errors, people: as for `csm_xl.engine.loading.load`.
        Errors: all findings at once, each with its place.
        """
        return cls(load(sources, period, skip_errors, people))

    def pay(
        self,
        period: Any,
        skip_errors: bool = False,
        wanted: Callable[[Period], bool] | None = None,
        everybody: bool = True,
    ) -> Lines:
        """The payout lines of a period; see `csm_xl.engine.run.run`.

        wanted: which of the pay periods inside the period are paid (None: those that are not open).
        everybody: as for `csm_xl.engine.pay_periods.pay_periods`.
        Errors: all findings at once, each with its place; nothing is paid where there is one.
        """
        left_out = self._left_out()
        for _ in range(_ROUNDS):
            context = self._again(left_out)
            paying, shut = _to_pay(context, period, wanted, everybody)
            lines = _paid(context, paying)
            if lines is not None:
                return replace(lines, left_out=self._said(left_out), open=tuple(each.name for each in shut))
            if not skip_errors or any(person < 0 for person, _ in context.issues):
                break
            for person, issue in context.issues:
                left_out.setdefault(context.people.ids[person], {})[str(issue)] = None
        raise CsmError.of(dict.fromkeys(issue for _, issue in self.context.issues))

    def to_pay(self, period: Any) -> PayRun:
        """What `pay` pays of a period, found for the whole company, so that `pay_only` can pay some people.

        Errors: as `csm_xl.engine.pay_periods.pay_periods`; a draw that begins before the fiscal calendar.
        """
        context = self._again(self.tables.left_out)
        paying, shut = _to_pay(context, period, None)
        back = looks_back(context, paying)
        self._raise()
        return PayRun(tuple(paying), shut, back)

    def pay_only(self, people: Collection[str], run: PayRun) -> Lines:
        """The payout lines of some people: those that `pay` gives them.

        people: their employee_id. Where people share a pool, all of them. run: as `to_pay` gives it.
        Errors: all findings about them at once.
        """
        everyone = self.tables["roster"].columns["employee_id"].tolist()
        lines = _paid(self._again(set(everyone).difference(people)), run.paying, run.back)
        if lines is None:
            self._raise()
        assert lines is not None
        return lines

    def _raise(self) -> None:
        """Raise what the latest run has found, if anything."""
        if self.context.issues:
            raise CsmError.of(dict.fromkeys(issue for _, issue in self.context.issues))

    def left_out(self) -> tuple[tuple[str, str], ...]:
        """The people who are left out of the tables, and why, as `Lines.left_out` has them."""
        return self._said(self._left_out())

    def _left_out(self) -> dict[str, dict[str, None]]:
        return {name: dict.fromkeys(map(str, issues)) for name, issues in self.tables.left_out.items()}

    def _said(self, left_out: Mapping[str, Iterable[str]]) -> tuple[tuple[str, str], ...]:
        in_order = sorted(left_out, key=lambda name: self._index.get(name, len(self._index)))
        return tuple((who, " ".join(left_out[who])) for who in in_order if left_out[who])

    @cached_property
    def _index(self) -> dict[str, int]:
        """employee_id → the place on the roster."""
        return {name: at for at, name in enumerate(self.tables["roster"].columns["employee_id"].tolist())}

    def _again(self, without: Collection[str]) -> RunContext:
        """What a new run knows, in which some people are not paid."""
        index = self._index
        self.context = self.context.again(frozenset(index[name] for name in without if name in index))
        return self.context


def _to_pay(
    context: RunContext, period: Any, wanted: Callable[[Period], bool] | None, everybody: bool = True
) -> tuple[list[Period], tuple[Period, ...]]:
    every = pay_periods(context, period, everybody)
    shut = open_periods(context, every) if wanted is None else ()
    return [each for each in every if (each not in shut if wanted is None else wanted(each))], shut


def _paid(context: RunContext, paying: Sequence[Period], back: LookBack | None = None) -> Lines | None:
    """The payout lines of pay periods; None where anything is reported to the context. back: what they need
    of earlier periods (None: it is looked for)."""
    earned = calculated(context, list(paying))
    before = _look_back(context, looks_back(context, paying) if back is None else back)
    if context.issues:
        return None
    differ = tuple(dict.fromkeys(context.year.replaced))
    return replace(payable(context, earned, paying, before), replaced=differ)


def _look_back(context: RunContext, back: LookBack) -> Lines | None:
    """The lines of the earlier periods in which the balance of a draw grew, for those who draw alone;
    what stops them is reported. None where there is no such period."""
    if not back.periods:
        return None
    everyone = set(range(len(context.people.ids)))
    past = context.again(frozenset(everyone - looking_back(context, back)))
    lines = calculated(past, sorted(back.periods, key=in_time))
    for person, issue in past.issues:
        hint = f"{issue.hint} {_LOOKS_BACK}"
        context.report(person, replace(issue, hint=hint))
    return lines
