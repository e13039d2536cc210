"""Errors and findings: one class for what is wrong, used everywhere.

Every message gives the problem, the place, what was found, what is allowed and how to fix it. Where people
fix many things at once (a workbook with ten wrong cells), the findings are collected as `Issue` values and
raised together as one `CsmError`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

VALUE: Final = "#VALUE!"
"""The argument or cell does not hold what is required."""
NOT_FOUND: Final = "#N/A"
"""What was named does not exist."""
ARITHMETIC: Final = "#NUM!"
"""The numbers have no result: a goal of zero, an overflow."""

CODES: Final = (VALUE, NOT_FOUND, ARITHMETIC)
"""The Excel errors that a `CsmError` can become."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding.

    code: the Excel error it becomes (one of `CODES`).
    message: the problem, in words a comp analyst understands.
    where: sheet and cell, file and row, or argument: ``Roster!C7``, ``roster.csv row 7 (base_salary)``.
    got: what was found there (None where nothing can be shown).
    hint: what is allowed and how to fix it.
    severity: ``error`` stops a run, ``warning`` does not; ``note`` is no fault: it lists what was left out.
    person: the employee_id of the one person it stops; empty where it stops everybody.
    rule: ID of the plan check rule, such as E003; empty for the checks of every cell.
    kind: what many findings have in common; `grouped` puts it after their number. Empty where each is
        reported alone. meant: what the value found probably means.
    """

    code: str
    message: str
    where: str = ""
    got: Any = None
    hint: str = ""
    severity: str = "error"
    person: str = ""
    rule: str = ""
    kind: str = ""
    meant: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        found = "" if self.got is None else f" (found {_shown(self.got)})"
        mend = f" {self.hint}" if self.hint else ""
        return f"{place}{sentence(self.message + found)}{mend}"


def sentence(text: str) -> str:
    """A text with the full stop that it lacks.

    >>> sentence("there is no such file"), sentence("is it a percentage?")
    ('there is no such file.', 'is it a percentage?')
    """
    return text if text.endswith((".", "?", "!")) else f"{text}."


def faults(issues: Iterable[Issue]) -> list[Issue]:
    """The findings that are faults: errors and warnings, without notes."""
    return [issue for issue in issues if issue.severity != "note"]


_LONGEST: Final = 200
"""The longest excerpt of what was found that a message repeats."""


def _shown(got: Any) -> str:
    """What was found, as a message repeats it."""
    try:
        text = repr(got)
    except ValueError:  # Python does not print integers with thousands of digits
        return "a number with too many digits to show"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 20]} … {len(text):,} characters"


_NAMED = 8
"""How many values a combined finding names."""


def grouped(issues: Iterable[Issue]) -> list[Issue]:
    """The findings, with those of one kind combined: their number, what was found, what it probably means.

    >>> lost = [Issue("#N/A", "there is no such person", f"row {n}", f"00{n}", "Type the id.",
    ...               kind="rows of goals name a stranger", meant=str(n)) for n in (2, 3)]
    >>> print(grouped(lost)[0])
    row 2: 2 rows of goals name a stranger: 002 (probably 2), 003 (probably 3); also row 3. Type the id.
    """
    alike: dict[tuple[str, ...], list[Issue]] = {}
    for issue in issues:
        # Findings of one rule may differ in the numbers they mention.
        said = issue.kind or f"{_column(issue.where)} {issue.rule or f'{issue.code} {issue.message}'}"
        alike.setdefault((issue.severity, issue.rule, issue.kind, said), []).append(issue)
    found: list[Issue] = []
    for same in alike.values():
        if same[0].kind and len(same) > 1:
            found.append(_as_one(same))
        elif len(same) >= _SEVERAL and same[0].where:
            found.append(_so_more(same))
        else:
            found += same
    return found


_PLACES: Final = 12
"""How many places a combined finding names."""
_SEVERAL: Final = 4
"""From this many on, cells of one column with the same fault are combined."""


def _column(where: str) -> str:
    """The column of a place: what the places of its other rows have in common.

    >>> _column("Roster!C7"), _column("roster.csv row 7 (fte)"), _column("plan.toml components[2].cap")
    ('Roster!C', 'roster.csv row (fte)', 'plan.toml components[].cap')
    """
    sheet, mark, cell = where.rpartition("!")
    return (
        sheet + mark + "".join(letter for letter in cell if not letter.isdigit()).replace("row  (", "row (")
    )


def _so_more(same: list[Issue]) -> Issue:
    """The first of several findings with the same fault in one column, with the number and places of the
    others."""
    first, places = same[0], [issue.where for issue in same[1:]]
    several = len({issue.person for issue in same}) > 1
    message = f"{first.message}; {len(places):,} more like it: {listed(places, _PLACES)}"
    return replace(first, message=message, person="" if several else first.person)


def _as_one(same: list[Issue]) -> Issue:
    first = same[0]
    said = dict.fromkeys(
        f"{issue.got} (probably {issue.meant})" if issue.meant else f"{issue.got}"
        for issue in same
        if issue.got is not None
    ) or dict.fromkeys(issue.person for issue in same if issue.person)
    values = f": {listed(said, _NAMED)}" if said else ""
    places = list(dict.fromkeys(issue.where for issue in same))[1:]
    also = f"; also {listed(places, _NAMED)}" if places else ""
    message = f"{len(same):,} {first.kind}{values}{also}"
    hint = first.hint.partition("? ")[2] if first.hint.startswith("Did you mean") else first.hint
    return replace(first, message=message, got=None, hint=hint, person="", meant="")


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names as a sentence lists them, the first ones only where there are very many.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    every = list(names)
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most:,} more" if len(every) > most else shown


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number of things in words. plural: of nouns that take more than an s.

    >>> counted(1, "finding"), counted(1200, "finding"), counted(2, "person", "people")
    ('1 finding', '1,200 findings', '2 people')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


class CsmError(Exception):
    """The one exception that users see: an `Issue`, or several.

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
        """One error with all the given findings; its code is that of the first."""
        found = tuple(issues)
        first = found[0]
        if len(found) == 1:
            return cls(first.code, first.message, first.where, first.got, first.hint, found)
        return cls(first.code, f"{len(found)} findings", issues=found)

    def __reduce__(self) -> tuple[Any, ...]:
        """Its own parts, so that one of another process arrives whole."""
        return type(self), (self.code, self.message, self.where, self.got, self.hint, self.issues)

    def __str__(self) -> str:
        if len(self.issues) == 1:
            return str(self.issues[0])
        return "\n".join([f"{self.message}:", *(f"- {issue}" for issue in self.issues)])
