"""Words by which an export calls the kinds of its deals, where no component pays a kind of that name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from csm_xl.errors import CsmError, listed
from csm_xl.intake.grid import Grid, text_of
from csm_xl.intake.kept_rows import kept_rows
from csm_xl.intake.questions import Answer, Question
from csm_xl.intake.sources import Source
from csm_xl.intake.sources_writing import toml, toml_key
from csm_xl.plan.cells import is_blank
from csm_xl.plan.deal_kinds import meant_word
from csm_xl.plan.names import plain_name
from csm_xl.plan.schema import TableSchema

NOT_PAID: Final = "not paid"
"""The kind of deals whose own word is nearly one that components pay, and that nobody pays."""
_MOST: Final = 12
"""A column with more different words than this holds no kinds."""


def open_kinds(
    source: Source, grid: Grid, schema: TableSchema, kinds: Sequence[str]
) -> tuple[Source, list[Question]]:
    """A question about each word for a kind of deal that is none of those that components pay.

    kinds: those that components pay. A word that is one of them by its letters needs no question; nor do
    those of a column that is called kind, as what csm_xl exports is: they are the company's own.
    """
    theirs = source.columns.get("kind", "")
    at = grid.column(theirs) if theirs and kinds and schema.name == "deals" else None
    if at is None or "kind" in source.text:
        return source, []
    if any(grid.column(header) is None for header in source.where):
        return source, []  # what is gone is reported
    try:
        kept, _ = kept_rows(source, grid)
    except CsmError:
        return source, []  # that no row is kept is reported
    cells = grid.cells(at)
    said = Counter(text_of(cells[row]) for row in kept if not is_blank(cells[row]))
    stated = source.values.get("kind", {})
    ours = {plain_name(kind): kind for kind in kinds}
    settled = {*stated, *stated.values()}
    same = {word: ours[plain_name(word)] for word in said if plain_name(word) in ours and word not in settled}
    asked = [word for word in said if word not in settled and word not in same]
    if len(said) > _MOST or (not asked and not stated):
        return source, []
    if stated and same:  # a word that is not listed would be an error
        source = replace(source, values={**source.values, "kind": {**stated, **same}})
    there = {plain_name(word) for word in said}
    near = {word for word in asked if meant_word(plain_name(word), set(ours), there)}
    return source, [_question(grid, theirs, word, said[word], kinds, word in near) for word in asked]


def _question(grid: Grid, theirs: str, word: str, count: int, kinds: Sequence[str], near: bool) -> Question:
    what = (f"{theirs!r} holds {word!r} ({count:,}), and components pay deals of the kinds {listed(kinds)}."
            f" Which kind is {word!r}?")  # fmt: skip
    answers = [_answer(word, kind, f"{word!r} is {kind}") for kind in kinds]
    # A word near a kind that is paid would be taken for its misspelling (E008) wherever the deals are read.
    answers.append(_answer(word, NOT_PAID if near else word, "none of them: no component pays it"))
    return Question(grid.block.place, what, tuple(answers))


def _answer(word: str, kind: str, words: str) -> Answer:
    def change(source: Source) -> Source:
        stated = {**source.values.get("kind", {}), word: kind}
        return replace(source, values={**source.values, "kind": stated})

    return Answer(words, f"values.kind.{toml_key(word)} = {toml(kind)}", change)
