"""Pay for simulated attainments: a plan's group is prepared, and paid for many trials at once.

What the engine pays is always the engine's own arithmetic, run on the simulated results. One kind of plan,
which is most plans, has a shorter way to the same cents: where components simply add up, each through a curve
that is made of straight pieces, the pieces of that very curve are summed over whole blocks of trials.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.analysis.simulate.copula import Drawn
from csm_xl.analysis.simulate.marginals import Marginals
from csm_xl.analysis.simulate.numbers import Floats, Words, name_keys
from csm_xl.engine.columns import Inputs, Ragged, take
from csm_xl.engine.components.shared import stated
from csm_xl.engine.evaluate import Work, evaluate
from csm_xl.engine.goal_share import shared_goal
from csm_xl.engine.group import Group
from csm_xl.pay.adjust import limit
from csm_xl.pay.attainment import attainment
from csm_xl.pay.rounding import COMPARED_PLACES
from csm_xl.plan.measures import natural_bounds
from csm_xl.plan.model import ComponentTerms

_BLOCK: Final = 1 << 15
_HALF: Final = 0.5 * 10.0**-COMPARED_PLACES  # numbers are compared, and taken before rounding, on 9 decimals
_LEAST: Final = 1e-6  # an inverse attainment is of an actual above 0, and so above 0 itself


@dataclass(eq=False, repr=False)
class Reading:
    """One result that a component looks at: its own, its gate's or its matrix's other one.

    prefix: of its columns among the component's inputs. goal: what an attainment of 1 is, of each row; NaN
    where unknown.
    current: the attainment on results, NaN where it is not measured. measured: the actual on results, which
    tells the scale of the measure, NaN where there is none. natural: whether what the measure is bounds it.
    """

    measure: str
    scope: str
    prefix: str
    direction: str
    method: str
    goal: Floats
    current: Floats
    measured: Floats
    natural: bool
    marginals: Marginals | None = None

    def bounds(self) -> tuple[Floats, Floats]:
        """The least and the greatest attainment that the measure can have, of each row."""
        if not self.natural:
            return np.full(len(self.goal), -np.inf), np.full(len(self.goal), np.inf)
        goal = np.nan_to_num(self.goal, nan=1.0)  # a mean that is given is then the actual itself
        low, high = natural_bounds(self.measure, goal, self.measured)
        if self.direction == "higher":
            return low / goal, high / goal
        if self.method == "complement":
            return 2 - high / goal, 2 - low / goal
        return goal / high, np.where(low > 0, goal / np.where(low > 0, low, 1.0), np.inf)

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
    # What is adjusted by the risk of the accounts is a share of a whole no more.
    found[0].natural = not values["book_adjusted"]
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
    """The columns of the period itself, where year-to-date columns are also present."""
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
    # A gate on an actual needs no goal: the current actual then serves as 1.
    goal = np.where(goal > 0, goal, np.where(np.abs(actual) > 0, np.abs(actual), np.nan))
    goal = np.where(actual == 0, np.nan_to_num(goal, nan=1.0), goal)
    asked = np.nan_to_num(goal, nan=1.0)
    reached = attainment(np.where(np.isnan(actual), asked, actual), asked, direction, method)
    current = np.where(np.isnan(actual), np.nan, reached)
    return Reading(measure, scope, prefix, direction, method, goal, current, actual, True)


@dataclass(eq=False, repr=False)
class Pieces:
    """A payout ratio as straight lines, each a slope and what it is at an attainment of 0.

    lines: of the bands, one after the other. starts: where each but the first begins.
    zero: below which the ratio is 0, where the curve begins with nothing (−inf: nowhere).
    bend: np.minimum or np.maximum of all lines where they make a hollow or a bulge, else None.
    least, most: what holds all of it.
    """

    lines: list[tuple[float, float]]
    starts: list[float]
    zero: float
    bend: Callable[..., Any] | None
    least: float
    most: float

    @classmethod
    def of(cls, terms: ComponentTerms) -> Pieces:
        """The pieces of a component's curve, floor and cap."""
        most = np.inf
        pieces: list[tuple[float, float, float]] = [(-np.inf, 1.0, 0.0)]
        if terms.curve is not None:
            starts, payouts, rises = (part.tolist() for part in terms.curve.pieces())
            most = np.inf if terms.curve.cap is None else terms.curve.cap
            pieces = [
                (-np.inf if not band else start, rise, payout - rise * start)
                for band, (start, payout, rise) in enumerate(zip(starts, payouts, rises, strict=True))
            ]
            # Of two curve points at the same attainment the later one counts.
            pieces = [one for one, after in zip(pieces, [*pieces[1:], None], strict=True)
                      if after is None or after[0] > one[0]]  # fmt: skip
        least, most = (
            float(limit(bound, terms.values["floor"], terms.values["cap"])) for bound in (0.0, most)
        )
        zero = -np.inf
        if len(pieces) > 1 and pieces[0][1:] == (0.0, 0.0) and not least:
            zero, pieces = pieces[1][0], pieces[1:]
        merged = pieces[:1]
        for start, rise, const in pieces[1:]:
            if abs(rise - merged[-1][1]) + abs(const - merged[-1][2]) > 1e-12:
                merged.append((start, rise, const))
        found = cls([(rise, const) for _, rise, const in merged], [start for start, _, _ in merged[1:]], zero,
                    None, least, most)  # fmt: skip
        found.bend = found._bend()
        return found

    def _bend(self) -> Callable[..., Any] | None:
        """How the lines make one: they meet where they change, and rise ever less or ever more."""
        pairs = list(zip(self.lines, self.lines[1:], self.starts, strict=False))
        if any(abs((one[0] - two[0]) * at + one[1] - two[1]) > 1e-12 for one, two, at in pairs):
            return None
        if all(one[0] >= two[0] for one, two, _ in pairs):
            return np.minimum
        return np.maximum if all(one[0] <= two[0] for one, two, _ in pairs) else None

    def ratios(self, reached: Floats, ratio: Floats, spare: Floats) -> Floats:
        """The payout ratio at each attainment, in `ratio`; `spare` is room of the same shape."""
        _line(reached, self.lines[0], ratio)
        for line, start in zip(self.lines[1:], self.starts, strict=True):
            if self.bend is not None and not line[0]:
                self.bend(ratio, line[1], out=ratio)
                continue
            _line(reached, line, spare)
            if self.bend is not None:
                self.bend(ratio, spare, out=ratio)
            else:
                np.copyto(ratio, spare, where=reached >= start - _HALF)
        if self.falls:
            np.maximum(ratio, self.least, out=ratio)
        if self.most < np.inf:
            np.minimum(ratio, self.most, out=ratio)
        if self.zero > -np.inf:
            ratio *= reached >= self.zero - _HALF
        return ratio

    @cached_property
    def falls(self) -> bool:
        """Whether a line gets below the least anywhere that it counts."""
        begins = [self.zero, *self.starts]
        ends = [*self.starts, np.inf]
        for (rise, const), first, last in zip(self.lines, begins, ends, strict=True):
            for at in (first, last):
                value = const if not rise else rise * at + const
                if value < self.least:
                    return True
        return False


@dataclass(eq=False, repr=False)
class Direct:
    """From standard normal numbers to money in one go, where pieces bend as one and attainments are normal:
    mean, spread, curve and target of each row are folded into its own lines. All are columns, a row a person.

    lines: slope (None: flat) and what it is at 0, in rounding units and with the half that rounding asks for.
    zero: the number below which nothing is paid.
    """

    bend: Callable[..., Any]
    lines: list[tuple[Floats | None, Floats]]
    zero: Floats | None
    least: Floats | None
    most: Floats | None

    @classmethod
    def of(cls, pieces: Pieces, normal: Marginals, full: Floats, unit: float) -> Direct | None:
        """The same as `pieces` of the attainments of `normal`, × full; None where it cannot be."""
        if pieces.bend is None or normal.bounded or normal.curved:
            return None
        mean, spread, per = normal.mean, normal.spread, full[:, None] / unit
        half = 0.5 + _HALF / unit
        zero = None
        if pieces.zero > -np.inf:
            apart = pieces.zero - _HALF - mean
            still = np.where(apart > 0, np.inf, -np.inf)
            zero = np.where(spread > 0, apart / np.where(spread > 0, spread, 1.0), still)
        return cls(
            pieces.bend,
            [
                (rise * spread * per if rise else None, (rise * mean + const) * per + half)
                for rise, const in pieces.lines
            ],
            zero,
            pieces.least * per + half if pieces.falls else None,
            pieces.most * per + half if pieces.most < np.inf else None,
        )

    def amounts(self, numbers: Floats, rows: NDArray[np.intp], money: Floats, spare: Floats) -> None:
        """What some rows are paid, in rounding units and before rounding down, in `money`."""
        for which, (rise, const) in enumerate(self.lines):
            out = spare if which else money
            if rise is None:
                if which:
                    self.bend(money, const[rows], out=money)
                else:
                    money[:] = const[rows]
                continue
            np.multiply(numbers, rise[rows], out=out)
            out += const[rows]
            if which:
                self.bend(money, spare, out=money)
        if self.least is not None:
            np.maximum(money, self.least[rows], out=money)
        if self.most is not None:
            np.minimum(money, self.most[rows], out=money)
        if self.zero is not None:
            money *= numbers >= self.zero[rows]


def _line(reached: Floats, line: tuple[float, float], out: Floats) -> None:
    rise, const = line
    if not rise:
        out.fill(const)
        return
    np.multiply(reached, rise, out=out)
    if const:
        out += const


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
        plan = self.group.plan
        simple = plan.combination == "additive" and plan.rounding == "line" and plan.plan_cap is None
        simple = simple and not any(self.work.others[at] for at in self.varying if self.work.others)
        self.simple = simple and all(_simple(self.group.components[at]) for at in self.varying)
        self.pieces = {at: Pieces.of(self.group.components[at]) for at in self.varying} if self.simple else {}

    @property
    def group(self) -> Group:
        """The people it pays."""
        return self.work.group

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
    def _direct(self) -> dict[int, Direct | None]:
        found: dict[int, Direct | None] = {}
        for at, pieces in self.pieces.items():
            normal = self.sources[at][0].marginals
            held = len(self.sources[at]) > 1 and self.group.components[at].values["gate_otherwise"]
            assert normal is not None
            unit = self.group.plan.rounding_unit
            found[at] = None if held else Direct.of(pieces, normal, self.full[at], unit)
        return found

    def _simply(self, rows: NDArray[np.intp], drawn: Drawn) -> Floats:
        total, ratio, spare = (
            drawn.room.floats(name, len(rows), drawn.trials) for name in ("total", "ratio", "spare")
        )
        total.fill(0)
        unit = self.group.plan.rounding_unit
        ticks = float(np.rint(unit / self.tick))
        for at, pieces in self.pieces.items():
            terms, direct, one = self.group.components[at], self._direct[at], self.sources[at][0]
            if direct is None:
                pieces.ratios(self._reached(one, rows, drawn), ratio, spare)
            else:
                direct.amounts(drawn.numbers(one.measure, one.scope, "reached"), rows, ratio, spare)
            for gate in self.sources[at][1:]:
                self._gate(terms, gate, rows, drawn, ratio)
            if direct is None:
                ratio *= self.full[at][rows][:, None] / unit
                ratio += 0.5 + _HALF / unit
            np.floor(ratio, out=ratio)
            if ticks != 1:
                ratio *= ticks
            total += ratio
        return total

    def _gate(
        self, terms: ComponentTerms, gate: Reading, rows: NDArray[np.intp], drawn: Drawn, ratio: Floats
    ) -> None:
        found = self._reached(gate, rows, drawn)
        minimum, lower = float(terms.values["gate_minimum"]), False
        if terms.values["gate_on"] == "actual":
            found = gate.actual(found, gate.goal[rows][:, None])
            lower = gate.direction == "lower"
        met = found <= minimum + _HALF if lower else found >= minimum - _HALF
        otherwise = float(terms.values["gate_otherwise"])
        if otherwise:
            np.minimum(ratio, otherwise, out=ratio, where=~met)
        else:
            ratio *= met

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
