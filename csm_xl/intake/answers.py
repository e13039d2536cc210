"""Answers to the questions of a mapping, as somebody typed them into cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from csm_xl.errors import VALUE, Issue
from csm_xl.intake.column_answers import Around
from csm_xl.intake.grid import shown
from csm_xl.intake.proposal import Proposal, completed
from csm_xl.intake.questions import Change, Question
from csm_xl.plan.schema import TableSchema


@dataclass(frozen=True)
class Typed:
    """An answer: what is typed, and its cell."""

    said: Any
    where: str


@dataclass(frozen=True)
class Answered:
    """A proposal after the answers; the questions that they settled; and answers that are none."""

    proposal: Proposal
    settled: tuple[Question, ...]
    issues: tuple[Issue, ...]


def answered(
    proposal: Proposal, known: Mapping[str, TableSchema], around: Around, answers: Mapping[str, Typed]
) -> Answered:
    """A proposal with every question answered that has an answer. answers: text of the question → its answer.

    An answer may settle several questions and open others, so the open ones are found again each time.
    """
    settled: dict[str, Question] = {}
    issues: dict[str, Issue] = {}
    while True:
        waiting = [one for one in proposal.questions
                   if one.text in answers and one.text not in settled and one.text not in issues]  # fmt: skip
        if not waiting:
            return Answered(proposal, tuple(settled.values()), tuple(issues.values()))
        question = waiting[0]
        change = change_of(question, answers[question.text])
        if isinstance(change, Issue):
            issues[question.text] = change
            continue
        settled[question.text] = question
        source = change(proposal.source)
        next_ = completed(source, proposal.grid, known[source.table], around)
        proposal = replace(next_, before=proposal.before)


def change_of(question: Question, typed: Typed) -> Change | Issue:
    """What a typed answer makes of the source; the finding where it is none.

    It is the number of an answer, its words, its line of sources.toml, or a header or value where one may be
    typed.
    """
    said = shown(typed.said).strip()
    if said.isdigit() and 1 <= int(said) <= len(question.answers):
        return question.answers[int(said) - 1].change
    for one in question.answers:
        if said.casefold() in (one.words.casefold(), one.line.casefold()):
            return one.change
    if question.typed is not None and not (said.isdigit() and question.answers):
        return question.typed(said)
    return Issue(VALUE, "this is not one of the answers", typed.where, typed.said, choices(question))


def choices(question: Question) -> str:
    """How a question is answered in a cell, in words.

    >>> from csm_xl.intake.questions import Answer
    >>> choices(Question("crm.csv", "in what order are the dates?", (Answer("day, month, year", "", str),)))
    'Type 1 for: day, month, year.'
    """
    numbered = "; ".join(f"{number} for: {one.words}" for number, one in enumerate(question.answers, 1))
    said = f"Type {numbered}." if numbered else ""
    if question.typed is not None:
        said += f" {'Or type' if numbered else 'Type'} a header of the export, or a value."
    elif not numbered:
        said = "Answer it in sources.toml."
    lines = [] if question.typed is not None or numbered else [question.line]
    return " ".join(filter(None, [said.strip(), *(f"There: {line}." for line in lines)]))
