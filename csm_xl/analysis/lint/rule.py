"""What a rule of the lint is, and what it finds."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from csm_xl.errors import sentence

if TYPE_CHECKING:
    from csm_xl.analysis.lint.view import View

ERROR: Final = "error"
WARNING: Final = "warning"
NOTE: Final = "note"
SEVERITIES: Final = (ERROR, WARNING, NOTE)
"""error: the plan cannot mean this. warning: it probably should not. note: worth knowing."""

Found = tuple[str, str] | tuple[str, str, str]
"""Where, and what is the matter there; where it stops one person alone, that person's employee_id."""
Check = Callable[["View"], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a plan should not do, or that its owner should know.

    rule: id of the rule. severity: one of `SEVERITIES`. where: sheet and cell, file and row, or argument.
    message: what is the matter. mend: what to do about it. person: the one person whom it is about, or
    nothing.
    """

    rule: str
    severity: str
    where: str
    message: str
    mend: str
    person: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{self.severity} {self.rule} {place}{sentence(self.message)} {self.mend}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for.

    id: such as W101; its letter is that of its severity. title: what is looked for, in a line. why: why it
    matters, with the reason of the thresholds. mend: what to do. needs: the tables without which, or with
    wrong rows in which, it cannot tell. check: gives each finding of it. at_pay: whether it is told before
    anybody is paid; errors then stop the payment.
    """

    id: str
    severity: str
    title: str
    why: str
    mend: str
    needs: tuple[str, ...]
    check: Check
    at_pay: bool = False


RULES: Final[dict[str, Rule]] = {}
"""Every rule by its id."""


def rule(
    id: str, mend: str, needs: Iterable[str] = (), at_pay: bool | None = None
) -> Callable[[Check], Check]:
    """Make a function a rule: the first line of its docstring is the title, the rest says why it matters.

    at_pay: as for `Rule`; None: errors are told.
    """
    severity = {"E": ERROR, "W": WARNING, "N": NOTE}[id[0]]

    def declare(check: Check) -> Check:
        title, _, why = (inspect.getdoc(check) or "").partition("\n")
        if id in RULES:
            raise ValueError(f"the rule {id} is declared twice")
        told = severity == ERROR if at_pay is None else at_pay
        why = " ".join(why.split())
        RULES[id] = Rule(id, severity, title.rstrip("."), why, mend, tuple(needs), check, told)
        return check

    return declare
