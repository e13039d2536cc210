"""The steps of a calculation, recorded while its rules run.

Where the rules are traced, each figure that `step` names is kept with its calculation written out and with
the cells that its numbers are in (see `csm_xl.pay.trace`). Anywhere else `step` gives back what it got.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

import numpy as np

from csm_xl.pay.nearest import nearest, shown_one
from csm_xl.pay.rounding import Array
from csm_xl.pay.trace import Cell, Traced, added_up, cells_of, cited, number, only_one, renamed, words

MOST_ADDED: Final = 200
"""How many numbers one step adds up: a cell of a worksheet holds no more text than theirs."""


@dataclass(slots=True, eq=False, repr=False)
class Step:
    """One step of a calculation: its name, the rule in words, the numbers put into it, its value, and the
    cells that the numbers came from.

    shared_by: how many people's pay the numbers add up, where it is not the person's alone (0).
    """

    step: str
    formula: str
    inputs: str
    value: Any
    source: str = ""
    shared_by: int = 0

    def __post_init__(self) -> None:
        if isinstance(self.value, float):
            self.value = shown_one(self.value)


@dataclass(slots=True, eq=False, repr=False)
class Recorder:
    """The steps of a calculation as it runs.

    places: the cells of a step in words, as people find them. chapters: the steps of each chapter; steps:
    those of the one that is being written.
    """

    places: Callable[[Sequence[Cell]], str]
    steps: list[Step] = field(default_factory=list)
    chapters: dict[Any, list[Step]] = field(default_factory=dict)
    muted: bool = False
    brought: int = 0

    def add(self, name: str, rule: str, value: Fraction, given: Fraction, cells: Sequence[Cell]) -> Traced:
        """A step: its value, the calculation that gives it, and its cells."""
        parts = given.parts if isinstance(given, Traced) and given.kind == "sum" else ()
        if len(parts) > MOST_ADDED:
            given = self._in_parts(name, rule, parts)
        text = words(given)
        self.steps.append(Step(name, rule, text, nearest(Fraction(value)), self.places(cells)))
        return number(Fraction(value), *cells, of_step=True)

    def _in_parts(self, name: str, rule: str, parts: Sequence[tuple[str, Fraction]]) -> Traced:
        """The steps of the parts of a sum that is too long for one."""
        sums = []
        for part, first in enumerate(range(0, len(parts), MOST_ADDED), 1):
            some = parts[first : first + MOST_ADDED]
            piece = added_up(some)
            sums.append(("+", self.add(f"{name}, part {part}", rule, piece, piece, cells_of(piece))))
        return added_up(sums)


_RECORDER: ContextVar[Recorder | None] = ContextVar("recorder", default=None)


def tracing() -> bool:
    """Whether the rules are run to be explained."""
    recorder = _RECORDER.get()
    return recorder is not None and not recorder.muted


@contextmanager
def recorded(recorder: Recorder) -> Iterator[Recorder]:
    """Runs rules with their steps recorded."""
    token = _RECORDER.set(recorder)
    try:
        yield recorder
    finally:
        _RECORDER.reset(token)


@contextmanager
def unrecorded(silent: bool = True) -> Iterator[None]:
    """Runs rules whose steps say nothing, as of what is not measured."""
    recorder = _RECORDER.get()
    before = recorder is not None and recorder.muted
    if recorder is not None:
        recorder.muted = before or silent
    try:
        yield
    finally:
        if recorder is not None:
            recorder.muted = before


def step(
    name: str, rule: str | Callable[[], str], value: Any, *cells: Cell, given: Any = None,
    otherwise: Cell | None = None, goes_on: bool = False, shared_by: int = 0,
) -> Any:  # fmt: skip
    """A figure of a rule, named. Where the rules are traced it is recorded, and is a plain number from there
    on; else nothing happens.

    rule: in words, or what makes the words. cells: those that count although no number of the calculation is
    in them; `otherwise`: the one that is named where there is no other. given: what the figure was before it
    was rounded; goes_on: whether what comes next is calculated from that. shared_by: see `Step`.
    """
    recorder = _RECORDER.get()
    if recorder is None or recorder.muted:
        return value
    one, calculation = only_one(value), only_one(value if given is None else given)
    every = tuple(dict.fromkeys((*cells, *cells_of(calculation))))
    if not every:
        every = cells_of(calculation, of_steps=True) if otherwise is None else (otherwise,)
    said = rule if isinstance(rule, str) else rule()
    found: Fraction = recorder.add(name, said, one, calculation, every)
    recorder.steps[-1].shared_by = shared_by
    found = cited(calculation) if goes_on else found
    return np.full(np.shape(value), found, dtype=object) if np.ndim(value) else found


def remark(name: str, rule: str, inputs: str, value: Any, *cells: Cell) -> None:
    """A step that is no number: what is not measured, or whether a gate is met."""
    recorder = _RECORDER.get()
    if recorder is not None and not recorder.muted:
        recorder.steps.append(Step(name, rule, inputs, value, recorder.places(cells)))


def chapter(key: Any) -> None:
    """What follows belongs to a chapter of the explanation."""
    recorder = _RECORDER.get()
    if recorder is not None:
        recorder.steps = recorder.chapters.setdefault(key, [])


def bring(key: Any) -> None:
    """The steps of another chapter, here."""
    recorder = _RECORDER.get()
    if recorder is not None:
        recorder.brought = len(recorder.steps)
        recorder.steps += recorder.chapters.pop(key, [])


def forget() -> None:
    """Drops the steps that were brought: what they lead to is not measured."""
    recorder = _RECORDER.get()
    if recorder is not None and not recorder.muted:
        del recorder.steps[recorder.brought :]


def labelled(values: Array, labels: Callable[[], Iterable[str]], *cells: Cell) -> Array:
    """Numbers, each with what it is called, where the rules are traced. cells: of all of them, beside their
    own."""
    if not tracing():
        return values
    found = np.empty(len(values), dtype=object)
    for at, (value, label) in enumerate(zip(values, labels(), strict=True)):
        found[at] = renamed(only_one(value), label, *cells)
    return found
