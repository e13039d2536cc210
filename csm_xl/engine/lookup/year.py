"""The plan year so far: what its earlier periods paid people, and the targets they had."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.company import Company
from csm_xl.engine.eligibility import WAITING
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.engine.replaced import Replaced
from csm_xl.plan.model import ComponentTerms

_DIFFERS: Final = 0.01
"""What was paid may differ by such a part, and by a unit of money, from what is calculated."""


@dataclass(slots=True, eq=False, repr=False)
class Past:
    """What an earlier period of the year paid a group: per component, before its modifier and target; and the
    target incentive."""

    cohort: Cohort
    before: dict[str, NDArray[np.float64]]
    targets: dict[str, NDArray[np.float64]]
    incentive: NDArray[np.float64]


@dataclass(slots=True, eq=False, repr=False)
class Earlier:
    """People of a group who were on its plan in an earlier period: their rows there, and here."""

    past: Past
    rows: NDArray[np.intp]
    here: NDArray[np.intp]

    @property
    def cohort(self) -> Cohort:
        """The group of the earlier period."""
        return self.past.cohort


class Year(Lookup):
    """What a run paid for the earlier periods of the plan year, and what the table `paid` says was paid."""

    def __init__(self, company: Company) -> None:
        super().__init__(company)
        self.past: dict[str, list[Past]] = {}
        self.replaced: list[Replaced] = []

    def earlier(self, cohort: Cohort) -> list[Earlier]:
        """For each earlier period of the plan year, the people of the group who were on the plan then: days
        of a waiting period are no days on it."""
        found = []
        for period in cohort.to_date[:-1]:
            for past in self.past.get(period.name, ()):
                if past.cohort.plan_code == cohort.plan_code:
                    _, here, rows = np.intersect1d(
                        cohort.person, past.cohort.person, assume_unique=True, return_indices=True
                    )
                    there = past.cohort.forfeits[rows] & WAITING == 0
                    here, rows = here[there], rows[there]
                    if len(here):
                        found.append(Earlier(past, rows, here))
        return found

    def to_date(self, cohort: Cohort, terms: ComponentTerms) -> Inputs:
        """What earlier periods of the plan year paid for the component, and the targets they had."""
        paid = np.zeros(cohort.size)
        targets = np.zeros(cohort.size)
        row: list[NDArray[Any]] = [np.zeros(0, dtype=np.intp)]
        spells: dict[str, list[NDArray[Any]]] = {}
        recomputed: dict[str, NDArray[np.bool_]] = {}
        for earlier in self.earlier(cohort):
            then = earlier.cohort
            if terms.component_id not in earlier.past.before:
                continue  # it was not there, or paid no share of the target
            recomputed.setdefault(then.period.name, np.zeros(cohort.size, dtype=bool))[earlier.here] = True
            paid[earlier.here] += earlier.past.before[terms.component_id][earlier.rows]
            if then.plan.rounding == "step":
                targets[earlier.here] += earlier.past.targets[terms.component_id][earlier.rows]
                continue
            if then.plan.round_target is not None:
                one = _rounded(earlier, terms)
                row.append(earlier.here)
                for name, column in one.items():
                    spells.setdefault(name, []).append(column)
                continue
            theirs = then.spells.take(earlier.rows)
            elements = len(theirs["time"])
            columns = dict(theirs.values)
            segment = columns.pop("segment", np.zeros(elements, dtype=np.int64))
            columns.pop("once", None)
            columns["weight"] = then.weights(terms.component_id)[segment]
            row.append(earlier.here[theirs.owner()])
            share = then.share
            # Versions of a plan may differ in what the target is compared from: 1 and 0 change nothing.
            neutral = {} if "base_share" in columns else {"base_share": 0.0}
            if then.basis == "mixed":
                columns["salary"] = columns.pop("base")
            elif then.basis != "ratio":
                neutral["salary"] = 1.0
            constant = neutral | {
                "time_total": float(then.time_total),
                "share": float(share.numerator),
                "share_of": float(share.denominator),
            }
            for name, column in columns.items():
                if name not in neutral:
                    spells.setdefault(name, []).append(column)
            for name, value in constant.items():
                spells.setdefault(name, []).append(np.full(elements, value))
        for period in cohort.to_date[:-1]:
            # Money paid to somebody who, by now, was not on the plan then: paid all the same.
            who, money = self._paid.get((period.name, cohort.plan.plan_id, terms.component_id), ([], []))
            here, amounts = cohort.rows_of(np.array(who, dtype=np.intp), np.array(money))
            new = ~recomputed.get(period.name, np.zeros(cohort.size, dtype=bool))[here]
            paid[here[new]] += amounts[new]
        names = ("salary", "fte", "amount", "base_share", "time", "weight", "time_total", "share", "share_of")
        values = {name: np.concatenate(spells.get(name, [np.zeros(0)])) for name in names}
        return {
            "paid": np.round(paid, 4),
            "targets": np.round(targets, 4),  # the figures of versions that round at each step
            "spells": Ragged.by_row(np.concatenate(row), cohort.size, values),
        }

    @cached_property
    def _paid(self) -> dict[tuple[str, str, str], tuple[list[int], list[float]]]:
        """(period, plan, component) → who was really paid, and the amounts before the modifier."""
        table = self.company.tables["paid"]
        index = self.company.people.index
        found: dict[tuple[str, str, str], tuple[list[int], list[float]]] = {}
        columns = (
            table.columns[name].tolist()
            for name in ("period", "plan_id", "component_id", "employee_id", "amount", "before_modifier")
        )
        for period, plan, component, name, amount, before in zip(*columns, strict=True):
            who, money = found.setdefault((period, plan, component), ([], []))
            who.append(index.get(name, -1))
            money.append(amount if np.isnan(before) else before)
        return found

    def paid_rows(self, cohort: Cohort, terms: ComponentTerms, person: int) -> list[int]:
        """The rows that say what a component really paid a person in earlier periods of the plan year."""
        names = ("period", "plan_id", "component_id", "employee_id")
        columns = (self.company.tables["paid"].columns[name].tolist() for name in names)
        mine = (terms.plan_id, terms.component_id, self.company.people.ids[person])
        before = {period.name for period in cohort.to_date[:-1]}
        return [
            row for row, (when, *what) in enumerate(zip(*columns, strict=True))
            if when in before and tuple(what) == mine
        ]  # fmt: skip

    def really_paid(self, cohort: Cohort, terms: ComponentTerms) -> frozenset[int]:
        """The people with an entry for what the component really paid in the group's period."""
        who, _ = self._paid.get((cohort.period.name, cohort.plan.plan_id, terms.component_id), ([], []))
        return frozenset(who)

    def remember(
        self, cohort: Cohort, before: dict[str, NDArray[np.float64]],
        targets: dict[str, NDArray[np.float64]], incentive: NDArray[np.float64],
    ) -> None:  # fmt: skip
        """Remembers what a period paid, for later periods of its year: what was really paid counts in
        place of what is computed."""
        for component_id, computed in before.items():
            who, money = self._paid.get((cohort.period.name, cohort.plan.plan_id, component_id), ([], []))
            place = np.searchsorted(cohort.person, who)
            for person, at, amount in zip(who, place.tolist(), money, strict=True):
                if at < cohort.size and cohort.person[at] == person:
                    was = float(computed[at])
                    if abs(amount - was) > max(1.0, _DIFFERS * abs(was)):
                        name = self.company.people.ids[person]
                        plan = cohort.plan.plan_id
                        self.replaced.append(Replaced(cohort.period.name, name, plan, component_id, was))
                    computed[at] = amount
        self.past.setdefault(cohort.period.name, []).append(Past(cohort, before, targets, incentive))


def _rounded(earlier: Earlier, terms: ComponentTerms) -> dict[str, NDArray[Any]]:
    """The targets of a period whose plan rounds its target incentive, as spells: the rounded incentive × the
    weight; where the weight changes inside the period, the component target that it came to."""
    weights = earlier.cohort.weights(terms.component_id)
    found = {
        name: np.ones(len(earlier.rows))
        for name in ("fte", "amount", "time", "time_total", "share", "share_of")
    }
    found["base_share"] = np.zeros(len(earlier.rows))
    if (weights == weights[0]).all():
        return found | {
            "salary": earlier.past.incentive[earlier.rows], "weight": np.full(len(earlier.rows), weights[0])
        }  # fmt: skip
    return found | {
        "salary": earlier.past.targets[terms.component_id][earlier.rows], "weight": found["fte"]
    }  # fmt: skip
