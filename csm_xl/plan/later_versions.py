"""Versions of a plan or a component that leave blank what the version before states.

In a row of `changes` a blank cell means unchanged. In a version of a plan it means the default: a cap or a
curve that is not typed again is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from csm_xl.errors import listed
from csm_xl.plan.findings import Remarks, shown_day
from csm_xl.plan.parts import grouped
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED

_VERSIONED: Final = {"plans": ("plan_id",), "components": ("plan_id", "component_id")}
_OF_A_VERSION: Final = frozenset({"valid_from", "valid_to", "plan_name", "component_name"})
_INSTEAD: Final = (
    frozenset({"rate", "tier_id", "fixed_amount", "tier_basis"}), frozenset({"curve_id", "matrix_id"}),
)  # fmt: skip
"""Columns of which a later version may state another one."""


def check_later_versions(tables: Tables, out: Remarks) -> None:
    """Collect versions that lack what the version before of the same plan or component states."""
    for name, key in _VERSIONED.items():
        table = tables[name]
        starts = table.columns["valid_from"].tolist()
        for rows in grouped(table, *key).values():
            for before, after in pairwise(sorted(rows, key=lambda row: int(starts[row]))):
                if name == "components" and table.value(before, "type") != table.value(after, "type"):
                    continue
                if gone := list(_gone(table, before, after)):
                    what = f"the version of {table.columns[key[-1]][after]} from"
                    what += f" {shown_day(int(starts[after]))} on states no {listed(gone, 12)}, which the one"
                    what += f" before does ({table.where(before, gone[0])})"
                    hint = "A blank means the default, not unchanged: type them again, if they still hold."
                    out.warning(table, after, gone[0], what, hint, severity="note", rule=UNUSED)


def _gone(table: Table, before: int, after: int) -> Iterator[str]:
    """The columns that one row states and a later one does not, nor another in their place."""
    for column in table.schema.columns:
        if column.name in _OF_A_VERSION or column.name not in table.columns:
            continue
        none = (None, (), "", column.default)
        if table.value(before, column.name) in none or table.value(after, column.name) not in none:
            continue
        instead = next((names for names in _INSTEAD if column.name in names), frozenset())
        if all(table.value(after, name) in (None, ()) for name in instead if name in table.columns):
            yield column.name
