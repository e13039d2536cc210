"""What is on a person's statement, before anything is drawn: that person's figures and no one else's."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from csm_xl import __version__
from csm_xl.analysis.privacy import FEWEST
from csm_xl.engine.base_pay import base_pay
from csm_xl.engine.component import GATE_UNMEASURED, NOTES, UNMEASURED
from csm_xl.engine.currency import not_added, paid_in_several
from csm_xl.engine.explain import Explanation, Passage
from csm_xl.engine.person_period import person_period
from csm_xl.engine.pool import FACTOR
from csm_xl.engine.rewards import vested
from csm_xl.engine.year_to_date import YearToDate
from csm_xl.errors import CsmError, Issue
from csm_xl.pay.recording import Step
from csm_xl.plan.fingerprint import SHOWN, fingerprint
from csm_xl.plan.paid_in import CURRENCY, Currencies
from csm_xl.plan.periods import Period, by_end
from csm_xl.plan.ratio_measures import ratio_measures
from csm_xl.report.printed_names import PrintedNames
from csm_xl.report.statement_curves import CurveView, curves, known

TYPED_REASON: Final = ("manual", "clawback", "release")
"""The kinds of lines whose note is a reason that somebody typed: those of the table `adjustments`."""
_WAITING: Final = ("Some actuals are missing: this statement is an estimate.",)
_WAITS: Final = tuple(NOTES[flag] for flag in (UNMEASURED, GATE_UNMEASURED))


@dataclass(slots=True)
class Line:
    """A payout line as it is shown. kind: ``component``, or what turns earned into payable.

    measures_ratio: whether goal and actual are ratios, shown as percentages.
    """

    plan_id: str
    component_id: str
    name: str
    kind: str
    target: float | None
    goal: float | None
    actual: float | None
    attainment: float | None
    ratio: float | None
    gate: bool | None
    modifier: float | None
    amount: float
    note: str
    measures_ratio: bool = False


@dataclass(slots=True)
class Chapter:
    """How one figure came about, step by step. typed_reason: whether its rules end in a reason that somebody
    typed, after a colon."""

    period: str
    title: str
    amount: float | None
    steps: list[Step]
    typed_reason: bool = False


@dataclass(slots=True)
class Statement:
    """One person's statement.

    who: label and value of what is known of the person. lines: the payout lines by period.
    to_date: period, target and paid of the plan year so far; a target or amount that is None is not known.
    book: the last hash of the book of record that says what was paid; None: it is calculated. book_names:
    a remark about the names in it. corrections: of other periods, paid with this one: the period that each
    belongs to, and the amount.
    base, equity: money of the period (equity None without a grant). notices: remarks the reader must see.
    base_alone: whether the person's plans have no component, so that only base salary is paid.
    plan_names: plan_id → the plan's name, or its ID if it has none. name: the person's, blank if none is
    shown; unshown: names that the font cannot print in full, with the ID of each.
    """

    employee_id: str
    period: str
    as_of: date
    currency: str
    plans: list[str]
    who: list[tuple[str, str]]
    lines: dict[str, list[Line]]
    target: float
    paid: float
    base: float
    equity: float | None
    to_date: list[tuple[str, float | None, float | None]]
    curves: list[CurveView]
    chapters: list[Chapter]
    fingerprint: str
    version: str = __version__
    notices: list[str] = field(default_factory=list)
    base_alone: bool = False
    book: str | None = None
    book_names: str = ""
    corrections: list[tuple[str, float]] = field(default_factory=list)
    plan_names: dict[str, str] = field(default_factory=dict)
    name: str = ""
    unshown: dict[str, str] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """The person's name with the ID, or the ID alone."""
        return f"{self.name} ({self.employee_id})" if self.name else self.employee_id

    @property
    def on_target(self) -> float:
        """What the target-based components paid."""
        return round(sum(line.amount for line in self.every if line.target is not None), 4)

    @property
    def every(self) -> list[Line]:
        """The lines of all periods."""
        return [line for lines in self.lines.values() for line in lines]

    @property
    def attainment(self) -> float | None:
        """The attainment of the components, weighted by their targets; None where nothing is measured."""
        known = [(line.target, line.attainment) for line in self.every
                 if line.target and line.attainment is not None]  # fmt: skip
        whole = sum(target for target, _ in known)
        return sum(target * reached for target, reached in known) / whole if whole else None

    def texts(self) -> list[str]:
        """The ids and names that the statement must show as they are."""
        said = [value for _, value in self.who]
        said += [text for line in self.every for text in (line.name, line.component_id, line.plan_id)]
        return [self.employee_id, self.name, self.period, *self.plans, *said]


class Statements:
    """A period that was paid, ready to be reported to each person in it.

    explanation: the paid period. asked: its name. as_of: the date shown.
    """

    def __init__(self, explanation: Explanation, asked: str, as_of: date) -> None:
        self.explanation, self.asked, self.as_of = explanation, asked, as_of
        self.context = explanation.context
        self.period: Period = self.context.calendar.find(asked)
        self.fingerprint = fingerprint(explanation.tables)[:SHOWN]
        self.base = base_pay(self.context, self.period)
        self.equity = vested(self.context, self.period).value if explanation.tables["grants"].rows else None
        if self.context.issues:
            raise CsmError.of(dict.fromkeys(issue for _, issue in self.context.issues))
        self._year = YearToDate(explanation.payroll, self.period)
        self._ratios = ratio_measures(explanation.tables)
        self.names = PrintedNames(explanation.tables)

    def people(self) -> list[str]:
        """Who gets one: everybody with a day of work or a line in the period."""
        people = self.context.people
        here = (people.first <= self.period.end) & (people.last >= self.period.start)
        found = {people.ids[person] for person in people.person[here].tolist()}
        found |= {self.explanation.lines.names["employee_id"][code]
                  for code in self.explanation.lines.columns["employee_id"].tolist()}  # fmt: skip
        out = {name for name, _ in self.explanation.lines.left_out}
        return [name for name in people.ids if name in found - out]

    def of(self, employee_id: str) -> Statement:
        """One person's statement."""
        person = self.context.people.ids.index(employee_id)
        passages = self.explanation.of(employee_id)
        lines: dict[str, list[Line]] = {}
        for passage in passages:
            if passage.line is not None:
                lines.setdefault(passage.period.name, []).append(_line(passage, self._ratios))
        seats = self._totals.get(employee_id, [])
        plans = list(dict.fromkeys(passage.cohort.plan.plan_id for passage in passages if passage.cohort))
        paid = round(sum(line.amount for each in lines.values() for line in each), 4)
        notes = {line.note for each in lines.values() for line in each}
        waiting = any(words in note for note in notes for words in _WAITS)
        seated = [passage.cohort for passage in passages if passage.cohort is not None]
        return Statement(
            employee_id=employee_id,
            period=self.period.name,
            as_of=self.as_of,
            currency=self._currency(person, plans),
            plans=plans,
            who=self._who(person, passages),
            lines=lines,
            target=round(sum(target for _, target in seats), 4),
            paid=paid,
            base=float(self.base[person]),
            equity=self._vested(person),
            to_date=[*self._year.earlier(person), *self._now(person, lines, dict(seats))],
            curves=curves(passages),
            chapters=_chapters(passages),
            fingerprint=self.fingerprint,
            notices=[*_WAITING[: int(waiting)], *self._open(person), *self._gap(person)],
            plan_names={group.plan.plan_id: group.plan.plan_name or group.plan.plan_id for group in seated},
            base_alone=bool(seated) and not lines and not any(group.components for group in seated),
            name=self.names.of(employee_id),
            unshown=self.names.unshown(employee_id, self.manager(employee_id)),
        )  # fmt: skip

    def manager(self, employee_id: str) -> str:
        """The employee_id of a person's manager at the period's end, or on the last day before; blank for
        none."""
        person = self.context.people.ids.index(employee_id)
        return str(self.context.history.value(person, "manager_id", self._last_day(person)) or "")

    def _last_day(self, person: int) -> int:
        people = self.context.people
        return min(self.period.end, int(people.last[people.person == person].max()))

    @cached_property
    def _totals(self) -> dict[str, list[tuple[str, float]]]:
        """Of each person the target of every period."""
        found: dict[str, list[tuple[str, float]]] = {}
        for period, who, target, _ in self.explanation.lines.totals()[1:]:
            found.setdefault(who, []).append((period, target))
        return found

    def _now(
        self, person: int, lines: dict[str, list[Line]], targets: dict[str, float]
    ) -> list[tuple[str, float | None, float | None]]:
        return [
            (period.name, targets.get(period.name, 0.0),
             round(sum(line.amount for line in lines.get(period.name, [])), 4))
            for period in sorted(self.explanation.periods, key=by_end)
            if (period.name in lines or period.name in targets) and self._year.holds(person, period)
        ]  # fmt: skip

    def _vested(self, person: int) -> float | None:
        """Equity of the period; None for somebody without any grant."""
        holders = self.explanation.tables["grants"].columns["employee_id"]
        mine = self.equity is not None and self.context.people.ids[person] in holders
        return float(self.equity[person]) if self.equity is not None and mine else None

    def _open(self, person: int) -> list[str]:
        every = map(self.context.calendar.find, self.explanation.lines.open)
        names = [
            period.name
            for period in every
            if person_period(self.context, person, period, cycles=True) is not None
        ]
        return [f"Missing actuals, so not on this statement: {', '.join(names)}."] if names else []

    def gaps(self, employees: Iterable[str]) -> list[Issue]:
        """Findings about the earlier pay periods that the year to date of some people lacks."""
        chosen = set(employees)
        return self._year.gaps(at for at, name in enumerate(self.context.people.ids) if name in chosen)

    def _gap(self, person: int) -> list[str]:
        lacking, why = self._year.lacks(person), "could not be calculated"
        found = [(lacking, why)] if lacking else []
        found += [([name], f"was paid in {code}") for name, code in self._year.foreign(person)]
        without = "so the plan year to date does not include"
        return [f"{', '.join(names)} {why}, {without} {'it' if len(names) == 1 else 'them'}."
                for names, why in found]  # fmt: skip

    def not_added(self, employees: Iterable[str]) -> list[Issue]:
        """Findings about people whose plans of the period pay in several currencies: a statement adds."""
        ids, roster = self.context.people.ids, self.explanation.tables["roster"]
        several = paid_in_several(self.context.people, Currencies(self.explanation.tables), self.period)
        chosen = set(employees)
        return [
            not_added(codes, "a statement", roster.where(person, CURRENCY), ids[person])
            for person, codes in several.items()
            if ids[person] in chosen
        ]

    def _currency(self, person: int, plans: Sequence[str]) -> str:
        own = self.explanation.tables["roster"].value(person, "currency")
        versions = self.context.book.versions(plans[-1]) if plans else ()
        return str(own or (versions[-1].currency if versions else ""))

    def _who(self, person: int, passages: Sequence[Passage]) -> list[tuple[str, str]]:
        roster, found = self.explanation.tables["roster"], []
        last = self._last_day(person)
        labels = {"Role": "role", "Level": "level", "Location": "location", "Team": "team",
                  "Division": "division", "Manager": "manager_id"}  # fmt: skip
        for label, column in labels.items():
            value = self.context.history.value(person, column, last)
            if value:
                shown = self.names.shown(str(value)) if column == "manager_id" else str(value)
                found.append((label, shown))
        dated = {"Hired": "hire_date", "Last day": "leave_date"}
        for label, column in dated.items():
            day = roster.value(person, column)
            if day and (label == "Last day" or day >= self.period.start):
                found.append((label, date.fromordinal(day).isoformat()))
        plans = {passage.cohort.plan.plan_id: passage.cohort.plan for passage in passages if passage.cohort}
        for plan in plans.values():
            since = f", version of {date.fromordinal(plan.valid_from).isoformat()}" if plan.valid_from else ""
            name = f"{plan.plan_name} ({plan.plan_id})" if plan.plan_name else plan.plan_id
            found.append(("Plan", name + since))
        return found


def _line(passage: Passage, ratios: Container[str]) -> Line:
    line, terms = passage.line, passage.terms
    assert line is not None
    name = terms.component_name if terms is not None else None
    return Line(
        plan_id=line["plan_id"],
        component_id=line["component_id"],
        name=name or line["component_id"],
        kind="component" if terms is not None else line["type"],
        target=known(line["component_target"]),
        goal=known(line["goal"]),
        actual=known(line["actual"]),
        attainment=known(line["attainment"]),
        ratio=known(line["payout_ratio"]),
        gate=line["gate_met"],
        modifier=known(line["modifier"]) if terms is not None else None,
        amount=line["amount"],
        note=line["note"] or "",
        measures_ratio=terms is not None and terms.values.get("measure") in ratios,
    )


def _chapters(passages: Sequence[Passage]) -> list[Chapter]:
    found = []
    for passage in passages:
        line, steps = passage.line, list(passage.steps)
        if line is None:
            if passage.cohort is None:  # the sums are in the table above
                steps = [step for step in steps if step.step == "No plan"]
            title = "Plan"
            if passage.cohort is not None:
                of_target = "Target, plan" if passage.cohort.components else "Plan"
                title = f"{of_target} {passage.cohort.plan.plan_id}"
            if steps:
                found.append(Chapter(passage.period.name, title, None, steps))
            continue
        if passage.terms is not None:
            steps = [step for step in steps if step.step != "Component"]
            before = [step for step in steps if step.step == "Before the modifier"]
            if before and before[0].inputs == steps[-1].inputs:
                steps.remove(before[0])  # nothing is between what was earned and its amount
            title = passage.terms.component_name or passage.terms.component_id
        else:
            title = line["type"].replace("_", " ").capitalize()
        steps = _of_many(steps)
        typed = line["type"] in TYPED_REASON
        found.append(Chapter(passage.period.name, title, line["amount"], steps, typed))
    return found


def _of_many(steps: Sequence[Step]) -> list[Step]:
    """Steps without figures from which one of a few people could calculate what the others are paid.

    The total that a few people earned would reveal the others' part, and so would the pool beside one's own
    share, and more digits of its factor than a person's own two amounts show. So the factor is rounded, and
    the other steps are left out. What is one's own, and the last step, the amount paid, stay.
    """
    few = [step for step in steps if 0 < step.shared_by < FEWEST]
    found = []
    for step in steps:
        if step not in few:
            found.append(step)
        elif isinstance(step.value, float) and step.step == FACTOR:
            rule = f"rounded: fewer than {FEWEST} people share it, and more digits would reveal their pay"
            found.append(Step(step.step, rule, "", round(step.value, 3)))
        elif step is few[-1]:
            rule = "share of the pool"
            if few[0].step != FACTOR:
                rule += f"; fewer than {FEWEST} people share it, and the pool would reveal their pay"
            found.append(Step(step.step, rule, "", step.value))
    return found
