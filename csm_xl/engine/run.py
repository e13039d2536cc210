"""Running plans over people: periods in order, people in blocks, near ties decided exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.columns import Inputs, Rows
from csm_xl.engine.components import component_types, target_based, types
from csm_xl.engine.evaluate import Work, evaluate
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group, groups
from csm_xl.engine.lines import Lines
from csm_xl.engine.open_periods import open_periods
from csm_xl.engine.targets import Figures
from csm_xl.engine.together import Together
from csm_xl.engine.versions import counted
from csm_xl.engine.writer import Writer
from csm_xl.errors import CsmError, Issue, listed
from csm_xl.pay.recording import chapter
from csm_xl.pay.rounding import floats
from csm_xl.plan.dependence import for_people
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.load import judged, leave_out, load_tables, sound
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.parts import PARTS
from csm_xl.plan.periods import Period
from csm_xl.plan.schema import PAY_PERIODS
from csm_xl.plan.tables import PAY_TABLES, RawTable, Tables
from csm_xl.plan.validate import check_plans, foundation_stands

BLOCK: Final = 32768
"""People evaluated at a time: few enough for the figures of a block to stay in the cache."""
_ROUNDS: Final = 3


def run(tables: Tables | Iterable[RawTable], period: Any, skip_errors: bool = False) -> Lines:
    """Pay everyone on the roster for a period: one line per person, period, plan and component.

    tables: the tables of plans, people and results, read or to be read.
    period: a pay period (2026-Q1), or a longer one, which gives every pay period inside it that has results;
        those that are not measured yet are in `Lines.open`.
    skip_errors: leave out the people who cannot be paid, and list them in `Lines.left_out`.
    Errors: all findings at once, each with its place; nothing is paid where there is one.
    Source: the order of calculation of incentive plans, from target to payable.
    """
    return settled(load(tables, period, skip_errors), period, skip_errors)[0]


def settled(
    read: Tables, period: Any, skip_errors: bool = False, wanted: Callable[[Period], bool] | None = None
) -> tuple[Lines, Facts]:
    """What `run` gives for checked tables, with the facts that it was calculated from, the year to date too.

    wanted: which of the pay periods inside the period are paid (None: those that are not open).
    """
    left_out = {name: dict.fromkeys(map(str, issues)) for name, issues in read.left_out.items()}
    index = {name: person for person, name in enumerate(read["roster"].columns["employee_id"].tolist())}
    for _ in range(_ROUNDS):
        facts = Facts(read, component_types(), frozenset(index[name] for name in left_out if name in index))
        every = pay_periods(facts, period)
        shut = open_periods(facts, every) if wanted is None else ()
        paying = [each for each in every if (each not in shut if wanted is None else wanted(each))]
        earned = _pay(facts, paying)
        before = _look_back(facts, paying)
        if not facts.issues:
            from csm_xl.engine.payable import payable

            lines = payable(facts, earned, paying, before)
            in_order = sorted(left_out, key=lambda name: index.get(name, len(index)))
            out = tuple((who, " ".join(left_out[who])) for who in in_order if left_out[who])
            return replace(lines, left_out=out, open=tuple(each.name for each in shut)), facts
        if not skip_errors or any(person < 0 for person, _ in facts.issues):
            break
        for person, issue in facts.issues:
            left_out.setdefault(facts.people.ids[person], {})[str(issue)] = None
    raise CsmError.of(dict.fromkeys(issue for _, issue in facts.issues))


def load(
    tables: Tables | Iterable[RawTable], period: Any = None, skip_errors: bool = False,
    people: Iterable[str] | None = None,
) -> Tables:  # fmt: skip
    """Tables fit to be paid from: read where they are raw, and checked.

    period: what is going to be paid; where there are errors, what it lacks is reported beside them.
    skip_errors: leave out the people of whom something wrong is said; they are in `Tables.left_out`.
    people: who alone is to be paid (None: everyone): what their pay does not depend on stops nothing.
    Errors: all findings at once, each with its place.
    """
    if isinstance(tables, Tables):
        read, issues = tables, check_plans(judged(tables), types(), target_based())
    else:
        read, issues = load_tables(tables, types(), target_based(), PAY_TABLES)
    if people is not None:
        read, issues = for_people(read, issues, people, target_based())
    errors = [issue for issue in issues if issue.severity == "error"]
    if errors and skip_errors:
        read, errors = leave_out(read, errors, target_based())
    if errors:
        raise CsmError.of([*errors, *lacking(read, period, errors)])
    if not read["reviews"].rows:
        return read
    from csm_xl.engine.reviews import reviewed

    return reviewed(read, skip_errors)


def lacking(tables: Tables, period: Any, errors: list[Issue]) -> list[Issue]:
    """What the payment of a period lacks, such as somebody's result, as far as errors let it be reported.

    tables: as they were read, with `errors`. period: None where it is not known yet.
    """
    whole = sound(tables)
    measured = ("results", "goals", "accounts")
    if period is None or any(tables[name].faulty for name in measured) or not foundation_stands(whole):
        return []  # what seems to be missing may be in a row that cannot be read
    # What is missing depends on no curve, so that a fault in one hides nothing.
    facts = Facts(
        Tables(whole.types, {name: whole[name] for name in whole if name not in PARTS}),
        component_types(),
        _not_paid(whole, tables),
    )
    told = {issue.where for issue in errors}
    try:
        paying = pay_periods(facts, period)
        shut = open_periods(facts, paying)
        paying = [each for each in paying if each not in shut]
    except CsmError as error:
        return list(error.issues)
    every = [group for each in paying for group in groups(facts, each)]
    facts.issues.clear()  # about people and the plans that they are on; the errors speak of these
    for group in every:
        for terms in group.components:
            if facts.types[terms.type].target_based:  # the others lack nothing: no deal is no commission
                gathered(facts, group, terms)
    found = dict.fromkeys(issue for _, issue in facts.issues)
    return [issue for issue in found if issue.where not in told]


def _not_paid(tables: Tables, read: Tables) -> frozenset[int]:
    """The places on the roster of `tables` of those who are left out of what was read."""
    names = tables["roster"].columns["employee_id"].tolist()
    return frozenset(person for person, name in enumerate(names) if name in read.left_out)


def pay_periods(facts: Facts, asked: Any) -> list[Period]:
    """Every pay period inside the one that is asked for, in time.

    Errors: a period shorter than the plan of somebody who is employed then pays by.
    """
    wanted, people = facts.calendar.find(asked), facts.people
    then = (people.first <= wanted.end) & (people.last >= wanted.start) & facts.wanted[people.person]
    on = {facts.plan_kinds[code] for code in np.unique(people.names["plan_id"][then]).tolist()}
    found: list[Period] = []
    for kind in sorted(set(facts.plan_kinds) - {""}, key=PAY_PERIODS.index):
        try:
            found += facts.calendar.inside(wanted, kind)
        except CsmError as error:
            if not on:
                raise
            if kind in on:  # a plan that everybody has left, or nobody has reached, stops nobody
                raise _too_short(facts, kind, np.flatnonzero(then), error) from None
    return sorted(found, key=_in_time)


def _too_short(facts: Facts, kind: str, spells: NDArray[np.intp], error: CsmError) -> CsmError:
    """A period shorter than some plans pay by: which plans these are, and how many people are on them."""
    people = facts.people
    names = [name for name, of in zip(people.plans, facts.plan_kinds, strict=True) if of == kind]
    theirs = np.isin(people.names["plan_id"][spells], [people.plans[name] for name in names])
    who = len(np.unique(people.person[spells[theirs]]))
    on = f"{who:,} {'person is' if who == 1 else 'people are'} on"
    return CsmError(error.code, f"{error.message}: {on} {listed(sorted(names))}", error.where, error.got,
                    error.hint)  # fmt: skip


def _look_back(facts: Facts, paying: list[Period]) -> Lines | None:
    """The lines of the earlier periods in which the balance of a draw grew, for those who draw alone;
    what stops them is reported. None where unknown period."""
    from csm_xl.engine.payable import looks_back

    periods, people = looks_back(facts, paying)
    if not periods:
        return None
    everyone = set(range(len(facts.people.ids)))
    past = Facts(facts.tables, facts.types, frozenset(everyone - people))
    lines = _pay(past, sorted(periods, key=_in_time))
    for person, issue in past.issues:
        hint = f"{issue.hint} A draw looks back on it; or start the draw later with its opening_balance."
        facts.report(person, replace(issue, hint=hint))
    return lines


def _pay(facts: Facts, paying: list[Period]) -> Lines:
    """The lines of pay periods; earlier ones of the year are run where a plan needs them."""
    cohorts = {period: groups(facts, period) for period in paying}
    writer = Writer(facts.people.ids, list(facts.people.plans), facts.types, cohorts, _extras(facts))
    for period in _with_history(facts, paying):
        together = Together(cohorts.get(period, ()))
        for group in cohorts[period] if period in cohorts else groups(facts, period):
            needed = None if period in cohorts else _for_history(facts, group)
            if needed is not None and not needed:
                continue
            work = gather(facts, group, needed)
            kept = _Kept(facts, group)
            if not facts.issues:  # once something is wrong nothing is paid, but all of it is found
                pay_group(work, writer if needed is None else None, needed, kept, together)
            kept.remember()
        together.share(writer)
    lines = writer.lines()
    if not facts.issues:
        from csm_xl.engine.pool import share_pools

        share_pools(facts, cohorts, lines)
    return lines


def _extras(facts: Facts) -> list[str]:
    """The columns of a line that only some plans need: the same for every period of the tables."""
    columns = facts.tables["components"].columns
    based = np.array([facts.types[name].target_based for name in columns["type"].tolist()], dtype=bool)
    bounded = [~np.isnan(columns[name]) for name in ("interim_cap", "floor", "cap")]
    to_date = based & (columns["cumulative"] != "discrete")
    pooled = ~np.isnan(columns["pool_amount"])
    needed = {
        "column_attainment": columns["matrix_id"] != "",
        "curve_ratio": np.logical_or.reduce([columns["gate_measure"] != "", *bounded]),
        "combined_ratio": facts.tables["plans"].columns["combination"] == "multiplicative",
        **dict.fromkeys(("target_to_date", "earned_to_date", "paid_before"), to_date),
        "earned": ~based & columns["modified"].astype(bool),
        "kicker": ~np.isnan(columns["kicker_ratio"]),
        **dict.fromkeys(("before_pool", "pool_factor"), pooled),
    }
    return [name for name, used in needed.items() if np.any(used)]


def _in_time(period: Period) -> tuple[int, int]:
    return (period.start, PAY_PERIODS.index(period.kind))


def _with_history(facts: Facts, paying: list[Period]) -> list[Period]:
    """The periods to pay, and with them those of their plan year that a cumulative component needs."""
    starts = {
        (version.year_start, version.pay_period)
        for plan_id in facts.people.plans
        if any(_cumulative(facts, component) for component in facts.book.overlapping(plan_id, 0, FOREVER))
        for version in facts.book.versions(plan_id)
    }
    found = dict.fromkeys(paying)
    for period in paying:
        for year_start, kind in starts:
            if kind == period.kind:
                year = facts.calendar.plan_year(period, year_start)
                found |= dict.fromkeys(one for one in year if one.start < period.start)
    return sorted(found, key=_in_time)


def _cumulative(facts: Facts, terms: ComponentTerms) -> bool:
    return facts.types[terms.type].target_based and terms.values.get("cumulative", "discrete") != "discrete"


def _looked_back_on(facts: Facts, terms: ComponentTerms) -> bool:
    """Whether any version of the component calculates the year to date."""
    return any(_cumulative(facts, version) for version in facts.versions(terms))


def _for_history(facts: Facts, group: Group) -> frozenset[int]:
    """The components that a later period looks back on: the cumulative ones, and where ratios multiply
    all that share in the product."""
    based = [facts.types[terms.type].target_based for terms in group.components]
    cumulative = [
        of and _looked_back_on(facts, terms) for of, terms in zip(based, group.components, strict=True)
    ]
    if any(cumulative) and group.plan.combination == "multiplicative":
        cumulative = based
    return frozenset(i for i, needed in enumerate(cumulative) if needed)


def gather(facts: Facts, group: Group, needed: frozenset[int] | None = None) -> Work:
    """All that the arithmetic of a group reads; what is missing is reported to `facts`."""
    inputs: list[Inputs] = []
    others: list[tuple[Inputs, ...]] = []
    earlier: list[Inputs | None] = []
    for index, terms in enumerate(group.components):
        wanted = needed is None or index in needed
        told = len(facts.issues)
        *before, last = gathered(facts, group, terms) if wanted else ({},)
        inputs.append(last)
        others.append(tuple(before))
        if needed is not None and group.plan.combination == "additive":
            # What was really paid is in place of history: nothing of it has to be computed again.
            paid = facts.really_paid(group, terms)
            facts.issues[told:] = [issue for issue in facts.issues[told:] if issue[0] not in paid]
        to_date = wanted and _cumulative(facts, terms)
        earlier.append(facts.year_to_date(group, terms) if to_date else None)
    return Work(
        group, facts.types, tuple(inputs), tuple(earlier), facts.modifier_factors(group), tuple(others)
    )


def gathered(facts: Facts, group: Group, terms: ComponentTerms) -> tuple[Inputs, ...]:
    """What each version of a component that counts reads, in time; what is missing is reported."""
    of = facts.types[terms.type]
    found = []
    for version in counted(group, of, terms):
        chapter(version.where)
        found.append(facts.types[version.type].gather(facts, group, version))
    return tuple(found)


def pay_group(
    work: Work,
    writer: Writer | None,
    needed: frozenset[int] | None = None,
    kept: _Kept | None = None,
    together: Together | None = None,
) -> None:
    """Pay a group block by block: each on floats, then its rows in doubt on exact numbers.

    writer: where the lines go (None: nowhere, the group is run for the periods that look back on it).
    needed: the components to evaluate (None: all). kept: what later periods of the year need.
    together: whose lines on several plans are rounded as one total.
    """
    for first in range(0, work.group.size, BLOCK):
        last = min(first + BLOCK, work.group.size)
        rows = slice(first, last)
        doubt = np.zeros(last - first, dtype=bool)
        figures = evaluate(work, rows, doubt, needed)
        _hand_over(work, rows, figures, writer, kept)
        if together is not None and writer is not None:
            together.take(work, rows, figures, doubt, writer)
        near = np.flatnonzero(doubt) + first
        if near.size:
            _hand_over(work, near, evaluate(work, near, None, needed), writer, kept)


def _hand_over(work: Work, rows: Rows, figures: Figures, writer: Writer | None, kept: _Kept | None) -> None:
    if kept is not None:
        kept.take(rows, figures)
    if writer is not None:
        writer.write(work, rows, figures)


class _Kept:
    """What a group's cumulative components paid, gathered block by block for later periods."""

    def __init__(self, facts: Facts, group: Group) -> None:
        self.facts, self.group = facts, group
        self.indices = [
            i for i, terms in enumerate(group.components)
            if facts.types[terms.type].target_based and _looked_back_on(facts, terms)
        ]  # fmt: skip
        self.before = {i: np.zeros(group.size) for i in self.indices}
        self.targets = {i: np.zeros(group.size) for i in self.indices}

    def take(self, rows: Rows, figures: Figures) -> None:
        """The figures of some rows."""
        for index in self.indices:
            line = figures.lines[index]
            assert line.component_target is not None
            self.before[index][rows] = floats(line.before_modifier)
            self.targets[index][rows] = floats(line.component_target)

    def remember(self) -> None:
        """Hands the group's figures on to the facts of the run."""
        if self.indices:
            names = [terms.component_id for terms in self.group.components]
            self.facts.keep(
                self.group,
                {names[i]: column for i, column in self.before.items()},
                {names[i]: column for i, column in self.targets.items()},
            )
