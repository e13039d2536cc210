"""Attributes of people in a period: plans, level, location, manager and currency."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.engine.loading import load
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import History
from csm_xl.plan.tables import Tables

COLUMNS: Final = ("plan_id", "level", "location", "manager_id", "currency")


def standing(tables: Tables, period: Any) -> dict[str, list[str]]:
    """Column → one value per person on the roster, blank if not given.

    plan_id: every plan of the person's days in the period, in time, with commas between; blank for people not
    employed then. level, location: on the last of these days. currency: the roster's, else that of the
    first plan.
    """
    read = load(tables, period)
    span = Calendar(read["periods"]).find(period)
    history, roster, plans = History(read), read["roster"].columns, read["plans"].columns
    currencies = dict(zip(plans["plan_id"].tolist(), plans["currency"].tolist(), strict=True))
    first, last = np.maximum(history.hired, span.start), np.minimum(history.left, span.end)
    found: dict[str, list[str]] = {
        name: [str(value) for value in history.as_of(name, last).tolist()] for name in ("level", "location")
    }
    on = [
        history.in_time(person, "plan_id", *days)
        for person, days in enumerate(zip(first.tolist(), last.tolist(), strict=True))
    ]
    employed = (first <= last).tolist()
    found["plan_id"] = [", ".join(each) if here else "" for each, here in zip(on, employed, strict=True)]
    found["manager_id"] = [str(value) for value in roster["manager_id"].tolist()]
    found["currency"] = [
        str(own) or currencies.get(each[0], "")
        for own, each in zip(roster["currency"].tolist(), on, strict=True)
    ]
    return {name: found[name] for name in COLUMNS}
