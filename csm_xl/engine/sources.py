"""Where the numbers of one person's line stand: the cells behind a result, a goal, a deal, an event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.facts import Facts
from csm_xl.engine.goal_share import goal_share
from csm_xl.engine.group import Group
from csm_xl.engine.measured import measured, risks
from csm_xl.plan.model import ComponentTerms


@dataclass(slots=True, eq=False, repr=False)
class Sources:
    """The facts behind the lines of one person (`row` of `group`)."""

    facts: Facts
    group: Group
    row: int

    def result(self, terms: ComponentTerms, measure: str, scope: str) -> str:
        """The cell of a result's actual, or those of the accounts that tell it."""
        found = measured(self.facts, self.group, terms, measure, scope, self._rows, goal_needed=False)
        if found.rows[0] >= 0:
            return self.facts.tables["results"].where(int(found.rows[0]), "actual")
        return self.accounts(scope)

    def results_to_date(self, terms: ComponentTerms, measure: str, scope: str) -> str:
        """The cells of the results that make up an attainment: for ``ytd_sum`` those of the year so far."""
        cells = [self.result(terms, measure, scope)]
        for earlier in self.facts.earlier(self.group) if terms.values["cumulative"] == "ytd_sum" else ():
            for row in earlier.rows[earlier.here == self.row].tolist():
                cells.append(Sources(self.facts, earlier.group, row).result(terms, measure, scope))
        return "; ".join(cells)

    def accounts(self, scope: str) -> str:
        """The cells of the opening accounts of the person, the team or the company."""
        owner = int(self.group.owner(scope)[self.row])
        rows = self.facts.books.rows(scope, self.group.period, owner)
        return "; ".join(self.facts.tables["accounts"].where(row, "end") for row in rows)

    def goal_parts(self, terms: ComponentTerms) -> tuple[float, dict[str, float]]:
        """The goal of the period as it is stated, and the parts of the share of it that counts."""
        rows, measure = self._rows, str(terms.values["measure"])
        stated = measured(self.facts, self.group, terms, measure, str(terms.values["scope"]), rows)
        share = goal_share(self.facts, self.group, terms, rows)
        return float(stated.goal[0]), {name: float(np.asarray(one)[0]) for name, one in share.items()}

    def standing(self, terms: ComponentTerms) -> str:
        """The group that the person is ranked in."""
        name, lower = str(terms.values["peer_group"]), terms.values["direction"] == "lower"
        _, label = self.facts.ranks(self.group.period, str(terms.values["measure"]), name, lower)
        return f"{name} {label[self.group.person[self.row]]}"

    def book(self, terms: ComponentTerms) -> list[tuple[float, float, float]]:
        """What was kept, what there was and the ratio expected, of each of the person's own accounts."""
        mine = risks(self.facts, self.group, terms).take(slice(self.row, self.row + 1))
        return list(zip(*(mine[n].tolist() for n in ("kept", "there", "expected")), strict=True))

    @property
    def _rows(self) -> NDArray[np.intp]:
        return np.array([self.row])

    def goals(self, terms: ComponentTerms) -> list[tuple[str, float, float, str]]:
        """Goal, weight, score and cell of each of the person's goals."""
        theirs = self.facts.goals(self.group, terms).take(slice(self.row, self.row + 1))
        table = self.facts.tables["goals"]
        return [
            (str(table.columns["goal"][row]), float(table.columns["weight"][row]),
             float(table.columns["score"][row]), table.where(row, "score"))
            for row in theirs["row"].tolist()
        ]  # fmt: skip

    def credits(self, terms: ComponentTerms) -> list[tuple[str, float, float, str]]:
        """Deal, amount, share and cell of each of the person's credits in the period."""
        period, table = self.group.period, self.facts.tables["deals"]
        theirs = self.facts.credited(self.group, terms, period.start, period.end)
        theirs = theirs.take(slice(self.row, self.row + 1))
        return [
            (str(table.columns["deal_id"][deal]), float(amount), float(share), table.where(deal, "amount"))
            for deal, amount, share in zip(
                theirs["deal"].tolist(), theirs["amount"], theirs["share"], strict=True
            )
        ]

    def events(self, terms: ComponentTerms) -> list[str]:
        """The cells of the person's events in the period."""
        period = self.group.period
        theirs = self.facts.events(self.group, terms, period.start, period.end)
        rows = theirs.take(slice(self.row, self.row + 1))["row"]
        return [self.facts.tables["events"].where(int(row), "count") for row in rows]
