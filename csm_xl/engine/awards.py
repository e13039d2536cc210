"""Payouts that a plan states in round amounts: those of a component, and a person's total of a plan.

They are rounded last, after the plan cap and eligibility. What is rounded up stops at a maximum amount, at
the plan cap and at the plan's maximum payout: there the payout is rounded down.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.largest_remainder import shared_floats
from csm_xl.engine.targets import Figures, Line, target_of_lines
from csm_xl.engine.versions import named
from csm_xl.engine.wording import rounded_down
from csm_xl.pay.plan_rounding import round_to
from csm_xl.pay.recording import chapter, step, tracing
from csm_xl.pay.rounding import EPS, Array, constant, exceeds, floats, numbers, share_out
from csm_xl.pay.trace import number, told
from csm_xl.plan.model import ComponentTerms

_AWARD: Final = "Rounded payout"


def round_awards(cohort: Cohort, figures: Figures, doubt: Array | None) -> None:
    """The payouts of the components that state a unit for theirs, as `award` of their lines."""
    rounded = [
        (terms, line) for terms, line in zip(cohort.components, figures.lines, strict=True)
        if terms.round_award is not None
    ]  # fmt: skip
    stops = [(terms, line, _stopped(cohort, terms, line, doubt)) for terms, line in rounded]
    above = _above_cap(cohort, figures, doubt) if stops else None
    beyond = _above_maximum(figures, doubt) if stops else None
    for terms, line, stopped in stops:
        if above is not None and line.outcome.ratio is not None:
            stopped = stopped | above
        if beyond is not None:
            stopped = stopped | beyond
        line.award = np.where(stopped, _rounded(cohort, terms, line, doubt, "down"), line.award)
        if tracing():
            mode = "down" if stopped.all() else None
            rule = "what the component comes to" + _words(cohort, terms.round_award, mode)
            rule += ", as it would else be above a maximum" if mode else ""
            chapter(terms.component_id)
            cell = ("components", terms.row, "round_award")
            line.award = line.value = step(_AWARD, rule, line.award, cell, given=line.value)


def _rounded(
    cohort: Cohort, terms: ComponentTerms, line: Line, doubt: Array | None, mode: str | None = None
) -> Array:
    """What a component comes to, rounded to its unit."""
    assert terms.round_award is not None
    error = None if doubt is None else line.error
    return round_to(line.value, terms.round_award, mode or cohort.plan.roundings.award_mode, error, doubt)


def _stopped(cohort: Cohort, terms: ComponentTerms, line: Line, doubt: Array | None) -> Array:
    """Rounds a component's payout; in whose lines that is above the maximum amount of the component, with
    what a modifier, a kicker and the plan cap make of it."""
    line.award = _rounded(cohort, terms, line, doubt)
    most: Any = terms.values.get("max_amount")
    if most is None:
        return np.zeros(np.shape(line.award), dtype=bool)
    bound: Any = numbers(most, like=line.value)
    for factor, more in ((line.modifier, line.kicker), (line.plan_cap_factor, None)):
        bound = bound if factor is None else bound * factor
        bound = bound if more is None else bound + more
    return exceeds(line.award, bound, doubt, _near(bound, doubt))


def _near(bound: Any, doubt: Array | None) -> Array | None:
    """How far a bound that was calculated may be from its exact value."""
    return None if doubt is None else 64 * EPS * np.abs(floats(bound))


def _above_cap(cohort: Cohort, figures: Figures, doubt: Array | None) -> Array | None:
    """Whose target-based payouts together rounding has brought above the plan cap."""
    if cohort.plan.plan_cap is None:
        return None
    based = [line for line in figures.lines if line.outcome.ratio is not None]
    if not based:
        return None
    parts = [line.value if line.award is None else line.award for line in based]
    total: Any = sum(parts[1:], parts[0])
    most = _most(cohort, figures, doubt)
    return exceeds(total, most, doubt, _near(most, doubt))


def _above_maximum(figures: Figures, doubt: Array | None) -> Array | None:
    """Whose payouts together rounding has brought above their maximum of the plan."""
    if figures.most is None:
        return None
    parts = [line.value if line.award is None else line.award for line in figures.lines]
    return exceeds(sum(parts[1:], parts[0]), figures.most, doubt, _near(figures.most, doubt))


def _most(cohort: Cohort, figures: Figures, doubt: Array | None) -> Any:
    """The plan cap in money."""
    target: Any = figures.target_incentive
    if not cohort.whole:
        target = target_of_lines(figures, target)
    return constant(cohort.plan.plan_cap, doubt is None) * target


def round_payouts(cohort: Cohort, figures: Figures, doubt: Array | None) -> None:
    """The payout of each person, all lines of the plan together, rounded to the plan's unit; what that adds
    or takes is shared by the lines in proportion to their size, its cents by largest remainder."""
    plan, lines = cohort.plan, list(zip(cohort.components, figures.lines, strict=True))
    if plan.round_award is None or not lines:
        return
    if tracing():
        _record_values(cohort, lines)
    values: list[Any] = [named(terms, np.asarray(line.value)) for terms, line in lines]
    total: Any = sum(values[1:], values[0])
    sizes: Any = [np.abs(value) for value in values]
    size: Any = sum(sizes[1:], sizes[0])
    error: Any = None
    if doubt is not None:
        error = sum((np.asarray(line.error) for _, line in lines), np.zeros(()))
    mode = plan.roundings.award_mode
    rounded = round_to(total, plan.round_award, mode, error, doubt)
    stopped = np.zeros(np.shape(rounded), dtype=bool)
    if plan.plan_cap is not None and any(line.outcome.ratio is not None for _, line in lines):
        pairs = zip(values, lines, strict=True)
        dollars = [value for value, (_, line) in pairs if line.outcome.ratio is None]
        most: Any = sum(dollars, _most(cohort, figures, doubt))
        stopped = exceeds(rounded, most, doubt, _near(most, doubt))
    if figures.most is not None:
        stopped = stopped | exceeds(rounded, figures.most, doubt, _near(figures.most, doubt))
    if stopped.any():
        rounded = np.where(stopped, round_to(total, plan.round_award, "down", error, doubt), rounded)
    if tracing():
        _record_shares(cohort, lines, (values, total, sizes, size), rounded, bool(stopped.all()))
        return
    nothing = np.asarray(size == 0, dtype=bool)
    one: Any = 1
    added = (rounded - total) / np.where(nothing, one, size)
    parts = [value + added * own for value, own in zip(values, sizes, strict=True)]
    together = np.stack(parts, axis=-1)
    if doubt is None:
        shared = share_out(together, np.sum(together, axis=-1), plan.rounding_unit)
    else:
        errors = [np.asarray(line.error) + error + 64 * EPS * (np.abs(part) + size)
                 for part, (_, line) in zip(parts, lines, strict=True)]  # fmt: skip
        slack = np.stack([np.broadcast_to(each, np.shape(size)) for each in errors], axis=-1)
        shared = shared_floats(together, slack, plan.rounding_unit, doubt)
    for index, (_, line) in enumerate(lines):
        line.award = shared[..., index]


_Lines = list[tuple[ComponentTerms, Line]]


def _words(cohort: Cohort, unit: float | None, mode: str | None = None) -> str:
    roundings = cohort.plan.roundings
    return roundings.words(unit, mode or roundings.award_mode)


def _record_values(cohort: Cohort, lines: _Lines) -> None:
    """A step of what each line comes to, which the payout of the person is added up from."""
    cell = ("plans", cohort.plan.row, "round_award")
    for terms, line in lines:
        chapter(terms.component_id)
        said = "what the component comes to before the plan rounds the payout"
        line.value = step("Before rounding", said, line.value, cell)


def _record_shares(
    cohort: Cohort, lines: _Lines, sums: tuple[list[Any], Any, list[Any], Any], rounded: Array, stopped: bool
) -> None:
    """The steps of one person's rounded payout, and of each line's share of what rounding adds or takes."""
    plan, (values, total, sizes, size) = cohort.plan, sums
    cell, unit = ("plans", plan.row, "round_award"), plan.rounding_unit
    rule = "sum of the components of the plan"
    ends = _words(cohort, plan.round_award, "down" if stopped else None)
    ends += ", as it would else be above the plan's cap or maximum" if stopped else ""
    parts, numbers_of = [], []
    for (terms, line), own in zip(lines, sizes, strict=True):
        chapter(terms.component_id)
        shown = step(_AWARD + " of the plan", rule + ends, rounded, cell, given=total)
        before = step("Payout before rounding", rule, total, cell)
        whole = before
        if any(value[0] < 0 for value in values):
            whole = step("Sum of the sizes", "sum of the components, each without its sign", size, cell)
        share: Any = line.value
        if size[0]:
            share = share + (shown - before) * own / whole
        said = "what the component comes to + (rounded payout − payout before rounding) × its part of the sum"
        numbers_of.append(share)
        parts.append(step("With its share of the rounding", said, share, cell))
    paid = share_out(np.array([[one[0] for one in numbers_of]], dtype=object), rounded, unit)[0]
    for (terms, line), part, gets in zip(lines, parts, paid, strict=True):
        chapter(terms.component_id)
        down = rounded_down(float(part[0]), float(gets), unit)
        low = step("Rounded down", f"with its share, rounded down to {told(unit)}",
                   np.array([number(down)], dtype=object), cell, given=part)  # fmt: skip
        rule = f"rounded down; if the remainder is among the largest, plus {told(unit)} of what rounding down"
        more = number(unit) if float(gets) > down else number(0)
        line.value = line.award = step("In cents", f"{rule} leaves over of the payout", low + more, cell)
