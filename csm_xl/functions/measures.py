"""Worksheet functions for customer success measures: retention, churn, coverage, satisfaction, health."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.functions.cell_range import CellRange
from csm_xl.functions.percent_rates import refuse_ratio_as_amount, together
from csm_xl.functions.registry import Result, cells, count, function, money, number, table, word
from csm_xl.functions.table_shapes import read_shape
from csm_xl.pay import measures
from csm_xl.pay.nearest import shown
from csm_xl.pay.rounding import Array, exact_if_few, is_exact
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.schema import Column

_START: Final = money("Recurring revenue of the opening cohort at the start; above 0.")
_CHURN: Final = money("Revenue lost from customers who left, as a positive amount.")
_CONTRACTION: Final = money("Revenue reduction from customers who stayed, as a positive amount.")
_ACCOUNT: Final = (
    Column(
        "start",
        "money",
        "Recurring revenue at the start; 0: not in the opening cohort.",
        required=True,
        at_least=0,
    ),
    Column("end", "money", "Recurring revenue at the end; 0 is churn.", required=True, at_least=0),
)
_NEW: Final = Column("new", "flag", "Whether the account is new, and so not in the opening cohort.")
_CLASSES: Final = tuple(
    Column(name, "id", "Risk class of the account.", required=True) for name in ("class", "risk_class")
)
_EXPECTED: Final = Column("ratio", "ratio", "Expected retention.", required=True, unit="ratio", at_least=0)
_OF_FIVE: Final = 5.0
_MANY: Final = 8
"""Among as many answers some are above 5, if they are on a scale to 10."""
_SATISFIED: Final = 4.0
"""The lowest answer that is satisfied on a scale to 5."""
_MEASURE: Final = word(
    "Gross or net revenue retention, or logo retention.", [name.lower() for name in measures.MEASURES]
)


@function(
    "Measures",
    Result("Gross revenue retention, from 0 to 1.", "ratio"),
    {"start": _START, "churn": _CHURN, "contraction": _CONTRACTION},
    examples=("CSM_GRR(200000, 2000, 1000)",),
)
def grr(start: Any, churn: Any, contraction: Any = 0.0) -> Array:
    """Gross revenue retention (GRR): (start − churn − contraction) / start. Expansion does not count.

    Errors: #NUM! for a start not above 0; a loss below 0 or larger than the start, or such as 0.05, which is
    a ratio.
    Source: Klipfolio, "GRR vs NRR".
    """
    refuse_ratio_as_amount(churn, start, "churn")
    refuse_ratio_as_amount(contraction, start, "contraction")
    return measures.gross_retention(start, churn, contraction)


@function(
    "Measures",
    Result("Net revenue retention.", "ratio"),
    {
        "start": _START,
        "expansion": money("Upsell and cross-sell to customers of the cohort."),
        "churn": _CHURN,
        "contraction": _CONTRACTION,
    },
    examples=("CSM_NRR(50000, 6000, 3000, 2000)",),
)
def nrr(start: Any, expansion: Any, churn: Any, contraction: Any = 0.0) -> Array:
    """Net revenue retention (NRR): (start + expansion − churn − contraction) / start.

    Only the opening cohort counts; new customers do not.
    Errors: #NUM! for a start not above 0; another amount below 0, or such as 0.05, which is a ratio; losses
    larger than the start.
    Source: Klipfolio, "GRR vs NRR".
    """
    for where, amount in (("expansion", expansion), ("churn", churn), ("contraction", contraction)):
        refuse_ratio_as_amount(amount, start, where)
    return measures.net_retention(start, expansion, churn, contraction)


@function(
    "Measures",
    Result("Retention over all accounts.", "ratio", "one"),
    {
        "accounts": table("Rows (start, end), with headers also new; an end of 0 is churn.", *_ACCOUNT, _NEW),
        "measure": _MEASURE,
    },
    examples=(
        "CSM_RETENTION({100,120;200,150;0,50})",
        'CSM_RETENTION({100,120;200,150;0,50}, {"GRR","NRR","LOGO"})',
    ),
)
def retention(accounts: Array, measure: str = "GRR") -> Array:
    """Retention from accounts: GRR = Σ min(end, start) / Σ start, NRR = Σ end / Σ start, LOGO = share of
    customers kept.

    Only the opening cohort counts: accounts that start at 0 or are marked new are left out.
    Errors: a blank end; a total among the accounts; accounts of several currencies; #NUM! where no account
    has revenue at the start.
    """
    _refuse_total_account(accounts)
    start = accounts[:, 0]
    if accounts.shape[1] > len(_ACCOUNT):
        start = np.where(accounts[:, 2] == 1, 0.0, start)
    start, end = exact_if_few(start, accounts[:, 1])
    return measures.retention(start, end, measure.upper())


def _refuse_total_account(accounts: Array) -> None:
    """Refuse a last account whose start and end are the sums of the others: the range has the total."""
    parts, last = accounts[:-1, :2], accounts[-1, :2]
    if len(parts) < _ACCOUNTS or not np.allclose(parts.sum(axis=0), last, rtol=1e-9):
        return
    if (last > 0).all() and np.min(last) - parts.min(axis=1).sum() > 1e-6 * last[0]:
        raise CsmError(VALUE, f"the last account, from {last[0]:,.10g} to {last[1]:,.10g}, is the sum of all"
                       " others", "accounts", None, "End the range above the total.")  # fmt: skip


_ACCOUNTS: Final = 2


@function(
    "Measures",
    Result("Logo retention, from 0 to 1.", "ratio"),
    {
        "start_count": count("Customers at the start; above 0.", "customers"),
        "end_count": count("Customers at the end, including new ones.", "customers"),
        "new_count": count("New customers among them.", "customers"),
    },
    examples=("CSM_LOGORETENTION(200, 195, 15)",),
)
def logo_retention(start_count: Any, end_count: Any, new_count: Any = 0.0) -> Array:
    """Logo retention: (customers at the end − new ones) / customers at the start.

    Errors: #NUM! without customers at the start; a count below 0; more customers retained than at the start.
    """
    return measures.logo_retention(start_count, end_count, new_count)


@function(
    "Measures",
    Result("The churn rate, from 0 to 1.", "ratio"),
    {
        "start": number("Customers or revenue of the opening cohort at the start; above 0."),
        "lost": number("The loss in the same unit, as a positive amount."),
    },
    examples=("CSM_CHURN(200, 10)",),
)
def churn(start: Any, lost: Any) -> Array:
    """The churn rate: lost / start, of customers (1 − logo retention) or of revenue (1 − GRR).

    Errors: #NUM! for a start not above 0; a loss below 0 or larger than the start, or such as 0.05, which is
    a ratio, of a start above 1,000.
    """
    refuse_ratio_as_amount(lost, start, "lost")
    return measures.churn_rate(start, lost)


@function(
    "Measures",
    Result("Pipeline as a multiple of the target.", "ratio"),
    {
        "pipeline": money("Open pipeline of the period."),
        "target": money("Sales target of the period; above 0."),
    },
    examples=("CSM_COVERAGE(300000, 100000)",),
)
def coverage(pipeline: Any, target: Any) -> Array:
    """Pipeline coverage: pipeline / target.

    Errors: #NUM! for a target not above 0; a pipeline below 0.
    """
    return measures.coverage(pipeline, target)


@function(
    "Measures",
    Result("Net Promoter Score, from −100 to 100.", "points", "one"),
    {"scores": number("Answers: whole numbers from 0 to 10.", "points", "column")},
    examples=("CSM_NPS({10;9;8;7;6})",),
)
def nps(scores: Array) -> Array:
    """Net Promoter Score (NPS) from answers: % of 9 and 10 − % of 0 to 6.

    Errors: an answer that is blank, or is not a whole number from 0 to 10; eight answers and more of which
    all are from 1 to 5, another scale.
    Source: F. Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003.
    """
    if len(scores) >= _MANY and np.min(scores) >= 1 and np.max(scores) == _OF_FIVE:
        what = f"all {len(scores)} answers are from 1 to 5, and NPS is of answers from 0 to 10"
        raise CsmError(VALUE, what, "scores", None, "Give answers from 0 to 10, or use CSM_CSAT.")
    return measures.nps_of_scores(scores)


@function(
    "Measures",
    Result("Net Promoter Score, from −100 to 100.", "points"),
    {
        "promoters": number("Answers of 9 and 10, as a count or a percentage."),
        "passives": number("Answers of 7 and 8."),
        "detractors": number("Answers of 0 to 6."),
    },
    examples=("CSM_NPSCOUNTS(70, 10, 20)",),
)
def nps_counts(promoters: Any, passives: Any, detractors: Any) -> Array:
    """Net Promoter Score (NPS) from counts: 100 × (promoters − detractors) / all.

    Errors: a count below 0; #NUM! without answers.
    Source: F. Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003.
    """
    return measures.net_promoter_score(promoters, passives, detractors)


@function(
    "Measures",
    Result("Ratio of satisfied answers, from 0 to 1.", "ratio", "one"),
    {
        "scores": number("Answers on a scale from 0, usually 1 to 5.", "points", "column"),
        "satisfied_from": number("The lowest answer that counts as satisfied.", "points"),
    },
    examples=("CSM_CSAT({5;4;3;5;1})",),
)
def csat(scores: Array, satisfied_from: Any = 4.0) -> Array:
    """Customer satisfaction (CSAT) from answers: satisfied / all.

    Errors: an answer that is blank or below 0; answers above 5 where 4 counts as satisfied, as of 5; answers
    of points where 0.8 counts as satisfied.
    """
    highest = float(np.max(scores, initial=0.0))
    if highest > _OF_FIVE and np.min(satisfied_from) <= _SATISFIED:
        raise CsmError(VALUE, f"answers are up to {highest:g}, and 4 is satisfied on a scale to 5",
                       "satisfied_from", float(np.min(satisfied_from)),
                       "Give the lowest answer that is satisfied on this scale: 8 of 10.")  # fmt: skip
    if 0 < (lowest := float(np.min(satisfied_from))) < 1 < highest:
        what = f"{lowest:g} is a share of the scale, and answers are up to {highest:g}"
        hint = "Give the lowest answer that is satisfied: 4 of 5."
        raise CsmError(VALUE, what, "satisfied_from", lowest, hint)
    return measures.satisfaction_of_scores(scores, satisfied_from)


@function(
    "Measures",
    Result("Ratio of satisfied responses, from 0 to 1.", "ratio"),
    {
        "satisfied": number("Satisfied responses."),
        "responses": number("All responses; above 0."),
    },
    examples=("CSM_CSATCOUNTS(180, 200)",),
)
def csat_counts(satisfied: Any, responses: Any) -> Array:
    """Customer satisfaction (CSAT) from counts: satisfied / responses.

    Errors: #NUM! without responses; a count below 0; more satisfied than responses; 0.9 satisfied, which is
    a ratio.
    """
    counts, all_of_them = together(satisfied, responses)
    part = counts[(counts > 0) & (counts < 1) & (all_of_them > 1)]
    if len(part):
        what = f"{part.flat[0]:g} of the responses is a ratio, and a count is needed"
        raise CsmError(
            VALUE, what, "satisfied", float(part.flat[0]), "Type how many responses are satisfied."
        )
    return measures.satisfaction(satisfied, responses)


@function(
    "Measures",
    Result("The health score.", "as values", "one"),
    {
        "values": number("Value of each component: the average of its metrics.", rank="column"),
        "weights": number("Weight of each value; their sum must be above 0.", rank="column"),
    },
    examples=("CSM_HEALTH({80;71;90;54}, {2;3;3;2})",),
)
def health(values: Array, weights: Array) -> Array:
    """A health score: Σ (weight / Σ weight) × value.

    Errors: different numbers of weights and values; a weight below 0; #NUM! for weights that sum to 0.
    Source: Natero, "Calculation of account health score".
    """
    return measures.health_score(values, weights)


@function(
    "Measures",
    Result(
        "Retention of the book of accounts, expected retention given its risk, and the difference.",
        "ratio",
        "row",
        ("actual", "expected", "difference"),
    ),
    {
        "accounts": cells("Rows (start, end, class), class also as risk_class; with headers also new."),
        "expected": cells("Rows (class, ratio): expected retention of each risk class."),
        "measure": _MEASURE,
    },
    examples=('CSM_BOOKADJUST({100,90,"low";300,240,"high"}, {"low",0.95;"high",0.7})',),
)
def book_adjust(accounts: CellRange, expected: CellRange, measure: str = "GRR") -> tuple[Array, Array, Array]:
    """Book-adjusted retention: actual retention of the accounts minus the retention expected from their risk.

    Retained revenue is min(end, start), so expansion does not hide churn; with the measure NRR, expansion
    counts.
    Errors: #N/A for classes without an expected retention, all at once; a duplicate class.
    """
    book = read_shape(accounts, "accounts", [(*_ACCOUNT, risk_class, _NEW) for risk_class in _CLASSES])
    ratios = _by_class(expected)
    classes = _classes(book)
    unknown = [i for i, name in enumerate(classes) if name not in ratios]
    if unknown:
        raise CsmError.of(
            Issue(NOT_FOUND, "this risk class has no expected retention", f"accounts class row {i + 1}",
                  classes[i], f"{did_you_mean(classes[i], ratios)}There are {listed(ratios)}.")
            for i in unknown
        )  # fmt: skip
    start = np.where(book["new"] == 1, 0.0, book["start"]) if "new" in book else book["start"]
    allowed = np.array([ratios[name] for name in classes])
    start, end, allowed = exact_if_few(start, book["end"], allowed)
    found = measures.book_adjusted(start, end, allowed, measure.upper())
    return found if is_exact(found[0]) else (shown(found[0]), shown(found[1]), shown(found[2]))


def _classes(columns: dict[str, Array]) -> list[str]:
    return [name for column in _CLASSES for name in columns.get(column.name, ())]


def _by_class(expected: CellRange) -> dict[str, float]:
    """The expected retention of each risk class."""
    columns = read_shape(expected, "expected", [(risk_class, _EXPECTED) for risk_class in _CLASSES])
    ratios: dict[str, float] = {}
    doubled = []
    for i, (name, ratio) in enumerate(zip(_classes(columns), columns["ratio"].tolist(), strict=True), 1):
        if name in ratios:
            doubled.append(Issue(VALUE, "duplicate risk class", f"expected class row {i}", name,
                                 "Keep one row for each class."))  # fmt: skip
        ratios[name] = ratio
    if doubled:
        raise CsmError.of(doubled)
    return ratios
