"""The pay of simulated attainments: a plan's group made ready, and paid for many trials at once.

What the engine pays is always the engine's own arithmetic, run on the simulated results. One kind of plan,
which is most plans, has a shorter way to the same cents: where components simply add up, each through a curve
that is made of straight pieces, the pieces of that very curve are summed over whole blocks of trials.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.analysis.simulate.copula import Drawn
from csm_xl.analysis.simulate.marginals import Marginals
from csm_xl.analysis.simulate.numbers import Floats
from csm_xl.engine.columns import Inputs, Ragged, take
from csm_xl.engine.components.shared import stated
from csm_xl.engine.evaluate import Work, evaluate
from csm_xl.engine.goal_share import shared_goal
from csm_xl.engine.group import Group
from csm_xl.pay.adjust import limit
from csm_xl.pay.attainment import attainment
from csm_xl.pay.rounding import COMPARED_PLACES
from csm_xl.plan.model import ComponentTerms

_BLOCK: Final = 1 << 15
_HALF: Final = 0.5 * 10.0**-COMPARED_PLACES  # numbers are compared, and taken before rounding, on 9 decimals
_LEAST: Final = 1e-6  # an inverse attainment is of an actual above 0, and so above 0 itself


@dataclass(eq=False, repr=False)
class Reading:
    """One result that a component looks at: its own, its gate's or its matrix's other one.

    prefix: of its columns among the component's inputs. goal: what an attainment of 1 is, of each row; NaN
    where nothing tells.
    current: the attainment on results, NaN where it is not measured.
    """

    measure: str
    scope: str
    prefix: str
    direction: str
    method: str
    goal: Floats
    current: Floats
    marginals: Marginals | None = None

    def actual(self, reached: Floats, goal: Floats) -> Floats:
        """The actual at an attainment."""
        if self.direction == "higher":
            return reached * goal
        if self.method == "complement":
            return (2 - reached) * goal
        return np.asarray(goal / np.maximum(reached, _LEAST))


def readings(terms: ComponentTerms, inputs: Inputs) -> list[Reading]:
    """What a component looks at that may turn out otherwise; nothing for one that pays on no measure, or on
    standing among peers."""
    values = terms.values
    if terms.type != "metric" or values["peer_group"]:
        return []
    scope = str(values["scope"])
    found = [
        _reading(
            str(values["measure"]), scope, "", str(values["direction"]), str(values["method"]), _own(inputs)
        )
    ]
    if terms.matrix is not None:
        found.append(
            _reading(
                str(values["column_measure"]),
                scope,
                "column_",
                str(values["column_direction"]),
                "complement",
                _own(inputs),
            )
        )
    if values["gate_measure"]:
        found.append(
            _reading(
                str(values["gate_measure"]),
                str(values["gate_scope"] or scope),
                "gate_",
                str(values["gate_direction"]),
                "complement",
                inputs,
            )
        )
    return found


def _own(inputs: Inputs) -> Inputs:
    """The columns of the period itself, where those of the year to date stand beside them."""
    to_date = inputs.get("to_date")
    if not isinstance(to_date, Ragged):
        return inputs
    now = to_date.offsets[:-1]  # each row's first element is the period's own
    return {
        **{name: column[now] for name, column in to_date.values.items()},
        "unmeasured": inputs["unmeasured"],
    }


def _reading(measure: str, scope: str, prefix: str, direction: str, method: str, columns: Inputs) -> Reading:
    actual = stated(columns, f"{prefix}actual")
    goal = np.asarray(columns[f"{prefix}goal"])
    if not prefix:
        goal = shared_goal(goal, columns)
        actual = np.where(np.asarray(columns["unmeasured"]), np.nan, actual)
    # A gate on an actual needs no goal: the actual as it stands is then what 1 is.
    goal = np.where(goal > 0, goal, np.where(np.abs(actual) > 0, np.abs(actual), np.nan))
    goal = np.where(actual == 0, np.nan_to_num(goal, nan=1.0), goal)
    asked = np.nan_to_num(goal, nan=1.0)
    reached = attainment(np.where(np.isnan(actual), asked, actual), asked, direction, method)
    return Reading(
        measure, scope, prefix, direction, method, goal, np.where(np.isnan(actual), np.nan, reached)
    )


@dataclass(eq=False, repr=False)
class Pieces:
    """A payout ratio as straight pieces: const, slopes between bounds, jumps, and what holds all of it."""

    const: float
    slopes: list[tuple[float, float, float]]
    jumps: list[tuple[float, float]]
    least: float
    most: float

    @classmethod
    def of(cls, terms: ComponentTerms) -> Pieces:
        """The pieces of a component's curve, floor and cap."""
        least, most = 0.0, np.inf
        if terms.curve is None:
            starts, payouts, rises = (np.array(part, dtype=np.float64) for part in ([0, 0], [0, 0], [1, 1]))
        else:
            starts, payouts, rises = terms.curve.pieces()
            most = np.inf if terms.curve.cap is None else terms.curve.cap
        least, most = (
            float(limit(bound, terms.values["floor"], terms.values["cap"])) for bound in (least, most)
        )
        found = cls(float(payouts[0]), [], [], least, most)
        ends = [*starts[1:].tolist(), np.inf]
        reached = float(payouts[0])
        for band, (start, payout, rise, end) in enumerate(
            zip(starts.tolist(), payouts.tolist(), rises.tolist(), ends, strict=True)
        ):
            if band and payout != reached:
                found.jumps.append((start, payout - reached))
            if rise and (not band or end > start):
                found.slopes.append((rise, start if band else -np.inf, end))
                found.const -= rise * start
            reached = payout + rise * (end - start) if end < np.inf else payout
        return found

    def ratios(self, reached: Floats, spare: Floats) -> Floats:
        """The payout ratio at each attainment; `spare` is room of the same shape."""
        ratio = np.full(reached.shape, self.const)
        for rise, low, high in self.slopes:
            part = reached
            if low > -np.inf:
                part = np.maximum(part, low, out=spare)
            if high < np.inf:
                part = np.minimum(part, high, out=spare)
            if rise != 1:
                part = np.multiply(part, rise, out=spare)
            ratio += part
        for at, jump in self.jumps:
            np.multiply(reached >= at - _HALF, jump, out=spare)
            ratio += spare
        np.maximum(ratio, self.least, out=ratio)
        if self.most < np.inf:
            np.minimum(ratio, self.most, out=ratio)
        return ratio


@dataclass(eq=False, repr=False)
class Payer:
    """A group with what its pay is reckoned from.

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
        self.varying = [at for at, found in enumerate(self.sources) if found]
        plan = self.group.plan
        simple = plan.combination == "additive" and plan.rounding == "line" and plan.plan_cap is None
        self.simple = simple and all(_simple(self.group.components[at]) for at in self.varying)
        self.pieces = {at: Pieces.of(self.group.components[at]) for at in self.varying} if self.simple else {}

    @property
    def group(self) -> Group:
        """Whom it pays."""
        return self.work.group

    @property
    def paid(self) -> list[int]:
        """The components whose pay `pay` gives: those that vary, or all where they bear on each other."""
        return self.varying if self.simple else list(range(len(self.sources)))

    def pay(self, rows: NDArray[np.intp], drawn: Drawn) -> Floats:
        """The pay of some rows in every trial, in ticks, a row each; of the components `paid`."""
        if self.simple:
            return self._simply(rows, drawn)
        trials = drawn.trials
        total = np.zeros((len(rows), trials))
        reached = {
            (at, one.prefix): self._reached(one, rows, drawn)
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
        return one.marginals.attainments(rows, drawn.numbers(one.measure, one.scope))

    def _simply(self, rows: NDArray[np.intp], drawn: Drawn) -> Floats:
        total = np.zeros((len(rows), drawn.trials))
        spare = np.empty_like(total)
        unit = self.group.plan.rounding_unit
        ticks = float(np.rint(unit / self.tick))
        for at, pieces in self.pieces.items():
            terms = self.group.components[at]
            ratio = pieces.ratios(self._reached(self.sources[at][0], rows, drawn), spare)
            for gate in self.sources[at][1:]:
                self._gate(terms, gate, rows, drawn, ratio, spare)
            ratio *= self.full[at][rows][:, None] / unit
            ratio += 0.5 + _HALF / unit
            np.floor(ratio, out=ratio)
            if ticks != 1:
                ratio *= ticks
            total += ratio
        return total

    def _gate(
        self,
        terms: ComponentTerms,
        gate: Reading,
        rows: NDArray[np.intp],
        drawn: Drawn,
        ratio: Floats,
        spare: Floats,
    ) -> None:
        found = self._reached(gate, rows, drawn)
        minimum, lower = float(terms.values["gate_minimum"]), False
        if terms.values["gate_on"] == "actual":
            found = gate.actual(found, gate.goal[rows][:, None])
            lower = gate.direction == "lower"
        failed = found > minimum + _HALF if lower else found < minimum - _HALF
        otherwise = float(terms.values["gate_otherwise"])
        if otherwise:
            np.minimum(ratio, otherwise, out=spare)
            np.copyto(ratio, spare, where=failed)
        else:
            ratio *= ~failed

    def _by_engine(
        self, rows: NDArray[np.intp], reached: dict[tuple[int, str], Floats], trials: int
    ) -> Floats:
        every = np.repeat(rows, trials)
        group = self.group
        inputs = [take(one, every) for one in self.work.inputs]
        for (at, prefix), values in reached.items():
            one = next(source for source in self.sources[at] if source.prefix == prefix)
            _put(inputs[at], one, one.actual(values.reshape(-1), one.goal[every]))
        earlier = tuple(None if one is None else take(one, every) for one in self.work.earlier)
        parts = ("person", "seat", "first", "last", "eligible_days", "team", "division")
        large = replace(
            group, spells=group.spells.take(every), **{name: getattr(group, name)[every] for name in parts}
        )
        factors = self.work.factors
        factors = None if factors is None else (factors[0], factors[1][every])
        work = Work(large, self.work.types, tuple(inputs), earlier, factors)
        figures = evaluate(work, slice(0, len(every)), np.zeros(len(every), dtype=bool))
        total = np.zeros(len(every))
        for line in figures.lines:
            total += np.rint(np.asarray(line.amount) / self.tick)
        return total.reshape(len(rows), trials)


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
    )


def _put(inputs: Inputs, one: Reading, actual: Floats) -> None:
    """Simulated actuals in the place of those on results."""
    name = f"{one.prefix}actual"
    to_date = inputs.get("to_date")
    columns: dict[str, Any] = inputs
    at: Any = slice(None)
    if isinstance(to_date, Ragged) and one.prefix != "gate_":
        columns, at = dict(to_date.values), to_date.offsets[:-1]
        inputs["to_date"] = Ragged(columns, to_date.offsets)
    if f"{name}_of" in columns:
        actual = actual * columns[f"{name}_of"][at]
    column = np.array(columns[name])
    column[at] = actual
    columns[name] = column
    inputs["gate_unmeasured" if one.prefix == "gate_" else "unmeasured"] = np.zeros(len(actual), dtype=bool)
    if f"{one.prefix}goal" in columns and one.prefix == "gate_":
        goal = np.asarray(columns["gate_goal"])
        columns["gate_goal"] = np.where(goal > 0, goal, 1.0)
