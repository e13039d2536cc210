"""Where people stand in a period: on which plans, in which level and place, under whom, in what currency."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.engine.run import load
from csm_xl.plan.periods import Calendar
from csm_xl.plan.spells import FOREVER
from csm_xl.plan.tables import Tables

COLUMNS: Final = ("plan_id", "level", "location", "manager_id", "currency")
_DATED: Final = ("plan_id", "level", "location")


def standing(tables: Tables, period: Any) -> dict[str, list[str]]:
    """Column → one value for each person of the roster, blank where nothing is stated.

    plan_id: every plan of the person's days in the period, in time, with commas between; blank for who is
    not employed then. level, location: on the last of these days. currency: the roster's, else that of the
    first plan.
    """
    read = load(tables, period)
    span = Calendar(read["periods"]).find(period)
    roster, moves = read["roster"].columns, read["changes"]
    found: dict[str, list[str]] = {name: [] for name in COLUMNS}
    plans = read["plans"].columns
    currencies = dict(zip(plans["plan_id"].tolist(), plans["currency"].tolist(), strict=True))
    dated: dict[str, list[int]] = {}
    for row, who in enumerate(moves.columns["employee_id"].tolist()):
        dated.setdefault(who, []).append(row)
    for at, who in enumerate(roster["employee_id"].tolist()):
        first = max(int(roster["hire_date"][at]), span.start)
        last = min(int(roster["leave_date"][at]) or FOREVER, span.end)
        now = {name: str(roster[name][at]) for name in _DATED}
        on: dict[str, None] = {now["plan_id"]: None}
        rows = sorted(dated.get(who, []), key=lambda row: int(moves.columns["from"][row]))
        for row in rows:
            if (day := int(moves.columns["from"][row])) > last:
                break
            now |= {name: str(moves.columns[name][row]) for name in _DATED if moves.columns[name][row]}
            on = {now["plan_id"]: None} if day <= first else on | {now["plan_id"]: None}
        found["plan_id"].append(", ".join(on) if first <= last else "")
        for name in ("level", "location"):
            found[name].append(now[name])
        found["manager_id"].append(str(roster["manager_id"][at]))
        found["currency"].append(str(roster["currency"][at]) or currencies.get(next(iter(on)), ""))
    return found
