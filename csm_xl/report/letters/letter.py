"""One person's plan letter: what is on it, in which order. Only that person's data is read for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from csm_xl.analysis.letter_pay.assumed import is_target_based
from csm_xl.analysis.letter_pay.examples import Example, examples
from csm_xl.analysis.letter_pay.pay import PayTable, pay_tables
from csm_xl.analysis.letter_pay.terms import YearTerms
from csm_xl.analysis.privacy import FEWEST
from csm_xl.engine.base_pay import base_pay_of
from csm_xl.engine.people import people
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import History
from csm_xl.plan.fingerprint import SHOWN, plan_fingerprint
from csm_xl.plan.model import plan_book
from csm_xl.plan.periods import Period
from csm_xl.plan.ratio_measures import ratio_measures
from csm_xl.plan.tables import Tables
from csm_xl.report import words
from csm_xl.report.letters import component_words, plan_words
from csm_xl.report.letters.component_words import Component
from csm_xl.report.letters.document import (
    Block,
    Bullets,
    Facts,
    Grid,
    Heading,
    Letter,
    Paragraph,
    Signatures,
)
from csm_xl.report.letters.dollar_words import EARNING, example_sentence, tier_rows
from csm_xl.report.letters.known_goals import KnownGoals, goal_words
from csm_xl.report.letters.pay_blocks import pay_blocks
from csm_xl.report.letters.person_words import PersonWords
from csm_xl.report.letters.sentences import PERIODS, day, ratio

_WHO = {"Role": "role", "Level": "level", "Location": "location", "Team": "team", "Division": "division",
        "Manager": "manager_id"}  # fmt: skip


class Letters:
    """The plan letters of some people of a company, ready to be written.

    tables: checked, with reviews applied, as `csm_xl.engine.loading.load` gives them. terms: whose letters.
    """

    def __init__(self, tables: Tables, terms: Sequence[YearTerms]) -> None:
        self.tables, self.terms = tables, terms
        self._history = History(tables)
        self._goals = KnownGoals(tables, self._history)
        self._pay = pay_tables(tables, terms)
        goals = {
            (one.employee_id, each.component_id): known
            for one in terms
            for each in one.components
            if each.pays_on == "deals" and (known := dict(self._goals.of(one, each)))
        }
        self._examples = examples(tables, terms, goals)
        self._people, _ = people(self._history)
        self._book, self._calendar = plan_book(tables), Calendar(tables["periods"])
        self._words = PersonWords(tables, self._book)
        self._ratios = ratio_measures(tables)
        self._prints: dict[str, str] = {}
        self._base: dict[tuple[int, int], list[float]] = {}

    def fingerprint(self, plan_id: str) -> str:
        """What shows a plan apart from others and from its other versions."""
        if plan_id not in self._prints:
            self._prints[plan_id] = plan_fingerprint(self.tables, plan_id)[:SHOWN]
        return self._prints[plan_id]

    def of(self, one: YearTerms) -> Letter:
        """One person's letter."""
        mark = self.fingerprint(one.plan.plan_id)
        name = self._words.name(one.employee_id)
        letter = Letter(one.employee_id, name, one.plan.plan_id, f"Plan letter {one.year}",
                        date.fromordinal(one.day), mark)  # fmt: skip
        letter.blocks = [
            *self._head(one, name),
            *self._pay_of(one),
            *self._changes(one),
            *self._components(one),
            *self._rules(one),
            *_sign(one, mark),
        ]
        return letter

    def _head(self, one: YearTerms, name: str) -> Iterator[Block]:
        row = self._history.index[one.employee_id]
        facts = (
            [("Employee", name)] if name == one.employee_id else [("Employee", name), ("ID", one.employee_id)]
        )
        for label, column in _WHO.items():
            if value := self._history.value(row, column, one.day):
                facts.append((label, str(value)))
        plan = one.plan
        facts += [
            ("Plan", f"{plan.plan_name} ({plan.plan_id})" if plan.plan_name else plan.plan_id),
            ("Plan year", f"{day(one.first)} to {day(one.last)}"),
        ]  # fmt: skip
        yield Facts(facts)

    def _pay_of(self, one: YearTerms) -> Iterator[Block]:
        """Base salary, target incentive and their sum: of a year on these terms, and of this plan year."""
        currency, goal = one.plan.currency, self._pay[one.employee_id].goal
        base, whole = self._base_of(one), one.base + one.target
        year = f"Plan year {one.year}" + (", days on this plan" if one.moves else "")
        rows = [["", f"A full year ({currency})", f"{year} ({currency})", "Pay mix"]]

        def row(name: str, annual: Fraction, year: float) -> None:
            mix = ratio(round(float(annual / whole), 4)) if whole else words.BLANK
            rows.append([name, words.money(float(annual)), words.money(year), mix])

        row("Base salary", one.base, base)
        yield Heading("Your pay")
        if one.target or goal.target:
            row("Target incentive", one.target, goal.target)
            row("On-target earnings", whole, round(base + goal.target, 4))
            yield Grid(rows, 1, frozenset({2}))
        else:
            yield Grid([cells[:-1] for cells in rows])
        said = []
        if one.fte != 1:
            said.append(f"The full year is at your FTE of {ratio(one.fte)}.")
        if goal.target and abs(goal.year - goal.target) >= 0.01:
            said.append(
                f"With every component at goal, the plan year pays {currency} {words.money(goal.year)}."
            )
        if any(not is_target_based(terms) for terms in one.components):
            said.append("What has no target, such as commissions, is paid on top.")
        if round(base, 2) != round(float(one.base), 2):
            said.append("In the plan year, part of a year, changes of terms, and leave count by their days.")
        if said:
            yield Paragraph(" ".join(said), small=True)

    def _base_of(self, one: YearTerms) -> float:
        """Base pay of the days of the plan year that are on the plan."""
        person = self._history.index[one.employee_id]
        spans = [(one.first, one.last)]
        if one.moves:
            at = (self._people.person == person) & (
                self._people.names["plan_id"] == self._people.plans[one.plan.plan_id]
            )
            both = zip(self._people.first[at].tolist(), self._people.last[at].tolist(), strict=True)
            spans = [(max(first, one.first), min(last, one.last)) for first, last in both]
        for first, last in spans:
            if (first, last) not in self._base and first <= last:
                period = Period(str(one.year), "year", first, last, Fraction(1), one.year)
                self._base[first, last] = base_pay_of(
                    self._people, self._book, self._calendar, period
                ).tolist()
        return round(sum(self._base[span][person] for span in spans if span[0] <= span[1]), 4)

    def _changes(self, one: YearTerms) -> Iterator[Block]:
        found = self._words.dated_changes(one)
        if found:
            yield Heading("What changes in the plan year")
            yield Grid([["From", "What"], *([day(on), said] for on, said in found)], 2)

    def _components(self, one: YearTerms) -> Iterator[Block]:
        yield Heading("How your plan pays")
        yield Bullets(list(plan_words.PAYS.sentences(one.plan)))
        names = {terms.component_id: terms.component_name or terms.component_id for terms in one.components}
        based = [terms for terms in one.components if is_target_based(terms)]
        for terms in one.components:
            component = Component(
                terms,
                one.plan,
                names,
                self._ratios,
                (one.first, one.last),
                goal=bool(self._goals.of(one, terms)),
                account_goals=self._goals.by_accounts(one, terms),
                few=(one.in_team if terms.by_team else one.on_plan) < FEWEST,
                rate=self._words.own_rate(one, terms),
                together=tuple(
                    names[mate.component_id]
                    for mate in one.components
                    if mate.on_composite and mate.composite == terms.composite
                ),
            )
            weight = component.values.get("weight")
            aside = "" if weight is None else f"{ratio(weight)} of target"
            yield Heading(names[terms.component_id], 2, aside)
            yield Bullets([*component_words.SENTENCES.sentences(component), *EARNING.sentences(component)])
            yield from self._goal_blocks(component, one)
            if terms in based:
                rows = self._pay[one.employee_id].at[terms.component_id]
                yield from pay_blocks(component, one, rows, len(based) > 1)
            if rows_of_tiers := tier_rows(component):
                yield Grid(rows_of_tiers, 0)
            example = self._examples.get((one.employee_id, terms.component_id))
            if example is not None:
                yield from _example(component, one, example)

    def _goal_blocks(self, component: Component, one: YearTerms) -> Iterator[Block]:
        terms = component.terms
        if terms.pays_on == "goals":
            if found := self._goals.personal(one):
                yield Grid([["Period", "Personal goal", "Weight"], *map(list, found)], 2)
            return
        for column in ("measure", "column_measure"):
            goals = self._goals.of(one, terms, column) if terms.values.get(column) else []
            if goals:
                of = f" of {terms.values[column]}" if terms.values.get("column_measure") else ""
                shown = goal_words(goals, [component.value(goal) for _, goal in goals])
                yield Paragraph(f"Goals{of} known so far: {shown}.")

    def _rules(self, one: YearTerms) -> Iterator[Block]:
        if own := self._words.arrangements(one):
            yield Heading("Your draws, guarantees, and holdbacks")
            yield Bullets(own)
        yield Heading("Joining, leaving, and leave")
        moves = [*plan_words.CHANGES.sentences(one.plan), *plan_words.ELIGIBILITY.sentences(one.plan)]
        yield Bullets([*moves, "Unpaid leave is an FTE of 0%: its days have no salary and no target."])
        yield Heading("Corrections and rounding")
        corrections = [
            "Corrections, and clawbacks of amounts paid earlier, are lines of their own on your pay"
            " statement, each with its reason."
        ]
        if any(terms.pays_on == "deals" for terms in one.components):
            corrections.append(
                "A return is credited as a negative amount and takes back commission by the same rates and"
                " tiers."
            )
        yield Bullets([*corrections, *plan_words.ROUNDING.sentences(one.plan)])


def _example(component: Component, one: YearTerms, example: Example) -> Iterator[Block]:
    shown = one.shown[component.terms.component_id]
    name = f"the {PERIODS[shown.period.kind]} {shown.period.name}"
    yield Paragraph(example_sentence(component, example, name))


def _sign(one: YearTerms, mark: str) -> Iterator[Block]:
    yield Heading("Acknowledgment")
    plan = one.plan.plan_name or one.plan.plan_id
    said = (
        f"I have received and read this plan letter: {plan}, plan year {one.year}, plan fingerprint {mark}."
    )
    yield Signatures(said, (("Employee", "Date"), ("Manager", "Date")))


__all__ = ["Letters", "PayTable"]
