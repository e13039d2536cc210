"""What a review pack is made of: sections of sentences, figures, tables and pictures, before any page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from csm_xl import __version__
from csm_xl.report.review_scene import Scene
from csm_xl.report.style import AMBER_TEXT, FAULT_TEXT

BLUE: Final = "#4A7FB5"
FAULT: Final = FAULT_TEXT
MARK: Final = AMBER_TEXT
ROUNDED: Final = "Amounts are rounded to whole currency units; totals use exact amounts."


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. note: something that a reader must know of the figures, such as why there are none."""

    said: str
    note: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences one under another, each with the section that it is reported in ("" for none)."""

    said: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Tiles:
    """Figures in large type: what it is, the figure, and what must be known of it."""

    figures: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. numbers: the columns set to the right. summed: whether the last row is a sum."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int]
    summed: bool = False
    shares: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart: the finding in words, what it shows to who cannot see it, and where it is from."""

    title: str
    scene: Scene
    alt: str
    source: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Small pictures, two in a row."""

    pictures: Sequence[Picture]


Block = Text | Points | Tiles | Grid | Picture | Pair


@dataclass(frozen=True, slots=True)
class Section:
    """One question of the committee. topic: the question; title: the answer in words."""

    key: str
    topic: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole review: what it is about, in short, and its sections. company: its name, blank for none."""

    period: str
    source: str
    as_of: date
    fingerprint: str
    sections: Sequence[Section]
    tiles: Tiles
    version: str = __version__
    notices: Sequence[str] = field(default_factory=tuple)
    company: str = ""

    @property
    def for_whom(self) -> str:
        """Who it is for, its date, and its source."""
        of = f" of {self.company}" if self.company else ""
        return f"For the plan committee{of}, as of {self.as_of.isoformat()}. From {self.source}."
