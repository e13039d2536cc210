"""Results that are counted from answers or from customers, as rows of results, so that they can be varied."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.analysis.scenario import with_cells, with_table
from csm_xl.engine.context import RunContext
from csm_xl.plan.columns import empty
from csm_xl.plan.periods import Period
from csm_xl.plan.survey_answers import counted_as
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import looked_at

CUSTOMERS: Final = ("LOGO",)
"""The measures of accounts that no change of their revenue moves."""


@dataclass(eq=False, repr=False)
class CountedResults:
    """Results of one measure that no row of results states.

    rows: of each its row of results, which lacks an actual or a goal; −1 where there is none. period, owner:
    what a row of its own would name. actual: what is counted. goal: what it is compared with; NaN: none.
    """

    scope: str
    measure: str
    rows: list[int]
    period: list[str]
    owner: list[str]
    actual: NDArray[np.float64]
    goal: NDArray[np.float64]

    def stated(self, tables: Tables) -> tuple[Tables, list[int]]:
        """The tables with these results in rows of results, and the rows.

        A goal that accounts give is stated there too. What had none has the goal 1, against which a share
        counts as it is; points have none.
        """
        new = [at for at, row in enumerate(self.rows) if row < 0]
        before = tables["results"].rows
        added_at = {at: before + number for number, at in enumerate(new)}
        rows = [row if row >= 0 else added_at[at] for at, row in enumerate(self.rows)]
        added: dict[str, list[Any]] = {
            "period": [self.period[at] for at in new], "scope": [self.scope] * len(new),
            "id": [self.owner[at] for at in new], "measure": [self.measure] * len(new),
            "goal": [self.goal[at] for at in new],
        }  # fmt: skip
        found = with_table(tables, _longer(tables["results"], added, len(new))) if new else tables
        found = with_cells(found, "results", "actual", rows, self.actual)
        return with_cells(found, "results", "goal", rows, self.goal), rows


def counted_results(
    context: RunContext, span: Period, of_accounts: Collection[str] = CUSTOMERS
) -> Iterator[CountedResults]:
    """The results of the pay periods inside a period that surveys or accounts give, where a component looks
    at them. of_accounts: the measures of accounts that are asked for."""
    wanted: dict[tuple[str, str], dict[str, Period]] = {}
    for one in context.book.every_component():
        for measure, scope in looked_at(one):
            if measure in of_accounts or context.answers.gives(measure):
                inside = context.calendar.holding(one.pay_cycle, span.start, span.end)
                wanted.setdefault((measure, scope), {}).update({each.name: each for each in inside})
    columns = context.tables["results"].columns
    each = zip(*(columns[name].tolist() for name in ("period", "scope", "id", "measure")), strict=True)
    row_of = {key: row for row, key in enumerate(each)}
    people = context.people
    names = {"individual": list(people.ids), "team": list(people.teams), "company": ["company"]}
    codes: dict[str, Any] = {
        "individual": range(len(people.ids)), "team": people.teams.values(), "company": [0]
    }  # fmt: skip
    for (measure, scope), periods in wanted.items():
        owner = np.array(list(codes[scope]), dtype=np.intp)
        counted = context.answers if context.answers.gives(measure) else context.accounts
        found = CountedResults(scope, measure, [], [], [], np.zeros(0), np.zeros(0))
        actual, goal = list[float](), list[float]()
        without = np.nan if counted_as(measure) == "NPS" else 1.0
        for period in periods.values():
            kept, there = counted.kept(measure, scope, period, owner)
            own = context.account_goals.by_code(measure, scope, period.name)
            taken = context.account_goals.taken(measure, scope).get(period.name, ())
            for at in np.flatnonzero(there > 0).tolist():
                row = row_of.get((period.name, scope, names[scope][at], measure), -1)
                typed, stated = (columns[name][row] if row >= 0 else np.nan for name in ("actual", "goal"))
                from_accounts = int(owner[at]) in taken
                if row >= 0 and not (np.isnan(typed) and stated > 0) and not from_accounts:
                    continue  # the actual is stated, or nothing is paid for want of a goal
                found.rows.append(row)
                found.period.append(period.name)
                found.owner.append(names[scope][at])
                actual.append(float(kept[at] / there[at]) if np.isnan(typed) else float(typed))
                mean = float(own[int(owner[at])].goal) if from_accounts else without
                goal.append(float(stated) if stated > 0 else mean)
        found.actual, found.goal = np.array(actual), np.array(goal)
        if actual:
            yield found


def _longer(table: Table, added: dict[str, list[Any]], count: int) -> Table:
    """A table with more rows, blank but for some columns; they are nowhere in what was given."""
    columns = {}
    for column in table.schema.columns:
        more = empty(column, count)
        if column.name in added:
            more[:] = added[column.name]
        columns[column.name] = np.concatenate([table.columns[column.name], more])
    extra = {header: [*cells, *[None] * count] for header, cells in table.extra.items()}
    last = int(table.lines[-1]) if len(table.lines) else table.rows - 1
    lines = np.concatenate([table.lines, last + 1 + np.arange(count)]) if len(table.lines) else table.lines
    return replace(table, columns=columns, rows=table.rows + count, extra=extra, lines=lines)
