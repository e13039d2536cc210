"""Whether pay cycles of components, and a plan's own shares of the year, fit the plan and its calendar."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

from csm_xl.errors import CsmError, listed
from csm_xl.plan.calendar import table_periods
from csm_xl.plan.findings import Findings
from csm_xl.plan.parts import grouped
from csm_xl.plan.period_shares import plan_shares, share_typed, shares_listed
from csm_xl.plan.periods import SHARES, UNEVEN
from csm_xl.plan.spans import A_QUARTER, QUARTER_TO_DATE
from csm_xl.plan.tables import Tables

_SLACK: Final = Fraction(1, 1000)
"""Shares such as 0.333 are thirds."""


def check_cycles(tables: Tables, out: Findings) -> None:
    """Collect the findings about components that pay by another kind of period than their plan, and about
    period_shares."""
    _check_needed(tables, out)
    _check_versions(tables, out)
    _check_products(tables, out)
    _check_shares(tables, out)
    _check_shares_stay(tables, out)
    _check_quarters(tables, out)


def _kinds(tables: Tables) -> set[str] | None:
    """The kinds of period that the periods table lists; None where it has an error, which is reported."""
    try:
        return {period.kind for period in table_periods(tables["periods"])}
    except CsmError:
        return None


def _check_needed(tables: Tables, out: Findings) -> None:
    """A cycle of weeks needs a table of them, and every cycle needs its periods where there is a table."""
    table, there = tables["components"], _kinds(tables)
    for row, kind in enumerate(table.columns["pay_cycle"].tolist()):
        needed = kind in UNEVEN or (kind and tables["periods"].rows)
        if there is not None and needed and kind not in there:
            lacks = f"lists no {kind}" if tables["periods"].rows else "is not given"
            name = table.columns["component_id"][row]
            what = f"component {name} pays by the {kind}, and the periods table {lacks}"
            out.error(table, row, "pay_cycle", what, f"List every {kind} on periods.")


def _check_versions(tables: Tables, out: Findings) -> None:
    """One component pays by one kind of period: in two cycles it would pay the same days twice."""
    table, plans = tables["components"], tables["plans"].columns
    own = dict(zip(plans["plan_id"].tolist(), plans["pay_period"].tolist(), strict=True))
    cycles = table.columns["pay_cycle"]
    for (plan, name), rows in grouped(table, "plan_id", "component_id").items():
        first = cycles[rows[0]] or own.get(plan)
        for row in rows[1:]:
            if (cycles[row] or own.get(plan)) != first:
                place = table.where(rows[0], "pay_cycle")
                what = f"component {name} pays by the {first} in another version ({place})"
                hint = "Keep one pay cycle, or name the new component differently and end the other."
                out.error(table, row, "pay_cycle", what, hint)
    _check_twice(tables, own, out)


def _check_twice(tables: Tables, own: dict[str, str], out: Findings) -> None:
    """The same component under two names, with one cycle, would pay the same result twice."""
    table = tables["components"]
    names = [column.name for column in table.schema.columns]
    free = {"component_id", "component_name", "weight"}
    seen: dict[tuple[object, ...], int] = {}
    with_cycle = {
        plan for plan, kind in zip(table.columns["plan_id"], table.columns["pay_cycle"], strict=True) if kind
    }
    for row in range(table.rows if "measure" in names else 0):
        if table.columns["plan_id"][row] not in with_cycle or not table.columns["measure"][row]:
            continue
        value = {name: table.value(row, name) for name in names if name not in free}
        value["pay_cycle"] = value["pay_cycle"] or own.get(str(value["plan_id"]))
        before = seen.setdefault(tuple(map(str, value.values())), row)
        if before != row:
            one, other = (table.columns["component_id"][at] for at in (row, before))
            place = table.where(before, "component_id")
            what = f"components {one} and {other} ({place}) both pay by the {value['pay_cycle']} on"
            what += f" {value['measure']}, in the same way"
            hint = "Give one of them another pay_cycle, or make them one component with both weights."
            out.error(table, row, "pay_cycle", what, hint)


def _check_products(tables: Tables, out: Findings) -> None:
    """Ratios that multiply are known together, so that they are paid together."""
    table, plans = tables["components"], tables["plans"]
    based = {name for name, kind in tables.types.items() if kind.target_based}
    columns = plans.columns
    for plan, combination, own in zip(
        *(columns[name].tolist() for name in ("plan_id", "combination", "pay_period")), strict=True
    ):
        for row in range(table.rows) if combination == "multiplicative" else ():
            kind = table.columns["pay_cycle"][row] or own
            mine = table.columns["plan_id"][row] == plan and table.columns["type"][row] in based
            if mine and kind != own:
                name = table.columns["component_id"][row]
                what = f"component {name} pays by the {kind}, and the ratios of plan {plan}, which pays by"
                what += f" the {own}, are multiplied"
                hint = "Clear pay_cycle, or make the plan's combination additive."
                out.error(table, row, "pay_cycle", what, hint)


def _check_shares(tables: Tables, out: Findings) -> None:
    """A plan's shares are numbers that sum to 1, one for each pay period of its year."""
    table = tables["plans"]
    for row in range(table.rows):
        typed = table.value(row, "period_shares")
        if not typed:
            continue
        wrong = [one for one in shares_listed(typed) if (share := share_typed(one)) is None or share <= 0]
        shares = plan_shares(typed)
        if wrong or shares is None:
            out.error(table, row, "period_shares", f"{listed(wrong)} is not a share above 0",
                      "Type shares such as 20%, 20%, 20%, 40%.")  # fmt: skip
            continue
        total, kind = sum(shares, Fraction(0)), table.columns["pay_period"][row]
        if abs(total - 1) > _SLACK:
            out.error(table, row, "period_shares", f"the shares of the year sum to {float(total):.9g}",
                      "Make them sum to 1.")  # fmt: skip
        for year, count in _counts(tables, kind):
            if count != len(shares):
                what = f"there are {len(shares)} shares, and {year} has {count} {kind}s"
                hint = f"Type a share for each {kind} of the plan year, in order."
                out.error(table, row, "period_shares", what, hint)
                break


def _check_shares_stay(tables: Tables, out: Findings) -> None:
    """Shares that change inside a plan year do not sum to 1 over it, though those of each version do."""
    table = tables["plans"]
    for plan, rows in grouped(table, "plan_id").items():
        for before, row in pairwise(sorted(rows, key=lambda row: int(table.columns["valid_from"][row]))):
            begins = int(table.columns["valid_from"][row])
            start = date.fromordinal(begins) if begins else None
            month = int(table.columns["year_start"][row])
            first = start is not None and (start.month, start.day) == (month, 1)
            if table.value(row, "period_shares") != table.value(before, "period_shares") and not first:
                what = (
                    f"the shares of the year of plan {plan} change inside a plan year, so that a year's pay"
                )
                out.error(table, row, "period_shares", f"{what} is not the whole target",
                          "Start the version with the plan year, or keep the shares.")  # fmt: skip


def _counts(tables: Tables, kind: str) -> list[tuple[str, int]]:
    """How many periods of a kind a year has; each year of a table."""
    if not tables["periods"].rows:
        return [("a year", round(1 / SHARES[kind]))] if kind in SHARES else []
    try:
        every = Counter(one.in_year for one in table_periods(tables["periods"]) if one.kind == kind)
    except CsmError:
        return []
    return [(str(year), count) for year, count in every.items()]


def _check_quarters(tables: Tables, out: Findings) -> None:
    """A quarter to date adds up the months or half months of a plan year that has all of them."""
    table, plans = tables["components"], tables["plans"].columns
    own = dict(zip(plans["plan_id"].tolist(), plans["pay_period"].tolist(), strict=True))
    try:
        counted = Counter((period.kind, period.year) for period in table_periods(tables["periods"]))
    except CsmError:
        return  # reported about the periods table
    for row in range(table.rows if "cumulative" in table.columns else 0):
        if table.columns["cumulative"][row] != QUARTER_TO_DATE:
            continue
        name, kind = table.columns["component_id"][row], table.columns["pay_cycle"][row]
        kind = kind or own.get(table.columns["plan_id"][row], "")
        if kind not in A_QUARTER:
            what = f"component {name} is paid by the {kind}, but a quarter to date adds up months"
            out.error(table, row, "cumulative", what, "Set cumulative to ytd_sum or discrete.")
            continue
        for (other, year), count in counted.items():
            if other == kind and count % (4 * A_QUARTER[kind]):
                what = f"component {name} adds up quarters, and periods has {count} {kind}s of {year}"
                hint = f"List all {4 * A_QUARTER[kind]} {kind}s of the year on periods."
                out.error(table, row, "cumulative", what, hint)
