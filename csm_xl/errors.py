"""What can be wrong, and how it is said: one error class, used everywhere.

Every message says what is wrong, where, what was found, what is allowed and how to mend it.
Where people mend many things at once (a workbook with ten wrong cells), the findings are
collected as `Issue` values and raised together as one `CsmError`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

VALUE: Final = "#VALUE!"
"""The argument or cell is not what is asked for."""
NOT_FOUND: Final = "#N/A"
"""What was named does not exist."""
ARITHMETIC: Final = "#NUM!"
"""The numbers have no answer: a goal of zero, an overflow."""

CODES: Final = (VALUE, NOT_FOUND, ARITHMETIC)
"""The Excel errors that a `CsmError` can become."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding.

    code: the Excel error it becomes (one of `CODES`).
    message: what is wrong, in words a comp analyst understands.
    where: sheet and cell, file and row, or argument: ``Roster!C7``, ``roster.csv row 7 (base_salary)``.
    got: what was found there (None where nothing can be shown).
    hint: what is allowed and how to mend it.
    severity: ``error`` stops a run, ``warning`` does not; ``note`` finds no fault, it says what was left out.
    person: the employee_id of the one person whom it stops; empty where it stops everybody.
    """

    code: str
    message: str
    where: str = ""
    got: Any = None
    hint: str = ""
    severity: str = "error"
    person: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        found = "" if self.got is None else f" (found {self.got!r})"
        mend = f" {self.hint}" if self.hint else ""
        return f"{place}{self.message}{found}.{mend}"


def faults(issues: Iterable[Issue]) -> list[Issue]:
    """The findings that are faults, errors and warnings; without the notes."""
    return [issue for issue in issues if issue.severity != "note"]


class CsmError(Exception):
    """The one exception a user can meet: an `Issue`, or several of them.

    >>> str(CsmError("#NUM!", "the goal is zero", where="goal", got=0, hint="Type a goal above 0."))
    'goal: the goal is zero (found 0). Type a goal above 0.'
    """

    def __init__(
        self,
        code: str,
        message: str,
        where: str = "",
        got: Any = None,
        hint: str = "",
        issues: Iterable[Issue] = (),
    ) -> None:
        self.code = code
        self.message = message
        self.where = where
        self.got = got
        self.hint = hint
        self.issues: tuple[Issue, ...] = tuple(issues) or (Issue(code, message, where, got, hint),)
        super().__init__(message)

    @classmethod
    def of(cls, issues: Iterable[Issue]) -> CsmError:
        """One error that carries all the given findings; its code is the first one's."""
        found = tuple(issues)
        first = found[0]
        if len(found) == 1:
            return cls(first.code, first.message, first.where, first.got, first.hint, found)
        return cls(first.code, f"{len(found)} findings", issues=found)

    def __str__(self) -> str:
        if len(self.issues) == 1:
            return str(self.issues[0])
        return "\n".join([f"{self.message}:", *(f"- {issue}" for issue in self.issues)])
