"""Where the numbers of one person's line stand: the cells behind a result, a goal, a deal, an event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.columns import Ragged
from csm_xl.engine.facts import Facts
from csm_xl.engine.goal_share import goal_share_words
from csm_xl.engine.group import Group
from csm_xl.engine.measured import measured, risks
from csm_xl.engine.wording import account_words, added, named, places
from csm_xl.pay.trace import Step, told
from csm_xl.plan.model import ComponentTerms


@dataclass(slots=True, eq=False, repr=False)
class Part:
    """A period's result in numbers: its actual, the goal with the share of it that counts, their cells.

    steps: what makes the actual, where accounts tell it. shares: the cells of what cuts the goal.
    """

    measured: bool
    actual: str
    goal: str
    places: str
    steps: list[Step] = field(default_factory=list)
    shares: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False, repr=False)
class Before:
    """What an earlier period of the plan year adds to a year to date: the component's target (None: nothing
    but money was paid), what it paid before its modifier, and where both stand."""

    period: str
    target: float | None
    paid: float
    places: str


@dataclass(slots=True, eq=False, repr=False)
class Event:
    """An event that counts: its day, how many it tells, what each pays, and its cells."""

    day: str
    count: float
    each: float
    places: str


@dataclass(slots=True, eq=False, repr=False)
class Sources:
    """The facts behind the lines of one person (`row` of `group`)."""

    facts: Facts
    group: Group
    row: int

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
        actual, goal, row = float(result.actual[0]), told(float(result.goal[0])), int(result.rows[0])
        shares: list[str] = []
        if share:
            words, shares = goal_share_words(self.facts, self.group, terms, self.row)
            goal += words
        if result.counted[0]:
            assert result.of is not None
            steps = self._retained(measure, scope, actual, float(result.of[0]))
            quotient = " / ".join(told(step.value) for step in steps)
            stated = [self.facts.tables["results"].where(row, "goal")] if goals and row >= 0 else []
            return Part(True, quotient, goal, "; ".join([steps[-1].source, *stated]), steps, shares)
        table = self.facts.tables["results"]
        cells = [table.where(row, "actual"), *([table.where(row, "goal")] if goals else [])]
        return Part(not np.isnan(actual), told(actual), goal, "; ".join(cells), [], shares)

    def _retained(self, measure: str, scope: str, kept: float, there: float) -> list[Step]:
        """What the opening accounts of the person, the team or the company kept, and what there was. A
        person's own are written out; those of others are told as sums, with their cells."""
        period, table = self.group.period, self.facts.tables["accounts"]
        rows = self.facts.books.rows(scope, period, int(self.group.owner(scope)[self.row]))
        whose = {"individual": "own", "team": "team's", "company": "company's"}[scope]
        of = f"sum over the {whose} {len(rows)} opening accounts of {period.name} of"
        what = {"GRR": "the smaller of start and end", "NRR": "end", "LOGO": "1 where end is above 0"}[
            measure
        ]
        put_in = [told(kept), told(there)]
        if scope == "individual":
            names, *figures = (table.columns[name][rows] for name in ("account_id", "start", "end"))
            each = [account_words(measure, *one) for one in zip(*(c.tolist() for c in figures), strict=True)]
            put_in = [added(map(named, side, names)) for side in zip(*each, strict=True)]
        had = "1 each" if measure == "LOGO" else "start"
        cells = self.cells("accounts", rows, "start", "end")
        return [Step(f"{measure} kept", f"{of} {what}", put_in[0], kept, cells),
                Step(f"{measure} opening", f"{of} {had}", put_in[1], there, cells)]  # fmt: skip

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

    def rank(self, terms: ComponentTerms) -> tuple[int, int, str, str]:
        """How many peers stand below the person, how many there are, the group, and the cells of them all."""
        facts, period, measure = self.facts, self.group.period, str(terms.values["measure"])
        name, lower = str(terms.values["peer_group"]), terms.values["direction"] == "lower"
        columns, label = facts.ranks(period, measure, name, lower)
        person = int(self.group.person[self.row])
        peers = facts.peers(period, measure, label, person)
        rank, of = (int(np.asarray(columns[part])[person]) for part in ("rank", "rank_of"))
        rows = np.array([row for _, row in peers if row >= 0], dtype=np.intp)
        cells = [self.cells("results", np.sort(rows).tolist(), "actual")]
        for peer in (peer for peer, row in peers if row < 0):
            cells.append(self.cells("accounts", facts.books.rows("individual", period, peer), "start", "end"))
        below = rank * (len(peers) - 1) // of
        return below, len(peers), f"{name} {label[person]}", "; ".join(filter(None, cells))

    def term(self, terms: ComponentTerms, *columns: str) -> str:
        """The cells of a component's own parameters."""
        return "; ".join(self.facts.tables["components"].where(terms.row, column) for column in columns)

    def days_of(self, terms: ComponentTerms) -> str:
        """Which days a version counts on, in words: the period, or those of it that are its own."""
        period = self.group.period
        if len(self.group.versions(terms.component_id)) == 1:
            return "period"
        first, last = max(period.start, terms.valid_from or 0), min(period.end, terms.valid_to or period.end)
        return f"days {date.fromordinal(first).isoformat()} to {date.fromordinal(last).isoformat()}"

    def rows_of(self, table: str, name: str) -> list[int]:
        """The rows of a curve, tier table, ramp, season or matrix, in the order of the table."""
        rows = self.facts.tables[table]
        key = rows.schema.columns[0].name
        return np.flatnonzero(rows.columns[key] == name).tolist()

    def cells(self, table: str, rows: Iterable[int], *columns: str) -> str:
        """Cells of some columns of a table."""
        every = list(rows)
        return "; ".join(filter(None, (places(self.facts.tables[table], every, name) for name in columns)))

    def book(self, terms: ComponentTerms) -> tuple[Ragged, list[str], str]:
        """The person's own opening accounts, exact: kept, there and expected; each written out as what was
        kept less what was expected; and their cells."""
        mine = risks(self.facts, self.group, terms).take(slice(self.row, self.row + 1))
        table, classes = self.facts.tables["accounts"], self.facts.tables["risk_classes"]
        measure = str(terms.values["measure"])
        rows = [int(row) for row in mine["row"].tolist()]
        words = []
        for row, expected in zip(rows, mine["expected"].tolist(), strict=True):
            kept, there = account_words(measure, *(table.columns[name][row] for name in ("start", "end")))
            words.append(
                named(f"({kept} − {there} × {told(expected)})", str(table.columns["account_id"][row]))
            )
        named_by = {table.columns["risk_class"][row] for row in rows}
        ratios = [at for at, name in enumerate(classes.columns["risk_class"].tolist()) if name in named_by]
        cells = [self.cells("accounts", rows, "start", "end"), self.cells("risk_classes", ratios, "ratio")]
        return mine.exact(), words, "; ".join(cells)

    @property
    def _rows(self) -> NDArray[np.intp]:
        return np.array([self.row])

    def goals(self, terms: ComponentTerms) -> list[tuple[str, float, float, str]]:
        """Goal, weight, score and cell of each of the person's goals."""
        theirs = self.facts.goals(self.group, terms).take(slice(self.row, self.row + 1))
        table = self.facts.tables["goals"]
        return [
            (str(table.columns["goal"][row]), float(table.columns["weight"][row]),
             float(table.columns["score"][row]),
             "; ".join(table.where(row, name) for name in ("weight", "score")))
            for row in theirs["row"].tolist()
        ]  # fmt: skip

    def credits(self, terms: ComponentTerms, before: bool = False) -> list[tuple[str, float, float, str]]:
        """Deal, amount, share and cells of each of the person's credits in the period under a version.

        before: those that were credited before, on top of which its tiers climb, in place of its own.
        """
        period, table = self.group.period, self.facts.tables["deals"]
        if before:
            yearly = terms.values["cumulative"] != "discrete"
            theirs = self.facts.credited_before(self.group, terms, yearly)
        else:
            theirs = self.facts.credited(self.group, terms, period.start, period.end)
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

    def happened(self, terms: ComponentTerms) -> list[Event]:
        """Each of the person's events in the period that count."""
        period, table = self.group.period, self.facts.tables["events"]
        theirs = self.facts.events(self.group, terms, period.start, period.end)
        mine = theirs.take(slice(self.row, self.row + 1))
        return [
            Event(date.fromordinal(int(table.columns["date"][row])).isoformat(), count, each,
                  "; ".join(table.where(row, name) for name in ("date", "count")))
            for count, each, row in zip(*(mine[n].tolist() for n in ("count", "each", "row")), strict=True)
        ]  # fmt: skip

    def windows(self, terms: ComponentTerms, amounts: Iterable[float]) -> tuple[str, str]:
        """The days on which the versions of a component that pay such amounts are valid, in words; and the
        cells of the amounts and the days."""
        paying, said, cells = set(amounts), [], []
        for version in self.facts.versions(terms):
            if float(version.values.get("fixed_amount") or 0.0) not in paying:
                continue
            ends = {"valid_from": version.valid_from, "valid_to": version.valid_to}
            words = [f"{word} {date.fromordinal(day).isoformat()}"
                     for word, day in zip(("from", "to"), ends.values(), strict=True) if day]  # fmt: skip
            said.append(" ".join(words))
            cells += [self.term(version, "fixed_amount", *(name for name, day in ends.items() if day))]
        return " and ".join(filter(None, said)), "; ".join(cells)
