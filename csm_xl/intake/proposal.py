"""A mapping proposed for exports: which table each is, which columns are which, and what has to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.intake.column_answers import Around
from csm_xl.intake.crosstab import crosstab_question, crosstabs, extended
from csm_xl.intake.deal_words import open_kinds
from csm_xl.intake.grid import Grid
from csm_xl.intake.grouped_columns import open_groups
from csm_xl.intake.measure_columns import scorecard, scorecard_question
from csm_xl.intake.open_columns import given_columns, open_columns
from csm_xl.intake.open_formats import open_formats
from csm_xl.intake.period_said import open_period, proposed
from csm_xl.intake.questions import Answer, Question
from csm_xl.intake.sources import PASTED, Source, Sources
from csm_xl.intake.sources_writing import new_text, pattern_of, source_text, toml
from csm_xl.intake.systems import known_columns
from csm_xl.plan.names import table_name
from csm_xl.plan.schema import PLAN_TABLES, TableSchema

_FEWEST: Final = 2
"""A table of which fewer columns are known is none that a file can be."""
_NEAR: Final = 0.12
"""Two tables that fit this nearly equally are asked about."""
_CALLED: Final = {
    "roster": ("roster", "worker", "employee", "headcount", "people", "hris", "staff"),
    "changes": ("change", "job_history", "comp_history"),
    "deals": ("deal", "opportunit", "booking", "closed_won"),
    "credits": ("credit", "split"),
    "payments": ("payment", "collection", "cash"),
    "results": ("result", "actual", "attainment"),
    "goals": ("goal", "mbo", "objective"),
    "accounts": ("account", "company", "companies", "customer", "book_of_business"),
    "answers": ("answer", "survey", "nps", "csat"),
    "rates": ("rate", "fx"),
    "events": ("event", "spif"),
    "targets": ("target", "quota"),
}  # fmt: skip
"""Words in the names of files by which people call their exports."""


@dataclass(frozen=True)
class Proposal:
    """A source with everything that is known about it, its export, and what has to be asked.

    stated: the source as people stated it, here or in answers. before: as the mapping file has it; None for
    one that is new.
    """

    source: Source
    grid: Grid
    questions: tuple[Question, ...]
    stated: Source
    before: Source | None = None

    @property
    def changed(self) -> bool:
        """Whether anything was found beside what was stated."""
        return self.source != self.before


def completed(
    source: Source,
    grid: Grid,
    schema: TableSchema,
    around: Around,
    new: bool = False,
    first: Sequence[Question] = (),
) -> Proposal:
    """A source with the columns and formats that its export shows beside what it states.

    new: whether nobody has stated it yet. first: what has to be answered before anything else can be asked,
    such as which table it is.
    """
    stated = source
    source, of_periods = extended(source, grid, around.period)
    source = proposed(source, grid, schema, around.period, given_columns(source, grid, schema))
    first = (*first, *of_periods, *open_period(source, grid, around.period))
    columns = open_columns(source, grid, schema, around)
    formats = open_formats(columns.source, grid, schema, around)
    groups = open_groups(columns.source, grid, schema)
    source, words = open_kinds(formats.source, grid, schema, around.kinds)
    questions = tuple(first) or (*columns.questions, *groups, *formats.questions, *words)
    return Proposal(source, grid, questions, stated, None if new else stated)


def stub_of(path: Path, beside: Path, table: str, others: Iterable[Path] = (), sheet: str = "") -> Source:
    """The source of a file of which only its table is known."""
    pattern = pattern_of(path, beside, others)
    return Source(table, pattern, sheet=sheet, place=f"{path.name} {sheet}".strip() + f" ({table})")


def table_of_grid(
    grid: Grid,
    name: str,
    known: Mapping[str, TableSchema],
    measures: Mapping[str, frozenset[str]] | None = None,
    period: str = "",
) -> tuple[str, list[Question]]:
    """Which table an export is, and the question where that is open.

    name: what the export is called. measures: those that plans use, with the scopes of each. period: the one
    that is paid next; blank where it is not said.
    Errors: it is none of the tables.
    """
    named = table_name(name)
    scores = {name: _score(grid.header, schema) for name, schema in known.items()
              if name not in PLAN_TABLES}  # fmt: skip
    columns = crosstabs(grid)
    if any(score > 0 for score in scores.values()) and not all(one.dated for one in columns):
        columns = []  # Q1 may be a question of a survey
    if columns and (named == "results" or (named not in known and not _complete(grid.header, scores, known))):
        question = crosstab_question(grid, columns[0], columns, measures or {}, period)
        others = [is_table(table, name, f"no: it is {table}")
                  for table, score in scores.items() if score > 0 and table != "results"]  # fmt: skip
        if not others or len(columns[0].every) >= _FEWEST:
            return "results", [replace(question, answers=(*question.answers, *others[:_FEWEST]))]
    one_table = named in known or _complete(grid.header, scores, known)
    card = scorecard(grid, known, measures or {}) if named == "results" or not one_table else None
    if card is not None:
        others = [is_table(table, name, f"no: it is {table}")
                  for table, score in scores.items() if score > 0 and table != "results"]  # fmt: skip
        question = scorecard_question(grid, card)
        return "results", [replace(question, answers=(*question.answers, *others[:_FEWEST]))]
    if named in known:
        return named, []
    fitting = {name: score for name, score in scores.items() if score > 0}
    called = [name for name in fitting if any(word in named for word in _CALLED.get(name, (name,)))]
    ranked = sorted(fitting, key=lambda name: -fitting[name])
    if not ranked:
        raise CsmError(NOT_FOUND, "the headers of this export are those of no table", name,
                       listed((one for one in grid.header if one), 12),
                       'Name the table in sources.toml: [[source]] with '
                       f'table = "roster" and from = "{name}".')  # fmt: skip
    near = [name for name in ranked if fitting[name] > fitting[ranked[0]] - _NEAR]
    # A file whose name says another table than its headers is asked about.
    best = [name for name in near if name in called] or [*near, *called]
    if len(best) == 1:
        return best[0], []
    answers = tuple(is_table(table, name, table) for table in dict.fromkeys((*best, "results")))
    return best[0], [Question(name, "which table is this export?", answers)]


def which_source(source: Source, grid: Grid, others: Sequence[Source]) -> Question:
    """The question whether an export of a table that has sources is one of theirs, or another.

    source: the export as a new source. others: the sources of its table that the mapping has.
    """
    table, name = source.table, grid.block.place
    froms = listed(repr(one.pattern or one.url) for one in others)
    text = f"{table} comes from {froms} already. Is {name} another source of it?"
    another = f"[[source]] with table = {toml(table)} and from = {toml(source.pattern)}"
    answers = [Answer("yes: its rows and theirs together are the table", another, lambda one: one)]
    for other in others:
        instead = replace(source, place=other.place)
        if source.pattern == PASTED:
            instead = replace(instead, pattern=other.pattern, url=other.url, query=other.query)
        elif all(grid.column(theirs) is not None for theirs in other.named()):
            instead = replace(other, pattern=source.pattern, url="", query="")
        words = f"no: it is a newer export of {other.pattern or other.url!r}, by another name or shape"
        line = f"from = {toml(source.pattern)} in {other.place}"
        answers.append(Answer(words, line, lambda _, instead=instead: instead))  # type: ignore[misc]
    return Question(name, text, tuple(answers))


def once(proposals: Sequence[Proposal]) -> list[Proposal]:
    """The proposals without those of a source whose export another one is, as somebody answered."""
    return [one for at, one in enumerate(proposals)
            if all(one.source.place != later.source.place for later in proposals[at + 1 :])]  # fmt: skip


def saved_mapping(stated: Sources, proposals: Sequence[Proposal]) -> tuple[str | None, Sources]:
    """The new text of a mapping's file (None: it stays), and its sources: first those of the proposals.

    Errors: what was found cannot be written without losing comments.
    """
    new = {one.source.place: one.source for one in proposals}
    every = [new.pop(source.place, source) for source in stated.sources] + list(new.values())
    before = stated.path.read_text(encoding="utf-8-sig") if stated.path.exists() else ""
    text = new_text(before, stated, every)
    places = {source.place for source in stated.sources}
    if text is None:
        raise CsmError.of(
            Issue(VALUE, f"the source of {one.source.table} lacks what its export shows, and the file has"
                  " comments, which are not overwritten", stated.path.name, None,
                  f"Write it so: {' | '.join(source_text(one.source).splitlines()[1:])}")
            for one in proposals if one.changed and one.source.place in places
        )  # fmt: skip
    places = {one.source.place for one in proposals}
    others = [source for source in stated.sources if source.place not in places]
    read = replace(stated, sources=(*(one.source for one in proposals), *others))
    return None if text == before else text, read


def is_table(table: str, name: str, words: str) -> Answer:
    """The answer that an export is a table. name: what the export is called."""
    line = f"[[source]] with table = {toml(table)} and from = {toml(name)}"
    return Answer(words, line, lambda source: replace(source, table=table))


def _complete(header: Sequence[str], scores: Mapping[str, float], known: Mapping[str, TableSchema]) -> bool:
    """Whether headers have everything that some table needs."""
    return any(not known[name].lacking({*known_columns(known[name], header).values(), "plan_id", "period"})
               for name, score in scores.items() if score > 0)  # fmt: skip


def _score(header: Sequence[str], schema: TableSchema) -> float:
    """How well headers fit a table: the share of what it needs, and of the headers, that are known; 0 where
    nothing that it needs is."""
    names = set(known_columns(schema, header).values())
    required = [name for name in schema.required if name not in ("plan_id", "period")]
    if len(names) < _FEWEST or (required and names.isdisjoint(required)):
        return 0.0
    return len(names & set(required)) / max(1, len(required)) + len(names) / max(
        1, len([one for one in header if one])
    )
