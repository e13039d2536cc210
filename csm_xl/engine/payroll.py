"""A company's payroll: its tables, checked once, from which any period is paid."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, Self

from csm_xl.engine.calculation import calculated
from csm_xl.engine.context import RunContext
from csm_xl.engine.lines import Lines
from csm_xl.engine.loading import load
from csm_xl.engine.open_periods import open_periods
from csm_xl.engine.pay_periods import in_time, pay_periods
from csm_xl.engine.payable import looks_back, payable
from csm_xl.errors import CsmError
from csm_xl.plan.periods import Period
from csm_xl.plan.tables import RawTable, Tables

_LOOKS_BACK: Final = (
    "A draw or payment threshold looks back on it: start the draw later, with its opening_balance, or the"
    " threshold, in a version of the plan with a valid_from."
)
_ROUNDS: Final = 3
"""How often people who cannot be paid are left out and the others paid again."""


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
        self, period: Any, skip_errors: bool = False, wanted: Callable[[Period], bool] | None = None
    ) -> Lines:
        """The payout lines of a period; see `csm_xl.engine.run.run`.

        wanted: which of the pay periods inside the period are paid (None: those that are not open).
        Errors: all findings at once, each with its place; nothing is paid where there is one.
        """
        left_out = {name: dict.fromkeys(map(str, issues)) for name, issues in self.tables.left_out.items()}
        index = {
            name: person for person, name in enumerate(self.tables["roster"].columns["employee_id"].tolist())
        }
        for _ in range(_ROUNDS):
            context = self.context.again(frozenset(index[name] for name in left_out if name in index))
            self.context = context
            every = pay_periods(context, period)
            shut = open_periods(context, every) if wanted is None else ()
            paying = [each for each in every if (each not in shut if wanted is None else wanted(each))]
            earned = calculated(context, paying)
            before = _look_back(context, paying)
            if not context.issues:
                lines = payable(context, earned, paying, before)
                in_order = sorted(left_out, key=lambda name: index.get(name, len(index)))
                out = tuple((who, " ".join(left_out[who])) for who in in_order if left_out[who])
                differ = tuple(dict.fromkeys(context.year.replaced))
                return replace(lines, left_out=out, open=tuple(each.name for each in shut), replaced=differ)
            if not skip_errors or any(person < 0 for person, _ in context.issues):
                break
            for person, issue in context.issues:
                left_out.setdefault(context.people.ids[person], {})[str(issue)] = None
        raise CsmError.of(dict.fromkeys(issue for _, issue in self.context.issues))


def _look_back(context: RunContext, paying: list[Period]) -> Lines | None:
    """The lines of the earlier periods in which the balance of a draw grew, for those who draw alone;
    what stops them is reported. None where there is no such period."""
    periods, people = looks_back(context, paying)
    if not periods:
        return None
    everyone = set(range(len(context.people.ids)))
    past = context.again(frozenset(everyone - people))
    lines = calculated(past, sorted(periods, key=in_time))
    for person, issue in past.issues:
        hint = f"{issue.hint} {_LOOKS_BACK}"
        context.report(person, replace(issue, hint=hint))
    return lines
