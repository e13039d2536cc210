"""The charts of a review pack: a few kinds, each labeled where the eye is, none with a legend to look up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite
from typing import Final

import numpy as np

from csm_xl.pay.curves import Curve
from csm_xl.report import words
from csm_xl.report.review_figures import Group
from csm_xl.report.review_parts import BLUE, FAULT, MARK
from csm_xl.report.review_scene import HALF, WIDE, Scene, wide
from csm_xl.report.style import GREY, INK, NAVY, RULE, TEAL

_ROW: Final = 26.0
_STEPS: Final = 240
_PALE: Final = "#B9C6D6"


def whole(value: float) -> str:
    """Money without cents.

    >>> whole(1234.5), whole(-20)
    ('1,234', '−20')
    """
    return f"{value:,.0f}".replace("-", "−")


def short(value: float) -> str:
    """Money for an axis: 1.2 M, 350 k.

    >>> short(1_250_000), short(350_000), short(900), short(-2_000_000), short(0)
    ('1.25 M', '350 k', '900', '−2 M', '0')
    """
    for unit, letter in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= unit:
            return f"{value / unit:,.2f}".rstrip("0").rstrip(".").replace("-", "−") + letter
    return f"{value:,.2f}".rstrip("0").rstrip(".").replace("-", "−")


def rate(value: float) -> str:
    """A ratio as a percentage for an axis."""
    return f"{value:.4%}".rstrip("%").rstrip("0").rstrip(".").replace("-", "−") + "%"


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from low to high, at most `most` of them.

    >>> ticks(0, 1.3), ticks(0, 470_000)
    ([0.0, 0.25, 0.5, 0.75, 1.0, 1.25], [0.0, 100000.0, 200000.0, 300000.0, 400000.0])
    """
    span = high - low
    if not span > 0:
        return [low]
    power = 10.0 ** floor(np.log10(span / most))
    step = next(part * power for part in (1, 2, 2.5, 5, 10, 20) if span / (part * power) <= most)
    return [round(at * step, 12) for at in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, how long it is, what is at its end, and whether it is the one to look at."""

    name: str
    value: float
    said: str
    color: str = NAVY
    beside: str = ""


def bars(rows: Sequence[Bar], axis: str, mark: tuple[float, str] | None = None) -> Scene:
    """Bars from a zero line to the right. mark: a value to compare with, and its name."""
    left = min(max(wide(row.name, 11) for row in rows) + 12, 210.0)
    room = max(wide(row.said, 11, True) for row in rows) + 14
    aside = max(wide(row.beside, 10) for row in rows)
    right = WIDE - room - (aside + 12 if aside else 0)
    scene = Scene(WIDE, _ROW * len(rows) + (44 if mark else 28))
    top = 16.0 if mark else 2.0
    most = max([*(row.value for row in rows), mark[0] if mark else 0.0, 1e-12])
    least = min(0.0, *(row.value for row in rows))

    def at(value: float) -> float:
        return left + (value - least) / (most - least) * (right - left)

    zero = at(0.0)
    for number, row in enumerate(rows):
        y = top + number * _ROW
        scene.words(left - 10, y + 17, row.name, anchor="end", most=left - 12)
        end = at(row.value)
        scene.rect(min(zero, end), y + 4, max(abs(end - zero), 0.6), _ROW - 8, row.color)
        spot = max(end, zero) + 6
        if mark and spot - 4 < at(mark[0]) < spot + wide(row.said, 11, True) + 4:
            spot = at(mark[0]) + 6  # the words are beyond the mark rather than on it
        scene.words(spot, y + 17, row.said, color=INK, bold=True)
        if row.beside:
            scene.words(WIDE - 2, y + 17, row.beside, 10, GREY, anchor="end")
    low = top + len(rows) * _ROW
    scene.line((zero, top), (zero, low), color=GREY)
    if mark:
        x = at(mark[0])
        scene.line((x, top - 2), (x, low), color=MARK, width=1.5, dashed=True)
        scene.words(x, top - 5, mark[1], 10, MARK, anchor="middle")
    scene.words(left, low + 16, axis, 10, GREY)
    return scene


def columns(rows: Sequence[Bar], axis: str, up: str) -> Scene:
    """Standing bars side by side, each with its figure above and its name beneath."""
    high, base = 190.0, 222.0
    scene = Scene(WIDE, base + 40)
    scene.words(0, 11, up, 10, GREY)
    step = WIDE / len(rows)
    most = max(max(row.value for row in rows), 1e-12)
    for number, row in enumerate(rows):
        x, tall = number * step, row.value / most * (high - 24)
        scene.rect(x + step * 0.08, base - tall, step * 0.84, tall, row.color)
        scene.words(x + step / 2, base - tall - 5, row.said, bold=True, anchor="middle")
        scene.words(x + step / 2, base + 15, row.name, 10, anchor="middle", most=step)
    scene.line((0, base), (WIDE, base), color=GREY)
    scene.words(WIDE / 2, base + 33, axis, 10, GREY, anchor="middle")
    return scene


def _axes(
    scene: Scene,
    box: tuple[float, float, float, float],
    across: tuple[float, float],
    up: tuple[float, float],
    size: float = 10,
) -> Callable[[float, float], tuple[float, float]]:
    """Grid and figures of two axes; where a point is between them."""
    left, top, right, low = box

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            left + (x - across[0]) / (across[1] - across[0]) * (right - left),
            low - (y - up[0]) / (up[1] - up[0]) * (low - top),
        )

    for value in ticks(*up, most=5):
        _, y = at(across[0], value)
        scene.line((left, y), (right, y), color=RULE)
        scene.words(left - 5, y + 3.5, rate(value), size, GREY, anchor="end")
    for value in ticks(*across, most=6):
        x, _ = at(value, up[0])
        scene.line((x, low), (x, low + 3), color=GREY)
        scene.words(x, low + 14, rate(value), size, GREY, anchor="middle")
    scene.line((left, low), (right, low), color=GREY)
    return at


def groups_chart(groups: Sequence[Group], across: str, up: str) -> Scene:
    """Groups of people as discs, larger for more people, beside the line of pay that follows what is done."""
    scene = Scene(WIDE, 300)
    values = [part for group in groups for part in (group.x, group.y)]
    low, high = min(values), max(values)
    room = max((high - low) * 0.12, 0.02)
    xs = _room([group.x for group in groups])
    ys = _room([*(group.y for group in groups)])
    ys = (max(min(ys[0], low), 0.0) if ys[0] >= 0 else ys[0], ys[1] + room * 0.2)
    at = _axes(scene, (48, 26, WIDE - 16, 250), xs, ys)
    scene.words(0, 11, up, 10, GREY)
    scene.words((48 + WIDE - 16) / 2, 286, across, 10, GREY, anchor="middle")
    start, end = max(xs[0], ys[0]), min(xs[1], ys[1])
    if start < end:
        scene.line(at(start, start), at(end, end), color=MARK, width=1.2, dashed=True)
        x, y = at(end, end)
        scene.words(x, y - 8, "paid as attained", 10, MARK, anchor="end")
    scene.line(*(at(group.x, group.y) for group in groups), color=_PALE, width=1.5)
    most = max(group.people for group in groups)
    for group in groups:
        x, y = at(group.x, group.y)
        scene.dot(x, y, 4 + 5 * (group.people / most) ** 0.5, TEAL)
    for group in (groups[0], groups[-1]):
        x, y = at(group.x, group.y)
        scene.words(x, y - 13, words.percent(group.y), bold=True, anchor="middle")
    return scene


def _room(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = max((high - low) * 0.1, 0.02)
    return (max(low - room, 0.0) if low >= 0 else low - room), high + room


def curve_chart(curve: Curve, groups: Sequence[Group]) -> Scene:
    """A pay curve, with groups of people as discs where they are at their mean."""
    scene = Scene(HALF, 206)
    spots = [*curve.attainment, *(group.x for group in groups)]
    low, high = min(spots), max(spots)
    room = max((high - low) * 0.12, 0.05)
    low, high = (max(low - room, 0.0) if low >= 0 else low - room), high + room
    hair = (high - low) * 1e-6
    knots = [knot for knot in curve.attainment if low <= knot <= high]
    path = sorted({low, high, *np.linspace(low, high, _STEPS).tolist(), *knots, *(k - hair for k in knots)})
    ratios = curve.payout_ratio(np.array(path)).tolist()
    most = max([*ratios, *(group.y for group in groups), 0.5]) * 1.1
    least = min([0.0, *(group.y for group in groups)])
    at = _axes(scene, (38, 24, HALF - 8, 164), (low, high), (least, most), size=9.5)
    scene.words(0, 10, "payout (% of target)", 9.5, GREY)
    scene.words((38 + HALF - 8) / 2, 198, "attainment (% of goal)", 9.5, GREY, anchor="middle")
    scene.line(*(at(x, y) for x, y in zip(path, ratios, strict=True)), color=NAVY, width=2)
    biggest = max((group.people for group in groups), default=1)
    for group in groups:
        x, y = at(group.x, group.y)
        scene.dot(x, y, 3.5 + 4.5 * (group.people / biggest) ** 0.5, TEAL)
    for group in groups:
        x, y = at(group.x, group.y)
        scene.words(min(x, HALF - 12), y + 19, f"{group.people}", 9.5, INK, anchor="middle")
    return scene


def density(edges: Sequence[float], counts: Sequence[int], marks: Sequence[tuple[float, str, str]],
            axis: str, others: Sequence[int] = ()) -> Scene:  # fmt: skip
    """How often a cost comes out, as bars, with marks such as the budget. marks: value, words, color.

    others: how often another cost comes out between the same edges, as an outline.
    """
    scene = Scene(WIDE, 268)
    ends = [*edges, *(value for value, *_ in marks if isfinite(value))]
    low, high = min(ends), max(ends)
    room = (high - low) * 0.03 or 1.0
    left, right, base, top = 8.0, WIDE - 8, 222.0, 26.0 + 15 * len(marks)

    def at(value: float) -> float:
        return left + (value - low + room) / (high - low + 2 * room) * (right - left)

    most = max([*counts, *others, 1])
    for start, end, count in zip(edges, edges[1:], counts, strict=False):
        tall = count / most * (base - top)
        scene.rect(at(start), base - tall, max(at(end) - at(start) - 0.8, 0.6), tall, _PALE)
    if others:
        steps = [(at(edge), base - count / most * (base - top))
                 for start, end, count in zip(edges, edges[1:], others, strict=False)
                 for edge in (start, end)]  # fmt: skip
        scene.line((at(edges[0]), base), *steps, (at(edges[-1]), base), color=MARK, width=1.4)
    for value in ticks(low - room, high + room, 7):
        scene.line((at(value), base), (at(value), base + 3), color=GREY)
        scene.words(at(value), base + 15, short(value), 10, GREY, anchor="middle")
    scene.line((left, base), (right, base), color=GREY)
    for number, (value, said, color) in enumerate(sorted(marks)):
        x, y = at(value), 14.0 + 15 * number
        scene.line((x, y + 3), (x, base), color=color, width=1.5, dashed=color == FAULT)
        flip = x + wide(said, 11, True) + 6 > WIDE
        scene.words(x - 4 if flip else x + 4, y + 2, said, 11, color, True, "end" if flip else "start")
    scene.words(WIDE / 2, base + 36, axis, 10, GREY, anchor="middle")
    return scene


def waterfall(rows: Sequence[tuple[str, float, float]], axis: str) -> Scene:
    """From what is paid to what would be, a bar a change. rows: words, what it moves, the sum with it."""
    left, right = 300.0, WIDE - 92
    scene = Scene(WIDE, 30.0 * len(rows) + 34)
    tops = [total for _, _, total in rows]
    low, high = min(tops), max(tops)
    span = (high - low) or abs(high) or 1.0
    # Changes are small beside the whole cost: the axis begins near them, and says so.
    base = max(low - span * 0.35, 0.0) if low >= 0 else low - span * 0.35

    def at(value: float) -> float:
        return left + (value - base) / (high + span * 0.05 - base) * (right - left)

    before = base
    for number, (said, moved, total) in enumerate(rows):
        y, ends = number * 30.0, number in (0, len(rows) - 1)
        start = base if ends else before
        a, b = sorted((at(start), at(total)))
        color = NAVY if ends else (MARK if moved > 0 else TEAL if moved < 0 else GREY)
        scene.rect(a, y + 5, max(b - a, 1.2), 20, color)
        scene.words(0, y + 19, said, 11, INK, ends, most=left - 12)
        shown = whole(total) if ends else f"+{whole(moved)}" if moved > 0 else whole(moved)
        scene.words(b + 6, y + 19, shown, 11, INK, ends)
        if number < len(rows) - 1:
            scene.line((at(total), y + 25), (at(total), y + 35), color=GREY, width=0.8)
        before = total
    said = axis if base == 0 else f"{axis}; the axis begins at {short(base)}"
    scene.words(left, 30.0 * len(rows) + 20, said, 10, GREY)
    return scene


COLOURS: Final = {"": NAVY, "ok": TEAL, "low": MARK, "high": BLUE}
"""Of verdicts; each is reported in words beside its bar."""
