"""Whether what finds the tiers of commissions can find them: what no single cell shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from csm_xl.plan.findings import Findings, shown_day
from csm_xl.plan.parts import grouped, tier_bounds
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import COUNTED, CREDITED, OF_DEAL, PAYMENT, by_booking, tier_source
from csm_xl.plan.unused_parameters import NOT_USED

_TWO_WAYS: Final = "it can be read two ways"


def check_tier_measures(tables: Tables, out: Findings) -> None:
    """Collect commissions whose tier is found by something that cannot find it, or that can be read in two
    ways; and customers who begin on two days."""
    components = tables["components"]
    options = {name: rows[0] for name, rows in grouped(tables["tiers"], "tier_id").items()}
    on = tier_bounds(tables["tiers"])
    for row in range(components.rows):
        kind = tables.types.get(str(components.columns["type"][row]))
        if kind is None or "tier_measure" not in kind.names:
            continue
        value = {column: components.value(row, column) for column in kind.names}
        tiers = str(value["tier_id"] or "")
        if not tiers:
            continue
        mode = str(tables["tiers"].columns["mode"][options[tiers]]) if tiers in options else "whole"
        for column, what, hint in _wrong_amounts(value, mode):
            name = components.columns["component_id"][row]
            out.error(components, row, column, f"component {name}: {what}", hint)
        if value["shared_deals"] and not _per_deal(value, mode):
            out.warning(components, row, "shared_deals", "the tiers give no amount per deal, so shared_deals"
                        " is not used", "Clear it.", kind=NOT_USED)  # fmt: skip
        if tier_source(value) == "paid":
            continue
        if tier_source(value) == "deal":
            _check_bounds(tables, tiers, str(value["tier_measure"]), out)
        for column, what, hint in _wrong(value, mode, on.get(tiers, "amount")):
            name = components.columns["component_id"][row]
            out.error(components, row, column, f"component {name}: {what}", hint)
        _check_results(tables, row, value, out)
    _check_starts(tables, out)


def _per_deal(value: Mapping[str, Any], mode: str) -> bool:
    return value["tier_basis"] == COUNTED or (value["tier_basis"] == "deal" and mode == "fixed")


def _wrong_amounts(value: Mapping[str, Any], mode: str) -> Iterator[tuple[str, str, str]]:
    """What does not go with tiers that give amounts, per deal or for all of them."""
    counted = value["tier_basis"] == COUNTED
    if not (counted or mode == "fixed"):
        return
    said = "tiers count the deals" if counted else "tiers give a fixed amount"
    if tier_source(value) not in ("paid", "deal" if mode != "whole" else ""):
        column = "tier_measure" if value["tier_measure"] else "tier_scope"
        yield column, f"the {said}, so nothing else can find them", f"Clear {column}."
    if value["credit_date"] == PAYMENT and not by_booking(value):
        what = f"the {said}, and customers' payments are not deals"
        yield "ladder_on", what, "Set ladder_on to booking: each payment earns its part of the deal's amount."
    elif value["credit_date"] == PAYMENT and not counted and value["tier_basis"] != "deal":
        what = f"the {said} for all deals together, so no single deal has a part to pay as its customer pays"
        yield "credit_date", what, "Set tier_basis to deal or count, or credit_date to another date."


def _wrong(value: Mapping[str, Any], mode: str, on: str) -> Iterator[tuple[str, str, str]]:
    """Column, what is wrong, and what to do."""
    measure, scope, tiers = value["tier_measure"], value["tier_scope"], value["tier_id"]
    source = tier_source(value)
    if value["cumulative"] != "discrete":
        yield (
            "cumulative",
            f"{_TWO_WAYS}: a tier that another amount reaches later in the year applies from then on, or"
            " changes what was paid before",
            "Clear cumulative. To find the tier by the year to date, give tier_measure as a measure whose"
            " actuals on results are of the year to date.",
        )
    if source != "deal":
        if value["tier_basis"] == "deal":
            by = measure or f"what the {scope} sold"
            yield (
                "tier_basis",
                f"{_TWO_WAYS}: each deal's own amount finds its tier, or {by} does",
                "Set tier_basis to period, or clear tier_measure and tier_scope.",
            )
        return
    if mode != "whole":
        yield (
            "tier_measure",
            f"the tiers {tiers} are {mode}, but the {measure} of a deal finds one rate for the whole deal",
            f"Set mode to whole in the first row of {tiers}.",
        )
    if on == "attainment":
        yield (
            "tier_measure",
            f"the tiers {tiers} are multiples of a goal, but the {measure} of a deal has no goal",
            f"Set on to amount in the first row of {tiers}.",
        )
    if scope != "individual":
        yield (
            "tier_scope",
            f"each deal has its own {measure}, so tier_scope is not used",
            "Clear tier_scope.",
        )


def _check_bounds(tables: Tables, tiers: str, measure: str, out: Findings) -> None:
    """Bounds that are in another unit than the figure of a deal that finds the tier."""
    table = tables["tiers"]
    for row in np.flatnonzero(table.columns["tier_id"] == tiers).tolist():
        bound = float(table.columns["from"][row])
        if measure == "margin" and bound > 1:
            what = f"the tiers {tiers} are found by the margin, and {bound:g} is {bound:,.0%}"
            out.error(table, row, "from", what, f"Type {bound:g}% or {bound / 100:g}.")
        elif measure == "customer_year" and (bound < 1 or bound != int(bound)):
            what = f"the tiers {tiers} are found by the customer's year, but {bound:g} is not such a year"
            out.error(table, row, "from", what, "Type 1 for the first year, 2 for the second, and so on.")


def _check_results(tables: Tables, row: int, value: Mapping[str, Any], out: Findings) -> None:
    """A measure of results that has the name of a figure of deals."""
    measure, results = value["tier_measure"], tables["results"]
    same = results.columns["measure"] == measure
    if measure == CREDITED:
        same &= ~np.isnan(results.columns["actual"])
    elif measure not in OF_DEAL:
        return
    if same.any():
        place = results.where(int(np.flatnonzero(same)[0]), "measure")
        what = f"{_TWO_WAYS}: {measure} comes from the deals, or from results ({place})"
        out.error(tables["components"], row, "tier_measure", what,
                  "Give the measure on results another name, in both places.")  # fmt: skip


def _check_starts(tables: Tables, out: Findings) -> None:
    """A customer begins on one day: the accounts of every period, and deals, say the same."""
    first: dict[str, tuple[int, str]] = {}
    for name in ("accounts", "deals"):
        table = tables[name]
        columns = (table.columns[column].tolist() for column in ("account_id", "customer_start"))
        for row, (account, day) in enumerate(zip(*columns, strict=True)):
            if not account or not day:
                continue
            before, place = first.setdefault(account, (day, table.where(row, "customer_start")))
            if before != day:
                what = f"the customer {account} begins on {shown_day(before)} in another row ({place})"
                out.error(table, row, "customer_start", what, "Keep one of the two days.")
