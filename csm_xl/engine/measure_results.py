"""The result of a measure for each person of a group: from results, else from accounts or answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.asked_goal import asked_goal
from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.context import RunContext
from csm_xl.engine.credited_sum import credited_sum
from csm_xl.engine.lookup.own_targets import OwnGoals
from csm_xl.engine.lookup.results import AskedGoals
from csm_xl.errors import NOT_FOUND, VALUE, Issue
from csm_xl.pay.measures import retained
from csm_xl.pay.recording import labelled, step, tracing
from csm_xl.pay.rounding import Array, exact
from csm_xl.pay.trace import Cell, cells_of, number
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.survey_answers import counted_as
from csm_xl.plan.tier_measures import from_deals

_WHOSE: Final = {"individual": "own", "team": "team's", "company": "company's"}


@dataclass(slots=True, eq=False, repr=False)
class MeasureResults:
    """Actual (NaN: not measured yet) and goal of each row of a group, ready to be columns of a component.

    rows: the results row of each, −1 where there is none. of: what the actual is a part of, so that a
    quotient stays exact; None where every actual is as it was typed.
    goal_blank: whether no goal is stated: it is not measured yet, or is measured against none.
    own: the goals of people's own; None: nobody has one.
    asked: the goals that accounts give; None: of nobody. asked_step: the goal, where the rules are traced.
    accounts: the actual, and what it is a part of, where accounts or answers give it and the rules are
        traced.
    credited: the actual, where deals give it and the rules are traced.
    """

    context: RunContext
    rows: NDArray[np.intp]
    actual: NDArray[np.float64]
    goal: NDArray[np.float64]
    of: NDArray[np.float64] | None
    goal_blank: NDArray[np.bool_]
    accounts: tuple[Array, Array] | None = None
    credited: Array | None = None
    own: OwnGoals | None = None
    asked: AskedGoals | None = None
    asked_step: Array | None = None

    @property
    def goal_given(self) -> NDArray[np.bool_]:
        """Whether the goal is a person's own, or that of accounts: no matter what results state."""
        found = np.zeros(len(self.rows), dtype=bool) if self.own is None else self.own.stated
        return found if self.asked is None else found | self.asked.stated

    def columns(self, prefix: str = "") -> Inputs:
        """The columns, each name with the prefix."""
        cite = self.context.cite
        unstated = self.goal_blank if self.own is None else self.goal_blank | self.own.stated
        goal = cite(self.goal, "results", np.where(unstated, -1, self.rows), "goal")
        if self.own is not None:
            goal = np.where(self.own.stated, cite(self.goal, "targets", self.own.rows, "goal"), goal)
        found: Inputs = {
            f"{prefix}actual": cite(self.actual, "results", self.rows, "actual"),
            f"{prefix}goal": goal,
        }
        if self.asked_step is not None:
            found[f"{prefix}goal"] = self.asked_step
        elif self.asked is not None:
            asked: Array = self.asked.asked if goal.dtype != object else exact(self.asked.asked)
            found[f"{prefix}goal"] = np.where(self.asked.stated, asked, goal)
            found[f"{prefix}goal_of"] = self.asked.there
            if self.asked.rest.any():
                found[f"{prefix}goal_rest"] = self.asked.rest
        if self.of is not None:
            found[f"{prefix}actual_of"] = self.of
        if self.credited is not None:
            found[f"{prefix}actual"] = self.credited
        if self.accounts is not None:
            found[f"{prefix}actual"], found[f"{prefix}actual_of"] = self.accounts
        return found


def stated(columns: Mapping[str, Any], name: str) -> Array:
    """A result or a goal as a number: what it is a part of divides it, where accounts give it."""
    value = np.asarray(columns[name])
    if f"{name}_rest" in columns:
        value = value + columns[f"{name}_rest"]
    return np.asarray(value / columns[f"{name}_of"]) if f"{name}_of" in columns else value


def goals_by_measure(
    context: RunContext, cohort: Cohort, measure: str, scope: str, at: NDArray[np.intp]
) -> OwnGoals | None:
    """The goals that people have of their own of a measure, through any component of it: what a gate or a
    matrix compares it with. Two different ones are reported."""
    found: OwnGoals | None = None
    if not context.own_targets.any:
        return None
    person, day = cohort.person[at], np.minimum(cohort.last[at], cohort.period.end)
    for terms in cohort.components:
        subject = (str(terms.values.get("measure")), terms.scope)
        if subject != (measure, scope) or terms.own_unit:
            continue
        one = context.own_targets.goals(terms.component_id, person, day)
        if one is None or found is None:
            found = one or found
            continue
        for where in np.flatnonzero(one.stated & found.stated & (one.goal != found.goal)).tolist():
            table, first = context.tables["targets"], int(found.rows[where])
            context.report(
                int(person[where]),
                Issue(VALUE, f"two components have different goals of {measure}, which a gate or matrix"
                      f" looks at ({table.where(first, 'goal')})", table.where(int(one.rows[where]), "goal"),
                      float(one.goal[where]), "Give both the same goal."),
            )  # fmt: skip
        found = OwnGoals(
            np.where(found.stated, found.goal, one.goal), np.where(found.stated, found.rows, one.rows)
        )
    return found


def measure_results(
    context: RunContext, cohort: Cohort, terms: ComponentTerms, measure: str, scope: str,
    rows: NDArray[np.intp] | None = None, goal_needed: bool = True, own: OwnGoals | None = None,
) -> MeasureResults:  # fmt: skip
    """The result of each of the group's rows (None: all); one that is unknown is reported.

    GRR, NRR and LOGO come from accounts, and NPS and CSAT from answers, where results has no row, and
    the attainment is then the measure itself, as if the goal were 1; or where a row gives the goal alone,
    which it is then measured against. Where results state no goal, those of the accounts count. Where others
    have a goal, one that is lacking is reported. NPS is in points, and always needs the goal where one
    counts.
    own: goals of people's own, which count in place of those.
    """
    at = np.arange(cohort.size) if rows is None else rows
    if from_deals(terms.values, measure):
        return _credited(context, cohort, terms, measure, scope, at, own)
    answered = context.answers.gives(measure)
    counted = context.answers if answered else context.accounts
    kept, there = counted.kept(measure, scope, cohort.period, cohort.owner(scope)[at])
    known = there > 0
    in_points = answered and goal_needed and counted_as(measure) == "NPS"
    needless = known if not in_points else None if own is None else own.stated
    found = context.results.rows_of(cohort, terms, measure, scope, rows=rows, known=needless)
    asked: AskedGoals | None = None
    if goal_needed and not answered and context.account_goals.any:
        asked = context.account_goals.of(cohort, measure, scope, at, found, own)
    result = MeasureResults(context, found, *context.results.actual_and_goal(
        found, cohort.person[at], goal_needed, own=own, asked=asked), None, found < 0, own=own, asked=asked
    )  # fmt: skip
    given = result.goal_given
    if goal_needed:
        source = "answers" if answered else "accounts"
        bare, more = at[known & (found < 0) & ~given], context.account_goals.taken(measure, scope)
        context.results.refuse_missing_goals(cohort, terms, measure, scope, bare, source, more)
    blank = context.results.goal_blank(found) & ~given
    known &= np.isnan(result.actual) & ~blank
    # Without a row the goal is 1 already.
    result.goal_blank = blank | (result.goal_blank & ~given)
    if known.any():
        result.actual, result.of = np.where(known, kept, result.actual), np.where(known, there, 1.0)
        if tracing():
            result.accounts = (_answers if answered else _accounts)(context, cohort, measure, scope, at)
    if tracing() and asked is not None and asked.stated.any():
        opening = None if result.accounts is None else result.accounts[1]
        result.asked_step = asked_goal(context, cohort, measure, scope, at, opening)
    return result


def _credited(
    context: RunContext, cohort: Cohort, terms: ComponentTerms, measure: str, scope: str,
    at: NDArray[np.intp], own: OwnGoals | None,
) -> MeasureResults:  # fmt: skip
    """What is credited on deals in the period, against the goal on results."""
    known = None if own is None else own.stated
    found = context.results.rows_of(cohort, terms, measure, scope, rows=at, known=known)
    goal = context.results.actual_and_goal(found, cohort.person[at], paid_by_goal=True, own=own)[1]
    actual = context.deal_totals.of(cohort, terms, scope)[0][at]
    unstated = (found < 0) if own is None else (found < 0) & ~own.stated
    result = MeasureResults(context, found, actual, goal, None, unstated, own=own)
    if tracing() and len(at):
        owner, name = int(cohort.owner(scope)[at[0]]), f"{measure} of {cohort.period.name}"
        result.credited = credited_sum(context, cohort, terms, scope, owner, name, "")
    return result


def _accounts(
    context: RunContext, cohort: Cohort, measure: str, scope: str, at: NDArray[np.intp]
) -> tuple[Array, Array]:
    """What the opening accounts of the person, the team or the company kept, and what there was. A person's
    own are written out; those of others are reported as sums, with their cells."""
    rows = np.array(
        context.accounts.rows(scope, cohort.period, int(cohort.owner(scope)[at[0]])), dtype=np.intp
    )
    table = context.tables["accounts"].columns
    names = table["account_id"][rows].tolist()
    start, end = (context.cite(table[name][rows], "accounts", rows, name) for name in ("start", "end"))
    of = f"sum over the {_WHOSE[scope]} {len(rows)} opening accounts of {cohort.period.name} of"
    what = {"GRR": "the smaller of start and end", "NRR": "end", "LOGO": "1 where end is above 0"}[measure]
    had = "1 each" if measure == "LOGO" else "start"
    found = []
    for part, name, rule in zip(retained(start, end, measure), ("kept", "opening"), (what, had), strict=True):
        each = labelled(part, lambda: names) if scope == "individual" else part
        total = np.array([sum(each.tolist(), Fraction(0))], dtype=object)
        if scope != "individual":
            total = np.array([number(Fraction(total[0]))], dtype=object)
        cells = cells_of(*(one for pair in zip(start, end, strict=True) for one in pair))
        found.append(step(f"{measure} {name}", f"{of} {rule}", total, *cells))
    return found[0], found[1]


def _answers(
    context: RunContext, cohort: Cohort, measure: str, scope: str, at: NDArray[np.intp]
) -> tuple[Array, Array]:
    """What the answers of the person, the team or the company amount to, and how many there are."""
    rows = context.answers.rows(scope, cohort.period, int(cohort.owner(scope)[at[0]]), measure)
    every = np.array(rows, dtype=np.intp)
    of = f"count of the {_WHOSE[scope]} answers of {cohort.period.name}"

    def counted(name: str, chosen: NDArray[np.intp], rule: str, *more: Cell) -> Array:
        cells = [("answers", row, "score") for row in chosen.tolist()]
        total = np.array([number(Fraction(len(chosen)))], dtype=object)
        found = step(
            f"{measure} {name}", f"{of}{rule}", total, *(cells or (context.place("answers"),)), *more
        )
        return np.asarray(found)

    answers, told = context.answers, counted("answers", every, "")
    if counted_as(measure) == "CSAT":
        limits, stated = answers.least[every], answers.table.columns["satisfied_from"][every]
        reach = f" of {limits[0]:.10g} or more" if np.ptp(limits) == 0 else " that reach their satisfied_from"
        cells = [("answers", row, "satisfied_from") for row in every[~np.isnan(stated)].tolist()]
        return counted("satisfied", every[answers.satisfied[every]], reach, *cells), told
    promoters = counted("promoters", every[answers.promoter[every]], " of 9 and 10")
    detractors = counted("detractors", every[answers.detractor[every]], " of 0 to 6")
    balance = step(f"{measure} balance", "100 × (promoters − detractors)", 100 * (promoters - detractors))
    return np.asarray(balance), told


def ranked(
    context: RunContext, cohort: Cohort, terms: ComponentTerms, measure: str, result: MeasureResults
) -> Inputs:
    """The standing of each person of the group among peers; one whose peers cannot be determined is
    reported."""
    name = str(terms.values["peer_group"])
    columns, label = context.peers.ranks(cohort.period, measure, name, terms.values["direction"] == "lower")
    lost = (label[cohort.person] == "") & ~np.isnan(result.actual)
    for person in cohort.person[lost].tolist():
        context.report(
            person,
            Issue(VALUE, f"{context.people.ids[person]} has no {name}, and component {terms.component_id} of"
                  f" plan {cohort.plan.plan_id} ranks people among those of one {name}",
                  context.roster_cell(person, name), None, f"Fill the {name}."),
        )  # fmt: skip
    if tracing():
        return _standing(context, cohort, measure, name, columns, label)
    return {part: np.asarray(column)[cohort.person] for part, column in columns.items()}


def _standing(
    context: RunContext, cohort: Cohort, measure: str, name: str, columns: Inputs, label: NDArray[np.object_]
) -> Inputs:
    """How many peers one person is above, of how many others; with the cells of them all, and who they
    are."""
    person = int(cohort.person[0])
    peers = context.peers.of(cohort.period, measure, label, person)
    rank, of = (int(np.asarray(columns[part])[person]) for part in ("rank", "rank_of"))
    cells: list[Cell] = [("results", row, "actual") for row in sorted(row for _, row in peers if row >= 0)]
    for peer in (peer for peer, row in peers if row < 0):
        if context.answers.gives(measure):
            rows = context.answers.rows("individual", cohort.period, peer, measure)
            cells += [("answers", row, "score") for row in rows]
            continue
        rows = context.accounts.rows("individual", cohort.period, peer)
        cells += [("accounts", row, column) for row in rows for column in ("start", "end")]
    others, alone = len(peers) - 1, len(peers) == 1
    found = (
        number(rank * others // of if others else 1, *cells),
        Fraction(1) if alone else number(len(peers)) - 1,
    )
    return {part: np.array([one], dtype=object) for part, one in
            (("rank", found[0]), ("rank_of", found[1]), ("peers", f"{name} {label[person]}"))}  # fmt: skip


def risks(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Ragged:
    """Each person's own opening accounts: what was kept, what there was, and the ratio of its risk class
    that is expected to be kept. A period without accounts is reported."""
    table, classes = context.tables["accounts"], context.tables["risk_classes"].columns
    book = context.accounts.own(cohort, str(terms.values["measure"]))
    if cohort.period.name not in context.accounts.of_period:
        context.missing_periods.add(cohort.period.name)
        needs = f"component {terms.component_id} of plan {cohort.plan.plan_id} is book-adjusted"
        lacking = f"{needs}, and there are no accounts of {cohort.period.name}"
        give = "Give the accounts of the period."
        context.report(-1, Issue(NOT_FOUND, lacking, context.place("accounts"), None, give))
    ratio = dict(zip(classes["risk_class"].tolist(), classes["ratio"].tolist(), strict=True))
    names = table.columns["risk_class"][book["row"]].tolist()
    # A class that is not there is reported about the account, and pays nobody.
    expected = np.array([ratio.get(name, np.nan) for name in names], dtype=np.float64)
    if tracing():
        return _cited_risks(context, cohort, terms, book, expected)
    return Ragged({**book.values, "expected": expected}, book.offsets)


def _cited_risks(
    context: RunContext, cohort: Cohort, terms: ComponentTerms, book: Ragged, expected: NDArray[np.float64]
) -> Ragged:
    """The same of one person, each number with its cells, and each account with its name."""
    mine = book.take(slice(0, 1))
    rows, table = mine["row"], context.tables["accounts"].columns
    start, end = (context.cite(table[name][rows], "accounts", rows, name) for name in ("start", "end"))
    kept, there = retained(start, end, str(terms.values["measure"]))
    place = {
        name: row for row, name in enumerate(context.tables["risk_classes"].columns["risk_class"].tolist())
    }
    classes = np.array([place[name] for name in table["risk_class"][rows].tolist()], dtype=np.intp)
    values = {"kept": kept, "there": there, "name": table["account_id"][rows],
              "expected": context.cite(expected, "risk_classes", classes, "ratio")}  # fmt: skip
    return Ragged(values, mine.offsets)
