"""Parameters of plans and components that are filled, and that nothing reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from csm_xl.plan.findings import Remarks
from csm_xl.plan.parts import tier_bounds
from csm_xl.plan.schema import Column
from csm_xl.plan.schema.plans import COMPONENT_COLUMNS
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import tier_source

_CLEAR: Final = "Clear it, or fill in what it needs."
NOT_USED: Final = "parameters are filled in but not used"
"""How findings about such parameters are counted together."""


def check_parameters(tables: Tables, out: Remarks) -> None:
    """Collect the parameters that are not used beside what else their row says."""
    plans, components = tables["plans"], tables["components"]
    for row in range(plans.rows):
        _check_row(plans, row, plans.schema.columns, f"plan {plans.columns['plan_id'][row]}", out)
    on = tier_bounds(tables["tiers"])
    for row in range(components.rows):
        name = f"component {components.columns['component_id'][row]}"
        kind = tables.types.get(str(components.columns["type"][row]))
        if kind is None:
            continue
        _check_row(components, row, (*COMPONENT_COLUMNS, *kind.columns), name, out)
        value = {column: components.value(row, column) for column in kind.names}
        if {"tier_id", "tier_basis", "measure"} <= kind.names:
            _check_commission(components, row, name, value, on, out)
        if {"fixed_amount", "max_amount"} <= kind.names:
            _check_most(components, row, name, value, out)


def _check_row(table: Table, row: int, columns: Iterable[Column], name: str, out: Remarks) -> None:
    for column in columns:
        if column.only_with is None:
            continue
        beside, wanted = column.only_with
        value, other = table.value(row, column.name), table.value(row, beside)
        if value in (None, "", (), column.default) or (
            other == wanted if wanted else other not in (None, "")
        ):
            continue
        needs = f"{beside} is not {wanted}" if wanted else f"there is no {beside}"
        what = f"{name}: {needs}, so {column.name} is not used"
        out.warning(table, row, column.name, what, _CLEAR, kind=NOT_USED)


def _check_commission(
    table: Table, row: int, name: str, value: Mapping[str, Any], on: Mapping[str, str], out: Remarks
) -> None:
    """The measure is whose goal tiers are multiples of; a rate earns the same whatever was sold before."""
    tiers = str(value["tier_id"] or "")
    source = tier_source(value)
    if value["measure"] and (on.get(tiers, "amount") != "attainment" or source in ("deal", "results")):
        what = f"{name}: it has no tiers on attainment, so measure is not used"
        if source == "results" and on.get(tiers) == "attainment":
            what = f"{name}: the goal is that of tier_measure, so measure is not used"
        out.warning(table, row, "measure", what, _CLEAR, kind=NOT_USED)
    if value.get("cumulative") not in (None, "discrete") and not tiers:
        what = f"{name}: a rate earns the same in every period, so cumulative is not used"
        out.warning(table, row, "cumulative", what, _CLEAR, kind=NOT_USED)


def _check_most(table: Table, row: int, name: str, value: Mapping[str, Any], out: Remarks) -> None:
    """The most of a period that is less than what a single deal or event pays."""
    each, most = value["fixed_amount"], value["max_amount"]
    if each is not None and most is not None and 0 < most < each:
        what = f"{name}: max_amount {most:,.10g} is less than fixed_amount {each:,.10g}, which is never paid"
        out.warning(table, row, "max_amount", what, "Correct one of the two amounts.")
