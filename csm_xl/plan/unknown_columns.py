"""Columns that no table knows: which of them probably change pay, and which column each probably means.

A column whose header speaks of pay, or is nearly that of a column, stops the payment until it is mapped or
named as ignored. Every other one is named in a note. A column without any value never stops anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from csm_xl.errors import VALUE, Issue, listed
from csm_xl.plan.cells import is_blank
from csm_xl.plan.header_words import (
    DETAILS,
    ELSEWHERE,
    EVERYWHERE,
    FREE,
    HARMLESS,
    INFORMATIVE,
    OF_TABLES,
    PAY_WORDS,
    SPANS,
    STATE,
    SYNONYMS,
)
from csm_xl.plan.names import header_name
from csm_xl.plan.schema import Column, TableSchema

UNKNOWN_COLUMN: Final = "E002"
"""The rule under which a column that stops the payment is reported."""
_NEAR: Final = 0.85
"""How alike two headers are that are one but for a slip of the fingers."""
_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ASIDE: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_WORD: Final = re.compile(r"[^\W_]+")
_HARMLESS_FIRST: Final = frozenset(phrase.partition(" ")[0] for phrase in HARMLESS)


def _by_first_word(phrases: Sequence[str]) -> dict[str, list[int]]:
    """The places of phrases in their order, by the first word of each."""
    found: dict[str, list[int]] = {}
    for place, phrase in enumerate(phrases):
        found.setdefault(phrase.partition(" ")[0], []).append(place)
    return found


_PLACES: Final = _by_first_word(PAY_WORDS)


@dataclass(frozen=True, slots=True)
class UnknownColumn:
    """A column that its table does not know. where: its header's place. cells: what it holds below."""

    table: str
    header: str
    where: str
    cells: Sequence[Any]
    meant: str
    word: str

    @property
    def filled(self) -> int:
        """How many of its cells hold anything."""
        return sum(not is_blank(cell) for cell in self.cells)


def is_free(table: str, header: str) -> bool:
    """Whether nothing is reported about a column of a table: a person's own, or one that says who somebody
    is.

    >>> is_free("roster", "#FTE"), is_free("changes", "Leave reason"), is_free("deals", "Stage")
    (True, True, False)
    """
    name = header_name(header)
    return header.strip().startswith("#") or name in FREE or name in DETAILS.get(table, ())


def is_elsewhere(header: str) -> bool:
    """Whether a header has a meaning that no column has: who somebody is, or where.

    >>> is_elsewhere("Full Name"), is_elsewhere("Country"), is_elsewhere("Pod colour")
    (True, True, False)
    """
    return not ELSEWHERE.isdisjoint(header_words(header))


def is_unnamed(cells: Sequence[Any]) -> bool:
    """Whether cells without a header are a column that lacks its name: most are filled, and they do not
    number their rows from 0 or 1, as the index that pandas writes does. A few are remarks.

    >>> is_unnamed(["1", "0.8"]), is_unnamed(["0", "1", "2"]), is_unnamed(["ask Sam", None, None])
    (True, False, False)
    """
    said = [str(cell).strip().removesuffix(".0") for cell in cells if not is_blank(cell)]
    numbers = (map(str, range(first, first + len(said))) for first in (0, 1))
    return 2 * len(said) > len(cells) and not any(said == list(one) for one in numbers)


def header_words(header: str) -> list[str]:
    """The words of a header; ``LeaveDate`` is two, and % is one.

    >>> header_words("TerminationDate"), header_words("FTE%"), header_words("work_percentage (HR)")
    (['termination', 'date'], ['fte', 'percent'], ['work', 'percentage'])
    """
    plain = re.sub(_ASIDE, " ", header) if "(" in header or "[" in header else header
    return _WORD.findall(_HUMPS.sub(" ", plain.replace("%", " percent ")).casefold())


def pay_word(header: str, table: str = "") -> str:
    """The word of a header that speaks of what changes pay; empty where none does.

    table: the header's; some words speak of pay only there.

    >>> pay_word("Termination Date"), pay_word("Pay Rate"), pay_word("Vendor"), pay_word("Marital status")
    ('termination', 'pay', '', '')
    >>> pay_word("Latest actual", "results"), pay_word("Latest actual", "deals")
    ('actual', '')
    """
    words = header_words(header)
    if len(words) == 1 and words[0] in SPANS:
        return words[0]
    if of_table := next((word for word in OF_TABLES.get(table, ()) if word in words), ""):
        return of_table
    words += ["percent"] * ("%" in header)
    likely = sorted(place for word in set(words) for place in _PLACES.get(word, ()))
    if not likely:
        return ""
    said = f" {' '.join(words)} "
    if not _HARMLESS_FIRST.isdisjoint(words):
        for phrase in HARMLESS:
            said = said.replace(f" {phrase} ", "  ")
    return next((PAY_WORDS[place] for place in likely if f" {PAY_WORDS[place]} " in said), "")


@cache
def _called(table: str, columns: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """What the columns of a table are called, by us and by other systems, in one word → those columns."""
    found: dict[str, tuple[str, ...]] = {}
    for column in columns:
        for name in (column, *SYNONYMS.get(table, {}).get(column, ()), *EVERYWHERE.get(column, ())):
            word = "".join(header_words(name))
            found[word] = (*found.get(word, ()), column)
    return found


@cache
def _free_names(table: str, columns: tuple[str, ...], given: frozenset[str]) -> dict[str, str]:
    """What the columns of a table that are not given are called → the first of those columns."""
    return {
        name: free[0]
        for name, called in _called(table, columns).items()
        if (free := [column for column in called if column not in given])
    }


def meant_column(
    schema: TableSchema, header: str, given: Iterable[str] = (), by_spelling: bool = True
) -> Column | None:
    """The column of a table that a header probably means: by what other systems call it, or by its spelling.

    given: the columns that the table has already; none of these is meant. by_spelling: whether a misspelled
        name counts; to compare takes long where there are very many headers.

    >>> from csm_xl.plan.schema import schemas
    >>> [meant_column(schemas({})["roster"], name).name for name in ("Termination Date", "FTE%", "leavedate")]
    ['leave_date', 'fte', 'leave_date']
    """
    from difflib import get_close_matches

    words = header_words(header)
    said = "".join(words)
    names = _free_names(schema.name, schema.names, frozenset(given))
    if said in names:
        return schema.column(names[said])
    # Without the unit that many exports put behind: "FTE percent", "Base salary annual".
    short = "".join(word for word in words if word not in ("percent", "pct", "percentage", "value"))
    if short in names:
        return schema.column(names[short])
    if not by_spelling or len(said) <= 2:
        return None
    alike = [name for name in names if name[0] == said[0]]
    near = get_close_matches(said, alike, n=1, cutoff=0.8 if len(said) > 8 else _NEAR)
    return schema.column(names[near[0]]) if near else None


def changes_pay(column: Column | None) -> bool:
    """Whether somebody's pay may depend on a column that is left out."""
    return column is not None and column.name not in INFORMATIVE and column.kind != "text"


def unknown_issues(found: Sequence[UnknownColumn]) -> list[tuple[str, Issue]]:
    """What is reported about the columns that no table knows, with the table: an error each where pay may
    change, and one note for all the others, but for empty ones of which no header speaks of pay."""
    filled = {id(one): one.filled for one in found}
    stopping = [one for one in found if one.word and filled[id(one)]]
    rest = [one for one in found if bool(one.word) != bool(filled[id(one)])]
    issues = [(one.table, _stopping(one)) for one in stopping[:_MOST]]
    if more := stopping[_MOST:]:
        what = f"{len(more):,} more columns may change pay: {listed((one.header for one in more), 20)}"
        hint = "Map each column that pay depends on; begin the headers of the others with #."
        issues.append((more[0].table, Issue(VALUE, what, more[0].where, None, hint, rule=UNKNOWN_COLUMN)))
    if rest:
        by_table: dict[str, list[str]] = {}
        for one in rest:
            meant = f" (probably {one.meant})" if one.meant else "" if one.header else " (no header)"
            by_table.setdefault(one.table, []).append(f"{one.header or one.where}{meant}")
        said = "; ".join(f"{table}: {listed(names, 20)}" for table, names in by_table.items())
        many = "1 column is" if len(rest) == 1 else f"{len(rest)} columns are"
        hint = "Nobody's pay depends on them. A header that begins with # is a comment."
        said = f"{many} not used: {said}"
        issues.append((rest[0].table, Issue(VALUE, said, rest[0].where, None, hint, "note")))
    return issues


def ignored_issues(columns: Iterable[tuple[Column, str, str, Sequence[Any]]]) -> list[Issue]:
    """A warning for each column that somebody decided to ignore although the table knows it and it is filled;
    a note where nobody's pay depends on it.

    columns: the column, its header, the header's place, and the cells below.
    """
    found = []
    for column, header, where, given in columns:
        if filled := sum(not is_blank(cell) for cell in given):
            what = f"the column {column.name} is ignored, as you decided, and pays nobody"
            what += f": {filled:,} of {len(given):,} cells are filled"
            hint = "Undo the decision (--ignore-column, ignore or Control) if they should count."
            severity = "warning" if changes_pay(column) else "note"
            found.append(Issue(VALUE, what, where, header, hint, severity))
    return found


_FULL_TIME: Final = (
    "base_salary is the full-time salary, which is multiplied by fte: map this column only if the salaries"
    " are full-time; otherwise ignore it. "
)
_FIRST: Final = (
    "Every row counts, whatever this column says: first remove the rows that must not count ({}). Then say"
    ' that it is not used (--ignore-column "{}", or # before the header)'
)
_ELSEWHERE: Final = {
    ("results", "modifier"): "a person's factor is a row of modifiers with the scope individual",
    ("results", "multiplier"): "a person's factor is a row of modifiers with the scope individual",
    ("results", "factor"): "a person's factor is a row of modifiers with the scope individual",
}
"""Where what a column says has its place, by its table and the word in its header."""
_MOST: Final = 50
"""This many columns that stop the payment are each a finding of its own."""
_VALUES: Final = 4
"""This many different values are shown of a column that stops the payment."""


def _stopping(one: UnknownColumn) -> Issue:
    meant = f", and probably means {one.meant}" if one.meant else ""
    filled = f"{one.filled:,} of {len(one.cells):,} cells are filled"
    what = f"no column of {one.table} is called {one.header!r}; it may change pay{meant}. {filled}"
    kept = "Control, or a TOML plan, can store both."
    values = list(dict.fromkeys(str(cell) for cell in one.cells if not is_blank(cell)))
    if not one.header:
        what = f"a column of {one.table} has no header; it may change pay{meant}. {filled}"
        hint = (
            f"Type its header{f', {one.meant}' if one.meant else ''}; or begin it with # if it is not used."
        )
    elif one.word in STATE and not one.meant:
        kept = "Control, or a TOML plan, can store it."
        hint = f"{_FIRST.format(listed(map(repr, values), _VALUES), one.header)}. {kept}"
    else:
        warned = _FULL_TIME if one.meant == "fte" else ""
        place = _ELSEWHERE.get((one.table, str(one.word))) if not one.meant else None
        first = f'Map it (--map "{one.header} = {one.meant or "COLUMN"}"), or say'
        first = f"Move it: {place}. Then say" if place else f"{warned}{first}"
        hint = f'{first} that it is not used (--ignore-column "{one.header}", or # before the header). {kept}'
    return Issue(VALUE, what, one.where, values[0], hint, rule=UNKNOWN_COLUMN)
