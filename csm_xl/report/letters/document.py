"""A plan letter as blocks, whatever it is written as: PDF and Word show the same words and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a section; `level` 2 is of a component. aside: what is at the right of it."""

    text: str
    level: int = 1
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text. small: a note below a table."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """Sentences, one below the other."""

    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values, some in a row."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. rows: a header, then the rows. text: how many columns from the left hold text; the others hold
    figures. strong: the rows in bold, counted below the header."""

    rows: Sequence[Sequence[str]]
    text: int = 1
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Chart:
    """What each attainment pays, as a line. spots: attainment and money, in order. marked: the spot at goal.
    across, up: what the axes are. as_ratio: whether attainments are percentages."""

    spots: Sequence[tuple[float, float]]
    marked: tuple[float, float] | None
    across: str
    up: str
    as_ratio: bool = True


@dataclass(frozen=True, slots=True)
class Together:
    """Blocks side by side on paper: a table and its chart; one below the other where there is no room."""

    left: Grid
    right: Chart


@dataclass(frozen=True, slots=True)
class Signatures:
    """Room to sign: the text and the people who sign it."""

    text: str
    names: Sequence[tuple[str, str]]


Block = Heading | Paragraph | Bullets | Facts | Grid | Chart | Together | Signatures


@dataclass(slots=True)
class Letter:
    """One person's plan letter.

    name: the person's, or the ID. title: such as ``Plan letter 2026``. dated: from which day on it holds.
    fingerprint: what shows the plan apart from others.
    """

    employee_id: str
    name: str
    plan_id: str
    title: str
    dated: date
    fingerprint: str
    blocks: list[Block] = field(default_factory=list)

    def texts(self) -> Iterator[str]:
        """Every text of the letter."""
        yield from (self.name, self.title)
        for block in self.blocks:
            match block:
                case Heading() | Paragraph():
                    yield block.text
                case Bullets():
                    yield from block.items
                case Facts():
                    yield from (text for pair in block.pairs for text in pair)
                case Grid():
                    yield from (cell for row in block.rows for cell in row)
                case Together():
                    yield from (cell for row in block.left.rows for cell in row)
                case Signatures():
                    yield block.text
                case Chart():
                    yield from (block.across, block.up)
