"""Columns that were probably sorted without the rest of their rows: figures and IDs in order at once, and
names that are those of other rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from csm_xl.plan.display_names import one_name
from csm_xl.plan.findings import Remarks
from csm_xl.plan.parts import grouped
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables

_FIGURES: Final = {
    "roster": ((), "employee_id", ("base_salary", "target_amount", "ote")),
    "deals": ((), "deal_id", ("amount",)),
    "accounts": (("period",), "account_id", ("start", "end")),
    "results": (("period", "measure", "scope"), "id", ("actual",)),
}
"""Table → what its rows are grouped by, their IDs, and figures that follow no order of the IDs."""
_MOVED: Final = 2
_LEAST: Final = 15
"""If this many different figures are in the order of their IDs, the column was sorted."""


def check_sorted_alone(tables: Tables, out: Remarks) -> None:
    """Collect columns of figures that rise, or fall, from row to row while the IDs of the rows do too.

    Figures with equal steps were numbered on purpose. A table that was sorted by its figures has its IDs
    in no order.
    """
    for name, (by, key, figures) in _FIGURES.items():
        table = tables[name]
        if table.rows < _LEAST:
            continue
        groups = grouped(table, *by).values() if by else [range(table.rows)]
        for rows in groups:
            ids = [table.columns[key][row] for row in rows]
            if len(rows) < _LEAST or not _in_order(ids):
                continue
            for column in figures:
                found = [float(table.columns[column][row]) for row in rows]
                filled = [one for one in found if one == one and one]
                if len(set(filled)) < _LEAST or not _in_order(filled) or _even(filled):
                    continue
                what = f"{column} is in order from the first row to the last, and so is {key}, as if {column}"
                what += " had been sorted without the rest of the rows"
                hint = f"Compare a few rows with their source, and paste {column} again if they differ."
                out.warning(table, rows[0], column, what, hint, rule=UNUSUAL)


def check_names_alone(roster: Table, out: Remarks) -> None:
    """Collect people whose email, or first and last name, spells the name of another row and not their own.

    One such row may be a name that changed; two are columns of which one was moved.
    """
    columns = (roster.columns[name].tolist() for name in ("employee_name", "first_name", "last_name"))
    every = list(zip(*columns, strict=True))
    whole = [one_name("", *each[1:]) if each[0] else "" for each in every]
    if not any(whole) and not any(roster.columns["email"].tolist()):
        return
    names = [one_name(*each) for each in every]
    spelled: dict[str, set[int]] = {}
    for row, name in enumerate(names):
        for way in _spellings(name):
            spelled.setdefault(way, set()).add(row)
    for column, said in (("email", roster.columns["email"].tolist()), ("last_name", whole)):
        found = list(_of_others(names, spelled, said))
        for row, other in found if len(found) >= _MOVED else ():
            who, theirs = (roster.columns["employee_id"][at] for at in (row, other))
            label = "email" if column == "email" else "first and last name"
            what = f"the {label} of {who} is that of {theirs} by the name"
            hint = "Paste the columns again with their rows: statements go by them."
            out.warning(roster, row, column, what, hint, rule=UNUSUAL,
                        kind=f"people have another person's {label}, going by the names")  # fmt: skip


def _of_others(
    names: list[str], spelled: Mapping[str, set[int]], said: list[str]
) -> Iterator[tuple[int, int]]:
    """The rows in which something spells the name of one other row, and not their own; with that row.

    spelled: how names are written → the rows that have such a name.
    """
    for row, text in enumerate(said):
        plain = _plain(str(text or "").partition("@")[0])
        rows = spelled.get(plain) or spelled.get(plain.rstrip("0123456789"), set())
        if names[row] and len(rows) == 1 and row not in rows:
            yield row, min(rows)


def _spellings(name: str) -> set[str]:
    """How a name is written in an address.

    >>> sorted(_spellings("Ana Sample"))
    ['anas', 'anasample', 'asample', 'sampleana']
    """
    first, *_, last = [_plain(word) for word in name.split()] if " " in name else ("", "")
    return {first + last, last + first, first[:1] + last, first + last[:1]} if first and last else set()


def _plain(text: str) -> str:
    """The letters and digits of a text, without their accents."""
    return re.sub(
        r"[\W_]+", "", unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    )


def _in_order(values: list[Any]) -> bool:
    rises = all(one <= after for one, after in pairwise(values))
    return rises or all(one >= after for one, after in pairwise(values))


def _even(values: list[float]) -> bool:
    """Whether the steps are all alike, such as 80,000, 81,000, 82,000."""
    steps = [after - one for one, after in pairwise(values)]
    return max(steps) - min(steps) < 1e-6 * max(map(abs, values))
