"""Rules of the plan check and their findings."""

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
"""error: cannot be intended. warning: probably not intended. note: worth knowing."""

Found = tuple[str, str] | tuple[str, str, str]
"""Place and message; if it stops only one person, also that person's employee_id."""
Check = Callable[["View"], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of the plan check.

    rule: ID of the rule. severity: one of `SEVERITIES`. where: sheet and cell, file and row, or argument.
    message: the problem. hint: what to do about it. person: the one person it is about, or empty.
    """

    rule: str
    severity: str
    where: str
    message: str
    hint: str
    person: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{self.severity} {self.rule} {place}{sentence(self.message)} {self.hint}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    id: such as W101; the letter is its severity. title: what it finds, in one line. why: why it matters, with
    the reasons for thresholds. hint: what to do. needs: the rule is skipped if one of these tables is missing
    or has errors. check: yields the findings. at_pay: whether it runs before every payment; its errors then
    stop the payment.
    """

    id: str
    severity: str
    title: str
    why: str
    hint: str
    needs: tuple[str, ...]
    check: Check
    at_pay: bool = False


RULES: Final[dict[str, Rule]] = {}
"""Every rule by its ID."""


def rule(
    id: str, hint: str, needs: Iterable[str] = (), at_pay: bool | None = None
) -> Callable[[Check], Check]:
    """Make a function a rule: the first line of its docstring is the title, the rest explains why it matters.

    at_pay: as for `Rule`; None means that errors run before every payment.
    """
    severity = {"E": ERROR, "W": WARNING, "N": NOTE}[id[0]]

    def declare(check: Check) -> Check:
        title, _, why = (inspect.getdoc(check) or "").partition("\n")
        if id in RULES:
            raise ValueError(f"the rule {id} is declared twice")
        before_pay = severity == ERROR if at_pay is None else at_pay
        why = " ".join(why.split())
        RULES[id] = Rule(id, severity, title.rstrip("."), why, hint, tuple(needs), check, before_pay)
        return check

    return declare
