"""What a mapping leaves open: questions, each with its answers and their lines of sources.toml."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from csm_xl.errors import VALUE, Issue
from csm_xl.intake.sources import Source

Change = Callable[[Source], Source]


@dataclass(frozen=True)
class Answer:
    """An answer: in words, as a line of sources.toml, and what it makes of the source."""

    words: str
    line: str
    change: Change


@dataclass(frozen=True)
class Question:
    """A question about one source.

    place: the export. text: the question. answers: what can be chosen. line: what says the answer in
    sources.toml, where a value may be typed; typed: what a typed value makes of the source.
    unused: the header that is probably not used, as the last answer says; blank of other questions; holds:
    what is in its column.
    """

    place: str
    text: str
    answers: tuple[Answer, ...] = ()
    line: str = ""
    typed: Callable[[str], Change] | None = None
    unused: str = ""
    holds: str = ""

    def issue(self) -> Issue:
        """The question as a finding, with the lines that answer it."""
        lines = [answer.line for answer in self.answers]
        lines += [self.line] if self.line else []
        hint = f"Answer it in sources.toml: {'; or '.join(dict.fromkeys(lines))}"
        return Issue(VALUE, self.text, self.place, None, hint)
