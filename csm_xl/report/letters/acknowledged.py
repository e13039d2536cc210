"""Who has acknowledged a plan letter: a list of signatures compared with the letters of today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final

from csm_xl.analysis.letter_pay.terms import YearTerms
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue
from csm_xl.plan import cells
from csm_xl.plan.names import header_name
from csm_xl.plan.raw import RawTable
from csm_xl.report.letters.letter import Letters

COLUMNS: Final = ("employee_id", "date", "fingerprint")
"""The columns of the list."""
HEADER: Final = (
    "employee_id",
    "plan_id",
    "fingerprint",
    "status",
    "acknowledged_on",
    "acknowledged_fingerprint",
)
"""The columns of the comparison."""
THIS: Final = "acknowledged"
OLDER: Final = "acknowledged another version"
NOT: Final = "not acknowledged"

Signed = tuple[str, date, str, str]
"""Who, when, which fingerprint, and the place of the row."""


def read_acknowledged(path: Path) -> list[Signed]:
    """The list of who has signed, in its order.

    Errors: a missing column; a blank cell; a date that is none. All at once, each with its place.
    """
    raw = RawTable.of_csv(path)
    header = [header_name(str(cell)) for cell in raw.rows[0]] if raw.rows else []
    lacking = [name for name in COLUMNS if name not in header]
    if lacking:
        raise CsmError(
            NOT_FOUND,
            f"the column {' and '.join(lacking)} is missing",
            raw.origin.place(-1),
            None,
            f"Give the columns {', '.join(COLUMNS)}.",
        )
    found: list[Signed] = []
    issues: list[Issue] = []
    for number, row in enumerate(raw.rows[1:]):
        if not any(str(cell).strip() for cell in row):
            continue
        given: dict[str, Any] = dict(zip(header, row, strict=False))
        blank = [name for name in COLUMNS if not str(given.get(name) or "").strip()]
        issues += [
            Issue(VALUE, f"the {name} is blank", raw.origin.place(number, name), None, "Fill it in.")
            for name in blank
        ]
        if blank:
            continue
        try:
            on = date.fromordinal(cells.day(given["date"]) or 1)
        except cells.BadCell as bad:
            place = raw.origin.place(number, "date")
            issues.append(Issue(VALUE, bad.message, place, given["date"], bad.hint))
            continue
        who, mark = str(given["employee_id"]).strip(), str(given["fingerprint"]).strip().lower()
        found.append((who, on, mark, raw.origin.place(number, "employee_id")))
    if issues:
        raise CsmError.of(issues)
    return found


def acknowledged(
    letters: Letters, terms: Iterable[YearTerms], signed: Iterable[Signed]
) -> tuple[list[list[Any]], list[Issue]]:
    """Who has acknowledged the plan of today, who another version of it, and who none.

    A header, then a row a person who gets a letter; the last signature of the plan of today counts, else the
    last one. And a warning for each signature of somebody who gets none.
    """
    by_person: dict[str, list[Signed]] = {}
    for one in signed:
        by_person.setdefault(one[0], []).append(one)
    rows: list[list[Any]] = [list(HEADER)]
    for terms_ in terms:
        mark = letters.fingerprint(terms_.plan.plan_id)
        mine = sorted(by_person.pop(terms_.employee_id, []), key=lambda one: (one[2] == mark, one[1]))
        last = mine[-1] if mine else None
        status = NOT if last is None else THIS if last[2] == mark else OLDER
        given = (None, None) if last is None else (last[1], last[2])
        rows.append([terms_.employee_id, terms_.plan.plan_id, mark, status, *given])
    unused = [
        Issue(NOT_FOUND, "the person gets no plan letter, so the signature is not used", place, who,
              "Check the employee_id and the plan year.", "warning")
        for some in by_person.values() for who, _, _, place in some
    ]  # fmt: skip
    return rows, unused
