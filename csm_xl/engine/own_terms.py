"""Components as a person has them, where the table `targets` gives them weights or curve points of their own.

Whoever has the same ones is paid together, so that nothing after this asks whose they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.context import RunContext
from csm_xl.engine.eligible_time import Days
from csm_xl.engine.segments import Segment, alike, cut
from csm_xl.pay.trace import Cell
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.own_goals import POINTS

_NONE: Final = -1e300


def on_the_same_terms(
    context: RunContext, segments: list[Segment], runs: Days, person: NDArray[np.intp]
) -> Iterator[tuple[tuple[Segment, ...], NDArray[np.intp], Days]]:
    """The people of a plan by the terms that they are on: the segments in which they have days, as they have
    them; their seats; and their days, whose rows are positions among these seats.

    segments: those of the plan. runs: everybody's days, whose rows are seats. person: that of each seat.
    """
    final = np.zeros(len(person), dtype=np.int64)
    np.maximum.at(final, runs.row, runs.last)
    for cut_by, own in _by_own_days(context, segments, person):
        mine = np.flatnonzero(own[runs.row])
        pieces = cut(cut_by, runs.first[mine], runs.last[mine])
        source = mine[pieces.source]
        seat = runs.row[source]
        for touched, seats in alike(seat, pieces.segment, len(person), max(len(cut_by), 1)):
            number = np.full(len(cut_by), -1, dtype=np.intp)
            number[touched] = np.arange(len(touched))
            there = [cut_by[at] for at in touched]
            for theirs, here in _by_own_terms(context, there, person[seats], final[seats]):
                row = np.full(len(person), -1, dtype=np.intp)
                row[seats[here]] = np.arange(len(here))
                at = np.flatnonzero(row[seat] >= 0)
                days = Days(runs.spell[source[at]], row[seat[at]], number[pieces.segment[at]],
                            pieces.first[at], pieces.last[at])  # fmt: skip
                yield theirs, seats[here], days


def _by_own_days(
    context: RunContext, segments: list[Segment], person: NDArray[np.intp]
) -> Iterator[tuple[list[Segment], NDArray[np.bool_]]]:
    """The segments of a plan, and who has no weight of their own that begins inside them; and those cut at
    the days of weights too, with whose weights begin on them."""
    inside = [day for one in segments for day in range(one.first + 1, one.last + 1)] if segments else []
    names = {terms.component_id for one in segments for terms in one.components.values()}
    begins = context.own_targets.begins(names, person, inside) if context.own_targets.any else {}
    plain = np.ones(len(person), dtype=bool)
    for days, who in begins.items():
        plain &= ~who
        yield [part for one in segments for part in _cut(one, days)], who
    if plain.any() or not begins:
        yield segments, plain


def _cut(segment: Segment, days: Sequence[int]) -> Iterator[Segment]:
    """A segment, cut where one of the days begins."""
    starts = [segment.first, *(day for day in days if segment.first < day <= segment.last)]
    ends = [*(day - 1 for day in starts[1:]), segment.last]
    for first, last in zip(starts, ends, strict=True):
        yield replace(segment, first=first, last=last)


def _by_own_terms(
    context: RunContext, segments: list[Segment], person: NDArray[np.intp], final: NDArray[np.int64]
) -> Iterator[tuple[tuple[Segment, ...], NDArray[np.intp]]]:
    """Some people by what they have of their own: their segments, and who, by position. final: the last day
    on the plan of each, on which the curve points that hold count for every version of a component."""
    asked = [
        (number, terms, column)
        for number, one in enumerate(segments if context.own_targets.any else ())
        for terms in one.components.values()
        for column in own_columns(terms)
    ]
    stated = np.full((len(person), len(asked)), _NONE)
    for at, (number, terms, column) in enumerate(asked):
        day: Any = segments[number].first if column == "weight" else final
        rows = context.own_targets.rows(terms.component_id, column, person, day)
        values = context.own_targets.values(column, rows)
        stated[:, at] = np.where(np.isnan(values), _NONE, values)
    if not (stated != _NONE).any():
        yield tuple(segments), np.arange(len(person))
        return
    kinds, which = np.unique(stated, axis=0, return_inverse=True)
    for kind, values in enumerate(kinds.tolist()):
        own: dict[tuple[int, str], dict[str, float]] = {}
        for (number, terms, column), value in zip(asked, values, strict=True):
            if value != _NONE:
                own.setdefault((number, terms.component_id), {})[column] = value
        theirs = tuple(
            replace(one, components={
                name: own_terms(terms, own.get((number, name), {})) for name, terms in one.components.items()
            })
            for number, one in enumerate(segments)
        )  # fmt: skip
        yield theirs, np.flatnonzero(which.reshape(-1) == kind)


def own_columns(terms: ComponentTerms) -> tuple[str, ...]:
    """What a person may have of their own that makes a component another one for them."""
    weight = ("weight",) if "weight" in terms.values else ()
    return (*weight, *POINTS) if terms.own_unit and terms.curve is not None else weight


def own_terms(terms: ComponentTerms, own: Mapping[str, float]) -> ComponentTerms:
    """A component with a person's own weight and curve points."""
    if not own:
        return terms
    values = dict(terms.values)
    if "weight" in own:
        values["weight"] = own["weight"]
    points = {name: own[name] for name in POINTS if name in own}
    curve = terms.curve.with_points(**points) if terms.curve is not None and points else terms.curve
    return replace(terms, values=values, curve=curve, own=frozenset(own))


def own_cells(
    context: RunContext, terms: ComponentTerms, person: int, day: int, final: int
) -> dict[str, Cell]:
    """The cells of what one person has of their own of a component: the weight on a day, and the curve points
    on the last day on the plan, `final`."""
    who, found = np.array([person], dtype=np.intp), dict[str, Cell]()
    for column in terms.own:
        on = day if column == "weight" else final
        row = int(context.own_targets.rows(terms.component_id, column, who, on)[0])
        found[column] = ("targets", row, column)
    return found
