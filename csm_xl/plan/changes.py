"""What differs between plans, by name: which plans, components, curves and so on came, went or changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from csm_xl.plan.schema import PLAN_TABLES
from csm_xl.plan.table import Table, Tables, cell_of

_ONE: Final = {
    "plans": "plan",
    "components": "component",
    "curves": "curve",
    "tiers": "tier table",
    "ramps": "ramp",
    "seasons": "season",
    "matrices": "matrix",
    "gates": "gate",
    "ratings": "rating",
    "risk_classes": "risk class",
}
_MORE_KEYS: Final = {"components": ("component_id",), "gates": ("component_id", "measure")}
"""Columns that name a thing of a table beside the first one."""


@dataclass(frozen=True)
class Change:
    """One thing that differs. how: ``added``, ``changed`` or ``removed``. where: the columns that changed."""

    how: str
    kind: str
    name: str
    where: tuple[str, ...] = ()

    def __str__(self) -> str:
        columns = f" ({', '.join(self.where)})" if self.where else ""
        return f"{self.how} {self.kind} {self.name}{columns}"


def changes(before: Tables, after: Tables) -> list[Change]:
    """Everything that differs, in the order of the tables; a thing moved to another place is the same."""
    return [change for name in PLAN_TABLES for change in _of_table(before[name], after[name])]


def _of_table(before: Table, after: Table) -> Iterator[Change]:
    kind, old, new = _ONE[after.schema.name], _things(before), _things(after)
    for name in dict.fromkeys([*old, *new]):
        if name not in old:
            yield Change("added", kind, name)
        elif name not in new:
            yield Change("removed", kind, name)
        elif old[name] != new[name]:
            headers = dict.fromkeys(header for row in (*old[name], *new[name]) for header in row)
            differ = (
                header
                for header in headers
                if [row.get(header) for row in old[name]] != [row.get(header) for row in new[name]]
            )
            yield Change("changed", kind, name, tuple(differ))  # fmt: skip


def _things(table: Table) -> dict[str, list[dict[str, Any]]]:
    """Each thing of a table by name: its rows, without their blanks, the owner's notes too."""
    keys = [table.schema.columns[0].name, *_MORE_KEYS.get(table.schema.name, ())]
    found: dict[str, list[dict[str, Any]]] = {}
    for row, said in enumerate(said_rows(table)):
        name = "/".join(str(table.columns[key][row]) for key in keys)
        found.setdefault(name, []).append(said)
    return found


def said_rows(table: Table) -> list[dict[str, Any]]:
    """What each row says, by header, its notes too, without the blanks."""
    found = []
    for row in range(table.rows):
        said = {one.name: cell_of(one, table.value(row, one.name)) for one in table.schema.columns}
        said |= {header: cells[row] for header, cells in table.extra.items()}
        found.append({header: cell for header, cell in said.items() if cell is not None})
    return found
