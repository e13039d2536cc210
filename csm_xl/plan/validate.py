"""Whether plans hold together: what no single cell shows.

`check_plans` goes through the plan's own tables here, and through people and what they did in
`csm_xl.plan.validate_people`; every finding names its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from csm_xl.errors import Issue, listed
from csm_xl.pay.rounding import exceeds
from csm_xl.plan.decisions import softened
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.findings import A_THIRD, Findings, nearly_one, shown_day, summed
from csm_xl.plan.model import version_ends
from csm_xl.plan.odd_rewards import check_rewards
from csm_xl.plan.parts import grouped, part_faults, tier_bounds
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import goal_measure
from csm_xl.plan.unused_parameters import check_parameters
from csm_xl.plan.validate_awards import check_awards
from csm_xl.plan.validate_composites import check_composites
from csm_xl.plan.validate_credits import check_credits
from csm_xl.plan.validate_cycles import check_cycles
from csm_xl.plan.validate_days import check_days
from csm_xl.plan.validate_eligibility import check_eligibility
from csm_xl.plan.validate_features import check_features, check_wages
from csm_xl.plan.validate_payments import check_payments
from csm_xl.plan.validate_people import check_named_periods, check_people
from csm_xl.plan.validate_periods import check_periods
from csm_xl.plan.validate_pools import check_shared_pools
from csm_xl.plan.validate_references import check_references
from csm_xl.plan.validate_tiers import check_tier_measures

ROUNDING_UNITS: Final = (0.01, 1.0)
_IDS: Final = {
    "plans": ("plan_id",), "components": ("plan_id", "component_id"), "roster": ("employee_id",),
    "curves": ("curve_id",), "tiers": ("tier_id",), "deals": ("deal_id",),
    "accounts": ("period", "account_id"),
}  # fmt: skip
"""Tables whose things people name by hand, and the columns that name them."""
_LEFT_OUT: Final = dict.fromkeys(map(ord, " _.-"))
"""Characters that people type in an ID or leave out."""
_SALESFORCE: Final = 15
"""Characters of the IDs of Salesforce, of which two may differ in case alone."""
_OPTIONS: Final = {
    "curves": ("curve_id", "mode", "below", "above", "cap", "strict"),
    "tiers": ("tier_id", "mode", "tie", "on", "strict"),
    "matrices": ("matrix_id", "mode", "strict"),
}
_YEAR_STARTS: Final = {"quarter": (1, 4, 7, 10), "half": (1, 7), "year": (1,)}


def check_plans(tables: Tables, remarks: bool = True) -> list[Issue]:
    """Everything in which the tables of plans and people contradict themselves or each other.

    tables: as read without errors. remarks: whether the checks are made that find nothing which stops a run.
    Whether a plan is in effect in a period that is asked for is seen when it is paid; here it is seen
    that nobody moves to a plan before it starts, or leaves before that.
    Returns errors, which stop a run, and warnings. What is looked up in a plan's versions, or in periods,
    is judged once these have no error; the rest is said beside it.
    """
    out = Findings()
    _check_terms(tables, out)
    _check_versions(tables["plans"], ("plan_id",), out)
    versions_stand = not out.errors
    _check_versions(tables["components"], ("plan_id", "component_id"), out)
    _check_versions(tables["arrangements"], ("employee_id", "kind"), out, "from", "to")
    _check_weights(tables, out)
    _check_components(tables, out)
    if remarks:
        check_parameters(tables, out)
    _check_alike(tables, out)
    out.issues += part_faults(tables)
    check_tier_measures(tables, out)
    check_payments(tables, out)
    check_credits(tables, out)
    check_features(tables, out)
    check_references(tables, out)
    check_shared_pools(tables, out)
    check_awards(tables, out)
    check_composites(tables, out)
    check_eligibility(tables, out)
    check_cycles(tables, out)
    check_days(tables, out)
    check_wages(tables, out)
    if remarks:
        check_rewards(tables, out)
    _check_options(tables["curves"], out)
    _check_options(tables["tiers"], out)
    _check_options(tables["matrices"], out)
    periods = Findings()
    check_periods(tables, periods)
    out.issues += periods.issues
    check_people(tables, out, versions_stand, not periods.errors, remarks)
    return softened(out.issues, tables.accepted)


def foundation_stands(tables: Tables) -> bool:
    """Whether versions of plans, and periods, have no error: what all else is looked up by."""
    out = Findings()
    _check_terms(tables, out)
    _check_versions(tables["plans"], ("plan_id",), out)
    check_periods(tables, out)
    if not out.errors:
        check_named_periods(tables, out)
    return not out.errors


def _check_terms(tables: Tables, out: Findings) -> None:
    table = tables["plans"]
    with_components = set(tables["components"].columns["plan_id"].tolist())
    for row in range(table.rows):
        plan, kind = table.value(row, "plan_id"), table.value(row, "pay_period")
        floor, cap = table.value(row, "modifier_floor"), table.value(row, "modifier_cap")
        if floor is not None and cap is not None and exceeds(floor, cap):
            out.error(table, row, "modifier_floor", f"the modifier's floor is above its cap of {cap:g}",
                      "Type a floor at or below the cap.")  # fmt: skip
        if table.value(row, "rounding_unit") not in ROUNDING_UNITS:
            out.error(table, row, "rounding_unit", "this is not a rounding unit",
                      "Allowed: 0.01 (cents) or 1 (whole units).")  # fmt: skip
        starts = _YEAR_STARTS.get(kind)
        if starts and int(table.columns["year_start"][row]) not in starts and not tables["periods"].rows:
            out.warning(table, row, "year_start", f"the plan year starts within a calendar {kind}",
                        f"Type {listed(map(str, starts))}, or give a periods table.")  # fmt: skip
        if plan not in with_components and table.value(row, "model") != "base_only":
            out.warning(table, row, "plan_id", f"plan {plan} has no components, so it pays nothing",
                        "Add its components, or make its model base_only.")  # fmt: skip
    for plan, rows in grouped(table, "plan_id").items():
        first = table.columns["pay_period"][rows[0]]
        for row in rows[1:]:
            if table.columns["pay_period"][row] != first:
                place = table.where(rows[0], "pay_period")
                out.error(
                    table,
                    row,
                    "pay_period",
                    f"plan {plan} pays by the {first} in another version ({place})",
                    "Keep one pay period, or name the new plan differently.",
                )


def _check_versions(
    table: Table, key: tuple[str, ...], out: Findings, first: str = "valid_from", last: str = "valid_to"
) -> None:
    """Dated versions must end after they start, and one must end before the next begins."""
    start, typed = table.columns[first], table.columns[last]
    ends = version_ends(table, key, first, last)
    for name, rows in grouped(table, *key).items():
        what = " ".join(name) if isinstance(name, tuple) else name
        for row in rows:
            if typed[row] and typed[row] < start[row]:
                out.error(table, row, last, f"this version of {what} ends before it starts",
                          f"Type a day from {shown_day(int(start[row]))} on.")  # fmt: skip
        for before, after in pairwise(sorted(rows, key=lambda row: int(start[row]))):
            end = ends[before]
            if end is not None and end >= max(start[after], start[before]):
                place = table.where(before, last)
                out.error(
                    table,
                    after,
                    first,
                    f"two versions of {what} overlap: the one before lasts to {shown_day(end)} ({place})",
                    "Start this one a day later than that, or end that one earlier.",
                )


def _check_alike(tables: Tables, out: Findings) -> None:
    """Ids that differ only in upper and lower case, or in hyphens and spaces, are two things here; the first
    are one to a worksheet formula."""
    for name, keys in _IDS.items():
        table = tables[name]
        ids = [table.columns[key].tolist() for key in keys]
        every = dict.fromkeys(zip(*ids, strict=True))
        if len({one[-1].casefold().translate(_LEFT_OUT) for one in every}) == len(every):
            continue
        first: dict[tuple[str, ...], tuple[str, ...]] = {}
        row_of = {one: row for row, one in reversed(list(enumerate(zip(*ids, strict=True))))}
        for one in every:
            known = first.setdefault((*one[:-1], _plain(one[-1])), one)
            if known != one and len(one[-1]) != _SALESFORCE:
                place = table.where(row_of[known], keys[-1])
                way = "case" if one[-1].casefold() == known[-1].casefold() else "hyphens or spaces"
                said = f"{one[-1]} and {known[-1]} ({place}) differ only in {way}, but count as two"
                out.warning(table, row_of[one], keys[-1], said, "Type both alike, or rename one of them.")


def _plain(name: str) -> str:
    """An ID without what people leave out of it; between two digits a hyphen tells numbers apart.

    >>> _plain("ACC-211") == _plain("acc 211"), _plain("1-12") == _plain("11-2")
    (True, False)
    """
    return re.sub(r"(?<=\d)[ _.-]+(?=\d)", "/", name).translate(_LEFT_OUT).casefold()


def _check_weights(tables: Tables, out: Findings) -> None:
    """Weights sum to 1 on each day on which a plan or one of its components changes."""
    plans, table = tables["plans"], tables["components"]
    if "weight" not in table.columns:
        return
    based = {name for name, kind in tables.types.items() if kind.target_based}
    ends, plan_ends = version_ends(table, ("plan_id", "component_id")), version_ends(plans, ("plan_id",))
    starts, weights = table.columns["valid_from"], table.columns["weight"]
    for plan, versions in grouped(plans, "plan_id").items():
        rows = [
            row
            for row in range(table.rows)
            if table.columns["plan_id"][row] == plan and table.columns["type"][row] in based
        ]
        spans = [(int(plans.columns["valid_from"][row]), plan_ends[row] or FOREVER) for row in versions]
        days = {first for first, _ in spans} | {int(starts[row]) for row in rows}
        days |= {end + 1 for end in (ends[row] for row in rows) if end is not None}
        seen: set[tuple[int, ...]] = set()
        for day in sorted(days):
            valid = tuple(row for row in rows if starts[row] <= day <= (ends[row] or FOREVER))
            if not rows or valid in seen or not any(first <= day <= last for first, last in spans):
                continue
            seen.add(valid)
            total = summed(weights[list(valid)])
            if total != 1:
                parts = listed(f"{table.columns['component_id'][row]} {weights[row]:g}" for row in valid)
                out.error(
                    table,
                    valid[0] if valid else rows[0],
                    "weight",
                    f"the weights of plan {plan} sum to {float(total):.9g} from {shown_day(day)} on"
                    f" ({parts or 'no component is valid then'})",
                    "Make the weights of the components that pay from the target sum to 1 on every day."
                    + A_THIRD * nearly_one(total),
                    got=float(total),
                )


def _check_components(tables: Tables, out: Findings) -> None:
    table, tiers_on = tables["components"], tier_bounds(tables["tiers"])
    for row in range(table.rows):
        type_ = str(table.columns["type"][row])
        kind = tables.types.get(type_)
        columns = kind.names if kind else frozenset()
        value = {column: table.value(row, column) for column in columns}
        name = f"component {table.columns['component_id'][row]}"
        floor, cap = value.get("floor"), value.get("cap")
        gate, minimum = value.get("gate_measure"), value.get("gate_minimum")
        if floor is not None and cap is not None and exceeds(floor, cap):
            out.error(table, row, "floor", f"{name}: the floor is above the cap of {cap:g}",
                      "Type a floor at or below the cap.")  # fmt: skip
        if gate and minimum is None:
            out.error(table, row, "gate_minimum", f"{name}: the gate on {gate} has no gate_minimum",
                      "Type what the gate's measure must reach.")  # fmt: skip
        if minimum is not None and not gate:
            out.error(
                table,
                row,
                "gate_measure",
                f"{name}: gate_minimum is {minimum:g}, but there is no gate_measure",
                "Type the gate's measure, or clear gate_minimum.",
            )
        if {"rate", "tier_id"} <= columns:
            _check_rates(table, row, type_, value, tiers_on, out)
        elif "fixed_amount" in columns and value["fixed_amount"] is None:
            out.error(table, row, "fixed_amount", f"{name}: a {type_} pays a fixed amount, but has none",
                      "Fill fixed_amount.")  # fmt: skip
        if value.get("interim_cap") is not None and value.get("cumulative") == "discrete":
            out.warning(table, row, "interim_cap", f"{name}: it is not cumulative, so no interim cap applies",
                        "Clear it, or set cumulative to ytd_sum, ytd_latest or qtd_sum.")  # fmt: skip
        if value.get("take_back") is False and value.get("cumulative") == "discrete":
            out.warning(table, row, "take_back", f"{name}: it is not cumulative, so nothing is taken back",
                        "Clear it, or set cumulative to ytd_sum, ytd_latest or qtd_sum.")  # fmt: skip


def _check_rates(
    table: Table, row: int, type_: str, value: Mapping[str, Any], tiers_on: Mapping[str, str], out: Findings
) -> None:
    name, tiers = f"component {table.columns['component_id'][row]}", value["tier_id"]
    if all(value.get(way) is None for way in ("rate", "tier_id", "fixed_amount")):
        out.error(table, row, "rate", f"{name}: a {type_} needs a rate, tiers or a fixed amount",
                  "Fill rate, tier_id or fixed_amount.")  # fmt: skip
    if value["rate"] is not None and tiers:
        out.error(table, row, "rate", f"{name}: the tiers {tiers} pay, so the rate would not be used",
                  "Clear rate, or clear tier_id.")  # fmt: skip
    if tiers and tiers_on.get(tiers) == "attainment" and not goal_measure(value)[0]:
        out.error(
            table,
            row,
            "measure",
            f"{name}: the tiers {tiers} are multiples of a goal, but there is no measure",
            "Type the measure whose goal counts.",
        )


def _check_options(table: Table, out: Findings) -> None:
    """Options are on the first row: another one further down would be passed over. Rows of one curve are
    together: one among those of another curve probably has the wrong name."""
    key, *options = _OPTIONS[table.schema.name]
    for name, rows in grouped(table, key).items():
        for before, row in pairwise(rows):
            if row != before + 1:
                what = f"rows of {table.columns[key][before + 1]} separate this row from the others of {name}"
                hint = f"Correct {key}, or move the row up to the others."
                out.warning(table, row, key, what, hint, kind=f"rows of {table.schema.name} are apart")
        for row in rows[1:]:
            for option in options:
                said, first = table.value(row, option), table.value(rows[0], option)
                if said not in (first, table.schema.column(option).default):
                    place = table.where(rows[0], option)
                    out.error(table, row, option, f"{name} has another {option} in its first row ({place})",
                              f"Enter {option} in the first row, and clear this cell.")  # fmt: skip
