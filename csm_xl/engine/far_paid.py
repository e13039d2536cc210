"""Pay far beyond what a period is worth at target: mostly a deal, a rate or a count in another unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.component import AT_MOST
from csm_xl.engine.lines import OF_COMPONENT, Lines, line_kind
from csm_xl.errors import VALUE, Issue
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import FOREVER, History
from csm_xl.plan.model import version_ends
from csm_xl.plan.outliers import times
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.tables import Tables

_FAR: Final = 3.0
"""From this many times base pay and target together: with half of pay at target, six times the target."""
_SEVERAL: Final = 3
_MUCH: Final = 5.0
_LITTLE: Final = 100.0
"""A component pays up to so many times its target, and mostly more than such a part of it."""
_DAYS: Final = 365.25
_KIND: Final = "people are paid far more than base pay and target"


def far_paid(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for everyone whose variable pay of a period is more than three times what the period's base
    pay and target come to, or who owes as much; none for those who have neither.

    No bound of a column finds a deal with two zeros too many among deals that differ as widely, or a rate of
    80% for 8%: what comes of them is what is far.
    """
    history, calendar = History(tables), Calendar(tables["periods"])
    salary = _highest_salary(tables, history)
    roster = tables["roster"]
    for lines in runs:
        years = {name: calendar.find(name).days / _DAYS for name in lines.names["period"]}
        far = []
        for period, who, target, variable in lines.totals()[1:]:
            row = history.index[who]
            worth = salary[row] * years[period] + target
            if 0 < worth < abs(variable) / _FAR:
                far.append((period, who, row, variable, round(worth, 2)))
        largest = _largest(lines) if far else {}
        for period, who, row, variable, worth in far:
            what = (
                f"the variable pay of {who} in {period} is {variable:,.2f}, "
                f"{times(abs(variable), worth, 'base pay and target of the period')}"
            )
            most = largest[period, who]
            hint = f"Most of it comes from the component {most}. Check what that is paid on."
            yield Issue(VALUE, what, roster.where(row, "employee_id"), f"{who} {variable:,.2f}", hint,
                        "warning", kind=_KIND, rule=UNUSUAL)  # fmt: skip


def large_arrangements(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for each draw or guarantee of at least base pay of the pay period, or three times both the
    target and what anybody earns: it is perhaps a year's."""
    table = tables["arrangements"]
    if not table.rows:
        return
    history, calendar = History(tables), Calendar(tables["periods"])
    salary = _highest_salary(tables, history)
    ends = version_ends(table, ("employee_id", "kind"), "from", "to")
    paid = dict[tuple[str, str], float]()  # the target, or the most that anybody earns if that is more
    for lines in runs:
        earned = _earned(lines)
        most: dict[str, float] = {}
        for (_, name), value in earned.items():
            most[name] = max(most.get(name, 0.0), value)
        paid |= {(who, name): max(target, most.get(name, 0.0)) for name, who, target, _ in lines.totals()[1:]}
    every = {name: calendar.find(name) for _, name in sorted(paid)}
    names = ("employee_id", "kind", "from", "amount")
    for row, (who, kind, first, amount) in enumerate(
        zip(*(table.columns[name].tolist() for name in names), strict=True)
    ):
        at = [one for name, one in every.items() if (who, name) in paid]
        at = [one for one in at if first <= one.end and one.start <= (ends[row] or FOREVER)]
        if kind == "holdback" or not at:
            continue
        base = round(salary[history.index[who]] * at[0].days / _DAYS, 2)
        # A draw is for the months that earn little, so it is the best of them that it is compared with.
        best = max(at, key=lambda one: paid[who, one.name])
        worth, whole = paid[who, best.name], first <= best.start
        what = f"the {kind} of {who} is {amount:,.2f}"
        if 0 < base <= amount:
            what = f"{what}, {times(amount, base, 'base pay of ' + at[0].name)}"
        elif whole and 0 < _FAR * worth <= amount:
            what = f"{what}, {times(amount, worth, f'what is earned in {best.name}')}"
        else:
            continue
        yield Issue(VALUE, what, table.where(row, "amount"), f"{who} {amount:,.2f}",
                    "The amount is for one full pay period: correct it if it is for a year.", "warning",
                    kind="draws and guarantees are far above pay", rule=UNUSUAL)  # fmt: skip


def _highest_salary(tables: Tables, history: History) -> NDArray[np.float64]:
    """Everybody's highest full-time salary of a year."""
    salary: NDArray[np.float64] = np.nan_to_num(tables["roster"].columns["base_salary"])
    changed, of_change = np.nan_to_num(tables["changes"].columns["base_salary"]), history.of_change
    np.maximum.at(salary, of_change[of_change >= 0], changed[of_change >= 0])
    return salary


def _largest(lines: Lines) -> dict[tuple[str, str], str]:
    """Period and person → the component that pays them most."""
    found: dict[tuple[str, str], str] = {}
    keys = ("period", "employee_id", "component_id")
    for line in np.argsort(-np.abs(lines.columns["amount"]), kind="stable").tolist():
        period, who, component = lines.named(line, *keys)
        found.setdefault((period, who), component)
    return found


def held_by_all(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for each commission of which everybody who earns any is paid its maximum amount: it was
    perhaps typed in thousands, or as that of one deal."""
    components = tables["components"]
    columns = (components.columns[name].tolist() for name in ("plan_id", "component_id", "type"))
    by_deal = {
        (plan, name): row
        for row, (plan, name, kind) in enumerate(zip(*columns, strict=True))
        if kind in tables.types and tables.types[kind].pays_on == "deals"
    }
    for lines in runs:
        earned = lines.columns["amount"] > 0
        limited = (lines.columns["note"] & AT_MOST) > 0
        held, free = (_counted(lines, earned & which) for which in (limited, ~limited & limited.any()))
        for (period, plan, name), people in held.items():
            if people < _SEVERAL or (period, plan, name) in free or (plan, name) not in by_deal:
                continue
            row = by_deal[plan, name]
            most = float(components.columns["max_amount"][row])
            what = f"all {people} people who earn {name} of {plan} in {period} are paid its maximum,"
            yield Issue(VALUE, f"{what} {most:,.10g}", components.where(row, "max_amount"), None,
                        "Correct max_amount if it is in another unit.", "warning", rule=UNUSUAL,
                        kind="commissions pay everybody their maximum")  # fmt: skip


def _counted(lines: Lines, which: NDArray[np.bool_]) -> Counter[tuple[str, ...]]:
    """Period, plan and component → how many of some lines are theirs."""
    return Counter(lines.named(line, *OF_COMPONENT) for line in np.flatnonzero(which).tolist())


def _earned(lines: Lines) -> dict[tuple[str, str], float]:
    """Person and period → what their components earned."""
    found: dict[tuple[str, str], float] = {}
    earning = [line_kind(name) == "earned" for name in lines.names["type"]]
    columns = (lines.columns[name].tolist() for name in ("employee_id", "period", "type", "amount"))
    for who, period, type_, amount in zip(*columns, strict=True):
        if earning[type_]:
            key = (lines.names["employee_id"][who], lines.names["period"][period])
            found[key] = found.get(key, 0.0) + amount
    return found


def odd_earlier_payments(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for each earlier payment far from the target of its component in the period that is paid,
    which makes up for it."""
    paid = tables["paid"]
    if not paid.rows:
        return
    target: dict[tuple[str, ...], float] = {}
    for lines in (one for one in runs if "paid_before" in one.columns):
        due = np.nan_to_num(lines.columns["paid_before"]) != 0
        for line in np.flatnonzero(due & (lines.columns["component_target"] > 0)).tolist():
            key = lines.named(line, "employee_id", "plan_id", "component_id")
            target.setdefault(key, float(lines.columns["component_target"][line]))
    names = ("employee_id", "plan_id", "component_id", "amount", "period")
    for row, (who, plan, name, amount, period) in enumerate(
        zip(*(paid.columns[name].tolist() for name in names), strict=True)
    ):
        usual = target.get((who, plan, name))
        if usual is None or not amount or usual / _LITTLE <= abs(amount) <= usual * _MUCH:
            continue
        what = f"{who} was paid {amount:,.2f} for {name} in {period}, but its target is {usual:,.2f}"
        yield Issue(VALUE, f"{what} a period: this run settles the difference",
                    paid.where(row, "amount"), f"{who} {amount:,.2f}",
                    "Correct the amount if it is in another unit or for another period.", "warning",
                    kind="earlier payments are far from the target of their component",
                    rule=UNUSUAL)  # fmt: skip
