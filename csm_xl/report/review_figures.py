"""What a paid period comes to: sums of people enough that no sum is somebody's pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.analysis.health import People, people_of
from csm_xl.analysis.privacy import FEWEST, too_small
from csm_xl.analysis.scenario import UNITS, money
from csm_xl.engine.context import RunContext
from csm_xl.engine.lines import Lines
from csm_xl.pay.curves import Curve
from csm_xl.pay.rounding import Array

SMALLER: Final = "small groups together"
NOT_STATED: Final = "not stated"
_BIN: Final = 0.05
_MOST_BINS: Final = 14


@dataclass(frozen=True, slots=True)
class Sum:
    """What some payout lines come to. target, on_target: of the lines that have a target; paid: of all."""

    name: str
    people: int
    target: float
    on_target: float
    paid: float

    @property
    def ratio(self) -> float | None:
        """Paid on target as a share of the target."""
        return self.on_target / self.target if self.target else None

    @property
    def beyond(self) -> float:
        """Commission and whatever else has no target."""
        return money(round(self.paid * UNITS) - round(self.on_target * UNITS))


@dataclass(frozen=True, slots=True)
class Group:
    """People who are together: the mean of one figure and of another. least, most: of the first."""

    people: int
    x: float
    y: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class OnCurve:
    """A component with a pay curve, and where its people are on it, in groups."""

    name: str
    target: float
    curve: Curve
    people: int
    above: float
    groups: list[Group]


class Slice:
    """The payout lines of one currency.

    lines: of a paid period. chosen: which of them. labels: names of a kind → one for each line of all.
    """

    def __init__(self, currency: str, lines: Lines, context: RunContext, chosen: NDArray[np.bool_]) -> None:
        self.currency, self.context = currency, context
        self.columns = {name: column[chosen] for name, column in lines.columns.items()}
        self.names = lines.names
        self.people = len(np.unique(self.columns["employee_id"]))
        self.owed: Array = np.nan_to_num(self.columns["component_target"])
        self.units: NDArray[np.int64] = np.rint(self.columns["amount"] * UNITS).astype(np.int64)
        self.plans = self.told(self.labels("plan_id"))

    def labels(self, column: str) -> list[str]:
        """The name that a coded column gives each line."""
        known = self.names[column]
        return [known[code] for code in self.columns[column].tolist()]

    def told(self, labels: Sequence[str]) -> list[str]:
        """The labels with those of fewer than five people as one; where these are too few, the next too."""
        who: dict[str, set[int]] = {}
        for label, person in zip(labels, self.columns["employee_id"].tolist(), strict=True):
            who.setdefault(label, set()).add(person)
        small = too_small(who)
        return [SMALLER if label in small else label for label in labels]

    def sums(self, labels: Sequence[str]) -> list[Sum]:
        """A sum for each label in the order in which they come, smaller ones last."""
        names = list(dict.fromkeys(labels))
        if SMALLER in names:
            names.remove(SMALLER)
            names.append(SMALLER)
        array = np.array([*labels, None], dtype=object)[:-1]
        return [self._sum(name, array == name) for name in names]

    def all(self) -> Sum:
        """The sum of all lines."""
        return self._sum("all", np.ones(len(self.owed), dtype=bool))

    def _sum(self, name: str, mine: NDArray[np.bool_]) -> Sum:
        aimed = mine & (self.owed > 0)
        target = int(np.rint(self.owed[aimed] * UNITS).astype(np.int64).sum())
        people = len(np.unique(self.columns["employee_id"][mine]))
        return Sum(name, people, money(target), money(int(self.units[aimed].sum())),
                   money(int(self.units[mine].sum())))  # fmt: skip

    def by_person(self) -> People:
        """People as the health of a plan sees them, on the plans that can be reported."""
        return people_of(self.labels("employee_id"), self.plans, self.columns["component_target"],
                         self.columns["attainment"], self.columns["amount"])  # fmt: skip

    def everyone(self) -> People:
        """People counted once, whatever their plans."""
        return people_of(self.labels("employee_id"), [""] * len(self.owed),
                         self.columns["component_target"], self.columns["attainment"],
                         self.columns["amount"])  # fmt: skip

    def on_curves(self, day: int) -> list[OnCurve]:
        """Components with a pay curve on a day and people enough on it, the largest target first."""
        found = []
        plans, components = self.labels("plan_id"), self.labels("component_id")
        keys = list(zip(plans, components, strict=True))
        for plan in dict.fromkeys(plans):
            every = self.context.book.components(plan, day)
            for terms in every:
                if terms.curve is None or terms.own_unit:  # the axis is attainment
                    continue
                together = [terms]
                if terms.on_composite:  # one curve, at the mean of their attainments by target
                    together = [one for one in every if one.on_composite and one.composite == terms.composite]
                    if together[0] is not terms:
                        continue
                wanted = {(plan, one.component_id) for one in together}
                mine = np.array([key in wanted for key in keys], dtype=bool)
                names = " + ".join(one.component_name or one.component_id for one in together)
                one = self._on_curve(f"{plan} · {names}", terms.curve, mine)
                if one is not None:
                    found.append(one)
        return sorted(found, key=lambda one: -one.target)

    def _on_curve(self, name: str, curve: Curve, mine: NDArray[np.bool_]) -> OnCurve | None:
        reached, ratio = self.columns["attainment"], self.columns["payout_ratio"]
        mine = mine & (self.owed > 0) & ~np.isnan(reached) & ~np.isnan(ratio)
        who, code = np.unique(self.columns["employee_id"][mine], return_inverse=True)
        if len(who) < FEWEST:
            return None
        weight = self.owed[mine]
        whole = np.bincount(code, weight)
        x = np.bincount(code, weight * reached[mine]) / whole
        y = np.bincount(code, weight * ratio[mine]) / whole
        return OnCurve(name, float(weight.sum()), curve, len(who), float((x >= 1).mean()),
                       grouped(x, y, np.ones(len(x)), 6))  # fmt: skip


def grouped(x: Array, y: Array, weight: Array, most: int) -> list[Group]:
    """People in order of x, in at most `most` groups of about the same size, each of five or more.

    y: what is averaged, weighted. Those of the same x are together, as all of a team on its result do.

    >>> [(g.people, round(g.x, 9)) for g in grouped(np.arange(10.0), np.arange(10.0), np.ones(10), 4)]
    [(5, 2.0), (5, 7.0)]
    """
    count = min(most, len(x) // FEWEST)
    if not count:
        return []
    values, place = np.unique(x, return_inverse=True)
    sizes = np.bincount(place)
    ends, so_far = [0], 0
    for at, size in enumerate(sizes.tolist(), 1):
        so_far += size
        if so_far >= max(len(x) / count, FEWEST) and int(sizes[at:].sum()) >= FEWEST:
            ends.append(at)
            so_far = 0
    found = []
    for low, high in zip(ends, [*ends[1:], len(values)], strict=True):
        part = np.flatnonzero((place >= low) & (place < high))
        share = weight[part] / weight[part].sum()
        found.append(Group(len(part), float((x[part] * share).sum()), float((y[part] * share).sum()),
                           float(x[part].min()), float(x[part].max())))  # fmt: skip
    return found


def bins(values: Array) -> list[tuple[str, int, float]]:
    """How many are in each range: words, count, and the lower end; fewer than five are counted with the next.

    >>> bins(np.array([0.86] * 5 + [0.93] * 6 + [1.04] * 3 + [1.31] * 3))
    [('below 90%', 5, -inf), ('90–95%', 6, 0.9), ('95% and more', 6, 0.95)]
    """
    step = _BIN
    while (float(values.max()) - float(values.min())) / step > _MOST_BINS:
        step *= 2
    # The hair keeps 1.1 / 0.1 from falling short of 11.
    place = np.floor(np.round(values / step, 9)).astype(np.int64)
    parts = [[at, at + 1, int((place == at).sum())] for at in range(int(place.min()), int(place.max()) + 1)]
    while len(parts) > 1 and min(part[2] for part in parts) < FEWEST:
        at = min(range(len(parts)), key=lambda one: parts[one][2])
        beside = [one for one in (at - 1, at + 1) if 0 <= one < len(parts)]
        other = min(beside, key=lambda one: parts[one][2])
        low, high = sorted((at, other))
        parts[low : high + 1] = [[parts[low][0], parts[high][1], parts[low][2] + parts[high][2]]]
    found: list[tuple[str, int, float]] = []
    for at, (low, high, count) in enumerate(parts):
        least, most = (f"{round(end * step * 100):,}" for end in (low, high))
        if len(parts) == 1:
            label = "all"
        elif at == 0:
            label = f"below {most}%"
        elif at == len(parts) - 1:
            label = f"{least}% and more"
        else:
            label = f"{least}–{most}%"
        found.append((label, count, round(low * step, 9) if at else float("-inf")))
    return found


def slices(lines: Lines, context: RunContext, currencies: Sequence[str]) -> list[Slice]:
    """The lines by the currency that they pay, that of most people first. currencies: of each line."""
    each = np.array([*currencies, None], dtype=object)[:-1]
    found = [Slice(str(one), lines, context, each == one) for one in sorted(set(each.tolist()))]
    return sorted(found, key=lambda one: -one.people)


def of_lines(part: Slice, values: Sequence[Any], ids: Sequence[str]) -> list[str]:
    """What is reported about each person, by line. values: in the order of ids."""
    said = {who: str(value) or NOT_STATED for who, value in zip(ids, values, strict=True)}
    return [said[who] for who in part.labels("employee_id")]
