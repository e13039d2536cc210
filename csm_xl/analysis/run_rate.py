"""What components pay for each unit of target, or for each day on the plan, in periods that are measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.components import component_types
from csm_xl.engine.context import RunContext
from csm_xl.engine.lines import Lines
from csm_xl.engine.targets import component_target, targets
from csm_xl.errors import listed
from csm_xl.plan.model import ComponentTerms

_Key = tuple[str, str, str]
"""Plan, component and person; a blank person is everybody."""


class Rates:
    """What components paid for each unit of target, or for each day, in the measured periods; exact.

    lines: what was paid; None where every component pays its target. cohorts: the groups of these periods.
    """

    def __init__(self, context: RunContext, lines: Lines | None, cohorts: Iterable[Cohort]) -> None:
        self.context, self.by_run_rate = context, lines is not None
        self.paid: dict[_Key, Fraction] = defaultdict(Fraction)
        self.basis: dict[_Key, Fraction] = defaultdict(Fraction)
        self.by_others, self.at_target, self.unpaid = set[str](), set[str](), set[str]()
        for line in lines.dicts() if lines is not None else ():
            for key in _keys(line["plan_id"], line["component_id"], line["employee_id"]):
                self.paid[key] += Fraction(str(line["amount"]))
        for cohort in cohorts:
            for terms, basis in bases(cohort):
                for who, each in zip(self.names(cohort), basis, strict=True):
                    for key in _keys(terms.plan_id, terms.component_id, who):
                        self.basis[key] += each

    def names(self, cohort: Cohort) -> list[str]:
        """The employee ids of a group."""
        return [self.context.people.ids[person] for person in cohort.person.tolist()]

    def rate(self, terms: ComponentTerms, who: str) -> Fraction:
        """What one unit of target, or one day on the plan, pays a person."""
        has_target = component_types()[terms.type].target_based
        for key in _keys(terms.plan_id, terms.component_id, who) if self.by_run_rate else ():
            if basis := self.basis.get(key):
                self.by_others |= set() if key[2] else {who}
                return self.paid[key] / basis
        if not has_target:
            self.unpaid.add(terms.component_id)
        elif self.by_run_rate:
            self.at_target.add(terms.component_id)
        return Fraction(has_target)

    def notes(self) -> Iterator[str]:
        """What was taken to be so."""
        if self.by_others:
            names = listed(sorted(self.by_others), 5)
            yield f"Nothing is measured of {names} on a component: everybody's rate on it is used."
        if self.at_target:
            yield f"Nothing is measured of {listed(sorted(self.at_target), 5)}: at target."
        if self.unpaid:
            yield f"Paid without a target, so not forecast: {listed(sorted(self.unpaid), 5)}."


def _keys(plan: str, component: str, who: str) -> tuple[_Key, _Key]:
    """A person's part of a component, and everybody's."""
    return (plan, component, who), (plan, component, "")


def bases(cohort: Cohort) -> Iterator[tuple[ComponentTerms, list[Fraction]]]:
    """Each component of a group with its people's targets; with their days on the plan where it has none."""
    spells = cohort.spells.exact()
    figures, relative = targets(cohort, cohort.plan, spells, None, True)
    for terms in cohort.components:
        basis: Any = cohort.eligible_days
        if component_types()[terms.type].target_based:
            basis = component_target(cohort, terms, figures, spells, relative, None)[1]
        yield terms, [Fraction(one) for one in np.broadcast_to(np.asarray(basis), cohort.size).tolist()]
