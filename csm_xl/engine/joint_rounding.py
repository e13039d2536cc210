"""Rounds the total of people on several plans in one period, where the plans round the person's total.

Such people are in several groups, so this is a separate pass over the lines that the blocks have written. It
runs on floats, and on exact numbers for people whose result floats cannot decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.evaluate import Work, evaluate
from csm_xl.engine.largest_remainder import shared_floats
from csm_xl.engine.targets import Figures
from csm_xl.engine.writer import Writer
from csm_xl.pay.rounding import Array, floats, share_out
from csm_xl.plan.model import PlanTerms

_Key = tuple[float, str]


def rounds_with(plan: PlanTerms) -> _Key | None:
    """What plans must have in common for their lines to be rounded as one total: the rounding total, the unit
    and the currency. None where a plan rounds in another way: its lines are rounded by themselves."""
    return (plan.rounding_unit, plan.currency) if plan.rounding == "total" else None


@dataclass(slots=True, eq=False, repr=False)
class _Part:
    """Some people's lines on one of their plans: what each comes to before rounding, one row per person.

    rows: their places in the group. first: the place of each person's first line. doubt: people whose
    result floats cannot decide.
    """

    work: Work
    rows: NDArray[np.intp]
    first: NDArray[np.intp]
    values: Array
    errors: Array
    doubt: NDArray[np.bool_]

    def exact(self, at: NDArray[np.intp]) -> Array:
        """The values of some of them on exact numbers."""
        return _stacked([line.value for line in evaluate(self.work, self.rows[at], None).lines], len(at))


class JointRounding:
    """The people of one period whose lines on several plans make one rounded total."""

    def __init__(self, cohorts: Iterable[Cohort]) -> None:
        alike: dict[_Key, list[Cohort]] = {}
        for cohort in cohorts:
            if cohort.components and (key := rounds_with(cohort.plan)) is not None:
                alike.setdefault(key, []).append(cohort)
        self._several: dict[int, NDArray[np.intp]] = {}
        self._parts: dict[_Key, list[_Part]] = {}
        for these in (these for these in alike.values() if len(these) > 1):
            who, plans = np.unique(np.concatenate([cohort.person for cohort in these]), return_counts=True)
            if (plans > 1).any():
                self._several |= {id(cohort): who[plans > 1] for cohort in these}

    def take(self, work: Work, rows: slice, figures: Figures, doubt: Array, writer: Writer) -> None:
        """The figures, on floats, of a block of a group. doubt: the rows that those cannot decide."""
        cohort = work.cohort
        several, key = self._several.get(id(cohort)), rounds_with(cohort.plan)
        if several is None or key is None:
            return
        at = np.flatnonzero(np.isin(cohort.person[rows], several))
        size = len(doubt)
        values, errors = (
            _stacked([getattr(line, name) for line in figures.lines], size)[at] for name in ("value", "error")
        )
        first = writer.first[id(cohort)][rows][at]
        self._parts.setdefault(key, []).append(
            _Part(work, at + rows.start, first, values, errors, np.asarray(doubt, dtype=bool)[at])
        )

    def share(self, writer: Writer) -> None:
        """Writes the amounts: the rounded total of all of a person's lines, its cents shared over them."""
        for (unit, _), parts in self._parts.items():
            for these, at in _by_plans(parts):
                mine = list(zip(these, at.T, strict=True))
                values, errors = (
                    np.concatenate([getattr(part, name)[of] for part, of in mine], axis=-1)
                    for name in ("values", "errors")
                )
                doubt = np.any([part.doubt[of] for part, of in mine], axis=0)
                amounts = shared_floats(values, errors, unit, doubt)
                near = np.flatnonzero(doubt)
                if near.size:
                    exactly = np.concatenate([part.exact(of[near]) for part, of in mine], axis=-1)
                    amounts[near] = floats(share_out(exactly, np.sum(exactly, axis=-1), unit))
                places = [part.first[of][:, None] + np.arange(part.values.shape[1]) for part, of in mine]
                writer.columns["amount"][np.concatenate(places, axis=-1)] = amounts


def _stacked(columns: Sequence[Any], size: int) -> Array:
    """Columns side by side, each with a value a person."""
    return np.stack([np.broadcast_to(column, size) for column in columns], axis=-1)


def _by_plans(parts: Sequence[_Part]) -> Iterable[tuple[list[_Part], NDArray[np.intp]]]:
    """Everybody who is in the same parts in the same order: these, and a row a person of places in them."""
    found: dict[int, list[tuple[int, int, int]]] = {}
    for number, part in enumerate(parts):
        who = part.work.cohort.person[part.rows].tolist()
        for at, (person, first) in enumerate(zip(who, part.first.tolist(), strict=True)):
            found.setdefault(person, []).append((first, number, at))
    alike: dict[tuple[int, ...], list[list[int]]] = {}
    for places in found.values():
        places.sort()
        alike.setdefault(tuple(number for _, number, _ in places), []).append([at for *_, at in places])
    for numbers, rows in alike.items():
        yield [parts[number] for number in numbers], np.array(rows, dtype=np.intp)
