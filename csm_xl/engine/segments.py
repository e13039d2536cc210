"""The days of a period by the version of a plan, and of each of its components, that is in effect on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csm_xl.plan.model import ComponentTerms, PlanBook, PlanTerms
from csm_xl.plan.periods import Period


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Segment:
    """Days on which nothing about a plan changes.

    first, last: both inclusive. plan: its version. components: component_id → the version in effect, in the
    order of their table.
    """

    first: int
    last: int
    plan: PlanTerms
    components: Mapping[str, ComponentTerms]


def plan_segments(book: PlanBook, plan_id: str, period: Period) -> list[Segment]:
    """The segments of a plan in a period, in time. Days without a version of the plan are in none of them."""
    days = [(one.valid_from, one.valid_to) for one in book.versions(plan_id)]
    days += [(one.valid_from, one.valid_to) for one in book.overlapping(plan_id, period.start, period.end)]
    begins = {period.start, *(first for first, _ in days if first)}
    begins |= {last + 1 for _, last in days if last is not None}
    starts = sorted(day for day in begins if period.start <= day <= period.end)
    found = []
    for first, after in zip(starts, [*starts[1:], period.end + 1], strict=True):
        if (plan := book.version(plan_id, first)) is not None:
            components = {terms.component_id: terms for terms in book.components(plan_id, first)}
            found.append(Segment(first, after - 1, plan, components))
    return found


@dataclass(slots=True, eq=False, repr=False)
class Pieces:
    """Runs of days of people, none of which leaves a segment: in order of what they were cut from, then day.

    source: the entry that each was cut from. segment: the number of its segment. first, last: its days.
    """

    source: NDArray[np.intp]
    segment: NDArray[np.intp]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def cut(segments: list[Segment], first: NDArray[np.int64], last: NDArray[np.int64]) -> Pieces:
    """Runs of days cut where a segment ends; days in no segment are left out."""
    begins = np.array([one.first for one in segments], dtype=np.int64)
    ends = np.array([one.last for one in segments], dtype=np.int64)
    inside = [np.flatnonzero((first <= one.last) & (last >= one.first)) for one in segments]
    source = np.concatenate([np.zeros(0, dtype=np.intp), *inside])
    segment = np.repeat(np.arange(len(segments)), [len(one) for one in inside])
    if len(segments) > 1:
        order = np.lexsort((segment, source))
        source, segment = source[order], segment[order]
    return Pieces(
        source,
        segment,
        np.maximum(first[source], begins[segment]),
        np.minimum(last[source], ends[segment]),
    )


def alike(seat: NDArray[np.intp], segment: NDArray[np.intp], seats: int, segments: int) -> list[
    tuple[NDArray[np.intp], NDArray[np.intp]]
]:  # fmt: skip
    """Those who have days in the same segments: which segments these are, and who."""
    if segments == 1:
        there = np.unique(seat)
        return [(np.zeros(1, dtype=np.intp), there)] if len(there) else []
    touched = np.zeros((seats, segments), dtype=bool)
    touched[seat, segment] = True
    there = np.flatnonzero(touched.any(axis=1))
    packed = np.packbits(touched[there], axis=1)
    keys = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).reshape(-1)
    _, at, which = np.unique(keys, return_index=True, return_inverse=True)
    return [
        (np.flatnonzero(touched[there[at[number]]]), there[which.reshape(-1) == number])
        for number in range(len(at))
    ]
