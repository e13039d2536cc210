"""Draws and guarantees far above pay: mostly those of a year in place of a pay period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from csm_xl.engine.lines import Lines, line_kind
from csm_xl.engine.remarks.far_paid import DAYS_OF_YEAR, FAR, highest_salary
from csm_xl.errors import VALUE, Issue
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import FOREVER, History
from csm_xl.plan.model import version_ends
from csm_xl.plan.outliers import times
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.tables import Tables


def large_arrangements(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for each draw or guarantee of at least base pay of the pay period, or three times both the
    target and what anybody earns: it is perhaps a year's."""
    table = tables["arrangements"]
    if not table.rows:
        return
    history, calendar = History(tables), Calendar(tables["periods"])
    salary = highest_salary(tables, history)
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
        base = round(salary[history.index[who]] * at[0].days / DAYS_OF_YEAR, 2)
        # A draw is for the months that earn little, so it is the best of them that it is compared with.
        best = max(at, key=lambda one: paid[who, one.name])
        worth, whole = paid[who, best.name], first <= best.start
        what = f"the {kind} of {who} is {amount:,.2f}"
        if 0 < base <= amount:
            what = f"{what}, {times(amount, base, 'base pay of ' + at[0].name)}"
        elif whole and 0 < FAR * worth <= amount:
            what = f"{what}, {times(amount, worth, f'what is earned in {best.name}')}"
        else:
            continue
        yield Issue(VALUE, what, table.where(row, "amount"), f"{who} {amount:,.2f}",
                    "The amount is for one full pay period: correct it if it is for a year.", "warning",
                    kind="draws and guarantees are far above pay", rule=UNUSUAL)  # fmt: skip


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
