"""What a refresh asks about exports before it takes them: which source they are, which rows may go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from csm_xl.errors import CsmError, Issue, counted, listed
from csm_xl.intake.answers import Typed, change_of
from csm_xl.intake.mapped import Mapped
from csm_xl.intake.questions import Answer, Question
from csm_xl.intake.sources import UPDATE, Sources
from csm_xl.workbook.operations.merging import Merge
from csm_xl.workbook.operations.refresh.incoming import Desk, Incoming, of_table
from csm_xl.workbook.operations.stacking import of_tables
from csm_xl.workbook.sheets import import_paste as sheet
from csm_xl.xlsx.addresses import Place

_REMOVE: Final = "remove"
_SHOWN: Final = 8


class OpenQuestions(Exception):  # noqa: N818 - it is no error: questions are to be answered
    """Questions that stop an import, with those that were answered, and what is wrong as well."""

    def __init__(
        self, waiting: Sequence[Question], settled: Sequence[Question], issues: Sequence[Issue] = ()
    ) -> None:
        self.waiting, self.settled, self.issues = waiting, settled, tuple(issues)
        super().__init__()


def answers_on(desk: Desk) -> dict[str, Typed]:
    """The text of each question → its answer, where somebody typed one."""
    return {
        line.found: Typed(line.answer, str(Place(sheet.SHEET, row, desk.column)))
        for line, row in zip(desk.lines, desk.rows, strict=True)
        if line.kind in (sheet.QUESTION, sheet.ANSWERED) and line.answer not in ("", None)
    }


def of_its_table(
    one: Incoming, stated: Sources, answers: Mapping[str, Typed], settled: list[Question]
) -> Incoming:
    """The paste, where somebody answered which table it is, and which source of it.

    settled: gets the questions that were answered. Errors: an answer that is none; `OpenQuestions`.
    """
    while one.questions:
        (question, *_) = one.questions
        if question.text not in answers:
            raise OpenQuestions([question], settled)  # the table decides everything else
        said = change_of(question, answers[question.text])
        if isinstance(said, Issue):
            raise CsmError.of([said])
        settled.append(question)
        source = said(one.source)
        if source.table != one.source.table or not one.source.pattern:
            one = of_table(one, source.table, stated, said)
        else:
            one = replace(one, source=source, new=True, questions=())
    return one


def about_removed(merge: Merge, answers: Mapping[str, Typed], settled: list[Question]) -> set[str]:
    """The tables whose exports have only some of the rows, as somebody answered where rows would disappear.

    Errors: an answer that is none; `OpenQuestions`, with what is wrong in the exports.
    """
    removed = merge.removed()
    waiting: list[Question] = []
    kept: set[str] = set()
    for table, exports in of_tables(merge.given):
        if table not in removed:
            continue
        question = _removed(table, exports, removed[table])
        if question.text not in answers:
            waiting.append(question)
            continue
        said = change_of(question, answers[question.text])
        if isinstance(said, Issue):
            raise CsmError.of([said])
        settled.append(question)
        if said(exports[0].source) != exports[0].source:
            kept.add(table)
    if waiting:
        raise OpenQuestions(waiting, settled, _inside(merge))
    return kept


def _inside(merge: Merge) -> list[Issue]:
    """What is wrong in the exports themselves, without what only follows from rows that they lack."""
    try:
        merge.sound()
    except CsmError as error:
        places = tuple(one.grid.block.place for one in merge.given)
        errors = [issue for issue in error.issues if issue.severity == "error"]
        return [issue for issue in errors if issue.where.startswith(places)]
    return []


def _removed(table: str, exports: Sequence[Mapped], rows: Sequence[str]) -> Question:
    text = f"{counted(len(rows), 'row')} of {table} would disappear: {listed(rows, _SHOWN)}. Remove them?"
    some = "the export has" if len(exports) == 1 else "the exports have"
    answers = (
        Answer("remove them", _REMOVE, lambda source: source),
        Answer(f"keep them, now and later: {some} only some of the rows", f'rows = "{UPDATE}"',
               lambda source: replace(source, rows=UPDATE)),
    )  # fmt: skip
    return Question(listed(one.grid.block.place for one in exports), text, answers)
