"""People on several plans of one period whose plans round the person's total: the plans' lines together.

It spans groups, so it is a pass of its own over the lines that the blocks have written; whom it is about is
told before, so that their lines are reckoned on exact numbers.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.columns import Rows
from csm_xl.engine.evaluate import Figures
from csm_xl.engine.group import Group
from csm_xl.engine.writer import Writer
from csm_xl.pay.rounding import floats, share_out
from csm_xl.plan.model import PlanTerms


def rounds_with(plan: PlanTerms) -> tuple[float, str] | None:
    """What plans must have in common for their lines to be rounded as one total: the rounding total, the unit
    and the currency. None where a plan rounds in another way: its lines are rounded by themselves."""
    return (plan.rounding_unit, plan.currency) if plan.rounding == "total" else None


class Together:
    """The people of one period whose lines on several plans make one rounded total."""

    def __init__(self, groups: Iterable[Group]) -> None:
        alike: dict[tuple[float, str], list[Group]] = {}
        for group in groups:
            if group.components and (key := rounds_with(group.plan)) is not None:
                alike.setdefault(key, []).append(group)
        self._people: dict[int, NDArray[np.int64]] = {}
        self._lines: dict[tuple[int, float, str], list[tuple[int, NDArray[np.object_]]]] = {}
        for these in (these for these in alike.values() if len(these) > 1):
            who, plans = np.unique(np.concatenate([group.person for group in these]), return_counts=True)
            several = who[plans > 1]
            if several.size:
                self._people |= {id(group): several for group in these}

    def rows(self, group: Group, rows: slice) -> NDArray[np.bool_] | None:
        """Which of the rows of a group it is about; None where none is."""
        several = self._people.get(id(group))
        return None if several is None else np.isin(group.person[rows], several)

    def take(self, group: Group, rows: Rows, figures: Figures, first: NDArray[np.int64]) -> None:
        """The exact figures of some rows of a group. first: the place of each one's first line."""
        mine = self._people.get(id(group))
        if mine is None:
            return
        unit, currency = group.plan.rounding_unit, group.plan.currency
        values = np.stack([np.asarray(line.value, dtype=object) for line in figures.lines], axis=-1)
        who = group.person[rows]
        for at in np.flatnonzero(np.isin(who, mine)).tolist():
            entry = int(first[at]), values[at]
            self._lines.setdefault((int(who[at]), unit, currency), []).append(entry)

    def share(self, writer: Writer) -> None:
        """Writes the amounts: the rounded total of all the lines, its cents shared over them."""
        for (_, unit, _), parts in self._lines.items():
            parts.sort(key=lambda part: part[0])
            values = np.concatenate([each for _, each in parts])
            places = np.concatenate([first + np.arange(len(each)) for first, each in parts])
            writer.columns["amount"][places] = floats(share_out(values, np.sum(values), unit))
