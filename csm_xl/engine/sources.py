"""Where the numbers of one person's line stand: the cells behind a result, a goal, a deal, an event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.plan.model import ComponentTerms


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """The facts behind the lines of one person (`row` of `group`)."""

    facts: Facts
    group: Group
    row: int

    def result(self, terms: ComponentTerms, measure: str, scope: str) -> str:
        """The cell of a result's actual."""
        rows = self.facts.result_rows(self.group, terms, measure, scope, rows=np.array([self.row]))
        return self.facts.tables["results"].where(int(rows[0]), "actual") if rows[0] >= 0 else ""

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
