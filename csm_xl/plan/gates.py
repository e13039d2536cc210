"""Gates: the conditions on which a component pays in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from csm_xl.plan.table import Table


@dataclass(slots=True, eq=False, repr=False)
class Gate:
    """One condition of a component: of its own gate columns, or a row of the table gates.

    measure: what is compared: a measure of results, or with ``payout`` an earlier component of the plan.
    scope: whose result counts; None: that of the component. on: ``attainment``, ``actual`` or ``payout``.
    direction: ``higher`` must reach the minimum; with ``lower`` an actual or a payout stays at or under it,
        and an attainment is that of a measure of which lower is better.
    strict: the bound itself does not pass.
    span: the ``period``, or ``ytd``, the plan year to date. otherwise: the highest payout ratio where it
        fails; of a component that pays dollars the share of them that is still paid.
    join: ``all`` must be met; of those with ``any`` one must be.
    table, row: where it is stated.
    """

    measure: str
    scope: str | None
    on: str
    direction: str
    minimum: Any
    strict: bool
    span: str
    otherwise: Any
    join: str
    table: str
    row: int

    @property
    def at_most(self) -> bool:
        """Whether the figure must stay at or under the bound."""
        return self.direction == "lower" and self.on != "attainment"

    def cell(self, name: str) -> tuple[str, int, str]:
        """The cell of its minimum, otherwise and so on."""
        return self.table, self.row, f"gate_{name}" if self.table == "components" else name


def gates_by_component(table: Table) -> dict[tuple[str, str], tuple[Gate, ...]]:
    """(plan, component) → the rows of gates for it, in order; under a blank component those of the plan."""
    found: dict[tuple[str, str], list[Gate]] = {}
    for row in range(table.rows):
        stated = {name: table.value(row, name) for name in table.columns}
        gate = Gate(
            measure=str(stated["measure"]),
            scope=stated["scope"] or None,
            table="gates",
            row=row,
            **{name: stated[name] for name in ("on", "direction", "minimum", "span", "otherwise", "join")},
            strict=bool(stated["strict"]),
        )
        found.setdefault((stated["plan_id"], stated["component_id"] or ""), []).append(gate)
    return {key: tuple(gates) for key, gates in found.items()}


def own_gate(values: Mapping[str, Any], row: int) -> tuple[Gate, ...]:
    """The gate of a component's own columns; none where it has none."""
    if not values.get("gate_measure"):
        return ()
    return (
        Gate(
            measure=str(values["gate_measure"]),
            scope=values.get("gate_scope") or None,
            on=str(values.get("gate_on") or "attainment"),
            direction=str(values.get("gate_direction") or "higher"),
            minimum=values.get("gate_minimum"),
            strict=False,
            span="period",
            otherwise=values.get("gate_otherwise") or 0.0,
            join="all",
            table="components",
            row=row,
        ),
    )
