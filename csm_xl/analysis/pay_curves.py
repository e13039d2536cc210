"""Pay curves: what each plan pays at each attainment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from csm_xl.analysis.parameters import attainment_lever
from csm_xl.analysis.scenario import read
from csm_xl.engine.lines import Lines
from csm_xl.engine.run import run
from csm_xl.errors import NOT_FOUND, CsmError
from csm_xl.plan.paid_in import CURRENCY, Currencies
from csm_xl.plan.tables import RawTable, Tables

HEADER: Final = ("plan_id", "component_id", "attainment", "payout", "ratio", CURRENCY)
GRID: Final = tuple(round(at * 0.05, 2) for at in range(33))
"""Attainments from 0 to 160%, for charts."""


def pay_curves(
    tables: Tables | Iterable[RawTable],
    period: Any,
    grid: Sequence[float] = GRID,
    told: Callable[[str], None] = lambda _: None,
) -> list[list[Any]]:
    """What each plan pays at each attainment, for charts: the same attainment in all measures and goals.

    A header, then for each plan, each component and then ``total``, one row per attainment: the payout of the
    first person who is on the plan for the whole period, in money of their currency and as a ratio of the
    target incentive.
    Errors: nobody is on a plan for the whole period; no component uses attainment; any error of the run.
    """
    given = read(tables, period)
    lever = attainment_lever(given, period)
    first, known = run(given, period), Currencies(given)
    people = _whole(first)
    if not people:
        raise CsmError(NOT_FOUND, "nobody is on a plan for the whole period", "period", str(period),
                       "Choose a period for which somebody is.")  # fmt: skip
    found: dict[tuple[str, str], list[list[Any]]] = {}
    for value in grid:
        told(f"{lever.label}: {value:g}")
        lines = run(lever.moved(value), period)
        sums: dict[str, tuple[float, float]] = {}
        for line in lines.dicts():
            plan = line["plan_id"]
            if people.get(plan) != (line["period"], line["employee_id"]):
                continue
            target = line["target_incentive"] or 0.0
            paid, before = sums.get(plan, (0.0, 0.0))
            sums[plan] = (round(paid + line["amount"], 4), max(before, target))
            row = [
                plan,
                line["component_id"],
                value,
                line["amount"],
                line["amount"] / target if target else None,
                known.of(line["employee_id"], plan),
            ]
            found.setdefault((plan, line["component_id"]), []).append(row)
        for plan, (paid, target) in sums.items():
            row = [
                plan,
                "total",
                value,
                paid,
                paid / target if target else None,
                known.of(people[plan][1], plan),
            ]
            found.setdefault((plan, ""), []).append(row)
    plans = list(dict.fromkeys(plan for plan, _ in found))
    keys = sorted(found, key=lambda key: (plans.index(key[0]), not key[1]))
    return [list(HEADER), *(row for key in keys for row in found[key])]


def _whole(lines: Lines) -> dict[str, tuple[str, str]]:
    """Plan → the last period in which somebody is on it throughout, and the first who is."""
    found: dict[str, tuple[str, str]] = {}
    for line in lines.dicts():
        plan = line["plan_id"]
        throughout = line["eligible_days"] == line["period_days"] and line["target_incentive"]
        if throughout and found.get(plan, ("",))[0] != line["period"]:
            found[plan] = (line["period"], line["employee_id"])
    return found
