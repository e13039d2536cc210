"""The index of a folder of statements: who gets which file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from csm_xl.cli.csv_text import csv_text
from csm_xl.cli.outputs import PRIVATE, header_of, replacing

if TYPE_CHECKING:
    from csm_xl.plan.display_names import DisplayNames
    from csm_xl.report.statements import Written

ALWAYS: Final = ("employee_id", "period", "file", "amount")
COLUMNS: Final = ("employee_id", "employee_name", "period", "file", "amount", "people", "message")
"""What an index may say: who gets a file, the period, the file, and the variable pay in it; whose statements
are in a manager's file; and the .eml file with it. A column that nothing is in is left out."""


def is_index(path: Path) -> bool:
    """Whether a file is such an index."""
    header = header_of(path)
    return set(ALWAYS) <= set(header) and header == [name for name in COLUMNS if name in header]


def write_index(
    path: Path, done: Iterable[Written], period: str, names: DisplayNames, by_manager: bool = False
) -> None:
    """Write the index of the files just written and of those of earlier runs; only its owner may read it."""
    rows = {str(row["file"]): row for row in _before(path)}
    if not names.shown_at_all:  # nor is anybody named by what an earlier run wrote
        rows = {file: row | {"employee_name": None} for file, row in rows.items()}
    for one in done:
        rows[one.path.name] = {
            "employee_id": one.employee_id,
            "employee_name": names.of(one.employee_id) or None,
            "period": period,
            "file": one.path.name,
            "amount": one.amount,
            "people": "; ".join(one.people) if by_manager else None,
            "message": one.mail.name if one.mail else None,
        }
    used = [name for name in COLUMNS if name in ALWAYS or any(row.get(name) for row in rows.values())]
    body = [[row.get(name) for name in used] for row in rows.values()]
    with replacing(path, PRIVATE) as temporary:
        temporary.write_text(csv_text([used, *body]), encoding="utf-8", newline="")


def _before(path: Path) -> list[dict[str, Any]]:
    """The rows of the index that is there; none where there is none, or it is somebody else's file."""
    if not path.exists() or not is_index(path):
        return []
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        rows = [row for row in csv.DictReader(file) if None not in row and None not in row.values()]
    return [row | {"amount": _number(row["amount"])} for row in rows]


def _number(cell: str) -> Any:
    try:
        return float(cell)
    except ValueError:
        return cell
