"""How a guarantee, a draw, a holdback or an adjustment came about, in words and numbers.

A draw's balance is told period by period from its opening, so that nobody has to know what came before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from csm_xl.engine.wording import added, named, number, whole
from csm_xl.pay.recording import Step
from csm_xl.pay.rounding import exact, round_money
from csm_xl.pay.trace import told

if TYPE_CHECKING:
    from csm_xl.engine.facts import Facts
    from csm_xl.engine.payable import Arrangement
    from csm_xl.plan.periods import Period


@dataclass(frozen=True, slots=True)
class Settled:
    """How an arrangement was settled with a person in a period: every figure of it, exact.

    terms: its row in effect at last. counted: the rows that count, each with its days; of: the days that
    these are a share of. earned: what the component lines come to. amount: what is guaranteed, advanced or,
    as a share, held back. unrounded, gets: what the line pays, before it is rounded and after.
    guarantee: the one that a draw stands on. Of a draw: opening, the row that states what was owed at first;
    owed, recovered, left: before, now and after; number: which period of the draw this is; share: the most
    of what is earned above the draw that goes to recovery, 0 before it begins.
    """

    facts: Facts
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
    guarantee: Settled | None = None
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

    def cells(self, *columns: str) -> str:
        """The cells of the amount and of its days where these are not all, and of the terms in effect."""
        table = self.facts.tables["arrangements"]
        of_each = ("amount",) if self.whole else ("amount", "from", "to")
        found = [table.where(row.row, name) for row, _ in self.counted for name in of_each]
        found = found or [table.where(self.terms.row, "to")]  # one that has ended
        given = table.origin.positions if table.origin else {}
        found += [table.where(self.terms.row, name) for name in columns if name in given]
        return "; ".join(found)


def note(of: Settled) -> str:
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


def guarantee_steps(of: Settled) -> list[Step]:
    """What a guarantee adds to what is earned."""
    return [_guaranteed("Guarantee", of, number(float(of.earned)), "")]


def holdback_steps(of: Settled) -> list[Step]:
    """What of the earnings waits for its release."""
    rule = f"− what is earned × the share held back until it is released{_days(of)}{of.rounded}"
    put_in = f"0 − max({number(float(of.earned))}, 0) × {_amount(of)}"
    return [Step("Holdback", rule, put_in, float(of.gets), of.cells())]


def draw_steps(history: Sequence[Settled], of: Settled) -> list[Step]:
    """What a draw adds to what is earned, or recovers of it.

    history: how the person's draws were settled in the periods before, the first one first.
    """
    steps: list[Step] = []
    known: Fraction | None = None
    for then in history:
        if then.terms.recoverable and (then.owed or then.left):
            steps += _owed_before(then, known)
            earned, places = _earned(then)
            steps += _balance(then, f" in {then.period.name}", earned, places)
            known = then.left
    earned = number(float(of.earned))
    if of.terms.recoverable:
        steps += _owed_before(of, known) if of.owed else []
        steps += _balance(of, "", earned, "")
    draw, advanced = _advance(of, "")
    steps += [] if of.terms.recoverable else advanced
    base = _base(of, earned)
    rule = "the greater of what is earned and the draw" + (
        ", less what is recovered, less what is earned"
        if of.terms.recoverable
        else ", less what is earned; not recovered later"
    )
    rule += "" if of.counted else "; the draw has ended"
    back = f" − {told(float(of.recovered))}" if of.terms.recoverable else ""
    put_in = f"max({base}, {draw}){back} − {base}"
    return [*steps, Step("Draw", rule, put_in, float(of.gets), of.cells("recoverable"))]


def adjustment_steps(
    kind: str, reason: str, typed: Fraction, amount: Fraction, unit: float, place: str
) -> list[Step]:
    """An amount that somebody typed, and why."""
    what = {"manual": "adjusted by hand", "clawback": "taken back of what was paid",
            "release": "released of what was held back"}[kind]  # fmt: skip
    put_in = f"0 − {told(float(-typed))}" if kind == "clawback" else number(float(typed))
    rule = f"{what}, rounded to {told(unit)}: {reason}"
    return [Step(kind.capitalize(), rule, put_in, float(amount), place)]


def adjustments_steps(kind: str, each: Sequence[Callable[[], list[Step]]]) -> list[Step]:
    """Several amounts of one kind that somebody typed for one component, and their sum."""
    steps = [step for make in each for step in make()]
    amount = round(sum(float(step.value) for step in steps), 4)
    put_in = added(number(step.value) for step in steps)
    places = "; ".join(step.source for step in steps)
    return [*steps, Step("Sum", f"sum of the {len(steps)} lines of the kind {kind}", put_in, amount, places)]


def _amount(of: Settled) -> str:
    """The amount of the days that count, written out."""
    if of.whole:
        return told(float(of.counted[0][0].amount))
    parts = [f"{told(float(row.amount))} × {days}" for row, days in of.counted]
    return f"{whole(added(parts))} / {of.of}"


def _days(of: Settled) -> str:
    """What the amount is a share of, where it does not count on all the days."""
    return "" if of.whole or not of.counted else f" (× days on which it counts / {of.of} days)"


def _guaranteed(name: str, of: Settled, earned: str, places: str) -> Step:
    rule = f"the greater of what is earned and the guarantee, less what is earned{_days(of)}{of.rounded}"
    put_in = f"max({earned}, {_amount(of)}) − {whole(earned)}"
    return Step(name, rule, put_in, float(of.gets), "; ".join(filter(None, (of.cells(), places))))


def _base(of: Settled, earned: str) -> str:
    """What the draw is measured against: what is earned, and what is guaranteed on top."""
    return whole(f"{earned} + {number(float(of.guarantee.gets))}" if of.guarantee else earned)


def _advance(of: Settled, when: str) -> tuple[str, list[Step]]:
    """The draw of a period as a number, and the step that makes it where it stands in no cell as it is."""
    draw = told(float(of.amount))
    if not of.counted or (of.whole and of.counted[0][0].amount == of.amount):
        return draw, []
    rule = f"the draw{_days(of)}{of.rounded}"
    return draw, [Step(f"Draw of the days{when}", rule, _amount(of), float(of.amount), of.cells())]


def _owed_before(of: Settled, known: Fraction | None) -> list[Step]:
    """What was owed, where no step says so: the opening balance, or a balance that was in another unit."""
    if known == of.owed or (known is None and not of.owed):
        return []
    assert of.opening is not None
    value, rule, place = known, "what is owed", of.cells()
    if value is None:
        value, rule = of.opening.opening_balance, "the opening balance of the draw"
        place = of.facts.tables["arrangements"].where(of.opening.row, "opening_balance")
    return [Step(f"Owed before {of.period.name}", rule + of.rounded, told(float(value)), float(of.owed),
                 place)]  # fmt: skip


def _balance(of: Settled, when: str, earned: str, places: str) -> list[Step]:
    """What of a draw is recovered in a period, and what is owed after it."""
    steps = []
    if of.guarantee and when:
        steps.append(_guaranteed(f"Guarantee{when}", of.guarantee, earned, places))
    base = _base(of, earned)
    draw, advanced = _advance(of, when)
    steps += advanced
    cells = "; ".join(filter(None, (of.cells("recovery_share", "recovery_start"), places)))
    if of.recovered:
        rule = "the smaller of what is owed and the recovery share of what is earned above the draw"
        put_in = f"min({told(float(of.owed))}, {told(float(of.share))} × ({base} − {draw}))"
        steps.append(Step(f"Recovered{when}", rule + of.rounded, put_in, float(of.recovered), cells))
    rule = "what was owed, and what the draw makes up of what is not earned, less what is recovered"
    if of.owed and of.number < of.terms.recovery_start:
        rule += f"; recovery begins in period {of.terms.recovery_start} of the draw, this is {of.number}"
    put_in = f"{told(float(of.owed))} + max({draw} − {base}, 0) − {told(float(of.recovered))}"
    steps.append(Step(f"Owed after {of.period.name}", rule, put_in, float(of.left), cells))
    return steps


def _earned(of: Settled) -> tuple[str, str]:
    """What was earned in an earlier period, and where that stands: what was really paid, and the payout
    lines of the rest."""
    table, name = of.facts.tables["paid"], of.facts.people.ids[of.person]
    mine = (table.columns["period"] == of.period.name) & (table.columns["employee_id"] == name)
    rows = np.flatnonzero(mine).tolist()
    paid = [exact(table.columns["amount"][row]).item() for row in rows]
    rest = of.earned - sum(paid, Fraction(0))
    parts = [named(number(float(one)), "paid") for one in paid]
    places = [table.where(row, "amount") for row in rows]
    if rest or not rows:
        parts.append(named(number(float(rest)), of.period.name))
        places.append(f"payouts, {of.period.name}, sum of the components' amounts")
    return added(parts), "; ".join(places)
