"""Versions of a plan or a component that leave blank what the version before states, or change it tenfold.

In a row of `changes` a blank cell means unchanged. In a version of a plan it means the default: a cap or a
curve that is not typed again is gone. A rate of 0.006 after one of 0.05 has a zero too many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from csm_xl.errors import listed
from csm_xl.plan.findings import Remarks, shown_day
from csm_xl.plan.parts import grouped
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED

_VERSIONED: Final = {"plans": ("plan_id",), "components": ("plan_id", "component_id")}
_OF_A_VERSION: Final = frozenset({"valid_from", "valid_to", "plan_name", "component_name"})
_INSTEAD: Final = (
    frozenset({"rate", "tier_id", "fixed_amount", "tier_basis"}), frozenset({"curve_id", "matrix_id"}),
)  # fmt: skip
"""Columns of which a later version may state another one."""
_FIGURES: Final = ("target_value", "rate", "fixed_amount", "pool_amount")
_MOST: Final = ("max_amount", "max_payout")
"""What may be raised as far as nobody reaches, and hardly lowered as far."""
_PAID_ON: Final = (
    "type", "target_basis", "currency", "measure", "scope", "deal_kinds", "credit_role", "tier_basis",
    "tier_measure", "cumulative", "season_id", "pay_cycle", "on",
)  # fmt: skip
"""What a version pays on: where it is another, its figures may be too."""
_FAR: Final = 8.0
"""A version changes a figure by half or to the double, and by a factor of ten where a digit is wrong."""


def check_later_versions(tables: Tables, out: Remarks) -> None:
    """Collect versions that lack what the version before of the same plan or component states, and figures
    that are about ten times those of the version before, or a tenth."""
    tiers = grouped(tables["tiers"], "tier_id")
    for name, key in _VERSIONED.items():
        table = tables[name]
        starts = table.columns["valid_from"].tolist()
        for rows in grouped(table, *key).values():
            for before, after in pairwise(sorted(rows, key=lambda row: int(starts[row]))):
                if name == "components" and table.value(before, "type") != table.value(after, "type"):
                    continue
                if all(table.value(before, one) == table.value(after, one) for one in _PAID_ON
                       if one in table.columns):  # fmt: skip
                    _check_figures(table, before, after, out)
                    if name == "components":
                        old, new = (
                            tiers.get(str(table.value(row, "tier_id")), []) for row in (before, after)
                        )
                        _check_tiers(tables["tiers"], old, new, out)
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


def _check_figures(table: Table, before: int, after: int, out: Remarks) -> None:
    for name in (*_FIGURES, *_MOST):
        if name in table.columns:
            far = _times(table, name, before, after)
            if far is not None and (far < 1 or name not in _MOST):
                _say(table, name, before, after, out)


def _check_tiers(table: Table, before: Sequence[int], after: Sequence[int], out: Remarks) -> None:
    """Collect the steps of a tier table that are far from those of the table of the version before."""
    if before == after or len(before) != len(after):
        return
    for old, new in zip(before, after, strict=True):
        for name in ("from", "rate"):
            if _times(table, name, old, new) is not None:
                _say(table, name, old, new, out)


def _times(table: Table, name: str, before: int, after: int) -> float | None:
    """How many times the figure of the version before a later one is, if it is far from it."""
    old, new = (table.value(row, name) for row in (before, after))
    if old is None or new is None or min(float(old), float(new)) <= 0:
        return None
    far = float(new) / float(old)
    return far if far >= _FAR or far <= 1 / _FAR else None


def _say(table: Table, name: str, before: int, after: int, out: Remarks) -> None:
    old, new = (float(table.value(row, name)) for row in (before, after))
    far = f"{new / old:.3g} times" if new > old else f"1/{old / new:.3g} of"
    one = f"the {old:,.10g} of the version before ({table.where(before, name)})"
    what = f"{name} is {new:,.10g}, {far} {one}"
    out.warning(table, after, name, what, "Correct it if a digit is wrong.", rule=UNUSUAL)
