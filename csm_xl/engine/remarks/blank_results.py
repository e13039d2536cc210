"""Results and goals that are not measured yet, by which somebody is paid 0."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

import numpy as np

from csm_xl.engine.component import MISSING_ACTUAL
from csm_xl.engine.lines import Lines
from csm_xl.errors import VALUE, Issue, listed
from csm_xl.plan.model import plan_book
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import looked_at

MISSING: Final = "missing actuals are paid at 0"
"""The kind of what is reported about results without an actual."""
UNSCORED: Final = "goals without a score: the goals of their people are paid at 0"
"""The kind of what is reported about goals without a score."""
WAITING: Final = (MISSING, UNSCORED)
"""The kinds of what is paid at 0 until it is measured."""
_FEW: Final = 5
"""How many of the people concerned by one blank result are named."""


def blank_results(tables: Tables, runs: Iterable[Lines]) -> list[Issue]:
    """One finding, with its kind, for each result without an actual by which somebody is paid 0.

    runs: the payout lines of tables that have been paid.
    """
    every = [(lines, np.flatnonzero(lines.columns["note"] & sum(MISSING_ACTUAL)).tolist()) for lines in runs]
    if not any(flagged for _, flagged in every):
        return []
    concerned: dict[tuple[str, str, str], dict[str, None]] = {}
    looks: dict[tuple[str, str], set[tuple[str, str]]] = {}
    waiting: set[tuple[str, str]] = set()
    for one in plan_book(tables).every_component():
        looks.setdefault((one.plan_id, one.component_id), set()).update(looked_at(one))
    for lines, flagged in every:
        texts = ("period", "plan_id", "component_id", "employee_id")
        for line in flagged:
            period, plan, name, who = (lines.names[key][lines.columns[key][line]] for key in texts)
            waiting.add((period, who))
            for measure, scope in looks.get((plan, name), ()):
                concerned.setdefault((period, measure, scope), {})[who] = None
    table, members = tables["results"], _members(tables)
    blank = np.flatnonzero(np.isnan(table.columns["actual"])).tolist()
    found = (_blank(table, row, concerned, members) for row in blank)
    return [*_unscored(tables["goals"], waiting), *(issue for issue in found if issue is not None)]


def _unscored(table: Table, waiting: Collection[tuple[str, str]]) -> Iterator[Issue]:
    """One finding for each goal without a score. waiting: period and person of the lines that pay 0."""
    for row in np.flatnonzero(np.isnan(table.columns["score"])).tolist():
        period, who, goal = (table.columns[key][row] for key in ("period", "employee_id", "goal"))
        if (period, who) in waiting:
            what = (
                f"the goal {goal!r} of {who} in {period} has no score, and the goals of {who} are paid at 0"
            )
            yield Issue(VALUE, what, table.where(row, "score"), f"{who} {period}",
                        "Type the score once it is known.", "note", kind=UNSCORED)  # fmt: skip


def _blank(
    table: Table,
    row: int,
    concerned: dict[tuple[str, str, str], dict[str, None]],
    members: dict[str, set[str]],
) -> Issue | None:
    """What is reported about a result that is blank; None where nobody is paid by it.

    concerned: period, measure and scope → those who are paid 0. members: team → its people.
    """
    period, scope, name, measure = (table.columns[key][row] for key in ("period", "scope", "id", "measure"))
    paid = concerned.get((period, measure, scope), {})
    if scope == "individual":
        people = [name] if name in paid else []
    elif scope == "team":
        people = [who for who in paid if who in members.get(name, ())]
    else:
        people = list(paid)
    if not people:
        return None
    whose = "" if scope == "individual" else f" ({listed(people, _FEW)})"
    what = f"{measure} of {name} in {period} has no actual, and is paid at 0{whose}"
    hint = "Type the actual once it is measured."
    got = f"{measure} of {name} {period}{whose}"
    return Issue(VALUE, what, table.where(row, "actual"), got, hint, "note", kind=MISSING)


def _members(tables: Tables) -> dict[str, set[str]]:
    """Team → those who are ever in it."""
    found: dict[str, set[str]] = {}
    for name in ("roster", "changes"):
        columns = tables[name].columns
        for who, team in zip(columns["employee_id"].tolist(), columns["team"].tolist(), strict=True):
            if team:
                found.setdefault(team, set()).add(who)
    return found
