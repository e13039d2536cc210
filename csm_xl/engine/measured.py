"""The result of a measure for each person of a group: from results, or from accounts where they tell it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.errors import NOT_FOUND, VALUE, Issue
from csm_xl.plan.model import ComponentTerms


@dataclass(slots=True, eq=False, repr=False)
class Measured:
    """Actual (NaN: not measured yet) and goal of each row of a group, ready to be columns of a component.

    rows: the results row of each, −1 where there is none. of: what the actual is a part of, so that a
    quotient stays exact; None where every actual stands as it was typed. counted: whether accounts tell it.
    goal_blank: whether no goal is stated: it is not measured yet, or is measured against none.
    """

    rows: NDArray[np.intp]
    actual: NDArray[np.float64]
    goal: NDArray[np.float64]
    of: NDArray[np.float64] | None
    counted: NDArray[np.bool_]
    goal_blank: NDArray[np.bool_]

    def columns(self, prefix: str = "") -> Inputs:
        """The columns, each name with the prefix."""
        found: Inputs = {f"{prefix}actual": self.actual, f"{prefix}goal": self.goal}
        return found if self.of is None else {**found, f"{prefix}actual_of": self.of}


def measured(
    facts: Facts, group: Group, terms: ComponentTerms, measure: str, scope: str,
    rows: NDArray[np.intp] | None = None, goal_needed: bool = True,
) -> Measured:  # fmt: skip
    """The result of each of the group's rows (None: all); one that nothing tells is reported.

    GRR, NRR and LOGO come from accounts where results has no row, and the attainment is then the measure
    itself, as if the goal were 1; or where a row gives the goal alone, which it is then measured against.
    """
    at = np.arange(group.size) if rows is None else rows
    kept, there = facts.books.kept(measure, scope, group.period, group.owner(scope)[at])
    known = there > 0
    found = facts.result_rows(group, terms, measure, scope, rows=rows, known=known)
    actual, goal = facts.measured(found, group.person[at], goal_needed)
    unstated = facts.goal_blank(found)
    known &= np.isnan(actual) & ~unstated
    unstated |= found < 0
    if not known.any():
        return Measured(found, actual, goal, None, known, unstated)
    # Without a row the goal is 1 already.
    return Measured(found, np.where(known, kept, actual), goal, np.where(known, there, 1.0), known, unstated)


def ranked(facts: Facts, group: Group, terms: ComponentTerms, measure: str, result: Measured) -> Inputs:
    """The standing of each person of the group among peers; one whose peers cannot be told is reported."""
    name = str(terms.values["peer_group"])
    columns, label = facts.ranks(group.period, measure, name, terms.values["direction"] == "lower")
    lost = (label[group.person] == "") & ~np.isnan(result.actual)
    for person in group.person[lost].tolist():
        facts.report(
            person,
            Issue(VALUE, f"{facts.people.ids[person]} has no {name}, and component {terms.component_id} of"
                  f" plan {group.plan.plan_id} ranks people among those of one {name}",
                  facts.roster_cell(person, name), None, f"Fill the {name}."),
        )  # fmt: skip
    return {part: np.asarray(column)[group.person] for part, column in columns.items()}


def risks(facts: Facts, group: Group, terms: ComponentTerms) -> Ragged:
    """Each person's own opening accounts: what was kept, what there was, and the ratio of its risk class
    that is expected to be kept. A period without accounts is reported."""
    table, classes = facts.tables["accounts"], facts.tables["risk_classes"].columns
    book = facts.books.own(group, str(terms.values["measure"]))
    if group.period.name not in facts.books.of_period:
        facts.lacking.add(group.period.name)
        needs = f"component {terms.component_id} of plan {group.plan.plan_id} is book-adjusted"
        lacking = f"{needs}, and there are no accounts of {group.period.name}"
        give = "Give the accounts of the period."
        facts.report(-1, Issue(NOT_FOUND, lacking, facts.place("accounts"), None, give))
    ratio = dict(zip(classes["risk_class"].tolist(), classes["ratio"].tolist(), strict=True))
    names = table.columns["risk_class"][book["row"]].tolist()
    expected = np.array([ratio[name] for name in names], dtype=np.float64)
    return Ragged({**book.values, "expected": expected}, book.offsets)
