"""What happened, looked up for a group of people at a time: results, goals, deals, events, modifiers.

Facts that span people (a team's result, a deal shared by two) are read here, once, before the
arithmetic, so that the arithmetic itself can take people in blocks cut anywhere. What is missing is
reported with the person it stops, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.books import Books
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import ComponentType
from csm_xl.engine.group import Group
from csm_xl.engine.peers import measured_people, ranks
from csm_xl.engine.people import codes, people
from csm_xl.engine.segments import Segment, plan_segments
from csm_xl.errors import ARITHMETIC, NOT_FOUND, VALUE, Issue
from csm_xl.pay.measures import MEASURES
from csm_xl.pay.rounding import Array
from csm_xl.plan.employment import FOREVER, History
from csm_xl.plan.model import ComponentTerms, PlanBook
from csm_xl.plan.periods import Calendar, Period
from csm_xl.plan.tables import Tables


@dataclass(slots=True, eq=False, repr=False)
class Past:
    """What an earlier period of the year paid a group: per component, before its modifier and target."""

    group: Group
    before: dict[str, NDArray[np.float64]]
    targets: dict[str, NDArray[np.float64]]


@dataclass(slots=True, eq=False, repr=False)
class Earlier:
    """People of a group who were on its plan in an earlier period: their rows there, and here."""

    past: Past
    rows: NDArray[np.intp]
    here: NDArray[np.intp]

    @property
    def group(self) -> Group:
        """The group of the earlier period."""
        return self.past.group


DATES: Final = {"signing": "date", "effective": "effective_date", "notice": "notice_date"}
"""Which column of a deal is its credit date."""


class Facts:
    """The tables of a run, indexed; and what was found wrong, by person.

    lacking: the periods of which somebody's result, goals or accounts were looked for and are not there.
    """

    def __init__(
        self, tables: Tables, types: dict[str, ComponentType], without: frozenset[int] = frozenset()
    ):
        self.tables = tables
        self.types = types
        self.book = PlanBook(tables)
        self.calendar = Calendar(tables["periods"])
        self.history = History(tables)
        self.people, issues = people(self.history)
        self.issues: list[tuple[int, Issue]] = [(-1, issue) for issue in issues]
        self.lacking: set[str] = set()
        self.wanted = np.ones(len(self.people.ids), dtype=bool)
        self.wanted[list(without)] = False
        self.past: dict[str, list[Past]] = {}
        self._segments: dict[tuple[str, str], list[Segment]] = {}
        self._ranks: dict[tuple[str, str, str, bool], tuple[Inputs, NDArray[np.object_]]] = {}
        self.plan_kinds = [self._pay_period(name) for name in self.people.plans]

    def _pay_period(self, plan_id: str) -> str:
        versions = self.book.versions(plan_id)
        return str(versions[0].pay_period) if versions else ""

    def report(self, person: int, issue: Issue) -> None:
        """Something that stops this person (−1: everyone) from being paid."""
        self.issues.append((person, issue))

    def roster_cell(self, person: int, column: str) -> str:
        """Where a person's value is on the roster, as people find it."""
        return self.tables["roster"].where(person, column)

    def cite(self, values: Array, table: str, rows: NDArray[Any], *columns: str) -> Array:
        """Values of rows of a table, as the arithmetic takes them; where it is traced, each with the cells
        that it is in (see `csm_xl.engine.cited`)."""
        return values

    def segments(self, plan_id: str, period: Period) -> list[Segment]:
        """The days of a period by the versions of a plan and its components."""
        key = (plan_id, period.name)
        if key not in self._segments:
            self._segments[key] = plan_segments(self.book, plan_id, period)
        return self._segments[key]

    # ---- results -------------------------------------------------------------------------------

    @cached_property
    def _results(self) -> dict[tuple[str, str, str], tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """(period, scope, measure) → codes of who was measured, sorted, and the row of each."""
        table = self.tables["results"]
        owners: dict[str, dict[str, int]] = {
            "individual": {name: i for i, name in enumerate(self.people.ids)},
            "team": dict(self.people.teams),
        }
        groups: dict[tuple[str, str, str], tuple[list[int], list[int]]] = {}
        columns = (table.columns[name].tolist() for name in ("period", "scope", "measure", "id"))
        for row, (period, scope, measure, name) in enumerate(zip(*columns, strict=True)):
            code = 0 if scope == "company" else owners[scope].get(name, -1)
            who, rows = groups.setdefault((period, scope, measure), ([], []))
            who.append(code)
            rows.append(row)
        found = {}
        for key, (who, rows) in groups.items():
            by = np.argsort(np.array(who), kind="stable")
            found[key] = (np.array(who, dtype=np.intp)[by], np.array(rows, dtype=np.intp)[by])
        return found

    def result_rows(
        self, group: Group, component: ComponentTerms, measure: str, scope: str, period: Period | None = None,
        rows: NDArray[np.intp] | None = None, known: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.intp]:  # fmt: skip
        """The results row of each person of the group (or of the given rows of it), −1 where there is
        none, which is reported but of those whose result is `known` without one."""
        where = group.period if period is None else period
        at = np.arange(group.size) if rows is None else rows
        owner = group.owner(scope)[at]
        measured, table_rows = self._results.get(
            (where.name, scope, measure), (np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp))
        )
        place = np.searchsorted(measured, owner)
        safe = np.minimum(place, max(len(measured) - 1, 0))
        hit = (measured[safe] == owner) & (owner >= 0) if len(measured) else np.zeros(len(owner), dtype=bool)
        missing = ~hit if known is None else ~(hit | known)
        if missing.any():
            self._no_result(group, component, measure, scope, where, at[missing], owner[missing])
        return np.where(hit, table_rows[safe] if len(measured) else -1, -1)

    def _no_result(
        self, group: Group, component: ComponentTerms, measure: str, scope: str, period: Period,
        rows: NDArray[np.intp], owner: NDArray[np.intp],
    ) -> None:  # fmt: skip
        """One finding for each person, team or company without a result, naming those it stops."""
        needs = f"component {component.component_id} of plan {group.plan.plan_id}"
        teams = list(self.people.teams)
        for code in np.unique(owner).tolist():
            stopped = group.person[rows[owner == code]]
            if scope == "team" and code < 0:
                for person in stopped.tolist():
                    self.report(
                        person,
                        Issue(VALUE, f"{self.people.ids[person]} has no team, and {needs} pays on the team's"
                              " result", self.roster_cell(person, "team"), None, "Fill the team."),
                    )  # fmt: skip
                continue
            self.lacking.add(period.name)
            whose = {"individual": self.people.ids, "team": teams, "company": ["company"]}[scope][code]
            paid = "" if scope == "individual" else f" to pay {_some([self.people.ids[p] for p in stopped])}"
            self.report_all(
                stopped,
                Issue(NOT_FOUND, f"there is no result {measure} of {scope} {whose} for {period.name},"
                      f" which {needs} needs{paid}", self.place("results"), None,
                      f"Add a row {period.name}, {scope}, {whose}, {measure}; leave its actual blank if"
                      " it is not measured yet." + (" Or give the accounts." * (measure in MEASURES))),
            )  # fmt: skip

    def measured(
        self,
        rows: NDArray[np.intp],
        person: NDArray[np.intp],
        goal_needed: bool = True,
        paid_by_goal: bool = False,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Actual (NaN: not measured yet) and goal of results rows; a goal that is blank or not above 0
        is reported for those who are measured against it.

        paid_by_goal: money is computed from the goal whatever the actual is, so that it is never blank.
        """
        table = self.tables["results"]
        if not table.rows:
            return np.full(len(rows), np.nan), np.ones(len(rows))
        safe = np.maximum(rows, 0)
        actual = np.where(rows >= 0, table.columns["actual"][safe], np.nan)
        goal = np.where(rows >= 0, table.columns["goal"][safe], 1.0)
        if goal_needed:
            needed = ~np.isnan(actual) | (paid_by_goal & (rows >= 0))
            bad = (goal <= 0) | (np.isnan(goal) & needed)
            for row in np.unique(rows[bad]).tolist():
                found = float(table.columns["goal"][row])
                blank = np.isnan(found)
                self.report_all(
                    person[bad & (rows == row)],
                    Issue(VALUE, "the goal is blank" if blank else "the goal is zero or negative",
                          table.where(row, "goal"), None if blank else found,
                          "Type a goal above 0 (1 where the actual is an attainment already)."),
                )  # fmt: skip
            goal = np.where(goal > 0, goal, 1.0)
        return actual, goal

    def goal_blank(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether each of the results rows states no goal, as it may while nothing is measured."""
        goal = self.tables["results"].columns["goal"]
        if not len(goal):
            return np.zeros(len(rows), dtype=bool)
        return np.asarray(np.isnan(goal[np.maximum(rows, 0)]) & (rows >= 0))

    def report_all(self, persons: NDArray[np.intp], issue: Issue) -> None:
        """One finding that stops several people."""
        for person in persons.tolist():
            self.report(person, issue)

    def place(self, name: str) -> str:
        """A table as people know it: the sheet or file it was read from, else its name."""
        origin = self.tables[name].origin
        return origin.name if origin and origin.name else name

    def refuse_zero_actual(
        self, rows: NDArray[np.intp], person: NDArray[np.intp], actual: NDArray[np.float64]
    ) -> None:
        """An actual of 0 has no inverse attainment; said for each such row."""
        found = self.tables["results"]
        for row in np.unique(rows[(rows >= 0) & (actual <= 0)]).tolist():
            self.report_all(
                person[rows == row],
                Issue(ARITHMETIC, "an actual of 0 or below has no inverse attainment",
                      found.where(row, "actual"), float(found.columns["actual"][row]),
                      "Use the method complement (2 − actual / goal) on the component."),
            )  # fmt: skip

    # ---- accounts and peers -----------------------------------------------------------------------

    @cached_property
    def books(self) -> Books:
        """The accounts, summed for people, teams and the company."""
        return Books(self.tables, self.people, self.calendar)

    def ranks(
        self, period: Period, measure: str, peer_group: str, lower: bool
    ) -> tuple[Inputs, NDArray[np.object_]]:
        """Everybody's percentile rank among their peers, and each one's group; see `peers.ranks`."""
        key = (period.name, measure, peer_group, lower)
        if key not in self._ranks:
            self._ranks[key] = ranks(
                self.history, self.tables, self.people, self.books, measure, period, peer_group, lower
            )
        return self._ranks[key]

    def peers(
        self, period: Period, measure: str, label: NDArray[np.object_], person: int
    ) -> list[tuple[int, int]]:
        """Those that a person is ranked among, given everybody's group: who, and the row of results of each,
        −1 where accounts give it."""
        who, _, rows = measured_people(self.tables, self.people, self.books, measure, period)
        mine = label[who] == label[person]
        return list(zip(who[mine].tolist(), rows[mine].tolist(), strict=True))

    # ---- the plan year so far --------------------------------------------------------------------

    def earlier(self, group: Group) -> list[Earlier]:
        """For each earlier period of the plan year, the people of the group who were on the plan then."""
        found = []
        for period in group.to_date[:-1]:
            for past in self.past.get(period.name, ()):
                if past.group.plan_code == group.plan_code:
                    _, here, rows = np.intersect1d(
                        group.person, past.group.person, assume_unique=True, return_indices=True
                    )
                    if len(here):
                        found.append(Earlier(past, rows, here))
        return found

    def year_to_date(self, group: Group, terms: ComponentTerms) -> Inputs:
        """What earlier periods of the plan year paid for the component, and the targets they had."""
        paid = np.zeros(group.size)
        targets = np.zeros(group.size)
        row: list[NDArray[Any]] = [np.zeros(0, dtype=np.intp)]
        spells: dict[str, list[NDArray[Any]]] = {}
        recomputed: dict[str, NDArray[np.bool_]] = {}
        for earlier in self.earlier(group):
            then = earlier.group
            if terms.component_id not in earlier.past.before:
                continue  # it was not there, or paid no share of the target
            recomputed.setdefault(then.period.name, np.zeros(group.size, dtype=bool))[earlier.here] = True
            paid[earlier.here] += earlier.past.before[terms.component_id][earlier.rows]
            if then.plan.rounding == "step":
                targets[earlier.here] += earlier.past.targets[terms.component_id][earlier.rows]
                continue
            theirs = then.spells.take(earlier.rows)
            elements = len(theirs["time"])
            columns = dict(theirs.values)
            segment = columns.pop("segment", np.zeros(elements, dtype=np.int64))
            columns.pop("once", None)
            columns["weight"] = then.weights(terms.component_id)[segment]
            row.append(earlier.here[theirs.owner()])
            share = then.period.share
            # Versions of a plan may differ in what the target is calculated from: 1 and 0 change nothing.
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
        for period in group.to_date[:-1]:
            # Money paid to somebody who, by now, was not on the plan then: paid all the same.
            who, money = self._paid.get((period.name, group.plan.plan_id, terms.component_id), ([], []))
            here, amounts = _rows_of(group, np.array(who, dtype=np.intp), np.array(money))
            new = ~recomputed.get(period.name, np.zeros(group.size, dtype=bool))[here]
            paid[here[new]] += amounts[new]
        names = ("salary", "fte", "amount", "base_share", "time", "weight", "time_total", "share", "share_of")
        values = {name: np.concatenate(spells.get(name, [np.zeros(0)])) for name in names}
        return {
            "paid": np.round(paid, 4),
            "targets": np.round(targets, 4),  # the figures of versions that round at each step
            "spells": Ragged.by_row(np.concatenate(row), group.size, values),
        }

    @cached_property
    def _paid(self) -> dict[tuple[str, str, str], tuple[list[int], list[float]]]:
        """(period, plan, component) → who was really paid, and the amounts before the modifier."""
        table = self.tables["paid"]
        index = {name: i for i, name in enumerate(self.people.ids)}
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

    def paid_rows(self, group: Group, terms: ComponentTerms, person: int) -> list[int]:
        """The rows that say what a component really paid a person in earlier periods of the plan year."""
        names = ("period", "plan_id", "component_id", "employee_id")
        columns = (self.tables["paid"].columns[name].tolist() for name in names)
        mine = (terms.plan_id, terms.component_id, self.people.ids[person])
        before = {period.name for period in group.to_date[:-1]}
        return [
            row for row, (when, *what) in enumerate(zip(*columns, strict=True))
            if when in before and tuple(what) == mine
        ]  # fmt: skip

    def really_paid(self, group: Group, terms: ComponentTerms) -> frozenset[int]:
        """The people of whom the tables say what the component really paid them in the group's period."""
        who, _ = self._paid.get((group.period.name, group.plan.plan_id, terms.component_id), ([], []))
        return frozenset(who)

    def keep(
        self, group: Group, before: dict[str, NDArray[np.float64]], targets: dict[str, NDArray[np.float64]]
    ) -> None:
        """Remembers what a period paid, for later periods of its year: what was really paid counts in
        place of what is computed."""
        for component_id, computed in before.items():
            who, money = self._paid.get((group.period.name, group.plan.plan_id, component_id), ([], []))
            place = np.searchsorted(group.person, who)
            for person, at, amount in zip(who, place.tolist(), money, strict=True):
                if at < group.size and group.person[at] == person:
                    computed[at] = amount
        self.past.setdefault(group.period.name, []).append(Past(group, before, targets))

    # ---- goals ---------------------------------------------------------------------------------

    @cached_property
    def _goals(self) -> dict[str, tuple[NDArray[np.intp], NDArray[np.intp]]]:
        table = self.tables["goals"]
        index = {name: i for i, name in enumerate(self.people.ids)}
        who = np.fromiter((index.get(name, -1) for name in table.columns["employee_id"]), np.intp, table.rows)
        found = {}
        periods = table.columns["period"]
        for period in dict.fromkeys(periods.tolist()):
            rows = np.flatnonzero(periods == period)
            by = rows[np.argsort(who[rows], kind="stable")]
            found[period] = (who[by], by)
        return found

    def goals(self, group: Group, component: ComponentTerms) -> Ragged:
        """Weights and scores of each person's goals of the period; none at all is reported."""
        nobody = np.zeros(0, dtype=np.intp)
        who, rows = self._goals.get(group.period.name, (nobody, nobody))
        row, rows = _rows_of(group, who, rows)
        table = self.tables["goals"]
        ragged = Ragged.by_row(row, group.size, {"row": rows} | {
            name: self.cite(table.columns[name][rows], "goals", rows, name) for name in ("weight", "score")
        })  # fmt: skip
        for missing in np.flatnonzero(np.diff(ragged.offsets) == 0).tolist():
            person = int(group.person[missing])
            self.lacking.add(group.period.name)
            self.report(
                person,
                Issue(NOT_FOUND, f"{self.people.ids[person]} has no goals for {group.period.name}, which"
                      f" component {component.component_id} of plan {group.plan.plan_id} needs",
                      self.place("goals"), None,
                      "Add the person's goals of the period, weights summing to 1."),
            )  # fmt: skip
        return ragged

    # ---- deals and events ----------------------------------------------------------------------

    @cached_property
    def _credits(self) -> dict[str, NDArray[Any]]:
        """One entry a credit: person, deal row, role, share, its row of credits (−1: of a deal's owner)."""
        deals, credits = self.tables["deals"], self.tables["credits"]
        index = {name: i for i, name in enumerate(self.people.ids)}
        deal_row = {name: row for row, name in enumerate(deals.columns["deal_id"].tolist())}
        listed = credits.columns["deal_id"].tolist()
        deal = [deal_row.get(name, -1) for name in listed]
        who = [index.get(name, -1) for name in credits.columns["employee_id"].tolist()]
        role = credits.columns["role"].tolist()
        share = credits.columns["share"].tolist()
        rows = list(range(credits.rows))
        with_credits = set(listed)
        for row, (name, owner) in enumerate(
            zip(deals.columns["deal_id"].tolist(), deals.columns["employee_id"].tolist(), strict=True)
        ):
            if name not in with_credits and owner:
                deal.append(row)
                who.append(index.get(owner, -1))
                role.append("csm")
                share.append(1.0)
                rows.append(-1)
        found = {
            "deal": np.array(deal, dtype=np.intp),
            "person": np.array(who, dtype=np.intp),
            "role": np.array(role, dtype=object),
            "share": np.array(share, dtype=np.float64),
            "row": np.array(rows, dtype=np.intp),
        }
        known = (found["deal"] >= 0) & (found["person"] >= 0)
        return {name: column[known] for name, column in found.items()}

    @cached_property
    def _placed(self) -> dict[str, tuple[NDArray[np.int64], NDArray[np.intp]]]:
        """Credit date → day of each credit and the plan that its person was on that day (−1: none)."""
        return {}

    def _credit_days(self, credit_date: str) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
        if credit_date not in self._placed:
            column = self.tables["deals"].columns[DATES[credit_date]].astype(np.int64)
            day = column[self._credits["deal"]] if len(column) else np.zeros(0, dtype=np.int64)
            self._placed[credit_date] = (day, self._plan_on(self._credits["person"], day))
        return self._placed[credit_date]

    def dated(self) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Code of a plan → the days of the deals and events that fall to people while they are on it."""
        columns = self.tables["components"].columns
        by_deal = {
            name for name, of in self.types.items() if any(c.name == "credit_date" for c in of.columns)
        }
        paying = {
            (str(plan), str(credit_date))
            for plan, kind, credit_date in zip(
                *(columns[name].tolist() for name in ("plan_id", "type", "credit_date")), strict=True
            )
            if kind in by_deal and plan in self.people.plans
        }
        for plan, credit_date in sorted(paying):
            days, plans = self._credit_days(credit_date)
            yield self.people.plans[plan], days[plans == self.people.plans[plan]]
        table = self.tables["events"]
        index = {name: i for i, name in enumerate(self.people.ids)}
        who = np.array([index.get(name, -1) for name in table.columns["employee_id"].tolist()], np.intp)
        days = table.columns["date"].astype(np.int64)
        plans = self._plan_on(who, days)
        for code in np.unique(plans[plans >= 0]).tolist():
            yield code, days[plans == code]

    def _plan_on(self, person: NDArray[np.intp], day: NDArray[np.int64]) -> NDArray[np.intp]:
        spell = self.people.spell_of(person, day)
        plan = np.where(spell >= 0, self.people.names["plan_id"][np.maximum(spell, 0)], -1)
        for name, code in self.people.plans.items():  # on a day without a version nobody is on the plan
            versions = self.book.versions(name)
            if not (len(versions) == 1 and versions[0].valid_from is None and versions[0].valid_to is None):
                covered = np.zeros(len(plan), dtype=bool)
                for version in versions:
                    covered |= (day >= (version.valid_from or 0)) & (day <= (version.valid_to or FOREVER))
                plan[(plan == code) & ~covered] = -1
        return plan

    def credited(self, group: Group, component: ComponentTerms, first: int, last: int) -> Ragged:
        """The credits of each person on deals that this version of a component pays, dated in its own days
        and in the person's days on the plan, between `first` and `last`: amount and share of each. A share
        of a deal in a role that with those of others exceeds the whole is reported unless the plan allows
        it."""
        first, last = max(first, component.valid_from or 0), min(last, component.valid_to or FOREVER)
        credits, deals = self._credits, self.tables["deals"]
        row, at = self._credits_of(group, component, first, last, group.plan_code)
        if not group.plan.over_assignment:
            self._check_shares(group, component, at)
        deal = credits["deal"][at]
        amount = deals.columns["amount"][deal] if deals.rows else np.zeros(0)
        values = {
            "amount": self.cite(amount, "deals", deal, "amount"),
            "share": self.cite(credits["share"][at], "credits", credits["row"][at], "share"),
            "deal": deal,
        }
        return Ragged.by_row(row, group.size, values)

    def credited_outside(
        self, group: Group, component: ComponentTerms, first: int, last: int
    ) -> NDArray[np.bool_]:
        """Whether each person is credited for a deal that the component would pay, dated between `first` and
        `last` on a day on which the person was on no plan."""
        found = np.zeros(group.size, dtype=bool)
        first, last = max(first, component.valid_from or 0), min(last, component.valid_to or FOREVER)
        found[self._credits_of(group, component, first, last, -1)[0]] = True
        return found

    def _credits_of(
        self, group: Group, component: ComponentTerms, first: int, last: int, plan_code: int
    ) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """The credits on deals of a component's kinds and role between two days on which their person was on
        a plan (−1: on none): the person's row in the group, and the credit."""
        credits, deals = self._credits, self.tables["deals"]
        credit_date = str(component.values.get("credit_date") or "signing")
        day, plan = self._credit_days(credit_date)
        chosen = (plan == plan_code) & (day >= first) & (day <= last)
        role = component.values.get("credit_role")
        if role:
            chosen &= credits["role"] == role
        kinds = component.values.get("deal_kinds") or ()
        if kinds:
            kind = deals.columns["kind"]
            wanted = np.isin(kind, list(kinds)) if len(kind) else np.zeros(0, dtype=bool)
            chosen &= wanted[credits["deal"]] if len(kind) else False
        by_person = np.argsort(credits["person"], kind="stable")
        by_person = by_person[chosen[by_person]]
        return _rows_of(group, credits["person"][by_person], by_person)

    def credited_before(self, group: Group, component: ComponentTerms, yearly: bool) -> Ragged:
        """The credits before the days of a version in the group's period, each under the version of its day:
        of the plan year (`yearly`), or of the period alone."""
        first = group.to_date[0].start if yearly else group.period.start
        last = max(group.period.start, component.valid_from or 0) - 1
        parts = [self.credited(group, version, first, last) for version in self.versions(component)
                 if version.type == component.type]  # fmt: skip
        values = {name: np.concatenate([part[name] for part in parts]) for name in parts[0].values}
        return Ragged.by_row(np.concatenate([part.owner() for part in parts]), group.size, values)

    def refuse_credited_twice(self, group: Group, component: ComponentTerms) -> None:
        """Where versions go by different dates of a deal, one deal may be dated in the days of two of them:
        that is reported."""
        for other in self.versions(component):
            if other.type != component.type or other.values["credit_date"] == component.values["credit_date"]:
                continue
            mine, theirs = (
                self.credited(group, version, first, last)
                for version, first, last in (
                    (component, group.period.start, group.period.end), (other, 0, FOREVER),
                )
            )  # fmt: skip
            deals = self.tables["deals"]
            span = deals.rows + 1
            pairs = [np.asarray(one.owner() * span + one["deal"]) for one in (mine, theirs)]
            for key in np.intersect1d(pairs[0], pairs[1]).tolist():
                row, deal = divmod(key, span)
                dates = [f"{one.values['credit_date']} ({one.where})" for one in (other, component)]
                self.report(
                    int(group.person[row]),
                    Issue(VALUE, f"deal {deals.columns['deal_id'][deal]} counts twice for component"
                          f" {component.component_id} of plan {group.plan.plan_id}: its versions credit"
                          f" deals by {dates[0]} and by {dates[1]}, and each has such a date in its days",
                          deals.where(deal, "deal_id"), None,
                          "Keep one credit_date, or name the component differently from that day on."),
                )  # fmt: skip

    @cached_property
    def _overassigned(self) -> NDArray[np.bool_]:
        """Per credit, whether the shares of its deal in its role sum to more than 1."""
        credits = self._credits
        roles: dict[str, int] = {}
        key = credits["deal"] * (len(set(credits["role"].tolist())) + 1) + codes(credits["role"], roles)
        _, which = np.unique(key, return_inverse=True)
        total = np.bincount(which.reshape(-1), weights=credits["share"])
        return np.asarray(np.round(total, 9) > 1.0)[which.reshape(-1)]

    def _check_shares(self, group: Group, component: ComponentTerms, at: NDArray[np.intp]) -> None:
        for credit in at[self._overassigned[at]].tolist():
            deal = int(self._credits["deal"][credit])
            deals = self.tables["deals"]
            self.report(
                int(self._credits["person"][credit]),
                Issue(VALUE, f"the shares of deal {deals.columns['deal_id'][deal]} in a role sum to more"
                      f" than 1, and plan {group.plan.plan_id} does not allow it",
                      deals.where(deal, "deal_id"), None,
                      "Correct the shares in credits, or set over_assignment to TRUE on the plan."),
            )  # fmt: skip

    def versions(self, component: ComponentTerms) -> tuple[ComponentTerms, ...]:
        """Every dated version of a component."""
        every = self.book.overlapping(component.plan_id, 0, FOREVER)
        return tuple(version for version in every if version.component_id == component.component_id)

    def events(self, group: Group, component: ComponentTerms, first: int, last: int) -> Ragged:
        """Each person's events for the component, in order of days: those in the person's days on the plan
        between `first` and `last`, while a version of the component is valid. count: how many; each: what
        that version pays for one; row: of the events table."""
        table = self.tables["events"]
        day = table.columns["date"].astype(np.int64)
        index = {name: i for i, name in enumerate(self.people.ids)}
        who = np.fromiter((index.get(name, -1) for name in table.columns["employee_id"]), np.intp, table.rows)
        each = np.full(table.rows, np.nan)
        for version in self.versions(component):
            valid = (day >= (version.valid_from or 0)) & (day <= (version.valid_to or FOREVER))
            each[valid] = version.values.get("fixed_amount") or 0.0
        chosen = (table.columns["component_id"] == component.component_id) & (day >= first) & (day <= last)
        chosen &= ~np.isnan(each) & (who >= 0) & (self._plan_on(who, day) == group.plan_code)
        by_person = np.flatnonzero(chosen)
        by_person = by_person[np.lexsort((day[by_person], who[by_person]))]
        row, at = _rows_of(group, who[by_person], by_person)
        values = {"count": self.cite(table.columns["count"][at], "events", at, "date", "count"),
                  "each": each[at], "row": at}  # fmt: skip
        return Ragged.by_row(row, group.size, values)

    # ---- modifiers -----------------------------------------------------------------------------

    @cached_property
    def _modifiers(self) -> dict[tuple[str, str, str], float]:
        table = self.tables["modifiers"]
        names = (table.columns[name].tolist() for name in ("period", "scope", "id", "factor"))
        return {
            (period, scope, "" if scope == "company" else name): factor
            for period, scope, name, factor in zip(*names, strict=True)
        }

    def modifier_rows(self, period: str, division: str) -> list[int]:
        """The rows of the company's factor of a period, and of a division's."""
        names = (self.tables["modifiers"].columns[name].tolist() for name in ("period", "scope", "id"))
        return [
            row
            for row, (when, scope, name) in enumerate(zip(*names, strict=True))
            if when == period and (scope == "company" or name == division)
        ]

    def modifier_factors(self, group: Group) -> tuple[float, NDArray[np.float64]] | None:
        """The company's factor and each person's division's; None where no modifier is stated at all and
        the plan's bounds leave a factor of 1 alone."""
        if not self._modifiers and group.plan.modifier_floor is None and group.plan.modifier_cap is None:
            return None
        company = self._modifiers.get((group.period.name, "company", ""), 1.0)
        by_division = np.ones(len(self.people.divisions) + 1)
        for name, code in self.people.divisions.items():
            by_division[code] = self._modifiers.get((group.period.name, "division", name), 1.0)
        return company, by_division[group.division]


def _rows_of(
    group: Group, person: NDArray[np.intp], value: NDArray[Any]
) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Of entries sorted by person, those of people in the group: their row in it, and their value."""
    place = np.searchsorted(group.person, person)
    safe = np.minimum(place, group.size - 1)
    inside = group.person[safe] == person
    return safe[inside], value[inside]


def _some(names: list[str], most: int = 5) -> str:
    """The names, shortened where they are many."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
