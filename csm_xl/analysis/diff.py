"""Two versions of plans on the same people and results: who gains, what it costs, and which change does it.

The changes of the second plans are applied one after another, in the order of
`csm_xl.analysis.plan_changes.changes`, and everyone is paid again after each. The effect of a change is the
difference in pay that it makes. So the changes add up to the whole difference, to the cent, for every person.
In another order the effects of changes that interact may differ, but never their sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.analysis.plan_changes import Rows, changes, edited, rows_by_key, stepwise, tables_of
from csm_xl.analysis.scenario import added, by_person, money, of_people, people_on, read, with_table
from csm_xl.analysis.standing import standing
from csm_xl.engine.components import component_types
from csm_xl.engine.lines import Lines
from csm_xl.engine.run import run
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.plan.decisions import decisions_about
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.schema import PLAN_TABLES
from csm_xl.plan.schema.people import ADJUSTMENTS
from csm_xl.plan.table import Table
from csm_xl.plan.tables import RawTable, Tables, read_strict, table_of
from csm_xl.plan.validate_payments import as_collected

HEADER: Final = ("part", "item", "currency", "people", "before", "after", "difference", "winners", "losers")
PERSON_HEADER: Final = (
    "employee_id", "plan_id", "level", "location", "manager_id", "currency", "before", "after", "difference",
)  # fmt: skip
WATERFALL_HEADER: Final = ("label", "amount", "cumulative")
GROUPS: Final = {"plan": "plan_id", "level": "level", "location": "location", "manager": "manager_id"}
NOT_STATED: Final = "not stated"
UNKNOWN: Final = "counted as 0"
"""The part for new components of the other plans that have no data."""
_REST: Final = "the order of rows"
_ADJUSTMENTS: Final = ADJUSTMENTS.column("kind").choices


@dataclass(eq=False, repr=False)
class PlanDiff:
    """Pay of the same people for the same results under other plans.

    people: the employee IDs of everyone on a plan that pays in the period, in roster order.
    facts: column → one value a person: plan_id, level, location, manager_id, currency.
    before, after: pay of each person, in ten-thousandths.
    labels: each change in words, in the order in which they are applied.
    effects: one row per change: its effect on each person's pay, in ten-thousandths.
    adjustments: the adjustments of the period, in words, each with the amount per person. They are included
        in `before` and `after`: adjustments are paid as entered under any plan.
    unknown: components that pay for events, exist only in the other plans and have no events, in words, each
        with the people (by position) it could pay. They count as 0.
    """

    people: list[str]
    facts: dict[str, list[str]]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    labels: list[str]
    effects: NDArray[np.int64]
    adjustments: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    unknown: dict[str, list[int]] = field(default_factory=dict)

    @property
    def currencies(self) -> list[str]:
        """The currencies in which people are paid."""
        return sorted(set(self.facts["currency"]))

    def persons(self) -> list[list[Any]]:
        """A header, then a row a person: before, after and the difference."""
        facts = zip(*(self.facts[name] for name in PERSON_HEADER[1:6]), strict=True)
        figures = zip(self.before.tolist(), self.after.tolist(), strict=True)
        return [
            list(PERSON_HEADER),
            *(
                [who, *(one or None for one in said), money(old), money(new), money(new - old)]
                for who, said, (old, new) in zip(self.people, facts, figures, strict=True)
            ),
        ]

    def waterfall(self, currency: str | None = None) -> list[list[Any]]:
        """A header, then the rows of a chart: what was paid, each change, what would be paid.

        Each row: label, amount, and the sum so far, which is the top of the bar. currency: whose people;
        None where all are paid in one.
        Errors: #VALUE! where none is named and there are several.
        """
        mine = self._in(currency)
        so_far = int(self.before[mine].sum())
        rows: list[list[Any]] = [["Before", money(so_far), money(so_far)]]
        for label, effect in zip(self.labels, self.effects, strict=True):
            moved = int(effect[mine].sum())
            so_far += moved
            rows.append([label, money(moved), money(so_far)])
        return [list(WATERFALL_HEADER), *rows, ["After", money(so_far), money(so_far)]]

    def _in(self, currency: str | None) -> NDArray[np.bool_]:
        if currency is None and len(self.currencies) > 1:
            raise CsmError(VALUE, "pay in several currencies cannot be added", "currency",
                           None, f"Choose one: {listed(self.currencies)}.")  # fmt: skip
        return np.array([currency in (None, one) for one in self.facts["currency"]], dtype=bool)

    def rows(self) -> list[list[Any]]:
        """A header, then rows for totals, changes, groups and people, distinguished by `part`.

        part: ``total``, ``change``, ``adjustment``, ``counted as 0``, ``plan``, ``level``, ``location``,
        ``manager`` or ``person``; item: the change or the adjustment in words, the group or the employee. For
        a change, before and after are the total cost before and with it. winners, losers: how many people get
        more or less. people: the size of the group; for an adjustment, the people it concerns.
        """
        rows: list[list[Any]] = []
        for currency in self.currencies:
            mine = self._in(currency)
            rows.append(self._row("total", "All", currency, mine, self.before, self.after))
        for currency in self.currencies:
            mine, state = self._in(currency), self.before
            for label, effect in zip(self.labels, self.effects, strict=True):
                rows.append(self._row("change", label, currency, mine, state, state + effect))
                state = state + effect
        for label, paid in self.adjustments.items():
            for currency in self.currencies:
                mine = self._in(currency) & (paid != 0)
                if mine.any():
                    rows.append(self._row("adjustment", label, currency, mine, paid, paid))
        nothing = np.zeros(len(self.people), dtype=np.int64)
        for label, places in self.unknown.items():
            for currency in self.currencies:
                mine = self._in(currency) & np.isin(np.arange(len(self.people)), places)
                if mine.any():
                    rows.append(self._row(UNKNOWN, label, currency, mine, nothing, nothing))
        for part, column in GROUPS.items():
            said = [one or NOT_STATED for one in self.facts[column]]
            members: dict[tuple[str, str], list[int]] = {}
            for at, pair in enumerate(zip(said, self.facts["currency"], strict=True)):
                members.setdefault(pair, []).append(at)
            for item, currency in sorted(members):
                mine = np.array(members[item, currency])
                rows.append(self._row(part, item, currency, mine, self.before, self.after))
        for at, who in enumerate(self.people):
            mine = np.array([at])
            rows.append(self._row("person", who, self.facts["currency"][at], mine, self.before, self.after))
        return [list(HEADER), *rows]

    def _row(
        self, part: str, item: str, currency: str, mine: NDArray[Any], old: NDArray[Any], new: NDArray[Any]
    ) -> list[Any]:
        before, after = old[mine], new[mine]
        was, is_ = int(before.sum()), int(after.sum())
        winners, losers = int((after > before).sum()), int((after < before).sum())
        figures = [money(was), money(is_), money(is_ - was), winners, losers]
        return [part, item, currency or None, len(before), *figures]


def diff(
    before: Tables | Iterable[RawTable],
    after: Iterable[RawTable],
    period: Any,
    told: Callable[[str], None] = lambda _: None,
) -> PlanDiff:
    """Compare the plans of one set of tables with those of another, on the people and results of the first.

    before: all tables. after: tables of which the plans, components, curves, tiers, ramps, seasons, matrices
        and risk classes are taken; others are ignored. period: the period to pay, as for `run`.
    told: called with each change while it is being paid.
    Errors: any error of either run; a plan with people on it that is missing in the second tables; a plan
        that would pay in another currency.
    """
    return _compared(read(before, period), _plans(after), period, told)


def under(ours: Tables, after: Iterable[RawTable]) -> Tables:
    """The people and results of some tables under the plans of others; see `diff`."""
    return _under(ours, _plans(after))


def _plans(after: Iterable[RawTable]) -> Tables:
    given = list(after)
    plans = [raw for raw in given if table_of(raw, component_types()) in PLAN_TABLES]
    return read_strict([*plans, *decisions_about(given, plans)], component_types(), ("plans", "components"))


def _under(ours: Tables, second: Tables) -> Tables:
    _stands(ours, second)
    return _of_what_is(with_table(ours, *(second[name] for name in PLAN_TABLES)))


def diff_of_plans(
    tables: Tables | Iterable[RawTable],
    period: Any,
    plan_a: str,
    plan_b: str,
    told: Callable[[str], None] = lambda _: None,
) -> PlanDiff:
    """Pay of everyone on one plan under the terms of another; all else unchanged.

    tables: hold both plans. plan_a: the plan that people are on. plan_b: the one whose terms it gets.
    period, told: as for `diff`. Errors: an unknown plan; any error of either run.
    """
    ours = read(tables, period)
    for where, plan in (("plan_a", plan_a), ("plan_b", plan_b)):
        known = list(dict.fromkeys(ours["plans"].columns["plan_id"].tolist()))
        if plan not in known:
            raise CsmError(NOT_FOUND, "unknown plan", where, plan,
                           did_you_mean(plan, known) + f"Plans: {listed(known)}.")  # fmt: skip
    changed = []
    for name in ("plans", "components"):
        table = ours[name]
        ids = table.columns["plan_id"]
        rows = [row for row in range(table.rows) if ids[row] == plan_b and plan_b != plan_a]
        kept = [row for row in range(table.rows) if ids[row] != plan_a or plan_b == plan_a]
        both = table.take([*rows, *kept])
        ids = np.array([*[plan_a] * len(rows), *ids[kept], None], dtype=object)[:-1]
        changed.append(replace(both, columns=both.columns | {"plan_id": ids}))
    theirs = of_people(ours, people_on(ours, [plan_a]))
    terms = f"with the terms of plan {plan_b}"
    return _compared(theirs, with_table(ours, *changed), period, told, plan_a, terms)


def _compared(
    ours: Tables, second: Tables, period: Any, told: Callable[[str], None], only: str = "",
    terms: str = "with the other plans",
) -> PlanDiff:  # fmt: skip
    told("the plans as they are")
    first = run(ours, period)
    told("the other plans")
    # An adjustment is paid as it was typed under any plan, whatever component or pay period it names, so it
    # is taken from the first run for all of them.
    ids = [str(name) for name in ours["roster"].columns["employee_id"]]
    ours = with_table(ours, ours["adjustments"].take([]))
    other = _under(ours, second)
    adjusted = _adjusted(first, other, ids)
    paid_anyway = sum(adjusted.values(), np.zeros(len(ids), dtype=np.int64))
    try:
        last = run(other, period)
    except CsmError as error:  # it may name a plan that pays well by its own terms
        raise CsmError.of(replace(one, message=f"{terms}: {one.message}") for one in error.issues) from None
    old, new = by_person(first, ids), by_person(last, ids) + paid_anyway
    facts = standing(ours, period)
    there = np.unique(np.concatenate([first.seats["employee_id"], last.seats["employee_id"]])).tolist()
    there = [at for at in there if not only or only in facts["plan_id"][at].split(", ")]
    _same_currency(ids, there, facts["currency"], standing(other, period)["currency"])
    rows = rows_by_key(ours)
    quiet, wanted = changes(rows, rows_by_key(second))

    def stands(state: dict[str, Rows]) -> NDArray[np.int64]:
        return by_person(run(_of_what_is(tables_of(state, ours)), period), ids) + paid_anyway

    labels, effects, so_far = list[str](), list[NDArray[np.int64]](), old
    for words, paid in stepwise(edited(rows, quiet), wanted, stands):
        told(words)
        paid = new if paid is None else paid
        labels.append(words)
        effects.append(paid - so_far)
        so_far = paid
    if np.any(new != so_far):  # a cent that goes to another line, where rows are in another order
        labels.append(_REST)
        effects.append(new - so_far)
    block = np.array(effects, dtype=np.int64).reshape(len(effects), len(ids))
    theirs = {name: [said[at] for at in there] for name, said in facts.items()}
    apart = {label: paid[there] for label, paid in adjusted.items()}
    everyone = [ids[at] for at in there]
    unknown = _without_events(ours, other, everyone)
    return PlanDiff(everyone, theirs, old[there], new[there], labels, block[:, there], apart, unknown)


def _without_events(ours: Tables, other: Tables, people: Sequence[str]) -> dict[str, list[int]]:
    """The components that pay for events, that a person's other plan alone has, and that no event of that
    person names, whatever others have: in words, with the people by position."""
    paying = {name for name, kind in other.types.items() if kind.pays_on == "events"}
    theirs = other["components"].columns
    kind = dict(zip(theirs["component_id"].tolist(), theirs["type"].tolist(), strict=True))
    columns = (other["events"].columns[name].tolist() for name in ("employee_id", "component_id"))
    named = set(zip(*columns, strict=True))
    before, after = _components_by_person(ours), _components_by_person(other)
    found: dict[str, list[int]] = {}
    for at, who in enumerate(people):
        for name in sorted(after.get(who, set()) - before.get(who, set())):
            if kind[name] in paying and (who, name) not in named:
                words = f"{kind[name]} {name} is new and has no events: counted as 0"
                found.setdefault(words, []).append(at)
    return found


def _adjusted(lines: Lines, second: Tables, ids: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """The adjustments among the lines by what they are, with what each person gets of them.

    second: people under the second plans; where these lack the component that is corrected, the words say so.
    """
    theirs, kinds = _components_by_person(second), lines.names["type"]
    found: dict[str, NDArray[np.int64]] = {}
    for kind in (one for one in _ADJUSTMENTS if one in kinds):
        mine = lines.columns["type"] == kinds.index(kind)
        for code in np.unique(lines.columns["component_id"][mine]).tolist():
            component = lines.names["component_id"][code]
            paid = added(lines, mine & (lines.columns["component_id"] == code), ids)
            label = kind
            if component != kind:
                label += f" of {component}"
                if not any(component in theirs.get(ids[at], ()) for at in np.flatnonzero(paid).tolist()):
                    label += ", a component that the other plan does not have"
            found[label] = paid
    return found


def _components_by_person(tables: Tables) -> dict[str, set[str]]:
    """Who is on the roster → the components of the plans that the person is ever on."""
    columns = tables["components"].columns
    of_plan: dict[str, set[str]] = {}
    for plan, name in zip(columns["plan_id"].tolist(), columns["component_id"].tolist(), strict=True):
        of_plan.setdefault(plan, set()).add(name)
    found: dict[str, set[str]] = {}
    for table in ("roster", "changes"):
        both = (tables[table].columns[one].tolist() for one in ("employee_id", "plan_id"))
        for who, plan in zip(*both, strict=True):
            found.setdefault(who, set()).update(of_plan.get(plan, ()))
    return found


def _of_what_is(tables: Tables) -> Tables:
    """The tables without the events, and what was paid before, of components that their plans no longer have:
    they pay nothing; without payments where no plan pays as collected. An adjustment is paid whatever it
    corrects: it stays, and names no component any more.
    """
    columns, theirs = tables["components"].columns, _components_by_person(tables)
    known = set(zip(columns["plan_id"].tolist(), columns["component_id"].tolist(), strict=True))
    events, paid, adjustments = tables["events"], tables["paid"], tables["adjustments"]

    def stays(table: Table) -> list[bool]:
        """Whether each row names a component of a plan that its person is on."""
        whose = zip(*(table.columns[one].tolist() for one in ("employee_id", "component_id")), strict=True)
        return [name in theirs.get(who, ()) for who, name in whose]

    before = zip(*(paid.columns[one].tolist() for one in ("plan_id", "component_id")), strict=True)
    corrected = np.where(stays(adjustments), adjustments.columns["component_id"], "")
    return with_table(
        tables,
        events.take(np.flatnonzero(stays(events)).tolist()),
        paid.take([row for row, pair in enumerate(before) if pair in known]),
        tables["payments"].take(list(range(tables["payments"].rows)) if as_collected(tables) else []),
        replace(adjustments, columns=adjustments.columns | {"component_id": corrected}),
    )


def _stands(ours: Tables, second: Tables) -> None:
    """Refuse second plans that lack a plan with people on it."""
    known = set(second["plans"].columns["plan_id"].tolist())
    lost: dict[str, list[str]] = {}
    for name in ("roster", "changes"):
        table = ours[name].columns
        for who, plan in zip(table["employee_id"].tolist(), table["plan_id"].tolist(), strict=True):
            if plan and plan not in known:
                lost.setdefault(plan, []).append(who)
    if lost:
        where, hint = second["plans"].where(0, "plan_id"), "Add it, or compare it with another plan by name."
        raise CsmError.of(
            Issue(NOT_FOUND, f"plan {plan} is missing in the second plans, but "
                             f"{listed(dict.fromkeys(who))} are on it",
                  where, plan, did_you_mean(plan, known) + hint)
            for plan, who in lost.items()
        )  # fmt: skip


def _same_currency(ids: Sequence[str], there: Sequence[int], old: list[str], new: list[str]) -> None:
    moved = [at for at in there if old[at] != new[at]]
    if moved:
        raise CsmError(VALUE, "the two plans pay in different currencies, which cannot be compared",
                       "plans.currency", f"{old[moved[0]]}, then {new[moved[0]]}",
                       f"Use one currency for {listed(ids[at] for at in moved)}.")  # fmt: skip
