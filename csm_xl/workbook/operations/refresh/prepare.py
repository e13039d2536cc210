"""A refresh before anything is written, whoever writes it: exports are taken in, and everyone is paid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from csm_xl.errors import CsmError, Issue
from csm_xl.workbook.operations.refresh.core import BookOf, Outcome, Progress, read_book, reckoned
from csm_xl.workbook.operations.refresh.state import Rows, State
from csm_xl.workbook.operations.refresh.taking_in import TakenIn, not_paid, taken_in
from csm_xl.workbook.operations.refresh.update import Update, update_of
from csm_xl.workbook.sheets.findings import FINDINGS, finding_rows


@dataclass(frozen=True)
class Prepared:
    """What a refresh writes.

    state: the workbook, with the exports that are taken in. outcome: what it must show; None where nobody can
    be paid. update: what to write; where nobody is paid, what was taken in, the findings on Checks and the
    report on Import. issues: what stops the payment. mapping: the file of a mapping and its new text, to be
    saved before the workbook is.
    """

    state: State
    outcome: Outcome | None
    update: Update
    issues: tuple[Issue, ...] = ()
    mapping: tuple[Path, str] | None = None

    def require(self) -> Outcome:
        """What the workbook must show. Errors: what stops the refresh."""
        if self.outcome is None:
            raise CsmError.of(self.issues)
        return self.outcome


def prepared(
    state: State, when: datetime, tell: Progress = lambda _: None, book_of: BookOf | None = None
) -> Prepared:
    """Take exports in, and pay everyone. What stops it is not raised: it is in `issues`.

    when: what the workbook states as the time of the refresh. book_of: as for `read_book`.
    """
    taken = taken_in(state, tell)
    try:
        if taken.issues:
            raise CsmError.of(taken.issues)
        outcome = reckoned(taken.state, when, tell, read_book(taken.state, book_of))
        update = update_of(outcome.template, taken.state)
    except CsmError as error:
        update = _stopped(taken, error)
        return Prepared(taken.state, None, update, error.issues, None if taken.issues else taken.mapping)
    outcome = replace(outcome, warnings=(*outcome.warnings, *taken.warnings))
    update = replace(update, tables={**update.tables, **taken.tables})
    return Prepared(taken.state, outcome, update, mapping=taken.mapping)


def _stopped(taken: TakenIn, error: CsmError) -> Update:
    """What is wrong, on Checks and on Import, where the workbook has a place for it; and what was taken."""
    region = taken.state.regions.get(FINDINGS.casefold())
    tables: dict[str, Rows] = {} if region is None else {region.name: finding_rows(error.issues)}
    if taken.issues:
        tables |= taken.tables
    elif taken.any:
        tables |= not_paid(taken, error.issues)
    return Update(tables, {}, {}, {})
