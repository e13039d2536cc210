"""Figures of blocks written into the columns of payout lines, in the order of roster and components."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Rows
from csm_xl.engine.evaluate import Work
from csm_xl.engine.lines import Lines, empty_columns
from csm_xl.engine.targets import Figures, Line, target_of_lines
from csm_xl.pay.rounding import Array, floats
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.periods import Period


class Writer:
    """The columns of a run, laid out before anyone is paid, filled block by block.

    A group's lines are at `first` of each of its people, one after another by component.
    """

    def __init__(
        self, ids: Sequence[str], plans: Sequence[str], types: Iterable[str],
        cohorts: Mapping[Period, list[Cohort]], extras: Collection[str] = (),
    ) -> None:  # fmt: skip
        self.ids = list(ids)
        self.plans = list(plans)
        self.components: dict[str, int] = {}
        self.types: dict[str, int] = {name: code for code, name in enumerate(types)}
        self.first: dict[int, NDArray[np.intp]] = {}
        self.period_codes: dict[str, int] = {}
        self.seats: dict[int, NDArray[np.intp]] = {}
        lines = seats = 0
        for period, found in cohorts.items():
            self.period_codes[period.name] = len(self.period_codes)
            count = sum(cohort.size for cohort in found)
            width = np.zeros(count, dtype=np.intp)
            for cohort in found:
                # Seats of people on a plan without a version are reported, so their numbers may be gaps.
                if cohort.size and cohort.seat[-1] >= len(width):
                    width = np.concatenate([width, np.zeros(int(cohort.seat[-1]) + 1 - len(width), np.intp)])
                width[cohort.seat] = len(cohort.components)
            begins = np.cumsum(width) - width + lines
            for cohort in found:
                self.first[id(cohort)] = begins[cohort.seat]
                self.seats[id(cohort)] = cohort.seat + seats
                for terms in cohort.components:
                    self.components.setdefault(terms.component_id, len(self.components))
            lines += int(width.sum())
            seats += len(width)
        self.columns = empty_columns(lines, extras)
        self.seat_columns: dict[str, NDArray[Any]] = {
            "period": np.zeros(seats, dtype=np.int32),
            "employee_id": np.zeros(seats, dtype=np.int32),
            "target": np.zeros(seats),
        }

    def write(self, work: Work, rows: Rows, figures: Figures) -> None:
        """The figures of some rows of a group."""
        cohort = work.cohort
        incentive = floats(figures.target_incentive)
        seats = self.seats[id(cohort)][rows]
        self.seat_columns["period"][seats] = self.period_codes[cohort.period.name]
        self.seat_columns["employee_id"][seats] = cohort.person[rows]
        self.seat_columns["target"][seats] = _target(work, figures, incentive)
        first = self.first[id(cohort)][rows]
        width = len(cohort.components)
        packed = len(first) > 0 and int(first[-1] - first[0]) == width * (len(first) - 1)
        places: list[Any] = [
            # Where the group's people are side by side, their lines are evenly spaced.
            slice(int(first[0]) + index, int(first[-1]) + index + 1, width) if packed else first + index
            for index in range(width)
        ]
        shared: dict[str, Any] = {
            "period": self.period_codes[cohort.period.name],
            "employee_id": cohort.person[rows],
            "plan_id": cohort.plan_code,
            "eligible_days": cohort.eligible_days[rows],
            "period_days": cohort.period_days,
            "proration": _proration(work, rows),
            "eligible_salary": floats(figures.eligible_salary),
            "target_incentive": incentive,
        }
        for name, column in self.columns.items():  # a column at a time, so that it stays in the cache
            if name in shared:
                for at in places:
                    column[at] = shared[name]
            else:
                for at, terms, line in zip(places, cohort.components, figures.lines, strict=True):
                    column[at] = self._figure(name, terms, line)

    def _figure(self, name: str, terms: ComponentTerms, line: Line) -> Any:
        """What is in one of the columns of a component's lines; NaN where it does not apply."""
        outcome = line.outcome
        figure: Any
        match name:
            case "component_id":
                figure = self.components[terms.component_id]
            case "type":
                figure = self.types[terms.type]
            case "goal" | "actual" | "attainment" | "column_attainment" | "curve_ratio":
                figure = getattr(outcome, name)
            case "payout_ratio":
                figure = outcome.ratio
            case "gate_met":
                figure = -1 if outcome.gate_met is None else outcome.gate_met
            case "modifier" | "plan_cap_factor":
                figure = 1.0 if getattr(line, name) is None else getattr(line, name)
            case "combined_ratio":
                figure = outcome.product
            case "earned":
                figure = outcome.amount
            case "before_pool" | "pool_factor":  # of the pools that are too small, by the pass over them
                figure = None if name == "before_pool" else 1.0
            case "unrounded":
                figure = line.value
            case "note":
                figure = line.notes
            case _:
                figure = getattr(line, name)
        return np.nan if figure is None else figure

    def lines(self) -> Lines:
        """The filled columns with the names that their codes represent."""
        names = {
            "period": list(self.period_codes),
            "employee_id": self.ids,
            "plan_id": self.plans,
            "component_id": list(self.components),
            "type": list(self.types),
        }
        return Lines(self.columns, names, self.seat_columns)


def _target(work: Work, figures: Figures, incentive: Array) -> Array:
    """The target of the people of a group, as totals show it: the sum of the component targets shown.

    Their weights sum to 1, so that this is the target incentive, but where components have a pay cycle of
    their own. Where a plan rounds each figure by itself the two may differ by a unit; one target is shown
    everywhere.
    """
    if not work.cohort.whole:
        return np.asarray(floats(target_of_lines(figures, incentive)).round(9))
    parts = [floats(one.component_target) for one in figures.lines if one.component_target is not None]
    if work.cohort.plan.rounding != "step" or not parts:
        return incentive
    return np.asarray(np.sum(parts, axis=0).round(4))


def _proration(work: Work, rows: Rows) -> NDArray[Any]:
    cohort = work.cohort
    if cohort.plan.valuation == "daily" and cohort.plan.time_basis == "calendar_days":
        return np.asarray(cohort.eligible_days[rows] / cohort.period_days)
    spells = cohort.spells.take(rows)
    return np.asarray(spells.sum(spells["time"]) / cohort.time_total)
