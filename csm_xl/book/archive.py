"""Tables as they were read, as bytes and back: what an event was calculated from, cell for cell.

A cell keeps its kind, so that a replay reads what the close read: text stays text, a date a date. Archived is
what was read of files, workbooks and queries, with the place of each cell, so that findings name it again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

import numpy as np

from csm_xl.book.hashing import canonical, sha256
from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.plan.company import NAMES, company_of, company_table
from csm_xl.plan.decisions import COMPANY
from csm_xl.plan.raw import Origin, RawTable
from csm_xl.xlsx.values import ErrorCell

INPUT: Final = "input: "
"""What the names of archived tables begin with."""
PAID: Final = "payments of the book"
"""The archived payments that took the place of the table `paid`."""
LINES: Final = "payout lines"
"""The archived payout lines."""
UNNAMED: Final = "outputs name nobody"
"""Archived where outputs leave names out."""
_TAG: Final = "$"
_PLAIN: Final = frozenset({str, bool, int, type(None)})
"""The kinds of cells that JSON keeps as they are."""


def archived(raws: Iterable[RawTable]) -> dict[str, bytes]:
    """Tables by a name each, in order, as bytes. How outputs show the company is not among them, but for what
    says that they name nobody."""
    every = list(raws)
    paid_from = [raw for raw in every if raw.name != COMPANY]
    unnamed = {} if company_of(every)[0].names_on_outputs else {UNNAMED: b"no names on outputs\n"}
    tables = {f"{INPUT}{at} {raw.name or 'table'}": table_bytes(raw) for at, raw in enumerate(paid_from, 1)}
    return {**tables, **unnamed}


def payments_archived(payments: Iterable[Sequence[Any]] | None) -> dict[str, bytes]:
    """The payments that took the place of the table `paid` by their name, as JSON, one a row; nothing where
    that table counted."""
    if payments is None:
        return {}
    return {PAID: ("\n".join(canonical(list(row)) for row in payments) + "\n").encode()}


def restored(attachments: Mapping[str, bytes]) -> list[RawTable]:
    """The tables of `archived`, in their order, with what says that outputs name nobody."""
    tables = [table_of_bytes(data) for name, data in attachments.items() if name.startswith(INPUT)]
    return [*tables, *(company_table({NAMES: False}, {}, UNNAMED) if UNNAMED in attachments else [])]


def inputs_hash(attachments: Mapping[str, bytes]) -> str:
    """One hash for all tables of an event: equal where every cell of every table is."""
    return sha256(
        canonical(
            [[name, sha256(attachments[name])] for name in attachments if name.startswith(INPUT)]
        ).encode()
    )


def table_bytes(raw: RawTable) -> bytes:
    """A table as JSON. Errors: a cell of a kind that no table has."""
    said = {
        "name": raw.name,
        "rows": [
            row if _PLAIN.issuperset(map(type, row)) else [_encoded(cell) for cell in row] for row in raw.rows
        ],
        "origin": {**asdict(raw.origin), "positions": dict(raw.origin.positions),
                   "labels": list(raw.origin.labels), "notes": sorted(raw.origin.notes)},
        "issues": [{**asdict(issue), "got": _encoded(issue.got)} for issue in raw.issues],
        "decimal_commas": raw.decimal_commas,
        "drawn": list(raw.drawn),
    }  # fmt: skip
    return canonical(said).encode()


def table_of_bytes(data: bytes) -> RawTable:
    """The table of `table_bytes`."""
    said = json.loads(data)
    origin = said["origin"] | {"labels": tuple(said["origin"]["labels"]),
                               "notes": frozenset(said["origin"]["notes"])}  # fmt: skip
    return RawTable(
        said["name"], [[_decoded(cell) for cell in row] for row in said["rows"]], Origin(**origin),
        tuple(Issue(**{**issue, "got": _decoded(issue["got"])}) for issue in said["issues"]),
        said["decimal_commas"], tuple(said["drawn"]),
    )  # fmt: skip


def _encoded(cell: Any) -> Any:
    """A cell as JSON: as it is, or tagged with its kind."""
    if type(cell) in _PLAIN:
        return cell
    if type(cell) is float:
        return cell if math.isfinite(cell) else {_TAG: "float", "is": repr(cell)}
    if isinstance(cell, np.generic):
        return _encoded(cell.item())
    if isinstance(cell, (list, tuple)):
        return {_TAG: type(cell).__name__, "is": [_encoded(one) for one in cell]}
    if isinstance(cell, dict):
        return {_TAG: "dict", "is": [[key, _encoded(one)] for key, one in cell.items()]}
    for name, (kind, write, _) in _KINDS.items():
        if type(cell) is kind:
            return {_TAG: name, "is": write(cell)}
    raise CsmError(VALUE, "a cell of this kind cannot be archived", type(cell).__name__, None,
                   "Give a text, a number, a date or TRUE and FALSE.")  # fmt: skip


def _decoded(cell: Any) -> Any:
    if not isinstance(cell, dict):
        return cell
    name, said = cell[_TAG], cell["is"]
    if name == "float":
        return float(said)
    if name in ("list", "tuple"):
        return (list if name == "list" else tuple)(_decoded(one) for one in said)
    if name == "dict":
        return {key: _decoded(one) for key, one in said}
    return _KINDS[name][2](said)


_KINDS: Final[dict[str, tuple[type, Any, Any]]] = {
    "datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "date": (date, date.isoformat, date.fromisoformat),
    "time": (time, time.isoformat, time.fromisoformat),
    "decimal": (Decimal, str, Decimal),
    "error": (ErrorCell, repr, ErrorCell),
}
