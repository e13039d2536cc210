"""Where the numbers of one person's line are: the cells of its terms, and of its year to date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.plan.model import ComponentTerms


@dataclass(slots=True, eq=False, repr=False)
class Before:
    """What an earlier period of the plan year adds to a year to date: the component's target (None: nothing
    but money was paid), what it paid before its modifier, and where both stand."""

    period: str
    target: float | None
    paid: float
    places: str


@dataclass(slots=True, eq=False, repr=False)
class Sources:
    """The facts behind the lines of one person (`row` of `group`)."""

    facts: Facts
    group: Group
    row: int

    def to_date(self, terms: ComponentTerms) -> list[Before]:
        """What each earlier period of the plan year adds to the component's year to date."""
        table, name, person = self.facts.tables["paid"], terms.component_id, int(self.group.person[self.row])
        really = {table.columns["period"][row]: row
                  for row in self.facts.paid_rows(self.group, terms, person)}  # fmt: skip
        computed: dict[str, tuple[float, float]] = {}
        for earlier in self.facts.earlier(self.group):
            for row in earlier.rows[earlier.here == self.row].tolist():
                if name in earlier.past.before:
                    then = earlier.past.targets[name][row], earlier.past.before[name][row]
                    computed[earlier.group.period.name] = (float(then[0]), float(then[1]))
        found = []
        for period in (one.name for one in self.group.to_date[:-1]):
            if period not in really and period not in computed:
                continue
            target, paid = computed.get(period, (None, 0.0))
            line = f"payouts, {name} of {period}"
            places = [] if target is None else [f"{line} (component_target)"]
            if period in really:
                row = really[period]
                columns = ("amount", "before_modifier")
                amount, before = (float(table.columns[column][row]) for column in columns)
                paid, column = (amount, columns[0]) if np.isnan(before) else (before, columns[1])
                places.append(table.where(row, column))
            else:
                places.append(f"{line} (before_modifier)")
            found.append(Before(period, target, paid, "; ".join(places)))
        return found

    def term(self, terms: ComponentTerms, *columns: str) -> str:
        """The cells of a component's own parameters."""
        return "; ".join(self.facts.tables["components"].where(terms.row, column) for column in columns)
