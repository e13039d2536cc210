"""The index of a folder of documents: who gets which file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from csm_xl.cli.csv_text import csv_text
from csm_xl.cli.outputs import PRIVATE, header_of, replacing
from csm_xl.plan.display_names import EMPLOYEE_NAME, DisplayNames
from csm_xl.plan.paid_in import CURRENCY

_FILE: Final = "file"


@dataclass(frozen=True)
class FolderIndex:
    """An index.csv of one kind of document, a row a file.

    columns: what it may say, in order; employee_id, employee_name and file are among them. A column that
    nothing is in is left out, but for those of `always`. amounts: the columns of money.
    """

    columns: tuple[str, ...]
    always: tuple[str, ...]
    amounts: tuple[str, ...] = ()

    def is_one(self, path: Path) -> bool:
        """Whether a file is such an index."""
        header = header_of(path)
        return set(self.always) <= set(header) and header == [one for one in self.columns if one in header]

    def write(self, path: Path, done: Iterable[Mapping[str, Any]], names: DisplayNames) -> None:
        """Write the index of the files just written and of those of earlier runs; only its owner may read it.

        done: column → value of each file just written, without the name of the person.
        """
        rows = {str(row[_FILE]): row for row in self._before(path)}
        if not names.shown_at_all:  # nor is anybody named by what an earlier run wrote
            rows = {file: row | {EMPLOYEE_NAME: None} for file, row in rows.items()}
        for one in done:
            rows[one[_FILE]] = {**one, EMPLOYEE_NAME: names.of(one["employee_id"]) or None}
        used = [
            one for one in self.columns if one in self.always or any(row.get(one) for row in rows.values())
        ]
        body = [[row.get(one) for one in used] for row in rows.values()]
        with replacing(path, PRIVATE) as temporary:
            temporary.write_text(csv_text([used, *body]), encoding="utf-8", newline="")

    def _before(self, path: Path) -> list[dict[str, Any]]:
        """The rows of the index that is there; none where there is none, or it is somebody else's file."""
        if not path.exists() or not self.is_one(path):
            return []
        with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
            rows = [row for row in csv.DictReader(file) if None not in row and None not in row.values()]
        return [row | {one: _number(row[one]) for one in self.amounts} for row in rows]


def _number(cell: str) -> Any:
    try:
        return float(cell)
    except ValueError:
        return cell


STATEMENTS: Final = FolderIndex(
    ("employee_id", EMPLOYEE_NAME, "period", _FILE, "amount", CURRENCY, "people", "message"),
    ("employee_id", "period", _FILE, "amount"),
    ("amount",),
)
"""Of statements. amount: the variable pay in the file; blank where it is in several currencies. people: whose
statements are in a manager's file. message: the .eml file with it."""
LETTERS: Final = FolderIndex(
    ("employee_id", EMPLOYEE_NAME, "plan_id", "plan_year", "terms_as_of", "fingerprint", _FILE),
    ("employee_id", "plan_id", "plan_year", "terms_as_of", "fingerprint", _FILE),
)
"""Of plan letters."""
