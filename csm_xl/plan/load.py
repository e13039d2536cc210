"""Tables read and checked in one go, so that people hear of everything that is wrong at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from csm_xl.errors import Issue
from csm_xl.plan.damaged_ids import damaged_ids
from csm_xl.plan.employment import FOREVER, History
from csm_xl.plan.plausible import implausible
from csm_xl.plan.schema import PERSONAL, ComponentKind
from csm_xl.plan.table import Table, Tables
from csm_xl.plan.table_reading import LOOKED_UP
from csm_xl.plan.tables import RawTable, read_tables
from csm_xl.plan.tier_measures import sold_by_others
from csm_xl.plan.validate import check_plans

_TOGETHER: Final[dict[str, tuple[str, ...]]] = {
    "plans": ("plan_id",),
    "components": ("plan_id",),
    "curves": ("curve_id",),
    "tiers": ("tier_id",),
    "ramps": ("ramp_id",),
    "seasons": ("season_id",),
    "matrices": ("matrix_id",),
    "roster": ("employee_id",),
    "goals": ("period", "employee_id"),
    "credits": ("deal_id",),
    "payments": ("deal_id",),
}
"""Rows that are judged together: one bad row leaves nothing to say about the others."""
_STAY: Final = frozenset({"roster", "changes", "credits"})
"""The tables that say about people who are not paid what the pay of others depends on: teams, peers,
deals."""


def load_tables(
    raws: Iterable[RawTable],
    types: Mapping[str, ComponentKind],
    required: Collection[str] = (),
    remarks: bool = True,
) -> tuple[Tables, list[Issue]]:
    """Read tables, check what no single cell shows, and report everything that is wrong.

    raws, types, required: as for `read_tables`. remarks: as for `check_plans`.
    Where cells are wrong, the checks go over the rows that do not depend on them, so that nothing is
    said only because of a finding that is said already.
    """
    tables, issues = read_tables(raws, types, required)
    wrong = any(issue.severity == "error" for issue in issues)
    fit = sound(tables) if wrong else tables
    issues += check_plans(fit, remarks)
    issues += implausible(fit, tables)
    issues += damaged_ids(fit)
    tables.checked = not any(issue.severity == "error" for issue in issues)
    return tables, issues


def leave_out(tables: Tables, issues: Sequence[Issue]) -> tuple[Tables, list[Issue]]:
    """The tables without the people who have errors, and the findings that remain.

    issues: the errors. Each that stops one person alone goes to `Tables.left_out`; one in a deal to those of
    all who are credited for it. Such people stay on the roster where it shows when and on which plan they
    were employed, so that a team or a peer group is what it was; else they are taken out of every table. The
    rest is judged again without them.
    """
    out = {name: list(found) for name, found in tables.left_out.items()}
    unfit = _unfit_deals(tables, issues)
    others, of_deals = list(issues), _credited(tables, unfit)
    if of_deals:
        tables = _without_deals(tables, unfit)
    while others:
        for issue in others:
            whose = [issue.person] if issue.person else of_deals.get(issue.where, [])
            for name in whose:
                out.setdefault(name, []).append(issue)
        rest = [issue for issue in others if not issue.person and issue.where not in of_deals]
        if rest:
            return tables, rest
        again = check_plans(_without(tables, set(out)), remarks=False)
        others = [issue for issue in again if issue.severity == "error"]
    kept = _without(tables, set(out) - _employed(tables, out))
    for name in PERSONAL - _STAY:  # nobody else's pay depends on these, and cells of theirs may be unfit
        theirs = [row for row in range(kept[name].rows) if kept[name].person(row) in out]
        kept[name] = _but(kept[name], theirs)
    kept.left_out = {name: tuple(dict.fromkeys(found)) for name, found in out.items()}
    # A salary that could not be read is nobody's that is paid.
    salary = {"base_salary": np.nan_to_num(kept["roster"].columns["base_salary"])}
    kept["roster"] = replace(kept["roster"], columns=kept["roster"].columns | salary)
    return kept, others


def _unfit_deals(tables: Tables, issues: Iterable[Issue]) -> dict[str, dict[str, list[int]]]:
    """Deals and payments about which something is wrong: table → ID of the deal → rows."""
    wanted = {issue.where for issue in issues if not issue.person}
    found: dict[str, dict[str, list[int]]] = {}
    for name in ("deals", "payments"):
        table = tables[name]
        rows = set(table.faulty)
        known = {table.where(row, column) for row in rows for column in table.columns}
        if wanted - known:
            rows |= {row for row in range(table.rows)
                     if any(table.where(row, column) in wanted for column in table.columns)}  # fmt: skip
        of = found.setdefault(name, {})
        for row in sorted(rows):
            of.setdefault(table.columns["deal_id"][row], []).append(row)
    return found


def _credited(tables: Tables, unfit: Mapping[str, Mapping[str, Sequence[int]]]) -> dict[str, list[str]]:
    """The place of every cell of unfit deals and payments → the people paid for the deal, if they are known.
    Empty if deals of others count for someone's tier, because then the cell affects them too."""
    deals, credits = tables["deals"].columns, tables["credits"].columns
    if sold_by_others(tables["components"].columns, range(tables["components"].rows)):
        return {}
    owner = dict(zip(deals["deal_id"].tolist(), deals["employee_id"].tolist(), strict=True))
    found: dict[str, list[str]] = {}
    for name, of in unfit.items():
        table = tables[name]
        for deal, rows in of.items():
            listed = credits["employee_id"][credits["deal_id"] == deal].tolist()
            people = [who for who in listed or [owner.get(deal, "")] if who]
            if deal and people and len(people) == max(len(listed), 1):
                found |= dict.fromkeys(
                    (table.where(row, one) for row in rows for one in table.columns), people
                )
    return found


def _without_deals(tables: Tables, unfit: Mapping[str, Mapping[str, Sequence[int]]]) -> Tables:
    """The tables without unfit deals and payments, and without what else is about these deals."""
    names = {deal for of in unfit.values() for deal in of} - {""}
    found = Tables(tables.types, tables)
    found.left_out = dict(tables.left_out)
    for name in ("deals", "credits", "payments"):
        table = tables[name]
        of = table.columns["deal_id"]
        rows = {row for each in unfit.get(name, {}).values() for row in each}
        found[name] = _but(table, [row for row in range(table.rows) if row in rows or of[row] in names])
    return found


def _but(table: Table, rows: Collection[int]) -> Table:
    """The table without some rows."""
    left = set(range(table.rows)).difference(rows)
    return table if len(left) == table.rows else table.take(sorted(left))


def judged(tables: Tables) -> Tables:
    """The tables as far as they must be right: without the people who are left out."""
    return _without(tables, set(tables.left_out)) if tables.left_out else tables


def _without(tables: Tables, names: set[str]) -> Tables:
    """The tables without some people. An account or answer of theirs stays, for the team that it counts
    for; a deal for which they alone are credited goes, for it is nobody else's."""
    found = Tables(tables.types, tables)
    found.left_out = dict(tables.left_out)
    if not names:
        return found
    for name, table in tables.items():
        found[name] = _but(table, [row for row in range(table.rows) if table.person(row) in names])
    before, after = (set(each["credits"].columns["deal_id"].tolist()) for each in (tables, found))
    deals = found["deals"].columns["deal_id"]
    found["deals"] = _but(found["deals"], [row for row, deal in enumerate(deals) if deal in before - after])
    paid = found["payments"].columns["deal_id"]
    found["payments"] = _but(
        found["payments"], [row for row, deal in enumerate(paid) if deal in before - after]
    )
    roster = tables["roster"].columns
    teams = dict(zip(roster["employee_id"].tolist(), roster["team"].tolist(), strict=True))
    for name in ("accounts", "answers"):
        owners = tables[name].columns["employee_id"].tolist()
        if not names.isdisjoint(owners):
            both = zip(owners, tables[name].columns["team"].tolist(), strict=True)
            theirs = [team or (teams.get(who, "") if who in names else "") for who, team in both]
            columns = tables[name].columns | {"team": np.array([*theirs, None], dtype=object)[:-1]}
            found[name] = replace(tables[name], columns=columns)
    return found


def _employed(tables: Tables, names: Collection[str]) -> set[str]:
    """The people whose dates of employment, plans and teams the tables show."""
    history, plans = History(tables), set(tables["plans"].columns["plan_id"].tolist())
    times = Counter(tables["roster"].columns["employee_id"].tolist())
    found = set()
    for name in names:
        if times[name] != 1:
            continue
        person = history.index[name]
        (roster, at), *changes = history.rows(person, FOREVER)
        if (
            roster.columns["plan_id"][at] in plans
            and 0 < history.hired[person] <= history.left[person]
            and all(table.columns["from"][row] > 0 for table, row in changes)
            and all(table.columns["plan_id"][row] in plans | {""} for table, row in changes)
        ):
            found.add(name)
    return found


_NAMES: Final = {
    "modifiers": (("id", "roster", "employee_id"),),
    "gates": (("component_id", "components", "component_id"),),
}  # fmt: skip
"""Columns that name a row of another table, where they name one at all. What names
a row that is there but has an error is not judged: it would be said not to exist."""


def sound(tables: Tables) -> Tables:
    """The rows that are free of findings of reading, and whose references and companions are."""
    kept = {name: set(range(table.rows)) - table.faulty for name, table in tables.items()}
    while True:
        before = {name: len(rows) for name, rows in kept.items()}
        for name, table in tables.items():
            kept[name] -= _dangling(tables, kept, table)
            kept[name] -= _companions(name, table, kept[name])
        if before == {name: len(rows) for name, rows in kept.items()}:
            break
    found = Tables(tables.types, {name: table.take(sorted(kept[name])) for name, table in tables.items()})
    found.company = tables.company
    return found


def _dangling(tables: Tables, kept: Mapping[str, set[int]], table: Table) -> set[int]:
    """Rows that refer to a row that is not kept."""
    found: set[int] = set()
    for column in table.schema.columns:
        if column.refers and column.name not in LOOKED_UP:
            target, _, target_column = column.refers.partition(".")
            names = tables[target].columns[target_column]
            there = {names[row] for row in kept[target]} | {""}
            found.update(row for row, name in enumerate(table.columns[column.name]) if name not in there)
    for own, target, other in _NAMES.get(table.schema.name, ()):
        names = tables[target].columns[other]
        lost = set(names.tolist()) - {names[row] for row in kept[target]} - {""}
        found.update(row for row, name in enumerate(table.columns[own]) if name in lost)
    return found


def _companions(name: str, table: Table, rows: set[int]) -> set[int]:
    """Rows that are judged together with one that is not kept."""
    together = _TOGETHER.get(name)
    if together is None or len(rows) == table.rows:
        return set()

    def key(row: int) -> tuple[Any, ...]:
        return tuple(table.columns[column][row] for column in together)

    lost = {key(row) for row in range(table.rows) if row not in rows}
    return {row for row in rows if key(row) in lost}
