"""Whether credits can be those of people's reports, and the actual of a measure come from deals."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

import numpy as np

from csm_xl.errors import listed
from csm_xl.plan.employment import History
from csm_xl.plan.findings import Findings, shown_day, summed
from csm_xl.plan.names import plain_ids, same_id
from csm_xl.plan.parts import grouped
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import by_booking, credited_from, from_deals, sold_by_others
from csm_xl.plan.unused_results import UNUSED

_ROLES: Final = "deals are credited in several roles, and count for a manager or team in each of them"
_SEVERAL: Final = 3
"""So many others of a team show who manages it."""
_NOT_A_SUM: Final = ("peer_group", "book_adjusted")
"""Parameters that compare results or accounts, and that a sum of deals has no part in."""


def check_credits(tables: Tables, out: Findings) -> None:
    """Collect components whose credits roll up from reports and cannot, and measures whose actual comes from
    deals and from results."""
    table, ways, together = tables["components"], set[str](), list[int]()
    rolled_up = set[str]()
    for row in range(table.rows):
        kind = tables.types.get(str(table.columns["type"][row]))
        if kind is None or "credit_from" not in kind.names:
            continue
        value = {column: table.value(row, column) for column in kind.names}
        name = f"component {table.columns['component_id'][row]}"
        if "measure_from" in value and value["measure_from"] == "results":
            continue  # what is not used is reported as such
        for column, what, hint in _wrong(value):
            out.error(table, row, column, f"{name}: {what}", hint)
        _check_results(tables, row, value, out)
        ways |= set(credited_from(value))
        if credited_from(value) != ("own",):
            rolled_up.add(table.columns["plan_id"][row])
        if sold_by_others(table.columns, (row,)) and not value.get("credit_role"):
            together.append(row)
    _check_roles(tables, together, out)
    if ways - {"own"}:
        _check_managers(tables, out)
        if "all_reports" not in ways:  # else somebody further up is perhaps paid
            _check_unlike_managers(tables, rolled_up, out)
        _check_circles(tables, "error" if "all_reports" in ways else "warning", out)


def _wrong(value: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Column, what is wrong, and what to do."""
    found = []
    rolled = credited_from(value) != ("own",)
    if rolled and "ladder_on" in value and by_booking(value):
        found.append((
            "credit_from",
            "it can be read two ways: the manager on the day of signing is paid, or the one on that of the"
            " payment",
            "Set ladder_on to payment if it is the manager on the day of the payment.",
        ))  # fmt: skip
    if rolled and value.get("scope", "individual") != "individual":
        found.append((
            "credit_from",
            f"the credits of a {value['scope']} are those of its people, so credit_from is not used",
            "Clear credit_from, or set scope to individual.",
        ))  # fmt: skip
    for column in _NOT_A_SUM if "measure_from" in value else ():
        if value.get(column):
            found.append((
                column,
                f"the actual comes from deals, and {column} compares results",
                f"Clear {column}, or give the actuals on results and clear measure_from.",
            ))  # fmt: skip
    return found


def _check_results(tables: Tables, row: int, value: Mapping[str, Any], out: Findings) -> None:
    """An actual on results beside the one that deals give."""
    measure = str(value.get("measure") or "")
    if not from_deals(value, measure):
        return
    results = tables["results"]
    rows = grouped(results, "measure", "scope").get((measure, value["scope"]), [])
    for at in (at for at in rows if not np.isnan(results.columns["actual"][at])):
        name = tables["components"].columns["component_id"][row]
        what = f"{name} takes the actual of {measure} from deals, but it is also here"
        out.error(results, at, "actual", what, "Clear the actual: only the goal counts.")


def _check_roles(tables: Tables, rows: list[int], out: Findings) -> None:
    """A deal that is credited in full in two roles counts twice for a manager, a team or the company, where a
    component does not say which role it means."""
    credits = tables["credits"]
    for deal, theirs in grouped(credits, "deal_id").items() if rows else ():
        total, roles = summed(credits.columns["share"][theirs]), set(credits.columns["role"][theirs].tolist())
        if total > 1 and len(roles) > 1:
            name = tables["components"].columns["component_id"][rows[0]]
            what = (
                f"deal {deal} is credited {float(total):.9g} times in the roles {listed(sorted(roles))}, and"
            )
            what += f" {name} adds up all of them"
            hint = "If only one role counts, enter it as the component's credit_role."
            out.warning(credits, theirs[0], "role", what, hint, kind=_ROLES)


def _check_managers(tables: Tables, out: Findings) -> None:
    """Managers who are nobody on the roster because they are written in another way, or nobody at all."""
    ids = set(tables["roster"].columns["employee_id"].tolist())
    plain, seen = plain_ids(ids), False
    for name in ("roster", "changes"):
        table = tables[name]
        for row, manager in enumerate(table.columns["manager_id"].tolist()):
            seen |= bool(manager)
            who = table.columns["employee_id"][row]
            if manager == who:
                out.warning(table, row, "manager_id", f"{who} is their own manager: the credits of {who} roll"
                            " up to nobody", "Type the manager's employee_id, or leave it blank.",
                            kind="people are their own managers")  # fmt: skip
            if not manager or manager in ids:
                continue
            same = same_id(manager, plain)
            if same or " " in manager:
                what = f"no employee on the roster has the ID {manager!r}, and credits roll up to managers"
                hint = f"Did you mean {same!r}? " if same else ""
                out.error(table, row, "manager_id", what, f"{hint}Type the manager's employee_id.")
            else:
                what = f"the manager of {who}, {manager}, is not on the roster: the credits roll up to nobody"
                out.warning(table, row, "manager_id", what, "None needed if the manager is not paid here.",
                            severity="note", kind="managers are not on the roster, so credits roll up to"
                            " nobody", rule=UNUSED)  # fmt: skip
    roster = tables["roster"]
    managers = {name for each in (roster, tables["changes"]) for name in each.columns["manager_id"].tolist()}
    moved = set(tables["changes"].columns["employee_id"][tables["changes"].columns["manager_id"] != ""])
    names = (roster.columns[name].tolist() for name in ("employee_id", "manager_id"))
    for row, (who, manager) in enumerate(zip(*names, strict=True)):
        if seen and not manager and who not in managers | moved:
            what = f"{who} has no manager and is nobody's: the credits of {who} roll up to nobody"
            out.warning(roster, row, "manager_id", what, "Type the manager's employee_id, if there is one.",
                        severity="note", kind="people without a manager manage nobody, and their credits"
                        " roll up to nobody", rule=UNUSED)  # fmt: skip
    # Of a roster of wrong rows alone something is said already; of a few people others may have a manager.
    if not seen and roster.rows and not tables.left_out:
        what = "nobody has a manager, so no credits roll up"
        out.error(roster, 0, "manager_id", what, "Fill manager_id, or clear credit_from of the components.")


def _check_unlike_managers(tables: Tables, paying: Collection[str], out: Findings) -> None:
    """One person of a team whose manager is not paid on the credits of reports, where the others' are: a
    colleague, or a manager of before, was perhaps typed.

    paying: the plans that pay on credits of reports.
    """
    roster, plans = tables["roster"], dict[str, set[str]]()
    for name in ("roster", "changes"):
        columns = tables[name].columns
        for who, plan in zip(columns["employee_id"].tolist(), columns["plan_id"].tolist(), strict=True):
            plans.setdefault(who, set()).add(plan)
    paid = {who for who, on in plans.items() if not on.isdisjoint(paying)}
    managers, ids = (roster.columns[name].tolist() for name in ("manager_id", "employee_id"))
    moved = set(tables["changes"].columns["employee_id"][tables["changes"].columns["manager_id"] != ""])
    later = tables["changes"].columns
    for (team, _), rows in grouped(roster, "team", "plan_id").items():
        lost = [(roster, row, ids[row], managers[row]) for row in rows if managers[row] not in paid]
        mine = {ids[row] for row in rows}
        new = [(tables["changes"], row, who, manager) for row, (who, manager) in enumerate(
            zip(later["employee_id"].tolist(), later["manager_id"].tolist(), strict=True)
        ) if who in mine and manager and manager not in paid]  # fmt: skip
        others = len(rows) - len({who for *_, who, _ in (*lost, *new)})
        if not team or len(lost) + len(new) != 1 or others < _SEVERAL:
            continue
        table, row, who, manager = (*lost, *new)[0]
        if who == manager or manager not in plans or (who in moved and not new):
            continue  # reported already, or of other days
        what = f"the manager of {who}, {manager}, is not paid on the credits of reports, and those of the"
        what += f" {others} others of team {team} are: the credits of {who} roll up to nobody"
        out.warning(table, row, "manager_id", what, "Type the manager's employee_id.")


def _check_circles(tables: Tables, severity: str, out: Findings) -> None:
    """Managers who are below themselves on some day. severity: an error where credits roll up all the way."""
    history, changes = History(tables), tables["changes"]
    days = {0} | {int(changes.columns["from"][row]) for row in range(changes.rows)
                  if changes.columns["manager_id"][row]}  # fmt: skip
    for day in sorted(days):
        above = [history.index.get(str(name), -1) for name in history.as_of("manager_id", day).tolist()]
        above = [-1 if at == person else at for person, at in enumerate(above)]
        for person in range(len(above)):
            seen, at = {person}, above[person]
            while at >= 0 and at not in seen:
                seen.add(at)
                at = above[at]
            if at == person:
                roster = tables["roster"]
                who = roster.columns["employee_id"][person]
                what = (
                    f"{who} reports to themselves from {shown_day(day)} on: the reporting lines form a circle"
                )
                say = out.error if severity == "error" else out.warning
                say(roster, person, "manager_id", what, "Correct manager_id of one of them.")
                return


def managers_of(tables: Tables) -> dict[str, set[str]]:
    """Person → everybody who is above them at any time."""
    direct: dict[str, set[str]] = {}
    for name in ("roster", "changes"):
        columns = tables[name].columns
        for who, manager in zip(columns["employee_id"].tolist(), columns["manager_id"].tolist(), strict=True):
            if manager and manager != who:
                direct.setdefault(who, set()).add(manager)
    found: dict[str, set[str]] = {}
    for who in direct:
        above, waiting = set[str](), list(direct[who])
        while waiting:
            if (one := waiting.pop()) not in above:
                above.add(one)
                waiting += direct.get(one, ())
        found[who] = above
    return found
