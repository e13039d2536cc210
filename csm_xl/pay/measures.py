"""Customer-success measures: retention, churn, coverage, satisfaction, health.

Retention is always that of one opening cohort: the customers and the money there were at the start.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import ARITHMETIC, VALUE, CsmError
from csm_xl.pay.check import not_negative, one_of, refuse
from csm_xl.pay.rounding import Array, alike, exact, exceeds, floats, reaches
from csm_xl.pay.trace import smaller

Measure = Literal["GRR", "NRR", "LOGO"]

MEASURES: Final[tuple[str, ...]] = get_args(Measure)


def gross_retention(start: ArrayLike, churn: ArrayLike, contraction: ArrayLike = 0.0) -> Array:
    """Gross revenue retention (GRR): (start − churn − contraction) / start, from 0 to 1.

    start: recurring revenue of the cohort at the start; churn, contraction: what of it was lost, typed as
    amounts above 0. Shapes broadcast. What the cohort bought more does not count.
    Errors: a start not above 0; a loss below 0; losses of more than there was.
    Source: Klipfolio, "GRR vs NRR".

    >>> gross_retention(200000, 2000, 1000).round(12).tolist()
    0.985
    """
    opening, lost, shrunk = _movements(start, churn=churn, contraction=contraction)
    left = _left((opening,), (lost, shrunk), "there was at the start", "opening revenue only")
    return np.asarray(left / opening)


def net_retention(
    start: ArrayLike, expansion: ArrayLike, churn: ArrayLike, contraction: ArrayLike = 0.0
) -> Array:
    """Net revenue retention (NRR): (start + expansion − churn − contraction) / start.

    start: recurring revenue of the cohort at the start; expansion: what the cohort bought more; churn,
    contraction: what was lost, typed as amounts above 0. Shapes broadcast. New customers do not count.
    Errors: a start not above 0; another amount below 0; losses larger than the start.
    Source: Klipfolio, "GRR vs NRR".

    >>> float(net_retention(50000, 6000, 3000, 2000))
    1.02
    """
    opening, gained, lost, shrunk = _movements(
        start, expansion=expansion, churn=churn, contraction=contraction
    )
    left = _left((opening, gained), (lost, shrunk), "there was", "opening revenue and its expansion only")
    return np.asarray(left / opening)


def _left(there: tuple[Array, ...], gone: tuple[Array, Array], what: str, of: str) -> Array:
    """What is left of what there was, refused where more is gone: by more than float noise in the sums."""
    lost = np.asarray(gone[0] + gone[1])
    left = np.asarray(sum(there[1:], there[0]) - lost)
    below = left < 0
    if not below.any():
        return left
    over = np.zeros(left.shape, dtype=bool)
    had, went = (
        np.asarray(sum(exact(np.broadcast_to(part, left.shape)[below]) for part in parts))
        for parts in (there, gone)
    )
    over[below] = exceeds(went, had)
    refuse(over, np.broadcast_to(lost, left.shape), VALUE, f"churn and contraction are more than {what}",
           "churn", f"Type what was lost of the {of}.")  # fmt: skip
    return np.asarray(np.maximum(left, left * 0))


def _movements(start: ArrayLike, **amounts: ArrayLike) -> tuple[Array, ...]:
    opening, *moved = alike(start, *amounts.values())
    refuse(opening <= 0, opening, ARITHMETIC, "the start is not above 0", "start",
           "Type the recurring revenue at the start, above 0.")  # fmt: skip
    for name, amount in zip(amounts, moved, strict=True):
        not_negative(amount, name)
    return opening, *moved


def retained(start: ArrayLike, end: ArrayLike, measure: str = "GRR") -> tuple[Array, Array]:
    """What each account adds to a retention measure: what was kept, and what there was.

    start, end: recurring revenue of each account, shapes that broadcast; an end of 0 is churn. An account
    that starts at 0 is new and adds nothing to either.
    measure: ``GRR`` min(end, start) of start; ``NRR`` end of start; ``LOGO`` 1 of 1 where any is left.
    The measure of a group of accounts is the sum of the first over the sum of the second.
    Errors: revenue below 0; an unknown measure.

    >>> [part.tolist() for part in retained([100, 200, 0], [120, 0, 50], "NRR")]
    [[120.0, 0.0, 0.0], [100.0, 200.0, 0.0]]
    """
    one_of(measure, MEASURES, "measure")
    opening, closing = np.broadcast_arrays(*alike(start, end))
    not_negative(opening, "start")
    not_negative(closing, "end")
    if measure == "LOGO":
        there = opening * 0 + (opening > 0)
        return np.asarray(there * (closing > 0)), np.asarray(there)
    if measure == "GRR":
        return np.asarray(smaller(closing, opening)), opening
    return np.asarray(closing * (opening > 0)), opening


def retention(start: ArrayLike, end: ArrayLike, measure: str = "GRR") -> Array:
    """A retention measure of a group of accounts: Σ kept / Σ there was, over the last axis.

    start, end, measure: see `retained`.
    Errors: no account with revenue at the start; revenue below 0; an unknown measure.

    >>> [float(retention([100, 200, 0], [120, 150, 50], m)) for m in MEASURES]
    [0.8333333333333334, 0.9, 1.0]
    """
    kept, there = (np.atleast_1d(part) for part in retained(start, end, measure))
    return _of_cohort(kept, there)


def _of_cohort(kept: Array, there: Array) -> Array:
    part, whole = np.asarray(kept.sum(axis=-1)), np.asarray(there.sum(axis=-1))
    refuse(whole <= 0, whole, ARITHMETIC, "no account has revenue at the start", "accounts",
           "Give the accounts of the opening cohort.")  # fmt: skip
    return np.asarray(part / whole)


def logo_retention(start_count: ArrayLike, end_count: ArrayLike, new_count: ArrayLike = 0.0) -> Array:
    """Logo retention: (customers at the end − new ones) / customers at the start, from 0 to 1.

    start_count, end_count, new_count: customers; shapes broadcast.
    Errors: no customer at the start; a count below 0; more new ones than there are at the end; more old
    ones at the end than at the start.

    >>> float(logo_retention(200, 195, 15))
    0.9
    """
    opening, closing, new = alike(start_count, end_count, new_count)
    refuse(opening <= 0, opening, ARITHMETIC, "there is no customer at the start", "start_count",
           "Type a count above 0.")  # fmt: skip
    not_negative(closing, "end_count")
    not_negative(new, "new_count")
    refuse(new > closing, new, VALUE, "there are more new customers than customers at the end", "new_count",
           "Type those of the customers at the end who are new.")  # fmt: skip
    kept = np.asarray(closing - new)
    refuse(kept > opening, closing, VALUE, "more customers stayed than there were", "end_count",
           "Type in new_count how many of them are new.")  # fmt: skip
    return np.asarray(kept / opening)


def churn_rate(start: ArrayLike, lost: ArrayLike) -> Array:
    """The churn rate: lost / start, of customers or of money, from 0 to 1.

    start, lost: in one unit, shapes that broadcast. Logo churn is 1 − logo retention, dollar churn 1 − GRR.
    Errors: a start not above 0; a loss below 0 or of more than there was.

    >>> float(churn_rate(200, 10))
    0.05
    """
    opening, gone = _movements(start, lost=lost)
    refuse(gone > opening, gone, VALUE, "more is lost than there was at the start", "lost",
           "Type what was lost of the opening cohort only.")  # fmt: skip
    return np.asarray(gone / opening)


def coverage(pipeline: ArrayLike, target: ArrayLike) -> Array:
    """Pipeline coverage: pipeline / target, money of one period; 3 is three times the target.

    Shapes broadcast. Errors: a target not above 0; a pipeline below 0.

    >>> float(coverage(300000, 100000))
    3.0
    """
    open_deals, wanted = alike(pipeline, target)
    refuse(wanted <= 0, wanted, ARITHMETIC, "the target is not above 0", "target", "Type a target above 0.")
    not_negative(open_deals, "pipeline")
    return np.asarray(open_deals / wanted)


def net_promoter_score(promoters: ArrayLike, passives: ArrayLike, detractors: ArrayLike) -> Array:
    """The Net Promoter Score (NPS) in points from −100 to 100: % promoters − % detractors.

    promoters, passives, detractors: answers of 9–10, 7–8 and 0–6, as counts or as percentages; shapes
    broadcast. Errors: a count below 0; no answer at all.
    Source: F. Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003.

    >>> float(net_promoter_score(70, 10, 20))
    50.0
    """
    groups = np.broadcast_arrays(*alike(promoters, passives, detractors))
    for group, name in zip(groups, ("promoters", "passives", "detractors"), strict=True):
        not_negative(group, name)
    for_it, _, against = groups
    answers = np.asarray(sum(groups[1:], groups[0]))
    refuse(answers <= 0, answers, ARITHMETIC, "there is no answer", "promoters",
           "Type the counts of those who answered.")  # fmt: skip
    return np.asarray(100 * (for_it - against) / answers)


def nps_of_scores(scores: ArrayLike) -> Array:
    """The Net Promoter Score (NPS) of answers from 0 to 10, over the last axis; see `net_promoter_score`.

    scores: whole numbers. Errors: no answer; one that is not a whole number from 0 to 10.

    >>> float(nps_of_scores([10, 9, 8, 7, 6]))
    20.0
    """
    given = _answers(scores)
    answered = floats(given)
    refuse((answered < 0) | (answered > 10) | (answered != np.floor(answered)), answered, VALUE,
           "this is no answer on the scale", "scores", "Type whole numbers from 0 to 10.")  # fmt: skip
    for_it, against = (alike(group.sum(axis=-1), given)[0] for group in (answered >= 9, answered <= 6))
    return net_promoter_score(for_it, given.shape[-1] - for_it - against, against)


def satisfaction(satisfied: ArrayLike, responses: ArrayLike) -> Array:
    """Customer satisfaction (CSAT): satisfied responses / responses, from 0 to 1.

    Counts, shapes that broadcast. Errors: no response; a count below 0; more satisfied than responded.

    >>> float(satisfaction(180, 200))
    0.9
    """
    happy, answered = alike(satisfied, responses)
    refuse(answered <= 0, answered, ARITHMETIC, "there is no response", "responses",
           "Type the count of responses, above 0.")  # fmt: skip
    not_negative(happy, "satisfied")
    refuse(happy > answered, happy, VALUE, "more are satisfied than responded", "satisfied",
           "Type how many of the responses are satisfied.")  # fmt: skip
    return np.asarray(happy / answered)


def satisfaction_of_scores(scores: ArrayLike, satisfied_from: ArrayLike = 4.0) -> Array:
    """Customer satisfaction (CSAT) of answers, over the last axis: the share that reaches `satisfied_from`.

    scores: on any scale from 0, usually 1 to 5, where 4 and 5 are satisfied. satisfied_from: of the
    leading shape. Errors: no answer; one below 0.

    >>> float(satisfaction_of_scores([5, 4, 3, 5, 1]))
    0.6
    """
    given, least = alike(_answers(scores), satisfied_from)
    not_negative(given, "scores")
    happy = reaches(given, least[..., np.newaxis] if least.ndim else least).sum(axis=-1)
    return satisfaction(alike(happy, given)[0], given.shape[-1])


def _answers(scores: ArrayLike) -> Array:
    given = np.atleast_1d(alike(scores)[0])
    if not given.shape[-1]:
        raise CsmError(VALUE, "there is no answer", "scores", 0, "Give the answers, one a cell.")
    return given


def health_score(values: ArrayLike, weights: ArrayLike) -> Array:
    """A health score: Σ (weight / Σ weight) × value, over the last axis.

    values: the means of the components, in one unit, usually 0 to 100. weights: of any sum above 0.
    Errors: different numbers of weights and values; a weight below 0; weights that sum to 0.
    Source: Natero, "Calculation of account health score".

    >>> float(health_score([80, 71, 90, 54], [2, 3, 3, 2]))
    75.1
    """
    value, weight = (np.atleast_1d(part) for part in alike(values, weights))
    if value.shape[-1] != weight.shape[-1] or not value.shape[-1]:
        raise CsmError(VALUE, f"there are {weight.shape[-1]} weights for {value.shape[-1]} values", "weights",
                       None, "Give one weight for each of the values.")  # fmt: skip
    not_negative(weight, "weights")
    whole = np.asarray(weight.sum(axis=-1))
    refuse(whole <= 0, whole, ARITHMETIC, "the weights sum to 0", "weights", "Give weights above 0.")
    return np.asarray((value * weight).sum(axis=-1) / whole)


def book_adjusted(
    start: ArrayLike, end: ArrayLike, expected: ArrayLike, measure: str = "GRR"
) -> tuple[Array, Array, Array]:
    """Retention of a book of accounts beside what its risk allows: actual, expected and the difference.

    start, end: recurring revenue of each account, last axis the book; expected: the retention ratio that
    its risk class allows, one an account. Actual is Σ kept / Σ start, expected Σ ratio × start / Σ start;
    the difference is what the book adds to a team's rate, so that hard accounts are no punishment.
    measure: what counts as kept, see `retained`: ``GRR``, because retention is of what there was; with
    ``NRR`` expansion counts too, with ``LOGO`` accounts in place of money.
    Errors: an expected ratio below 0; and those of `retention`.

    >>> [round(float(part), 6) for part in book_adjusted([100, 300], [90, 240], [0.95, 0.7])]
    [0.825, 0.7625, 0.0625]
    """
    kept, there = (np.atleast_1d(part) for part in retained(start, end, measure))
    kept, there, allowed = alike(kept, there, expected)
    not_negative(allowed, "expected")
    actual, foreseen = _of_cohort(kept, there), _of_cohort(np.asarray(there * allowed), there)
    return actual, foreseen, np.asarray(actual - foreseen)
