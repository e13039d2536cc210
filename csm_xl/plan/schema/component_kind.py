"""What plans must know of a component type. The engine adds how it pays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from csm_xl.plan.schema.column import Column

PaysOn = Literal["deals", "events", "goals", "results"]
"""The tables whose rows components pay."""


@dataclass(slots=True, eq=False, repr=False)
class ComponentKind:
    """What plans must know of a component type.

    columns: the parameters, as columns of the components table: the loader, the workbook's columns,
        the drop-downs and the reference come from them.
    target_based: whether it pays a share (weight) of the target incentive, or dollars of its own.
    names: of its columns.
    pays_on: the table whose rows it pays, by which these are checked: for ``"results"`` those of its columns
        measure and scope; None where it shares out an amount. One that pays on deals has the columns
        deal_kinds, credit_role and credit_date.
    """

    columns: tuple[Column, ...]
    target_based: bool
    pays_on: PaysOn | None = field(default=None, kw_only=True)
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = frozenset(column.name for column in self.columns)
