"""Pay for simulated attainments: a plan's group is prepared, and paid for many trials at once.

What the engine pays is always the engine's own arithmetic, run on the simulated results. One kind of plan,
which is most plans, has a shorter way to the same cents: where components simply add up, each through a curve
that is made of straight pieces, the pieces of that very curve are summed over whole blocks of trials.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.analysis.simulate.copula import Drawn
from csm_xl.analysis.simulate.numbers import Floats, Words, name_keys
from csm_xl.analysis.simulate.readings import Reading
from csm_xl.analysis.simulate.shortcuts import HALF, NormalShortcut, PiecewiseLinear
from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged, take
from csm_xl.engine.evaluate import Work, evaluate
from csm_xl.engine.lookup.modifiers import Factors
from csm_xl.plan.gates import Gate
from csm_xl.plan.model import ComponentTerms

_BLOCK: Final = 1 << 15


@dataclass(eq=False, repr=False)
class Payer:
    """A group with the inputs of its pay.

    full: per component and row, component target × modifier: what a payout ratio of 1 pays.
    sources: per component, what it looks at. tick: the smallest money that the simulation counts.
    """

    work: Work
    full: list[Floats]
    sources: list[list[Reading]]
    tick: float
    people: list[str]
    teams: list[str]

    def __post_init__(self) -> None:
        self.person_keys, self.team_keys = _keys(self.people), _keys(self.teams)
        self.varying = [at for at, found in enumerate(self.sources) if found]
        plan = self.cohort.plan
        simple = plan.combination == "additive" and plan.rounding == "line" and plan.plan_cap is None
        simple = simple and plan.max_payout is None and plan.max_salary_ratio is None
        simple = simple and not plan.roundings.units
        simple = simple and not self.cohort.forfeits.any()
        simple = simple and not any(self.work.others[at] for at in self.varying if self.work.others)
        self.simple = simple and all(_simple(self.cohort.components[at]) for at in self.varying)
        self.pieces = (
            {at: PiecewiseLinear.of(self.cohort.components[at]) for at in self.varying} if self.simple else {}
        )

    @property
    def cohort(self) -> Cohort:
        """The people it pays."""
        return self.work.cohort

    @property
    def paid(self) -> list[int]:
        """The components whose pay `pay` returns: those that vary, or all if they affect each other."""
        return self.varying if self.simple else list(range(len(self.sources)))

    def pay(self, rows: NDArray[np.intp], drawn: Drawn) -> Floats:
        """The pay of some rows in every trial, in ticks, a row each; of the components `paid`."""
        if self.simple:
            return self._simply(rows, drawn)
        trials = drawn.trials
        total = np.zeros((len(rows), trials))
        reached = {
            (at, one.prefix): self._reached(one, rows, drawn).copy()
            for at in self.varying
            for one in self.sources[at]
        }
        step = max(1, _BLOCK // len(rows))
        for first in range(0, trials, step):
            cut = slice(first, min(first + step, trials))
            some = {which: values[:, cut] for which, values in reached.items()}
            total[:, cut] = self._by_engine(rows, some, cut.stop - first)
        return total

    def _reached(self, one: Reading, rows: NDArray[np.intp], drawn: Drawn) -> Floats:
        assert one.marginals is not None
        return one.marginals.attainments(rows, drawn.numbers(one.measure, one.scope, "reached"))

    @cached_property
    def _direct(self) -> dict[int, NormalShortcut | None]:
        found: dict[int, NormalShortcut | None] = {}
        for at, pieces in self.pieces.items():
            normal = self.sources[at][0].marginals
            held = any(gate.otherwise for gate in self.cohort.components[at].gates)
            assert normal is not None
            unit = self.cohort.plan.rounding_unit
            found[at] = None if held else NormalShortcut.of(pieces, normal, self.full[at], unit)
        return found

    def _simply(self, rows: NDArray[np.intp], drawn: Drawn) -> Floats:
        total, ratio, spare = (
            drawn.room.floats(name, len(rows), drawn.trials) for name in ("total", "ratio", "spare")
        )
        total.fill(0)
        unit = self.cohort.plan.rounding_unit
        ticks = float(np.rint(unit / self.tick))
        for at, pieces in self.pieces.items():
            terms, direct, one = self.cohort.components[at], self._direct[at], self.sources[at][0]
            if direct is None:
                pieces.ratios(self._reached(one, rows, drawn), ratio, spare)
            else:
                direct.amounts(drawn.numbers(one.measure, one.scope, "reached"), rows, ratio, spare)
            for gate, stated in zip(self.sources[at][1:], terms.gates, strict=True):
                self._gate(stated, gate, rows, drawn, ratio)
            if direct is None:
                ratio *= self.full[at][rows][:, None] / unit
                ratio += 0.5 + HALF / unit
            np.floor(ratio, out=ratio)
            if ticks != 1:
                ratio *= ticks
            total += ratio
        return total

    def _gate(self, stated: Gate, gate: Reading, rows: NDArray[np.intp], drawn: Drawn, ratio: Floats) -> None:
        found = self._reached(gate, rows, drawn)
        minimum = float(stated.minimum)
        if stated.on == "actual":
            found = gate.actual(found, gate.goal[rows][:, None])
        met = found <= minimum + HALF if stated.at_most else found >= minimum - HALF
        otherwise = float(stated.otherwise)
        if otherwise:
            np.minimum(ratio, otherwise, out=ratio, where=~met)
        else:
            ratio *= met

    def _by_engine(
        self, rows: NDArray[np.intp], reached: dict[tuple[int, str], Floats], trials: int
    ) -> Floats:
        every = np.repeat(rows, trials)
        cohort = self.cohort
        inputs = [take(one, every) for one in self.work.inputs]
        for (at, prefix), values in reached.items():
            one = next(source for source in self.sources[at] if source.prefix == prefix)
            _put(inputs[at], one, one.actual(values.reshape(-1), one.goal[every]))
        earlier = tuple(None if one is None else take(one, every) for one in self.work.earlier)
        parts = ("person", "seat", "first", "last", "eligible_days", "team", "division", "team_changed",
                 "division_changed", "forfeits")  # fmt: skip
        large = replace(
            cohort, spells=cohort.spells.take(every), **{name: getattr(cohort, name)[every] for name in parts}
        )
        factors = self.work.factors
        if factors is not None:
            own = None if factors.individual is None else factors.individual[every]
            factors = Factors(factors.company, factors.division[every], own)
        others = tuple(tuple(take(one, every) for one in each) for each in self.work.others)
        work = Work(large, self.work.types, tuple(inputs), earlier, factors, others)
        figures = evaluate(work, slice(0, len(every)), np.zeros(len(every), dtype=bool))
        total = np.zeros(len(every))
        for line in figures.lines:
            total += np.rint(np.asarray(line.amount) / self.tick)
        return total.reshape(len(rows), trials)


def _keys(names: list[str]) -> Words:
    known = list(dict.fromkeys(names))
    at = dict(zip(known, name_keys(known).tolist(), strict=True))
    return np.array([at[name] for name in names], dtype=np.uint64)


def _simple(terms: ComponentTerms) -> bool:
    """Whether a component is a curve of one attainment of one period."""
    values = terms.values
    return not (
        values["cumulative"] != "discrete"
        or terms.matrix is not None
        or terms.ramp is not None
        or terms.season is not None
        or values["book_adjusted"]
        or values["kicker_ratio"] is not None
        or values["max_amount"] is not None
        or (terms.curve is not None and any(terms.curve.exceeded()))
        or terms.own_unit
        or terms.on_composite
        or terms.payout_of
        or terms.round_award is not None
        or any(
            gate.on == "payout" or gate.span == "ytd" or gate.join == "any" or gate.strict
            for gate in terms.gates
        )
    )


def _put(inputs: Inputs, one: Reading, actual: Floats) -> None:
    """Simulated actuals in the place of those on results."""
    name = f"{one.prefix}actual"
    to_date = inputs.get("to_date")
    columns: dict[str, Any] = inputs
    at: Any = slice(None)
    of_gate = one.prefix.startswith("gate")
    if isinstance(to_date, Ragged) and not of_gate:
        columns, at = dict(to_date.values), to_date.offsets[:-1]
        inputs["to_date"] = Ragged(columns, to_date.offsets)
    if f"{name}_of" in columns:
        actual = actual * columns[f"{name}_of"][at]
    column = np.array(columns[name])
    column[at] = actual
    columns[name] = column
    blank = f"{one.prefix}unmeasured" if of_gate else "unmeasured"
    inputs[blank] = np.zeros(len(actual), dtype=bool)
    if of_gate:
        goal = np.asarray(columns[f"{one.prefix}goal"])
        columns[f"{one.prefix}goal"] = np.where(goal > 0, goal, 1.0)
