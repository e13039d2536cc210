"""Guarantees, draws, holdbacks and adjustments: their figures, and how each came about, step by step.

A draw's balance is reported period by period from its opening, so that nobody has to know what came before.
The steps are recorded while the rules run again on the figures of one person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any, Final

import numpy as np

from csm_xl.engine.cited import cells_in_words
from csm_xl.engine.context import RunContext
from csm_xl.pay.draws import draw, guarantee, holdback
from csm_xl.pay.recording import Recorder, Step, recorded, step
from csm_xl.pay.rounding import Array, exact, round_money
from csm_xl.pay.trace import Cell, number, told
from csm_xl.plan.periods import Period

_RECOVERED: Final = {
    "above_draw": "what is earned above the draw",
    "earned": "what is earned",
    "earned_above_draw": "what is earned, of which the draw is always left",
}
"""In words what a recovery share is a share of."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A row of the arrangements table. first, last: its days; the other figures as there, exact."""

    row: int
    kind: str
    first: int
    last: int
    amount: Fraction
    recoverable: bool
    recovery_share: Fraction
    recovery_start: int
    opening_balance: Fraction
    recovery_of: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What draws make of a period's earnings: what is recovered, rounded; what is owed after it; and what is
    paid on top of what is earned."""

    recovered: Array
    left: Array
    change: Array


def drawn(
    gained: Array, advance: Array, terms: Arrangement, share: Array, owed: Array,
    rounded: Callable[[Array], Array],
) -> Drawn:  # fmt: skip
    """A period under draws, a row a person. What is recovered is rounded by itself, so that a balance is what
    was paid. terms: of any of the draws, which are recovered alike."""
    after = draw(
        gained[:, None], advance[:, None], terms.recoverable, share, 1, owed, recovery_of=terms.recovery_of
    )
    back = rounded(after.recovered[:, 0])
    return Drawn(back, owed + after.made_up[:, 0] - back, after.before[:, 0] - back - gained)


def amount_of_days(counted: Sequence[tuple[Arrangement, int]], of_days: int) -> Fraction:
    """What the rows of an arrangement come to, each on its days."""
    if len(counted) == 1 and counted[0][1] == of_days:
        return counted[0][0].amount
    return sum((row.amount * days for row, days in counted), Fraction(0)) / of_days


@dataclass(frozen=True, slots=True)
class Settlement:
    """How an arrangement was settled with a person in a period: every figure of it, exact.

    terms: its row in effect at last. counted: the rows that count, each with its days; of: the days that
    these are a share of. earned: what the component lines come to. amount: what is guaranteed, advanced or,
    as a share, held back. unrounded, gets: what the line pays, before it is rounded and after.
    guarantee: the one that a draw is on. Of a draw: opening, the row that states what was owed at first;
    owed, recovered, left: before, now and after; number: which period of the draw this is; share: the
    recovery share, 0 before recovery begins.
    """

    context: RunContext
    period: Period
    person: int
    terms: Arrangement
    counted: Sequence[tuple[Arrangement, int]]
    of: int
    unit: float
    earned: Fraction
    amount: Fraction
    unrounded: Fraction
    gets: Fraction
    guarantee: Settlement | None = None
    opening: Arrangement | None = None
    number: int = 0
    share: Fraction = Fraction(0)
    owed: Fraction = Fraction(0)
    recovered: Fraction = Fraction(0)
    left: Fraction = Fraction(0)

    @property
    def base(self) -> Fraction:
        """What a draw is measured against: what is earned, and what is guaranteed on top."""
        return self.earned + (self.guarantee.gets if self.guarantee else 0)

    @property
    def rounded(self) -> str:
        """How a rule ends that rounds."""
        return f", rounded to {told(self.unit)}"

    @property
    def whole(self) -> bool:
        """Whether one row counts on all the days."""
        return len(self.counted) == 1 and self.counted[0][1] == self.of

    def cells(self, *columns: str) -> list[Cell]:
        """The cells of the amount and of its days where these are not all, and of the terms in effect."""
        table = self.context.tables["arrangements"]
        of_each = ("amount",) if self.whole else ("amount", "from", "to")
        found: list[Cell] = [("arrangements", row.row, name) for row, _ in self.counted for name in of_each]
        found = found or [("arrangements", self.terms.row, "to")]  # one that has ended
        given = table.origin.positions if table.origin else {}
        return found + [("arrangements", self.terms.row, name) for name in columns if name in given]

    @property
    def of_days(self) -> Fraction:
        """The amount of the days that count, as it is calculated."""
        rows = [(replace(row, amount=number(row.amount)), days) for row, days in self.counted]
        return amount_of_days(rows, self.of) if rows else number(self.amount)


def note(of: Settlement) -> str:
    """The figures of the line in a few words."""
    part = "" if of.whole else f" ({sum(days for _, days in of.counted)} of {of.of} days)"
    earned, amount = (told(float(money)) for money in (of.base, of.amount))
    if of.terms.kind == "holdback":
        return f"earned {earned}, share {amount}"
    if of.terms.kind == "guarantee":
        floor = round_money(np.array([of.amount], dtype=object), of.unit)[0]
        return f"earned {earned}, guaranteed {told(float(floor))}{part}"
    words = [f"earned {earned}", f"draw {amount}{part if of.counted else ' (ended)'}"]
    if not of.terms.recoverable:
        return ", ".join([*words, "not recovered later"])
    made_up = of.left - of.owed + of.recovered
    words += [f"advanced {told(float(made_up))}"] if made_up else []
    words += [f"recovered {told(float(of.recovered))}"] if of.recovered else []
    return ", ".join([*words, f"owed {told(float(of.owed))} before, {told(float(of.left))} after"])


def guarantee_steps(of: Settlement) -> list[Step]:
    """What a guarantee adds to what is earned."""
    return _steps(of.context, partial(_guaranteed, "Guarantee", of, number(of.earned)))


def holdback_steps(of: Settlement) -> list[Step]:
    """What of the earnings waits for its release."""
    rule = f"− earned × the share held back until its release{_days(of)}{of.rounded}"
    _, held = holdback(_one(number(of.earned)), _one(of.of_days))
    return _steps(of.context, partial(step, "Holdback", rule, of.gets, *of.cells(), given=-held))


def draw_steps(history: Sequence[Settlement], of: Settlement) -> list[Step]:
    """What a draw adds to what is earned, or recovers of it.

    history: how the person's draws were settled in the periods before, the first one first.
    """

    def tell() -> None:
        known: Fraction | None = None
        for then in history:
            if then.terms.recoverable and (then.owed or then.left):
                _owed_before(then, known)
                earned, places = _earned(then)
                if then.guarantee:
                    _guaranteed(f"Guarantee in {then.period.name}", then.guarantee, earned, *places)
                _settle(then, f" in {then.period.name}", earned, places)
                known = then.left
        if of.terms.recoverable and of.owed:
            _owed_before(of, known)
        change = _settle(of, "", number(of.earned), [])
        rule = "the greater of what is earned and the draw"
        rule += ", less what is recovered, less what is earned" * of.terms.recoverable
        rule += ", less what is earned; not recovered later" * (not of.terms.recoverable)
        rule += "" if of.counted else "; the draw has ended"
        step("Draw", rule, of.gets, *of.cells("recoverable"), given=change)

    return _steps(of.context, tell)


def adjustment_steps(
    context: RunContext, kind: str, reason: str, typed: Fraction, amount: Fraction, unit: float, row: int
) -> list[Step]:
    """An amount that somebody typed, and why."""
    what = {"manual": "adjusted by hand", "clawback": "taken back from what was paid",
            "release": "released from what was held back"}[kind]  # fmt: skip
    given = -number(-typed) if kind == "clawback" else number(typed)
    rule, cell = f"{what}, rounded to {told(unit)}: {reason}", ("adjustments", row, "amount")
    return _steps(context, partial(step, kind.capitalize(), rule, amount, cell, given=given))


def adjustments_steps(kind: str, each: Sequence[Callable[[], list[Step]]]) -> list[Step]:
    """Several amounts of one kind that somebody typed for one component, and their sum."""
    steps = [one for make in each for one in make()]
    places = "; ".join(one.source for one in steps)
    total: Any = sum((number(one.value) for one in steps), Fraction(0))
    rule = f"sum of the {len(steps)} lines of the kind {kind}"
    with recorded(Recorder(lambda _: places, steps)):
        step("Sum", rule, total)
    return steps


def _steps(context: RunContext, tell: Callable[[], Any]) -> list[Step]:
    with recorded(Recorder(partial(cells_in_words, context))) as found:
        tell()
    return found.steps


def _one(value: Any) -> Array:
    found = np.empty(1, dtype=object)
    found[0] = value
    return found


def _days(of: Settlement) -> str:
    """What the amount is a share of, where it does not count on all the days."""
    return "" if of.whole or not of.counted else f" (× days on which it counts / {of.of} days)"


def _guaranteed(name: str, of: Settlement, earned: Any, *cells: Cell) -> None:
    rule = f"the greater of what is earned and the guarantee, less what is earned{_days(of)}{of.rounded}"
    change = guarantee(_one(earned), _one(of.of_days)) - earned
    step(name, rule, of.gets, *of.cells(), *cells, given=change)


def _owed_before(of: Settlement, known: Fraction | None) -> None:
    """What was owed, where no step says so: the opening balance, or a balance that was in another unit."""
    if known == of.owed or (known is None and not of.owed):
        return
    assert of.opening is not None
    value, rule, cells = known, "what is owed", of.cells()
    if value is None:
        value, rule = of.opening.opening_balance, "the opening balance of the draw"
        cells = [("arrangements", of.opening.row, "opening_balance")]
    step(f"Owed before {of.period.name}", rule + of.rounded, of.owed, *cells, given=number(value))


def _settle(of: Settlement, when: str, earned: Any, places: Sequence[Cell]) -> Any:
    """The steps of a period under a draw; what the draw pays on top of what is earned."""
    gained = earned + number(of.guarantee.gets) if of.guarantee else earned
    advance: Any = number(of.amount)
    if of.counted and not (of.whole and of.counted[0][0].amount == of.amount):
        rule = f"the draw{_days(of)}{of.rounded}"
        advance = step(f"Draw of the days{when}", rule, of.amount, *of.cells(), given=of.of_days)
    cells = (*of.cells("recovery_share", "recovery_start", "recovery_of"), *places)

    def recovered(back: Array) -> Array:
        if not of.recovered:
            return back * 0
        rule = f"the smaller of what is owed and the recovery share of {_RECOVERED[of.terms.recovery_of]}"
        paid = round_money(back, of.unit)
        return np.asarray(step(f"Recovered{when}", rule + of.rounded, paid, *cells, given=back))

    share, owed = _one(number(of.share)), _one(number(of.owed))
    after = drawn(_one(gained), _one(advance), of.terms, share, owed, recovered)
    if of.terms.recoverable:
        rule = "what was owed, plus what the draw advances, less what is recovered"
        if of.owed and of.number < of.terms.recovery_start:
            rule += f"; recovery begins in period {of.terms.recovery_start} of the draw, this is {of.number}"
        step(f"Owed after {of.period.name}", rule, after.left, *cells)
    return after.change[0]


def _earned(of: Settlement) -> tuple[Any, list[Cell]]:
    """What was earned in an earlier period, and where that is: what was really paid, and the payout
    lines of the rest."""
    table, name = of.context.tables["paid"], of.context.people.ids[of.person]
    mine = (table.columns["period"] == of.period.name) & (table.columns["employee_id"] == name)
    rows = np.flatnonzero(mine).tolist()
    paid = [exact(table.columns["amount"][row]).item() for row in rows]
    rest = of.earned - sum(paid, Fraction(0))
    parts = [number(one, label="paid") for one in paid]
    places: list[Cell] = [("paid", row, "amount") for row in rows]
    if rest or not rows:
        parts.append(number(rest, label=of.period.name))
        places.append(f"payouts, {of.period.name}, sum of the components' amounts")
    return sum(parts, Fraction(0)), places
