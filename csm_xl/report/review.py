"""The annual review of pay plans: what they paid, their health, and findings computed from the data.

Everything in it is a sum or a share of five people or more; nobody is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from csm_xl.analysis.health import EVERY, Health, health
from csm_xl.analysis.privacy import FEWEST
from csm_xl.analysis.scenario import currencies
from csm_xl.analysis.standing import standing
from csm_xl.engine.payroll import Payroll
from csm_xl.errors import CsmError
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.fingerprint import SHOWN, fingerprint
from csm_xl.plan.periods import Period
from csm_xl.plan.tables import Tables
from csm_xl.report import words
from csm_xl.report.review_charts import (
    COLOURS,
    Bar,
    bars,
    columns,
    curve_chart,
    groups_chart,
    whole,
)
from csm_xl.report.review_figures import (
    OnCurve,
    Slice,
    bins,
    grouped,
    slices,
)
from csm_xl.report.review_parts import Block, Grid, Pack, Pair, Picture, Points, Section, Text, Tiles
from csm_xl.report.review_pay import pays
from csm_xl.report.style import NAVY, TEAL

EXCELLENCE: Final = 1.5
_MOST_CURVES: Final = 8
_MOST_GROUPS: Final = 10
_STRONG: Final = 0.7
_MEASURES: Final = {
    "share_at_threshold": "paid something (threshold)",
    "share_at_target": "paid target or more",
    "share_at_excellence": f"paid {EXCELLENCE:.0%} of target or more",
    "rank_correlation": "rank correlation, pay with performance",
    "gini": "Gini coefficient of variable pay",
}


@dataclass(frozen=True, slots=True)
class Paid:
    """A period that was paid, by currency; why it could not be, where there is none. open: the pay periods in
    it that are not measured yet."""

    period: Period
    parts: Sequence[Slice]
    why: str = ""
    open: Sequence[str] = ()
    unpaid: CsmError | None = None


def paid(tables: Tables, period: Any) -> Paid:
    """Everyone paid for a period; what stops the run is reported in `Paid.why`, and not raised.

    Errors: a period that is none.
    """
    span = Calendar(tables["periods"]).find(period)
    try:
        payroll = Payroll.load(tables, period)
        lines = payroll.pay(period)
    except CsmError as error:
        count = len(error.issues)
        why = f"{count:,} finding{'' if count == 1 else 's'} stop{'s' if count == 1 else ''} the payment of"
        said = f"{why} {span.name}; csm-xl pay lists what to fix"
        return Paid(span, (), said, unpaid=error)
    if not len(lines):
        return Paid(span, (), f"no plan pays anybody in {span.name}")
    parts = slices(lines, payroll.context, currencies(tables, lines))
    told = [part for part in parts if part.people >= FEWEST]
    few = [part.currency for part in parts if part.people < FEWEST]
    why = f"fewer than {FEWEST} people are paid in {' and in '.join(few)}, which would reveal individual pay"
    return Paid(span, told, why if few else "", lines.open)


def _notices(done: Paid) -> list[str]:
    said = [done.why] if done.why else []
    if done.open:
        said.append(f"missing actuals, so not in this review: {', '.join(done.open)}")
    return [_sentence(each) for each in said]


def review(tables: Tables, done: Paid, source: str, as_of: date, more: Sequence[Section] = ()) -> Pack:
    """The review of a paid period.

    tables: as they were read. done: the period, as `paid` gives it. source: what the tables were read from,
    in a few words. as_of: the date shown. more: sections that are behind these.
    """
    origin = f"{source}, payout lines of {done.period.name}"
    sections: list[Section] = []
    for part in done.parts:
        several = f" ({part.currency})" if len(done.parts) > 1 else ""
        at = standing(tables, done.period.name)
        sections += _sections(part, at, done.period, origin, several)
    if not done.parts:
        said = [Text(_sentence(done.why), note=True)]
        for key, topic in (("pays", "What the plans pay"), ("health", "Plan health")):
            sections.append(Section(key, topic, f"{topic}: not available", said))
    return Pack(done.period.name, source, as_of, fingerprint(tables)[:SHOWN], [*sections, *more],
                _headline(done.parts), notices=_notices(done),
                company=tables.company.company_name)  # fmt: skip


def in_short(pack: Pack) -> Points:
    """The finding of every section, one under another."""
    return Points([(section.title, section.key) for section in pack.sections])


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}."


def _headline(parts: Sequence[Slice]) -> Tiles:
    found = []
    for part in parts:
        sums = part.all()
        found.append(("Variable pay", whole(sums.paid), f"{part.currency}, {part.people:,} people"))
        if sums.target:
            found.append(
                ("Paid on target", words.percent(sums.ratio), f"of {whole(sums.target)} {part.currency}")
            )
        if len(parts) == 1:
            found.append(("Without a target", whole(sums.beyond), f"{part.currency}: commissions and others"))
            each = whole(sums.paid / part.people)
            found.append(("Average per person", each, f"{part.currency} in the period"))
    return Tiles(found)


def _sections(
    part: Slice, at: dict[str, list[str]], period: Period, origin: str, several: str
) -> list[Section]:
    code = f"-{part.currency.lower()}" if several else ""
    made = (
        ("pays", "What the plans pay", pays(part, at, origin)),
        ("health", "Plan health", _health(part, origin)),
        ("attainment", "Attainment", _attainment(part, origin)),
        ("performance", "Pay against performance", _performance(part, origin)),
        ("curves", "Pay curves", _curves(part, period, origin)),
    )
    return [Section(key + code, topic + several, title, blocks) for key, topic, (title, blocks) in made]


Told = tuple[str, list[Block]]


def _health(part: Slice, origin: str) -> Told:
    every = health(part.everyone(), EXCELLENCE)
    plans = [one for one in health(part.by_person(), EXCELLENCE) if one.plan_id != EVERY]
    known = {one.measure: one for one in every}
    judged = [one for one in every if one.verdict]
    if not judged:
        why = "No component has a target, so there is no threshold, target or excellence to reach."
        return "No plan here pays against a target", [Text(why, note=True)]
    good = sum(one.verdict == "ok" for one in judged)
    reached = known["share_at_target"]
    title = f"{good} of {len(judged)} norms met: {words.percent(reached.value)} of people were paid target"
    title += f" or more, where {reached.norm} is usual"
    shown = [one for one in judged if one.measure.startswith("share")]
    scene = bars(
        [Bar(_MEASURES[one.measure], one.value or 0.0, words.percent(one.value), COLOURS[one.verdict],
             f"norm {one.norm}: {_verdict(one)}") for one in shown],
        "share of people with a target (%); on the right, the norm and the comparison with it",
    )  # fmt: skip
    said = "; ".join(f"{_MEASURES[one.measure]} {words.percent(one.value)}, norm {one.norm}" for one in shown)
    picture = Picture("Who is paid something, target, and far above it", scene, f"Bars: {said}.", origin)
    names = [EVERY, *dict.fromkeys(one.plan_id for one in plans)]
    rows = []
    for name in names:
        found = {one.measure: one for one in [*every, *plans] if one.plan_id == name}
        if "target" in found:
            rows.append(
                (name, whole(found["people"].value or 0), *(_judged(found.get(m)) for m in _MEASURES))
            )
    head = ("Plan", "People", "Threshold", "Target", "Excellence", "Rank correlation", "Gini")
    grid = Grid(
        "Health by plan, with values outside the norm marked",
        head,
        rows,
        frozenset(range(1, 7)),
        False,
        (0.22, 0.08, 0.15, 0.15, 0.15, 0.15, 0.1),
    )
    norms = "; ".join(f"{_MEASURES[one.measure]}: {one.norm}" for one in judged)
    note = f"Norms: {norms}. D. Cichelli, Compensating the Sales Force, 3rd ed., 2018. A person on two plans"
    return title, [picture, grid, Text(f"{note} counts once in all, and once in each.")]


def _verdict(one: Health) -> str:
    return {"ok": "met", "low": "below it", "high": "above it"}[one.verdict]


def _judged(one: Health | None) -> str:
    if one is None or one.value is None:
        return words.BLANK
    figure = (
        words.percent(one.value) if one.measure.startswith("share") else f"{one.value:.2f}".replace("-", "−")
    )
    return f"{figure} {one.verdict}" if one.verdict in ("low", "high") else figure


def _attainment(part: Slice, origin: str) -> Told:
    people = part.everyone()
    reached = people.performance[~np.isnan(people.performance)]
    if len(reached) < FEWEST:
        why = f"Fewer than {FEWEST} people have a measured attainment with a target."
        return "Too few people to show the distribution of attainment", [Text(why, note=True)]
    found = bins(reached)
    if len(found) == 1:
        why = f"No two ranges of attainment hold {FEWEST} people each."
        return "Too few people to show the distribution of attainment", [Text(why, note=True)]
    above = float((reached >= 1).mean())
    most = max(found, key=lambda one: one[1])
    title = f"{words.percent(above)} of people reached their goals; the largest group: {most[0]}"
    scene = columns(
        [Bar(name, count, f"{count:,}", TEAL if low >= 1 else NAVY) for name, count, low in found],
        "attainment (% of goal), weighted by target; green: the goal is reached",
        "people",
    )
    said = "; ".join(f"{name}: {count}" for name, count, _ in found)
    picture = Picture(f"{len(reached):,} people by attainment", scene,
                      f"Columns, people by attainment: {said}.", origin)  # fmt: skip
    note = f"Ranges with fewer than {FEWEST} people are combined with the next."
    return title, [picture, Text(note)]


def _performance(part: Slice, origin: str) -> Told:
    people = part.everyone()
    known = (people.target > 0) & ~np.isnan(people.performance)
    x, target = people.performance[known], people.target[known]
    groups = grouped(x, people.paid[known] / target, target, _MOST_GROUPS)
    if len(groups) < 2:
        why = f"This needs two groups of {FEWEST} people with a target and a measured attainment."
        return "Too few people to compare pay with performance", [Text(why, note=True)]
    rank = next((one.value for one in health(people, EXCELLENCE) if one.measure == "rank_correlation"), None)
    if rank is None:
        title = "Pay or performance is the same for everyone, so they cannot be compared"
    elif rank >= _STRONG:
        title = f"Pay follows performance: rank correlation {rank:.2f}, where {_STRONG} or more is expected"
    else:
        title = (
            f"Pay follows performance too loosely: rank correlation {rank:.2f}, where {_STRONG} is expected"
        )
    first, last = groups[0], groups[-1]
    finding = f"The lowest group reached {words.percent(first.x)} and was paid {words.percent(first.y)} of"
    finding += f" target; the highest {words.percent(last.x)} and {words.percent(last.y)}"
    scene = groups_chart(groups, "attainment (% of goal), mean of the group", "paid on target (% of target)")
    said = "; ".join(
        f"{one.people} people: {words.percent(one.x)}, paid {words.percent(one.y)}" for one in groups
    )
    picture = Picture(finding, scene, f"Groups of people by attainment and pay: {said}.", origin)
    note = (
        f"Each dot is a group of {FEWEST} or more people in order of attainment, at its mean "
        f"weighted by target;"
    )
    return title, [picture, Text(f"{note} nobody is shown individually.")]


def _curves(part: Slice, period: Period, origin: str) -> Told:
    found = part.on_curves(period.end)
    if not found:
        why = f"No component with a pay curve has {FEWEST} or more people with actuals."
        return "There is no pay curve to show", [Text(why, note=True)]
    shown = found[:_MOST_CURVES]
    in_order = sorted(shown, key=lambda one: -one.above)
    first, last = in_order[0], in_order[-1]
    title = f"{words.percent(first.above)} of people are at or above goal on {first.name}"
    if first.above > last.above:
        title = f"Most reach the goal on {first.name} ({words.percent(first.above)} of people),"
        title += f" fewest on {last.name} ({words.percent(last.above)})"
    pictures = [_curve(one, origin) for one in shown]
    rest = f" {len(found) - len(shown)} smaller ones are not shown." if len(found) > len(shown) else ""
    note = "Dots are groups of people at their mean over the period, with the number of people below;"
    note += " a group may be off the line because of gates, caps or earlier periods, or where the curve"
    return title, [Pair(pictures), Text(f"{note} bends between its people.{rest}")]


def _curve(one: OnCurve, origin: str) -> Picture:
    title = f"{one.name}: {words.percent(one.above)} of {one.people} people at the goal or above"
    said = "; ".join(f"{g.people} people at {words.percent(g.x)}, {words.percent(g.y)} of target"
                     for g in one.groups)  # fmt: skip
    return Picture(title, curve_chart(one.curve, one.groups), f"Pay curve with groups of people: {said}.",
                   origin)  # fmt: skip
