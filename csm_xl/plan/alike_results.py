"""Results of a period that were perhaps copied: those of the period before, or the goals; or all 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from math import isnan
from typing import Final

import numpy as np

from csm_xl.errors import CsmError
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.findings import Remarks, shown_day
from csm_xl.plan.model import PlanBook
from csm_xl.plan.outliers import THE_OTHERS, medians_of_others, times, unlike_the_rest
from csm_xl.plan.parts import grouped
from csm_xl.plan.periods import Period
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables

_LEAST: Final = 5
"""If this many different figures repeat, it is no coincidence."""
_FEW: Final = 3
_MANY: Final = 20
_MOST_LOST: Final = 0.3
"""Among this many accounts, a smaller part is lost in a period."""
_CHANCE: Final = 0.02
"""What is less likely than this, of all owners, is hardly chance."""
_SEVERAL: Final = 8
_MANY_SCORES: Final = 11
"""Among ten others, a score that is an eighth of theirs is unusual."""
_NEXT_TO_NOTHING: Final = 0.1
_MOST: Final = 0.5
_NEXT_START: Final = 0.01
"""Of several accounts, most start a period with what they ended the one before with, but for a percent."""
_NONE_NEEDED: Final = "None needed if they are right; otherwise paste those of the period."


def check_alike_results(tables: Tables, book: PlanBook, out: Remarks) -> None:
    """Collect results and accounts of a period that are those of the period before or of their goals, and
    measures that are 0 for everybody where they were not before."""
    results, calendar = tables["results"], Calendar(tables["periods"])
    actuals, goals = (results.columns[name].tolist() for name in ("actual", "goal"))
    ids, periods = results.columns["id"].tolist(), results.columns["period"].tolist()
    lower = {
        str(one.values["measure"]) for one in book.every_component()
        if one.values.get("measure") and one.values.get("direction") == "lower"
    } | {gate.measure for one in book.every_component() for gate in one.gates}  # fmt: skip
    for (measure, scope), rows in grouped(results, "measure", "scope").items():
        of_period = _by_period(periods, rows, calendar)
        for period, own in of_period.items():
            if _all_at_goal(own, actuals, goals):
                what = (
                    f"all {len(own)} actuals of {measure} ({scope}) in {period.name} are exactly their goals"
                )
                out.warning(results, own[0], "actual", what, _NONE_NEEDED, severity="note")
        for before, after in _following(of_period):
            then, now = ({ids[row]: row for row in of_period[each]} for each in (before, after))
            if _same(then, now, actuals):
                what = (
                    f"the actuals of {measure} ({scope}) in {after.name} are exactly those of {before.name}"
                )
                out.warning(results, of_period[after][0], "actual", what, _NONE_NEEDED, severity="note")
            fell = [row for name, row in now.items() if name in then and actuals[then[name]] > 0]
            if len(fell) >= _FEW and measure not in lower and not any(actuals[row] for row in now.values()):
                what = f"{measure} ({scope}) is 0 for everybody in {after.name}, and above 0 in {before.name}"
                hint = "Leave the actual blank if it is not measured yet. None needed if it is 0."
                out.warning(results, fell[0], "actual", what, hint, rule=UNUSUAL)
    _check_teams(tables, calendar, out)
    _check_scores(tables, calendar, out)
    _check_accounts(tables, calendar, out)


def _check_teams(tables: Tables, calendar: Calendar, out: Remarks) -> None:
    """Actuals of teams, or of the company, that are all those of the period before, where a measure has too
    few of them to tell."""
    results = tables["results"]
    names, actuals = results.columns["period"].tolist(), results.columns["actual"].tolist()
    subjects = list(zip(*(results.columns[name].tolist() for name in ("id", "measure")), strict=True))
    for scope, rows in grouped(results, "scope").items():
        of_period = _by_period(names, rows, calendar) if scope != "individual" else {}
        for before, after in _following(of_period):
            then, now = ({subjects[row]: actuals[row] for row in of_period[each] if not isnan(actuals[row])}
                         for each in (before, after))  # fmt: skip
            different = set(now.values())
            alike = all(then.get(one) == actual for one, actual in now.items())
            if alike and len(now) > _FEW and _FEW <= len(different) < _LEAST:
                what = f"all {len(now)} actuals of the scope {scope} in {after.name} are exactly those of"
                out.warning(results, of_period[after][0], "actual", f"{what} {before.name}", _NONE_NEEDED,
                            severity="note")  # fmt: skip


def _check_scores(tables: Tables, calendar: Calendar, out: Remarks) -> None:
    """Scores of goals that are all those of the period before: the rows were perhaps copied, to be scored.
    Scores that are all next to nothing: a look-up gives 0 where a score is blank, or the scale is another.
    One that the others do not let expect, such as 0.09 for 0.9."""
    goals = tables["goals"]
    scores = goals.columns["score"].tolist()
    keys = list(zip(*(goals.columns[name].tolist() for name in ("employee_id", "goal")), strict=True))
    of_period = _by_period(goals.columns["period"].tolist(), range(goals.rows), calendar)
    for period, rows in of_period.items():
        low = [keys[row] for row in rows if scores[row] <= _NEXT_TO_NOTHING]
        several = len(low) >= _SEVERAL and all(len(set(of)) >= _FEW - 1 for of in zip(*low, strict=True))
        if len(low) == len(rows) and several:
            what = f"the scores of all {len(rows)} goals in {period.name} are {_NEXT_TO_NOTHING:.0%} or less"
            hint = "Leave a score blank if it is not known yet; 1 is fully achieved. None needed if they are."
            out.warning(goals, rows[0], "score", what, hint, rule=UNUSUAL)
        known = [row for row in rows if scores[row] > 0]
        values = np.array([scores[row] for row in known])
        for at in np.flatnonzero(unlike_the_rest(values)).tolist() if len(known) >= _MANY_SCORES else ():
            usual = float(medians_of_others(values)[at])
            what = f"the score {values[at]:.10g} is {times(values[at], usual, THE_OTHERS)}"
            hint = "Correct it if a digit is missing or extra; 1 is fully achieved."
            out.warning(goals, known[at], "score", what, hint, rule=UNUSUAL)
    for before, after in _following(of_period):
        then, now = ({keys[row]: scores[row] for row in of_period[each]} for each in (before, after))
        same = {one: score for one, score in now.items() if then.get(one) == score}
        if len(same) == len(now) >= _SEVERAL and len(set(same.values())) >= _FEW:
            what = f"the scores of all {len(now)} goals in {after.name} are exactly those of {before.name}"
            out.warning(goals, of_period[after][0], "score", what, _NONE_NEEDED, severity="note")


def _check_accounts(tables: Tables, calendar: Calendar, out: Remarks) -> None:
    """Accounts that moved in a period do not start the next one where they started that; of many some change,
    and few are lost; and none pays before it is a customer."""
    accounts = tables["accounts"]
    of_period = _by_period(accounts.columns["period"].tolist(), range(accounts.rows), calendar)
    names, start, end = (accounts.columns[name].tolist() for name in ("account_id", "start", "end"))
    for period, rows in of_period.items():
        had = [row for row in rows if start[row] > 0]
        if len(had) >= _MANY and all(start[row] == end[row] for row in had):
            what = f"all {len(had)} accounts of {period.name} end exactly as they start"
            out.warning(accounts, had[0], "end", what, _NONE_NEEDED, severity="note")
        lost = [row for row in had if end[row] == 0]
        some = len(had) >= _MANY and len(lost) > _MOST_LOST * len(had)
        if some or len(lost) == len(had) >= _FEW:
            what = f"{len(lost)} of {len(had)} accounts of {period.name} end at 0, as customers lost"
            hint = "None needed if they are; otherwise type what they pay at the end."
            out.warning(accounts, lost[0], "end", what, hint, rule=UNUSUAL)
        else:
            _check_all_lost(accounts, period.name, had, out)
        begun = accounts.columns["customer_start"]
        for row in had:
            if begun[row] > period.end:
                what = f"{names[row]} pays at the start of {period.name}, and is a customer from"
                out.warning(accounts, row, "customer_start", f"{what} {shown_day(int(begun[row]))} on",
                            "Correct the date.", kind="accounts pay before they are customers")  # fmt: skip
    for before, after in _following(of_period):
        then, now = ({names[row]: row for row in of_period[each]} for each in (before, after))
        moved = [name for name, row in then.items() if name in now and start[row] != end[row]]
        if _same(then, now, start) and _same(then, now, end) and len(moved) >= _FEW:
            what = f"the accounts of {after.name} start and end exactly as in {before.name}, though"
            what += f" {len(moved)} of them had a different revenue at the end of {before.name}"
            out.warning(accounts, of_period[after][0], "start", what, _NONE_NEEDED, severity="note")
            continue
        both = [name for name in now if name in then and end[then[name]] > 0 < start[now[name]]]
        # Where every quarter starts with the revenue of the year's start, the starts are alike.
        apart = [name for name in both if abs(start[now[name]] / end[then[name]] - 1) > _NEXT_START
                 and start[now[name]] != start[then[name]]]  # fmt: skip
        swapped = len(apart) >= _LEAST and all(end[now[name]] == end[then[name]] for name in apart)
        if swapped or (len(both) >= _SEVERAL and len(apart) > _MOST * len(both)):
            what = f"{len(apart)} of {len(both)} accounts do not start {after.name} with the revenue at the"
            what += f" end of {before.name}"
            what += ", but end it with that: are start and end swapped?" if swapped else ""
            hint = "Correct start and end, unless the revenue was restated between the periods."
            out.warning(accounts, now[apart[0]], "start", what, hint, severity="note")


def _check_all_lost(accounts: Table, period: str, had: Sequence[int], out: Remarks) -> None:
    """Several accounts of one owner that all end at 0, where so few of those of others do that it is hardly
    chance.

    had: the rows of the period whose accounts start with revenue.
    """
    ends, owners = (accounts.columns[name].tolist() for name in ("end", "employee_id"))
    of_owner: dict[str, list[int]] = {}
    for row in had:
        of_owner.setdefault(owners[row], []).append(row)
    every = sum(ends[row] == 0 for row in had)
    for who, rows in of_owner.items():
        others, lost = len(had) - len(rows), every - len(rows)  # where all of this owner's are lost
        by_chance = len(of_owner) * ((lost + 1) / (others + 1)) ** len(rows)
        alone = min(len(rows), others) >= _FEW and by_chance <= _CHANCE
        if who and alone and not any(ends[row] for row in rows):
            what = f"all {len(rows)} accounts of {who} in {period} end at 0, as customers lost, and"
            what += f" {lost or 'none'} of the {others} of others do"
            hint = "None needed if they are; otherwise type what they pay at the end."
            out.warning(accounts, rows[0], "end", what, hint, rule=UNUSUAL)


def _by_period(names: Sequence[str], rows: Sequence[int], calendar: Calendar) -> dict[Period, list[int]]:
    of_name: dict[str, list[int]] = {}
    for row in rows:
        of_name.setdefault(names[row], []).append(row)
    found: dict[Period, list[int]] = {}
    for name, own in of_name.items():
        with suppress(CsmError):  # reported about the cell
            period = calendar.find(name)
            found[period] = sorted(found[period] + own) if period in found else own
    return found


def _following(of_period: Mapping[Period, list[int]]) -> list[tuple[Period, Period]]:
    """Each two periods of one kind that follow one another."""
    in_order = sorted(of_period, key=lambda one: (one.kind, one.start))
    return [(one, after) for one, after in pairwise(in_order)
            if one.kind == after.kind and one.end + 1 == after.start]  # fmt: skip


def _same(then: Mapping[str, int], now: Mapping[str, int], figures: Sequence[float]) -> bool:
    """Whether everybody has the figure of the period before, and there are many different ones."""
    both = [name for name in now if name in then and not isnan(figures[now[name]])]
    alike = all(figures[then[name]] == figures[now[name]] for name in both)
    return alike and len({figures[now[name]] for name in both}) >= _LEAST


def _all_at_goal(rows: Sequence[int], actuals: Sequence[float], goals: Sequence[float]) -> bool:
    filled = [row for row in rows if not isnan(actuals[row])]
    return len({actuals[row] for row in filled}) >= _FEW and len(filled) >= _LEAST and all(
        actuals[row] == goals[row] for row in filled
    )  # fmt: skip
