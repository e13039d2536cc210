"""Whether the factors of the company, of divisions and of people have somebody to modify."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Final

import numpy as np

from csm_xl.errors import NOT_FOUND, CsmError, listed
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import History
from csm_xl.plan.findings import Findings
from csm_xl.plan.names import did_you_mean, plain_ids, plain_name, same_id
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED
from csm_xl.plan.validate_names import otherwise
from csm_xl.plan.validate_references import check_ratings

_ORDERED: Final = 3
"""From this many ratings on one can be out of order."""


def check_modifiers(tables: Tables, out: Findings) -> None:
    """Collect factors that nobody has, that are 0, or that some divisions lack."""
    table, roster = tables["modifiers"], tables["roster"]
    check_ratings(tables, out)
    _check_order(tables["ratings"], out)
    for row in np.flatnonzero(table.columns["factor"] == 0).tolist():
        floor = "individual_floor" if table.columns["scope"][row] == "individual" else "modifier_floor"
        if (tables["plans"].columns[floor] == 0).any():
            continue  # a plan says that a factor may be 0
        out.warning(table, row, "factor", "the factor is 0: it takes all that it modifies, or leaves the"
                    f" plan's {floor}", "Type 1 if it changes nothing; remove the row if it is not known yet;"
                    f" where the plan pays nothing for it, type 0 under {floor}.",
                    kind="factors of modifiers are 0")  # fmt: skip
    _check_divisions(tables, out)
    _check_unused(tables, out)
    for row in np.flatnonzero(table.columns["scope"] == "company").tolist():
        if (name := table.columns["id"][row]) and name.casefold() != "company":
            out.error(table, row, "id", f"the factor is for the company, so {name!r} is not used",
                      "Set scope to division, or clear the ID.")  # fmt: skip
    known = {*roster.columns["division"].tolist(), *tables["changes"].columns["division"].tolist()} - {""}
    plain = plain_ids(known)
    for row in np.flatnonzero(table.columns["scope"] == "division").tolist():
        name = table.columns["id"][row]
        if not name:
            out.error(
                table, row, "id", "a division's factor does not say which division", "Type the division."
            )
        elif roster.rows and (same := same_id(name, plain)):
            otherwise(table, row, "id", "the roster spells the division", same, out)
        elif roster.rows and name not in known:
            out.warning(table, row, "id", f"nobody on the roster is in the division {name!r}",
                        f"{did_you_mean(name, known)}Correct the division.", NOT_FOUND)  # fmt: skip


def _check_order(ratings: Table, out: Findings) -> None:
    """Ratings that are letters or numbers have an order, which their factors follow, up or down."""
    names, factors = (ratings.columns[name].tolist() for name in ("rating", "factor"))
    letters = all(len(name) == 1 and name.isalpha() for name in names)
    if len(names) < _ORDERED or not (letters or all(name.isdigit() for name in names)):
        return
    ordered = sorted(range(len(names)), key=lambda row: names[row].casefold() if letters else int(names[row]))
    steps = [factors[after] - factors[row] for row, after in pairwise(ordered)]
    if min(steps) < 0 < max(steps):
        turns = next(at for at, step in enumerate(steps) if step * (steps[0] or 1) < 0)
        shown = listed(f"{names[row]} {factors[row]:g}" for row in ordered)
        what = f"the factors rise and fall from rating to rating: {shown}"
        out.warning(ratings, ordered[turns], "factor", what, "Correct the one that is out of order.")


def _check_unused(tables: Tables, out: Findings) -> None:
    """Factors of people none of whose plans modifies anything, where others' do."""
    table, components = tables["modifiers"], tables["components"].columns
    if "modified" not in components:
        return
    modified = set(components["plan_id"][components["modified"].astype(bool)].tolist())
    plans: dict[str, set[str]] = {}
    for name in ("roster", "changes"):
        columns = tables[name].columns
        for who, plan in zip(columns["employee_id"].tolist(), columns["plan_id"].tolist(), strict=True):
            plans.setdefault(who, set()).add(plan)
    for row in np.flatnonzero(table.columns["scope"] == "individual").tolist() if modified else ():
        who = table.columns["id"][row]
        if who in plans and modified.isdisjoint(plans[who]):
            what = f"no plan of {who} has a modified component, so the factor is not used"
            out.warning(table, row, "id", what, "None needed if this is intended.", severity="note",
                        kind="factors are of people whose plans modify nothing", rule=UNUSED)  # fmt: skip


def _check_divisions(tables: Tables, out: Findings) -> None:
    """Divisions of people whose pay is modified that have no factor in a period in which another has one."""
    table, components = tables["modifiers"], tables["components"].columns
    of_division = np.flatnonzero(table.columns["scope"] == "division").tolist()
    if not of_division or "modified" not in components:
        return
    modified = set(components["plan_id"][components["modified"].astype(bool)].tolist())
    history, calendar = History(tables), Calendar(tables["periods"])
    by_period: dict[str, list[int]] = {}
    for row in of_division:
        by_period.setdefault(table.columns["period"][row], []).append(row)
    for name, rows in by_period.items():
        try:
            period = calendar.find(name)
        except CsmError:
            continue  # reported already
        named = {plain_name(table.columns["id"][row]) for row in rows}
        there = (history.hired <= period.end) & (history.left >= period.start)
        day = np.minimum(history.left, period.end)
        divisions, plans = (history.as_of(column, day).tolist() for column in ("division", "plan_id"))
        paid = [at for at in np.flatnonzero(there).tolist() if plans[at] in modified]
        people = Counter(divisions[at] for at in paid if divisions[at])
        blank = [at for at in paid if not divisions[at]]
        roster = tables["roster"]
        for at in blank if people else ():
            what = (
                f"{roster.columns['employee_id'][at]} has no division, but divisions have factors in {name}"
            )
            out.warning(roster, at, "division", f"{what}: the factor counts as 1",
                        "Fill the division, if there is one.",
                        kind=f"people have no division, but divisions have factors in {name}")  # fmt: skip
        lacking = [one for one in people if plain_name(one) not in named]
        if lacking:
            many = sum(people[one] for one in lacking)
            whose = f"{listed(lacking, 5)} ({many:,} {'person' if many == 1 else 'people'})"
            out.warning(table, rows[0], "id", f"{whose} has no factor in {name}, where others have one: it"
                        " counts as 1", "Add a row for each division, 1 if nothing changes.",
                        kind="divisions have no factor where others have one")  # fmt: skip
