"""Whether the inputs of a workbook were edited since its refresh, so that it shows what they paid before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from math import fsum
from pathlib import Path
from typing import Final

from csm_xl.errors import VALUE, CsmError, Issue, counted, listed
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.names import header_name
from csm_xl.plan.tables import Tables
from csm_xl.workbook.operations.advice import refresh_command
from csm_xl.workbook.operations.refresh.state import Rows, State, table_rows
from csm_xl.workbook.sheets.log import LOG
from csm_xl.workbook.sheets.results import PAYOUTS
from csm_xl.xlsx.package import Package

_WRITTEN: Final = {"plan_fingerprint": "the plan", "paid_period": "the period"}
"""Names of cells in which a refresh keeps what it paid from, and what each is of."""
_EXPECTED: Final = re.compile(r"expected_(?:(deals)_\w+|(\w+)_as_refreshed)")
"""The names of the cells with the sums that Checks compares, such as that of the goals."""
EDITED: Final = "inputs were edited since the last refresh"
"""The kind of the finding that the others follow from."""
_NEAR: Final = 0.005
_SHOWN: Final = 8


def edited_inputs(state: State, named: Mapping[str, object], lines: Rows, path: Path) -> list[Issue]:
    """One finding where the inputs were edited since the last refresh; none where they were not.

    named: the named cells as a refresh would write them. lines: a header, and
    then the lines as a refresh would write them.
    """
    differ = [name for name in named if name in state.named and not _alike(state.named[name], named[name])]
    sums = ((one[1] or one[2]).replace("_", " ") for name in differ if (one := _EXPECTED.fullmatch(name)))
    changed = list(dict.fromkeys([*sums, *(what for name, what in _WRITTEN.items() if name in differ)]))
    header, *rows = lines
    who, amount = header.index("employee_id"), header.index("amount")
    each: dict[str, list[float]] = {}
    for row in rows:
        each.setdefault(row[who], []).append(row[amount])
    now = {one: fsum(amounts) for one, amounts in each.items()}
    before = state.paid()
    people = [
        name
        for name in dict.fromkeys([*now, *before])
        if abs(now.get(name, 0.0) - before.get(name, 0.0)) > _NEAR
    ]
    logged = [one for one in state.column(LOG, "amount") if isinstance(one, (int, float))][-1:]
    if not changed and people and logged and abs(logged[0] - fsum(before.values())) <= _NEAR:
        changed = ["other inputs"]  # the payout lines are what was written, so that it was not they
    if not changed:
        return []
    return [_edited(changed, people, state.named.get("last_refresh"), path)]


def _edited(changed: list[str], people: list[str], when: object, path: Path) -> Issue:
    of = f" of {when:%Y-%m-%d %H:%M}" if isinstance(when, datetime) else ""
    what = f"the inputs were edited since the last refresh{of} ({listed(changed)})"
    many = counted(len(people), "person", "people")
    what += f"; the pay of {many} changes: {listed(people, _SHOWN)}" if people else ""
    hint = f"Refresh it: {refresh_command(path)}. Most of the findings below result from this."
    return Issue(VALUE, what, path.name, None, hint, kind=EDITED)


def paid_otherwise(package: Package, tables: Tables, period: str, now: Mapping[str, float]) -> list[Issue]:
    """One warning where people are paid otherwise than the workbook's payout lines say; none where they are
    not, or where these do not speak of the whole period.

    now: person → variable pay of the period.
    """
    region = next((one for one in package.tables() if one.name.casefold() == PAYOUTS.casefold()), None)
    names = [] if region is None else [header_name(header) for header in region.headers]
    if region is None or not {"period", "employee_id", "amount"} <= set(names):
        return []
    at = [names.index(name) for name in ("period", "employee_id", "amount")]
    calendar = Calendar(tables["periods"])
    asked = calendar.find(period)
    before: dict[str, list[float]] = {}
    for row in table_rows(package, region):
        name, who, amount = (row[place] for place in at)
        try:
            inside = calendar.find(str(name))
        except CsmError:
            continue
        if asked.start <= inside.start and inside.end <= asked.end and isinstance(amount, (int, float)):
            before.setdefault(str(who), []).append(amount)
    if not before:
        return []
    people = [who for who, pays in now.items() if abs(pays - fsum(before.get(who, ()))) > _NEAR]
    if not people:
        return []
    many = counted(len(people), "person", "people")
    what = (
        f"{package.path.name} was edited since its last refresh: the pay of {many} differs from what "
        f"its sheet"
    )
    what += f" {region.sheet} shows ({listed(people, _SHOWN)})"
    hint = f"Refresh it, so that both agree: {refresh_command(package.path)}."
    return [Issue(VALUE, what, region.sheet, None, hint, "warning")]


def _alike(one: object, other: object) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= _NEAR
    return str("" if one is None else one) == str("" if other is None else other)
