"""Customers who leave after their deal was paid, and the clawbacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csm_xl.analysis.simulate.numbers import LEVELS, Floats, key, keys, levels, name_keys
from csm_xl.engine.columns import Ragged
from csm_xl.engine.lines import Lines
from csm_xl.errors import NOT_FOUND, VALUE, Issue, listed
from csm_xl.plan.names import did_you_mean

if TYPE_CHECKING:
    from csm_xl.analysis.simulate.outlook import Outlook
    from csm_xl.analysis.simulate.rules import Payer
    from csm_xl.engine.context import RunContext


@dataclass(eq=False, repr=False)
class Churn:
    """Deals that may be lost, one row for each person who was paid on one.

    person: codes, sorted. deal: its key's name. chance: that its customer leaves. ticks: what is taken back.
    """

    person: NDArray[np.intp]
    deal: list[str]
    chance: Floats
    ticks: Floats

    @classmethod
    def of(
        cls, outlook: Outlook, context: RunContext, payers: list[Payer], lines: Lines, tick: float
    ) -> Churn:
        """From the rows of kind churn: each deal of the component is lost with probability `mean`; then the
        share `high` of what the component paid on it is taken back, a deal's part of the pay being its part
        of the credited amount. A deal that several people were paid on is lost for all of them at once.

        What is wrong is kept in `outlook`: no such component, no probability, no such deal.
        """
        table = outlook.table
        rows = [row for row in range(table.rows) if table.columns["kind"][row] == "churn"]
        stated = {(str(table.columns["measure"][row]), str(table.columns["id"][row])): row for row in rows}
        found: list[tuple[int, str, float, float]] = []
        deals: set[str] = set()
        known = {
            terms.component_id
            for payer in payers
            for terms in payer.cohort.components
            if terms.pays_on == "deals"
        }
        for row in rows:
            name, chance = table.columns["measure"][row], table.value(row, "mean")
            share = table.value(row, "high")
            if name not in known:
                outlook.issues[
                    Issue(
                        NOT_FOUND,
                        "no commission component with this name pays in the period",
                        table.where(row, "measure"),
                        name,
                        f"{did_you_mean(name, known)}There are {listed(sorted(known)) or 'none'}.",
                    )
                ] = None
            if chance is None or not 0 <= chance <= 1:
                outlook.issues[
                    Issue(
                        VALUE,
                        "the mean of a churn row must be the probability that the customer leaves",
                        table.where(row, "mean"),
                        chance,
                        "Enter a number from 0 to 1.",
                    )
                ] = None
            if share is not None and not 0 <= share <= 1:
                outlook.issues[
                    Issue(
                        VALUE,
                        "the high of a churn row must be the fraction clawed back",
                        table.where(row, "high"),
                        share,
                        "Enter a number from 0 to 1.",
                    )
                ] = None
        if not rows or outlook.issues:
            return cls(np.zeros(0, dtype=np.intp), [], np.zeros(0), np.zeros(0))
        names = context.tables["deals"].columns["deal_id"]
        for payer in payers:
            cohort = payer.cohort
            for at, terms in enumerate(cohort.components):
                if terms.component_id not in known or terms.type != "commission":
                    continue
                parts = [given["credits"] for _, given in payer.work.versions(at)]
                every = [part for part in parts if isinstance(part, Ragged)]
                amount, deal_of, owner = (
                    np.concatenate(each)
                    for each in (
                        [np.asarray(part["amount"] * part["share"], dtype=np.float64) for part in every],
                        [part["deal"] for part in every],
                        [part.owner() for part in every],
                    )
                )
                whole = np.bincount(owner, weights=amount, minlength=cohort.size)
                paid = _paid(
                    lines, cohort.period.name, terms.plan_id, terms.component_id, len(context.people.ids)
                )
                for element, who in enumerate(owner.tolist()):
                    deal = str(names[int(deal_of[element])])
                    deals.add(deal)
                    row = stated.get((terms.component_id, deal), stated.get((terms.component_id, ""), -1))
                    person = int(cohort.person[who])
                    if row < 0 or not whole[who] or paid[person] <= 0:
                        continue
                    part = paid[person] * amount[element] / whole[who]
                    back = table.value(row, "high")
                    part *= 1.0 if back is None else back
                    found.append((person, deal, float(table.value(row, "mean")), float(np.rint(part / tick))))
        for (_, deal), row in stated.items():
            if deal and deal not in deals:
                outlook.issues[
                    Issue(
                        NOT_FOUND,
                        "nobody is paid on such a deal in the period",
                        table.where(row, "id"),
                        deal,
                        did_you_mean(deal, deals),
                    )
                ] = None
        found.sort(key=lambda one: one[0])
        return cls(
            np.array([one[0] for one in found], dtype=np.intp),
            [one[1] for one in found],
            np.array([one[2] for one in found]),
            np.array([one[3] for one in found]),
        )

    def take_back(self, pay: Floats, some: NDArray[np.intp], seed: int) -> None:
        """Take what is lost from the pay of some people, a row each, a column a trial."""
        for row, person in enumerate(some.tolist() if len(self.person) else ()):
            first, last = np.searchsorted(self.person, [person, person + 1]).tolist()
            if first == last:
                continue
            drawn = levels(keys(key(seed, "churn"), name_keys(self.deal[first:last])), pay.shape[1])
            lost = drawn < np.rint(self.chance[first:last] * LEVELS)[:, None]
            for each, ticks in zip(lost, self.ticks[first:last].tolist(), strict=True):
                pay[row] -= each * ticks


def _paid(lines: Lines, period: str, plan_id: str, component_id: str, people: int) -> Floats:
    """What a component paid each person."""
    columns, names = lines.columns, lines.names
    wanted = np.ones(len(columns["amount"]), dtype=bool)
    for name, value in (("period", period), ("plan_id", plan_id), ("component_id", component_id)):
        wanted &= columns[name] == names[name].index(value)
    found = np.zeros(people)
    np.add.at(found, columns["employee_id"][wanted], columns["amount"][wanted])
    return found
