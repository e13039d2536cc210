"""Pay periods calculated in order: people in blocks, near-ties decided exactly, then what spans people."""

from __future__ import annotations

from typing import Final

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.cohorts import cohorts_of
from csm_xl.engine.columns import Rows
from csm_xl.engine.components import component_types
from csm_xl.engine.context import RunContext
from csm_xl.engine.evaluate import Work, evaluate
from csm_xl.engine.gathering import gather, is_cumulative, looked_back_on
from csm_xl.engine.joint_rounding import JointRounding
from csm_xl.engine.lines import Lines
from csm_xl.engine.pay_periods import in_time
from csm_xl.engine.pool import SHARED_OUT, share_pools
from csm_xl.engine.references import with_references
from csm_xl.engine.targets import Figures
from csm_xl.engine.writer import Writer
from csm_xl.pay.rounding import floats
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.periods import Period
from csm_xl.plan.spans import QUARTER_TO_DATE, in_quarter

BLOCK: Final = 32768
"""People evaluated at a time: few enough for the figures of a block to stay in the cache."""


def calculated(context: RunContext, paying: list[Period]) -> Lines:
    """The lines of pay periods; earlier ones of the year are run where a plan needs them."""
    cohorts = {period: cohorts_of(context, period) for period in paying}
    writer = Writer(
        context.people.ids, list(context.people.plans), component_types(), cohorts, _extras(context)
    )
    for period in _with_history(context, paying):
        together = JointRounding(cohorts.get(period, ()))
        for cohort in cohorts[period] if period in cohorts else cohorts_of(context, period):
            needed = None if period in cohorts else _for_history(context, cohort)
            if needed is not None and not needed:
                continue
            work = gather(context, cohort, needed)
            kept = _Kept(context, cohort)
            if not context.issues:  # once something is wrong nothing is paid, but all of it is found
                pay_cohort(work, writer if needed is None else None, needed, kept, together)
            kept.remember()
        together.share(writer)
    lines = writer.lines()
    if not context.issues:
        share_pools(context, cohorts, lines)
    return lines


def _extras(context: RunContext) -> list[str]:
    """The columns of a line that only some plans need: the same for every period of the tables."""
    columns = context.tables["components"].columns
    based = np.array([component_types()[name].target_based for name in columns["type"].tolist()], dtype=bool)
    bounded = [~np.isnan(columns[name]) for name in ("interim_cap", "floor", "cap")]
    to_date = based & (columns["cumulative"] != "discrete")
    pooled = ~np.isnan(columns["pool_amount"]) & (columns["type"] != SHARED_OUT)
    needed = {
        "column_attainment": columns["matrix_id"] != "",
        "curve_ratio": np.logical_or.reduce([columns["gate_measure"] != "", *bounded])
        | bool(context.tables["gates"].rows),
        "combined_ratio": context.tables["plans"].columns["combination"] == "multiplicative",
        **dict.fromkeys(("target_to_date", "earned_to_date", "paid_before"), to_date),
        "earned": ~based & columns["modified"].astype(bool),
        "kicker": ~np.isnan(columns["kicker_ratio"]),
        **dict.fromkeys(("before_pool", "pool_factor"), pooled),
    }
    return [name for name, used in needed.items() if np.any(used)]


def _with_history(context: RunContext, paying: list[Period]) -> list[Period]:
    """The periods to pay, and with them those of their plan year that a cumulative component needs."""
    starts = {
        (version.year_start, component.pay_cycle, component.values["cumulative"] == QUARTER_TO_DATE)
        for plan_id in context.people.plans
        for component in context.book.overlapping(plan_id, 0, FOREVER)
        if is_cumulative(component)
        for version in context.book.versions(plan_id)
    }
    found = dict.fromkeys(paying)
    for period in paying:
        for year_start, kind, quarterly in starts:
            if kind == period.kind:
                year = context.calendar.plan_year(period, year_start)
                before = [one for one in year if one.start < period.start]
                if quarterly:
                    before = before[len(before) + 1 - in_quarter(kind, len(before) + 1) :]
                found |= dict.fromkeys(before)
    return sorted(found, key=in_time)


def _for_history(context: RunContext, cohort: Cohort) -> frozenset[int]:
    """The components that a later period looks back on: the cumulative ones, and where ratios multiply
    all that share in the product."""
    based = [component_types()[terms.type].target_based for terms in cohort.components]
    cumulative = [
        of and looked_back_on(context, terms) for of, terms in zip(based, cohort.components, strict=True)
    ]
    together = cohort.plan.combination == "multiplicative" or cohort.plan.round_composite is not None
    if any(cumulative) and together:
        cumulative = based
    return with_references(cohort, frozenset(i for i, needed in enumerate(cumulative) if needed))


def pay_cohort(
    work: Work,
    writer: Writer | None,
    needed: frozenset[int] | None = None,
    kept: _Kept | None = None,
    together: JointRounding | None = None,
) -> None:
    """Pay a group block by block: each on floats, then the rows that floats cannot decide on exact numbers.

    writer: where the lines go (None: nowhere, the group is run for the periods that look back on it).
    needed: the components to evaluate (None: all). kept: what later periods of the year need.
    together: whose lines on several plans are rounded as one total.
    """
    for first in range(0, work.cohort.size, BLOCK):
        last = min(first + BLOCK, work.cohort.size)
        rows = slice(first, last)
        doubt = np.zeros(last - first, dtype=bool)
        figures = evaluate(work, rows, doubt, needed)
        _hand_over(work, rows, figures, writer, kept)
        if together is not None and writer is not None:
            together.take(work, rows, figures, doubt, writer)
        near = np.flatnonzero(doubt) + first
        if near.size:
            _hand_over(work, near, evaluate(work, near, None, needed), writer, kept)


def _hand_over(work: Work, rows: Rows, figures: Figures, writer: Writer | None, kept: _Kept | None) -> None:
    if kept is not None:
        kept.take(rows, figures)
    if writer is not None:
        writer.write(work, rows, figures)


class _Kept:
    """What a group's cumulative components paid, gathered block by block for later periods."""

    def __init__(self, context: RunContext, cohort: Cohort) -> None:
        self.context, self.cohort = context, cohort
        self.indices = [
            i for i, terms in enumerate(cohort.components)
            if component_types()[terms.type].target_based and looked_back_on(context, terms)
        ]  # fmt: skip
        self.before = {i: np.zeros(cohort.size) for i in self.indices}
        self.incentive = np.zeros(cohort.size)
        self.targets = {i: np.zeros(cohort.size) for i in self.indices}

    def take(self, rows: Rows, figures: Figures) -> None:
        """The figures of some rows."""
        for index in self.indices:
            line = figures.lines[index]
            assert line.component_target is not None
            self.before[index][rows] = floats(line.before_modifier)
            self.targets[index][rows] = floats(line.component_target)
        if self.indices:
            self.incentive[rows] = floats(figures.target_incentive)

    def remember(self) -> None:
        """Hands the cohort's figures on to later periods of the run."""
        if self.indices:
            names = [terms.component_id for terms in self.cohort.components]
            self.context.year.remember(
                self.cohort,
                {names[i]: column for i, column in self.before.items()},
                {names[i]: column for i, column in self.targets.items()},
                self.incentive,
            )
