"""What is remarked about a payment: results with missing actuals, rows of other periods, pay that is far,
tables that are perhaps forgotten. One file a subject."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from csm_xl.engine.lines import Lines
from csm_xl.engine.remarks.arrangements import large_arrangements
from csm_xl.engine.remarks.blank_results import blank_results
from csm_xl.engine.remarks.commissions import held_by_all
from csm_xl.engine.remarks.earlier_payments import odd_earlier_payments, other_than_calculated
from csm_xl.engine.remarks.ended_early import ended_early
from csm_xl.engine.remarks.far_paid import far_paid
from csm_xl.engine.remarks.forgotten import forgotten
from csm_xl.engine.remarks.maximum_payouts import held_to_maximum
from csm_xl.engine.remarks.other_periods import rows_outside
from csm_xl.engine.remarks.pools import capped_pools, cut_pools, small_pools, unshared_pools
from csm_xl.engine.remarks.releases import large_releases
from csm_xl.errors import Issue, grouped
from csm_xl.plan.tables import Tables


def remarks(tables: Tables, runs: Iterable[Lines], periods: Collection[Any] = ()) -> list[Issue]:
    """What a payment leaves out that a person typed, and what it pays that is far, each kind as one finding.

    runs: its payout lines. periods: those that are paid; none where what is outside them is not reported.
    """
    runs = list(runs)
    outside = rows_outside(tables, periods) if periods else []
    every = (
        far_paid, small_pools, capped_pools, cut_pools, unshared_pools, held_by_all, held_to_maximum,
        large_arrangements, odd_earlier_payments, other_than_calculated, large_releases, blank_results,
    )  # fmt: skip
    found = grouped([issue for each in every for issue in each(tables, runs)])
    lacking = (*forgotten(tables, periods), *ended_early(tables, periods))
    return [*(replace(one, got=None) for one in found), *lacking, *outside]
