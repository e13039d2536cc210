"""Wrapped text of several looks in a table's cell; nothing in it is ever read as markup."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.platypus import Flowable

from csm_xl.report import words
from csm_xl.report.style import BOLD, INK, REGULAR, glyphs

_LEADING = 1.22


class Run(NamedTuple):
    """A text of one look. fresh: whether it begins a new line."""

    text: str
    size: float = 7.5
    color: str = INK
    bold: bool = False
    fresh: bool = False


@cache
def color(code: str) -> Any:
    """A color as ReportLab knows it."""
    return HexColor(code)


@lru_cache(maxsize=50_000)
def width(text: str, size: float, bold: bool = False) -> float:
    """How wide a text is, in points."""
    face = getFont(BOLD if bold else REGULAR).face
    wide, other = face.charWidths, face.defaultWidth
    return float(sum(wide.get(ord(c), other) for c in text)) * size / 1000


def cut(text: str, most: float, size: float, bold: bool = False) -> str:
    """A text as long as fits."""
    known = glyphs()

    def fits(said: str) -> bool:
        return width(words.shown(said, known), size, bold) <= most

    if fits(text):
        return text
    while text and not fits(f"{text}…"):
        text = text[:-1]
    return f"{text.rstrip()}…"


class Text(Flowable):  # type: ignore[misc]
    """Runs one after another, broken into lines between words; a word too long for a line is cut."""

    def __init__(self, *runs: Run, right: bool = False) -> None:
        super().__init__()
        known = glyphs()
        self.runs = [run._replace(text=words.shown(run.text, known)) for run in runs if run.text]
        self.right = right
        self._lines: list[list[Run]] = []

    def wrap(self, available: float, _: float) -> tuple[float, float]:
        """Break it into lines; how wide and high it is."""
        self.width = available
        self._lines = [[]]
        room, gap = available, False
        for run in self.runs:
            if run.fresh and self._lines[-1]:
                self._lines.append([])
                room, gap = available, False
            for word in run.text.split(" "):
                for piece in _cut(word, run, available):
                    space = " " if gap and self._lines[-1] else ""
                    needs = width(space + piece, run.size, run.bold)
                    if needs > room and self._lines[-1]:
                        self._lines.append([])
                        room, space = available, ""
                        needs = width(piece, run.size, run.bold)
                    self._add(run, space + piece)
                    room, gap = room - needs, False
                gap = True
        self.height = sum(map(_high, self._lines))
        return available, self.height

    def _add(self, run: Run, piece: str) -> None:
        line = self._lines[-1]
        if line and line[-1][1:4] == run[1:4]:
            line[-1] = line[-1]._replace(text=line[-1].text + piece)
        else:
            line.append(run._replace(text=piece))

    def draw(self) -> None:
        """Draw the lines from the top."""
        y = self.height
        for line in self._lines:
            y -= _high(line)
            x = self.width - sum(width(*run[:2], run.bold) for run in line) if self.right else 0.0
            for run in line:
                self.canv.setFont(BOLD if run.bold else REGULAR, run.size)
                self.canv.setFillColor(color(run.color))
                self.canv.drawString(x, y + 0.24 * run.size, run.text)
                x += width(run.text, run.size, run.bold)


def _high(line: list[Run]) -> float:
    return _LEADING * max((run.size for run in line), default=7.5)


def _cut(word: str, run: Run, available: float) -> list[str]:
    """A word in pieces that each fit a line."""
    if width(word, run.size, run.bold) <= available:
        return [word]
    pieces, piece = [], ""
    for letter in word:
        if piece and width(piece + letter, run.size, run.bold) > available:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]
