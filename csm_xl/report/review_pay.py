"""The section of the annual review on what the plans paid: by plan, component, level and location."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from csm_xl.analysis.privacy import FEWEST
from csm_xl.report import words
from csm_xl.report.review_charts import Bar, bars, whole
from csm_xl.report.review_figures import SMALLER, Slice, Sum, of_lines
from csm_xl.report.review_parts import Block, Grid, Picture, Text
from csm_xl.report.style import NAVY, TEAL

_MOST_BARS: Final = 12


def pays(part: Slice, at: dict[str, list[str]], origin: str) -> tuple[str, list[Block]]:
    """The finding of the section, and what it shows.

    at: the level and the location of each person of the roster. origin: what the figures were computed from.
    """
    total, money = part.all(), part.currency
    beyond = f", plus {whole(total.beyond)} {money} without a target" if total.beyond else ""
    if total.target:
        title = f"The plans paid {words.percent(total.ratio)} of target: {whole(total.on_target)} {money} on"
        title += f" a target of {whole(total.target)}{beyond}"
    else:
        title = f"The plans paid {whole(total.paid)} {money}, none of it against a target"
    plans = part.sums(part.plans)
    blocks: list[Block] = []
    aimed = sorted((one for one in plans if one.ratio is not None), key=lambda one: -(one.ratio or 0))
    if aimed:
        blocks.append(_ratios(aimed, "plan", money, origin))
    blocks.append(_grid(f"By plan ({money})", "Plan", plans, total))
    named = [f"{plan} · {component}" for plan, component in
             zip(part.labels("plan_id"), part.labels("component_id"), strict=True)]  # fmt: skip
    components = sorted(part.sums(part.told(named)), key=lambda one: (one.name == SMALLER, -one.paid))
    blocks.append(_by_component(components, total, money, origin))
    blocks.append(_grid(f"By component ({money})", "Component", components, total))
    for column, word in (("level", "level"), ("location", "location")):
        values = at[column]
        if not any(values):
            blocks.append(Text(f"The roster has no {word}, so nothing is shown by {word}.", note=True))
            continue
        sums = part.sums(part.told(of_lines(part, values, part.context.people.ids)))
        sums.sort(key=lambda one: (one.name == SMALLER, -one.paid))
        aimed = sorted((one for one in sums if one.ratio is not None), key=lambda one: -(one.ratio or 0))
        if len(aimed) > 1:
            blocks.append(_ratios(aimed, word, money, origin))
        blocks.append(_grid(f"By {word} ({money})", word.capitalize(), sums, total))
    return title, blocks


def _ratios(sums: Sequence[Sum], kind: str, money: str, origin: str) -> Picture:
    first, last = sums[0], sums[-1]
    title = f"{first.name} paid {words.percent(first.ratio)} of target"
    if len(sums) > 1:
        title = f"By {kind}, % of target paid ranges from {words.percent(last.ratio)} ({last.name})"
        title += f" to {words.percent(first.ratio)} ({first.name})"
    shown = sums[:_MOST_BARS]
    scene = bars(
        [Bar(one.name, one.ratio or 0.0, words.percent(one.ratio), TEAL if (one.ratio or 0) >= 1 else NAVY,
             f"{whole(one.on_target)} of {whole(one.target)}") for one in shown],
        f"% of target paid; next to it, paid and target in {money}",
        (1.0, "target"),
    )  # fmt: skip
    said = "; ".join(f"{one.name} {words.percent(one.ratio)}" for one in shown)
    return Picture(title, scene, f"Bars, % of target paid by {kind}: {said}.", origin)


def _by_component(sums: Sequence[Sum], total: Sum, money: str, origin: str) -> Picture:
    shown = sums[:_MOST_BARS]
    rest = f"; {len(sums) - len(shown)} more in the table" if len(sums) > len(shown) else ""
    title = _largest(sums, total, money)
    scene = bars(
        [Bar(one.name, one.paid, whole(one.paid), NAVY,
             f"{words.percent(one.ratio)} of target" if one.ratio is not None else "no target")
         for one in shown],
        f"paid ({money}); next to it, % of target paid{rest}",
    )  # fmt: skip
    said = "; ".join(f"{one.name} {whole(one.paid)}" for one in shown)
    return Picture(title, scene, f"Bars, pay by component in {money}: {said}.", origin)


def _largest(sums: Sequence[Sum], total: Sum, money: str) -> str:
    """Which component pays most, of those that can be shown apart."""
    apart = sorted((one for one in sums if one.name != SMALLER), key=lambda one: -one.paid)
    if not apart:
        return f"Each component pays fewer than {FEWEST} people, so all are shown together"
    first = apart[0]
    share = f"{words.percent(first.paid / total.paid)} of variable pay, " if total.paid > 0 else ""
    figures = f"{share}{whole(first.paid)} {money}"
    if len(apart) > 1 and apart[1].paid == first.paid:
        alike = [one.name for one in apart if one.paid == first.paid]
        return f"{' and '.join(alike[:2])} pay the same, and no component pays more: {figures} each"
    if any(one.name == SMALLER and one.paid > first.paid for one in sums):
        return f"{first.name} pays most of the components with {FEWEST} people or more: {figures}"
    return f"{first.name} is the largest component: {figures}"


def _grid(title: str, kind: str, sums: Sequence[Sum], total: Sum) -> Grid:
    head = (
        kind,
        "People",
        "Target",
        "Paid on target",
        "% of target paid",
        "No target",
        "Variable pay",
        "Per person",
    )
    rows = [_row(one) for one in sums]
    return Grid(title, head, [*rows, _row(Sum("All", *_of(total)))], frozenset(range(1, 8)), True,
                (0.28, 0.07, 0.12, 0.12, 0.1, 0.1, 0.12, 0.09))  # fmt: skip


def _of(total: Sum) -> tuple[int, float, float, float]:
    return total.people, total.target, total.on_target, total.paid


def _row(one: Sum) -> tuple[str, ...]:
    target = (whole(one.target), whole(one.on_target)) if one.target else (words.BLANK, words.BLANK)
    beyond = whole(one.beyond) if one.beyond else words.BLANK
    paid = (whole(one.paid), whole(one.paid / one.people))
    return one.name, f"{one.people:,}", *target, words.percent(one.ratio), beyond, *paid
