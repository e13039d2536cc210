"""A measured result of the person, the team or the company, through a curve."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import (
    EARLIER_UNMEASURED,
    UNMEASURED,
    ComponentType,
    Outcome,
    Step,
    told,
)
from csm_xl.engine.components.shared import (
    CAP,
    CUMULATIVE,
    CURVE,
    FLOOR,
    GATE,
    MODIFIED,
    WEIGHT,
    gate_inputs,
    held,
    ratio_words,
)
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.engine.sources import Sources
from csm_xl.pay.attainment import attainment
from csm_xl.pay.rounding import Array, floats, is_exact
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.schema import DIRECTIONS, SCOPES, Column

COLUMNS: Final = (
    WEIGHT,
    Column("measure", "id", "What is measured; the same name as on results.", required=True),
    Column("scope", "word", "Whose result counts.", default="individual", choices=SCOPES),
    CURVE,
    Column("direction", "word", "Whether a higher or a lower actual is better.", default="higher",
           choices=DIRECTIONS),
    Column("method", "word", "Attainment where lower is better: complement is 2 − actual/goal.",
           default="complement", choices=("complement", "inverse")),
    CUMULATIVE,
    Column("interim_cap", "ratio", "Year to date: greatest payout ratio before the year's last period.",
           unit="ratio", at_least=0),
    *GATE,
    FLOOR,
    CAP,
    MODIFIED,
)  # fmt: skip


def gather(facts: Facts, group: Group, terms: ComponentTerms) -> Inputs:
    """Actual and goal of each person's own, team's or company's result; for ``ytd_sum`` all of the
    plan year to date in which the person was on the plan; and what the gate looks at."""
    measure, scope = str(terms.values["measure"]), str(terms.values["scope"])
    rows = facts.result_rows(group, terms, measure, scope)
    actual, goal = facts.measured(rows, group.person)
    inputs: Inputs = {"unmeasured": np.isnan(actual), "goal_blank": facts.goal_blank(rows)}
    if terms.values["method"] == "inverse" and terms.values["direction"] == "lower":
        facts.refuse_zero_actual(rows, group.person, actual)
        actual = np.where(actual > 0, actual, goal)  # refused, or not measured: never divided by
    if terms.values["cumulative"] == "ytd_sum":
        inputs |= _to_date(facts, group, terms, measure, scope, actual, goal)
    else:
        inputs |= {"actual": actual, "goal": goal}
    return inputs | gate_inputs(facts, group, terms)


def _to_date(
    facts: Facts, group: Group, terms: ComponentTerms, measure: str, scope: str, actual: Array, goal: Array
) -> Inputs:
    """Each period's actual and goal up to this one, a blank earlier actual left out on both sides."""
    row, actuals, goals = [np.arange(group.size)], [actual], [goal]
    skipped = np.zeros(group.size, dtype=bool)
    for earlier in facts.earlier(group):
        theirs = facts.result_rows(earlier.group, terms, measure, scope, rows=earlier.rows)
        reached, wanted = facts.measured(theirs, earlier.group.person[earlier.rows])
        blank = np.isnan(reached)
        skipped[earlier.here[blank]] = True
        row.append(earlier.here[~blank])
        actuals.append(reached[~blank])
        goals.append(wanted[~blank])
    values = {"actual": np.concatenate(actuals), "goal": np.concatenate(goals)}
    return {"to_date": Ragged.by_row(np.concatenate(row), group.size, values), "skipped": skipped}


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, year_end: bool) -> Outcome:
    """Attainment → curve → interim cap, floor and cap → gate → payout ratio."""
    unmeasured = np.asarray(inputs["unmeasured"])
    notes = None
    if "to_date" in inputs:
        to_date = inputs["to_date"]
        assert isinstance(to_date, Ragged)
        actual, goal = to_date.sum(to_date["actual"]), to_date.sum(to_date["goal"])
        terms_added = to_date.longest
        notes = np.where(np.asarray(inputs["skipped"]), EARLIER_UNMEASURED, 0).astype(np.uint8)
    else:
        actual, goal = np.asarray(inputs["actual"]), np.asarray(inputs["goal"])
        terms_added = 1
    reached = attainment(actual, goal, str(terms.values["direction"]), str(terms.values["method"]))
    interim = terms.values["cumulative"] != "discrete" and not year_end
    outcome = held(terms, reached, inputs, doubt, terms_added, "interim_cap" if interim else None)
    outcome.actual, outcome.goal = actual, goal
    if notes is not None:
        outcome.notes = notes if outcome.notes is None else outcome.notes | notes
    if unmeasured.any():
        nothing: Any = 0 if is_exact(reached) else 0.0
        outcome.ratio = np.asarray(np.where(unmeasured, nothing, outcome.ratio))
        told = np.where(unmeasured, UNMEASURED, 0).astype(np.uint8)
        outcome.notes = told if outcome.notes is None else np.where(unmeasured, told, outcome.notes)
        outcome.actual = np.where(unmeasured, np.nan, floats(actual))
        outcome.attainment = np.where(unmeasured, np.nan, floats(reached))
        outcome.goal = np.where(np.asarray(inputs["goal_blank"]), np.nan, floats(goal))
    return outcome


def words(terms: ComponentTerms, line: dict[str, Any], sources: Sources) -> list[Step]:
    """Attainment and payout ratio, step by step."""
    actual, goal = line["actual"], line["goal"]
    measure, scope = str(terms.values["measure"]), str(terms.values["scope"])
    place = sources.result(terms, measure, scope)
    if actual is None:
        return [
            Step("Attainment", f"{measure} is not measured yet", "", None, place),
            Step("Payout ratio", "what is not measured yet pays 0", "", 0.0, terms.where),
        ]
    to_date = {"discrete": "", "ytd_sum": " of the plan year to date", "ytd_latest": " (year to date)"}
    of = to_date[str(terms.values["cumulative"])]
    if terms.values["direction"] == "higher":
        rule = f"actual{of} / goal{of}"
    elif terms.values["method"] == "complement":
        rule = f"2 − actual{of} / goal{of}, because lower is better"
    else:
        rule = f"goal{of} / actual{of}, because lower is better"
    whose = {"individual": "own", "team": "team's", "company": "company's"}[scope]
    return [
        Step(
            "Attainment",
            f"{whose} {measure}: {rule}",
            f"actual {told(actual)}, goal {told(goal)}",
            line["attainment"],
            place,
        ),
        *ratio_words(terms, line, sources),
    ]


TYPE: Final = ComponentType(
    name="metric",
    help="A measured result of the person, the team or the company, through a curve.",
    columns=COLUMNS,
    target_based=True,
    gather=gather,
    evaluate=evaluate,
    words=words,
)
