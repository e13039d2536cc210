"""Accounts from one period to the next: those that are gone without having churned, and those that start at
another revenue than they ended with, and those whose owner has left.

An export of the customers of today leaves out those who left: their loss is then in no period's retention.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from csm_xl.errors import CsmError
from csm_xl.pay.measures import MEASURES
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import Stay
from csm_xl.plan.findings import Remarks, shown_day
from csm_xl.plan.idle_rows import asked_measures
from csm_xl.plan.model import PlanBook
from csm_xl.plan.periods import Period
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import looked_at

_MOST: Final = 0.75
"""If a smaller part of the accounts continues like this, the rows are a part of the book, or one cohort."""
_PART: Final = 0.4
"""If at least this part of many accounts starts where it ended, the other rows may have been cut off."""
_MANY: Final = 10
_SEVERAL: Final = 3
"""If this many accounts go back to where they began, it is no coincidence."""
_SAME: Final = 0.01
_OTHER: Final = 0.2
"""By how much a start may differ from the end before: rounding and exchange rates move it by little."""


def check_account_periods(
    tables: Tables, book: PlanBook, where_on: Mapping[str, Sequence[Stay]], out: Remarks
) -> None:
    """Collect accounts that have no row in the next period, start it with another revenue, or are of a
    period after their owner left.

    where_on: each person's days on each plan.
    """
    table = tables["accounts"]
    if asked_measures(tables).isdisjoint(MEASURES):
        return  # nobody is paid by them
    _check_left(tables, book, where_on, out)
    of_period = _by_period(tables)
    spans = sorted(of_period, key=lambda one: (one.kind, one.start))
    for before, after in pairwise(spans):
        if before.kind != after.kind or before.end + 1 != after.start:
            continue
        then, now = of_period[before], of_period[after]
        end, start = table.columns["end"], table.columns["start"]
        _check_back(tables, before.name, after.name, then, now, out)
        living = {name: row for name, row in then.items() if end[row] > 0}
        going_on = {name: row for name, row in living.items() if name in now}
        _check_turned(
            tables, before.name, after.name, [(row, now[name]) for name, row in going_on.items()], out
        )
        if len(going_on) < _MOST * len(living):
            same = sum(abs(start[now[name]] / end[row] - 1) <= _SAME for name, row in going_on.items())
            if (
                len(living) >= _MANY
                and len(going_on) >= _PART * len(living)
                and same >= _MOST * len(going_on)
            ):
                gone = [row for name, row in living.items() if name not in now]
                what = f"{len(gone):,} of {len(living):,} accounts of {before.name} have no row in"
                out.warning(table, gone[0], "account_id", f"{what} {after.name}: were rows cut off?",
                            "Add the rows, with end 0 where the customer left.")  # fmt: skip
            continue
        for name, row in living.items():
            if name not in now:
                what = f"account {name} ended {before.name} with {end[row]:,.10g} but has no row in"
                hint = "Add the row, with end 0 if the customer left. Retention omits the account without it."
                out.warning(table, row, "account_id", f"{what} {after.name}", hint,
                            kind=f"accounts of {before.name} have no row in {after.name}")  # fmt: skip
        apart = {name: abs(start[now[name]] / end[row] - 1) for name, row in going_on.items()}
        if sum(one <= _SAME for one in apart.values()) < _MOST * len(apart):
            continue
        for name, difference in apart.items():
            at = now[name]
            if difference > _OTHER and start[at] > 0:  # one that starts at 0 is reported already
                what = f"account {name} starts {after.name} with {start[at]:,.10g}, but ended {before.name}"
                hint = "Correct one of the two. No period's retention counts the difference."
                out.warning(table, at, "start", f"{what} with {end[going_on[name]]:,.10g}", hint,
                            kind=f"accounts start {after.name} with different revenue than they ended"
                                 f" {before.name} with")  # fmt: skip


def _check_left(tables: Tables, book: PlanBook, where_on: Mapping[str, Sequence[Stay]], out: Remarks) -> None:
    """Accounts of a period after their owner left, where they count for people alone: they pay nobody."""
    scopes = {scope for one in book.every_component() for measure, scope in looked_at(one)
              if measure in MEASURES}  # fmt: skip
    if scopes != {"individual"}:
        return
    table = tables["accounts"]
    owners = table.columns["employee_id"].tolist()
    for period, of_period in _by_period(tables).items():
        for name, row in of_period.items():
            stays = where_on.get(owners[row], ())
            if stays and stays[-1].last < period.start:
                left = f"{owners[row]} left on {shown_day(stays[-1].last)}"
                what = f"account {name} pays nobody in {period.name}: {left}"
                out.warning(table, row, "employee_id", what, "Enter who owns the account on the period's"
                            " last day.", kind="accounts are of people who left before")  # fmt: skip


def _check_back(
    tables: Tables, before: str, after: str, then: Mapping[str, int], now: Mapping[str, int], out: Remarks
) -> None:
    """Accounts that end a period at 0, as customers lost, and go on in the next one: their end was perhaps
    not filled. Where every quarter starts with the revenue of the year's start, a lost one ends at 0 again.

    then, now: for each account its row of the one period, and that of the next.
    """
    table = tables["accounts"]
    start, end = (table.columns[name].tolist() for name in ("start", "end"))
    for name, row in then.items():
        at = now.get(name)
        if at is not None and end[row] == 0 < start[row] and start[at] > 0 and end[at] > 0:
            what = f"account {name} ended {before} at 0, as a customer lost, but starts {after} with"
            out.warning(table, row, "end", f"{what} {start[at]:,.10g}", "Type what it pays at the end; if the"
                        f" customer came back, set new to TRUE in {after} and start to 0.",
                        kind=f"accounts ended {before} at 0, but start {after} with revenue")  # fmt: skip


def _check_turned(
    tables: Tables, before: str, after: str, pairs: Sequence[tuple[int, int]], out: Remarks
) -> None:
    """Starts and ends that are turned: accounts start a period with what they end the next one with.

    pairs: for each account its row of the one period, and that of the next.
    """
    table = tables["accounts"]
    start, end = (table.columns[name].tolist() for name in ("start", "end"))
    moved = [(row, then) for row, then in pairs if start[row] != end[row] or start[then] != end[then]]
    turned = [(row, then) for row, then in moved if start[row] == end[then] != start[then] and start[row] > 0]
    if len(turned) >= _SEVERAL and len(turned) > len(moved) / 2:
        what = f"{len(turned):,} of {len(moved):,} accounts start {before} with what they end {after} with"
        out.warning(table, turned[0][0], "start", f"{what}: are start and end swapped?",
                    "Swap the two headers, if the columns are swapped.")  # fmt: skip


def _by_period(tables: Tables) -> dict[Period, dict[str, int]]:
    """Period → account → its row."""
    columns, calendar = tables["accounts"].columns, Calendar(tables["periods"])
    found: dict[Period, dict[str, int]] = {}
    for row, (name, account) in enumerate(
        zip(*(columns[each].tolist() for each in ("period", "account_id")), strict=True)
    ):
        try:
            found.setdefault(calendar.find(name), {})[account] = row
        except CsmError:
            continue  # reported about the cell
    return found
