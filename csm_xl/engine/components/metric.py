"""A measured result of the person, the team or the company, through a curve."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import EARLIER_UNMEASURED, NOTHING_ASKED, ComponentType, Outcome
from csm_xl.engine.components.credits import MEASURE_FROM
from csm_xl.engine.components.shared import (
    CAP,
    CUMULATIVE,
    CURVE,
    FLOOR,
    GATE,
    MAX_AMOUNT,
    MODIFIED,
    ON,
    WEIGHT,
    apply_limits_and_gate,
    not_measured,
    pay_nothing,
)
from csm_xl.engine.context import RunContext
from csm_xl.engine.goal_proration import PARTS, goal_proration, shared_goal
from csm_xl.engine.measure_results import (
    MeasureResults,
    goals_by_measure,
    measure_results,
    ranked,
    risks,
    stated,
)
from csm_xl.pay.attainment import attainment
from csm_xl.pay.plan_rounding import Rounding
from csm_xl.pay.recording import labelled, step, tracing, unrecorded
from csm_xl.pay.rounding import COMPARED_PLACES, EPS, Array, alike, floats, reaches
from csm_xl.pay.trace import Cell, cells_of, only_one, told
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.schema import DIRECTIONS, PEER_GROUPS, SCOPES, TENFOLD, WHOLE, Column
from csm_xl.plan.spans import QUARTER_TO_DATE, SUMMED, span_words

COLUMNS: Final = (
    WEIGHT,
    Column("measure", "id", "The measure, spelled as in results.", required=True),
    Column("scope", "word", "Whose result counts.", default="individual", choices=SCOPES),
    CURVE,
    Column("direction", "word", "Whether a higher or a lower actual is better.", default="higher",
           choices=DIRECTIONS),
    Column("method", "word", "Attainment where lower is better: complement is 2 − actual/goal.",
           default="complement", choices=("complement", "inverse"), only_with=("direction", "lower")),
    CUMULATIVE,
    Column("interim_cap", "ratio", "Year or quarter to date: maximum payout ratio before its last period.",
           unit="ratio", at_least=0, most=TENFOLD, usual=(0.5, 3.0)),
    Column("take_back", "flag", "Year or quarter to date: whether a period takes back what earlier ones paid"
           " too much; FALSE: it pays 0, and later periods pay that much less.", default=True),
    *GATE,
    FLOOR,
    CAP,
    MAX_AMOUNT,
    MODIFIED,
    Column("ramp_id", "id", "Ramp: fraction of a person's goal that counts in each month of tenure.",
           refers="ramps.ramp_id"),
    Column("season_id", "id", "Season: goals in results are annual, and split over the periods.",
           refers="seasons.season_id"),
    Column("matrix_id", "id", "Matrix of payout ratios over two attainments, instead of a curve.",
           refers="matrices.matrix_id"),
    Column("column_measure", "id", "Measure of the matrix's columns; measure is that of its rows."),
    Column("column_direction", "word", "Whether a higher or a lower column measure is better.",
           default="higher", choices=DIRECTIONS, only_with=("column_measure", "")),
    Column("peer_group", "word", "Rank people among those of the same plan, team and so on: the attainment"
           " is their percentile rank, 0 to 1.", choices=PEER_GROUPS),
    Column("kicker_ratio", "ratio", "Bonus × component target if the attainment reaches 1 and the gate"
           " is met, after the modifier.", unit="ratio", at_least=0, most=TENFOLD, usual=WHOLE),
    ON,
    Column("book_adjusted", "flag", "Whether the team's rate is adjusted by what each person's own accounts"
           " retained above or below the expectation of their risk classes.", default=False),
    *MEASURE_FROM,
)  # fmt: skip

_WHOLES: Final = ("actual_of", "goal_of", "column_actual_of", "column_goal_of")
"""The columns that divide a result or a goal where accounts give it."""
_FEW: Final = 100
"""Accounts of one person that floats can add up without missing a curve point."""


def gather(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Inputs:
    """Actual and goal of each person's own, team's or company's result; for ``ytd_sum`` and
    ``qtd_sum`` all of the plan year or quarter to date in which the person was on the plan."""
    columns, result, blank = _columns(context, cohort, terms, np.arange(cohort.size))
    # Of a sum of periods, or a share of it, the goal is a figure of its own.
    itself = terms.values["cumulative"] not in SUMMED and terms.ramp is None and terms.season is None
    unstated = result.goal_blank if itself else context.results.goal_blank(result.rows)
    unstated = unstated & ~result.goal_given
    inputs: Inputs = {"unmeasured": blank, "goal_blank": unstated}
    if terms.values["method"] == "inverse" and terms.values["direction"] == "lower":
        context.results.refuse_zero_actual(result.rows, cohort.person, result.actual)
        # What is refused, or not measured, is never divided by.
        columns["actual"] = np.where(
            result.actual > 0, np.asarray(columns["actual"]), np.asarray(columns["goal"])
        )
    if terms.values["cumulative"] in SUMMED:
        inputs |= _to_date(context, cohort, terms, columns)
    else:
        inputs |= columns
    if terms.values["book_adjusted"]:
        inputs["book"] = risks(context, cohort, terms)
    return inputs


def _columns(
    context: RunContext, cohort: Cohort, terms: ComponentTerms, rows: NDArray[np.intp]
) -> tuple[Inputs, MeasureResults, NDArray[np.bool_]]:
    """What the attainment of some rows of a group is made of, the results, and which are not measured."""
    measure, scope = str(terms.values["measure"]), terms.scope
    peers = terms.values["peer_group"]
    goal_needed = not peers and not terms.own_unit
    own = (
        context.own_targets.goals(terms.component_id, cohort.person[rows], cohort.last[rows])
        if goal_needed
        else None
    )
    result = measure_results(context, cohort, terms, measure, scope, rows, goal_needed, own)
    columns = result.columns() | goal_proration(context, cohort, terms, rows)
    blank = np.isnan(result.actual)
    if peers:
        columns |= ranked(context, cohort, terms, measure, result)
    if terms.matrix is not None:
        beside = str(terms.values["column_measure"])
        of_column = goals_by_measure(context, cohort, beside, scope, rows) if goal_needed else None
        across = measure_results(context, cohort, terms, beside, scope, rows, goal_needed, of_column)
        columns |= across.columns("column_")
        blank |= np.isnan(across.actual)
    return columns, result, blank


def _to_date(context: RunContext, cohort: Cohort, terms: ComponentTerms, columns: Inputs) -> Inputs:
    """Each period's actual and goal up to this one, a blank earlier actual left out on both sides."""
    row, parts = [np.arange(cohort.size)], [columns]
    skipped = np.zeros(cohort.size, dtype=bool)
    for earlier in context.year.earlier(cohort.looking_back(terms.values["cumulative"])):
        if earlier.cohort.component(terms.component_id) is None:
            continue  # it had no target then, so what was reached then does not count either
        then, _, blank = _columns(context, earlier.cohort, terms, earlier.rows)
        skipped[earlier.here[blank]] = True
        row.append(earlier.here[~blank])
        parts.append({name: np.asarray(column)[~blank] for name, column in then.items()})
    return {"to_date": Ragged.of_parts(row, parts, cohort.size), "skipped": skipped}


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, cohort: Cohort) -> Outcome:
    """Attainment → curve or matrix → interim cap, floor and cap → gate → payout ratio."""
    unmeasured = np.asarray(inputs["unmeasured"])
    notes: Array | None = None
    columns: Mapping[str, Any] = inputs
    to_date = inputs.get("to_date")
    terms_added = 1
    if isinstance(to_date, Ragged):
        columns, terms_added = to_date.values, to_date.longest
        notes = np.where(np.asarray(inputs["skipped"]), EARLIER_UNMEASURED, 0).astype(np.uint8)
    silent = tracing() and bool(unmeasured.all())
    if silent:
        _not_measured(terms, columns)

    def summed(each: Array) -> Array:
        return to_date.sum(each) if isinstance(to_date, Ragged) else each

    with unrecorded(silent):
        actual = summed(stated(columns, "actual"))
        goal = summed(shared_goal(stated(columns, "goal"), columns))
        seasonal = terms.ramp is not None or terms.season is not None
        if seasonal:
            goal = step("Goal", partial(_goal_rule, terms), goal)
        if any(whole in columns for whole in (*_WHOLES, *dict(PARTS).values())):
            terms_added *= 3
        if "book" in inputs:
            actual = _adjusted(terms, actual, inputs["book"], doubt)
            terms_added *= 3
        one = alike(np.ones(()), goal)[0]
        asked, nothing_asked = goal, np.zeros(np.shape(goal), dtype=bool)
        own_unit = terms.values["on"] == "actual"
        if own_unit:
            reached = step("Figure", partial(_figure_rule, terms), actual)
        elif "rank" in columns:
            reached = np.asarray(columns["rank"] / columns["rank_of"])
        else:
            if seasonal:
                nothing_asked = np.asarray(goal == 0, dtype=bool)
                asked = np.where(nothing_asked, one, goal)
                said = np.where(nothing_asked, NOTHING_ASKED, 0).astype(np.uint16)
                notes = said if notes is None else notes | said
            reached = attainment(actual, asked, str(terms.values["direction"]), str(terms.values["method"]))
            if asked is not goal:
                reached = np.where(nothing_asked, one, reached)
        if not own_unit:
            rule = partial(_attainment_rule, terms, inputs, actual, nothing_asked)
            asking = _both(actual, goal) if tracing() and nothing_asked.all() else ()
            rounding = cohort.plan.roundings
            rounded = rounding.attainment(reached, doubt)
            ends = rounding.words(rounding.of_attainment)
            given = None if rounding.of_attainment is None else reached
            reached = step("Attainment", lambda: rule() + ends, rounded, *asking, given=given)
        across = None
        if terms.matrix is not None:
            beside = summed(stated(columns, "column_actual")), summed(stated(columns, "column_goal"))
            across = _across(terms, *beside, cohort.plan.roundings, doubt)
        span = terms.values["cumulative"]
        interim = span != "discrete" and not cohort.span_ends(span)
        bound = "interim_cap" if interim else None
        if own_unit and doubt is not None and isinstance(to_date, Ragged):
            _doubt_points(terms, reached, to_date.sum(np.abs(stated(columns, "actual"))), terms_added, doubt)
        outcome = apply_limits_and_gate(
            terms, reached, inputs, doubt, terms_added, bound, across, cohort.plan.roundings
        )
    outcome.actual, outcome.goal = actual, goal
    if own_unit:  # what is paid on a figure in its own unit has no attainment
        outcome.attainment = np.full(np.shape(floats(actual)), np.nan)
        outcome.column_attainment = None if across is None else outcome.attainment
    if terms.values["kicker_ratio"] is not None:
        earned = reaches(reached, alike(np.ones(()), reached)[0], doubt) & ~unmeasured
        outcome.kicked = earned if outcome.gate_met is None else earned & outcome.gate_met
    if notes is not None:
        outcome.notes = notes if outcome.notes is None else outcome.notes | notes
    if unmeasured.any():
        outcome = pay_nothing(outcome, unmeasured)
        outcome.actual = np.where(unmeasured, np.nan, floats(actual))
        if across is not None:
            outcome.column_attainment = np.where(unmeasured, np.nan, floats(across))
    if (unstated := np.asarray(inputs["goal_blank"])).any():
        outcome.goal = np.where(unstated, np.nan, floats(goal))
    return outcome


def _doubt_points(terms: ComponentTerms, reached: Array, size: Array, added: int, doubt: Array) -> None:
    """Sums of figures in their own unit that floats may have brought to the wrong side of a point."""
    points: list[float] = []
    if terms.curve is not None:
        points += terms.curve.attainment
    if terms.matrix is not None:
        points += (*terms.matrix.rows, *terms.matrix.columns)
        doubt |= True
    near = size * (4 * added * EPS) + 10.0**-COMPARED_PLACES
    for point in points:
        doubt |= np.abs(reached - point) <= near


def _across(
    terms: ComponentTerms, actual: Array, goal: Array, rounding: Rounding, doubt: Array | None
) -> Array:
    """The figure of the columns' measure that a matrix is read at: its attainment, or the actual itself."""
    values = terms.values
    if values["on"] == "actual":
        rule = f"{_whose(terms)} {values['column_measure']}: the actual, in its own unit"
        return np.asarray(step("Column figure", rule, actual))
    found = attainment(actual, goal, str(values["column_direction"]))
    rounded, ends = rounding.attainment(found, doubt), rounding.words(rounding.of_attainment)
    given = None if rounding.of_attainment is None else found
    return np.asarray(step("Column attainment", lambda: _column_rule(terms) + ends, rounded, given=given))


def _adjusted(terms: ComponentTerms, actual: Array, book: Any, doubt: Array | None) -> Array:
    """The team's rate, moved by what a person's own accounts kept above what is expected, as a part of what
    there was; by 0 for none."""
    there = book.sum(book["there"])
    kept = labelled(book["kept"] - book["there"] * book["expected"], lambda: book["name"])
    if doubt is not None:
        doubt |= np.diff(book.offsets) > _FEW
    none = np.asarray(there == 0, dtype=bool)
    above = np.asarray(book.sum(kept) / np.where(none, alike(np.ones(()), there)[0], there))
    rule = "sum over the person's accounts of (retained − expected) / sum of their opening revenue;"
    cell = ("components", terms.row, "book_adjusted")
    above = step("Book adjustment", f"{rule} added to the team's rate", above, otherwise=cell)
    return np.asarray(step("Adjusted rate", "team's rate + book adjustment", actual + above, cell))


def _not_measured(terms: ComponentTerms, columns: Mapping[str, Any]) -> None:
    """The steps of what is not measured yet."""
    values = terms.values
    which = f"{values['measure']} or {values['column_measure']}" if terms.matrix else values["measure"]
    given = (one for pair in zip(columns["actual"], columns["goal"], strict=True) for one in pair)
    not_measured("Attainment", f"the actual of {which} is missing", terms, "measure", *given)


def _both(actual: Array, goal: Array) -> tuple[Cell, ...]:
    """The cells of a result and of its goal, where the attainment is not made of them."""
    return (*cells_of(*actual), *cells_of(*goal, of_steps=True))


def _whose(terms: ComponentTerms) -> str:
    return {"individual": "own", "team": "team's", "company": "company's"}[terms.scope]


def _column_rule(terms: ComponentTerms) -> str:
    higher = terms.values["column_direction"] == "higher"
    return f"{_whose(terms)} {terms.values['column_measure']}: {'' if higher else '2 − '}actual / goal"


_OF_SPAN: Final = {
    "discrete": "", "ytd_sum": " of the plan year to date", "ytd_latest": " (year to date)",
    QUARTER_TO_DATE: " of the quarter to date",
}  # fmt: skip


def _figure_rule(terms: ComponentTerms) -> str:
    """What is paid on in its own unit, in words."""
    of_year = _OF_SPAN[str(terms.values["cumulative"])]
    return f"{_whose(terms)} {terms.values['measure']}: the actual{of_year}, in its own unit"


def _attainment_rule(terms: ComponentTerms, inputs: Inputs, actual: Array, nothing_asked: Array) -> str:
    """What makes the attainment, in words."""
    values, higher = terms.values, terms.values["direction"] == "higher"
    of_year = _OF_SPAN[str(values["cumulative"])]
    if "peers" in inputs:
        worse, best = ("below", "highest") if higher else ("above", "lowest")
        rule = f"percentile rank among the measured results of {np.asarray(inputs['peers'])[0]}: how many are"
        rule += f" {worse} the person's own ({told(float(only_one(actual)))}) / (how many there are − 1), so"
        rule += f" that the {best} is at 1"
    elif nothing_asked.all():
        rule = "a goal of 0 is always reached"
    elif higher and np.asarray(inputs["goal_blank"]).all():
        rule = "the measure itself, as no goal is stated"
    elif higher:
        rule = f"actual{of_year} / goal{of_year}"
    elif values["method"] == "complement":
        rule = f"2 − actual{of_year} / goal{of_year}, because lower is better"
    else:
        rule = f"goal{of_year} / actual{of_year}, because lower is better"
    return f"{_whose(terms)} {values['measure']}: {rule}"


def _goal_rule(terms: ComponentTerms) -> str:
    """The share of the goal that counts, on a ramp or in a season, in words."""
    rules = ["the stated goal"]
    if terms.ramp is not None:
        rules.append(f"the mean share of the months of tenure on ramp {terms.values['ramp_id']}")
    if terms.season is not None:
        rules.append(f"the period's share of season {terms.values['season_id']} of the shares of all")
        rules.append("days employed / days of the period")
    rule = " × ".join(rules)
    span = terms.values["cumulative"]
    return f"{rule}, added up over the {span_words(span)} to date" if span in SUMMED else rule


TYPE: Final = ComponentType(
    name="metric",
    help="A measured result of the person, the team or the company, through a curve.",
    columns=COLUMNS,
    target_based=True,
    pays_on="results",
    gather=gather,
    evaluate=evaluate,
)
