"""Where the numbers of one person's line stand: the cells behind a result, a goal, a deal, an event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.component import told
from csm_xl.engine.facts import Facts
from csm_xl.engine.goal_share import PARTS, goal_share
from csm_xl.engine.group import Group
from csm_xl.engine.measured import measured, risks
from csm_xl.plan.model import ComponentTerms


@dataclass(slots=True, eq=False, repr=False)
class Part:
    """A period's result in numbers: its actual, the goal with the share of it that counts, their cells."""

    measured: bool
    actual: str
    goal: str
    places: str


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

    def result(self, terms: ComponentTerms, measure: str, scope: str) -> str:
        """The cell of a result's actual, or those of the accounts that tell it."""
        found = measured(self.facts, self.group, terms, measure, scope, self._rows, goal_needed=False)
        if found.rows[0] >= 0:
            return self.facts.tables["results"].where(int(found.rows[0]), "actual")
        return self.accounts(scope)

    def parts(self, terms: ComponentTerms, measure: str, scope: str, goals: bool = True) -> list[Part]:
        """What an attainment is made of: this period's result, and for ``ytd_sum`` the year's before it."""
        shared = measure == terms.values.get("measure")
        found = [self.part(terms, measure, scope, goals, shared)]
        for earlier in self.facts.earlier(self.group) if terms.values.get("cumulative") == "ytd_sum" else ():
            if earlier.group.component(terms.component_id) is None:
                continue  # it had no target then, so what was reached then does not count either
            for row in earlier.rows[earlier.here == self.row].tolist():
                then = Sources(self.facts, earlier.group, row)
                beside = [str(terms.values["column_measure"])] if terms.matrix is not None else []
                if all(then.part(terms, one, scope).measured for one in (measure, *beside)):
                    found.append(then.part(terms, measure, scope, goals, shared))
        return found

    def part(
        self, terms: ComponentTerms, measure: str, scope: str, goals: bool = True, share: bool = False
    ) -> Part:
        """A result of this period as it was typed, or as accounts tell it.

        goals: whether it is measured against its goal. share: whether ramp and season cut that goal.
        """
        result = measured(self.facts, self.group, terms, measure, scope, self._rows, goal_needed=False)
        actual, of, goal = float(result.actual[0]), result.of, float(result.goal[0])
        words = told(actual) if of is None or of[0] == 1 else f"{told(actual)} / {told(float(of[0]))}"
        row, table = int(result.rows[0]), self.facts.tables["results"]
        shared = told(goal)
        if share:
            shares = goal_share(self.facts, self.group, terms, self._rows)
            for part, whole_of in PARTS:
                if part in shares:
                    part_of = (float(np.asarray(shares[name])[0]) for name in (part, whole_of))
                    shared += " × " + " / ".join(map(told, part_of))
        if row < 0:
            return Part(True, words, shared, self.accounts(scope))
        cells = [table.where(row, "actual"), *([table.where(row, "goal")] if goals else [])]
        return Part(not np.isnan(actual), words, shared, "; ".join(cells))

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

    def rank(self, terms: ComponentTerms) -> str:
        """The percentile rank of the person as a quotient."""
        name, lower = str(terms.values["peer_group"]), terms.values["direction"] == "lower"
        columns, _ = self.facts.ranks(self.group.period, str(terms.values["measure"]), name, lower)
        person = self.group.person[self.row]
        return " / ".join(told(float(np.asarray(columns[part])[person])) for part in ("rank", "rank_of"))

    def term(self, terms: ComponentTerms, *columns: str) -> str:
        """The cells of a component's own parameters."""
        return "; ".join(self.facts.tables["components"].where(terms.row, column) for column in columns)

    def rows_of(self, table: str, name: str) -> list[int]:
        """The rows of a curve, tier table, ramp, season or matrix, in the order of the table."""
        rows = self.facts.tables[table]
        key = rows.schema.columns[0].name
        return np.flatnonzero(rows.columns[key] == name).tolist()

    def cells(self, table: str, rows: Iterable[int], column: str) -> str:
        """Cells of one column of a table."""
        return "; ".join(self.facts.tables[table].where(row, column) for row in rows)

    def accounts(self, scope: str) -> str:
        """The cells of the opening accounts of the person, the team or the company."""
        owner = int(self.group.owner(scope)[self.row])
        rows = self.facts.books.rows(scope, self.group.period, owner)
        return "; ".join(self.facts.tables["accounts"].where(row, "end") for row in rows)

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

    def credits(self, terms: ComponentTerms, before: bool = False) -> list[tuple[str, float, float, str]]:
        """Deal, amount, share and cells of each of the person's credits in the period.

        before: those of the plan year before the period, in place of its own.
        """
        period, table = self.group.period, self.facts.tables["deals"]
        days = (self.group.to_date[0].start, period.start - 1) if before else (period.start, period.end)
        theirs = self.facts.credited(self.group, terms, *days)
        theirs = theirs.take(slice(self.row, self.row + 1))
        found = []
        for deal, amount, share in zip(
            *(theirs[n].tolist() for n in ("deal", "amount", "share")), strict=True
        ):
            name = str(table.columns["deal_id"][deal])
            cells = [table.where(deal, "amount"), *self._shares(name)]
            found.append((name, float(amount), float(share), "; ".join(cells)))
        return found

    def _shares(self, deal: str) -> list[str]:
        """The cells of the person's shares of a deal."""
        table, who = self.facts.tables["credits"], self.facts.people.ids[int(self.group.person[self.row])]
        mine = (table.columns["deal_id"] == deal) & (table.columns["employee_id"] == who)
        return [table.where(row, "share") for row in np.flatnonzero(mine).tolist()]

    def counts(self, terms: ComponentTerms) -> list[tuple[float, float]]:
        """How many events each row of the person's events in the period tells, and what each pays."""
        period = self.group.period
        theirs = self.facts.events(self.group, terms, period.start, period.end)
        mine = theirs.take(slice(self.row, self.row + 1))
        return list(zip(mine["count"].tolist(), mine["each"].tolist(), strict=True))

    def events(self, terms: ComponentTerms) -> list[str]:
        """The cells of the person's events in the period."""
        period = self.group.period
        theirs = self.facts.events(self.group, terms, period.start, period.end)
        rows = theirs.take(slice(self.row, self.row + 1))["row"]
        return [self.facts.tables["events"].where(int(row), "count") for row in rows]
