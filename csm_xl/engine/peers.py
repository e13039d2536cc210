"""Standing among peers: the percentile rank of a person's result in the group that they belong to."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.books import Books
from csm_xl.engine.columns import Inputs
from csm_xl.engine.people import People
from csm_xl.pay.rank import percentile_rank
from csm_xl.pay.rounding import exact
from csm_xl.plan.employment import History
from csm_xl.plan.names import plain_name
from csm_xl.plan.periods import Period
from csm_xl.plan.tables import Tables

_FREE_TEXT: Final = ("role", "level", "location")
"""What people spell as they like: CSM and csm are one role."""


def ranks(
    history: History,
    tables: Tables,
    people: People,
    books: Books,
    measure: str,
    period: Period,
    peer_group: str,
    lower: bool,
) -> tuple[Inputs, NDArray[np.object_]]:
    """Everybody's percentile rank by their own result, as two columns that divide: rank, rank_of.

    peer_group: whom people are ranked among: those with the same plan, team, division, level, role or
        location on their last day of the period, whether or not they are paid on the measure.
    lower: whether a lower result is better, so that the lowest is at 1.
    Returns the columns by person, 0 of 1 for those without a measured result, and each one's group, ""
    where the roster states none.
    """
    label = _labels(history, period, peer_group)
    who, values, _ = measured_people(tables, people, books, measure, period)
    rank, of = np.zeros(len(people.ids)), np.ones(len(people.ids))
    labels = label[who]
    for name in dict.fromkeys(labels.tolist()):
        peers = np.flatnonzero(labels == name) if name else np.zeros(0, dtype=np.intp)
        if peers.size:
            standing = -values[peers] if lower else values[peers]
            found: list[Fraction] = percentile_rank(standing, standing).tolist()
            rank[who[peers]] = [float(one.numerator) for one in found]
            of[who[peers]] = [float(one.denominator) for one in found]
    return {"rank": rank, "rank_of": of}, label


def measured_people(
    tables: Tables, people: People, books: Books, measure: str, period: Period
) -> tuple[NDArray[np.intp], NDArray[Any], NDArray[np.intp]]:
    """Those with a measured result of their own; it, exact; and its row of results, −1 where accounts give
    what results do not."""
    table = tables["results"]
    index = {name: code for code, name in enumerate(people.ids)}
    mine = (table.columns["period"] == period.name) & (table.columns["measure"] == measure)
    rows = np.flatnonzero(mine & (table.columns["scope"] == "individual")) if table.rows else np.arange(0)
    who = np.array([index.get(name, -1) for name in table.columns["id"][rows].tolist()], dtype=np.intp)
    everyone, actual = np.arange(len(people.ids)), table.columns["actual"][rows]
    # A row that gives the goal alone leaves the result to the accounts.
    others = np.setdiff1d(everyone, who[~np.isnan(actual) | np.isnan(table.columns["goal"][rows])])
    kept, there = books.kept(measure, "individual", period, others)
    others, kept, there = others[there > 0], kept[there > 0], there[there > 0]
    told = (who >= 0) & ~np.isnan(actual)
    return (
        np.concatenate([who[told], others]),
        np.concatenate([exact(actual[told]), exact(kept) / exact(there)]),
        np.concatenate([rows[told], np.full(len(others), -1)]),
    )


def _labels(history: History, period: Period, name: str) -> NDArray[np.object_]:
    """What is stated of each person on the last day of the period on which they are employed; "" for those
    who are not."""
    last = np.minimum(history.left, period.end)
    label = history.as_of("plan_id" if name == "plan" else name, last).astype(object)
    if name in _FREE_TEXT:
        spelled: dict[str, str] = {}
        label[:] = [spelled.setdefault(plain_name(one), one) for one in label.tolist()]
    label[(history.hired > period.end) | (history.left < period.start)] = ""
    return label
