"""Goal seek: the attainment, rate, target or curve point that gives a target payout.

The engine pays everyone at each value tried, so every answer is verified. Between the curve points, gates and
bounds where pay may jump or bend, the search bisects and so finds every answer. If pay stays at the target
payout over a range, the range is the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np

from csm_xl.analysis.parameters import (
    Lever,
    attainment_lever,
    component_rows,
    curve_lever,
    rate_lever,
    target_lever,
)
from csm_xl.analysis.scenario import (
    UNITS,
    by_person_of,
    chosen_currency,
    currencies,
    money,
    of_people,
    one_currency,
    paid_in,
    read,
)
from csm_xl.engine.run import run
from csm_xl.errors import ARITHMETIC, NOT_FOUND, VALUE, CsmError
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.tables import RawTable, Tables

WHATS: Final = ("attainment", "rate", "target", "curve")
HEADER: Final = ("what", "value", "to", "pays", "now", "note")
_STEPS: Final = 16
_HAIR: Final = 1e-8
"""Just next to a curve point: the engine compares attainments at 9 decimals."""
_POINT: Final = 1e-4
"""A range narrower than this fraction of its value is due to rounding to cents, and counts as one value."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A value that gives the target payout, or a range of values.

    value, to: the range, both ends included; equal for a single value; `to` is None if it has no end.
    pays: the payout at `value`, from the engine. note: a remark, if any.
    """

    value: float
    to: float | None
    pays: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Solved:
    """All answers, lowest first, with the input varied, the current payout, and the currency of both."""

    label: str
    amount: float
    pays_now: float
    answers: tuple[Answer, ...]
    currency: str

    def rows(self) -> list[list[Any]]:
        """A header, then one row per answer: value, to (blank: no end), payout there, payout now."""
        now = self.pays_now
        body = [[self.label, one.value, one.to, one.pays, now, one.note or None] for one in self.answers]
        return [list(HEADER), *body]


def solve(
    tables: Tables | Iterable[RawTable],
    what: str,
    amount: float,
    period: Any,
    of: str = "",
    employee_id: str = "",
    told: Callable[[str], None] = lambda _: None,
    currency: str | None = None,
) -> Solved:
    """Every value of an input that gives a target payout.

    what: ``attainment`` (the same in all measures, or those of one component), ``rate`` (a component's rate,
        or its fixed amount), ``target`` (what a plan gives people without their own) or ``curve``.
    amount: target payout in the period: of the named component for its attainment, otherwise in total. of:
    the component for attainment and rate (``component`` or ``plan/component``), the plan for
        target, ``curve@attainment`` for curve. employee_id: whose pay; blank means everyone's.
    told: called with each value that is tried. currency: whose pay counts, by what they are paid in; None:
        everybody's, in the one currency there is.
    Errors: #NUM! if no value gives the target payout, with the nearest possible payouts; an unknown word,
        component, plan, curve or person; any error of the run.
    """
    if what not in WHATS:
        raise CsmError(VALUE, "unknown kind of input to solve for", "what", what,
                       f"{did_you_mean(what, WHATS)}Allowed: {', '.join(WHATS)}.")  # fmt: skip
    seek = _seek(tables, what, period, of, employee_id, currency)
    search = _Search(seek, amount, told, {})
    answers = search.answers()
    if not answers:
        raise search.nothing()
    return Solved(seek.lever.label, amount, seek.pays_now, tuple(answers), seek.currency)


def first_payable(
    tables: Tables | Iterable[RawTable], amounts: Sequence[float], period: Any, employee_id: str
) -> float | None:
    """The first of some target payouts of a person that an attainment gives; None where none does.

    What a value pays is computed once for all of them, and no other answer is looked for: `solve` finds
    one for exactly these.
    """
    try:
        seek = _seek(tables, "attainment", period, "", employee_id, None)
    except CsmError:
        return None
    known: dict[float, int] = {}
    for amount in amounts:
        with suppress(CsmError):
            if _Search(seek, amount, lambda _: None, known).is_met():
                return amount
    return None


@dataclass(frozen=True, slots=True)
class _Seek:
    """What a search varies, and what it pays.

    pays: the payout with tables, in ten-thousandths. pays_now: that of the tables as they are, in money.
    rounding: by how much all lines may move at once where each is rounded.
    """

    lever: Lever
    pays: Callable[[Tables], int]
    pays_now: float
    rounding: int
    currency: str


def _seek(
    tables: Tables | Iterable[RawTable], what: str, period: Any, of: str, employee_id: str,
    currency: str | None,
) -> _Seek:  # fmt: skip
    given = read(tables, period)
    ids = [str(name) for name in given["roster"].columns["employee_id"]]
    if employee_id and employee_id not in ids:
        raise CsmError(NOT_FOUND, "the employee is not on the roster", "employee_id", employee_id,
                       did_you_mean(employee_id, ids) or "Give an employee_id of the roster.")  # fmt: skip
    lines = run(given, period)
    if employee_id:
        given = of_people(given, [employee_id])
    given.checked = True  # they have been paid
    if what == "attainment":
        lever = attainment_lever(given, period, of, employee_id)
        counted = component_rows(given, of)[0] if of else None
    else:
        lever = {"rate": rate_lever, "target": target_lever, "curve": curve_lever}[what](given, of)
        counted = None
    columns = given["components"].columns
    component = "" if counted is None else str(columns["component_id"][counted])
    plan = of.rpartition("/")[0] if component and of != component else ""
    of_lines = currencies(given, lines)
    theirs = [
        code for code, line in zip(of_lines, lines.dicts(), strict=True) if line["employee_id"] == employee_id
    ] if employee_id else []  # fmt: skip
    among = chosen_currency(sorted(set(theirs)), currency) if theirs else one_currency(given, lines, currency)
    several = len(set(of_lines)) > 1

    def paid(each: Any) -> int:
        counts = paid_in(given, each, among) if several else None
        sums = by_person_of(each, plan, component, ids, counts)
        return int(sums[ids.index(employee_id)] if employee_id else sums.sum())

    unit = float(np.max(given["plans"].columns["rounding_unit"]))
    rounding = round(len(lines) * unit * UNITS)
    return _Seek(lever, lambda moved: paid(run(moved, period)), money(paid(lines)), rounding, among)


class _Search:
    """The search over values of an input; the payout at each value is computed once."""

    def __init__(
        self, seek: _Seek, amount: float, told: Callable[[str], None], known: dict[float, int]
    ) -> None:
        """known: value → what it pays, as far as that is known; for the next search too."""
        self.lever, self.rounding, self._pays = seek.lever, seek.rounding, seek.pays
        self.amount, self.told, self.known = round(amount * UNITS), told, known
        self.steps: list[tuple[float, int, float, int]] = []
        self.upper = max([self.lever.upper, *(1.25 * one for one in self.lever.breaks)])
        while self.at(self.upper) < self.amount and self.upper * 2 <= self.lever.bound:
            if self.at(self.upper * 2) == self.at(self.upper):
                break
            self.upper *= 2

    def at(self, value: float) -> int:
        """The payout at a value, in ten-thousandths."""
        value = round(float(value), self.lever.places)
        if value not in self.known:
            self.told(f"{self.lever.label} {value:.6g}")
            self.known[value] = self._pays(self.lever.moved(value))
        return self.known[value]

    def is_met(self) -> bool:
        """Whether some value gives the target payout; it is looked for near today's first."""
        now = 1.0 if self.lever.now is None else self.lever.now
        near = sorted(self._stretches(), key=lambda ends: abs(ends[0] - now))
        return any(self._met_in(*ends) is not None for ends in near)

    def answers(self) -> list[Answer]:
        """Every range with the target payout, between the points where pay may jump or bend."""
        answers: list[Answer] = []
        for answer in self._met():
            if not (answers and self._within(answer.value, answers[-1])):
                answers.append(answer if answer.note else self._stretch(answer.value))
        return answers

    def _met(self) -> Iterator[Answer]:
        """A value with the target payout in each stretch that has one."""
        stretches = self._stretches()
        for low, _ in stretches:
            self.at(low)  # all of them, so that the ends of a stretch are looked for near it
        found = (self._met_in(*ends) for ends in stretches)
        return (answer for answer in found if answer is not None)

    def _stretches(self) -> list[tuple[float, float]]:
        """The values between which pay neither jumps nor bends, and the last one alone."""
        points = {0.0, *np.linspace(0, self.upper, _STEPS + 1).tolist()}
        for one in self.lever.breaks:
            points |= {one, one - _HAIR, one + _HAIR}
        if self.lever.now is not None:
            points.add(self.lever.now)
        grid = sorted({round(one, self.lever.places) for one in points if 0 <= one <= self.upper})
        return list(pairwise([*grid, grid[-1]]))

    def _met_in(self, low: float, high: float) -> Answer | None:
        """A value from the lower one on, and below the higher one, with the target payout."""
        if self.at(low) == self.amount:
            return Answer(low, low, money(self.amount))
        crosses = (self.at(low) - self.amount) * (self.at(high) - self.amount) < 0
        return self._between(low, high) if crosses else None

    @staticmethod
    def _within(value: float, answer: Answer) -> bool:
        return answer.to is None or value <= answer.to + _POINT * max(answer.to, 1e-3)

    def _between(self, low: float, high: float) -> Answer | None:
        """The answer between two values that pay less and more; None if pay jumps past the target payout.

        Linear interpolation finds it at once if pay is linear, bisection otherwise.
        """
        while True:
            under, over = self.at(low) - self.amount, self.at(high) - self.amount
            straight = low + (high - low) * under / (under - over)
            tried = {round(one, self.lever.places) for one in (straight, (low + high) / 2)}
            tried = {one for one in tried if low < one < high}
            if not tried:
                break
            for middle in sorted(tried):
                if not low < middle < high:
                    continue
                found = self.at(middle) - self.amount
                if not found:
                    return Answer(middle, middle, money(self.amount))
                if (found < 0) == (under < 0):
                    low = middle
                else:
                    high = middle
        if abs(self.at(high) - self.at(low)) > self.rounding:
            self.steps.append((low, self.at(low), high, self.at(high)))
            return None
        kept, other = (low, high) if self.at(low) < self.amount else (high, low)
        note = f"met except for rounding; the next value pays {money(self.at(other)):,.2f}"
        return Answer(kept, kept, money(self.at(kept)), note)

    def _stretch(self, value: float) -> Answer:
        """The answer around a value: the value itself, or the range over which the payout stays the same."""
        width = _POINT * max(value, 1e-3)
        below, above = max(value - width, 0.0), min(value + width, self.upper)
        if self.at(below) != self.amount and self.at(above) != self.amount:
            value = self._short(value)
            return Answer(value, value, money(self.amount))
        low = self._edge(value, [one for one in self.known if one < value], max)
        high = self._edge(value, [one for one in self.known if one > value], min)
        note = "any value in this range" if high is not None else "any value from here up"
        first = low if low is not None else 0.0
        return Answer(first, high, money(self.at(first)), note)

    def _edge(
        self, inside: float, beyond: list[float], nearest: Callable[[list[float]], float]
    ) -> float | None:
        """The last value with the target payout before it changes; None if it never does."""
        off = [one for one in beyond if self.known[one] != self.amount]
        if not off:
            return None
        outside = nearest(off)
        while abs(outside - inside) > 10.0 ** -min(self.lever.places, 9):
            middle = round((inside + outside) / 2, self.lever.places)
            if middle in (inside, outside):
                break
            if self.at(middle) == self.amount:
                inside = middle
            else:
                outside = middle
        return self._short(inside)

    def _short(self, value: float) -> float:
        """The value with the fewest decimals that gives the target payout, equal to 8 decimals or a cent."""
        for places in range(2, self.lever.places):
            short = round(value, places)
            if abs(short - value) <= _POINT * max(value, 1e-3) and self.at(short) == self.amount:
                return short
        return value

    def nothing(self) -> CsmError:
        """The error if no value gives the target payout, with the nearest."""
        asked = f"{money(self.amount):,.2f}"
        least, most = min(self.known.values()), max(self.known.values())
        if self.steps:
            _, under, high, over = min(self.steps, key=lambda step: abs(step[1] - self.amount))
            pays = f"below {high:.8g} it is {money(under):,.2f}, from there {money(over):,.2f}"
            return CsmError(ARITHMETIC, f"no {self.lever.label} pays {asked}: pay jumps past it", "amount",
                            money(self.amount), f"Nearest: {pays}.")  # fmt: skip
        nearest, bound = (most, "largest") if self.amount > most else (least, "smallest")
        where = min(value for value, pays in self.known.items() if pays == nearest)
        return CsmError(ARITHMETIC, f"no {self.lever.label} pays {asked}", "amount", money(self.amount),
                        f"The {bound} possible payout is {money(nearest):,.2f}, at {where:.6g}.")  # fmt: skip
