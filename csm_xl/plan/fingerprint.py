"""What shows two plans apart: a digest of all that their tables say."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from csm_xl.plan.model import version_ends
from csm_xl.plan.parts import PARTS
from csm_xl.plan.schema import PLAN_TABLES
from csm_xl.plan.table import Table, Tables, cell_of

SHOWN: Final = 16
"""How many digits of a fingerprint people are shown."""


def fingerprint(tables: Tables) -> str:
    """SHA-256, in hexadecimal, of what the plan's tables say; comments do not count.

    A blank and a default say nothing, so that the fingerprint of a plan stays when tables get new columns;
    and a version that ends because the next one begins has no end of its own to say.
    """
    import hashlib
    import json

    said = {name: _stated(tables[name]) for name in PLAN_TABLES if tables[name].rows}
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def _stated(table: Table) -> list[dict[str, Any]]:
    """The rows of a table without what a blank would say."""
    columns = [column for column in table.schema.columns if column.name != "valid_to"]
    rows = [
        {column.name: cell for column in columns
         if (cell := cell_of(column, table.value(row, column.name))) not in (None, column.default)
         and not (column.kind == "flag" and cell is False and not column.default)}
        for row in range(table.rows)
    ]  # fmt: skip
    if "valid_to" in table.columns:
        key = tuple(name for name in table.schema.key if name != "valid_from")
        for row, end in zip(rows, version_ends(table, key), strict=True):
            if end:
                row["valid_to"] = date.fromordinal(end)
    return rows


def plan_fingerprint(tables: Tables, plan_id: str) -> str:
    """The digest of one plan: of its versions, components and gates, and of the curves and other parts that
    they name. Another plan, or a part that only others use, does not change it.
    """
    found = Tables(tables.types, tables)
    for name in ("plans", "components", "gates"):
        of = tables[name].columns["plan_id"].tolist()
        found[name] = tables[name].take([row for row, one in enumerate(of) if one == plan_id])
    for name, (key, _) in PARTS.items():
        used = set(found["components"].columns[key].tolist())
        names = tables[name].columns[key].tolist()
        found[name] = tables[name].take([row for row, one in enumerate(names) if one in used])
    return fingerprint(found)
